// pixelate with a cell size for each region, and its backends. src[i] and dst[i] are of one layout, either the same
// view or apart in memory, and have cells of cell_px[i]; views are checked, not empty, and the dst do not overlap.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "pixel/macros.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

using Views = std::span<const ImageView* const>;

/// One plane of one region and its grid of cells.
struct PixelatePlane {
  const std::uint8_t* src;
  std::ptrdiff_t src_pitch;
  std::uint8_t* dst;
  std::ptrdiff_t dst_pitch;
  int width;
  int height;
  int channels;
  int cell;  ///< at most the longer side
  int columns;
  int rows;
};

inline PixelatePlane pixelate_plane(const ImageView& src, const ImageView& dst, int index, int cell_px) {
  const Plane& from = src.plane(index);
  const Plane& to = dst.plane(index);
  const bool chroma = is_subsampled(src.format()) && index > 0;
  const int cell = std::min(chroma ? cell_px / 2 : cell_px, std::max(from.width, from.height));
  return {from.data,
          from.pitch_bytes,
          to.data,
          to.pitch_bytes,
          from.width,
          from.height,
          from.channels,
          cell,
          (from.width - 1) / cell + 1,
          (from.height - 1) / cell + 1};
}

namespace pixel {
/// The mean of `count` values that add up to `sum`, rounded to nearest (a half upwards).
RETOUCH_HD constexpr std::uint8_t cell_mean(std::uint64_t sum, std::uint64_t count) {
  return static_cast<std::uint8_t>((sum + count / 2) / count);
}
}  // namespace pixel

/// Planes of all views in one launch.
inline constexpr std::size_t pixelate_planes_per_launch = 48;

namespace detail {
/// `src` and `dst` as above, or empty. cell_px is 1 or more, even for nv12 and i420.
struct PixelateJob {
  ImageView src;
  ImageView dst;
  int cell_px = 1;
};
/// All jobs, which do not overlap each other, in as few launches as their planes fit. Exported for its tests alone.
RETOUCH_EXPORT void pixelate(StreamView stream, std::span<const PixelateJob> jobs);
}  // namespace detail

}  // namespace retouch

namespace retouch::cpu {
void pixelate(StreamView stream, Views src, Views dst, std::span<const int> cell_px);
}  // namespace retouch::cpu

namespace retouch::cuda {
void pixelate(StreamView stream, Views src, Views dst, std::span<const int> cell_px);
}  // namespace retouch::cuda
