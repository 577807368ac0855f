#include "canvas/geometry.hpp"

#include <algorithm>
#include <numbers>

namespace retouch::canvas {

namespace {

double radians(double degrees) { return degrees * (std::numbers::pi / 180); }

}  // namespace

Turn::Turn(Vec center, double angle_deg) : center_(center) {
  // Quarter turns are exact.
  const double quarters = angle_deg / 90;
  if (quarters == std::floor(quarters)) {
    const int q = static_cast<int>(std::fmod(quarters, 4)) + 4;
    constexpr double cosines[] = {1, 0, -1, 0};
    cos_ = cosines[q % 4];
    sin_ = cosines[(q + 3) % 4];
  } else {
    cos_ = std::cos(radians(angle_deg));
    sin_ = std::sin(radians(angle_deg));
  }
}

void add_arc(std::vector<Vec>& points, Vec center, double radius_x, double radius_y, double start_deg,
             double sweep_deg) {
  constexpr double tolerance = 0.02;
  const double radius = std::max({radius_x, radius_y, 0.1});
  const double step = 2 * std::acos(std::max(1 - tolerance / radius, 0.0));
  const double sweep = radians(std::clamp(sweep_deg, -360.0, 360.0));
  const int count = std::clamp(static_cast<int>(std::ceil(std::abs(sweep) / step)), 1, 4096);
  for (int i = 0; i <= count; ++i) {
    const double angle = radians(start_deg) + sweep * i / count;
    points.push_back({center.x + radius_x * std::cos(angle), center.y + radius_y * std::sin(angle)});
  }
}

void add_rounded(std::vector<Vec>& points, double left, double top, double right, double bottom, double radius) {
  if (radius <= 0) {
    points.insert(points.end(), {{left, top}, {right, top}, {right, bottom}, {left, bottom}});
    return;
  }
  add_arc(points, {right - radius, top + radius}, radius, radius, -90, 90);
  add_arc(points, {right - radius, bottom - radius}, radius, radius, 0, 90);
  add_arc(points, {left + radius, bottom - radius}, radius, radius, 90, 90);
  add_arc(points, {left + radius, top + radius}, radius, radius, 180, 90);
}

}  // namespace retouch::canvas
