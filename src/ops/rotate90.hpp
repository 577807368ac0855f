// Backends of rotate90 and rotate90_into, quarter turns only: a half turn is a flip. Views are checked and not empty.
#pragma once

#include <span>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::cpu {
/// Square planes; in the order given, so views may overlap.
void rotate90(StreamView stream, std::span<const ImageView> views, bool clockwise);
void rotate90_into(StreamView stream, const ImageView& src, const ImageView& dst, bool clockwise);
}  // namespace retouch::cpu

namespace retouch::cuda {
void rotate90(StreamView stream, std::span<const ImageView> views, bool clockwise);
void rotate90_into(StreamView stream, const ImageView& src, const ImageView& dst, bool clockwise);
}  // namespace retouch::cuda
