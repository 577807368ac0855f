// Background subtraction on CUDA: a thread learns one pixel.
#include "cuda/matrix_grid.cuh"
#include "matrix/background.hpp"

namespace retouch::cuda {

namespace {

template <bool learn>
__global__ void __launch_bounds__(matrix_threads) mog2(const __grid_constant__ matrix::MogJob job) {
  const int x = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  if (x >= job.image.cols) return;
  for (int y = static_cast<int>(blockIdx.y); y < job.image.rows; y += static_cast<int>(gridDim.y)) {
    if constexpr (learn)
      learn_pixel(job, x, y);
    else
      background_pixel(job, x, y);
  }
}

}  // namespace

void matrix_mog2(StreamView stream, const matrix::MogJob& job, bool learn) {
  const detail::DeviceGuard guard(stream.device().index());
  const dim3 grid = matrix_grid(job.image.cols, job.image.rows);
  if (learn)
    mog2<true><<<grid, matrix_threads, 0, detail::cuda_handle(stream)>>>(job);
  else
    mog2<false><<<grid, matrix_threads, 0, detail::cuda_handle(stream)>>>(job);
  RETOUCH_CUDA("launch the background subtractor", cudaGetLastError());
}

}  // namespace retouch::cuda
