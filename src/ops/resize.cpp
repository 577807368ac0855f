// resize: checks and dispatch.
#include "ops/resize.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"

namespace retouch {

namespace {

void check_interpolation(const char* op, Interpolation interpolation) {
  if (interpolation > Interpolation::area)
    detail::invalid("{}: no such Interpolation ({})", op, static_cast<int>(interpolation));
}

void check_phase(const char* what, const ImageView& view) {
  if (view.x_phase() != 0 || view.y_phase() != 0)
    detail::invalid(
        "resize_into: {} ({}) starts between two pixels that share a chroma sample; let the region start at even "
        "coordinates",
        what, view.describe());
}

}  // namespace

void resize_into(StreamView stream, const ImageView& src, const ImageView& dst, Interpolation interpolation) {
  check_interpolation("resize_into", interpolation);
  if (src.device() != dst.device() || src.format() != dst.format())
    detail::invalid("resize_into: src ({}) and dst ({}) must have one device and format", src.describe(),
                    dst.describe());
  detail::check_device("resize_into", stream, src);
  detail::check_device("resize_into", stream, dst);
  check_phase("src", src);
  check_phase("dst", dst);
  if (dst.empty()) return;
  if (src.empty()) detail::invalid("resize_into: src is empty, dst ({}) is not", dst.describe());
  if (overlaps(src, dst)) detail::invalid("resize_into: src and dst share memory");
  RETOUCH_DISPATCH(stream, resize_into(stream, src, dst, interpolation));
}

void resize(StreamView stream, const ImageView& image, Size size, Interpolation interpolation) {
  check_interpolation("resize", interpolation);
  detail::check_device("resize", stream, image);
  if (size != image.size())
    throw LayoutError(fmt::format("resize: to {}x{} would change the size of the image ({}); use resize_into",
                                  size.width, size.height, image.describe()));
}

}  // namespace retouch
