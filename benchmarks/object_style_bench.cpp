// What 500 labels cost before a pixel is drawn: their texts and their places. Against what one writes with iostreams,
// and every label against every other.
#include <algorithm>
#include <random>
#include <sstream>

#include "canvas/label_placement.hpp"
#include "retouch/object_style.hpp"
#include "support/harness.hpp"

namespace retouch::bench {
namespace {

constexpr int count = 500;

std::vector<Object> objects() {
  std::mt19937 random(5);
  std::vector<Object> list(count);
  for (Object& object : list) {
    object.label = random() % 2 == 0 ? "person" : "car";
    object.confidence = static_cast<float>(random() % 1000) / 1000;
    if (random() % 4 != 0) object.track_id = random() % 10000;
  }
  return list;
}

RETOUCH_BENCH(register_figure("object_style/500 labels formatted", false, [] {
  const std::vector<Object> list = objects();
  const LabelFormat format("{label} {confidence:.2f} #{track_id}");
  std::string text;
  const double us = time_host([&](int) {
    text.clear();
    for (const Object& object : list) format.append_to(text, object);
    benchmark::DoNotOptimize(text.data());
  });
  const double streams = time_host([&](int) {
    for (const Object& object : list) {
      std::ostringstream out;
      out.precision(2);
      out << object.label << ' ' << std::fixed << object.confidence;
      if (object.track_id) out << " #" << *object.track_id;
      benchmark::DoNotOptimize(out.str().data());
    }
  });
  return Figure{us, {{"ostringstream", streams, 0.5}, {"300 ns each", 0.3 * count, 1}}};
}));

std::vector<canvas::LabelRequest> requests() {
  std::mt19937 random(5);
  const auto number = [&](int low, int high) {
    return static_cast<float>(std::uniform_int_distribution<int>(low, high)(random));
  };
  std::vector<canvas::LabelRequest> list(count);
  for (auto& r : list)
    r = {{number(0, 1860), number(0, 1000), number(10, 150), number(10, 150), 0}, number(50, 110), 18};
  return list;
}

void place(LabelOverlap overlap, const std::vector<canvas::LabelRequest>& list, Figure& figure) {
  canvas::LabelPlacer placer;
  std::vector<PointF> corners;
  figure.us = time_host([&](int) {
    placer.place(hd1080, list, overlap, corners);
    benchmark::DoNotOptimize(corners.data());
  });
}

RETOUCH_BENCH(register_figure("object_style/500 labels placed", false, [] {
  Figure figure;
  place(LabelOverlap::allowed, requests(), figure);
  figure.against = {{"100 us", 100, 1}};
  return figure;
}));
RETOUCH_BENCH(register_figure("object_style/500 labels placed apart", false, [] {
  Figure figure;
  place(LabelOverlap::avoided, requests(), figure);
  figure.against = {{"100 us", 100, 1}};
  return figure;
}));
RETOUCH_BENCH(register_figure("object_style/500 labels on one place placed apart", false, [] {
  Figure figure;
  place(LabelOverlap::avoided, std::vector(count, canvas::LabelRequest{{900, 500, 50, 50, 0}, 80, 18}), figure);
  figure.against = {{"100 us", 100, 0}};
  return figure;
}));

}  // namespace
}  // namespace retouch::bench
