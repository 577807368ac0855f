// pixelate: checks and dispatch.
#include "ops/pixelate.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/region_batches.hpp"
#include "retouch/filter.hpp"

namespace retouch {

namespace {

void check(const PixelateOptions& options) {
  if (options.cell_px < 1) detail::invalid("pixelate: cell_px must be at least 1 ({})", options.cell_px);
}

void check_format(const ImageView& view, int cell_px) {
  if (is_subsampled(view.format()) && cell_px % 2 != 0)
    detail::invalid("pixelate: cell_px must be even for {} ({})", name_of(view.format()), cell_px);
}

}  // namespace

void pixelate(StreamView stream, const Regions& regions, const PixelateOptions& options) {
  check(options);
  const auto views = regions.views();
  for (const ImageView& view : views) check_format(view, options.cell_px);
  detail::check_device("pixelate", stream, views);
  detail::for_each_batch(views, detail::views_per_launch(views, pixelate_planes_per_launch), [&](Views batch) {
    RETOUCH_DISPATCH(stream, pixelate(stream, batch, batch, options.cell_px));
  });
}

void pixelate_into(StreamView stream, const ImageView& src, const ImageView& dst, const PixelateOptions& options) {
  check(options);
  check_format(src, options.cell_px);
  detail::check_into("pixelate_into", stream, src, dst);
  if (src.empty()) return;
  const ImageView* from = &src;
  const ImageView* to = &dst;
  RETOUCH_DISPATCH(stream, pixelate(stream, Views(&from, 1), Views(&to, 1), options.cell_px));
}

Pixelate::Pixelate(const PixelateOptions& options) : options_(options) { check(options); }
void Pixelate::operator()(StreamView stream, const Regions& regions) const { pixelate(stream, regions, options_); }
void Pixelate::into(StreamView stream, const ImageView& src, const ImageView& dst) const {
  pixelate_into(stream, src, dst, options_);
}

}  // namespace retouch
