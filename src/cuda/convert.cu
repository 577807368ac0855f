// convert on CUDA. A thread makes a run of 4x2 pixels: two blocks that share a chroma sample each. Runs that lie inside
// the picture, at addresses that allow it, move in words; all others pixel by pixel.
#include "ops/convert.hpp"

#include <cuda_runtime.h>

#include <cstdint>

#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "pixel/convert.hpp"

namespace retouch::cuda {

namespace {

using detail::ConvertSide;
using detail::Family;
using pixel::YuvCoefficients;

constexpr int run = 4;
constexpr int block_width = 32;
constexpr int block_height = 8;

struct ConvertJob {
  ConvertSide src;
  ConvertSide dst;
  YuvCoefficients src_k;
  YuvCoefficients dst_k;
  int width;
  int height;
  unsigned blocks_across;
  bool words;     // full runs start at addresses for words, and no phase shifts them along x
  bool src_wide;  // four rgba pixels in one access
  bool dst_wide;
};

// R, G, B or Y, Cb, Cr.
struct Components {
  int first;
  int second;
  int third;
  int alpha;
};

__device__ int byte_of(std::uint32_t word, int i) { return static_cast<int>(word >> (8 * i) & 0xFFU); }
__device__ std::uint32_t word_of(int a, int b, int c, int d) {
  return static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b) << 8 | static_cast<std::uint32_t>(c) << 16 |
         static_cast<std::uint32_t>(d) << 24;
}
__device__ std::uint32_t load_word(const std::uint8_t* at) { return __ldg(reinterpret_cast<const std::uint32_t*>(at)); }
__device__ void store_word(std::uint8_t* at, std::uint32_t word) { *reinterpret_cast<std::uint32_t*>(at) = word; }

__device__ Components rgb_components(int r, int g, int b, int alpha, bool bgr) {
  return bgr ? Components{b, g, r, alpha} : Components{r, g, b, alpha};
}

// ---- one pixel

template <Family From>
__device__ Components load_pixel(const ConvertSide& side, int x, int y) {
  const std::uint8_t* const row = side.data + y * side.pitch;
  if constexpr (From == Family::gray) {
    const int value = row[x];
    return {value, value, value, 255};
  } else if constexpr (From == Family::rgb) {
    const std::uint8_t* const at = row + 3 * static_cast<std::ptrdiff_t>(x);
    return rgb_components(at[0], at[1], at[2], 255, side.bgr);
  } else if constexpr (From == Family::rgba) {
    const std::uint8_t* const at = row + 4 * static_cast<std::ptrdiff_t>(x);
    return rgb_components(at[0], at[1], at[2], at[3], side.bgr);
  } else {
    const int chroma_y = (y + side.y_phase) / 2;
    const std::ptrdiff_t sample = static_cast<std::ptrdiff_t>((x + side.x_phase) / 2) * side.chroma_step;
    return {row[x], side.chroma_u[chroma_y * side.pitch_u + sample], side.chroma_v[chroma_y * side.pitch_v + sample],
            255};
  }
}

template <Family To>
__device__ void store_pixel(const ConvertSide& side, int x, int y, const Components& pixel) {
  std::uint8_t* const row = side.data + y * side.pitch;
  if constexpr (To == Family::gray || To == Family::yuv) {
    row[x] = static_cast<std::uint8_t>(pixel.first);
  } else {
    constexpr int channels = To == Family::rgb ? 3 : 4;
    std::uint8_t* const at = row + static_cast<std::ptrdiff_t>(x) * channels;
    at[0] = static_cast<std::uint8_t>(side.bgr ? pixel.third : pixel.first);
    at[1] = static_cast<std::uint8_t>(pixel.second);
    at[2] = static_cast<std::uint8_t>(side.bgr ? pixel.first : pixel.third);
    if constexpr (channels == 4) at[3] = static_cast<std::uint8_t>(pixel.alpha);
  }
}

// ---- four pixels at word-aligned addresses

template <Family From>
__device__ void load_run(const ConvertSide& side, int x, int y, bool wide, Components (&pixels)[run]) {
  const std::uint8_t* const row = side.data + y * side.pitch;
  if constexpr (From == Family::gray) {
    const std::uint32_t word = load_word(row + x);
#pragma unroll
    for (int i = 0; i < run; ++i) {
      const int value = byte_of(word, i);
      pixels[i] = {value, value, value, 255};
    }
  } else if constexpr (From == Family::rgb) {
    const std::uint8_t* const at = row + 3 * static_cast<std::ptrdiff_t>(x);
    const std::uint32_t words[3] = {load_word(at), load_word(at + 4), load_word(at + 8)};
#pragma unroll
    for (int i = 0; i < run; ++i) {
      const int byte = 3 * i;
      pixels[i] = rgb_components(byte_of(words[byte / 4], byte % 4), byte_of(words[(byte + 1) / 4], (byte + 1) % 4),
                                 byte_of(words[(byte + 2) / 4], (byte + 2) % 4), 255, side.bgr);
    }
  } else if constexpr (From == Family::rgba) {
    const std::uint8_t* const at = row + 4 * static_cast<std::ptrdiff_t>(x);
    uint4 words;
    if (wide)
      words = __ldg(reinterpret_cast<const uint4*>(at));
    else
      words = make_uint4(load_word(at), load_word(at + 4), load_word(at + 8), load_word(at + 12));
    const std::uint32_t each[run] = {words.x, words.y, words.z, words.w};
#pragma unroll
    for (int i = 0; i < run; ++i)
      pixels[i] =
          rgb_components(byte_of(each[i], 0), byte_of(each[i], 1), byte_of(each[i], 2), byte_of(each[i], 3), side.bgr);
  } else {
    const std::uint32_t luma = load_word(row + x);
    const std::ptrdiff_t chroma_y = (y + side.y_phase) / 2;
    int u[2];
    int v[2];
    if (side.chroma_step == 2) {  // one word of Cb, Cr, Cb, Cr
      const std::uint32_t word = load_word(side.chroma_u + chroma_y * side.pitch_u + x);
      u[0] = byte_of(word, 0);
      v[0] = byte_of(word, 1);
      u[1] = byte_of(word, 2);
      v[1] = byte_of(word, 3);
    } else {
      const std::uint8_t* const from_u = side.chroma_u + chroma_y * side.pitch_u + x / 2;
      const std::uint8_t* const from_v = side.chroma_v + chroma_y * side.pitch_v + x / 2;
      u[0] = __ldg(from_u);
      u[1] = __ldg(from_u + 1);
      v[0] = __ldg(from_v);
      v[1] = __ldg(from_v + 1);
    }
#pragma unroll
    for (int i = 0; i < run; ++i) pixels[i] = {byte_of(luma, i), u[i / 2], v[i / 2], 255};
  }
}

template <Family To>
__device__ void store_run(const ConvertSide& side, int x, int y, bool wide, const Components (&pixels)[run]) {
  std::uint8_t* const row = side.data + y * side.pitch;
  if constexpr (To == Family::gray || To == Family::yuv) {
    store_word(row + x, word_of(pixels[0].first, pixels[1].first, pixels[2].first, pixels[3].first));
  } else {
    int red[run];
    int blue[run];
#pragma unroll
    for (int i = 0; i < run; ++i) {
      red[i] = side.bgr ? pixels[i].third : pixels[i].first;
      blue[i] = side.bgr ? pixels[i].first : pixels[i].third;
    }
    if constexpr (To == Family::rgb) {
      std::uint8_t* const at = row + 3 * static_cast<std::ptrdiff_t>(x);
      store_word(at, word_of(red[0], pixels[0].second, blue[0], red[1]));
      store_word(at + 4, word_of(pixels[1].second, blue[1], red[2], pixels[2].second));
      store_word(at + 8, word_of(blue[2], red[3], pixels[3].second, blue[3]));
    } else {
      std::uint8_t* const at = row + 4 * static_cast<std::ptrdiff_t>(x);
      std::uint32_t words[run];
#pragma unroll
      for (int i = 0; i < run; ++i) words[i] = word_of(red[i], pixels[i].second, blue[i], pixels[i].alpha);
      if (wide)
        *reinterpret_cast<uint4*>(at) = make_uint4(words[0], words[1], words[2], words[3]);
      else
        for (int i = 0; i < run; ++i) store_word(at + 4 * i, words[i]);
    }
  }
}

// ---- the conversion

// From what the source holds to what the target's chroma is the mean of: RGB, or YCbCr that is kept.
template <Family From, Family To, bool KeepYuv>
__device__ Components decoded(const Components& in, const YuvCoefficients& k) {
  if constexpr (From != Family::yuv || KeepYuv) {
    return in;
  } else if constexpr (To == Family::gray) {
    return {pixel::luma_to_gray(in.first, k), 0, 0, 255};
  } else {
    const pixel::Rgb rgb = pixel::yuv_to_rgb(in.first, in.second, in.third, k);
    return {rgb.r, rgb.g, rgb.b, 255};
  }
}

// What is stored of a pixel, but for chroma.
template <Family From, Family To, bool KeepYuv>
__device__ Components encoded(const Components& in, const YuvCoefficients& k) {
  Components out = in;
  if constexpr (To == Family::gray && From != Family::yuv)
    out.first = pixel::rgb_to_gray(in.first, in.second, in.third);
  else if constexpr (To == Family::yuv && !KeepYuv)
    out.first = pixel::rgb_to_y(in.first, in.second, in.third, k);
  return out;
}

// Sums over the pixels of a chroma sample.
struct Sums {
  int first = 0;
  int second = 0;
  int third = 0;
  int count = 0;
  __device__ void add(const Components& pixel) {
    first += pixel.first;
    second += pixel.second;
    third += pixel.third;
    ++count;
  }
};

template <Family From, Family To, bool KeepYuv>
__global__ void __launch_bounds__(block_width* block_height) convert_kernel(const __grid_constant__ ConvertJob job) {
  // Runs start where a chroma sample of the target does, so the first may start outside the view.
  const int x = static_cast<int>(blockIdx.x % job.blocks_across * block_width + threadIdx.x) * run - job.dst.x_phase;
  const int y = static_cast<int>(blockIdx.x / job.blocks_across * block_height + threadIdx.y) * 2 - job.dst.y_phase;
  if (x >= job.width || y >= job.height) return;
  const bool words = job.words && x + run <= job.width;
  Sums sums[2];
#pragma unroll
  for (int row = 0; row < 2; ++row) {
    if (y + row < 0 || y + row >= job.height) continue;
    if (words) {
      Components pixels[run];
      load_run<From>(job.src, x, y + row, job.src_wide, pixels);
#pragma unroll
      for (int i = 0; i < run; ++i) {
        pixels[i] = decoded<From, To, KeepYuv>(pixels[i], job.src_k);
        if constexpr (To == Family::yuv) sums[i / 2].add(pixels[i]);
        pixels[i] = encoded<From, To, KeepYuv>(pixels[i], job.dst_k);
      }
      store_run<To>(job.dst, x, y + row, job.dst_wide, pixels);
    } else {
#pragma unroll
      for (int i = 0; i < run; ++i) {
        if (x + i < 0 || x + i >= job.width) continue;
        const auto pixel = decoded<From, To, KeepYuv>(load_pixel<From>(job.src, x + i, y + row), job.src_k);
        if constexpr (To == Family::yuv) sums[i / 2].add(pixel);
        store_pixel<To>(job.dst, x + i, y + row, encoded<From, To, KeepYuv>(pixel, job.dst_k));
      }
    }
  }
  if constexpr (To == Family::yuv) {
    const ConvertSide& dst = job.dst;
    const std::ptrdiff_t chroma_y = (y + dst.y_phase) / 2;
    int u[2];
    int v[2];
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const Sums& s = sums[i];
      const int log2 = pixel::log2_count(s.count);
      if constexpr (KeepYuv) {
        u[i] = pixel::mean_of_sum(s.second, log2);
        v[i] = pixel::mean_of_sum(s.third, log2);
      } else {
        u[i] = pixel::mean_u(s.first, s.second, s.third, log2, job.dst_k);
        v[i] = pixel::mean_v(s.first, s.second, s.third, log2, job.dst_k);
      }
    }
    const std::ptrdiff_t sample = static_cast<std::ptrdiff_t>((x + dst.x_phase) / 2) * dst.chroma_step;
    std::uint8_t* const to_u = dst.chroma_u + chroma_y * dst.pitch_u + sample;
    std::uint8_t* const to_v = dst.chroma_v + chroma_y * dst.pitch_v + sample;
    if (words && dst.chroma_step == 2) {
      store_word(to_u, word_of(u[0], v[0], u[1], v[1]));
      return;
    }
#pragma unroll
    for (int i = 0; i < 2; ++i)
      if (sums[i].count > 0) {
        to_u[i * dst.chroma_step] = static_cast<std::uint8_t>(u[i]);
        to_v[i * dst.chroma_step] = static_cast<std::uint8_t>(v[i]);
      }
  }
}

// Every row starts at a multiple of `bytes`.
bool aligned(const Plane& plane, unsigned bytes) {
  return reinterpret_cast<std::uintptr_t>(plane.data) % bytes == 0 && plane.pitch_bytes % bytes == 0;
}

// Runs can be moved in words: i420's chroma goes byte by byte.
bool word_aligned(const ImageView& view) {
  return view.x_phase() == 0 && aligned(view.plane(0), 4) &&
         (view.format() != PixelFormat::nv12 || aligned(view.plane(1), 4));
}

template <Family From, Family To, bool KeepYuv>
void launch(StreamView stream, const ConvertJob& job) {
  const unsigned blocks = job.blocks_across * blocks_for(job.height + job.dst.y_phase, 2 * block_height);
  convert_kernel<From, To, KeepYuv><<<blocks, dim3(block_width, block_height), 0, detail::cuda_handle(stream)>>>(job);
  RETOUCH_CUDA("launch convert", cudaGetLastError());
}

template <Family From>
void launch(StreamView stream, const ConvertJob& job, Family to, bool keep_yuv) {
  switch (to) {
    case Family::gray: launch<From, Family::gray, false>(stream, job); return;
    case Family::rgb: launch<From, Family::rgb, false>(stream, job); return;
    case Family::rgba: launch<From, Family::rgba, false>(stream, job); return;
    case Family::yuv: break;
  }
  if constexpr (From == Family::yuv) {
    if (keep_yuv) {
      launch<From, Family::yuv, true>(stream, job);
      return;
    }
  }
  launch<From, Family::yuv, false>(stream, job);
}

}  // namespace

void convert_into(StreamView stream, const ImageView& src, const ImageView& dst) {
  const detail::DeviceGuard guard(stream.device().index());
  const ConvertJob job{detail::convert_side(src),
                       detail::convert_side(dst),
                       pixel::yuv_coefficients(src.color()),
                       pixel::yuv_coefficients(dst.color()),
                       src.width(),
                       src.height(),
                       blocks_for(src.width() + dst.x_phase(), run * block_width),
                       word_aligned(src) && word_aligned(dst),
                       aligned(src.plane(0), 16),
                       aligned(dst.plane(0), 16)};
  const Family to = detail::family_of(dst.format());
  const bool keep_yuv = detail::keeps_yuv(src, dst);
  switch (detail::family_of(src.format())) {
    case Family::gray: launch<Family::gray>(stream, job, to, keep_yuv); break;
    case Family::rgb: launch<Family::rgb>(stream, job, to, keep_yuv); break;
    case Family::rgba: launch<Family::rgba>(stream, job, to, keep_yuv); break;
    case Family::yuv: launch<Family::yuv>(stream, job, to, keep_yuv); break;
  }
}

}  // namespace retouch::cuda
