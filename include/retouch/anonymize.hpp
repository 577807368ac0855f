// How strong a blur or mosaic must be so that little is left of a region: by the number of independent cells that
// remain across it. Where the numbers come from and what they do not promise is in docs/anonymize.md.
//   Does     Works out the strength of gaussian_blur, pixelate or box_blur for a region of a size. Pure; no stream.
//   Throws   InvalidArgument for a negative size. An empty region gets the weakest strength.
#pragma once

#include <cstdint>

#include "retouch/export.hpp"
#include "retouch/geometry.hpp"

namespace retouch {

/// At most 16, 10 or 6 independent cells are left across the region's longer side.
enum class Privacy : std::uint8_t { low, medium, high };

/// 16, 10, 6.
RETOUCH_EXPORT int cells_for(Privacy privacy);

/// For gaussian_blur, GaussianAccuracy::fast. What is finer than that many cells, that is above cells / 2 periods
/// across the longer side, keeps less than 1 % of its contrast: sigma = 0.966 * longer side / cells.
RETOUCH_EXPORT float gaussian_sigma_for(Privacy privacy, Size region);

/// For pixelate: the longer side has at most that many cells. 2 or more, and even, as nv12 and i420 need it.
RETOUCH_EXPORT int pixelate_cell_for(Privacy privacy, Size region);

/// For box_blur: odd; its first zero stands at cells / 2 periods across the longer side. Weaker than the Gaussian:
/// above that up to 22 % of the contrast comes through. May exceed the 255 that box_blur takes; what it takes then is
/// too weak, so use gaussian_blur.
RETOUCH_EXPORT int box_size_for(Privacy privacy, Size region);

}  // namespace retouch
