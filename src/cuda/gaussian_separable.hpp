// The general Gaussian on CUDA, and what its callers hand around.
#pragma once

#include <span>

#include "ops/gaussian_blur.hpp"

namespace retouch::cuda {

/// One plane to blur; src is dst in place.
struct GaussianPlane {
  Plane src, dst;
  bool chroma = false;
  std::array<std::uint8_t, 4> outside{};  ///< what a constant border is made of
};

/// Planes of any number that do not overlap.
void gaussian_separable_blur(StreamView stream, std::span<const GaussianPlane> planes,
                             const detail::GaussianPlan& plan);

}  // namespace retouch::cuda
