// Canvas's shapes: boxes, lines, curves, markers.
#include <algorithm>
#include <cmath>

#include "canvas/state.hpp"
#include "core/check.hpp"

namespace retouch {

using canvas::checked;
using canvas::checked_size;
using canvas::Vec;

namespace {

constexpr int most_grid_lines = 100000;

void check_style(const char* command, const ShapeStyle& style) {
  checked_size(command, "the thickness", style.thickness);
}

struct Sides {
  double left, top, right, bottom;
  double shorter() const { return std::min(right - left, bottom - top); }
  Vec center() const { return {(left + right) / 2, (top + bottom) / 2}; }
  Sides grown(double by) const { return {left - by, top - by, right + by, bottom + by}; }
};

// The four corners of a frame, each with arms of `arm` along its sides.
void add_corners(canvas::EdgeBuilder& edges, const Sides& s, double arm, double thickness, const canvas::Turn* turn) {
  const double x_arm = std::min(arm, (s.right - s.left) / 2);
  const double y_arm = std::min(arm, (s.bottom - s.top) / 2);
  for (int i = 0; i < 4; ++i) {
    const double x = i % 2 == 0 ? s.left : s.right;
    const double y = i / 2 == 0 ? s.top : s.bottom;
    const double dx = i % 2 == 0 ? 1 : -1;
    const double dy = i / 2 == 0 ? 1 : -1;
    const double t = std::min(thickness, s.shorter() / 2);
    Vec corner[] = {{x, y},
                    {x + dx * x_arm, y},
                    {x + dx * x_arm, y + dy * t},
                    {x + dx * t, y + dy * t},
                    {x + dx * t, y + dy * y_arm},
                    {x, y + dy * y_arm}};
    if (turn != nullptr)
      for (Vec& p : corner) p = (*turn)(p);
    edges.add_outline(corner);
  }
}

// A progress bar shorter than its round ends: both of them, as far as they lie within each other, so that the bar stays
// inside the background's corners.
void add_short_bar(Canvas::State& s, const Sides& room, const Sides& bar, double radius, bool vertical,
                   std::uint32_t color) {
  s.points.clear();
  canvas::add_rounded(s.points, room.left, room.top, room.right, room.bottom, radius);
  const auto squeeze = [](double v, double low, double high, double to_low, double to_high) {
    const double half = (to_high - to_low) / 2;
    return v < (low + high) / 2 ? to_low + std::min(v - low, half) : to_high - std::min(high - v, half);
  };
  for (Vec& p : s.points)
    if (vertical)
      p.y = squeeze(p.y, room.top, room.bottom, bar.top, bar.bottom);
    else
      p.x = squeeze(p.x, room.left, room.right, bar.left, bar.right);
  s.edges.begin();
  s.edges.add_outline(s.points);
  s.edges.record_polygon(s.list, color, 0);
}

}  // namespace

Canvas& Canvas::box(const Box& given, const BoxStyle& style) {
  const Box box = checked("box", given);
  const double thickness = checked_size("box", "the thickness", style.thickness);
  const double corner = checked_size("box", "corner_px", style.corner_px);
  double radius = checked_size("box", "radius_px", style.radius_px);
  canvas::check_dash("box", style.dash);
  State& s = *state_;
  const Vec from = s.vec({box.left, box.top});
  const Sides inner{from.x, from.y, from.x + box.width, from.y + box.height};
  const double out = style.placement == BorderPlacement::inside     ? 0
                     : style.placement == BorderPlacement::centered ? thickness / 2
                                                                    : thickness;
  const Sides outer = inner.grown(thickness > 0 ? out : 0);
  radius = std::min(radius, outer.shorter() / 2);
  const std::uint32_t color = s.list.color_word(style.color);
  const bool turned = box.angle_deg != 0;
  const canvas::Turn turn(inner.center(), box.angle_deg);
  const auto path = [&](const Sides& of, double r) -> std::span<const Vec> {
    s.points.clear();
    canvas::add_rounded(s.points, of.left, of.top, of.right, of.bottom, std::max(r, 0.0));
    if (turned)
      for (Vec& p : s.points) p = turn(p);
    return s.points;
  };

  if (style.fill && style.fill->a != 0) {
    const std::uint32_t fill = s.list.color_word(*style.fill);
    const Sides& area = style.placement == BorderPlacement::outside ? outer : inner;
    const double r = std::min(radius, area.shorter() / 2);
    if (turned) {
      s.edges.begin();
      s.edges.add_outline(path(area, r));
      s.edges.record_polygon(s.list, fill, 0);
    } else if (r > 0) {
      s.rounded(area.left, area.top, area.right, area.bottom, r, 0, fill);
    } else {
      s.fill_rect(area.left, area.top, area.right, area.bottom, fill);
    }
  }
  if (thickness <= 0 || style.color.a == 0) return *this;

  if (style.dash.dash_px > 0 && style.dash.gap_px > 0) {
    const double t = std::min(thickness, outer.shorter() / 2);
    // The path must not share `points`, which stroke() reads: it copies what it is given first.
    s.stroke(path(outer.grown(-t / 2), radius - t / 2), true, t, style.dash, color);
  } else if (corner > 0) {
    s.edges.begin();
    add_corners(s.edges, outer, corner, thickness, turned ? &turn : nullptr);
    s.edges.record_polygon(s.list, color, 0);
  } else if (turned) {
    s.edges.begin();
    s.edges.add_outline(path(outer, radius));
    // A hole, not even-odd: a thin border's two edges share pixels, where only signed areas add up.
    if (2 * thickness < outer.shorter()) s.edges.add_outline(path(outer.grown(-thickness), radius - thickness), true);
    s.edges.record_polygon(s.list, color, canvas::edges_nonzero);
  } else if (radius > 0) {
    s.rounded(outer.left, outer.top, outer.right, outer.bottom, radius, thickness, color);
  } else {
    s.border_rect(outer.left, outer.top, outer.right, outer.bottom, thickness, color);
  }
  return *this;
}

Canvas& Canvas::line(PointF from, PointF to, const LineStyle& style) {
  const PointF points[] = {checked("line", "points", from), checked("line", "points", to)};
  const double thickness = checked_size("line", "the thickness", style.thickness);
  canvas::check_dash("line", style.dash);
  State& s = *state_;
  s.stroke(s.take(points), false, thickness, style.dash, s.list.color_word(style.color));
  return *this;
}

Canvas& Canvas::polyline(std::span<const PointF> points, const LineStyle& style) {
  canvas::check_points("polyline", points);
  const double thickness = checked_size("polyline", "the thickness", style.thickness);
  canvas::check_dash("polyline", style.dash);
  State& s = *state_;
  s.stroke(s.take(points), false, thickness, style.dash, s.list.color_word(style.color));
  return *this;
}

Canvas& Canvas::polygon(std::span<const PointF> points, const ShapeStyle& style) {
  canvas::check_points("polygon", points);
  check_style("polygon", style);
  State& s = *state_;
  s.outline(s.take(points), style);
  return *this;
}

Canvas& Canvas::circle(PointF center, float radius_px, const ShapeStyle& style) {
  const PointF c = checked("circle", "the centre", center);
  const double radius = checked_size("circle", "the radius", radius_px);
  const double half = checked_size("circle", "the thickness", style.thickness) / 2.0;
  State& s = *state_;
  if (style.fill) s.disc(s.vec(c), radius, -1, s.list.color_word(*style.fill));
  if (half > 0) s.disc(s.vec(c), radius + half, radius > half ? radius - half : -1, s.list.color_word(style.color));
  return *this;
}

Canvas& Canvas::ellipse(const Box& given, const ShapeStyle& style) {
  const Box box = checked("ellipse", given);
  check_style("ellipse", style);
  State& s = *state_;
  const Vec center = s.vec(box.center());
  s.points.clear();
  canvas::add_arc(s.points, center, box.width / 2, box.height / 2, 0, 360);
  s.points.pop_back();  // the first one again
  const canvas::Turn turn(center, box.angle_deg);
  if (box.angle_deg != 0)
    for (Vec& p : s.points) p = turn(p);
  s.outline(s.points, style);
  return *this;
}

Canvas& Canvas::arc(PointF center, float radius_px, float start_deg, float sweep_deg, const LineStyle& style) {
  const PointF c = checked("arc", "the centre", center);
  const double radius = checked_size("arc", "the radius", radius_px);
  checked("arc", "the angles", start_deg);
  checked("arc", "the angles", sweep_deg);
  const double thickness = checked_size("arc", "the thickness", style.thickness);
  canvas::check_dash("arc", style.dash);
  State& s = *state_;
  s.points.clear();
  canvas::add_arc(s.points, s.vec(c), radius, radius, start_deg, sweep_deg);
  s.stroke(s.points, false, thickness, style.dash, s.list.color_word(style.color));
  return *this;
}

Canvas& Canvas::pie(PointF center, float radius_px, float start_deg, float sweep_deg, const ShapeStyle& style) {
  const PointF c = checked("pie", "the centre", center);
  const double radius = checked_size("pie", "the radius", radius_px);
  checked("pie", "the angles", start_deg);
  checked("pie", "the angles", sweep_deg);
  check_style("pie", style);
  if (std::abs(sweep_deg) >= 360) return circle(c, radius_px, style);
  State& s = *state_;
  s.points.clear();
  s.points.push_back(s.vec(c));
  canvas::add_arc(s.points, s.vec(c), radius, radius, start_deg, sweep_deg);
  s.outline(s.points, style);
  return *this;
}

Canvas& Canvas::arrow(PointF from, PointF to, const ArrowStyle& style) {
  State& s = *state_;
  const Vec a = s.vec(checked("arrow", "points", from));
  const Vec b = s.vec(checked("arrow", "points", to));
  const double thickness = checked_size("arrow", "the thickness", style.thickness);
  const double given_head = checked_size("arrow", "head_px", style.head_px);
  const double far = canvas::length(b - a);
  if (far <= 0 || thickness <= 0) return *this;
  const double head = given_head > 0 ? std::min(given_head, far) : std::min(4 * thickness, far / 2);
  const double wing = std::max(head * 0.5, thickness / 2);
  const Vec along = (b - a) * (1 / far);
  const Vec side{-along.y, along.x};
  const Vec neck = b - along * head;
  const double half = thickness / 2;
  const Vec outline[] = {a + side * half,    neck + side * half, neck + side * wing, b,
                         neck - side * wing, neck - side * half, a - side * half};
  s.edges.begin();
  s.edges.add_outline(outline);
  s.edges.record_polygon(s.list, s.list.color_word(style.color), 0);
  return *this;
}

Canvas& Canvas::dot(PointF center, const DotStyle& style) {
  const PointF c = checked("dot", "the centre", center);
  const double radius = checked_size("dot", "the radius", style.radius_px);
  const double rim = checked_size("dot", "outline_px", style.outline_px);
  State& s = *state_;
  s.disc(s.vec(c), radius, -1, s.list.color_word(style.color));
  if (rim > 0) s.disc(s.vec(c), radius + rim, radius, s.list.color_word(style.outline_color));
  return *this;
}

Canvas& Canvas::cross(PointF center, const CrossStyle& style) {
  const PointF c = checked("cross", "the centre", center);
  const double half = checked_size("cross", "the size", style.size_px) / 2.0;
  const double t = std::min(checked_size("cross", "the thickness", style.thickness) / 2.0, half);
  if (half <= 0 || t <= 0) return *this;
  State& s = *state_;
  const Vec at = s.vec(c);
  Vec outline[] = {{-t, -half}, {t, -half}, {t, -t}, {half, -t}, {half, t},   {t, t},
                   {t, half},   {-t, half}, {-t, t}, {-half, t}, {-half, -t}, {-t, -t}};
  const canvas::Turn turn({0, 0}, style.diagonal ? 45 : 0);
  for (Vec& p : outline) p = at + turn(p);
  s.edges.begin();
  s.edges.add_outline(outline);
  s.edges.record_polygon(s.list, s.list.color_word(style.color), 0);
  return *this;
}

Canvas& Canvas::triangle(PointF tip, const TriangleStyle& style) {
  const PointF t = checked("triangle", "the tip", tip);
  const double half = checked_size("triangle", "the width", style.width_px) / 2.0;
  const double high = checked_size("triangle", "the height", style.height_px);
  const double rim = checked_size("triangle", "outline_px", style.outline_px);
  checked("triangle", "the angle", style.angle_deg);
  State& s = *state_;
  const Vec at = s.vec(t);
  const canvas::Turn turn(at, style.angle_deg);
  const Vec outline[] = {turn(at), turn(at + Vec{-half, -high}), turn(at + Vec{half, -high})};
  s.edges.begin();
  s.edges.add_outline(outline);
  s.edges.record_polygon(s.list, s.list.color_word(style.color), 0);
  s.stroke(outline, true, rim, {}, s.list.color_word(style.outline_color));
  return *this;
}

Canvas& Canvas::keypoints(std::span<const PointF> points, const KeypointStyle& style) {
  const double radius = checked_size("keypoints", "the radius", style.radius_px);
  const double edge_thickness = checked_size("keypoints", "the edges' thickness", style.edge_thickness);
  for (const PointF& p : points)
    if (std::isinf(p.x) || std::isinf(p.y))
      detail::invalid("Canvas::keypoints: points must be finite numbers, or NaN for missing ones ({}, {})", p.x, p.y);
  const auto count = static_cast<int>(points.size());
  for (const auto& [a, b] : style.edges)
    if (a < 0 || b < 0 || a >= count || b >= count)
      detail::invalid("Canvas::keypoints: an edge joins points {} and {} of {}", a, b, count);
  State& s = *state_;
  const auto missing = [](const PointF& p) { return std::isnan(p.x) || std::isnan(p.y); };
  if (edge_thickness > 0 && style.edge_color.a != 0) {
    s.edges.begin();
    for (const auto& [a, b] : style.edges) {
      const PointF& from = points[static_cast<std::size_t>(a)];
      const PointF& to = points[static_cast<std::size_t>(b)];
      if (!missing(from) && !missing(to)) s.edges.add_segment(s.vec(from), s.vec(to), edge_thickness);
    }
    s.edges.record_strokes(s.list, s.list.color_word(style.edge_color));
  }
  const std::uint32_t color = s.list.color_word(style.color);
  for (const PointF& p : points)
    if (!missing(p)) s.disc(s.vec(p), radius, -1, color);
  return *this;
}

Canvas& Canvas::trace(std::span<const PointF> points, const TraceStyle& style) {
  canvas::check_points("trace", points);
  const double thickness = checked_size("trace", "the thickness", style.thickness);
  const float oldest = canvas::checked_opacity("trace", "oldest_opacity", style.oldest_opacity);
  if (points.size() < 2 || thickness <= 0) return *this;
  State& s = *state_;
  s.edges.begin();
  const auto opacity = [&](std::size_t i) {
    return oldest + (1 - oldest) * static_cast<float>(i) / static_cast<float>(points.size() - 1);
  };
  for (std::size_t i = 1; i < points.size(); ++i)
    s.edges.add_segment(s.vec(points[i - 1]), s.vec(points[i]), thickness, opacity(i - 1), opacity(i));
  s.edges.record_strokes(s.list, s.list.color_word(style.color), canvas::edges_faded);
  return *this;
}

Canvas& Canvas::progress(const Box& given, float part, const ProgressStyle& style) {
  const Box box = checked("progress", given);
  if (std::isnan(part)) detail::invalid("Canvas::progress: the part must be a number ({})", part);
  const float done = std::clamp(part, 0.0F, 1.0F);
  const double radius = checked_size("progress", "radius_px", style.radius_px);
  const double border = checked_size("progress", "border_px", style.border_px);
  if (box.angle_deg != 0) detail::invalid("Canvas::progress: the box must not be turned ({} degrees)", box.angle_deg);
  State& s = *state_;
  const Vec from = s.vec({box.left, box.top});
  const Sides all{from.x, from.y, from.x + box.width, from.y + box.height};
  const Sides room = all.grown(-border);
  const auto area = [&](const Sides& of, double r, const Color& color) {
    const double fits = std::min(r, of.shorter() / 2);
    if (fits > 0)
      s.rounded(of.left, of.top, of.right, of.bottom, fits, 0, s.list.color_word(color));
    else
      s.fill_rect(of.left, of.top, of.right, of.bottom, s.list.color_word(color));
  };
  const double inner_radius = std::max(radius - border, 0.0);
  area(room, inner_radius, style.background);
  Sides bar = room;
  if (style.vertical)
    bar.top = bar.bottom - (room.bottom - room.top) * done;
  else
    bar.right = bar.left + (room.right - room.left) * done;
  const double fits = std::min(inner_radius, room.shorter() / 2);
  if (done > 0 && (style.vertical ? bar.bottom - bar.top : bar.right - bar.left) < 2 * fits)
    add_short_bar(s, room, bar, fits, style.vertical, s.list.color_word(style.color));
  else if (done > 0)
    area(bar, inner_radius, style.color);
  if (border > 0) {
    if (radius > 0)
      s.rounded(all.left, all.top, all.right, all.bottom, std::min(radius, all.shorter() / 2), border,
                s.list.color_word(style.border_color));
    else
      s.border_rect(all.left, all.top, all.right, all.bottom, border, s.list.color_word(style.border_color));
  }
  return *this;
}

Canvas& Canvas::grid(const Box& given, const GridStyle& style) {
  const Box box = checked("grid", given);
  const float thickness = checked_size("grid", "the thickness", style.thickness);
  const float step_x = checked_size("grid", "step_x", style.step_x);
  const float step_y = checked_size("grid", "step_y", style.step_y);
  if (box.angle_deg != 0) detail::invalid("Canvas::grid: the box must not be turned ({} degrees)", box.angle_deg);
  const auto too_many = [](float length, float step) { return !(step > 0) || length / step > most_grid_lines; };
  if (too_many(box.width, step_x) || too_many(box.height, step_y))
    detail::invalid("Canvas::grid: the steps must be more than 0, and at most {} lines ({}x{} in steps of {}, {})",
                    most_grid_lines, box.width, box.height, step_x, step_y);
  State& s = *state_;
  const Vec from = s.vec({box.left, box.top});
  const auto f = [](double v) { return static_cast<float>(v); };
  const canvas::GridRecord record{f(from.x), f(from.y), f(from.x + box.width), f(from.y + box.height),
                                  step_x,    step_y,    thickness / 2,         0};
  canvas::Bounds bounds = canvas::bounds_of(record.left, record.top, record.right, record.bottom);
  const std::uint32_t color = s.list.color_word(style.color);
  if (thickness > 0 && color >> 24U != 0 && s.list.visible(bounds))
    s.list.add(canvas::CommandType::grid, bounds, color, s.list.put(record));
  return *this;
}

}  // namespace retouch
