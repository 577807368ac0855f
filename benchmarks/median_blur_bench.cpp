// median_blur in place, against cv::medianBlur on the CPU.
#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/in_place.hpp"

namespace retouch::bench {
namespace {

InPlace row(const std::string& name, PixelFormat format, int ksize, std::vector<Rect> regions = {}) {
  return {"median_blur/" + name,
          format,
          std::move(regions),
          [ksize](StreamView stream, const std::vector<ImageView>& list) { median_blur(stream, list, {ksize}); },
          "cv::medianBlur",
          [ksize](cv::Mat& pixels, int plane) {
            // It does not take two channels: those of nv12's chroma as one, at the same cost.
            cv::Mat one = pixels.channels() == 2 ? pixels.reshape(1) : pixels;
            cv::medianBlur(one, one, plane > 0 ? 3 : ksize);
          }};
}

RETOUCH_BENCH(register_in_place(row("3 1080p rgba8", PixelFormat::rgba8, 3)));
RETOUCH_BENCH(register_in_place(row("5 1080p rgba8", PixelFormat::rgba8, 5)));
RETOUCH_BENCH(register_in_place(row("5 1080p nv12", PixelFormat::nv12, 5)));
RETOUCH_BENCH(register_in_place(row("5 region 100 rgba8", PixelFormat::rgba8, 5, squares(1, 100))));
RETOUCH_BENCH(register_in_place(row("5 20 regions 120 rgba8", PixelFormat::rgba8, 5, squares(20, 120))));

}  // namespace
}  // namespace retouch::bench
