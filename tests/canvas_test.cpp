// What a canvas promises whatever is drawn: order, alpha, layers, clipping, formats, its life, several at once.
#include "retouch/canvas.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <random>
#include <thread>

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/allocations.hpp"
#include "support/canvas.hpp"
#include "support/random_canvas.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

class CanvasTest : public CanvasSuite {
 protected:
  // Frames that one submit draws, and that shall look as when each is drawn alone.
  class Frames {
   public:
    explicit Frames(CanvasTest& test) : test_(test) {}
    void add(const Pixels& before, const std::function<void(Canvas&)>& record) {
      expected_.push_back(test_.draw(before, record));
      images_.push_back(std::make_unique<Guarded>(test_.stream(), before));
      canvases_.push_back(std::make_unique<Canvas>(test_.stream(), *images_.back()));
      record(*canvases_.back());
    }
    void submit() {
      std::vector<Canvas*> all;
      for (const auto& canvas : canvases_) all.push_back(canvas.get());
      Canvas::submit(test_.stream(), all);
      for (std::size_t i = 0; i < images_.size(); ++i) {
        expect_near(images_[i]->download(), expected_[i], 0,
                    fmt::format("{} frame {}", name_of(expected_[i].format), i));
        images_[i]->expect_canaries();
      }
    }

   private:
    CanvasTest& test_;
    std::vector<std::unique_ptr<Guarded>> images_;
    std::vector<std::unique_ptr<Canvas>> canvases_;
    std::vector<Pixels> expected_;
  };
};
RETOUCH_BACKENDS(CanvasTest);

// Every kind of command, at coordinates with eighths of a pixel, around the middle of a picture of 120x90.
void draw_scene(Canvas& c, PointF at = {0, 0}) {
  static const Pixels heat_source = noise(PixelFormat::gray8, {9, 7}, 3);
  static std::vector<float> heat = [] {
    std::vector<float> v;
    for (const std::uint8_t b : heat_source.planes[0]) v.push_back(static_cast<float>(b) / 255);
    return v;
  }();
  static Pixels mask = noise(PixelFormat::gray8, {16, 12}, 4);
  static const Sprite logo = [] {
    Pixels p = noise(PixelFormat::rgba8, {20, 14}, 5);
    return Sprite(p.view());
  }();
  const float x = at.x;
  const float y = at.y;
  const auto p = [&](float px, float py) { return PointF{x + px, y + py}; };
  c.box({x + 10, y + 12, 50, 40}, {.color = {200, 40, 10, 180}, .thickness = 3, .fill = Color{0, 90, 30, 90}});
  c.box({x + 30.25F, y + 5.5F, 60, 50.125F, 20}, {.color = {10, 40, 210, 255}, .thickness = 2.5F, .radius_px = 8});
  c.box({x + 5, y + 50, 60, 30}, {.thickness = 2, .dash = {7, 4}});
  c.polyline(std::vector{p(5, 5), p(60.5F, 80), p(110, 20.25F)}, {.color = {250, 220, 0, 130}, .thickness = 5});
  c.polygon(std::vector{p(70, 10), p(110, 30), p(80, 35), p(100, 60)},
            {.fill = Color{0, 200, 200, 120}, .color = {9, 9, 9, 255}});
  c.circle(p(40.5F, 40.25F), 22, {.fill = Color{90, 0, 90, 70}, .color = {255, 255, 255, 200}, .thickness = 1.5F});
  c.ellipse({x + 60, y + 40, 40, 24, 33}, {.fill = Color{200, 200, 0, 200}});
  c.arrow(p(20, 80), p(90, 60), {.color = {255, 0, 255, 128}});
  c.cross(p(100, 70), {.diagonal = true});
  c.mask({x + 8, y + 8, 50, 33}, mask.view(), {.color = {0, 255, 0, 255}});
  c.heat_map({x + 50, y + 30, 61, 47}, {heat.data(), 9, 7, 0}, {});
  c.sprite(logo, p(33, 21), {.angle_deg = 15});
  c.sprite(logo, p(80, 4), {.opacity = 0.5F});
  c.text("Retouch 42\nagy", p(15.25F, 60),
         {.size_px = 14, .outline_px = 1, .background = Color{0, 0, 0, 120}, .padding = {3, 2, 3, 2}});
  c.grid({x + 3, y + 3, 110, 80}, {.color = {255, 255, 255, 60}, .step_x = 16, .step_y = 16});
  c.tint(Shape::rounded({x + 20, y + 20, 40, 30}, 9), {0, 0, 255, 60});
  c.dot(p(17, 17), {.outline_px = 2});
}

TEST_P(CanvasTest, TheAlphaRuleIsExact) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::bgr8, PixelFormat::gray8})
    for (const int alpha : {0, 1, 77, 128, 254, 255}) {
      const Pixels before = noise(format, {31, 9});
      const Pixels after = draw(before, [&](Canvas& c) {
        c.box({0, 0, 31, 9}, {.thickness = 0, .fill = Color{200, 13, 90, static_cast<std::uint8_t>(alpha)}});
      });
      const int gray = (299 * 200 + 587 * 13 + 114 * 90 + 500) / 1000;
      const int channels = plane_channels(format, 0);
      for (int y = 0; y < 9; ++y)
        for (int x = 0; x < 31; ++x)
          for (int k = 0; k < channels; ++k) {
            const int src = format == PixelFormat::gray8  ? gray
                            : format == PixelFormat::bgr8 ? std::array{90, 13, 200}.at(static_cast<std::size_t>(k))
                                                          : std::array{200, 13, 90, 0}.at(static_cast<std::size_t>(k));
            const int dst = before.at(0, x, y, k);
            const int expected =
                k == 3 ? alpha + (dst * (255 - alpha) + 127) / 255 : (src * alpha + dst * (255 - alpha) + 127) / 255;
            ASSERT_EQ(after.at(0, x, y, k), expected) << name_of(format) << " alpha " << alpha;
          }
    }
}

TEST_P(CanvasTest, ChromaBlendsByTheMeanAlphaOfItsPixels) {
  // One pixel of a pair of pairs, two, four; at the end of an odd frame a pixel has its sample for itself.
  const Color color{255, 0, 0, 255};
  for (const auto& [box, sharing] :
       std::vector<std::pair<Box, int>>{{{4, 2, 1, 1}, 1}, {{4, 2, 2, 1}, 2}, {{4, 2, 2, 2}, 4}, {{5, 3, 1, 1}, 1}}) {
    const Pixels after = draw(flat(PixelFormat::i420, {15, 9}, 128),
                              [&, b = box](Canvas& c) { c.box(b, {.thickness = 0, .fill = color}); });
    const int alpha = (255 * sharing + 2) / 4;
    // BT.601, limited: red is Cb 90, Cr 240.
    EXPECT_EQ(after.at(1, 2, 1), (90 * alpha + 128 * (255 - alpha) + 127) / 255) << sharing;
    EXPECT_EQ(after.at(2, 2, 1), (240 * alpha + 128 * (255 - alpha) + 127) / 255) << sharing;
    EXPECT_EQ(after.at(1, 3, 1), 128);
  }
  const Pixels corner = draw(flat(PixelFormat::i420, {15, 9}, 128), [&](Canvas& c) {
    c.box({14, 8, 5, 5}, {.thickness = 0, .fill = color});
  });
  EXPECT_EQ(corner.at(1, 7, 4), 90);
  EXPECT_EQ(corner.at(0, 14, 8), 81);
}

TEST_P(CanvasTest, OpaqueTwiceIsOpaqueOnce) {
  const Pixels before = noise(PixelFormat::rgba8, {64, 48});
  const auto shapes = [](Canvas& c) {
    c.box({3, 3, 30, 20}, {.thickness = 3, .fill = white});
    c.box({10, 10, 30, 20}, {.color = {1, 2, 3, 255}});
  };
  EXPECT_EQ(draw(before,
                 [&](Canvas& c) {
                   shapes(c);
                   shapes(c);
                 }),
            draw(before, shapes));
}

TEST_P(CanvasTest, ACommandIsOneLayer) {
  const Color half{255, 255, 255, 128};
  const auto expect_no_more_than = [&](const char* what, const Record& record, int most) {
    const Pixels p = draw(Size{80, 60}, record);
    int highest = 0;
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 80; ++x) highest = std::max<int>(highest, p.at(0, x, y));
    EXPECT_EQ(highest, most) << what;
  };
  expect_no_more_than(
      "polyline",
      [&](Canvas& c) {
        c.polyline(std::vector<PointF>{{10, 10}, {60, 12}, {15, 20}, {60, 40}, {30, 5}},
                   {.color = half, .thickness = 9});
      },
      128);
  expect_no_more_than(
      "outline",
      [&](Canvas& c) {
        c.polygon(std::vector<PointF>{{10, 10}, {60, 12}, {20, 50}}, {.color = half, .thickness = 9});
      },
      128);
  expect_no_more_than(
      "arrow",
      [&](Canvas& c) {
        c.arrow({10, 10}, {60, 40}, {.color = half, .thickness = 7});
      },
      128);
  expect_no_more_than(
      "cross",
      [&](Canvas& c) {
        c.cross({30, 30}, {.color = half, .size_px = 40, .thickness = 9});
      },
      128);
  expect_no_more_than(
      "grid",
      [&](Canvas& c) {
        c.grid({5, 5, 70, 50}, {.color = half, .step_x = 12, .step_y = 9, .thickness = 4});
      },
      128);
  expect_no_more_than(
      "corners",
      [&](Canvas& c) {
        c.box({10, 10, 40, 30}, {.color = half, .thickness = 8, .corner_px = 12});
      },
      128);
  expect_no_more_than(
      "dashes",
      [&](Canvas& c) {
        c.box({10, 10, 40, 30}, {.color = half, .thickness = 6, .dash = {9, 3}});
      },
      128);
  expect_no_more_than(
      "text",
      [&](Canvas& c) {
        c.text("MWgfj", {5, 5}, {.size_px = 30, .color = half});
      },
      128);
  expect_no_more_than(
      "skeleton",
      [&](Canvas& c) {
        c.keypoints(std::vector<PointF>{{10, 10}, {60, 12}, {15, 40}},
                    {.color = {0, 0, 0, 0},
                     .edges = std::vector<std::pair<int, int>>{{0, 1}, {1, 2}, {2, 0}},
                     .edge_color = half,
                     .edge_thickness = 8});
      },
      128);
}

TEST_P(CanvasTest, CallOrderIsTheOrderOfLayers) {
  const Box a{5, 5, 30, 20};
  const Box b{20, 12, 30, 20};
  const auto fill = [](Color color) { return BoxStyle{.thickness = 0, .fill = color}; };
  const Pixels p = draw(Size{60, 40}, [&](Canvas& c) {
    c.box(a, fill({255, 0, 0, 255}))
        .line({0, 15}, {60, 15}, {.color = white, .thickness = 4})
        .box(b, fill({0, 0, 255, 255}));
    c.text("X", {22, 14}, {.size_px = 16, .color = {0, 255, 0, 255}});
  });
  EXPECT_EQ(p.at(0, 7, 7, 0), 255);
  EXPECT_EQ(p.at(0, 10, 15, 1), 255);  // the line over the first box
  EXPECT_EQ(p.at(0, 45, 15, 2), 255);  // and under the second
  EXPECT_EQ(p.at(0, 45, 15, 1), 0);
  int green = 0;
  for (int y = 12; y < 32; ++y)
    for (int x = 20; x < 50; ++x) green += p.at(0, x, y, 1) > 200 ? 1 : 0;
  EXPECT_GT(green, 10);
}

TEST_P(CanvasTest, AllFormatsShowTheSame) {
  const Size size{121, 91};
  const Stream cpu(Device::cpu());
  Pixels start(PixelFormat::rgba8, size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int k = 0; k < 4; ++k)
        start.at(0, x, y, k) = static_cast<std::uint8_t>(k == 3 ? 255 : 60 + (x * (k + 1) + y) / 4);
  Pixels shown = draw(start, [](Canvas& c) { draw_scene(c); });
  std::map<PixelFormat, Pixels> all;
  for (const PixelFormat format : all_pixel_formats) {
    Pixels converted(format, size);
    Pixels expected(format, size);
    convert_into(cpu, start.view(), converted.view());
    convert_into(cpu, shown.view(), expected.view());
    const Pixels& actual = all[format] = draw(converted, [](Canvas& c) { draw_scene(c); });
    const std::string name(name_of(format));
    if (format == PixelFormat::rgba8 || format == PixelFormat::bgra8 || format == PixelFormat::rgb8 ||
        format == PixelFormat::bgr8) {
      EXPECT_EQ(actual, expected) << name;
      continue;
    }
    // Each of 17 layers rounds once; luma of the rounded and rounded luma.
    int worst = 0;
    double sum = 0;
    for (std::size_t i = 0; i < actual.planes[0].size(); ++i) {
      const int off = std::abs(int{actual.planes[0][i]} - int{expected.planes[0][i]});
      worst = std::max(worst, off);
      sum += off;
    }
    EXPECT_LE(worst, 4) << name;
    EXPECT_LE(sum / static_cast<double>(actual.planes[0].size()), 1) << name;
    if (!is_subsampled(format)) continue;
    // Chroma: the mean colour of four pixels blended by the mean of their alphas, against the mean of the blended.
    double chroma = 0;
    for (int y = 0; y < actual.plane_height(1); ++y)
      for (int x = 0; x < actual.plane_width(1); ++x)
        chroma += std::abs(int{actual.at(1, x, y)} - int{expected.at(1, x, y)});
    EXPECT_LE(chroma / actual.plane_width(1) / actual.plane_height(1), 3) << name;
  }
  const Pixels& nv12 = all.at(PixelFormat::nv12);
  const Pixels& i420 = all.at(PixelFormat::i420);
  EXPECT_EQ(nv12.planes[0], i420.planes[0]);
  for (int y = 0; y < nv12.plane_height(1); ++y)
    for (int x = 0; x < nv12.plane_width(1); ++x) {
      ASSERT_EQ(nv12.at(1, x, y, 0), i420.at(1, x, y));
      ASSERT_EQ(nv12.at(1, x, y, 1), i420.at(2, x, y));
    }
}

TEST_P(CanvasTest, ClippedIsCropped) {
  // A part's canvas has its own origin: shifted by it, the scene is the part of the whole scene.
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels before = picture(format, {120, 90});
    Pixels whole = draw(before, [](Canvas& c) { draw_scene(c); });
    for (const Rect& part : {Rect{0, 0, 120, 90}, Rect{40, 20, 50, 40}, Rect{37, 21, 50, 41}, Rect{38, 21, 1, 30},
                             Rect{-10, -10, 33, 29}, Rect{100, 71, 90, 90}}) {
      const Rect r = intersect(part, {0, 0, 120, 90});
      Pixels clipped = apply(before, [&](StreamView s, const ImageView& image) {
        Canvas canvas(s, image.region(part));
        draw_scene(canvas, {static_cast<float>(-r.x), static_cast<float>(-r.y)});
      });
      Pixels expected = before;
      for (int y = r.y; y < r.y + r.height; ++y)
        for (int x = r.x; x < r.x + r.width; ++x)
          for (int k = 0; k < plane_channels(format, 0); ++k) expected.at(0, x, y, k) = whole.at(0, x, y, k);
      // Chroma at the part's edges is shared with pixels outside; inside it is the same.
      for (int i = 1; i < plane_count(format); ++i)
        for (int y = 0; y < expected.plane_height(i); ++y)
          for (int x = 0; x < expected.plane_width(i); ++x)
            for (int k = 0; k < plane_channels(format, i); ++k) {
              const bool inside =
                  2 * x >= r.x && 2 * x + 1 < r.x + r.width && 2 * y >= r.y && 2 * y + 1 < r.y + r.height;
              const bool outside =
                  2 * x + 1 < r.x || 2 * x >= r.x + r.width || 2 * y + 1 < r.y || 2 * y >= r.y + r.height;
              if (inside) expected.at(i, x, y, k) = whole.at(i, x, y, k);
              if (!inside && !outside) expected.at(i, x, y, k) = clipped.at(i, x, y, k);
            }
      // A tile's place in the sums of edges may move a rounding.
      expect_near(clipped, expected, 1, fmt::format("{} part {},{}", name_of(format), part.x, part.y));
    }
  }
}

TEST_P(CanvasTest, MirroredIsMirrored) {
  const Pixels before = noise(PixelFormat::rgba8, {100, 60});
  const auto scene = [](Canvas& c, bool mirrored) {
    const auto x = [mirrored](float v) { return mirrored ? 100 - v : v; };
    const auto p = [&](float px, float py) { return PointF{x(px), py}; };
    const auto box = [&](float l, float t, float w, float h, float angle = 0) {
      return Box{mirrored ? 100 - l - w : l, t, w, h, mirrored ? -angle : angle};
    };
    c.box(box(10.25F, 5, 40, 30.5F), {.color = {1, 200, 30, 200}, .thickness = 3, .radius_px = 6});
    c.box(box(30, 15, 40, 20, 25), {.thickness = 2, .fill = Color{200, 100, 0, 100}});
    c.line(p(5, 50), p(90.5F, 11), {.thickness = 3});
    c.polygon(std::vector{p(60, 10), p(95, 20), p(70, 50)}, {.fill = Color{0, 0, 250, 150}});
    c.circle(p(40, 40), 15, {.fill = Color{99, 0, 99, 99}});
    c.ellipse(box(50, 30, 40, 20, -40), {.fill = Color{0, 99, 99, 99}});
    c.arrow(p(10, 10), p(80, 55));
    c.triangle(p(50, 30), {.outline_px = 1});
    c.trace(std::vector{p(2, 2), p(50, 58), p(98, 4)}, {.thickness = 4});
  };
  const Pixels straight = draw(before, [&](Canvas& c) { scene(c, false); });
  Pixels turned_start = before;
  for (int y = 0; y < 60; ++y)
    for (int i = 0; i < 100; ++i)
      for (int k = 0; k < 4; ++k) turned_start.at(0, i, y, k) = before.at(0, 99 - i, y, k);
  Pixels mirrored = draw(turned_start, [&](Canvas& c) { scene(c, true); });
  Pixels back = mirrored;
  for (int y = 0; y < 60; ++y)
    for (int i = 0; i < 100; ++i)
      for (int k = 0; k < 4; ++k) back.at(0, i, y, k) = mirrored.at(0, 99 - i, y, k);
  expect_near(back, straight, 2, "mirrored");
}

TEST_P(CanvasTest, TwoCanvasesOnOnePictureInOneSubmitGoInOrder) {
  const Pixels before = noise(PixelFormat::nv12, {60, 40});
  const auto second = [](Canvas& c) { c.box({10, 8, 30, 20}, {.thickness = 0, .fill = Color{200, 0, 0, 150}}); };
  const Pixels expected = draw(before, [&](Canvas& c) {
    draw_scene(c);
    second(c);
  });
  EXPECT_EQ(apply(before,
                  [&](StreamView s, const ImageView& image) {
                    Canvas a(s, image);
                    Canvas b(s, image);
                    draw_scene(a);
                    second(b);
                    const std::array<Canvas*, 2> both = {&a, &b};
                    Canvas::submit(s, both);
                    EXPECT_EQ(a.pending() + b.pending(), 0U);
                  }),
            expected);
}

TEST_P(CanvasTest, ManyFramesInOneSubmit) {
  // More than one launch takes, of two formats, some with blurs, one empty.
  Frames frames(*this);
  for (int i = 0; i < 70; ++i) {
    const PixelFormat format = i % 7 == 3 ? PixelFormat::nv12 : PixelFormat::rgba8;
    const Pixels before = noise(format, {120 + i % 5, 90}, static_cast<std::uint32_t>(i));
    const auto record = [i](Canvas& c) {
      if (i == 5) return;
      draw_scene(c, {static_cast<float>(i % 9), 0});
      if (i % 10 == 4) c.blur(Shape::circle({60, 40}, 25));
      c.cross({50, 50});
    };
    frames.add(before, record);
  }
  frames.submit();
  Canvas::submit(stream(), {});
}

TEST_P(CanvasTest, ManyCrowdedFramesInOneSubmit) {
  // Several frames are drawn in strips, whose warps hold up to 32 commands: some strips of these have more, others few,
  // some frames have none of both.
  for (const PixelFormat format : all_pixel_formats) {
    Frames frames(*this);
    for (int i = 0; i < 9; ++i) {
      const Pixels before = noise(format, {400 + 7 * i, 150 + i}, static_cast<std::uint32_t>(i));
      const auto record = [i](Canvas& c) {
        std::mt19937 random(static_cast<std::uint32_t>(i));
        const auto pick = [&](int below) { return static_cast<float>(random() % static_cast<unsigned>(below)); };
        const auto color = [&] {
          return Color{static_cast<std::uint8_t>(pick(256)), static_cast<std::uint8_t>(pick(256)), 90,
                       static_cast<std::uint8_t>(random() % 2 == 0 ? 255 : 130)};
        };
        for (int k = 0; k < 25 * (i % 4); ++k)
          c.box({97 + pick(9), pick(150), 4 + pick(12), 4 + pick(90)}, {.color = color(), .thickness = 1});
        for (int k = 0; k < 12; ++k) {
          const Box box{pick(390), pick(150), 20 + pick(120), 20 + pick(90)};
          c.box(box, {.color = color(), .thickness = 1 + pick(6)});
          if (k % 3 == 0) c.text("a label", {box.left, box.top}, {.size_px = 14, .color = color()});
          if (k % 4 == 0) c.dot(box.center(), {.color = color(), .radius_px = 5});
          if (i % 3 == 0 && k == 5) c.line({0, 0}, {pick(400), pick(150)});
        }
      };
      frames.add(before, record);
    }
    frames.submit();
  }
}

TEST_P(CanvasTest, TwoSubmitsWithoutAWait) {
  const Pixels before = picture(PixelFormat::rgba8, {120, 90});
  const Pixels expected = draw(before, [](Canvas& c) { draw_scene(c); });
  std::vector<std::unique_ptr<Guarded>> images;
  images.reserve(12);
  for (int i = 0; i < 12; ++i) images.push_back(std::make_unique<Guarded>(stream(), before));
  for (const auto& image : images) {
    Canvas canvas(stream(), *image);
    draw_scene(canvas);
  }
  for (const auto& image : images) expect_near(image->download(), expected, 0, "in flight");
}

TEST_P(CanvasTest, WhatIsGivenIsCaptured) {
  const Pixels before = noise(PixelFormat::rgba8, {80, 60});
  const auto record = [](Canvas& c, bool scribble) {
    std::vector<PointF> points = {{5, 5}, {70, 10}, {30, 50}};
    Pixels mask = noise(PixelFormat::gray8, {10, 10});
    std::vector<float> heat(12, 0.7F);
    std::vector<Color> palette(256, Color{9, 8, 7, 200});
    std::string text = "captured";
    c.polygon(points, {.fill = white}).polyline(points).trace(points);
    c.mask({5, 5, 40, 40}, mask.view()).label_map({40, 20, 30, 30}, mask.view(), palette);
    c.heat_map({10, 30, 30, 20}, {heat.data(), 4, 3, 0}, {});
    c.tint(Shape::mask({30, 5, 20, 20}, mask.view()), {200, 0, 0, 99});
    c.text(text, {10, 20}, {.size_px = 14});
    if (!scribble) return;
    for (PointF& p : points) p = {0, 0};
    for (auto& b : mask.planes[0]) b = 0;
    for (float& f : heat) f = 0;
    for (Color& k : palette) k = {};
    for (char& ch : text) ch = 'x';
  };
  EXPECT_EQ(draw(before, [&](Canvas& c) { record(c, true); }), draw(before, [&](Canvas& c) { record(c, false); }));
}

TEST_P(CanvasTest, DrawsWhenItEnds) {
  const Pixels before = noise(PixelFormat::rgba8, {40, 30});
  const Guarded image(stream(), before);
  const BoxStyle style{.thickness = 0, .fill = white};
  {
    Canvas canvas(stream(), image);
    EXPECT_EQ(canvas.size(), (Size{40, 30}));
    EXPECT_EQ(canvas.format(), PixelFormat::rgba8);
    canvas.box({0, 0, 10, 10}, style);
    EXPECT_EQ(canvas.pending(), 1U);
    EXPECT_EQ(image.download(), before);
    canvas.discard();
    EXPECT_EQ(canvas.pending(), 0U);
  }
  EXPECT_EQ(image.download(), before) << "discarded";
  try {
    Canvas canvas(stream(), image);
    canvas.box({0, 0, 10, 10}, style);
    throw std::runtime_error("on its way");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(image.download(), before) << "an exception was on its way";
  {
    Canvas canvas(stream(), image);
    canvas.box({0, 0, 10, 10}, style);
    Canvas moved(std::move(canvas));
    EXPECT_EQ(moved.pending(), 1U);
    moved.submit();
    EXPECT_EQ(moved.pending(), 0U);
    moved.submit();  // nothing
    moved.box({20, 0, 10, 10}, {.thickness = 0, .fill = Color{255, 255, 255, 128}});
    moved.submit();  // the first box is not drawn again
  }
  const Pixels after = image.download();
  EXPECT_EQ(after.at(0, 5, 5, 0), 255);
  EXPECT_EQ(after.at(0, 25, 5, 0), (255 * 128 + before.at(0, 25, 5, 0) * 127 + 127) / 255);
  // Inside of another exception's handler a canvas draws as ever.
  try {
    throw std::runtime_error("caught");
  } catch (const std::runtime_error&) {
    Canvas(stream(), image).box({30, 20, 10, 10}, style);
  }
  EXPECT_EQ(image.download().at(0, 35, 25, 0), 255);
}

TEST_P(CanvasTest, DrawsOnFramesAndTheirParts) {
  const Pixels before = picture(PixelFormat::nv12, {120, 90});
  const Pixels expected = draw(before, [](Canvas& c) { draw_scene(c); });
  EXPECT_EQ(apply(before,
                  [](StreamView s, const ImageView& image) {
                    const Frame frame(image, s);
                    Canvas canvas(frame);
                    draw_scene(canvas);
                  }),
            expected);
  const Guarded image(stream(), before);
  Frame frame(image, stream());
  Canvas part(stream(), frame.region(Rect{10, 10, 50, 50}));
  EXPECT_EQ(part.size(), (Size{50, 50}));
  Canvas other(stream(), frame);
  part.cross({25, 25});
  other.cross({25, 25});
  const FrameView late = frame.view();
  frame.expire();
  EXPECT_THROW(part.submit(), ExpiredFrame);
  const std::array<Canvas*, 1> one = {&other};
  EXPECT_THROW(Canvas::submit(stream(), one), ExpiredFrame);
  other.discard();
  EXPECT_THROW(Canvas(stream(), late), ExpiredFrame);
  EXPECT_EQ(image.download(), before);
}

TEST_P(CanvasTest, EmptyTargets) {
  const Pixels before = noise(PixelFormat::rgba8, {20, 10});
  EXPECT_EQ(draw(before, [](Canvas&) {}), before);
  apply(before, [](StreamView s, const ImageView& image) {
    Canvas canvas(s, image.region({50, 50, 3, 3}));
    draw_scene(canvas);
    canvas.blur(Shape::rect({0, 0, 9, 9})).inset({0, 0, 5, 5}, {0, 0, 9, 9}).dim({});
  });
  const Pixels thin = noise(PixelFormat::nv12, {120, 1});
  draw(thin, [](Canvas& c) { draw_scene(c); });
}

TEST_P(CanvasTest, RecordingAllocatesNothing) {
  const Guarded image(stream(), noise(PixelFormat::nv12, {120, 90}));
  const auto record = [&](Canvas& c) {
    c.box({10, 12, 50, 40}, {.thickness = 3, .fill = Color{0, 90, 30, 90}});
    c.box({30, 5, 60, 50, 20}, {.radius_px = 8}).box({5, 50, 60, 30}, {.dash = {7, 4}});
    c.circle({40, 40}, 22).ellipse({60, 40, 40, 24, 33}).arrow({20, 80}, {90, 60}).cross({100, 70});
    c.text("Retouch 42", {15, 60}, {.size_px = 14, .background = Color{0, 0, 0, 120}});
    c.progress({5, 5, 50, 8}, 0.5F).grid({3, 3, 110, 80});
    c.blur(Shape::rect({10, 10, 20, 20}));
  };
  for (int i = 0; i < 3; ++i) {
    Canvas canvas(stream(), image);
    record(canvas);
  }
  stream().synchronize();
  Canvas canvas(stream(), image);
  const long before = allocations();
  record(canvas);
  EXPECT_EQ(allocations() - before, 0);
  const long recorded = allocations();
  canvas.submit();
  stream().synchronize();
  const long submitted = allocations() - recorded;
  // What the blur's picture and TBB's tasks take from the heap; the list itself, its bins and its plan nothing.
  fmt::print("submit: {} allocations\n", submitted);
  EXPECT_LE(submitted, 4);
}

TEST_P(CanvasTest, ThreadsDrawOnTheirOwnPictures) {
  const Pixels before = picture(PixelFormat::rgba8, {120, 90});
  const auto record = [](Canvas& c) {
    draw_scene(c);
    c.blur(Shape::ellipse({20, 20, 60, 40}), {.feather_px = 6}).text("shared text", {8, 8});
  };
  const Pixels expected = draw(before, record);
  std::vector<std::thread> threads;
  std::vector<std::vector<Pixels>> results(4);
  threads.reserve(results.size());
  for (auto& mine : results)
    threads.emplace_back([&] {
      const Stream own(device());
      for (int i = 0; i < 6; ++i) {
        const Guarded image(own, before);
        {
          Canvas canvas(own, image);
          record(canvas);
        }
        mine.push_back(image.download());
      }
    });
  for (std::thread& t : threads) t.join();
  for (const auto& mine : results)
    for (const Pixels& p : mine) expect_near(p, expected, 0, "a thread's picture");
}

TEST(Canvas, RefusesAnImageOnAnotherDevice) {
  if (!gpu_or_skip()) return;
  const Stream cpu(Device::cpu());
  const Stream cuda(Device::cuda(0));
  const Image image(cuda, PixelFormat::rgba8, {8, 8});
  EXPECT_THROW(Canvas(cpu, image), InvalidArgument);
}

}  // namespace
}  // namespace retouch::test
