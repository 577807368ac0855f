// Styles: plain structs of options. A struct's fields are listed once; of that list are made the Python class with its
// keyword constructor, and the keyword arguments of the function that takes the style.
#pragma once

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "anonymize.hpp"
#include "choice.hpp"
#include "retouch/canvas.hpp"
#include "values.hpp"

namespace retouch::python {

template <>
struct Names<BorderPlacement> {
  static constexpr const char* type = "BorderPlacement";
  static constexpr std::array<Named<BorderPlacement>, 3> table{{{BorderPlacement::inside, "inside"},
                                                                {BorderPlacement::centered, "centered"},
                                                                {BorderPlacement::outside, "outside"}}};
};
template <>
struct Names<FillRule> {
  static constexpr const char* type = "FillRule";
  static constexpr std::array<Named<FillRule>, 2> table{
      {{FillRule::even_odd, "even_odd"}, {FillRule::nonzero, "nonzero"}}};
};
template <>
struct Names<Anchor> {
  static constexpr const char* type = "Anchor";
  static constexpr std::array<Named<Anchor>, 9> table{{{Anchor::top_left, "top_left"},
                                                       {Anchor::top, "top"},
                                                       {Anchor::top_right, "top_right"},
                                                       {Anchor::left, "left"},
                                                       {Anchor::center, "center"},
                                                       {Anchor::right, "right"},
                                                       {Anchor::bottom_left, "bottom_left"},
                                                       {Anchor::bottom, "bottom"},
                                                       {Anchor::bottom_right, "bottom_right"}}};
};
template <>
struct Names<TextAlign> {
  static constexpr const char* type = "TextAlign";
  static constexpr std::array<Named<TextAlign>, 3> table{
      {{TextAlign::left, "left"}, {TextAlign::center, "center"}, {TextAlign::right, "right"}}};
};
template <>
struct Names<TextOverflow> {
  static constexpr const char* type = "TextOverflow";
  static constexpr std::array<Named<TextOverflow>, 3> table{
      {{TextOverflow::none, "none"}, {TextOverflow::ellipsis, "ellipsis"}, {TextOverflow::wrap, "wrap"}}};
};
template <>
struct Names<ColorMap> {
  static constexpr const char* type = "ColorMap";
  static constexpr std::array<Named<ColorMap>, 5> table{{{ColorMap::gray, "gray"},
                                                         {ColorMap::jet, "jet"},
                                                         {ColorMap::turbo, "turbo"},
                                                         {ColorMap::viridis, "viridis"},
                                                         {ColorMap::inferno, "inferno"}}};
};
template <>
struct Names<BlurStyle::Method> {
  static constexpr const char* type = "BlurMethod";
  static constexpr std::array<Named<BlurStyle::Method>, 3> table{{{BlurStyle::Method::gaussian, "gaussian"},
                                                                  {BlurStyle::Method::box, "box"},
                                                                  {BlurStyle::Method::pixelate, "pixelate"}}};
};

/// (dash_px, gap_px); None is a continuous stroke.
struct DashArg {
  Dash dash{};
  operator Dash() const { return dash; }
};

// How Python gives a value of type T.
template <class T>
struct ArgumentOf {
  using type = T;
};
template <>
struct ArgumentOf<Color> {
  using type = ColorArg;
};
template <>
struct ArgumentOf<PointF> {
  using type = PointArg;
};
template <>
struct ArgumentOf<Size> {
  using type = SizeArg;
};
template <>
struct ArgumentOf<Padding> {
  using type = PaddingArg;
};
template <>
struct ArgumentOf<Dash> {
  using type = DashArg;
};
template <class T>
requires std::is_enum_v<T>
struct ArgumentOf<T> {
  using type = Choice<T>;
};
template <class T>
struct ArgumentOf<std::optional<T>> {
  using type = std::optional<typename ArgumentOf<T>::type>;
};
template <class T>
using argument_of = typename ArgumentOf<T>::type;

template <class T>
argument_of<T> to_argument(const T& value) {
  return argument_of<T>{value};
}
template <class T>
std::optional<argument_of<T>> to_argument(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return argument_of<T>{*value};
}
template <class T>
T from_argument(const argument_of<T>& given) {
  if constexpr (requires {
                  typename T::value_type;
                  given.has_value();
                }) {
    if (!given) return std::nullopt;
    return static_cast<typename T::value_type>(*given);
  } else {
    return static_cast<T>(given);
  }
}

template <class S, class T>
struct Field {
  using type = T;
  const char* name;
  T S::*member;
  const char* doc;
};

/// Specialised for each style: `list()`, a tuple of its Fields.
template <class S>
struct Fields;

template <class S>
inline constexpr auto fields = Fields<S>::list();
template <class S>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(Fields<S>::list())>;
template <class S, std::size_t I>
using field_type = typename std::tuple_element_t<I, decltype(Fields<S>::list())>::type;

template <class S, std::size_t I>
auto field_argument() {
  const auto field = std::get<I>(fields<S>);
  return nb::arg(field.name) = to_argument(S{}.*(field.member));
}

template <class S, std::size_t... I>
std::string fields_doc(std::index_sequence<I...>) {
  std::string text;
  ((text += std::string("\n    ") + std::get<I>(fields<S>).name + ": " + std::get<I>(fields<S>).doc), ...);
  return text;
}
template <class S>
std::string fields_doc() {
  return fields_doc<S>(std::make_index_sequence<field_count<S>>());
}

/// The style of the arguments, in the order of the fields.
template <class S, std::size_t... I>
S style_of(std::index_sequence<I...>, const argument_of<field_type<S, I>>&... given) {
  S style{};
  ((style.*(std::get<I>(fields<S>).member) = from_argument<field_type<S, I>>(given)), ...);
  return style;
}

template <class S, std::size_t... I>
nb::class_<S> bind_style(nb::module_& m, const char* name, const char* doc, std::index_sequence<I...> all) {
  nb::class_<S> style(m, name, doc);
  style.def(
      "__init__",
      [all](S* self, const argument_of<field_type<S, I>>&... given) { new (self) S(style_of<S>(all, given...)); },
      nb::kw_only(), field_argument<S, I>()...);
  style.def(
      "__copy__", [](const S& self) { return S(self); }, nb::lock_self());
  const auto property = [&]<class T>(const Field<S, T>& field) {
    style.def_prop_rw(
        field.name, [member = field.member](const S& self) { return to_argument(self.*member); },
        [member = field.member](S& self, const argument_of<T>& value) { self.*member = from_argument<T>(value); },
        locked_get, locked_set, field.doc);
  };
  (property(std::get<I>(fields<S>)), ...);
  return style;
}
/// The class of a style, with a property for each field.
template <class S>
nb::class_<S> bind_style(nb::module_& m, const char* name, const char* doc) {
  return bind_style<S>(m, name, doc, std::make_index_sequence<field_count<S>>());
}

#define RETOUCH_FIELD(S, member, doc) (Field<S, decltype(S::member)>{#member, &S::member, doc})

template <>
struct Fields<BoxStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(BoxStyle, color, "of the border"),
        RETOUCH_FIELD(BoxStyle, thickness, "of the border, in pixels; 0 = none"),
        RETOUCH_FIELD(BoxStyle, placement, "of the border: inside, centered on or outside the outline"),
        RETOUCH_FIELD(BoxStyle, fill, "a colour inside"),
        RETOUCH_FIELD(BoxStyle, radius_px, "of rounded corners (of the outer edge)"),
        RETOUCH_FIELD(BoxStyle, corner_px, "only the corners are drawn, arms of this length; 0 = the whole border"),
        RETOUCH_FIELD(BoxStyle, dash, "(dash_px, gap_px) of a border that is interrupted")};
  }
};
template <>
struct Fields<LineStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(LineStyle, color, "of the line"), RETOUCH_FIELD(LineStyle, thickness, "in pixels"),
                      RETOUCH_FIELD(LineStyle, dash, "(dash_px, gap_px) of a line that is interrupted")};
  }
};
template <>
struct Fields<ShapeStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(ShapeStyle, fill, "a colour inside"),
                      RETOUCH_FIELD(ShapeStyle, color, "of the outline"),
                      RETOUCH_FIELD(ShapeStyle, thickness, "of the outline, centred on the edge; 0 = none"),
                      RETOUCH_FIELD(ShapeStyle, rule, "what is inside of an outline that crosses itself")};
  }
};
template <>
struct Fields<ArrowStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(ArrowStyle, color, "of the arrow"), RETOUCH_FIELD(ArrowStyle, thickness, "of its line"),
        RETOUCH_FIELD(ArrowStyle, head_px, "length of the head; 0 = 4 times the thickness, at most half the arrow")};
  }
};
template <>
struct Fields<DotStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(DotStyle, color, "of the dot"), RETOUCH_FIELD(DotStyle, radius_px, "of the dot"),
                      RETOUCH_FIELD(DotStyle, outline_px, "width of a ring around it"),
                      RETOUCH_FIELD(DotStyle, outline_color, "of the ring")};
  }
};
template <>
struct Fields<CrossStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(CrossStyle, color, "of the cross"), RETOUCH_FIELD(CrossStyle, size_px, "from end to end"),
        RETOUCH_FIELD(CrossStyle, thickness, "of its lines"), RETOUCH_FIELD(CrossStyle, diagonal, "x instead of +")};
  }
};
template <>
struct Fields<TriangleStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(TriangleStyle, color, "of the triangle"),
        RETOUCH_FIELD(TriangleStyle, width_px, "of its base"),
        RETOUCH_FIELD(TriangleStyle, height_px, "from tip to base"),
        RETOUCH_FIELD(TriangleStyle, outline_px, "width of an outline"),
        RETOUCH_FIELD(TriangleStyle, outline_color, "of the outline"),
        RETOUCH_FIELD(TriangleStyle, angle_deg, "clockwise around the tip; 0 = it points down, from above")};
  }
};
template <>
struct Fields<TraceStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(TraceStyle, color, "of the newest end"),
                      RETOUCH_FIELD(TraceStyle, thickness, "of the line"),
                      RETOUCH_FIELD(TraceStyle, oldest_opacity, "0..1, of the oldest end")};
  }
};
template <>
struct Fields<ProgressStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(ProgressStyle, color, "of the part that is done"),
                      RETOUCH_FIELD(ProgressStyle, background, "of the rest"),
                      RETOUCH_FIELD(ProgressStyle, radius_px, "of rounded corners"),
                      RETOUCH_FIELD(ProgressStyle, border_px, "width of a border"),
                      RETOUCH_FIELD(ProgressStyle, border_color, "of the border"),
                      RETOUCH_FIELD(ProgressStyle, vertical, "grows upwards instead of to the right")};
  }
};
template <>
struct Fields<GridStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(GridStyle, color, "of the lines"), RETOUCH_FIELD(GridStyle, step_x, "from line to line"),
        RETOUCH_FIELD(GridStyle, step_y, "from line to line"), RETOUCH_FIELD(GridStyle, thickness, "of the lines")};
  }
};
template <>
struct Fields<MaskStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(MaskStyle, color, "of what the mask covers"),
                      RETOUCH_FIELD(MaskStyle, opacity, "0..1, times the colour's alpha"),
                      RETOUCH_FIELD(MaskStyle, threshold,
                                    "0: the mask's value is the coverage; 1..255: covered where it is at least this")};
  }
};
template <>
struct Fields<HeatMapStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(HeatMapStyle, low, "this value and less: the map's first colour"),
        RETOUCH_FIELD(HeatMapStyle, high, "this value and more: its last"),
        RETOUCH_FIELD(HeatMapStyle, map, "the colours"), RETOUCH_FIELD(HeatMapStyle, opacity, "0..1"),
        RETOUCH_FIELD(HeatMapStyle, fade_low, "opacity grows from 0 at `low`, else it is the same everywhere")};
  }
};
template <>
struct Fields<SpriteStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(SpriteStyle, size, "scaled to this; None = as it is"),
                      RETOUCH_FIELD(SpriteStyle, angle_deg, "clockwise around the position"),
                      RETOUCH_FIELD(SpriteStyle, opacity, "0..1"),
                      RETOUCH_FIELD(SpriteStyle, anchor, "which point of the picture lies on the position")};
  }
};
template <>
struct Fields<InsetStyle> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(InsetStyle, border_px, "width of a border"),
                      RETOUCH_FIELD(InsetStyle, border_color, "of the border")};
  }
};
template <>
struct Fields<BlurStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(BlurStyle, method, "gaussian, box or pixelate"),
        RETOUCH_FIELD(BlurStyle, privacy, "low, medium or high: how little is left; used while strength_px is 0"),
        RETOUCH_FIELD(BlurStyle, strength_px,
                      "sigma (gaussian), the window's side (box), the cell's (pixelate); 0 = by `privacy`"),
        RETOUCH_FIELD(BlurStyle, feather_px, "width of the transition at the shape's edge, inside it")};
  }
};
template <>
struct Fields<TextStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(TextStyle, font, "what it is set in"),
        RETOUCH_FIELD(TextStyle, size_px, "of the font's em square; 1..2000"),
        RETOUCH_FIELD(TextStyle, color, "of the letters"),
        RETOUCH_FIELD(TextStyle, bold, "the family's bold face where there is one, else emboldened"),
        RETOUCH_FIELD(TextStyle, thickness_px, "Font.hershey_simplex() alone: of its strokes"),
        RETOUCH_FIELD(TextStyle, outline_px, "width of an outline around the letters"),
        RETOUCH_FIELD(TextStyle, outline_color, "of the outline"),
        RETOUCH_FIELD(TextStyle, shadow_offset, "(x, y) of the shadow"),
        RETOUCH_FIELD(TextStyle, shadow_color, "of the shadow; alpha 0 = none"),
        RETOUCH_FIELD(TextStyle, background, "of a box behind the text, grown by `padding`; None = no box"),
        RETOUCH_FIELD(TextStyle, padding, "around the text: a number or (left, top, right, bottom)"),
        RETOUCH_FIELD(TextStyle, border_px, "around the background's box"),
        RETOUCH_FIELD(TextStyle, border_color, "of the border"),
        RETOUCH_FIELD(TextStyle, radius_px, "of the box's corners"),
        RETOUCH_FIELD(TextStyle, anchor, "which point of the whole box lies on the position"),
        RETOUCH_FIELD(TextStyle, align, "of the lines to each other"),
        RETOUCH_FIELD(TextStyle, line_spacing, "distance of baselines, in the font's own"),
        RETOUCH_FIELD(TextStyle, max_width_px, "of the text alone; 0 = no limit"),
        RETOUCH_FIELD(TextStyle, overflow, "at max_width_px: none, ellipsis or wrap"),
        RETOUCH_FIELD(TextStyle, angle_deg, "clockwise around the position")};
  }
};

}  // namespace retouch::python

namespace nanobind::detail {

template <>
struct type_caster<retouch::python::DashArg> {
  NB_TYPE_CASTER(retouch::python::DashArg, io_name("tuple[float, float] | None", "tuple[float, float] | None"))
  bool from_python(handle src, uint32_t, cleanup_list*) noexcept {
    value = {};
    if (src.is_none()) return true;
    retouch::PointF pair;
    if (!retouch::python::read_point(src.ptr(), pair)) return false;
    value.dash = {pair.x, pair.y};
    return true;
  }
  static handle from_cpp(const retouch::python::DashArg& src, rv_policy, cleanup_list*) noexcept {
    if (src.dash.dash_px == 0 && src.dash.gap_px == 0) return none().release();
    return nb::make_tuple(src.dash.dash_px, src.dash.gap_px).release();
  }
};
template <>
struct has_arg_defaults<retouch::python::DashArg> : std::true_type {};

}  // namespace nanobind::detail
