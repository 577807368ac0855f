// The fast Gaussian on CUDA: for radii up to 16 on GPUs from compute capability 8.0.
#pragma once

#include <span>

#include "cuda/gaussian_separable.hpp"

namespace retouch::cuda {

/// Can it blur this plane? Not when the kernel is too wide or too sharp for byte weights, or the GPU too old.
bool gaussian_fused_suits(StreamView stream, const GaussianPlane& plane, const detail::GaussianKernel& kernel);

/// Blurs planes that it suits and that do not overlap, from `regions` regions; in one launch when they fit.
void gaussian_fused_blur(StreamView stream, std::span<const GaussianPlane> planes, int regions,
                         const detail::GaussianPlan& plan);

}  // namespace retouch::cuda
