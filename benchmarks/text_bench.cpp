// Laying out labels: found again, made anew, and with glyphs never seen before; what drawing adds to it is the
// Canvas's. Against what OpenCV takes on the CPU for the same label, which is measuring and drawing.
#include <fmt/format.h>

#include <array>
#include <opencv2/imgproc.hpp>

#include "retouch/text.hpp"
#include "support/harness.hpp"
#include "text/layout.hpp"

namespace retouch::bench {
namespace {

constexpr int labels =
    40;  // in one measurement: one alone is too short for the clock, and many meet a pause of the machine

double us_per_label(const std::function<void(int)>& op, int repeats = 300) {
  return time_host(
             [&](int i) {
               for (int k = 0; k < labels; ++k) op(i * labels + k);
             },
             repeats) /
         labels;
}

// cv::getTextSize, box and cv::putText: what an OpenCV program does for a label.
double opencv_us(const char* text) {
  static const double us = us_per_label([picture = cv::Mat(100, 400, CV_8UC4), text](int) mutable {
    int baseline = 0;
    const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, 0.5, 1, &baseline);
    cv::putText(picture, text, {10, 10 + size.height}, cv::FONT_HERSHEY_SIMPLEX, 0.5, {255, 255, 255, 255}, 1,
                cv::LINE_AA);
  });
  return us;
}

constexpr const char* car = "car 0.87 #123";

// A number that no measurement has had before.
int fresh() {
  static int number = 0;
  return ++number;
}

/// `text` gives the label for a number.
template <class Text>
Figure figure(Text text, const TextStyle& style = {}, double goal_us = 0) {
  std::array<char, 128> label{};
  const auto make = [&](int) {
    const auto end = text(label.data(), fresh());
    benchmark::DoNotOptimize(text::layout({label.data(), static_cast<std::size_t>(end - label.data())}, style));
  };
  const double us = us_per_label(make);
  std::vector<Against> against = {{"cv::getTextSize + putText", opencv_us(car), 0}};
  if (goal_us > 0) against.push_back({"goal", goal_us, 1});
  return {us, against};
}

RETOUCH_BENCH(register_figure("text/found again", false, [] {
  const TextStyle style;
  const double us = us_per_label([&](int) { benchmark::DoNotOptimize(text::layout(car, style)); });
  return Figure{us, {{"cv::getTextSize + putText", opencv_us(car), 0}, {"goal", 0.2, 1}}};
}));
RETOUCH_BENCH(register_figure("text/made new numbers", false, [] {
  return figure([](char* out, int n) { return fmt::format_to(out, "car 0.{:02} #{}", n % 100, n % 900000 + 100000); },
                {}, 3);
}));
RETOUCH_BENCH(register_figure("text/made new numbers outline", false, [] {
  TextStyle style;
  style.outline_px = 2;
  return figure([](char* out, int n) { return fmt::format_to(out, "car 0.{:02} #{}", n % 100, n % 900000 + 100000); },
                style);
}));
RETOUCH_BENCH(register_figure("text/made new numbers hershey", false, [] {
  TextStyle style;
  style.font = Font::hershey_simplex();
  return figure([](char* out, int n) { return fmt::format_to(out, "car 0.{:02} #{}", n % 100, n % 900000 + 100000); },
                style);
}));
RETOUCH_BENCH(register_figure("text/made new words", false, [] {
  return figure([](char* out, int n) {
    for (char c : fmt::format("{:08}", n)) *out++ = static_cast<char>(c - '0' + 'a');
    return fmt::format_to(out, " fi");
  });
}));
RETOUCH_BENCH(register_figure("text/made Cyrillic", false, [] {
  return figure([](char* out, int n) { return fmt::format_to(out, "автобус 0.{:02} №{}", n % 100, n); });
}));
RETOUCH_BENCH(register_figure("text/made Arabic", false, [] {
  return figure([](char* out, int n) { return fmt::format_to(out, "سيارة 0.{:02} #{}", n % 100, n); });
}));
RETOUCH_BENCH(register_figure("text/made wrapped in three", false, [] {
  TextStyle style;
  style.max_width_px = 120;
  style.overflow = TextOverflow::wrap;
  return figure([](char* out, int n) { return fmt::format_to(out, "person with a red bag, track {}", n); }, style);
}));
RETOUCH_BENCH(register_figure("text/measured new numbers", false, [] {
  std::array<char, 64> label{};
  const TextStyle style;
  const double us = us_per_label([&](int) {
    const auto end = fmt::format_to(label.data(), "car 0.{:02} #{}", fresh() % 100, fresh());
    benchmark::DoNotOptimize(text_size({label.data(), static_cast<std::size_t>(end - label.data())}, style));
  });
  return Figure{us, {}};
}));
// Every call asks for a size that was not there before.
Figure first_glyphs(float from_px, float outline_px) {
  TextStyle style;
  style.outline_px = outline_px;
  int step = 0;
  const double us = time_host(
      [&](int) {
        style.size_px = from_px + static_cast<float>(++step) / 64;
        benchmark::DoNotOptimize(text::layout("g", style));
      },
      300);
  return {us, {}};
}
RETOUCH_BENCH(register_figure("text/first glyph 16 px", false, [] { return first_glyphs(16, 0); }));
RETOUCH_BENCH(register_figure("text/first glyph 16 px outline", false, [] { return first_glyphs(16, 2); }));
RETOUCH_BENCH(register_figure("text/first glyph 100 px", false, [] { return first_glyphs(100, 0); }));

}  // namespace
}  // namespace retouch::bench
