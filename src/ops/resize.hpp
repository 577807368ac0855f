// Backends of resize_into. Views are checked: one format, not empty, no shared memory, chroma phase 0.
#pragma once

#include "retouch/image.hpp"
#include "retouch/stream.hpp"
#include "retouch/transform.hpp"

namespace retouch::detail {

/// How a plane is scaled, once the sizes are known.
enum class Scaling { nearest, linear, area_enlarging, area_shrinking };

/// As OpenCV: the mean of what is covered only where both axes shrink (or stay).
inline Scaling scaling_of(const Plane& src, const Plane& dst, Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::nearest: return Scaling::nearest;
    case Interpolation::linear: return Scaling::linear;
    case Interpolation::area: break;
  }
  return src.width >= dst.width && src.height >= dst.height ? Scaling::area_shrinking : Scaling::area_enlarging;
}

}  // namespace retouch::detail

namespace retouch::cpu {
void resize_into(StreamView stream, const ImageView& src, const ImageView& dst, Interpolation interpolation);
}  // namespace retouch::cpu

namespace retouch::cuda {
void resize_into(StreamView stream, const ImageView& src, const ImageView& dst, Interpolation interpolation);
}  // namespace retouch::cuda
