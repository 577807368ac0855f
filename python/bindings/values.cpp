#include "values.hpp"

#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "retouch/object_style.hpp"

namespace retouch::python {

namespace {

template <std::size_t N>
bool read_numbers(PyObject* value, std::array<double, N>& numbers, std::size_t count) noexcept {
  return read_sequence(value, static_cast<Py_ssize_t>(count), [&](PyObject* item, Py_ssize_t i) {
    return read_number(item, numbers[static_cast<std::size_t>(i)]);
  });
}

nb::object types(const char* name) { return nb::module_::import_("retouch.types").attr(name); }

}  // namespace

bool read_path(PyObject* value, std::string& to) noexcept {
  PyObject* bytes = nullptr;
  if (PyUnicode_FSConverter(value, &bytes) == 0) {
    PyErr_Clear();
    return false;
  }
  char* text = nullptr;
  Py_ssize_t size = 0;
  const bool good = PyBytes_AsStringAndSize(bytes, &text, &size) == 0;
  try {
    if (good) to.assign(text, static_cast<std::size_t>(size));
  } catch (const std::exception&) {
  }
  Py_DECREF(bytes);
  return good;
}

void ColorArg::complain() const {
  if (problem == Problem::text)
    throw InvalidArgument("color: '" + std::string(text.data()) + "' is not of the form #RRGGBB or #RRGGBBAA");
  std::string values;
  for (const int part : parts) values += (values.empty() ? "" : ", ") + std::to_string(part);
  throw InvalidArgument("color: the parts must be in 0..255 (" + values + ")");
}

bool read_color(PyObject* value, ColorArg& to) noexcept {
  to.problem = ColorArg::Problem::none;
  // The usual case, quickly: a tuple of small ints.
  if (PyTuple_Check(value)) {
    const Py_ssize_t count = PyTuple_Size(value);
    std::array<long, 4> c{0, 0, 0, 255};
    if (count == 3 || count == 4) {
      long all = 0;
      for (Py_ssize_t i = 0; i < count; ++i) {
        PyObject* const item = PyTuple_GetItem(value, i);
        const long part = PyLong_Check(item) ? PyLong_AsLong(item) : -1;
        c[static_cast<std::size_t>(i)] = part;
        all |= part;
      }
      if ((all & ~0xFFL) == 0) {
        to.color = {static_cast<std::uint8_t>(c[0]), static_cast<std::uint8_t>(c[1]), static_cast<std::uint8_t>(c[2]),
                    static_cast<std::uint8_t>(c[3])};
        return true;
      }
      PyErr_Clear();
    }
  }
  if (PyUnicode_Check(value)) {
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(value, &size);
    if (text == nullptr) {
      PyErr_Clear();
      return false;
    }
    try {
      to.color = hex_color({text, static_cast<std::size_t>(size)});
    } catch (const std::exception&) {
      to.problem = ColorArg::Problem::text;
      std::snprintf(to.text.data(), to.text.size(), "%s", text);
    }
    return true;
  }
  const Py_ssize_t count = sequence_size(value);
  if (count != 3 && count != 4) return false;
  std::array<int, 4> c{0, 0, 0, 255};
  if (!read_sequence(value, count,
                     [&](PyObject* item, Py_ssize_t i) { return read_integer(item, c[static_cast<std::size_t>(i)]); }))
    return false;
  to.parts = c;
  for (const int part : c)
    if (part < 0 || part > 255) to.problem = ColorArg::Problem::range;
  const auto byte = [](int part) { return static_cast<std::uint8_t>(part); };
  to.color = {byte(c[0]), byte(c[1]), byte(c[2]), byte(c[3])};
  return true;
}

bool read_point(PyObject* value, PointF& to) noexcept {
  std::array<double, 2> xy{};
  if (!read_numbers(value, xy, 2)) return false;
  to = {static_cast<float>(xy[0]), static_cast<float>(xy[1])};
  return true;
}

bool read_size(PyObject* value, Size& to) noexcept {
  std::array<int, 2> wh{};
  if (!read_sequence(value, 2,
                     [&](PyObject* item, Py_ssize_t i) { return read_integer(item, wh[static_cast<std::size_t>(i)]); }))
    return false;
  to = {wh[0], wh[1]};
  return true;
}

bool read_kernel(PyObject* value, Size& to) noexcept {
  int side = 0;
  if (!read_integer(value, side)) return read_size(value, to);
  to = {side, side};
  return true;
}

bool read_box(PyObject* value, Box& to) noexcept {
  RectArg read;
  if (!read_box(value, read)) return false;
  to = read.box;
  return true;
}

bool read_box(PyObject* value, RectArg& to) noexcept {
  if (const Box* const box = instance<Box>(value)) {
    to.box = *box;
    to.whole = false;
    return true;
  }
  const Py_ssize_t count = sequence_size(value);
  if (count != 4 && count != 5) return false;
  std::array<double, 5> n{};
  std::array<int, 5> whole{};
  to.whole = count == 4;
  const bool good = read_sequence(value, count, [&](PyObject* item, Py_ssize_t i) {
    const auto at = static_cast<std::size_t>(i);
    if (to.whole && !read_integer(item, whole[at])) to.whole = false;
    return read_number(item, n[at]);
  });
  if (!good) return false;
  if (whole[2] < 0 || whole[3] < 0) to.whole = false;  // refused where boxes are, with the values
  to.rect = {whole[0], whole[1], whole[2], whole[3]};
  to.box = {static_cast<float>(n[0]), static_cast<float>(n[1]), static_cast<float>(n[2]), static_cast<float>(n[3]),
            static_cast<float>(n[4])};
  return true;
}

bool read_padding(PyObject* value, Padding& to) noexcept {
  double side = 0;
  if (read_number(value, side)) {
    const auto all = static_cast<float>(side);
    to = {all, all, all, all};
    return true;
  }
  std::array<double, 4> n{};
  if (!read_numbers(value, n, 4)) return false;
  to = {static_cast<float>(n[0]), static_cast<float>(n[1]), static_cast<float>(n[2]), static_cast<float>(n[3])};
  return true;
}

namespace {

// An array of shape (n, 2), without an object for each row. False: not such an array.
bool read_points_array(PyObject* value, std::vector<PointF>& to) {
  if (PyTuple_Check(value) || PyList_Check(value) || PyObject_CheckBuffer(value) == 0) return false;
  Py_buffer buffer;
  if (PyObject_GetBuffer(value, &buffer, PyBUF_RECORDS_RO) != 0) {
    PyErr_Clear();
    return false;
  }
  const std::string_view format = buffer.format == nullptr ? "B" : buffer.format;
  const char kind = format.size() == 1 ? format[0] : '\0';
  const bool fits =
      buffer.ndim == 2 && buffer.shape[1] == 2 && (kind == 'f' || kind == 'd' || kind == 'l' || kind == 'i');
  if (fits) {
    to.resize(static_cast<std::size_t>(buffer.shape[0]));
    const auto* const first = static_cast<const char*>(buffer.buf);
    const auto number = [&](Py_ssize_t row, Py_ssize_t column) {
      const char* const at = first + row * buffer.strides[0] + column * buffer.strides[1];
      const auto read = [at]<class T>(T number) {
        std::memcpy(&number, at, sizeof number);
        return static_cast<float>(number);
      };
      return kind == 'f' ? read(float{}) : kind == 'd' ? read(double{}) : kind == 'l' ? read(long{}) : read(int{});
    };
    for (Py_ssize_t i = 0; i < buffer.shape[0]; ++i) to[static_cast<std::size_t>(i)] = {number(i, 0), number(i, 1)};
  }
  PyBuffer_Release(&buffer);
  return fits;
}

}  // namespace

bool read_points(PyObject* value, std::vector<PointF>& to) noexcept {
  try {
    if (read_points_array(value, to)) return true;
    to.clear();
    const Py_ssize_t count = sequence_size(value);
    if (count < 0) return false;
    to.resize(static_cast<std::size_t>(count));
  } catch (const std::exception&) {
    return false;
  }
  return read_sequence(value, static_cast<Py_ssize_t>(to.size()),
                       [&](PyObject* item, Py_ssize_t i) { return read_point(item, to[static_cast<std::size_t>(i)]); });
}

nb::object color_object(Color color) { return nb::make_tuple(int{color.r}, int{color.g}, int{color.b}, int{color.a}); }
nb::object point_object(PointF point) { return nb::make_tuple(point.x, point.y); }
nb::object points_object(const std::vector<PointF>& points) {
  nb::list list;
  for (const PointF& point : points) list.append(point_object(point));
  return list;
}
nb::object rect_object(const Rect& rect) { return types("Rect")(rect.x, rect.y, rect.width, rect.height); }
nb::object size_object(Size size) { return types("Size")(size.width, size.height); }

}  // namespace retouch::python
