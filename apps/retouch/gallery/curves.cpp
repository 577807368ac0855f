// The gallery's cells: circles and what is made of them, arrows.
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

constexpr Cell all[] = {
    {"circle", "circle", Background::plain, circle}, {"ellipse", "ellipse", Background::plain, ellipse},
    {"arc", "arc", Background::plain, arc},          {"pie", "pie", Background::plain, pie},
    {"arrow", "arrow", Background::plain, arrow},
};

}  // namespace

std::span<const Cell> curve_cells() { return all; }

}  // namespace retouch::gallery
