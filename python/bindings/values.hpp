// Arguments that are small values: colours, points, sizes, boxes. Each takes what a Python program has at hand (tuples,
// lists, NumPy rows, "#RRGGBB"). Values that cannot be meant are complained about by name, with the value.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "numbers.hpp"
#include "retouch/color.hpp"
#include "retouch/error.hpp"
#include "retouch/geometry.hpp"
#include "retouch/text.hpp"

namespace retouch::python {

/// (r, g, b), (r, g, b, a) or "#RRGGBB[AA]". A bad one is complained about when it is used.
struct ColorArg {
  Color color{};
  enum class Problem : std::uint8_t { none, range, text } problem = Problem::none;
  std::array<int, 4> parts{};
  std::array<char, 24> text{};
  ColorArg() = default;
  ColorArg(Color c) : color(c) {}
  operator Color() const {
    if (problem != Problem::none) complain();
    return color;
  }
  [[noreturn]] void complain() const;
};

/// (x, y), with fractions.
struct PointArg {
  PointF point{};
  operator PointF() const { return point; }
};

/// (width, height); where it stands for a kernel, one number for both.
struct SizeArg {
  Size size{};
  operator Size() const { return size; }
};
struct KernelArg {
  Size size{};
  operator Size() const { return size; }
};

/// (x, y, width, height[, angle_deg]) or a Box.
struct BoxArg {
  Box box{};
  operator Box() const { return box; }
};

/// The same, for what works on whole pixels: whole numbers are taken as they are, fractions become the smallest
/// rectangle that covers them.
struct RectArg {
  Rect rect{};
  Box box{};
  bool whole = true;
  operator Rect() const { return whole ? rect : enclosing_rect(box); }
};

/// One number for all sides, or (left, top, right, bottom).
struct PaddingArg {
  Padding padding{};
  operator Padding() const { return padding; }
};

/// A list of points, or an array of shape (n, 2).
struct PointsArg {
  std::vector<PointF> points;
  operator const std::vector<PointF>&() const { return points; }
};

/// A file's path: a text, or an os.PathLike.
struct PathArg {
  std::string path{};
};

bool read_path(PyObject* value, std::string& to) noexcept;
bool read_color(PyObject* value, ColorArg& to) noexcept;
bool read_point(PyObject* value, PointF& to) noexcept;
bool read_size(PyObject* value, Size& to) noexcept;
bool read_kernel(PyObject* value, Size& to) noexcept;
bool read_box(PyObject* value, RectArg& to) noexcept;
bool read_box(PyObject* value, Box& to) noexcept;
bool read_padding(PyObject* value, Padding& to) noexcept;
bool read_points(PyObject* value, std::vector<PointF>& to) noexcept;

nb::object color_object(Color color);
nb::object rect_object(const Rect& rect);  // retouch.Rect, a named tuple
nb::object size_object(Size size);         // retouch.Size
nb::object point_object(PointF point);     // (x, y)
nb::object points_object(const std::vector<PointF>& points);

}  // namespace retouch::python

namespace nanobind::detail {

// Casters that read with `call`, and write as `give`.
#define RETOUCH_CASTER(Type, given, got, call, give)                                \
  template <>                                                                       \
  struct type_caster<Type> {                                                        \
    NB_TYPE_CASTER(Type, io_name(given, got))                                       \
    bool from_python(handle src, uint32_t, cleanup_list*) noexcept { return call; } \
    static handle from_cpp(const Type& src, rv_policy, cleanup_list*) noexcept {    \
      try {                                                                         \
        return (give).release();                                                    \
      } catch (const std::exception& e) {                                           \
        PyErr_SetString(PyExc_RuntimeError, e.what());                              \
        return {};                                                                  \
      }                                                                             \
    }                                                                               \
  };

RETOUCH_CASTER(retouch::python::ColorArg, "retouch.types.ColorLike", "tuple[int, int, int, int]",
               retouch::python::read_color(src.ptr(), value), retouch::python::color_object(src.color))
RETOUCH_CASTER(retouch::python::PointArg, "retouch.types.PointLike", "tuple[float, float]",
               retouch::python::read_point(src.ptr(), value.point), retouch::python::point_object(src.point))
RETOUCH_CASTER(retouch::python::SizeArg, "retouch.types.SizeLike", "retouch.types.Size",
               retouch::python::read_size(src.ptr(), value.size), retouch::python::size_object(src.size))
RETOUCH_CASTER(retouch::python::BoxArg, "retouch.types.BoxLike", "Box", retouch::python::read_box(src.ptr(), value.box),
               nb::cast(src.box))
RETOUCH_CASTER(retouch::python::RectArg, "retouch.types.BoxLike", "retouch.types.Rect",
               retouch::python::read_box(src.ptr(), value), retouch::python::rect_object(src.rect))
RETOUCH_CASTER(retouch::python::PaddingArg, "retouch.types.PaddingLike", "tuple[float, float, float, float]",
               retouch::python::read_padding(src.ptr(), value.padding),
               nb::make_tuple(src.padding.left, src.padding.top, src.padding.right, src.padding.bottom))
RETOUCH_CASTER(retouch::python::PointsArg, "retouch.types.PointsLike", "list[tuple[float, float]]",
               retouch::python::read_points(src.ptr(), value.points), retouch::python::points_object(src.points))
RETOUCH_CASTER(retouch::python::PathArg, "str | os.PathLike[str]", "str",
               retouch::python::read_path(src.ptr(), value.path), nb::str(src.path.c_str()))
RETOUCH_CASTER(retouch::python::KernelArg, "int | retouch.types.SizeLike", "retouch.types.Size",
               retouch::python::read_kernel(src.ptr(), value.size), retouch::python::size_object(src.size))

#undef RETOUCH_CASTER

}  // namespace nanobind::detail
