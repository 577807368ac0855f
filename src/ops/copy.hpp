// Backends of copy_into. Views are checked and not empty; src and dst share no memory.
#pragma once

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::cpu {
void copy(StreamView stream, const ImageView& src, const ImageView& dst);
void copy(StreamView stream, const ImageView& src, const ImageView& dst, const ImageView& mask);
}  // namespace retouch::cpu

namespace retouch::cuda {
/// Also between the host and the GPU: pixels from the host are captured before it returns.
void copy(StreamView stream, const ImageView& src, const ImageView& dst);
void copy(StreamView stream, const ImageView& src, const ImageView& dst, const ImageView& mask);
}  // namespace retouch::cuda
