// Canvas::text.
#include <algorithm>
#include <cmath>
#include <limits>

#include "canvas/state.hpp"
#include "core/check.hpp"
#include "text/layout.hpp"

namespace retouch {

using canvas::Bounds;
using canvas::CommandType;
using canvas::Fixup;
using canvas::Vec;

namespace {

void record_glyphs(Canvas::State& s, const text::Layout& layout, const std::vector<text::PlacedGlyph>& glyphs,
                   const Rect& ink, Point origin, const Color& color) {
  const std::uint32_t word = s.list.color_word(color);
  Bounds bounds{ink.x + origin.x, ink.y + origin.y, ink.x + origin.x + ink.width, ink.y + origin.y + ink.height};
  if (word >> 24U == 0 || ink.empty() || !s.list.visible(bounds)) return;
  const std::uint32_t where = s.list.reserve(sizeof(canvas::TextHeader) + glyphs.size() * sizeof(canvas::GlyphRecord));
  auto* const header = s.list.at<canvas::TextHeader>(where);
  auto* out = reinterpret_cast<canvas::GlyphRecord*>(header + 1);
  std::uint32_t count = 0;
  for (const text::PlacedGlyph& glyph : glyphs) {
    const int x = glyph.x + origin.x;
    const int y = glyph.y + origin.y;
    using Short = std::numeric_limits<std::int16_t>;
    if (x < Short::min() || x > Short::max() || y < Short::min() || y > Short::max()) continue;  // far off the target
    out[count++] = {static_cast<std::int16_t>(x), static_cast<std::int16_t>(y), glyph.width, glyph.height,
                    glyph.ref + static_cast<std::uint32_t>(sizeof(text::GlyphHeader) / text::GlyphArena::granule)};
  }
  *header = {nullptr, count, 0};
  auto& arenas = s.list.arenas;
  if (arenas.empty() || arenas.back() != layout.arena) arenas.push_back(layout.arena);
  s.list.fix(where, offsetof(canvas::TextHeader, arena), Fixup::Kind::arena,
             static_cast<std::uint32_t>(arenas.size() - 1));
  s.list.add(CommandType::text, bounds, word, where);
}

// The box behind the text: filled, with a border around it.
void record_box(Canvas::State& s, const text::Layout& layout, Vec position, const TextStyle& style) {
  const double width = layout.extents.box_width;
  const double height = layout.extents.box_height;
  const Vec center = position + Vec{layout.box_center.x, layout.box_center.y};
  const double border = style.border_px;
  const bool filled = style.background && style.background->a != 0;
  const bool framed = border > 0 && style.border_color.a != 0;
  if ((!filled && !framed) || width <= 0 || height <= 0) return;
  const std::uint32_t fill = filled ? s.list.color_word(*style.background) : 0;
  const std::uint32_t rim = s.list.color_word(style.border_color);
  const double radius = style.radius_px;
  if (style.angle_deg == 0) {
    // On whole pixels: sharp edges, and the quickest command.
    const auto nearest = [](double v) { return canvas::floor_of(v + 0.5); };
    const double left = nearest(center.x - width / 2);
    const double top = nearest(center.y - height / 2);
    const double right = left + nearest(width);
    const double bottom = top + nearest(height);
    if (radius > 0) {
      if (filled)
        s.rounded(left + border, top + border, right - border, bottom - border, std::max(radius - border, 0.0), 0,
                  fill);
      if (framed) s.rounded(left, top, right, bottom, radius, border, rim);
    } else {
      if (filled) s.fill_rect(left + border, top + border, right - border, bottom - border, fill);
      if (framed) s.border_rect(left, top, right, bottom, border, rim);
    }
    return;
  }
  const canvas::Turn turn(center, style.angle_deg);
  const auto outline = [&](double inset, bool hole) {
    s.points.clear();
    const double x = std::max(width / 2 - inset, 0.0);
    const double y = std::max(height / 2 - inset, 0.0);
    canvas::add_rounded(s.points, center.x - x, center.y - y, center.x + x, center.y + y,
                        std::min({std::max(radius - inset, 0.0), x, y}));
    for (Vec& p : s.points) p = turn(p);
    s.edges.add_outline(s.points, hole);
  };
  if (filled) {
    s.edges.begin();
    outline(border, false);
    s.edges.record_polygon(s.list, fill, 0);
  }
  if (framed) {
    s.edges.begin();
    outline(0, false);
    outline(border, true);
    s.edges.record_polygon(s.list, rim, canvas::edges_nonzero);
  }
}

}  // namespace

Canvas& Canvas::text(std::string_view utf8, PointF given, const TextStyle& style) {
  const PointF position = canvas::checked("text", "the position", given);
  const PointF shadow_offset = canvas::checked("text", "the shadow's offset", style.shadow_offset);
  canvas::checked_size("text", "border_px", style.border_px);
  canvas::checked_size("text", "radius_px", style.radius_px);
  if (utf8.empty()) return *this;
  State& s = *state_;
  const Vec at = s.vec(position);
  const Point origin{canvas::floor_of(at.x), canvas::floor_of(at.y + 0.5)};
  const auto layout = s.recent_layouts.layout(utf8, style, canvas::floor_of((at.x - origin.x) * 4));
  record_box(s, *layout, {at.x, at.y}, style);
  if (style.shadow_color.a != 0) {
    const Point shadow{origin.x + static_cast<int>(std::lround(shadow_offset.x)),
                       origin.y + static_cast<int>(std::lround(shadow_offset.y))};
    const bool rim = !layout->outline.empty();
    record_glyphs(s, *layout, rim ? layout->outline : layout->fill, rim ? layout->outline_ink : layout->fill_ink,
                  shadow, style.shadow_color);
  }
  record_glyphs(s, *layout, layout->outline, layout->outline_ink, origin, style.outline_color);
  record_glyphs(s, *layout, layout->fill, layout->fill_ink, origin, style.color);
  return *this;
}

}  // namespace retouch
