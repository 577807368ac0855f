// Tests of the privacy strengths: what a blur of that strength leaves of a region's finer detail, by its spectrum.
#include "retouch/anonymize.hpp"

#include <fmt/format.h>

#include <climits>
#include <opencv2/core.hpp>

#include "retouch/filter.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

constexpr Privacy all_privacies[] = {Privacy::low, Privacy::medium, Privacy::high};

// The part of a plane's energy at frequencies above `cutoff` (in periods a pixel, in any direction), of that of `of`.
double energy_above(const cv::Mat& plane, double cutoff, const cv::Mat& of) {
  const auto energy = [cutoff](const cv::Mat& from) {
    cv::Mat real;
    from.convertTo(real, CV_64F);
    real -= cv::mean(real);
    // A window, so that the picture's edges, which do not meet, make no detail of their own.
    cv::Mat windowed = real.clone();
    for (int y = 0; y < real.rows; ++y)
      for (int x = 0; x < real.cols; ++x)
        windowed.at<double>(y, x) *= (0.5 - 0.5 * std::cos(2 * CV_PI * (x + 0.5) / real.cols)) *
                                     (0.5 - 0.5 * std::cos(2 * CV_PI * (y + 0.5) / real.rows));
    cv::Mat spectrum;
    cv::dft(windowed, spectrum, cv::DFT_COMPLEX_OUTPUT);
    double sum = 0;
    for (int y = 0; y < spectrum.rows; ++y)
      for (int x = 0; x < spectrum.cols; ++x) {
        const double fy = static_cast<double>(std::min(y, spectrum.rows - y)) / spectrum.rows;
        const double fx = static_cast<double>(std::min(x, spectrum.cols - x)) / spectrum.cols;
        if (std::hypot(fx, fy) <= cutoff) continue;
        const auto& value = spectrum.at<cv::Vec2d>(y, x);
        sum += value[0] * value[0] + value[1] * value[1];
      }
    return sum;
  };
  return energy(plane) / energy(of);
}

class AnonymizeTest : public BackendTest {};
RETOUCH_BACKENDS(AnonymizeTest);

TEST_P(AnonymizeTest, TheBlurLeavesNothingFinerThanItsCells) {
  for (const Size size :
       {Size{20, 20}, Size{31, 20}, Size{64, 80}, Size{120, 120}, Size{301, 257}, Size{640, 480}, Size{1200, 640}})
    for (const Privacy privacy : all_privacies) {
      Pixels input = noise(PixelFormat::gray8, size);
      const GaussianBlurOptions options{.sigma_x = gaussian_sigma_for(privacy, size),
                                        .accuracy = GaussianAccuracy::fast};
      Pixels output = apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, options); });
      // The window spreads each frequency by two steps of the transform.
      const int side = std::max(size.width, size.height);
      const double cutoff = cells_for(privacy) / (2.0 * side) + 2.0 / std::min(size.width, size.height);
      // 1 % of the contrast at the cutoff, and less above, is 1e-4 of the energy; what is left is the rounding to whole
      // levels, 1/12 of a squared level, of noise with 5418.
      EXPECT_LT(energy_above(matrix(output), cutoff, matrix(input)), 1e-4)
          << size.width << "x" << size.height << " to " << cells_for(privacy);
    }
}

TEST(Anonymize, TheGaussianPassesOnePercentAtTheCutoff) {
  for (const Privacy privacy : all_privacies)
    for (const int side : {20, 47, 120, 400, 1200}) {
      const double sigma = gaussian_sigma_for(privacy, {side, side / 2});
      const double cutoff = cells_for(privacy) / (2.0 * side);
      EXPECT_NEAR(std::exp(-2 * CV_PI * CV_PI * sigma * sigma * cutoff * cutoff), 0.01, 1e-5);
    }
}

TEST(Anonymize, AMosaicHasNoMoreCellsThanThat) {
  for (const Privacy privacy : all_privacies)
    for (int side = 1; side <= 1300; ++side) {
      const int cell = pixelate_cell_for(privacy, {side / 3, side});
      EXPECT_LE((side + cell - 1) / cell, cells_for(privacy)) << side;
      EXPECT_EQ(cell % 2, 0);
      // And no weaker than asked for by more than a cell's rounding.
      EXPECT_LT(cell - 2, static_cast<double>(side) / cells_for(privacy) + 1) << side;
    }
}

TEST(Anonymize, ABoxCoversTwoCells) {
  EXPECT_EQ(box_size_for(Privacy::low, {160, 20}), 21);
  EXPECT_EQ(box_size_for(Privacy::medium, {20, 120}), 25);
  EXPECT_EQ(box_size_for(Privacy::high, {120, 120}), 41);
  EXPECT_EQ(box_size_for(Privacy::high, {1200, 640}), 401);  // more than box_blur takes
}

TEST(Anonymize, WhatTheyMakeOfATypicalFace) {
  // Longer side 120: cells of 7.5, 12 and 20 pixels.
  EXPECT_NEAR(gaussian_sigma_for(Privacy::low, {120, 90}), 7.245, 1e-3);
  EXPECT_NEAR(gaussian_sigma_for(Privacy::medium, {90, 120}), 11.592, 1e-3);
  EXPECT_NEAR(gaussian_sigma_for(Privacy::high, {120, 120}), 19.321, 1e-3);
  EXPECT_EQ(pixelate_cell_for(Privacy::low, {120, 90}), 8);
  EXPECT_EQ(pixelate_cell_for(Privacy::medium, {120, 90}), 12);
  EXPECT_EQ(pixelate_cell_for(Privacy::high, {120, 90}), 20);
}

TEST(Anonymize, StrongerIsStronger) {
  for (const Size size : {Size{1, 1}, Size{20, 20}, Size{1200, 640}}) {
    EXPECT_LE(gaussian_sigma_for(Privacy::low, size), gaussian_sigma_for(Privacy::medium, size));
    EXPECT_LE(gaussian_sigma_for(Privacy::medium, size), gaussian_sigma_for(Privacy::high, size));
  }
}

TEST(Anonymize, AnySize) {
  for (const Privacy privacy : all_privacies) {
    for (const Size size : {Size{0, 0}, Size{1, 1}, Size{INT_MAX, 1}}) {
      EXPECT_GT(gaussian_sigma_for(privacy, size), 0);
      EXPECT_GE(pixelate_cell_for(privacy, size), 2);
      EXPECT_GE(box_size_for(privacy, size), 1);
    }
    EXPECT_THROW(gaussian_sigma_for(privacy, {-1, 5}), InvalidArgument);
    EXPECT_THROW(pixelate_cell_for(privacy, {5, -1}), InvalidArgument);
    EXPECT_THROW(box_size_for(privacy, {-3, -1}), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
