// What each shape covers, against areas sampled 16 x 16 times a pixel and against OpenCV's drawing.
#include <opencv2/imgproc.hpp>

#include "support/canvas.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

class CanvasShapesTest : public CanvasSuite {
 protected:
  // Areas are exact up to the reference's own samples: 8 levels of a pixel that an edge crosses aslant.
  static constexpr double exact = 1;
  static constexpr double area = 12;
  // By distance, the error depends on the angle: up to a tenth of a pixel's area at corners and tight curves.
  static constexpr double distance = 30;
  void expect(const char* what, const Inside& inside, double worst, const Record& record, double mean = 0) {
    expect_area(draw(Size{97, 61}, record), inside, worst, mean > 0 ? mean : worst / 3 + 1, what);
  }
};
RETOUCH_BACKENDS(CanvasShapesTest);

TEST_P(CanvasShapesTest, BoxesOnWholePixelsAreExact) {
  const Box box{10, 12, 40, 30};
  const Inside inside = rectangle(10, 12, 50, 42);
  expect("fill", inside, 0.01, [&](Canvas& c) { c.box(box, {.thickness = 0, .fill = white}); });
  expect("inside", without(inside, rectangle(13, 15, 47, 39)), 0.01,
         [&](Canvas& c) { c.box(box, {.color = white, .thickness = 3}); });
  expect("outside", without(rectangle(7, 9, 53, 45), inside), 0.01,
         [&](Canvas& c) { c.box(box, {.color = white, .thickness = 3, .placement = BorderPlacement::outside}); });
  expect("centred", without(rectangle(8, 10, 52, 44), rectangle(12, 14, 48, 40)), 0.01,
         [&](Canvas& c) { c.box(box, {.color = white, .thickness = 4, .placement = BorderPlacement::centered}); });
  expect("thicker than the box", inside, 0.01, [&](Canvas& c) { c.box(box, {.color = white, .thickness = 17}); });
  expect("cut off by the frame", without(rectangle(-5, -6, 60, 70), rectangle(-2, -3, 57, 67)), 0.01, [&](Canvas& c) {
    c.box({-5, -6, 65, 76}, {.color = white, .thickness = 3});
  });
  expect("corners",
         both(without(inside, rectangle(12, 14, 48, 40)),
              either(either(rectangle(10, 12, 19, 21), rectangle(41, 12, 50, 21)),
                     either(rectangle(10, 33, 19, 42), rectangle(41, 33, 50, 42)))),
         exact, [&](Canvas& c) { c.box(box, {.color = white, .thickness = 2, .corner_px = 9}); });
  expect("turned by a right angle", rectangle(15, 7, 45, 47), exact, [&](Canvas& c) {
    c.box({10, 12, 40, 30, 90}, {.thickness = 0, .fill = white});
  });
}

TEST_P(CanvasShapesTest, BoxesWithFractions) {
  const Box box{10.25F, 12.5F, 40.375F, 30.0625F};
  expect("fill", rectangle(10.25, 12.5, 50.625, 42.5625), exact,
         [&](Canvas& c) { c.box(box, {.thickness = 0, .fill = white}); });
  expect("border", without(rectangle(10.25, 12.5, 50.625, 42.5625), rectangle(11.75, 14, 49.125, 41.0625)), exact,
         [&](Canvas& c) { c.box(box, {.color = white, .thickness = 1.5F}); });
  expect("centred", without(rectangle(9.5, 11.5, 50.5, 42.5), rectangle(10.5, 12.5, 49.5, 41.5)), exact,
         [&](Canvas& c) {
           c.box({10, 12, 40, 30}, {.color = white, .thickness = 1, .placement = BorderPlacement::centered});
         });
  expect("narrower than a pixel", rectangle(10.25, 5, 10.75, 20), exact, [&](Canvas& c) {
    c.box({10.25F, 5, 0.5F, 15}, {.thickness = 0, .fill = white});
  });
  expect("smaller than a pixel", rectangle(10.25, 5.25, 10.75, 5.75), exact, [&](Canvas& c) {
    c.box({10.25F, 5.25F, 0.5F, 0.5F}, {.thickness = 0, .fill = white});
  });
}

TEST_P(CanvasShapesTest, RoundedDashedAndTurnedBoxes) {
  const Box box{10, 8, 60, 40};
  expect("rounded", rounded_area(10, 8, 70, 48, 12), distance,
         [&](Canvas& c) { c.box(box, {.thickness = 0, .fill = white, .radius_px = 12}); });
  expect("rounded border", without(rounded_area(10, 8, 70, 48, 12), rounded_area(13, 11, 67, 45, 9)), distance,
         [&](Canvas& c) { c.box(box, {.color = white, .thickness = 3, .radius_px = 12}); });
  expect("a radius of half the side and more", rounded_area(10, 8, 70, 48, 20), distance,
         [&](Canvas& c) { c.box(box, {.thickness = 0, .fill = white, .radius_px = 500}); });
  for (const float angle : {0.5F, 17.0F, 45.0F, -30.0F, 200.0F}) {
    expect("turned fill", turned(rectangle(20, 20, 70, 40), 45, 30, angle), area, [&](Canvas& c) {
      c.box({20, 20, 50, 20, angle}, {.thickness = 0, .fill = white});
    });
    for (const float t : {0.4F, 1.0F, 3.0F})
      expect("turned border",
             turned(without(rectangle(20, 20, 70, 40), rectangle(20 + t, 20 + t, 70 - t, 40 - t)), 45, 30, angle), area,
             [&](Canvas& c) {
               c.box({20, 20, 50, 20, angle}, {.color = white, .thickness = t});
             });
    expect("turned and rounded", turned(rounded_area(20, 20, 70, 40, 7), 45, 30, angle), area, [&](Canvas& c) {
      c.box({20, 20, 50, 20, angle}, {.thickness = 0, .fill = white, .radius_px = 7});
    });
  }
  // The path runs down the middle of the border; the middle of its first dash is the corner.
  expect(
      "a dashed line",
      [](double x, double y) { return x >= 10 && x < 80 && std::abs(y - 20) < 2 && std::fmod(x - 10, 9) < 6; }, exact,
      [&](Canvas& c) {
        c.line({10, 20}, {80, 20}, {.color = white, .thickness = 4, .dash = {6, 3}});
      });
  expect(
      "a dashed box's upper side",
      [](double x, double y) { return y >= 8 && y < 10 && x >= 11 && x < 69 && std::fmod(x - 11 + 2.5, 8) < 5; }, exact,
      [&](Canvas& c) {
        c.box(box, {.color = white, .thickness = 2, .dash = {5, 3}});
        c.box({0, 10, 97, 51}, {.thickness = 0, .fill = Color{0, 0, 0, 255}});
        c.box({69, 0, 28, 61}, {.thickness = 0, .fill = Color{0, 0, 0, 255}});
        c.box({0, 0, 11, 61}, {.thickness = 0, .fill = Color{0, 0, 0, 255}});
      });
}

TEST_P(CanvasShapesTest, DashesGoOnFromFarAway) {
  // A period of 10 from x = -100000: at 0 a dash begins.
  expect(
      "from far on the left", [](double x, double y) { return std::abs(y - 20) < 2 && std::fmod(x, 10) < 6; }, exact,
      [&](Canvas& c) {
        c.line({-100000, 20}, {100000, 20}, {.color = white, .thickness = 4, .dash = {6, 4}});
      });
  // Finer than anything that shows: an even grey.
  const Pixels fine = draw(Size{97, 61}, [](Canvas& c) {
    c.line({0, 20}, {1e6F, 20}, {.color = white, .thickness = 4, .dash = {1e-30F, 1e-30F}});
  });
  EXPECT_NEAR(fine.at(0, 50, 20), 128, 12);
}

TEST_P(CanvasShapesTest, Lines) {
  for (const auto& [a, b] : std::vector<std::pair<PointF, PointF>>{{{10, 10}, {80, 45}},
                                                                   {{80.3F, 9.1F}, {12.7F, 50.9F}},
                                                                   {{20, 30.5F}, {70, 30.5F}},
                                                                   {{40.5F, 5}, {40.5F, 55}},
                                                                   {{30, 30}, {30, 30}},
                                                                   {{-50, -20}, {200, 90}}})
    for (const float t : {1.0F, 2.0F, 5.5F, 15.0F})
      expect(
          "line", segment_area(a, b, t), distance,
          [&, from = a, to = b](Canvas& c) { c.line(from, to, {.color = white, .thickness = t}); }, 26);
  const std::vector<PointF> zigzag = {{10, 50}, {25, 10}, {40, 50}, {55, 10}, {60, 12}, {85, 40}};
  expect(
      "polyline", polyline_area(zigzag, 4), 70,  // one segment or the other, not both's area, where they meet
      [&](Canvas& c) { c.polyline(zigzag, {.color = white, .thickness = 4}); }, 14);
  // An arrow is its outline: shaft, head of 20 with wings of half of that.
  expect(
      "arrow", polygon_area({{10, 27}, {60, 27}, {60, 20}, {80, 30}, {60, 40}, {60, 33}, {10, 33}}), area,
      [&](Canvas& c) {
        c.arrow({10, 30}, {80, 30}, {.color = white, .thickness = 6, .head_px = 20});
      },
      200);
}

TEST_P(CanvasShapesTest, Polygons) {
  const std::vector<PointF> concave = {{10, 10}, {80.5F, 14}, {40.25F, 30}, {85, 55}, {12, 50}, {30, 33.3F}};
  const std::vector<PointF> star = {{48, 3}, {66, 57}, {18, 23}, {78, 23}, {30, 57}};
  for (const FillRule rule : {FillRule::even_odd, FillRule::nonzero}) {
    expect("concave", polygon_area(concave, rule), area,
           [&](Canvas& c) { c.polygon(concave, {.fill = white, .thickness = 0, .rule = rule}); });
    // Where edges cross inside of a pixel, areas add up that should not.
    expect(
        "star", polygon_area(star, rule), 128,
        [&](Canvas& c) { c.polygon(star, {.fill = white, .thickness = 0, .rule = rule}); }, 12);
  }
  expect(
      "outline", polyline_area(concave, 3, true), 70,
      [&](Canvas& c) { c.polygon(concave, {.color = white, .thickness = 3}); }, 14);
  // More edges than are looked at one by one.
  std::vector<PointF> gear;
  for (int i = 0; i < 120; ++i) {
    const double r = i % 2 == 0 ? 28 : 20;
    const double a = i * 2 * std::numbers::pi / 120;
    gear.push_back({static_cast<float>(48 + r * std::cos(a)), static_cast<float>(30 + r * std::sin(a))});
  }
  expect(
      "gear", polygon_area(gear), area * 2, [&](Canvas& c) { c.polygon(gear, {.fill = white, .thickness = 0}); }, 8);
  const auto far = [](PointF p) { return PointF{p.x * 9000, p.y * 9000}; };
  expect("a triangle much larger than the frame", rectangle(0, 0, 97, 61), 0.01, [&](Canvas& c) {
    c.polygon(std::vector{far({-100, -100}), far({100, -50}), far({0, 100})}, {.fill = white, .thickness = 0});
  });
}

TEST_P(CanvasShapesTest, CirclesAndEllipses) {
  for (const float r : {0.3F, 1.0F, 2.5F, 7.0F, 25.5F}) {
    expect(
        "disc", disc_area(48.25, 30.5, r), r < 2 ? 60 : distance,
        [&](Canvas& c) {
          c.circle({48.25F, 30.5F}, r, {.fill = white, .thickness = 0});
        },
        r < 2 ? 40 : 8);
    expect(
        "dot", disc_area(48.25, 30.5, r), r < 2 ? 60 : distance,
        [&](Canvas& c) {
          c.dot({48.25F, 30.5F}, {.color = white, .radius_px = r});
        },
        r < 2 ? 40 : 8);
  }
  expect("ring", without(disc_area(48, 30, 21.5), disc_area(48, 30, 18.5)), distance, [&](Canvas& c) {
    c.circle({48, 30}, 20, {.color = white, .thickness = 3});
  });
  expect("a circle larger than the frame", disc_area(48, 2000, 1980), distance, [&](Canvas& c) {
    c.circle({48, 2000}, 1980, {.fill = white, .thickness = 0});
  });
  expect("ellipse", ellipse_area(50, 30, 40, 20), area, [&](Canvas& c) {
    c.ellipse({10, 10, 80, 40}, {.fill = white, .thickness = 0});
  });
  expect("turned ellipse", turned(ellipse_area(50, 30, 40, 12), 50, 30, 25), area, [&](Canvas& c) {
    c.ellipse({10, 18, 80, 24, 25}, {.fill = white, .thickness = 0});
  });
  expect(
      "ellipse as a polygon of itself", without(ellipse_area(50, 30, 38.5, 18.5), ellipse_area(50, 30, 35.5, 15.5)), 60,
      [&](Canvas& c) {
        c.ellipse({13, 13, 74, 34}, {.color = white, .thickness = 3});
      },
      16);
  const auto sector = [](double from, double sweep) -> Inside {
    return [=](double x, double y) {
      const double degrees = std::fmod(std::atan2(y - 30, x - 48) * 180 / std::numbers::pi - from + 720, 360);
      return degrees <= sweep;
    };
  };
  expect("pie", both(disc_area(48, 30, 25), sector(20, 110)), area, [&](Canvas& c) {
    c.pie({48, 30}, 25, 20, 110, {.fill = white, .thickness = 0});
  });
  expect("pie over a half", both(disc_area(48, 30, 25), sector(20, 290)), area, [&](Canvas& c) {
    c.pie({48, 30}, 25, 20, 290, {.fill = white, .thickness = 0});
  });
  expect("pie backwards", both(disc_area(48, 30, 25), sector(-90, 110)), area, [&](Canvas& c) {
    c.pie({48, 30}, 25, 20, -110, {.fill = white, .thickness = 0});
  });
  const auto end = [](double degrees) {
    return PointF{static_cast<float>(48 + 20 * std::cos(degrees * std::numbers::pi / 180)),
                  static_cast<float>(30 + 20 * std::sin(degrees * std::numbers::pi / 180))};
  };
  expect("arc",
         either(both(without(disc_area(48, 30, 22), disc_area(48, 30, 18)), sector(30, 200)),
                either(segment_area(end(30), end(30), 4), segment_area(end(230), end(230), 4))),
         distance, [&](Canvas& c) {
           c.arc({48, 30}, 20, 30, 200, {.color = white, .thickness = 4});
         });
}

TEST_P(CanvasShapesTest, Markers) {
  expect("cross", either(rectangle(38, 28.5, 58, 31.5), rectangle(46.5, 20, 49.5, 40)), exact, [&](Canvas& c) {
    c.cross({48, 30}, {.color = white, .size_px = 20, .thickness = 3});
  });
  expect("diagonal cross", turned(either(rectangle(38, 28.5, 58, 31.5), rectangle(46.5, 20, 49.5, 40)), 48, 30, 45),
         area, [&](Canvas& c) {
           c.cross({48, 30}, {.color = white, .size_px = 20, .thickness = 3, .diagonal = true});
         });
  expect("triangle", polygon_area({{48, 40}, {38, 25}, {58, 25}}), area, [&](Canvas& c) {
    c.triangle({48, 40}, {.color = white, .width_px = 20, .height_px = 15});
  });
  expect("turned triangle", turned(polygon_area({{48, 40}, {38, 25}, {58, 25}}), 48, 40, 70), area, [&](Canvas& c) {
    c.triangle({48, 40}, {.color = white, .width_px = 20, .height_px = 15, .angle_deg = 70});
  });
  const float missing = std::nanf("");
  const std::vector<PointF> points = {{20, 20}, {40, 40}, {missing, 3}, {70, 20}};
  const std::vector<std::pair<int, int>> edges = {{0, 1}, {1, 2}, {1, 3}};
  expect(
      "keypoints",
      either(either(segment_area(points[0], points[1], 2), segment_area(points[1], points[3], 2)),
             either(disc_area(20, 20, 5), either(disc_area(40, 40, 5), disc_area(70, 20, 5)))),
      70,
      [&](Canvas& c) { c.keypoints(points, {.color = white, .radius_px = 5, .edges = edges, .edge_color = white}); },
      14);
}

TEST_P(CanvasShapesTest, TracesFadeWithAge) {
  const Pixels p = draw(Size{97, 61}, [](Canvas& c) {
    c.trace(std::vector<PointF>{{10, 30}, {50, 30}, {90, 30}},
            {.color = white, .thickness = 6, .oldest_opacity = 0.2F});
  });
  // Opacity 0.2 at 10, 1 at 90, linear between.
  // But the round end of the younger piece lies over the older one: half the thickness further.
  for (int x = 10; x < 90; ++x)
    EXPECT_NEAR(p.at(0, x, 30), 255 * (0.2 + 0.8 * (x + 0.5 - 10) / 80), std::abs(x - 50) < 4 ? 9 : 1.5) << x;
}

TEST_P(CanvasShapesTest, ProgressBarsAndGrids) {
  const Color dark{0, 0, 0, 255};
  expect("progress", rectangle(12, 12, 12 + 0.375 * 60, 20), exact, [&](Canvas& c) {
    c.progress({10, 10, 64, 12}, 0.375F, {.color = white, .background = dark, .border_px = 2, .border_color = dark});
  });
  expect("upwards", rectangle(12, 48 - 0.25 * 36, 22, 48), exact, [&](Canvas& c) {
    c.progress({10, 10, 14, 40}, 0.25F,
               {.color = white, .background = dark, .border_px = 2, .border_color = dark, .vertical = true});
  });
  expect("its border", without(rectangle(10, 10, 74, 22), rectangle(12, 12, 72, 20)), exact, [&](Canvas& c) {
    c.progress({10, 10, 64, 12}, -3, {.background = dark, .border_px = 2, .border_color = white});
  });
  expect("rounded", rounded_area(10, 10, 74, 22, 6), distance, [&](Canvas& c) {
    c.progress({10, 10, 64, 12}, 1, {.color = white, .background = dark, .radius_px = 6});
  });
  expect(
      "grid",
      [](double x, double y) {
        if (x < 5 || x >= 85 || y < 7 || y >= 57) return false;
        const double across = std::fmod(x - 5 + 1, 16);
        const double down = std::fmod(y - 7 + 1, 12.5);
        return (across < 2 && x - 5 > 8 && x < 84) || (down < 2 && y - 7 > 6 && y < 56);
      },
      exact,
      [&](Canvas& c) {
        c.grid({5, 7, 80, 50}, {.color = white, .step_x = 16, .step_y = 12.5F, .thickness = 2});
      });
}

// OpenCV draws without anti-aliasing, on pixel centres, lines up to a pixel wider than asked for: what is covered at
// all must lie within its area made larger by a pixel, and its area made smaller by a pixel within our outline.
void expect_sandwich(Pixels& ours, const cv::Mat& theirs, const char* what) {
  cv::Mat red;
  cv::extractChannel(matrix(ours), red, 0);
  cv::Mat more;
  cv::Mat less;
  cv::dilate(theirs, more, cv::Mat::ones(3, 3, CV_8U));
  cv::erode(theirs, less, cv::Mat::ones(3, 3, CV_8U));
  EXPECT_GT(cv::countNonZero(theirs), 0) << what;
  EXPECT_EQ(cv::countNonZero((red > 0) & (more == 0)), 0) << what << ": beyond OpenCV's outline";
  EXPECT_EQ(cv::countNonZero((red < 128) & (less > 0)), 0) << what << ": short of OpenCV's outline";
}

TEST_P(CanvasShapesTest, CoverWhatOpenCvCovers) {
  const Size size{160, 120};
  std::mt19937 random(7);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int round = 0; round < 25; ++round) {
    std::vector<cv::Point> points;
    std::vector<PointF> same;
    for (int i = 0; i < 5; ++i) {
      points.emplace_back(pick(0, 159), pick(0, 119));
      same.push_back({static_cast<float>(points.back().x) + 0.5F, static_cast<float>(points.back().y) + 0.5F});
    }
    const auto test = [&](const char* what, const Record& record, const std::function<void(cv::Mat&)>& reference) {
      Pixels ours = draw(size, record);
      cv::Mat theirs = cv::Mat::zeros(size.height, size.width, CV_8U);
      reference(theirs);
      expect_sandwich(ours, theirs, what);
    };
    std::vector<cv::Point> hull;
    cv::convexHull(points, hull);
    std::vector<PointF> same_hull;
    same_hull.reserve(hull.size());
    for (const cv::Point& p : hull)
      same_hull.push_back({static_cast<float>(p.x) + 0.5F, static_cast<float>(p.y) + 0.5F});
    // By OpenCV's own distances from the outline: a pixel three quarters inside is covered whole, one as far outside
    // not at all.
    const Pixels filled = draw(size, [&](Canvas& c) { c.polygon(same_hull, {.fill = white, .thickness = 0}); });
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x) {
        const double d = cv::pointPolygonTest(hull, cv::Point2f(static_cast<float>(x), static_cast<float>(y)), true);
        if (std::abs(d) > 0.75) {
          ASSERT_EQ(filled.at(0, x, y), d > 0 ? 255 : 0) << x << "," << y;
        }
      }
    const int r = pick(2, 50);
    test(
        "circle", [&](Canvas& c) { c.circle(same[0], static_cast<float>(r) + 0.5F, {.fill = white, .thickness = 0}); },
        [&](cv::Mat& m) { cv::circle(m, points[0], r, 255, -1); });
    const int rx = pick(2, 60);
    const int ry = pick(2, 40);
    const int angle = pick(0, 179);
    test(
        "ellipse",
        [&](Canvas& c) {
          const auto w = static_cast<float>(2 * rx + 1);
          const auto h = static_cast<float>(2 * ry + 1);
          c.ellipse({same[1].x - w / 2, same[1].y - h / 2, w, h, static_cast<float>(angle)},
                    {.fill = white, .thickness = 0});
        },
        [&](cv::Mat& m) {
          cv::ellipse(m, points[1], {rx, ry}, angle, 0, 360, 255, -1);
        });
    const int t = pick(1, 5) * 2 + 1;
    test(
        "line", [&](Canvas& c) { c.line(same[2], same[3], {.color = white, .thickness = static_cast<float>(t)}); },
        [&](cv::Mat& m) { cv::line(m, points[2], points[3], 255, t); });
  }
}

}  // namespace
}  // namespace retouch::test
