// composite on the CPU. `over`, by far the most used, is spread to bytes in the target's layout (colour and alpha side
// by side), so that the blend itself is one flat loop over bytes that the compiler vectorises. The other operators go
// pixel by pixel.
#include "ops/composite.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/composite.hpp"
#include "pixel/yuv.hpp"

namespace retouch::cpu {

namespace {

using pixel::Rgba;

constexpr int chunk = 256;  // pixels that are spread at a time: stays in the first-level cache

// A row's sprite pixels with the opacity applied, as words.
struct Words {
  alignas(64) std::uint32_t pixel[chunk];
};
// One byte per byte of the target.
struct Spread {
  alignas(64) std::uint8_t color[4 * chunk];
  alignas(64) std::uint8_t alpha[4 * chunk];
};

// False when nothing of the pixels is visible (all alpha 0).
RETOUCH_CLONES bool load(const std::uint8_t* sprite, int count, Words& words) {
  std::memcpy(words.pixel, sprite, static_cast<std::size_t>(count) * 4);
  std::uint32_t any = 0;
  for (int i = 0; i < count; ++i) any |= words.pixel[i];
  return any >> 24U != 0;
}

void apply_opacity(CompositeOp op, std::uint32_t opacity, int count, Words& words) {
  if (opacity == 255) return;
  for (int i = 0; i < count; ++i) {
    const Rgba s = pixel::with_opacity(pixel::unpack(words.pixel[i]), opacity, op);
    words.pixel[i] = s.r | std::uint32_t{s.g} << 8U | std::uint32_t{s.b} << 16U | std::uint32_t{s.a} << 24U;
  }
}

// The alpha byte of the target takes part as a colour of 255: 255 * a + dst_a * (255 - a).
RETOUCH_CLONES void spread_rgba(const Words& words, int count, bool swap_red_and_blue, Spread& spread) {
  std::uint32_t color[chunk];
  std::uint32_t alpha[chunk];
  for (int i = 0; i < count; ++i) {
    const std::uint32_t word = words.pixel[i];
    const std::uint32_t swapped = (word & 0xFF00U) | (word >> 16U & 0xFFU) | (word & 0xFFU) << 16U;
    color[i] = (swap_red_and_blue ? swapped : word) | 0xFF000000U;
    alpha[i] = (word >> 24U) * 0x01010101U;
  }
  std::memcpy(spread.color, color, static_cast<std::size_t>(count) * 4);
  std::memcpy(spread.alpha, alpha, static_cast<std::size_t>(count) * 4);
}

RETOUCH_CLONES void spread_rgb(const Words& words, int count, bool swap_red_and_blue, Spread& spread) {
  const unsigned first = swap_red_and_blue ? 16 : 0;
  const unsigned third = 16 - first;
  for (int i = 0; i < count; ++i) {
    const std::uint32_t word = words.pixel[i];
    const auto at = static_cast<std::size_t>(i) * 3;
    spread.color[at] = static_cast<std::uint8_t>(word >> first);
    spread.color[at + 1] = static_cast<std::uint8_t>(word >> 8U);
    spread.color[at + 2] = static_cast<std::uint8_t>(word >> third);
    spread.alpha[at] = spread.alpha[at + 1] = spread.alpha[at + 2] = static_cast<std::uint8_t>(word >> 24U);
  }
}

RETOUCH_CLONES void spread_gray(const Words& words, int count, Spread& spread) {
  for (int i = 0; i < count; ++i) {
    const std::uint32_t word = words.pixel[i];
    spread.color[i] = pixel::rgb_to_gray(static_cast<int>(word & 0xFFU), static_cast<int>(word >> 8U & 0xFFU),
                                         static_cast<int>(word >> 16U & 0xFFU));
    spread.alpha[i] = static_cast<std::uint8_t>(word >> 24U);
  }
}

RETOUCH_CLONES void spread_luma(const Words& words, int count, const pixel::YuvCoefficients& coefficients,
                                Spread& spread) {
  const pixel::YuvCoefficients c = coefficients;
  for (int i = 0; i < count; ++i) {
    const std::uint32_t word = words.pixel[i];
    spread.color[i] = pixel::rgb_to_y(static_cast<int>(word & 0xFFU), static_cast<int>(word >> 8U & 0xFFU),
                                      static_cast<int>(word >> 16U & 0xFFU), c);
    spread.alpha[i] = static_cast<std::uint8_t>(word >> 24U);
  }
}

RETOUCH_CLONES void blend_bytes(const Spread& spread, int count, std::uint8_t* __restrict target) {
  for (int i = 0; i < count; ++i) {
    const auto a = static_cast<std::uint16_t>(spread.alpha[i]);
    const auto s = static_cast<std::uint16_t>(spread.color[i] * a);
    const auto d = static_cast<std::uint16_t>(target[i] * static_cast<std::uint16_t>(255 - a));
    const auto v = static_cast<std::uint16_t>(s + d + 127);
    target[i] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(v + 1 + (v >> 8)) >> 8);
  }
}

// Everything that the rows of one call share.
struct Source {
  const std::uint8_t* data;  // the pixel on the region's top-left corner
  std::ptrdiff_t pitch;
  CompositeOp op;
  std::uint32_t opacity;

  Rgba at(int x, int y) const {
    std::uint32_t word;
    std::memcpy(&word, data + y * pitch + std::ptrdiff_t{x} * 4, 4);
    return pixel::with_opacity(pixel::unpack(word), opacity, op);
  }
};

// Calls f(first, count, words) for the pieces of a row; those of `over` in which something is visible.
template <class F>
void for_chunks(const Source& source, int y, int width, F&& f) {
  Words words;
  for (int x = 0; x < width; x += chunk) {
    const int count = std::min(chunk, width - x);
    const bool visible = load(source.data + y * source.pitch + std::ptrdiff_t{x} * 4, count, words);
    if (!visible && source.op == CompositeOp::over) continue;
    apply_opacity(source.op, source.opacity, count, words);
    f(x, count, words);
  }
}

void composite_packed_row(const Source& source, const ImageView& target, int y) {
  const Plane& plane = target.plane(0);
  std::uint8_t* row = plane.data + y * plane.pitch_bytes;
  const bool bgr = is_bgr_order(target.format());
  const int channels = plane.channels;
  const std::size_t red = bgr ? 2 : 0;
  Spread spread;
  for_chunks(source, y, plane.width, [&](int x, int count, const Words& words) {
    std::uint8_t* d = row + std::ptrdiff_t{x} * channels;
    if (source.op == CompositeOp::over) {
      if (channels == 4)
        spread_rgba(words, count, bgr, spread);
      else if (channels == 3)
        spread_rgb(words, count, bgr, spread);
      else
        spread_gray(words, count, spread);
      blend_bytes(spread, count * channels, d);
      return;
    }
    for (int i = 0; i < count; ++i, d += channels) {
      const Rgba s = pixel::unpack(words.pixel[i]);
      if (channels == 4) {
        const Rgba after = pixel::composite_pixel(source.op, s, {d[red], d[1], d[2 - red], d[3]});
        d[red] = after.r;
        d[1] = after.g;
        d[2 - red] = after.b;
        d[3] = after.a;
        continue;
      }
      const pixel::OpaqueWeights w = pixel::opaque_weights(source.op, s.a);
      const auto put = [&](std::uint8_t& to, std::uint8_t from) { to = pixel::settle(pixel::weigh(from, to, w, 0)); };
      if (channels == 1) {
        put(d[0], pixel::rgb_to_gray(s.r, s.g, s.b));
      } else {
        put(d[red], s.r);
        put(d[1], s.g);
        put(d[2 - red], s.b);
      }
    }
  });
}

void composite_luma_row(const Source& source, const Plane& plane, const pixel::YuvCoefficients& coefficients, int y) {
  std::uint8_t* row = plane.data + y * plane.pitch_bytes;
  Spread spread;
  for_chunks(source, y, plane.width, [&](int x, int count, const Words& words) {
    spread_luma(words, count, coefficients, spread);
    if (source.op == CompositeOp::over) {
      blend_bytes(spread, count, row + x);
      return;
    }
    for (int i = 0; i < count; ++i)
      row[x + i] = pixel::settle(pixel::weigh(
          spread.color[i], row[x + i], pixel::opaque_weights(source.op, spread.alpha[i]), coefficients.y_offset));
  });
}

// Two rows of sprite pixels as sums of their alphas and of their weighted chroma, column by column.
struct ChromaColumns {
  alignas(64) std::uint32_t pixel[2][chunk];
  alignas(64) std::int32_t alpha[chunk];
  alignas(64) std::int32_t u[chunk];
  alignas(64) std::int32_t v[chunk];
};

RETOUCH_CLONES void sum_rows(const pixel::YuvCoefficients& coefficients, int count, ChromaColumns& columns) {
  const pixel::YuvCoefficients c = coefficients;
  for (int x = 0; x < count; ++x) {
    std::int32_t alpha = 0;
    std::int32_t u = 0;
    std::int32_t v = 0;
    for (int row = 0; row < 2; ++row) {
      const std::uint32_t word = columns.pixel[row][x];
      const pixel::Yuv yuv = pixel::rgb_to_yuv(static_cast<int>(word & 0xFFU), static_cast<int>(word >> 8U & 0xFFU),
                                               static_cast<int>(word >> 16U & 0xFFU), c);
      const auto a = static_cast<std::int32_t>(word >> 24U);
      alpha += a;
      u += yuv.u * a;
      v += yuv.v * a;
    }
    columns.alpha[x] = alpha;
    columns.u[x] = u;
    columns.v[x] = v;
  }
}

// pixel::ChromaSample for `over`, `count` samples of Shared pixels each (those beside the sprite have alpha 0).
template <int Step, int Shared>
__attribute__((always_inline)) inline void blend_chroma_as(const ChromaColumns& columns, int count,
                                                           std::uint8_t* __restrict u_row,
                                                           std::uint8_t* __restrict v_row) {
  constexpr std::int32_t one = 255 * Shared;
  for (int i = 0; i < count; ++i) {
    const std::int32_t rest = one - (columns.alpha[2 * i] + columns.alpha[2 * i + 1]);
    const std::int32_t u = columns.u[2 * i] + columns.u[2 * i + 1] + u_row[i * Step] * rest;
    const std::int32_t v = columns.v[2 * i] + columns.v[2 * i + 1] + v_row[i * Step] * rest;
    u_row[i * Step] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(u + one / 2) / one);
    v_row[i * Step] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(v + one / 2) / one);
  }
}

RETOUCH_CLONES void blend_chroma(const ChromaColumns& columns, int count, int step, int shared, std::uint8_t* u_row,
                                 std::uint8_t* v_row) {
  if (step == 2 && shared == 4)
    blend_chroma_as<2, 4>(columns, count, u_row, v_row);
  else if (step == 2)
    blend_chroma_as<2, 2>(columns, count, u_row, v_row);
  else if (shared == 4)
    blend_chroma_as<1, 4>(columns, count, u_row, v_row);
  else
    blend_chroma_as<1, 2>(columns, count, u_row, v_row);
}

// `over` on the samples [0, count) of a row, each shared by two columns and `pair_y` rows of pixels.
void blend_chroma_row(const Source& source, const detail::CompositeJob& job, const pixel::YuvCoefficients& coefficients,
                      int sample_row, int pair_y, int count, std::uint8_t* u_row, std::uint8_t* v_row) {
  const ImageView& target = job.covered;
  const int step = target.format() == PixelFormat::nv12 ? 2 : 1;
  ChromaColumns columns;
  Words words;
  for (int first = 0; first < count; first += chunk / 2) {
    const int samples = std::min(chunk / 2, count - first);
    const int x = 2 * first - target.x_phase();
    const int begin = std::max(0, x);
    const int end = std::min(target.width(), x + 2 * samples);
    bool visible = false;
    for (int row = 0; row < 2; ++row) {
      const int y = 2 * sample_row - target.y_phase() + row;
      std::memset(columns.pixel[row], 0, sizeof(std::uint32_t) * 2 * static_cast<std::size_t>(samples));
      if (y < 0 || y >= target.height()) continue;
      if (!load(source.data + y * source.pitch + std::ptrdiff_t{begin} * 4, end - begin, words)) continue;
      apply_opacity(source.op, source.opacity, end - begin, words);
      std::memcpy(columns.pixel[row] + (begin - x), words.pixel,
                  sizeof(std::uint32_t) * static_cast<std::size_t>(end - begin));
      visible = true;
    }
    if (!visible) continue;
    sum_rows(coefficients, 2 * samples, columns);
    blend_chroma(columns, samples, step, 2 * pair_y, u_row + std::ptrdiff_t{first} * step,
                 v_row + std::ptrdiff_t{first} * step);
  }
}

void composite_chroma_row(const Source& source, const detail::CompositeJob& job,
                          const pixel::YuvCoefficients& coefficients, int sample_row) {
  const ImageView& target = job.covered;
  const Plane& first = target.plane(1);
  const bool interleaved = target.format() == PixelFormat::nv12;
  const Plane& second = interleaved ? first : target.plane(2);
  std::uint8_t* u_row = first.data + sample_row * first.pitch_bytes;
  std::uint8_t* v_row = second.data + sample_row * second.pitch_bytes + (interleaved ? 1 : 0);
  const int pair_y = pixel::pair_length(sample_row, target.y_phase(), job.rest.height);
  const int y0 = std::max(0, 2 * sample_row - target.y_phase());
  const int y1 = std::min(target.height(), 2 * sample_row - target.y_phase() + 2);
  int done = 0;
  if (source.op == CompositeOp::over) {
    // All but a last sample that has a single column of pixels.
    done = first.width - (pixel::pair_length(first.width - 1, target.x_phase(), job.rest.width) == 1 ? 1 : 0);
    blend_chroma_row(source, job, coefficients, sample_row, pair_y, done, u_row, v_row);
  }
  for (int i = done; i < first.width; ++i) {
    const int x0 = std::max(0, 2 * i - target.x_phase());
    const int x1 = std::min(target.width(), 2 * i - target.x_phase() + 2);
    std::uint8_t& u = u_row[i * first.channels];
    std::uint8_t& v = v_row[i * second.channels];
    pixel::ChromaSample sample(source.op, u, v);
    for (int y = y0; y < y1; ++y)
      for (int x = x0; x < x1; ++x) sample.add(source.at(x, y), coefficients);
    const int count = pair_y * pixel::pair_length(i, target.x_phase(), job.rest.width);
    u = sample.u(count);
    v = sample.v(count);
  }
}

}  // namespace

void composite(const detail::SpritePixels& sprite, const detail::CompositeJob& job) {
  const ImageView& target = job.covered;
  const Source source{sprite.data + job.sprite_start.y * sprite.pitch_bytes + std::ptrdiff_t{job.sprite_start.x} * 4,
                      sprite.pitch_bytes, job.op, job.opacity};
  const auto row_bytes = static_cast<std::size_t>(target.width()) * 8;
  if (!is_subsampled(target.format())) {
    for_rows(target.height(), row_bytes, [&](int begin, int end) {
      for (int y = begin; y < end; ++y) composite_packed_row(source, target, y);
    });
    return;
  }
  const pixel::YuvCoefficients coefficients = pixel::yuv_coefficients(target.color());
  for_rows(target.plane(1).height, 2 * row_bytes, [&](int begin, int end) {
    for (int row = begin; row < end; ++row) {
      for (int y = std::max(0, 2 * row - target.y_phase());
           y < std::min(target.height(), 2 * row - target.y_phase() + 2); ++y)
        composite_luma_row(source, target.plane(0), coefficients, y);
      composite_chroma_row(source, job, coefficients, row);
    }
  });
}

}  // namespace retouch::cpu
