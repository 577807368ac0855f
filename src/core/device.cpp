#include "retouch/device.hpp"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "core/check.hpp"
#include "core/gpu.hpp"

namespace retouch {

Device Device::cuda(int index) {
  if (index < 0) detail::invalid("Device::cuda: the index must not be negative ({})", index);
  std::string reason;
  const int count = detail::gpu::count(reason);
  if (count == 0) throw Unsupported(fmt::format("cuda:{} is not usable: {}", index, reason));
  if (index >= count)
    throw Unsupported(
        fmt::format("cuda:{} does not exist: this machine has {} CUDA GPU{}", index, count, count == 1 ? "" : "s"));
  return Device(index);
}

Device Device::best() {
  std::string reason;
  return detail::gpu::count(reason) > 0 ? Device(0) : Device();
}

Device Device::parse(std::string_view text) {
  if (text == "auto") return best();
  if (text == "cpu") return cpu();
  if (text == "cuda") return cuda(0);
  if (text.starts_with("cuda:")) {
    int index = -1;
    const auto digits = text.substr(5);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error == std::errc() && end == digits.data() + digits.size() && index >= 0) return cuda(index);
  }
  detail::invalid("device '{}': expected auto, cpu, cuda or cuda:N", text);
}

std::string Device::name() const { return is_cpu() ? "cpu" : fmt::format("cuda:{}", index_); }

std::vector<DeviceInfo> list_devices() {
  std::vector<DeviceInfo> all;
  all.push_back({Device::cpu(), fmt::format("{} hardware threads", std::thread::hardware_concurrency()), 0});
  std::string reason;
  const int count = detail::gpu::count(reason);
  for (int i = 0; i < count; ++i) all.push_back(detail::gpu::info(i));
  return all;
}

std::string cuda_unavailable_reason() {
  std::string reason;
  return detail::gpu::count(reason) > 0 ? std::string() : reason;
}

DeviceMemory device_memory(Device device) {
  return device.is_cuda() ? detail::gpu::memory(device.index()) : DeviceMemory{};
}

void release_cached_memory(Device device) {
  if (device.is_cuda()) detail::gpu::trim(device.index());
}

}  // namespace retouch
