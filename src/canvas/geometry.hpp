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

/// Cuts a polyline into dashes: `piece` is called with the points of each.
template <class Piece>
void cut_dashes(std::span<const Vec> points, double dash, double gap, std::vector<Vec>& current, Piece&& piece) {
  bool on = true;
  double left = dash;
  current.clear();
  if (!points.empty()) current.push_back(points[0]);
  for (std::size_t i = 1; i < points.size(); ++i) {
    Vec from = points[i - 1];
    double rest = length(points[i] - from);
    while (rest > left) {
      const Vec at = from + (points[i] - from) * (left / rest);
      rest -= left;
      from = at;
      if (on) {
        current.push_back(at);
        piece(std::span<const Vec>(current));
      }
      on = !on;
      left = on ? dash : gap;
      current.clear();
      if (on) current.push_back(at);
    }
    left -= rest;
    if (on) current.push_back(points[i]);
  }
  if (on && current.size() > 1) piece(std::span<const Vec>(current));
}

}  // namespace retouch::canvas
