#include "retouch/image.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/check.hpp"
#include "core/memory.hpp"

namespace retouch {

namespace {

constexpr std::array<std::string_view, 7> names = {"gray8", "rgb8", "bgr8", "rgba8", "bgra8", "nv12", "i420"};

// Half of a length that starts `phase` (0 or 1) pixels into a pair, rounded outward.
constexpr int half(int length, int phase) { return length <= 0 ? 0 : (phase + length + 1) / 2; }

std::size_t row_bytes(const Plane& plane) {
  return static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
}

}  // namespace

std::string_view name_of(PixelFormat format) { return names.at(static_cast<std::size_t>(format)); }

PixelFormat pixel_format(std::string_view name) {
  for (const PixelFormat format : all_pixel_formats)
    if (name_of(format) == name) return format;
  detail::invalid("pixel format '{}': expected one of {}", name, fmt::join(names, ", "));
}

ImageView ImageView::wrap(Device device, PixelFormat format, Size size, std::span<const PlanePointer> planes,
                          ColorSpec color) {
  if (size.width < 0 || size.height < 0)
    detail::invalid("ImageView::wrap: the size must not be negative ({}x{})", size.width, size.height);
  const int count = retouch::plane_count(format);
  if (static_cast<int>(planes.size()) != count)
    detail::invalid("ImageView::wrap: {} has {} planes, {} were given", name_of(format), count, planes.size());
  ImageView view;
  view.device_ = device;
  view.format_ = format;
  view.color_ = color;
  if (size.width == 0 || size.height == 0) return view;
  view.size_ = size;
  for (int i = 0; i < count; ++i) {
    Plane plane;
    const PlanePointer& given = planes[static_cast<std::size_t>(i)];
    const bool chroma = is_subsampled(format) && i > 0;
    plane.data = static_cast<std::uint8_t*>(given.data);
    plane.pitch_bytes = given.pitch_bytes;
    plane.width = chroma ? half(size.width, 0) : size.width;
    plane.height = chroma ? half(size.height, 0) : size.height;
    plane.channels = plane_channels(format, i);
    if (plane.data == nullptr)
      detail::invalid("ImageView::wrap: plane {} of a {}x{} {} image is null", i, size.width, size.height,
                      name_of(format));
    if (plane.pitch_bytes < 0 || static_cast<std::size_t>(plane.pitch_bytes) < row_bytes(plane))
      detail::invalid("ImageView::wrap: plane {} of a {}x{} {} image has pitch_bytes {} < {} bytes in a row", i,
                      size.width, size.height, name_of(format), plane.pitch_bytes, row_bytes(plane));
    view.planes_[static_cast<std::size_t>(i)] = plane;
  }
  return view;
}

ImageView ImageView::wrap(Device device, PixelFormat format, Size size, void* data, std::ptrdiff_t pitch_bytes) {
  const PlanePointer plane{data, pitch_bytes};
  return wrap(device, format, size, std::span(&plane, 1));
}

ImageView ImageView::region(const Rect& rect) const {
  const Rect r = intersect(rect, bounds());
  ImageView part = *this;
  part.planes_ = {};
  part.size_ = {};
  part.x_phase_ = part.y_phase_ = 0;
  if (r.empty()) return part;
  part.size_ = {r.width, r.height};
  if (is_subsampled(format_)) {
    part.x_phase_ = static_cast<std::uint8_t>((x_phase_ + r.x) & 1);
    part.y_phase_ = static_cast<std::uint8_t>((y_phase_ + r.y) & 1);
  }
  for (int i = 0; i < plane_count(); ++i) {
    Plane plane = planes_[static_cast<std::size_t>(i)];
    const bool chroma = is_subsampled(format_) && i > 0;
    const int x = chroma ? (x_phase_ + r.x) / 2 : r.x;
    const int y = chroma ? (y_phase_ + r.y) / 2 : r.y;
    plane.data += y * plane.pitch_bytes + static_cast<std::ptrdiff_t>(x) * plane.channels;
    plane.width = chroma ? half(r.width, part.x_phase_) : r.width;
    plane.height = chroma ? half(r.height, part.y_phase_) : r.height;
    part.planes_[static_cast<std::size_t>(i)] = plane;
  }
  return part;
}

ImageView ImageView::with_color(ColorSpec color) const {
  ImageView view = *this;
  view.color_ = color;
  return view;
}

bool ImageView::same_layout(const ImageView& other) const {
  return device_ == other.device_ && format_ == other.format_ && size_ == other.size_ && x_phase_ == other.x_phase_ &&
         y_phase_ == other.y_phase_;
}

std::string ImageView::describe() const {
  return fmt::format("{} {}x{} on {}", name_of(format_), size_.width, size_.height, device_.name());
}

namespace {

// Bytes of `b` in the coordinates (row, byte in row) of `a`, when both have a's pitch: b starts dy rows down and dx
// bytes to the right; rows that pass the pitch come back at the left, one row further down.
bool planes_overlap(const Plane& a, const Plane& b) {
  const auto a_begin = reinterpret_cast<std::uintptr_t>(a.data);
  const auto b_begin = reinterpret_cast<std::uintptr_t>(b.data);
  const auto bytes = [](const Plane& p) {
    return static_cast<std::uintptr_t>((p.height - 1) * p.pitch_bytes) + row_bytes(p);
  };
  if (a_begin + bytes(a) <= b_begin || b_begin + bytes(b) <= a_begin) return false;
  if (a.pitch_bytes != b.pitch_bytes) return true;
  const auto pitch = a.pitch_bytes;
  const auto offset = static_cast<std::ptrdiff_t>(b_begin - a_begin);
  std::ptrdiff_t dy = offset / pitch;
  std::ptrdiff_t dx = offset % pitch;
  if (dx < 0) {
    dx += pitch;
    --dy;
  }
  const auto a_row = static_cast<std::ptrdiff_t>(row_bytes(a));
  const auto b_row = static_cast<std::ptrdiff_t>(row_bytes(b));
  const auto rows_meet = [&](std::ptrdiff_t y) { return y < a.height && y + b.height > 0; };
  return (dx < a_row && rows_meet(dy)) || (dx - pitch + b_row > 0 && rows_meet(dy + 1));
}

}  // namespace

bool overlaps(const ImageView& a, const ImageView& b) {
  if (a.empty() || b.empty() || a.device() != b.device()) return false;
  for (int i = 0; i < a.plane_count(); ++i)
    for (int j = 0; j < b.plane_count(); ++j)
      if (planes_overlap(a.plane(i), b.plane(j))) return true;
  return false;
}

Image::Image(StreamView stream, PixelFormat format, Size size, ColorSpec color) {
  if (size.width < 0 || size.height < 0)
    detail::invalid("Image: the size must not be negative ({}x{})", size.width, size.height);
  const std::size_t alignment = stream.device().is_cuda() ? 256 : 64;
  std::array<PlanePointer, 3> planes{};
  std::array<std::size_t, 3> offsets{};
  const auto count = static_cast<std::size_t>(plane_count(format));
  for (std::size_t i = 0; i < count; ++i) {
    const bool chroma = is_subsampled(format) && i > 0;
    const auto width = static_cast<std::size_t>(chroma ? half(size.width, 0) : size.width);
    const auto height = static_cast<std::size_t>(chroma ? half(size.height, 0) : size.height);
    const std::size_t row = width * static_cast<std::size_t>(plane_channels(format, static_cast<int>(i)));
    const std::size_t pitch = (row + alignment - 1) / alignment * alignment;
    planes[i].pitch_bytes = static_cast<std::ptrdiff_t>(pitch);
    offsets[i] = bytes_;
    bytes_ += pitch * height;
  }
  if (bytes_ != 0) {
    stream_ = stream.state().shared_from_this();
    memory_ = detail::allocate(*stream_, bytes_);
    for (std::size_t i = 0; i < count; ++i) planes[i].data = static_cast<std::uint8_t*>(memory_) + offsets[i];
  }
  view_ = ImageView::wrap(stream.device(), format, bytes_ == 0 ? Size{} : size, std::span(planes.data(), count), color);
}

Image::~Image() { reset(); }

Image::Image(Image&& other) noexcept
    : view_(std::exchange(other.view_, {})),
      memory_(std::exchange(other.memory_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      stream_(std::move(other.stream_)) {}

Image& Image::operator=(Image&& other) noexcept {
  if (this == &other) return *this;
  reset();
  view_ = std::exchange(other.view_, {});
  memory_ = std::exchange(other.memory_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  stream_ = std::move(other.stream_);
  return *this;
}

void Image::reset() noexcept {
  if (memory_ != nullptr) detail::deallocate(*stream_, memory_, bytes_);
  memory_ = nullptr;
  stream_.reset();
}

}  // namespace retouch
