// From a text and its style to glyph pictures at places: what Canvas records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/geometry.hpp"
#include "retouch/text.hpp"

namespace retouch::text {

/// In front of each glyph's picture in the arena. Rows of 8-bit coverage follow, pitch_bytes apart (a multiple of 4,
/// at least 4 readable bytes beyond the last row).
struct alignas(16) GlyphHeader {
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  std::uint32_t pitch_bytes = 0;
  std::uint32_t unused[2] = {};
};
static_assert(sizeof(GlyphHeader) == 16);

/// Where glyph pictures are kept on the host; GPUs hold a copy of its first bytes and fetch what has been appended
/// since. Append-only: a reader needs no lock for bytes below a used() that it has seen. When it is full a new
/// generation takes over, with the glyphs used lately; whoever still holds the old one may go on drawing from it.
class GlyphArena {
 public:
  static constexpr std::size_t granule = 16;  // GlyphHeader's alignment; references count in these
  virtual ~GlyphArena() = default;
  virtual const std::uint8_t* data() const = 0;  // stable
  virtual std::size_t used_bytes() const = 0;    // grows only
  virtual std::size_t capacity_bytes() const = 0;
  virtual std::uint64_t generation() const = 0;  // unique in the process
};

/// One glyph of a layout: the top-left pixel of its picture relative to the layout's origin, its size, and where it is:
/// its GlyphHeader stands at arena.data() + ref * GlyphArena::granule.
struct PlacedGlyph {
  std::int16_t x = 0;
  std::int16_t y = 0;
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  std::uint32_t ref = 0;
};
static_assert(sizeof(PlacedGlyph) == 12);

/// A shaped text. Immutable, shared, cached by content. Coordinates are pixels relative to the anchor's position: the
/// point that Canvas::text was given, whose fraction is part of the layout only as `x_fraction` (quarters of a pixel).
struct Layout {
  std::shared_ptr<const GlyphArena> arena;
  std::vector<PlacedGlyph> fill;     // the letters
  std::vector<PlacedGlyph> outline;  // their outlines' pictures (letter and rim), when the style has an outline
  Rect fill_ink;                     // encloses all pictures of `fill`; empty when nothing is visible
  Rect outline_ink;
  TextExtents extents;
  PointF box_center;  // of the background's box, rotated with it; x_fraction is not in it
};

/// The layout of a text, from the cache where it was seen before. `x_fraction` is 0..3. Steady state: no allocation.
/// Throws InvalidArgument ("text: ...") for a size outside 1..2000 and values that are not finite.
/// Thread-safe. (This and what follows is exported for the tests alone.)
RETOUCH_EXPORT std::shared_ptr<const Layout> layout(std::string_view utf8, const TextStyle& style, int x_fraction = 0);

/// For tests and statistics.
struct Statistics {
  std::uint64_t layouts_made = 0;
  std::uint64_t layouts_found = 0;  // in the cache, by layout() or text_size()
  std::uint64_t glyphs_made = 0;    // pictures drawn
  std::uint64_t generations = 0;
  std::size_t cached_layouts = 0;
  std::size_t cached_bytes = 0;
};
RETOUCH_EXPORT Statistics statistics();

/// How much is kept. Setting them begins a new generation.
struct Limits {
  std::size_t glyph_bytes = std::size_t{32}
                            << 20U;  // of a generation, 4 KiB or more; a larger text makes its own larger
  std::size_t layout_bytes = std::size_t{16} << 20U;  // of cached layouts
};
RETOUCH_EXPORT void set_limits(const Limits& limits);

}  // namespace retouch::text
