// The cells of `retouch gallery`: every command of Canvas, each a short function whose code docs/gallery.md shows
// (what stands between the tags example-begin and example-end) and whose picture tests/golden/canvas keeps.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "retouch/canvas.hpp"
#include "retouch/object.hpp"

namespace retouch::gallery {

inline constexpr Size cell_size{240, 180};

enum class Background : std::uint8_t {
  plain,     ///< dark squares
  portrait,  ///< a face: box {68, 26, 88, 112}
  trio,      ///< three, each 80 pixels wide: boxes {16 + 80 * i, 18, 52, 80}
};

struct Cell {
  std::string_view name;   ///< of the function, the tag and the picture's file
  std::string_view title;  ///< on the page
  void (*draw)(Canvas& canvas) = nullptr;
  Background background = Background::plain;
  bool fixed = true;  ///< the same on every machine; false: depends on the fonts that are installed
};

/// By topic, in the order in which the page shows them.
struct Topic {
  std::string_view title;
  std::span<const Cell> cells;
};
std::span<const Topic> topics();

std::span<const Cell> shape_cells();
std::span<const Cell> curve_cells();
std::span<const Cell> area_cells();
std::span<const Cell> blur_cells();
std::span<const Cell> object_cells();
std::span<const Cell> text_cells();

/// Pixels in host memory that a cell starts from: rgb8, cell_size. `photo` is an rgba8 picture of 512x512 (the
/// astronaut of the assets) that the portraits are cut from; empty: drawn ones, the same everywhere.
std::vector<std::uint8_t> background_pixels(Background background, const ImageView& photo = {});

// What cells draw with.
const Sprite& badge();                   ///< 64x48, translucent edges
ImageView person_mask();                 ///< gray8 32x32: a person, soft edges
ImageView street_classes();              ///< gray8 24x18: classes 0 to 3
std::span<const float> attention();      ///< 24x18 floats, 0..1
std::span<const PointF> stick_figure();  ///< 17 points in COCO's order, two of them NaN
std::vector<Object> three_faces();       ///< of the trio, as a detector and a tracker say

}  // namespace retouch::gallery
