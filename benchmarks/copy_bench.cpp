// copy_into against a kernel that copies the same bytes, and against cv::Mat::copyTo.
#include <opencv2/core.hpp>

#include "retouch/fill.hpp"
#include "support/harness.hpp"

namespace retouch::bench {
namespace {

RETOUCH_BENCH(register_gpu("copy/1080p rgba8", [](StreamView stream) {
  const auto images = random_images(stream, PixelFormat::rgba8, hd1080, 4);
  const GpuTimes times = time_gpu(stream, [&](int i) {
    const auto pair = static_cast<std::size_t>(i % 2);
    copy_into(stream, images[pair], images[pair + 2]);
  });
  return GpuResult{times,
                   {{"frame copy", copy_kernel_us(rgba_bytes(hd1080)), 0}, {"empty kernel", empty_kernel_us(), 0}}};
}));

RETOUCH_BENCH(register_host("copy/1080p rgba8", [] {
  const Stream stream(Device::cpu());
  auto images = std::make_shared<std::vector<Image>>(random_images(stream, PixelFormat::rgba8, hd1080, 4));
  const auto host = std::make_shared<Stream>(Device::cpu());
  const auto mat = [images](std::size_t i) {
    const Plane& plane = (*images)[i].view().plane(0);
    return cv::Mat(hd1080.height, hd1080.width, CV_8UC4, plane.data, static_cast<std::size_t>(plane.pitch_bytes));
  };
  return HostPair{[images, host](int i) {
                    const auto pair = static_cast<std::size_t>(i % 2);
                    copy_into(*host, (*images)[pair], (*images)[pair + 2]);
                  },
                  "cv::Mat::copyTo",
                  [mat](int i) {
                    const auto pair = static_cast<std::size_t>(i % 2);
                    cv::Mat to = mat(pair + 2);
                    mat(pair).copyTo(to);
                  },
                  0};
}));

}  // namespace
}  // namespace retouch::bench
