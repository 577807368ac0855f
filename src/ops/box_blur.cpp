// box_blur: checks and dispatch.
#include "ops/box_blur.hpp"

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/region_batches.hpp"

namespace retouch {

namespace {

void check(const BoxBlurOptions& options) {
  const Size& k = options.ksize;
  if (k.width < 1 || k.width > 255 || k.height < 1 || k.height > 255)
    detail::invalid("box_blur: ksize must be 1..255 in both directions ({}x{})", k.width, k.height);
}

}  // namespace

void box_blur(StreamView stream, const Regions& regions, const BoxBlurOptions& options) {
  check(options);
  const auto views = regions.views();
  detail::check_device("box_blur", stream, views);
  detail::for_each_batch(views, detail::views_per_launch(views, box_planes_per_launch),
                         [&](Views batch) { RETOUCH_DISPATCH(stream, box_blur(stream, batch, batch, options)); });
}

void box_blur_into(StreamView stream, const ImageView& src, const ImageView& dst, const BoxBlurOptions& options) {
  check(options);
  detail::check_into("box_blur_into", stream, src, dst);
  if (src.empty()) return;
  const ImageView* from = &src;
  const ImageView* to = &dst;
  RETOUCH_DISPATCH(stream, box_blur(stream, Views(&from, 1), Views(&to, 1), options));
}

BoxBlur::BoxBlur(const BoxBlurOptions& options) : options_(options) { check(options); }
void BoxBlur::operator()(StreamView stream, const Regions& regions) const { box_blur(stream, regions, options_); }
void BoxBlur::into(StreamView stream, const ImageView& src, const ImageView& dst) const {
  box_blur_into(stream, src, dst, options_);
}

}  // namespace retouch
