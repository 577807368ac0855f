// flip in place and into another image, against the copy of a frame and cv::flip.
#include <opencv2/core.hpp>

#include "retouch/transform.hpp"
#include "support/into.hpp"

namespace retouch::bench {
namespace {

constexpr Layout rgba{PixelFormat::rgba8, hd1080};
constexpr Layout rgb{PixelFormat::rgb8, hd1080};
constexpr Layout nv12{PixelFormat::nv12, hd1080};

// In place: dst alone is worked on.
Into in_place(FlipMode mode) {
  return [=](StreamView stream, const ImageView&, const ImageView& dst) { flip(stream, dst, mode); };
}
std::function<void(const ImageView&, const ImageView&)> opencv_in_place(int code) {
  return [=](const ImageView&, const ImageView& dst) {
    cv::Mat plane = matrix(dst);
    cv::flip(plane, plane, code);
  };
}

RETOUCH_BENCH(register_gpu_into("flip/1080p rgba8 horizontal", rgba, rgba, in_place(FlipMode::horizontal)));
RETOUCH_BENCH(register_gpu_into("flip/1080p rgba8 vertical", rgba, rgba, in_place(FlipMode::vertical)));
RETOUCH_BENCH(register_gpu_into("flip/1080p rgb8 both", rgb, rgb, in_place(FlipMode::both)));
RETOUCH_BENCH(register_gpu_into("flip/1080p nv12 horizontal", nv12, nv12, in_place(FlipMode::horizontal)));
RETOUCH_BENCH(register_gpu_into("flip_into/1080p rgba8 horizontal", rgba, rgba,
                                [](StreamView stream, const ImageView& src, const ImageView& dst) {
                                  flip_into(stream, src, dst, FlipMode::horizontal);
                                }));

RETOUCH_BENCH(register_host_into("flip/1080p rgba8 horizontal", rgba, rgba, in_place(FlipMode::horizontal), "cv::flip",
                                 opencv_in_place(1)));
RETOUCH_BENCH(register_host_into("flip/1080p rgba8 vertical", rgba, rgba, in_place(FlipMode::vertical), "cv::flip",
                                 opencv_in_place(0)));
RETOUCH_BENCH(register_host_into("flip/1080p rgb8 both", rgb, rgb, in_place(FlipMode::both), "cv::flip",
                                 opencv_in_place(-1)));
RETOUCH_BENCH(register_host_into("flip/1080p gray8 horizontal", {PixelFormat::gray8, hd1080},
                                 {PixelFormat::gray8, hd1080}, in_place(FlipMode::horizontal), "cv::flip",
                                 opencv_in_place(1)));

}  // namespace
}  // namespace retouch::bench
