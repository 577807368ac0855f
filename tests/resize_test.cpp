// Tests of resize against cv::resize, plane by plane.
#include <opencv2/imgproc.hpp>

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

constexpr Interpolation all[] = {Interpolation::nearest, Interpolation::linear, Interpolation::area};
constexpr int cv_code(Interpolation interpolation) {
  return interpolation == Interpolation::nearest  ? cv::INTER_NEAREST
         : interpolation == Interpolation::linear ? cv::INTER_LINEAR
                                                  : cv::INTER_AREA;
}

Pixels resized(const Pixels& pixels, Size size, Interpolation interpolation) {
  Pixels from = pixels;
  Pixels result(pixels.format, size, pixels.color);
  for (int i = 0; i < plane_count(pixels.format); ++i) {
    cv::Mat to = matrix(result, i);
    cv::resize(matrix(from, i), to, to.size(), 0, 0, cv_code(interpolation));
  }
  return result;
}

class ResizeTest : public BackendTest {
 protected:
  // Also checks that the backends and memory layouts agree to the bit.
  Pixels resize_with(const Pixels& input, Size size, Interpolation interpolation) {
    const Pixels result =
        apply_into(input, input.format, size,
                   [&](StreamView s, const ImageView& a, const ImageView& b) { resize_into(s, a, b, interpolation); });
    Pixels src = input;
    Pixels on_cpu(input.format, size);
    resize_into(Stream(Device::cpu()), src.view(), on_cpu.view(), interpolation);
    EXPECT_EQ(max_difference(result, on_cpu), 0);
    return result;
  }
  void expect_as_opencv(const Pixels& input, Size size, Interpolation interpolation) {
    const int tolerance = interpolation == Interpolation::nearest ? 0 : 1;
    expect_near(resize_with(input, size, interpolation), resized(input, size, interpolation), tolerance,
                std::to_string(input.size.width) + "x" + std::to_string(input.size.height) + " by method " +
                    std::to_string(static_cast<int>(interpolation)) + " to");
  }
};
RETOUCH_BACKENDS(ResizeTest);

struct Change {
  Size from;
  Size to;
};

TEST_P(ResizeTest, EqualsOpenCvOnAllFormats) {
  constexpr Change changes[] = {{{64, 48}, {32, 24}}, {{64, 48}, {128, 96}}, {{61, 47}, {40, 31}}, {{61, 47}, {97, 83}},
                                {{90, 60}, {30, 20}}, {{50, 41}, {50, 41}},  {{33, 70}, {80, 21}}, {{37, 23}, {11, 60}},
                                {{1, 1}, {9, 7}},     {{13, 11}, {1, 1}},    {{1, 40}, {3, 17}},   {{40, 1}, {13, 3}},
                                {{2, 2}, {3, 3}},     {{97, 89}, {96, 88}},  {{96, 88}, {97, 89}}};
  for (const PixelFormat format : all_pixel_formats)
    for (const Interpolation interpolation : all)
      for (const Change& change : changes) {
        expect_as_opencv(noise(format, change.from, 3), change.to, interpolation);
        expect_as_opencv(picture(format, change.from, 4), change.to, interpolation);
      }
}

TEST_P(ResizeTest, EqualsOpenCvOnRandomSizes) {
  std::mt19937 random(17);
  const auto size = [&] { return Size{1 + static_cast<int>(random() % 120), 1 + static_cast<int>(random() % 120)}; };
  for (int i = 0; i < 400; ++i) {
    const PixelFormat format = all_pixel_formats[random() % all_pixel_formats.size()];
    const Pixels input = noise(format, size(), static_cast<std::uint32_t>(random()));
    const Size to = size();
    for (const Interpolation interpolation : all) expect_as_opencv(input, to, interpolation);
  }
}

// What the detector's small copy is made with, and sums of weights beyond 2^23.
TEST_P(ResizeTest, EqualsOpenCvOnFrameSizes) {
  constexpr Change changes[] = {
      {{1920, 1080}, {256, 144}}, {{1280, 720}, {256, 144}}, {{1280, 720}, {640, 640}}, {{640, 360}, {1280, 720}}};
  for (const Interpolation interpolation : all)
    for (const Change& change : changes)
      expect_as_opencv(noise(PixelFormat::nv12, change.from, 5), change.to, interpolation);
  expect_as_opencv(noise(PixelFormat::gray8, {3001, 3011}, 5), {701, 1009}, Interpolation::area);
  expect_as_opencv(noise(PixelFormat::rgba8, {641, 20011}, 5), {2, 3}, Interpolation::area);
}

TEST_P(ResizeTest, EqualsOpenCvOnAlignedImagesAndRegions) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Interpolation interpolation : all) {
      Pixels input = picture(format, {128, 64}, 6);
      const Image src(stream(), format, {128, 64});
      const Image dst(stream(), format, {96, 96});
      copy_into(stream(), input.view(), src);
      Pixels result = noise(format, {96, 96}, 7);
      copy_into(stream(), result.view(), dst);
      resize_into(stream(), src.region({20, 10, 77, 41}), dst.region({30, 6, 34, 53}), interpolation);

      const ImageView from = input.view().region({20, 10, 77, 41});
      const ImageView to = result.view().region({30, 6, 34, 53});
      for (int i = 0; i < plane_count(format); ++i) {
        cv::Mat plane = matrix(to.plane(i));
        cv::resize(matrix(from.plane(i)), plane, plane.size(), 0, 0, cv_code(interpolation));
      }
      Pixels actual(format, {96, 96});
      copy_into(stream(), dst, actual.view());
      stream().synchronize();
      expect_near(actual, result, interpolation == Interpolation::nearest ? 0 : 1, "region");
    }
}

TEST_P(ResizeTest, FlatStaysFlatAndTheSameSizeStaysTheSame) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Interpolation interpolation : all) {
      for (const int value : {0, 1, 127, 254, 255})
        for (const Size size : {Size{10, 9}, Size{77, 30}, Size{41, 101}})
          EXPECT_EQ(resize_with(flat(format, {41, 33}, static_cast<std::uint8_t>(value)), size, interpolation),
                    flat(format, size, static_cast<std::uint8_t>(value)));
      const Pixels input = noise(format, {57, 39}, 8);
      EXPECT_EQ(resize_with(input, input.size, interpolation), input);
    }
}

TEST_P(ResizeTest, RefusesToChangeTheLayout) {
  const Pixels input = noise(PixelFormat::rgba8, {24, 20}, 10);
  const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
    EXPECT_THROW(resize(s, v, {20, 24}), LayoutError);
    EXPECT_THROW(resize(s, v, {0, 0}), LayoutError);
    EXPECT_THROW(resize(s, v, {-1, 20}), LayoutError);
    EXPECT_THROW(resize(s, v.region({0, 0, 4, 4}), {8, 8}, Interpolation::area), LayoutError);
    resize(s, v, {24, 20});
    resize(s, v.region({3, 3, 4, 4}), {4, 4}, Interpolation::nearest);
  });
  EXPECT_EQ(actual, input);
}

TEST_P(ResizeTest, RefusesWhatDoesNotFit) {
  const Guarded nv12(stream(), noise(PixelFormat::nv12, {16, 12}));
  const Guarded small(stream(), noise(PixelFormat::nv12, {8, 8}, 2));
  const Guarded i420(stream(), noise(PixelFormat::i420, {8, 8}));
  const ImageView& v = nv12;
  EXPECT_THROW(resize_into(stream(), v, i420), InvalidArgument);
  EXPECT_THROW(resize_into(stream(), v, v.region({0, 0, 8, 8})), InvalidArgument);
  EXPECT_THROW(resize_into(stream(), v.region({1, 0, 8, 8}), small), InvalidArgument);
  EXPECT_THROW(resize_into(stream(), v, small.view().region({0, 1, 8, 6})), InvalidArgument);
  EXPECT_THROW(resize_into(stream(), v.region({99, 0, 8, 8}), small), InvalidArgument);
  EXPECT_THROW(resize_into(stream(), v, small, static_cast<Interpolation>(3)), InvalidArgument);
  resize_into(stream(), v, small.view().region({99, 0, 8, 8}));
  EXPECT_EQ(small.download(), noise(PixelFormat::nv12, {8, 8}, 2));
  EXPECT_EQ(nv12.download(), noise(PixelFormat::nv12, {16, 12}));
}

}  // namespace
}  // namespace retouch::test
