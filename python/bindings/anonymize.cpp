// anonymize.hpp: how strong a blur must be.
#include "anonymize.hpp"

#include "values.hpp"

namespace retouch::python {

void bind_anonymize(nb::module_& m) {
  bind_choice<Privacy>(
      m, "At most 16 (low), 10 (medium) or 6 (high) independent cells are left across the region's longer side.");
  m.def(
      "cells_for", [](const Choice<Privacy>& privacy) { return cells_for(privacy); }, "privacy"_a, "16, 10, 6.");
  m.def(
      "gaussian_sigma_for",
      [](const Choice<Privacy>& privacy, const SizeArg& region) { return gaussian_sigma_for(privacy, region); },
      "privacy"_a, "region"_a,
      "The sigma for gaussian_blur(..., accuracy=\"fast\"): what is finer than that many cells keeps less than 1 % of "
      "its contrast.");
  m.def(
      "pixelate_cell_for",
      [](const Choice<Privacy>& privacy, const SizeArg& region) { return pixelate_cell_for(privacy, region); },
      "privacy"_a, "region"_a, "The cell_px for pixelate: the longer side has at most that many cells.");
  m.def(
      "box_size_for",
      [](const Choice<Privacy>& privacy, const SizeArg& region) { return box_size_for(privacy, region); }, "privacy"_a,
      "region"_a, "The ksize for box_blur. Weaker than the Gaussian; may exceed the 255 that box_blur takes.");
}

}  // namespace retouch::python
