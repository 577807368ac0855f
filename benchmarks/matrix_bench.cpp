// Functions on matrices, one or two of each engine, against OpenCV's CPU functions; on CUDA against a kernel that
// copies the source.
#include "retouch/matrix.hpp"

#include <tbb/global_control.h>

#include <opencv2/imgproc.hpp>

#include "retouch/matrix_background.hpp"
#include "retouch/matrix_filter.hpp"
#include "retouch/matrix_ops.hpp"
#include "retouch/matrix_warp.hpp"
#include "support/harness.hpp"

namespace retouch::bench {
namespace {

using Op = std::function<void(StreamView, const Matrix&, Matrix&)>;
using Reference = std::function<void(const cv::Mat&, cv::Mat&)>;

cv::Mat noise(int type, Size size) {
  cv::Mat m(size.height, size.width, type);
  cv::randu(m, 0, 256);
  return m;
}
Matrix borrow(const cv::Mat& m) {
  return Matrix::wrap(Device::cpu(), {m.cols, m.rows}, {static_cast<Depth>(m.depth()), m.channels()}, m.data,
                      m.step[0]);
}

int row(const std::string& name, int type, const Op& op, const std::string& reference_name, const Reference& reference,
        Size size = hd1080) {
  register_gpu("matrix/" + name, [=](StreamView stream) {
    Matrix src[3];
    Matrix dst[3];
    for (Matrix& m : src) upload(stream, borrow(noise(type, size)), m);
    const GpuTimes times = time_gpu(stream, [&](int i) { op(stream, src[i % 3], dst[i % 3]); });
    const std::size_t bytes = static_cast<std::size_t>(src[0].rows() * src[0].cols() * src[0].type().pixel_bytes());
    return GpuResult{times, {{"source copy", copy_kernel_us(bytes), 0}, {"empty kernel", empty_kernel_us(), 0}}};
  });
  return register_host("matrix/" + name, [=] {
    struct State {
      tbb::global_control threads{tbb::global_control::max_allowed_parallelism, 2};
      Stream stream{Device::cpu()};
      cv::Mat input;
      cv::Mat output;
      Matrix dst;
    };
    cv::setNumThreads(2);
    const auto state = std::make_shared<State>();
    state->input = noise(type, size);
    return HostPair{[state, op](int) { op(state->stream, borrow(state->input), state->dst); }, reference_name,
                    [state, reference](int) { reference(state->input, state->output); }, 0};
  });
}

RETOUCH_BENCH(row(
    "addWeighted 1080p 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) { matrix::add_weighted(s, a, 0.3, a, 0.5, 7, d); }, "cv::addWeighted",
    [](const cv::Mat& a, cv::Mat& d) { cv::addWeighted(a, 0.3, a, 0.5, 7, d); }));
RETOUCH_BENCH(row(
    "convertTo 32F 1080p 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) { matrix::convert(s, a, d, Depth::f32, 0.1, 3); }, "cv convertTo",
    [](const cv::Mat& a, cv::Mat& d) { a.convertTo(d, CV_32F, 0.1, 3); }));
RETOUCH_BENCH(row(
    "cvtColor RGBA2GRAY 1080p", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) { matrix::cvt_color(s, a, d, cv::COLOR_RGBA2GRAY); }, "cv::cvtColor",
    [](const cv::Mat& a, cv::Mat& d) { cv::cvtColor(a, d, cv::COLOR_RGBA2GRAY); }));
RETOUCH_BENCH(row(
    "cvtColor BGR2HSV 1080p", CV_8UC3,
    [](StreamView s, const Matrix& a, Matrix& d) { matrix::cvt_color(s, a, d, cv::COLOR_BGR2HSV); }, "cv::cvtColor",
    [](const cv::Mat& a, cv::Mat& d) { cv::cvtColor(a, d, cv::COLOR_BGR2HSV); }));
RETOUCH_BENCH(row(
    "Sobel 3x3 to 16S 1080p 8UC1", CV_8UC1,
    [](StreamView s, const Matrix& a, Matrix& d) {
      static const matrix::Filter filter = matrix::deriv_filter({Depth::u8, 1}, {Depth::s16, 1}, 1, 0, 3);
      filter.apply(s, a, d);
    },
    "cv::Sobel", [](const cv::Mat& a, cv::Mat& d) { cv::Sobel(a, d, CV_16S, 1, 0); }));
RETOUCH_BENCH(row(
    "Gaussian 9x9 1080p 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) {
      static const matrix::Filter filter = matrix::gaussian_filter({Depth::u8, 4}, {Depth::u8, 4}, {9, 9}, 2);
      filter.apply(s, a, d);
    },
    "cv::GaussianBlur",
    [](const cv::Mat& a, cv::Mat& d) {
      cv::GaussianBlur(a, d, {9, 9}, 2);
    }));
// What a call costs beside its work; python/benchmarks/cv2_calls.py does the same from Python.
RETOUCH_BENCH(row(
    "Gaussian 3x3 16x16 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) {
      static const matrix::Filter filter = matrix::gaussian_filter({Depth::u8, 4}, {Depth::u8, 4}, {3, 3}, 1);
      filter.apply(s, a, d);
    },
    "cv::GaussianBlur",
    [](const cv::Mat& a, cv::Mat& d) {
      cv::GaussianBlur(a, d, {3, 3}, 1);
    },
    {16, 16}));
RETOUCH_BENCH(row(
    "dilate 5x5 1080p 8UC1", CV_8UC1,
    [](StreamView s, const Matrix& a, Matrix& d) {
      static const std::vector<double> ones(25, 1.0);
      static const matrix::Filter filter =
          matrix::morphology_filter(matrix::Morphology::dilate, {Depth::u8, 1}, {{5, 5}, ones});
      filter.apply(s, a, d);
    },
    "cv::dilate", [](const cv::Mat& a, cv::Mat& d) { cv::dilate(a, d, cv::Mat::ones(5, 5, CV_8U)); }));
RETOUCH_BENCH(row(
    "warpAffine linear 1080p 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) {
      matrix::warp_affine(s, a, d, {0.9, -0.3, 8.2, 0.3, 0.9, -4.5}, {1920, 1080});
    },
    "cv::warpAffine",
    [](const cv::Mat& a, cv::Mat& d) {
      cv::warpAffine(a, d, cv::Matx23d(0.9, -0.3, 8.2, 0.3, 0.9, -4.5), {1920, 1080});
    }));
RETOUCH_BENCH(row(
    "resize cubic 1080p to 720p 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) {
      matrix::resize(s, a, d, {1280, 720}, 0, 0, matrix::Sampling::cubic);
    },
    "cv::resize",
    [](const cv::Mat& a, cv::Mat& d) {
      cv::resize(a, d, {1280, 720}, 0, 0, cv::INTER_CUBIC);
    }));
RETOUCH_BENCH(row(
    "alphaComp over 1080p 8UC4", CV_8UC4,
    [](StreamView s, const Matrix& a, Matrix& d) { matrix::alpha_comp(s, a, a, d, matrix::AlphaOp::over); },
    "cv::addWeighted", [](const cv::Mat& a, cv::Mat& d) { cv::addWeighted(a, 0.3, a, 0.5, 7, d); }));

}  // namespace
}  // namespace retouch::bench
