// The pixel engine on CUDA: a thread computes one pixel.
#include "cuda/matrix_grid.cuh"
#include "matrix/pixel_ops.hpp"

namespace retouch::cuda {

namespace {

template <class W>
__device__ void load_pixel(const matrix::Place& from, int x, int y, W (&out)[4]) {
  const std::uint8_t* row = from.data + y * from.step;
  const int at = x * from.channels;
  if (from.channels == 4) return load4(row, from.depth, at, at + 4, out);
  matrix::visit(from.depth, [&](auto tag) {
    const auto* in = reinterpret_cast<const typename decltype(tag)::type*>(row) + at;
#pragma unroll
    for (int c = 0; c < 3; ++c)
      if (c < from.channels) out[c] = static_cast<W>(in[c]);
  });
}

template <class W, class Op>
__global__ void __launch_bounds__(matrix_threads)
    pixels(const __grid_constant__ matrix::PixelsJob job, const __grid_constant__ Op op) {
  const int x = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  const matrix::Place& to = job.out;
  if (x >= to.cols) return;
  for (int y = static_cast<int>(blockIdx.y); y < to.rows; y += static_cast<int>(gridDim.y)) {
    W in[Op::sources][4] = {};
#pragma unroll
    for (int s = 0; s < Op::sources; ++s)
      if (job.in[s].channels != 0) load_pixel(job.in[s], x, y, in[s]);
    W out[4];
    op(in, out);
    const int at = x * to.channels;
    store4(to.data + y * to.step, to.depth, at, at + to.channels, out, 0);
  }
}

}  // namespace

template <class Op>
void matrix_pixels(StreamView stream, const matrix::PixelsJob& job, const Op& op, bool in_double) {
  const detail::DeviceGuard guard(stream.device().index());
  const dim3 grid = matrix_grid(job.out.cols, job.out.rows);
  cudaStream_t handle = detail::cuda_handle(stream);
  bool done = false;
  if constexpr (Op::in_double) {
    if (in_double) {
      pixels<double><<<grid, matrix_threads, 0, handle>>>(job, op);
      done = true;
    }
  }
  if (!done) pixels<float><<<grid, matrix_threads, 0, handle>>>(job, op);
  RETOUCH_CUDA("launch an operation on pixels", cudaGetLastError());
}

#define RETOUCH_INSTANTIATE(Op) \
  template void matrix_pixels(StreamView, const matrix::PixelsJob&, const matrix::Op&, bool);
RETOUCH_PIXEL_OPS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

}  // namespace retouch::cuda
