// Areas: masks, maps, tints, dims, sprites, insets, against loops in doubles.
#include <gmock/gmock.h>

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/canvas.hpp"

namespace retouch::test {
namespace {

class CanvasAreasTest : public CanvasSuite {};
RETOUCH_BACKENDS(CanvasAreasTest);

// A gray picture's value between its pixels' centres, its edge going on.
double between(const Pixels& p, double x, double y) {
  x = std::clamp(x - 0.5, 0.0, p.size.width - 1.0);
  y = std::clamp(y - 0.5, 0.0, p.size.height - 1.0);
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, p.size.width - 1);
  const int y1 = std::min(y0 + 1, p.size.height - 1);
  const double fx = x - x0;
  const double fy = y - y0;
  return (p.at(0, x0, y0) * (1 - fx) + p.at(0, x1, y0) * fx) * (1 - fy) +
         (p.at(0, x0, y1) * (1 - fx) + p.at(0, x1, y1) * fx) * fy;
}

// f(x, y) is what red should be.
void expect_red(const Pixels& p, double tolerance, const std::function<double(int, int)>& f, const char* what) {
  int bad = 0;
  for (int y = 0; y < p.size.height; ++y)
    for (int x = 0; x < p.size.width; ++x)
      if (std::abs(p.at(0, x, y) - f(x, y)) > tolerance && ++bad <= 3)
        ADD_FAILURE() << what << " at " << x << "," << y << ": " << int{p.at(0, x, y)} << " instead of " << f(x, y);
  EXPECT_EQ(bad, 0) << what;
}

double part_of(const Box& b, int x, int y) {
  const auto between_lines = [](double v, double from, double to) {
    return std::max(std::min(to, v + 1) - std::max(from, v), 0.0);
  };
  return between_lines(x, b.left, double{b.left} + b.width) * between_lines(y, b.top, double{b.top} + b.height);
}

TEST_P(CanvasAreasTest, MasksOfAnySize) {
  for (const Size size : {Size{16, 12}, Size{1, 1}, Size{3, 40}, Size{100, 7}})
    for (const Box& box : {Box{10, 8, 48, 36}, Box{-7.5F, 20.25F, 60.5F, 90}, Box{20, 20, 0.5F, 12}}) {
      Pixels mask = noise(PixelFormat::gray8, size);
      const Pixels p = draw(Size{70, 50}, [&](Canvas& c) { c.mask(box, mask.view(), {.color = white, .opacity = 1}); });
      expect_red(
          p, 1.01,
          [&](int x, int y) {
            return part_of(box, x, y) * between(mask, (x + 0.5 - box.left) / box.width * size.width,
                                                (y + 0.5 - box.top) / box.height * size.height);
          },
          "mask");
      const Pixels soft = draw(Size{70, 50}, [&](Canvas& c) { c.tint(Shape::mask(box, mask.view()), white); });
      EXPECT_EQ(soft, p) << "a shape of the same mask";
    }
}

TEST_P(CanvasAreasTest, MasksWithAThreshold) {
  Pixels mask(PixelFormat::gray8, {2, 1});
  mask.planes[0] = {0, 200};
  // From column 8 to 24 the scaled value rises from 0 to 200: 100 is reached at 16.
  const Pixels p = draw(Size{40, 8}, [&](Canvas& c) {
    c.mask({0, 0, 32, 8}, mask.view(), {.color = white, .opacity = 0.5F, .threshold = 100});
  });
  for (int x = 0; x < 40; ++x) EXPECT_EQ(p.at(0, x, 3), x >= 16 && x < 32 ? 128 : 0) << x;
}

TEST_P(CanvasAreasTest, LabelMapsTakeTheNearestClass) {
  Pixels classes(PixelFormat::gray8, {4, 2});
  classes.planes[0] = {0, 1, 2, 3, 3, 2, 1, 0};
  const std::vector<Color> palette = {{10, 0, 0, 255}, {90, 0, 0, 255}, {200, 0, 0, 100}};  // 3 is beyond it
  const Pixels p = draw(Size{40, 20}, [&](Canvas& c) { c.label_map({4, 2, 32, 16}, classes.view(), palette, 0.5F); });
  expect_red(
      p, 0,
      [&](int x, int y) -> double {
        if (x < 4 || x >= 36 || y < 2 || y >= 18) return 0;
        const int k = classes.at(0, (x - 4) / 8, (y - 2) / 8);
        if (k == 3) return 0;
        const Color& color = palette[static_cast<std::size_t>(k)];
        const int alpha = static_cast<int>(color.a * 0.5 + 0.5);
        return (color.r * alpha + 127) / 255;
      },
      "label map");
}

TEST_P(CanvasAreasTest, HeatMaps) {
  // Grey is its own scale. Values of a ramp of 5: -0.5 .. 1.5.
  const std::vector<float> values = {-0.5F, 0, 0.5F, 1, 1.5F};
  const HeatMapStyle style{.map = ColorMap::gray, .opacity = 1, .fade_low = false};
  const Pixels p = draw(Size{50, 10}, [&](Canvas& c) { c.heat_map({0, 0, 50, 10}, {values.data(), 5, 1, 0}, style); });
  const std::array<double, 5> clipped = {0, 0, 128, 255, 255};
  expect_red(
      p, 1.01,
      [&](int x, int) {
        const double at = std::clamp((x + 0.5) / 10 - 0.5, 0.0, 4.0);
        const int low = std::min(static_cast<int>(at), 3);
        return clipped.at(static_cast<std::size_t>(low)) * (1 - at + low) +
               clipped.at(static_cast<std::size_t>(low) + 1) * (at - low);
      },
      "heat map");
  // Fading: alpha v at value v, so v * v on black.
  const Pixels faded = draw(Size{50, 10}, [&](Canvas& c) {
    c.heat_map({0, 0, 50, 10}, {values.data(), 5, 1, 0}, {.map = ColorMap::gray, .opacity = 1});
  });
  for (int x = 0; x < 50; ++x) EXPECT_NEAR(faded.at(0, x, 5), p.at(0, x, 5) * p.at(0, x, 5) / 255.0, 1.01);
  // The whole range of float, and what is no number.
  const float most = std::numeric_limits<float>::max();
  const std::vector<float> wild = {-most, 0, most, std::nanf("")};
  const Pixels w = draw(Size{4, 1}, [&](Canvas& c) {
    c.heat_map({0, 0, 4, 1}, {wild.data(), 4, 1, 0},
               {.low = -most, .high = most, .map = ColorMap::gray, .opacity = 1, .fade_low = false});
  });
  EXPECT_EQ(w.at(0, 0, 0), 0);
  EXPECT_EQ(w.at(0, 1, 0), 128);
  EXPECT_EQ(w.at(0, 2, 0), 255);
  EXPECT_EQ(w.at(0, 3, 0), 0);
  // Rows apart.
  const std::vector<float> pitched = {0, 1, 9, 1, 0, 9};
  const Pixels r = draw(Size{2, 2}, [&](Canvas& c) { c.heat_map({0, 0, 2, 2}, {pitched.data(), 2, 2, 3}, style); });
  EXPECT_EQ(r.at(0, 1, 0), 255);
  EXPECT_EQ(r.at(0, 0, 1), 255);
  EXPECT_EQ(r.at(0, 1, 1), 0);
}

TEST_P(CanvasAreasTest, ColorMapsRunFromCoolToWarm) {
  const auto color_at = [&](ColorMap map, float v) {
    const Pixels p = draw(Size{1, 1}, [&](Canvas& c) {
      c.heat_map({0, 0, 1, 1}, {&v, 1, 1, 0}, {.map = map, .opacity = 1, .fade_low = false});
    });
    return std::array{int{p.at(0, 0, 0, 0)}, int{p.at(0, 0, 0, 1)}, int{p.at(0, 0, 0, 2)}};
  };
  // Published ends: jet's dark blue and red, viridis' #440154 and #fde725, inferno's #000004 and #fcffa4, turbo's
  // #30123b and #7a0403.
  const auto near = [](std::array<int, 3> a, std::array<int, 3> b) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(a.at(i), b.at(i), 6) << i;
  };
  near(color_at(ColorMap::jet, 0), {0, 0, 128});
  near(color_at(ColorMap::jet, 1), {128, 0, 0});
  near(color_at(ColorMap::viridis, 0), {0x44, 0x01, 0x54});
  near(color_at(ColorMap::viridis, 1), {0xFD, 0xE7, 0x25});
  near(color_at(ColorMap::inferno, 0), {0, 0, 4});
  near(color_at(ColorMap::inferno, 1), {0xFC, 0xFF, 0xA4});
  near(color_at(ColorMap::turbo, 0), {0x30, 0x12, 0x3B});
  near(color_at(ColorMap::turbo, 1), {0x7A, 0x04, 0x03});
}

TEST_P(CanvasAreasTest, TintsAndDims) {
  const Size size{80, 60};
  const std::vector<PointF> outline = {{10, 10}, {70, 20}, {30, 50}};
  const auto tint = [&](const Shape& shape) { return draw(size, [&](Canvas& c) { c.tint(shape, white); }); };
  expect_area(tint(Shape::rect({5, 6, 30, 20})), rectangle(5, 6, 35, 26), 0.01, 1, "rect");
  expect_area(tint(Shape::box({20, 20, 40, 16, 30})), turned(rectangle(20, 20, 60, 36), 40, 28, 30), 12, 5, "box");
  expect_area(tint(Shape::rounded({10, 10, 50, 30}, 11)), rounded_area(10, 10, 60, 40, 11), 30, 9, "rounded");
  expect_area(tint(Shape::ellipse({10, 10, 50, 30})), ellipse_area(35, 25, 25, 15), 12, 5, "ellipse");
  expect_area(tint(Shape::circle({40, 30}, 17)), disc_area(40, 30, 17), 12, 5, "circle");
  expect_area(tint(Shape::polygon(outline)), polygon_area(outline), 12, 5, "polygon");

  const std::vector<Shape> shapes = {Shape::rect({5, 5, 30, 30}), Shape::circle({50, 30}, 18),
                                     Shape::box({20, 20, 30, 20, 45})};
  const Pixels dimmed = draw(size, [&](Canvas& c) { c.dim(shapes, white); });
  const Inside lit =
      either(either(rectangle(5, 5, 35, 35), disc_area(50, 30, 18)), turned(rectangle(20, 20, 50, 40), 35, 30, 45));
  expect_area(dimmed, without([](double, double) { return true; }, lit), 70, 9, "dim");
  expect_area(draw(size, [&](Canvas& c) { c.dim({}, white); }), rectangle(0, 0, 80, 60), 0.01, 1, "dim of everything");
  // A shape beyond the frame, and one around it.
  expect_area(draw(size,
                   [&](Canvas& c) {
                     c.dim(std::vector{Shape::rect({500, 5, 9, 9})}, white);
                   }),
              rectangle(0, 0, 80, 60), 0.01, 1, "nothing lit");
  EXPECT_EQ(draw(size,
                 [&](Canvas& c) {
                   c.dim(std::vector{Shape::rect({-50, -50, 900, 900})}, white);
                 }),
            flat(PixelFormat::rgba8, size, 0));
}

TEST_P(CanvasAreasTest, SpritesUprightAreComposited) {
  Pixels logo = noise(PixelFormat::rgba8, {20, 14});
  const Sprite sprite(logo.view());
  for (const PixelFormat format : all_pixel_formats)
    for (const Point at : {Point{10, 8}, Point{7, 5}, Point{-5, -4}, Point{55, 33}})
      for (const float opacity : {1.0F, 0.3F}) {
        const Pixels before = noise(format, {61, 41});
        const Pixels actual = draw(before, [&](Canvas& c) {
          c.sprite(sprite, {static_cast<float>(at.x), static_cast<float>(at.y)}, {.opacity = opacity});
        });
        const Pixels expected = apply(before, [&](StreamView s, const ImageView& image) {
          composite(s, image, sprite, at, {.opacity = opacity});
        });
        // composite() rounds the opacity into the alpha once more.
        expect_near(actual, expected, 1, fmt::format("{} at {},{}", name_of(format), at.x, at.y));
      }
  const Pixels scaled = draw(noise(PixelFormat::rgba8, {61, 41}), [&](Canvas& c) {
    c.sprite(sprite, {9, 7}, {.size = Size{33, 9}});
  });
  expect_near(scaled,
              apply(noise(PixelFormat::rgba8, {61, 41}),
                    [&](StreamView s, const ImageView& image) {
                      composite(s, image, sprite, {9, 7}, {.size = Size{33, 9}});
                    }),
              1, "scaled");
}

TEST_P(CanvasAreasTest, SpritesTurnAroundTheirAnchor) {
  Pixels square = flat(PixelFormat::rgba8, {24, 16}, 255);
  const Sprite sprite(square.view());
  expect_area(draw(Size{80, 60},
                   [&](Canvas& c) {
                     c.sprite(sprite, {40, 30}, {.angle_deg = 30, .anchor = Anchor::center});
                   }),
              turned(rectangle(28, 22, 52, 38), 40, 30, 30), 75, 22, "around the centre");  // edges fade over a pixel
  expect_area(draw(Size{80, 60},
                   [&](Canvas& c) {
                     c.sprite(sprite, {40, 30}, {.angle_deg = -75});
                   }),
              turned(rectangle(40, 30, 64, 46), 40, 30, -75), 75, 22, "around the corner");
  // A quarter turn moves pixels.
  Pixels logo = noise(PixelFormat::rgba8, {9, 5});
  for (auto& b : logo.planes[0]) b |= 1;
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 9; ++x) logo.at(0, x, y, 3) = 255;
  const Pixels p = draw(Size{30, 30}, [&](Canvas& c) { c.sprite(Sprite(logo.view()), {15, 10}, {.angle_deg = 90}); });
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 9; ++x)
      for (int k = 0; k < 3; ++k) EXPECT_NEAR(p.at(0, 14 - y, 10 + x, k), logo.at(0, x, y, k), 1);
  for (const auto& [anchor, x, y] : std::vector<std::tuple<Anchor, int, int>>{
           {Anchor::top_left, 15, 10}, {Anchor::right, 6, 7}, {Anchor::bottom, 10, 5}, {Anchor::bottom_right, 6, 5}}) {
    const Pixels a = draw(Size{30, 30}, [&, of = anchor](Canvas& c) {
      c.sprite(Sprite(logo.view()), {15, 10}, {.anchor = of});
    });
    int left = 30;
    int top = 30;
    for (int j = 0; j < 30; ++j)
      for (int i = 0; i < 30; ++i)
        if (a.at(0, i, j) != 0) {
          left = std::min(left, i);
          top = std::min(top, j);
        }
    EXPECT_NEAR(left, x, 1) << static_cast<int>(anchor);
    EXPECT_NEAR(top, y, 1) << static_cast<int>(anchor);
  }
}

TEST_P(CanvasAreasTest, InsetsMagnifyWhatWasDrawnBefore) {
  Pixels before = noise(PixelFormat::rgba8, {80, 60});
  const Rect from{10, 12, 12, 9};
  const Pixels p = draw(before, [&](Canvas& c) {
    c.box({12, 14, 4, 4}, {.thickness = 0, .fill = white});
    c.inset(from, {40, 20, 36, 27}, {.border_px = 2, .border_color = {9, 9, 9, 255}});
    c.box({18, 14, 4, 4}, {.thickness = 0, .fill = white});
  });
  for (int y = 14; y < 18; ++y)
    for (int x = 12; x < 16; ++x)
      for (int k = 0; k < 3; ++k) before.at(0, x, y, k) = 255;
  for (int k = 0; k < 3; ++k) {
    Pixels part(PixelFormat::gray8, {12, 9});
    for (int j = 0; j < 9; ++j)
      for (int i = 0; i < 12; ++i) part.at(0, i, j) = before.at(0, 10 + i, 12 + j, k);
    for (int y = 20; y < 47; ++y)
      for (int x = 40; x < 76; ++x)
        EXPECT_NEAR(p.at(0, x, y, k), between(part, (x + 0.5 - 40) / 3, (y + 0.5 - 20) / 3), 1.01);
  }
  EXPECT_EQ(p.at(0, 38, 30), 9);
  EXPECT_EQ(p.at(0, 76, 48), 9);
  EXPECT_EQ(p.at(0, 19, 15), 255);
}

TEST_P(CanvasAreasTest, InsetsOfNv12AtOddPlaces) {
  // Flat parts stay flat: nothing from outside the target comes in, wherever it starts.
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::i420})
    for (const Rect& target : {Rect{0, 0, 60, 40}, Rect{1, 0, 50, 31}, Rect{0, 1, 50, 31}, Rect{3, 5, 51, 30}})
      for (const Rect& from : {Rect{0, 0, 9, 7}, Rect{1, 1, 8, 8}, Rect{-3, -3, 12, 12}}) {
        Pixels before = flat(format, {60, 40}, 77);
        const Pixels after = apply(before, [&](StreamView s, const ImageView& image) {
          Canvas canvas(s, image.region(target));
          canvas.inset(from, {20.5F, 10.25F, 25, 17}, {.border_px = 0});
        });
        EXPECT_EQ(after, before) << name_of(format) << " target " << target.x << "," << target.y << " from " << from.x;
      }
}

TEST_P(CanvasAreasTest, BadValuesAreRefused) {
  Pixels rgba(PixelFormat::rgba8, {4, 4});
  Pixels gray(PixelFormat::gray8, {4, 4});
  draw(Size{20, 20}, [&](Canvas& c) {
    using testing::HasSubstr;
    const auto refused = [&](auto&& record, const char* part) {
      EXPECT_THAT([&] { record(); }, testing::ThrowsMessage<InvalidArgument>(HasSubstr(part)));
      EXPECT_EQ(c.pending(), 0U) << part;
    };
    refused([&] { c.mask({0, 0, 4, 4}, rgba.view()); }, "Canvas::mask: gray8 is needed, not rgba8");
    refused([&] { c.mask({0, 0, 4, 4, 5}, gray.view()); }, "Canvas::mask: the box must not be turned (5");
    refused(
        [&] {
          c.mask({0, 0, 4, 4}, gray.view(), {.opacity = 1.5F});
        },
        "Canvas::mask: the opacity must be in 0..1 (1.5)");
    refused([&] { c.mask({0, 0, 4, 4}, gray.view(), {.threshold = 256}); }, "threshold must be in 0..255 (256)");
    refused([&] { c.label_map({0, 0, 4, 4}, rgba.view(), {}); }, "Canvas::label_map: gray8");
    refused([&] { c.heat_map({0, 0, 4, 4}, {nullptr, 4, 4, 0}); }, "Canvas::heat_map: there are no values (4x4)");
    const float v[16] = {};
    refused([&] { c.heat_map({0, 0, 4, 4}, {v, 4, 4, 3}); }, "pitch is shorter than a row (3 < 4)");
    refused(
        [&] {
          c.heat_map({0, 0, 4, 4}, {v, 4, 4, 0}, {.low = 1, .high = 1});
        },
        "low must be less than high (1, 1)");
    refused(
        [&] {
          c.sprite(Sprite(gray.view()), {0, 0}, {.size = Size{-1, 4}});
        },
        "Canvas::sprite: the size must be 0 to 16384 (-1x4)");
    refused(
        [&] {
          c.inset({0, 0, -4, 4}, {0, 0, 4, 4});
        },
        "Canvas::inset: the part's size must not be negative (-4x4)");
    EXPECT_THROW(c.dim(std::vector{Shape::mask({0, 0, 4, 4}, gray.view())}), Unsupported);
    EXPECT_EQ(c.pending(), 0U);
  });
}

}  // namespace
}  // namespace retouch::test
