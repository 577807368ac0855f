// fill: checks and dispatch.
#include "ops/fill.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/mask.hpp"
#include "ops/region_batches.hpp"
#include "retouch/fill.hpp"

namespace retouch {

namespace {

void fill_checked(StreamView stream, std::span<const ImageView> views, const Color& color) {
  if (color.a == 0) return;
  detail::for_each_batch(
      views, detail::views_per_launch(views, fill_planes_per_launch),
      [&](std::span<const ImageView* const> batch) { RETOUCH_DISPATCH(stream, fill(stream, batch, color)); });
}

void fill_checked(StreamView stream, const ImageView& region, const Color& color, const ImageView& mask) {
  if (color.a == 0) return;
  RETOUCH_DISPATCH(stream, fill(stream, region, color, mask));
}

}  // namespace

void fill(StreamView stream, const Regions& regions, const Color& color) {
  detail::check_device("fill", stream, regions.views());
  fill_checked(stream, regions.views(), color);
}

void fill(StreamView stream, const ImageView& region, const Color& color, const ImageView& mask) {
  if (region.empty()) return;
  detail::check_device("fill", stream, region);
  detail::check_mask("fill", stream, mask, region);
  fill_checked(stream, region, color, mask);
}

void fill_into(StreamView stream, const ImageView& src, const ImageView& dst, const Color& color) {
  detail::check_into("fill_into", stream, src, dst);
  copy_into(stream, src, dst);
  fill_checked(stream, std::span(&dst, 1), color);
}

void fill_into(StreamView stream, const ImageView& src, const ImageView& dst, const Color& color,
               const ImageView& mask) {
  detail::check_into("fill_into", stream, src, dst);
  if (dst.empty()) return;
  detail::check_mask("fill_into", stream, mask, dst);
  copy_into(stream, src, dst);
  fill_checked(stream, dst, color, mask);
}

}  // namespace retouch
