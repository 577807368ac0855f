// Compositing on CUDA: one launch, each thread four pixels in a row (4:2:0: two rows of four with their two chroma
// samples, or of two with one). Threads lie on the target's word boundaries, so that its pixels move in whole words
// whatever the region's column; a sprite's quad that is not on one is read pixel by pixel, which the L1 cache makes
// whole. Where nothing is visible the target is not written, and where the sprite is large not read; small ones gain by
// reading both at once.
#pragma once

#include <type_traits>

#include "cuda/runtime.hpp"
#include "pixel/composite.hpp"
#include "pixel/yuv.hpp"

namespace retouch::cuda {

struct SpriteArgs {
  const std::uint8_t* data;  // the pixel on the region's top-left corner
  std::ptrdiff_t pitch;
  CompositeOp op;
  std::uint32_t opacity;
  int width, height;  // of the region
};

struct PlaneArgs {
  std::uint8_t* data;
  std::ptrdiff_t pitch;
};

struct PackedArgs {
  SpriteArgs sprite;
  PlaneArgs target;
  int lead;  // pixels that the first quad starts before the region
  bool bgr;
};

struct YuvArgs {
  SpriteArgs sprite;
  PlaneArgs y, u, v;  // nv12: u and v one plane, v one byte further
  int luma_lead;      // small sprites: pixels that the first quad of Y starts before the region
  int x_phase, y_phase;
  int rest_x, rest_y;  // of the target, from the region's corner
  pixel::YuvCoefficients coefficients;
};

inline constexpr int quads_x = 32;  // threads of a block
inline constexpr int quads_y = 4;

/// N (1, 2 or 4) sprite pixels from column x of row y, 0 where they lie outside the region.
template <int N>
__device__ inline void load_sprite(const SpriteArgs& a, int x, int y, std::uint32_t (&s)[N]) {
  const std::uint8_t* p = a.data + y * a.pitch + std::ptrdiff_t{x} * 4;
  if (x >= 0 && x + N <= a.width && (reinterpret_cast<std::uintptr_t>(p) & (4 * N - 1U)) == 0) {
    if constexpr (N == 4) {
      const uint4 quad = __ldg(reinterpret_cast<const uint4*>(p));
      s[0] = quad.x;
      s[1] = quad.y;
      s[2] = quad.z;
      s[3] = quad.w;
    } else if constexpr (N == 2) {
      const uint2 pair = __ldg(reinterpret_cast<const uint2*>(p));
      s[0] = pair.x;
      s[1] = pair.y;
    } else {
      s[0] = __ldg(reinterpret_cast<const std::uint32_t*>(p));
    }
  } else {
#pragma unroll
    for (int i = 0; i < N; ++i)
      s[i] = x + i >= 0 && x + i < a.width ? __ldg(reinterpret_cast<const std::uint32_t*>(p) + i) : 0;
  }
  if (a.opacity == 255) return;
#pragma unroll
  for (int i = 0; i < N; ++i) {
    const pixel::Rgba c = pixel::with_opacity(pixel::unpack(s[i]), a.opacity, a.op);
    s[i] = c.r | std::uint32_t{c.g} << 8U | std::uint32_t{c.b} << 16U | std::uint32_t{c.a} << 24U;
  }
}

/// N bytes at p in the widest words that its address allows.
template <int N>
__device__ inline void load_bytes(const std::uint8_t* p, std::uint8_t (&to)[N]) {
  static_assert(N % 4 == 0);
  std::uint32_t words[N / 4];
  if (N == 16 && (reinterpret_cast<std::uintptr_t>(p) & 15U) == 0) {
    const uint4 quad = *reinterpret_cast<const uint4*>(p);
    const std::uint32_t all[4] = {quad.x, quad.y, quad.z, quad.w};
#pragma unroll
    for (int i = 0; i < N / 4; ++i) words[i] = all[i];
  } else if ((reinterpret_cast<std::uintptr_t>(p) & 3U) == 0) {
#pragma unroll
    for (int i = 0; i < N / 4; ++i) words[i] = reinterpret_cast<const std::uint32_t*>(p)[i];
  } else {
#pragma unroll
    for (int i = 0; i < N; ++i) to[i] = p[i];
    return;
  }
#pragma unroll
  for (int i = 0; i < N; ++i) to[i] = static_cast<std::uint8_t>(words[i / 4] >> (8U * (i % 4)));
}

template <int N>
__device__ inline void store_bytes(std::uint8_t* p, const std::uint8_t (&from)[N]) {
  if ((reinterpret_cast<std::uintptr_t>(p) & 3U) != 0) {
#pragma unroll
    for (int i = 0; i < N; ++i) p[i] = from[i];
    return;
  }
  std::uint32_t words[N / 4];
#pragma unroll
  for (int i = 0; i < N / 4; ++i)
    words[i] = from[4 * i] | std::uint32_t{from[4 * i + 1]} << 8U | std::uint32_t{from[4 * i + 2]} << 16U |
               std::uint32_t{from[4 * i + 3]} << 24U;
  if (N == 16 && (reinterpret_cast<std::uintptr_t>(p) & 15U) == 0) {
    *reinterpret_cast<uint4*>(p) =
        make_uint4(words[0], words[N / 4 > 1 ? 1 : 0], words[N / 4 > 2 ? 2 : 0], words[N / 4 > 3 ? 3 : 0]);
  } else {
#pragma unroll
    for (int i = 0; i < N / 4; ++i) reinterpret_cast<std::uint32_t*>(p)[i] = words[i];
  }
}

/// The sprite's pixel on Channels bytes of the target.
template <int Channels, bool Over>
__device__ inline void composite_bytes(CompositeOp op, bool bgr, pixel::Rgba s, std::uint8_t* d) {
  if constexpr (Channels == 4) {
    const pixel::Rgba before{bgr ? d[2] : d[0], d[1], bgr ? d[0] : d[2], d[3]};
    const pixel::Rgba after = pixel::composite_pixel(Over ? CompositeOp::over : op, s, before);
    d[0] = bgr ? after.b : after.r;
    d[1] = after.g;
    d[2] = bgr ? after.r : after.b;
    d[3] = after.a;
  } else {
    const pixel::OpaqueWeights w = pixel::opaque_weights(Over ? CompositeOp::over : op, s.a);
    const auto value = [&](std::uint8_t source, std::uint8_t target) {
      return Over ? pixel::blend(source, target, s.a) : pixel::settle(pixel::weigh(source, target, w, 0));
    };
    if constexpr (Channels == 1) {
      d[0] = value(pixel::rgb_to_gray(s.r, s.g, s.b), d[0]);
    } else {
      d[0] = value(bgr ? s.b : s.r, d[0]);
      d[1] = value(s.g, d[1]);
      d[2] = value(bgr ? s.r : s.b, d[2]);
    }
  }
}

/// Rows > 1 keeps the number of blocks of a large picture low.
template <int Channels, bool Over, int Rows>
__global__ void __launch_bounds__(quads_x* quads_y) composite_packed(const PackedArgs a) {
  const SpriteArgs& sprite = a.sprite;
  const int x = 4 * static_cast<int>(blockIdx.x * quads_x + threadIdx.x) - a.lead;
  const int y0 = static_cast<int>(blockIdx.y * quads_y + threadIdx.y) * Rows;
  if (x >= sprite.width) return;
  std::uint32_t s[Rows][4];
  std::uint8_t* p = a.target.data + y0 * a.target.pitch + std::ptrdiff_t{x} * Channels;
  const bool whole = x >= 0 && x + 4 <= sprite.width;
  std::uint8_t d[4 * Channels];
  if (Rows == 1 && whole && y0 < sprite.height) load_bytes(p, d);
#pragma unroll
  for (int row = 0; row < Rows; ++row)
    if (y0 + row < sprite.height) load_sprite(sprite, x, y0 + row, s[row]);
#pragma unroll
  for (int row = 0; row < Rows; ++row, p += a.target.pitch) {
    if (y0 + row >= sprite.height) return;
    if (Over && ((s[row][0] | s[row][1] | s[row][2] | s[row][3]) >> 24U) == 0) continue;
    if (whole) {
      if (Rows > 1) load_bytes(p, d);
#pragma unroll
      for (int i = 0; i < 4; ++i)
        composite_bytes<Channels, Over>(sprite.op, a.bgr, pixel::unpack(s[row][i]), d + i * Channels);
      store_bytes(p, d);
    } else {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (x + i < 0 || x + i >= sprite.width) continue;
        std::uint8_t one[Channels];
        for (int c = 0; c < Channels; ++c) one[c] = p[i * Channels + c];
        composite_bytes<Channels, Over>(sprite.op, a.bgr, pixel::unpack(s[row][i]), one);
        for (int c = 0; c < Channels; ++c) p[i * Channels + c] = one[c];
      }
    }
  }
}

/// Small sprites on pixels of four bytes where quads of the sprite do not lie on quads of the target: a lane's pixels
/// are 32 apart, so that a warp moves whole rows of words wherever they begin.
inline constexpr int words_per_lane = 2;
template <bool Over>
__global__ void __launch_bounds__(quads_x* quads_y) composite_words(const PackedArgs a) {
  constexpr int n = words_per_lane;
  const SpriteArgs& sprite = a.sprite;
  const int x = static_cast<int>(n * quads_x * blockIdx.x + threadIdx.x);
  const int y = static_cast<int>(quads_y * blockIdx.y + threadIdx.y);
  if (y >= sprite.height) return;
  std::uint32_t s[n][1] = {};
#pragma unroll
  for (int i = 0; i < n; ++i)
    if (x + quads_x * i < sprite.width) load_sprite(sprite, x + quads_x * i, y, s[i]);
  std::uint8_t* const p = a.target.data + y * a.target.pitch + std::ptrdiff_t{x} * 4;
  const auto drawn = [&](int i) { return x + quads_x * i < sprite.width && !(Over && s[i][0] >> 24U == 0); };
  std::uint8_t d[n][4];
#pragma unroll
  for (int i = 0; i < n; ++i)
    if (x + quads_x * i < sprite.width) load_bytes(p + 4 * quads_x * i, d[i]);
#pragma unroll
  for (int i = 0; i < n; ++i) {
    if (!drawn(i)) continue;
    composite_bytes<4, Over>(sprite.op, a.bgr, pixel::unpack(s[i][0]), d[i]);
    store_bytes(p + 4 * quads_x * i, d[i]);
  }
}

/// Two or four bytes of a row of a target plane: those whose column is at least `first` and below `end`.
template <int N>
struct RowBytes {
  std::uint8_t* p;
  bool all, word;
  int first, end;

  __device__ RowBytes(std::uint8_t* at, int from, int to)
      : p(at),
        all(from <= 0 && to >= N),
        word(all && (reinterpret_cast<std::uintptr_t>(at) & (N - 1U)) == 0),
        first(from),
        end(to) {}
  __device__ void load(std::uint8_t (&to)[N]) const {
    using Word = std::conditional_t<N == 4, std::uint32_t, std::uint16_t>;
    if (word) {
      const std::uint32_t value = *reinterpret_cast<const Word*>(p);
#pragma unroll
      for (int i = 0; i < N; ++i) to[i] = static_cast<std::uint8_t>(value >> (8U * i));
    } else {
#pragma unroll
      for (int i = 0; i < N; ++i) to[i] = i >= first && i < end ? p[i] : 0;
    }
  }
  __device__ void store(const std::uint8_t (&from)[N]) const {
    using Word = std::conditional_t<N == 4, std::uint32_t, std::uint16_t>;
    if (word) {
      std::uint32_t value = 0;
#pragma unroll
      for (int i = 0; i < N; ++i) value |= std::uint32_t{from[i]} << (8U * i);
      *reinterpret_cast<Word*>(p) = static_cast<Word>(value);
    } else {
#pragma unroll
      for (int i = 0; i < N; ++i)
        if (i >= first && i < end) p[i] = from[i];
    }
  }
};

template <bool Over, int N>
__device__ inline void composite_luma(const SpriteArgs& sprite, const pixel::YuvCoefficients& coefficients,
                                      const std::uint32_t (&s)[N], std::uint8_t (&luma)[N]) {
  const CompositeOp op = Over ? CompositeOp::over : sprite.op;
#pragma unroll
  for (int i = 0; i < N; ++i) {
    const pixel::Rgba c = pixel::unpack(s[i]);
    luma[i] = pixel::settle(pixel::weigh(pixel::rgb_to_y(c.r, c.g, c.b, coefficients), luma[i],
                                         pixel::opaque_weights(op, c.a), coefficients.y_offset));
  }
}

// A block of composite_yuv_small makes so many chroma samples, and the Y of their pixels.
inline constexpr int small_samples_x = 32;
inline constexpr int small_samples_y = 4;
inline constexpr int small_threads = 2 * small_samples_x * small_samples_y;

/// For sprites that do not fill the GPU, where waiting is what takes the time: the first half of a block's threads
/// makes Y, four pixels each, the other half a chroma sample each, and all read target and sprite at once.
template <int Step, bool Over>
__global__ void __launch_bounds__(small_threads) composite_yuv_small(const YuvArgs a) {
  const SpriteArgs& sprite = a.sprite;
  const int thread = static_cast<int>(threadIdx.x);
  if (thread < small_threads / 2) {
    constexpr int quads = small_samples_x / 2;
    const int x = 2 * small_samples_x * static_cast<int>(blockIdx.x) + thread % quads * 4 - a.luma_lead;
    const int y = 2 * small_samples_y * static_cast<int>(blockIdx.y) + thread / quads - a.y_phase;
    if (x >= sprite.width || y < 0 || y >= sprite.height) return;
    const RowBytes<4> row(a.y.data + y * a.y.pitch + x, -x, sprite.width - x);
    std::uint8_t luma[4];
    row.load(luma);
    std::uint32_t s[4];
    load_sprite(sprite, x, y, s);
    if (Over && (s[0] | s[1] | s[2] | s[3]) >> 24U == 0) return;
    composite_luma<Over>(sprite, a.coefficients, s, luma);
    row.store(luma);
    return;
  }
  const int own = thread - small_threads / 2;
  const int sample = small_samples_x * static_cast<int>(blockIdx.x) + own % small_samples_x;
  const int sample_row = small_samples_y * static_cast<int>(blockIdx.y) + own / small_samples_x;
  const int x = 2 * sample - a.x_phase;
  const int y = 2 * sample_row - a.y_phase;
  if (x >= sprite.width || y >= sprite.height) return;
  std::uint8_t* const u = a.u.data + sample_row * a.u.pitch + std::ptrdiff_t{sample} * Step;
  std::uint8_t* const v = a.v.data + sample_row * a.v.pitch + std::ptrdiff_t{sample} * Step;
  const RowBytes<2> both(u, 0, 2);  // nv12
  std::uint8_t uv[2];
  if constexpr (Step == 2) {
    both.load(uv);
  } else {
    uv[0] = *u;
    uv[1] = *v;
  }
  std::uint32_t s[2][2] = {};
#pragma unroll
  for (int row = 0; row < 2; ++row)
    if (y + row >= 0 && y + row < sprite.height) load_sprite(sprite, x, y + row, s[row]);
  if (Over && (s[0][0] | s[0][1] | s[1][0] | s[1][1]) >> 24U == 0) return;
  pixel::ChromaSample chroma(Over ? CompositeOp::over : sprite.op, uv[0], uv[1]);
#pragma unroll
  for (int row = 0; row < 2; ++row)
#pragma unroll
    for (int column = 0; column < 2; ++column)
      if (y + row >= 0 && y + row < sprite.height && x + column >= 0 && x + column < sprite.width)
        chroma.add(pixel::unpack(s[row][column]), a.coefficients);
  const int count =
      pixel::pair_length(sample_row, a.y_phase, a.rest_y) * pixel::pair_length(sample, a.x_phase, a.rest_x);
  uv[0] = chroma.u(count);
  uv[1] = chroma.v(count);
  if constexpr (Step == 2) {
    both.store(uv);
  } else {
    *u = uv[0];
    *v = uv[1];
  }
}

/// `Step` is the distance of chroma samples: 2 for nv12, 1 for i420.
template <int Step, bool Over>
__global__ void __launch_bounds__(quads_x* quads_y) composite_yuv(const YuvArgs a) {
  constexpr int samples = 2;
  constexpr int pixels = 2 * samples;
  const int width = a.sprite.width;
  const int height = a.sprite.height;
  const int sample = samples * static_cast<int>(blockIdx.x * quads_x + threadIdx.x);  // the first
  const int sample_row = static_cast<int>(blockIdx.y * quads_y + threadIdx.y);
  const int x = 2 * sample - a.x_phase;
  const int y = 2 * sample_row - a.y_phase;
  if (x >= width || y >= height) return;
  const bool in_row[2] = {y >= 0, y + 1 < height};

  std::uint32_t s[2][pixels] = {};
  std::uint8_t luma[2][pixels];
  std::uint8_t u[samples];
  std::uint8_t v[samples];
  const auto luma_row = [&](int row) { return RowBytes<pixels>(a.y.data + (y + row) * a.y.pitch + x, -x, width - x); };
  // u and v of the first sample.
  std::uint8_t* const u_at = a.u.data + sample_row * a.u.pitch + std::ptrdiff_t{sample} * Step;
  std::uint8_t* const v_at = a.v.data + sample_row * a.v.pitch + std::ptrdiff_t{sample} * Step;
  const int samples_end = (width - x + 1) / 2;
  const RowBytes<2 * samples> both(u_at, 0, 2 * samples_end);  // nv12
  const auto load_target = [&] {
#pragma unroll
    for (int row = 0; row < 2; ++row)
      if (in_row[row]) luma_row(row).load(luma[row]);
    if constexpr (Step == 2) {
      std::uint8_t uv[2 * samples];
      both.load(uv);
#pragma unroll
      for (int i = 0; i < samples; ++i) {
        u[i] = uv[2 * i];
        v[i] = uv[2 * i + 1];
      }
    } else {
#pragma unroll
      for (int i = 0; i < samples; ++i) {
        u[i] = i < samples_end ? u_at[i] : 0;
        v[i] = i < samples_end ? v_at[i] : 0;
      }
    }
  };

  std::uint32_t visible = 0;
#pragma unroll
  for (int row = 0; row < 2; ++row) {
    if (!in_row[row]) continue;
    load_sprite(a.sprite, x, y + row, s[row]);
#pragma unroll
    for (int i = 0; i < pixels; ++i) visible |= s[row][i];
  }
  if (Over && visible >> 24U == 0) return;
  load_target();

#pragma unroll
  for (int row = 0; row < 2; ++row) {
    if (!in_row[row]) continue;
    composite_luma<Over>(a.sprite, a.coefficients, s[row], luma[row]);
    luma_row(row).store(luma[row]);
  }

  const CompositeOp op = Over ? CompositeOp::over : a.sprite.op;
  const int pair_y = pixel::pair_length(sample_row, a.y_phase, a.rest_y);
#pragma unroll
  for (int i = 0; i < samples; ++i) {
    if (i >= samples_end) continue;
    pixel::ChromaSample chroma(op, u[i], v[i]);
#pragma unroll
    for (int row = 0; row < 2; ++row)
#pragma unroll
      for (int column = 2 * i; column < 2 * i + 2; ++column)
        if (in_row[row] && x + column >= 0 && x + column < width)
          chroma.add(pixel::unpack(s[row][column]), a.coefficients);
    const int count = pair_y * pixel::pair_length(sample + i, a.x_phase, a.rest_x);
    u[i] = chroma.u(count);
    v[i] = chroma.v(count);
  }
  if constexpr (Step == 2) {
    std::uint8_t uv[2 * samples];
#pragma unroll
    for (int i = 0; i < samples; ++i) {
      uv[2 * i] = u[i];
      uv[2 * i + 1] = v[i];
    }
    both.store(uv);
  } else {
#pragma unroll
    for (int i = 0; i < samples; ++i) {
      if (i >= samples_end) continue;
      u_at[i] = u[i];
      v_at[i] = v[i];
    }
  }
}

}  // namespace retouch::cuda
