// Canvas's commands that read the frame: blurs and insets. Their work is a Step between drawings; what does not cover
// whole pixels is drawn from a picture that the step makes, through a shape.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "canvas/areas.hpp"
#include "canvas/state.hpp"
#include "core/check.hpp"

namespace retouch {

using canvas::Bounds;
using canvas::Command;
using canvas::CommandType;
using canvas::Fixup;
using canvas::PictureRecord;
using canvas::Step;
using canvas::Vec;

namespace {

// Feathered outlines that no formula describes become masks, with so many samples across the transition, but no more
// than one a pixel, and so many on a side.
constexpr double feathered_mask_steps = 16;
constexpr int feathered_mask_side = 4096;

Bounds bounds_of_shape(const Canvas::State& s, const Shape& shape) {
  const Box& box = shape.bounds();
  const Vec from = s.vec({box.left, box.top});
  const Vec to = from + Vec{box.width, box.height};
  if (box.angle_deg == 0) return canvas::bounds_of(from.x, from.y, to.x, to.y);
  const canvas::Turn turn((from + to) * 0.5, box.angle_deg);
  Vec low{1e9, 1e9};
  Vec high{-1e9, -1e9};
  for (const Vec& corner : {from, Vec{to.x, from.y}, to, Vec{from.x, to.y}}) {
    const Vec p = turn(corner);
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return canvas::bounds_of(low.x, low.y, high.x, high.y);
}

// Takes back what a call has recorded as one command: it becomes another's shape. Bounds that are empty: nothing was.
template <class Record>
Command as_clip(Canvas::State& s, Record&& record) {
  const std::size_t count = s.list.commands.size();
  record();
  if (s.list.commands.size() == count) return {};
  const Command command = s.list.commands.back();
  s.list.commands.resize(count);
  return command;
}

// A row of a mask's samples, `cell` apart from left + cell / 2 on: inside or not, and how far from the outline.
class MaskRow {
 public:
  MaskRow(const std::vector<Vec>& outline, FillRule rule, double left, double cell, int width)
      : outline_(outline), rule_(rule), left_(left), cell_(cell), distances_(static_cast<std::size_t>(width)) {}

  void write(double y, double feather, std::uint8_t* out) {
    const int width = static_cast<int>(distances_.size());
    std::fill(distances_.begin(), distances_.end(), feather * feather);
    crossings_.clear();
    for (std::size_t i = 0; i < outline_.size(); ++i) {
      const Vec a = outline_[i];
      const Vec b = outline_[(i + 1) % outline_.size()];
      if ((a.y <= y) != (b.y <= y))
        crossings_.push_back({a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y), a.y < b.y ? 1 : -1});
      measure(a, b, y, feather);
    }
    std::sort(crossings_.begin(), crossings_.end(), [](const auto& p, const auto& q) { return p.x < q.x; });
    std::size_t passed = 0;
    int winding = 0;
    for (int x = 0; x < width; ++x) {
      for (; passed < crossings_.size() && crossings_[passed].x < at(x); ++passed) winding += crossings_[passed].turn;
      const bool inside = rule_ == FillRule::nonzero ? winding != 0 : winding % 2 != 0;
      out[x] = inside ? static_cast<std::uint8_t>(
                            std::lround(255 * std::sqrt(distances_[static_cast<std::size_t>(x)]) / feather))
                      : std::uint8_t{0};
    }
  }

 private:
  struct Crossing {
    double x;
    int turn;
  };
  double at(int x) const { return left_ + (x + 0.5) * cell_; }
  int sample(double x) const {
    return static_cast<int>(std::clamp((x - left_) / cell_, 0.0, static_cast<double>(distances_.size())));
  }

  // Only what is near the edge: where it passes within `feather` of this row, and as much at both sides.
  void measure(Vec a, Vec b, double y, double feather) {
    if (std::min(a.y, b.y) > y + feather || std::max(a.y, b.y) < y - feather) return;
    const Vec d = b - a;
    const double squared = d.x * d.x + d.y * d.y;
    double from = 0;
    double to = 1;
    if (d.y != 0) {
      const double t0 = (y - feather - a.y) / d.y;
      const double t1 = (y + feather - a.y) / d.y;
      from = std::clamp(std::min(t0, t1), 0.0, 1.0);
      to = std::clamp(std::max(t0, t1), 0.0, 1.0);
    }
    const double x0 = a.x + d.x * from;
    const double x1 = a.x + d.x * to;
    const int end = std::min(sample(std::max(x0, x1) + feather) + 1, static_cast<int>(distances_.size()));
    for (int x = sample(std::min(x0, x1) - feather); x < end; ++x) {
      const Vec p{at(x), y};
      const double t = squared > 0 ? std::clamp(((p.x - a.x) * d.x + (p.y - a.y) * d.y) / squared, 0.0, 1.0) : 0.0;
      const Vec off = p - (a + d * t);
      double& least = distances_[static_cast<std::size_t>(x)];
      least = std::min(least, off.x * off.x + off.y * off.y);
    }
  }

  const std::vector<Vec>& outline_;
  FillRule rule_;
  double left_;
  double cell_;
  std::vector<double> distances_;  // squared
  std::vector<Crossing> crossings_;
};

// A polygon's inside, fading over `feather` pixels at its edge, as a mask of that part of its bounds that is visible.
Command feathered_mask(Canvas::State& s, const Shape& shape, double feather) {
  const Box& box = shape.bounds();
  const Vec origin = s.vec({0, 0});  // of the canvas, in list space
  const double left = std::max(std::floor(double{box.left}), s.list.clip.x0 - origin.x);
  const double top = std::max(std::floor(double{box.top}), s.list.clip.y0 - origin.y);
  const double width = std::min(std::ceil(double{box.right()}), s.list.clip.x1 - origin.x) - left;
  const double height = std::min(std::ceil(double{box.bottom()}), s.list.clip.y1 - origin.y) - top;
  if (!(width > 0 && height > 0)) return {};
  const double cell = std::max({1.0, feather / feathered_mask_steps, std::max(width, height) / feathered_mask_side});
  const Size size{static_cast<int>(std::ceil(width / cell)), static_cast<int>(std::ceil(height / cell))};
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
  std::vector<Vec> outline;
  for (const PointF& p : shape.points()) outline.push_back({p.x, p.y});
  MaskRow row(outline, shape.rule(), left, cell, size.width);
  for (int y = 0; y < size.height; ++y)
    row.write(top + (y + 0.5) * cell, feather,
              mask.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width));
  const ImageView view = ImageView::wrap(Device::cpu(), PixelFormat::gray8, size, mask.data(), size.width);
  const auto f = [](double v) { return static_cast<float>(v); };
  return as_clip(s, [&] {
    canvas::record_shape(s, Shape::mask({f(left), f(top), f(size.width * cell), f(size.height * cell)}, view),
                         0xFF000000U);
  });
}

Command soft_shape(Canvas::State& s, const Shape& shape, double feather) {
  const Box& box = shape.bounds();
  const Vec center = s.vec(box.center());
  const canvas::Turn turn({0, 0}, box.angle_deg);
  const Vec axis = turn({1, 0});
  const auto f = [](double v) { return static_cast<float>(v); };
  canvas::SoftRecord r{f(center.x),
                       f(center.y),
                       box.width / 2,
                       box.height / 2,
                       std::min(shape.radius_px(), std::min(box.width, box.height) / 2),
                       f(axis.x),
                       f(axis.y),
                       f(1 / feather),
                       shape.kind() == Shape::Kind::ellipse ? 1U : 0U,
                       {}};
  Bounds bounds = bounds_of_shape(s, shape);
  if (!(box.width > 0 && box.height > 0) || !s.list.visible(bounds)) return {};
  return canvas::DisplayList::make(CommandType::soft, bounds, 0xFF000000U, s.list.put(r));
}

// Records the drawing of what step number `step` makes of `region`, through `clip`.
void draw_picture(Canvas::State& s, std::size_t step, const Bounds& region, const Command& clip, PictureRecord r) {
  r.clip = s.list.put(clip);
  r.width = region.x1 - region.x0;
  r.height = region.y1 - region.y0;
  const std::uint32_t where = s.list.put(r);
  s.list.steps[step].fixups = static_cast<std::uint32_t>(s.list.fixups.size());
  for (int plane = 0; plane < plane_count(s.list.format); ++plane)
    s.list.fix(where, offsetof(PictureRecord, planes) + sizeof(void*) * static_cast<std::size_t>(plane),
               Fixup::Kind::picture, static_cast<std::uint32_t>(step), plane);
  s.list.add(CommandType::picture, {clip.x0, clip.y0, clip.x1, clip.y1}, 0xFF000000U, where);
}

// A region on the chroma grid, within the target.
Bounds on_chroma_grid(const canvas::DisplayList& list, Bounds b) {
  if (!is_subsampled(list.format)) return b;
  return {std::max(b.x0 & ~1, list.clip.x0), std::max(b.y0 & ~1, list.clip.y0), std::min((b.x1 + 1) & ~1, list.clip.x1),
          std::min((b.y1 + 1) & ~1, list.clip.y1)};
}

Rect rect_of(const Bounds& b) { return {b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0}; }

constexpr int widest_box = 255;  // of box_blur

// What a style does to a region of this size.
void set_strength(Step& step, const BlurStyle& style, Size size) {
  const auto set = [&](Step::Kind kind, float by_privacy) {
    step.kind = kind;
    step.strength = style.strength_px > 0 ? style.strength_px : by_privacy;
  };
  switch (style.method) {
    case BlurStyle::Method::box:
      // A box that were wide enough for a large region does not exist: the Gaussian hides as much.
      if (style.strength_px > 0 || box_size_for(style.privacy, size) <= widest_box)
        return set(Step::Kind::box, static_cast<float>(box_size_for(style.privacy, size)));
      break;
    case BlurStyle::Method::pixelate:
      return set(Step::Kind::pixelate, static_cast<float>(pixelate_cell_for(style.privacy, size)));
    case BlurStyle::Method::gaussian: break;
  }
  set(Step::Kind::gaussian, gaussian_sigma_for(style.privacy, size));
}

}  // namespace

Canvas& Canvas::blur(const Shape& shape, const BlurStyle& style) {
  canvas::checked_size("blur", "strength_px", style.strength_px);
  if (style.method == BlurStyle::Method::box && style.strength_px > widest_box)
    detail::invalid("Canvas::blur: a box blur's strength_px is at most {} ({})", widest_box, style.strength_px);
  double feather = canvas::checked_size("blur", "feather_px", style.feather_px);
  if (feather < 1e-3) feather = 0;  // its inverse must be a number
  if (style.method > BlurStyle::Method::pixelate || style.privacy > Privacy::high)
    detail::invalid("Canvas::blur: there is no such method or privacy ({}, {})", static_cast<int>(style.method),
                    static_cast<int>(style.privacy));
  if (shape.kind() == Shape::Kind::mask && feather > 0)
    throw Unsupported("Canvas::blur: a mask's own values are its edge; it takes no feather_px");
  State& s = *state_;
  const Box& box = shape.bounds();
  Bounds region = bounds_of_shape(s, shape);
  if (!(box.width > 0 && box.height > 0) || !s.list.visible(region)) return *this;
  // By the whole region's size, also where only a part of it is in the picture.
  const Size size{std::max(1, static_cast<int>(std::lround(box.width))),
                  std::max(1, static_cast<int>(std::lround(box.height)))};
  Step step;
  set_strength(step, style, size);
  step.strength = std::min(step.strength, 1e6F);
  step.before = static_cast<std::uint32_t>(s.list.commands.size());
  // A box blurs the pixels that it touches, all of them: half a face is still a face.
  step.in_place = shape.kind() == Shape::Kind::box && box.angle_deg == 0 && feather == 0;
  if (step.in_place) {
    step.region = rect_of(region);
    s.list.steps.push_back(step);
    return *this;
  }
  Command clip;
  if (feather > 0)
    clip = shape.kind() == Shape::Kind::polygon ? feathered_mask(s, shape, feather) : soft_shape(s, shape, feather);
  else
    clip = as_clip(s, [&] { canvas::record_shape(s, shape, 0xFF000000U); });
  // A shape's bounds leave room for its edge; beyond the region there is no picture to show through it.
  const auto within = [](std::int16_t v, int low, int high) {
    return static_cast<std::int16_t>(std::clamp<int>(v, low, high));
  };
  clip.x0 = within(clip.x0, region.x0, region.x1);
  clip.x1 = within(clip.x1, region.x0, region.x1);
  clip.y0 = within(clip.y0, region.y0, region.y1);
  clip.y1 = within(clip.y1, region.y0, region.y1);
  if (clip.x0 >= clip.x1 || clip.y0 >= clip.y1) return *this;
  region = on_chroma_grid(s.list, region);
  step.region = rect_of(region);
  s.list.steps.push_back(step);
  PictureRecord r{};
  r.plain = 1;
  // The picture begins on the chroma grid, also where the target does not.
  r.shift_x = -(is_subsampled(s.list.format) ? region.x0 & ~1 : region.x0);
  r.shift_y = -(is_subsampled(s.list.format) ? region.y0 & ~1 : region.y0);
  draw_picture(s, s.list.steps.size() - 1, region, clip, r);
  return *this;
}

Canvas& Canvas::inset(const Rect& from, const Box& to, const InsetStyle& style) {
  const Box box = canvas::checked("inset", to);
  const double border = canvas::checked_size("inset", "border_px", style.border_px);
  if (box.angle_deg != 0) detail::invalid("Canvas::inset: the box must not be turned ({} degrees)", box.angle_deg);
  if (from.width < 0 || from.height < 0)
    detail::invalid("Canvas::inset: the part's size must not be negative ({}x{})", from.width, from.height);
  State& s = *state_;
  const Rect part = intersect(from, s.target.bounds());
  if (part.empty() || !(box.width > 0 && box.height > 0)) return *this;
  const Vec corner = s.vec({box.left, box.top});
  // What of `from` lies outside the picture is left out, and its place in the box with it.
  const double x_zoom = box.width / static_cast<double>(from.width);
  const double y_zoom = box.height / static_cast<double>(from.height);
  const Vec shown =
      corner + Vec{(static_cast<double>(part.x) - from.x) * x_zoom, (static_cast<double>(part.y) - from.y) * y_zoom};
  const Command clip = as_clip(s, [&] {
    s.fill_rect(shown.x, shown.y, shown.x + part.width * x_zoom, shown.y + part.height * y_zoom, 0xFF000000U);
  });
  if (clip.x0 < clip.x1) {
    const Bounds exact{part.x + s.list.placement.shift_x, part.y + s.list.placement.shift_y,
                       part.x + s.list.placement.shift_x + part.width, part.y + s.list.placement.shift_y + part.height};
    const Bounds region = on_chroma_grid(s.list, exact);
    Step step;
    step.kind = Step::Kind::copy;
    step.in_place = false;
    step.before = static_cast<std::uint32_t>(s.list.commands.size());
    step.region = rect_of(region);
    s.list.steps.push_back(step);
    PictureRecord r{};
    const int left = is_subsampled(s.list.format) ? region.x0 & ~1 : region.x0;
    const int top = is_subsampled(s.list.format) ? region.y0 & ~1 : region.y0;
    r.x_scale = static_cast<float>(1 / x_zoom);
    r.x_start = static_cast<float>(exact.x0 - left - shown.x / x_zoom);
    r.y_scale = static_cast<float>(1 / y_zoom);
    r.y_start = static_cast<float>(exact.y0 - top - shown.y / y_zoom);
    draw_picture(s, s.list.steps.size() - 1, region, clip, r);
  }
  if (border > 0)
    s.border_rect(corner.x - border, corner.y - border, corner.x + box.width + border, corner.y + box.height + border,
                  border, s.list.color_word(style.border_color));
  return *this;
}

}  // namespace retouch
