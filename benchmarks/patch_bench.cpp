// A patch's round trip against the two bare copies that it cannot do without: down, wait, up, wait, from and to pinned
// memory. Built with CUDA only.
#include <cuda_runtime_api.h>

#include <memory>
#include <stdexcept>

#include "retouch/frame.hpp"
#include "retouch/interop/cuda.hpp"
#include "retouch/patch.hpp"
#include "support/harness.hpp"

namespace retouch::bench {
namespace {

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

// The planes of `region` down and up again, as one would write it by hand; memory and stream exist already.
class BareCopies {
 public:
  explicit BareCopies(const ImageView& region) : region_(region) {
    std::size_t bytes = 0;
    for (int i = 0; i < region.plane_count(); ++i) bytes += row(i) * static_cast<std::size_t>(region.plane(i).height);
    void* memory = nullptr;
    check(cudaHostAlloc(&memory, bytes, cudaHostAllocDefault));
    memory_.reset(static_cast<std::uint8_t*>(memory));
  }

  void operator()(StreamView stream) const {
    for (const bool down : {true, false}) {
      std::uint8_t* host = memory_.get();
      for (int i = 0; i < region_.plane_count(); ++i) {
        const Plane& plane = region_.plane(i);
        const auto pitch = static_cast<std::size_t>(plane.pitch_bytes);
        const auto height = static_cast<std::size_t>(plane.height);
        check(down ? cudaMemcpy2DAsync(host, row(i), plane.data, pitch, row(i), height, cudaMemcpyDeviceToHost,
                                       interop::cuda_stream(stream))
                   : cudaMemcpy2DAsync(plane.data, pitch, host, row(i), row(i), height, cudaMemcpyHostToDevice,
                                       interop::cuda_stream(stream)));
        host += row(i) * height;
      }
      stream.synchronize();
    }
  }

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const { static_cast<void>(cudaFreeHost(memory)); }
  };
  std::size_t row(int plane) const {
    return static_cast<std::size_t>(region_.plane(plane).width) *
           static_cast<std::size_t>(region_.plane(plane).channels);
  }
  ImageView region_;
  std::unique_ptr<std::uint8_t, Free> memory_;
};

enum class Commit { last, captures };

Figure round_trip(PixelFormat format, Rect rect, Commit commit, double goal) {
  const Stream stream(Device::cuda(0));
  const auto images = random_images(stream, format, hd1080, 1);
  const BareCopies bare(images[0].region(rect));
  const Frame frame(images[0], stream);
  unsigned char seed = 0;
  const auto patch = [&](int) {
    Patch part = frame.patch(rect);
    const Plane& plane = part.pixels().plane(0);
    plane.data[0] = ++seed;
    plane.data[plane.pitch_bytes + 5] = seed;
    if (commit == Commit::last)
      std::move(part).commit();
    else
      part.commit();
    stream.synchronize();
  };
  // In turns, so that both meet the same state of the machine.
  static_cast<void>(time_host(patch));
  static_cast<void>(time_host([&](int) { bare(stream); }));
  const double bare_us = time_host([&](int) { bare(stream); }, 300);
  const double patch_us = time_host(patch, 300);
  return {patch_us, {{"two bare pinned copies", bare_us, goal}}};
}

RETOUCH_BENCH(register_figure("patch/100x100 of 1080p rgba8", true, [] {
  return round_trip(PixelFormat::rgba8, {100, 100, 100, 100}, Commit::last, 1.3);
}));
RETOUCH_BENCH(register_figure("patch/100x100 of 1080p rgba8, to be edited on", true, [] {
  return round_trip(PixelFormat::rgba8, {100, 100, 100, 100}, Commit::captures, 0);
}));
RETOUCH_BENCH(register_figure("patch/100x100 of 1080p nv12 as rgba8", true, [] {
  return round_trip(PixelFormat::nv12, {100, 100, 100, 100}, Commit::last, 0);
}));
RETOUCH_BENCH(register_figure("patch/320x80 of 1080p rgba8", true, [] {
  return round_trip(PixelFormat::rgba8, {16, 16, 320, 80}, Commit::last, 0);
}));

}  // namespace
}  // namespace retouch::bench
