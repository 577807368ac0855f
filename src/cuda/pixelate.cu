// pixelate on CUDA. Cells are independent, so one launch does all cells of all regions in place: a warp a cell while
// cells are small, a block a cell above. A cell too large for one multiprocessor is cut into strips of rows: one launch
// adds up the strips, a second one adds up each cell's strips and writes the means.
#include "ops/pixelate.hpp"

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "core/memory.hpp"
#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

constexpr int warp = 32;
constexpr int threads = 256;
constexpr int warps = threads / warp;
constexpr int largest_warp_cell = 32;    // pixels a side
constexpr int largest_block_cell = 256;  // pixels a side; its sum fits 32 bits
constexpr int strip_samples = 32 * 1024;

struct Job {
  PixelatePlane plane;
  unsigned first_strip;  // in the table of strip sums
  int strip_rows;        // rows of a cell in one strip
  int strips;            // of a cell
};
using Jobs = JobList<Job, static_cast<int>(pixelate_planes_per_launch)>;
static_assert(sizeof(Jobs) <= 4096);

/// Part of a plane: a cell, or a strip of one.
struct Part {
  int left;
  int top;
  int width;
  int height;
};

struct Sums {
  std::uint32_t of[4];
};

__device__ Part cell_of(const PixelatePlane& plane, int cell) {
  const int left = cell % plane.columns * plane.cell;
  const int top = cell / plane.columns * plane.cell;
  return {left, top, min(plane.cell, plane.width - left), min(plane.cell, plane.height - top)};
}

/// Calls f(x, y) for the part's pixels that are the turn of `thread` of `count`.
template <class F>
__device__ void for_pixels(const Part& part, int thread, int count, F&& f) {
  int x = thread % part.width;
  int y = thread / part.width;
  const int step_x = count % part.width;
  const int step_y = count / part.width;
  while (y < part.height) {
    f(part.left + x, part.top + y);
    x += step_x;
    y += step_y;
    if (x >= part.width) {
      x -= part.width;
      ++y;
    }
  }
}

template <int Channels>
__device__ Sums add_up(const PixelatePlane& plane, const Part& part, int thread, int count) {
  Sums sums{};
  const bool words = Channels == 4 && ((reinterpret_cast<std::uintptr_t>(plane.src) | plane.src_pitch) & 3U) == 0;
  for_pixels(part, thread, count, [&](int x, int y) {
    const std::uint8_t* at = plane.src + y * plane.src_pitch + static_cast<std::ptrdiff_t>(x) * Channels;
    if (words) {
      const std::uint32_t word = *reinterpret_cast<const std::uint32_t*>(at);
#pragma unroll
      for (int c = 0; c < Channels; ++c) sums.of[c] += word >> (8 * c) & 0xFFU;
    } else {
#pragma unroll
      for (int c = 0; c < Channels; ++c) sums.of[c] += at[c];
    }
  });
  return sums;
}

template <int Channels>
__device__ void write(const PixelatePlane& plane, const Part& part, const std::uint8_t (&mean)[4], int thread,
                      int count) {
  const bool words = Channels == 4 && ((reinterpret_cast<std::uintptr_t>(plane.dst) | plane.dst_pitch) & 3U) == 0;
  const std::uint32_t word = mean[0] | mean[1] << 8 | mean[2] << 16 | static_cast<std::uint32_t>(mean[3]) << 24;
  for_pixels(part, thread, count, [&](int x, int y) {
    std::uint8_t* at = plane.dst + y * plane.dst_pitch + static_cast<std::ptrdiff_t>(x) * Channels;
    if (words) {
      *reinterpret_cast<std::uint32_t*>(at) = word;
    } else {
#pragma unroll
      for (int c = 0; c < Channels; ++c) at[c] = mean[c];
    }
  });
}

__device__ std::uint32_t sum_of_warp(std::uint32_t value) {
  for (int offset = warp / 2; offset > 0; offset /= 2) value += __shfl_xor_sync(0xFFFFFFFFU, value, offset);
  return value;
}

/// Every thread gets the block's sums. All threads of the block must call it.
template <int Channels>
__device__ void sum_of_block(Sums& sums) {
  __shared__ std::uint32_t shared[warps][4];
#pragma unroll
  for (int c = 0; c < Channels; ++c) sums.of[c] = sum_of_warp(sums.of[c]);
  if (threadIdx.x % warp == 0)
    for (int c = 0; c < Channels; ++c) shared[threadIdx.x / warp][c] = sums.of[c];
  __syncthreads();
#pragma unroll
  for (int c = 0; c < Channels; ++c) {
    sums.of[c] = 0;
    for (int i = 0; i < warps; ++i) sums.of[c] += shared[i][c];
  }
}

template <int Channels, bool BlockPerCell>
__device__ void pixelate_cell(const PixelatePlane& plane, int cell) {
  const Part part = cell_of(plane, cell);
  const int count = BlockPerCell ? threads : warp;
  const int thread = static_cast<int>(threadIdx.x) % count;
  Sums sums = add_up<Channels>(plane, part, thread, count);
  if constexpr (BlockPerCell) {
    sum_of_block<Channels>(sums);
  } else {
#pragma unroll
    for (int c = 0; c < Channels; ++c) sums.of[c] = sum_of_warp(sums.of[c]);
  }
  // Nobody of this cell writes before all have read: the sums above need every thread's part.
  std::uint8_t mean[4] = {};
  const auto pixels = static_cast<std::uint32_t>(part.width * part.height);
#pragma unroll
  for (int c = 0; c < Channels; ++c) mean[c] = pixel::cell_mean(sums.of[c], pixels);
  write<Channels>(plane, part, mean, thread, count);
}

/// Calls f with the plane's number of channels as a constant.
template <class F>
__device__ void with_channels(int channels, F&& f) {
  switch (channels) {
    case 1: f(std::integral_constant<int, 1>()); break;
    case 2: f(std::integral_constant<int, 2>()); break;
    case 3: f(std::integral_constant<int, 3>()); break;
    default: f(std::integral_constant<int, 4>()); break;
  }
}

template <bool BlockPerCell>
__global__ void __launch_bounds__(threads) pixelate_cells(const __grid_constant__ Jobs jobs) {
  unsigned block = blockIdx.x;
  const PixelatePlane& plane = jobs.find(block).plane;
  const int cell =
      BlockPerCell ? static_cast<int>(block) : static_cast<int>(block) * warps + static_cast<int>(threadIdx.x) / warp;
  if (cell >= plane.columns * plane.rows) return;  // whole warps
  with_channels(plane.channels,
                [&](auto channels) { pixelate_cell<decltype(channels)::value, BlockPerCell>(plane, cell); });
}

__device__ Part strip_of(const Job& job, int strip) {
  Part part = cell_of(job.plane, strip / job.strips);
  const int top = strip % job.strips * job.strip_rows;
  part.top += top;
  part.height = max(0, min(job.strip_rows, part.height - top));  // cells at the bottom may have fewer strips
  return part;
}

__global__ void __launch_bounds__(threads) add_up_strips(const __grid_constant__ Jobs jobs, Sums* table) {
  unsigned block = blockIdx.x;
  const Job& job = jobs.find(block);
  const Part part = strip_of(job, static_cast<int>(block));
  with_channels(job.plane.channels, [&](auto channels) {
    Sums sums = add_up<decltype(channels)::value>(job.plane, part, static_cast<int>(threadIdx.x), threads);
    sum_of_block<decltype(channels)::value>(sums);
    if (threadIdx.x == 0) table[job.first_strip + block] = sums;
  });
}

__global__ void __launch_bounds__(threads) write_strips(const __grid_constant__ Jobs jobs, const Sums* table) {
  unsigned block = blockIdx.x;
  const Job& job = jobs.find(block);
  const int strip = static_cast<int>(block);
  const int cell = strip / job.strips;
  const Part whole = cell_of(job.plane, cell);
  __shared__ unsigned long long totals[4];
  if (threadIdx.x < 4) totals[threadIdx.x] = 0;
  __syncthreads();
  const Sums* strips = table + job.first_strip + static_cast<std::size_t>(cell) * static_cast<std::size_t>(job.strips);
  for (int i = static_cast<int>(threadIdx.x); i < job.strips; i += threads)
    for (int c = 0; c < job.plane.channels; ++c)
      atomicAdd(&totals[c], static_cast<unsigned long long>(strips[i].of[c]));
  __syncthreads();
  std::uint8_t mean[4] = {};
  const auto pixels = static_cast<std::uint64_t>(whole.width) * static_cast<std::uint64_t>(whole.height);
  for (int c = 0; c < job.plane.channels; ++c) mean[c] = pixel::cell_mean(totals[c], pixels);
  with_channels(job.plane.channels, [&](auto channels) {
    write<decltype(channels)::value>(job.plane, strip_of(job, strip), mean, static_cast<int>(threadIdx.x), threads);
  });
}

enum class Way { warp_per_cell, block_per_cell, strips };

Way way_for(const Jobs& jobs) {
  int largest = 0;
  for (int i = 0; i < jobs.count; ++i) largest = std::max(largest, jobs.jobs[i].plane.cell);
  return largest <= largest_warp_cell    ? Way::warp_per_cell
         : largest <= largest_block_cell ? Way::block_per_cell
                                         : Way::strips;
}

}  // namespace

void pixelate(StreamView stream, Views src, Views dst, std::span<const int> cell_px) {
  Jobs planes;
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p)
      planes.add({pixelate_plane(*src[i], *dst[i], p, cell_px[i]), 0, 0, 0}, 0);
  const Way way = way_for(planes);

  Jobs jobs;
  for (int i = 0; i < planes.count; ++i) {
    Job job = planes.jobs[i];
    const int cells = job.plane.columns * job.plane.rows;
    if (way == Way::strips) {
      job.first_strip = jobs.blocks();
      job.strip_rows = std::max(1, strip_samples / std::min(job.plane.cell, job.plane.width));
      job.strips = (std::min(job.plane.cell, job.plane.height) - 1) / job.strip_rows + 1;
      jobs.add(job, static_cast<unsigned>(cells * job.strips));
    } else {
      jobs.add(job, way == Way::block_per_cell ? static_cast<unsigned>(cells) : blocks_for(cells, warps));
    }
  }

  const detail::DeviceGuard guard(stream.device().index());
  cudaStream_t handle = detail::cuda_handle(stream);
  if (way == Way::strips) {
    const detail::Temporary table(stream, jobs.blocks() * sizeof(Sums));
    add_up_strips<<<jobs.blocks(), threads, 0, handle>>>(jobs, table.get<Sums>());
    RETOUCH_CUDA("launch pixelate", cudaGetLastError());
    write_strips<<<jobs.blocks(), threads, 0, handle>>>(jobs, table.get<Sums>());
  } else if (way == Way::block_per_cell) {
    pixelate_cells<true><<<jobs.blocks(), threads, 0, handle>>>(jobs);
  } else {
    pixelate_cells<false><<<jobs.blocks(), threads, 0, handle>>>(jobs);
  }
  RETOUCH_CUDA("launch pixelate", cudaGetLastError());
}

}  // namespace retouch::cuda
