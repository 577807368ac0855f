// Sizes, points and rectangles. Units are pixels; the origin is the top-left corner of the top-left pixel, x grows to
// the right and y downwards (docs/pixel_model.md).
#pragma once

#include "retouch/export.hpp"

namespace retouch {

struct Size {
  int width = 0;
  int height = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct PointF {
  float x = 0;
  float y = 0;
  friend bool operator==(const PointF&, const PointF&) = default;
};

/// Whole pixels: columns x .. x+width-1, rows y .. y+height-1.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool empty() const { return width <= 0 || height <= 0; }
  friend bool operator==(const Rect&, const Rect&) = default;
};

/// The part that two rectangles share; empty (all zero) when they share none. Correct for the whole range of int.
RETOUCH_EXPORT Rect intersect(const Rect& a, const Rect& b);

/// A detected thing's box, with fractions of a pixel. `angle_deg` turns it clockwise around its centre.
struct Box {
  float left = 0;
  float top = 0;
  float width = 0;
  float height = 0;
  float angle_deg = 0;
  float right() const { return left + width; }
  float bottom() const { return top + height; }
  PointF center() const { return {left + width / 2, top + height / 2}; }
  friend bool operator==(const Box&, const Box&) = default;
};

/// The smallest rectangle of whole pixels that covers the box (a rotated one: its four corners).
/// Throws InvalidArgument for NaN, infinite or negative sizes; coordinates beyond int are clamped.
RETOUCH_EXPORT Rect enclosing_rect(const Box& box);

}  // namespace retouch
