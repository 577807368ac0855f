#include "core/check.hpp"

namespace retouch::detail {

void check_device(const char* op, StreamView stream, const ImageView& view) {
  if (!view.empty() && view.device() != stream.device())
    invalid("{}: the stream is on {}, the image is {}", op, stream.device().name(), view.describe());
}

void check_device(const char* op, StreamView stream, std::span<const ImageView> views) {
  for (const ImageView& view : views) check_device(op, stream, view);
}

void check_into(const char* op, StreamView stream, const ImageView& src, const ImageView& dst) {
  if (!src.same_layout(dst))
    invalid("{}: src ({}) and dst ({}) must have one layout", op, src.describe(), dst.describe());
  check_device(op, stream, src);
  if (overlaps(src, dst)) invalid("{}: src and dst share memory; use the in-place form", op);
}

}  // namespace retouch::detail
