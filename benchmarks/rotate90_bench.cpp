// rotate90, in place and into another image, against the copy of a frame and cv::rotate.
#include <opencv2/core.hpp>

#include "retouch/transform.hpp"
#include "support/into.hpp"

namespace retouch::bench {
namespace {

constexpr Layout rgba{PixelFormat::rgba8, hd1080};
constexpr Layout turned_rgba{PixelFormat::rgba8, {1080, 1920}};
constexpr Layout nv12{PixelFormat::nv12, hd1080};
constexpr Layout turned_nv12{PixelFormat::nv12, {1080, 1920}};
constexpr Layout square{PixelFormat::rgba8, {1080, 1080}};

const Into turn_into = [](StreamView stream, const ImageView& src, const ImageView& dst) {
  rotate90_into(stream, src, dst, Rotation::cw90);
};
const Into turn = [](StreamView stream, const ImageView&, const ImageView& dst) {
  rotate90(stream, dst, Rotation::cw90);
};
void opencv_turn(const ImageView& src, const ImageView& dst) {
  for (int i = 0; i < src.plane_count(); ++i) {
    cv::Mat to = matrix(dst, i);
    cv::rotate(matrix(src, i), to, cv::ROTATE_90_CLOCKWISE);
  }
}

RETOUCH_BENCH(register_gpu_into("rotate90_into/1080p rgba8", rgba, turned_rgba, turn_into));
RETOUCH_BENCH(register_gpu_into("rotate90_into/1080p nv12", nv12, turned_nv12, turn_into));
RETOUCH_BENCH(register_gpu_into("rotate90/1080x1080 rgba8", square, square, turn));

RETOUCH_BENCH(register_host_into("rotate90_into/1080p rgba8", rgba, turned_rgba, turn_into, "cv::rotate", opencv_turn));
RETOUCH_BENCH(register_host_into("rotate90_into/1080p nv12", nv12, turned_nv12, turn_into, "cv::rotate", opencv_turn));
RETOUCH_BENCH(register_host_into("rotate90/1080x1080 rgba8", square, square, turn, "cv::rotate", opencv_turn));

}  // namespace
}  // namespace retouch::bench
