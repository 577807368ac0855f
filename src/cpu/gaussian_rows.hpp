// The two passes of a Gaussian over one row, in integers, with AVX2 where the CPU has it. The result does not depend on
// the CPU.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/gaussian_blur.hpp"

namespace retouch::cpu {

/// Between the passes a value is in 64ths of a level: two of them add up in 16 bits, and the rounding is far below what
/// the result shows.
inline constexpr int gaussian_between_shift = 6;

/// Down: `n` bytes of one row from rows[0 .. 2 * radius], the row itself in the middle.
void gaussian_down(const std::uint8_t* const* rows, const detail::GaussianAxis& axis, std::int16_t* out, std::size_t n);

/// Along: `n` bytes; `in` continues for radius * channels values on both sides.
void gaussian_along(const std::int16_t* in, int channels, const detail::GaussianAxis& axis, std::uint8_t* out,
                    std::size_t n);

}  // namespace retouch::cpu
