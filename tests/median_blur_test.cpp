// Tests of median_blur against cv::medianBlur.
#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

constexpr Size size{41, 29};

Pixels blurred(Pixels p, const Rect& rect, int ksize) {
  edit_region_as_mats(p, rect, [&](int plane, cv::Mat& mat) {
    // OpenCV's median takes 1, 3 and 4 channels: two go one by one.
    std::vector<cv::Mat> channels;
    cv::split(mat, channels);
    for (cv::Mat& channel : channels) cv::medianBlur(channel.clone(), channel, plane > 0 ? 3 : ksize);
    cv::Mat merged;
    cv::merge(channels, merged);
    merged.copyTo(mat);
  });
  return p;
}

class MedianBlurTest : public BackendTest {};
RETOUCH_BACKENDS(MedianBlurTest);

TEST_P(MedianBlurTest, IsOpenCvsInEveryFormatAndRegion) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects)
      for (const int ksize : {3, 5})
        for (const Pixels& input : {noise(format, size), picture(format, size)}) {
          const Pixels output =
              apply(input, [&](StreamView s, const ImageView& image) { median_blur(s, image.region(rect), {ksize}); });
          expect_near(output, blurred(input, rect, ksize), 0, "ksize " + std::to_string(ksize));
        }
}

TEST_P(MedianBlurTest, Large) {
  const Rect rect{3, 5, 401, 203};
  for (const PixelFormat format : all_pixel_formats)
    for (const int ksize : {3, 5}) {
      const Pixels input = noise(format, {417, 211});
      const Pixels output =
          apply(input, [&](StreamView s, const ImageView& image) { median_blur(s, image.region(rect), {ksize}); });
      expect_near(output, blurred(input, rect, ksize), 0);
    }
}

// Rows that allow wide loads and stores.
TEST_P(MedianBlurTest, AlignedRows) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int ksize : {3, 5}) {
      const Pixels input = noise(format, {384, 70});
      const Guarded image(stream(), input, 128);
      median_blur(stream(), image.view(), {ksize});
      image.expect_canaries();
      expect_near(image.download(), blurred(input, {0, 0, 384, 70}, ksize), 0);
    }
}

TEST_P(MedianBlurTest, IntoEqualsInPlace) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int ksize : {3, 5}) {
      const Pixels input = noise(format, size);
      const Pixels output = apply_into(
          input, format, size,
          [&](StreamView s, const ImageView& src, const ImageView& dst) { median_blur_into(s, src, dst, {ksize}); });
      expect_near(output, blurred(input, {0, 0, size.width, size.height}, ksize), 0);
    }
}

TEST_P(MedianBlurTest, ListIsOneAfterTheOther) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, size);
    Pixels expected = input;
    for (const Rect& rect : tricky_list) expected = blurred(expected, rect, 5);
    const MedianBlur blur({5});
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, tricky_list);
      blur(s, views);
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(MedianBlurTest, ManyRegions) {
  for (const PixelFormat format : {PixelFormat::bgr8, PixelFormat::i420}) {
    const Pixels input = noise(format, {160, 100});
    Pixels expected = input;
    const auto rects = many_rects(100, 10, {16, 10});
    for (const Rect& rect : rects) expected = blurred(expected, rect, 3);
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, rects);
      median_blur(s, views, {3});
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(MedianBlurTest, NothingToDo) {
  median_blur(stream(), std::vector<ImageView>{});
  median_blur(stream(), ImageView());
  median_blur_into(stream(), ImageView(), ImageView());
  stream().synchronize();
}

TEST_P(MedianBlurTest, Errors) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {8, 6}));
  const Guarded rgb(stream(), noise(PixelFormat::rgb8, {8, 6}));
  for (const int ksize : {0, 1, 2, 4, 7, -3}) {
    EXPECT_THROW(median_blur(stream(), image.view(), {ksize}), InvalidArgument);
    EXPECT_THROW(MedianBlur({ksize}), InvalidArgument);
  }
  EXPECT_THROW(median_blur_into(stream(), image, rgb), InvalidArgument);
  EXPECT_THROW(MedianBlur({3}).into(stream(), image, image), InvalidArgument);
  if (device().is_cuda()) {
    Pixels host = noise(PixelFormat::rgba8, {8, 6});
    EXPECT_THROW(median_blur(stream(), host.view()), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
