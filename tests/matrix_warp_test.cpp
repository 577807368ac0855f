// Tests of geometry on matrices. resize, flip, transpose, copyMakeBorder and pyrDown against OpenCV; warps against a
// plain loop in doubles (OpenCV 4 rounds coordinates to 1/32 of a pixel), and against OpenCV on a smooth
// picture.
#include "retouch/matrix_warp.hpp"

#include <opencv2/imgproc.hpp>

#include "support/matrix.hpp"

namespace retouch::test {
namespace {

using matrix::Edge;
using matrix::Sampling;

const std::vector<int> types = {CV_8UC1,  CV_8UC2,  CV_8UC3,  CV_8UC4,  CV_16UC3,
                                CV_16SC1, CV_32SC2, CV_32FC1, CV_32FC4, CV_64FC3};
constexpr std::array edges = {Edge::constant, Edge::replicate, Edge::reflect, Edge::wrap, Edge::reflect_101};
constexpr Scalar outside{{40, 150, 60, 70}};

double cubic(double x) {
  constexpr double a = -0.75;
  x = std::abs(x);
  if (x < 1) return (a + 2) * x * x * x - (a + 3) * x * x + 1;
  if (x < 2) return a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a;
  return 0;
}

/// The value at a place between pixels.
double sampled(const cv::Mat& doubles, double x, double y, int c, Sampling sampling, Edge edge) {
  const int cn = doubles.channels();
  const auto at = [&](int ix, int iy) {
    const int border = static_cast<int>(edge);
    const int sx = cv::borderInterpolate(ix, doubles.cols, border);
    const int sy = cv::borderInterpolate(iy, doubles.rows, border);
    return sx < 0 || sy < 0 ? outside.v[c] : doubles.ptr<double>(sy)[sx * cn + c];
  };
  if (sampling == Sampling::nearest)
    return at(static_cast<int>(std::floor(x + 0.5)), static_cast<int>(std::floor(y + 0.5)));
  const int ix = static_cast<int>(std::floor(x));
  const int iy = static_cast<int>(std::floor(y));
  double sum = 0;
  for (int dy = -1; dy <= 2; ++dy)
    for (int dx = -1; dx <= 2; ++dx) {
      const double wx = x - (ix + dx);
      const double wy = y - (iy + dy);
      const double w = sampling == Sampling::cubic ? cubic(wx) * cubic(wy)
                                                   : std::max(0.0, 1 - std::abs(wx)) * std::max(0.0, 1 - std::abs(wy));
      if (w != 0) sum += w * at(ix + dx, iy + dy);
    }
  return sum;
}

/// A plain loop; from(x, y) is the place in the source.
template <class From>
cv::Mat warped(const cv::Mat& src, cv::Size size, Sampling sampling, Edge edge, From&& from) {
  cv::Mat doubles;
  src.convertTo(doubles, CV_64F);
  cv::Mat out(size, CV_64FC(src.channels()));
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const cv::Point2d p = from(x, y);
      for (int c = 0; c < src.channels(); ++c)
        out.ptr<double>(y)[x * src.channels() + c] = sampled(doubles, p.x, p.y, c, sampling, edge);
    }
  out.convertTo(out, src.depth());
  return out;
}

class MatrixWarpTest : public BackendTest {
 protected:
  template <class Op>
  void expect_op(const cv::Mat& input, const cv::Mat& expected, const std::string& what, Op&& op, double levels = 1) {
    const bool floats = expected.depth() >= CV_32F;
    Embedded src(stream(), input);
    const auto compare = [&](const cv::Mat& actual) {
      expect_mat(actual, expected, floats ? 3e-2 : levels, floats ? 1e-4 : 0, what);
    };
    Embedded dst(stream(), random_mat(expected.size(), expected.type(), 9), {1, 3});
    op(src.part(), dst.part());
    compare(dst.taken());
    Matrix made(device());
    op(src.part(), made);
    compare(downloaded(stream(), made));
    Matrix self = uploaded(stream(), input);
    op(self, self);
    compare(downloaded(stream(), self));
    expect_exact(src.taken(), input, what + ": the source changed");
  }
};
RETOUCH_BACKENDS(MatrixWarpTest);

TEST_P(MatrixWarpTest, Resize) {
  for (const int type : types)
    for (const int how : {cv::INTER_NEAREST, cv::INTER_LINEAR, cv::INTER_CUBIC, cv::INTER_AREA})
      for (const cv::Size size : {cv::Size(41, 29), cv::Size(20, 15), cv::Size(13, 40), cv::Size(100, 71),
                                  cv::Size(1, 1), cv::Size(5, 7), cv::Size(82, 14)}) {
        if (how != cv::INTER_NEAREST && CV_MAT_DEPTH(type) == CV_32S) continue;  // OpenCV cannot
        const cv::Mat input = random_mat({41, 29}, type);
        cv::Mat expected;
        cv::resize(input, expected, size, 0, 0, how);
        expect_op(input, expected, fmt::format("resize {} to {}x{}", how, size.width, size.height),
                  [&](const Matrix& src, Matrix& dst) {
                    matrix::resize(stream(), src, dst, {size.width, size.height}, 0, 0, static_cast<Sampling>(how));
                  });
      }
}

TEST_P(MatrixWarpTest, ResizeByFactors) {
  for (const int type : {CV_8UC4, CV_32FC1, CV_16UC3})
    for (const int how : {cv::INTER_NEAREST, cv::INTER_LINEAR, cv::INTER_CUBIC, cv::INTER_AREA})
      for (const auto& [fx, fy] :
           {std::pair{0.43, 0.6}, std::pair{2.0, 1.5}, std::pair{0.5, 0.25}, std::pair{1.3, 0.7}}) {
        const cv::Mat input = random_mat({41, 29}, type);
        cv::Mat expected;
        cv::resize(input, expected, {}, fx, fy, how);
        expect_op(input, expected, fmt::format("resize {} by {}, {}", how, fx, fy),
                  [&, x = fx, y = fy](const Matrix& src, Matrix& dst) {
                    matrix::resize(stream(), src, dst, {}, x, y, static_cast<Sampling>(how));
                  });
      }
}

constexpr double turn[6] = {0.9, -0.35, 8.25, 0.31, 1.1, -4.5};

TEST_P(MatrixWarpTest, WarpAffine) {
  for (const int type : types)
    for (const Edge edge : edges)
      for (const Sampling sampling : {Sampling::nearest, Sampling::linear, Sampling::cubic})
        for (const bool inverse : {false, true}) {
          const cv::Mat input = random_mat({41, 29}, type);
          cv::Matx23d m(turn);
          if (!inverse) cv::invertAffineTransform(cv::Mat(2, 3, CV_64F, const_cast<double*>(turn)), m);
          const cv::Mat expected = warped(input, {50, 31}, sampling, edge, [&](int x, int y) {
            return cv::Point2d(m(0, 0) * x + m(0, 1) * y + m(0, 2), m(1, 0) * x + m(1, 1) * y + m(1, 2));
          });
          expect_op(input, expected, "warpAffine", [&](const Matrix& src, Matrix& dst) {
            matrix::warp_affine(stream(), src, dst, turn, {50, 31}, {sampling, inverse, edge, outside});
          });
        }
}

TEST_P(MatrixWarpTest, WarpsAreOpenCvsOnASmoothPicture) {
  cv::Mat input(200, 300, CV_8UC3);
  for (int y = 0; y < input.rows; ++y)
    for (int x = 0; x < input.cols; ++x)
      input.at<cv::Vec3b>(y, x) = {cv::saturate_cast<std::uint8_t>(128 + 100 * std::sin(x / 20.0)),
                                   cv::saturate_cast<std::uint8_t>(128 + 100 * std::cos(y / 15.0)),
                                   cv::saturate_cast<std::uint8_t>((x + y) / 2)};
  const double tilt[9] = {0.9, -0.35, 8.25, 0.31, 1.1, -4.5, 0.0003, -0.0005, 1};
  for (const auto sampling : {Sampling::linear, Sampling::cubic})
    for (const int flags : {0, static_cast<int>(cv::WARP_INVERSE_MAP)}) {
      const matrix::WarpOptions options{sampling, flags != 0, Edge::replicate, {}};
      cv::Mat expected;
      cv::warpAffine(input, expected, cv::Mat(2, 3, CV_64F, const_cast<double*>(turn)), {320, 180},
                     static_cast<int>(sampling) | flags, cv::BORDER_REPLICATE);
      expect_op(input, expected, "warpAffine", [&](const Matrix& src, Matrix& dst) {
        matrix::warp_affine(stream(), src, dst, turn, {320, 180}, options);
      });
      cv::warpPerspective(input, expected, cv::Mat(3, 3, CV_64F, const_cast<double*>(tilt)), {320, 180},
                          static_cast<int>(sampling) | flags, cv::BORDER_REPLICATE);
      expect_op(input, expected, "warpPerspective", [&](const Matrix& src, Matrix& dst) {
        matrix::warp_perspective(stream(), src, dst, tilt, {320, 180}, options);
      });
    }
}

TEST_P(MatrixWarpTest, RemapAndMaps) {
  const double tilt[9] = {0.9, -0.35, 8.25, 0.31, 1.1, -4.5, 0.003, -0.005, 1};
  for (const int type : {CV_8UC4, CV_32FC3})
    for (const Edge edge : edges) {
      const cv::Mat input = random_mat({41, 29}, type);
      Matrix x_map(device());
      Matrix y_map(device());
      matrix::build_warp_perspective_maps(stream(), tilt, true, {50, 31}, x_map, y_map);
      const cv::Mat x = downloaded(stream(), x_map);
      const cv::Mat y = downloaded(stream(), y_map);
      const double w = tilt[6] * 49 + tilt[7] * 30 + 1;
      EXPECT_FLOAT_EQ(x.at<float>(30, 49), static_cast<float>((tilt[0] * 49 + tilt[1] * 30 + tilt[2]) / w));
      EXPECT_FLOAT_EQ(y.at<float>(30, 49), static_cast<float>((tilt[3] * 49 + tilt[4] * 30 + tilt[5]) / w));
      const cv::Mat expected = warped(input, {50, 31}, Sampling::linear, edge, [&](int px, int py) {
        return cv::Point2d(x.at<float>(py, px), y.at<float>(py, px));
      });
      expect_op(input, expected, "remap", [&](const Matrix& src, Matrix& dst) {
        matrix::remap(stream(), src, dst, x_map, y_map, {Sampling::linear, false, edge, outside});
      });
    }
  const cv::Mat input = random_mat({41, 29}, CV_8UC3);
  const Matrix two = uploaded(stream(), cv::Mat(29, 41, CV_32F, cv::Scalar(2)));
  const Matrix one = uploaded(stream(), cv::Mat(29, 41, CV_32F, cv::Scalar(-1)));
  const cv::Mat expected =
      warped(input, {41, 29}, Sampling::nearest, Edge::reflect, [](int x, int y) { return cv::Point2d(x + 2, y - 1); });
  expect_op(input, expected, "remap by distances", [&](const Matrix& src, Matrix& dst) {
    matrix::remap(stream(), src, dst, two, one, {Sampling::nearest, false, Edge::reflect, {}}, true);
  });
}

TEST_P(MatrixWarpTest, PlacesBeyondReasonAreBeyondTheEdge) {
  cv::Mat map(1, 6, CV_32F);
  const float values[] = {NAN, INFINITY, -INFINITY, 3e38F, -3e38F, 1};
  std::copy_n(values, 6, map.ptr<float>());
  const Matrix x = uploaded(stream(), map);
  const Matrix y = uploaded(stream(), cv::Mat(1, 6, CV_32F, cv::Scalar(0)));
  const Matrix src = uploaded(stream(), random_mat({5, 4}, CV_8UC1));
  for (const Sampling sampling : {Sampling::nearest, Sampling::linear, Sampling::cubic}) {
    Matrix dst(device());
    matrix::remap(stream(), src, dst, x, y, {sampling, false, Edge::constant, Scalar::all(77)});
    const cv::Mat got = downloaded(stream(), dst);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(got.at<std::uint8_t>(0, i), 77) << i;
    for (const Edge edge : edges) matrix::remap(stream(), src, dst, x, y, {sampling, false, edge, {}});
    stream().synchronize();
  }
}

TEST_P(MatrixWarpTest, Rotate) {
  for (const int type : {CV_8UC1, CV_8UC4, CV_16UC3, CV_32FC1}) {
    const cv::Mat input = random_mat({41, 29}, type);
    // A quarter turn counter-clockwise, moved back into the picture: the last column becomes the first row.
    cv::Mat expected;
    cv::rotate(input, expected, cv::ROTATE_90_COUNTERCLOCKWISE);
    expect_op(
        input, expected, "rotate",
        [&](const Matrix& src, Matrix& dst) {
          matrix::rotate(stream(), src, dst, {29, 41}, 90, 0, 40, Sampling::nearest);
        },
        0);
  }
}

TEST_P(MatrixWarpTest, FlipAndTranspose) {
  for (const int type : types)
    for (const cv::Size size : {cv::Size(41, 29), cv::Size(1, 8), cv::Size(8, 1)}) {
      const cv::Mat input = random_mat(size, type);
      cv::Mat expected;
      for (const int code : {0, 1, -1}) {
        cv::flip(input, expected, code);
        const auto op = [&](const Matrix& src, Matrix& dst) { matrix::flip(stream(), src, dst, code); };
        expect_op(input, expected, fmt::format("flip {}", code), op, 0);
        Embedded part(stream(), input);
        op(part.part(), part.part());
        expect_exact(part.taken(), expected, "flip in place");
      }
      cv::transpose(input, expected);
      expect_op(
          input, expected, "transpose", [&](const Matrix& src, Matrix& dst) { matrix::transpose(stream(), src, dst); },
          0);
    }
}

TEST_P(MatrixWarpTest, CopyMakeBorder) {
  for (const int type : {CV_8UC3, CV_32FC4})
    for (const Edge edge : edges) {
      const cv::Mat input = random_mat({13, 9}, type);
      cv::Mat expected;
      cv::copyMakeBorder(input, expected, 3, 5, 7, 1, static_cast<int>(edge), cv_scalar(outside));
      expect_op(
          input, expected, "copyMakeBorder",
          [&](const Matrix& src, Matrix& dst) {
            matrix::copy_make_border(stream(), src, dst, 3, 5, 7, 1, edge, outside);
          },
          0);
    }
}

TEST_P(MatrixWarpTest, PyrDown) {
  for (const int type : {CV_8UC1, CV_8UC4, CV_16SC3, CV_32FC1}) {
    const cv::Mat input = random_mat({41, 30}, type);
    cv::Mat expected;
    cv::pyrDown(input, expected);
    expect_op(input, expected, "pyrDown",
              [&](const Matrix& src, Matrix& dst) { matrix::pyr_down(stream(), src, dst); });
  }
}

TEST_P(MatrixWarpTest, AFrameKeepsItsSize) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {31, 17}));
  Frame frame(image.view(), stream());
  Matrix m = Matrix::of(stream(), frame.view());
  EXPECT_THROW(matrix::resize(stream(), m, m, {15, 8}), LayoutError);
  EXPECT_THROW(matrix::transpose(stream(), m, m), LayoutError);
  matrix::warp_affine(stream(), m, m, turn, {31, 17});
  image.expect_canaries();
}

TEST_P(MatrixWarpTest, Refuses) {
  const Matrix src(stream(), {5, 4}, {Depth::u8, 3});
  Matrix dst(device());
  EXPECT_THROW(matrix::resize(stream(), src, dst, {0, 3}), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), src, dst, {}), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), src, dst, {}, NAN, 1), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), src, dst, {}, 1e12, 1), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), src, dst, {}, 0.01, 0.01), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), src, dst, {-5, 3}), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), Matrix(device()), dst, {5, 3}), InvalidArgument);
  EXPECT_THROW(matrix::resize(stream(), src, dst, {5, 3}, 0, 0, static_cast<Sampling>(4)), InvalidArgument);
  EXPECT_THROW(matrix::warp_affine(stream(), src, dst, turn, {5, 3}, {Sampling::area, false, Edge::constant, {}}),
               InvalidArgument);
  EXPECT_THROW(matrix::warp_affine(stream(), src, dst, {NAN, 0, 0, 0, 1, 0}, {5, 3}), InvalidArgument);
  EXPECT_THROW(matrix::remap(stream(), src, dst, src, src), InvalidArgument);
  EXPECT_THROW(matrix::copy_make_border(stream(), src, dst, -1, 0, 0, 0, Edge::wrap), InvalidArgument);
  EXPECT_TRUE(dst.empty());
}

}  // namespace
}  // namespace retouch::test
