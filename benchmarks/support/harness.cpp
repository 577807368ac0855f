#include "support/harness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>

#include "retouch/fill.hpp"
#include "support/gpu.hpp"

namespace retouch::bench {

namespace {

using Clock = std::chrono::steady_clock;

double us_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void show(benchmark::State& state, const std::vector<Against>& all, double us) {
  std::string label;
  for (const Against& against : all) {
    const double ratio = us / against.us;
    label += fmt::format("{}{:.2f}x {} ({:.1f} us)", label.empty() ? "" : ", ", ratio, against.name, against.us);
    if (against.goal_ratio > 0)
      label += fmt::format(" goal <= {:.2f}: {}", against.goal_ratio, ratio <= against.goal_ratio ? "met" : "MISSED");
    state.counters["ratio " + against.name] = ratio;
    if (against.goal_ratio > 0) state.counters["goal " + against.name] = against.goal_ratio;
  }
  state.SetLabel(label);
}

void register_with(const std::string& name, std::function<void(benchmark::State&)> body) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(body))
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace

bool has_gpu() { return cuda_unavailable_reason().empty(); }

GpuTimes time_gpu(StreamView stream, const std::function<void(int)>& op, const std::function<void(int)>& prepare,
                  int repeats) {
  for (int i = 0; i < 10; ++i) {
    if (prepare) prepare(i);
    op(i);
  }
  stream.synchronize();
  std::vector<double> gpu;
  std::vector<double> host;
  double expected_us = 30;
  gpu::Span span(stream);
  for (int i = 0; i < repeats; ++i) {
    if (prepare) prepare(i);
    gpu::spin(stream, 25 + 2 * expected_us);
    span.begin();
    const auto start = Clock::now();
    op(i);
    host.push_back(us_since(start));
    gpu.push_back(span.end_us());
    if (i == 10) expected_us = std::min(2000.0, median(host) * 1.3);
  }
  return {median(gpu), median(host)};
}

double time_host(const std::function<void(int)>& op, int repeats) {
  for (int i = 0; i < 3; ++i) op(i);
  std::vector<double> host;
  for (int i = 0; i < repeats; ++i) {
    const auto start = Clock::now();
    op(i);
    host.push_back(us_since(start));
  }
  return median(host);
}

double empty_kernel_us() {
  static const double us = [] {
    const Stream stream(Device::cuda(0));
    return time_gpu(stream, [&](int) { gpu::empty(stream); }).gpu_us;
  }();
  return us;
}

double copy_kernel_us(std::size_t bytes) {
  static std::map<std::size_t, double> known;
  if (const auto found = known.find(bytes); found != known.end()) return found->second;
  const Stream stream(Device::cuda(0));
  const int rows = static_cast<int>((bytes + 4095) / 4096);
  const auto images = random_images(stream, PixelFormat::gray8, {4096, rows}, 4);
  const double us =
      time_gpu(stream, [&](int i) {
        const auto pair = static_cast<std::size_t>(i % 2);
        gpu::copy(stream, images[pair].view().plane(0).data, images[pair + 2].view().plane(0).data, bytes);
      }).gpu_us;
  return known[bytes] = us;
}

int register_gpu(const std::string& name, std::function<GpuResult(StreamView)> body) {
  if (!has_gpu()) return 0;
  register_with(name + "/cuda", [body = std::move(body)](benchmark::State& state) {
    const Stream stream(Device::cuda(0));
    for ([[maybe_unused]] auto _ : state) {
      const GpuResult result = body(stream);
      state.SetIterationTime(result.times.gpu_us * 1e-6);
      state.counters["host_us"] = result.times.host_us;
      show(state, result.against, result.times.gpu_us);
    }
  });
  return 0;
}

int register_host(const std::string& name, std::function<HostPair()> body) {
  register_with(name + "/cpu", [body = std::move(body)](benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
      const HostPair pair = body();
      std::vector<double> ours;
      std::vector<double> theirs;
      for (int round = 0; round < 5; ++round) {  // in turns, so that a slow moment of the machine meets both
        ours.push_back(time_host(pair.op, 12));
        theirs.push_back(time_host(pair.reference, 12));
      }
      const double us = median(ours);
      state.SetIterationTime(us * 1e-6);
      show(state, {{pair.reference_name, median(theirs), pair.goal_ratio}}, us);
    }
  });
  return 0;
}

int register_figure(const std::string& name, bool needs_gpu, std::function<Figure()> body) {
  if (needs_gpu && !has_gpu()) return 0;
  register_with(name, [body = std::move(body)](benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
      const Figure figure = body();
      state.SetIterationTime(figure.us * 1e-6);
      show(state, figure.against, figure.us);
    }
  });
  return 0;
}

std::vector<Image> random_images(StreamView stream, PixelFormat format, Size size, int count, ColorSpec color) {
  std::mt19937 random(7);
  const Stream host(Device::cpu());
  std::vector<Image> images;
  for (int n = 0; n < count; ++n) {
    const Image pixels(host, format, size, color);
    for (int i = 0; i < pixels.view().plane_count(); ++i) {
      const Plane& plane = pixels.view().plane(i);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width * plane.channels; ++x)
          plane.data[y * plane.pitch_bytes + x] = static_cast<std::uint8_t>(random() >> 9);
    }
    images.emplace_back(stream, format, size, color);
    copy_into(stream, pixels, images.back());
  }
  stream.synchronize();
  return images;
}

}  // namespace retouch::bench
