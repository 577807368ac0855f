#include "cpu/canvas_rows.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/clones.hpp"
#include "pixel/blend.hpp"
#include "pixel/coverage.hpp"
#include "text/layout.hpp"

namespace retouch::cpu {

using canvas::Command;
using canvas::CommandType;

namespace {

template <class Record>
const Record& record_of(const Command& c, const std::byte* data) {
  return *reinterpret_cast<const Record*>(data + std::size_t{c.value()} * canvas::granule);
}

template <class Record>
void cover_each(const Record& r, int y, int x0, int x1, std::uint8_t* out) {
  for (int x = x0; x < x1; ++x) *out++ = static_cast<std::uint8_t>(pixel::cover(r, x, y));
}

void cover_border(const Command& c, int y, int x0, int x1, std::uint8_t* out) {
  const int t = static_cast<int>(c.value());
  const auto length = static_cast<std::size_t>(x1 - x0);
  if (y < c.y0 + t || y >= c.y1 - t) {
    std::memset(out, 255, length);
    return;
  }
  std::memset(out, 0, length);
  const auto set = [&](int from, int to) {
    from = std::max(from, x0);
    to = std::min(to, x1);
    if (from < to) std::memset(out + (from - x0), 255, static_cast<std::size_t>(to - from));
  };
  set(c.x0, c.x0 + t);
  set(c.x1 - t, c.x1);
}

// Pixels right of an edge's piece have all of its height, pixels left of it nothing: only those that it crosses are
// worked out.
RETOUCH_CLONES void add_edge(const pixel::EdgeInRow& e, int x0, int x1, float* sums) {
  const float low = pixel::least(e.xa, e.xb);
  const float high = pixel::greatest(e.xa, e.xb);
  const int begin = std::clamp(static_cast<int>(low) - 1, x0, x1);
  const int end = std::clamp(static_cast<int>(high) + 2, x0, x1);
  for (int x = begin; x < end; ++x) sums[x - x0] += pixel::edge_area(e, static_cast<float>(x));
  for (int x = end; x < x1; ++x) sums[x - x0] += e.height;
}

void cover_polygon(const Command& c, const std::byte* data, int y, int x0, int x1, std::uint8_t* out) {
  const auto& header = record_of<canvas::EdgeHeader>(c, data);
  const auto* edges = reinterpret_cast<const canvas::EdgeRecord*>(&header + 1);
  float sums[canvas::region_width] = {};
  const pixel::StripItems list = pixel::items_of_row(header, edges, y);
  for (std::uint32_t i = list.begin; i < list.end; ++i) {
    const pixel::EdgeInRow e = pixel::edge_in_row(pixel::item_at(edges, list, i), static_cast<float>(y));
    if (e.height != 0) add_edge(e, x0, x1, sums);
  }
  for (int i = 0; i < x1 - x0; ++i) out[i] = static_cast<std::uint8_t>(pixel::inside(sums[i], header.flags));
}

void cover_strokes(const Command& c, const std::byte* data, int y, int x0, int x1, std::uint8_t* out) {
  const auto& header = record_of<canvas::EdgeHeader>(c, data);
  const auto* segments = reinterpret_cast<const canvas::SegmentRecord*>(&header + 1);
  const bool faded = (header.flags & canvas::edges_faded) != 0;
  std::memset(out, 0, static_cast<std::size_t>(x1 - x0));
  const auto fy = static_cast<float>(y);
  const pixel::StripItems list = pixel::items_of_row(header, segments, y);
  for (std::uint32_t i = list.begin; i < list.end; ++i) {
    const canvas::SegmentRecord& s = pixel::item_at(segments, list, i);
    const float reach = s.half + 1;
    if (fy + 1 + reach < pixel::least(s.y0, s.y1) || fy - reach > pixel::greatest(s.y0, s.y1)) continue;
    const int begin = std::clamp(static_cast<int>(pixel::least(s.x0, s.x1) - reach) - 1, x0, x1);
    const int end = std::clamp(static_cast<int>(pixel::greatest(s.x0, s.x1) + reach) + 2, x0, x1);
    for (int x = begin; x < end; ++x) {
      const auto part = static_cast<std::uint8_t>(pixel::to_byte(pixel::cover(s, static_cast<float>(x), fy, faded)));
      out[x - x0] = std::max(out[x - x0], part);
    }
  }
}

void cover_text(const Command& c, const std::byte* data, int y, int x0, int x1, std::uint8_t* out) {
  const auto& header = record_of<canvas::TextHeader>(c, data);
  const auto* glyphs = reinterpret_cast<const canvas::GlyphRecord*>(&header + 1);
  std::memset(out, 0, static_cast<std::size_t>(x1 - x0));
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const canvas::GlyphRecord& g = glyphs[i];
    const int row = y - g.y;
    if (row < 0 || row >= g.height) continue;
    const int begin = std::max<int>(x0, g.x);
    const int end = std::min<int>(x1, g.x + g.width);
    const std::uint8_t* pixels =
        header.arena + std::size_t{g.ref} * text::GlyphArena::granule + static_cast<std::size_t>(row) * g.pitch_bytes();
    for (int x = begin; x < end; ++x) out[x - x0] = std::max(out[x - x0], pixels[x - g.x]);
  }
}

}  // namespace

void cover_row(const Command& c, const std::byte* data, int y, int x0, int x1, std::uint8_t* out) {
  switch (c.type()) {
    case CommandType::fill: std::memset(out, 255, static_cast<std::size_t>(x1 - x0)); break;
    case CommandType::border: cover_border(c, y, x0, x1, out); break;
    case CommandType::rect: cover_each(record_of<canvas::RectRecord>(c, data), y, x0, x1, out); break;
    case CommandType::rounded: cover_each(record_of<canvas::RoundedRecord>(c, data), y, x0, x1, out); break;
    case CommandType::disc: cover_each(record_of<canvas::DiscRecord>(c, data), y, x0, x1, out); break;
    case CommandType::soft: cover_each(record_of<canvas::SoftRecord>(c, data), y, x0, x1, out); break;
    case CommandType::grid: cover_each(record_of<canvas::GridRecord>(c, data), y, x0, x1, out); break;
    case CommandType::mask: cover_each(record_of<canvas::BitmapRecord>(c, data), y, x0, x1, out); break;
    case CommandType::polygon: cover_polygon(c, data, y, x0, x1, out); break;
    case CommandType::strokes: cover_strokes(c, data, y, x0, x1, out); break;
    case CommandType::text: cover_text(c, data, y, x0, x1, out); break;
    case CommandType::colors:
    case CommandType::sprite:
    case CommandType::picture: break;  // no colour of one kind: see color_row
  }
}

void color_row(const Command& c, const std::byte* data, int y, int x0, int x1, std::uint32_t* out) {
  if (c.type() == CommandType::colors) {
    const auto& bitmap = record_of<canvas::BitmapRecord>(c, data);
    const auto* table = reinterpret_cast<const std::uint32_t*>(data + std::size_t{bitmap.table} * canvas::granule);
    for (int x = x0; x < x1; ++x) *out++ = pixel::bitmap_color(bitmap, table, x, y);
    return;
  }
  const auto& sprite = record_of<canvas::SpriteRecord>(c, data);
  for (int x = x0; x < x1; ++x) {
    const std::uint32_t color = pixel::sprite_color(sprite, x, y);
    *out++ = (color & 0xFFFFFFU) | std::uint32_t{pixel::mul255(color >> 24U, sprite.opacity)} << 24U;
  }
}

}  // namespace retouch::cpu
