// Tests of the background subtractor, against OpenCV's on a scene with moving things and a shadow.
#include "retouch/matrix_background.hpp"

#include <opencv2/imgproc.hpp>
#include <opencv2/video/background_segm.hpp>

#include "support/matrix.hpp"

namespace retouch::test {
namespace {

/// A noisy background, a box that moves, its shadow, and a light that is switched on.
cv::Mat scene(int frame, int channels, int depth = CV_8U) {
  const cv::Size size(97, 61);
  cv::Mat picture(size, CV_32FC(channels));
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width * channels; ++x)
      picture.ptr<float>(y)[x] = static_cast<float>(60 + (x * 7 + y * 13) % 120);
  if (frame > 25) picture(cv::Rect(60, 0, 20, 20)) += cv::Scalar::all(60);
  picture(cv::Rect(frame % 60 + 8, 40, 25, 8)) *= 0.7;
  picture(cv::Rect(frame % 60 + 5, 20, 20, 20)).setTo(cv::Scalar(20, 220, 90, 10));
  cv::Mat noise(size, picture.type());
  cv::RNG random(static_cast<std::uint64_t>(frame + 1));
  random.fill(noise, cv::RNG::NORMAL, 0, 3);
  cv::Mat out;
  cv::Mat(picture + noise).convertTo(out, depth);
  return out;
}

class MatrixBackgroundTest : public BackendTest {
 protected:
  void compare(const matrix::Mog2Options& options, int channels, int depth, double rate) {
    const auto cv_mog =
        cv::createBackgroundSubtractorMOG2(options.history, options.var_threshold, options.detect_shadows);
    matrix::Mog2 mog(options);
    long differ = 0;
    long total = 0;
    for (int frame = 0; frame < 45; ++frame) {
      const cv::Mat input = scene(frame, channels, depth);
      cv::Mat expected;
      cv_mog->apply(input, expected, rate);
      Embedded image(stream(), input);
      Embedded mask(stream(), cv::Mat(input.size(), CV_8UC1, cv::Scalar(9)), {1, 1});
      mog.apply(stream(), image.part(), mask.part(), rate);
      const cv::Mat actual = mask.taken();
      differ += cv::countNonZero(actual != expected);
      total += static_cast<long>(actual.total());
      if (frame > 5 && rate != 0) {
        EXPECT_GT(cv::countNonZero(expected), 30) << "the scene has nothing that moves";
      }
    }
    // A sum in another order may tip a pixel over a threshold.
    EXPECT_LE(differ, total / 5000) << channels << " channels, depth " << depth << ", rate " << rate;
    if (channels == 2 || channels == 4 || depth != CV_8U) return;
    cv::Mat expected;
    cv_mog->getBackgroundImage(expected);
    Matrix background(device());
    mog.background(stream(), background);
    cv::Mat off;
    cv::absdiff(downloaded(stream(), background), expected, off);
    EXPECT_LE(cv::countNonZero(off.reshape(1) > 1), 3) << channels;
  }
};
RETOUCH_BACKENDS(MatrixBackgroundTest);

TEST_P(MatrixBackgroundTest, IsOpenCvs) {
  for (const int channels : {1, 3, 4})
    for (const bool shadows : {false, true})
      compare({.history = 30, .var_threshold = 16, .detect_shadows = shadows}, channels, CV_8U, -1);
  compare({}, 3, CV_8U, -1);
  compare({.history = 100, .var_threshold = 40}, 3, CV_8U, 0.03);
  compare({}, 3, CV_32F, -1);
}

TEST_P(MatrixBackgroundTest, FindsShadowsAndGetsUsedToLight) {
  matrix::Mog2 mog({.history = 200});
  Matrix mask(device());
  for (int frame = 0; frame < 60; ++frame) mog.apply(stream(), uploaded(stream(), scene(frame, 3)), mask);
  cv::Mat got = downloaded(stream(), mask);
  EXPECT_GT(cv::countNonZero(got(cv::Rect(64, 20, 20, 20)) == 255), 100);  // the box of frame 59
  EXPECT_LT(cv::countNonZero(got(cv::Rect(60, 0, 20, 18))), 40);           // the light
  EXPECT_EQ(cv::countNonZero((got != 0) & (got != 255) & (got != 127)), 0);
  // A rate of 0 learns nothing, 1 forgets all.
  const Matrix last = uploaded(stream(), scene(59, 3));
  for (int i = 0; i < 30; ++i) mog.apply(stream(), last, mask, 0);
  EXPECT_GT(cv::countNonZero(downloaded(stream(), mask)(cv::Rect(64, 20, 20, 20)) == 255), 100);
  mog.apply(stream(), last, mask, 1);
  mog.apply(stream(), last, mask);
  EXPECT_EQ(cv::countNonZero(downloaded(stream(), mask)), 0);
}

TEST_P(MatrixBackgroundTest, StartsAnewWithAnotherSize) {
  matrix::Mog2 mog;
  Matrix mask(device());
  mog.apply(stream(), uploaded(stream(), scene(0, 3)), mask);
  mog.apply(stream(), uploaded(stream(), random_mat({31, 17}, CV_8UC1)), mask);
  EXPECT_EQ(mask.size(), (Size{31, 17}));
  Matrix background(device());
  mog.background(stream(), background);
  expect_close(downloaded(stream(), background), random_mat({31, 17}, CV_8UC1), "background after one frame");
}

TEST_P(MatrixBackgroundTest, Refuses) {
  EXPECT_THROW(matrix::Mog2({.mixtures = 0}), InvalidArgument);
  EXPECT_THROW(matrix::Mog2({.var_threshold = NAN}), InvalidArgument);
  EXPECT_THROW(matrix::Mog2({.shadow_value = 256}), InvalidArgument);
  matrix::Mog2 mog;
  Matrix out(device());
  EXPECT_THROW(mog.background(stream(), out), InvalidArgument);
  EXPECT_THROW(mog.apply(stream(), Matrix(device()), out), InvalidArgument);
  EXPECT_THROW(mog.apply(stream(), Matrix(stream(), {4, 4}, {Depth::f64, 1}), out), InvalidArgument);
  EXPECT_THROW(mog.apply(stream(), Matrix(stream(), {4, 4}, {}), out, NAN), InvalidArgument);
}

}  // namespace
}  // namespace retouch::test
