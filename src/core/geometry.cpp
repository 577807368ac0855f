#include "retouch/geometry.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/check.hpp"

namespace retouch {

Rect intersect(const Rect& a, const Rect& b) {
  if (a.empty() || b.empty()) return {};
  const std::int64_t left = std::max(a.x, b.x);
  const std::int64_t top = std::max(a.y, b.y);
  const std::int64_t right = std::min(std::int64_t{a.x} + a.width, std::int64_t{b.x} + b.width);
  const std::int64_t bottom = std::min(std::int64_t{a.y} + a.height, std::int64_t{b.y} + b.height);
  if (right <= left || bottom <= top) return {};
  return {static_cast<int>(left), static_cast<int>(top), static_cast<int>(right - left),
          static_cast<int>(bottom - top)};
}

Rect enclosing_rect(const Box& box) {
  const double left = box.left;
  const double top = box.top;
  const double width = box.width;
  const double height = box.height;
  if (!std::isfinite(left) || !std::isfinite(top) || !std::isfinite(width) || !std::isfinite(height) ||
      !std::isfinite(box.angle_deg) || width < 0 || height < 0)
    detail::invalid(
        "enclosing_rect: a box needs finite coordinates and a size that is not negative (left {}, top {}, "
        "width {}, height {}, angle_deg {})",
        left, top, width, height, box.angle_deg);
  if (width == 0 || height == 0) return {};
  // A turned box's corners carry rounding noise: what is within a millionth of a pixel of a whole one is that one.
  const double slack = box.angle_deg == 0 ? 0.0 : 1e-6;
  const double angle = static_cast<double>(box.angle_deg) * 3.14159265358979323846 / 180.0;
  // Exact for the axis-aligned case, where cos is 1 and sin is 0.
  const double c = box.angle_deg == 0 ? 1.0 : std::abs(std::cos(angle));
  const double s = box.angle_deg == 0 ? 0.0 : std::abs(std::sin(angle));
  const double half_width = (width * c + height * s) / 2;
  const double half_height = (width * s + height * c) / 2;
  const double x0 = box.angle_deg == 0 ? left : left + width / 2 - half_width;
  const double y0 = box.angle_deg == 0 ? top : top + height / 2 - half_height;
  constexpr double lo = -(1 << 30);
  constexpr double hi = (1 << 30) - 1;
  const auto clamp = [=](double v) { return static_cast<int>(std::clamp(v, lo, hi)); };
  const int ix = clamp(std::floor(x0 + slack));
  const int iy = clamp(std::floor(y0 + slack));
  return {ix, iy, clamp(std::ceil(x0 + 2 * half_width - slack)) - ix,
          clamp(std::ceil(y0 + 2 * half_height - slack)) - iy};
}

}  // namespace retouch
