// Benchmarks of operations from one image into another.
#pragma once

#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "support/harness.hpp"

namespace retouch::bench {

struct Layout {
  PixelFormat format;
  Size size;
};
using Into = std::function<void(StreamView, const ImageView& src, const ImageView& dst)>;

/// On the GPU, against a kernel that copies a 1080p rgba8 frame and against an empty one.
inline int register_gpu_into(const std::string& name, Layout src, Layout dst, Into op, double goal_ratio = 0) {
  return register_gpu(name, [=](StreamView stream) {
    const auto from = random_images(stream, src.format, src.size);
    const auto to = random_images(stream, dst.format, dst.size);
    const GpuTimes times = time_gpu(stream, [&](int i) {
      const auto which = static_cast<std::size_t>(i % 3);
      op(stream, from[which], to[which]);
    });
    return GpuResult{
        times,
        {{"1080p frame copy", copy_kernel_us(rgba_bytes(hd1080)), goal_ratio}, {"empty kernel", empty_kernel_us(), 0}}};
  });
}

/// On the CPU, in turns with a reference that gets the same images.
inline int register_host_into(const std::string& name, Layout src, Layout dst, const Into& op,
                              const std::string& reference_name,
                              const std::function<void(const ImageView& src, const ImageView& dst)>& reference) {
  return register_host(name, [=] {
    const auto stream = std::make_shared<Stream>(Device::cpu());
    const auto from = std::make_shared<std::vector<Image>>(random_images(*stream, src.format, src.size));
    const auto to = std::make_shared<std::vector<Image>>(random_images(*stream, dst.format, dst.size));
    const auto which = [](int i) { return static_cast<std::size_t>(i % 3); };
    return HostPair{[=](int i) { op(*stream, (*from)[which(i)], (*to)[which(i)]); }, reference_name,
                    [=](int i) { reference((*from)[which(i)], (*to)[which(i)]); }, 0};
  });
}

/// A plane in host memory as a matrix, without a copy.
inline cv::Mat matrix(const ImageView& view, int plane = 0) {
  const Plane& p = view.plane(plane);
  return {p.height, p.width, CV_8UC(p.channels), p.data, static_cast<std::size_t>(p.pitch_bytes)};
}

}  // namespace retouch::bench
