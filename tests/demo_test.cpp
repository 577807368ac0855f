// The demo, end to end: the command-line tool, the module file, the detector, the demo's library, the clip.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/backend.hpp"
#include "support/clip.hpp"
#include "support/paths.hpp"

namespace retouch::test {
namespace {

namespace fs = std::filesystem;

class Demo : public BackendTest {};

/// Mean absolute difference of luma inside `rect`.
double luma_difference(const Pixels& a, const Pixels& b, const Rect& rect) {
  double sum = 0;
  for (int y = rect.y; y < rect.y + rect.height; ++y)
    for (int x = rect.x; x < rect.x + rect.width; ++x) sum += std::abs(a.at(0, x, y) - b.at(0, x, y));
  return sum / (rect.width * rect.height);
}

TEST_P(Demo, EditsEveryFrameOfTheClip) {
  const fs::path folder = fs::temp_directory_path() / ("retouch_demo_test_" + stream().device().name());
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path clip = source_path("assets/hello720.mp4");
  const fs::path out = folder / "out.mp4";
  setenv("RETOUCH_FUNCTION_PATH", build_path("lib").c_str(), 1);
  const std::string command =
      '"' + build_path("bin/retouch").string() + "\" run \"" + source_path("examples/demo/demo.yml").string() +
      "\" --input \"" + clip.string() + "\" --output \"" + out.string() +
      "\" --frame-png \"100:" + (folder / "frame.png").string() + "\" --device " + stream().device().name();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;

  constexpr std::size_t step = 8;
  const auto [length_before, before] = read_clip(clip, step);
  const auto [length_after, after] = read_clip(out, step);
  ASSERT_EQ(length_before, 249U);
  ASSERT_EQ(length_after, 249U);
  for (std::size_t i = 0; i < before.size(); ++i) {
    SCOPED_TRACE("frame " + std::to_string(i * step));
    ASSERT_EQ(after[i].size, before[i].size);
    // Encoding changes little; the edits change much.
    EXPECT_LT(luma_difference(before[i], after[i], {500, 300, 500, 300}), 2) << "where nothing is edited";
    EXPECT_GT(luma_difference(before[i], after[i], {1020, 30, 220, 48}), 20) << "the logo";
    EXPECT_GT(luma_difference(before[i], after[i], {16, 656, 480, 48}), 20) << "the strip";
    EXPECT_GT(luma_difference(before[i], after[i], {150, 100, 150, 150}), 4) << "the head";
  }

  const Image frame = read_png((folder / "frame.png").string());
  ASSERT_EQ(frame.size(), (Size{1280, 720}));
  // The box around the head. Where chroma has half the size, a thin line's colour mixes with its surroundings, the more
  // or the less by where it falls: any clear green counts. The clip itself has none there.
  int green = 0;
  int left = 367;
  int right = 115;
  int top = 272;
  int bottom = 84;
  const auto is_green = [&](int x, int y) {
    const auto* pixel = frame.view().plane(0).data + y * frame.view().plane(0).pitch_bytes + std::ptrdiff_t{4} * x;
    return pixel[1] - pixel[0] > 80 && pixel[1] - pixel[2] > 40;
  };
  for (int y = 84; y < 272; ++y)
    for (int x = 115; x < 367; ++x) {
      if (!is_green(x, y)) continue;
      ++green;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
    }
  const int around = 2 * (right - left + bottom - top);
  EXPECT_GT(right - left, 60);
  EXPECT_GT(bottom - top, 60);
  EXPECT_GT(green, around) << "less than a line around";
  EXPECT_LT(green, 5 * around) << "more than a line around";
  constexpr int line = 6;
  for (int y = top + line; y <= bottom - line; ++y)
    for (int x = left + line; x <= right - line; ++x) EXPECT_FALSE(is_green(x, y)) << "inside, at " << x << " " << y;
  fs::remove_all(folder);
}

RETOUCH_BACKENDS(Demo);

}  // namespace
}  // namespace retouch::test
