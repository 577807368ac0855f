// Objects and colours for the tests that draw them.
#pragma once

#include "retouch/color.hpp"
#include "retouch/object.hpp"

namespace retouch::test {

inline constexpr Color green{0, 255, 0, 255};
inline constexpr Color red{255, 0, 0, 255};
inline constexpr Color blue{0, 0, 255, 255};

inline Object object(const char* label, const Box& box) {
  Object result;
  result.label = label;
  result.source = "test";
  result.confidence = 0.5F;
  result.box = box;
  return result;
}

}  // namespace retouch::test
