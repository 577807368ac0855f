// rotate90: checks and dispatch.
#include "ops/rotate90.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/flip.hpp"
#include "retouch/transform.hpp"

namespace retouch {

namespace {

void check_rotation(const char* op, Rotation rotation) {
  if (rotation > Rotation::cw270) detail::invalid("{}: no such Rotation ({})", op, static_cast<int>(rotation));
}

// A quarter turn gives every plane its size back.
void check_square(const ImageView& view) {
  for (int i = 0; i < view.plane_count() && !view.empty(); ++i) {
    const Plane& plane = view.plane(i);
    if (plane.width != plane.height)
      throw LayoutError(
          fmt::format("rotate90: a quarter turn would change the layout of the region ({}, whose plane {} is {}x{}); "
                      "only squares turn in place, use rotate90_into",
                      view.describe(), i, plane.width, plane.height));
  }
}

void check_turned(const ImageView& src, const ImageView& dst) {
  bool fits = src.device() == dst.device() && src.format() == dst.format() && src.width() == dst.height() &&
              src.height() == dst.width();
  for (int i = 0; fits && i < src.plane_count(); ++i)
    fits = src.plane(i).width == dst.plane(i).height && src.plane(i).height == dst.plane(i).width;
  if (!fits)
    detail::invalid("rotate90_into: dst ({}) must have the format of src ({}) and its size (of every plane) turned",
                    dst.describe(), src.describe());
}

}  // namespace

void rotate90(StreamView stream, const Regions& regions, Rotation rotation) {
  check_rotation("rotate90", rotation);
  const auto views = regions.views();
  detail::check_device("rotate90", stream, views);
  if (rotation == Rotation::cw180) {
    RETOUCH_DISPATCH(stream, flip(stream, views, FlipMode::both));
    return;
  }
  for (const ImageView& view : views) check_square(view);
  RETOUCH_DISPATCH(stream, rotate90(stream, views, rotation == Rotation::cw90));
}

void rotate90_into(StreamView stream, const ImageView& src, const ImageView& dst, Rotation rotation) {
  check_rotation("rotate90_into", rotation);
  if (rotation == Rotation::cw180) {
    detail::check_into("rotate90_into", stream, src, dst);
    if (src.empty()) return;
    RETOUCH_DISPATCH(stream, flip_into(stream, src, dst, FlipMode::both));
    return;
  }
  check_turned(src, dst);
  detail::check_device("rotate90_into", stream, src);
  if (overlaps(src, dst)) detail::invalid("rotate90_into: src and dst share memory; use the in-place form");
  if (src.empty()) return;
  RETOUCH_DISPATCH(stream, rotate90_into(stream, src, dst, rotation == Rotation::cw90));
}

}  // namespace retouch
