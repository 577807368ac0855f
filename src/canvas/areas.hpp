// Bitmaps and shapes of areas, for the files that record them.
#pragma once

#include <cstdint>
#include <span>

#include "canvas/state.hpp"

namespace retouch::canvas {

/// A record that scales a bitmap of this size to the box; tight rows.
BitmapRecord place_bitmap(const Canvas::State& s, const Box& box, Size size);
/// What it covers of the target; false for nothing.
bool bitmap_bounds(const Canvas::State& s, const BitmapRecord& record, Bounds& bounds);
/// Records the bitmap with pixels that are captured (host memory) or referred to (the target's GPU).
std::uint32_t put_bitmap(Canvas::State& s, const BitmapRecord& record, std::span<const std::uint8_t> pixels);
std::uint32_t put_bitmap(Canvas::State& s, BitmapRecord record, const ImageView& view);
void check_bitmap(const char* command, const Canvas::State& s, const Box& box, const ImageView& bitmap);

/// Adds the command that fills a shape.
void record_shape(Canvas::State& s, const Shape& shape, std::uint32_t color);

}  // namespace retouch::canvas
