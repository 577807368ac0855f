// Matrices in tests: cv::Mat there and back, sources and destinations as regions of larger matrices whose surroundings
// must survive, and comparison by the tolerances that docs/matrix.md promises.
#pragma once

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <string>

#include "retouch/matrix.hpp"
#include "support/backend.hpp"

namespace retouch::test {

inline MatrixType type_of(const cv::Mat& m) { return {static_cast<Depth>(m.depth()), m.channels()}; }
inline int cv_type(MatrixType t) { return CV_MAKETYPE(static_cast<int>(t.depth), t.channels); }
inline cv::Scalar cv_scalar(const Scalar& s) { return {s.v[0], s.v[1], s.v[2], s.v[3]}; }

/// A Mat's numbers without a copy; the Mat must outlive the result.
inline Matrix borrow(const cv::Mat& m) {
  return Matrix::wrap(Device::cpu(), {m.cols, m.rows}, type_of(m), m.data, m.step[0]);
}
inline Matrix uploaded(StreamView stream, const cv::Mat& m) {
  Matrix on_device(stream.device());
  upload(stream, borrow(m), on_device);
  return on_device;
}
inline cv::Mat downloaded(StreamView stream, const Matrix& m) {
  Matrix host;
  download(stream, m, host);
  cv::Mat mat(host.rows(), host.cols(), cv_type(host.type()));
  if (host.empty()) return mat;
  cv::Mat(host.rows(), host.cols(), cv_type(host.type()), host.data(), host.step()).copyTo(mat);
  return mat;
}

/// Noise over the range of 8 and 16 bits; +-100000 for 32S, -300..600 for floats.
inline cv::Mat random_mat(cv::Size size, int type, std::uint64_t seed = 1) {
  cv::Mat m(size, type);
  cv::RNG random(seed);
  switch (CV_MAT_DEPTH(type)) {
    case CV_8U: random.fill(m, cv::RNG::UNIFORM, 0, 256); break;
    case CV_8S: random.fill(m, cv::RNG::UNIFORM, -128, 128); break;
    case CV_16U: random.fill(m, cv::RNG::UNIFORM, 0, 65536); break;
    case CV_16S: random.fill(m, cv::RNG::UNIFORM, -32768, 32768); break;
    case CV_32S: random.fill(m, cv::RNG::UNIFORM, -100000, 100000); break;
    default: random.fill(m, cv::RNG::UNIFORM, -300, 600);
  }
  return m;
}

/// A region of a larger matrix: rows start anywhere, and what lies around it is known.
class Embedded {
 public:
  Embedded(StreamView stream, const cv::Mat& m, cv::Point at = {3, 2})
      : stream_(stream), around_(random_mat({m.cols + at.x + 5, m.rows + at.y + 4}, m.type(), 77)) {
    rect_ = cv::Rect(at, m.size());
    m.copyTo(around_(rect_));
    whole_ = uploaded(stream, around_);
    part_ = whole_.region({at.x, at.y, m.cols, m.rows});
  }
  Matrix& part() { return part_; }
  /// What the region holds now; fails the test where anything around it changed.
  cv::Mat taken() {
    cv::Mat now = downloaded(stream_, whole_);
    cv::Mat result = now(rect_).clone();
    around_(rect_).copyTo(now(rect_));
    cv::Mat a = now.reshape(1);
    cv::Mat b = around_.reshape(1);
    EXPECT_EQ(std::memcmp(a.data, b.data, a.total() * a.elemSize()), 0) << "numbers beside the region changed";
    return result;
  }

 private:
  StreamView stream_;
  cv::Mat around_;
  cv::Rect rect_;
  Matrix whole_;
  Matrix part_;
};

/// EXPECT one type and size and that no number differs by more than `absolute` + `relative` * |expected|.
inline void expect_mat(const cv::Mat& actual, const cv::Mat& expected, double absolute, double relative,
                       const std::string& what) {
  ASSERT_EQ(actual.type(), expected.type()) << what;
  ASSERT_EQ(actual.size(), expected.size()) << what;
  cv::Mat a;
  cv::Mat e;
  actual.reshape(1).convertTo(a, CV_64F);
  expected.reshape(1).convertTo(e, CV_64F);
  int wrong = 0;
  std::string place;
  double worst = 0;
  for (int y = 0; y < a.rows; ++y)
    for (int x = 0; x < a.cols; ++x) {
      const double va = a.at<double>(y, x);
      const double ve = e.at<double>(y, x);
      if (va == ve || (std::isnan(va) && std::isnan(ve))) continue;
      const double off = std::abs(va - ve) - relative * std::abs(ve);
      if (off <= absolute) continue;
      ++wrong;
      if (off < worst) continue;
      worst = off;
      place = fmt::format("row {} number {}: {} instead of {}", y, x, va, ve);
    }
  EXPECT_EQ(wrong, 0) << what << " " << name_of(type_of(actual)) << " " << actual.cols << "x" << actual.rows
                      << ": worst at " << place;
}
inline void expect_exact(const cv::Mat& actual, const cv::Mat& expected, const std::string& what) {
  expect_mat(actual, expected, 0, 0, what);
}
/// 1 level for integers, 1e-4 for floats.
inline void expect_close(const cv::Mat& actual, const cv::Mat& expected, const std::string& what) {
  const bool floats = actual.depth() >= CV_32F;
  expect_mat(actual, expected, floats ? 1e-4 : 1, floats ? 1e-4 : 0, what);
}

inline const std::vector<int> all_depths = {CV_8U, CV_8S, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F};

}  // namespace retouch::test
