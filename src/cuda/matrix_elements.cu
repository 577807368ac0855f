// The pointwise engine on CUDA: a thread computes four numbers of a row.
#include "cuda/matrix_grid.cuh"
#include "matrix/element_ops.hpp"

namespace retouch::cuda {

namespace {

template <class W>
__device__ void read(const matrix::ElementsJob::Input& in, int channels, int y, int i, int count, W (&out)[4]) {
  if (in.data != nullptr) return load4(in.data + y * in.step, in.depth, i, count, out);
#pragma unroll
  for (int k = 0; k < 4; ++k) out[k] = static_cast<W>(in.constant[(i + k) % channels]);
}

template <class W, class Op>
__global__ void __launch_bounds__(matrix_threads)
    elements(const __grid_constant__ matrix::ElementsJob job, const __grid_constant__ Op op) {
  const int i = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x) * 4;
  if (i >= job.count) return;
  for (int y = static_cast<int>(blockIdx.y); y < job.rows; y += static_cast<int>(gridDim.y)) {
    unsigned keep = 0;
    if (job.mask != nullptr) {
      const std::uint8_t* mask = job.mask + y * job.mask_step;
#pragma unroll
      for (int k = 0; k < 4; ++k)
        if (i + k < job.count && mask[(i + k) / job.channels] == 0) keep |= 1U << k;
      if (keep == 15U) continue;
    }
    W a[4] = {};
    W b[4] = {};
    read(job.in[0], job.channels, y, i, job.count, a);
    if constexpr (Op::inputs == 2) read(job.in[1], job.channels, y, i, job.count, b);
#pragma unroll
    for (int k = 0; k < 4; ++k) a[k] = op(a[k], b[k]);
    store4(job.out + y * job.out_step, job.out_depth, i, job.count, a, keep);
  }
}

}  // namespace

template <class Op>
void matrix_elements(StreamView stream, const matrix::ElementsJob& job, const Op& op, bool in_double) {
  const detail::DeviceGuard guard(stream.device().index());
  const dim3 grid = matrix_grid((job.count + 3) / 4, job.rows);
  if (in_double)
    elements<double><<<grid, matrix_threads, 0, detail::cuda_handle(stream)>>>(job, op);
  else
    elements<float><<<grid, matrix_threads, 0, detail::cuda_handle(stream)>>>(job, op);
  RETOUCH_CUDA("launch a pointwise operation", cudaGetLastError());
}

#define RETOUCH_INSTANTIATE(Op) \
  template void matrix_elements(StreamView, const matrix::ElementsJob&, const matrix::Op&, bool);
RETOUCH_ELEMENT_OPS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

}  // namespace retouch::cuda
