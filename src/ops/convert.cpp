// convert: checks and dispatch.
#include "ops/convert.hpp"

#include "core/check.hpp"
#include "ops/copy.hpp"
#include "ops/dispatch.hpp"
#include "retouch/transform.hpp"

namespace retouch {

void convert_into(StreamView stream, const ImageView& src, const ImageView& dst) {
  if (src.device() != dst.device() || src.size() != dst.size())
    detail::invalid("convert_into: src ({}) and dst ({}) must have one device and size", src.describe(),
                    dst.describe());
  detail::check_device("convert_into", stream, src);
  if (src.empty()) return;
  if (overlaps(src, dst)) detail::invalid("convert_into: src and dst share memory");
  if (src.same_layout(dst) && (!is_subsampled(src.format()) || src.color() == dst.color())) {
    RETOUCH_DISPATCH(stream, copy(stream, src, dst));
    return;
  }
  RETOUCH_DISPATCH(stream, convert_into(stream, src, dst));
}

void convert(StreamView stream, const ImageView& image, PixelFormat format) {
  detail::check_device("convert", stream, image);
  if (format != image.format())
    throw LayoutError(fmt::format("convert: to {} would change the format of the image ({}); use convert_into",
                                  name_of(format), image.describe()));
}

}  // namespace retouch
