// box_blur: checks and dispatch.
#include "ops/box_blur.hpp"

#include <array>

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

namespace detail {

void box_blur(StreamView stream, std::span<const BoxBlurJob> jobs) {
  constexpr std::size_t most = box_planes_per_launch;
  std::array<const ImageView*, most> src;
  std::array<const ImageView*, most> dst;
  std::array<BoxBlurOptions, most> options;
  std::size_t count = 0;
  std::size_t planes = 0;
  const auto run = [&] {
    if (count > 0)
      RETOUCH_DISPATCH(stream, box_blur(stream, Views(src).first(count), Views(dst).first(count),
                                        std::span<const BoxBlurOptions>(options).first(count)));
    count = 0;
    planes = 0;
  };
  for (const BoxBlurJob& job : jobs) {
    if (job.src.empty()) continue;
    const auto of_job = static_cast<std::size_t>(job.src.plane_count());
    if (planes + of_job > most) run();
    src.at(count) = &job.src;
    dst.at(count) = &job.dst;
    options.at(count) = job.options;
    ++count;
    planes += of_job;
  }
  run();
}

}  // namespace detail

void box_blur(StreamView stream, const Regions& regions, const BoxBlurOptions& options) {
  check(options);
  const auto views = regions.views();
  detail::check_device("box_blur", stream, views);
  std::array<BoxBlurOptions, box_planes_per_launch> of_each;
  of_each.fill(options);
  detail::for_each_batch(views, detail::views_per_launch(views, box_planes_per_launch), [&](Views batch) {
    RETOUCH_DISPATCH(stream, box_blur(stream, batch, batch, std::span(of_each).first(batch.size())));
  });
}

void box_blur_into(StreamView stream, const ImageView& src, const ImageView& dst, const BoxBlurOptions& options) {
  check(options);
  detail::check_into("box_blur_into", stream, src, dst);
  if (src.empty()) return;
  const ImageView* from = &src;
  const ImageView* to = &dst;
  RETOUCH_DISPATCH(stream, box_blur(stream, Views(&from, 1), Views(&to, 1), std::span(&options, 1)));
}

BoxBlur::BoxBlur(const BoxBlurOptions& options) : options_(options) { check(options); }
void BoxBlur::operator()(StreamView stream, const Regions& regions) const { box_blur(stream, regions, options_); }
void BoxBlur::into(StreamView stream, const ImageView& src, const ImageView& dst) const {
  box_blur_into(stream, src, dst, options_);
}

}  // namespace retouch
