// Outlines as points: what curves, dashes and corners are made of before they are recorded. Doubles; list space.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "retouch/geometry.hpp"

namespace retouch::canvas {

struct Vec {
  double x = 0;
  double y = 0;
  friend Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y}; }
  friend Vec operator-(Vec a, Vec b) { return {a.x - b.x, a.y - b.y}; }
  friend Vec operator*(Vec a, double s) { return {a.x * s, a.y * s}; }
};
inline double length(Vec v) { return std::hypot(v.x, v.y); }

// Rounding without a call: the processors that programs are built for by default have no instruction for it, and every
// command rounds some ten times. Within the range of int.
inline int floor_of(double v) {
  const int i = static_cast<int>(v);
  return i - (v < i ? 1 : 0);
}
inline int ceil_of(double v) {
  const int i = static_cast<int>(v);
  return i + (v > i ? 1 : 0);
}
inline bool is_whole(double v) { return v == static_cast<int>(v); }

/// Turns around a centre, clockwise as seen on the screen.
class Turn {
 public:
  Turn(Vec center, double angle_deg);
  Vec operator()(Vec p) const {
    const Vec d = p - center_;
    return {center_.x + d.x * cos_ - d.y * sin_, center_.y + d.x * sin_ + d.y * cos_};
  }

 private:
  Vec center_;
  double cos_, sin_;
};

/// Appends points of an arc of an ellipse, both ends included, so close together that no chord is further than
/// 0.02 pixels from it.
void add_arc(std::vector<Vec>& points, Vec center, double radius_x, double radius_y, double start_deg,
             double sweep_deg);

/// The outline of a rectangle with rounded corners (radius 0: four points), clockwise.
void add_rounded(std::vector<Vec>& points, double left, double top, double right, double bottom, double radius);

/// The outline of what is missing on the outer side where two strokes meet in a point with flat ends: up to the tip, or
/// rounded. `in` and `out`: their directions, of length 1. Empty where they go on straight.
void make_joint(std::vector<Vec>& outline, Vec at, Vec in, Vec out, double half, bool pointed);

/// A rectangle; what lies outside it is not looked at.
struct View {
  Vec low, high;
};

/// The part of a segment, from..to in 0..1, that is inside; false for none (Liang and Barsky, 1984).
bool visible_part(Vec from, Vec to, const View& view, double& t0, double& t1);

/// The lengths of dashes and gaps, made longer where they are so fine that more than 50,000 would be in view.
void coarsen_dashes(std::span<const Vec> points, const View& view, double& dash, double& gap);

/// Cuts a polyline into dashes, the first of them `first` (at most `dash`) long: `piece` is called with the points of
/// each. What is outside the view is skipped, however long it is.
template <class Piece>
void cut_dashes(std::span<const Vec> points, double first, double dash, double gap, const View& view,
                std::vector<Vec>& current, Piece&& piece) {
  const double given = dash;
  coarsen_dashes(points, view, dash, gap);
  bool on = true;
  double left = first * (dash / given);
  const auto finish = [&] {
    if (current.size() > 1) piece(std::span<const Vec>(current));
    current.clear();
  };
  const auto skip = [&](double distance, Vec to) {
    finish();
    double at = std::fmod((on ? dash : dash + gap) - left + distance, dash + gap);
    if (!(at >= 0)) at = 0;
    on = at < dash;
    left = (on ? dash : dash + gap) - at;
    if (on) current.push_back(to);
  };
  current.clear();
  if (!points.empty()) current.push_back(points[0]);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Vec whole = points[i] - points[i - 1];
    const double all = length(whole);
    double t0 = 0;
    double t1 = 1;
    if (!visible_part(points[i - 1], points[i], view, t0, t1)) {
      skip(all, points[i]);
      continue;
    }
    Vec from = points[i - 1] + whole * t0;
    const Vec end = t1 < 1 ? points[i - 1] + whole * t1 : points[i];
    if (t0 > 0) skip(all * t0, from);
    double rest = all * (t1 - t0);
    while (rest > left) {
      from = from + (end - from) * (left / rest);
      rest -= left;
      if (on) current.push_back(from);
      if (on) finish();
      on = !on;
      left = on ? dash : gap;
      if (on) current.push_back(from);
    }
    left -= rest;
    if (on) current.push_back(end);
    if (t1 < 1) skip(all * (1 - t1), points[i]);
  }
  finish();
}

}  // namespace retouch::canvas
