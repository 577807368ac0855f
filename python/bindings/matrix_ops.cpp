// cudaarithm and cudaimgproc: what is computed pixel by pixel.
#include "retouch/matrix_ops.hpp"

#include "matrix.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

namespace {

using matrix::ArithmeticOptions;
using matrix::Operand;

constexpr const char* arithmetic_doc =
    "One of src1 and src2 is a GpuMat, the other one too or a scalar. mask: where it is 0, dst keeps what it holds. "
    "dtype: the depth of dst.";

using Arithmetic = void (*)(StreamView, const Operand&, const Operand&, Matrix&, const ArithmeticOptions&);
using Pairwise = void (*)(StreamView, const Operand&, const Operand&, Matrix&);
using Bitwise = void (*)(StreamView, const Operand&, const Operand&, Matrix&, const Matrix&);

nb::object arithmetic(const char* name, Arithmetic function, const OperandArg& src1, const OperandArg& src2,
                      const DstArg& dst, const PyMat* mask, double scale, int dtype, const CvStreamArg& stream) {
  MatrixCall call(name, stream);
  const Operand a = call.use(src1);
  const Operand b = call.use(src2);
  ArithmeticOptions options;
  options.scale = scale;
  options.mask = call.use(mask);
  options.has_depth = dtype >= 0;
  options.depth = depth_of(name, dtype, Depth::u8);
  return call.into(dst, [&](StreamView on, Matrix& to) { function(on, a, b, to, options); });
}

nb::object pairwise(const char* name, Pairwise function, const OperandArg& src1, const OperandArg& src2,
                    const DstArg& dst, const CvStreamArg& stream) {
  MatrixCall call(name, stream);
  const Operand a = call.use(src1);
  const Operand b = call.use(src2);
  return call.into(dst, [&](StreamView on, Matrix& to) { function(on, a, b, to); });
}

nb::object bitwise(const char* name, Bitwise function, const OperandArg& src1, const OperandArg& src2,
                   const DstArg& dst, const PyMat* mask, const CvStreamArg& stream) {
  MatrixCall call(name, stream);
  const Operand a = call.use(src1);
  const Operand b = call.use(src2);
  const Matrix over = call.use(mask);
  return call.into(dst, [&](StreamView on, Matrix& to) { function(on, a, b, to, over); });
}

nb::object math(const char* name, const PyMat& src, const DstArg& dst, const CvStreamArg& stream,
                matrix::MathFunction function, double power = 1) {
  MatrixCall call(name, stream);
  const Matrix from = call.use(src);
  return call.into(dst, [&](StreamView on, Matrix& to) { matrix::math(on, from, to, function, power); });
}

nb::object magnitude(const char* name, const PyMat& x, const PyMat& y, const DstArg& dst, const CvStreamArg& stream,
                     bool squared) {
  MatrixCall call(name, stream);
  const Matrix a = call.use(x);
  const Matrix b = call.use(y);
  return call.into(dst, [&](StreamView on, Matrix& to) { matrix::magnitude(on, a, b, to, squared); });
}

/// Of interleaved real and imaginary parts.
nb::object magnitude(const char* name, const PyMat& xy, const DstArg& dst, const CvStreamArg& stream, bool squared) {
  MatrixCall call(name, stream);
  const Matrix both = call.use(xy);
  if (both.channels() != 2)
    throw InvalidArgument(std::string(name) + ": needs two channels, or x and y (got " + both.describe() + ")");
  return call.into(dst, [&](StreamView on, Matrix& to) {
    std::vector<Matrix> parts;
    matrix::split(on, both, parts);
    matrix::magnitude(on, parts[0], parts[1], to, squared);
  });
}

matrix::CompareOp compare_op(int cmpop) {
  if (cmpop < 0 || cmpop > static_cast<int>(matrix::CompareOp::not_equal))
    throw InvalidArgument("compare: cmpop is CMP_EQ, _GT, _GE, _LT, _LE or _NE (got " + std::to_string(cmpop) + ")");
  return static_cast<matrix::CompareOp>(cmpop);
}

nb::object merge(const nb::object& src, const DstArg& dst, const CvStreamArg& stream) {
  MatrixCall call("merge", stream);
  std::vector<Matrix> parts;
  for (const nb::handle item : nb::borrow<nb::iterable>(src)) {
    const PyMat* const mat = instance<PyMat>(item);
    if (mat == nullptr) throw nb::type_error(("merge: each must be a GpuMat (got " + type_text(item) + ")").c_str());
    parts.push_back(call.use(*mat));
  }
  return call.into(dst, [&](StreamView on, Matrix& to) { matrix::merge(on, parts, to); });
}

nb::object split(const PyMat& src, const nb::object& dst, const CvStreamArg& stream) {
  MatrixCall call("split", stream);
  const Matrix from = call.use(src);
  std::vector<nb::object> objects;
  std::vector<Matrix> parts;
  if (!dst.is_none())
    for (const nb::handle item : nb::borrow<nb::iterable>(dst)) {
      const PyMat* const mat = instance<PyMat>(item);
      if (mat == nullptr) throw nb::type_error(("split: dst must hold GpuMats (got " + type_text(item) + ")").c_str());
      objects.push_back(nb::borrow(item));
      parts.push_back(call.use(*mat));
    }
  call.enqueue([&](StreamView on) { matrix::split(on, from, parts); });
  nb::list result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    nb::object object = i < objects.size() ? objects[i] : nb::cast(PyMat());
    self_of<PyMat>(object).take(std::move(parts[i]));
    result.append(object);
  }
  return result;
}

nb::object swap_channels(nb::handle image, const nb::object& order, const CvStreamArg& stream) {
  PyMat& mat = self_of<PyMat>(image);
  MatrixCall call("swapChannels", stream);
  Matrix pixels = call.use(mat);
  int channels[4];
  if (!read_ints(order.ptr(), channels, 4)) throw nb::type_error("swapChannels: dstOrder must be four whole numbers");
  call.enqueue([&](StreamView on) { matrix::swap_channels(on, pixels, channels); });
  return nb::borrow(image);
}

matrix::AlphaOp alpha_op(int op) {
  if (op < 0 || op > static_cast<int>(matrix::AlphaOp::premul))
    throw InvalidArgument("alphaComp: alpha_op is one of ALPHA_OVER .. ALPHA_PREMUL (got " + std::to_string(op) + ")");
  return static_cast<matrix::AlphaOp>(op);
}

// What the generated signatures say of dst and of results.
#define RETOUCH_DST "dst"_a = nb::none()
#define RETOUCH_STREAM "stream"_a = nb::none()
#define RETOUCH_STREAM_SIG "stream: Stream | retouch.types.StreamLike | None = None"
#define RETOUCH_OPERANDS_SIG "src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, dst: "

void bind_arithmetic(nb::module_& m) {
  m.def("add",
        cv(+[](const OperandArg& src1, const OperandArg& src2, const DstArg& dst, const PyMat* mask, int dtype,
               const CvStreamArg& stream) {
          return arithmetic("add", matrix::add, src1, src2, dst, mask, 1, dtype, stream);
        }),
        "src1"_a, "src2"_a, RETOUCH_DST, "mask"_a = nb::none(), "dtype"_a = -1, RETOUCH_STREAM,
        nb::sig("def add(" RETOUCH_OPERANDS_SIG
                "GpuMat | None = None, mask: GpuMat | None = None, dtype: int = -1, " RETOUCH_STREAM_SIG ") -> GpuMat"),
        arithmetic_doc);
  m.def("subtract",
        cv(+[](const OperandArg& src1, const OperandArg& src2, const DstArg& dst, const PyMat* mask, int dtype,
               const CvStreamArg& stream) {
          return arithmetic("subtract", matrix::subtract, src1, src2, dst, mask, 1, dtype, stream);
        }),
        "src1"_a, "src2"_a, RETOUCH_DST, "mask"_a = nb::none(), "dtype"_a = -1, RETOUCH_STREAM,
        nb::sig("def subtract(" RETOUCH_OPERANDS_SIG "GpuMat | None = None, mask: GpuMat | None = None, dtype: int = "
                "-1, " RETOUCH_STREAM_SIG ") -> GpuMat"),
        arithmetic_doc);
  m.def("multiply",
        cv(+[](const OperandArg& src1, const OperandArg& src2, const DstArg& dst, double scale, int dtype,
               const CvStreamArg& stream) {
          return arithmetic("multiply", matrix::multiply, src1, src2, dst, nullptr, scale, dtype, stream);
        }),
        "src1"_a, "src2"_a, RETOUCH_DST, "scale"_a = 1.0, "dtype"_a = -1, RETOUCH_STREAM,
        nb::sig("def multiply(" RETOUCH_OPERANDS_SIG
                "GpuMat | None = None, scale: float = 1.0, dtype: int = -1, " RETOUCH_STREAM_SIG ") -> GpuMat"),
        "scale * src1 * src2");
  m.def("divide",
        cv(+[](const OperandArg& src1, const OperandArg& src2, const DstArg& dst, double scale, int dtype,
               const CvStreamArg& stream) {
          return arithmetic("divide", matrix::divide, src1, src2, dst, nullptr, scale, dtype, stream);
        }),
        "src1"_a, "src2"_a, RETOUCH_DST, "scale"_a = 1.0, "dtype"_a = -1, RETOUCH_STREAM,
        nb::sig("def divide(" RETOUCH_OPERANDS_SIG
                "GpuMat | None = None, scale: float = 1.0, dtype: int = -1, " RETOUCH_STREAM_SIG ") -> GpuMat"),
        "scale * src1 / src2, rounded to nearest; whole numbers divided by 0 are 0.");
  m.def("addWeighted",
        cv(+[](const OperandArg& src1, double alpha, const OperandArg& src2, double beta, double gamma,
               const DstArg& dst, int dtype, const CvStreamArg& stream) {
          MatrixCall call("addWeighted", stream);
          const Operand a = call.use(src1);
          const Operand b = call.use(src2);
          ArithmeticOptions options;
          options.has_depth = dtype >= 0;
          options.depth = depth_of("addWeighted", dtype, Depth::u8);
          return call.into(
              dst, [&](StreamView on, Matrix& to) { matrix::add_weighted(on, a, alpha, b, beta, gamma, to, options); });
        }),
        "src1"_a, "alpha"_a, "src2"_a, "beta"_a, "gamma"_a, RETOUCH_DST, "dtype"_a = -1, RETOUCH_STREAM,
        nb::sig("def addWeighted(src1: GpuMat | retouch.types.ScalarLike, alpha: float, src2: GpuMat | "
                "retouch.types.ScalarLike, beta: float, gamma: float, dst: GpuMat | None = None, dtype: int = "
                "-1, " RETOUCH_STREAM_SIG ") -> GpuMat"));

#define RETOUCH_PAIRWISE(name, function)                                                                             \
  m.def(name, cv(+[](const OperandArg& src1, const OperandArg& src2, const DstArg& dst, const CvStreamArg& stream) { \
          return pairwise(name, function, src1, src2, dst, stream);                                                  \
        }),                                                                                                          \
        "src1"_a, "src2"_a, RETOUCH_DST, RETOUCH_STREAM,                                                             \
        nb::sig("def " name "(" RETOUCH_OPERANDS_SIG "GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"))
  RETOUCH_PAIRWISE("absdiff", matrix::abs_diff);
  RETOUCH_PAIRWISE("min", matrix::min);
  RETOUCH_PAIRWISE("max", matrix::max);
#undef RETOUCH_PAIRWISE

  m.def(
      "compare",
      cv(+[](const OperandArg& src1, const OperandArg& src2, int cmpop, const DstArg& dst, const CvStreamArg& stream) {
        MatrixCall call("compare", stream);
        const Operand a = call.use(src1);
        const Operand b = call.use(src2);
        const matrix::CompareOp op = compare_op(cmpop);
        return call.into(dst, [&](StreamView on, Matrix& to) { matrix::compare(on, a, b, to, op); });
      }),
      "src1"_a, "src2"_a, "cmpop"_a, RETOUCH_DST, RETOUCH_STREAM,
      nb::sig("def compare(src1: GpuMat | retouch.types.ScalarLike, src2: GpuMat | retouch.types.ScalarLike, cmpop: "
              "int, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"));

  m.def(
      "bitwise_not", cv(+[](const PyMat& src, const DstArg& dst, const PyMat* mask, const CvStreamArg& stream) {
        MatrixCall call("bitwise_not", stream);
        const Matrix from = call.use(src);
        const Matrix over = call.use(mask);
        return call.into(dst, [&](StreamView on, Matrix& to) { matrix::bitwise_not(on, from, to, over); });
      }),
      "src"_a, RETOUCH_DST, "mask"_a = nb::none(), RETOUCH_STREAM,
      nb::sig("def bitwise_not(src: GpuMat, dst: GpuMat | None = None, mask: GpuMat | None = None, " RETOUCH_STREAM_SIG
              ") -> GpuMat"));
#define RETOUCH_BITWISE(name, function)                                                                        \
  m.def(name,                                                                                                  \
        cv(+[](const OperandArg& src1, const OperandArg& src2, const DstArg& dst, const PyMat* mask,           \
               const CvStreamArg& stream) { return bitwise(name, function, src1, src2, dst, mask, stream); }), \
        "src1"_a, "src2"_a, RETOUCH_DST, "mask"_a = nb::none(), RETOUCH_STREAM,                                \
        nb::sig("def " name "(" RETOUCH_OPERANDS_SIG                                                           \
                "GpuMat | None = None, mask: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"))
  RETOUCH_BITWISE("bitwise_and", matrix::bitwise_and);
  RETOUCH_BITWISE("bitwise_or", matrix::bitwise_or);
  RETOUCH_BITWISE("bitwise_xor", matrix::bitwise_xor);
#undef RETOUCH_BITWISE
}

void bind_math(nb::module_& m) {
#define RETOUCH_MATH(name, function)                                                   \
  m.def(name, cv(+[](const PyMat& src, const DstArg& dst, const CvStreamArg& stream) { \
          return math(name, src, dst, stream, matrix::MathFunction::function);         \
        }),                                                                            \
        "src"_a, RETOUCH_DST, RETOUCH_STREAM,                                          \
        nb::sig("def " name "(src: GpuMat, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"))
  RETOUCH_MATH("abs", abs);
  RETOUCH_MATH("sqr", sqr);
  RETOUCH_MATH("sqrt", sqrt);
  RETOUCH_MATH("exp", exp);
  RETOUCH_MATH("log", log);
#undef RETOUCH_MATH
  m.def("pow", cv(+[](const PyMat& src, double power, const DstArg& dst, const CvStreamArg& stream) {
          return math("pow", src, dst, stream, matrix::MathFunction::pow, power);
        }),
        "src"_a, "power"_a, RETOUCH_DST, RETOUCH_STREAM,
        nb::sig("def pow(src: GpuMat, power: float, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"));

#define RETOUCH_MAGNITUDE(name, squared)                                                                    \
  m.def(name, cv(+[](const PyMat& x, nb::handle_t<PyMat> y, const DstArg& dst, const CvStreamArg& stream) { \
          /* (xy, magnitude), by position, is as good a call as (x, y). */                                  \
          if (x.matrix().channels() == 2 && dst.given.is_none())                                            \
            return magnitude(name, x, DstArg{y}, stream, squared);                                          \
          return magnitude(name, x, self_of<PyMat>(y), dst, stream, squared);                               \
        }),                                                                                                 \
        "x"_a, "y"_a, "magnitude"_a = nb::none(), RETOUCH_STREAM,                                           \
        nb::sig("def " name "(x: GpuMat, y: GpuMat, magnitude: GpuMat | None = None, " RETOUCH_STREAM_SIG   \
                ") -> GpuMat"));                                                                            \
  m.def(name, cv(+[](const PyMat& xy, const DstArg& dst, const CvStreamArg& stream) {                       \
          return magnitude(name, xy, dst, stream, squared);                                                 \
        }),                                                                                                 \
        "xy"_a, "magnitude"_a = nb::none(), RETOUCH_STREAM,                                                 \
        nb::sig("def " name "(xy: GpuMat, magnitude: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"))
  RETOUCH_MAGNITUDE("magnitude", false);
  RETOUCH_MAGNITUDE("magnitudeSqr", true);
#undef RETOUCH_MAGNITUDE

  m.def(
      "threshold",
      cv(+[](const PyMat& src, double thresh, double maxval, int type, const DstArg& dst, const CvStreamArg& stream) {
        if (type < 0 || type > static_cast<int>(matrix::ThresholdType::tozero_inv))
          throw InvalidArgument("threshold: type is THRESH_BINARY, _BINARY_INV, _TRUNC, _TOZERO or _TOZERO_INV (got " +
                                std::to_string(type) + ")");
        MatrixCall call("threshold", stream);
        const Matrix from = call.use(src);
        return nb::make_tuple(thresh, call.into(dst, [&](StreamView on, Matrix& to) {
          matrix::threshold(on, from, to, thresh, maxval, static_cast<matrix::ThresholdType>(type));
        }));
      }),
      "src"_a, "thresh"_a, "maxval"_a, "type"_a, RETOUCH_DST, RETOUCH_STREAM,
      nb::sig("def threshold(src: GpuMat, thresh: float, maxval: float, type: int, dst: GpuMat | None = "
              "None, " RETOUCH_STREAM_SIG ") -> tuple[float, GpuMat]"));
  m.def("inRange",
        cv(+[](const PyMat& src, const ScalarArg& lower, const ScalarArg& upper, const DstArg& dst,
               const CvStreamArg& stream) {
          MatrixCall call("inRange", stream);
          const Matrix from = call.use(src);
          return call.into(
              dst, [&](StreamView on, Matrix& to) { matrix::in_range(on, from, lower.scalar, upper.scalar, to); });
        }),
        "src"_a, "lowerb"_a, "upperb"_a, RETOUCH_DST, RETOUCH_STREAM,
        nb::sig("def inRange(src: GpuMat, lowerb: retouch.types.ScalarLike, upperb: retouch.types.ScalarLike, dst: "
                "GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"));
}

void bind_channels(nb::module_& m) {
  m.def("merge", cv(merge), "src"_a, RETOUCH_DST, RETOUCH_STREAM,
        nb::sig("def merge(src: collections.abc.Iterable[GpuMat], dst: GpuMat | None = None, " RETOUCH_STREAM_SIG
                ") -> GpuMat"));
  m.def("split", cv(split), "src"_a, RETOUCH_DST, RETOUCH_STREAM,
        nb::sig("def split(src: GpuMat, dst: collections.abc.Iterable[GpuMat] | None = None, " RETOUCH_STREAM_SIG
                ") -> list[GpuMat]"));
  m.def("swapChannels", cv(+[](nb::handle_t<PyMat> image, const nb::object& order, const CvStreamArg& stream) {
          return swap_channels(image, order, stream);
        }),
        "image"_a, "dstOrder"_a, RETOUCH_STREAM,
        nb::sig("def swapChannels(image: GpuMat, dstOrder: collections.abc.Sequence[int], " RETOUCH_STREAM_SIG
                ") -> GpuMat"),
        "In place, four channels: channel i becomes what channel dstOrder[i] was.");
  m.def("cvtColor", cv(+[](const PyMat& src, int code, const DstArg& dst, int dcn, const CvStreamArg& stream) {
          MatrixCall call("cvtColor", stream);
          const Matrix from = call.use(src);
          return call.into(dst, [&](StreamView on, Matrix& to) { matrix::cvt_color(on, from, to, code, dcn); });
        }),
        "src"_a, "code"_a, RETOUCH_DST, "dcn"_a = 0, RETOUCH_STREAM,
        nb::sig("def cvtColor(src: GpuMat, code: int, dst: GpuMat | None = None, dcn: int = 0, " RETOUCH_STREAM_SIG
                ") -> GpuMat"),
        "Raises Unsupported for a conversion that color_conversions() does not have.");
  m.def(
      "color_conversions",
      [] {
        nb::dict result;
        for (const matrix::ColorConversion& conversion : matrix::color_conversions())
          result[conversion.name] = conversion.code;
        return result;
      },
      nb::sig("def color_conversions() -> dict[str, int]"), "The conversions of cvtColor: {\"BGR2GRAY\": 6, ...}");
  m.def(
      "alphaComp", cv(+[](const PyMat& img1, const PyMat& img2, int op, const DstArg& dst, const CvStreamArg& stream) {
        MatrixCall call("alphaComp", stream);
        const Matrix a = call.use(img1);
        const Matrix b = call.use(img2);
        const matrix::AlphaOp how = alpha_op(op);
        return call.into(dst, [&](StreamView on, Matrix& to) { matrix::alpha_comp(on, a, b, to, how); });
      }),
      "img1"_a, "img2"_a, "alpha_op"_a, RETOUCH_DST, RETOUCH_STREAM,
      nb::sig("def alphaComp(img1: GpuMat, img2: GpuMat, alpha_op: int, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG
              ") -> GpuMat"));
}

}  // namespace

void bind_matrix_ops(nb::module_& m) {
  bind_arithmetic(m);
  bind_math(m);
  bind_channels(m);
}

}  // namespace retouch::python
