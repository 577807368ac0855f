// GpuMat, and what leads to it and from it: arrays, pictures of retouch, other libraries.
#include "retouch/matrix.hpp"

#include <limits>
#include <optional>

#include "arrays.hpp"
#include "matrix.hpp"
#include "retouch/error.hpp"
#include "retouch/matrix_ops.hpp"
#include "work.hpp"

namespace retouch::python {

namespace {

PyMat made(Size size, int code, const Scalar* value) {
  MatrixCall call("GpuMat", CvStreamArg{});
  Matrix matrix(current_device());
  call.enqueue([&](StreamView on) {
    matrix.create(on, size, type_of("GpuMat", code));
    if (value != nullptr && !matrix.empty()) matrix::set_to(on, matrix, *value);
  });
  return PyMat(std::move(matrix));
}

void upload_array(const char* name, PyMat& self, nb::handle array, const CvStreamArg& stream) {
  MatrixCall call(name, stream);
  call.prefer(current_device());
  Matrix to = call.use(self);
  const PyMat* const mat = instance<PyMat>(array);
  const PyMat held = mat != nullptr ? *mat : matrix_of_array(name, array, false);
  // An array in host memory is read in the call, and orders nothing.
  const Matrix from = held.matrix().device().is_cuda() || mat != nullptr ? call.use(held) : held.matrix();
  if (from.empty()) {
    to.release();
  } else {
    call.enqueue([&](StreamView on) { upload(on, from, to); });
  }
  self.take(std::move(to));
}

void init_made(PyMat* self, Size size, int type, const Scalar* value) { new (self) PyMat(made(size, type, value)); }

nb::object download_array(const PyMat& self, const CvStreamArg& stream, nb::handle dst) {
  MatrixCall call("download", stream);
  const Matrix from = call.use(self);
  if (from.empty()) throw InvalidArgument("download: the matrix is empty");
  nb::object array;
  Matrix to;
  std::optional<PyMat> given;
  if (!dst.is_none()) {
    given.emplace(matrix_of_array("download", dst, true));
    const Matrix& target = given->matrix();
    if (target.size() == from.size() && target.type() == from.type() && target.device().is_cpu()) {
      to = target;
      array = nb::borrow(dst);
    }
  }
  if (!array.is_valid()) array = new_array(from.size(), from.type(), to);
  call.enqueue([&](StreamView on) { download(on, from, to); });
  return array;
}

nb::object copy_to(const PyMat& self, const PyMat* mask, const CvStreamArg& stream, const DstArg& dst) {
  MatrixCall call("copyTo", stream);
  const Matrix from = call.use(self);
  const Matrix over = call.use(mask);
  return call.into(dst, [&](StreamView on, Matrix& to) { matrix::copy(on, from, to, over); });
}

nb::object set_to(nb::handle object, const ScalarArg& value, const PyMat* mask, const CvStreamArg& stream) {
  PyMat& self = self_of<PyMat>(object);
  MatrixCall call("setTo", stream);
  Matrix to = call.use(self);
  const Matrix over = call.use(mask);
  call.enqueue([&](StreamView on) { matrix::set_to(on, to, value.scalar, over); });
  return nb::borrow(object);
}

nb::object convert_to(const PyMat& self, int type, const DstArg& dst, double alpha, double beta,
                      const CvStreamArg& stream) {
  MatrixCall call("convertTo", stream);
  const Matrix from = call.use(self);
  const Depth depth = depth_of("convertTo", type, from.depth());
  return call.into(dst, [&](StreamView on, Matrix& to) { matrix::convert(on, from, to, depth, alpha, beta); });
}

void create(PyMat& self, Size size, int code) {
  MatrixCall call("create", CvStreamArg{});
  call.prefer(current_device());
  Matrix matrix = call.use(self);
  call.enqueue([&](StreamView on) { matrix.create(on, size, type_of("create", code)); });
  self.take(std::move(matrix));
}

Matrix rows_of(const Matrix& matrix, int begin, int end) {
  if (begin == std::numeric_limits<int>::min() && end == std::numeric_limits<int>::max())
    return matrix;  // Range::all()
  return matrix.row_range(begin, end);
}
Matrix cols_of(const Matrix& matrix, int begin, int end) {
  if (begin == std::numeric_limits<int>::min() && end == std::numeric_limits<int>::max()) return matrix;
  return matrix.col_range(begin, end);
}

Tensor tensor_of(const Matrix& m) {
  static constexpr const char* kinds = "uiuiiff";
  return {m.device(),
          m.data(),
          m.size(),
          m.channels(),
          kinds[static_cast<int>(m.depth())],
          bytes_of(m.depth()),
          static_cast<std::int64_t>(m.step())};
}

nb::object numpy_of(const PyMat& self) {
  const Matrix& m = self.matrix();
  if (m.device().is_cuda())
    throw InvalidArgument("numpy: " + m.describe() + " is not in host memory: download() copies it there");
  if (self.storage() != nullptr) self.storage()->wait_on_host();
  return numpy_view(tensor_of(m), nb::cast(PyMat(self)));
}

// --- pictures of retouch
// ----------------------------------------------------------------------------------------------

PyMat gpu_mat(const ImageArg& view) {
  const Picture picture = picture_of("gpu_mat", "the view", view.object);
  const ImageView pixels = picture.view();
  const StreamView on = picture.storage()->stream()->view();
  Matrix matrix = picture.leased() ? Matrix::of(on, *picture.leased()) : Matrix::of(on, pixels);
  return {std::move(matrix), picture.storage(), std::make_shared<Picture>(picture)};
}

nb::object image_view(PyMat& self) {
  const Matrix& m = self.matrix();
  const ImageView pixels = m.image();
  if (self.origin() == nullptr) {
    const StoragePtr& storage = self.share();
    if (storage == nullptr) return nb::cast(Picture(pixels, Storage::of_frame(nullptr, default_stream(m.device()))));
    storage->keep(std::make_shared<Matrix>(m));
    return nb::cast(Picture(pixels, storage));
  }
  // A part of a frame stays one, with its lease.
  const ImageView whole = self.origin()->view();
  const Plane& plane = whole.plane(0);
  const int pixel = plane_channels(whole.format(), 0);
  const std::ptrdiff_t offset = m.data() - plane.data;
  if (m.channels() != pixel || static_cast<std::ptrdiff_t>(m.step()) != std::ptrdiff_t{plane.pitch_bytes})
    throw Unsupported("image_view: " + m.describe() + " is another shape of a frame's pixels (" + whole.describe() +
                      ")");
  const int y = static_cast<int>(offset / plane.pitch_bytes);
  const int x = static_cast<int>(offset % plane.pitch_bytes / pixel);
  Picture part = self.origin()->region({x, y, m.cols(), m.rows()});
  return part.leased() ? nb::cast(PyFrameView(std::move(part))) : nb::cast(std::move(part));
}

PyMat from_memory(int rows, int cols, int type, std::uintptr_t address, std::size_t step) {
  auto* const memory = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): OpenCV's way
  const MatrixType wanted = type_of("createGpuMatFromCudaMemory", type);
  return PyMat(Matrix::wrap(current_device(), {cols, rows}, wanted, memory, step));
}

nb::object continuous(int rows, int cols, int type, const DstArg& dst) {
  const char* const name = "createContinuous";
  MatrixCall call(name, CvStreamArg{});
  const std::int64_t area = std::int64_t{rows} * cols;
  if (rows < 0 || cols < 0 || area > std::numeric_limits<int>::max())
    throw InvalidArgument(std::string(name) + ": " + std::to_string(rows) + "x" + std::to_string(cols));
  return call.into(dst, [&](StreamView on, Matrix& to) {
    const MatrixType wanted = type_of(name, type);
    if (to.size() == Size{cols, rows} && to.type() == wanted && to.continuous()) return;
    to.create(on, {static_cast<int>(area), 1}, wanted);
    to = to.reshape(0, rows);
  });
}

nb::object at_least(int rows, int cols, int type, const DstArg& dst) {
  MatrixCall call("ensureSizeIsEnough", CvStreamArg{});
  return call.into(dst, [&](StreamView on, Matrix& to) {
    const MatrixType wanted = type_of("ensureSizeIsEnough", type);
    if (!to.empty() && to.type() == wanted && to.rows() >= rows && to.cols() >= cols)
      to = to.region({0, 0, cols, rows});
    else
      to.create(on, {cols, rows}, wanted);
  });
}

// --- GpuMat
// -----------------------------------------------------------------------------------------------------------

void bind_making(nb::class_<PyMat>& mat) {
  mat.def("__init__", cv(+[](PyMat* self, const AllocatorArg&) { new (self) PyMat; }), nb::kw_only(),
          "allocator"_a = nb::none(), nb::sig("def __init__(self, *, allocator: typing.Any = None) -> None"),
          "Empty. Allocators change nothing.")
      .def("__init__", cv(+[](PyMat* self, PyMat& m) { new (self) PyMat(m.part(m.matrix())); }), "m"_a,
           "The same memory.")
      .def("__init__",
           cv(+[](PyMat* self, PyMat& m, const CvRectArg& roi) { new (self) PyMat(m.part(m.matrix().region(roi))); }),
           "m"_a, "roi"_a, "A part: (x, y, width, height).")
      .def("__init__", cv(+[](PyMat* self, PyMat& m, const CvRangeArg& rows, const CvRangeArg& cols) {
             new (self) PyMat(m.part(cols_of(rows_of(m.matrix(), rows.v[0], rows.v[1]), cols.v[0], cols.v[1])));
           }),
           "m"_a, "rowRange"_a, "colRange"_a)
      .def("__init__", cv(+[](PyMat* self, int rows, int cols, int type, const ScalarArg& s, const AllocatorArg&) {
             init_made(self, {cols, rows}, type, &s.scalar);
           }),
           "rows"_a, "cols"_a, "type"_a, "s"_a, "allocator"_a = nb::none())
      .def("__init__", cv(+[](PyMat* self, int rows, int cols, int type, const AllocatorArg&) {
             init_made(self, {cols, rows}, type, nullptr);
           }),
           "rows"_a, "cols"_a, "type"_a, "allocator"_a = nb::none(), "What it holds is undefined.")
      .def("__init__", cv(+[](PyMat* self, const CvSizeArg& size, int type, const ScalarArg& s, const AllocatorArg&) {
             init_made(self, size, type, &s.scalar);
           }),
           "size"_a, "type"_a, "s"_a, "allocator"_a = nb::none())
      .def("__init__", cv(+[](PyMat* self, const CvSizeArg& size, int type, const AllocatorArg&) {
             init_made(self, size, type, nullptr);
           }),
           "size"_a, "type"_a, "allocator"_a = nb::none())
      .def("__init__", cv(+[](PyMat* self, const nb::object& arr, const AllocatorArg&) {
             PyMat mat;
             upload_array("GpuMat", mat, arr, CvStreamArg{});
             new (self) PyMat(std::move(mat));
           }),
           "arr"_a, "allocator"_a = nb::none(),
           nb::sig("def __init__(self, arr: retouch.types.ArrayLike, allocator: typing.Any = None) -> None"),
           "A copy of an array, on the current device.")
      .def("create", cv(+[](PyMat& self, int rows, int cols, int type) {
             create(self, {cols, rows}, type);
           }),
           "rows"_a, "cols"_a, "type"_a,
           "New memory, unless size and type are so already. LayoutError where it is a frame's.")
      .def("create", cv(+[](PyMat& self, const CvSizeArg& size, int type) { create(self, size, type); }), "size"_a,
           "type"_a)
      .def("release", cv(+[](PyMat& self) { self.take(Matrix(current_device())); }), "Drops the reference.")
      .def("swap", cv(+[](PyMat& self, PyMat& mat) {
             if (&self == &mat) return;
             Matrix a = self.matrix();
             Matrix b = mat.matrix();
             a.swap(b);  // throws where one is a frame's
             self.swap(mat);
           }),
           "mat"_a)
      .def("assignTo", cv(+[](const PyMat& self, PyMat& m, int type) {
             if (type < 0) {
               if (m.matrix().locked()) throw LayoutError("assignTo: " + m.matrix().describe() + " belongs to a frame");
               m.become(self);
               return;
             }
             static_cast<void>(convert_to(self, type, DstArg{nb::find(m)}, 1, 0, CvStreamArg{}));
           }),
           "m"_a, "type"_a = -1);
}

void bind_moving(nb::class_<PyMat>& mat) {
  mat.def("upload", cv(+[](PyMat& self, const nb::object& arr, const CvStreamArg& stream) {
            upload_array("upload", self, arr, stream);
          }),
          "arr"_a, "stream"_a = nb::none(),
          nb::sig("def upload(self, arr: GpuMat | retouch.types.ArrayLike, stream: Stream | retouch.types.StreamLike | "
                  "None = None) -> None"),
          "Takes the array's size, type and numbers. The array may be changed as soon as this returns.")
      .def("download", cv(+[](const PyMat& self, const CvStreamArg& stream, const nb::object& dst) {
             return download_array(self, stream, dst);
           }),
           "stream"_a, "dst"_a = nb::none(),
           nb::sig("def download(self, stream: Stream | retouch.types.StreamLike | None, dst: retouch.types.AnyArray | "
                   "None = None) -> retouch.types.AnyArray"),
           "A copy in host memory (dst, where it fits). Waits for the stream, as there is nothing to see before that.")
      .def("download",
           cv(+[](const PyMat& self, const nb::object& dst) { return download_array(self, CvStreamArg{}, dst); }),
           "dst"_a = nb::none(),
           nb::sig("def download(self, dst: retouch.types.AnyArray | None = None) -> retouch.types.AnyArray"))
      .def("clone", cv(+[](const PyMat& self) { return copy_to(self, nullptr, CvStreamArg{}, DstArg{nb::none()}); }),
           nb::sig("def clone(self) -> GpuMat"), "A copy of its own.")
      .def("copyTo", cv(+[](const PyMat& self, const DstArg& dst) { return copy_to(self, nullptr, {}, dst); }),
           "dst"_a = nb::none(), nb::sig("def copyTo(self, dst: GpuMat | None = None) -> GpuMat"))
      .def("copyTo", cv(+[](const PyMat& self, const CvStreamArg& stream, const DstArg& dst) {
             return copy_to(self, nullptr, stream, dst);
           }),
           "stream"_a, "dst"_a = nb::none(),
           nb::sig("def copyTo(self, stream: Stream | retouch.types.StreamLike | None, dst: GpuMat | None = None) -> "
                   "GpuMat"))
      .def("copyTo", cv(+[](const PyMat& self, const PyMat* mask, const CvStreamArg& stream, const DstArg& dst) {
             return copy_to(self, mask, stream, dst);
           }),
           "mask"_a.none(), "stream"_a, "dst"_a = nb::none(),
           nb::sig(
               "def copyTo(self, mask: GpuMat | None, stream: Stream | retouch.types.StreamLike | None, dst: GpuMat | "
               "None = None) -> GpuMat"))
      .def("copyTo",
           cv(+[](const PyMat& self, const PyMat* mask, const DstArg& dst) { return copy_to(self, mask, {}, dst); }),
           "mask"_a.none(), "dst"_a = nb::none(),
           nb::sig("def copyTo(self, mask: GpuMat | None, dst: GpuMat | None = None) -> GpuMat"),
           "Where mask is not 0.")
      .def("setTo", cv(+[](nb::handle_t<PyMat> self, const ScalarArg& s, const CvStreamArg& stream) {
             return set_to(self, s, nullptr, stream);
           }),
           "s"_a, "stream"_a = nb::none(),
           nb::sig("def setTo(self, s: retouch.types.ScalarLike, stream: Stream | retouch.types.StreamLike | None = "
                   "None) -> GpuMat"))
      .def("setTo", cv(+[](nb::handle_t<PyMat> self, const ScalarArg& s, const PyMat* mask, const CvStreamArg& stream) {
             return set_to(self, s, mask, stream);
           }),
           "s"_a, "mask"_a.none(), "stream"_a = nb::none(),
           nb::sig("def setTo(self, s: retouch.types.ScalarLike, mask: GpuMat | None, stream: Stream | "
                   "retouch.types.StreamLike | None = None) -> GpuMat"))
      .def("convertTo",
           cv(+[](const PyMat& self, int rtype, const DstArg& dst, double alpha, double beta,
                  const CvStreamArg& stream) { return convert_to(self, rtype, dst, alpha, beta, stream); }),
           "rtype"_a, "dst"_a = nb::none(), "alpha"_a = 1.0, "beta"_a = 0.0, "stream"_a = nb::none(),
           nb::sig("def convertTo(self, rtype: int, dst: GpuMat | None = None, alpha: float = 1.0, beta: float = 0.0, "
                   "stream: Stream | retouch.types.StreamLike | None = None) -> GpuMat"))
      .def("convertTo", cv(+[](const PyMat& self, int rtype, const CvStreamArg& stream, const DstArg& dst) {
             return convert_to(self, rtype, dst, 1, 0, stream);
           }),
           "rtype"_a, "stream"_a, "dst"_a = nb::none(),
           nb::sig("def convertTo(self, rtype: int, stream: Stream | retouch.types.StreamLike, dst: GpuMat | None = "
                   "None) -> GpuMat"))
      .def("convertTo",
           cv(+[](const PyMat& self, int rtype, double alpha, double beta, const CvStreamArg& stream,
                  const DstArg& dst) { return convert_to(self, rtype, dst, alpha, beta, stream); }),
           "rtype"_a, "alpha"_a, "beta"_a, "stream"_a, "dst"_a = nb::none(),
           nb::sig("def convertTo(self, rtype: int, alpha: float, beta: float, stream: Stream | "
                   "retouch.types.StreamLike | None, dst: GpuMat | None = None) -> GpuMat"))
      .def("convertTo",
           cv(+[](const PyMat& self, int rtype, double alpha, const CvStreamArg& stream, const DstArg& dst) {
             return convert_to(self, rtype, dst, alpha, 0, stream);
           }),
           "rtype"_a, "alpha"_a, "stream"_a, "dst"_a = nb::none(),
           nb::sig("def convertTo(self, rtype: int, alpha: float, stream: Stream | retouch.types.StreamLike, dst: "
                   "GpuMat | None = None) -> GpuMat"));
}

void bind_parts(nb::class_<PyMat>& mat) {
  mat.def("row", cv(+[](PyMat& self, int y) { return self.part(self.matrix().row(y)); }), "y"_a)
      .def("col", cv(+[](PyMat& self, int x) { return self.part(self.matrix().col(x)); }), "x"_a)
      .def("rowRange", cv(+[](PyMat& self, int a, int b) { return self.part(rows_of(self.matrix(), a, b)); }),
           "startrow"_a, "endrow"_a)
      .def("rowRange",
           cv(+[](PyMat& self, const CvRangeArg& r) { return self.part(rows_of(self.matrix(), r.v[0], r.v[1])); }),
           "r"_a)
      .def("colRange", cv(+[](PyMat& self, int a, int b) { return self.part(cols_of(self.matrix(), a, b)); }),
           "startcol"_a, "endcol"_a)
      .def("colRange",
           cv(+[](PyMat& self, const CvRangeArg& r) { return self.part(cols_of(self.matrix(), r.v[0], r.v[1])); }),
           "r"_a)
      .def("reshape", cv(+[](PyMat& self, int cn, int rows) { return self.part(self.matrix().reshape(cn, rows)); }),
           "cn"_a, "rows"_a = 0)
      .def("locateROI", cv(+[](const PyMat& self) {
             Size whole;
             Point at;
             self.matrix().locate_roi(whole, at);
             return nb::make_tuple(nb::make_tuple(whole.width, whole.height), nb::make_tuple(at.x, at.y));
           }),
           nb::sig("def locateROI(self) -> tuple[tuple[int, int], tuple[int, int]]"),
           "(size of the whole, where this starts in it)")
      .def("adjustROI", cv(+[](nb::handle_t<PyMat> object, int top, int bottom, int left, int right) {
             PyMat& self = self_of<PyMat>(object);
             Matrix moved = self.matrix();
             moved.adjust_roi(top, bottom, left, right);
             self.take(std::move(moved));
             return nb::borrow(object);
           }),
           "dtop"_a, "dbottom"_a, "dleft"_a, "dright"_a,
           nb::sig("def adjustROI(self, dtop: int, dbottom: int, dleft: int, dright: int) -> GpuMat"));
}

void bind_facts(nb::class_<PyMat>& mat) {
  mat.def("size", [](const PyMat& self) { return std::pair(self.matrix().cols(), self.matrix().rows()); })
      .def("channels", [](const PyMat& self) { return self.matrix().channels(); })
      .def("type", [](const PyMat& self) { return code_of(self.matrix().type()); })
      .def("depth", [](const PyMat& self) { return static_cast<int>(self.matrix().depth()); })
      .def("elemSize", [](const PyMat& self) { return self.matrix().type().pixel_bytes(); })
      .def("elemSize1", [](const PyMat& self) { return bytes_of(self.matrix().depth()); })
      .def("step1",
           [](const PyMat& self) {
             return self.matrix().step() / static_cast<std::size_t>(bytes_of(self.matrix().depth()));
           })
      .def_prop_ro(
          "step", [](const PyMat& self) { return self.matrix().step(); }, "Bytes from row to row.")
      .def("empty", [](const PyMat& self) { return self.matrix().empty(); })
      .def("isContinuous", [](const PyMat& self) { return self.matrix().continuous(); })
      .def_static(
          "defaultAllocator", [] { return nb::none(); }, nb::sig("def defaultAllocator() -> None"),
          "There is one allocator, which is not seen.")
      .def_static(
          "setDefaultAllocator", [](const nb::object&) {}, "allocator"_a, "Changes nothing.")
      .def("updateContinuityFlag", [](const PyMat&) {})
      .def("cudaPtr", cv(+[](const PyMat& self) { return reinterpret_cast<std::uintptr_t>(self.matrix().data()); }),
           "Address of the first number, in the memory of its device.")
      .def_prop_ro(
          "device", [](const PyMat& self) { return self.matrix().device(); }, "Where it is, as a retouch.Device.")
      .def_prop_ro(
          "locked", [](const PyMat& self) { return self.matrix().locked(); },
          "Of a frame or an image of retouch: what would change its size, type or memory raises LayoutError.")
      .def("__repr__", [](const PyMat& self) {
        return "<cv2.cuda.GpuMat " + (self.matrix().empty() ? "(empty)" : self.matrix().describe()) + ">";
      });
}

void bind_sharing(nb::class_<PyMat>& mat) {
  mat.def("numpy", cv(+[](const PyMat& self) { return numpy_of(self); }),
          nb::sig("def numpy(self) -> retouch.types.AnyArray"),
          R"(The numbers as a NumPy array that shares their memory: (rows, columns[, channels]).

Only in host memory, when the CPU is the device; download() copies from a GPU, torch and CuPy share it.)")
      .def("__array__", cv(+[](const PyMat& self, nb::handle dtype, nb::handle copy) {
             if (self.matrix().device().is_cuda())
               throw nb::type_error(
                   "an array of NumPy cannot be made of a matrix on a GPU without a copy: download() makes one");
             nb::object array = numpy_of(self);
             if (!copy.is_none() && nb::cast<bool>(copy)) array = array.attr("copy")();
             return dtype.is_none() ? array : nb::object(array.attr("astype")(dtype, "copy"_a = false));
           }),
           "dtype"_a = nb::none(), "copy"_a = nb::none(),
           nb::sig("def __array__(self, dtype: typing.Any = None, copy: bool | None = None) -> retouch.types.AnyArray"))
      .def("__dlpack__",
           cv(+[](PyMat& self, nb::handle stream, nb::handle max_version, nb::handle dl_device, nb::handle copy) {
             static_cast<void>(self.share());
             return dlpack_capsule(tensor_of(self.matrix()), self.storage().get(), nb::cast(self.part(self.matrix())),
                                   stream, max_version, dl_device, copy);
           }),
           nb::kw_only(), "stream"_a = nb::none(), "max_version"_a = nb::none(), "dl_device"_a = nb::none(),
           "copy"_a = nb::none(),
           nb::sig("def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, "
                   "dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> typing.Any"))
      .def(
          "__dlpack_device__", [](const PyMat& self) { return dlpack_device(tensor_of(self.matrix())); },
          nb::sig("def __dlpack_device__(self) -> tuple[int, int]"))
      .def_static("from_dlpack",
                  cv(+[](const nb::object& array) { return matrix_of_array("from_dlpack", array, true); }), "array"_a,
                  nb::sig("def from_dlpack(array: retouch.types.ArrayLike) -> GpuMat"),
                  "Another library's memory, not a copy, which it keeps.")
      .def_prop_ro(
          "__cuda_array_interface__",
          [](PyMat& self) {
            if (self.matrix().device().is_cuda()) static_cast<void>(self.share());
            self.keep();
            return cuda_array_interface(tensor_of(self.matrix()), self.storage().get());
          },
          nb::sig("def __cuda_array_interface__(self) -> dict[str, typing.Any]"));
}

}  // namespace

void bind_matrix(nb::module_& m) {
  nb::class_<PyMat> mat(m, "GpuMat",
                        R"(OpenCV's GpuMat, on a GPU or on the CPU: rows and columns of 1 to 4 channels.

A reference: copies and parts share its memory. It lives on the current device (setDevice), or where the stream or the
view that made it is. One that was made of a frame raises LayoutError where a call would give it another size, type or
memory, and ExpiredFrame once the frame was taken back. Errors are retouch's, and cv2.error too.)",
                        nb::is_weak_referenceable());
  bind_making(mat);
  bind_moving(mat);
  bind_parts(mat);
  bind_facts(mat);
  bind_sharing(mat);

  m.def("gpu_mat", cv(gpu_mat), "view"_a,
        "A GpuMat on the pixels of a Frame, a region or an Image, without a copy; its size and type are locked.");
  m.def("image_view", cv(image_view), "mat"_a, nb::sig("def image_view(mat: GpuMat) -> retouch._core.ImageView"),
        "The memory of an 8-bit GpuMat as a picture of retouch: gray8, rgb8 or rgba8 by its channels.");
  m.def("wrap_array", cv(+[](const nb::object& array) { return matrix_of_array("wrap_array", array, true); }),
        "array"_a, nb::sig("def wrap_array(array: retouch.types.ArrayLike) -> GpuMat"),
        "An array's own memory as a GpuMat, on the array's device: NumPy's, torch's, CuPy's, which it keeps.");
  m.def("createGpuMatFromCudaMemory", cv(from_memory), "rows"_a, "cols"_a, "type"_a, "cudaMemoryAddress"_a,
        "step"_a = 0,
        "A header over memory of the current device (host memory on the CPU), which must outlive it. step 0: no gaps.");
  m.def("createGpuMatFromCudaMemory",
        cv(+[](const CvSizeArg& size, int type, std::uintptr_t address, std::size_t step) {
          return from_memory(size.v[1], size.v[0], type, address, step);
        }),
        "size"_a, "type"_a, "cudaMemoryAddress"_a, "step"_a = 0);
  m.def("createContinuous", cv(continuous), "rows"_a, "cols"_a, "type"_a, "arr"_a = nb::none(),
        nb::sig("def createContinuous(rows: int, cols: int, type: int, arr: GpuMat | None = None) -> GpuMat"));
  m.def("ensureSizeIsEnough", cv(at_least), "rows"_a, "cols"_a, "type"_a, "arr"_a = nb::none(),
        nb::sig("def ensureSizeIsEnough(rows: int, cols: int, type: int, arr: GpuMat | None = None) -> GpuMat"));
}

}  // namespace retouch::python
