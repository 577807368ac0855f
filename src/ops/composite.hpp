// Backends of composite. The target is the region that the sprite covers, not empty.
#pragma once

#include "ops/sprite.hpp"
#include "retouch/image.hpp"
#include "retouch/sprite.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

struct CompositeJob {
  ImageView covered;   ///< the part of the target under the sprite
  Size rest;           ///< of the target from covered's top-left corner to its right and bottom edge: 4:2:0 chroma
  Point sprite_start;  ///< the sprite's pixel on covered's top-left corner
  CompositeOp op = CompositeOp::over;
  std::uint8_t opacity = 255;
};

}  // namespace retouch::detail

namespace retouch::cpu {
void composite(const detail::SpritePixels& sprite, const detail::CompositeJob& job);
}  // namespace retouch::cpu

namespace retouch::cuda {
/// `sprite` is on the stream's GPU.
void composite(StreamView stream, const detail::SpritePixels& sprite, const detail::CompositeJob& job);
}  // namespace retouch::cuda
