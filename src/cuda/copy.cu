// copy on CUDA: the copy engines do the plain copy, a kernel the one with a mask.
#include "ops/copy.hpp"

#include <cuda_runtime.h>

#include <cstring>

#include "core/stream_state.hpp"
#include "cuda/jobs.cuh"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"
#include "pixel/mask.hpp"

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
  block.release();
}

constexpr int threads = 256;

struct MaskedCopy {
  Plane from;
  Plane to;
  bool chroma;
};
using MaskedJobs = JobList<MaskedCopy, 3>;

__global__ void __launch_bounds__(threads)
    copy_masked(const __grid_constant__ MaskedJobs jobs, const __grid_constant__ pixel::Mask mask) {
  unsigned block = blockIdx.x;
  const MaskedCopy& job = jobs.find(block);
  const int item = static_cast<int>(block) * threads + static_cast<int>(threadIdx.x);
  const int x = item % job.to.width;
  const int y = item / job.to.width;
  if (y >= job.to.height) return;
  if (job.chroma ? !pixel::chroma_is_masked(mask, x, y) : mask.at(x, y) == 0) return;
  const int channels = job.to.channels;
  const std::uint8_t* from = job.from.data + y * job.from.pitch_bytes + static_cast<std::ptrdiff_t>(x) * channels;
  std::uint8_t* to = job.to.data + y * job.to.pitch_bytes + static_cast<std::ptrdiff_t>(x) * channels;
  for (int c = 0; c < channels; ++c) to[c] = from[c];
}

}  // namespace

void copy(StreamView stream, const ImageView& src, const ImageView& dst, const ImageView& mask) {
  MaskedJobs jobs;
  for (int i = 0; i < src.plane_count(); ++i)
    jobs.add({src.plane(i), dst.plane(i), is_subsampled(src.format()) && i > 0},
             blocks_for(src.plane(i).width * src.plane(i).height, threads));
  const detail::DeviceGuard guard(stream.device().index());
  copy_masked<<<jobs.blocks(), threads, 0, detail::cuda_handle(stream)>>>(jobs, pixel::mask_of(mask, dst));
  RETOUCH_CUDA("launch copy with a mask", cudaGetLastError());
}

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
