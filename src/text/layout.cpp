// layout() and text_size(): checks, the cache, and where each glyph goes.
#include "text/layout.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/check.hpp"
#include "text/arena.hpp"
#include "text/cache.hpp"
#include "text/font.hpp"
#include "text/lines.hpp"
#include "text/recent.hpp"

namespace retouch {

namespace text {

namespace {

// Above, letters go to whole pixels: a quarter of one is not seen, and the pictures would be four times as many. Turned
// text shows it sooner, because its letters then miss a common baseline.
constexpr float phased_size_px = 40;
constexpr float phased_turned_size_px = 256;

void check_length(const char* name, float value, float most) {
  if (!(value >= 0 && value <= most)) detail::invalid("text: {} must be 0..{} ({})", name, most, value);
}

constexpr float widest = 1000;  // FreeType's strokes, in 16 bits
constexpr float farthest = 1e6F;

// What is not part of the cache's key, so that a text that is found there was not checked for it.
void check_beside_key(const TextStyle& style) {
  if (style.font.data() == nullptr) detail::invalid("text: the font was moved from");
  check_length("radius_px", style.radius_px, farthest);
  check_length("max_width_px", style.max_width_px, farthest);
  if (!std::isfinite(style.shadow_offset.x) || !std::isfinite(style.shadow_offset.y))
    detail::invalid("text: shadow_offset must be finite ({}, {})", style.shadow_offset.x, style.shadow_offset.y);
}

void check(const TextStyle& style) {
  if (!(style.size_px >= 1 && style.size_px <= 2000))
    detail::invalid("text: size_px must be 1..2000 ({})", style.size_px);
  check_length("outline_px", style.outline_px, widest);
  if (style.font.is_hershey() && !(style.thickness_px > 0 && style.thickness_px <= widest))
    detail::invalid("text: thickness_px must be more than 0 and at most {} ({})", widest, style.thickness_px);
  check_length("padding", style.padding.left, farthest);
  check_length("padding", style.padding.top, farthest);
  check_length("padding", style.padding.right, farthest);
  check_length("padding", style.padding.bottom, farthest);
  check_length("border_px", style.border_px, farthest);
  check_length("line_spacing", style.line_spacing, widest);
  if (!std::isfinite(style.angle_deg)) detail::invalid("text: angle_deg must be finite ({})", style.angle_deg);
}

/// Turns clockwise around the origin; exact for whole quarters of a turn.
struct Rotation {
  explicit Rotation(float angle_deg) {
    const double turned = std::fmod(static_cast<double>(angle_deg), 360.0);
    degrees = turned < 0 ? turned + 360 : turned;
    const double quarters = degrees / 90;
    if (quarters == std::floor(quarters)) {
      constexpr std::array<int, 5> sines = {0, 1, 0, -1, 0};
      const auto which = static_cast<std::size_t>(quarters) % 4;
      sine = sines[which];
      cosine = sines[which + 1];
    } else {
      sine = std::sin(degrees * std::numbers::pi / 180);
      cosine = std::cos(degrees * std::numbers::pi / 180);
    }
  }
  double degrees = 0;
  double sine = 0;
  double cosine = 1;
  bool turns() const { return degrees != 0; }
  double x(double px, double py) const { return cosine * px - sine * py; }
  double y(double px, double py) const { return sine * px + cosine * py; }
};

/// A coordinate as a pixel and quarters of one.
struct Split {
  std::int32_t pixel = 0;
  std::uint8_t quarters = 0;
};
Split split(double value, bool phased) {
  value = std::clamp(value, -1e8, 1e8);
  if (!phased) return {static_cast<std::int32_t>(std::floor(value + 0.5)), 0};
  const auto quarters = static_cast<std::int32_t>(std::floor(value * 4 + 0.5));
  return {quarters >> 2, static_cast<std::uint8_t>(quarters & 3)};
}

std::uint32_t in_64ths(float px) { return static_cast<std::uint32_t>(std::lround(px * 64)); }

// The top-left corner of the whole box, for the anchor at the origin.
PointF corner(const TextExtents& extents, Anchor anchor, const Rotation& rotation) {
  const unsigned column = static_cast<unsigned>(anchor) % 3;
  const unsigned row = static_cast<unsigned>(anchor) / 3;
  const float x = -extents.box_width * static_cast<float>(column) / 2;
  const float y = -extents.box_height * static_cast<float>(row) / 2;
  // Upright text and its box stay on whole rows.
  return {x, rotation.turns() ? y : std::round(y)};
}

struct Scratch {
  Block block;
  std::vector<WantedGlyph> fill;
  std::vector<WantedGlyph> outline;
};

void want(const Block& block, const TextStyle& style, int x_fraction, Scratch& scratch, Layout& layout) {
  const Rotation rotation(style.angle_deg);
  const PointF box = corner(block.extents, style.anchor, rotation);
  const float left = box.x + style.border_px + style.padding.left;
  const float top = box.y + style.border_px + style.padding.top;
  const bool phased = style.size_px < (rotation.turns() ? phased_turned_size_px : phased_size_px);
  GlyphKey key;
  key.size = in_64ths(style.size_px);
  key.angle = static_cast<std::uint16_t>(std::lround(rotation.degrees * 64) % (360 * 64));
  const Setting setting(style);
  const std::uint32_t strokes = GlyphKey::hershey_face + in_64ths(setting.thickness_px);
  const auto rim = static_cast<std::uint16_t>(in_64ths(style.outline_px));
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    const Line& line = block.lines[i];
    float baseline = top + block.extents.ascent + static_cast<float>(i) * block.line_distance;
    if (!rotation.turns()) baseline = std::round(baseline);
    for (std::size_t g = line.begin; g < line.end; ++g) {
      const ShapedGlyph& glyph = block.glyphs[g];
      const double px = left + line.x + glyph.x;
      const double py = baseline + glyph.y;
      const Split x = split(rotation.x(px, py) + x_fraction / 4.0, phased);
      const Split y = split(rotation.y(px, py), phased && rotation.turns());
      key.face = glyph.face != nullptr ? glyph.face->id() : strokes;
      key.glyph = glyph.glyph;
      key.phase_x = x.quarters;
      key.phase_y = y.quarters;
      key.outline = 0;
      scratch.fill.push_back({key, glyph.face, x.pixel, y.pixel});
      if (rim == 0) continue;
      key.outline = rim;
      scratch.outline.push_back({key, glyph.face, x.pixel, y.pixel});
    }
  }
  const double center_x = box.x + block.extents.box_width / 2;
  const double center_y = box.y + block.extents.box_height / 2;
  layout.box_center = {static_cast<float>(rotation.x(center_x, center_y)),
                       static_cast<float>(rotation.y(center_x, center_y))};
}

Scratch& thread_scratch() {
  thread_local Scratch scratch;
  scratch.fill.clear();
  scratch.outline.clear();
  return scratch;
}

}  // namespace

namespace {

StyleKey checked_key(const TextStyle& style, int x_fraction) {
  check_beside_key(style);
  if (x_fraction < 0 || x_fraction > 3) detail::invalid("text: x_fraction must be 0..3 ({})", x_fraction);
  return {style, x_fraction};
}

// Of the cache, or made.
std::shared_ptr<const Layout> layout_of(std::string_view utf8, const TextStyle& style, const StyleKey& key,
                                        int x_fraction) {
  const std::uint64_t key_hash = hash(key, utf8);
  if (auto found = LayoutCache::instance().find(key, utf8, key_hash)) return found;
  check(style);
  Scratch& scratch = thread_scratch();
  compose(utf8, style, scratch.block);
  auto made = std::make_shared<Layout>();
  made->extents = scratch.block.extents;
  if (made->extents.lines > 0) want(scratch.block, style, x_fraction, scratch, *made);
  GlyphStore::instance().place(scratch.fill, scratch.outline, *made);
  LayoutCache::instance().insert(key, utf8, key_hash, made);
  return made;
}

}  // namespace

std::shared_ptr<const Layout> layout(std::string_view utf8, const TextStyle& style, int x_fraction) {
  return layout_of(utf8, style, checked_key(style, x_fraction), x_fraction);
}

std::shared_ptr<const Layout> RecentLayouts::layout(std::string_view utf8, const TextStyle& style, int x_fraction) {
  const StyleKey key = checked_key(style, x_fraction);
  if (utf8.size() > longest || next_ == most) return layout_of(utf8, style, key, x_fraction);
  if (next_ == entries_.size()) entries_.emplace_back();
  Entry& entry = entries_[next_++];
  if (++entry.frames < frames_unasked && entry.text == utf8 && entry.style == key)
    if (auto known = entry.layout.lock(); known && known->arena->generation() == GlyphStore::instance().generation())
      return known;
  auto found = layout_of(utf8, style, key, x_fraction);
  entry.style = key;
  entry.text = utf8;
  entry.layout = found;
  entry.frames = 0;
  return found;
}

Statistics statistics() {
  const GlyphStore& store = GlyphStore::instance();
  const LayoutCache::Counts labels = LayoutCache::instance().counts();
  return {store.clock(), labels.found, store.glyphs_made(), store.generations(), labels.layouts, labels.bytes};
}

void set_limits(const Limits& limits) {
  LayoutCache::instance().set_limit(limits.layout_bytes);
  GlyphStore::instance().set_capacity(limits.glyph_bytes);
}

}  // namespace text

TextExtents text_size(std::string_view utf8, const TextStyle& style) {
  text::check_beside_key(style);
  const text::StyleKey key(style, 0);
  if (const auto found = text::LayoutCache::instance().find(key, utf8, text::hash(key, utf8))) return found->extents;
  text::check(style);
  text::Block& block = text::thread_scratch().block;
  text::compose(utf8, style, block);
  return block.extents;
}

}  // namespace retouch
