// The primitives that commands are made of, in list space.
#include <algorithm>
#include <cmath>

#include "canvas/state.hpp"

namespace retouch {

using canvas::Bounds;
using canvas::CommandType;
using canvas::Vec;

namespace {

constexpr double highest_short = 32767;

// What 16-bit bounds can hold.
bool whole_and_near(double v) { return std::abs(v) <= highest_short && canvas::is_whole(v); }

}  // namespace

void Canvas::State::fill_rect(double left, double top, double right, double bottom, std::uint32_t color) {
  Bounds bounds = canvas::bounds_of(left, top, right, bottom);
  if (left >= right || top >= bottom || color >> 24U == 0 || !list.visible(bounds)) return;
  if (whole_and_near(left) && whole_and_near(top) && whole_and_near(right) && whole_and_near(bottom)) {
    list.add(CommandType::fill, bounds, color, 0);
    return;
  }
  const canvas::RectRecord record{static_cast<float>(left),
                                  static_cast<float>(top),
                                  static_cast<float>(right),
                                  static_cast<float>(bottom),
                                  0,
                                  0,
                                  0,
                                  0};
  list.add(CommandType::rect, bounds, color, list.put(record));
}

void Canvas::State::border_rect(double left, double top, double right, double bottom, double thickness,
                                std::uint32_t color) {
  if (2 * thickness >= std::min(right - left, bottom - top)) {
    fill_rect(left, top, right, bottom, color);
    return;
  }
  Bounds bounds = canvas::bounds_of(left, top, right, bottom);
  const Bounds unclipped = bounds;
  if (color >> 24U == 0 || thickness <= 0 || !list.visible(bounds)) return;
  if (whole_and_near(left) && whole_and_near(top) && whole_and_near(right) && whole_and_near(bottom) &&
      canvas::is_whole(std::min(thickness, highest_short)) && thickness <= highest_short) {
    list.add(CommandType::border, unclipped, color, static_cast<std::uint32_t>(thickness));
    return;
  }
  const auto f = [](double v) { return static_cast<float>(v); };
  const canvas::RectRecord record{f(left),
                                  f(top),
                                  f(right),
                                  f(bottom),
                                  f(left + thickness),
                                  f(top + thickness),
                                  f(right - thickness),
                                  f(bottom - thickness)};
  list.add(CommandType::rect, bounds, color, list.put(record));
}

void Canvas::State::rounded(double left, double top, double right, double bottom, double radius, double thickness,
                            std::uint32_t color) {
  Bounds bounds = canvas::bounds_of(left - 0.5, top - 0.5, right + 0.5, bottom + 0.5);
  if (left >= right || top >= bottom || color >> 24U == 0 || !list.visible(bounds)) return;
  const auto f = [](double v) { return static_cast<float>(v); };
  const double half_x = (right - left) / 2;
  const double half_y = (bottom - top) / 2;
  canvas::RoundedRecord record{
      f(left + half_x), f(top + half_y), f(half_x), f(half_y), f(std::min({radius, half_x, half_y})), -1, 0, 0};
  if (thickness > 0 && thickness < std::min(half_x, half_y)) {
    record.inner_x = f(half_x - thickness);
    record.inner_y = f(half_y - thickness);
    record.inner_radius = std::max(record.radius - f(thickness), 0.0F);
  }
  list.add(CommandType::rounded, bounds, color, list.put(record));
}

void Canvas::State::disc(Vec center, double radius, double inner, std::uint32_t color) {
  const double reach = radius + 0.5;
  Bounds bounds = canvas::bounds_of(center.x - reach, center.y - reach, center.x + reach, center.y + reach);
  if (radius <= 0 || color >> 24U == 0 || !list.visible(bounds)) return;
  const canvas::DiscRecord record{static_cast<float>(center.x), static_cast<float>(center.y),
                                  static_cast<float>(radius), static_cast<float>(inner)};
  list.add(CommandType::disc, bounds, color, list.put(record));
}

void Canvas::State::stroke(std::span<const Vec> line, bool closed, double thickness, const Dash& dash,
                           std::uint32_t color) {
  if (line.empty() || thickness <= 0 || color >> 24U == 0) return;
  edges.begin();
  if (dash.dash_px <= 0 || dash.gap_px <= 0) {
    for (std::size_t i = 1; i < line.size(); ++i) edges.add_segment(line[i - 1], line[i], thickness);
    if (closed || line.size() == 1) edges.add_segment(line.back(), line.front(), thickness);
    edges.record_strokes(list, color);
    return;
  }
  more_points.assign(line.begin(), line.end());
  double drawn = dash.dash_px;
  double gap = dash.gap_px;
  double first = drawn;
  if (closed) {
    // A whole number of dashes, one of them around the first corner.
    more_points.push_back(line.front());
    double around = 0;
    for (std::size_t i = 1; i < more_points.size(); ++i) around += canvas::length(more_points[i] - more_points[i - 1]);
    const double stretch = around / (std::max(std::round(around / (drawn + gap)), 1.0) * (drawn + gap));
    drawn *= stretch;
    gap *= stretch;
    first = drawn / 2;
  }
  const double half = thickness / 2;
  const auto join = [&](Vec at, Vec in, Vec out) {
    canvas::make_joint(joint_points, at, in, out, half, closed);
    if (!joint_points.empty()) edges.add_outline(joint_points);
  };
  Vec start{};  // the directions of the line's first and last part that have one
  Vec end{};
  const canvas::View view = canvas::view_of(list.clip, half + 2);
  canvas::cut_dashes(more_points, first, drawn, gap, view, dash_points, [&](std::span<const Vec> piece) {
    Vec before{};
    for (std::size_t i = 1; i < piece.size(); ++i) {
      const Vec along = piece[i] - piece[i - 1];
      const double far = canvas::length(along);
      if (far <= 0) continue;
      const Vec direction = along * (1 / far);
      const Vec side{-direction.y * half, direction.x * half};
      const Vec quad[] = {piece[i - 1] + side, piece[i] + side, piece[i] - side, piece[i - 1] - side};
      edges.add_outline(quad);
      if (before.x != 0 || before.y != 0) join(piece[i - 1], before, direction);
      before = direction;
      if (start.x == 0 && start.y == 0) start = direction;
      end = direction;
    }
  });
  if (closed && (start.x != 0 || start.y != 0)) join(line.front(), end, start);
  edges.record_polygon(list, color, 0);
}

void Canvas::State::outline(std::span<const Vec> closed, const ShapeStyle& style) {
  if (style.fill && style.fill->a != 0) {
    edges.begin();
    edges.add_outline(closed);
    edges.record_polygon(list, list.color_word(*style.fill),
                         style.rule == FillRule::even_odd ? canvas::edges_even_odd : canvas::edges_nonzero);
  }
  stroke(closed, true, std::min(style.thickness, 1e6F), {}, list.color_word(style.color));
}

void Canvas::State::add_outline(const Shape& shape) {
  const Box& box = shape.bounds();
  const Vec corner = vec({box.left, box.top});
  const Vec opposite = corner + Vec{box.width, box.height};
  const Vec center = (corner + opposite) * 0.5;
  points.clear();
  switch (shape.kind()) {
    case Shape::Kind::box:
    case Shape::Kind::rounded:
    case Shape::Kind::mask:
      canvas::add_rounded(points, corner.x, corner.y, opposite.x, opposite.y,
                          std::min<double>(shape.radius_px(), std::min(box.width, box.height) / 2));
      break;
    case Shape::Kind::ellipse:
      canvas::add_arc(points, center, box.width / 2, box.height / 2, 0, 360);
      points.pop_back();  // the first one again
      break;
    case Shape::Kind::polygon:
      for (const PointF& p : shape.points()) points.push_back(vec(p));
      break;
  }
  if (box.angle_deg != 0 && shape.kind() != Shape::Kind::polygon) {
    const canvas::Turn turn(center, box.angle_deg);
    for (Vec& p : points) p = turn(p);
  }
  edges.add_outline(points);
}

}  // namespace retouch
