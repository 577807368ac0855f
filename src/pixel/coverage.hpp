// How much of a pixel a command covers: 0..255. Every result is the same on the host and on the GPU: only additions,
// multiplications, divisions and square roots are used, which IEEE 754 defines exactly; files that include this are
// compiled without contraction to fused multiply-adds.
#pragma once

#include <cstdint>

#include "canvas/command.hpp"
#include "pixel/macros.hpp"

#ifdef __CUDA_ARCH__
#define RETOUCH_SQRT(v) __fsqrt_rn(v)
#else
#include <cmath>
#define RETOUCH_SQRT(v) std::sqrt(v)
#endif

namespace retouch::pixel {

RETOUCH_HD inline float least(float a, float b) { return a < b ? a : b; }
RETOUCH_HD inline float greatest(float a, float b) { return a > b ? a : b; }
/// Within 0..1; what is not a number becomes 0.
RETOUCH_HD inline float unit(float v) { return v > 0 ? (v < 1 ? v : 1) : 0; }
RETOUCH_HD inline std::uint32_t to_byte(float part) { return static_cast<std::uint32_t>(part * 255 + 0.5F); }

/// The part of pixel `x` (x .. x + 1) between two lines.
RETOUCH_HD inline float between(float x, float from, float to) {
  return greatest(least(to, x + 1) - greatest(from, x), 0);
}

RETOUCH_HD inline std::uint32_t cover(const canvas::RectRecord& r, int px, int py) {
  const auto x = static_cast<float>(px);
  const auto y = static_cast<float>(py);
  const float outer = between(x, r.left, r.right) * between(y, r.top, r.bottom);
  const float inner = between(x, r.inner_left, r.inner_right) * between(y, r.inner_top, r.inner_bottom);
  return to_byte(unit(outer - inner));
}

/// The distance of a point, relative to the centre, from the edge of a rounded rectangle; negative inside.
RETOUCH_HD inline float rounded_distance(float x, float y, float half_x, float half_y, float radius) {
  const float dx = (x < 0 ? -x : x) - half_x + radius;
  const float dy = (y < 0 ? -y : y) - half_y + radius;
  const float ox = greatest(dx, 0);
  const float oy = greatest(dy, 0);
  return least(greatest(dx, dy), 0) + RETOUCH_SQRT(ox * ox + oy * oy) - radius;
}

RETOUCH_HD inline std::uint32_t cover(const canvas::RoundedRecord& r, int px, int py) {
  const float x = static_cast<float>(px) + 0.5F - r.x;
  const float y = static_cast<float>(py) + 0.5F - r.y;
  float part = unit(0.5F - rounded_distance(x, y, r.half_x, r.half_y, r.radius));
  if (r.inner_x >= 0) part -= unit(0.5F - rounded_distance(x, y, r.inner_x, r.inner_y, r.inner_radius));
  return to_byte(unit(part));
}

RETOUCH_HD inline std::uint32_t cover(const canvas::DiscRecord& r, int px, int py) {
  const float x = static_cast<float>(px) + 0.5F - r.x;
  const float y = static_cast<float>(py) + 0.5F - r.y;
  const float distance = RETOUCH_SQRT(x * x + y * y);
  // Of a dot smaller than a pixel, its area: the edge's ramp would overstate it.
  const float most = least(r.radius * 2, 1);
  float part = least(unit(r.radius - distance + 0.5F), most * most);
  if (r.inner >= 0) part -= unit(r.inner - distance + 0.5F);
  return to_byte(unit(part));
}

RETOUCH_HD inline std::uint32_t cover(const canvas::SoftRecord& r, int px, int py) {
  const float dx = static_cast<float>(px) + 0.5F - r.x;
  const float dy = static_cast<float>(py) + 0.5F - r.y;
  const float x = dx * r.cosine + dy * r.sine;
  const float y = dy * r.cosine - dx * r.sine;
  float distance = 0;
  if (r.ellipse != 0) {
    // To first order: the implicit function by the length of its gradient. At the centre, the shorter half axis.
    const float ax = x / r.half_x;
    const float ay = y / r.half_y;
    const float bx = ax / r.half_x;
    const float by = ay / r.half_y;
    const float value = RETOUCH_SQRT(ax * ax + ay * ay);
    const float gradient = RETOUCH_SQRT(bx * bx + by * by);
    distance = value < 1e-3F ? -least(r.half_x, r.half_y) : value * (value - 1) / gradient;
  } else {
    distance = rounded_distance(x, y, r.half_x, r.half_y, r.radius);
  }
  return to_byte(unit(-distance * r.inverse_feather));
}

RETOUCH_HD inline float grid_lines(float x, float from, float to, float step, float half) {
  // The nearest line, not the box's own edges. Of a box finer than its pixel the lines are further than any box has.
  const float nearest = (x + 0.5F - from) / step + 0.5F;
  if (!(nearest >= 1 && nearest < 1e6F)) return 0;
  const auto index = static_cast<float>(static_cast<int>(nearest));
  const float line = from + index * step;
  if (line >= to) return 0;
  return between(x, line - half, line + half);
}

RETOUCH_HD inline std::uint32_t cover(const canvas::GridRecord& r, int px, int py) {
  const auto x = static_cast<float>(px);
  const auto y = static_cast<float>(py);
  const float down = grid_lines(x, r.left, r.right, r.step_x, r.half);
  const float across = grid_lines(y, r.top, r.bottom, r.step_y, r.half);
  const float inside = between(x, r.left, r.right) * between(y, r.top, r.bottom);
  return to_byte(unit((down + across - down * across) * inside));
}

/// Integral from 0 to u of the part of a pixel that lies right of a line at distance u from its right edge.
RETOUCH_HD inline float right_part(float u) { return u <= 0 ? 0 : u >= 1 ? u - 0.5F : u * u * 0.5F; }

/// What is common to the pixels of a row: the edge's piece within it, its height with the sign of its direction.
struct EdgeInRow {
  float height;  // 0: the edge does not meet the row
  float xa, xb;
};
RETOUCH_HD inline EdgeInRow edge_in_row(const canvas::EdgeRecord& e, float y) {
  const bool down = e.y0 < e.y1;
  const float top = greatest(down ? e.y0 : e.y1, y);
  const float bottom = least(down ? e.y1 : e.y0, y + 1);
  if (!(top < bottom)) return {0, 0, 0};
  const float slope = (e.x1 - e.x0) / (e.y1 - e.y0);
  const float height = bottom - top;
  return {down ? height : -height, e.x0 + (top - e.y0) * slope, e.x0 + (bottom - e.y0) * slope};
}
/// The signed area right of the edge's piece within pixel x of the row.
RETOUCH_HD inline float edge_area(const EdgeInRow& e, float x) {
  const float ua = x + 1 - e.xa;
  const float ub = x + 1 - e.xb;
  const float low = least(ua, ub);
  const float high = greatest(ua, ub);
  if (high <= 0) return 0;
  if (low >= 1) return e.height;
  const float wide = high - low;
  if (wide < 1e-4F) return e.height * unit((low + high) * 0.5F);
  return e.height * unit((right_part(high) - right_part(low)) / wide);
}
/// The part of a pixel that is inside, from the sum of edge_area() over all edges.
RETOUCH_HD inline std::uint32_t inside(float sum, std::uint32_t flags) {
  float part = sum < 0 ? -sum : sum;
  if ((flags & canvas::edges_even_odd) != 0) {
    part -= 2 * static_cast<float>(static_cast<int>(part * 0.5F));
    if (part > 1) part = 2 - part;
  }
  part = unit(part);
  return to_byte((flags & canvas::edges_inverted) != 0 ? 1 - part : part);
}

/// Of one segment with round ends: the part of a pixel that it covers, times its opacity.
RETOUCH_HD inline float cover(const canvas::SegmentRecord& s, float px, float py, bool faded) {
  const float x = px + 0.5F - s.x0;
  const float y = py + 0.5F - s.y0;
  const float wide = s.x1 - s.x0;
  const float high = s.y1 - s.y0;
  const float along = unit((x * wide + y * high) * s.inverse);
  const float dx = x - along * wide;
  const float dy = y - along * high;
  const float distance = RETOUCH_SQRT(dx * dx + dy * dy);
  const float part = greatest(least(s.half, distance + 0.5F) - greatest(-s.half, distance - 0.5F), 0);
  return least(part, 1) * (faded ? s.a0 + along * (s.a1 - s.a0) : 1);
}

/// Where the items of a strip stand in a list of edges or segments.
struct StripItems {
  const std::uint32_t* indices;  // null: all items
  std::uint32_t begin, end;
};
template <class Item>
RETOUCH_HD inline StripItems items_of_row(const canvas::EdgeHeader& h, const Item* items, int y) {
  if (h.strips == 0) return {nullptr, 0, h.count};
  const auto* begins = reinterpret_cast<const std::uint32_t*>(items + h.count);
  const int strip = (y >= 0 ? y / canvas::strip_rows : -1) - h.first_strip;
  if (strip < 0 || strip >= static_cast<int>(h.strips)) return {nullptr, 0, 0};
  return {begins + h.strips + 1, begins[strip], begins[strip + 1]};
}
template <class Item>
RETOUCH_HD inline const Item& item_at(const Item* items, const StripItems& list, std::uint32_t i) {
  return items[list.indices == nullptr ? i : list.indices[i]];
}

/// Where a pixel's centre falls between two samples of a row or column of `length`.
struct Between {
  int low, high;
  float part;  // of the higher one
};
RETOUCH_HD inline Between between_samples(float at, int length) {
  const float from = least(greatest(at - 0.5F, 0), static_cast<float>(length - 1));
  const int low = static_cast<int>(from);
  const int high = low + 1 < length ? low + 1 : low;
  return {low, high, unit(from - static_cast<float>(low))};
}

/// A bitmap's value at a pixel, 0..255, linearly interpolated.
RETOUCH_HD inline float bitmap_value(const canvas::BitmapRecord& b, int px, int py) {
  const Between x = between_samples((static_cast<float>(px) + 0.5F) * b.x_scale + b.x_start, b.width);
  const Between y = between_samples((static_cast<float>(py) + 0.5F) * b.y_scale + b.y_start, b.height);
  const std::uint8_t* top = b.data + static_cast<std::ptrdiff_t>(y.low) * b.pitch;
  const std::uint8_t* bottom = b.data + static_cast<std::ptrdiff_t>(y.high) * b.pitch;
  const auto mix = [](float a, float c, float part) { return a + (c - a) * part; };
  const float above = mix(static_cast<float>(top[x.low]), static_cast<float>(top[x.high]), x.part);
  const float below = mix(static_cast<float>(bottom[x.low]), static_cast<float>(bottom[x.high]), x.part);
  return mix(above, below, y.part);
}
RETOUCH_HD inline float box_part(const canvas::BitmapRecord& b, int px, int py) {
  return between(static_cast<float>(px), b.left, b.right) * between(static_cast<float>(py), b.top, b.bottom);
}
RETOUCH_HD inline std::uint32_t cover(const canvas::BitmapRecord& b, int px, int py) {
  const float value = bitmap_value(b, px, py);
  const float part = b.threshold == 0 ? value * (1.0F / 255) : value >= static_cast<float>(b.threshold) ? 1 : 0;
  return to_byte(unit(part * box_part(b, px, py)));
}
/// The colour (r, g, b, straight a in a word) of the `colors` command at a pixel; `table` has 256 of them.
RETOUCH_HD inline std::uint32_t bitmap_color(const canvas::BitmapRecord& b, const std::uint32_t* table, int px,
                                             int py) {
  std::uint32_t index = 0;
  if (b.nearest != 0) {
    const float at_x = (static_cast<float>(px) + 0.5F) * b.x_scale + b.x_start;
    const float at_y = (static_cast<float>(py) + 0.5F) * b.y_scale + b.y_start;
    const int x = static_cast<int>(least(greatest(at_x, 0), static_cast<float>(b.width - 1)));
    const int y = static_cast<int>(least(greatest(at_y, 0), static_cast<float>(b.height - 1)));
    index = b.data[static_cast<std::ptrdiff_t>(y) * b.pitch + x];
  } else {
    index = static_cast<std::uint32_t>(bitmap_value(b, px, py) + 0.5F);
  }
  const std::uint32_t color = table[index];
  const std::uint32_t alpha = to_byte(static_cast<float>(color >> 24U) * (1.0F / 255) * unit(box_part(b, px, py)));
  return (color & 0xFFFFFFU) | alpha << 24U;
}

/// A sprite's pixel as straight r, g, b, a in a word; 0 outside it.
RETOUCH_HD inline std::uint32_t sprite_texel(const canvas::SpriteRecord& s, int x, int y) {
  if (x < 0 || y < 0 || x >= s.width || y >= s.height) return 0;
  return *reinterpret_cast<const std::uint32_t*>(s.data + static_cast<std::ptrdiff_t>(y) * s.pitch +
                                                 static_cast<std::ptrdiff_t>(x) * 4);
}
RETOUCH_HD inline std::uint32_t sprite_color(const canvas::SpriteRecord& s, int px, int py) {
  if (s.upright != 0) return sprite_texel(s, px + s.shift_x, py + s.shift_y);
  const float x = static_cast<float>(px) + 0.5F;
  const float y = static_cast<float>(py) + 0.5F;
  const float at_x = s.xx * x + s.xy * y + s.x0 - 0.5F;
  const float at_y = s.yx * x + s.yy * y + s.y0 - 0.5F;
  if (!(at_x > -1 && at_y > -1 && at_x < static_cast<float>(s.width) && at_y < static_cast<float>(s.height))) return 0;
  const int left = static_cast<int>(at_x + 1) - 1;  // rounds down
  const int top = static_cast<int>(at_y + 1) - 1;
  const float right_weight = at_x - static_cast<float>(left);
  const float bottom_weight = at_y - static_cast<float>(top);
  float red = 0;
  float green = 0;
  float blue = 0;
  float alpha = 0;
  for (int i = 0; i < 4; ++i) {
    const int dx = i % 2;
    const int dy = i / 2;
    const std::uint32_t c = sprite_texel(s, left + dx, top + dy);
    const float weight = (dx == 1 ? right_weight : 1 - right_weight) * (dy == 1 ? bottom_weight : 1 - bottom_weight);
    const float a = static_cast<float>(c >> 24U) * weight;
    red += static_cast<float>(c & 0xFFU) * a;
    green += static_cast<float>(c >> 8U & 0xFFU) * a;
    blue += static_cast<float>(c >> 16U & 0xFFU) * a;
    alpha += a;
  }
  if (alpha < 0.5F) return 0;
  const auto channel = [alpha](float sum) { return static_cast<std::uint32_t>(least(sum / alpha, 255) + 0.5F); };
  return channel(red) | channel(green) << 8U | channel(blue) << 16U |
         static_cast<std::uint32_t>(least(alpha, 255) + 0.5F) << 24U;
}

}  // namespace retouch::pixel
