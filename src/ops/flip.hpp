// Backends of flip and flip_into. Views are checked and not empty.
#pragma once

#include <span>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"
#include "retouch/transform.hpp"

namespace retouch::cpu {
/// In the order given, so they may overlap.
void flip(StreamView stream, std::span<const ImageView> views, FlipMode mode);
void flip_into(StreamView stream, const ImageView& src, const ImageView& dst, FlipMode mode);
}  // namespace retouch::cpu

namespace retouch::cuda {
void flip(StreamView stream, std::span<const ImageView> views, FlipMode mode);
void flip_into(StreamView stream, const ImageView& src, const ImageView& dst, FlipMode mode);
}  // namespace retouch::cuda
