// The display list as both backends read it: commands of 16 bytes, and records of 16-byte granules that belong to them.
//
// Coordinates are in list space: the target's pixels, shifted right and down by a few (Placement) so that list column 0
// and row 0 lie on the target's chroma grid and on whole words of its memory. Tiles and strips count from there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pixel/macros.hpp"

namespace retouch::canvas {

enum class CommandType : std::uint8_t {
  fill,     ///< the command's bounds, whole pixels
  border,   ///< a frame inside the bounds; its thickness stands in place of the record
  rect,     ///< RectRecord
  rounded,  ///< RoundedRecord
  disc,     ///< DiscRecord
  soft,     ///< SoftRecord
  grid,     ///< GridRecord
  polygon,  ///< EdgeHeader, edges
  strokes,  ///< EdgeHeader, segments
  text,     ///< TextHeader, glyphs
  mask,     ///< BitmapRecord: its values are coverage
  colors,   ///< BitmapRecord: its values, interpolated or not, choose colours of a table of 256
  sprite,   ///< SpriteRecord
  picture,  ///< PictureRecord: pixels in the target's own format, through the coverage of another command
};

/// One thing to draw. `color`: channels in the target's order (or Y, Cb, Cr), alpha in the top byte.
struct alignas(16) Command {
  std::int16_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // bounds; end exclusive. Within the target, but for border
  std::uint32_t color = 0;
  std::uint32_t packed = 0;

  static constexpr unsigned type_bits = 5;
  static constexpr std::uint32_t most = (1U << (32 - type_bits)) - 1;

  RETOUCH_HD CommandType type() const { return static_cast<CommandType>(packed & ((1U << type_bits) - 1)); }
  /// Where the record stands, in granules from the start of the list's data; of border: the thickness.
  RETOUCH_HD std::uint32_t value() const { return packed >> type_bits; }
  static std::uint32_t pack(CommandType type, std::uint32_t value) {
    return value << type_bits | static_cast<std::uint32_t>(type);
  }
  RETOUCH_HD std::uint32_t alpha() const { return color >> 24U; }
};
static_assert(sizeof(Command) == 16);

inline constexpr std::size_t granule = 16;

/// The area between two rectangles (the inner one may be empty).
struct alignas(16) RectRecord {
  float left, top, right, bottom;
  float inner_left, inner_top, inner_right, inner_bottom;
};

/// The area between two rounded rectangles around one centre: half sides and corner radii. inner_x < 0: no inner one.
struct alignas(16) RoundedRecord {
  float x, y, half_x, half_y;
  float radius, inner_x, inner_y, inner_radius;
};

/// inner < 0: no hole.
struct alignas(16) DiscRecord {
  float x, y, radius, inner;
};

/// A rounded rectangle or an ellipse, turned around its centre, whose edge fades over `1 / inverse_feather` pixels
/// inside.
struct alignas(16) SoftRecord {
  float x, y, half_x, half_y;
  float radius, cosine, sine, inverse_feather;
  std::uint32_t ellipse;
  std::uint32_t unused[3];
};

/// Lines of `half` times two around x + i * step_x, i = 1, 2 ... below right, and likewise down.
struct alignas(16) GridRecord {
  float left, top, right, bottom;
  float step_x, step_y, half, unused;
};

/// In front of a polygon's edges or a polyline's segments, EdgeRecord or SegmentRecord each. With strips > 0, index
/// lists follow: for strip s (rows 8 * (first_strip + s) and the 7 below), items begin(s) .. begin(s + 1) - 1 of the
/// list.
struct alignas(16) EdgeHeader {
  std::uint32_t count;
  std::uint32_t flags;  // EdgeFlags
  std::int32_t first_strip;
  std::uint32_t strips;
};
enum EdgeFlags : std::uint32_t {
  edges_nonzero = 0,  // of outlines that all turn the same way
  edges_even_odd = 1,
  edges_inverted = 2,  // what is not inside
  edges_faded = 4,     // segments have opacities
};
inline constexpr int strip_rows = 8;

struct alignas(16) EdgeRecord {
  float x0, y0, x1, y1;
};
struct alignas(16) SegmentRecord {
  float x0, y0, x1, y1;
  float half;     // of the width
  float a0, a1;   // opacity at the ends
  float inverse;  // 1 / length squared; 0 for a point
};

/// Glyphs follow, GlyphRecord each.
struct alignas(16) TextHeader {
  const std::uint8_t* arena;
  std::uint32_t count;
  std::uint32_t unused;
};
/// The picture of width x height at a place of list space; its rows are whole words, from `ref` granules into the arena
/// on.
struct GlyphRecord {
  std::int16_t x, y;
  std::uint16_t width, height;
  std::uint32_t ref;
  RETOUCH_HD std::uint32_t pitch_bytes() const { return (width + 3U) & ~3U; }
};
static_assert(sizeof(GlyphRecord) == 12);

/// 8-bit values in rows, scaled to a box: value at the centre of list pixel (x, y) is that at (x * x_scale + x_start,
/// ...) in the bitmap's pixels, where 0.5 is the first one's centre.
struct alignas(16) BitmapRecord {
  const std::uint8_t* data;
  std::int32_t pitch;
  std::int32_t width;
  std::int32_t height;
  std::uint32_t threshold;  // mask: 0 = the value itself
  float x_scale, x_start;
  float y_scale, y_start;
  float left, top;  // the box, whose edges may be inside pixels
  float right, bottom;
  std::uint32_t nearest;  // colors: 1 = class numbers
  std::uint32_t table;    // colors: granules from the start of the data to 256 words of r, g, b, a (straight)
};
static_assert(sizeof(BitmapRecord) == 64);

/// An rgba8 picture. Pixel (x, y) shows the picture at (xx * x + xy * y + x0, ...), again with centres at halves.
struct alignas(16) SpriteRecord {
  const std::uint8_t* data;
  std::int32_t pitch;
  std::int32_t width;
  std::int32_t height;
  std::uint32_t opacity;          // 0..255
  std::int32_t shift_x, shift_y;  // upright: picture pixel = list pixel + shift
  float xx, xy, x0;
  float yx, yy, y0;
  std::uint32_t upright;  // 1: no interpolation
  std::uint32_t unused;
};
static_assert(sizeof(SpriteRecord) == 64);

/// A picture in the target's format. As SpriteRecord without turning; its first pixel lies on the chroma grid.
struct alignas(16) PictureRecord {
  const std::uint8_t* planes[3];
  std::int32_t pitches[3];
  std::int32_t width, height;
  float x_scale, x_start, y_scale, y_start;
  std::int32_t shift_x, shift_y;
  std::uint32_t plain;  // 1: no scaling
  std::uint32_t clip;   // granules from the start of the data to the Command that is its shape
};
static_assert(sizeof(PictureRecord) == 80);

// How the work is divided: a task on the CPU has one region; a block on the GPU one or a part of it, a warp one tile.
inline constexpr int region_width = 128;
inline constexpr int region_height = 32;
inline constexpr int tile_width = 32;
inline constexpr int tile_height = 8;

/// A region that commands touch: entries (numbers of commands, in call order) from `first` up to the next region's; one
/// more record ends a list of regions.
struct RegionRecord {
  std::uint32_t first;
  std::uint32_t place;  // column and row, in regions, and the target's number: 8, 12 and 12 bits

  static RegionRecord make(int x, int y, std::uint32_t target, std::uint32_t first) {
    return {first, static_cast<std::uint32_t>(x) | static_cast<std::uint32_t>(y) << 8U | target << 20U};
  }
  RETOUCH_HD int x() const { return static_cast<int>(place & 0xFFU); }
  RETOUCH_HD int y() const { return static_cast<int>(place >> 8U & 0xFFFU); }
  RETOUCH_HD std::uint32_t target() const { return place >> 20U; }
};
static_assert(sizeof(RegionRecord) == 8);

}  // namespace retouch::canvas
