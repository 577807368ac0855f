// copy_into: checks and dispatch.
#include "ops/copy.hpp"

#include "core/check.hpp"
#include "core/memory.hpp"
#include "ops/dispatch.hpp"
#include "retouch/fill.hpp"

namespace retouch {

void copy_into(StreamView stream, const ImageView& src, const ImageView& dst) {
  if (src.format() != dst.format() || src.size() != dst.size() || src.x_phase() != dst.x_phase() ||
      src.y_phase() != dst.y_phase())
    detail::invalid("copy_into: src ({}) and dst ({}) must have one format, size and chroma phase", src.describe(),
                    dst.describe());
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
    const Image away(stream, src.format(), {src.width() + src.x_phase(), src.height() + src.y_phase()}, src.color());
    const ImageView temporary = away.region({src.x_phase(), src.y_phase(), src.width(), src.height()});
    RETOUCH_DISPATCH(stream, copy(stream, src, temporary));
    RETOUCH_DISPATCH(stream, copy(stream, temporary, dst));
    return;
  }
  RETOUCH_DISPATCH(stream, copy(stream, src, dst));
}

}  // namespace retouch
