// median_blur on CUDA. A block loads a tile and its neighbours into shared memory; a thread computes four bytes that
// lie side by side, whose neighbours are the same four bytes a whole number of samples away, so channels do not matter.
// In place, the result goes to a temporary first and a second launch puts it back.
#include "ops/median_blur.hpp"

#include <cuda_runtime.h>

#include <array>
#include <cstdint>
#include <utility>

#include "core/memory.hpp"
#include "cuda/chunks.cuh"
#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "pixel/border.hpp"
#include "pixel/median.hpp"

namespace retouch::cuda {

namespace {

constexpr int threads_x = 32;
constexpr int threads_y = 8;
constexpr int threads = threads_x * threads_y;
constexpr int tile_bytes = 4 * threads_x;
constexpr int tile_rows = 2 * threads_y;
constexpr int halo = 8;  // bytes at both sides: two samples of four channels
constexpr int largest_radius = 2;
constexpr int row_words = (tile_bytes + 2 * halo) / 4;
constexpr int row_stride = row_words + 1;  // the last word is read, never used
constexpr int copy_chunks_per_thread = 4;

struct Job {
  const std::uint8_t* src;
  std::ptrdiff_t src_pitch;
  std::uint8_t* dst;
  std::ptrdiff_t dst_pitch;
  int width;
  int height;
  int channels;
  int ksize;
};
using Jobs = JobList<Job, static_cast<int>(median_planes_per_launch)>;
using Copies = JobList<RowCopy, static_cast<int>(median_planes_per_launch)>;
static_assert(sizeof(Jobs) <= 4096 && sizeof(Copies) <= 4096);

/// Two bytes in the halves of a word.
struct BytePair {
  std::uint32_t halves;
};
__device__ RETOUCH_INLINE void order(BytePair& low, BytePair& high) {
  const std::uint32_t a = low.halves;
  const std::uint32_t b = high.halves;
  low.halves = __vminu2(a, b);
  high.halves = __vmaxu2(a, b);
}

template <int Channels>
__device__ void load_tile(const Job& job, std::uint32_t* tile, int left, int top, int radius) {
  const int bytes = job.width * Channels;
  const int rows = tile_rows + 2 * radius;
  const bool words =
      left >= halo && left + tile_bytes + halo <= bytes &&
      ((reinterpret_cast<std::uintptr_t>(job.src) | static_cast<std::uintptr_t>(job.src_pitch)) & 3U) == 0;
  if (words) {
    for (int i = static_cast<int>(threadIdx.x); i < rows * row_words; i += threads) {
      const int y = pixel::replicate(top - radius + i / row_words, job.height);
      const std::uint8_t* at = job.src + y * job.src_pitch + left - halo + i % row_words * 4;
      tile[i / row_words * row_stride + i % row_words] = *reinterpret_cast<const std::uint32_t*>(at);
    }
    return;
  }
  auto* tile_byte = reinterpret_cast<std::uint8_t*>(tile);
  constexpr int row_bytes = row_words * 4;
  for (int i = static_cast<int>(threadIdx.x); i < rows * row_bytes; i += threads) {
    const int y = pixel::replicate(top - radius + i / row_bytes, job.height);
    const int ahead = left - halo + i % row_bytes + halo * Channels;  // not negative, a whole number of samples ahead
    const int x = pixel::replicate(ahead / Channels - halo, job.width);
    tile_byte[i / row_bytes * row_stride * 4 + i % row_bytes] =
        job.src[y * job.src_pitch + static_cast<std::ptrdiff_t>(x) * Channels + ahead % Channels];
  }
}

/// The word that starts at byte `at` of a row of the tile.
__device__ std::uint32_t word_at(const std::uint32_t* row, int at) {
  return __funnelshift_r(row[at / 4], row[at / 4 + 1], static_cast<unsigned>(at % 4) * 8);
}

template <int Channels, int K, int... I>
__device__ std::uint32_t median_of_bytes(const std::uint32_t* tile, int at,
                                         std::integer_sequence<int, I...> /*window*/) {
  constexpr int radius = K / 2;
  const std::uint32_t words[] = {word_at(tile + I / K * row_stride, at + (I % K - radius) * Channels)...};
  BytePair even[] = {BytePair{words[I] & 0x00FF00FFU}...};
  BytePair odd[] = {BytePair{words[I] >> 8 & 0x00FF00FFU}...};
  return pixel::median(even).halves | pixel::median(odd).halves << 8;
}

template <int Channels, int K>
__device__ void median_tile(const Job& job, std::uint32_t* tile, int block) {
  const int tiles = (job.width * Channels + tile_bytes - 1) / tile_bytes;
  const int left = block % tiles * tile_bytes;
  const int top = block / tiles * tile_rows;
  load_tile<Channels>(job, tile, left, top, K / 2);
  __syncthreads();
  const int x = static_cast<int>(threadIdx.x) % threads_x * 4;
  for (int row = static_cast<int>(threadIdx.x) / threads_x; row < tile_rows; row += threads_y) {
    if (left + x >= job.width * Channels || top + row >= job.height) return;
    const std::uint32_t result =
        median_of_bytes<Channels, K>(tile + row * row_stride, halo + x, std::make_integer_sequence<int, K * K>());
    store_word(job.dst + (top + row) * job.dst_pitch, left + x, job.width * Channels, result);
  }
}

template <int Channels>
__device__ void median_tile(const Job& job, std::uint32_t* tile, int block) {
  if (job.ksize == 3)
    median_tile<Channels, 3>(job, tile, block);
  else
    median_tile<Channels, 5>(job, tile, block);
}

__global__ void __launch_bounds__(threads) median_tiles(const __grid_constant__ Jobs jobs) {
  __shared__ std::uint32_t tile[(tile_rows + 2 * largest_radius) * row_stride];
  unsigned block = blockIdx.x;
  const Job& job = jobs.find(block);
  switch (job.channels) {
    case 1: median_tile<1>(job, tile, static_cast<int>(block)); break;
    case 2: median_tile<2>(job, tile, static_cast<int>(block)); break;
    case 3: median_tile<3>(job, tile, static_cast<int>(block)); break;
    default: median_tile<4>(job, tile, static_cast<int>(block)); break;
  }
}

__global__ void __launch_bounds__(threads) copy_back(const __grid_constant__ Copies copies) {
  unsigned block = blockIdx.x;
  const RowCopy& copy = copies.find(block);
  int item = static_cast<int>(block) * threads * copy_chunks_per_thread + static_cast<int>(threadIdx.x);
  for (int i = 0; i < copy_chunks_per_thread; ++i, item += threads) copy_chunk(copy, item);
}

void launch(cudaStream_t handle, const Jobs& jobs) {
  median_tiles<<<jobs.blocks(), threads, 0, handle>>>(jobs);
  RETOUCH_CUDA("launch median_blur", cudaGetLastError());
}

}  // namespace

void median_blur(StreamView stream, Views src, Views dst, int ksize) {
  const bool in_place = src.front()->plane(0).data == dst.front()->plane(0).data;
  Jobs jobs;
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p) {
      const Plane& from = src[i]->plane(p);
      const Plane& to = dst[i]->plane(p);
      jobs.add({from.data, from.pitch_bytes, to.data, to.pitch_bytes, from.width, from.height, from.channels,
                median_ksize(*src[i], p, ksize)},
               blocks_for(from.width * from.channels, tile_bytes) * blocks_for(from.height, tile_rows));
    }
  const detail::DeviceGuard guard(stream.device().index());
  cudaStream_t handle = detail::cuda_handle(stream);
  if (!in_place) {
    launch(handle, jobs);
    return;
  }

  ScratchLayout layout;
  std::array<std::size_t, median_planes_per_launch> offsets;
  Copies copies;
  for (int i = 0; i < jobs.count; ++i) {
    const Job& job = jobs.jobs[i];
    RowCopy copy{nullptr, 0, job.dst, job.dst_pitch, job.width * job.channels, job.height};
    offsets[static_cast<std::size_t>(i)] = layout.add(copy.dst, copy.dst_pitch, copy.bytes, copy.rows, copy.src_pitch);
    copies.add(copy, blocks_for(chunks_in_row(copy.bytes) * copy.rows, threads * copy_chunks_per_thread));
  }
  const detail::Temporary scratch(stream, layout.bytes());
  for (int i = 0; i < jobs.count; ++i) {
    jobs.jobs[i].dst = scratch.get<std::uint8_t>() + offsets[static_cast<std::size_t>(i)];
    jobs.jobs[i].dst_pitch = copies.jobs[i].src_pitch;
    copies.jobs[i].src = jobs.jobs[i].dst;
  }
  launch(handle, jobs);
  copy_back<<<copies.blocks(), threads, 0, handle>>>(copies);
  RETOUCH_CUDA("launch median_blur's copy", cudaGetLastError());
}

}  // namespace retouch::cuda
