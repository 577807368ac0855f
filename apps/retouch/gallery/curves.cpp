// The gallery's cells: curves, markers, tracks, gauges.
#include <array>
#include <cmath>
#include <utility>

#include "gallery.hpp"

namespace retouch::gallery {
namespace {

// example-begin circle
void circle(Canvas& canvas) {
  canvas.circle({70, 90}, 54, {.color = {255, 120, 60}, .thickness = 3});
  canvas.circle({70, 90}, 36, {.fill = Color{255, 120, 60, 120}, .thickness = 0});
  canvas.circle({176, 56}, 34, {.fill = Color{60, 140, 255}, .color = {255, 255, 255}, .thickness = 4});
  for (int i = 0; i < 6; ++i) {
    const auto n = static_cast<float>(i);
    canvas.circle({136 + n * 16, 136}, 0.5F + n * 1.25F, {.fill = Color{255, 255, 255}, .thickness = 0});
  }
}
// example-end circle

// example-begin ellipse
void ellipse(Canvas& canvas) {
  canvas.ellipse({20, 30, 90, 120}, {.fill = Color{120, 80, 220, 160}, .color = {220, 200, 255}, .thickness = 2});
  for (const float angle : {0.0F, 45.0F, 90.0F, 135.0F})
    canvas.ellipse({126, 70, 96, 40, angle}, {.color = {80, 240, 200, 220}, .thickness = 2});
}
// example-end ellipse

// example-begin arc
void arc(Canvas& canvas) {
  canvas.arc({120, 100}, 70, 180, 180, {.color = {255, 255, 255, 60}, .thickness = 12});  // a gauge
  canvas.arc({120, 100}, 70, 180, 126, {.color = {0, 220, 120}, .thickness = 12});
  canvas.arc({120, 100}, 48, 180, 180, {.color = {255, 200, 60}, .thickness = 2, .dash = {2, 8}});
  canvas.arc({120, 100}, 60, 20, 140, {.color = {255, 90, 90}, .thickness = 4});
}
// example-end arc

// example-begin pie
void pie(Canvas& canvas) {
  const Color colors[] = {{255, 99, 72}, {255, 190, 40}, {46, 204, 113}, {52, 152, 219}};
  const float parts[] = {140, 100, 70, 50};
  float start = -90;
  for (int i = 0; i < 4; ++i) {
    canvas.pie({120, 90}, 70, start, parts[i], {.fill = colors[i], .color = {255, 255, 255}, .thickness = 2});
    start += parts[i];
  }
}
// example-end pie

// example-begin arrow
void arrow(Canvas& canvas) {
  canvas.arrow({24, 40}, {216, 40}, {.color = {255, 255, 255}, .thickness = 3});
  canvas.arrow({24, 150}, {110, 70}, {.color = {255, 200, 40}, .thickness = 8});
  canvas.arrow({216, 150}, {140, 80}, {.color = {80, 200, 255, 160}, .thickness = 6, .head_px = 40});
  canvas.arrow({120, 160}, {120, 120}, {.color = {255, 80, 80}, .thickness = 2});
}
// example-end arrow

// example-begin dot
void dot(Canvas& canvas) {
  for (int i = 0; i < 7; ++i) {
    const auto n = static_cast<float>(i);
    canvas.dot({24 + n * 32, 50}, {.radius_px = 1 + n * 2});
    canvas.dot(
        {24 + n * 32, 120},
        {.color = {255, 160, 40, 200}, .radius_px = 8, .outline_px = n * 0.75F, .outline_color = {255, 255, 255}});
  }
}
// example-end dot

// example-begin cross
void cross(Canvas& canvas) {
  canvas.cross({60, 60}, {.color = {255, 80, 80}, .size_px = 64, .thickness = 2});
  canvas.cross({60, 130}, {.color = {255, 200, 60}, .size_px = 32, .thickness = 5});
  canvas.cross({170, 60}, {.color = {120, 220, 255, 180}, .size_px = 64, .thickness = 10, .diagonal = true});
  canvas.cross({170, 130}, {.color = {255, 255, 255}, .size_px = 24, .thickness = 1, .diagonal = true});
}
// example-end cross

// example-begin triangle
void triangle(Canvas& canvas) {
  canvas.triangle({112, 24},
                  {.color = {255, 210, 0}, .width_px = 28, .height_px = 20, .outline_px = 2});  // who is meant
  canvas.triangle({200, 120}, {.color = {0, 220, 255}, .width_px = 20, .height_px = 30, .angle_deg = 90});
  canvas.triangle({40, 120}, {.color = {255, 90, 160, 180}, .width_px = 40, .height_px = 40, .angle_deg = 180});
}
// example-end triangle

// example-begin keypoints
void keypoints(Canvas& canvas) {
  // COCO's 17 points; those that the detector did not see are NaN and left out, with their edges.
  static constexpr std::array<std::pair<int, int>, 14> skeleton{{{5, 6},
                                                                 {5, 7},
                                                                 {7, 9},
                                                                 {6, 8},
                                                                 {8, 10},
                                                                 {5, 11},
                                                                 {6, 12},
                                                                 {11, 12},
                                                                 {11, 13},
                                                                 {13, 15},
                                                                 {12, 14},
                                                                 {14, 16},
                                                                 {0, 5},
                                                                 {0, 6}}};
  canvas.keypoints(stick_figure(), {.color = {255, 80, 80},
                                    .radius_px = 4,
                                    .edges = skeleton,
                                    .edge_color = {80, 220, 255, 200},
                                    .edge_thickness = 3});
}
// example-end keypoints

// example-begin trace
void trace(Canvas& canvas) {
  std::array<PointF, 40> way{};
  for (std::size_t i = 0; i < way.size(); ++i) {
    const float t = static_cast<float>(i) / 39;
    way.at(i) = {24 + 180 * t, 90 - 50 * std::sin(t * 9)};
  }
  canvas.trace(way, {.color = {0, 255, 160}, .thickness = 5});
  canvas.dot(way.back(), {.color = {0, 255, 160}, .radius_px = 7, .outline_px = 2});
}
// example-end trace

// example-begin progress
void progress(Canvas& canvas) {
  canvas.progress({20, 24, 160, 18}, 0.7F);
  canvas.progress({20, 60, 160, 24}, 0.45F, {.color = {60, 160, 255}, .radius_px = 12, .border_px = 2});
  canvas.progress({20, 102, 160, 10}, 0.04F, {.color = {255, 120, 60}, .radius_px = 5});
  canvas.progress({20, 130, 160, 24}, 1.0F, {.color = {120, 90, 220}, .border_px = 3, .border_color = {220, 220, 255}});
  canvas.progress({200, 24, 20, 130}, 0.6F,
                  {.color = {255, 200, 40}, .radius_px = 6, .border_px = 1, .vertical = true});
}
// example-end progress

// example-begin grid
void grid(Canvas& canvas) {
  canvas.grid({0, 0, 240, 180}, {.step_x = 30, .step_y = 30});
  canvas.grid({60, 30, 120, 120},
              {.color = {255, 200, 60, 200}, .step_x = 40, .step_y = 40, .thickness = 2});  // thirds
  canvas.box({60, 30, 120, 120}, {.color = {255, 200, 60}, .thickness = 2});
}
// example-end grid

// clang-format off
constexpr Cell all[] = {
    {"circle", "circle", circle, Background::plain},
    {"ellipse", "ellipse", ellipse, Background::plain},
    {"arc", "arc", arc, Background::plain},
    {"pie", "pie", pie, Background::plain},
    {"arrow", "arrow", arrow, Background::plain},
    {"dot", "dot", dot, Background::plain},
    {"cross", "cross", cross, Background::plain},
    {"triangle", "triangle", triangle, Background::portrait},
    {"keypoints", "keypoints with a skeleton", keypoints, Background::plain},
    {"trace", "trace", trace, Background::plain},
    {"progress", "progress", progress, Background::plain},
    {"grid", "grid", grid, Background::portrait},
};
// clang-format on

}  // namespace

std::span<const Cell> curve_cells() { return all; }

}  // namespace retouch::gallery
