// Blurs in a list: what they read, what they leave alone, and that the planner's passes do not change the picture.
#include <opencv2/imgproc.hpp>

#include "retouch/fill.hpp"
#include "retouch/filter.hpp"
#include "support/canvas.hpp"
#include "support/random_canvas.hpp"

namespace retouch::test {
namespace {

class CanvasBlurTest : public CanvasSuite {};
RETOUCH_BACKENDS(CanvasBlurTest);

using Method = BlurStyle::Method;

// The same filter on a region by itself.
Pixels filtered(const Pixels& from, StreamView s, const Rect& rect, Method method, float strength) {
  const Guarded image(s, from);
  const ImageView part = image.view().region(rect);
  const int whole = static_cast<int>(strength);
  switch (method) {
    case Method::gaussian:
      gaussian_blur(
          s, part,
          {.sigma_x = strength, .accuracy = strength < 5.5F ? GaussianAccuracy::exact : GaussianAccuracy::fast});
      break;
    case Method::box: box_blur(s, part, {.ksize = {whole, whole}}); break;
    case Method::pixelate: pixelate(s, part, {.cell_px = whole}); break;
  }
  return image.download();
}

TEST_P(CanvasBlurTest, OfWholeRectanglesIsTheFilterInPlace) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Method method : {Method::gaussian, Method::box, Method::pixelate})
      for (const float strength : {2.0F, 6.0F, 14.0F})
        for (const Rect& rect :
             {Rect{10, 8, 40, 30}, Rect{11, 9, 33, 21}, Rect{-5, -5, 30, 30}, Rect{60, 40, 50, 50}}) {
          const Pixels before = noise(format, {81, 61});
          const Pixels after =
              draw(before, [&](Canvas& c) { c.blur(Shape::rect(rect), {.method = method, .strength_px = strength}); });
          if (method == Method::box && static_cast<int>(strength) % 2 == 0)
            continue;  // box_blur's own choice of window
          EXPECT_EQ(after, filtered(before, stream(), rect, method, strength))
              << name_of(format) << " method " << static_cast<int>(method) << " " << strength << " at " << rect.x;
        }
}

TEST_P(CanvasBlurTest, OfAShapeIsTheFilterThroughItsCoverage) {
  const Pixels before = noise(PixelFormat::rgba8, {81, 61});
  Pixels mask = noise(PixelFormat::gray8, {40, 30});
  const std::vector<PointF> triangle = {{12, 9}, {49, 20}, {20, 37}};
  const std::vector<std::pair<const char*, Shape>> shapes = {
      {"ellipse", Shape::ellipse({10, 8, 40, 30})},        {"rounded", Shape::rounded({10, 8, 40, 30}, 9)},
      {"mask", Shape::mask({10, 8, 40, 30}, mask.view())}, {"polygon", Shape::polygon(triangle)},
      {"turned box", Shape::box({15, 13, 30, 20, 20})},
  };
  for (const auto& [name, shape] : shapes)
    for (const Method method : {Method::gaussian, Method::box, Method::pixelate}) {
      // The filter of the shape's bounding rectangle, blended by the shape's coverage, which tint() shows.
      const Pixels cover =
          draw(flat(PixelFormat::rgba8, before.size, 0), [&, &s = shape](Canvas& c) { c.tint(s, white); });
      Rect bounds{10, 8, 40, 30};
      if (std::string(name) == "polygon") bounds = {12, 9, 37, 28};
      if (std::string(name) == "turned box") bounds = enclosing_rect({15, 13, 30, 20, 20});
      const Pixels blurred = filtered(before, stream(), bounds, method, 7);
      const Pixels after =
          draw(before, [&, &s = shape](Canvas& c) { c.blur(s, {.method = method, .strength_px = 7}); });
      Pixels expected = before;
      for (int y = 0; y < 61; ++y)
        for (int x = 0; x < 81; ++x)
          for (int k = 0; k < 4; ++k) {
            const int a = cover.at(0, x, y);
            expected.at(0, x, y, k) =
                static_cast<std::uint8_t>((blurred.at(0, x, y, k) * a + before.at(0, x, y, k) * (255 - a) + 127) / 255);
          }
      expect_near(after, expected, 0, std::string(name) + " method " + std::to_string(static_cast<int>(method)));
    }
}

TEST_P(CanvasBlurTest, FeathersFadeInsideTheEdge) {
  // What is blurred to nothing shows the weight: a black and white chequerboard becomes grey where the blur is whole.
  Pixels board(PixelFormat::gray8, {100, 100});
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 100; ++x) board.at(0, x, y) = (x + y) % 2 == 0 ? 255 : 0;
  std::vector<std::pair<const char*, Shape>> shapes = {
      {"box", Shape::rect({20, 20, 60, 60})},
      {"rounded", Shape::rounded({20, 20, 60, 60}, 10)},
      {"ellipse", Shape::circle({50, 50}, 30)},
      {"polygon", Shape::polygon(std::vector<PointF>{{20, 20}, {80, 20}, {80, 80}, {20, 80}})}};
  for (const auto& [name, shape] : shapes)
    for (const Method method : {Method::gaussian, Method::box, Method::pixelate}) {
      const Pixels p = draw(
          board, [&, &s = shape](Canvas& c) { c.blur(s, {.method = method, .strength_px = 12, .feather_px = 10}); });
      // Along the row through the middle: distance d from the edge at 20 gives min(d / 10, 1).
      for (int x = 0; x < 50; ++x) {
        const double weight = std::clamp((x + 0.5 - 20) / 10, 0.0, 1.0);
        const double from = board.at(0, x, 50);
        EXPECT_NEAR(p.at(0, x, 50), from + (127.5 - from) * weight, 8)
            << name << " method " << static_cast<int>(method) << " at " << x;
      }
    }
}

TEST_P(CanvasBlurTest, FeathersOfLargePolygons) {
  // A large one, slanted; one with a narrow neck; one that reaches far out of the picture. The weight is what the
  // distance to the outline says, inside, and nothing outside.
  Pixels board(PixelFormat::gray8, {600, 400});
  for (int y = 0; y < 400; ++y)
    for (int x = 0; x < 600; ++x) board.at(0, x, y) = (x + y) % 2 == 0 ? 255 : 0;
  const std::vector<std::pair<float, std::vector<PointF>>> cases = {
      {5, {{20, 60}, {560, 15}, {585, 380}, {60, 350}}},
      {2,
       {{50, 50},
        {250, 50},
        {250, 197},
        {350, 197},
        {350, 50},
        {550, 50},
        {550, 350},
        {350, 350},
        {350, 203},
        {250, 203},
        {250, 350},
        {50, 350}}},
      {10, {{300, -20000}, {20000, -20000}, {20000, 20000}, {300, 20000}}},
      {60, {{100, 30}, {500, 30}, {500, 370}, {100, 370}}}};
  for (const auto& [feather, points] : cases) {
    const Pixels p = draw(board, [&, f = feather, &outline = points](Canvas& c) {
      c.blur(Shape::polygon(outline), {.strength_px = 12, .feather_px = f});
    });
    for (int y = 30; y < 370; y += 3)
      for (int x = 30; x < 570; ++x) {
        double distance = 1e9;  // to the outline; negative outside, by the sign of OpenCV's own test
        std::vector<cv::Point2f> contour;
        for (const PointF& q : points) contour.emplace_back(q.x, q.y);
        distance = cv::pointPolygonTest(contour, {static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F}, true);
        const double weight = std::clamp(distance / feather, 0.0, 1.0);
        const double from = board.at(0, x, y);
        ASSERT_NEAR(p.at(0, x, y), from + (127.5 - from) * weight, 12) << feather << " at " << x << "," << y;
      }
  }
}

TEST_P(CanvasBlurTest, OutlinesThatReachFarAway) {
  // The width of such a polygon is rounded: its blurred picture ends a pixel before the polygon does.
  for (const float right : {30.01F, 30.03F, 30.06F, 29.99F}) {
    const std::vector<PointF> points = {{-1e6F, 5}, {right, 5}, {right, 25}, {-1e6F, 25}};
    const Pixels before = noise(PixelFormat::gray8, {31, 30});
    const Pixels after = draw(
        before, [&](Canvas& c) { c.blur(Shape::polygon(points), {.method = Method::pixelate, .strength_px = 10}); });
    for (int y = 5; y < 25; ++y)
      for (int x = 0; x < 10; ++x) EXPECT_EQ(after.at(0, x, y), after.at(0, 5, y < 15 ? 9 : 19));
    for (int x = 0; x < 31; ++x) EXPECT_EQ(after.at(0, x, 25), before.at(0, x, 25));
  }
}

TEST_P(CanvasBlurTest, AStrengthFollowsFromTheWholeRegion) {
  const Pixels before = noise(PixelFormat::rgba8, {81, 61});
  for (const Privacy privacy : {Privacy::low, Privacy::medium, Privacy::high}) {
    // Half of it is outside.
    const Rect rect{-40, 10, 80, 40};
    const Pixels after = draw(before, [&](Canvas& c) { c.blur(Shape::rect(rect), {.privacy = privacy}); });
    EXPECT_EQ(after, filtered(before, stream(), rect, Method::gaussian, gaussian_sigma_for(privacy, {80, 40})));
    const Pixels mosaic =
        draw(before, [&](Canvas& c) { c.blur(Shape::rect(rect), {.method = Method::pixelate, .privacy = privacy}); });
    EXPECT_EQ(mosaic, filtered(before, stream(), rect, Method::pixelate,
                               static_cast<float>(pixelate_cell_for(privacy, {80, 40}))));
  }
}

TEST_P(CanvasBlurTest, SeesWhatWasDrawnBeforeAndNotAfter) {
  const Pixels before = noise(PixelFormat::nv12, {81, 61});
  const BoxStyle style{.thickness = 0, .fill = Color{255, 0, 0, 255}};
  const BlurStyle blur{.strength_px = 8};
  const Shape face = Shape::rect({20, 10, 40, 40});
  const Pixels after = draw(before, [&](Canvas& c) {
    c.box({30, 20, 10, 10}, style).blur(face, blur).box({44, 30, 10, 10}, style);
  });
  Pixels expected = draw(before, [&](Canvas& c) { c.box({30, 20, 10, 10}, style); });
  expected = filtered(expected, stream(), {20, 10, 40, 40}, Method::gaussian, 8);
  expected = draw(expected, [&](Canvas& c) { c.box({44, 30, 10, 10}, style); });
  EXPECT_EQ(after, expected);
}

TEST_P(CanvasBlurTest, ThePlanDoesNotChangeThePicture) {
  // Random lists with many steps on a picture of several of the planner's cells, against submits one by one. Few of
  // them on a large one seldom touch: then all steps are done first, or last.
  for (int list = 0; list < 120; ++list) {
    const bool sparse = list % 2 == 1;
    RandomCommands g(1000 + static_cast<std::uint32_t>(list), false);
    const PixelFormat format = all_pixel_formats.at(static_cast<std::size_t>(list % 7));
    const Pixels before = noise(format, sparse ? Size{1031, 603} : Size{331, 203}, static_cast<std::uint32_t>(list));
    g.set_area(before.size);
    std::vector<CanvasCommand> commands(static_cast<std::size_t>(sparse ? g.number(2, 6) : g.number(4, 30)));
    std::string names;
    for (CanvasCommand& c : commands) {
      c = g.chance(50) ? g.any_step() : g.any_drawing();
      names += std::string(" ") + c.name;
    }
    const auto try_record = [](const CanvasCommand& command, Canvas& c) {
      try {
        command.record(c);
      } catch (const InvalidArgument&) {
      } catch (const Unsupported&) {
      }
    };
    const Pixels planned = draw(before, [&](Canvas& c) {
      for (const CanvasCommand& command : commands) try_record(command, c);
    });
    const Pixels one_by_one = apply(before, [&](StreamView s, const ImageView& image) {
      for (const CanvasCommand& command : commands) {
        Canvas c(s, image);
        try_record(command, c);
      }
    });
    expect_near(planned, one_by_one, 0, std::string(name_of(format)) + " list " + std::to_string(list) + names);
  }
}

TEST_P(CanvasBlurTest, ThePlanMindsSharedChromaSamples) {
  // Areas that meet at an odd column or row: the chroma samples there are of both, and their order matters.
  using Record = std::function<void(Canvas&)>;
  const auto fill = [](Rect rect) -> Record { return [=](Canvas& c) { c.tint(Shape::rect(rect), {255, 0, 0, 255}); }; };
  const auto blur = [](Rect rect, Method method, float strength) -> Record {
    return [=](Canvas& c) { c.blur(Shape::rect(rect), {.method = method, .strength_px = strength}); };
  };
  const Rect left{21, 31, 80, 60};
  const Rect right{101, 31, 80, 60};
  const Rect below{21, 91, 80, 60};
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::i420, PixelFormat::rgba8})
    for (const std::vector<Record>& list : std::vector<std::vector<Record>>{
             {fill(left), blur(right, Method::box, 10)},
             {fill(left), blur(below, Method::gaussian, 8)},
             {fill(right), blur(right, Method::box, 10), fill(left)},
             {blur(left, Method::gaussian, 12), blur(right, Method::pixelate, 8)},
             {blur(left, Method::gaussian, 12), blur(right, Method::gaussian, 12), blur(below, Method::gaussian, 2)}}) {
      const Pixels before = noise(format, {203, 181});
      const Pixels planned = draw(before, [&](Canvas& c) {
        for (const Record& record : list) record(c);
      });
      const Pixels one_by_one = apply(before, [&](StreamView s, const ImageView& image) {
        for (const Record& record : list) {
          Canvas c(s, image);
          record(c);
        }
      });
      expect_near(planned, one_by_one, 0, std::string(name_of(format)));
    }
}

TEST_P(CanvasBlurTest, ManyBlursOfOnePlace) {
  // Nothing may cost the square of their number.
  const Pixels before = noise(PixelFormat::gray8, {40, 30});
  const Pixels after = draw(before, [](Canvas& c) {
    for (int i = 0; i < 20000; ++i) {
      c.box({5, 5, 4, 4}, {.thickness = 0, .fill = white});
      c.blur(Shape::rect({2, 2, 10, 10}), {.method = Method::pixelate, .strength_px = 2});
    }
  });
  EXPECT_EQ(after.at(0, 6, 6), 255);
}

TEST_P(CanvasBlurTest, ABoxOfNoSuchWidthIsTheGaussian) {
  // 800 pixels would take a box of 267 to leave 6 cells; box_blur ends at 255.
  const Pixels before = noise(PixelFormat::gray8, {830, 40});
  const Shape wide = Shape::rect({10, 5, 800, 30});
  const auto with = [&](Method method) {
    return draw(before, [&](Canvas& c) { c.blur(wide, {.method = method, .privacy = Privacy::high}); });
  };
  EXPECT_EQ(with(Method::box), with(Method::gaussian));
  EXPECT_THROW(draw(before, [&](Canvas& c) { c.blur(wide, {.method = Method::box, .strength_px = 256}); }),
               InvalidArgument);
}

TEST_P(CanvasBlurTest, BadValuesAreRefused) {
  draw(Size{20, 20}, [&](Canvas& c) {
    const float nan = std::nanf("");
    EXPECT_THROW(c.blur(Shape::rect({0, 0, 9, 9}), {.strength_px = nan}), InvalidArgument);
    EXPECT_THROW(c.blur(Shape::rect({0, 0, 9, 9}), {.strength_px = -1}), InvalidArgument);
    EXPECT_THROW(c.blur(Shape::rect({0, 0, 9, 9}), {.feather_px = -1}), InvalidArgument);
    EXPECT_THROW(c.blur(Shape::rect({0, 0, 9, 9}), {.method = static_cast<Method>(9)}), InvalidArgument);
    Pixels mask(PixelFormat::gray8, {4, 4});
    EXPECT_THROW(c.blur(Shape::mask({0, 0, 4, 4}, mask.view()), {.feather_px = 2}), Unsupported);
    EXPECT_THROW(Shape::box({0, 0, nan, 4}), InvalidArgument);
    EXPECT_THROW(Shape::circle({0, nan}, 4), InvalidArgument);
    EXPECT_THROW(Shape::rounded({0, 0, 4, 4}, -1), InvalidArgument);
    EXPECT_THROW(Shape::polygon(std::vector<PointF>{{0, 0}, {nan, 4}}), InvalidArgument);
    EXPECT_THROW(Shape::mask({0, 0, 4, 4, 9}, mask.view()), InvalidArgument);
    EXPECT_EQ(c.pending(), 0U);
  });
}

}  // namespace
}  // namespace retouch::test
