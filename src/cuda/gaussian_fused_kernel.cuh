// The fast Gaussian on CUDA, for radii up to 16: one launch, in place, on the tensor cores.
//
// In place   A block copies its tile and what lies around it to shared memory, arrives at a barrier of all blocks of
// the
//            region, computes, and waits for the barrier only before its first store.
// Products   Both passes are products of bytes with a banded matrix of 8-bit weights, divided by the exact sum of
// those,
//            so that a flat image stays flat. A warp's step makes 16 rows of one or two groups of 16 pixels:
//              down:  sums[16 rows x 8 words] = weights[16 x K rows] * image[K rows x 8 words], for each byte of a word
//              along: result[16 rows x 8 pixels] = sums[16 rows x K pixels] * weights[K x 8 pixels], for each channel
//            K is 16 * Window. Which word stands in which column of the first product is chosen such that its result,
//            packed to bytes, is just what the second product takes as its left side: nothing goes back to memory.
// Formats    Down, bytes are bytes. Lane q of each four holds the C words with pixels 4q .. 4q+3 of a group; the bytes
//            of one channel among them make one register. Only that depends on the number of channels C.
// Layout     In shared memory a group starts at a whole word, whatever the alignment of the region: tiles start up to
// 15
//            pixels left of it (`lead`). Pixels outside the region are computed and not stored.
#pragma once

#include <cstdint>

#include "cuda/gaussian_fused_params.hpp"
#include "cuda/gaussian_fused_ptx.cuh"
#include "pixel/border.hpp"

namespace retouch::cuda::gaussian_fused {

struct Tile {
  int x, y;           // of its first pixel in the region; x may be -lead
  int width, height;  // height: clipped to the region
};

// Copies what the tile needs of the region to shared memory: `rows` rows, the first of them radius_y above the tile.
template <int C, int Window>
__device__ void load_tile(BorderMode mode, const std::uint8_t* outside, const PlaneTask& plane, int radius_x,
                          int radius_y, const Tile& tile, std::int64_t saved, std::uint8_t* shared, int stride,
                          int rows) {
  using G = Geometry<C, Window>;
  const int origin = tile.x - G::left;  // the pixel at the start of a shared row
  const int from = max(max(tile.x, 0) - radius_x, 0);
  const int to = min(min(tile.x + tile.width, plane.width) + radius_x, plane.width);
  const int first = (from - origin) * C / segment;
  const int last = ((to - origin) * C + segment - 1) / segment;
  const int region_begin = -origin * C;
  const int region_end = (plane.width - origin) * C;

  const int across = last - first > 16 ? 32 : last - first > 8 ? 16 : 8;  // threads side by side
  const int thread = static_cast<int>(threadIdx.x);
  const int down = static_cast<int>(blockDim.x) / across;
  for (int s = first + thread % across; s < last; s += across) {
    const int b = s * segment;
    const bool own_columns = is_own_segment(G::left * C, tile.width * C, b);
    const bool whole = b >= region_begin && b + segment <= region_end;
    const int unit = whole ? plane.load_unit : 1;
    const int begin = max(b, region_begin);
    const int end = min(b + segment, region_end);
    const std::uint8_t* const column = plane.src + origin * C;
#pragma unroll 4
    for (int r = thread / across; r < rows; r += down) {
      const int y = pixel::border_index(tile.y - radius_y + r, plane.height, mode);
      const bool own = own_columns && is_own_row(tile.y, tile.height, y);
      std::uint8_t* const to_row = shared + r * stride * 4;
      const std::uint8_t* const from_row = column + static_cast<std::int64_t>(y) * plane.src_pitch + (own ? 0 : saved);
      if (y < 0) {
        for (int i = b; i < b + segment; ++i) to_row[i] = outside[i % C];
      } else if (unit == 16) {
        ptx::copy16(to_row + b, from_row + b);
      } else if (unit == 4) {
        for (int i = b; i < b + segment; i += 4) ptx::copy4(to_row + i, from_row + i);
      } else {
        for (int i = begin; i < end; ++i) to_row[i] = from_row[i];
      }
    }
  }
}

// Makes up the columns beyond the region's left and right edge.
template <int C, int Window>
__device__ void fill_sides(BorderMode mode, const std::uint8_t* outside, const PlaneTask& plane, int radius_x,
                           const Tile& tile, std::uint8_t* shared, int stride, int rows) {
  const int left = max(radius_x - max(tile.x, 0), 0);
  const int right = max(min(tile.x + tile.width, plane.width) + radius_x - plane.width, 0);
  const int columns = left + right;
  if (columns == 0) return;
  const int origin = tile.x - Geometry<C, Window>::left;
  // At most 16 on each side: a warp has a lane for each.
  const int i = static_cast<int>(threadIdx.x) % 32;
  if (i >= columns) return;
  const int x = i < left ? i - left : plane.width + i - left;
  const int from = pixel::border_index(x, plane.width, mode);
  for (int r = static_cast<int>(threadIdx.x) / 32; r < rows; r += static_cast<int>(blockDim.x) / 32) {
    std::uint8_t* const row = shared + r * stride * 4;
    for (int c = 0; c < C; ++c) row[(x - origin) * C + c] = from < 0 ? outside[c] : row[(from - origin) * C + c];
  }
}

// A sum of bytes times weights, with half the sum of the weights added, becomes the rounded mean by a multiplication:
// the quotient is byte 3 of the product, since 255.5 * sum * inverse < 2^32. `inverse` is so exact that the mean of
// equal bytes is that byte.
__device__ inline std::uint32_t pack(int a, int b, int c, int d, std::uint32_t inverse) {
  const auto divide = [inverse](int v) { return static_cast<std::uint32_t>(v) * inverse; };
  return __byte_perm(__byte_perm(divide(a), divide(b), 0x73), __byte_perm(divide(c), divide(d), 0x73), 0x5410);
}

// Four words of four rows become four words, each one byte of all rows.
__device__ inline void transpose(const std::uint32_t (&in)[4], std::uint32_t (&out)[4]) {
  const std::uint32_t a = __byte_perm(in[0], in[1], 0x5140);
  const std::uint32_t b = __byte_perm(in[2], in[3], 0x5140);
  const std::uint32_t c = __byte_perm(in[0], in[1], 0x7362);
  const std::uint32_t d = __byte_perm(in[2], in[3], 0x7362);
  out[0] = __byte_perm(a, b, 0x5410);
  out[1] = __byte_perm(a, b, 0x7632);
  out[2] = __byte_perm(c, d, 0x5410);
  out[3] = __byte_perm(c, d, 0x7632);
}

template <int Window>
struct Fragments {
  std::uint32_t down[Window][2], along[Window][2];
  int half_x, half_y;
  std::uint32_t inverse_x, inverse_y;
};

/// Of one channel of a group, a lane's pixels 4q .. 4q+3 in row g and in row g + 8.
struct Pixels {
  std::uint32_t row[2];
};

// A lane holds words in the columns 2q and 2q + 1 of each product. Word j of its set (of the C words of its first
// group, then of the second) stands in column 2q + second_column(j) of product product_of(j). With four channels a
// lane's words of both products are neighbours in memory, to be read at once.
template <int C>
__host__ __device__ constexpr int product_of(int j) {
  return C == 4 ? j % 2 : j / 2;
}
template <int C>
__host__ __device__ constexpr int second_column(int j) {
  return C == 4 ? j / 2 : j % 2;
}

// Reads 16 * Window rows of a set and makes its sums. `words` is at the set's first word in row q.
template <int C, int Window>
__device__ inline void sum_down(const std::uint32_t* words, int stride, const Fragments<Window>& weights, int g,
                                Pixels (*out)[C]) {
  using G = Geometry<C, Window>;
  std::uint32_t raw[G::products][Window][4];
#pragma unroll
  for (int h = 0; h < Window; ++h)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t* const row = words + (16 * h + 4 * i) * stride;
      if constexpr (C == 4) {
        const uint2 pair = *reinterpret_cast<const uint2*>(row + 2 * g);
        raw[0][h][i] = pair.x;
        raw[1][h][i] = pair.y;
      } else {
#pragma unroll
        for (int e = 0; e < G::products; ++e) {
          const int j = 2 * e + g % 2;
          raw[e][h][i] = row[j / C * 4 * C + g / 2 * C + j % C];
        }
      }
    }

  int sums[G::products][4][4];
#pragma unroll
  for (int e = 0; e < G::products; ++e) {
    std::uint32_t bytes[Window][4];
#pragma unroll
    for (int h = 0; h < Window; ++h) transpose(raw[e][h], bytes[h]);
#pragma unroll
    for (int c = 0; c < 4; ++c) {
      int(&d)[4] = sums[e][c];
      d[0] = d[1] = d[2] = d[3] = weights.half_y;
      ptx::multiply32(d, weights.down[0][0], weights.down[0][1], weights.down[1][0], weights.down[1][1], bytes[0][c],
                      bytes[1][c]);
      if constexpr (Window == 3) ptx::multiply16(d, weights.down[2][0], weights.down[2][1], bytes[2][c]);
    }
  }

#pragma unroll
  for (int k = 0; k < G::set; ++k)
#pragma unroll
    for (int c = 0; c < C; ++c)
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        int v[4];
#pragma unroll
        for (int r = 0; r < 4; ++r) {
          const int byte = r * C + c;
          const int j = k * C + byte / 4;
          v[r] = sums[product_of<C>(j)][byte % 4][second_column<C>(j) + 2 * half];
        }
        out[k][c].row[half] = pack(v[0], v[1], v[2], v[3], weights.inverse_y);
      }
}

// The result for one group from the window around it: words[half] are the C words of pixels 4q .. 4q+3.
template <int C, int Window>
__device__ inline void sum_along(const Pixels (*window)[C], const Fragments<Window>& weights,
                                 std::uint32_t (&words)[2][C]) {
  int sums[C][2][4];
#pragma unroll
  for (int c = 0; c < C; ++c)
#pragma unroll
    for (int odd = 0; odd < 2; ++odd) {
      int(&d)[4] = sums[c][odd];
      d[0] = d[1] = d[2] = d[3] = weights.half_x;
      ptx::multiply32(d, window[0][c].row[0], window[0][c].row[1], window[1][c].row[0], window[1][c].row[1],
                      weights.along[0][odd], weights.along[1][odd]);
      if constexpr (Window == 3) ptx::multiply16(d, window[2][c].row[0], window[2][c].row[1], weights.along[2][odd]);
    }
#pragma unroll
  for (int half = 0; half < 2; ++half)
#pragma unroll
    for (int w = 0; w < C; ++w) {
      int v[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int pixel = (4 * w + i) / C;
        v[i] = sums[(4 * w + i) % C][pixel % 2][pixel / 2 + 2 * half];
      }
      words[half][w] = pack(v[0], v[1], v[2], v[3], weights.inverse_x);
    }
}

// Four pixels, from pixel x of the region's row on; those outside are left out.
template <int C>
__device__ inline void store(const PlaneTask& plane, std::uint8_t* row, int x, const std::uint32_t (&words)[C]) {
  std::uint8_t* const at = row + x * C;
  if (x >= 0 && x + 4 <= plane.width && plane.store_unit >= 4) {
    if constexpr (C == 4) {
      if (plane.store_unit == 16) {
        *reinterpret_cast<uint4*>(at) = make_uint4(words[0], words[1], words[2], words[3]);
        return;
      }
    }
    if constexpr (C == 2) {
      if (plane.store_unit == 16) {
        *reinterpret_cast<uint2*>(at) = make_uint2(words[0], words[1]);
        return;
      }
    }
#pragma unroll
    for (int w = 0; w < C; ++w) reinterpret_cast<std::uint32_t*>(at)[w] = words[w];
    return;
  }
#pragma unroll
  for (int b = 0; b < 4 * C; ++b)
    if (x + b / C >= 0 && x + b / C < plane.width) at[b] = static_cast<std::uint8_t>(words[b / 4] >> 8 * (b % 4));
}

// The barrier of the plane's blocks; wait() is called by all threads of a block.
class Barrier {
 public:
  __device__ explicit Barrier(Guard guard) : guard_(guard) {}
  // Also synchronises the block.
  __device__ void arrive() {
    if (guard_ == Guard::grid) {
      token_ = ptx::grid_arrive();
      return;
    }
    if (guard_ == Guard::cluster) ptx::cluster_arrive();
    __syncthreads();
  }
  __device__ void wait_once() {
    if (waited_) return;
    waited_ = true;
    if (guard_ == Guard::grid) ptx::grid_wait(token_);
    if (guard_ == Guard::cluster) ptx::cluster_wait();
  }

 private:
  Guard guard_;
  bool waited_ = false;
  unsigned token_ = 0;
};

template <int C, int Window, class P>
__device__ void blur_tile(const P& p, int index, int block) {
  using G = Geometry<C, Window>;
  const PlaneTask plane = p.planes[index];
  const Weights weights = p.weights[plane.chroma];
  const int lane = static_cast<int>(threadIdx.x) % 32;
  Fragments<Window> f;
#pragma unroll
  for (int h = 0; h < Window; ++h) {  // first of all: not needed before the tile is there
    const uint4 v = reinterpret_cast<const uint4*>(ptx::generic(p.fragments[plane.chroma].words))[h * 32 + lane];
    f.down[h][0] = v.x;
    f.down[h][1] = v.y;
    f.along[h][0] = v.z;
    f.along[h][1] = v.w;
  }
  f.half_x = weights.sum_x / 2;
  f.half_y = weights.sum_y / 2;
  f.inverse_x = weights.inverse_x;
  f.inverse_y = weights.inverse_y;

  const int tile_y = divide(block, plane.inverse_tiles_x);
  Tile tile;
  tile.x = (block - tile_y * plane.tiles_x) * plane.tile_width - plane.lead;
  tile.y = tile_y * plane.tile_height;
  tile.width = plane.tile_width;
  tile.height = min(static_cast<int>(plane.tile_height), plane.height - tile.y);
  const bool live = tile.x < plane.width && tile.height > 0;  // a cluster may have blocks to spare

  const int stride = G::stride(plane.tile_width);
  const int rows = tile.height + 2 * weights.radius_y;
  auto* const words = reinterpret_cast<std::uint32_t*>(ptx::dynamic_shared());
  auto* const shared = reinterpret_cast<std::uint8_t*>(words);

  Barrier barrier(p.guard);
  if (live) {
    const std::int64_t saved = p.guard == Guard::saved ? p.saved[index] : 0;
    load_tile<C, Window>(p.mode, p.planes[index].outside, plane, weights.radius_x, weights.radius_y, tile, saved,
                         shared, stride, rows);
    ptx::wait_for_copies();
  }
  barrier.arrive();
  if (!live) {
    barrier.wait_once();
    return;
  }
  fill_sides<C, Window>(p.mode, p.planes[index].outside, plane, weights.radius_x, tile, shared, stride, rows);
  __syncthreads();

  const int g = lane / 4;
  const int q = lane % 4;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int warps = static_cast<int>(blockDim.x) / 32;
  const int groups = (min(tile.width, plane.width - tile.x) + group - 1) / group;
  const int jobs = (tile.height + strip - 1) / strip * plane.jobs_in_strip;
  for (int job = warp; job < jobs; job += warps) {
    const int strip_index = divide(job, plane.inverse_jobs_in_strip);
    const int y = strip_index * strip;
    const int begin = (job - strip_index * plane.jobs_in_strip) * plane.run;
    const int end = min(begin + plane.run, groups);
    if (begin >= end) continue;  // the last tile of a row may be narrower
    const std::uint32_t* const start = words + (y + q) * stride + (G::left - G::halo) * C / 4;
    Pixels window[Window - 1 + G::set][C] = {};
    for (int k = begin; k < end + Window - 1; k += G::set) {
#pragma unroll
      for (int i = 0; i < Window - 1; ++i)
#pragma unroll
        for (int c = 0; c < C; ++c) window[i][c] = window[i + G::set][c];
      sum_down<C, Window>(start + k * group * C / 4, stride, f, g, window + Window - 1);
#pragma unroll
      for (int i = 0; i < G::set; ++i) {
        const int result = k + i - (Window - 1);
        if (result < begin || result >= end) continue;
        std::uint32_t out[2][C];
        sum_along<C, Window>(window + i, f, out);
        barrier.wait_once();
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const int row = y + g + 8 * half;
          if (row < tile.height)
            store<C>(plane, plane.dst + static_cast<std::int64_t>(tile.y + row) * plane.dst_pitch,
                     tile.x + result * group + 4 * q, out[half]);
        }
      }
    }
  }
  barrier.wait_once();
}

template <class P>
__device__ int plane_of(const P& p, int block) {
  if (p.guard == Guard::cluster) return p.owner[block];
  int low = 0;
  for (int high = p.count; high - low > 1;) {
    const int middle = (low + high) / 2;
    if (block >= p.planes[middle].first_block)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/// Only formats whose planes have one or two channels have chroma planes.
template <int Channels, int Window, int Planes>
using KernelParams = ParamsOf<Planes, Window, Channels == 2 ? 2 : 1>;

/// Channels: 3 or 4, or 2 for planes of one or two channels (nv12, i420, gray8).
template <int Channels, int Window, int Planes>
__global__ void __launch_bounds__(max_threads, 1)
    blur_kernel(const __grid_constant__ KernelParams<Channels, Window, Planes> p) {
  const int index = plane_of(p, static_cast<int>(blockIdx.x));
  const int block = static_cast<int>(blockIdx.x) - p.planes[index].first_block;
  if constexpr (Channels == 2) {
    if (p.planes[index].channels == 1) {
      blur_tile<1, Window>(p, index, block);
      return;
    }
  }
  blur_tile<Channels, Window>(p, index, block);
}

/// Guard::saved: keeps what other tiles need of each tile before anything is overwritten.
__global__ void __launch_bounds__(max_threads) save_kernel(const __grid_constant__ Params p) {
  const int index = plane_of(p, static_cast<int>(blockIdx.x));
  const PlaneTask& plane = p.planes[index];
  const Weights& weights = p.weights[plane.chroma];
  const int block = static_cast<int>(blockIdx.x) - plane.first_block;
  const int bytes = plane.channels;
  const int x0 = block % plane.tiles_x * plane.tile_width - plane.lead;
  const int y0 = block / plane.tiles_x * plane.tile_height;
  const int height = min(static_cast<int>(plane.tile_height), plane.height - y0);
  const int segments = plane.tile_width * bytes / segment;
  for (int n = static_cast<int>(threadIdx.x); n < segments * height; n += static_cast<int>(blockDim.x)) {
    const int s = n % segments;
    const int r = n / segments;
    if (!is_saved(weights, bytes, segments, height, s, r)) continue;
    const int b = s * segment + x0 * bytes;
    const int end = min(b + segment, plane.width * bytes);
    const std::uint8_t* const from = plane.src + static_cast<std::int64_t>(y0 + r) * plane.src_pitch;
    std::uint8_t* const to = const_cast<std::uint8_t*>(from) + p.saved[index];
    if (plane.load_unit == 16 && b >= 0 && end == b + segment) {
      *reinterpret_cast<uint4*>(to + b) = *reinterpret_cast<const uint4*>(from + b);
      continue;
    }
    for (int i = max(b, 0); i < end; ++i) to[i] = from[i];
  }
}

}  // namespace retouch::cuda::gaussian_fused
