// The Gaussian of one small region in place, on CUDA: radii up to 8, one launch, to the bit what the fast Gaussian
// makes.
//
// There is little to compute; what counts is the chain of things that wait for each other, and each instruction that
// the GPU fetches for the first time. So a warp makes one row of at most 32 words at a time, those of the tile and
// those beside it, a lane one word: down the columns from the rows in shared memory, along the row from what its
// neighbours made. Nothing is stored before all blocks have read.
#pragma once

#include <cstdint>

#include "cuda/gaussian_fused_ptx.cuh"
#include "cuda/gaussian_small.hpp"

namespace retouch::cuda::gaussian_small {

// Sums of bytes times whole weights are exact in floats. A whole number n below 2^23 is the last bits of 2^23 + n.
inline constexpr float shift_point = 8388608.0F;
inline constexpr std::uint32_t shift_bits = 0x4B000000U;

// The number that is byte i.
__device__ inline float number(std::uint32_t word, unsigned i) {
  return __uint_as_float(__byte_perm(word, shift_bits, 0x7440U + i)) - shift_point;
}

// Of a sum of bytes times weights, something whose byte 3 is the rounded mean.
__device__ inline std::uint32_t mean(float sum, const Axis& axis) {
  return (__float_as_uint(sum + axis.half) - shift_bits) * axis.inverse;
}

// Where the sample at i of a row of n comes from, i no further than n - 1 beyond an end.
__device__ inline int inside(int i, int n, bool reflect) {
  return reflect ? n - 1 - abs(n - 1 - abs(i)) : min(max(i, 0), n - 1);
}

// Sets the pixels of a lane's word that are beyond the sides, from the words of all lanes. `pixel` is the word's first;
// `origin` the region's first byte, counted from lane 0.
template <int C>
__device__ inline std::uint32_t with_sides(std::uint32_t word, int pixel, int width, bool reflect, int origin) {
  constexpr int pixels = 4 / C;
  const int first = inside(pixel, width, reflect);
  if constexpr (C == 4) {
    return __shfl_sync(~0U, word, origin / 4 + first);
  } else {
    if (((origin | width * C) & 3) == 0) {
      // A word is all inside or all outside, so that its bytes are four neighbours of the row: as they are, or turned.
      const int last = inside(pixel + pixels - 1, width, reflect);
      const int byte = origin + min(first, last) * C;
      const std::uint32_t turned = C == 1 ? 0x0123 : 0x1032;
      const std::uint32_t same = C == 1 ? 0 : 0x1010;
      const std::uint32_t bytes = first < last ? 0x3210 : first > last ? turned : same;
      const std::uint32_t low = __shfl_sync(~0U, word, byte >> 2);
      const std::uint32_t high = __shfl_sync(~0U, word, (byte >> 2) + 1);
      return __byte_perm(low, high, bytes + 0x1111U * (byte & 3));
    }
    std::uint32_t made = 0;
#pragma unroll
    for (int i = 0; i < pixels; ++i) {
      const int byte = origin + inside(pixel + i, width, reflect) * C;
      const std::uint32_t source = __shfl_sync(~0U, word, byte >> 2) >> 8 * (byte & 3);
      made |= (source & ((1U << 8 * C) - 1)) << 8 * C * i;
    }
    return made;
  }
}

template <int C, int Radius>
__device__ inline void blur_tile(const Params& p, const PlaneTask& plane, const Axes& axes, int block) {
  constexpr int side = side_words(C, Radius);
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int warps = static_cast<int>(blockDim.x) / 32;
  const int tile_y = static_cast<int>((static_cast<float>(block) + 0.5F) * plane.inverse_tiles_x);
  const int y0 = tile_y * plane.tile_rows;
  const int rows = min(static_cast<int>(plane.tile_rows), plane.height - y0);
  // In bytes of a row, from the word in which the region begins: the word of lane 0, that of this lane, the region.
  const int first = 4 * ((block - tile_y * plane.tiles_x) * plane.tile_words - side);
  const int at = first + 4 * lane;
  const int begin = plane.lead;
  const int end = begin + plane.width * C;
  const bool whole = at >= begin && at + 4 <= end;
  const bool part = !whole && at + 4 > begin && at < end;
  const bool edge = first < begin || first + 128 > end;  // the same in all lanes

  auto* const numbers = reinterpret_cast<float4*>(ptx::dynamic_shared());
  auto* const made = numbers + (plane.tile_rows + 2 * Radius + warp) * 32;
  for (int r = warp; r < rows + 2 * Radius; r += warps) {
    const std::uint8_t* const row =
        plane.data + static_cast<std::int64_t>(inside(y0 - Radius + r, plane.height, p.reflect)) * plane.pitch;
    std::uint32_t word = 0;
    if (whole) word = *reinterpret_cast<const std::uint32_t*>(row + at);
    if (part) {
      for (int i = 0; i < 4; ++i)
        if (at + i >= begin && at + i < end) word |= std::uint32_t{row[at + i]} << 8 * i;
    }
    if (edge) word = with_sides<C>(word, (at - begin) >> (C / 2), plane.width, p.reflect, begin - first);
    numbers[r * 32 + lane] = make_float4(number(word, 0), number(word, 1), number(word, 2), number(word, 3));
  }
  const unsigned arrival = ptx::grid_arrive();

  const Axis& down = axes.down;
  const Axis& along = axes.along;
  bool waited = false;
  for (int y = warp; y < rows; y += warps) {
    const float4* const row = numbers + (y + Radius) * 32 + lane;
    const float4 centre = row[0];
    float sum[4] = {down.weight[0] * centre.x, down.weight[0] * centre.y, down.weight[0] * centre.z,
                    down.weight[0] * centre.w};
#pragma unroll
    for (int k = 1; k <= Radius; ++k) {
      const float4 above = row[-k * 32];
      const float4 below = row[k * 32];
      sum[0] += down.weight[k] * (above.x + below.x);
      sum[1] += down.weight[k] * (above.y + below.y);
      sum[2] += down.weight[k] * (above.z + below.z);
      sum[3] += down.weight[k] * (above.w + below.w);
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) sum[i] = number(mean(sum[i], down), 3);
    made[lane] = make_float4(sum[0], sum[1], sum[2], sum[3]);
    __syncwarp();
    const bool stores = lane >= side && lane < side + plane.tile_words && (whole || part);
    std::uint32_t word = 0;
    if (stores) {
      float near[(2 * side + 1) * 4];
#pragma unroll
      for (int i = 0; i < 2 * side + 1; ++i) {
        const float4 v = made[lane - side + i];
        near[4 * i] = v.x;
        near[4 * i + 1] = v.y;
        near[4 * i + 2] = v.z;
        near[4 * i + 3] = v.w;
      }
      std::uint32_t out[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int middle = 4 * side + i;
        float total = along.weight[0] * near[middle];
#pragma unroll
        for (int k = 1; k <= Radius; ++k) total += along.weight[k] * (near[middle - k * C] + near[middle + k * C]);
        out[i] = mean(total, along);
      }
      word = __byte_perm(__byte_perm(out[0], out[1], 0x73), __byte_perm(out[2], out[3], 0x73), 0x5410);
    }
    if (!waited) ptx::grid_wait(arrival);
    waited = true;
    if (stores) {
      std::uint8_t* const to = plane.data + static_cast<std::int64_t>(y0 + y) * plane.pitch + at;
      if (whole) {
        *reinterpret_cast<std::uint32_t*>(to) = word;
      } else {
        for (int i = 0; i < 4; ++i)
          if (at + i >= begin && at + i < end) to[i] = static_cast<std::uint8_t>(word >> 8 * i);
      }
    }
    __syncwarp();
  }
  if (!waited) ptx::grid_wait(arrival);
}

/// One plane with pixels of four bytes.
template <int Radius>
__global__ void __launch_bounds__(max_threads, 1) blur_packed(const __grid_constant__ Params p) {
  blur_tile<4, Radius>(p, p.planes[0], p.axes[0], static_cast<int>(blockIdx.x));
}

/// Planes with pixels of one or two.
template <int Radius>
__global__ void __launch_bounds__(max_threads, 1) blur_planes(const __grid_constant__ Params p) {
  const int block = static_cast<int>(blockIdx.x);
  const int index =
      static_cast<int>(block >= p.planes[1].first_block) + static_cast<int>(block >= p.planes[2].first_block);
  const PlaneTask& plane = p.planes[index];
  if (plane.channels == 1)
    blur_tile<1, Radius>(p, plane, p.axes[plane.chroma], block - plane.first_block);
  else
    blur_tile<2, Radius>(p, plane, p.axes[plane.chroma], block - plane.first_block);
}

}  // namespace retouch::cuda::gaussian_small
