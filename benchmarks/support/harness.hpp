// How benchmarks measure. Machines are shared and noisy, so every figure is a median, and what counts is its ratio to a
// named thing measured in the same process: an empty kernel, a kernel that copies one frame, or another library's
// function.
//
// GPU time: CUDA events around the operation, with the stream filled by a spinning kernel first, so that the GPU never
// waits for the host and the span is GPU time alone (an empty kernel reads about 3 us on an H100). Data is random;
// frames rotate among three. Host time: from the call to its return (enqueue), measured in the same repeats.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::bench {

/// Is there a GPU to measure on? Benchmarks of the CUDA backend register only then.
bool has_gpu();

struct GpuTimes {
  double gpu_us = 0;   ///< median span between the events
  double host_us = 0;  ///< median time of the call
};

/// Medians of `repeats` runs of op(i). prepare(i), when given, is enqueued before the spin and not timed.
GpuTimes time_gpu(StreamView stream, const std::function<void(int)>& op, const std::function<void(int)>& prepare = {},
                  int repeats = 240);

/// Median host time of op(i), in microseconds.
double time_host(const std::function<void(int)>& op, int repeats = 60);

/// Measured once a process.
double empty_kernel_us();
/// One kernel that copies a frame of `bytes` bytes (16 bytes a thread).
double copy_kernel_us(std::size_t bytes);

/// What a row is compared with and, where the project has one, its goal for that ratio.
struct Against {
  std::string name;  ///< "empty kernel", "frame copy", "cv::GaussianBlur"
  double us = 0;
  double goal_ratio = 0;  ///< 0 = none
};

/// Registers a benchmark of the CUDA backend; `body` returns the times and what to compare them with.
/// Shown: gpu_us, host_us, the ratio to each `Against` and, where there is a goal, the goal and whether it is met.
struct GpuResult {
  GpuTimes times;
  std::vector<Against> against;
};
int register_gpu(const std::string& name, std::function<GpuResult(StreamView)> body);

/// Registers a benchmark of host code: op against reference, run in turns in one process.
struct HostPair {
  std::function<void(int)> op;
  std::string reference_name;
  std::function<void(int)> reference;
  double goal_ratio = 0;
};
int register_host(const std::string& name, std::function<HostPair()> body);

/// A figure that `body` measures itself (host microseconds), against others.
struct Figure {
  double us = 0;
  std::vector<Against> against;
};
int register_figure(const std::string& name, bool needs_gpu, std::function<Figure()> body);

/// Images of random bytes on the stream's device.
std::vector<Image> random_images(StreamView stream, PixelFormat format, Size size, int count = 3, ColorSpec color = {});

inline constexpr Size hd720{1280, 720};
inline constexpr Size hd1080{1920, 1080};
inline constexpr Size uhd{3840, 2160};
inline std::size_t rgba_bytes(Size size) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 4;
}

}  // namespace retouch::bench

/// At namespace scope: RETOUCH_BENCH(register_gpu("fill/1080p rgba8", [](StreamView stream) { ... }));
#define RETOUCH_BENCH_JOIN2(a, b) a##b
#define RETOUCH_BENCH_JOIN(a, b) RETOUCH_BENCH_JOIN2(a, b)
#define RETOUCH_BENCH(...) \
  [[maybe_unused]] static const int RETOUCH_BENCH_JOIN(retouch_bench_, __COUNTER__) = ::retouch::bench::__VA_ARGS__
