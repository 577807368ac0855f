// resize on CUDA: a thread makes one pixel; one launch does all planes.
#include "ops/resize.hpp"

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "pixel/sample.hpp"

namespace retouch::cuda {

namespace {

using detail::Scaling;

constexpr int block_width = 32;
constexpr int block_height = 8;

struct ResizeJob {
  const std::uint8_t* src;
  std::uint8_t* dst;
  std::ptrdiff_t src_pitch;
  std::ptrdiff_t dst_pitch;
  pixel::ResizeAxis x;
  pixel::ResizeAxis y;
  pixel::WeightedMean mean;
  unsigned blocks_across;
  std::uint8_t channels;
  Scaling scaling;
};

// Channels of a pixel as an array; four of them at word-aligned addresses are one access (Words).
template <int Channels, bool Words>
struct Pixel {
  int value[Channels];
  __device__ static Pixel load(const std::uint8_t* row, int x) {
    Pixel pixel;
    if constexpr (Words) {
      const std::uint32_t word = __ldg(reinterpret_cast<const std::uint32_t*>(row) + x);
      for (int c = 0; c < Channels; ++c) pixel.value[c] = static_cast<int>(word >> (8 * c) & 0xFFU);
    } else {
      const std::uint8_t* at = row + static_cast<std::ptrdiff_t>(x) * Channels;
      for (int c = 0; c < Channels; ++c) pixel.value[c] = __ldg(at + c);
    }
    return pixel;
  }
  __device__ void store(std::uint8_t* row, int x) const {
    if constexpr (Words) {
      std::uint32_t word = 0;
      for (int c = 0; c < Channels; ++c) word |= static_cast<std::uint32_t>(value[c]) << (8 * c);
      reinterpret_cast<std::uint32_t*>(row)[x] = word;
    } else {
      std::uint8_t* at = row + static_cast<std::ptrdiff_t>(x) * Channels;
      for (int c = 0; c < Channels; ++c) at[c] = static_cast<std::uint8_t>(value[c]);
    }
  }
};

template <class P>
__device__ P nearest(const ResizeJob& job, int x, int y) {
  return P::load(job.src + pixel::nearest_source(y, job.y) * job.src_pitch, pixel::nearest_source(x, job.x));
}

template <class P, int Channels>
__device__ P mixed(const ResizeJob& job, const pixel::Taps& across, const pixel::Taps& down) {
  const std::uint8_t* const top = job.src + down.first * job.src_pitch;
  const std::uint8_t* const bottom = job.src + down.second * job.src_pitch;
  const P top_left = P::load(top, across.first);
  const P top_right = P::load(top, across.second);
  const P bottom_left = P::load(bottom, across.first);
  const P bottom_right = P::load(bottom, across.second);
  P result;
  const std::int16_t factor_across = pixel::mix_factor(across.weight);
  const std::int16_t factor_down = pixel::mix_factor(down.weight);
#pragma unroll
  for (int c = 0; c < Channels; ++c) {
    const auto mix_row = [&](const P& left, const P& right) {
      return pixel::mix(pixel::to_mix(static_cast<std::uint8_t>(left.value[c])),
                        pixel::to_mix(static_cast<std::uint8_t>(right.value[c])), factor_across);
    };
    result.value[c] =
        pixel::from_mix(pixel::mix(mix_row(top_left, top_right), mix_row(bottom_left, bottom_right), factor_down));
  }
  return result;
}

template <class P, int Channels, bool Narrow>
__device__ P averaged(const ResizeJob& job, int x, int y) {
  using Sum = std::conditional_t<Narrow, std::uint32_t, std::uint64_t>;
  const pixel::Span across = pixel::covered_span(x, job.x);
  const pixel::Span down = pixel::covered_span(y, job.y);
  Sum sum[Channels] = {};
  for (int row = down.first; row <= down.last; ++row) {
    const std::uint8_t* const from = job.src + row * job.src_pitch;
    const int row_weight = row == down.first ? down.weight_first : row == down.last ? down.weight_last : job.y.unit;
    Sum row_sum[Channels] = {};
#pragma unroll 4
    for (int column = across.first; column <= across.last; ++column) {
      const P pixel = P::load(from, column);
      const int weight = column == across.first  ? across.weight_first
                         : column == across.last ? across.weight_last
                                                 : job.x.unit;
#pragma unroll
      for (int c = 0; c < Channels; ++c) row_sum[c] += static_cast<Sum>(pixel.value[c]) * static_cast<Sum>(weight);
    }
#pragma unroll
    for (int c = 0; c < Channels; ++c) sum[c] += row_sum[c] * static_cast<Sum>(row_weight);
  }
  P result;
#pragma unroll
  for (int c = 0; c < Channels; ++c) result.value[c] = job.mean.template divide<Narrow>(sum[c]);
  return result;
}

template <int Channels, bool Words>
__device__ void make_pixel(const ResizeJob& job, int x, int y) {
  using P = Pixel<Channels, Words>;
  P pixel;
  switch (job.scaling) {
    case Scaling::nearest: pixel = nearest<P>(job, x, y); break;
    case Scaling::linear:
      pixel = mixed<P, Channels>(job, pixel::linear_taps(x, job.x), pixel::linear_taps(y, job.y));
      break;
    case Scaling::area_enlarging:
      pixel = mixed<P, Channels>(job, pixel::area_taps(x, job.x), pixel::area_taps(y, job.y));
      break;
    case Scaling::area_shrinking:
      pixel = job.mean.narrow() ? averaged<P, Channels, true>(job, x, y) : averaged<P, Channels, false>(job, x, y);
      break;
  }
  pixel.store(job.dst + y * job.dst_pitch, x);
}

// channels: 1..4, or words for four channels at word-aligned addresses.
constexpr std::uint8_t words = 5;

__global__ void __launch_bounds__(block_width* block_height)
    resize_kernel(const __grid_constant__ JobList<ResizeJob, 3> list) {
  unsigned block = blockIdx.x;
  const ResizeJob& job = list.find(block);
  const int x = static_cast<int>(block % job.blocks_across) * block_width + static_cast<int>(threadIdx.x);
  const int y = static_cast<int>(block / job.blocks_across) * block_height + static_cast<int>(threadIdx.y);
  if (x >= job.x.dst || y >= job.y.dst) return;
  switch (job.channels) {
    case 1: make_pixel<1, false>(job, x, y); break;
    case 2: make_pixel<2, false>(job, x, y); break;
    case 3: make_pixel<3, false>(job, x, y); break;
    case 4: make_pixel<4, false>(job, x, y); break;
    case words: make_pixel<4, true>(job, x, y); break;
  }
}

bool word_aligned(const Plane& plane) {
  return plane.channels == 4 && reinterpret_cast<std::uintptr_t>(plane.data) % 4 == 0 && plane.pitch_bytes % 4 == 0;
}

}  // namespace

void resize_into(StreamView stream, const ImageView& src, const ImageView& dst, Interpolation interpolation) {
  const detail::DeviceGuard guard(stream.device().index());
  JobList<ResizeJob, 3> list;
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    const pixel::ResizeAxis x = pixel::resize_axis(from.width, to.width);
    const pixel::ResizeAxis y = pixel::resize_axis(from.height, to.height);
    const unsigned across = blocks_for(to.width, block_width);
    const bool in_words = word_aligned(from) && word_aligned(to);
    list.add({from.data, to.data, from.pitch_bytes, to.pitch_bytes, x, y, pixel::WeightedMean(x, y), across,
              in_words ? words : static_cast<std::uint8_t>(from.channels), detail::scaling_of(from, to, interpolation)},
             across * blocks_for(to.height, block_height));
  }
  resize_kernel<<<list.blocks(), dim3(block_width, block_height), 0, detail::cuda_handle(stream)>>>(list);
  RETOUCH_CUDA("launch resize", cudaGetLastError());
}

}  // namespace retouch::cuda
