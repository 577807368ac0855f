// The gallery's cells: areas, masks and maps, sprites, insets.
#include "gallery.hpp"

namespace retouch::gallery {
namespace {

// example-begin mask
void mask(Canvas& canvas) {
  canvas.mask({20, 20, 90, 140}, person_mask(), {.color = {80, 160, 255}, .opacity = 0.7F});  // soft edges
  canvas.mask({130, 20, 90, 140}, person_mask(), {.color = {255, 160, 60}, .opacity = 0.7F, .threshold = 128});
}
// example-end mask

// example-begin label_map
void label_map(Canvas& canvas) {
  const Color palette[] = {{0, 0, 0, 0}, {90, 90, 110}, {60, 180, 75}, {230, 60, 70}};  // class 0 stays as it is
  canvas.label_map({0, 0, 240, 180}, street_classes(), palette, 0.6F);
}
// example-end label_map

// example-begin heat_map
void heat_map(Canvas& canvas) {
  canvas.heat_map({0, 0, 240, 180}, {attention().data(), 24, 18}, {.map = ColorMap::turbo, .opacity = 0.8F});
}
// example-end heat_map

// example-begin color_maps
void color_maps(Canvas& canvas) {
  float ramp[256];
  for (int i = 0; i < 256; ++i) ramp[i] = static_cast<float>(i) / 255;
  const ColorMap maps[] = {ColorMap::gray, ColorMap::jet, ColorMap::turbo, ColorMap::viridis, ColorMap::inferno};
  float top = 14;
  for (const ColorMap map : maps) {
    canvas.heat_map({12, top, 216, 24}, {ramp, 256, 1}, {.map = map, .opacity = 1, .fade_low = false});
    top += 32;
  }
}
// example-end color_maps

// example-begin tint
void tint(Canvas& canvas) {
  canvas.tint(Shape::ellipse({68, 26, 88, 112}), {255, 60, 60, 110});
  canvas.tint(Shape::rect({0, 150, 240, 30}), {0, 80, 200, 160});
}
// example-end tint

// example-begin dim
void dim(Canvas& canvas) {
  const Shape seen[] = {Shape::ellipse({68, 26, 88, 112}), Shape::rounded({176, 110, 52, 52}, 10)};
  canvas.dim(seen, {0, 0, 0, 170});
}
// example-end dim

// example-begin sprite
void sprite(Canvas& canvas) {
  canvas.sprite(badge(), {12, 12});
  canvas.sprite(badge(), {228, 12}, {.opacity = 0.5F, .anchor = Anchor::top_right});
  canvas.sprite(badge(), {76, 122}, {.size = Size{128, 96}, .anchor = Anchor::center});
  canvas.sprite(badge(), {190, 122}, {.angle_deg = 30, .anchor = Anchor::center});
}
// example-end sprite

// example-begin inset
void inset(Canvas& canvas) {
  canvas.inset({88, 58, 30, 24}, {140, 84, 90, 72}, {.border_px = 3, .border_color = {255, 210, 0}});
  canvas.box({88, 58, 30, 24}, {.color = {255, 210, 0}, .thickness = 2, .placement = BorderPlacement::outside});
}
// example-end inset

// example-begin order
void order(Canvas& canvas) {
  // Call order is z-order, also between kinds of commands: the blur sees the box and not the text.
  canvas.box({50, 20, 124, 130}, {.color = {255, 220, 0}, .thickness = 8});
  canvas.blur(Shape::box({30, 60, 164, 50}), {.strength_px = 5});
  canvas.text("drawn after", {112, 85}, {.size_px = 24, .outline_px = 2, .anchor = Anchor::center});
}
// example-end order

// example-begin alpha
void alpha(Canvas& canvas) {
  const Color colors[] = {{255, 60, 60, 128}, {60, 255, 60, 128}, {60, 100, 255, 128}};
  float at = 12;
  for (const Color& color : colors) {
    canvas.box({at, at, 90, 70}, {.thickness = 0, .fill = color});
    at += 34;
  }
  for (int i = 0; i < 8; ++i)  // 32, 64, ... 255
    canvas.box({184, 14 + static_cast<float>(i) * 19, 44, 19},
               {.thickness = 0, .fill = Color{255, 255, 255, static_cast<std::uint8_t>(32 * i + 31)}});
}
// example-end alpha

// example-begin clipping
void clipping(Canvas& canvas) {
  // Everything may leave the target, on any side and however far.
  canvas.box({-30, -30, 90, 90}, {.color = {255, 200, 0}, .thickness = 8, .fill = Color{255, 200, 0, 80}});
  canvas.circle({240, 0}, 60, {.fill = Color{60, 160, 255, 120}, .color = {255, 255, 255}, .thickness = 3});
  canvas.line({-1e6F, -5e5F}, {1e6F, 5e5F}, {.color = {255, 80, 80}, .thickness = 4});
  canvas.sprite(badge(), {-20, 150});
  canvas.text("cut at the edge", {240, 176}, {.size_px = 28, .anchor = Anchor::bottom});
}
// example-end clipping

// example-begin detection
void detection(Canvas& canvas) {
  const Color color{0, 230, 120, 255};
  canvas.box({68, 26, 88, 112}, {.color = color, .thickness = 2});
  canvas.text(
      "face 0.97", {68, 26},
      {.size_px = 15, .color = {0, 0, 0}, .background = color, .padding = {4, 1, 4, 1}, .anchor = Anchor::bottom_left});
  const PointF way[] = {{20, 160}, {40, 120}, {76, 104}, {98, 88}, {112, 82}};
  canvas.trace(way, {.color = color, .thickness = 3});
  canvas.dot({112, 82}, {.color = color, .radius_px = 5, .outline_px = 2});
}
// example-end detection

// clang-format off
constexpr Cell all[] = {
    {"mask", "mask: soft, threshold", mask, Background::plain},
    {"label_map", "label_map", label_map, Background::portrait},
    {"heat_map", "heat_map", heat_map, Background::portrait},
    {"color_maps", "gray, jet, turbo, viridis, inferno", color_maps, Background::plain},
    {"tint", "tint", tint, Background::portrait},
    {"dim", "dim", dim, Background::portrait},
    {"sprite", "sprite: opacity, size, angle", sprite, Background::plain},
    {"inset", "inset", inset, Background::portrait},
    {"order", "order", order, Background::portrait},
    {"alpha", "alpha", alpha, Background::plain},
    {"clipping", "clipping", clipping, Background::plain},
    {"detection", "a detected face", detection, Background::portrait},
};
// clang-format on

}  // namespace

std::span<const Cell> area_cells() { return all; }

}  // namespace retouch::gallery
