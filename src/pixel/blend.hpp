// The blend rule: straight alpha, source-over, 8 bits, rounded to nearest. Exact integers, so that every backend gives
// the same picture. docs/pixel_model.md tells users.
#pragma once

#include <cstdint>

#include "pixel/macros.hpp"

namespace retouch::pixel {

/// value / 255, rounded down; exact for 0..65534, which the sums below stay within.
RETOUCH_HD constexpr std::uint32_t div255(std::uint32_t value) { return (value + 1 + (value >> 8U)) >> 8U; }

/// a * b / 255, rounded to nearest: one alpha weighted by another, or a mask.
RETOUCH_HD constexpr std::uint8_t mul255(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint8_t>(div255(a * b + 127));
}

/// A colour or luma or chroma value of the target under one of the source with alpha `a`.
RETOUCH_HD constexpr std::uint8_t blend(std::uint32_t src, std::uint32_t dst, std::uint32_t a) {
  return static_cast<std::uint8_t>(div255(src * a + dst * (255 - a) + 127));
}

/// The target's own alpha afterwards.
RETOUCH_HD constexpr std::uint8_t blend_alpha(std::uint32_t a, std::uint32_t dst_a) {
  return static_cast<std::uint8_t>(a + div255(dst_a * (255 - a) + 127));
}

/// 4:2:0 chroma: how many columns (rows) of pixels the chroma sample `sample` of a view of `length` columns (rows) is
/// shared by. A pair that `phase` cuts at the start counts as whole: its first pixel is there, outside the view. One
/// that the view's end cuts counts as single: the view does not know whether there is another pixel.
RETOUCH_HD constexpr int pair_length(int sample, int phase, int length) {
  const int rest = length + phase - 2 * sample;
  return rest < 2 ? rest : 2;
}

/// The alpha with which a chroma sample blends: the mean over the `count` pixels that share it (1, 2 or 4), rounded to
/// nearest (a half upwards), from the sum of their alphas.
RETOUCH_HD constexpr std::uint8_t mean_alpha(std::uint32_t sum, std::uint32_t count) {
  return static_cast<std::uint8_t>((sum + count / 2) / count);
}

}  // namespace retouch::pixel
