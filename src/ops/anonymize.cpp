// Strengths of blurs by the cells that they leave.
#include "retouch/anonymize.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/check.hpp"

namespace retouch {

namespace {

int longer_side(const char* op, Size region) {
  if (region.width < 0 || region.height < 0)
    detail::invalid("{}: a region's size must not be negative ({}x{})", op, region.width, region.height);
  return std::max({region.width, region.height, 1});
}

}  // namespace

int cells_for(Privacy privacy) {
  switch (privacy) {
    case Privacy::low: return 16;
    case Privacy::medium: return 10;
    case Privacy::high: break;
  }
  return 6;
}

float gaussian_sigma_for(Privacy privacy, Size region) {
  // A Gaussian passes exp(-2 pi^2 sigma^2 f^2) of frequency f. Cells of side c carry frequencies up to 1 / (2 c), and
  // there it is to pass 1/100: sigma = sqrt(ln(100) / (2 pi^2)) * 2 c = 0.966 c.
  constexpr double sides = 0.96603;
  return static_cast<float>(sides * longer_side("gaussian_sigma_for", region) / cells_for(privacy));
}

int pixelate_cell_for(Privacy privacy, Size region) {
  const int cells = cells_for(privacy);
  const std::int64_t side = (std::int64_t{longer_side("pixelate_cell_for", region)} + cells - 1) / cells;
  return static_cast<int>((side + 1) / 2 * 2);
}

int box_size_for(Privacy privacy, Size region) {
  // A box of k pixels passes nothing of frequency 1 / k.
  const int cells = cells_for(privacy);
  const std::int64_t size = (2 * std::int64_t{longer_side("box_size_for", region)} + cells - 1) / cells;
  return static_cast<int>(size | 1);
}

}  // namespace retouch
