// fill in place, against cv::Mat::setTo on the CPU.
#include "retouch/fill.hpp"
#include "support/in_place.hpp"

namespace retouch::bench {
namespace {

InPlace row(const std::string& name, PixelFormat format, std::uint8_t alpha, std::vector<Rect> regions = {}) {
  const Color color{200, 30, 90, alpha};
  return {
      "fill/" + name,     format,
      std::move(regions), [color](StreamView stream, const std::vector<ImageView>& list) { fill(stream, list, color); },
      "cv::Mat::setTo",   [](cv::Mat& pixels, int) { pixels.setTo(cv::Scalar(200, 30, 90, 255)); }};
}

RETOUCH_BENCH(register_in_place(row("1080p rgba8", PixelFormat::rgba8, 255)));
RETOUCH_BENCH(register_in_place(row("1080p rgb8", PixelFormat::rgb8, 255)));
RETOUCH_BENCH(register_in_place(row("1080p nv12", PixelFormat::nv12, 255)));
RETOUCH_BENCH(register_in_place(row("half transparent 1080p rgba8", PixelFormat::rgba8, 128)));
RETOUCH_BENCH(register_in_place(row("half transparent 1080p nv12", PixelFormat::nv12, 128)));
RETOUCH_BENCH(register_in_place(row("region 100 rgba8", PixelFormat::rgba8, 255, squares(1, 100))));
RETOUCH_BENCH(register_in_place(row("20 regions 120 rgba8", PixelFormat::rgba8, 255, squares(20, 120))));
RETOUCH_BENCH(register_in_place(row("20 regions 120 nv12", PixelFormat::nv12, 255, squares(20, 120))));

// The mask is the same for all frames.
RETOUCH_BENCH(register_gpu("fill/masked 1080p rgba8", [](StreamView stream) {
  const auto images = random_images(stream, PixelFormat::rgba8, hd1080);
  const auto mask = random_images(stream, PixelFormat::gray8, hd1080, 1);
  const GpuTimes times = time_gpu(stream, [&](int i) {
    fill(stream, images[static_cast<std::size_t>(i) % images.size()], {9, 8, 7}, mask[0]);
  });
  return GpuResult{times,
                   {{"frame copy", copy_kernel_us(rgba_bytes(hd1080)), 0}, {"empty kernel", empty_kernel_us(), 0}}};
}));

RETOUCH_BENCH(register_host("fill/masked 1080p rgba8", [] {
  struct State {
    tbb::global_control threads{tbb::global_control::max_allowed_parallelism, 2};
    Stream stream{Device::cpu()};
    std::vector<Image> images = random_images(stream, PixelFormat::rgba8, hd1080);
    std::vector<Image> mask = random_images(stream, PixelFormat::gray8, hd1080, 1);
    cv::Mat mat(const Image& image) const {
      const Plane& plane = image.view().plane(0);
      return {plane.height, plane.width, CV_8UC(plane.channels), plane.data,
              static_cast<std::size_t>(plane.pitch_bytes)};
    }
  };
  const auto state = std::make_shared<State>();
  return HostPair{[state](int i) {
                    fill(state->stream, state->images[static_cast<std::size_t>(i) % 3], {9, 8, 7}, state->mask[0]);
                  },
                  "cv::Mat::setTo",
                  [state](int i) {
                    state->mat(state->images[static_cast<std::size_t>(i) % 3])
                        .setTo(cv::Scalar(9, 8, 7, 255), state->mat(state->mask[0]));
                  },
                  0};
}));

}  // namespace
}  // namespace retouch::bench
