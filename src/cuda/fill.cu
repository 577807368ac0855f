// fill on CUDA: all planes of all regions in one launch. A thread writes chunks of 16 aligned bytes, so an opaque fill
// runs at the speed of the memory wherever the region starts.
#include "ops/fill.hpp"

#include <cuda_runtime.h>

#include <cstdint>

#include "cuda/chunks.cuh"
#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "pixel/mask.hpp"

namespace retouch::cuda {

namespace {

constexpr int threads = 256;
// Large pictures are filled by threads that each walk some chunks; small ones get a thread for each.
constexpr int most_chunks_per_thread = 4;
constexpr unsigned many_blocks = 512;

using FillJobs = JobList<FillPlane, static_cast<int>(fill_planes_per_launch)>;
static_assert(sizeof(FillJobs) <= 4096);

// Four bytes of the repeated sample, from byte `at` (0..11) on.
__device__ std::uint32_t tile_word(const FillPlane& plane, int at) {
  const auto* words = reinterpret_cast<const std::uint32_t*>(plane.tile);
  const int i = at / 4;
  return __funnelshift_r(words[i], words[i == 2 ? 0 : i + 1], static_cast<unsigned>(at % 4) * 8);
}

__device__ std::uint32_t blend_word(std::uint32_t src, std::uint32_t dst, std::uint32_t a) {
  std::uint32_t out = 0;
#pragma unroll
  for (int shift = 0; shift < 32; shift += 8)
    out |= static_cast<std::uint32_t>(pixel::blend(src >> shift & 0xFFU, dst >> shift & 0xFFU, a)) << shift;
  return out;
}

// Bytes begin .. end-1 of row y, at most 16: where a chunk leaves the row or an edge blends with less. All that is read
// is read before anything is written, so that the reads do not wait for each other.
__device__ void fill_bytes(const FillPlane& plane, std::uint8_t* row, int y, int begin, int end) {
  std::uint8_t under[chunk_bytes];
#pragma unroll
  for (int i = 0; i < chunk_bytes; ++i) {
    const int at = begin + i;
    under[i] = at < end && plane.alpha_at(at / plane.channels, y) != 255 ? row[at] : 0;
  }
#pragma unroll
  for (int i = 0; i < chunk_bytes; ++i) {
    const int at = begin + i;
    if (at < end) row[at] = pixel::blend(plane.tile[at % 12], under[i], plane.alpha_at(at / plane.channels, y));
  }
}

__device__ void fill_chunk(const FillPlane& plane, int y, int chunk) {
  std::uint8_t* row = plane.data + y * plane.pitch_bytes;
  const int begin = chunk_begin(row, chunk);
  const int end = begin + chunk_bytes;
  const int bytes = plane.width * plane.channels;
  const std::uint32_t alpha = plane.alpha_at(1, y);
  const bool left_edge = begin < plane.channels && plane.alpha_at(0, y) != alpha;
  if (begin < 0 || end > bytes || left_edge) {
    fill_bytes(plane, row, y, begin < 0 ? 0 : begin, end > bytes ? bytes : end);
    return;
  }
  const int at = begin % 12;
  uint4 value = make_uint4(tile_word(plane, at), tile_word(plane, (at + 4) % 12), tile_word(plane, (at + 8) % 12),
                           tile_word(plane, at));
  auto* out = reinterpret_cast<uint4*>(row + begin);
  if (alpha != 255) {
    const uint4 under = *out;
    value.x = blend_word(value.x, under.x, alpha);
    value.y = blend_word(value.y, under.y, alpha);
    value.z = blend_word(value.z, under.z, alpha);
    value.w = blend_word(value.w, under.w, alpha);
  }
  *out = value;
}

__global__ void __launch_bounds__(threads) fill_planes(const __grid_constant__ FillJobs jobs, int chunks_per_thread) {
  unsigned block = blockIdx.x;
  const FillPlane& plane = jobs.find(block);
  const int chunks = chunks_in_row(plane.width * plane.channels);
  int item = static_cast<int>(block) * threads * chunks_per_thread + static_cast<int>(threadIdx.x);
  for (int i = 0; i < chunks_per_thread && item < chunks * plane.height; ++i, item += threads)
    fill_chunk(plane, item / chunks, item % chunks);
}

struct MaskedFill {
  FillPlane plane;
  bool chroma;
};
using MaskedJobs = JobList<MaskedFill, 3>;

__global__ void __launch_bounds__(threads)
    fill_masked(const __grid_constant__ MaskedJobs jobs, const __grid_constant__ pixel::Mask mask) {
  unsigned block = blockIdx.x;
  const MaskedFill& job = jobs.find(block);
  const FillPlane& plane = job.plane;
  const int item = static_cast<int>(block) * threads + static_cast<int>(threadIdx.x);
  const int x = item % plane.width;
  const int y = item / plane.width;
  if (y >= plane.height) return;
  const std::uint32_t alpha =
      job.chroma ? pixel::chroma_alpha(mask, x, y, plane.alpha) : pixel::mul255(plane.alpha, mask.at(x, y));
  if (alpha == 0) return;
  std::uint8_t* sample = plane.data + y * plane.pitch_bytes + static_cast<std::ptrdiff_t>(x) * plane.channels;
  for (int c = 0; c < plane.channels; ++c) sample[c] = pixel::blend(plane.tile[c], sample[c], alpha);
}

}  // namespace

void fill(StreamView stream, std::span<const ImageView* const> views, const Color& color) {
  const auto chunks = [](const Plane& plane) { return chunks_in_row(plane.width * plane.channels) * plane.height; };
  unsigned blocks = 0;
  for (const ImageView* view : views)
    for (int i = 0; i < view->plane_count(); ++i) blocks += blocks_for(chunks(view->plane(i)), threads);
  const int chunks_per_thread = blocks > many_blocks ? most_chunks_per_thread : 1;
  FillJobs jobs;
  for (const ImageView* view : views)
    for (int i = 0; i < view->plane_count(); ++i)
      jobs.add(fill_plane(*view, i, color), blocks_for(chunks(view->plane(i)), threads * chunks_per_thread));
  const detail::DeviceGuard guard(stream.device().index());
  fill_planes<<<jobs.blocks(), threads, 0, detail::cuda_handle(stream)>>>(jobs, chunks_per_thread);
  RETOUCH_CUDA("launch fill", cudaGetLastError());
}

void fill(StreamView stream, const ImageView& view, const Color& color, const ImageView& mask) {
  MaskedJobs jobs;
  for (int i = 0; i < view.plane_count(); ++i) {
    const FillPlane plane = fill_plane(view, i, color);
    jobs.add({plane, is_subsampled(view.format()) && i > 0}, blocks_for(plane.width * plane.height, threads));
  }
  const detail::DeviceGuard guard(stream.device().index());
  fill_masked<<<jobs.blocks(), threads, 0, detail::cuda_handle(stream)>>>(jobs, pixel::mask_of(mask, view));
  RETOUCH_CUDA("launch fill", cudaGetLastError());
}

}  // namespace retouch::cuda
