// Limits that do not bite, and every value that is refused.
#include <gmock/gmock.h>

#include <cfloat>

#include "retouch/fill.hpp"
#include "support/canvas.hpp"

namespace retouch::test {
namespace {

class CanvasLimitsTest : public CanvasSuite {};
RETOUCH_BACKENDS(CanvasLimitsTest);

TEST_P(CanvasLimitsTest, AHundredThousandCommands) {
  // More than one drawing takes. Each pixel gets two opaque ones; the second must win.
  const Pixels p = draw(Size{250, 200}, [](Canvas& c) {
    const auto pixel = [](int i) {
      const int row = i / 250;
      return Box{static_cast<float>(i % 250), static_cast<float>(row), 1, 1};
    };
    for (int i = 0; i < 50000; ++i) c.box(pixel(i), {.thickness = 0, .fill = Color{7, 7, 7, 255}});
    for (int i = 0; i < 50000; ++i)
      c.box(pixel(i), {.thickness = 0,
                       .fill = Color{static_cast<std::uint8_t>(i % 251), static_cast<std::uint8_t>(i / 251), 0, 255}});
    EXPECT_EQ(c.pending(), 100000U);
  });
  for (int i = 0; i < 50000; ++i) {
    ASSERT_EQ(p.at(0, i % 250, i / 250, 0), i % 251);
    ASSERT_EQ(p.at(0, i % 250, i / 250, 1), i / 251);
  }
}

TEST_P(CanvasLimitsTest, APolygonOfTenThousandPoints) {
  std::vector<PointF> points;
  for (int i = 0; i < 10000; ++i) {
    const double a = i * 2 * std::numbers::pi / 10000;
    points.push_back({static_cast<float>(60 + 50 * std::cos(a)), static_cast<float>(60 + 50 * std::sin(a))});
  }
  expect_area(draw(Size{120, 120}, [&](Canvas& c) { c.polygon(points, {.fill = white, .thickness = 0}); }),
              disc_area(60, 60, 50), 14, 6, "filled");
  expect_area(draw(Size{120, 120}, [&](Canvas& c) { c.polyline(points, {.color = white, .thickness = 6}); }),
              without(disc_area(60, 60, 53), disc_area(60, 60, 47)), 40, 14, "line");
  draw(Size{120, 120}, [&](Canvas& c) {
    c.trace(points).tint(Shape::polygon(points), white).blur(Shape::polygon(points), {.feather_px = 5});
    c.polyline(points, {.dash = {3, 2}}).keypoints(points).dim(std::vector{Shape::polygon(points)});
  });
}

TEST_P(CanvasLimitsTest, AnEnormousFrame) {
  const Image image(stream(), PixelFormat::gray8, {16384, 16384});
  fill(stream(), image, {10, 10, 10, 255});
  Pixels one(PixelFormat::gray8, {1, 1});
  const auto at = [&](int x, int y) {
    copy_into(stream(), image.region({x, y, 1, 1}), one.view());
    stream().synchronize();
    return int{one.at(0, 0, 0)};
  };
  {
    Canvas c(stream(), image);
    c.box({0, 0, 16384, 16384}, {.color = white, .thickness = 3});
    c.line({0, 0}, {16384, 16384}, {.color = white, .thickness = 4});
    c.circle({8192, 8192}, 8000, {.color = white, .thickness = 3});
    c.box({16000, 16300, 100, 20}, {.thickness = 0, .fill = white});
    c.text("corner", {16384, 16384}, {.size_px = 40, .background = white, .anchor = Anchor::bottom_right});
  }
  EXPECT_EQ(at(2, 9000), 255);
  EXPECT_EQ(at(3, 9000), 10);
  EXPECT_EQ(at(16383, 16383), 255);
  EXPECT_EQ(at(12345, 12345), 255);
  EXPECT_EQ(at(12345, 12352), 10);
  EXPECT_EQ(at(8192 + 8000, 8192), 255);
  EXPECT_EQ(at(16050, 16310), 255);
  EXPECT_EQ(at(16099, 16321), 10);
}

TEST_P(CanvasLimitsTest, LongSides) {
  const Stream cpu(Device::cpu());
  std::vector<std::uint8_t> rows(std::size_t{2} * 32001);
  const auto view = [&](Size size) {
    return ImageView::wrap(Device::cpu(), PixelFormat::gray8, size, rows.data(), size.width);
  };
  EXPECT_THROW(Canvas(cpu, view({32001, 1})), Unsupported);
  EXPECT_THROW(Canvas(cpu, view({1, 32001})), Unsupported);
  Canvas(cpu, view({32000, 2})).line({31990, 0}, {32000, 2}, {.color = white, .thickness = 2});
  EXPECT_EQ(rows[31994], 255);
  EXPECT_EQ(rows[31000], 0);
}

TEST_P(CanvasLimitsTest, EverythingFarAwayLeavesThePicture) {
  const Pixels before = noise(PixelFormat::nv12, {50, 40});
  Pixels mask = noise(PixelFormat::gray8, {5, 5});
  const std::vector<float> heat(25, 1.0F);
  const Sprite logo(mask.view());
  for (const float x : {1e6F, -1e6F, FLT_MAX, -FLT_MAX, 40000.0F, -40000.0F})
    for (const float y : {0.0F, 1e6F, -FLT_MAX}) {
      const PointF p{x, y};
      const std::vector<PointF> points = {{x, y}, {x, y + 20}, {x, y + 5}};
      const Box b{x, y, 30, 20};
      const std::vector<std::pair<int, int>> edges = {{0, 1}};
      EXPECT_EQ(
          draw(before,
               [&](Canvas& c) {
                 c.box(b, {.fill = white}).box(b, {.radius_px = 5}).box(b, {.corner_px = 4}).box(b, {.dash = {4, 4}});
                 c.box({x, y, 30, 20, 30}, {.fill = white}).line(points[0], points[1]).polyline(points);
                 c.line(points[0], points[1], {.dash = {1e-3F, 1e-3F}});
                 c.polygon(points, {.fill = white}).circle(p, 9, {.fill = white}).ellipse(b, {.fill = white});
                 c.arc(p, 9, 0, 200).pie(p, 9, 0, 200, {.fill = white}).arrow(points[0], points[1]).dot(p).cross(p);
                 c.triangle(p, {.outline_px = 1}).keypoints(points, {.edges = edges}).trace(points).progress(b, 0.5F);
                 c.grid(b).tint(Shape::ellipse(b), white).mask(b, mask.view()).sprite(logo, p, {.angle_deg = 30});
                 c.label_map(b, mask.view(), std::vector<Color>(256, white)).heat_map(b, {heat.data(), 5, 5, 0});
                 c.inset({0, 0, 9, 9}, b).blur(Shape::box(b)).blur(Shape::ellipse(b), {.feather_px = 3});
                 c.text("far", p, {.background = white, .border_px = 2});
               }),
          before)
          << x << "," << y;
    }
}

TEST_P(CanvasLimitsTest, WhatReachesAcrossTheFrameFromFarAway) {
  const Size size{50, 40};
  expect_area(draw(size,
                   [](Canvas& c) {
                     c.line({-1e6F, 20}, {1e6F, 20}, {.color = white, .thickness = 4});
                   }),
              rectangle(0, 18, 50, 22), 1, 1, "line");
  EXPECT_EQ(draw(size,
                 [](Canvas& c) {
                   c.box({-FLT_MAX, 10, FLT_MAX, 20}, {.color = white, .thickness = 3});
                 }),
            flat(PixelFormat::rgba8, size, 0))
      << "it ends at 0";
  expect_area(draw(size,
                   [](Canvas& c) {
                     c.box({-1e6F, 10, 2e6F, 20}, {.thickness = 0, .fill = white});
                   }),
              rectangle(0, 10, 50, 30), 1, 1, "box");
  expect_area(draw(size,
                   [](Canvas& c) {
                     c.circle({25, 900020}, 9e5F, {.fill = white, .thickness = 0});
                   }),
              rectangle(0, 20, 50, 40), 24, 24, "a circle so large that its edge is straight");
}

TEST_P(CanvasLimitsTest, NothingToDraw) {
  const Pixels before = noise(PixelFormat::rgba8, {50, 40});
  Pixels mask = noise(PixelFormat::gray8, {5, 5});
  Pixels empty(PixelFormat::gray8, {0, 0});
  EXPECT_EQ(
      draw(before,
           [&](Canvas& c) {
             for (const Box& b : {Box{10, 10, 0, 20}, Box{10, 10, 20, 0}, Box{10, 10, 0, 0}, Box{10, 10, 0, 20, 45}}) {
               c.box(b, {.thickness = 0, .fill = white}).tint(Shape::box(b), white).tint(Shape::ellipse(b), white);
               if (b.angle_deg == 0) {
                 c.mask(b, mask.view()).label_map(b, mask.view(), {}).inset({0, 0, 5, 5}, b, {.border_px = 0});
               }

               c.blur(Shape::box(b)).blur(Shape::ellipse(b)).grid({10, 10, 0, 0});
             }
             c.polyline({}).polygon({}).trace({}).keypoints({}).tint(Shape::polygon({}), white);
             c.polygon(std::vector<PointF>{{1, 1}, {20, 20}}, {.fill = white, .thickness = 0});
             c.circle({20, 20}, 0, {.fill = white, .thickness = 0}).line({5, 5}, {20, 20}, {.thickness = 0});
             c.text("", {5, 5}, {.background = white}).text("\n", {5, 5}).sprite({}, {5, 5});
             c.mask({5, 5, 9, 9}, empty.view()).heat_map({5, 5, 9, 9}, {nullptr, 0, 0, 0});
             c.box({5, 5, 20, 20}, {.color = {9, 9, 9, 0}, .fill = Color{9, 9, 9, 0}});
             c.inset({500, 500, 5, 5}, {5, 5, 9, 9}, {.border_px = 0}).inset({0, 0, 0, 9}, {5, 5, 9, 9});
           }),
      before);
}

TEST_P(CanvasLimitsTest, EveryValueThatIsNoNumberIsRefused) {
  Pixels mask = noise(PixelFormat::gray8, {5, 5});
  const std::vector<float> heat(25, 1.0F);
  const Sprite logo(mask.view());
  draw(Size{50, 40}, [&](Canvas& c) {
    int tried = 0;
    for (const float bad :
         {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      const auto refused = [&](const char* command, auto&& record) {
        ++tried;
        try {
          record();
          ADD_FAILURE() << command << " took " << bad;
        } catch (const InvalidArgument& e) {
          const std::string text = e.what();
          EXPECT_NE(text.find(command), std::string::npos) << text;
          EXPECT_NE(text.find(fmt::format("{}", bad)), std::string::npos) << text;
        }
        EXPECT_EQ(c.pending(), 0U) << command;
        c.discard();
      };
      const PointF p{9, 9};
      const std::vector<PointF> good = {{1, 1}, {20, 20}, {5, 20}};
      for (const Box& b :
           {Box{bad, 1, 9, 9}, Box{1, bad, 9, 9}, Box{1, 1, bad, 9}, Box{1, 1, 9, bad}, Box{1, 1, 9, 9, bad}}) {
        refused("box", [&] { c.box(b); });
        refused("ellipse", [&] { c.ellipse(b); });
        refused("progress", [&] { c.progress(b, 0.5F); });
        refused("grid", [&] { c.grid(b); });
        refused("mask", [&] { c.mask(b, mask.view()); });
        refused("label_map", [&] { c.label_map(b, mask.view(), {}); });
        refused("heat_map", [&] { c.heat_map(b, {heat.data(), 5, 5, 0}); });
        refused("inset", [&] { c.inset({0, 0, 9, 9}, b); });
        refused("Shape", [&] { c.tint(Shape::box(b), white); });
        refused("Shape", [&] { c.blur(Shape::ellipse(b)); });
      }
      for (const PointF& q : {PointF{bad, 1}, PointF{1, bad}}) {
        const std::vector<PointF> points = {{1, 1}, q, {5, 20}};
        refused("line", [&] { c.line(q, p); });
        refused("line", [&] { c.line(p, q); });
        refused("polyline", [&] { c.polyline(points); });
        refused("polygon", [&] { c.polygon(points); });
        refused("circle", [&] { c.circle(q, 4); });
        refused("arc", [&] { c.arc(q, 4, 0, 90); });
        refused("pie", [&] { c.pie(q, 4, 0, 90); });
        refused("arrow", [&] { c.arrow(q, p); });
        refused("arrow", [&] { c.arrow(p, q); });
        refused("dot", [&] { c.dot(q); });
        refused("cross", [&] { c.cross(q); });
        refused("triangle", [&] { c.triangle(q); });
        if (!std::isnan(bad)) refused("keypoints", [&] { c.keypoints(points); });
        refused("trace", [&] { c.trace(points); });
        refused("sprite", [&] { c.sprite(logo, q); });
        refused("text", [&] { c.text("a", q); });
        refused("text", [&] { c.text("a", p, {.shadow_offset = q}); });
        refused("Shape", [&] { c.tint(Shape::polygon(points), white); });
      }
      const Box b{1, 1, 20, 20};
      refused("box", [&] { c.box(b, {.thickness = bad}); });
      refused("box", [&] { c.box(b, {.radius_px = bad}); });
      refused("box", [&] { c.box(b, {.corner_px = bad}); });
      refused("box", [&] { c.box(b, {.dash = {bad, 1}}); });
      refused("box", [&] { c.box(b, {.dash = {1, bad}}); });
      refused("line", [&] { c.line(p, p, {.thickness = bad}); });
      refused("line", [&] { c.line(p, p, {.dash = {bad, 1}}); });
      refused("polyline", [&] { c.polyline(good, {.thickness = bad}); });
      refused("polyline", [&] { c.polyline(good, {.dash = {1, bad}}); });
      refused("polygon", [&] { c.polygon(good, {.thickness = bad}); });
      refused("circle", [&] { c.circle(p, bad); });
      refused("circle", [&] { c.circle(p, 4, {.thickness = bad}); });
      refused("ellipse", [&] { c.ellipse(b, {.thickness = bad}); });
      refused("arc", [&] { c.arc(p, bad, 0, 90); });
      refused("arc", [&] { c.arc(p, 4, bad, 90); });
      refused("arc", [&] { c.arc(p, 4, 0, bad); });
      refused("arc", [&] { c.arc(p, 4, 0, 90, {.thickness = bad}); });
      refused("pie", [&] { c.pie(p, bad, 0, 90); });
      refused("pie", [&] { c.pie(p, 4, bad, 90); });
      refused("pie", [&] { c.pie(p, 4, 0, bad); });
      refused("pie", [&] { c.pie(p, 4, 0, 90, {.thickness = bad}); });
      refused("arrow", [&] { c.arrow({1, 1}, p, {.thickness = bad}); });
      refused("arrow", [&] { c.arrow({1, 1}, p, {.head_px = bad}); });
      refused("dot", [&] { c.dot(p, {.radius_px = bad}); });
      refused("dot", [&] { c.dot(p, {.outline_px = bad}); });
      refused("cross", [&] { c.cross(p, {.size_px = bad}); });
      refused("cross", [&] { c.cross(p, {.thickness = bad}); });
      refused("triangle", [&] { c.triangle(p, {.width_px = bad}); });
      refused("triangle", [&] { c.triangle(p, {.height_px = bad}); });
      refused("triangle", [&] { c.triangle(p, {.outline_px = bad}); });
      refused("triangle", [&] { c.triangle(p, {.angle_deg = bad}); });
      refused("keypoints", [&] { c.keypoints(good, {.radius_px = bad}); });
      refused("keypoints", [&] { c.keypoints(good, {.edge_thickness = bad}); });
      refused("trace", [&] { c.trace(good, {.thickness = bad}); });
      refused("trace", [&] { c.trace(good, {.oldest_opacity = bad}); });
      if (std::isnan(bad)) refused("progress", [&] { c.progress(b, bad); });
      refused("progress", [&] { c.progress(b, 1, {.radius_px = bad}); });
      refused("progress", [&] { c.progress(b, 1, {.border_px = bad}); });
      refused("grid", [&] { c.grid(b, {.step_x = bad}); });
      refused("grid", [&] { c.grid(b, {.step_y = bad}); });
      refused("grid", [&] { c.grid(b, {.thickness = bad}); });
      refused("mask", [&] { c.mask(b, mask.view(), {.opacity = bad}); });
      refused("label_map", [&] { c.label_map(b, mask.view(), {}, bad); });
      refused("heat_map", [&] { c.heat_map(b, {heat.data(), 5, 5, 0}, {.low = bad}); });
      refused("heat_map", [&] { c.heat_map(b, {heat.data(), 5, 5, 0}, {.high = bad}); });
      refused("heat_map", [&] { c.heat_map(b, {heat.data(), 5, 5, 0}, {.opacity = bad}); });
      refused("sprite", [&] { c.sprite(logo, p, {.angle_deg = bad}); });
      refused("sprite", [&] { c.sprite(logo, p, {.opacity = bad}); });
      refused("inset", [&] { c.inset({0, 0, 9, 9}, b, {.border_px = bad}); });
      refused("blur", [&] { c.blur(Shape::box(b), {.strength_px = bad}); });
      refused("blur", [&] { c.blur(Shape::box(b), {.feather_px = bad}); });
      refused("Shape", [&] { c.tint(Shape::rounded(b, bad), white); });
      refused("Shape", [&] { c.tint(Shape::circle(p, bad), white); });
      refused("text", [&] { c.text("a", p, {.size_px = bad}); });
      refused("text", [&] { c.text("a", p, {.outline_px = bad}); });
      refused("text", [&] { c.text("a", p, {.padding = {bad, 0, 0, 0}}); });
      refused("text", [&] { c.text("a", p, {.padding = {0, 0, 0, bad}}); });
      refused("text", [&] { c.text("a", p, {.border_px = bad}); });
      refused("text", [&] { c.text("a", p, {.radius_px = bad}); });
      refused("text", [&] { c.text("a", p, {.line_spacing = bad}); });
      refused("text", [&] { c.text("a", p, {.max_width_px = bad}); });
      refused("text", [&] { c.text("a", p, {.angle_deg = bad}); });
    }
    EXPECT_GT(tried, 400);
    EXPECT_THROW(c.box({0, 0, -1, 5}), InvalidArgument);
    EXPECT_THROW(c.line({0, 0}, {5, 5}, {.thickness = -1}), InvalidArgument);
    EXPECT_THROW(c.grid({0, 0, 50, 50}, {.step_x = 0}), InvalidArgument);
    EXPECT_THROW(c.keypoints(std::vector<PointF>{{1, 1}}, {.edges = std::vector<std::pair<int, int>>{{0, 1}}}),
                 InvalidArgument);
    EXPECT_EQ(c.pending(), 0U);
  });
}

}  // namespace
}  // namespace retouch::test
