#include "retouch/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/check.hpp"
#include "retouch/error.hpp"

namespace retouch {

void FrameView::throw_expired() const {
  throw ExpiredFrame(fmt::format(
      "{} was used after the pipeline took it back: a view is valid only until process_frame returns", lease_->frame));
}

Frame::Frame(ImageView image, StreamView stream, FrameInfo info)
    : image_(image), stream_(stream), info_(std::move(info)), lease_(std::make_shared<detail::Lease>()) {
  detail::check_device("Frame", stream, image);
  lease_->frame = info_.source_id.empty() ? fmt::format("frame {}", info_.index)
                                          : fmt::format("frame {} of {}", info_.index, info_.source_id);
}

Frame::~Frame() { expire(); }

void Frame::expire() noexcept { lease_->alive.store(false, std::memory_order_release); }

FrameView Frame::view() const {
  FrameView whole(image_, lease_);
  static_cast<void>(whole.image());  // throws after expire()
  return whole;
}

FrameView Frame::region(const Rect& rect) const { return view().region(rect); }
FrameView Frame::region(const Box& box) const { return view().region(enclosing_rect(box)); }

std::vector<FrameView> Frame::regions(std::span<const Rect> rects) const {
  std::vector<FrameView> views;
  views.reserve(rects.size());
  for (const Rect& rect : rects) views.push_back(region(rect));
  return views;
}

std::vector<FrameView> Frame::regions(std::span<const Box> boxes) const {
  std::vector<FrameView> views;
  views.reserve(boxes.size());
  for (const Box& box : boxes) views.push_back(region(box));
  return views;
}

std::vector<FrameView> Frame::border(const Rect& rect, int thickness) const {
  if (thickness < 0) detail::invalid("Frame::border: the thickness must not be negative ({})", thickness);
  if (rect.empty() || thickness == 0) return {};
  if (2 * std::int64_t{thickness} >= std::min(rect.width, rect.height)) return {region(rect)};
  const std::int64_t t = thickness;
  const std::int64_t right = std::int64_t{rect.x} + rect.width;
  const std::int64_t bottom = std::int64_t{rect.y} + rect.height;
  // A strip that starts beyond what an int holds lies outside every frame.
  const auto strip = [&](std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height) {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    if (x > most || y > most) return region(Rect{});
    return region(Rect{static_cast<int>(x), static_cast<int>(y), static_cast<int>(width), static_cast<int>(height)});
  };
  return {strip(rect.x, rect.y, rect.width, t), strip(rect.x, bottom - t, rect.width, t),
          strip(rect.x, rect.y + t, t, rect.height - 2 * t), strip(right - t, rect.y + t, t, rect.height - 2 * t)};
}

std::vector<Object> Frame::objects(std::string_view label) const {
  std::vector<Object> found;
  std::copy_if(objects_.begin(), objects_.end(), std::back_inserter(found),
               [&](const Object& object) { return object.label == label; });
  return found;
}

std::int64_t Frame::add_object(Object object) {
  // Objects may also have been put into the list with ids that an earlier stage gave.
  for (const Object& other : objects_) next_id_ = std::max(next_id_, other.id + 1);
  object.id = next_id_++;
  objects_.push_back(std::move(object));
  return objects_.back().id;
}

Regions::Regions(std::span<const FrameView> views) : count_(views.size()) {
  owned_.reserve(views.size());
  for (const FrameView& view : views) owned_.push_back(view.image());
}

}  // namespace retouch
