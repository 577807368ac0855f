// Tests of box_blur: against exact sums of what cv::copyMakeBorder surrounds a region with, and against cv::blur.
#include <opencv2/imgproc.hpp>

#include "ops/box_blur.hpp"
#include "retouch/filter.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

constexpr Size size{41, 29};

int cv_border(BorderMode mode) {
  switch (mode) {
    case BorderMode::reflect_101: return cv::BORDER_REFLECT_101;
    case BorderMode::replicate: return cv::BORDER_REPLICATE;
    case BorderMode::constant: break;
  }
  return cv::BORDER_CONSTANT;
}

// The border's colour in a plane, for the colour {200, 100, 50, 30}: luma 124.2; in BT.601, limited range, Y 122.67, Cb
// 91.2, Cr 175.49.
cv::Scalar outside_of(PixelFormat format, int plane) {
  switch (format) {
    case PixelFormat::gray8: return {124};
    case PixelFormat::rgb8: return {200, 100, 50};
    case PixelFormat::bgr8: return {50, 100, 200};
    case PixelFormat::rgba8: return {200, 100, 50, 30};
    case PixelFormat::bgra8: return {50, 100, 200, 30};
    case PixelFormat::nv12: return plane == 0 ? cv::Scalar{123} : cv::Scalar{91, 175};
    case PixelFormat::i420: return {plane == 0 ? 123.0 : plane == 1 ? 91.0 : 175.0};
  }
  return {};
}

// With `exact`, window sums in doubles, a half rounded up; else cv::blur.
Pixels blurred(Pixels p, const Rect& rect, const BoxBlurOptions& options, bool exact) {
  edit_region_as_mats(p, rect, [&](int plane, cv::Mat& mat) {
    const auto kernel = [&](int ksize) { return plane > 0 ? ksize / 2 | 1 : ksize; };
    const cv::Size k(kernel(options.ksize.width), kernel(options.ksize.height));
    cv::Mat wide;
    cv::copyMakeBorder(mat, wide, k.height, k.height, k.width, k.width,
                       cv_border(options.border.mode) | cv::BORDER_ISOLATED, outside_of(p.format, plane));
    cv::Mat blurred_wide;
    if (exact) {
      cv::Mat sums;
      cv::boxFilter(wide, sums, CV_64F, k, {k.width / 2, k.height / 2}, false);
      cv::Mat flat = sums.reshape(1);
      cv::Mat means(flat.size(), CV_8UC1);
      for (int y = 0; y < flat.rows; ++y)
        for (int x = 0; x < flat.cols; ++x)
          means.at<std::uint8_t>(y, x) =
              static_cast<std::uint8_t>((2 * static_cast<std::int64_t>(flat.at<double>(y, x)) + k.area()) /
                                        (2 * static_cast<std::int64_t>(k.area())));
      blurred_wide = means.reshape(mat.channels());
    } else {
      cv::blur(wide, blurred_wide, k, {k.width / 2, k.height / 2});
    }
    blurred_wide(cv::Rect(k.width, k.height, mat.cols, mat.rows)).copyTo(mat);
  });
  return p;
}

class BoxBlurTest : public BackendTest {
 protected:
  Pixels run(const Pixels& input, const Rect& rect, const BoxBlurOptions& options) {
    return apply(input, [&](StreamView s, const ImageView& image) { box_blur(s, image.region(rect), options); });
  }
};
RETOUCH_BACKENDS(BoxBlurTest);

TEST_P(BoxBlurTest, IsTheExactMeanInEveryFormatAndRegion) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects)
      for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
        for (const Size ksize : {Size{3, 3}, Size{9, 5}, Size{4, 6}, Size{1, 7}, Size{31, 1}}) {
          const BoxBlurOptions options{ksize, {mode, {200, 100, 50, 30}}};
          const Pixels input = noise(format, size);
          expect_near(run(input, rect, options), blurred(input, rect, options, true), 0,
                      std::to_string(ksize.width) + "x" + std::to_string(ksize.height));
        }
}

TEST_P(BoxBlurTest, IsOpenCvsToOneLevel) {
  for (const PixelFormat format : all_pixel_formats)
    for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
      for (const Size ksize : {Size{2, 2}, Size{9, 9}, Size{40, 63}}) {
        const BoxBlurOptions options{ksize, {mode, {200, 100, 50, 30}}};
        const Pixels input = picture(format, {97, 73});
        expect_near(run(input, {0, 0, 97, 73}, options), blurred(input, {0, 0, 97, 73}, options, false), 1);
      }
}

TEST_P(BoxBlurTest, LargestKernels) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Size ksize : {Size{255, 255}, Size{255, 3}, Size{2, 254}})
      for (const Size area : {size, Size{300, 280}, Size{1, 1}, Size{2, 3}}) {
        const BoxBlurOptions options{ksize, {}};
        const Pixels input = noise(format, area);
        expect_near(run(input, {0, 0, area.width, area.height}, options),
                    blurred(input, {0, 0, area.width, area.height}, options, true), 0);
      }
}

TEST_P(BoxBlurTest, FlatStaysFlat) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int value : {0, 1, 127, 254, 255})
      for (const Size ksize : {Size{9, 9}, Size{254, 255}}) {
        const Pixels input = flat(format, {70, 50}, static_cast<std::uint8_t>(value));
        expect_near(run(input, {3, 3, 60, 40}, {ksize, {}}), input, 0);
      }
}

TEST_P(BoxBlurTest, LargeAndAligned) {
  for (const PixelFormat format : all_pixel_formats) {
    const BoxBlurOptions options{{17, 12}, {}};
    const Pixels input = noise(format, {512, 300});
    const Guarded image(stream(), input, 128);
    box_blur(stream(), image.view(), options);
    image.expect_canaries();
    expect_near(image.download(), blurred(input, {0, 0, 512, 300}, options, true), 0);
    const Rect rect{3, 5, 401, 203};
    expect_near(run(input, rect, options), blurred(input, rect, options, true), 0);
  }
}

TEST_P(BoxBlurTest, OneByOneIsNothing) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, size);
    expect_near(run(input, {0, 0, 99, 99}, {{1, 1}, {}}), input, 0);
  }
}

TEST_P(BoxBlurTest, IntoEqualsInPlace) {
  for (const PixelFormat format : all_pixel_formats) {
    const BoxBlurOptions options{{7, 4}, {BorderMode::replicate, {}}};
    const Pixels input = noise(format, size);
    const Pixels output = apply_into(
        input, format, size,
        [&](StreamView s, const ImageView& src, const ImageView& dst) { box_blur_into(s, src, dst, options); });
    expect_near(output, blurred(input, {0, 0, size.width, size.height}, options, true), 0);
  }
}

TEST_P(BoxBlurTest, ListIsOneAfterTheOther) {
  for (const PixelFormat format : all_pixel_formats) {
    const BoxBlurOptions options{{5, 5}, {}};
    const Pixels input = noise(format, size);
    Pixels expected = input;
    for (const Rect& rect : tricky_list) expected = blurred(expected, rect, options, true);
    const BoxBlur blur(options);
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, tricky_list);
      blur(s, views);
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(BoxBlurTest, ManyRegions) {
  for (const PixelFormat format : {PixelFormat::bgr8, PixelFormat::i420}) {
    const Pixels input = noise(format, {160, 100});
    const BoxBlurOptions options{{5, 3}, {}};
    Pixels expected = input;
    const auto rects = many_rects(100, 10, {16, 10});
    for (const Rect& rect : rects) expected = blurred(expected, rect, options, true);
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, rects);
      box_blur(s, views, options);
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(BoxBlurTest, EachJobHasItsOptions) {
  // More planes than go in one pair of launches, in place and into another image by turns.
  const std::vector<Rect> rects = many_rects(60, 10, {20, 16});
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {200, 96});
    const Pixels target = noise(format, {200, 96}, 9);
    const Guarded image(stream(), input);
    const Guarded other(stream(), target);
    Pixels expected = input;
    Pixels expected_other = target;
    std::vector<detail::BoxBlurJob> jobs;
    for (std::size_t i = 0; i < rects.size(); ++i) {
      const BoxBlurOptions options{{1 + static_cast<int>(i % 9), 3 + static_cast<int>(i % 4)},
                                   {i % 3 == 0 ? BorderMode::replicate : BorderMode::reflect_101, {}}};
      const bool into = i % 2 == 1;
      const ImageView src = image.view().region(rects[i]);
      jobs.push_back({src, into ? other.view().region(rects[i]) : src, options});
      copy_region(into ? expected_other : expected, blurred(input, rects[i], options, true), rects[i]);
    }
    jobs.push_back({ImageView(), ImageView(), {}});
    detail::box_blur(stream(), jobs);
    image.expect_canaries();
    other.expect_canaries();
    expect_near(image.download(), expected, 0);
    expect_near(other.download(), expected_other, 0);
  }
}

TEST_P(BoxBlurTest, NothingToDo) {
  box_blur(stream(), std::vector<ImageView>{});
  box_blur(stream(), ImageView());
  box_blur_into(stream(), ImageView(), ImageView());
  stream().synchronize();
}

TEST_P(BoxBlurTest, Errors) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {8, 6}));
  const Guarded rgb(stream(), noise(PixelFormat::rgb8, {8, 6}));
  for (const Size ksize : {Size{0, 3}, Size{3, 0}, Size{256, 3}, Size{3, 256}, Size{-1, -1}}) {
    const BoxBlurOptions options{ksize, {}};
    EXPECT_THROW(box_blur(stream(), image.view(), options), InvalidArgument);
    EXPECT_THROW(BoxBlur{options}, InvalidArgument);
  }
  EXPECT_THROW(box_blur_into(stream(), image, rgb), InvalidArgument);
  EXPECT_THROW(BoxBlur(BoxBlurOptions{}).into(stream(), image, image), InvalidArgument);
  if (device().is_cuda()) {
    Pixels host = noise(PixelFormat::rgba8, {8, 6});
    EXPECT_THROW(box_blur(stream(), host.view()), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
