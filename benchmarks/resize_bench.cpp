// resize_into to what detectors take, against the copy of a frame and cv::resize.
#include <opencv2/imgproc.hpp>

#include "retouch/transform.hpp"
#include "support/into.hpp"

namespace retouch::bench {
namespace {

constexpr Size detector{256, 144};

Into resize_by(Interpolation interpolation) {
  return [=](StreamView stream, const ImageView& src, const ImageView& dst) {
    resize_into(stream, src, dst, interpolation);
  };
}
std::function<void(const ImageView&, const ImageView&)> opencv_by(int interpolation) {
  return [=](const ImageView& src, const ImageView& dst) {
    for (int i = 0; i < src.plane_count(); ++i) {
      cv::Mat to = matrix(dst, i);
      cv::resize(matrix(src, i), to, to.size(), 0, 0, interpolation);
    }
  };
}

constexpr Layout rgba{PixelFormat::rgba8, hd1080};
constexpr Layout nv12{PixelFormat::nv12, hd1080};
constexpr Layout small_rgba{PixelFormat::rgba8, {640, 640}};

RETOUCH_BENCH(register_gpu_into("resize/1080p rgba8 to 640x640 linear", rgba, small_rgba,
                                resize_by(Interpolation::linear)));
RETOUCH_BENCH(register_gpu_into("resize/1080p nv12 to 640x640 linear", nv12, {PixelFormat::nv12, {640, 640}},
                                resize_by(Interpolation::linear)));
RETOUCH_BENCH(register_gpu_into("resize/1080p rgba8 to 640x640 area", rgba, small_rgba,
                                resize_by(Interpolation::area)));
RETOUCH_BENCH(register_gpu_into("resize/1080p nv12 to 256x144 area", nv12, {PixelFormat::nv12, detector},
                                resize_by(Interpolation::area)));
RETOUCH_BENCH(register_gpu_into("resize/720p rgba8 to 1080p linear", {PixelFormat::rgba8, hd720}, rgba,
                                resize_by(Interpolation::linear)));

RETOUCH_BENCH(register_host_into("resize/1080p rgba8 to 640x640 linear", rgba, small_rgba,
                                 resize_by(Interpolation::linear), "cv::resize", opencv_by(cv::INTER_LINEAR)));
RETOUCH_BENCH(register_host_into("resize/1080p nv12 to 640x640 linear", nv12, {PixelFormat::nv12, {640, 640}},
                                 resize_by(Interpolation::linear), "cv::resize", opencv_by(cv::INTER_LINEAR)));
RETOUCH_BENCH(register_host_into("resize/1080p rgb8 to 640x640 area", {PixelFormat::rgb8, hd1080},
                                 {PixelFormat::rgb8, {640, 640}}, resize_by(Interpolation::area), "cv::resize",
                                 opencv_by(cv::INTER_AREA)));
RETOUCH_BENCH(register_host_into("resize/1080p nv12 to 256x144 area", nv12, {PixelFormat::nv12, detector},
                                 resize_by(Interpolation::area), "cv::resize", opencv_by(cv::INTER_AREA)));
RETOUCH_BENCH(register_host_into("resize/720p rgba8 to 1080p linear", {PixelFormat::rgba8, hd720}, rgba,
                                 resize_by(Interpolation::linear), "cv::resize", opencv_by(cv::INTER_LINEAR)));
RETOUCH_BENCH(register_host_into("resize/1080p rgba8 to 640x640 nearest", rgba, small_rgba,
                                 resize_by(Interpolation::nearest), "cv::resize", opencv_by(cv::INTER_NEAREST)));

}  // namespace
}  // namespace retouch::bench
