// box_blur in place, against cv::blur on the CPU.
#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/in_place.hpp"

namespace retouch::bench {
namespace {

InPlace row(const std::string& name, PixelFormat format, int ksize, std::vector<Rect> regions = {}) {
  const BoxBlurOptions options{{ksize, ksize}, {}};
  return {"box_blur/" + name,
          format,
          std::move(regions),
          [options](StreamView stream, const std::vector<ImageView>& list) { box_blur(stream, list, options); },
          "cv::blur",
          [ksize](cv::Mat& pixels, int plane) {
            const int k = plane > 0 ? ksize / 2 | 1 : ksize;
            cv::blur(pixels, pixels, {k, k}, {-1, -1}, cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
          }};
}

RETOUCH_BENCH(register_in_place(row("9x9 1080p rgba8", PixelFormat::rgba8, 9)));
RETOUCH_BENCH(register_in_place(row("9x9 1080p nv12", PixelFormat::nv12, 9)));
RETOUCH_BENCH(register_in_place(row("9x9 1080p rgb8", PixelFormat::rgb8, 9)));
RETOUCH_BENCH(register_in_place(row("63x63 1080p rgba8", PixelFormat::rgba8, 63)));
RETOUCH_BENCH(register_in_place(row("255x255 1080p rgba8", PixelFormat::rgba8, 255)));
RETOUCH_BENCH(register_in_place(row("9x9 region 100 rgba8", PixelFormat::rgba8, 9, squares(1, 100))));
RETOUCH_BENCH(register_in_place(row("9x9 20 regions 120 rgba8", PixelFormat::rgba8, 9, squares(20, 120))));
RETOUCH_BENCH(register_in_place(row("9x9 20 regions 120 nv12", PixelFormat::nv12, 9, squares(20, 120))));

}  // namespace
}  // namespace retouch::bench
