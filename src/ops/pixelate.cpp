// pixelate: checks and dispatch.
#include "ops/pixelate.hpp"

#include <array>

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

namespace detail {

void pixelate(StreamView stream, std::span<const PixelateJob> jobs) {
  constexpr std::size_t most = pixelate_planes_per_launch;
  std::array<const ImageView*, most> src;
  std::array<const ImageView*, most> dst;
  std::array<int, most> cells;
  std::size_t count = 0;
  std::size_t planes = 0;
  const auto run = [&] {
    if (count > 0)
      RETOUCH_DISPATCH(stream, pixelate(stream, Views(src).first(count), Views(dst).first(count),
                                        std::span<const int>(cells).first(count)));
    count = 0;
    planes = 0;
  };
  for (const PixelateJob& job : jobs) {
    if (job.src.empty()) continue;
    const auto of_job = static_cast<std::size_t>(job.src.plane_count());
    if (planes + of_job > most) run();
    src.at(count) = &job.src;
    dst.at(count) = &job.dst;
    cells.at(count) = job.cell_px;
    ++count;
    planes += of_job;
  }
  run();
}

}  // namespace detail

void pixelate(StreamView stream, const Regions& regions, const PixelateOptions& options) {
  check(options);
  const auto views = regions.views();
  for (const ImageView& view : views) check_format(view, options.cell_px);
  detail::check_device("pixelate", stream, views);
  std::array<int, pixelate_planes_per_launch> cells;
  cells.fill(options.cell_px);
  detail::for_each_batch(views, detail::views_per_launch(views, pixelate_planes_per_launch), [&](Views batch) {
    RETOUCH_DISPATCH(stream, pixelate(stream, batch, batch, std::span(cells).first(batch.size())));
  });
}

void pixelate_into(StreamView stream, const ImageView& src, const ImageView& dst, const PixelateOptions& options) {
  check(options);
  check_format(src, options.cell_px);
  detail::check_into("pixelate_into", stream, src, dst);
  if (src.empty()) return;
  const ImageView* from = &src;
  const ImageView* to = &dst;
  RETOUCH_DISPATCH(stream, pixelate(stream, Views(&from, 1), Views(&to, 1), std::span(&options.cell_px, 1)));
}

Pixelate::Pixelate(const PixelateOptions& options) : options_(options) { check(options); }
void Pixelate::operator()(StreamView stream, const Regions& regions) const { pixelate(stream, regions, options_); }
void Pixelate::into(StreamView stream, const ImageView& src, const ImageView& dst) const {
  pixelate_into(stream, src, dst, options_);
}

}  // namespace retouch
