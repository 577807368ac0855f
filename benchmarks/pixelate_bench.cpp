// pixelate in place, against the usual way on the CPU: cv::resize down by area and up to the nearest.
#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/in_place.hpp"

namespace retouch::bench {
namespace {

InPlace row(const std::string& name, PixelFormat format, int cell, std::vector<Rect> regions = {}) {
  return {
      "pixelate/" + name,
      format,
      std::move(regions),
      [cell](StreamView stream, const std::vector<ImageView>& list) { pixelate(stream, list, {cell}); },
      "cv::resize twice",
      [cell](cv::Mat& pixels, int plane) {
        const int side = plane > 0 ? cell / 2 : cell;
        cv::Mat cells;
        cv::resize(pixels, cells, {(pixels.cols - 1) / side + 1, (pixels.rows - 1) / side + 1}, 0, 0, cv::INTER_AREA);
        cv::resize(cells, pixels, pixels.size(), 0, 0, cv::INTER_NEAREST);
      }};
}

RETOUCH_BENCH(register_in_place(row("16 1080p rgba8", PixelFormat::rgba8, 16)));
RETOUCH_BENCH(register_in_place(row("16 1080p nv12", PixelFormat::nv12, 16)));
RETOUCH_BENCH(register_in_place(row("120 1080p rgba8", PixelFormat::rgba8, 120)));
RETOUCH_BENCH(register_in_place(row("one cell 1080p rgba8", PixelFormat::rgba8, 1920)));
RETOUCH_BENCH(register_in_place(row("16 region 100 rgba8", PixelFormat::rgba8, 16, squares(1, 100))));
RETOUCH_BENCH(register_in_place(row("16 20 regions 120 rgba8", PixelFormat::rgba8, 16, squares(20, 120))));
RETOUCH_BENCH(register_in_place(row("16 20 regions 120 nv12", PixelFormat::nv12, 16, squares(20, 120))));

}  // namespace
}  // namespace retouch::bench
