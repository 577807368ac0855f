// The Hershey Simplex stroke font, measured as OpenCV measures it.
#pragma once

#include <cstdint>
#include <string_view>

#include "retouch/geometry.hpp"

namespace retouch::text::hershey {

/// A glyph's strokes: lower left of its cell is (0, 0) on the baseline, y grows downwards; units of cv::putText's
/// scale 1.
struct Glyph {
  int advance = 0;
  /// Pairs of characters, x + '@' and y + '`'; ' ' ends a stroke.
  std::string_view strokes;
};

/// '?' for what is not ASCII.
Glyph glyph(char32_t character);
inline Point point(std::string_view strokes, std::size_t at) { return {strokes[at] - '@', strokes[at + 1] - '`'}; }

/// In units of scale 1; strokes add to them.
inline constexpr float ascent = 21;
inline constexpr float descent = 9;

}  // namespace retouch::text::hershey
