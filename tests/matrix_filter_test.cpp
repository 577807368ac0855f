// Tests of the filters on matrices, against OpenCV's functions on isolated regions.
#include "retouch/matrix_filter.hpp"

#include <opencv2/imgproc.hpp>

#include "support/matrix.hpp"

namespace retouch::test {
namespace {

using matrix::Edge;
using matrix::Filter;

const std::vector<cv::Size> sizes = {{41, 29}, {1, 7}, {9, 1}, {2, 3}, {200, 5}};
constexpr std::array edges = {Edge::constant, Edge::replicate, Edge::reflect, Edge::wrap, Edge::reflect_101};
int cv_edge(Edge edge) { return static_cast<int>(edge) | cv::BORDER_ISOLATED; }
MatrixType type_of(int type) { return {static_cast<Depth>(CV_MAT_DEPTH(type)), CV_MAT_CN(type)}; }

/// What OpenCV makes of the matrix surrounded by enough of what the edge rule gives: its filters do not know all rules.
template <class F>
cv::Mat surrounded(const cv::Mat& src, Edge edge, int dst_depth, F&& f, const cv::Scalar& outside = {}) {
  constexpr int margin = 40;
  cv::Mat wide;
  cv::copyMakeBorder(src, wide, margin, margin, margin, margin, cv_edge(edge), outside);
  cv::Mat out(wide.size(), CV_MAKETYPE(dst_depth, src.channels()));
  f(wide, out);
  return out(cv::Rect(margin, margin, src.cols, src.rows)).clone();
}

class MatrixFilterTest : public BackendTest {
 protected:
  /// From a region to a region, to a matrix made by the filter, and in place where the types are one.
  void expect_filter(const Filter& filter, const cv::Mat& input, const cv::Mat& expected, const std::string& what,
                     double levels = 1) {
    const bool floats = expected.depth() >= CV_32F;
    const auto compare = [&](const cv::Mat& actual) {
      expect_mat(actual, expected, floats ? 2e-2 : levels, floats ? 1e-4 : 0, what);
    };
    Embedded src(stream(), input);
    Embedded dst(stream(), random_mat(expected.size(), expected.type(), 9), {1, 3});
    filter.apply(stream(), src.part(), dst.part());
    compare(dst.taken());
    Matrix made(device());
    filter.apply(stream(), src.part(), made);
    compare(downloaded(stream(), made));
    expect_exact(src.taken(), input, what + ": the source changed");
    if (expected.type() != input.type()) return;
    filter.apply(stream(), src.part(), src.part());
    compare(src.taken());
  }
};
RETOUCH_BACKENDS(MatrixFilterTest);

TEST_P(MatrixFilterTest, Box) {
  for (const int type : {CV_8UC1, CV_8UC2, CV_8UC3, CV_8UC4, CV_16UC3, CV_16SC1, CV_32FC1, CV_32FC4, CV_64FC2})
    for (const Edge edge : edges)
      for (const auto& [ksize, anchor] :
           {std::pair{cv::Size(3, 3), cv::Point(-1, -1)}, std::pair{cv::Size(9, 4), cv::Point(-1, -1)},
            std::pair{cv::Size(5, 7), cv::Point(0, 6)}})
        for (const cv::Size size : sizes) {
          const cv::Mat input = random_mat(size, type);
          const cv::Scalar outside(40, 50, 60, 70);
          const cv::Mat expected = surrounded(
              input, edge, CV_MAT_DEPTH(type),
              [&, k = ksize, a = anchor](const cv::Mat& wide, cv::Mat& out) { cv::boxFilter(wide, out, -1, k, a); },
              outside);
          const Filter filter = matrix::box_filter(type_of(type), type_of(type), {ksize.width, ksize.height},
                                                   {anchor.x, anchor.y}, edge, {{40, 50, 60, 70}});
          expect_filter(filter, input, expected, fmt::format("box {}x{}", ksize.width, ksize.height));
        }
}

TEST_P(MatrixFilterTest, Gaussian) {
  for (const int type : {CV_8UC1, CV_8UC2, CV_8UC3, CV_8UC4, CV_16UC3, CV_16SC4, CV_32FC1, CV_32FC4, CV_64FC2})
    for (const Edge edge : edges)
      for (const auto& [ksize, sigma_x, sigma_y] :
           {std::tuple{cv::Size(9, 9), 2.0, 0.0}, std::tuple{cv::Size(5, 3), 0.0, 0.0},
            std::tuple{cv::Size(0, 0), 1.3, 2.1}, std::tuple{cv::Size(31, 13), 4.0, 1.5}})
        for (const cv::Size size : sizes) {
          const cv::Mat input = random_mat(size, type);
          // The reference in doubles: OpenCV's weights for 8 bits are rounded.
          const int depth = CV_MAT_DEPTH(type);
          cv::Size k = ksize;
          const double sy = sigma_y > 0 ? sigma_y : sigma_x;
          const int times = depth == CV_8U ? 6 : 8;
          if (k.width == 0) k.width = cvRound(sigma_x * times + 1) | 1;
          if (k.height == 0) k.height = cvRound(sy * times + 1) | 1;
          const cv::Mat expected = surrounded(input, edge, depth, [&, sx = sigma_x](const cv::Mat& wide, cv::Mat& out) {
            cv::Mat doubles;
            wide.convertTo(doubles, CV_64F);
            cv::sepFilter2D(doubles, doubles, -1, cv::getGaussianKernel(k.width, sx),
                            cv::getGaussianKernel(k.height, sy));
            doubles.convertTo(out, depth);
          });
          const Filter filter = matrix::gaussian_filter(type_of(type), type_of(type), {ksize.width, ksize.height},
                                                        sigma_x, sigma_y, edge, edge);
          expect_filter(filter, input, expected, fmt::format("Gaussian {}x{}", k.width, k.height));
          if (edge == Edge::wrap) continue;  // which cv::GaussianBlur does not know
          cv::Mat of_opencv;
          cv::GaussianBlur(input, of_opencv, ksize, sigma_x, sigma_y, cv_edge(edge));
          Matrix ours(device());
          filter.apply(stream(), uploaded(stream(), input), ours);
          // Where a value of ours is 1 off the exact one, so may be OpenCV's.
          expect_mat(downloaded(stream(), ours), of_opencv, depth >= CV_32F ? 2e-2 : 2, depth >= CV_32F ? 1e-4 : 0,
                     "GaussianBlur");
        }
}

TEST_P(MatrixFilterTest, GaussianWithTwoEdgeRules) {
  const cv::Mat input = random_mat({41, 29}, CV_8UC4);
  cv::Mat wide;
  cv::copyMakeBorder(input, wide, 0, 0, 20, 20, cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  cv::copyMakeBorder(wide, wide, 20, 20, 0, 0, cv::BORDER_WRAP | cv::BORDER_ISOLATED);
  wide.convertTo(wide, CV_64F);
  cv::sepFilter2D(wide, wide, -1, cv::getGaussianKernel(9, 2), cv::getGaussianKernel(9, 2));
  cv::Mat expected;
  wide(cv::Rect(20, 20, 41, 29)).convertTo(expected, CV_8U);
  const MatrixType type{Depth::u8, 4};
  expect_filter(matrix::gaussian_filter(type, type, {9, 9}, 2, 0, Edge::replicate, Edge::wrap), input, expected,
                "Gaussian");
}

TEST_P(MatrixFilterTest, Derivatives) {
  for (const auto& [src, dst] :
       {std::pair{CV_8UC1, CV_16SC1}, std::pair{CV_8UC3, CV_32FC3}, std::pair{CV_8UC4, CV_8UC4},
        std::pair{CV_16SC1, CV_32FC1}, std::pair{CV_32FC4, CV_32FC4}, std::pair{CV_64FC1, CV_64FC1}})
    for (const auto& [dx, dy, ksize] :
         {std::tuple{1, 0, 3}, std::tuple{0, 1, 3}, std::tuple{1, 1, 3}, std::tuple{2, 0, 5}, std::tuple{1, 2, 5},
          std::tuple{0, 2, 7}, std::tuple{1, 0, 1}, std::tuple{0, 2, 1}, std::tuple{1, 0, -1}, std::tuple{0, 1, -1}})
      for (const Edge edge : {Edge::reflect_101, Edge::replicate, Edge::reflect, Edge::constant})
        for (const cv::Size size : sizes) {
          const cv::Mat input = random_mat(size, src);
          cv::Mat expected;
          cv::Sobel(input, expected, CV_MAT_DEPTH(dst), dx, dy, ksize, 1, 0, cv_edge(edge));
          const Filter filter = matrix::deriv_filter(type_of(src), type_of(dst), dx, dy, ksize, false, 1, edge, edge);
          const double levels = 0;  // integers throughout
          expect_filter(filter, input, expected, fmt::format("Sobel {} {} of {}", dx, dy, ksize), levels);
        }
}

TEST_P(MatrixFilterTest, NormalizedAndScaledDerivatives) {
  const cv::Mat input = random_mat({41, 29}, CV_8UC1);
  for (const int ksize : {3, 5, -1})
    for (const bool normalize : {false, true}) {
      cv::Mat kx;
      cv::Mat ky;
      cv::getDerivKernels(kx, ky, 1, 0, ksize, normalize, CV_64F);
      const cv::Mat expected = surrounded(input, Edge::reflect_101, CV_32F, [&](const cv::Mat& wide, cv::Mat& out) {
        cv::sepFilter2D(wide, out, CV_32F, kx, ky * 0.3);
      });
      expect_filter(matrix::deriv_filter({Depth::u8, 1}, {Depth::f32, 1}, 1, 0, ksize, normalize, 0.3), input, expected,
                    fmt::format("derivative of {}", ksize));
    }
}

TEST_P(MatrixFilterTest, Linear) {
  const cv::Mat kernel = random_mat({5, 4}, CV_64FC1, 3) / 1000;
  const std::span<const double> values(kernel.ptr<double>(), 20);
  for (const auto& [src, dst] :
       {std::pair{CV_8UC1, CV_8UC1}, std::pair{CV_8UC3, CV_32FC3}, std::pair{CV_16UC4, CV_16UC4},
        std::pair{CV_32FC4, CV_32FC4}, std::pair{CV_64FC1, CV_64FC1}})
    for (const Edge edge : edges)
      for (const cv::Point anchor : {cv::Point(-1, -1), cv::Point(4, 0)})
        for (const cv::Size size : sizes) {
          const cv::Mat input = random_mat(size, src);
          const cv::Mat expected = surrounded(input, edge, CV_MAT_DEPTH(dst),
                                              [&, d = dst](const cv::Mat& wide, cv::Mat& out) {
                                                cv::filter2D(wide, out, CV_MAT_DEPTH(d), kernel, anchor);
                                              },
                                              {5, 6, 7, 8});
          expect_filter(matrix::linear_filter(type_of(src), type_of(dst), {{5, 4}, values}, {anchor.x, anchor.y}, edge,
                                              {{5, 6, 7, 8}}),
                        input, expected, "filter2D");
        }
}

TEST_P(MatrixFilterTest, LinearOfManyWeights) {
  const cv::Mat kernel = random_mat({15, 14}, CV_64FC1, 3) / 3000;
  const cv::Mat input = random_mat({41, 29}, CV_32FC1);
  const cv::Mat expected = surrounded(input, Edge::reflect_101, CV_32F, [&](const cv::Mat& wide, cv::Mat& out) {
    cv::Mat doubles;
    wide.convertTo(doubles, CV_64F);
    cv::filter2D(doubles, doubles, -1, kernel);
    doubles.convertTo(out, CV_32F);
  });
  const Filter filter = matrix::linear_filter({Depth::f32, 1}, {Depth::f32, 1},
                                              {{15, 14}, std::span<const double>(kernel.ptr<double>(), 15 * 14)});
  for (int i = 0; i < 3; ++i) expect_filter(filter, input, expected, "filter2D of 210 weights");
}

TEST_P(MatrixFilterTest, Laplacian) {
  for (const auto& [src, dst] :
       {std::pair{CV_8UC1, CV_16SC1}, std::pair{CV_8UC4, CV_8UC4}, std::pair{CV_32FC1, CV_32FC1}})
    for (const int ksize : {1, 3}) {
      const cv::Mat input = random_mat({41, 29}, src);
      cv::Mat expected;
      cv::Laplacian(input, expected, CV_MAT_DEPTH(dst), ksize, 1, 0, cv_edge(Edge::reflect_101));
      expect_filter(matrix::laplacian_filter(type_of(src), type_of(dst), ksize), input, expected, "Laplacian", 0);
    }
}

TEST_P(MatrixFilterTest, SeparableWithAnchor) {
  const std::vector<double> row = {0.1, -0.4, 0.6, 0.2};
  const std::vector<double> column = {0.7, 0.1, 0.5};
  const cv::Mat input = random_mat({41, 29}, CV_8UC3);
  cv::Mat expected;
  cv::sepFilter2D(input, expected, CV_32F, row, column, {3, 0}, 0, cv_edge(Edge::replicate));
  expect_filter(
      matrix::separable_filter({Depth::u8, 3}, {Depth::f32, 3}, row, column, {3, 0}, Edge::replicate, Edge::replicate),
      input, expected, "sepFilter2D");
}

TEST_P(MatrixFilterTest, Morphology) {
  for (const int type : {CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16SC2, CV_32FC1, CV_32FC4, CV_64FC1})
    for (int op = 0; op < 7; ++op)
      for (const int shape : {cv::MORPH_RECT, cv::MORPH_CROSS, cv::MORPH_ELLIPSE})
        for (const auto& [ksize, anchor, iterations] :
             {std::tuple{cv::Size(3, 3), cv::Point(-1, -1), 1}, std::tuple{cv::Size(5, 4), cv::Point(1, 3), 1},
              std::tuple{cv::Size(5, 3), cv::Point(-1, -1), 2}}) {
          const cv::Mat input = random_mat({41, 29}, type);
          const cv::Mat element = cv::getStructuringElement(shape, ksize, anchor);
          cv::Mat expected;
          cv::morphologyEx(input, expected, op, element, anchor, iterations, cv::BORDER_CONSTANT | cv::BORDER_ISOLATED);
          cv::Mat values;
          element.convertTo(values, CV_64F);
          const Filter filter = matrix::morphology_filter(
              static_cast<matrix::Morphology>(op), type_of(type),
              {{ksize.width, ksize.height}, std::span<const double>(values.ptr<double>(), values.total())},
              {anchor.x, anchor.y}, iterations);
          expect_filter(filter, input, expected, fmt::format("morphology {} shape {}", op, shape), 0);
        }
}

TEST_P(MatrixFilterTest, MorphologyWithoutAnElement) {
  const cv::Mat input = random_mat({41, 29}, CV_8UC1);
  for (const int iterations : {0, 1, 3}) {
    cv::Mat expected;
    cv::erode(input, expected, {}, {-1, -1}, iterations);
    expect_filter(matrix::morphology_filter(matrix::Morphology::erode, {}, {}, matrix::window_middle, iterations),
                  input, expected, "erode by 3 x 3", 0);
  }
}

TEST_P(MatrixFilterTest, BoxMaxAndMin) {
  for (const int type : {CV_8UC1, CV_8UC4, CV_32FC3})
    for (const Edge edge : edges)
      for (const cv::Size size : sizes) {
        const cv::Mat input = random_mat(size, type);
        const cv::Scalar outside(100, 1, 200, 3);
        const cv::Mat element = cv::Mat::ones(5, 4, CV_8U);
        const auto expected = [&](bool most) {
          return surrounded(
              input, edge, CV_MAT_DEPTH(type),
              [&](const cv::Mat& wide, cv::Mat& out) {
                most ? cv::dilate(wide, out, element, {1, 4}) : cv::erode(wide, out, element, {1, 4});
              },
              outside);
        };
        const Scalar s{{100, 1, 200, 3}};
        expect_filter(matrix::box_max_filter(type_of(type), {4, 5}, {1, 4}, edge, s), input, expected(true), "box max",
                      0);
        expect_filter(matrix::box_min_filter(type_of(type), {4, 5}, {1, 4}, edge, s), input, expected(false), "box min",
                      0);
      }
}

TEST_P(MatrixFilterTest, Median) {
  for (const int type : {CV_8UC1, CV_8UC2, CV_8UC3, CV_8UC4, CV_16UC1, CV_16SC1, CV_32FC1})
    for (const int ksize : {1, 3, 5, 7, 15})
      for (const cv::Size size : sizes) {
        if (CV_MAT_DEPTH(type) != CV_8U && ksize > 5) continue;  // beyond OpenCV
        const cv::Mat input = random_mat(size, type);
        cv::Mat expected;
        if (type == CV_8UC2) {
          std::vector<cv::Mat> planes;
          cv::split(input, planes);
          for (cv::Mat& plane : planes) cv::medianBlur(plane.clone(), plane, ksize);
          cv::merge(planes, expected);
        } else {
          cv::medianBlur(input, expected, ksize);
        }
        expect_filter(matrix::median_filter(type_of(type), ksize), input, expected, fmt::format("median {}", ksize), 0);
      }
}

TEST_P(MatrixFilterTest, Sums) {
  const cv::Mat input = random_mat({41, 29}, CV_8UC1);
  for (const Size ksize : {Size{7, 1}, Size{1, 4}}) {
    const cv::Mat expected = surrounded(input, Edge::reflect, CV_32F, [&](const cv::Mat& wide, cv::Mat& out) {
      cv::boxFilter(wide, out, CV_32F, {ksize.width, ksize.height}, {-1, -1}, false);
    });
    expect_filter(matrix::sum_filter({}, {Depth::f32, 1}, ksize, matrix::window_middle, Edge::reflect), input, expected,
                  "sum", 0);
  }
}

TEST_P(MatrixFilterTest, OverlappingRegions) {
  const cv::Mat input = random_mat({60, 50}, CV_8UC4);
  cv::Mat expected;
  cv::Sobel(input(cv::Rect(0, 0, 40, 30)), expected, -1, 1, 0, 3, 1, 0, cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
  const Matrix whole = uploaded(stream(), input);
  Matrix dst = whole.region({5, 6, 40, 30});
  const MatrixType type{Depth::u8, 4};
  matrix::deriv_filter(type, type, 1, 0, 3).apply(stream(), whole.region({0, 0, 40, 30}), dst);
  expect_exact(downloaded(stream(), dst), expected, "Sobel onto an overlapping region");
}

TEST_P(MatrixFilterTest, AFrameKeepsItsLayout) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {31, 17}));
  Frame frame(image.view(), stream());
  Matrix m = Matrix::of(stream(), frame.region(Rect{3, 4, 20, 10}));
  const MatrixType type{Depth::u8, 4};
  EXPECT_THROW(matrix::deriv_filter(type, {Depth::f32, 4}, 1, 0, 3).apply(stream(), m, m), LayoutError);
  matrix::gaussian_filter(type, type, {9, 9}, 2).apply(stream(), m, m);
  image.expect_canaries();
}

TEST_P(MatrixFilterTest, Refuses) {
  const MatrixType u8{};
  const MatrixType f32{Depth::f32, 1};
  Matrix dst(device());
  EXPECT_THROW(matrix::box_filter(u8, u8, {3, 3}).apply(stream(), Matrix(stream(), {4, 4}, f32), dst), InvalidArgument);
  EXPECT_THROW(matrix::box_filter(u8, u8, {3, 3}).apply(stream(), Matrix(device()), dst), InvalidArgument);
  EXPECT_THROW(matrix::box_filter(u8, u8, {0, 3}), InvalidArgument);
  EXPECT_THROW(matrix::box_filter(u8, u8, {3, 256}), InvalidArgument);
  EXPECT_THROW(matrix::box_filter(u8, u8, {3, 3}, {3, 0}), InvalidArgument);
  EXPECT_THROW(matrix::box_filter(u8, {Depth::u8, 3}, {3, 3}), InvalidArgument);
  EXPECT_THROW(matrix::box_filter(u8, u8, {3, 3}, {-1, -1}, static_cast<Edge>(7)), InvalidArgument);
  EXPECT_THROW(matrix::gaussian_filter(u8, u8, {4, 3}, 1), InvalidArgument);
  EXPECT_THROW(matrix::gaussian_filter(u8, u8, {0, 0}, 0), InvalidArgument);
  EXPECT_THROW(matrix::gaussian_filter(u8, u8, {0, 0}, NAN), InvalidArgument);
  EXPECT_THROW(matrix::gaussian_filter(u8, u8, {0, 0}, 1e5), InvalidArgument);
  EXPECT_THROW(matrix::deriv_filter(u8, u8, 0, 0, 3), InvalidArgument);
  EXPECT_THROW(matrix::deriv_filter(u8, u8, 1, 1, -1), InvalidArgument);
  EXPECT_THROW(matrix::deriv_filter(u8, u8, 3, 0, 3), InvalidArgument);
  EXPECT_THROW(matrix::laplacian_filter(u8, u8, 5), InvalidArgument);
  EXPECT_THROW(matrix::median_filter(u8, 4), InvalidArgument);
  EXPECT_THROW(matrix::median_filter({Depth::f64, 1}, 3), InvalidArgument);
  const std::vector<double> zeros(9, 0.0);
  EXPECT_THROW(matrix::morphology_filter(matrix::Morphology::erode, u8, {{3, 3}, zeros}), InvalidArgument);
  EXPECT_THROW(matrix::morphology_filter(matrix::Morphology::erode, u8, {{3, 2}, zeros}), InvalidArgument);
  EXPECT_THROW(matrix::separable_filter(u8, u8, {}, zeros), InvalidArgument);
  EXPECT_TRUE(dst.empty());
}

}  // namespace
}  // namespace retouch::test
