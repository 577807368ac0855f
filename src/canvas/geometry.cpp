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
  int count = std::clamp(static_cast<int>(std::ceil(std::abs(sweep) / step)), 1, 4096);
  if (std::abs(sweep_deg) >= 360) count = (count + 3) / 4 * 4;  // points at all four ends: a mirrored one is the same
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

void make_joint(std::vector<Vec>& outline, Vec at, Vec in, Vec out, double half, bool pointed) {
  outline.clear();
  const double sine = in.x * out.y - in.y * out.x;
  const double cosine = in.x * out.x + in.y * out.y;
  if (std::abs(sine) < 1e-6 && cosine > 0) return;
  const double outer = sine > 0 ? -half : half;
  const Vec from{-in.y * outer, in.x * outer};
  const Vec to{-out.y * outer, out.x * outer};
  outline = {at, at + from};
  if (pointed && cosine > -0.5) {
    outline.push_back(at + (from + to) * (1 / (1 + cosine)));
  } else {
    constexpr double step = 0.3;
    const double angle = std::atan2(sine, cosine);
    const int steps = static_cast<int>(std::abs(angle) / step) + 1;
    for (int i = 1; i < steps; ++i) {
      const double turn = angle * i / steps;
      outline.push_back(at + Vec{from.x * std::cos(turn) - from.y * std::sin(turn),
                                 from.x * std::sin(turn) + from.y * std::cos(turn)});
    }
  }
  outline.push_back(at + to);
}

bool visible_part(Vec from, Vec to, const View& view, double& t0, double& t1) {
  const Vec d = to - from;
  const auto cut = [&](double p, double q) {  // keeps the part where p * t <= q
    if (p == 0) return q >= 0;
    if (p < 0)
      t0 = std::max(t0, q / p);
    else
      t1 = std::min(t1, q / p);
    return t0 <= t1;
  };
  return cut(-d.x, from.x - view.low.x) && cut(d.x, view.high.x - from.x) && cut(-d.y, from.y - view.low.y) &&
         cut(d.y, view.high.y - from.y);
}

void coarsen_dashes(std::span<const Vec> points, const View& view, double& dash, double& gap) {
  constexpr double most = 50000;
  double seen = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    double t0 = 0;
    double t1 = 1;
    if (visible_part(points[i - 1], points[i], view, t0, t1)) seen += length(points[i] - points[i - 1]) * (t1 - t0);
  }
  const double period = dash + gap;
  if (seen <= most * period) return;
  dash *= seen / (most * period);
  gap *= seen / (most * period);
}

}  // namespace retouch::canvas
