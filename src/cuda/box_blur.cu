// box_blur on CUDA, two launches for a list of regions: sums along the rows into a temporary (16 bits hold 255 bytes),
// then sums of those down the columns, divided, into the target. As the second launch reads nothing but sums, the
// target may be the source. A thread computes a run of neighbouring results, so that from one to the next it adds one
// value and takes one away.
#include "ops/box_blur.hpp"

#include <cuda_runtime.h>

#include <cstdint>

#include "core/memory.hpp"
#include "cuda/chunks.cuh"
#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "pixel/border.hpp"

namespace retouch::cuda {

namespace {

constexpr int threads = 256;

// Rows: a block does 128 samples of several rows.
constexpr int samples_per_run = 8;
constexpr int samples_per_block = 128;
constexpr int runs_per_block = samples_per_block / samples_per_run;
constexpr int largest_kernel = 255;
constexpr int tile_samples = samples_per_block + largest_kernel - 1;
__host__ __device__ constexpr int rows_per_block(int channels) { return threads / (runs_per_block * channels); }

// Columns: a thread does 4 bytes side by side.
constexpr int columns_x = 64;
constexpr int columns_y = threads / columns_x;
constexpr int rows_per_run = 16;

struct Job {
  BoxPlane plane;
  std::uint16_t* sums;
  int sums_pitch;  // in sums; a multiple of 8, so that groups of 4 are aligned
};
using Jobs = JobList<Job, static_cast<int>(box_planes_per_launch)>;
static_assert(sizeof(Jobs) <= 4096);

template <int Channels>
__device__ void load_row(const BoxPlane& plane, const std::uint8_t* row, int first, int bytes, std::uint8_t* out) {
  for (int i = static_cast<int>(threadIdx.x); i < bytes; i += threads) {
    const int x = pixel::border_index(first + i / Channels, plane.width, plane.border);
    out[i] = x < 0 ? plane.outside[i % Channels] : row[static_cast<std::ptrdiff_t>(x) * Channels + i % Channels];
  }
}

template <int Channels>
__device__ void sum_rows(const Job& job, std::uint8_t* tile, std::uint16_t* result, int block) {
  constexpr int rows = rows_per_block(Channels);
  constexpr int row_stride = tile_samples * Channels;
  constexpr int result_stride = samples_per_block * Channels;
  const BoxPlane& plane = job.plane;
  const int blocks_in_row = (plane.width - 1) / samples_per_block + 1;
  const int left = block % blocks_in_row * samples_per_block;
  const int top = block / blocks_in_row * rows;
  const int rows_here = min(rows, plane.height - top);
  const int samples_here = min(samples_per_block, plane.width - left);

  for (int r = 0; r < rows_here; ++r)
    load_row<Channels>(plane, plane.src + (top + r) * plane.src_pitch, left - plane.kernel_x / 2,
                       (samples_here + plane.kernel_x - 1) * Channels, tile + r * row_stride);
  __syncthreads();

  const int row = static_cast<int>(threadIdx.x) / (runs_per_block * Channels);
  const int in_row = static_cast<int>(threadIdx.x) % (runs_per_block * Channels);
  const int start = in_row / Channels * samples_per_run;
  if (row < rows_here && start < samples_here) {
    const std::uint8_t* in = tile + row * row_stride + start * Channels + in_row % Channels;
    std::uint16_t* out = result + row * result_stride + start * Channels + in_row % Channels;
    unsigned sum = 0;
    for (int i = 0; i < plane.kernel_x; ++i) sum += in[i * Channels];
    const int count = min(samples_per_run, samples_here - start);
    for (int i = 0; i < count; ++i) {
      if (i > 0) sum += in[(i - 1 + plane.kernel_x) * Channels] - in[(i - 1) * Channels];
      out[i * Channels] = static_cast<std::uint16_t>(sum);
    }
  }
  __syncthreads();

  for (int r = 0; r < rows_here; ++r) {
    std::uint16_t* out = job.sums + static_cast<std::ptrdiff_t>(top + r) * job.sums_pitch + left * Channels;
    const int count = samples_here * Channels;
    // Up to a multiple of 4, which is what the columns are read in.
    for (int i = static_cast<int>(threadIdx.x); i < (count + 3) / 4 * 4; i += threads)
      out[i] = i < count ? result[r * result_stride + i] : std::uint16_t{0};
  }
}

__global__ void __launch_bounds__(threads) sum_rows_of(const __grid_constant__ Jobs jobs) {
  // rows_per_block(channels) * channels is at most 16.
  __shared__ std::uint8_t tile[16 * tile_samples];
  __shared__ std::uint16_t result[16 * samples_per_block];
  unsigned number = blockIdx.x;
  const Job& job = jobs.find(number);
  const int block = static_cast<int>(number);
  switch (job.plane.channels) {
    case 1: sum_rows<1>(job, tile, result, block); break;
    case 2: sum_rows<2>(job, tile, result, block); break;
    case 3: sum_rows<3>(job, tile, result, block); break;
    default: sum_rows<4>(job, tile, result, block); break;
  }
}

/// Sums of four neighbouring bytes' windows.
struct Four {
  std::uint32_t of[4];

  __device__ void add(const Four& other) {
#pragma unroll
    for (int i = 0; i < 4; ++i) of[i] += other.of[i];
  }
  __device__ void subtract(const Four& other) {
#pragma unroll
    for (int i = 0; i < 4; ++i) of[i] -= other.of[i];
  }
};

/// The sums along row y at bytes x .. x+3; `outside` those of a row beyond the edge.
__device__ Four sums_at(const Job& job, int x, int y, const Four& outside) {
  const int inside = pixel::border_index(y, job.plane.height, job.plane.border);
  if (inside < 0) return outside;
  const std::uint16_t* at = job.sums + static_cast<std::ptrdiff_t>(inside) * job.sums_pitch + x;
  const uint2 sums = *reinterpret_cast<const uint2*>(at);
  return {{sums.x & 0xFFFFU, sums.x >> 16, sums.y & 0xFFFFU, sums.y >> 16}};
}

__global__ void __launch_bounds__(threads) sum_columns_of(const __grid_constant__ Jobs jobs) {
  unsigned number = blockIdx.x;
  const Job& job = jobs.find(number);
  const BoxPlane& plane = job.plane;
  const int block = static_cast<int>(number);
  const int bytes = plane.width * plane.channels;
  const int blocks_in_row = (bytes - 1) / (4 * columns_x) + 1;
  const int x = (block % blocks_in_row * columns_x + static_cast<int>(threadIdx.x) % columns_x) * 4;
  const int top = (block / blocks_in_row * columns_y + static_cast<int>(threadIdx.x) / columns_x) * rows_per_run;
  if (x >= bytes || top >= plane.height) return;

  Four outside;
#pragma unroll
  for (int i = 0; i < 4; ++i)
    outside.of[i] = static_cast<std::uint32_t>(plane.outside[(x + i) % plane.channels] * plane.kernel_x);
  const int first = top - plane.kernel_y / 2;
  Four sum{};
  for (int i = 0; i < plane.kernel_y; ++i) sum.add(sums_at(job, x, first + i, outside));
  const int count = min(rows_per_run, plane.height - top);
  for (int i = 0; i < count; ++i) {
    if (i > 0) {
      sum.add(sums_at(job, x, first + i - 1 + plane.kernel_y, outside));
      sum.subtract(sums_at(job, x, first + i - 1, outside));
    }
    std::uint32_t word = 0;
#pragma unroll
    for (int b = 0; b < 4; ++b) word |= static_cast<std::uint32_t>(plane.mean(sum.of[b])) << (8 * b);
    store_word(plane.dst + (top + i) * plane.dst_pitch, x, bytes, word);
  }
}

}  // namespace

void box_blur(StreamView stream, Views src, Views dst, std::span<const BoxBlurOptions> options) {
  Jobs rows;
  std::size_t sums = 0;
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p) {
      const BoxPlane plane = box_plane(*src[i], *dst[i], p, options[i]);
      const int pitch = (plane.width * plane.channels + 7) / 8 * 8;
      rows.add({plane, nullptr, pitch},
               blocks_for(plane.width, samples_per_block) * blocks_for(plane.height, rows_per_block(plane.channels)));
      sums += static_cast<std::size_t>(pitch) * static_cast<std::size_t>(plane.height);
    }

  const detail::DeviceGuard guard(stream.device().index());
  cudaStream_t handle = detail::cuda_handle(stream);
  const detail::Temporary temporary(stream, sums * sizeof(std::uint16_t));
  Jobs columns;
  auto* next = temporary.get<std::uint16_t>();
  for (int i = 0; i < rows.count; ++i) {
    Job& job = rows.jobs[i];
    job.sums = next;
    next += static_cast<std::size_t>(job.sums_pitch) * static_cast<std::size_t>(job.plane.height);
    columns.add(job, blocks_for(job.plane.width * job.plane.channels, 4 * columns_x) *
                         blocks_for(job.plane.height, columns_y * rows_per_run));
  }
  sum_rows_of<<<rows.blocks(), threads, 0, handle>>>(rows);
  RETOUCH_CUDA("launch box_blur along the rows", cudaGetLastError());
  sum_columns_of<<<columns.blocks(), threads, 0, handle>>>(columns);
  RETOUCH_CUDA("launch box_blur along the columns", cudaGetLastError());
}

}  // namespace retouch::cuda
