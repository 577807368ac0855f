// gaussian_blur with GaussianAccuracy::fast, in place: on CUDA, sigma 50 against sigma 5 on the same region; on the CPU
// against cv::GaussianBlur of the same sigma.
#include <tbb/global_control.h>

#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/harness.hpp"

namespace retouch::bench {
namespace {

constexpr Rect middle{203, 101, 400, 400};
constexpr Rect large{101, 53, 1200, 640};

// As Canvas blurs faces: its sigma is 0.16 of a region's side by default.
std::vector<Rect> faces(int count = 5, int side = 120) {
  std::vector<Rect> rects;
  rects.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rects.push_back({51 + i % 5 * 280, 100 + i / 5 * 240, side, side});
  return rects;
}

struct Case {
  const char* name;
  PixelFormat format;
  std::vector<Rect> regions;
  double sigma;
  double weak_sigma;  // what a blur of this sigma costs on the same regions is the measure, if given
  double goal;        // of that
  double empties;     // goal: times an empty kernel (about 3 us on an H100)
};

const std::vector<Case>& cases() {
  using enum PixelFormat;
  static const std::vector<Case> all = {
      {"sigma 5 region 400 rgba8", rgba8, {middle}, 5, 0, 0, 0},
      {"sigma 10 region 400 rgba8", rgba8, {middle}, 10, 5, 0, 0},
      {"sigma 50 region 400 rgba8", rgba8, {middle}, 50, 5, 1.3, 0},
      {"sigma 500 region 400 rgba8", rgba8, {middle}, 500, 5, 0, 0},
      {"sigma 50 region 400 nv12", nv12, {middle}, 50, 5, 0, 0},
      {"sigma 50 region 400 rgb8", rgb8, {middle}, 50, 5, 0, 0},
      {"sigma 50 region 1200x640 rgba8", rgba8, {large}, 50, 0, 0, 10},
      {"sigma 10 region 1200x640 rgba8", rgba8, {large}, 10, 0, 0, 0},
      {"sigma 500 region 1200x640 rgba8", rgba8, {large}, 500, 0, 0, 0},
      {"sigma 20 5 regions 120 rgba8", rgba8, faces(), 20, 0, 0, 2.4},
      {"sigma 8 5 regions 120 rgba8", rgba8, faces(), 8, 0, 0, 2.4},
      {"sigma 20 5 regions 120 nv12", nv12, faces(), 20, 0, 0, 0},
      {"sigma 20 5 regions 120 i420", i420, faces(), 20, 0, 0, 0},
      {"sigma 20 20 regions 120 rgba8", rgba8, faces(20), 20, 0, 0, 0},
      {"sigma 20 region 120 rgba8", rgba8, faces(1), 20, 0, 0, 0},
      {"sigma 35 5 regions 220 rgba8", rgba8, faces(5, 220), 35, 0, 0, 0},
      {"sigma 40 region 256 rgba8", rgba8, faces(1, 256), 40, 0, 0, 0},
      {"sigma 50 1080p rgba8", rgba8, {{0, 0, 1920, 1080}}, 50, 0, 0, 0},
  };
  return all;
}

GaussianBlurOptions fast(double sigma) { return {.sigma_x = sigma, .accuracy = GaussianAccuracy::fast}; }

std::vector<std::vector<ImageView>> regions_of(const std::vector<Image>& images, const Case& c) {
  std::vector<std::vector<ImageView>> lists;
  for (const Image& image : images) {
    auto& list = lists.emplace_back();
    for (const Rect& rect : c.regions) list.push_back(image.region(rect));
  }
  return lists;
}

[[maybe_unused]] const bool gpu_rows = [] {
  for (const Case& c : cases())
    register_gpu(std::string("gaussian_lowres/") + c.name, [&c](StreamView stream) {
      const auto images = random_images(stream, c.format, hd1080);
      const auto lists = regions_of(images, c);
      const auto time = [&](double sigma) {
        const GaussianBlur blur(fast(sigma));
        return time_gpu(stream, [&](int i) { blur(stream, lists[static_cast<std::size_t>(i) % lists.size()]); });
      };
      GpuResult result{time(c.sigma), {{"empty kernel", empty_kernel_us(), c.empties}}};
      if (c.weak_sigma > 0) result.against.push_back({"sigma 5", time(c.weak_sigma).gpu_us, c.goal});
      return result;
    });
  return true;
}();

// On two threads, both. cv::GaussianBlur takes a second for the large ones, hence few repeats.
[[maybe_unused]] const bool host_rows = [] {
  for (const Case& c : cases()) {
    if (c.regions.size() > 1 || c.format == PixelFormat::nv12 || c.sigma > 50) continue;
    register_figure(std::string("gaussian_lowres/") + c.name + "/cpu", false, [&c] {
      const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, 2);
      cv::setNumThreads(2);
      const Stream stream(Device::cpu());
      const auto images = random_images(stream, c.format, hd1080);
      const auto lists = regions_of(images, c);
      const auto view = [&](int i) -> const ImageView& { return lists[static_cast<std::size_t>(i) % lists.size()][0]; };
      const GaussianBlur blur(fast(c.sigma));
      const double ours = time_host([&](int i) { blur(stream, view(i)); }, 40);
      const double theirs = time_host(
          [&](int i) {
            const Plane& plane = view(i).plane(0);
            cv::Mat pixels(plane.height, plane.width, CV_8UC(plane.channels), plane.data,
                           static_cast<std::size_t>(plane.pitch_bytes));
            cv::GaussianBlur(pixels, pixels, {0, 0}, c.sigma, 0, cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
          },
          3);
      return Figure{ours, {{"cv::GaussianBlur", theirs, 0.5}}};
    });
  }
  return true;
}();

}  // namespace
}  // namespace retouch::bench
