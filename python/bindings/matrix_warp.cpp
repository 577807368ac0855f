// cudawarping, and the geometry of cudaarithm.
#include "retouch/matrix_warp.hpp"

#include <algorithm>
#include <optional>

#include "matrix.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

namespace {

constexpr int inter_mask = 7;          // INTER_MAX
constexpr int warp_inverse_map = 16;   // WARP_INVERSE_MAP
constexpr int warp_relative_map = 32;  // WARP_RELATIVE_MAP
constexpr int linear = static_cast<int>(matrix::Sampling::linear);

matrix::Sampling sampling_of(const char* call, int flags) {
  const int kind = flags & inter_mask;
  if (kind > static_cast<int>(matrix::Sampling::area))
    throw Unsupported(std::string(call) + ": INTER_NEAREST, INTER_LINEAR, INTER_CUBIC, and INTER_AREA of resize are " +
                      "there (got " + std::to_string(flags) + ")");
  return static_cast<matrix::Sampling>(kind);
}

template <int rows>
void read_map(const char* call, const ArrayArg& array, double (&m)[rows * 3]) {
  const Numbers numbers = numbers_of(call, "M", array);
  if (numbers.size != Size{3, rows})
    throw InvalidArgument(std::string(call) + ": M must have " + std::to_string(rows) + " rows of 3 numbers (got " +
                          std::to_string(numbers.size.height) + " of " + std::to_string(numbers.size.width) + ")");
  std::copy(numbers.values.begin(), numbers.values.end(), m);
}

matrix::WarpOptions options_of(const char* call, int flags, int border, const ScalarArg& value) {
  return {sampling_of(call, flags), (flags & warp_inverse_map) != 0, edge_of(call, border), value.scalar};
}

template <class Build>
nb::object build_maps(const char* name, const DstArg& xmap, const DstArg& ymap, const CvStreamArg& stream,
                      Build&& build) {
  MatrixCall call(name, stream);
  nb::object x_object = xmap.object();
  nb::object y_object = ymap.object();
  PyMat& x = *nb::inst_ptr<PyMat>(x_object);
  PyMat& y = *nb::inst_ptr<PyMat>(y_object);
  Matrix x_map = call.use(x);
  Matrix y_map = call.use(y);
  call.enqueue([&](StreamView on) { build(on, x_map, y_map); });
  x.take(std::move(x_map));
  y.take(std::move(y_map));
  return nb::make_tuple(x_object, y_object);
}

#define RETOUCH_STREAM_SIG "stream: Stream | retouch.types.StreamLike | None = None"
#define RETOUCH_WARP_SIG                                                                                             \
  "src: GpuMat, M: retouch.types.ArrayLike, dsize: retouch.types.SizeLike, dst: GpuMat | None = None, flags: int = " \
  "1, borderMode: int = 0, borderValue: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), " RETOUCH_STREAM_SIG
#define RETOUCH_MAPS_SIG                                                                                         \
  "M: retouch.types.ArrayLike, inverse: bool, dsize: retouch.types.SizeLike, xmap: GpuMat | None = None, ymap: " \
  "GpuMat | None = None, " RETOUCH_STREAM_SIG

void bind_warps(nb::module_& m) {
  m.def("warpAffine",
        cv(+[](const PyMat& src, const ArrayArg& map, const CvSizeArg& dsize, const DstArg& dst, int flags, int border,
               const ScalarArg& value, const CvStreamArg& stream) {
          const char* const name = "warpAffine";
          double values[6];
          read_map<2>(name, map, values);
          const matrix::WarpOptions options = options_of(name, flags, border, value);
          MatrixCall call(name, stream);
          const Matrix from = call.use(src);
          return call.into(
              dst, [&](StreamView on, Matrix& to) { matrix::warp_affine(on, from, to, values, dsize, options); });
        }),
        "src"_a, "M"_a, "dsize"_a, "dst"_a = nb::none(), "flags"_a = linear, "borderMode"_a = 0,
        "borderValue"_a = ScalarArg(), "stream"_a = nb::none(),
        nb::sig("def warpAffine(" RETOUCH_WARP_SIG ") -> GpuMat"));
  m.def("warpPerspective",
        cv(+[](const PyMat& src, const ArrayArg& map, const CvSizeArg& dsize, const DstArg& dst, int flags, int border,
               const ScalarArg& value, const CvStreamArg& stream) {
          const char* const name = "warpPerspective";
          double values[9];
          read_map<3>(name, map, values);
          const matrix::WarpOptions options = options_of(name, flags, border, value);
          MatrixCall call(name, stream);
          const Matrix from = call.use(src);
          return call.into(
              dst, [&](StreamView on, Matrix& to) { matrix::warp_perspective(on, from, to, values, dsize, options); });
        }),
        "src"_a, "M"_a, "dsize"_a, "dst"_a = nb::none(), "flags"_a = linear, "borderMode"_a = 0,
        "borderValue"_a = ScalarArg(), "stream"_a = nb::none(),
        nb::sig("def warpPerspective(" RETOUCH_WARP_SIG ") -> GpuMat"));
  m.def("remap",
        cv(+[](const PyMat& src, const PyMat& xmap, const PyMat& ymap, int interpolation, const DstArg& dst, int border,
               const ScalarArg& value, const CvStreamArg& stream) {
          const char* const name = "remap";
          matrix::WarpOptions options = options_of(name, interpolation & inter_mask, border, value);
          const bool relative = (interpolation & warp_relative_map) != 0;
          MatrixCall call(name, stream);
          const Matrix from = call.use(src);
          const Matrix x = call.use(xmap);
          const Matrix y = call.use(ymap);
          return call.into(dst,
                           [&](StreamView on, Matrix& to) { matrix::remap(on, from, to, x, y, options, relative); });
        }),
        "src"_a, "xmap"_a, "ymap"_a, "interpolation"_a, "dst"_a = nb::none(), "borderMode"_a = 0,
        "borderValue"_a = ScalarArg(), "stream"_a = nb::none(),
        nb::sig("def remap(src: GpuMat, xmap: GpuMat, ymap: GpuMat, interpolation: int, dst: GpuMat | None = None, "
                "borderMode: int = 0, borderValue: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), " RETOUCH_STREAM_SIG
                ") -> GpuMat"));
  m.def("buildWarpAffineMaps",
        cv(+[](const ArrayArg& map, bool inverse, const CvSizeArg& dsize, const DstArg& xmap, const DstArg& ymap,
               const CvStreamArg& stream) {
          double values[6];
          read_map<2>("buildWarpAffineMaps", map, values);
          return build_maps("buildWarpAffineMaps", xmap, ymap, stream, [&](StreamView on, Matrix& x, Matrix& y) {
            matrix::build_warp_affine_maps(on, values, inverse, dsize, x, y);
          });
        }),
        "M"_a, "inverse"_a, "dsize"_a, "xmap"_a = nb::none(), "ymap"_a = nb::none(), "stream"_a = nb::none(),
        nb::sig("def buildWarpAffineMaps(" RETOUCH_MAPS_SIG ") -> tuple[GpuMat, GpuMat]"));
  m.def("buildWarpPerspectiveMaps",
        cv(+[](const ArrayArg& map, bool inverse, const CvSizeArg& dsize, const DstArg& xmap, const DstArg& ymap,
               const CvStreamArg& stream) {
          double values[9];
          read_map<3>("buildWarpPerspectiveMaps", map, values);
          return build_maps("buildWarpPerspectiveMaps", xmap, ymap, stream, [&](StreamView on, Matrix& x, Matrix& y) {
            matrix::build_warp_perspective_maps(on, values, inverse, dsize, x, y);
          });
        }),
        "M"_a, "inverse"_a, "dsize"_a, "xmap"_a = nb::none(), "ymap"_a = nb::none(), "stream"_a = nb::none(),
        nb::sig("def buildWarpPerspectiveMaps(" RETOUCH_MAPS_SIG ") -> tuple[GpuMat, GpuMat]"));
}

}  // namespace

void bind_matrix_warp(nb::module_& m) {
  bind_warps(m);
  m.def("resize",
        cv(+[](const PyMat& src, const std::optional<CvSizeArg>& dsize, const DstArg& dst, double fx, double fy,
               int interpolation, const CvStreamArg& stream) {
          const matrix::Sampling sampling = sampling_of("resize", interpolation);
          const Size size = dsize ? Size(*dsize) : Size{};
          MatrixCall call("resize", stream);
          const Matrix from = call.use(src);
          return call.into(dst,
                           [&](StreamView on, Matrix& to) { matrix::resize(on, from, to, size, fx, fy, sampling); });
        }),
        "src"_a, "dsize"_a.none(), "dst"_a = nb::none(), "fx"_a = 0.0, "fy"_a = 0.0, "interpolation"_a = linear,
        "stream"_a = nb::none(),
        nb::sig("def resize(src: GpuMat, dsize: retouch.types.SizeLike | None, dst: GpuMat | None = None, fx: float = "
                "0.0, fy: float = 0.0, interpolation: int = 1, " RETOUCH_STREAM_SIG ") -> GpuMat"));
  m.def("rotate",
        cv(+[](const PyMat& src, const CvSizeArg& dsize, double angle, const DstArg& dst, double x_shift,
               double y_shift, int interpolation, const CvStreamArg& stream) {
          const matrix::Sampling sampling = sampling_of("rotate", interpolation);
          MatrixCall call("rotate", stream);
          const Matrix from = call.use(src);
          return call.into(dst, [&](StreamView on, Matrix& to) {
            matrix::rotate(on, from, to, dsize, angle, x_shift, y_shift, sampling);
          });
        }),
        "src"_a, "dsize"_a, "angle"_a, "dst"_a = nb::none(), "xShift"_a = 0.0, "yShift"_a = 0.0,
        "interpolation"_a = linear, "stream"_a = nb::none(),
        nb::sig("def rotate(src: GpuMat, dsize: retouch.types.SizeLike, angle: float, dst: GpuMat | None = None, "
                "xShift: float = 0.0, yShift: float = 0.0, interpolation: int = 1, " RETOUCH_STREAM_SIG ") -> GpuMat"));
  m.def("flip", cv(+[](const PyMat& src, int code, const DstArg& dst, const CvStreamArg& stream) {
          MatrixCall call("flip", stream);
          const Matrix from = call.use(src);
          return call.into(dst, [&](StreamView on, Matrix& to) { matrix::flip(on, from, to, code); });
        }),
        "src"_a, "flipCode"_a, "dst"_a = nb::none(), "stream"_a = nb::none(),
        nb::sig("def flip(src: GpuMat, flipCode: int, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"));
  m.def("transpose", cv(+[](const PyMat& src, const DstArg& dst, const CvStreamArg& stream) {
          MatrixCall call("transpose", stream);
          const Matrix from = call.use(src);
          return call.into(dst, [&](StreamView on, Matrix& to) { matrix::transpose(on, from, to); });
        }),
        "src1"_a, "dst"_a = nb::none(), "stream"_a = nb::none(),
        nb::sig("def transpose(src1: GpuMat, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"));
  m.def("pyrDown", cv(+[](const PyMat& src, const DstArg& dst, const CvStreamArg& stream) {
          MatrixCall call("pyrDown", stream);
          const Matrix from = call.use(src);
          return call.into(dst, [&](StreamView on, Matrix& to) { matrix::pyr_down(on, from, to); });
        }),
        "src"_a, "dst"_a = nb::none(), "stream"_a = nb::none(),
        nb::sig("def pyrDown(src: GpuMat, dst: GpuMat | None = None, " RETOUCH_STREAM_SIG ") -> GpuMat"));
  m.def("copyMakeBorder",
        cv(+[](const PyMat& src, int top, int bottom, int left, int right, int border, const DstArg& dst,
               const ScalarArg& value, const CvStreamArg& stream) {
          const matrix::Edge edge = edge_of("copyMakeBorder", border);
          MatrixCall call("copyMakeBorder", stream);
          const Matrix from = call.use(src);
          return call.into(dst, [&](StreamView on, Matrix& to) {
            matrix::copy_make_border(on, from, to, top, bottom, left, right, edge, value.scalar);
          });
        }),
        "src"_a, "top"_a, "bottom"_a, "left"_a, "right"_a, "borderType"_a, "dst"_a = nb::none(),
        "value"_a = ScalarArg(), "stream"_a = nb::none(),
        nb::sig("def copyMakeBorder(src: GpuMat, top: int, bottom: int, left: int, right: int, borderType: int, dst: "
                "GpuMat | None = None, value: retouch.types.ScalarLike = (0.0, 0.0, 0.0, 0.0), " RETOUCH_STREAM_SIG
                ") -> GpuMat"));
}

}  // namespace retouch::python
