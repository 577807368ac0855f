// Names of anonymize.hpp's enum.
#pragma once

#include "choice.hpp"
#include "retouch/anonymize.hpp"

namespace retouch::python {

template <>
struct Names<Privacy> {
  static constexpr const char* type = "Privacy";
  static constexpr std::array<Named<Privacy>, 3> table{
      {{Privacy::low, "low"}, {Privacy::medium, "medium"}, {Privacy::high, "high"}}};
};

}  // namespace retouch::python
