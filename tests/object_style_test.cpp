// Label formats, palettes and where labels go: without a pixel.
#include "retouch/object_style.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "canvas/label_placement.hpp"
#include "retouch/error.hpp"
#include "support/allocations.hpp"

namespace retouch::test {
namespace {

using canvas::LabelPlacer;
using canvas::LabelRequest;
using testing::ElementsAre;
using testing::HasSubstr;

Object car() {
  Object object;
  object.label = "car";
  object.source = "yolo";
  object.confidence = 0.874F;
  object.track_id = 17;
  object.id = 3;
  return object;
}

Object untracked() {
  Object object = car();
  object.track_id.reset();
  return object;
}

std::string formatted(std::string_view format, const Object& object = car()) { return LabelFormat(format)(object); }

std::string problem_of(std::string_view format) {
  try {
    LabelFormat{format};
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "none";
}

TEST(LabelFormat, FieldsAndSpecifications) {
  EXPECT_EQ(LabelFormat()(car()), "car 0.87");
  EXPECT_EQ(formatted("{label} {confidence:.2f} #{track_id}"), "car 0.87 #17");
  EXPECT_EQ(formatted("{source}/{model} {id}"), "yolo/yolo 3");
  EXPECT_EQ(formatted("{confidence}"), "0.874");
  EXPECT_EQ(formatted("{confidence:.0%}"), "87%");
  EXPECT_EQ(formatted("{confidence:.1%}|{confidence:%}"), "87.4%|87.400001%") << "what 0.874 is as a float";
  EXPECT_EQ(formatted("{confidence:.0f}{confidence:.3f}"), "10.874");
  EXPECT_EQ(formatted("{confidence:7.2f}|{confidence:e}"), "   0.87|8.740000e-01");
  EXPECT_EQ(formatted("{track_id:04}|{track_id:x}"), "0017|11");
  EXPECT_EQ(formatted("[{label:>6}]"), "[   car]");
  EXPECT_EQ(formatted("{label:.2}"), "ca");
  EXPECT_EQ(formatted("{{{label}}} }}{{"), "{car} }{");
  EXPECT_EQ(formatted("plain"), "plain");
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("a\n\n{label}"), "a\n\ncar");
  EXPECT_EQ(formatted("Größe 大 {label}"), "Größe 大 car");
  Object large = car();
  large.confidence = std::numeric_limits<float>::max();
  EXPECT_EQ(formatted("{confidence:.1f}", large), "340282346638528859811704183484516925440.0");
  large.track_id = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(formatted("{track_id}", large), "-9223372036854775808");
}

TEST(LabelFormat, AgreesWithPrintf) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> confidence(0, 1);
  for (int i = 0; i < 2000; ++i) {
    Object object = car();
    object.confidence = confidence(random);
    std::array<char, 32> expected{};
    std::snprintf(expected.data(), expected.size(), "%.2f %.4f", static_cast<double>(object.confidence),
                  static_cast<double>(object.confidence));
    EXPECT_EQ(formatted("{confidence:.2f} {confidence:.4f}", object), expected.data());
  }
}

TEST(LabelFormat, WordsOfMissingFieldsAreLeftOut) {
  EXPECT_EQ(formatted("{label} {confidence:.2f} #{track_id}", untracked()), "car 0.87");
  EXPECT_EQ(formatted("#{track_id} {label}", untracked()), "car");
  EXPECT_EQ(formatted("{label} #{track_id} {confidence:.1f}", untracked()), "car 0.9");
  EXPECT_EQ(formatted("{label}#{track_id}", untracked()), "car#") << "a word with something in it stays whole";
  EXPECT_EQ(formatted("track {track_id}", untracked()), "track");
  EXPECT_EQ(formatted("{label} track\u00a0{track_id}", untracked()), "car") << "a no-break space joins";
  EXPECT_EQ(formatted("{track_id:>5}{label}", untracked()), "car");
  EXPECT_EQ(formatted("{label}\n#{track_id}\n{confidence:.1f}", untracked()), "car\n0.9") << "a line is left out, too";
  EXPECT_EQ(formatted("#{track_id}\n{label}", untracked()), "car");
  EXPECT_EQ(formatted("#{track_id}", untracked()), "");
  EXPECT_EQ(formatted("  {label}  -", untracked()), "  car  -") << "other spaces stay";
  Object bare;
  bare.confidence = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(formatted("{label} {confidence:.2f} {confidence} {source} {id} {parent}", bare), "");
}

TEST(LabelFormat, Parent) {
  const LabelFormat format("{parent} {label}");
  EXPECT_TRUE(format.uses_parent());
  EXPECT_FALSE(LabelFormat("{label}").uses_parent());
  const Object parent = car();
  Object plate;
  plate.label = "plate";
  EXPECT_EQ(format(plate, &parent), "car plate");
  EXPECT_EQ(format(plate), "plate");
}

TEST(LabelFormat, BadFormatsSayWhatIsWrong) {
  EXPECT_EQ(
      problem_of("{label} {colour}"),
      "label format '{label} {colour}': unknown field 'colour'; expected label, confidence, track_id, id, source, "
      "model or parent");
  EXPECT_THAT(problem_of("{"), HasSubstr("'{' without '}'"));
  EXPECT_THAT(problem_of("a } b"), HasSubstr("'}' without '{'"));
  EXPECT_THAT(problem_of("{}"), HasSubstr("unknown field ''"));
  EXPECT_THAT(problem_of("{label:.2f}"), HasSubstr("'.2f' does not fit label"));
  EXPECT_THAT(problem_of("{track_id:.2f}"), HasSubstr("'.2f' does not fit track_id"));
  EXPECT_THAT(problem_of("{confidence:nonsense}"), HasSubstr("does not fit confidence"));
  EXPECT_THAT(problem_of("{confidence:5%}"), HasSubstr("a percentage is"));
  EXPECT_THAT(problem_of("{label:{id}}"), HasSubstr("not known"));
}

TEST(LabelFormat, ABadOneCanBeTakenLiterally) {
  std::string problem;
  const LabelFormat format = LabelFormat::literal_if_bad("{label} {colour}", &problem);
  EXPECT_EQ(format(car()), "{label} {colour}");
  EXPECT_EQ(format.text(), "{label} {colour}");
  EXPECT_THAT(problem, HasSubstr("unknown field 'colour'"));
  problem.clear();
  EXPECT_EQ(LabelFormat::literal_if_bad("{label}", &problem)(car()), "car");
  EXPECT_EQ(problem, "");
}

TEST(LabelFormat, SteadyStateAllocatesNothing) {
  const LabelFormat format("{label} {confidence:.2f} {confidence:6.2f} {confidence} #{track_id} {source:>8}");
  const Object object = car();
  std::string text;
  format.append_to(text, object);
  const long before = allocations();
  for (int i = 0; i < 100; ++i) {
    text.clear();
    format.append_to(text, object);
    const LabelFormat again(i % 2 == 0 ? "{label} {confidence:.2f}"
                                       : "{label} {confidence:.2f} {confidence:6.2f} "
                                         "{confidence} #{track_id} {source:>8}");
    again.append_to(text, object);
  }
  EXPECT_LE(allocations() - before, 1) << "the other format is parsed once";
}

// ---- Palettes ----

TEST(Palette, HexColors) {
  EXPECT_EQ(hex_color("#12aBff"), (Color{0x12, 0xab, 0xff, 255}));
  EXPECT_EQ(hex_color("00FF0080"), (Color{0, 255, 0, 0x80}));
  for (const char* text : {"", "#", "#12345", "#1234567", "#123456789", "12345g", "red", "##123456"})
    EXPECT_THROW(hex_color(text), InvalidArgument) << text;
  EXPECT_THAT(hex_colors({"#000000", "#FFFFFF"}), ElementsAre(Color{0, 0, 0, 255}, Color{255, 255, 255, 255}));
}

// CIELAB by its definition (D65).
std::array<double, 3> lab(Color color) {
  const auto linear = [](std::uint8_t v) {
    const double c = v / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const double r = linear(color.r);
  const double g = linear(color.g);
  const double b = linear(color.b);
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

TEST(Palette, DefaultColorsAreToldApart) {
  const std::vector<Color> colors = Palette::default_colors();
  ASSERT_EQ(colors.size(), 20U);
  for (std::size_t i = 0; i < colors.size(); ++i) {
    const auto a = lab(colors[i]);
    EXPECT_GT(a[0], 40) << "not dark";
    EXPECT_EQ(colors[i].a, 255);
    for (std::size_t j = 0; j < i; ++j) {
      const auto b = lab(colors[j]);
      EXPECT_GT(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), 35) << i << " and " << j;
    }
  }
}

TEST(Palette, ByClassIsStable) {
  const Palette palette;
  // FNV-1a of "a" is af63dc4c8601ec8c (its authors' test vector). Exclusive-or 4830, times 9e3779b97f4a7c15 is
  // 6ec36830270d94ba modulo 2^64; 6ec36830 is 12 modulo 20.
  EXPECT_EQ(palette.of_label("a"), palette.colors()[12]);
  std::set<std::size_t> used;
  for (const char* label : {"person", "face", "car", "truck", "bus", "bicycle", "motorcycle", "dog", "cat", "head",
                            "license_plate", "traffic light", "chair", "hand", "vehicle", "bird"})
    used.insert(
        static_cast<std::size_t>(std::find(palette.colors().begin(), palette.colors().end(), palette.of_label(label)) -
                                 palette.colors().begin()));
  EXPECT_EQ(used.size(), 16U) << "usual names differ";
  Object object = car();
  const Color color = palette.color(object);
  object.track_id = 99;
  object.confidence = 0;
  EXPECT_EQ(palette.color(object), color);
  EXPECT_EQ(Palette::by_class({{1, 2, 3, 4}}).color(object), (Color{1, 2, 3, 4}));
  EXPECT_THROW(Palette::by_class({}), InvalidArgument);
}

TEST(Palette, ByTrack) {
  const Palette palette = Palette::by_track(hex_colors({"#000001", "#000002", "#000003"}));
  EXPECT_EQ(palette.of_track(0).b, 1);
  EXPECT_EQ(palette.of_track(4).b, 2);
  EXPECT_EQ(palette.of_track(-1).b, 3);
  EXPECT_EQ(palette.of_track(std::numeric_limits<std::int64_t>::min()).b, 2) << "-2^63 is 1 modulo 3";
  EXPECT_EQ(palette.color(car()).b, 3) << "17";
  EXPECT_EQ(palette.color(untracked()), palette.of_label("car"));
  EXPECT_EQ(Palette::fixed({9, 8, 7, 6}).color(car()), (Color{9, 8, 7, 6}));
}

// ---- Where labels go ----

constexpr Size hd{1920, 1080};

std::vector<PointF> placed(Size target, const std::vector<LabelRequest>& requests,
                           LabelOverlap overlap = LabelOverlap::allowed) {
  std::vector<PointF> corners;
  LabelPlacer().place(target, requests, overlap, corners);
  return corners;
}

PointF placed_one(const LabelRequest& request, Size target = {200, 100}) { return placed(target, {request}).at(0); }

TEST(LabelPlacement, PositionsWithRoom) {
  const Box box{50, 40, 60, 30};
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::above}), (PointF{50, 30}));
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::inside_top}), (PointF{50, 40}));
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::below}), (PointF{50, 70}));
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::right}), (PointF{110, 40}));
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::left}), (PointF{30, 40}));
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::center}), (PointF{70, 50}));
  EXPECT_EQ(placed_one({box, 20, 10, LabelPosition::above, {3, -5}}), (PointF{53, 25}));
  EXPECT_EQ(placed_one({{50.6F, 40.4F, 60, 30}, 20, 10, LabelPosition::above}), (PointF{51, 30})) << "whole pixels";
}

TEST(LabelPlacement, KeptInside) {
  EXPECT_EQ(placed_one({{50, 5, 60, 30}, 20, 10}), (PointF{50, 5})) << "no room above: inside";
  EXPECT_EQ(placed_one({{50, -20, 60, 30}, 20, 10}), (PointF{50, 0}));
  EXPECT_EQ(placed_one({{190, 40, 60, 30}, 20, 10}), (PointF{180, 30})) << "slides along the edge";
  EXPECT_EQ(placed_one({{-15, 40, 60, 30}, 20, 10}), (PointF{0, 30}));
  EXPECT_EQ(placed_one({{50, 75, 60, 20}, 20, 10, LabelPosition::below}), (PointF{50, 65})) << "no room below: above";
  EXPECT_EQ(placed_one({{150, 40, 45, 20}, 20, 10, LabelPosition::right}), (PointF{150, 30}));
  EXPECT_EQ(placed_one({{10, 40, 45, 20}, 20, 10, LabelPosition::left}), (PointF{10, 30}));
  EXPECT_EQ(placed_one({{50, 40, 60, 30}, 500, 300}), (PointF{0, 0})) << "too large: its beginning shows";
  EXPECT_EQ(placed_one({{-50, -40, 600, 300}, 20, 10}), (PointF{0, 0}));
}

struct Area {
  float left, top, right, bottom;
};

Area area_of(const LabelRequest& r, PointF corner) {
  return {corner.x, corner.y, corner.x + r.width, corner.y + r.height};
}

bool overlap(const Area& a, const Area& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

TEST(LabelPlacement, ApartInOrder) {
  const Box box{50, 40, 60, 30};
  const std::vector<LabelRequest> same(5, {box, 20, 10, LabelPosition::above});
  EXPECT_THAT(placed({200, 100}, same, LabelOverlap::avoided),
              ElementsAre(PointF{50, 30}, PointF{50, 40}, PointF{50, 70}, PointF{110, 40}, PointF{30, 40}));
  EXPECT_THAT(placed({200, 100}, same), testing::Each(PointF{50, 30}));
  // The sixth has no free place: all are covered in full but the first, so it goes where it covers least.
  std::vector<LabelRequest> six = same;
  six.insert(six.begin(), {{55, 45, 10, 10}, 10, 5, LabelPosition::above});  // at 55, 40
  six.push_back({{50, 40, 60, 30}, 20, 10, LabelPosition::above});
  const auto corners = placed({200, 100}, six, LabelOverlap::avoided);
  EXPECT_EQ(corners[0], (PointF{55, 40}));
  EXPECT_EQ(corners[2], (PointF{50, 70})) << "the inside is taken by the first";
  EXPECT_EQ(corners[5], (PointF{50, 40})) << "50 pixels of the first are less than a whole label elsewhere";
  EXPECT_EQ(corners[6], (PointF{50, 30})) << "200 pixels: the first of the equals";
}

TEST(LabelPlacement, TouchingIsNotCovering) {
  EXPECT_THAT(
      placed({200, 100},
             {{{50, 40, 20, 30}, 20, 10, LabelPosition::above}, {{70, 40, 20, 30}, 20, 10, LabelPosition::above}},
             LabelOverlap::avoided),
      ElementsAre(PointF{50, 30}, PointF{70, 30}));
}

// A reference without a grid: every label against every other.
std::vector<PointF> placed_plainly(Size target, const std::vector<LabelRequest>& requests) {
  std::vector<PointF> corners;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    double least = 1e30;
    PointF best;
    std::vector<LabelPosition> positions{requests[i].position};
    for (const LabelPosition p : {LabelPosition::above, LabelPosition::inside_top, LabelPosition::below,
                                  LabelPosition::right, LabelPosition::left})
      if (p != positions[0]) positions.push_back(p);
    for (const LabelPosition position : positions) {
      LabelRequest alone = requests[i];
      alone.position = position;
      // The position itself has been tested above. Where it has no room, the placer answers with another one's place.
      const PointF corner = placed(target, {alone}).at(0);
      double sum = 0;
      const Area a = area_of(alone, corner);
      for (std::size_t j = 0; j < i; ++j) {
        const Area b = area_of(requests[j], corners[j]);
        if (overlap(a, b))
          sum += static_cast<double>(std::min(a.right, b.right) - std::max(a.left, b.left)) *
                 static_cast<double>(std::min(a.bottom, b.bottom) - std::max(a.top, b.top));
      }
      sum = std::min(sum, static_cast<double>(alone.width * alone.height));
      if (sum < least - 0.5) {
        least = sum;
        best = corner;
      }
    }
    corners.push_back(best);
  }
  return corners;
}

std::vector<LabelRequest> scattered(int count, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto number = [&](int low, int high) {
    return static_cast<float>(std::uniform_int_distribution<int>(low, high)(random));
  };
  std::vector<LabelRequest> requests;
  for (int i = 0; i < count; ++i)
    requests.push_back({{number(-40, 1900), number(-30, 1060), number(10, 200), number(10, 200)},
                        number(30, 110),
                        number(14, 22),
                        static_cast<LabelPosition>(std::uniform_int_distribution<int>(0, 4)(random))});
  return requests;
}

TEST(LabelPlacement, TheGridChangesNothing) {
  // Inside the frame and away from its edges the placer's other places are the reference's, too.
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::vector<LabelRequest> requests = scattered(250, seed);
    for (LabelRequest& r : requests) {
      r.box.left = std::clamp(r.box.left, 120.0F, 1580.0F);
      r.box.top = std::clamp(r.box.top, 30.0F, 820.0F);
    }
    EXPECT_EQ(placed(hd, requests, LabelOverlap::avoided), placed_plainly(hd, requests)) << "seed " << seed;
  }
}

TEST(LabelPlacement, AlwaysInsideAndTheSameAgain) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed)
    for (const LabelOverlap mode : {LabelOverlap::allowed, LabelOverlap::avoided}) {
      const std::vector<LabelRequest> requests = scattered(500, seed);
      const auto corners = placed(hd, requests, mode);
      ASSERT_EQ(corners.size(), requests.size());
      for (std::size_t i = 0; i < requests.size(); ++i) {
        const Area area = area_of(requests[i], corners[i]);
        EXPECT_GE(area.left, 0);
        EXPECT_GE(area.top, 0);
        EXPECT_LE(area.right, 1920);
        EXPECT_LE(area.bottom, 1080);
      }
      EXPECT_EQ(placed(hd, requests, mode), corners);
    }
}

TEST(LabelPlacement, FewLabelsOverlapWhereThereIsRoom) {
  const std::vector<LabelRequest> requests = scattered(100, 3);
  const auto count = [&](const std::vector<PointF>& corners) {
    int pairs = 0;
    for (std::size_t i = 0; i < requests.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        pairs += overlap(area_of(requests[i], corners[i]), area_of(requests[j], corners[j])) ? 1 : 0;
    return pairs;
  };
  EXPECT_GT(count(placed(hd, requests)), 5) << "they would";
  EXPECT_EQ(count(placed(hd, requests, LabelOverlap::avoided)), 0);
}

TEST(LabelPlacement, OddTargetsAndLists) {
  EXPECT_TRUE(placed(hd, {}, LabelOverlap::avoided).empty());
  EXPECT_EQ(placed({0, 0}, {{{0, 0, 10, 10}, 20, 10}}, LabelOverlap::avoided).at(0), (PointF{0, 0}));
  EXPECT_EQ(placed({1, 1}, {{{0, 0, 1, 1}, 20, 10}}, LabelOverlap::avoided).at(0), (PointF{0, 0}));
  const auto far = placed(hd, {{{1e6F, -1e6F, 10, 10}, 20, 10}}, LabelOverlap::avoided).at(0);
  EXPECT_EQ(far, (PointF{1900, 0}));
  // All on one place: time stays in proportion to the number.
  EXPECT_EQ(placed(hd, std::vector<LabelRequest>(20000, {{900, 500, 50, 50}, 80, 18}), LabelOverlap::avoided).size(),
            20000U);
}

}  // namespace
}  // namespace retouch::test
