// The gallery's cells: boxes, lines, polygons.
#include <array>

#include "gallery.hpp"

namespace retouch::gallery {
namespace {

// example-begin box
void box(Canvas& canvas) {
  canvas.box({20, 20, 90, 140});  // 2 px, green, inside
  canvas.box({130, 20, 90, 60}, {.color = {255, 80, 60}, .thickness = 6});
  canvas.box({130, 100, 90, 60}, {.color = {80, 160, 255}, .thickness = 3, .fill = Color{80, 160, 255, 90}});
}
// example-end box

// example-begin box_placement
void box_placement(Canvas& canvas) {
  const BorderPlacement placements[] = {BorderPlacement::inside, BorderPlacement::centered, BorderPlacement::outside};
  float left = 24;
  for (const BorderPlacement placement : placements) {
    canvas.box({left, 40, 48, 100}, {.color = {255, 200, 0}, .thickness = 12, .placement = placement});
    canvas.box({left, 40, 48, 100}, {.color = {255, 255, 255}, .thickness = 1});  // the box itself
    left += 72;
  }
}
// example-end box_placement

// example-begin box_rounded
void box_rounded(Canvas& canvas) {
  canvas.box({20, 20, 90, 140}, {.color = {0, 220, 160}, .thickness = 4, .radius_px = 16});
  canvas.box({130, 20, 90, 60}, {.thickness = 0, .fill = Color{240, 90, 160, 200}, .radius_px = 30});
  canvas.box({130, 100, 90, 60},
             {.color = {255, 255, 255}, .thickness = 2, .fill = Color{30, 90, 200}, .radius_px = 12});
}
// example-end box_rounded

// example-begin box_dashed
void box_dashed(Canvas& canvas) {
  canvas.box({20, 20, 90, 140}, {.color = {255, 220, 60}, .thickness = 3, .dash = {12, 8}});
  canvas.box({130, 20, 90, 60}, {.color = {120, 220, 255}, .thickness = 2, .radius_px = 16, .dash = {6, 4}});
  canvas.box({130, 100, 90, 60}, {.color = {255, 120, 120}, .thickness = 6, .dash = {6, 6}});
}
// example-end box_dashed

// example-begin box_corners
void box_corners(Canvas& canvas) {
  canvas.box({68, 26, 88, 112}, {.color = {0, 255, 120}, .thickness = 4, .corner_px = 22});
  canvas.box({176, 104, 52, 52, 45}, {.color = {255, 120, 0}, .thickness = 3, .corner_px = 12});
}
// example-end box_corners

// example-begin box_rotated
void box_rotated(Canvas& canvas) {
  for (const float angle : {0.0F, 30.0F, 60.0F})
    canvas.box({60, 50, 120, 80, angle}, {.color = {255, 160, 40, 220}, .thickness = 3});
  canvas.box({85, 65, 70, 50, -20}, {.color = {255, 255, 255}, .fill = Color{90, 60, 200, 160}, .radius_px = 12});
}
// example-end box_rotated

// example-begin box_fractions
void box_fractions(Canvas& canvas) {
  // A quarter of a pixel further each time: edges between pixels are covered in part.
  for (int i = 0; i < 8; ++i) {
    const auto n = static_cast<float>(i);
    canvas.box({16 + n * 27.25F, 20 + n * 0.25F, 17, 60}, {.thickness = 0, .fill = Color{255, 255, 255}});
    canvas.box({16 + n * 27.25F, 100 + n * 0.25F, 17, 60}, {.color = {255, 200, 0}, .thickness = 1 + n * 0.25F});
  }
}
// example-end box_fractions

// example-begin line
void line(Canvas& canvas) {
  for (int i = 0; i < 12; ++i) {
    const auto n = static_cast<float>(i);
    canvas.line({20, 20}, {220, 20 + n * 12}, {.color = {255, 255, 255, 200}, .thickness = 0.5F + n * 0.25F});
  }
  canvas.line({20, 164}, {220, 164}, {.color = {255, 80, 80}, .thickness = 10});  // round ends
}
// example-end line

// example-begin line_dashed
void line_dashed(Canvas& canvas) {
  canvas.line({20, 24}, {220, 24}, {.color = {255, 255, 255}, .thickness = 2, .dash = {10, 6}});
  canvas.line({20, 44}, {220, 64}, {.color = {255, 200, 60}, .thickness = 5, .dash = {16, 8}});
  const PointF way[] = {{24, 156}, {70, 90}, {120, 150}, {170, 84}, {216, 150}};
  canvas.polyline(way, {.color = {80, 220, 255}, .thickness = 4, .dash = {12, 7}});
}
// example-end line_dashed

// example-begin polyline
void polyline(Canvas& canvas) {
  const PointF zigzag[] = {{24, 150}, {60, 30}, {96, 150}, {132, 30}, {168, 150}, {216, 30}};
  // Translucent, and yet even where its parts meet: a command is one layer.
  canvas.polyline(zigzag, {.color = {90, 200, 255, 150}, .thickness = 16});
  canvas.polyline(zigzag, {.color = {255, 255, 255}, .thickness = 1.5F});
}
// example-end polyline

// example-begin polygon
void polygon(Canvas& canvas) {
  const PointF house[] = {{24, 84},  {66, 30},  {108, 84}, {108, 156}, {78, 156},
                          {78, 116}, {54, 116}, {54, 156}, {24, 156}};
  canvas.polygon(house, {.fill = Color{255, 150, 60, 200}, .color = {255, 255, 255}, .thickness = 2});
  const PointF zone[] = {{132, 40}, {216, 24}, {196, 90}, {220, 156}, {140, 140}, {164, 92}};
  canvas.polygon(zone, {.color = {80, 255, 160}, .thickness = 3});
}
// example-end polygon

// example-begin polygon_rule
void polygon_rule(Canvas& canvas) {
  const PointF star[] = {{62, 28}, {96, 140}, {8, 70}, {116, 70}, {28, 140}};
  canvas.polygon(star, {.fill = Color{255, 210, 60}, .thickness = 0, .rule = FillRule::even_odd});
  std::array<PointF, 5> right{};
  for (std::size_t i = 0; i < right.size(); ++i) right.at(i) = {star[i].x + 116, star[i].y};
  canvas.polygon(right, {.fill = Color{255, 210, 60}, .thickness = 0, .rule = FillRule::nonzero});
}
// example-end polygon_rule

// clang-format off
constexpr Cell all[] = {
    {"box", "box", box, Background::plain},
    {"box_placement", "box: border inside, centred, outside", box_placement, Background::plain},
    {"box_rounded", "box: rounded", box_rounded, Background::plain},
    {"box_dashed", "box: dashed", box_dashed, Background::plain},
    {"box_corners", "box: corners only", box_corners, Background::portrait},
    {"box_rotated", "box: rotated", box_rotated, Background::plain},
    {"box_fractions", "box: fractions of a pixel", box_fractions, Background::plain},
    {"line", "line", line, Background::plain},
    {"line_dashed", "line, polyline: dashed", line_dashed, Background::plain},
    {"polyline", "polyline", polyline, Background::plain},
    {"polygon", "polygon", polygon, Background::plain},
    {"polygon_rule", "polygon: even_odd, nonzero", polygon_rule, Background::plain},
};
// clang-format on

}  // namespace

std::span<const Cell> shape_cells() { return all; }

}  // namespace retouch::gallery
