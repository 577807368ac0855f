// What fill and copy_into ask of a mask.
#pragma once

#include "core/check.hpp"

namespace retouch::detail {

/// gray8, on the stream's device, of the size of `view`, and apart from it in memory.
inline void check_mask(const char* op, StreamView stream, const ImageView& mask, const ImageView& view) {
  if (mask.format() != PixelFormat::gray8) invalid("{}: the mask must be gray8 ({})", op, mask.describe());
  if (mask.size() != view.size())
    invalid("{}: the mask ({}) must have the image's size ({})", op, mask.describe(), view.describe());
  check_device(op, stream, mask);
  if (overlaps(mask, view)) invalid("{}: the mask and the image share memory", op);
}

}  // namespace retouch::detail
