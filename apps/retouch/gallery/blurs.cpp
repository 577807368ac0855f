// The gallery's cells: blurs, by method, strength and shape.
#include "gallery.hpp"

namespace retouch::gallery {
namespace {

// example-begin blur_gaussian
void blur_gaussian(Canvas& canvas) {
  canvas.blur(Shape::box({68, 26, 88, 112}));  // Privacy::high: at most 6 cells are left across
}
// example-end blur_gaussian

// example-begin blur_box
void blur_box(Canvas& canvas) { canvas.blur(Shape::box({68, 26, 88, 112}), {.method = BlurStyle::Method::box}); }
// example-end blur_box

// example-begin blur_pixelate
void blur_pixelate(Canvas& canvas) {
  canvas.blur(Shape::box({68, 26, 88, 112}), {.method = BlurStyle::Method::pixelate});
}
// example-end blur_pixelate

// example-begin blur_privacy
void blur_privacy(Canvas& canvas) {
  float left = 16;
  for (const Privacy privacy : {Privacy::low, Privacy::medium, Privacy::high}) {
    canvas.blur(Shape::ellipse({left, 18, 52, 80}), {.privacy = privacy});
    left += 80;
  }
}
// example-end blur_privacy

// example-begin pixelate_privacy
void pixelate_privacy(Canvas& canvas) {
  float left = 16;
  for (const Privacy privacy : {Privacy::low, Privacy::medium, Privacy::high}) {
    canvas.blur(Shape::box({left, 18, 52, 80}), {.method = BlurStyle::Method::pixelate, .privacy = privacy});
    left += 80;
  }
}
// example-end pixelate_privacy

// example-begin blur_strength
void blur_strength(Canvas& canvas) {
  float left = 16;
  for (const float sigma : {2.0F, 5.0F, 20.0F}) {
    canvas.blur(Shape::box({left, 18, 52, 80}), {.strength_px = sigma});
    left += 80;
  }
}
// example-end blur_strength

// example-begin blur_shapes
void blur_shapes(Canvas& canvas) {
  canvas.blur(Shape::rounded({16, 18, 52, 80}, 16));
  canvas.blur(Shape::ellipse({96, 18, 52, 80}));
  canvas.blur(Shape::circle({202, 58}, 34));
}
// example-end blur_shapes

// example-begin blur_feather
void blur_feather(Canvas& canvas) { canvas.blur(Shape::ellipse({48, 2, 128, 160}), {.feather_px = 20}); }
// example-end blur_feather

// example-begin blur_rotated
void blur_rotated(Canvas& canvas) {
  canvas.blur(Shape::box({68, 26, 88, 112, 25}), {.method = BlurStyle::Method::pixelate});
}
// example-end blur_rotated

// example-begin blur_polygon
void blur_polygon(Canvas& canvas) {
  const PointF outline[] = {{112, 20}, {152, 44}, {156, 100}, {112, 144}, {70, 100}, {72, 44}};
  canvas.blur(Shape::polygon(outline));
}
// example-end blur_polygon

// example-begin blur_polygon_feather
void blur_polygon_feather(Canvas& canvas) {
  const PointF outline[] = {{112, 4}, {170, 36}, {176, 110}, {112, 164}, {50, 110}, {54, 36}};
  canvas.blur(Shape::polygon(outline), {.method = BlurStyle::Method::pixelate, .feather_px = 16});
}
// example-end blur_polygon_feather

// example-begin blur_mask
void blur_mask(Canvas& canvas) { canvas.blur(Shape::mask({12, 13, 200, 226}, person_mask())); }
// example-end blur_mask

// clang-format off
constexpr Cell all[] = {
    {"blur_gaussian", "blur: Gaussian", blur_gaussian, Background::portrait},
    {"blur_box", "blur: box", blur_box, Background::portrait},
    {"blur_pixelate", "blur: pixelate", blur_pixelate, Background::portrait},
    {"blur_privacy", "blur: privacy low, medium, high", blur_privacy, Background::trio},
    {"pixelate_privacy", "pixelate: low, medium, high", pixelate_privacy, Background::trio},
    {"blur_strength", "blur: sigma 2, 5, 20", blur_strength, Background::trio},
    {"blur_shapes", "blur: rounded box, ellipse, circle", blur_shapes, Background::trio},
    {"blur_feather", "blur: feathered edge", blur_feather, Background::portrait},
    {"blur_rotated", "pixelate: rotated box", blur_rotated, Background::portrait},
    {"blur_polygon", "blur: polygon", blur_polygon, Background::portrait},
    {"blur_polygon_feather", "pixelate: feathered polygon", blur_polygon_feather, Background::portrait},
    {"blur_mask", "blur: mask", blur_mask, Background::portrait},
};
// clang-format on

}  // namespace

std::span<const Cell> blur_cells() { return all; }

}  // namespace retouch::gallery
