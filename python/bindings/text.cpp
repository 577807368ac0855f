// text.hpp: fonts, and measuring text.
#include "retouch/text.hpp"

#include "style.hpp"

namespace retouch::python {

namespace {

template <std::size_t... I>
void bind_text_size(nb::module_& m, std::index_sequence<I...> all) {
  static const std::string doc =
      "Measures a text without drawing it; the arguments are Canvas.text()'s.\n\nArgs:" + fields_doc<TextStyle>();
  m.def(
      "text_size",
      [all](std::string_view text, const argument_of<field_type<TextStyle, I>>&... given) {
        const TextStyle style = style_of<TextStyle>(all, given...);
        const nb::gil_scoped_release others_may_run;
        return text_size(text, style);
      },
      "text"_a, nb::kw_only(), field_argument<TextStyle, I>()..., doc.c_str());
  m.def(
      "text_size", [](std::string_view text, const TextStyle& style) { return text_size(text, style); }, "text"_a,
      "style"_a.lock());
}

}  // namespace

void bind_text(nb::module_& m) {
  bind_choice<Anchor>(m, "Which point of a box lies on the point given.");
  bind_choice<TextAlign>(m, "How the lines of a text stand to each other.");
  bind_choice<TextOverflow>(
      m, "What happens at max_width_px: nothing; the line ends in an ellipsis; or it goes on in the next line.");

  nb::class_<Font>(m, "Font",
                   R"(What text is set in. Characters that it lacks come from other installed fonts.

Font() is the DejaVu Sans that comes with retouch: the same everywhere, with no font installed.)")
      .def(nb::init<>())
      .def_static(
          "family",
          [](std::string_view name) {
            const nb::gil_scoped_release others_may_run;
            return Font::family(name);
          },
          "name"_a, "An installed family as fontconfig knows it: \"Noto Sans\", \"sans-serif:italic\".")
      .def_static(
          "file",
          [](const PathArg& path, int index) {
            const nb::gil_scoped_release others_may_run;
            return Font::file(path.path, index);
          },
          "path"_a, "index"_a = 0, "A font file (TrueType, OpenType ...); `index` chooses a face of a collection.")
      .def_static("hershey_simplex", &Font::hershey_simplex,
                  "cv2.FONT_HERSHEY_SIMPLEX, for pictures that must look as before: ASCII only. cv2's fontScale 1 is a "
                  "size_px of 30.")
      .def_ro_static("hershey_px_per_scale", &Font::hershey_px_per_scale)
      .def_prop_ro("name", &Font::name)
      .def_prop_ro("is_hershey", &Font::is_hershey)
      .def(
          "__eq__", [](const Font& a, const Font& b) { return a == b; }, nb::is_operator(),
          nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__", [](const Font& f) { return std::hash<const void*>()(f.data().get()); })
      .def("__repr__",
           [](const Font& f) { return f == Font() ? std::string("Font()") : "<retouch.Font " + f.name() + ">"; });

  bind_style<TextStyle>(m, "TextStyle", "How a text looks. Lengths are in pixels.");
  nb::class_<TextExtents>(m, "TextExtents", "What a text takes, not turned: the box of its lines, not of the ink.")
      .def_ro("width", &TextExtents::width, "of the text")
      .def_ro("height", &TextExtents::height, "of the text: from the first line's ascent to the last one's descent")
      .def_ro("ascent", &TextExtents::ascent, "from the top to the first baseline")
      .def_ro("lines", &TextExtents::lines)
      .def_ro("box_width", &TextExtents::box_width, "with padding and border")
      .def_ro("box_height", &TextExtents::box_height, "with padding and border");
  bind_text_size(m, std::make_index_sequence<field_count<TextStyle>>());
}

}  // namespace retouch::python
