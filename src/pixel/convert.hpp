// What converting between formats needs on top of yuv.hpp: chroma shared by several pixels, and gray.
#pragma once

#include <cstdint>

#include "pixel/macros.hpp"
#include "pixel/yuv.hpp"

namespace retouch::pixel {

/// Y as gray8 holds it: expanded to the full range.
RETOUCH_HD constexpr std::uint8_t luma_to_gray(int y, const YuvCoefficients& c) {
  const std::int32_t above_black = y > c.y_offset ? y - c.y_offset : 0;
  return detail::clip_to_byte((c.y_gain * above_black + detail::yuv_half) >> detail::yuv_shift);
}

/// The pixels that share a chroma sample are 1, 2 or 4: the sample is a sum divided by 2^log2_count(count).
RETOUCH_HD constexpr int log2_count(int count) { return count >> 1; }

/// Mean of 2^log2 values from their sum, rounded to nearest.
RETOUCH_HD constexpr std::uint8_t mean_of_sum(int sum, int log2) {
  return static_cast<std::uint8_t>((sum + (1 << log2 >> 1)) >> log2);
}

/// Mean Cb of 2^log2 pixels from the sums of their R, G and B, rounded once.
RETOUCH_HD constexpr std::uint8_t mean_u(int r, int g, int b, int log2, const YuvCoefficients& c) {
  const int shift = detail::yuv_shift + log2;
  return detail::clip_to_byte(((c.u_r * r + c.u_g * g + c.u_b * b + (1 << (shift - 1))) >> shift) + 128);
}
/// The same for Cr.
RETOUCH_HD constexpr std::uint8_t mean_v(int r, int g, int b, int log2, const YuvCoefficients& c) {
  const int shift = detail::yuv_shift + log2;
  return detail::clip_to_byte(((c.v_r * r + c.v_g * g + c.v_b * b + (1 << (shift - 1))) >> shift) + 128);
}

}  // namespace retouch::pixel
