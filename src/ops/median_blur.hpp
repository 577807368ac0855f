// Backends of median_blur. src[i] and dst[i] are of one layout, either the same view or apart in memory; views are
// checked, not empty, and the dst do not overlap.
#pragma once

#include <cstddef>
#include <span>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

using Views = std::span<const ImageView* const>;

/// Chroma has half the size, and so the smaller window.
inline int median_ksize(const ImageView& view, int plane, int ksize) {
  return is_subsampled(view.format()) && plane > 0 ? 3 : ksize;
}

/// Planes of all views in one launch.
inline constexpr std::size_t median_planes_per_launch = 60;

}  // namespace retouch

namespace retouch::cpu {
void median_blur(StreamView stream, Views src, Views dst, int ksize);
}  // namespace retouch::cpu

namespace retouch::cuda {
void median_blur(StreamView stream, Views src, Views dst, int ksize);
}  // namespace retouch::cuda
