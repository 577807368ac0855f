// The way up of the low-resolution Gaussian on CUDA: nodes blurred along and down, and samples made from the four nodes
// around them. Parts of steps, as in gaussian_lowres_down.hpp.
#pragma once

#include <cmath>

#include "cuda/gaussian_lowres_down.hpp"

namespace retouch::cuda::lowres {

// ---- the Gaussian over the nodes ----

RETOUCH_HD inline float gaussian_weight(const pixel::LowresAxis& axis, int distance) {
  const auto d = static_cast<float>(distance);
  return distance == axis.radius ? axis.tail : axis.peak * exp2f(-axis.falloff * d * d);
}

/// The weights of both axes, x first, by the threads from `offset` on.
RETOUCH_HD inline void set_weights(const PlaneTask& plane, float* weights, int offset, int thread,
                                   int threads_of_block) {
  for_items(weight_floats, offset, thread, threads_of_block, [&](int i) {
    const bool along = i < weight_floats / 2;
    const int distance = along ? i : i - weight_floats / 2;
    const pixel::LowresAxis& axis = along ? plane.x : plane.y;
    if (distance <= axis.radius) weights[i] = gaussian_weight(axis, distance);
  });
}

/// weights[0] * at[0] + weights[1] * (at[-step] + at[step]) + ...
RETOUCH_HD inline float weighted_sum(const float* at, int step, const float* weights, int radius) {
  float sum = weights[0] * at[0];
#ifdef __CUDA_ARCH__
#pragma unroll 4
#endif
  for (int d = 1; d <= radius; ++d) sum += weights[d] * (at[-d * step] + at[d * step]);
  return sum;
}

/// The same, of rows that start at values[places[d]], places[-d].
RETOUCH_HD inline float weighted_sum(const float* values, const std::int32_t* places, const float* weights,
                                     int radius) {
  float sum = weights[0] * values[places[0]];
#ifdef __CUDA_ARCH__
#pragma unroll 4
#endif
  for (int d = 1; d <= radius; ++d) sum += weights[d] * (values[places[-d]] + values[places[d]]);
  return sum;
}

// ---- samples ----

/// What samples are made from: blurred nodes from (left, top) on, and which samples that is.
struct UpTile {
  const float* blurred;
  int row;  // floats of a row of nodes
  int left, top;
  int begin_x, end_x, begin_y, end_y;
};

/// Where a byte of a row stands among the blurred nodes of a tile.
struct BytePlace {
  int at;
  float beyond;
};

template <int Channels>
RETOUCH_HD inline BytePlace byte_place(const PlaneTask& plane, const UpTile& tile, int byte) {
  const int sample = byte / Channels;
  const pixel::LowresAxis::Place place = plane.x.place(sample);
  return {(place.node - tile.left) * Channels + byte - sample * Channels,
          static_cast<float>(place.beyond) * (1.0F / pixel::lowres_unit)};
}

/// Four values of 0 to 255, each rounded to a byte.
RETOUCH_HD inline std::uint32_t pack_bytes(const float* values) {
#ifdef __CUDA_ARCH__
  // Behind 2^23 floats are whole numbers: the low byte of one is the value.
  constexpr float whole = 8388608.0F;
  const std::uint32_t front = pick_bytes(__float_as_uint(values[0] + whole), __float_as_uint(values[1] + whole), 0x40);
  const std::uint32_t back = pick_bytes(__float_as_uint(values[2] + whole), __float_as_uint(values[3] + whole), 0x40);
  return pick_bytes(front, back, 0x5410);
#else
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i)
    word |= static_cast<std::uint32_t>(static_cast<std::int32_t>(values[i] + half)) << (8 * i);
  return word;
#endif
}

/// Makes the samples of a tile, a word of four bytes at a time; neighbouring threads, neighbouring words. `Pixels`:
/// words are whole pixels of four channels, and `blurred` is aligned to them.
template <int Channels, bool Pixels>
RETOUCH_HD void store_samples(const PlaneTask& plane, const UpTile& tile, int thread, int threads_of_block) {
  const int begin = tile.begin_x * Channels;
  const int end = tile.end_x * Channels;
  const int first_word = (begin + plane.dst_lead) / 4;
  const int words = (end + plane.dst_lead + 3) / 4 - first_word;
  int log2 = 2;
  while (log2 < 8 && (1 << log2) < words) ++log2;
  // A thread has rows below each other: between two rows of nodes, bytes change evenly from one to the other.
  const int rows = divide_up(tile.end_y - tile.begin_y, threads_of_block >> log2);
  const int from_y = tile.begin_y + (thread >> log2) * rows;
  const int to_y = least(from_y + rows, tile.end_y);
  RETOUCH_ROLLED
  for (int w = thread & ((1 << log2) - 1); w < words; w += 1 << log2) {
    const int byte = 4 * (first_word + w) - plane.dst_lead;
    BytePlace places[4];
    RETOUCH_UNROLL
    for (int i = 0; i < (Pixels ? 1 : 4); ++i)
      places[i] = byte_place<Channels>(plane, tile, least(greatest(byte + i, begin), end - 1));
    const bool whole = byte >= begin && byte + 4 <= end;
    float above[4] = {};
    float change[4] = {};
    int known = -1;
    std::uint8_t* out = plane.dst + from_y * plane.dst_pitch + byte;
    RETOUCH_ROLLED
    for (int y = from_y; y < to_y; ++y, out += plane.dst_pitch) {
      const pixel::LowresAxis::Place place = plane.y.place(y);
      if (place.node != known) {
        known = place.node;
        const float* const nodes = tile.blurred + (known - tile.top) * tile.row;
        if constexpr (Pixels) {
          const auto* const a = reinterpret_cast<const FourFloats*>(nodes + places[0].at);
          const auto* const b = reinterpret_cast<const FourFloats*>(nodes + tile.row + places[0].at);
          const FourFloats corners[4] = {a[0], a[1], b[0], b[1]};
          RETOUCH_UNROLL
          for (int i = 0; i < 4; ++i) {
            above[i] = corners[0].of[i] + places[0].beyond * (corners[1].of[i] - corners[0].of[i]);
            change[i] = corners[2].of[i] + places[0].beyond * (corners[3].of[i] - corners[2].of[i]) - above[i];
          }
        } else {
          RETOUCH_UNROLL
          for (int i = 0; i < 4; ++i) {
            const float* const a = nodes + places[i].at;
            const float* const b = a + tile.row;
            above[i] = a[0] + places[i].beyond * (a[Channels] - a[0]);
            change[i] = b[0] + places[i].beyond * (b[Channels] - b[0]) - above[i];
          }
        }
      }
      const float beyond = static_cast<float>(place.beyond) * (1.0F / pixel::lowres_unit);
      float values[4];
      RETOUCH_UNROLL
      for (int i = 0; i < 4; ++i) values[i] = above[i] + beyond * change[i];
      const std::uint32_t word = pack_bytes(values);
      if (whole && reinterpret_cast<std::uintptr_t>(out) % 4 == 0) {
        *reinterpret_cast<std::uint32_t*>(out) = word;
      } else {
        for (int i = 0; i < 4; ++i)
          if (byte + i >= begin && byte + i < end) out[i] = static_cast<std::uint8_t>(word >> (8 * i));
      }
    }
  }
}

template <int Channels>
RETOUCH_HD void store_tile(const PlaneTask& plane, const UpTile& tile, int thread, int threads_of_block) {
  if constexpr (Channels == 4) {
    if (plane.dst_lead == 0) return store_samples<4, true>(plane, tile, thread, threads_of_block);
  }
  store_samples<Channels, false>(plane, tile, thread, threads_of_block);
}

}  // namespace retouch::cuda::lowres
