// Where the pixels of a resized picture come from. Integers, but for products of doubles that IEEE 754 fixes, so that
// every backend picks the same pixels with the same weights.
#pragma once

#include <cstdint>
#include <numeric>

#include "pixel/macros.hpp"

namespace retouch::pixel {

/// One axis of a resize. Made on the host, passed to kernels by value.
struct ResizeAxis {
  int src;
  int dst;
  std::int64_t step;  // source pixels per result pixel, 32 fractional bits
  double scale;       // the same, worked out as OpenCV does
  double inverse;     // result pixels per source pixel
  int area;           // for area: a result pixel covers `area` units, a source pixel is `unit` long
  int unit;
};

inline ResizeAxis resize_axis(int src, int dst) {
  const int common = std::gcd(src, dst);
  const double inverse = static_cast<double>(dst) / src;
  return {src, dst, (std::int64_t{src} << 32) / dst, 1 / inverse, inverse, src / common, dst / common};
}

/// cv::INTER_NEAREST: the source pixel at the result pixel's left edge.
RETOUCH_HD inline int nearest_source(int i, const ResizeAxis& axis) {
  const int source = static_cast<int>(i * axis.scale);
  return source < axis.src - 1 ? source : axis.src - 1;
}

/// A mix of source pixels `first` and `second`; `weight` (0..tap_one) is second's.
struct Taps {
  int first;
  int second;
  int weight;
};
inline constexpr int tap_bits = 11;  // as OpenCV's INTER_RESIZE_COEF_BITS
inline constexpr int tap_one = 1 << tap_bits;

/// Taps without a whole weight on second, which a 16-bit factor could not express.
RETOUCH_HD inline Taps taps(int first, int weight) {
  return weight < tap_one ? Taps{first, first + 1, weight} : Taps{first + 1, first + 1, 0};
}

/// cv::INTER_LINEAR: pixel centres aligned, edges replicated.
RETOUCH_HD inline Taps linear_taps(int i, const ResizeAxis& axis) {
  const std::int64_t at = ((2 * std::int64_t{i} + 1) * axis.step >> 1) - (std::int64_t{1} << 31);
  if (at <= 0) return {0, 0, 0};
  const int first = static_cast<int>(at >> 32);
  if (first >= axis.src - 1) return {axis.src - 1, axis.src - 1, 0};
  const auto fraction = static_cast<std::uint32_t>(at);
  constexpr int drop = 32 - tap_bits;
  return taps(first, static_cast<int>((std::int64_t{fraction} + (1 << (drop - 1))) >> drop));
}

/// cv::INTER_AREA where the picture is enlarged: second's weight is the part of the result pixel beyond the end of the
/// first.
RETOUCH_HD inline Taps area_taps(int i, const ResizeAxis& axis) {
  const int first = static_cast<int>(i * axis.scale);
  if (first >= axis.src - 1) return {axis.src - 1, axis.src - 1, 0};
#ifdef __CUDA_ARCH__  // no fused multiply-add: it rounds otherwise than the host
  const auto beyond = static_cast<float>(__dsub_rn(i + 1, __dmul_rn(first + 1, axis.inverse)));
#else
  const auto beyond = static_cast<float>((i + 1) - (first + 1) * axis.inverse);
#endif
  if (beyond <= 0) return {first, first + 1, 0};
  // A float, as in OpenCV: where the pixels' edges coincide it is exactly 1 or 0, and either means "first alone".
  const float part = beyond - static_cast<float>(static_cast<int>(beyond));
  return taps(first, static_cast<int>(part * tap_one + 0.5F));
}

/// Values between the two passes have 7 fractional bits: they fit in 16 bits, in which CPUs multiply fastest.
inline constexpr int mix_bits = 7;

/// Between a and b (with mix_bits), rounded to nearest. Written so that compilers see a pmulhrsw.
RETOUCH_HD constexpr std::int16_t mix(std::int16_t a, std::int16_t b, std::int16_t factor) {
  const auto difference = static_cast<std::int16_t>(b - a);
  return static_cast<std::int16_t>(a + static_cast<std::int16_t>((((difference * factor) >> 14) + 1) >> 1));
}
/// The factor for a weight below tap_one.
RETOUCH_HD constexpr std::int16_t mix_factor(int weight) {
  return static_cast<std::int16_t>(weight << (15 - tap_bits));
}
RETOUCH_HD constexpr std::int16_t to_mix(std::uint8_t value) { return static_cast<std::int16_t>(value << mix_bits); }
RETOUCH_HD constexpr std::uint8_t from_mix(std::int16_t value) {
  return static_cast<std::uint8_t>((value + (1 << (mix_bits - 1))) >> mix_bits);
}

/// The source pixels first .. last that a result pixel covers when the picture shrinks, and how many units of them: all
/// of those between the two.
struct Span {
  int first;
  int last;
  int weight_first;
  int weight_last;  // not used when last == first
};

RETOUCH_HD inline Span covered_span(int i, const ResizeAxis& axis) {
  const std::int64_t begin = std::int64_t{i} * axis.area;
  const std::int64_t end = begin + axis.area;
  Span span;
  if (end <= INT32_MAX) {  // 64-bit division is slow on a GPU
    span.first = static_cast<int>(static_cast<std::uint32_t>(begin) / static_cast<std::uint32_t>(axis.unit));
    span.last = static_cast<int>(static_cast<std::uint32_t>(end - 1) / static_cast<std::uint32_t>(axis.unit));
  } else {
    span.first = static_cast<int>(begin / axis.unit);
    span.last = static_cast<int>((end - 1) / axis.unit);
  }
  const std::int64_t first_end = (std::int64_t{span.first} + 1) * axis.unit;
  span.weight_first = static_cast<int>((first_end < end ? first_end : end) - begin);
  span.weight_last = static_cast<int>(end - std::int64_t{span.last} * axis.unit);
  return span;
}

/// Divides a weighted sum of bytes by the sum of the weights, rounding to nearest. With a sum of weights below 2^23 by
/// a multiplication that gives exactly the quotient.
class WeightedMean {
 public:
  WeightedMean() = default;
  WeightedMean(const ResizeAxis& x, const ResizeAxis& y)
      : total_(static_cast<std::uint64_t>(x.area) * static_cast<std::uint64_t>(y.area)),
        multiplier_((std::uint64_t{1} << shift) / total_ + 1) {}
  /// Sums fit in 32 bits, and divide<true>() may be used.
  RETOUCH_HD bool narrow() const { return total_ < (std::uint64_t{1} << 23); }
  template <bool Narrow>
  RETOUCH_HD std::uint8_t divide(std::uint64_t sum) const {
    const std::uint64_t rounded = sum + total_ / 2;
    if constexpr (Narrow)
      return static_cast<std::uint8_t>(rounded * multiplier_ >> shift);
    else
      return static_cast<std::uint8_t>(rounded / total_);
  }

 private:
  static constexpr int shift = 55;
  std::uint64_t total_ = 1;
  std::uint64_t multiplier_ = 0;
};

}  // namespace retouch::pixel
