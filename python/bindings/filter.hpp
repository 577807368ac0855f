// Names of filter.hpp's enums, and borders, which other files take too.
#pragma once

#include "choice.hpp"
#include "retouch/filter.hpp"
#include "values.hpp"

namespace retouch::python {

template <>
struct Names<BorderMode> {
  static constexpr const char* type = "BorderMode";
  static constexpr std::array<Named<BorderMode>, 3> table{{{BorderMode::reflect_101, "reflect_101"},
                                                           {BorderMode::replicate, "replicate"},
                                                           {BorderMode::constant, "constant"}}};
};
template <>
struct Names<GaussianAccuracy> {
  static constexpr const char* type = "GaussianAccuracy";
  static constexpr std::array<Named<GaussianAccuracy>, 2> table{
      {{GaussianAccuracy::exact, "exact"}, {GaussianAccuracy::fast, "fast"}}};
};

}  // namespace retouch::python
