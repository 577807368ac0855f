// What a mask with one value a pixel means for a 4:2:0 chroma sample, which up to four pixels share.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pixel/blend.hpp"
#include "pixel/macros.hpp"
#include "retouch/image.hpp"

namespace retouch::pixel {

/// A gray8 mask and how the pixels it stands for pair up.
struct Mask {
  const std::uint8_t* data;
  std::ptrdiff_t pitch_bytes;
  int width;
  int height;
  int x_phase;
  int y_phase;

  RETOUCH_HD std::uint32_t at(int x, int y) const { return data[y * pitch_bytes + x]; }
  RETOUCH_HD bool holds(int x, int y) const { return x >= 0 && y >= 0 && x < width && y < height; }
};

/// `mask` as it lies on `view`, which has its size.
inline Mask mask_of(const ImageView& mask, const ImageView& view) {
  return {mask.plane(0).data, mask.plane(0).pitch_bytes, mask.width(), mask.height(), view.x_phase(), view.y_phase()};
}

/// The alpha of chroma sample (x, y) for a source of alpha `a` under the mask.
RETOUCH_HD inline std::uint8_t chroma_alpha(const Mask& mask, int x, int y, std::uint32_t a) {
  const int left = 2 * x - mask.x_phase;
  const int top = 2 * y - mask.y_phase;
  std::uint32_t sum = 0;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx)
      if (mask.holds(left + dx, top + dy)) sum += mul255(a, mask.at(left + dx, top + dy));
  const int count = pair_length(x, mask.x_phase, mask.width) * pair_length(y, mask.y_phase, mask.height);
  return mean_alpha(sum, static_cast<std::uint32_t>(count));
}

/// Is the mask of any pixel of chroma sample (x, y) not 0?
RETOUCH_HD inline bool chroma_is_masked(const Mask& mask, int x, int y) {
  const int left = 2 * x - mask.x_phase;
  const int top = 2 * y - mask.y_phase;
  bool any = false;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx) any = any || (mask.holds(left + dx, top + dy) && mask.at(left + dx, top + dy) != 0);
  return any;
}

}  // namespace retouch::pixel
