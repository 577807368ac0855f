// Objects as commands of a canvas: what each gets, in which colours, and where the labels go.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "canvas/label_placement.hpp"
#include "canvas/state.hpp"
#include "core/check.hpp"
#include "retouch/object_style.hpp"

namespace retouch {
namespace {

struct Drawn {
  const Object* object = nullptr;
  const ObjectStyle* style = nullptr;
  std::optional<Color> color;  // of the palette, when it is not in the style already
  Box box;                     // padded
};

struct Label {
  const Drawn* drawn = nullptr;
  std::size_t begin = 0;  // in Scratch::text; ends where the next one begins
  std::size_t end = 0;
};

// Kept from frame to frame, one for each thread.
struct Scratch {
  std::vector<Drawn> drawn;
  std::vector<ObjectStyle> hooked;
  std::vector<std::pair<std::int64_t, const Object*>> parents;
  std::string text;
  std::vector<Label> labels;
  std::vector<canvas::LabelRequest> requests;
  std::vector<PointF> corners;
  canvas::LabelPlacer placer;
  std::string class_key;
  TextStyle text_style;
};

// Forgets what one command has recorded when it fails half-way.
class AllOrNothing {
 public:
  explicit AllOrNothing(canvas::DisplayList& list)
      : list_(&list),
        commands_(list.commands.size()),
        data_(list.data.size()),
        fixups_(list.fixups.size()),
        steps_(list.steps.size()),
        sprites_(list.sprites.size()),
        arenas_(list.arenas.size()) {}
  ~AllOrNothing() {
    if (list_ == nullptr) return;
    shorten(list_->commands, commands_);
    shorten(list_->data, data_);
    shorten(list_->fixups, fixups_);
    shorten(list_->steps, steps_);
    shorten(list_->sprites, sprites_);
    shorten(list_->arenas, arenas_);
  }
  AllOrNothing(const AllOrNothing&) = delete;
  AllOrNothing& operator=(const AllOrNothing&) = delete;
  void keep() { list_ = nullptr; }

 private:
  template <class T>
  static void shorten(std::vector<T>& list, std::size_t size) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(size), list.end());
  }
  canvas::DisplayList* list_;
  std::size_t commands_, data_, fixups_, steps_, sprites_, arenas_;
};

// A hook may draw on a second canvas: it finds none here and makes its own.
class BorrowedScratch {
 public:
  BorrowedScratch() : scratch_(std::move(kept())) {
    if (!scratch_) scratch_ = std::make_unique<Scratch>();
  }
  ~BorrowedScratch() { kept() = std::move(scratch_); }
  BorrowedScratch(const BorrowedScratch&) = delete;
  BorrowedScratch& operator=(const BorrowedScratch&) = delete;
  Scratch* operator->() { return scratch_.get(); }
  Scratch& operator*() { return *scratch_; }

 private:
  static std::unique_ptr<Scratch>& kept() {
    thread_local std::unique_ptr<Scratch> scratch;
    return scratch;
  }
  std::unique_ptr<Scratch> scratch_;
};

void check_object(const char* op, const Object& object) {
  const Box& b = object.box;
  if (!std::isfinite(b.left) || !std::isfinite(b.top) || !std::isfinite(b.width) || !std::isfinite(b.height) ||
      !std::isfinite(b.angle_deg) || b.width < 0 || b.height < 0)
    detail::invalid(
        "{}: the box of object {} '{}' needs finite coordinates and a size that is not negative (left {}, top {}, "
        "width "
        "{}, height {}, angle_deg {})",
        op, object.id, object.label, b.left, b.top, b.width, b.height, b.angle_deg);
  if (!object.mask) return;
  const ObjectMask& m = *object.mask;
  if (m.size.width < 0 || m.size.height < 0 ||
      m.pixels.size() != static_cast<std::size_t>(m.size.width) * static_cast<std::size_t>(m.size.height))
    detail::invalid("{}: the mask of object {} '{}' has {} pixels for a size of {} x {}", op, object.id, object.label,
                    m.pixels.size(), m.size.width, m.size.height);
}

// Grown on each side, along its own axes when it is turned; what is shrunk to nothing has no size.
Box grown(const Box& box, const Padding& by) {
  if (by == Padding{}) return box;
  const float width = std::max(0.0F, box.width + by.left + by.right);
  const float height = std::max(0.0F, box.height + by.top + by.bottom);
  const float x = (by.right - by.left) / 2;
  const float y = (by.bottom - by.top) / 2;
  const float angle = box.angle_deg * std::numbers::pi_v<float> / 180;
  const float c = box.angle_deg == 0 ? 1 : std::cos(angle);
  const float s = box.angle_deg == 0 ? 0 : std::sin(angle);
  const PointF center{box.center().x + x * c - y * s, box.center().y + x * s + y * c};
  return {center.x - width / 2, center.y - height / 2, width, height, box.angle_deg};
}

Box upright(const Box& box) {
  if (box.angle_deg == 0) return box;
  const float angle = box.angle_deg * std::numbers::pi_v<float> / 180;
  const float c = std::abs(std::cos(angle));
  const float s = std::abs(std::sin(angle));
  const float width = box.width * c + box.height * s;
  const float height = box.width * s + box.height * c;
  return {box.center().x - width / 2, box.center().y - height / 2, width, height, 0};
}

// How far the border reaches beyond the box.
float outset(const std::optional<BoxStyle>& style) {
  if (!style) return 0;
  switch (style->placement) {
    case BorderPlacement::inside: break;
    case BorderPlacement::centered: return style->thickness / 2;
    case BorderPlacement::outside: return style->thickness;
  }
  return 0;
}

bool meets(const Box& box, Size target) {
  return box.right() >= 0 && box.bottom() >= 0 && box.left <= static_cast<float>(target.width) &&
         box.top <= static_cast<float>(target.height);
}

// The palette's colour with the style's alpha.
Color with_alpha_of(Color color, Color style) {
  color.a = static_cast<std::uint8_t>((color.a * style.a + 127) / 255);
  return color;
}

// Black or white, whatever stands out more from the colour.
Color letters_on(Color background) {
  const int luma = (299 * background.r + 587 * background.g + 114 * background.b) / 1000;
  return luma >= 140 ? Color{0, 0, 0, 255} : Color{255, 255, 255, 255};
}

void recolor(BoxStyle& style, Color color) {
  style.color = with_alpha_of(color, style.color);
  if (style.fill) style.fill = with_alpha_of(color, *style.fill);
}

void recolor(TextStyle& style, Color color) {
  constexpr int hardly_visible = 128;
  if (style.background && style.background->a >= hardly_visible) {
    style.background = with_alpha_of(color, *style.background);
    style.color = with_alpha_of(letters_on(color), style.color);
  } else {
    style.color = with_alpha_of(color, style.color);
  }
}

void recolor(ObjectStyle& style, Color color) {
  if (style.box) recolor(*style.box, color);
  if (style.label) recolor(style.label->text, color);
  if (style.dot) style.dot->color = with_alpha_of(color, style.dot->color);
  if (style.mask) style.mask->color = with_alpha_of(color, style.mask->color);
  if (!style.keypoints) return;
  style.keypoints->color = with_alpha_of(color, style.keypoints->color);
  style.keypoints->edge_color = with_alpha_of(color, style.keypoints->edge_color);
}

// A part of a style in the object's colour.
template <class Part>
Part colored(Part part, const std::optional<Color>& color) {
  if (!color) return part;
  if constexpr (std::is_same_v<Part, BoxStyle>)
    recolor(part, *color);
  else
    part.color = with_alpha_of(*color, part.color);
  return part;
}

const ObjectStyle* style_of_class(const Object& object, const ObjectsStyle& style, std::string& key) {
  if (style.classes.empty()) return nullptr;
  if (!object.source.empty()) {
    key.assign(object.source).append(1, '.').append(object.label);
    if (const auto found = style.classes.find(key); found != style.classes.end()) return &found->second;
  }
  const auto found = style.classes.find(object.label);
  return found == style.classes.end() ? nullptr : &found->second;
}

void resolve_styles(std::span<const Object> objects, const ObjectsStyle& style, Scratch& scratch) {
  scratch.drawn.clear();
  scratch.drawn.reserve(objects.size());
  // Not resized later: the entries are pointed at.
  if (style.hook && scratch.hooked.size() < objects.size()) scratch.hooked.resize(objects.size());
  for (const Object& object : objects) {
    Drawn drawn{&object, style_of_class(object, style, scratch.class_key), {}, {}};
    if (drawn.style == nullptr) {
      if (style.only_listed) continue;
      drawn.style = &style.style;
      if (style.palette) drawn.color = style.palette->color(object);
    }
    if (style.hook) {
      ObjectStyle& own = scratch.hooked[scratch.drawn.size()];
      own = *drawn.style;
      if (drawn.color) recolor(own, *drawn.color);
      style.hook(object, own);
      drawn.style = &own;
      drawn.color.reset();
    }
    drawn.box = grown(object.box, drawn.style->padding);
    scratch.drawn.push_back(drawn);
  }
}

const Object* parent_of(const Object& object, const Scratch& scratch) {
  if (!object.parent_id) return nullptr;
  const auto found = std::lower_bound(
      scratch.parents.begin(), scratch.parents.end(), *object.parent_id,
      [](const std::pair<std::int64_t, const Object*>& one, std::int64_t id) { return one.first < id; });
  return found != scratch.parents.end() && found->first == *object.parent_id ? found->second : nullptr;
}

void find_parents(std::span<const Object> objects, Scratch& scratch) {
  scratch.parents.clear();
  const bool wanted = std::any_of(scratch.drawn.begin(), scratch.drawn.end(), [](const Drawn& drawn) {
    return drawn.style->label && drawn.style->label->format.uses_parent();
  });
  if (!wanted) return;
  for (const Object& object : objects) scratch.parents.emplace_back(object.id, &object);
  std::sort(scratch.parents.begin(), scratch.parents.end());
}

void place_labels(Size target, LabelOverlap overlap, Scratch& scratch) {
  scratch.text.clear();
  scratch.labels.clear();
  scratch.requests.clear();
  for (const Drawn& drawn : scratch.drawn) {
    if (!drawn.style->label) continue;
    const ObjectLabel& label = *drawn.style->label;
    const float border = outset(drawn.style->box);
    const Box outer = grown(upright(drawn.box), {border, border, border, border});
    if (!meets(outer, target)) continue;
    const std::size_t begin = scratch.text.size();
    label.format.append_to(scratch.text, *drawn.object, parent_of(*drawn.object, scratch));
    if (scratch.text.size() == begin) continue;
    const TextExtents extents = text_size(std::string_view(scratch.text).substr(begin), label.text);
    scratch.labels.push_back({&drawn, begin, scratch.text.size()});
    scratch.requests.push_back(
        {outer, std::round(extents.box_width), std::round(extents.box_height), label.position, label.offset});
  }
  scratch.placer.place(target, scratch.requests, overlap, scratch.corners);
}

void draw_blur(Canvas& canvas, const Drawn& drawn) {
  if (!drawn.style->blur) return;
  const ObjectBlur& blur = *drawn.style->blur;
  const Box box = grown(drawn.object->box, blur.padding);
  if (box.width <= 0 || box.height <= 0) return;
  canvas.blur(blur.ellipse ? Shape::ellipse(box) : Shape::box(box), blur.blur);
}

void draw_body(Canvas& canvas, const Drawn& drawn) {
  const Object& object = *drawn.object;
  const ObjectStyle& style = *drawn.style;
  if (style.mask && object.mask && !object.mask->pixels.empty()) {
    const ObjectMask& mask = *object.mask;
    // The view is only read from.
    auto* pixels = const_cast<std::uint8_t*>(mask.pixels.data());
    canvas.mask(upright(object.box),
                ImageView::wrap(Device::cpu(), PixelFormat::gray8, mask.size, pixels, mask.size.width),
                colored(*style.mask, drawn.color));
  }
  if (style.box) canvas.box(drawn.box, colored(*style.box, drawn.color));
  if (style.keypoints && !object.landmarks.empty()) {
    const ObjectKeypoints& points = *style.keypoints;
    KeypointStyle look{points.color, points.radius_px, points.edges, points.edge_color, points.edge_thickness};
    if (drawn.color) {
      look.color = with_alpha_of(*drawn.color, look.color);
      look.edge_color = with_alpha_of(*drawn.color, look.edge_color);
    }
    canvas.keypoints(object.landmarks, look);
  }
}

void draw_label(Canvas& canvas, const Label& label, PointF corner, Scratch& scratch) {
  scratch.text_style = label.drawn->style->label->text;
  scratch.text_style.anchor = Anchor::top_left;
  if (label.drawn->color) recolor(scratch.text_style, *label.drawn->color);
  canvas.text(std::string_view(scratch.text).substr(label.begin, label.end - label.begin), corner, scratch.text_style);
}

}  // namespace

Canvas& Canvas::label(const Object& object, const LabelStyle& style) {
  check_object("Canvas::label", object);
  const LabelFormat format(style.format);
  const Box box = upright(object.box);
  if (!meets(box, size())) return *this;
  BorrowedScratch scratch;
  scratch->text.clear();
  format.append_to(scratch->text, object);
  if (scratch->text.empty()) return *this;
  scratch->text_style = style.text;
  scratch->text_style.anchor = Anchor::top_left;
  const TextExtents extents = text_size(scratch->text, scratch->text_style);
  const canvas::LabelRequest request{
      box, std::round(extents.box_width), std::round(extents.box_height), LabelPosition::above, {}};
  scratch->placer.place(size(), {&request, 1}, LabelOverlap::allowed, scratch->corners);
  return text(scratch->text, scratch->corners.front(), scratch->text_style);
}

Canvas& Canvas::draw(std::span<const Object> objects, const ObjectsStyle& style) {
  for (const Object& object : objects) check_object("Canvas::draw", object);
  AllOrNothing recorded(state_->list);
  BorrowedScratch scratch;
  resolve_styles(objects, style, *scratch);
  find_parents(objects, *scratch);
  place_labels(size(), style.label_overlap, *scratch);
  for (const Drawn& drawn : scratch->drawn) draw_blur(*this, drawn);
  for (const Drawn& drawn : scratch->drawn) draw_body(*this, drawn);
  std::size_t next = 0;  // labels are in the order of drawn, some have none
  for (const Drawn& drawn : scratch->drawn) {
    if (next < scratch->labels.size() && scratch->labels[next].drawn == &drawn) {
      draw_label(*this, scratch->labels[next], scratch->corners[next], *scratch);
      ++next;
    }
    if (drawn.style->dot) dot(drawn.box.center(), colored(*drawn.style->dot, drawn.color));
  }
  recorded.keep();
  return *this;
}

Canvas& Canvas::draw(std::span<const Object> objects) {
  static const auto* const common = new ObjectsStyle;
  return draw(objects, *common);
}

}  // namespace retouch
