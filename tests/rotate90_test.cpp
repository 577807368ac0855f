// Tests of rotate90 against cv::rotate, plane by plane.
#include <opencv2/core.hpp>

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

constexpr Rotation rotations[] = {Rotation::cw90, Rotation::cw180, Rotation::cw270};
constexpr int cv_code(Rotation rotation) {
  return rotation == Rotation::cw90    ? cv::ROTATE_90_CLOCKWISE
         : rotation == Rotation::cw180 ? cv::ROTATE_180
                                       : cv::ROTATE_90_COUNTERCLOCKWISE;
}
constexpr Size turned(Size size, Rotation rotation) {
  return rotation == Rotation::cw180 ? size : Size{size.height, size.width};
}

Pixels rotated(const Pixels& pixels, Rotation rotation) {
  Pixels from = pixels;
  Pixels result(pixels.format, turned(pixels.size, rotation), pixels.color);
  for (int i = 0; i < plane_count(pixels.format); ++i) {
    cv::Mat to = matrix(result, i);
    cv::rotate(matrix(from, i), to, cv_code(rotation));
  }
  return result;
}

// What rotate90 must do to the region `rect`.
Pixels rotated(Pixels pixels, const Rect& rect, Rotation rotation) {
  const ImageView view = pixels.view().region(rect);
  for (int i = 0; i < view.plane_count() && !view.empty(); ++i) {
    cv::Mat plane = matrix(view.plane(i));
    cv::Mat result;
    cv::rotate(plane, result, cv_code(rotation));
    result.copyTo(plane);
  }
  return pixels;
}

class Rotate90Test : public BackendTest {};
RETOUCH_BACKENDS(Rotate90Test);

TEST_P(Rotate90Test, IntoEqualsOpenCv) {
  constexpr Size sizes[] = {{1, 1}, {1, 9}, {9, 1}, {5, 3}, {32, 32}, {33, 64}, {70, 31}, {129, 65}};
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : sizes)
      for (const Rotation rotation : rotations) {
        const Pixels input = noise(format, size, 3);
        const auto actual =
            apply_into(input, format, turned(size, rotation),
                       [&](StreamView s, const ImageView& a, const ImageView& b) { rotate90_into(s, a, b, rotation); });
        expect_near(actual, rotated(input, rotation), 0, "rotate90_into");
      }
}

TEST_P(Rotate90Test, SquaresTurnInPlace) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int size : {1, 2, 3, 8, 31, 32, 33, 64, 65, 67, 130})
      for (const Rotation rotation : rotations) {
        const Pixels input = noise(format, {size, size}, 4);
        const auto actual = apply(input, [&](StreamView s, const ImageView& v) { rotate90(s, v, rotation); });
        expect_near(actual, rotated(input, rotation), 0, "rotate90");
      }
}

TEST_P(Rotate90Test, AnythingTurnsUpsideDownInPlace) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : {Rect{0, 0, 41, 22}, Rect{1, 3, 30, 9}, Rect{7, 2, 5, 16}}) {
      const Pixels input = noise(format, {41, 22}, 5);
      const auto actual =
          apply(input, [&](StreamView s, const ImageView& v) { rotate90(s, v.region(rect), Rotation::cw180); });
      expect_near(actual, rotated(input, rect, Rotation::cw180), 0, "half turn");
    }
}

TEST_P(Rotate90Test, RegionsOfAFrameTurnInPlaceInOrder) {
  // Squares whose chroma is square too, at offsets even and odd; the third and fourth overlap.
  const std::vector<Rect> rects = {{0, 0, 40, 40}, {41, 1, 17, 17}, {60, 20, 20, 20}, {70, 30, 22, 22}, {0, 50, 1, 1}};
  for (const PixelFormat format : all_pixel_formats)
    for (const Rotation rotation : {Rotation::cw90, Rotation::cw270}) {
      const Pixels input = noise(format, {99, 71}, 6);
      Pixels expected = input;
      for (const Rect& rect : rects) expected = rotated(std::move(expected), rect, rotation);
      const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
        std::vector<ImageView> regions;
        for (const Rect& rect : rects) regions.push_back(v.region(rect));
        rotate90(s, regions, rotation);
      });
      expect_near(actual, expected, 0, "regions");
    }
}

TEST_P(Rotate90Test, FourTurnsAreTheIdentity) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {75, 75}, 9);
    const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
      for (int i = 0; i < 4; ++i) rotate90(s, v, Rotation::cw90);
    });
    EXPECT_EQ(actual, input);
    const auto back = apply(input, [&](StreamView s, const ImageView& v) {
      rotate90(s, v, Rotation::cw90);
      rotate90(s, v, Rotation::cw270);
    });
    EXPECT_EQ(back, input);
  }
}

TEST_P(Rotate90Test, RefusesToChangeTheLayout) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {24, 20}, 10);
    const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
      EXPECT_THROW(rotate90(s, v, Rotation::cw90), LayoutError);
      EXPECT_THROW(rotate90(s, v, Rotation::cw270), LayoutError);
      // One that does not fit stops the whole list.
      const std::vector<ImageView> list = {v.region({0, 0, 8, 8}), v.region({0, 8, 8, 9})};
      EXPECT_THROW(rotate90(s, list, Rotation::cw90), LayoutError);
      // A square whose chroma is 5x4.
      if (is_subsampled(format)) {
        EXPECT_THROW(rotate90(s, v.region({1, 2, 8, 8}), Rotation::cw90), LayoutError);
      }
    });
    EXPECT_EQ(actual, input);
  }
}

TEST_P(Rotate90Test, RefusesWhatDoesNotFit) {
  const Guarded image(stream(), noise(PixelFormat::nv12, {16, 12}));
  const Guarded same(stream(), noise(PixelFormat::nv12, {16, 12}));
  const Guarded other(stream(), noise(PixelFormat::i420, {12, 16}));
  const Guarded fits(stream(), noise(PixelFormat::nv12, {12, 16}));
  const ImageView& v = image;
  EXPECT_THROW(rotate90_into(stream(), v, same, Rotation::cw90), InvalidArgument);
  EXPECT_THROW(rotate90_into(stream(), v, other, Rotation::cw90), InvalidArgument);
  EXPECT_THROW(rotate90_into(stream(), v, fits, Rotation::cw180), InvalidArgument);
  EXPECT_THROW(rotate90_into(stream(), v, v.region({0, 0, 12, 12}), Rotation::cw90), InvalidArgument);
  EXPECT_THROW(rotate90_into(stream(), v.region({0, 0, 4, 4}), v.region({2, 2, 4, 4}), Rotation::cw90),
               InvalidArgument);
  // 8x8 pixels with 5x4 chroma do not go where 4x4 would.
  EXPECT_THROW(rotate90_into(stream(), v.region({1, 0, 8, 8}), fits.view().region({0, 0, 8, 8}), Rotation::cw90),
               InvalidArgument);
  EXPECT_THROW(rotate90(stream(), v, static_cast<Rotation>(9)), InvalidArgument);
  EXPECT_EQ(image.download(), noise(PixelFormat::nv12, {16, 12}));
}

TEST_P(Rotate90Test, EmptyRegionsDoNothing) {
  const Pixels input = noise(PixelFormat::rgb8, {9, 9});
  const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
    rotate90(s, v.region({100, 100, 5, 6}), Rotation::cw90);
    rotate90(s, std::vector<ImageView>{}, Rotation::cw90);
    rotate90_into(s, v.region({50, 50, 1, 1}), v.region({60, 60, 1, 1}), Rotation::cw90);
  });
  EXPECT_EQ(actual, input);
}

}  // namespace
}  // namespace retouch::test
