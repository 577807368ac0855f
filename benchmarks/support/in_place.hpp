// Rows for an operation in place: on CUDA against a kernel that copies the frame and an empty one, on the CPU against
// another library's function on the same pixels, plane by plane, both on two threads.
#pragma once

#include <tbb/global_control.h>

#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "support/harness.hpp"

namespace retouch::bench {

using Op = std::function<void(StreamView, const std::vector<ImageView>&)>;

struct InPlace {
  std::string name;
  PixelFormat format = PixelFormat::rgba8;
  std::vector<Rect> regions;  ///< of a 1080p frame; none = the whole of it
  Op op;
  std::string reference_name;
  std::function<void(cv::Mat&, int plane)> reference;
};

inline std::vector<std::vector<ImageView>> regions_of(const std::vector<Image>& images,
                                                      const std::vector<Rect>& regions) {
  std::vector<std::vector<ImageView>> lists;
  for (const Image& image : images) {
    auto& list = lists.emplace_back();
    for (const Rect& rect : regions) list.push_back(image.region(rect));
    if (regions.empty()) list.push_back(image);
  }
  return lists;
}

/// `count` squares in rows of ten, none upon another.
inline std::vector<Rect> squares(int count, int side) {
  std::vector<Rect> rects;
  rects.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rects.push_back({51 + i % 10 * 180, 100 + i / 10 * 300, side, side});
  return rects;
}

inline int register_in_place(const InPlace& row) {
  register_gpu(row.name, [row](StreamView stream) {
    const auto images = random_images(stream, row.format, hd1080);
    const auto lists = regions_of(images, row.regions);
    const GpuTimes times =
        time_gpu(stream, [&](int i) { row.op(stream, lists[static_cast<std::size_t>(i) % lists.size()]); });
    return GpuResult{times,
                     {{"frame copy", copy_kernel_us(rgba_bytes(hd1080)), 0}, {"empty kernel", empty_kernel_us(), 0}}};
  });
  return register_host(row.name, [row] {
    struct State {
      tbb::global_control threads{tbb::global_control::max_allowed_parallelism, 2};
      Stream stream{Device::cpu()};
      std::vector<Image> images;
      std::vector<std::vector<ImageView>> lists;
      explicit State(const InPlace& of) {
        cv::setNumThreads(2);
        images = random_images(stream, of.format, hd1080);
        lists = regions_of(images, of.regions);
      }
      const std::vector<ImageView>& list(int i) const { return lists[static_cast<std::size_t>(i) % lists.size()]; }
    };
    const auto state = std::make_shared<State>(row);
    return HostPair{[state, row](int i) { row.op(state->stream, state->list(i)); }, row.reference_name,
                    [state, row](int i) {
                      for (const ImageView& view : state->list(i))
                        for (int p = 0; p < view.plane_count(); ++p) {
                          const Plane& plane = view.plane(p);
                          cv::Mat pixels(plane.height, plane.width, CV_8UC(plane.channels), plane.data,
                                         static_cast<std::size_t>(plane.pitch_bytes));
                          row.reference(pixels, p);
                        }
                    },
                    0};
  });
}

}  // namespace retouch::bench
