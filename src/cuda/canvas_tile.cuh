// A tile of 32 x 8 pixels in the registers of a warp: each lane four pixels of two rows, and of 4:2:0 the two chroma
// samples under them. Loaded when the first command touches it, stored once.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "canvas/command.hpp"
#include "pixel/blend.hpp"
#include "pixel/picture.hpp"
#include "pixel/yuv.hpp"

namespace retouch::cuda {

enum class Kind { packed4, packed3, gray, nv12, i420 };
RETOUCH_HD constexpr bool is_yuv(Kind k) { return k == Kind::nv12 || k == Kind::i420; }
RETOUCH_HD constexpr bool is_packed(Kind k) { return k == Kind::packed4 || k == Kind::packed3; }
RETOUCH_HD constexpr int channels_of(Kind k) { return k == Kind::packed4 ? 4 : k == Kind::packed3 ? 3 : 1; }

/// One target of a launch.
struct alignas(16) TargetRecord {
  std::uint8_t* planes[3];  // at list pixel (0, 0), which may lie outside the target
  std::int32_t pitches[3];
  std::int32_t x0, y0, x1, y1;  // of the target, in list space
  std::uint32_t commands;       // granules from the start of the payload
  std::uint32_t bands;          // likewise; where the entries of each band of rows begin, and one more
  std::uint32_t entries;        // likewise; numbers of commands
  std::uint32_t data;           // likewise
  std::uint32_t aligned;        // four pixels may be moved in whole words
  std::uint32_t bgr;
  pixel::YuvCoefficients coefficients;
};

/// Bytes of a word for pixels x .. x + 3 that lie in [from, to). The shifts stop at 32 bits.
__device__ inline std::uint32_t span4(int x, int from, int to) {
  const int low = max(from - x, 0);
  const int high = min(to - x, 4);
  return __funnelshift_lc(0U, 0xFFFFFFFFU, static_cast<unsigned>(8 * low)) &
         __funnelshift_rc(0xFFFFFFFFU, 0U, static_cast<unsigned>(32 - 8 * high));
}

/// The blend of pixel::blend, v / 255 rounded to nearest, of two bytes at once. Bytes 0 and 2 of a word are its even
/// ones, 1 and 3 its odd ones; each has 16 bits to grow in. The results stand in the upper halves of those 16 bits.
struct BytePairs {
  std::uint32_t even, odd;
};
__device__ inline BytePairs pairs_of(std::uint32_t word) { return {word & 0x00FF00FFU, __byte_perm(word, 0, 0x4341)}; }
__device__ inline std::uint32_t times_255th(std::uint32_t v) { return v + __byte_perm(v, 0, 0x4341); }
__device__ inline std::uint32_t word_of(const BytePairs& p) { return __byte_perm(p.even, p.odd, 0x7351); }
__device__ inline std::uint32_t blend_word(std::uint32_t d, const BytePairs& s, std::uint32_t a) {
  const BytePairs under = pairs_of(d);
  const std::uint32_t rest = 255 - a;
  return word_of({times_255th(s.even * a + (under.even * rest + 0x00800080U)),
                  times_255th(s.odd * a + (under.odd * rest + 0x00800080U))});
}
/// Each byte of `cover` times a / 255.
__device__ inline std::uint32_t scale4(std::uint32_t cover, std::uint32_t a) {
  const BytePairs p = pairs_of(cover);
  return word_of({times_255th(p.even * a + 0x00800080U), times_255th(p.odd * a + 0x00800080U)});
}
/// Each byte of d under s, by the alpha in the same byte of a.
__device__ inline std::uint32_t blend4(std::uint32_t d, std::uint32_t s, std::uint32_t a) {
  const std::uint32_t rest = ~a;
  std::uint32_t v[4];
#pragma unroll
  for (unsigned i = 0; i < 4; ++i) {
    const std::uint32_t values = __byte_perm(d, s, 0x5540U | i);                       // d's byte, s, 0, 0
    const std::uint32_t weights = __byte_perm(rest, a, 0x5500U | (4U + i) << 4U | i);  // 255 - alpha, alpha
    v[i] = __dp4a(values, weights, 128U);
    v[i] += v[i] >> 8U;
  }
  return __byte_perm(__byte_perm(v[0], v[1], 0x51), __byte_perm(v[2], v[3], 0x51), 0x5410);
}
__device__ inline std::uint32_t byte_of(std::uint32_t word, int i) { return word >> (8 * i) & 0xFFU; }

template <Kind K>
class Tile {
 public:
  __device__ Tile(const TargetRecord& target, int tile_x, int tile_y, int lane)
      : t(target), x(tile_x + lane % 8 * 4), y(tile_y + lane / 8 * 2) {}

  /// Before anything is drawn. Most warps draw nothing: what takes time stands here, not in the constructor.
  __device__ void load() {
    if (loaded_) return;
    loaded_ = true;
    rows_ = t.planes[0] + static_cast<std::ptrdiff_t>(y) * t.pitches[0] + x * channels_of(K);
    const bool whole = is_whole();
#pragma unroll
    for (int j = 0; j < 2; ++j)
      inside[j] = whole ? 0xFFFFFFFFU : y + j >= t.y0 && y + j < t.y1 ? span4(x, t.x0, t.x1) : 0;
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      if (inside[j] == 0) continue;
      const std::uint8_t* p = row(j);
      if (t.aligned != 0 && inside[j] == 0xFFFFFFFFU) {
        load_quad(p, j);
        continue;
      }
#pragma unroll 1
      for (int i = 0; i < 4; ++i)
        if (byte_of(inside[j], i) != 0) load_pixel(p + i * channels_of(K), j, i);
    }
    if constexpr (K == Kind::nv12) {
      if (whole_chroma()) {
        chroma_ = *reinterpret_cast<const std::uint32_t*>(chroma(1, 0));
        return;
      }
    }
    if constexpr (is_yuv(K)) {
#pragma unroll
      for (int s = 0; s < 2; ++s)
        if (has_sample(s)) {
          const std::uint8_t* u = chroma(1, s);
          const std::uint8_t* v = K == Kind::nv12 ? u + 1 : chroma(2, s);
          chroma_ = (chroma_ & ~(0xFFFFU << (16 * s))) | (*u | std::uint32_t{*v} << 8) << (16 * s);
        }
    }
  }

  __device__ void store() const {
    if (!loaded_) return;
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      if (inside[j] == 0) continue;
      std::uint8_t* p = row(j);
      if (t.aligned != 0 && inside[j] == 0xFFFFFFFFU) {
        store_quad(p, j);
        continue;
      }
#pragma unroll 1
      for (int i = 0; i < 4; ++i)
        if (byte_of(inside[j], i) != 0) store_pixel(p + i * channels_of(K), j, i);
    }
    if constexpr (K == Kind::nv12) {
      if (whole_chroma()) {
        *reinterpret_cast<std::uint32_t*>(chroma(1, 0)) = chroma_;
        return;
      }
    }
    if constexpr (is_yuv(K)) {
#pragma unroll
      for (int s = 0; s < 2; ++s)
        if (has_sample(s)) {
          std::uint8_t* u = chroma(1, s);
          std::uint8_t* v = K == Kind::nv12 ? u + 1 : chroma(2, s);
          *u = static_cast<std::uint8_t>(chroma_ >> (16 * s));
          *v = static_cast<std::uint8_t>(chroma_ >> (16 * s + 8));
        }
    }
  }

  /// One colour; a[j]: the alphas of row j's pixels. `solid`: all of them are 0 or 255.
  __device__ void blend(const std::uint32_t (&a)[2], std::uint32_t color, bool solid) {
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      if (solid) {
        if constexpr (is_packed(K)) {
#pragma unroll
          for (int i = 0; i < 4; ++i)
            if ((a[j] & 0xFFU << (8 * i)) != 0) px_[j][i] = color | 0xFF000000U;
        } else {
          luma_[j] = (luma_[j] & ~a[j]) | ((color & 0xFFU) * 0x01010101U & a[j]);
        }
        continue;
      }
      if (a[j] == 0) continue;
      if constexpr (is_packed(K)) {
        const BytePairs above = pairs_of(color | 0xFF000000U);
#pragma unroll
        for (int i = 0; i < 4; ++i) px_[j][i] = blend_word(px_[j][i], above, byte_of(a[j], i));
      } else {
        luma_[j] = blend4(luma_[j], color & 0xFFU, a[j]);
      }
    }
    if constexpr (is_yuv(K)) {
#pragma unroll
      for (int s = 0; s < 2; ++s) {
        const std::uint32_t sum = sum_of(a, s);
        if (sum == 0) continue;
        blend_chroma(s, color >> 8, mean_alpha(sum, s));
      }
    }
  }

  /// A colour for each pixel: straight r, g, b, a words.
  __device__ void blend_colors(const std::uint32_t (&colors)[2][4]) {
    std::uint32_t alphas[2] = {};
    std::uint32_t sum_u[2] = {};
    std::uint32_t sum_v[2] = {};
#pragma unroll
    for (int j = 0; j < 2; ++j)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const std::uint32_t color = colors[j][i];
        const std::uint32_t a = color >> 24;
        if (a == 0) continue;
        const int r = static_cast<int>(color & 0xFFU);
        const int g = static_cast<int>(color >> 8 & 0xFFU);
        const int b = static_cast<int>(color >> 16 & 0xFFU);
        if constexpr (is_packed(K)) {
          const std::uint32_t s = t.bgr != 0 ? __byte_perm(color, 0, 0x3012) : color;
          px_[j][i] = blend_word(px_[j][i], pairs_of(s | 0xFF000000U), a);
        } else if constexpr (K == Kind::gray) {
          set_luma(j, i, pixel::blend(pixel::rgb_to_gray(r, g, b), byte_of(luma_[j], i), a));
        } else {
          const pixel::Yuv c = pixel::rgb_to_yuv(r, g, b, t.coefficients);
          set_luma(j, i, pixel::blend(c.y, byte_of(luma_[j], i), a));
          alphas[i / 2] += a;
          sum_u[i / 2] += c.u * a;
          sum_v[i / 2] += c.v * a;
        }
      }
    if constexpr (is_yuv(K)) {
#pragma unroll
      for (int s = 0; s < 2; ++s) {
        if (alphas[s] == 0) continue;
        const std::uint32_t d = chroma_ >> (16 * s);
        const std::uint32_t count = 1U << sharing_log2(s);
        const std::uint32_t uv = std::uint32_t{pixel::mix_chroma(sum_u[s], alphas[s], count, d & 0xFFU)} |
                                 std::uint32_t{pixel::mix_chroma(sum_v[s], alphas[s], count, d >> 8 & 0xFFU)} << 8;
        chroma_ = (chroma_ & ~(0xFFFFU << (16 * s))) | uv << (16 * s);
      }
    }
  }

  /// A picture in the target's own format, with these alphas.
  __device__ void blend_picture(const canvas::PictureRecord& p, const std::uint32_t (&a)[2]) {
    constexpr int channels = channels_of(K);
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      if (a[j] == 0) continue;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const std::uint32_t alpha = byte_of(a[j], i);
        if (alpha == 0) continue;
        if constexpr (is_packed(K)) {
          std::uint32_t s = 0;
          for (int k = 0; k < channels; ++k)
            s |= std::uint32_t{pixel::picture_value(p, 0, false, channels, k, x + i, y + j)} << (8 * k);
          px_[j][i] = blend_word(px_[j][i], pairs_of(s), alpha);
        } else {
          set_luma(j, i,
                   pixel::blend(pixel::picture_value(p, 0, false, 1, 0, x + i, y + j), byte_of(luma_[j], i), alpha));
        }
      }
    }
    if constexpr (is_yuv(K)) {
      constexpr bool interleaved = K == Kind::nv12;
#pragma unroll
      for (int s = 0; s < 2; ++s) {
        const std::uint32_t sum = sum_of(a, s);
        if (sum == 0) continue;
        const int sx = x / 2 + s;
        const int sy = y / 2;
        const std::uint8_t u = pixel::picture_value(p, 1, true, interleaved ? 2 : 1, 0, sx, sy);
        const std::uint8_t v =
            pixel::picture_value(p, interleaved ? 1 : 2, true, interleaved ? 2 : 1, interleaved ? 1 : 0, sx, sy);
        blend_chroma(s, u | std::uint32_t{v} << 8, mean_alpha(sum, s));
      }
    }
  }

  const TargetRecord& t;
  int x, y;                 // of the lane's first pixel
  std::uint32_t inside[2];  // which of its pixels belong to the target

 private:
  __device__ std::uint8_t* row(int j) const { return j == 0 ? rows_ : rows_ + t.pitches[0]; }
  __device__ std::uint8_t* chroma(int plane, int s) const {
    return t.planes[plane] + static_cast<std::ptrdiff_t>(y / 2) * t.pitches[plane] +
           (x / 2 + s) * (K == Kind::nv12 ? 2 : 1);
  }
  // Does the tile lie in the target? Mostly, and it is found out for all lanes at once.
  __device__ bool is_whole() const {
    constexpr int width = canvas::tile_width;
    constexpr int height = canvas::tile_height;
    return (x & -width) >= t.x0 && (x | (width - 1)) < t.x1 && (y & -height) >= t.y0 && (y | (height - 1)) < t.y1;
  }
  // May both samples be moved in one word? Of NV12.
  __device__ bool whole_chroma() const { return t.aligned != 0 && (inside[0] | inside[1]) == 0xFFFFFFFFU; }
  // Of the pixels above sample s, bytes 2s and 2s + 1 of both rows.
  __device__ bool has_sample(int s) const { return ((inside[0] | inside[1]) >> (16 * s) & 0xFFFFU) != 0; }
  __device__ static std::uint32_t sum_of(const std::uint32_t (&a)[2], int s) {
    return __dp4a(__byte_perm(a[0], a[1], s == 0 ? 0x5410U : 0x7632U), 0x01010101U, 0U);
  }
  // How many pixels share sample s: 1, 2 or 4.
  __device__ unsigned sharing_log2(int s) const { return (x + 2 * s + 1 < t.x1 ? 1U : 0U) + (y + 1 < t.y1 ? 1U : 0U); }
  // As pixel::mean_alpha, without its division.
  __device__ std::uint32_t mean_alpha(std::uint32_t sum, int s) const {
    const unsigned shift = sharing_log2(s);
    return (sum + (1U << shift >> 1U)) >> shift;
  }
  // The two low bytes of uv over sample s.
  __device__ void blend_chroma(int s, std::uint32_t uv, std::uint32_t a) {
    const std::uint32_t over = __byte_perm(uv, 0, 0x4140);
    const std::uint32_t under = __byte_perm(chroma_, 0, s == 0 ? 0x4140U : 0x4342U);
    const std::uint32_t v = times_255th(over * a + (under * (255 - a) + 0x00800080U));
    chroma_ = __byte_perm(chroma_, v, s == 0 ? 0x3275U : 0x7510U);
  }

  __device__ void load_quad(const std::uint8_t* p, int j) {
    if constexpr (K == Kind::packed4) {
      const uint4 v = *reinterpret_cast<const uint4*>(p);
      px_[j][0] = v.x;
      px_[j][1] = v.y;
      px_[j][2] = v.z;
      px_[j][3] = v.w;
    } else if constexpr (K == Kind::packed3) {
      const auto* w = reinterpret_cast<const std::uint32_t*>(p);
      px_[j][0] = w[0];
      px_[j][1] = __funnelshift_r(w[0], w[1], 24);
      px_[j][2] = __funnelshift_r(w[1], w[2], 16);
      px_[j][3] = w[2] >> 8;
    } else {
      luma_[j] = *reinterpret_cast<const std::uint32_t*>(p);
    }
  }
  // A pixel alone, at an edge of the target or where its rows are not whole words. Rare: small rather than fast.
  __device__ void load_pixel(const std::uint8_t* p, int j, int i) {
    if constexpr (is_packed(K)) {
      std::uint32_t v = 0;
#pragma unroll 1
      for (int k = 0; k < channels_of(K); ++k) v |= std::uint32_t{p[k]} << (8 * k);
#pragma unroll
      for (int n = 0; n < 4; ++n)
        if (n == i) px_[j][n] = v;  // registers have no index
    } else {
      set_luma(j, i, *p);
    }
  }
  __device__ void store_quad(std::uint8_t* p, int j) const {
    if constexpr (K == Kind::packed4) {
      *reinterpret_cast<uint4*>(p) = make_uint4(px_[j][0], px_[j][1], px_[j][2], px_[j][3]);
    } else if constexpr (K == Kind::packed3) {
      auto* w = reinterpret_cast<std::uint32_t*>(p);
      w[0] = __byte_perm(px_[j][0], px_[j][1], 0x4210);
      w[1] = __byte_perm(px_[j][1], px_[j][2], 0x5421);
      w[2] = __byte_perm(px_[j][2], px_[j][3], 0x6542);
    } else {
      *reinterpret_cast<std::uint32_t*>(p) = luma_[j];
    }
  }
  __device__ void store_pixel(std::uint8_t* p, int j, int i) const {
    if constexpr (is_packed(K)) {
      std::uint32_t v = 0;
#pragma unroll
      for (int n = 0; n < 4; ++n)
        if (n == i) v = px_[j][n];
#pragma unroll 1
      for (int k = 0; k < channels_of(K); ++k, v >>= 8) p[k] = static_cast<std::uint8_t>(v);
    } else {
      *p = static_cast<std::uint8_t>(byte_of(luma_[j], i));
    }
  }

  __device__ void set_luma(int j, int i, std::uint32_t value) {
    luma_[j] = (luma_[j] & ~(0xFFU << (8 * i))) | value << (8 * i);
  }

  bool loaded_ = false;
  std::uint8_t* rows_ = nullptr;  // the lane's pixels of the first row
  std::uint32_t px_[2][4] = {};   // packed
  std::uint32_t luma_[2] = {};    // others: a byte a pixel
  std::uint32_t chroma_ = 0;      // u, v of both samples
};

}  // namespace retouch::cuda
