// What a colour is in the planes of a format.
#pragma once

#include <array>
#include <cstdint>

#include "pixel/yuv.hpp"
#include "retouch/image.hpp"

namespace retouch::pixel {

/// One sample of a plane, in the plane's channel order; alpha as the colour's own. Unused channels are 0.
using ChannelValues = std::array<std::uint8_t, 4>;

inline ChannelValues channel_values(const Color& color, PixelFormat format, const ColorSpec& spec, int plane) {
  switch (format) {
    case PixelFormat::gray8: return {rgb_to_gray(color.r, color.g, color.b)};
    case PixelFormat::rgb8: return {color.r, color.g, color.b};
    case PixelFormat::bgr8: return {color.b, color.g, color.r};
    case PixelFormat::rgba8: return {color.r, color.g, color.b, color.a};
    case PixelFormat::bgra8: return {color.b, color.g, color.r, color.a};
    case PixelFormat::nv12:
    case PixelFormat::i420: break;
  }
  const Yuv yuv = rgb_to_yuv(color.r, color.g, color.b, yuv_coefficients(spec));
  if (plane == 0) return {yuv.y};
  if (format == PixelFormat::nv12) return {yuv.u, yuv.v};
  return {plane == 1 ? yuv.u : yuv.v};
}

}  // namespace retouch::pixel
