// median_blur: checks and dispatch.
#include "ops/median_blur.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/region_batches.hpp"
#include "retouch/filter.hpp"

namespace retouch {

namespace {

void check(const MedianBlurOptions& options) {
  if (options.ksize != 3 && options.ksize != 5)
    detail::invalid("median_blur: ksize must be 3 or 5 ({})", options.ksize);
}

}  // namespace

void median_blur(StreamView stream, const Regions& regions, const MedianBlurOptions& options) {
  check(options);
  const auto views = regions.views();
  detail::check_device("median_blur", stream, views);
  detail::for_each_batch(views, detail::views_per_launch(views, median_planes_per_launch), [&](Views batch) {
    RETOUCH_DISPATCH(stream, median_blur(stream, batch, batch, options.ksize));
  });
}

void median_blur_into(StreamView stream, const ImageView& src, const ImageView& dst, const MedianBlurOptions& options) {
  check(options);
  detail::check_into("median_blur_into", stream, src, dst);
  if (src.empty()) return;
  const ImageView* from = &src;
  const ImageView* to = &dst;
  RETOUCH_DISPATCH(stream, median_blur(stream, Views(&from, 1), Views(&to, 1), options.ksize));
}

MedianBlur::MedianBlur(const MedianBlurOptions& options) : options_(options) { check(options); }
void MedianBlur::operator()(StreamView stream, const Regions& regions) const { median_blur(stream, regions, options_); }
void MedianBlur::into(StreamView stream, const ImageView& src, const ImageView& dst) const {
  median_blur_into(stream, src, dst, options_);
}

}  // namespace retouch
