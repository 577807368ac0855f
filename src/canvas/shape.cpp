#include "retouch/shape.hpp"

#include <algorithm>
#include <cmath>

#include "canvas/state.hpp"
#include "core/check.hpp"

namespace retouch {

Shape Shape::box(const Box& box) {
  Shape s;
  s.kind_ = Kind::box;
  s.box_ = canvas::checked("Shape", box);
  return s;
}

Shape Shape::rect(const Rect& r) {
  if (r.width < 0 || r.height < 0)
    detail::invalid("Shape::rect: the size must not be negative ({}x{})", r.width, r.height);
  return box(
      {static_cast<float>(r.x), static_cast<float>(r.y), static_cast<float>(r.width), static_cast<float>(r.height)});
}

Shape Shape::rounded(const Box& box, float radius_px) {
  Shape s = Shape::box(box);
  s.kind_ = Kind::rounded;
  s.radius_ = canvas::checked_size("Shape", "the radius", radius_px);
  return s;
}

Shape Shape::ellipse(const Box& box) {
  Shape s = Shape::box(box);
  s.kind_ = Kind::ellipse;
  return s;
}

Shape Shape::circle(PointF center, float radius_px) {
  const float r = canvas::checked_size("Shape", "the radius", radius_px);
  return ellipse({center.x - r, center.y - r, 2 * r, 2 * r});
}

Shape Shape::polygon(std::span<const PointF> points, FillRule rule) {
  canvas::check_points("Shape", points);
  Shape s;
  s.kind_ = Kind::polygon;
  s.rule_ = rule;
  s.points_.assign(points.begin(), points.end());
  if (points.empty()) return s;
  PointF low = points[0];
  PointF high = points[0];
  for (PointF& p : s.points_) {
    p = canvas::checked("Shape", "points", p);
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  s.box_ = {low.x, low.y, high.x - low.x, high.y - low.y};
  return s;
}

Shape Shape::mask(const Box& box, const ImageView& mask) {
  Shape s = Shape::box(box);
  if (s.box_.angle_deg != 0) detail::invalid("Shape::mask: the box must not be turned ({} degrees)", s.box_.angle_deg);
  if (mask.format() != PixelFormat::gray8 || mask.device().is_cuda())
    throw Unsupported("Shape::mask: the mask must be gray8 in host memory, not " + mask.describe());
  s.kind_ = Kind::mask;
  s.mask_size_ = mask.size();
  s.mask_.resize(static_cast<std::size_t>(mask.width()) * static_cast<std::size_t>(mask.height()));
  for (int y = 0; y < mask.height(); ++y)
    std::copy_n(mask.plane(0).data + y * mask.plane(0).pitch_bytes, mask.width(),
                s.mask_.begin() + std::ptrdiff_t{y} * mask.width());
  return s;
}

}  // namespace retouch
