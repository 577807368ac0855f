// Sampling a picture that is in the target's own format (the canvas's PictureRecord): exact on every backend.
#pragma once

#include "pixel/coverage.hpp"

namespace retouch::pixel {

/// Of plane `plane` (`half`: 4:2:0 chroma), channel `c` of `channels` at list pixel (x, y), or at chroma sample (x, y).
RETOUCH_HD inline std::uint8_t picture_value(const canvas::PictureRecord& p, int plane, bool half, int channels, int c,
                                             int x, int y) {
  const std::uint8_t* data = p.planes[plane];
  const int pitch = p.pitches[plane];
  const auto at = [&](int sx, int sy) {
    return data[static_cast<std::ptrdiff_t>(sy) * pitch + static_cast<std::ptrdiff_t>(sx) * channels + c];
  };
  if (p.plain != 0) return half ? at(x + p.shift_x / 2, y + p.shift_y / 2) : at(x + p.shift_x, y + p.shift_y);
  const int width = half ? (p.width + 1) / 2 : p.width;
  const int height = half ? (p.height + 1) / 2 : p.height;
  // The centre of what the value stands for, in the picture's pixels; chroma's are twice as large.
  const float center_x = half ? static_cast<float>(2 * x + 1) : static_cast<float>(x) + 0.5F;
  const float center_y = half ? static_cast<float>(2 * y + 1) : static_cast<float>(y) + 0.5F;
  const float part = half ? 0.5F : 1;
  const Between bx = between_samples((center_x * p.x_scale + p.x_start) * part, width);
  const Between by = between_samples((center_y * p.y_scale + p.y_start) * part, height);
  const auto mix = [](float a, float b, float t) { return a + (b - a) * t; };
  const float above = mix(static_cast<float>(at(bx.low, by.low)), static_cast<float>(at(bx.high, by.low)), bx.part);
  const float below = mix(static_cast<float>(at(bx.low, by.high)), static_cast<float>(at(bx.high, by.high)), bx.part);
  return static_cast<std::uint8_t>(mix(above, below, by.part) + 0.5F);
}

/// A chroma sample under pixels with colours of their own: `sum` of colour times alpha, `alphas` their sum, over the
/// `count` pixels that share it. The mean of what each pixel would become.
RETOUCH_HD inline std::uint8_t mix_chroma(std::uint32_t sum, std::uint32_t alphas, std::uint32_t count,
                                          std::uint32_t under) {
  const std::uint32_t one = 255 * count;
  return static_cast<std::uint8_t>((sum + under * (one - alphas) + one / 2) / one);
}

}  // namespace retouch::pixel
