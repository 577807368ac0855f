// gaussian_blur in place: on CUDA against a frame-copy and an empty kernel, on the CPU against cv::GaussianBlur.
#include <tbb/global_control.h>

#include <memory>
#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/harness.hpp"

namespace retouch::bench {
namespace {

const GaussianBlurOptions narrow{.ksize = {9, 9}, .sigma_x = 2};
const GaussianBlurOptions wide{.ksize = {31, 31}, .sigma_x = 10};

Rect square(int x, int y, int side) { return {x, y, side, side}; }

// Two rows of ten, five boxes, ... spread over a 1080p frame.
std::vector<Rect> faces(int count) {
  std::vector<Rect> rects;
  rects.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rects.push_back(square(51 + i % 10 * 180, 100 + i / 10 * 300, 120));
  return rects;
}

struct Case {
  const char* name;
  PixelFormat format;
  Size frame;
  std::vector<Rect> regions;  // empty: the whole frame
  GaussianBlurOptions options;
  double copies;  // goals: times a frame copy, times an empty kernel
  double empties;
};

const std::vector<Case>& cases() {
  using enum PixelFormat;
  static const std::vector<Case> all = {
      {"9x9 1080p rgba8", rgba8, hd1080, {}, narrow, 2.2, 0},
      {"9x9 1080p nv12", nv12, hd1080, {}, narrow, 2.2, 0},
      {"9x9 1080p rgb8", rgb8, hd1080, {}, narrow, 0, 0},
      {"9x9 1080p gray8", gray8, hd1080, {}, narrow, 0, 0},
      {"9x9 720p rgba8", rgba8, hd720, {}, narrow, 0, 0},
      {"9x9 4K rgba8", rgba8, uhd, {}, narrow, 0, 0},
      {"31x31 1080p rgba8", rgba8, hd1080, {}, wide, 0, 0},
      {"31x31 1080p nv12", nv12, hd1080, {}, wide, 0, 0},
      {"31x31 720p rgba8", rgba8, hd720, {}, wide, 0, 0},
      {"31x31 4K rgba8", rgba8, uhd, {}, wide, 0, 0},
      {"101x101 1080p rgba8", rgba8, hd1080, {}, {.ksize = {101, 101}}, 0, 0},
      {"9x9 region 100 rgba8", rgba8, hd1080, {square(701, 333, 100)}, narrow, 0, 2},
      {"9x9 region 100 nv12", nv12, hd1080, {square(701, 333, 100)}, narrow, 0, 2},
      {"9x9 region 200 rgba8", rgba8, hd1080, {square(702, 333, 200)}, narrow, 0, 0},
      {"9x9 region 400 rgba8", rgba8, hd1080, {square(703, 301, 400)}, narrow, 0, 0},
      {"17x17 region 100 rgba8", rgba8, hd1080, {square(702, 333, 100)}, {.ksize = {17, 17}, .sigma_x = 4}, 0, 0},
      {"31x31 region 200 rgba8", rgba8, hd1080, {square(702, 333, 200)}, wide, 0, 0},
      {"9x9 5 regions 120 rgba8", rgba8, hd1080, faces(5), narrow, 0, 3},
      {"9x9 20 regions 120 rgba8", rgba8, hd1080, faces(20), narrow, 0, 3},
      {"9x9 20 regions 120 nv12", nv12, hd1080, faces(20), narrow, 0, 3},
      {"31x31 20 regions 120 rgba8", rgba8, hd1080, faces(20), wide, 0, 0},
  };
  return all;
}

// The regions of each of `images`.
std::vector<std::vector<ImageView>> regions_of(const std::vector<Image>& images, const Case& c) {
  std::vector<std::vector<ImageView>> lists;
  for (const Image& image : images) {
    auto& list = lists.emplace_back();
    for (const Rect& rect : c.regions) list.push_back(image.region(rect));
    if (c.regions.empty()) list.push_back(image);
  }
  return lists;
}

[[maybe_unused]] const bool gpu_rows = [] {
  for (const Case& c : cases())
    register_gpu(std::string("gaussian_blur/") + c.name, [&c](StreamView stream) {
      const auto images = random_images(stream, c.format, c.frame);
      const auto lists = regions_of(images, c);
      const GaussianBlur blur(c.options);
      const GpuTimes times =
          time_gpu(stream, [&](int i) { blur(stream, lists[static_cast<std::size_t>(i) % lists.size()]); });
      return GpuResult{times,
                       {{"frame copy", copy_kernel_us(rgba_bytes(c.frame)), c.copies},
                        {"empty kernel", empty_kernel_us(), c.empties}}};
    });
  return true;
}();

RETOUCH_BENCH(register_figure("gaussian_blur/make a filter", false, [] {
  return Figure{time_host([](int) { benchmark::DoNotOptimize(GaussianBlur(narrow)); }), {}};
}));

// On two threads, both.
[[maybe_unused]] const bool host_rows = [] {
  for (const Case& c : cases()) {
    if (c.regions.size() > 1) continue;
    register_host(std::string("gaussian_blur/") + c.name, [&c] {
      struct State {
        tbb::global_control threads{tbb::global_control::max_allowed_parallelism, 2};
        Stream stream{Device::cpu()};
        std::vector<Image> images;
        std::vector<std::vector<ImageView>> lists;
        GaussianBlur blur;
        State(const Case& of) : blur(of.options) {
          cv::setNumThreads(2);
          images = random_images(stream, of.format, of.frame);
          lists = regions_of(images, of);
        }
        const ImageView& view(int i) const { return lists[static_cast<std::size_t>(i) % lists.size()][0]; }
      };
      const auto state = std::make_shared<State>(c);
      const GaussianBlurOptions& o = c.options;
      return HostPair{[state](int i) { state->blur(state->stream, state->view(i)); }, "cv::GaussianBlur",
                      [state, &o](int i) {
                        const ImageView& view = state->view(i);
                        for (int p = 0; p < view.plane_count(); ++p) {
                          const Plane& plane = view.plane(p);
                          cv::Mat pixels(plane.height, plane.width, CV_8UC(plane.channels), plane.data,
                                         static_cast<std::size_t>(plane.pitch_bytes));
                          const cv::Size ksize = p == 0 ? cv::Size(o.ksize.width, o.ksize.height)
                                                        : cv::Size((o.ksize.width / 2) | 1, (o.ksize.height / 2) | 1);
                          cv::GaussianBlur(pixels, pixels, ksize, p == 0 ? o.sigma_x : o.sigma_x / 2, 0,
                                           cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
                        }
                      },
                      1.5};
    });
  }
  return true;
}();

}  // namespace
}  // namespace retouch::bench
