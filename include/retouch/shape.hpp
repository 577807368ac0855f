// Outlines: what a blur, a dim or a tint is limited to.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/geometry.hpp"
#include "retouch/image.hpp"

namespace retouch {

/// What counts as inside of an outline that crosses itself: even_odd as cv::fillPoly, or every part that the outline
/// goes around (nonzero).
enum class FillRule : std::uint8_t { even_odd, nonzero };

/// An area of a picture. A plain value; coordinates are pixels of the target (docs/pixel_model.md).
class RETOUCH_EXPORT Shape {
 public:
  enum class Kind : std::uint8_t { box, rounded, ellipse, polygon, mask };

  /// A box, turned by its angle_deg.
  static Shape box(const Box& box);
  static Shape rect(const Rect& rect);
  /// A box with corners of the radius (at most half its shorter side).
  static Shape rounded(const Box& box, float radius_px);
  /// The ellipse that fills the box, turned with it.
  static Shape ellipse(const Box& box);
  static Shape circle(PointF center, float radius_px);
  /// Closed; 3 points or more (fewer: nothing is inside).
  static Shape polygon(std::span<const PointF> points, FillRule rule = FillRule::even_odd);
  /// A mask of any size scaled (linear) to the box, which must not be turned: gray8 in host memory, 0 = outside, 255 =
  /// inside. The pixels are copied. Throws Unsupported for another format or GPU memory.
  static Shape mask(const Box& box, const ImageView& mask);

  Kind kind() const { return kind_; }
  const Box& bounds() const { return box_; }  ///< before turning; of a polygon, its bounding box
  float radius_px() const { return radius_; }
  std::span<const PointF> points() const { return points_; }
  FillRule rule() const { return rule_; }
  Size mask_size() const { return mask_size_; }
  std::span<const std::uint8_t> mask_pixels() const { return mask_; }  ///< tight rows

 private:
  Kind kind_ = Kind::box;
  FillRule rule_ = FillRule::even_odd;
  float radius_ = 0;
  Box box_{};
  Size mask_size_{};
  std::vector<PointF> points_;
  std::vector<std::uint8_t> mask_;
};

}  // namespace retouch
