// How the fast Gaussian cuts planes into tiles and launches. Plain host code.
#pragma once

#include <cstddef>
#include <span>

#include "cuda/gaussian_fused_params.hpp"
#include "cuda/gaussian_separable.hpp"

namespace retouch::cuda::gaussian_fused {

/// What the GPU can do.
struct Limits {
  int multiprocessors = 0;
  int shared_bytes = 0;
  bool clusters = false;
};

/// One launch of blur_kernel<channels, window>.
struct Launch {
  int channels = 0;
  int window = 0;
  int blocks = 0;
  int threads = 0;
  int shared_bytes = 0;
  Params params;
};

/// Can byte weights make this kernel?
bool suits(const detail::GaussianKernel& kernel);
/// Which kernel is for the plane: that of 2 channels also does 1.
int kernel_channels(const GaussianPlane& plane);
/// Is the plane within the kernel's numbers?
bool suits(const GaussianPlane& plane);

/// Strips and groups that one of them is computed from: 2 or 3.
int window_of(const detail::GaussianPlan& plan, std::span<const GaussianPlane> planes);

// Each of these fills `launch` for the first of `planes`, which are for one kernel, and says how many those are; 0 when
// the first does not fit.
/// Guard::none (src is not dst) or Guard::saved; the latter leaves params.saved to be filled in.
std::size_t tile_freely(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                        const Limits& limits, Guard guard, Launch& launch);
/// Guard::cluster.
std::size_t tile_clusters(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                          const Limits& limits, Launch& launch);
/// Guard::grid.
std::size_t tile_grid(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                      const Limits& limits, Launch& launch);

}  // namespace retouch::cuda::gaussian_fused
