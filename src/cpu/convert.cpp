// convert on the CPU: two rows at a time, in pieces that stay in the cache, from the source's format into separate
// components (RGB, or YCbCr where that is kept), and from those into the target's.
#include "ops/convert.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/convert.hpp"

// Loops over pixels, vectorised for the machine at hand.
namespace retouch::cpu {

namespace {

using detail::ConvertSide;
using detail::Family;
using pixel::YuvCoefficients;
using Byte = std::uint8_t;

constexpr int piece = 512;  // pixels; even

// A piece of a row: R, G, B (first, second, third) or Y, Cb, Cr, one of each a pixel.
struct Components {
  alignas(64) Byte first[piece];
  alignas(64) Byte second[piece];
  alignas(64) Byte third[piece];
  alignas(64) Byte alpha[piece];
};

// ---- from a format into components

RETOUCH_CLONES void split_rgb(const Byte* __restrict from, int count, Byte* __restrict a, Byte* __restrict b,
                              Byte* __restrict c) {
  for (int i = 0; i < count; ++i) {
    a[i] = from[3 * i];
    b[i] = from[3 * i + 1];
    c[i] = from[3 * i + 2];
  }
}

RETOUCH_CLONES void split_rgba(const Byte* __restrict from, int count, Byte* __restrict a, Byte* __restrict b,
                               Byte* __restrict c, Byte* __restrict d) {
  for (int i = 0; i < count; ++i) {
    std::uint32_t pixel;
    std::memcpy(&pixel, from + 4 * static_cast<std::ptrdiff_t>(i), 4);
    a[i] = static_cast<Byte>(pixel);
    b[i] = static_cast<Byte>(pixel >> 8U);
    c[i] = static_cast<Byte>(pixel >> 16U);
    d[i] = static_cast<Byte>(pixel >> 24U);
  }
}

RETOUCH_CLONES void luma_to_gray(const Byte* __restrict from, int count, YuvCoefficients k, Byte* __restrict to) {
  for (int i = 0; i < count; ++i) to[i] = pixel::luma_to_gray(from[i], k);
}

// Gives every pixel the chroma that it shares: the samples' first pixel is at -phase.
template <int Step>
[[gnu::always_inline]] inline void repeat(const Byte* __restrict from, int count, int phase, Byte* __restrict to) {
  if (phase != 0) *to++ = *from, from += Step, --count;
  const int pairs = count / 2;
  for (int i = 0; i < pairs; ++i) {
    const Byte sample = from[i * Step];
    to[2 * i] = sample;
    to[2 * i + 1] = sample;
  }
  if (count % 2 != 0) to[count - 1] = from[pairs * Step];
}
RETOUCH_CLONES void repeat_chroma(const Byte* from, int step, int count, int phase, Byte* to) {
  if (step == 1)
    repeat<1>(from, count, phase, to);
  else
    repeat<2>(from, count, phase, to);
}

// YCbCr to RGB, in place.
RETOUCH_CLONES void yuv_to_rgb(Byte* __restrict a, Byte* __restrict b, Byte* __restrict c, int count,
                               YuvCoefficients k) {
  for (int i = 0; i < count; ++i) {
    const pixel::Rgb rgb = pixel::yuv_to_rgb(a[i], b[i], c[i], k);
    a[i] = rgb.r;
    b[i] = rgb.g;
    c[i] = rgb.b;
  }
}

// ---- from components into a format

RETOUCH_CLONES void rgb_to_gray(const Byte* __restrict r, const Byte* __restrict g, const Byte* __restrict b, int count,
                                Byte* __restrict to) {
  for (int i = 0; i < count; ++i) to[i] = pixel::rgb_to_gray(r[i], g[i], b[i]);
}

RETOUCH_CLONES void rgb_to_luma(const Byte* __restrict r, const Byte* __restrict g, const Byte* __restrict b, int count,
                                YuvCoefficients k, Byte* __restrict to) {
  for (int i = 0; i < count; ++i) to[i] = pixel::rgb_to_y(r[i], g[i], b[i], k);
}

RETOUCH_CLONES void join_rgb(const Byte* __restrict a, const Byte* __restrict b, const Byte* __restrict c, int count,
                             Byte* __restrict to) {
  for (int i = 0; i < count; ++i) {
    to[3 * i] = a[i];
    to[3 * i + 1] = b[i];
    to[3 * i + 2] = c[i];
  }
}

RETOUCH_CLONES void join_rgba(const Byte* __restrict a, const Byte* __restrict b, const Byte* __restrict c,
                              const Byte* __restrict d, int count, Byte* __restrict to) {
  for (int i = 0; i < count; ++i) {
    const std::uint32_t pixel =
        std::uint32_t{a[i]} | std::uint32_t{b[i]} << 8U | std::uint32_t{c[i]} << 16U | std::uint32_t{d[i]} << 24U;
    std::memcpy(to + 4 * static_cast<std::ptrdiff_t>(i), &pixel, 4);
  }
}

// Sums of the pixels that share a chroma sample, over whole 2x2 blocks.
RETOUCH_CLONES void sum_blocks(const Byte* __restrict top, const Byte* __restrict bottom, int count,
                               std::uint16_t* __restrict sums) {
  for (int i = 0; i < count; ++i)
    sums[i] = static_cast<std::uint16_t>(top[2 * i] + top[2 * i + 1] + bottom[2 * i] + bottom[2 * i + 1]);
}

struct Sums {
  alignas(64) std::uint16_t first[piece / 2];
  alignas(64) std::uint16_t second[piece / 2];
  alignas(64) std::uint16_t third[piece / 2];
};

RETOUCH_CLONES void mean_chroma(const Sums& sums, int count, YuvCoefficients k, Byte* __restrict u,
                                Byte* __restrict v) {
  for (int i = 0; i < count; ++i) {
    u[i] = pixel::mean_u(sums.first[i], sums.second[i], sums.third[i], 2, k);
    v[i] = pixel::mean_v(sums.first[i], sums.second[i], sums.third[i], 2, k);
  }
}

RETOUCH_CLONES void split_pairs(const Byte* __restrict from, int count, Byte* __restrict a, Byte* __restrict b) {
  for (int i = 0; i < count; ++i) {
    a[i] = from[2 * i];
    b[i] = from[2 * i + 1];
  }
}
RETOUCH_CLONES void join_pairs(const Byte* __restrict a, const Byte* __restrict b, int count, Byte* __restrict to) {
  for (int i = 0; i < count; ++i) {
    to[2 * i] = a[i];
    to[2 * i + 1] = b[i];
  }
}

// Between nv12 and i420 of one ColorSpec and chroma phase: the same samples in other places.
void rearrange(const ImageView& src, const ImageView& dst) {
  const Plane& from = src.plane(0);
  const Plane& to = dst.plane(0);
  const auto bytes = static_cast<std::size_t>(from.width);
  for_rows(from.height, bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      std::memcpy(to.data + y * to.pitch_bytes, from.data + y * from.pitch_bytes, bytes);
  });
  const bool to_pairs = dst.format() == PixelFormat::nv12;
  const Plane& pairs = (to_pairs ? dst : src).plane(1);
  const Plane& u = (to_pairs ? src : dst).plane(1);
  const Plane& v = (to_pairs ? src : dst).plane(2);
  for_rows(pairs.height, 2 * bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      Byte* const both = pairs.data + y * pairs.pitch_bytes;
      Byte* const each_u = u.data + y * u.pitch_bytes;
      Byte* const each_v = v.data + y * v.pitch_bytes;
      if (to_pairs)
        join_pairs(each_u, each_v, pairs.width, both);
      else
        split_pairs(both, pairs.width, each_u, each_v);
    }
  });
}

// ---- the walk

class Converter {
 public:
  Converter(const ImageView& src, const ImageView& dst)
      : src_(detail::convert_side(src)),
        dst_(detail::convert_side(dst)),
        from_(detail::family_of(src.format())),
        to_(detail::family_of(dst.format())),
        keep_yuv_(detail::keeps_yuv(src, dst)),
        src_k_(pixel::yuv_coefficients(src.color())),
        dst_k_(pixel::yuv_coefficients(dst.color())),
        width_(src.width()),
        height_(src.height()) {}

  // Rows come in pairs that share the target's chroma; the first pair may lack its upper row, the last its lower.
  int pairs() const { return (height_ + dst_.y_phase + 1) / 2; }

  void convert_pair(int pair) const {
    const int top = std::max(2 * pair - dst_.y_phase, 0);
    const int bottom = std::min(2 * pair - dst_.y_phase + 2, height_);
    for (int x = 0; x < width_;) {
      // A piece ends where one of the target's chroma samples does.
      const int end = std::min(x + piece - ((x + dst_.x_phase) & 1), width_);
      Components rows[2];
      for (int y = top; y < bottom; ++y) {
        load(x, y, end - x, rows[y - top]);
        store(x, y, end - x, rows[y - top]);
      }
      if (to_ == Family::yuv) store_chroma(x, pair, end - x, rows, bottom - top);
      x = end;
    }
  }

 private:
  void load(int x, int y, int count, Components& row) const {
    const Byte* const from = src_.data + y * src_.pitch;
    const auto bytes = static_cast<std::size_t>(count);
    if (to_ == Family::rgba && from_ != Family::rgba) std::memset(row.alpha, 255, bytes);
    switch (from_) {
      case Family::gray:
        std::memcpy(row.first, from + x, bytes);
        std::memcpy(row.second, from + x, bytes);
        std::memcpy(row.third, from + x, bytes);
        break;
      case Family::rgb:
        split_rgb(from + 3 * static_cast<std::ptrdiff_t>(x), count, src_.bgr ? row.third : row.first, row.second,
                  src_.bgr ? row.first : row.third);
        break;
      case Family::rgba:
        split_rgba(from + 4 * static_cast<std::ptrdiff_t>(x), count, src_.bgr ? row.third : row.first, row.second,
                   src_.bgr ? row.first : row.third, row.alpha);
        break;
      case Family::yuv:
        if (to_ == Family::gray) {
          luma_to_gray(from + x, count, src_k_, row.first);
          break;
        }
        std::memcpy(row.first, from + x, bytes);
        const int phase = (x + src_.x_phase) & 1;
        const std::ptrdiff_t sample = static_cast<std::ptrdiff_t>((x + src_.x_phase) / 2) * src_.chroma_step;
        const int chroma_row = (y + src_.y_phase) / 2;
        repeat_chroma(src_.chroma_u + chroma_row * src_.pitch_u + sample, src_.chroma_step, count, phase, row.second);
        repeat_chroma(src_.chroma_v + chroma_row * src_.pitch_v + sample, src_.chroma_step, count, phase, row.third);
        if (!keep_yuv_) yuv_to_rgb(row.first, row.second, row.third, count, src_k_);
        break;
    }
  }

  // All but chroma.
  void store(int x, int y, int count, const Components& row) const {
    Byte* const to = dst_.data + y * dst_.pitch;
    const Byte* const red = row.first;
    const Byte* const blue = row.third;
    switch (to_) {
      case Family::gray:
        if (from_ == Family::yuv)
          std::memcpy(to + x, row.first, static_cast<std::size_t>(count));
        else
          rgb_to_gray(red, row.second, blue, count, to + x);
        break;
      case Family::rgb:
        join_rgb(dst_.bgr ? blue : red, row.second, dst_.bgr ? red : blue, count,
                 to + 3 * static_cast<std::ptrdiff_t>(x));
        break;
      case Family::rgba:
        join_rgba(dst_.bgr ? blue : red, row.second, dst_.bgr ? red : blue, row.alpha, count,
                  to + 4 * static_cast<std::ptrdiff_t>(x));
        break;
      case Family::yuv:
        if (keep_yuv_)
          std::memcpy(to + x, row.first, static_cast<std::size_t>(count));
        else
          rgb_to_luma(red, row.second, blue, count, dst_k_, to + x);
        break;
    }
  }

  void store_chroma(int x, int pair, int count, const Components* rows, int row_count) const {
    Byte* const to_u = dst_.chroma_u + pair * dst_.pitch_u;
    Byte* const to_v = dst_.chroma_v + pair * dst_.pitch_v;
    const int begin = (x + dst_.x_phase) & 1;  // pixels of a sample whose left one lies outside the view
    int sample = (x + dst_.x_phase) / 2;
    const auto put = [&](Byte u, Byte v) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(sample++) * dst_.chroma_step;
      to_u[at] = u;
      to_v[at] = v;
    };
    // Samples that the view covers only in part: at the start, at the end, or all of them in a single row.
    const auto put_part = [&](int first, int last) {
      int a = 0;
      int b = 0;
      int c = 0;
      for (int r = 0; r < row_count; ++r)
        for (int i = first; i < last; ++i) {
          a += rows[r].first[i];
          b += rows[r].second[i];
          c += rows[r].third[i];
        }
      const int log2 = pixel::log2_count(row_count * (last - first));
      if (keep_yuv_)
        put(pixel::mean_of_sum(b, log2), pixel::mean_of_sum(c, log2));
      else
        put(pixel::mean_u(a, b, c, log2, dst_k_), pixel::mean_v(a, b, c, log2, dst_k_));
    };
    int i = 0;
    if (begin != 0) put_part(0, i = 1);
    if (row_count == 2) {
      const int blocks = (count - i) / 2;
      Sums sums;
      Byte u[piece / 2];
      Byte v[piece / 2];
      sum_blocks(rows[0].second + i, rows[1].second + i, blocks, sums.second);
      sum_blocks(rows[0].third + i, rows[1].third + i, blocks, sums.third);
      if (keep_yuv_) {
        for (int k = 0; k < blocks; ++k)
          put(pixel::mean_of_sum(sums.second[k], 2), pixel::mean_of_sum(sums.third[k], 2));
      } else {
        sum_blocks(rows[0].first + i, rows[1].first + i, blocks, sums.first);
        mean_chroma(sums, blocks, dst_k_, u, v);
        for (int k = 0; k < blocks; ++k) put(u[k], v[k]);
      }
      i += 2 * blocks;
    }
    for (; i < count; i += 2) put_part(i, std::min(i + 2, count));
  }

  ConvertSide src_;
  ConvertSide dst_;
  Family from_;
  Family to_;
  bool keep_yuv_;
  YuvCoefficients src_k_;
  YuvCoefficients dst_k_;
  int width_;
  int height_;
};

}  // namespace

void convert_into(StreamView /*stream*/, const ImageView& src, const ImageView& dst) {
  if (detail::keeps_yuv(src, dst) && src.x_phase() == dst.x_phase() && src.y_phase() == dst.y_phase()) {
    rearrange(src, dst);
    return;
  }
  const Converter converter(src, dst);
  for_rows(converter.pairs(), static_cast<std::size_t>(src.width()) * 16, [&](int begin, int end) {
    for (int pair = begin; pair < end; ++pair) converter.convert_pair(pair);
  });
}

}  // namespace retouch::cpu
