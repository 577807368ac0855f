// The warp engine on CUDA: a thread makes one pixel.
#include "cuda/matrix_grid.cuh"
#include "matrix/warp.hpp"

namespace retouch::cuda {

namespace {

template <class Map>
__global__ void __launch_bounds__(matrix_threads)
    warp(const __grid_constant__ matrix::WarpJob job, const __grid_constant__ Map map) {
  const int x = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  if (x >= job.out.cols) return;
  for (int y = static_cast<int>(blockIdx.y); y < job.out.rows; y += static_cast<int>(gridDim.y))
    matrix::visit(job.out.depth, [&](auto tag) {
      using T = typename decltype(tag)::type;
      matrix::sample<matrix::WorkOf<T>, T>(job, map.from(x, y), x, y);
    });
}

__global__ void __launch_bounds__(matrix_threads) area(const __grid_constant__ matrix::AreaJob job) {
  const int x = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  if (x >= job.out.cols) return;
  for (int y = static_cast<int>(blockIdx.y); y < job.out.rows; y += static_cast<int>(gridDim.y))
    matrix::visit(job.out.depth, [&](auto tag) {
      using T = typename decltype(tag)::type;
      matrix::mean_of_area<matrix::WorkOf<T>, T>(job, x, y);
    });
}

__global__ void __launch_bounds__(matrix_threads)
    coordinates(const __grid_constant__ matrix::Projective map, const __grid_constant__ matrix::Place x_map,
                const __grid_constant__ matrix::Place y_map) {
  const int x = static_cast<int>(blockIdx.x * matrix_threads + threadIdx.x);
  if (x >= x_map.cols) return;
  for (int y = static_cast<int>(blockIdx.y); y < x_map.rows; y += static_cast<int>(gridDim.y)) {
    const matrix::Spot spot = map.from(x, y);
    x_map.row<float>(y)[x] = static_cast<float>(spot.x);
    y_map.row<float>(y)[x] = static_cast<float>(spot.y);
  }
}

}  // namespace

template <class Map>
void matrix_warp(StreamView stream, const matrix::WarpJob& job, const Map& map) {
  const detail::DeviceGuard guard(stream.device().index());
  warp<<<matrix_grid(job.out.cols, job.out.rows), matrix_threads, 0, detail::cuda_handle(stream)>>>(job, map);
  RETOUCH_CUDA("launch a warp", cudaGetLastError());
}

#define RETOUCH_INSTANTIATE(Map) template void matrix_warp(StreamView, const matrix::WarpJob&, const matrix::Map&);
RETOUCH_MAPS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

void matrix_area(StreamView stream, const matrix::AreaJob& job) {
  const detail::DeviceGuard guard(stream.device().index());
  area<<<matrix_grid(job.out.cols, job.out.rows), matrix_threads, 0, detail::cuda_handle(stream)>>>(job);
  RETOUCH_CUDA("launch a resize", cudaGetLastError());
}

void matrix_coordinates(StreamView stream, const matrix::Projective& map, const matrix::Place& x,
                        const matrix::Place& y) {
  const detail::DeviceGuard guard(stream.device().index());
  coordinates<<<matrix_grid(x.cols, x.rows), matrix_threads, 0, detail::cuda_handle(stream)>>>(map, x, y);
  RETOUCH_CUDA("launch warp maps", cudaGetLastError());
}

}  // namespace retouch::cuda
