// From a text to lines of glyphs: newlines, max_width, the text's measures.
#pragma once

#include <string_view>
#include <vector>

#include "retouch/text.hpp"
#include "text/shaping.hpp"

namespace retouch::text {

struct Line {
  std::size_t begin = 0;  // of Block::glyphs
  std::size_t end = 0;
  float width = 0;
  float x = 0;  // where it starts, by the style's alignment
};

/// Lines from the text's top-left corner. Reused: memory is kept.
struct Block {
  std::vector<ShapedGlyph> glyphs;
  std::vector<Line> lines;
  float line_distance = 0;
  TextExtents extents;
};

/// The style has been checked.
void compose(std::string_view utf8, const TextStyle& style, Block& block);

}  // namespace retouch::text
