// cudafilters: filters that are made once and applied often.
#include "retouch/matrix_filter.hpp"

#include "matrix.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

namespace {

using matrix::Edge;
using matrix::Filter;

constexpr int border_default = static_cast<int>(Edge::reflect_101);

struct Types {
  MatrixType src;
  MatrixType dst;
};
// Of dstType the depth counts, as in OpenCV; -1 is the source's.
Types types_of(const char* call, int src, int dst) {
  const MatrixType from = type_of(call, src);
  return {from, from.with(depth_of(call, dst, from.depth))};
}
struct Edges {
  Edge row;
  Edge column;
};
Edges edges_of(const char* call, int row, int column) {
  return {edge_of(call, row), edge_of(call, column < 0 ? row : column)};
}

// A row or column of numbers, whichever way it lies.
std::vector<double> line_of(const char* call, const char* what, const ArrayArg& array) {
  Numbers numbers = numbers_of(call, what, array);
  if (numbers.size.width > 1 && numbers.size.height > 1)
    throw InvalidArgument(std::string(call) + ": " + what + " must be one row or one column (got " +
                          std::to_string(numbers.size.height) + "x" + std::to_string(numbers.size.width) + ")");
  return std::move(numbers.values);
}

nb::object apply(const Filter& self, const PyMat& src, const DstArg& dst, const CvStreamArg& stream) {
  MatrixCall call("apply", stream);
  const Matrix from = call.use(src);
  return call.into(dst, [&](StreamView on, Matrix& to) { self.apply(on, from, to); });
}

Filter deriv(const char* call, int src, int dst, int dx, int dy, int ksize, bool normalize, double scale, int row,
             int column) {
  const Types types = types_of(call, src, dst);
  const Edges edges = edges_of(call, row, column);
  return matrix::deriv_filter(types.src, types.dst, dx, dy, ksize, normalize, scale, edges.row, edges.column);
}

}  // namespace

void bind_matrix_filter(nb::module_& m) {
  nb::class_<Filter>(m, "Filter", "Made by one of the create...Filter functions; applied as often as you like.")
      .def(
          "apply", cv(apply), "src"_a, "dst"_a = nb::none(), "stream"_a = nb::none(),
          nb::sig("def apply(self, src: GpuMat, dst: GpuMat | None = None, stream: Stream | retouch.types.StreamLike | "
                  "None = None) -> GpuMat"),
          "dst = src, filtered; dst may be src. A matrix that is a part of another is treated as if it were alone.");

  m.def("createGaussianFilter",
        cv(+[](int src, int dst, const CvSizeArg& ksize, double sigma1, double sigma2, int row, int column) {
          const char* const call = "createGaussianFilter";
          const Types types = types_of(call, src, dst);
          const Edges edges = edges_of(call, row, column);
          return matrix::gaussian_filter(types.src, types.dst, ksize, sigma1, sigma2, edges.row, edges.column);
        }),
        "srcType"_a, "dstType"_a, "ksize"_a, "sigma1"_a, "sigma2"_a = 0.0, "rowBorderMode"_a = border_default,
        "columnBorderMode"_a = -1);
  m.def("createBoxFilter",
        cv(+[](int src, int dst, const CvSizeArg& ksize, const CvPointArg& anchor, int border, const ScalarArg& value) {
          const char* const call = "createBoxFilter";
          const Types types = types_of(call, src, dst);
          return matrix::box_filter(types.src, types.dst, ksize, anchor, edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "dstType"_a, "ksize"_a, "anchor"_a = CvPointArg(-1, -1), "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createLinearFilter",
        cv(+[](int src, int dst, const ArrayArg& kernel, const CvPointArg& anchor, int border, const ScalarArg& value) {
          const char* const call = "createLinearFilter";
          const Types types = types_of(call, src, dst);
          const Numbers numbers = numbers_of(call, "kernel", kernel);
          return matrix::linear_filter(types.src, types.dst, {numbers.size, numbers.values}, anchor,
                                       edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "dstType"_a, "kernel"_a, "anchor"_a = CvPointArg(-1, -1), "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createLaplacianFilter", cv(+[](int src, int dst, int ksize, double scale, int border, const ScalarArg& value) {
          const char* const call = "createLaplacianFilter";
          const Types types = types_of(call, src, dst);
          return matrix::laplacian_filter(types.src, types.dst, ksize, scale, edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "dstType"_a, "ksize"_a = 1, "scale"_a = 1.0, "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createSeparableLinearFilter",
        cv(+[](int src, int dst, const ArrayArg& row_kernel, const ArrayArg& column_kernel, const CvPointArg& anchor,
               int row, int column) {
          const char* const call = "createSeparableLinearFilter";
          const Types types = types_of(call, src, dst);
          const Edges edges = edges_of(call, row, column);
          return matrix::separable_filter(types.src, types.dst, line_of(call, "rowKernel", row_kernel),
                                          line_of(call, "columnKernel", column_kernel), anchor, edges.row,
                                          edges.column);
        }),
        "srcType"_a, "dstType"_a, "rowKernel"_a, "columnKernel"_a, "anchor"_a = CvPointArg(-1, -1),
        "rowBorderMode"_a = border_default, "columnBorderMode"_a = -1);
  m.def("createDerivFilter",
        cv(+[](int src, int dst, int dx, int dy, int ksize, bool normalize, double scale, int row, int column) {
          return deriv("createDerivFilter", src, dst, dx, dy, ksize, normalize, scale, row, column);
        }),
        "srcType"_a, "dstType"_a, "dx"_a, "dy"_a, "ksize"_a, "normalize"_a = false, "scale"_a = 1.0,
        "rowBorderMode"_a = border_default, "columnBorderMode"_a = -1);
  m.def("createSobelFilter", cv(+[](int src, int dst, int dx, int dy, int ksize, double scale, int row, int column) {
          return deriv("createSobelFilter", src, dst, dx, dy, ksize, false, scale, row, column);
        }),
        "srcType"_a, "dstType"_a, "dx"_a, "dy"_a, "ksize"_a = 3, "scale"_a = 1.0, "rowBorderMode"_a = border_default,
        "columnBorderMode"_a = -1);
  m.def("createScharrFilter", cv(+[](int src, int dst, int dx, int dy, double scale, int row, int column) {
          return deriv("createScharrFilter", src, dst, dx, dy, -1, false, scale, row, column);
        }),
        "srcType"_a, "dstType"_a, "dx"_a, "dy"_a, "scale"_a = 1.0, "rowBorderMode"_a = border_default,
        "columnBorderMode"_a = -1);
  m.def("createMorphologyFilter",
        cv(+[](int op, int src, const ArrayArg& kernel, const CvPointArg& anchor, int iterations) {
          const char* const call = "createMorphologyFilter";
          if (op < 0 || op > static_cast<int>(matrix::Morphology::blackhat))
            throw InvalidArgument(std::string(call) +
                                  ": op is MORPH_ERODE, _DILATE, _OPEN, _CLOSE, _GRADIENT, _TOPHAT " +
                                  "or _BLACKHAT (got " + std::to_string(op) + ")");
          const Numbers element = numbers_of(call, "kernel", kernel);
          return matrix::morphology_filter(static_cast<matrix::Morphology>(op), type_of(call, src),
                                           {element.size, element.values}, anchor, iterations);
        }),
        "op"_a, "srcType"_a, "kernel"_a.none(), "anchor"_a = CvPointArg(-1, -1), "iterations"_a = 1);
  m.def("createBoxMaxFilter",
        cv(+[](int src, const CvSizeArg& ksize, const CvPointArg& anchor, int border, const ScalarArg& value) {
          const char* const call = "createBoxMaxFilter";
          return matrix::box_max_filter(type_of(call, src), ksize, anchor, edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "ksize"_a, "anchor"_a = CvPointArg(-1, -1), "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createBoxMinFilter",
        cv(+[](int src, const CvSizeArg& ksize, const CvPointArg& anchor, int border, const ScalarArg& value) {
          const char* const call = "createBoxMinFilter";
          return matrix::box_min_filter(type_of(call, src), ksize, anchor, edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "ksize"_a, "anchor"_a = CvPointArg(-1, -1), "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createRowSumFilter", cv(+[](int src, int dst, int ksize, int anchor, int border, const ScalarArg& value) {
          const char* const call = "createRowSumFilter";
          const Types types = types_of(call, src, dst);
          return matrix::sum_filter(types.src, types.dst, {ksize, 1}, {anchor, anchor < 0 ? -1 : 0},
                                    edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "dstType"_a, "ksize"_a, "anchor"_a = -1, "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createColumnSumFilter", cv(+[](int src, int dst, int ksize, int anchor, int border, const ScalarArg& value) {
          const char* const call = "createColumnSumFilter";
          const Types types = types_of(call, src, dst);
          return matrix::sum_filter(types.src, types.dst, {1, ksize}, {anchor < 0 ? -1 : 0, anchor},
                                    edge_of(call, border), value.scalar);
        }),
        "srcType"_a, "dstType"_a, "ksize"_a, "anchor"_a = -1, "borderMode"_a = border_default,
        "borderVal"_a = ScalarArg());
  m.def("createMedianFilter",
        cv(+[](int src, int size, int) { return matrix::median_filter(type_of("createMedianFilter", src), size); }),
        "srcType"_a, "windowSize"_a, "partition"_a = 128);
}

}  // namespace retouch::python
