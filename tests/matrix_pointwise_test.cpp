// Tests of the pointwise operations on matrices, against OpenCV's functions of the same names.
#include <opencv2/imgproc.hpp>

#include "retouch/matrix_ops.hpp"
#include "support/matrix.hpp"

namespace retouch::test {
namespace {

constexpr Scalar value{{17.3, 200, 3, 90.5}};
const std::vector<cv::Size> sizes = {{37, 23}, {1, 9}, {130, 1}, {1, 1}, {257, 3}};

class MatrixPointwiseTest : public BackendTest {
 protected:
  /// op(destination) on a destination that already fits, as a region of a larger matrix, and on an empty one.
  template <class Op>
  void expect_op(const cv::Mat& expected, const std::string& what, bool exact, Op&& op) {
    Embedded given(stream(), random_mat(expected.size(), expected.type(), 5));
    op(given.part());
    const auto compare = [&](const cv::Mat& actual) {
      exact ? expect_exact(actual, expected, what) : expect_close(actual, expected, what);
    };
    compare(given.taken());
    Matrix made(device());
    op(made);
    compare(downloaded(stream(), made));
  }
};
RETOUCH_BACKENDS(MatrixPointwiseTest);

TEST_P(MatrixPointwiseTest, SetTo) {
  for (const int depth : all_depths)
    for (int channels = 1; channels <= 4; ++channels)
      for (const cv::Size size : sizes) {
        const cv::Mat input = random_mat(size, CV_MAKETYPE(depth, channels));
        const cv::Mat mask = random_mat(size, CV_8UC1, 3) & 1;
        cv::Mat expected = input.clone();
        expected.setTo(cv_scalar(value));
        Embedded whole(stream(), input);
        matrix::set_to(stream(), whole.part(), value);
        expect_exact(whole.taken(), expected, "setTo");
        expected = input.clone();
        expected.setTo(cv_scalar(value), mask);
        Embedded masked(stream(), input);
        Embedded where(stream(), mask);
        matrix::set_to(stream(), masked.part(), value, where.part());
        expect_exact(masked.taken(), expected, "setTo with a mask");
      }
}

TEST_P(MatrixPointwiseTest, CopyWithAMask) {
  for (const int depth : all_depths)
    for (int channels = 1; channels <= 4; ++channels) {
      const cv::Mat input = random_mat({37, 23}, CV_MAKETYPE(depth, channels));
      const cv::Mat before = random_mat({37, 23}, input.type(), 9);
      const cv::Mat mask = random_mat({37, 23}, CV_8UC1, 3) & 2;
      cv::Mat expected = before.clone();
      input.copyTo(expected, mask);
      Embedded src(stream(), input);
      Embedded where(stream(), mask);
      Embedded dst(stream(), before);
      matrix::copy(stream(), src.part(), dst.part(), where.part());
      expect_exact(dst.taken(), expected, "copyTo");
      cv::Mat made_by_cv;
      input.copyTo(made_by_cv, mask);
      Matrix made(device());
      matrix::copy(stream(), src.part(), made, where.part());
      expect_exact(downloaded(stream(), made), made_by_cv, "copyTo, made");
    }
}

TEST_P(MatrixPointwiseTest, ConvertTo) {
  for (const int from : all_depths)
    for (const int to : all_depths)
      for (const auto& [alpha, beta] : {std::pair{1.0, 0.0}, std::pair{0.37, -11.5}}) {
        const cv::Mat input = random_mat({37, 23}, CV_MAKETYPE(from, 3));
        cv::Mat expected;
        input.convertTo(expected, to, alpha, beta);
        Embedded src(stream(), input);
        // Scaled 32-bit integers are rounded in double here and by OpenCV in float or double.
        expect_op(expected, fmt::format("convertTo {} -> {} * {} + {}", from, to, alpha, beta), alpha == 1,
                  [&, a = alpha, b = beta](Matrix& dst) {
                    matrix::convert(stream(), src.part(), dst, static_cast<Depth>(to), a, b);
                  });
      }
}

TEST_P(MatrixPointwiseTest, NotANumberAndTooLargeSaturate) {
  cv::Mat input(1, 6, CV_32F);
  const float values[] = {NAN, 1e20F, -1e20F, INFINITY, -INFINITY, 2.5F};
  std::copy_n(values, 6, input.ptr<float>());
  const Matrix src = uploaded(stream(), input);
  Matrix bytes(device());
  matrix::convert(stream(), src, bytes, Depth::u8);
  const cv::Mat got = downloaded(stream(), bytes);
  const int expected[] = {0, 255, 0, 255, 0, 2};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(got.at<std::uint8_t>(0, i), expected[i]) << i;
  Matrix ints(device());
  matrix::convert(stream(), src, ints, Depth::s32);
  const cv::Mat got32 = downloaded(stream(), ints);
  const int expected32[] = {INT_MIN, INT_MAX, INT_MIN, INT_MAX, INT_MIN, 2};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(got32.at<int>(0, i), expected32[i]) << i;
}

TEST_P(MatrixPointwiseTest, Arithmetic) {
  using matrix::Operand;
  for (const int depth : all_depths)
    for (const int channels : {1, 3, 4})
      for (const cv::Size size : sizes) {
        const int type = CV_MAKETYPE(depth, channels);
        const cv::Mat a = random_mat(size, type, 1);
        cv::Mat b = random_mat(size, type, 2);
        b.reshape(1).col(0) = 0;  // divisions by 0
        if (depth >= CV_32F) b.reshape(1).col(0) = 2;
        Embedded ga(stream(), a);
        Embedded gb(stream(), b, {1, 1});
        const bool integers = depth < CV_32F;
        const auto both = [&](const char* name, auto&& cv_op, auto&& op, bool exact) {
          cv::Mat expected;
          cv_op(a, b, expected);
          expect_op(expected, name, exact, [&](Matrix& dst) { op(Operand(ga.part()), Operand(gb.part()), dst); });
        };
        const auto s = [&] { return stream(); };
        both(
            "add", [](auto& x, auto& y, auto& d) { cv::add(x, y, d); },
            [&](auto x, auto y, auto& d) { matrix::add(s(), x, y, d); }, integers);
        both(
            "subtract", [](auto& x, auto& y, auto& d) { cv::subtract(x, y, d); },
            [&](auto x, auto y, auto& d) { matrix::subtract(s(), x, y, d); }, integers);
        both(
            "absdiff", [](auto& x, auto& y, auto& d) { cv::absdiff(x, y, d); },
            [&](auto x, auto y, auto& d) { matrix::abs_diff(s(), x, y, d); }, integers);
        both(
            "min", [](auto& x, auto& y, auto& d) { cv::min(x, y, d); },
            [&](auto x, auto y, auto& d) { matrix::min(s(), x, y, d); }, true);
        both(
            "max", [](auto& x, auto& y, auto& d) { cv::max(x, y, d); },
            [&](auto x, auto y, auto& d) { matrix::max(s(), x, y, d); }, true);
        if (depth != CV_32S)  // OpenCV's products beyond 32 bits wrap round
          both(
              "multiply", [](auto& x, auto& y, auto& d) { cv::multiply(x, y, d, 0.3); },
              [&](auto x, auto y, auto& d) { matrix::multiply(s(), x, y, d, {.scale = 0.3}); }, false);
        both(
            "divide", [](auto& x, auto& y, auto& d) { cv::divide(x, y, d, 3.1); },
            [&](auto x, auto y, auto& d) { matrix::divide(s(), x, y, d, {.scale = 3.1}); }, false);
        both(
            "addWeighted", [](auto& x, auto& y, auto& d) { cv::addWeighted(x, 0.3, y, 0.9, -4, d); },
            [&](auto x, auto y, auto& d) { matrix::add_weighted(s(), x, 0.3, y, 0.9, -4, d); }, false);
        for (int op = 0; op < 6; ++op)
          both(
              "compare", [op](auto& x, auto& y, auto& d) { cv::compare(x, y, d, op); },
              [&](auto x, auto y, auto& d) { matrix::compare(s(), x, y, d, static_cast<matrix::CompareOp>(op)); },
              true);
      }
}

TEST_P(MatrixPointwiseTest, MultiplyIsExactInBytes) {
  const cv::Mat a = random_mat({64, 64}, CV_8UC1, 1);
  const cv::Mat b = random_mat({64, 64}, CV_8UC1, 2) & 3;
  cv::Mat expected;
  cv::multiply(a, b, expected);
  const Matrix ma = uploaded(stream(), a);
  const Matrix mb = uploaded(stream(), b);
  expect_op(expected, "multiply", true, [&](Matrix& dst) { matrix::multiply(stream(), ma, mb, dst); });
}

TEST_P(MatrixPointwiseTest, ArithmeticWithAScalarADepthAndAMask) {
  for (const int depth : {CV_8U, CV_16S, CV_32F}) {
    const cv::Mat a = random_mat({37, 23}, CV_MAKETYPE(depth, 4), 1);
    const cv::Mat mask = random_mat(a.size(), CV_8UC1, 3) & 1;
    const cv::Mat before = random_mat(a.size(), CV_32FC4, 4);
    Embedded src(stream(), a);
    Embedded where(stream(), mask);
    const auto run = [&](const char* name, auto&& cv_op, auto&& op) {
      cv::Mat expected = before.clone();
      cv_op(expected);
      Embedded dst(stream(), before);
      op(dst.part());
      expect_close(dst.taken(), expected, name);
    };
    const matrix::ArithmeticOptions options{.mask = where.part(), .has_depth = true, .depth = Depth::f32};
    run(
        "add", [&](cv::Mat& d) { cv::add(a, cv_scalar(value), d, mask, CV_32F); },
        [&](Matrix& d) { matrix::add(stream(), src.part(), value, d, options); });
    run(
        "subtract from a scalar", [&](cv::Mat& d) { cv::subtract(cv_scalar(value), a, d, mask, CV_32F); },
        [&](Matrix& d) { matrix::subtract(stream(), value, src.part(), d, options); });
    // Without a mask.
    cv::Mat expected;
    cv::multiply(a, cv_scalar(value), expected, 0.01, CV_32F);
    expect_op(expected, "multiply by a scalar", false, [&](Matrix& d) {
      matrix::multiply(stream(), src.part(), value, d, {.scale = 0.01, .has_depth = true, .depth = Depth::f32});
    });
  }
}

TEST_P(MatrixPointwiseTest, Bitwise) {
  for (const int depth : all_depths)
    for (const int channels : {1, 2, 3, 4}) {
      const int type = CV_MAKETYPE(depth, channels);
      const cv::Mat a = random_mat({37, 23}, type, 1);
      const cv::Mat b = random_mat({37, 23}, type, 2);
      const cv::Mat mask = random_mat(a.size(), CV_8UC1, 3) & 1;
      const cv::Mat before = random_mat(a.size(), type, 4);
      Embedded ga(stream(), a);
      Embedded gb(stream(), b, {1, 5});
      Embedded where(stream(), mask);
      const auto same_bits = [&](const cv::Mat& x, const cv::Mat& y) {
        ASSERT_EQ(x.type(), y.type());
        EXPECT_EQ(std::memcmp(x.data, y.data, x.total() * x.elemSize()), 0) << "depth " << depth << "x" << channels;
      };
      const auto run = [&](const Matrix& m, auto&& cv_op, auto&& op) {
        cv::Mat expected = before.clone();
        cv_op(expected, m.empty() ? cv::noArray() : cv::InputArray(mask));
        Embedded dst(stream(), before);
        op(dst.part(), m);
        same_bits(dst.taken(), expected);
      };
      for (const Matrix& m : {Matrix(), where.part()}) {
        run(
            m, [&](auto& d, cv::InputArray k) { cv::bitwise_and(a, b, d, k); },
            [&](Matrix& d, const Matrix& k) { matrix::bitwise_and(stream(), ga.part(), gb.part(), d, k); });
        run(
            m, [&](auto& d, cv::InputArray k) { cv::bitwise_or(a, b, d, k); },
            [&](Matrix& d, const Matrix& k) { matrix::bitwise_or(stream(), ga.part(), gb.part(), d, k); });
        run(
            m, [&](auto& d, cv::InputArray k) { cv::bitwise_xor(a, b, d, k); },
            [&](Matrix& d, const Matrix& k) { matrix::bitwise_xor(stream(), ga.part(), gb.part(), d, k); });
        run(
            m, [&](auto& d, cv::InputArray k) { cv::bitwise_not(a, d, k); },
            [&](Matrix& d, const Matrix& k) { matrix::bitwise_not(stream(), ga.part(), d, k); });
        run(
            m, [&](auto& d, cv::InputArray k) { cv::bitwise_and(a, cv_scalar(value), d, k); },
            [&](Matrix& d, const Matrix& k) { matrix::bitwise_and(stream(), ga.part(), value, d, k); });
      }
    }
}

TEST_P(MatrixPointwiseTest, Threshold) {
  for (const int depth : {CV_8U, CV_16U, CV_16S, CV_32F, CV_64F})
    for (int type = 0; type < 5; ++type)
      for (const double level : {100.0, 100.7, -5.0}) {
        const cv::Mat input = random_mat({37, 23}, CV_MAKETYPE(depth, 3));
        if (depth == CV_8U && level < 0) continue;
        cv::Mat expected;
        cv::threshold(input, expected, level, 200, type);
        Embedded src(stream(), input);
        expect_op(expected, fmt::format("threshold {} at {}", type, level), true, [&](Matrix& d) {
          matrix::threshold(stream(), src.part(), d, level, 200, static_cast<matrix::ThresholdType>(type));
        });
      }
}

TEST_P(MatrixPointwiseTest, InRange) {
  for (const int depth : all_depths)
    for (int channels = 1; channels <= 4; ++channels) {
      const cv::Mat input = random_mat({37, 23}, CV_MAKETYPE(depth, channels));
      const Scalar lower{{10, -3, 20, 0}};
      const Scalar upper{{110, 90, 1e6, 200}};
      cv::Mat expected;
      cv::inRange(input, cv_scalar(lower), cv_scalar(upper), expected);
      Embedded src(stream(), input);
      expect_op(expected, "inRange", true, [&](Matrix& d) { matrix::in_range(stream(), src.part(), lower, upper, d); });
    }
}

TEST_P(MatrixPointwiseTest, Mathematics) {
  const cv::Mat input = random_mat({37, 23}, CV_32FC3) * 0.01;
  const cv::Mat other = random_mat({37, 23}, CV_32FC3, 2) * 0.01;
  const Matrix a = uploaded(stream(), input);
  const Matrix b = uploaded(stream(), other);
  const cv::Mat magnitudes = cv::abs(input);
  cv::Mat expected;
  const auto run = [&](const char* name, matrix::MathFunction f, double power = 1) {
    expect_op(expected, name, false, [&](Matrix& d) { matrix::math(stream(), a, d, f, power); });
  };
  expected = cv::abs(input);
  run("abs", matrix::MathFunction::abs);
  cv::multiply(input, input, expected);
  run("sqr", matrix::MathFunction::sqr);
  cv::exp(input, expected);
  run("exp", matrix::MathFunction::exp);
  cv::log(magnitudes, expected);
  run("log", matrix::MathFunction::log);
  cv::pow(input, 3, expected);
  run("pow 3", matrix::MathFunction::pow, 3);
  cv::pow(magnitudes, 0.4, expected);
  run("pow 0.4", matrix::MathFunction::pow, 0.4);
  cv::magnitude(input, other, expected);
  expect_op(expected, "magnitude", false, [&](Matrix& d) { matrix::magnitude(stream(), a, b, d); });
  const Matrix positive = uploaded(stream(), magnitudes);
  cv::sqrt(magnitudes, expected);
  expect_op(expected, "sqrt", false,
            [&](Matrix& d) { matrix::math(stream(), positive, d, matrix::MathFunction::sqrt); });
}

TEST_P(MatrixPointwiseTest, SplitAndMerge) {
  for (const int depth : all_depths)
    for (int channels = 1; channels <= 4; ++channels)
      for (const cv::Size size : sizes) {
        const cv::Mat input = random_mat(size, CV_MAKETYPE(depth, channels));
        std::vector<cv::Mat> expected;
        cv::split(input, expected);
        Embedded src(stream(), input);
        std::vector<Matrix> planes;
        matrix::split(stream(), src.part(), planes);
        ASSERT_EQ(planes.size(), expected.size());
        for (std::size_t i = 0; i < planes.size(); ++i)
          expect_exact(downloaded(stream(), planes[i]), expected[i], "split");
        expect_op(input, "merge", true, [&](Matrix& d) { matrix::merge(stream(), planes, d); });
      }
}

TEST_P(MatrixPointwiseTest, SwapChannels) {
  for (const int depth : {CV_8U, CV_16U, CV_32F, CV_64F}) {
    const cv::Mat input = random_mat({37, 23}, CV_MAKETYPE(depth, 4));
    cv::Mat expected(input.size(), input.type());
    const int pairs[] = {3, 0, 2, 1, 1, 2, 1, 3};
    cv::mixChannels(&input, 1, &expected, 1, pairs, 4);
    Embedded image(stream(), input);
    matrix::swap_channels(stream(), image.part(), {3, 2, 1, 1});
    expect_exact(image.taken(), expected, "swapChannels");
  }
}

TEST_P(MatrixPointwiseTest, CvtColor) {
  for (const matrix::ColorConversion& conversion : matrix::color_conversions())
    for (const int depth : {CV_8U, CV_16U, CV_32F})
      for (const int channels : {1, 3, 4}) {
        cv::Mat input = random_mat({61, 53}, CV_MAKETYPE(depth, channels));
        if (depth == CV_32F) {
          cv::Mat bytes = random_mat({61, 53}, CV_MAKETYPE(CV_8U, channels));
          bytes.convertTo(input, CV_32F, 1.0 / 255);
          // Hue in degrees.
          const std::string name = conversion.name;
          if (name.starts_with("HSV") || name.starts_with("HLS")) cv::multiply(input, cv::Scalar(360, 1, 1), input);
        }
        cv::Mat expected;
        try {
          cv::cvtColor(input, expected, conversion.code);
        } catch (const cv::Exception&) {
          Matrix none(device());
          const Matrix src = uploaded(stream(), input);
          EXPECT_THROW(matrix::cvt_color(stream(), src, none, conversion.code), InvalidArgument) << conversion.name;
          continue;
        }
        Embedded src(stream(), input);
        if (depth == CV_16U) {  // OpenCV's weights for 16 bits are 12 bits wide
          Matrix made(device());
          matrix::cvt_color(stream(), src.part(), made, conversion.code);
          expect_mat(downloaded(stream(), made), expected, 12, 0, conversion.name);
          continue;
        }
        expect_op(expected, conversion.name, false,
                  [&](Matrix& d) { matrix::cvt_color(stream(), src.part(), d, conversion.code); });
      }
  Matrix none(device());
  const Matrix src = uploaded(stream(), random_mat({4, 4}, CV_8UC3));
  EXPECT_THROW(matrix::cvt_color(stream(), src, none, 12345), Unsupported);
}

TEST_P(MatrixPointwiseTest, CvtColorGivesAlphaWhenAskedTo) {
  const cv::Mat input = random_mat({31, 17}, CV_8UC3);
  cv::Mat expected;
  cv::cvtColor(input, expected, cv::COLOR_YCrCb2BGR, 4);
  const Matrix src = uploaded(stream(), input);
  expect_op(expected, "YCrCb2BGR to 4 channels", false,
            [&](Matrix& d) { matrix::cvt_color(stream(), src, d, cv::COLOR_YCrCb2BGR, 4); });
}

// Porter and Duff's formulas in doubles.
cv::Vec4d composite(int op, cv::Vec4d s, cv::Vec4d d) {
  const double sa = s[3];
  const double da = d[3];
  const double fs[] = {1, da, 1 - da, da, 1 - da, 1, 1, da, 1 - da, da, 1 - da, 1, 1};
  const double fd[] = {1 - sa, 0, 0, 1 - sa, 1 - sa, 1, 1 - sa, 0, 0, 1 - sa, 1 - sa, 1, 0};
  const bool multiplied = op >= 6 && op <= 11;
  cv::Vec4d out;
  for (int c = 0; c < 3; ++c) {
    const double ws = multiplied ? fs[op] : fs[op] * sa;
    const double wd = op == 0 ? 1 - sa : multiplied ? fd[op] : fd[op] * da;
    out[c] = std::min(1.0, s[c] * ws + d[c] * wd);
  }
  out[3] = std::min(1.0, sa * fs[op] + da * fd[op]);
  return out;
}

TEST_P(MatrixPointwiseTest, AlphaComp) {
  for (int op = 0; op < 13; ++op)
    for (const auto& [depth, full] : {std::pair{CV_8U, 255.0}, std::pair{CV_16U, 65535.0},
                                      std::pair{CV_32S, 2147483647.0}, std::pair{CV_32F, 1.0}}) {
      cv::Mat unit[2];
      cv::Mat in[2];
      for (int i = 0; i < 2; ++i) {
        random_mat({37, 23}, CV_8UC4, static_cast<std::uint64_t>(i)).convertTo(unit[i], CV_64F, 1.0 / 255);
        unit[i].convertTo(in[i], depth, full);
      }
      cv::Mat expected(unit[0].size(), CV_64FC4);
      for (int y = 0; y < expected.rows; ++y)
        for (int x = 0; x < expected.cols; ++x)
          expected.at<cv::Vec4d>(y, x) = composite(op, unit[0].at<cv::Vec4d>(y, x), unit[1].at<cv::Vec4d>(y, x));
      expected.convertTo(expected, depth, full);
      Embedded a(stream(), in[0]);
      Embedded b(stream(), in[1], {1, 1});
      const auto run = [&](const Matrix& first, const Matrix& second, Matrix& d) {
        matrix::alpha_comp(stream(), first, second, d, static_cast<matrix::AlphaOp>(op));
      };
      expect_op(expected, fmt::format("alphaComp {}", op), false, [&](Matrix& d) { run(a.part(), b.part(), d); });
      run(a.part(), b.part(), a.part());
      expect_close(a.taken(), expected, "alphaComp in place");
    }
}

TEST_P(MatrixPointwiseTest, OverlappingSourcesAreReadFirst) {
  const cv::Mat input = random_mat({50, 40}, CV_8UC3);
  const Matrix whole = uploaded(stream(), input);
  Matrix dst = whole.region({3, 2, 40, 30});
  matrix::add(stream(), whole.region({0, 0, 40, 30}), whole.region({7, 9, 40, 30}), dst);
  cv::Mat expected;
  cv::add(input(cv::Rect(0, 0, 40, 30)), input(cv::Rect(7, 9, 40, 30)), expected);
  expect_exact(downloaded(stream(), dst), expected, "add of overlapping regions");
}

TEST_P(MatrixPointwiseTest, InPlace) {
  const cv::Mat input = random_mat({50, 40}, CV_8UC3);
  cv::Mat expected;
  cv::cvtColor(input, expected, cv::COLOR_BGR2GRAY);
  Matrix m = uploaded(stream(), input);
  matrix::cvt_color(stream(), m, m, cv::COLOR_BGR2GRAY);
  expect_close(downloaded(stream(), m), expected, "BGR2GRAY into itself");
  Embedded part(stream(), input);
  matrix::multiply(stream(), part.part(), 0.5, part.part());
  cv::multiply(input, 0.5, expected);
  expect_close(part.taken(), expected, "multiply in place");
}

TEST_P(MatrixPointwiseTest, Refuses) {
  const Matrix a(stream(), {5, 4}, {Depth::u8, 3});
  const Matrix b(stream(), {4, 4}, {Depth::u8, 3});
  const Matrix c(stream(), {5, 4}, {Depth::f32, 3});
  Matrix dst(device());
  EXPECT_THROW(matrix::add(stream(), a, b, dst), InvalidArgument);
  EXPECT_THROW(matrix::add(stream(), a, c, dst), InvalidArgument);
  EXPECT_THROW(matrix::add(stream(), 1.0, 2.0, dst), InvalidArgument);
  EXPECT_THROW(matrix::add(stream(), Matrix(device()), 2.0, dst), InvalidArgument);
  EXPECT_THROW(matrix::copy(stream(), a, dst, b), InvalidArgument);
  EXPECT_THROW(matrix::alpha_comp(stream(), a, a, dst, matrix::AlphaOp::over), InvalidArgument);
  EXPECT_THROW(matrix::threshold(stream(), a, dst, 1, 2, static_cast<matrix::ThresholdType>(8)), Unsupported);
  EXPECT_THROW(matrix::swap_channels(stream(), dst, {0, 1, 2, 3}), InvalidArgument);
  EXPECT_TRUE(dst.empty());
}

}  // namespace
}  // namespace retouch::test
