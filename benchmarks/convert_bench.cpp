// convert_into between what decoders give and what is drawn on, against the copy of a frame and cv::cvtColor.
#include <opencv2/imgproc.hpp>

#include "retouch/transform.hpp"
#include "support/into.hpp"

namespace retouch::bench {
namespace {

const Into convert = [](StreamView stream, const ImageView& src, const ImageView& dst) {
  convert_into(stream, src, dst);
};
constexpr Layout nv12{PixelFormat::nv12, hd1080};
constexpr Layout i420{PixelFormat::i420, hd1080};
constexpr Layout rgba{PixelFormat::rgba8, hd1080};
constexpr Layout rgb{PixelFormat::rgb8, hd1080};
constexpr Layout gray{PixelFormat::gray8, hd1080};

RETOUCH_BENCH(register_gpu_into("convert/1080p nv12 to rgba8", nv12, rgba, convert));
RETOUCH_BENCH(register_gpu_into("convert/1080p rgba8 to nv12", rgba, nv12, convert));
RETOUCH_BENCH(register_gpu_into("convert/1080p nv12 to rgb8", nv12, rgb, convert));
RETOUCH_BENCH(register_gpu_into("convert/1080p i420 to nv12", i420, nv12, convert));
RETOUCH_BENCH(register_gpu_into("convert/1080p rgba8 to gray8", rgba, gray, convert));

RETOUCH_BENCH(register_host_into("convert/1080p nv12 to rgba8", nv12, rgba, convert, "cv::cvtColorTwoPlane",
                                 [](const ImageView& src, const ImageView& dst) {
                                   cv::Mat to = matrix(dst);
                                   cv::cvtColorTwoPlane(matrix(src, 0), matrix(src, 1), to, cv::COLOR_YUV2RGBA_NV12);
                                 }));
RETOUCH_BENCH(register_host_into("convert/1080p nv12 to rgb8", nv12, rgb, convert, "cv::cvtColorTwoPlane",
                                 [](const ImageView& src, const ImageView& dst) {
                                   cv::Mat to = matrix(dst);
                                   cv::cvtColorTwoPlane(matrix(src, 0), matrix(src, 1), to, cv::COLOR_YUV2RGB_NV12);
                                 }));
// OpenCV writes planes without gaps and takes the chroma of one pixel in four.
RETOUCH_BENCH(register_host_into("convert/1080p rgba8 to i420", rgba, i420, convert, "cv::cvtColor",
                                 [to = cv::Mat()](const ImageView& src, const ImageView&) mutable {
                                   cv::cvtColor(matrix(src), to, cv::COLOR_RGBA2YUV_I420);
                                 }));
RETOUCH_BENCH(register_host_into("convert/1080p rgba8 to gray8", rgba, gray, convert, "cv::cvtColor",
                                 [](const ImageView& src, const ImageView& dst) {
                                   cv::Mat to = matrix(dst);
                                   cv::cvtColor(matrix(src), to, cv::COLOR_RGBA2GRAY);
                                 }));

}  // namespace
}  // namespace retouch::bench
