// Division by a number that stays the same for many values.
#pragma once

#include <bit>
#include <cstdint>

#include "pixel/macros.hpp"

namespace retouch::pixel {

/// sum / count rounded to nearest (a half upwards), for sums of `count` bytes, count 1..65025: exact, by one product.
struct Quotient {
  std::uint32_t multiplier;  // 2^shift / count, rounded up
  std::uint32_t shift;
  std::uint32_t half;

  RETOUCH_HD RETOUCH_INLINE std::uint8_t operator()(std::uint32_t sum) const {
    return static_cast<std::uint8_t>((static_cast<std::uint64_t>(sum + half) * multiplier) >> shift);
  }
};

/// The multiplier is too large by less than 1, so a product by less than sum < 256 * count <= 2^shift / count: too
/// little to reach the next integer.
constexpr Quotient quotient_by(std::uint32_t count) {
  if (count == 1) return {1U << 31U, 31, 0};
  const auto shift = 31U + static_cast<std::uint32_t>(std::bit_width(count - 1));
  return {static_cast<std::uint32_t>((std::uint64_t{1} << shift) / count + 1), shift, count / 2};
}

}  // namespace retouch::pixel
