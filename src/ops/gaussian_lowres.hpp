// The Gaussian blur of any sigma, at a cost that does not depend on it: the picture is brought down to a coarse grid of
// nodes, blurred there and brought up again. Each job has a sigma of its own.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "pixel/channel_values.hpp"
#include "pixel/lowres.hpp"
#include "retouch/filter.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

/// `src` and `dst` are of one layout: the same view (in place), or apart in memory. The sigmas are in pixels, finite
/// and above 0; the chroma planes of nv12 and i420 get half of them.
struct LowresJob {
  ImageView src;
  ImageView dst;
  float sigma_x = 0;
  float sigma_y = 0;
  Border border{};
};

/// The widest Gaussian over the nodes that lowres_axis makes.
inline constexpr int lowres_max_radius = 32;

/// The nodes of an axis of `length` samples, 1 or more, and what blurs them.
pixel::LowresAxis lowres_axis(int length, double sigma, BorderMode border);

/// One plane of a job.
struct LowresPlane {
  Plane src, dst;
  pixel::LowresAxis x, y;
  pixel::ChannelValues outside{};  ///< the border's constant
};
LowresPlane lowres_plane(const LowresJob& job, int index);

/// Blurs all jobs, which do not overlap each other; empty ones are left out. The views are on the stream's device.
/// Exported for its tests alone.
RETOUCH_EXPORT void gaussian_lowres(StreamView stream, std::span<const LowresJob> jobs);

}  // namespace retouch::detail

namespace retouch::cpu {
void gaussian_lowres(StreamView stream, std::span<const detail::LowresJob> jobs);
}  // namespace retouch::cpu

namespace retouch::cuda {
void gaussian_lowres(StreamView stream, std::span<const detail::LowresJob> jobs);
}  // namespace retouch::cuda
