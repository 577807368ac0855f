// What the backends do for a Canvas.
#pragma once

#include <span>

#include "canvas/list.hpp"

namespace retouch::canvas {

/// Commands of one list to be drawn on its target. All pointers of the list's records are filled in but those into its
/// own data.
struct Drawing {
  DisplayList* list;
  std::span<const Command> commands;
  ImageView target;
};

}  // namespace retouch::canvas

// At most 65535 drawings of one format, none empty; the records' pointers are for the backend.
namespace retouch::cpu {
void draw(StreamView stream, std::span<const canvas::Drawing> drawings);
}
namespace retouch::cuda {
void draw(StreamView stream, std::span<const canvas::Drawing> drawings);
/// The arena's bytes on the stream's GPU, those appended since the last call uploaded in stream order.
const std::uint8_t* resident_arena(StreamView stream, const text::GlyphArena& arena);
}  // namespace retouch::cuda
