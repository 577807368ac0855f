// The window engine on CUDA: a thread folds the taps around one number.
#include "cuda/matrix_grid.cuh"
#include "matrix/window.hpp"

namespace retouch::cuda {

namespace {

template <class Fold, class W, class T>
__device__ W fold_at(const matrix::WindowJob<W>& job, int x, int y, int c) {
  W sum = Fold::template start<W>();
  const matrix::Place& in = job.in;
  const matrix::Tap<W>* taps = job.taps();
  if (x >= job.left && x + job.right < in.cols && y >= job.top && y + job.bottom < in.rows) {
    const std::uint8_t* at = in.data + y * in.step;
    const int number = x * in.channels + c;
    for (int t = 0; t < job.count; ++t) {
      const matrix::Tap<W> tap = taps[t];
      const T* row = reinterpret_cast<const T*>(at + tap.y * in.step);
      sum = Fold::next(sum, tap.weight, static_cast<W>(row[number + tap.x * in.channels]));
    }
    return sum;
  }
  for (int t = 0; t < job.count; ++t) {
    const matrix::Tap<W> tap = taps[t];
    const int sx = matrix::edge_index(x + tap.x, in.cols, job.edge_x);
    const int sy = matrix::edge_index(y + tap.y, in.rows, job.edge_y);
    const W value = sx < 0 || sy < 0 ? job.outside[c] : static_cast<W>(in.row<const T>(sy)[sx * in.channels + c]);
    sum = Fold::next(sum, tap.weight, value);
  }
  return sum;
}

template <class Fold, class W>
__device__ void fold_and_store(const matrix::WindowJob<W>& job, int x, int y, int c) {
  W sum{};
  matrix::visit(job.in.depth, [&](auto tag) { sum = fold_at<Fold, W, typename decltype(tag)::type>(job, x, y, c); });
  matrix::store(job.out.data + y * job.out.step, job.out.depth, x * job.out.channels + c, sum);
}
/// Bytes from bytes.
template <class Fold>
__device__ void fold_and_store(const matrix::WindowJob<std::uint8_t>& job, int x, int y, int c) {
  job.out.row<std::uint8_t>(y)[x * job.out.channels + c] = fold_at<Fold, std::uint8_t, std::uint8_t>(job, x, y, c);
}

template <class Fold, class W>
__global__ void __launch_bounds__(matrix_threads) window(const __grid_constant__ matrix::WindowJob<W> job) {
  const int i = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  if (i >= job.in.cols * job.in.channels) return;
  const int x = i / job.in.channels;
  const int c = i - x * job.in.channels;
  for (int y = static_cast<int>(blockIdx.y); y < job.in.rows; y += static_cast<int>(gridDim.y)) {
    fold_and_store<Fold>(job, x, y, c);
  }
}

// Numbers as unsigned integers of the same order.
__device__ std::uint32_t key(std::uint8_t v) { return v; }
__device__ std::uint32_t key(std::uint16_t v) { return v; }
__device__ std::uint32_t key(std::int16_t v) { return static_cast<std::uint16_t>(v) ^ 0x8000U; }
__device__ std::uint32_t key(float v) {
  const std::uint32_t bits = __float_as_uint(v);
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}
__device__ void from_key(std::uint32_t k, std::uint8_t& v) { v = static_cast<std::uint8_t>(k); }
__device__ void from_key(std::uint32_t k, std::uint16_t& v) { v = static_cast<std::uint16_t>(k); }
__device__ void from_key(std::uint32_t k, std::int16_t& v) { v = static_cast<std::int16_t>(k ^ 0x8000U); }
__device__ void from_key(std::uint32_t k, float& v) {
  v = __uint_as_float((k & 0x80000000U) != 0 ? k & 0x7FFFFFFFU : ~k);
}

// The largest key that at most half of the window is below, found bit by bit: no storage, any size of window.
template <class T>
__global__ void __launch_bounds__(matrix_threads) median(const __grid_constant__ matrix::MedianJob job) {
  const matrix::Place& in = job.in;
  const int i = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  if (i >= in.cols * in.channels) return;
  const int x = i / in.channels;
  const int c = i - x * in.channels;
  const int r = job.radius;
  const int half = (2 * r + 1) * (2 * r + 1) / 2;
  for (int y = static_cast<int>(blockIdx.y); y < in.rows; y += static_cast<int>(gridDim.y)) {
    std::uint32_t found = 0;
    for (std::uint32_t bit = 1U << (sizeof(T) * 8 - 1); bit != 0; bit >>= 1) {
      const std::uint32_t candidate = found | bit;
      int below = 0;
      for (int dy = -r; dy <= r; ++dy) {
        const T* row = in.row<const T>(pixel::replicate(y + dy, in.rows));
        for (int dx = -r; dx <= r; ++dx)
          below += key(row[pixel::replicate(x + dx, in.cols) * in.channels + c]) < candidate ? 1 : 0;
      }
      if (below <= half) found = candidate;
    }
    from_key(found, job.out.row<T>(y)[i]);
  }
}

}  // namespace

template <class Fold, class W>
void matrix_window(StreamView stream, const matrix::WindowJob<W>& job, Fold) {
  const detail::DeviceGuard guard(stream.device().index());
  const dim3 grid = matrix_grid(job.in.cols * job.in.channels, job.in.rows);
  window<Fold, W><<<grid, matrix_threads, 0, detail::cuda_handle(stream)>>>(job);
  RETOUCH_CUDA("launch a window filter", cudaGetLastError());
}

#define RETOUCH_INSTANTIATE(Fold, W) template void matrix_window(StreamView, const matrix::WindowJob<W>&, matrix::Fold);
RETOUCH_FOLDS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

void matrix_median(StreamView stream, const matrix::MedianJob& job) {
  const detail::DeviceGuard guard(stream.device().index());
  const dim3 grid = matrix_grid(job.in.cols * job.in.channels, job.in.rows);
  cudaStream_t handle = detail::cuda_handle(stream);
  switch (job.in.depth) {
    case Depth::u8: median<std::uint8_t><<<grid, matrix_threads, 0, handle>>>(job); break;
    case Depth::u16: median<std::uint16_t><<<grid, matrix_threads, 0, handle>>>(job); break;
    case Depth::s16: median<std::int16_t><<<grid, matrix_threads, 0, handle>>>(job); break;
    default: median<float><<<grid, matrix_threads, 0, handle>>>(job); break;
  }
  RETOUCH_CUDA("launch a median filter", cudaGetLastError());
}

}  // namespace retouch::cuda
