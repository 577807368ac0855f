// Layouts as pictures: each glyph's coverage put where the layout says, by the plainest loop.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "text/layout.hpp"

namespace retouch::test {

/// Coverage, 0..255.
struct Coverage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  Coverage(int w, int h) : width(w), height(h), pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  std::uint8_t& at(int x, int y) {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
  std::uint8_t at(int x, int y) const { return const_cast<Coverage&>(*this).at(x, y); }
  bool has(int x, int y) const { return x >= 0 && y >= 0 && x < width && y < height; }

  /// The smallest rectangle around all pixels of at least `least`.
  Rect ink(int least = 1) const {
    int left = width;
    int top = height;
    int right = 0;
    int bottom = 0;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        if (at(x, y) >= least) {
          left = std::min(left, x);
          top = std::min(top, y);
          right = std::max(right, x + 1);
          bottom = std::max(bottom, y + 1);
        }
    return right > left ? Rect{left, top, right - left, bottom - top} : Rect{};
  }
};

inline text::GlyphHeader header_of(const text::Layout& layout, const text::PlacedGlyph& glyph) {
  text::GlyphHeader header;
  std::memcpy(&header, layout.arena->data() + std::size_t{glyph.ref} * text::GlyphArena::granule, sizeof(header));
  return header;
}

/// Draws glyphs with the layout's origin at (x, y); where they overlap the larger coverage counts.
inline void draw(const text::Layout& layout, const std::vector<text::PlacedGlyph>& glyphs, int x, int y,
                 Coverage& onto) {
  for (const text::PlacedGlyph& glyph : glyphs) {
    const text::GlyphHeader header = header_of(layout, glyph);
    const std::uint8_t* rows =
        layout.arena->data() + std::size_t{glyph.ref} * text::GlyphArena::granule + sizeof(header);
    for (int row = 0; row < header.height; ++row)
      for (int column = 0; column < header.width; ++column) {
        const std::uint8_t value =
            rows[static_cast<std::size_t>(row) * header.pitch_bytes + static_cast<std::size_t>(column)];
        const int px = x + glyph.x + column;
        const int py = y + glyph.y + row;
        if (onto.has(px, py)) onto.at(px, py) = std::max(onto.at(px, py), value);
      }
  }
}

inline void draw(const text::Layout& layout, int x, int y, Coverage& onto) { draw(layout, layout.fill, x, y, onto); }

}  // namespace retouch::test
