// Compositing on CUDA: one launch, each thread four pixels in a row (4:2:0: two rows of four, with their two chroma
// samples). Threads lie on the target's word boundaries, so that its pixels move in whole words whatever the region's
// column; a sprite's quad that is not on one is read pixel by pixel, which the L1 cache makes whole. Where nothing is
// visible the target is neither read nor written.
#pragma once

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
  int x_phase, y_phase;
  int rest_x, rest_y;  // of the target, from the region's corner
  pixel::YuvCoefficients coefficients;
};

inline constexpr int quads_x = 32;  // threads of a block
inline constexpr int quads_y = 4;

/// Four sprite pixels from column x of row y, 0 where they lie outside the region.
__device__ inline void load_sprite(const SpriteArgs& a, int x, int y, std::uint32_t (&s)[4]) {
  const std::uint8_t* p = a.data + y * a.pitch + std::ptrdiff_t{x} * 4;
  if (x >= 0 && x + 4 <= a.width && (reinterpret_cast<std::uintptr_t>(p) & 15U) == 0) {
    const uint4 quad = __ldg(reinterpret_cast<const uint4*>(p));
    s[0] = quad.x;
    s[1] = quad.y;
    s[2] = quad.z;
    s[3] = quad.w;
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i)
      s[i] = x + i >= 0 && x + i < a.width ? __ldg(reinterpret_cast<const std::uint32_t*>(p) + i) : 0;
  }
  if (a.opacity == 255) return;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
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
#pragma unroll
  for (int row = 0; row < Rows; ++row)
    if (y0 + row < sprite.height) load_sprite(sprite, x, y0 + row, s[row]);
#pragma unroll
  for (int row = 0; row < Rows; ++row) {
    if (y0 + row >= sprite.height) return;
    if (Over && ((s[row][0] | s[row][1] | s[row][2] | s[row][3]) >> 24U) == 0) continue;
    std::uint8_t* p = a.target.data + (y0 + row) * a.target.pitch + std::ptrdiff_t{x} * Channels;
    if (x >= 0 && x + 4 <= sprite.width) {
      std::uint8_t d[4 * Channels];
      load_bytes(p, d);
#pragma unroll
      for (int i = 0; i < 4; ++i)
        composite_bytes<Channels, Over>(sprite.op, a.bgr, pixel::unpack(s[row][i]), d + i * Channels);
      store_bytes(p, d);
    } else {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (x + i < 0 || x + i >= sprite.width) continue;
        std::uint8_t d[Channels];
        for (int c = 0; c < Channels; ++c) d[c] = p[i * Channels + c];
        composite_bytes<Channels, Over>(sprite.op, a.bgr, pixel::unpack(s[row][i]), d);
        for (int c = 0; c < Channels; ++c) p[i * Channels + c] = d[c];
      }
    }
  }
}

template <bool Over>
__device__ inline void composite_luma(const YuvArgs& a, int x, int y, const std::uint32_t (&s)[4]) {
  const CompositeOp op = Over ? CompositeOp::over : a.sprite.op;
  std::uint8_t* p = a.y.data + y * a.y.pitch + x;
  const auto value = [&](std::uint32_t word, std::uint8_t target) {
    const pixel::Rgba c = pixel::unpack(word);
    return pixel::settle(pixel::weigh(pixel::rgb_to_y(c.r, c.g, c.b, a.coefficients), target,
                                      pixel::opaque_weights(op, c.a), a.coefficients.y_offset));
  };
  if (x >= 0 && x + 4 <= a.sprite.width) {
    std::uint8_t d[4];
    load_bytes(p, d);
#pragma unroll
    for (int i = 0; i < 4; ++i) d[i] = value(s[i], d[i]);
    store_bytes(p, d);
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i)
      if (x + i >= 0 && x + i < a.sprite.width) p[i] = value(s[i], p[i]);
  }
}

/// `Step` is the distance of chroma samples: 2 for nv12, 1 for i420.
template <int Step, bool Over>
__global__ void __launch_bounds__(quads_x* quads_y) composite_yuv(const YuvArgs a) {
  const int width = a.sprite.width;
  const int height = a.sprite.height;
  const int sample = 2 * static_cast<int>(blockIdx.x * quads_x + threadIdx.x);  // the first of two
  const int sample_row = static_cast<int>(blockIdx.y * quads_y + threadIdx.y);
  const int x = 2 * sample - a.x_phase;
  const int y = 2 * sample_row - a.y_phase;
  if (x >= width || y >= height) return;
  std::uint32_t s[2][4] = {};
  std::uint32_t visible = 0;
#pragma unroll
  for (int row = 0; row < 2; ++row) {
    if (y + row < 0 || y + row >= height) continue;
    load_sprite(a.sprite, x, y + row, s[row]);
    visible |= s[row][0] | s[row][1] | s[row][2] | s[row][3];
  }
  if (Over && visible >> 24U == 0) return;
#pragma unroll
  for (int row = 0; row < 2; ++row)
    if (y + row >= 0 && y + row < height) composite_luma<Over>(a, x, y + row, s[row]);

  const int pair_y = pixel::pair_length(sample_row, a.y_phase, a.rest_y);
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    if (x + 2 * i >= width) continue;
    std::uint8_t* u = a.u.data + sample_row * a.u.pitch + std::ptrdiff_t{sample + i} * Step;
    std::uint8_t* v = a.v.data + sample_row * a.v.pitch + std::ptrdiff_t{sample + i} * Step;
    pixel::ChromaSample chroma(Over ? CompositeOp::over : a.sprite.op, *u, *v);
#pragma unroll
    for (int row = 0; row < 2; ++row)
#pragma unroll
      for (int column = 2 * i; column < 2 * i + 2; ++column)
        if (y + row >= 0 && y + row < height && x + column >= 0 && x + column < width)
          chroma.add(pixel::unpack(s[row][column]), a.coefficients);
    const int count = pair_y * pixel::pair_length(sample + i, a.x_phase, a.rest_x);
    *u = chroma.u(count);
    *v = chroma.v(count);
  }
}

}  // namespace retouch::cuda
