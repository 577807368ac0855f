// copy_into: checks and dispatch.
#include "ops/copy.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/mask.hpp"
#include "retouch/fill.hpp"

namespace retouch {

namespace {

void check_copy(const ImageView& src, const ImageView& dst) {
  if (src.format() != dst.format() || src.size() != dst.size() || src.x_phase() != dst.x_phase() ||
      src.y_phase() != dst.y_phase())
    detail::invalid("copy_into: src ({}) and dst ({}) must have one format, size and chroma phase", src.describe(),
                    dst.describe());
}

/// An image for the pixels of `view` on the stream's device, and the part of it with the same chroma phase.
struct Away {
  Away(StreamView stream, const ImageView& view)
      : image(stream, view.format(), {view.width() + view.x_phase(), view.height() + view.y_phase()}, view.color()),
        pixels(image.region({view.x_phase(), view.y_phase(), view.width(), view.height()})) {}
  Image image;
  ImageView pixels;
};

}  // namespace

void copy_into(StreamView stream, const ImageView& src, const ImageView& dst) {
  check_copy(src, dst);
  if (src.empty()) return;
  if (src.device().is_cpu() && dst.device().is_cpu()) {
    detail::check_device("copy_into", stream, dst);
  } else {
    const ImageView& on_gpu = dst.device().is_cuda() ? dst : src;
    detail::check_device("copy_into", stream, on_gpu);
    if (src.device().is_cuda() && dst.device().is_cuda()) detail::check_device("copy_into", stream, src);
  }
  if (overlaps(src, dst)) {
    // Regions of one image: through a temporary, so that no pixel is overwritten before it was read.
    const Away away(stream, src);
    RETOUCH_DISPATCH(stream, copy(stream, src, away.pixels));
    RETOUCH_DISPATCH(stream, copy(stream, away.pixels, dst));
    return;
  }
  RETOUCH_DISPATCH(stream, copy(stream, src, dst));
}

void copy_into(StreamView stream, const ImageView& src, const ImageView& dst, const ImageView& mask) {
  check_copy(src, dst);
  if (src.empty()) return;
  detail::check_device("copy_into", stream, src);
  detail::check_device("copy_into", stream, dst);
  detail::check_mask("copy_into", stream, mask, dst);
  if (overlaps(src, dst)) {
    const Away away(stream, src);
    RETOUCH_DISPATCH(stream, copy(stream, src, away.pixels));
    RETOUCH_DISPATCH(stream, copy(stream, away.pixels, dst, mask));
    return;
  }
  RETOUCH_DISPATCH(stream, copy(stream, src, dst, mask));
}

}  // namespace retouch
