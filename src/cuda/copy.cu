// copy on CUDA: the copy engines do the work; there is no kernel of ours for the plain copy.
#include "ops/copy.hpp"

#include <cstring>

#include "core/stream_state.hpp"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

// Up to this size the driver stages a pageable copy before the call returns, faster than a pinned copy is started
// (H100, CUDA 13.0: 64 KB pageable 8.7 us, pinned 10-18 us).
constexpr std::size_t pageable_limit = 64 * 1024;

void upload(StreamView stream, const Plane& from, const Plane& to, std::size_t row) {
  const auto rows = static_cast<std::size_t>(from.height);
  cudaStream_t handle = detail::cuda_handle(stream);
  const bool tight =
      static_cast<std::size_t>(from.pitch_bytes) == row && static_cast<std::size_t>(to.pitch_bytes) == row;
  if (tight && row * rows <= pageable_limit) {
    RETOUCH_CUDA("copy host pixels to the GPU",
                 cudaMemcpyAsync(to.data, from.data, row * rows, cudaMemcpyHostToDevice, handle));
    return;
  }
  auto block = stream.state().pinned().acquire(row * rows);
  for (std::size_t y = 0; y < rows; ++y)
    std::memcpy(block.data() + y * row, from.data + static_cast<std::ptrdiff_t>(y) * from.pitch_bytes, row);
  RETOUCH_CUDA("copy host pixels to the GPU",
               cudaMemcpy2DAsync(to.data, static_cast<std::size_t>(to.pitch_bytes), block.data(), row, row, rows,
                                 cudaMemcpyHostToDevice, handle));
  block.release(handle);
}

}  // namespace

void copy(StreamView stream, const ImageView& src, const ImageView& dst) {
  const detail::DeviceGuard guard(stream.device().index());
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    const auto row = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.channels);
    if (src.device().is_cpu()) {
      upload(stream, from, to, row);
      continue;
    }
    const auto kind = dst.device().is_cuda() ? cudaMemcpyDeviceToDevice : cudaMemcpyDeviceToHost;
    RETOUCH_CUDA("copy pixels",
                 cudaMemcpy2DAsync(to.data, static_cast<std::size_t>(to.pitch_bytes), from.data,
                                   static_cast<std::size_t>(from.pitch_bytes), row,
                                   static_cast<std::size_t>(from.height), kind, detail::cuda_handle(stream)));
  }
}

}  // namespace retouch::cuda
