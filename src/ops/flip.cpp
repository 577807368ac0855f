// flip: checks and dispatch.
#include "ops/flip.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"

namespace retouch {

namespace {

void check_mode(const char* op, FlipMode mode) {
  if (mode > FlipMode::both) detail::invalid("{}: no such FlipMode ({})", op, static_cast<int>(mode));
}

}  // namespace

void flip(StreamView stream, const Regions& regions, FlipMode mode) {
  check_mode("flip", mode);
  detail::check_device("flip", stream, regions.views());
  RETOUCH_DISPATCH(stream, flip(stream, regions.views(), mode));
}

void flip_into(StreamView stream, const ImageView& src, const ImageView& dst, FlipMode mode) {
  check_mode("flip_into", mode);
  detail::check_into("flip_into", stream, src, dst);
  if (src.empty()) return;
  RETOUCH_DISPATCH(stream, flip_into(stream, src, dst, mode));
}

}  // namespace retouch
