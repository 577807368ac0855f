// What the suites of the Canvas share: areas as inside-tests in doubles, sampled 16 x 16 times a pixel, are the
// reference for what a shape covers.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "retouch/canvas.hpp"
#include "support/backend.hpp"

namespace retouch::test {

inline constexpr Color white{255, 255, 255, 255};

using Inside = std::function<bool(double, double)>;

inline Inside rectangle(double left, double top, double right, double bottom) {
  return [=](double x, double y) { return x >= left && x < right && y >= top && y < bottom; };
}
inline Inside ellipse_area(double cx, double cy, double rx, double ry) {
  return [=](double x, double y) { return std::pow((x - cx) / rx, 2) + std::pow((y - cy) / ry, 2) <= 1; };
}
inline Inside disc_area(double cx, double cy, double r) { return ellipse_area(cx, cy, r, r); }
inline Inside rounded_area(double left, double top, double right, double bottom, double r) {
  return [=](double x, double y) {
    if (x < left || x >= right || y < top || y >= bottom) return false;
    const double dx = std::max({left + r - x, x - (right - r), 0.0});
    const double dy = std::max({top + r - y, y - (bottom - r), 0.0});
    return dx * dx + dy * dy <= r * r;
  };
}
inline Inside both(Inside a, Inside b) {
  return [=](double x, double y) { return a(x, y) && b(x, y); };
}
inline Inside either(Inside a, Inside b) {
  return [=](double x, double y) { return a(x, y) || b(x, y); };
}
inline Inside without(Inside a, Inside b) {
  return [=](double x, double y) { return a(x, y) && !b(x, y); };
}
/// Turned clockwise around a point.
inline Inside turned(Inside a, double cx, double cy, double degrees) {
  const double c = std::cos(degrees * std::numbers::pi / 180);
  const double s = std::sin(degrees * std::numbers::pi / 180);
  return [=](double x, double y) { return a(cx + (x - cx) * c + (y - cy) * s, cy - (x - cx) * s + (y - cy) * c); };
}
inline Inside segment_area(PointF a, PointF b, double width) {
  return [=](double x, double y) {
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double squared = dx * dx + dy * dy;
    const double t = squared > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / squared, 0.0, 1.0) : 0;
    return std::hypot(x - a.x - t * dx, y - a.y - t * dy) <= width / 2;
  };
}
inline Inside polyline_area(std::vector<PointF> p, double width, bool closed = false) {
  Inside all = [](double, double) { return false; };
  for (std::size_t i = 1; i < p.size(); ++i) all = either(all, segment_area(p[i - 1], p[i], width));
  return closed ? either(all, segment_area(p.back(), p.front(), width)) : all;
}
inline Inside polygon_area(std::vector<PointF> p, FillRule rule = FillRule::even_odd) {
  return [=](double x, double y) {
    int winding = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const PointF a = p[i];
      const PointF b = p[(i + 1) % p.size()];
      if ((a.y <= y) == (b.y <= y)) continue;
      if (a.x + (double{b.x} - a.x) * (y - a.y) / (double{b.y} - a.y) < x) winding += b.y > a.y ? 1 : -1;
    }
    return rule == FillRule::nonzero ? winding != 0 : winding % 2 != 0;
  };
}

/// 0..255 of each pixel.
inline std::vector<double> sampled(Size size, const Inside& inside) {
  std::vector<double> all;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      int hits = 0;
      for (int i = 0; i < 256; ++i)
        hits += inside(x + (i % 16 + 0.5) / 16, y + (static_cast<int>(i / 16) + 0.5) / 16) ? 1 : 0;
      all.push_back(hits * 255 / 256.0);
    }
  return all;
}

/// EXPECTs that channel 0 of the picture is the area to `worst` levels anywhere and to `mean` levels on the pixels that
/// an edge crosses.
inline void expect_area(const Pixels& drawn, const Inside& inside, double worst, double mean, const std::string& what) {
  const std::vector<double> expected = sampled(drawn.size, inside);
  double sum = 0;
  int partial = 0;
  double most = 0;
  int at_x = 0;
  int at_y = 0;
  double covered = 0;
  for (int y = 0; y < drawn.size.height; ++y)
    for (int x = 0; x < drawn.size.width; ++x) {
      const double e = expected[static_cast<std::size_t>(y * drawn.size.width + x)];
      const double off = std::abs(drawn.at(0, x, y) - e);
      covered += e;
      if (e > 0 && e < 255) {
        sum += off;
        ++partial;
      }
      if (off > most) {
        most = off;
        at_x = x;
        at_y = y;
      }
    }
  EXPECT_GT(covered, 0) << what << ": the reference is empty";
  const auto value = drawn.at(0, at_x, at_y);
  EXPECT_LE(most, worst) << what << " at " << at_x << "," << at_y << ": " << int{value} << " instead of "
                         << expected[static_cast<std::size_t>(at_y * drawn.size.width + at_x)];
  EXPECT_LE(sum, mean * partial) << what;
}

class CanvasSuite : public BackendTest {
 protected:
  using Record = std::function<void(Canvas&)>;
  /// What a canvas makes of the picture; the bytes around it are checked.
  Pixels draw(const Pixels& onto, const Record& record) {
    return apply(onto, [&](StreamView s, const ImageView& image) {
      Canvas canvas(s, image);
      record(canvas);
    });
  }
  /// On black.
  Pixels draw(Size size, const Record& record) { return draw(flat(PixelFormat::rgba8, size, 0), record); }
};

}  // namespace retouch::test
