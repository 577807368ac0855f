// Random Canvas commands, with the values that break things: far away, not numbers, empty, tiny, upside down.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "retouch/canvas.hpp"

namespace retouch::test {

/// What one call records. It hands over copies of its arrays and scribbles over them afterwards: what a canvas records
/// it must have captured.
struct CanvasCommand {
  const char* name = "";
  bool gaussian = false;  ///< backends agree to 1 level, not exactly
  std::function<void(Canvas&)> record;
};

class RandomCommands {
 public:
  /// `area`: of the target, in or near which most things lie. `wild`: NaN, infinities and far-away numbers too.
  RandomCommands(std::uint32_t seed, bool wild) : random_(seed), wild_(wild) {}

  int number(int low, int high) { return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1)); }
  bool chance(int percent) { return number(0, 99) < percent; }
  void set_area(Size area) { area_ = area; }

  CanvasCommand any();
  /// Only what reads the frame: blurs and insets.
  CanvasCommand any_step() { return chance(75) ? blur() : inset(); }
  /// What is drawn over the frame without looking at it.
  CanvasCommand any_drawing();

 private:
  float wild_number();
  float coordinate(int length);
  float length(int typical);
  float thickness() { return length(6); }
  float angle();
  float opacity();
  PointF point() { return {coordinate(area_.width), coordinate(area_.height)}; }
  std::vector<PointF> points(int most);
  Box box(bool upright = false);
  Color color();
  std::optional<Color> fill() { return chance(50) ? std::optional(color()) : std::nullopt; }
  Dash dash();
  ShapeStyle shape_style();
  LineStyle line_style();
  Shape shape(bool outline);
  std::string utf8();

  CanvasCommand boxed();
  CanvasCommand lines();
  CanvasCommand polygon();
  CanvasCommand curves();
  CanvasCommand markers();
  CanvasCommand keypoints();
  CanvasCommand bars();
  CanvasCommand areas();
  CanvasCommand bitmaps();
  CanvasCommand heat_map();
  CanvasCommand sprite();
  CanvasCommand inset();
  CanvasCommand blur();
  CanvasCommand text();

  std::mt19937 random_;
  bool wild_;
  Size area_{64, 48};
};

}  // namespace retouch::test
