// object_style.hpp: how objects are drawn.
#include "retouch/object_style.hpp"

#include <nanobind/stl/map.h>

#include "object.hpp"
#include "style.hpp"

namespace retouch::python {

template <>
struct Names<LabelPosition> {
  static constexpr const char* type = "LabelPosition";
  static constexpr std::array<Named<LabelPosition>, 6> table{{{LabelPosition::above, "above"},
                                                              {LabelPosition::inside_top, "inside_top"},
                                                              {LabelPosition::below, "below"},
                                                              {LabelPosition::right, "right"},
                                                              {LabelPosition::left, "left"},
                                                              {LabelPosition::center, "center"}}};
};
template <>
struct Names<LabelOverlap> {
  static constexpr const char* type = "LabelOverlap";
  static constexpr std::array<Named<LabelOverlap>, 2> table{
      {{LabelOverlap::allowed, "allowed"}, {LabelOverlap::avoided, "avoided"}}};
};

/// A LabelFormat, or its text.
struct FormatArg {
  LabelFormat format{};
  std::string problem{};
  FormatArg() = default;
  FormatArg(LabelFormat f) : format(std::move(f)) {}
  operator LabelFormat() const {
    if (!problem.empty()) throw InvalidArgument(problem);
    return format;
  }
};
template <>
struct ArgumentOf<LabelFormat> {
  using type = FormatArg;
};

using Edges = std::vector<std::pair<int, int>>;

template <>
struct Fields<ObjectLabel> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(ObjectLabel, format, "its text: a LabelFormat, or \"{label} {confidence:.2f}\""),
        RETOUCH_FIELD(ObjectLabel, text, "a TextStyle; its anchor is ignored"),
        RETOUCH_FIELD(ObjectLabel, position, "relative to the box: above, inside_top, below, right, left or center"),
        RETOUCH_FIELD(ObjectLabel, offset, "moves it from there, in pixels")};
  }
};
template <>
struct Fields<ObjectBlur> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(ObjectBlur, blur, "a BlurStyle"),
                      RETOUCH_FIELD(ObjectBlur, padding, "grows the blurred area beyond the box"),
                      RETOUCH_FIELD(ObjectBlur, ellipse, "the ellipse that fills the area instead of the whole of it")};
  }
};
template <>
struct Fields<ObjectKeypoints> {
  static constexpr auto list() {
    return std::tuple{RETOUCH_FIELD(ObjectKeypoints, color, "of the points"),
                      RETOUCH_FIELD(ObjectKeypoints, radius_px, "of the points"),
                      RETOUCH_FIELD(ObjectKeypoints, edges, "pairs of indices that are joined by lines"),
                      RETOUCH_FIELD(ObjectKeypoints, edge_color, "of the lines"),
                      RETOUCH_FIELD(ObjectKeypoints, edge_thickness, "of the lines")};
  }
};
template <>
struct Fields<ObjectStyle> {
  static constexpr auto list() {
    return std::tuple{
        RETOUCH_FIELD(ObjectStyle, box, "a BoxStyle; None = no box"),
        RETOUCH_FIELD(ObjectStyle, label, "an ObjectLabel; None = no label"),
        RETOUCH_FIELD(ObjectStyle, dot, "a DotStyle: a dot in the box's centre"),
        RETOUCH_FIELD(ObjectStyle, blur, "an ObjectBlur"),
        RETOUCH_FIELD(ObjectStyle, mask, "a MaskStyle, for objects that have a mask"),
        RETOUCH_FIELD(ObjectStyle, keypoints, "an ObjectKeypoints: the landmarks"),
        RETOUCH_FIELD(ObjectStyle, padding, "grows the box that is drawn, and at which the label stands")};
  }
};

}  // namespace retouch::python

namespace nanobind::detail {

template <>
struct type_caster<retouch::python::FormatArg> {
  NB_TYPE_CASTER(retouch::python::FormatArg, io_name("str | LabelFormat", "LabelFormat"))
  bool from_python(handle src, uint32_t, cleanup_list*) noexcept {
    if (const auto* const format = retouch::python::instance<retouch::LabelFormat>(src)) {
      value = retouch::python::FormatArg(*format);
      return true;
    }
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_Check(src.ptr()) ? PyUnicode_AsUTF8AndSize(src.ptr(), &size) : nullptr;
    if (text == nullptr) {
      PyErr_Clear();
      return false;
    }
    try {
      value = retouch::python::FormatArg(retouch::LabelFormat(std::string_view(text, static_cast<std::size_t>(size))));
    } catch (const std::exception& e) {
      value.problem = e.what();
    }
    return true;
  }
  static handle from_cpp(const retouch::python::FormatArg& src, rv_policy, cleanup_list*) noexcept {
    return nb::cast(src.format).release();
  }
};

}  // namespace nanobind::detail

namespace retouch::python {

namespace {

std::vector<Color> colors_of(nb::handle colors) {
  std::vector<Color> list;
  for (const nb::handle item : nb::borrow<nb::iterable>(colors)) {
    ColorArg color;
    if (!read_color(item.ptr(), color))
      throw nb::type_error(("Palette: the colours are tuples or texts (got " + type_text(item) + ")").c_str());
    list.push_back(color);
  }
  return list;
}

void bind_palette(nb::module_& m) {
  nb::class_<Palette>(
      m, "Palette",
      "Which object gets which colour. The same label gets the same colour in every frame, run and process.")
      .def(nb::init<>(), "By class, the default colours.")
      .def_static(
          "by_class",
          [](const nb::object& colors) {
            return colors.is_none() ? Palette::by_class() : Palette::by_class(colors_of(colors));
          },
          "colors"_a = nb::none(),
          nb::sig("def by_class(colors: collections.abc.Iterable[retouch.types.ColorLike] | None = None) -> Palette"),
          "The colour follows from the label.")
      .def_static(
          "by_track",
          [](const nb::object& colors) {
            return colors.is_none() ? Palette::by_track() : Palette::by_track(colors_of(colors));
          },
          "colors"_a = nb::none(),
          nb::sig("def by_track(colors: collections.abc.Iterable[retouch.types.ColorLike] | None = None) -> Palette"),
          "Track n has colour n modulo their number; what is not tracked has its class's.")
      .def_static(
          "fixed", [](const ColorArg& color) { return Palette::fixed(color); }, "color"_a)
      .def_static(
          "default_colors",
          [] {
            std::vector<ColorArg> colors;
            for (const Color& color : Palette::default_colors()) colors.emplace_back(color);
            return colors;
          },
          "20 colours that are well told apart on pictures, the first ones best.")
      .def(
          "color", [](const Palette& self, const Detection& object) { return ColorArg(self.color(object.object)); },
          "object"_a.lock())
      .def(
          "of_label", [](const Palette& self, std::string_view label) { return ColorArg(self.of_label(label)); },
          "label"_a)
      .def(
          "of_track", [](const Palette& self, std::int64_t track_id) { return ColorArg(self.of_track(track_id)); },
          "track_id"_a);

  nb::class_<LabelFormat>(m, "LabelFormat",
                          R"(A text with fields that an object fills in: "{label} {confidence:.2f} #{track_id}".

{label} {source} {model} {parent}: texts. {confidence}: a number, {confidence:.0%} for 87%. {track_id} {id}: whole numbers.
A word whose fields are all missing is left out: an untracked car is "car 0.87", not "car 0.87 #".)")
      .def(nb::init<>())
      .def(nb::init<std::string_view>(), "format"_a)
      .def_prop_ro("text", &LabelFormat::text, "As it was given.")
      .def(
          "__call__", [](const LabelFormat& self, const Detection& object) { return self(object.object); },
          "object"_a.lock(), "The object's label.")
      .def("__repr__", [](const LabelFormat& self) {
        return "retouch.LabelFormat(" + nb::cast<std::string>(nb::repr(nb::cast(self.text()))) + ")";
      });
}

// Python's hook gets the object and the style, and may change the style or give another.
struct Hook {
  nb::object call;
  void operator()(const Object& object, ObjectStyle& style) const {
    const nb::gil_scoped_acquire python;
    const nb::object given = nb::cast(style);
    const nb::object answer = call(nb::cast(Detection::from(object)), given);
    const nb::object taken = answer.is_none() ? given : answer;
    const ObjectStyle* const wanted = instance<ObjectStyle>(taken);
    if (wanted == nullptr)
      throw nb::type_error(
          ("ObjectsStyle.hook: must give an ObjectStyle or None (got " + type_text(taken) + ")").c_str());
    style = *wanted;
  }
};

void bind_objects_style(nb::module_& m) {
  using Classes = std::map<std::string, ObjectStyle>;
  const auto set_hook = [](ObjectsStyle& self, nb::object hook) {
    if (hook.is_none())
      self.hook = {};
    else
      self.hook = Hook{std::move(hook)};
  };
  const auto get_hook = [](const ObjectsStyle& self) -> nb::object {
    const Hook* const hook = self.hook.target<Hook>();
    return hook == nullptr ? nb::none() : hook->call;
  };
  nb::class_<ObjectsStyle>(m, "ObjectsStyle",
                           R"(A look for all objects of a frame, for Canvas.draw().

An object is drawn in the style of its class where `classes` has one ("label", or "source.label"), else in `style`. The
palette then colours what `style` draws, but not the styles of `classes`. At last `hook(object, style)` may change the
style, or give another.)")
      .def(
          "__init__",
          [set_hook](ObjectsStyle* self, const ObjectStyle& style, const Classes& classes, bool only_listed,
                     const std::optional<Palette>& palette, const Choice<LabelOverlap>& label_overlap,
                     nb::object hook) {
            auto* const made = new (self) ObjectsStyle();
            made->style = style;
            for (const auto& [name, own] : classes) made->classes.emplace(name, own);
            made->only_listed = only_listed;
            made->palette = palette;
            made->label_overlap = label_overlap;
            set_hook(*made, std::move(hook));
          },
          nb::kw_only(), "style"_a = ObjectStyle(), "classes"_a = Classes(), "only_listed"_a = false,
          "palette"_a = Palette(), "label_overlap"_a = Choice<LabelOverlap>(LabelOverlap::allowed),
          "hook"_a = nb::none(),
          nb::sig("def __init__(self, *, style: ObjectStyle = ..., classes: collections.abc.Mapping[str, ObjectStyle] "
                  "= {}, only_listed: bool = False, "
                  "palette: Palette | None = ..., label_overlap: LabelOverlap | str = 'allowed', "
                  "hook: collections.abc.Callable[[Object, ObjectStyle], ObjectStyle | None] | None = None) -> None"))
      .def_rw("style", &ObjectsStyle::style, locked_get, locked_set)
      .def_prop_rw(
          "classes", [](const ObjectsStyle& self) { return Classes(self.classes.begin(), self.classes.end()); },
          [](ObjectsStyle& self, const Classes& classes) {
            self.classes = {classes.begin(), classes.end()};
          },
          locked_get, locked_set, "A copy: assign to change it.")
      .def_rw("only_listed", &ObjectsStyle::only_listed, locked_get, locked_set,
              "Objects without an entry in `classes` are not drawn.")
      .def_prop_rw(
          "palette", [](const ObjectsStyle& self) { return self.palette; },
          [](ObjectsStyle& self, const std::optional<Palette>& palette) { self.palette = palette; }, locked_get,
          locked_set, "None: the colours of `style`.")
      .def_prop_rw(
          "label_overlap", [](const ObjectsStyle& self) { return self.label_overlap; },
          [](ObjectsStyle& self, const Choice<LabelOverlap>& overlap) { self.label_overlap = overlap; }, locked_get,
          locked_set)
      .def_prop_rw("hook", get_hook, set_hook, locked_get, locked_set, nb::arg("hook").none(),
                   nb::for_getter(nb::sig(
                       "def hook(self) -> collections.abc.Callable[[Object, ObjectStyle], ObjectStyle | None] | None")),
                   nb::for_setter(nb::sig("def hook(self, hook: collections.abc.Callable[[Object, ObjectStyle], "
                                          "ObjectStyle | None] | None, /) -> None")));
}

}  // namespace

void bind_object_style(nb::module_& m) {
  bind_choice<LabelPosition>(m, "Where a label stands relative to its box; it is kept within the target.");
  bind_choice<LabelOverlap>(m, "Whether labels may cover each other.");
  bind_palette(m);
  bind_style<ObjectLabel>(m, "ObjectLabel", "An object's label.");
  bind_style<ObjectBlur>(m, "ObjectBlur", "An object made unrecognisable.");
  bind_style<ObjectKeypoints>(m, "ObjectKeypoints", "An object's landmarks, joined by lines.");
  bind_style<ObjectStyle>(m, "ObjectStyle", "What of an object is drawn; what is None is not drawn.");
  bind_objects_style(m);
}

}  // namespace retouch::python
