// rotate90 on CUDA: tiles go through shared memory, so that rows are both read and written as rows.
#include "ops/rotate90.hpp"

#include <cuda_runtime.h>

#include <cstdint>

#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "ops/region_batches.hpp"

namespace retouch::cuda {

namespace {

constexpr int tile = 32;
constexpr int block_height = 8;  // a thread moves tile / block_height pixels of a tile

// A pixel's bytes in a word. `whole`: four channels at word-aligned addresses.
__device__ std::uint32_t load_pixel(const std::uint8_t* row, int x, int channels, bool whole) {
  if (whole) return reinterpret_cast<const std::uint32_t*>(row)[x];
  const std::uint8_t* at = row + static_cast<std::ptrdiff_t>(x) * channels;
  std::uint32_t pixel = at[0];
  if (channels > 1) pixel |= std::uint32_t{at[1]} << 8;
  if (channels > 2) pixel |= std::uint32_t{at[2]} << 16;
  if (channels > 3) pixel |= std::uint32_t{at[3]} << 24;
  return pixel;
}
__device__ void store_pixel(std::uint8_t* row, int x, int channels, bool whole, std::uint32_t pixel) {
  if (whole) {
    reinterpret_cast<std::uint32_t*>(row)[x] = pixel;
    return;
  }
  std::uint8_t* at = row + static_cast<std::ptrdiff_t>(x) * channels;
  at[0] = static_cast<std::uint8_t>(pixel);
  if (channels > 1) at[1] = static_cast<std::uint8_t>(pixel >> 8);
  if (channels > 2) at[2] = static_cast<std::uint8_t>(pixel >> 16);
  if (channels > 3) at[3] = static_cast<std::uint8_t>(pixel >> 24);
}

bool whole_words(const Plane& plane) {
  return plane.channels == 4 && reinterpret_cast<std::uintptr_t>(plane.data) % 4 == 0 && plane.pitch_bytes % 4 == 0;
}

struct TurnIntoJob {
  const std::uint8_t* src;
  std::uint8_t* dst;
  std::ptrdiff_t src_pitch;
  std::ptrdiff_t dst_pitch;
  int width;  // of src
  int height;
  unsigned blocks_across;
  std::uint8_t channels;
  bool whole;
};
using TurnIntoJobs = JobList<TurnIntoJob, 3>;

__global__ void __launch_bounds__(tile* block_height)
    turn_into_kernel(const __grid_constant__ TurnIntoJobs list, bool clockwise) {
  __shared__ std::uint32_t pixels[tile][tile + 1];
  unsigned block = blockIdx.x;
  const TurnIntoJob& job = list.find(block);
  const int left = static_cast<int>(block % job.blocks_across) * tile;
  const int top = static_cast<int>(block / job.blocks_across) * tile;
  const int lane = static_cast<int>(threadIdx.x);
  for (int row = static_cast<int>(threadIdx.y); row < tile; row += block_height)
    if (left + lane < job.width && top + row < job.height)
      pixels[row][lane] = load_pixel(job.src + (top + row) * job.src_pitch, left + lane, job.channels, job.whole);
  __syncthreads();
  // Column `row` of the tile becomes a row of dst, pixel by pixel from the bottom (clockwise) or the top.
  for (int row = static_cast<int>(threadIdx.y); row < tile; row += block_height) {
    const int x = left + row;
    const int y = top + lane;
    if (x >= job.width || y >= job.height) continue;
    const int to_x = clockwise ? job.height - 1 - y : y;
    const int to_y = clockwise ? x : job.width - 1 - x;
    store_pixel(job.dst + to_y * job.dst_pitch, to_x, job.channels, job.whole, pixels[lane][row]);
  }
}

struct TurnJob {
  std::uint8_t* data;
  std::ptrdiff_t pitch;
  int size;  // of the square
  unsigned blocks_across;
  std::uint8_t channels;
  bool whole;
};
constexpr int views_per_launch = 24;
using TurnJobs = JobList<TurnJob, 3 * views_per_launch>;
static_assert(sizeof(TurnJobs) < 4000, "kernel parameters");

// Place of pixel (x, y) of a square after `turns` quarter turns clockwise.
__device__ int2 turned(int x, int y, int turns, int last) {
  switch (turns & 3) {
    case 1: return make_int2(last - y, x);
    case 2: return make_int2(last - x, last - y);
    case 3: return make_int2(y, last - x);
    default: return make_int2(x, y);
  }
}

// In place: a block owns a tile of the top-left quadrant (with the middle column, without the middle row) and the three
// tiles that it passes through in a full turn. It reads all four before it writes one. Rows of the tile are columns of
// its images after one and three turns, so those are walked the other way round.
__global__ void __launch_bounds__(tile* block_height)
    turn_kernel(const __grid_constant__ TurnJobs list, bool clockwise) {
  __shared__ std::uint32_t pixels[4][tile][tile + 1];
  unsigned block = blockIdx.x;
  const TurnJob& job = list.find(block);
  const int left = static_cast<int>(block % job.blocks_across) * tile;
  const int top = static_cast<int>(block / job.blocks_across) * tile;
  const int across = min(tile, (job.size + 1) / 2 - left);
  const int down = min(tile, job.size / 2 - top);
  const int last = job.size - 1;
  const int lane = static_cast<int>(threadIdx.x);
#pragma unroll
  for (int image = 0; image < 4; ++image)
    for (int row = static_cast<int>(threadIdx.y); row < tile; row += block_height) {
      const int x = image % 2 == 0 ? lane : row;
      const int y = image % 2 == 0 ? row : lane;
      if (x >= across || y >= down) continue;
      const int2 at = turned(left + x, top + y, image, last);
      pixels[image][y][x] = load_pixel(job.data + at.y * job.pitch, at.x, job.channels, job.whole);
    }
  __syncthreads();
#pragma unroll
  for (int image = 0; image < 4; ++image)
    for (int row = static_cast<int>(threadIdx.y); row < tile; row += block_height) {
      const int x = image % 2 == 0 ? lane : row;
      const int y = image % 2 == 0 ? row : lane;
      if (x >= across || y >= down) continue;
      const int2 at = turned(left + x, top + y, image, last);
      const int from = (image + (clockwise ? 3 : 1)) % 4;
      store_pixel(job.data + at.y * job.pitch, at.x, job.channels, job.whole, pixels[from][y][x]);
    }
}

}  // namespace

void rotate90(StreamView stream, std::span<const ImageView> views, bool clockwise) {
  const detail::DeviceGuard guard(stream.device().index());
  detail::for_each_batch(views, views_per_launch, [&](std::span<const ImageView* const> batch) {
    TurnJobs list;
    for (const ImageView* view : batch)
      for (int i = 0; i < view->plane_count(); ++i) {
        const Plane& plane = view->plane(i);
        if (plane.width < 2) continue;
        const unsigned across = blocks_for((plane.width + 1) / 2, tile);
        list.add({plane.data, plane.pitch_bytes, plane.width, across, static_cast<std::uint8_t>(plane.channels),
                  whole_words(plane)},
                 across * blocks_for(plane.height / 2, tile));
      }
    if (list.count == 0) return;
    turn_kernel<<<list.blocks(), dim3(tile, block_height), 0, detail::cuda_handle(stream)>>>(list, clockwise);
    RETOUCH_CUDA("launch rotate90", cudaGetLastError());
  });
}

void rotate90_into(StreamView stream, const ImageView& src, const ImageView& dst, bool clockwise) {
  const detail::DeviceGuard guard(stream.device().index());
  TurnIntoJobs list;
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    const unsigned across = blocks_for(from.width, tile);
    list.add({from.data, to.data, from.pitch_bytes, to.pitch_bytes, from.width, from.height, across,
              static_cast<std::uint8_t>(from.channels), whole_words(from) && whole_words(to)},
             across * blocks_for(from.height, tile));
  }
  turn_into_kernel<<<list.blocks(), dim3(tile, block_height), 0, detail::cuda_handle(stream)>>>(list, clockwise);
  RETOUCH_CUDA("launch rotate90_into", cudaGetLastError());
}

}  // namespace retouch::cuda
