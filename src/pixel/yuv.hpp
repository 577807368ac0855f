// RGB <-> Y, Cb, Cr in integers: within 1 level of the real-valued matrices of BT.601 and BT.709 and of OpenCV's
// conversions, the same on every backend. 8-bit values; what would leave 0..255 is clipped.
#pragma once

#include <cstdint>

#include "pixel/macros.hpp"
#include "retouch/color.hpp"

namespace retouch::pixel {

struct Rgb {
  std::uint8_t r, g, b;
  friend constexpr bool operator==(const Rgb&, const Rgb&) = default;
};

/// y, u = Cb, v = Cr.
struct Yuv {
  std::uint8_t y, u, v;
  friend constexpr bool operator==(const Yuv&, const Yuv&) = default;
};

/// Both matrices of one ColorSpec in units of 2^-20. Made on the host, passed to kernels by value. The largest sum of
/// products is below 2^30.
struct YuvCoefficients {
  std::int32_t y_offset;            // Y of black
  std::int32_t y_r, y_g, y_b;       // Y from RGB
  std::int32_t u_r, u_g, u_b;       // Cb from RGB; they add up to 0, so that grey has no colour
  std::int32_t v_r, v_g, v_b;       // Cr from RGB, likewise
  std::int32_t y_gain;              // RGB from Y - y_offset
  std::int32_t r_v, g_u, g_v, b_u;  // RGB from Cb - 128, Cr - 128
};

namespace detail {
inline constexpr int yuv_shift = 20;
inline constexpr std::int32_t yuv_half = 1 << (yuv_shift - 1);

constexpr std::int32_t yuv_fixed(double value) {
  const double scaled = value * (1 << yuv_shift);
  return static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

RETOUCH_HD constexpr std::uint8_t clip_to_byte(std::int32_t value) {
  return static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
}
}  // namespace detail

constexpr YuvCoefficients yuv_coefficients(ColorSpec spec) {
  const bool limited = spec.range == ColorRange::limited;
  const double kr = spec.matrix == ColorMatrix::bt601 ? 0.299 : 0.2126;
  const double kb = spec.matrix == ColorMatrix::bt601 ? 0.114 : 0.0722;
  const double kg = 1 - kr - kb;
  const double luma = limited ? 219.0 / 255 : 1;    // range of Y per range of RGB
  const double chroma = limited ? 224.0 / 255 : 1;  // range of Cb, Cr
  YuvCoefficients c{};
  c.y_offset = limited ? 16 : 0;
  c.y_r = detail::yuv_fixed(kr * luma);
  c.y_b = detail::yuv_fixed(kb * luma);
  c.y_g = detail::yuv_fixed(luma) - c.y_r - c.y_b;
  c.u_r = detail::yuv_fixed(-kr / (2 * (1 - kb)) * chroma);
  c.u_b = detail::yuv_fixed(0.5 * chroma);
  c.u_g = -c.u_r - c.u_b;
  c.v_r = detail::yuv_fixed(0.5 * chroma);
  c.v_b = detail::yuv_fixed(-kb / (2 * (1 - kr)) * chroma);
  c.v_g = -c.v_r - c.v_b;
  c.y_gain = detail::yuv_fixed(1 / luma);
  c.r_v = detail::yuv_fixed(2 * (1 - kr) / chroma);
  c.b_u = detail::yuv_fixed(2 * (1 - kb) / chroma);
  c.g_u = detail::yuv_fixed(-2 * (1 - kb) * kb / kg / chroma);
  c.g_v = detail::yuv_fixed(-2 * (1 - kr) * kr / kg / chroma);
  return c;
}

RETOUCH_HD constexpr std::uint8_t rgb_to_y(int r, int g, int b, const YuvCoefficients& c) {
  return detail::clip_to_byte(c.y_offset +
                              ((c.y_r * r + c.y_g * g + c.y_b * b + detail::yuv_half) >> detail::yuv_shift));
}

RETOUCH_HD constexpr Yuv rgb_to_yuv(int r, int g, int b, const YuvCoefficients& c) {
  const std::int32_t u = (c.u_r * r + c.u_g * g + c.u_b * b + detail::yuv_half) >> detail::yuv_shift;
  const std::int32_t v = (c.v_r * r + c.v_g * g + c.v_b * b + detail::yuv_half) >> detail::yuv_shift;
  return {rgb_to_y(r, g, b, c), detail::clip_to_byte(u + 128), detail::clip_to_byte(v + 128)};
}

/// A Y below black (limited range: under 16) counts as black, as in OpenCV.
RETOUCH_HD constexpr Rgb yuv_to_rgb(int y, int u, int v, const YuvCoefficients& c) {
  const std::int32_t luma = c.y_gain * (y > c.y_offset ? y - c.y_offset : 0) + detail::yuv_half;
  u -= 128;
  v -= 128;
  return {detail::clip_to_byte((luma + c.r_v * v) >> detail::yuv_shift),
          detail::clip_to_byte((luma + c.g_u * u + c.g_v * v) >> detail::yuv_shift),
          detail::clip_to_byte((luma + c.b_u * u) >> detail::yuv_shift)};
}

/// What a gray8 image holds of a colour: BT.601 luma over the full range, as cv::COLOR_RGB2GRAY.
RETOUCH_HD constexpr std::uint8_t rgb_to_gray(int r, int g, int b) {
  return static_cast<std::uint8_t>((r * 9798 + g * 19235 + b * 3735 + (1 << 14)) >> 15);
}

}  // namespace retouch::pixel
