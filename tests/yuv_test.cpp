// RGB <-> YCbCr against the real-valued matrices and against OpenCV.
#include "pixel/yuv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace retouch::pixel {
namespace {

constexpr std::array specs = {
    ColorSpec{ColorMatrix::bt601, ColorRange::limited}, ColorSpec{ColorMatrix::bt601, ColorRange::full},
    ColorSpec{ColorMatrix::bt709, ColorRange::limited}, ColorSpec{ColorMatrix::bt709, ColorRange::full}};

struct Real {
  double a, b, c;
};

// The definitions of ITU-R BT.601 and BT.709, straight from Kr and Kb.
Real real_yuv(const ColorSpec& spec, int r, int g, int b) {
  const double kr = spec.matrix == ColorMatrix::bt601 ? 0.299 : 0.2126;
  const double kb = spec.matrix == ColorMatrix::bt601 ? 0.114 : 0.0722;
  const double y = kr * r + (1 - kr - kb) * g + kb * b;
  const bool limited = spec.range == ColorRange::limited;
  const auto clip = [](double value) { return std::clamp(value, 0.0, 255.0); };
  return {clip(limited ? 16 + y * 219 / 255 : y), clip(128 + (b - y) / (2 - 2 * kb) * (limited ? 224.0 / 255 : 1)),
          clip(128 + (r - y) / (2 - 2 * kr) * (limited ? 224.0 / 255 : 1))};
}

Real real_rgb(const ColorSpec& spec, int y, int u, int v) {
  const double kr = spec.matrix == ColorMatrix::bt601 ? 0.299 : 0.2126;
  const double kb = spec.matrix == ColorMatrix::bt601 ? 0.114 : 0.0722;
  const bool limited = spec.range == ColorRange::limited;
  const double luma = limited ? std::max(y - 16, 0) * 255.0 / 219 : y;
  const double pb = (u - 128) * (limited ? 255.0 / 224 : 1);
  const double pr = (v - 128) * (limited ? 255.0 / 224 : 1);
  const double r = luma + pr * (2 - 2 * kr);
  const double b = luma + pb * (2 - 2 * kb);
  const double g = (luma - kr * r - kb * b) / (1 - kr - kb);
  const auto clip = [](double value) { return std::clamp(value, 0.0, 255.0); };
  return {clip(r), clip(g), clip(b)};
}

// Rounding to nearest of a real result, with room for the 20-bit coefficients at exact halves.
constexpr double rounding = 0.5 + 1e-3;

TEST(Yuv, FromRgbIsTheRoundedMatrix) {
  for (const ColorSpec& spec : specs) {
    const YuvCoefficients c = yuv_coefficients(spec);
    for (int r = 0; r < 256; r += 3)
      for (int g = 0; g < 256; g += 5)
        for (int b = 0; b < 256; b += 3) {
          const Yuv actual = rgb_to_yuv(r, g, b, c);
          const Real expected = real_yuv(spec, r, g, b);
          ASSERT_NEAR(actual.y, expected.a, rounding) << r << " " << g << " " << b;
          ASSERT_NEAR(actual.u, expected.b, rounding) << r << " " << g << " " << b;
          ASSERT_NEAR(actual.v, expected.c, rounding) << r << " " << g << " " << b;
        }
  }
}

TEST(Yuv, ToRgbIsTheRoundedMatrix) {
  for (const ColorSpec& spec : specs) {
    const YuvCoefficients c = yuv_coefficients(spec);
    for (int y = 0; y < 256; y += 3)
      for (int u = 0; u < 256; u += 5)
        for (int v = 0; v < 256; v += 3) {
          const Rgb actual = yuv_to_rgb(y, u, v, c);
          const Real expected = real_rgb(spec, y, u, v);
          ASSERT_NEAR(actual.r, expected.a, rounding) << y << " " << u << " " << v;
          ASSERT_NEAR(actual.g, expected.b, rounding) << y << " " << u << " " << v;
          ASSERT_NEAR(actual.b, expected.c, rounding) << y << " " << u << " " << v;
        }
  }
}

TEST(Yuv, Goldens) {
  const YuvCoefficients bt601 = yuv_coefficients({ColorMatrix::bt601, ColorRange::limited});
  EXPECT_EQ(rgb_to_yuv(0, 0, 0, bt601), (Yuv{16, 128, 128}));
  EXPECT_EQ(rgb_to_yuv(255, 255, 255, bt601), (Yuv{235, 128, 128}));
  EXPECT_EQ(rgb_to_yuv(255, 0, 0, bt601), (Yuv{81, 90, 240}));
  EXPECT_EQ(rgb_to_yuv(0, 0, 255, bt601), (Yuv{41, 240, 110}));
  EXPECT_EQ(yuv_to_rgb(16, 128, 128, bt601), (Rgb{0, 0, 0}));
  EXPECT_EQ(yuv_to_rgb(0, 128, 128, bt601), (Rgb{0, 0, 0}));
  EXPECT_EQ(yuv_to_rgb(235, 128, 128, bt601), (Rgb{255, 255, 255}));
  const YuvCoefficients bt709 = yuv_coefficients({ColorMatrix::bt709, ColorRange::limited});
  EXPECT_EQ(rgb_to_yuv(255, 0, 0, bt709), (Yuv{63, 102, 240}));
  const YuvCoefficients full = yuv_coefficients({ColorMatrix::bt601, ColorRange::full});
  EXPECT_EQ(rgb_to_yuv(255, 0, 0, full), (Yuv{76, 85, 255}));  // Cr 255.5, clipped
}

TEST(Yuv, GreyHasNoColour) {
  for (const ColorSpec& spec : specs) {
    const YuvCoefficients c = yuv_coefficients(spec);
    for (int grey = 0; grey < 256; ++grey) {
      const Yuv yuv = rgb_to_yuv(grey, grey, grey, c);
      ASSERT_EQ(yuv.u, 128);
      ASSERT_EQ(yuv.v, 128);
      const Rgb back = yuv_to_rgb(yuv.y, 128, 128, c);
      ASSERT_EQ(back.r, back.g);
      ASSERT_EQ(back.r, back.b);
      ASSERT_NEAR(back.r, grey, 1);
    }
  }
}

// One 2x2 block of one colour per sample, so that how OpenCV picks the chroma of a block does not matter.
TEST(Yuv, FromRgbAgreesWithOpenCv) {
  const YuvCoefficients c = yuv_coefficients({});
  cv::Mat rgb(2 * 52, 2 * 52, CV_8UC3);
  for (int r = 0; r < 256; r += 5) {
    for (int y = 0; y < rgb.rows; ++y)
      for (int x = 0; x < rgb.cols; ++x) {
        const int g = y / 2 * 5;
        const int b = x / 2 * 5;
        rgb.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g),
                                   static_cast<std::uint8_t>(b)};
      }
    cv::Mat i420;
    cv::cvtColor(rgb, i420, cv::COLOR_RGB2YUV_I420);
    const std::uint8_t* luma = i420.ptr();
    const std::uint8_t* cb = luma + rgb.total();
    const std::uint8_t* cr = cb + rgb.total() / 4;
    for (int y = 0; y < 52; ++y)
      for (int x = 0; x < 52; ++x) {
        const Yuv yuv = rgb_to_yuv(r, y * 5, x * 5, c);
        ASSERT_NEAR(yuv.y, luma[2 * y * rgb.cols + 2 * x], 1);
        ASSERT_NEAR(yuv.u, cb[y * 52 + x], 1);
        ASSERT_NEAR(yuv.v, cr[y * 52 + x], 1);
      }
  }
}

TEST(Yuv, ToRgbAgreesWithOpenCv) {
  const YuvCoefficients c = yuv_coefficients({});
  for (int luma = 0; luma < 256; ++luma) {
    cv::Mat nv12(3 * 64, 2 * 64, CV_8UC1, cv::Scalar(luma));
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x) {
        nv12.at<std::uint8_t>(128 + y, 2 * x) = static_cast<std::uint8_t>(4 * x + 1);
        nv12.at<std::uint8_t>(128 + y, 2 * x + 1) = static_cast<std::uint8_t>(4 * y + 2);
      }
    cv::Mat rgb;
    cv::cvtColor(nv12, rgb, cv::COLOR_YUV2RGB_NV12);
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x) {
        const Rgb actual = yuv_to_rgb(luma, 4 * x + 1, 4 * y + 2, c);
        const auto expected = rgb.at<cv::Vec3b>(2 * y, 2 * x);
        ASSERT_NEAR(actual.r, expected[0], 1) << luma << " " << x << " " << y;
        ASSERT_NEAR(actual.g, expected[1], 1) << luma << " " << x << " " << y;
        ASSERT_NEAR(actual.b, expected[2], 1) << luma << " " << x << " " << y;
      }
  }
}

TEST(Yuv, GrayIsOpenCvsGray) {
  cv::Mat rgb(256, 256, CV_8UC3);
  for (int r = 0; r < 256; r += 15) {
    for (int y = 0; y < 256; ++y)
      for (int x = 0; x < 256; ++x)
        rgb.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(y),
                                   static_cast<std::uint8_t>(x)};
    cv::Mat gray;
    cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
    for (int y = 0; y < 256; ++y)
      for (int x = 0; x < 256; ++x) ASSERT_EQ(rgb_to_gray(r, y, x), gray.at<std::uint8_t>(y, x));
  }
}

}  // namespace
}  // namespace retouch::pixel
