// Canvas's areas: tints, masks, maps, sprites.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "canvas/areas.hpp"
#include "canvas/color_maps.hpp"
#include "canvas/state.hpp"
#include "core/check.hpp"
#include "ops/sprite.hpp"

namespace retouch {

using canvas::BitmapRecord;
using canvas::Bounds;
using canvas::CommandType;
using canvas::Fixup;
using canvas::Vec;

namespace canvas {

namespace {

constexpr int most_bitmap_side = 32768;

float f(double v) { return static_cast<float>(v); }

}  // namespace

BitmapRecord place_bitmap(const Canvas::State& s, const Box& box, Size size) {
  const Vec from = s.vec({box.left, box.top});
  BitmapRecord r{};
  r.width = size.width;
  r.height = size.height;
  r.pitch = size.width;
  const double x_scale = size.width / static_cast<double>(box.width);
  const double y_scale = size.height / static_cast<double>(box.height);
  r.x_scale = f(x_scale);
  r.x_start = f(-from.x * x_scale);
  r.y_scale = f(y_scale);
  r.y_start = f(-from.y * y_scale);
  r.left = f(from.x);
  r.top = f(from.y);
  r.right = f(from.x + box.width);
  r.bottom = f(from.y + box.height);
  return r;
}

bool bitmap_bounds(const Canvas::State& s, const BitmapRecord& r, Bounds& bounds) {
  bounds = bounds_of(r.left, r.top, r.right, r.bottom);
  return r.width > 0 && r.height > 0 && r.left < r.right && r.top < r.bottom && s.list.visible(bounds);
}

std::uint32_t put_bitmap(Canvas::State& s, const BitmapRecord& record, std::span<const std::uint8_t> pixels) {
  const std::uint32_t bytes = s.list.reserve(pixels.size());
  std::memcpy(s.list.at<std::byte>(bytes), pixels.data(), pixels.size());
  const std::uint32_t where = s.list.put(record);
  s.list.fix(where, offsetof(BitmapRecord, data), Fixup::Kind::data, bytes);
  s.list.has_bitmaps = true;
  return where;
}

std::uint32_t put_bitmap(Canvas::State& s, BitmapRecord record, const ImageView& view) {
  const Plane& plane = view.plane(0);
  if (view.device().is_cuda()) {
    record.data = plane.data;
    record.pitch = static_cast<std::int32_t>(plane.pitch_bytes);
    return s.list.put(record);
  }
  const auto row = static_cast<std::size_t>(view.width());
  const std::uint32_t bytes = s.list.reserve(row * static_cast<std::size_t>(view.height()));
  for (int y = 0; y < view.height(); ++y)
    std::memcpy(s.list.at<std::byte>(bytes) + static_cast<std::size_t>(y) * row, plane.data + y * plane.pitch_bytes,
                row);
  const std::uint32_t where = s.list.put(record);
  s.list.fix(where, offsetof(BitmapRecord, data), Fixup::Kind::data, bytes);
  s.list.has_bitmaps = true;
  return where;
}

void check_bitmap(const char* command, const Canvas::State& s, const Box& box, const ImageView& bitmap) {
  if (bitmap.format() != PixelFormat::gray8)
    detail::invalid("Canvas::{}: gray8 is needed, not {}", command, bitmap.describe());
  if (bitmap.device().is_cuda() && bitmap.device() != s.target.device())
    detail::invalid("Canvas::{}: the picture is on {}, the canvas on {}", command, bitmap.device().name(),
                    s.target.device().name());
  if (bitmap.width() > most_bitmap_side || bitmap.height() > most_bitmap_side)
    detail::invalid("Canvas::{}: at most {} pixels on a side ({})", command, most_bitmap_side, bitmap.describe());
  if (box.angle_deg != 0)
    detail::invalid("Canvas::{}: the box must not be turned ({} degrees)", command, box.angle_deg);
}

void record_shape(Canvas::State& s, const Shape& shape, std::uint32_t color) {
  const Box& box = shape.bounds();
  const Vec from = s.vec({box.left, box.top});
  const bool upright = box.angle_deg == 0;
  if (shape.kind() == Shape::Kind::mask) {
    Bounds bounds;
    const BitmapRecord record = place_bitmap(s, box, shape.mask_size());
    if (!bitmap_bounds(s, record, bounds)) return;
    s.list.add(CommandType::mask, bounds, color, put_bitmap(s, record, shape.mask_pixels()));
  } else if (shape.kind() == Shape::Kind::box && upright) {
    s.fill_rect(from.x, from.y, from.x + box.width, from.y + box.height, color);
  } else if (shape.kind() == Shape::Kind::rounded && upright) {
    s.rounded(from.x, from.y, from.x + box.width, from.y + box.height, shape.radius_px(), 0, color);
  } else {
    s.edges.begin();
    s.add_outline(shape);
    s.edges.record_polygon(
        s.list, color,
        shape.kind() == Shape::Kind::polygon && shape.rule() == FillRule::even_odd ? edges_even_odd : edges_nonzero);
  }
}

}  // namespace canvas

Canvas& Canvas::tint(const Shape& shape, Color color) {
  const std::uint32_t word = state_->list.color_word(color);
  if (word >> 24U != 0) canvas::record_shape(*state_, shape, word);
  return *this;
}

Canvas& Canvas::dim(std::span<const Shape> shapes, Color color) {
  State& s = *state_;
  for (const Shape& shape : shapes)
    if (shape.kind() == Shape::Kind::mask)
      throw Unsupported("Canvas::dim: shapes must have an outline; a mask has none");
  const std::uint32_t word = s.list.color_word(color);
  if (word >> 24U == 0) return *this;
  s.edges.begin();
  for (const Shape& shape : shapes) s.add_outline(shape);
  s.edges.record_polygon(s.list, word, canvas::edges_inverted);
  return *this;
}

Canvas& Canvas::mask(const Box& given, const ImageView& mask, const MaskStyle& style) {
  const Box box = canvas::checked("mask", given);
  State& s = *state_;
  canvas::check_bitmap("mask", s, box, mask);
  const float opacity = canvas::checked_opacity("mask", "the opacity", style.opacity);
  if (style.threshold < 0 || style.threshold > 255)
    detail::invalid("Canvas::mask: the threshold must be in 0..255 ({})", style.threshold);
  const std::uint32_t color = s.list.color_word(style.color, opacity);
  BitmapRecord record = canvas::place_bitmap(s, box, mask.size());
  record.threshold = static_cast<std::uint32_t>(style.threshold);
  Bounds bounds;
  if (color >> 24U != 0 && canvas::bitmap_bounds(s, record, bounds))
    s.list.add(CommandType::mask, bounds, color, canvas::put_bitmap(s, record, mask));
  return *this;
}

namespace {

std::uint32_t table_word(const Color& c, float opacity) {
  const std::uint32_t alpha = canvas::alpha_times(c.a, opacity);
  return c.r | std::uint32_t{c.g} << 8U | std::uint32_t{c.b} << 16U | alpha << 24U;
}

using Table = std::array<std::uint32_t, 256>;

}  // namespace

Canvas& Canvas::label_map(const Box& given, const ImageView& classes, std::span<const Color> palette, float opacity) {
  const Box box = canvas::checked("label_map", given);
  State& s = *state_;
  canvas::check_bitmap("label_map", s, box, classes);
  canvas::checked_opacity("label_map", "the opacity", opacity);
  BitmapRecord record = canvas::place_bitmap(s, box, classes.size());
  record.nearest = 1;
  Bounds bounds;
  if (!canvas::bitmap_bounds(s, record, bounds)) return *this;
  Table table{};
  for (std::size_t i = 0; i < std::min<std::size_t>(palette.size(), table.size()); ++i)
    table.at(i) = table_word(palette[i], opacity);
  record.table = s.list.put(table);
  s.list.add(CommandType::colors, bounds, 0, canvas::put_bitmap(s, record, classes));
  return *this;
}

Canvas& Canvas::heat_map(const Box& given, const FloatGrid& values, const HeatMapStyle& style) {
  const Box box = canvas::checked("heat_map", given);
  if (box.angle_deg != 0) detail::invalid("Canvas::heat_map: the box must not be turned ({} degrees)", box.angle_deg);
  if (values.width < 0 || values.height < 0 || (values.data == nullptr && values.width > 0 && values.height > 0))
    detail::invalid("Canvas::heat_map: there are no values ({}x{})", values.width, values.height);
  const std::ptrdiff_t pitch = values.pitch == 0 ? values.width : values.pitch;
  if (pitch < values.width)
    detail::invalid("Canvas::heat_map: the pitch is shorter than a row ({} < {})", pitch, values.width);
  if (!std::isfinite(style.low) || !std::isfinite(style.high) || !(style.low < style.high))
    detail::invalid("Canvas::heat_map: low must be less than high ({}, {})", style.low, style.high);
  canvas::checked_opacity("heat_map", "the opacity", style.opacity);
  State& s = *state_;
  BitmapRecord record = canvas::place_bitmap(s, box, {values.width, values.height});
  Bounds bounds;
  if (!canvas::bitmap_bounds(s, record, bounds)) return *this;
  Table table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table.at(i) = table_word(canvas::map_color(style.map, static_cast<int>(i)),
                             style.fade_low ? style.opacity * static_cast<float>(i) / 255 : style.opacity);
  record.table = s.list.put(table);
  const auto row = static_cast<std::size_t>(values.width);
  const std::uint32_t bytes = s.list.reserve(row * static_cast<std::size_t>(values.height));
  auto* out = s.list.at<std::uint8_t>(bytes);
  const double scale = 255 / (static_cast<double>(style.high) - style.low);
  for (int y = 0; y < values.height; ++y)
    for (int x = 0; x < values.width; ++x) {
      const double v = (static_cast<double>(values.data[y * pitch + x]) - style.low) * scale;
      *out++ = static_cast<std::uint8_t>(v > 0 ? std::min(v, 255.0) + 0.5 : 0);  // what is not a number counts as low
    }
  const std::uint32_t where = s.list.put(record);
  s.list.fix(where, offsetof(BitmapRecord, data), Fixup::Kind::data, bytes);
  s.list.has_bitmaps = true;
  s.list.add(CommandType::colors, bounds, 0, where);
  return *this;
}

namespace {

// Where the anchor lies in a box of this size.
Vec anchor_in(Anchor anchor, double width, double height) {
  const int column = static_cast<int>(anchor) % 3;
  const int row = static_cast<int>(anchor) / 3;
  return {width * column / 2, height * row / 2};
}

}  // namespace

Canvas& Canvas::sprite(const Sprite& sprite, PointF position, const SpriteStyle& style) {
  const PointF at = canvas::checked("sprite", "the position", position);
  canvas::checked("sprite", "the angle", style.angle_deg);
  const float opacity = canvas::checked_opacity("sprite", "the opacity", style.opacity);
  if (style.size &&
      (style.size->width < 0 || style.size->height < 0 || style.size->width > 16384 || style.size->height > 16384))
    detail::invalid("Canvas::sprite: the size must be 0 to 16384 ({}x{})", style.size->width, style.size->height);
  if (sprite.empty()) return *this;
  const Size size = style.size.value_or(sprite.size());
  if (size.width == 0 || size.height == 0) return *this;
  State& s = *state_;
  const Vec origin = s.vec(at);
  const Vec anchor = anchor_in(style.anchor, size.width, size.height);
  const float angle = std::fmod(style.angle_deg, 360.0F);
  canvas::SpriteRecord r{};
  r.width = size.width;
  r.height = size.height;
  r.opacity = static_cast<std::uint32_t>(std::lround(opacity * 255));
  if (r.opacity == 0) return *this;
  Vec corner = origin - anchor;
  Bounds bounds;
  if (angle == 0 && style.anchor != Anchor::top_left) corner = {std::round(corner.x), std::round(corner.y)};
  if (angle == 0 && corner.x == std::floor(corner.x) && corner.y == std::floor(corner.y)) {
    r.upright = 1;
    r.shift_x = -static_cast<std::int32_t>(corner.x);
    r.shift_y = -static_cast<std::int32_t>(corner.y);
    bounds = canvas::bounds_of(corner.x, corner.y, corner.x + size.width, corner.y + size.height);
  } else {
    const canvas::Turn turn(origin, angle);
    const canvas::Turn back({0, 0}, -angle);
    Vec low{1e9, 1e9};
    Vec high{-1e9, -1e9};
    for (int i = 0; i < 4; ++i) {
      const Vec p = turn(corner + Vec{i % 2 == 0 ? 0.0 : size.width, i / 2 == 0 ? 0.0 : size.height});
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    bounds = canvas::bounds_of(low.x - 0.5, low.y - 0.5, high.x + 0.5, high.y + 0.5);
    const Vec x = back({1, 0});
    const Vec y = back({0, 1});
    const Vec start = back(origin * -1) + anchor;
    r.xx = static_cast<float>(x.x);
    r.xy = static_cast<float>(y.x);
    r.x0 = static_cast<float>(start.x);
    r.yx = static_cast<float>(x.y);
    r.yy = static_cast<float>(y.y);
    r.y0 = static_cast<float>(start.y);
  }
  if (!s.list.visible(bounds)) return *this;
  auto data = size == sprite.size() ? sprite.data() : sprite.data()->scaled(size, false);
  const std::uint32_t where = s.list.put(r);
  s.list.fix(where, offsetof(canvas::SpriteRecord, data), Fixup::Kind::sprite,
             static_cast<std::uint32_t>(s.list.sprites.size()));
  s.list.sprites.push_back(std::move(data));
  s.list.add(CommandType::sprite, bounds, 0, where);
  return *this;
}

}  // namespace retouch
