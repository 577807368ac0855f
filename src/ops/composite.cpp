// composite: checks, clipping and dispatch.
#include "ops/composite.hpp"

#include <cmath>

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "pixel/composite.hpp"
#include "retouch/fill.hpp"

namespace retouch {

namespace {

constexpr int longest_scaled_side = 16384;
constexpr std::int64_t most_pixels = std::int64_t{1} << 26U;

void check_options(const char* op, const CompositeOptions& options) {
  if (options.op > CompositeOp::premul)
    detail::invalid("{}: there is no operator {}", op, static_cast<int>(options.op));
  if (!(options.opacity >= 0 && options.opacity <= 1))
    detail::invalid("{}: the opacity must be in 0..1 ({})", op, options.opacity);
  if (!options.size) return;
  const auto [width, height] = *options.size;
  if (width < 0 || height < 0) detail::invalid("{}: the size must not be negative ({}x{})", op, width, height);
  if (width > longest_scaled_side || height > longest_scaled_side || std::int64_t{width} * height > most_pixels)
    detail::invalid("{}: the size must be at most {} on a side and {} pixels in all ({}x{})", op, longest_scaled_side,
                    most_pixels, width, height);
}

// The part of the target under a picture of `size` at `position`; `covered` is empty where there is none.
detail::CompositeJob place(const ImageView& target, Size size, Point position, const CompositeOptions& options) {
  const Rect covered = intersect({position.x, position.y, size.width, size.height}, target.bounds());
  detail::CompositeJob job;
  job.op = options.op;
  job.opacity = static_cast<std::uint8_t>(std::lround(static_cast<double>(options.opacity) * 255));
  if (covered.empty()) return job;
  job.covered = target.region(covered);
  job.rest = {target.width() - covered.x, target.height() - covered.y};
  job.sprite_start = {covered.x - position.x, covered.y - position.y};
  return job;
}

void composite_checked(StreamView stream, const ImageView& target, const Sprite& sprite, Point position,
                       const CompositeOptions& options) {
  if (sprite.empty()) return;
  const Size size = options.size.value_or(sprite.size());
  const detail::CompositeJob job = place(target, size, position, options);
  if (job.covered.empty() || (job.op == CompositeOp::over && job.opacity == 0)) return;
  const auto data =
      size == sprite.size() ? sprite.data() : sprite.data()->scaled(size, pixel::takes_premultiplied(options.op));
  if (stream.device().is_cpu()) {
    cpu::composite(data->host(), job);
    return;
  }
#if RETOUCH_WITH_CUDA
  const auto copy = data->resident(stream);
  cuda::composite(stream, {copy->use(stream), data->pitch, data->size}, job);
  copy->used(stream);
#endif
}

}  // namespace

void composite(StreamView stream, const ImageView& target, const Sprite& sprite, Point position,
               const CompositeOptions& options) {
  detail::check_device("composite", stream, target);
  check_options("composite", options);
  composite_checked(stream, target, sprite, position, options);
}

void composite_into(StreamView stream, const ImageView& src, const ImageView& dst, const Sprite& sprite, Point position,
                    const CompositeOptions& options) {
  detail::check_into("composite_into", stream, src, dst);
  check_options("composite_into", options);
  copy_into(stream, src, dst);
  composite_checked(stream, dst, sprite, position, options);
}

void composite(StreamView stream, const ImageView& target, const ImageView& host_pixels, Point position,
               const CompositeOptions& options) {
  detail::check_device("composite", stream, target);
  check_options("composite", options);
  const bool as_it_is =
      stream.device().is_cpu() && host_pixels.device().is_cpu() && host_pixels.format() == PixelFormat::rgba8 &&
      options.size.value_or(host_pixels.size()) == host_pixels.size() && !overlaps(target, host_pixels);
  if (!as_it_is) {
    composite_checked(stream, target, Sprite(host_pixels), position, options);
    return;
  }
  const detail::CompositeJob job = place(target, host_pixels.size(), position, options);
  if (job.covered.empty()) return;
  const Plane& plane = host_pixels.plane(0);
  cpu::composite({plane.data, plane.pitch_bytes, host_pixels.size()}, job);
}

}  // namespace retouch
