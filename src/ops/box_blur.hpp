// box_blur with options for each region, and its backends. src[i] and dst[i] are of one layout, either the same view or
// apart in memory, and have options[i]; views are checked, not empty, and the dst do not overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "pixel/channel_values.hpp"
#include "pixel/quotient.hpp"
#include "retouch/filter.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

using Views = std::span<const ImageView* const>;

/// One plane and its window, which reaches from kernel / 2 samples before a sample over `kernel` samples.
struct BoxPlane {
  const std::uint8_t* src;
  std::ptrdiff_t src_pitch;
  std::uint8_t* dst;
  std::ptrdiff_t dst_pitch;
  int width;
  int height;
  int channels;
  int kernel_x;
  int kernel_y;
  pixel::Quotient mean;
  BorderMode border;
  std::uint8_t outside[4];  ///< what stands beyond the edge, for BorderMode::constant
};

inline BoxPlane box_plane(const ImageView& src, const ImageView& dst, int index, const BoxBlurOptions& options) {
  const Plane& from = src.plane(index);
  const Plane& to = dst.plane(index);
  const bool chroma = is_subsampled(src.format()) && index > 0;
  const auto kernel = [chroma](int ksize) { return chroma ? ksize / 2 | 1 : ksize; };
  const int x = kernel(options.ksize.width);
  const int y = kernel(options.ksize.height);
  const pixel::ChannelValues outside = pixel::channel_values(options.border.color, src.format(), src.color(), index);
  return {from.data,
          from.pitch_bytes,
          to.data,
          to.pitch_bytes,
          from.width,
          from.height,
          from.channels,
          x,
          y,
          pixel::quotient_by(static_cast<std::uint32_t>(x * y)),
          options.border.mode,
          {outside[0], outside[1], outside[2], outside[3]}};
}

/// Planes of all views in one launch.
inline constexpr std::size_t box_planes_per_launch = 40;

namespace detail {
/// `src` and `dst` as above, or empty. ksize is 1..255 in both directions.
struct BoxBlurJob {
  ImageView src;
  ImageView dst;
  BoxBlurOptions options;
};
/// All jobs, which do not overlap each other, in as few pairs of launches as their planes fit. Exported for its tests
/// alone.
RETOUCH_EXPORT void box_blur(StreamView stream, std::span<const BoxBlurJob> jobs);
}  // namespace detail

}  // namespace retouch

namespace retouch::cpu {
void box_blur(StreamView stream, Views src, Views dst, std::span<const BoxBlurOptions> options);
}  // namespace retouch::cpu

namespace retouch::cuda {
void box_blur(StreamView stream, Views src, Views dst, std::span<const BoxBlurOptions> options);
}  // namespace retouch::cuda
