// Tests of flip against cv::flip, plane by plane.
#include <opencv2/core.hpp>

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

constexpr FlipMode modes[] = {FlipMode::horizontal, FlipMode::vertical, FlipMode::both};
constexpr int cv_code(FlipMode mode) { return mode == FlipMode::horizontal ? 1 : mode == FlipMode::vertical ? 0 : -1; }

// What flip must do to the region `rect` of `pixels`.
Pixels flipped(Pixels pixels, const Rect& rect, FlipMode mode) {
  const ImageView view = pixels.view().region(rect);
  for (int i = 0; i < view.plane_count() && !view.empty(); ++i) {
    cv::Mat plane = matrix(view.plane(i));
    cv::Mat result;
    cv::flip(plane, result, cv_code(mode));
    result.copyTo(plane);
  }
  return pixels;
}

class FlipTest : public BackendTest {};
RETOUCH_BACKENDS(FlipTest);

TEST_P(FlipTest, EqualsOpenCvOnAllFormatsAndSizes) {
  constexpr Size sizes[] = {{1, 1}, {2, 1}, {1, 7}, {7, 1}, {5, 3}, {64, 8}, {33, 17}, {129, 35}, {600, 4}, {1031, 3}};
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : sizes)
      for (const FlipMode mode : modes) {
        const Pixels input = noise(format, size, 3);
        const Pixels expected = flipped(input, {0, 0, size.width, size.height}, mode);
        const auto actual = apply(input, [&](StreamView s, const ImageView& v) { flip(s, v, mode); });
        expect_near(actual, expected, 0, "flip");
        const auto copy = apply_into(input, format, size, [&](StreamView s, const ImageView& a, const ImageView& b) {
          flip_into(s, a, b, mode);
        });
        expect_near(copy, expected, 0, "flip_into");
      }
}

// Addresses and row lengths at which rows can be moved in words of 16, 12 and 4 bytes.
TEST_P(FlipTest, EqualsOpenCvOnAlignedImages) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{256, 9}, Size{96, 32}, Size{1280, 16}, Size{100, 6}})
      for (const FlipMode mode : modes) {
        Pixels input = noise(format, size, 5);
        const Image image(stream(), format, size);
        copy_into(stream(), input.view(), image);
        flip(stream(), image, mode);
        Pixels actual(format, size);
        copy_into(stream(), image, actual.view());
        stream().synchronize();
        const Pixels expected = flipped(input, {0, 0, size.width, size.height}, mode);
        expect_near(actual, expected, 0, "flip");

        const Image other(stream(), format, size);
        flip_into(stream(), image, other, mode);
        copy_into(stream(), other, actual.view());
        stream().synchronize();
        expect_near(actual, input, 0, "flip_into of the flipped");
      }
}

TEST_P(FlipTest, StaysInsideItsRegion) {
  constexpr Rect rects[] = {{1, 1, 20, 10}, {0, 3, 31, 7},  {5, 0, 8, 21},
                            {16, 8, 16, 4}, {-4, -4, 9, 9}, {30, 18, 50, 50}};
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : rects)
      for (const FlipMode mode : modes) {
        const Pixels input = noise(format, {37, 21}, 7);
        const auto actual = apply(input, [&](StreamView s, const ImageView& v) { flip(s, v.region(rect), mode); });
        expect_near(actual, flipped(input, rect, mode), 0, "region");
      }
}

TEST_P(FlipTest, ListsAreDoneInOrderEvenWhereTheyOverlap) {
  std::mt19937 random(11);
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12, PixelFormat::i420}) {
    const Pixels input = noise(format, {97, 61}, 8);
    Pixels expected = input;
    std::vector<Rect> rects;
    for (int i = 0; i < 70; ++i) {
      rects.push_back({static_cast<int>(random() % 90), static_cast<int>(random() % 55),
                       static_cast<int>(random() % 12), static_cast<int>(random() % 12)});
      expected = flipped(std::move(expected), rects.back(), FlipMode::both);
    }
    const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
      std::vector<ImageView> regions;
      for (const Rect& rect : rects) regions.push_back(v.region(rect));
      flip(s, regions, FlipMode::both);
    });
    expect_near(actual, expected, 0, "list");
  }
}

TEST_P(FlipTest, TwiceIsTheIdentity) {
  for (const PixelFormat format : all_pixel_formats)
    for (const FlipMode mode : modes) {
      const Pixels input = noise(format, {123, 67}, 13);
      const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
        flip(s, v.region({1, 1, 99, 50}), mode);
        flip(s, v.region({1, 1, 99, 50}), mode);
      });
      EXPECT_EQ(actual, input);
    }
}

TEST_P(FlipTest, EmptyRegionsAndListsDoNothing) {
  const Pixels input = noise(PixelFormat::rgb8, {9, 9});
  const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
    flip(s, v.region({100, 100, 5, 5}), FlipMode::both);
    flip(s, ImageView{}, FlipMode::both);
    flip(s, std::vector<ImageView>{}, FlipMode::both);
    flip_into(s, v.region({50, 50, 1, 1}), v.region({60, 60, 1, 1}), FlipMode::both);
  });
  EXPECT_EQ(actual, input);
}

TEST_P(FlipTest, RefusesWhatDoesNotFit) {
  const Guarded image(stream(), noise(PixelFormat::nv12, {16, 16}));
  const Guarded other(stream(), noise(PixelFormat::nv12, {16, 14}));
  const Guarded packed(stream(), noise(PixelFormat::rgb8, {16, 16}));
  const ImageView& v = image;
  EXPECT_THROW(flip_into(stream(), v, other, FlipMode::both), InvalidArgument);
  EXPECT_THROW(flip_into(stream(), v, packed, FlipMode::both), InvalidArgument);
  EXPECT_THROW(flip_into(stream(), v, v, FlipMode::both), InvalidArgument);
  EXPECT_THROW(flip_into(stream(), v.region({0, 0, 4, 4}), v.region({9, 8, 4, 4}), FlipMode::both), InvalidArgument);
  EXPECT_THROW(flip(stream(), v, static_cast<FlipMode>(7)), InvalidArgument);
  EXPECT_EQ(image.download(), noise(PixelFormat::nv12, {16, 16}));
  if (GetParam() == Backend::Cuda) {
    Pixels host = noise(PixelFormat::nv12, {16, 16});
    EXPECT_THROW(flip(stream(), host.view(), FlipMode::both), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
