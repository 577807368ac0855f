// What the tests of text need: fonts of the machine, and texts that need them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "retouch/error.hpp"
#include "retouch/text.hpp"
#include "support/paths.hpp"

namespace retouch::test {

inline std::string dejavu_path() { return source_path("assets/DejaVuSans.ttf").string(); }

inline bool has_family(const std::string& name) {
  try {
    static_cast<void>(Font::family(name));
    return true;
  } catch (const InvalidArgument&) {
    return false;
  }
}

inline TextStyle style_of(float size_px, Font font = {}) {
  TextStyle style;
  style.font = std::move(font);
  style.size_px = size_px;
  return style;
}

}  // namespace retouch::test
