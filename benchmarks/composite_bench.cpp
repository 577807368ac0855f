// composite against an empty kernel and a frame copy; on the CPU against what one writes with OpenCV.
#include <opencv2/imgproc.hpp>

#include <memory>
#include <random>

#include "retouch/sprite.hpp"
#include "support/harness.hpp"
#include "support/opencv_overlay.hpp"

namespace retouch::bench {
namespace {

// A picture of random colours. `visible`: of how many of 8 tiles of 16x16 the alpha is random; elsewhere 0.
cv::Mat picture(Size size, unsigned visible = 8) {
  cv::Mat mat(size.height, size.width, CV_8UC4);
  cv::RNG random(5);
  random.fill(mat, cv::RNG::UNIFORM, 0, 256);
  for (int y = 0; y < mat.rows; ++y)
    for (int x = 0; x < mat.cols; ++x) {
      const unsigned tile = static_cast<unsigned>(x / 16) * 2654435761U ^ static_cast<unsigned>(y / 16) * 2246822519U;
      if ((tile >> 13U) % 8 >= visible) mat.at<cv::Vec4b>(y, x)[3] = 0;
    }
  return mat;
}

ImageView view_of(const cv::Mat& mat) {
  return ImageView::wrap(Device::cpu(), PixelFormat::rgba8, {mat.cols, mat.rows}, mat.data,
                         static_cast<std::ptrdiff_t>(mat.step));
}

GpuResult resident(StreamView stream, PixelFormat format, Size size, Point position, unsigned visible,
                   std::vector<Against> against) {
  const auto frames = random_images(stream, format, hd1080);
  const Sprite sprite(view_of(picture(size, visible)));
  sprite.preload(stream);
  const GpuTimes times = time_gpu(
      stream, [&](int i) { composite(stream, frames[static_cast<std::size_t>(i) % frames.size()], sprite, position); });
  return {times, std::move(against)};
}

RETOUCH_BENCH(register_gpu("composite/400x300 sprite on 1080p rgba8", [](StreamView stream) {
  return resident(stream, PixelFormat::rgba8, {400, 300}, {200, 100}, 8, {{"empty kernel", empty_kernel_us(), 1.5}});
}));
RETOUCH_BENCH(register_gpu("composite/400x300 sprite at odd x on 1080p rgba8", [](StreamView stream) {
  return resident(stream, PixelFormat::rgba8, {400, 300}, {201, 101}, 8, {{"empty kernel", empty_kernel_us(), 1.5}});
}));
RETOUCH_BENCH(register_gpu("composite/400x300 sprite on 1080p nv12", [](StreamView stream) {
  return resident(stream, PixelFormat::nv12, {400, 300}, {200, 100}, 8, {{"empty kernel", empty_kernel_us(), 1.5}});
}));
RETOUCH_BENCH(register_gpu("composite/whole 1080p rgba8", [](StreamView stream) {
  return resident(stream, PixelFormat::rgba8, hd1080, {0, 0}, 8,
                  {{"frame copy", copy_kernel_us(rgba_bytes(hd1080)), 0}});
}));
RETOUCH_BENCH(register_gpu("composite/whole 1080p rgba8, 1 tile in 8 visible", [](StreamView stream) {
  return resident(stream, PixelFormat::rgba8, hd1080, {0, 0}, 1,
                  {{"frame copy", copy_kernel_us(rgba_bytes(hd1080)), 0}});
}));
RETOUCH_BENCH(register_gpu("composite/whole 1080p nv12", [](StreamView stream) {
  return resident(stream, PixelFormat::nv12, hd1080, {0, 0}, 8,
                  {{"frame copy", copy_kernel_us(rgba_bytes(hd1080)), 0}});
}));
// Host time is mostly the hash and the comparison of the pixels.
RETOUCH_BENCH(register_gpu("composite/400x300 host pixels seen before on 1080p rgba8", [](StreamView stream) {
  const auto frames = random_images(stream, PixelFormat::rgba8, hd1080);
  const cv::Mat pixels = picture({400, 300});
  const GpuTimes times = time_gpu(stream, [&](int i) {
    composite(stream, frames[static_cast<std::size_t>(i) % frames.size()], view_of(pixels), {200, 100});
  });
  return GpuResult{times, {{"empty kernel", empty_kernel_us(), 1.5}}};
}));

HostPair overlay(PixelFormat format, unsigned visible) {
  const auto stream = std::make_shared<Stream>(Device::cpu());
  const auto frames = std::make_shared<std::vector<Image>>(random_images(*stream, format, hd720));
  const auto mats = std::make_shared<std::vector<cv::Mat>>();
  for (int i = 0; i < 3; ++i) mats->push_back(picture(hd720));
  const cv::Mat pixels = picture(hd720, visible);
  const Sprite sprite(view_of(pixels));
  return {[=](int i) {
            composite(*stream, (*frames)[static_cast<std::size_t>(i) % 3], sprite, {0, 0});
          },
          "OpenCV split, multiply, add, merge (rgba8)",
          [=](int i) { opencv_overlay(pixels, (*mats)[static_cast<std::size_t>(i) % 3]); }, 1};
}

RETOUCH_BENCH(register_host("composite/whole 720p rgba8", [] { return overlay(PixelFormat::rgba8, 8); }));
RETOUCH_BENCH(register_host("composite/whole 720p rgba8, 1 tile in 8 visible",
                            [] { return overlay(PixelFormat::rgba8, 1); }));
RETOUCH_BENCH(register_host("composite/whole 720p i420", [] { return overlay(PixelFormat::i420, 8); }));
RETOUCH_BENCH(register_host("composite/whole 720p bgr8", [] { return overlay(PixelFormat::bgr8, 8); }));

// What a call from host pixels costs before the first pixel is drawn.
RETOUCH_BENCH(register_host("sprite/1080p content seen before", [] {
  const cv::Mat pixels = picture(hd1080);
  const auto held = std::make_shared<Sprite>(view_of(pixels));
  const auto copy = std::make_shared<cv::Mat>();
  return HostPair{[=](int) {
                    const Sprite again(view_of(pixels));
                    benchmark::DoNotOptimize(again.size());
                  },
                  "cv::Mat::copyTo", [=](int) { pixels.copyTo(*copy); }, 0};
}));

}  // namespace
}  // namespace retouch::bench
