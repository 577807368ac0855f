// The general Gaussian on CUDA: one kernel along the rows into a temporary, one down the columns and back. Any radius,
// format, alignment and GPU; all planes of all regions of a call in one pair of launches.
#pragma once

#include <cstdint>

#include "ops/gaussian_blur.hpp"
#include "pixel/border.hpp"

namespace retouch::cuda::gaussian_separable {

inline constexpr int max_planes = 24;
inline constexpr int warps = 8;  // of a block: each does its own rows

// Along: a warp makes 256 bytes of one row.
inline constexpr int along_bytes = 256;
inline constexpr int along_per_lane = along_bytes / 32;
inline constexpr int along_window = along_bytes + 2 * 4 * detail::gaussian_max_radius;

// Down: a lane makes two bytes of eight rows.
inline constexpr int down_bytes = 64;
inline constexpr int down_rows = 8;

/// One plane of one region. Values between the passes are in 256ths of a level.
struct PlaneTask {
  const std::uint8_t* src;
  std::uint8_t* dst;
  std::uint16_t* between;
  std::int64_t src_pitch, dst_pitch;
  std::int32_t row_bytes, height;
  std::int32_t first_along, first_down;  // the first block of each kernel that works on it
  std::int32_t between_pitch;            // in values, even
  std::uint8_t channels;
  std::uint8_t chroma;
  std::uint8_t outside[4];
};

struct Axis {
  float weight[detail::gaussian_max_taps];
};
struct Params {
  Axis along[2], down[2];  // [chroma]
  PlaneTask planes[max_planes];
  std::int16_t along_radius[2], down_radius[2];
  std::int32_t count;
  BorderMode mode;
};
static_assert(sizeof(Params) <= 4096, "kernel parameters");

__device__ inline void along_plane(const Params& p, const PlaneTask& plane, int channels, int block,
                                   std::uint8_t* window) {
  const int lane = static_cast<int>(threadIdx.x);
  const int blocks_per_row = (plane.row_bytes + along_bytes - 1) / along_bytes;
  const int x0 = block % blocks_per_row * along_bytes;
  const int y = block / blocks_per_row * warps + static_cast<int>(threadIdx.y);
  if (y >= plane.height) return;
  const int radius = p.along_radius[plane.chroma];
  const float* const weight = p.along[plane.chroma].weight;
  const int margin = radius * channels;
  const int n = min(along_bytes, plane.row_bytes - x0);
  const int width = plane.row_bytes / channels;
  const std::uint8_t* const row = plane.src + y * plane.src_pitch;
  for (int i = lane; i < n + 2 * margin; i += 32) {
    int x = x0 - margin + i;
    if (x < 0 || x >= plane.row_bytes) {
      const int channel = (x + margin) % channels;  // margin is a multiple of channels, and x + margin >= 0
      const int from = pixel::border_index((x + margin) / channels - radius, width, p.mode);
      x = from < 0 ? -1 - channel : from * channels + channel;
    }
    window[i] = x < 0 ? plane.outside[-1 - x] : row[x];
  }
  __syncwarp();

  float sum[along_per_lane];
#pragma unroll
  for (int j = 0; j < along_per_lane; ++j) sum[j] = weight[0] * static_cast<float>(window[margin + lane + 32 * j]);
  for (int k = 1; k <= radius; ++k) {
    const float w = weight[k];
    const std::uint8_t* const left = window + margin + lane - k * channels;
    const std::uint8_t* const right = window + margin + lane + k * channels;
#pragma unroll
    for (int j = 0; j < along_per_lane; ++j) sum[j] += w * static_cast<float>(left[32 * j] + right[32 * j]);
  }
  std::uint16_t* const out = plane.between + static_cast<std::int64_t>(y) * plane.between_pitch + x0;
#pragma unroll
  for (int j = 0; j < along_per_lane; ++j)
    if (lane + 32 * j < n) out[lane + 32 * j] = static_cast<std::uint16_t>(__float2uint_rn(sum[j] * 256.0F));
}

__global__ void __launch_bounds__(32 * warps) along_kernel(const __grid_constant__ Params p) {
  // Lanes of a short row compute on what is left in the window; nobody stores it.
  __shared__ std::uint8_t windows[warps][along_window];
  const int block = static_cast<int>(blockIdx.x);
  int i = 0;
  while (i + 1 < p.count && block >= p.planes[i + 1].first_along) ++i;
  const PlaneTask& plane = p.planes[i];
  along_plane(p, plane, plane.channels, block - plane.first_along, windows[threadIdx.y]);
}

__global__ void __launch_bounds__(32 * warps) down_kernel(const __grid_constant__ Params p) {
  // Weights of all distances, with zeros beyond the radius, so that eight rows can share one loop.
  constexpr int zeros = down_rows - 1;
  __shared__ float weight[2 * detail::gaussian_max_radius + 1 + 2 * zeros];
  const int block = static_cast<int>(blockIdx.x);
  int i = 0;
  while (i + 1 < p.count && block >= p.planes[i + 1].first_down) ++i;
  const PlaneTask& plane = p.planes[i];
  const int radius = p.down_radius[plane.chroma];
  const int thread = static_cast<int>(threadIdx.y * 32 + threadIdx.x);
  for (int k = thread; k < 2 * (radius + zeros) + 1; k += 32 * warps) {
    const int distance = abs(k - radius - zeros);
    weight[k] = distance <= radius ? p.down[plane.chroma].weight[distance] : 0.0F;
  }
  __syncthreads();

  const int blocks_per_row = (plane.row_bytes + down_bytes - 1) / down_bytes;
  const int local = block - plane.first_down;
  const int x = local % blocks_per_row * down_bytes + 2 * static_cast<int>(threadIdx.x);
  const int y0 = (local / blocks_per_row * warps + static_cast<int>(threadIdx.y)) * down_rows;
  if (x >= plane.row_bytes || y0 >= plane.height) return;
  const bool second = x + 1 < plane.row_bytes;
  const float outside0 = 256.0F * static_cast<float>(plane.outside[x % plane.channels]);
  const float outside1 = 256.0F * static_cast<float>(plane.outside[(x + 1) % plane.channels]);

  float sum[down_rows][2] = {};
  for (int r = -radius; r < down_rows + radius; ++r) {
    const int from = pixel::border_index(y0 + r, plane.height, p.mode);
    float v0 = outside0;
    float v1 = outside1;
    if (from >= 0) {
      // The row of the temporary is padded to a pair.
      const auto pair =
          *reinterpret_cast<const ushort2*>(plane.between + static_cast<std::int64_t>(from) * plane.between_pitch + x);
      v0 = static_cast<float>(pair.x);
      v1 = static_cast<float>(pair.y);
    }
    const float* const w = weight + radius + zeros + r;
#pragma unroll
    for (int j = 0; j < down_rows; ++j) {
      sum[j][0] += w[-j] * v0;
      sum[j][1] += w[-j] * v1;
    }
  }
#pragma unroll
  for (int j = 0; j < down_rows; ++j) {
    if (y0 + j >= plane.height) break;
    std::uint8_t* const out = plane.dst + (y0 + j) * plane.dst_pitch + x;
    out[0] = static_cast<std::uint8_t>(__float2uint_rn(sum[j][0] * (1.0F / 256)));
    if (second) out[1] = static_cast<std::uint8_t>(__float2uint_rn(sum[j][1] * (1.0F / 256)));
  }
}

}  // namespace retouch::cuda::gaussian_separable
