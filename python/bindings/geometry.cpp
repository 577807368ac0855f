// geometry.hpp: boxes. Sizes, points and rectangles are tuples in Python.
#include "retouch/geometry.hpp"

#include <cstdio>

#include "bindings.hpp"
#include "values.hpp"

namespace retouch::python {

void bind_geometry(nb::module_& m) {
  nb::class_<Box>(
      m, "Box",
      R"(A detected thing's box, with fractions of a pixel; `angle_deg` turns it clockwise around its centre.

Wherever a function takes a box, (x, y, width, height) and (x, y, width, height, angle_deg) do too.)")
      .def(
          "__init__",
          [](Box* self, float left, float top, float width, float height, float angle_deg) {
            new (self) Box{left, top, width, height, angle_deg};
          },
          "left"_a = 0.0F, "top"_a = 0.0F, "width"_a = 0.0F, "height"_a = 0.0F, "angle_deg"_a = 0.0F)
      .def(
          "__init__", [](Box* self, const BoxArg& box) { new (self) Box(box); }, "box"_a)
      .def_rw("left", &Box::left)
      .def_rw("top", &Box::top)
      .def_rw("width", &Box::width)
      .def_rw("height", &Box::height)
      .def_rw("angle_deg", &Box::angle_deg)
      .def_prop_ro("right", &Box::right)
      .def_prop_ro("bottom", &Box::bottom)
      .def_prop_ro("center", [](const Box& b) { return PointArg{b.center()}; })
      .def_prop_ro(
          "xywh", [](const Box& b) { return nb::make_tuple(b.left, b.top, b.width, b.height); },
          nb::sig("def xywh(self) -> tuple[float, float, float, float]"), "Without the angle.")
      .def_prop_ro(
          "xyxy", [](const Box& b) { return nb::make_tuple(b.left, b.top, b.right(), b.bottom()); },
          nb::sig("def xyxy(self) -> tuple[float, float, float, float]"),
          "Left, top, right, bottom, without the angle.")
      .def(
          "__eq__", [](const Box& a, const Box& b) { return a == b; }, nb::is_operator(),
          nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__repr__", [](const Box& b) {
        char text[160];
        if (b.angle_deg == 0)
          std::snprintf(text, sizeof text, "retouch.Box(%g, %g, %g, %g)", double{b.left}, double{b.top},
                        double{b.width}, double{b.height});
        else
          std::snprintf(text, sizeof text, "retouch.Box(%g, %g, %g, %g, angle_deg=%g)", double{b.left}, double{b.top},
                        double{b.width}, double{b.height}, double{b.angle_deg});
        return std::string(text);
      });

  m.def(
      "enclosing_rect",
      [](const BoxArg& box) {
        return RectArg{enclosing_rect(box), {}, true};
      },
      "box"_a, "The smallest rectangle of whole pixels that covers the box (a turned one: its four corners).");
}

}  // namespace retouch::python
