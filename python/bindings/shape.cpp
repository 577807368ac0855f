// shape.hpp: outlines.
#include "retouch/shape.hpp"

#include "arrays.hpp"
#include "style.hpp"

namespace retouch::python {

template <>
struct Names<Shape::Kind> {
  static constexpr const char* type = "ShapeKind";
  static constexpr std::array<Named<Shape::Kind>, 5> table{{{Shape::Kind::box, "box"},
                                                            {Shape::Kind::rounded, "rounded"},
                                                            {Shape::Kind::ellipse, "ellipse"},
                                                            {Shape::Kind::polygon, "polygon"},
                                                            {Shape::Kind::mask, "mask"}}};
};

void bind_shape(nb::module_& m) {
  bind_choice<FillRule>(m,
                        "What is inside of an outline that crosses itself: even_odd as cv2.fillPoly, or every part "
                        "that it goes around (nonzero).");
  bind_choice<Shape::Kind>(m, "What a Shape is.");
  nb::class_<Shape>(
      m, "Shape",
      "An area of a picture, to which a blur, a tint or a dim is limited. Coordinates are the target's pixels.")
      .def_static(
          "box", [](const BoxArg& box) { return Shape::box(box); }, "box"_a, "A box, turned by its angle.")
      .def_static(
          "rect", [](const RectArg& rect) { return Shape::rect(rect); }, "rect"_a, "Whole pixels.")
      .def_static(
          "rounded", [](const BoxArg& box, float radius_px) { return Shape::rounded(box, radius_px); }, "box"_a,
          "radius_px"_a, "A box with round corners.")
      .def_static(
          "ellipse", [](const BoxArg& box) { return Shape::ellipse(box); }, "box"_a,
          "The ellipse that fills the box, turned with it.")
      .def_static(
          "circle", [](const PointArg& center, float radius_px) { return Shape::circle(center, radius_px); },
          "center"_a, "radius_px"_a)
      .def_static(
          "polygon",
          [](const PointsArg& points, const Choice<FillRule>& rule) { return Shape::polygon(points.points, rule); },
          "points"_a, "rule"_a = Choice<FillRule>(FillRule::even_odd), "Closed; 3 points or more.")
      .def_static(
          "mask",
          [](const BoxArg& box, const nb::object& mask) {
            const Picture picture = source_picture("Shape.mask", mask, PixelFormat::gray8, true);
            return Shape::mask(box, picture.view());
          },
          "box"_a, "mask"_a,
          nb::sig(
              "def mask(box: retouch.types.BoxLike, mask: retouch.types.ArrayLike | retouch.types.ImageLike) -> Shape"),
          "A mask (bool or uint8, in host memory) of any size, scaled to the box, which must not be turned. The pixels "
          "are copied.")
      .def_prop_ro("kind", &Shape::kind)
      .def_prop_ro(
          "bounds", [](const Shape& s) { return BoxArg{s.bounds()}; },
          "Before turning; of a polygon, its bounding box.")
      .def("__repr__", [](const Shape& s) {
        return std::string("<retouch.Shape ") + Names<Shape::Kind>::table[static_cast<std::size_t>(s.kind())].name +
               ">";
      });
}

}  // namespace retouch::python
