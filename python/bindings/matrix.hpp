// What `retouch.cv2` is made of: OpenCV's GpuMat and Stream over Matrix and Stream, the arguments that OpenCV's
// functions take, and the call of one of them. All of it is in the module retouch._cv.
//
// Matrices order their own work (see matrix.hpp of the library). Where pixels are known to Python besides (a frame's,
// an array's, what another library looks at), the Storage of these pixels is told too.
#pragma once

#include <array>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "retouch/matrix.hpp"
#include "retouch/matrix_filter.hpp"
#include "retouch/matrix_ops.hpp"
#include "storage.hpp"

namespace retouch::python {

/// cv2.cuda.Stream. OpenCV's null stream is a Stream of its own, which stands for the default one of wherever the
/// matrices of a call are.
struct PyCvStream : PyStream {
  PyCvStream(Stream stream, nb::object owner, bool null) : PyStream(std::move(stream), std::move(owner)), null(null) {}
  bool null;
};
nb::object null_stream(Device device);

/// Where GpuMats are made that nothing else says a place for: of each thread; at first a GPU where there is one.
Device current_device();
void set_current_device(Device device);

/// cv2.cuda.GpuMat
class PyMat {
 public:
  PyMat() : matrix_(current_device()) {}
  explicit PyMat(Matrix matrix) : matrix_(std::move(matrix)) {}
  PyMat(Matrix matrix, StoragePtr storage, std::shared_ptr<const Picture> origin)
      : matrix_(std::move(matrix)), storage_(std::move(storage)), origin_(std::move(origin)) {}
  PyMat(const PyMat&) = default;
  PyMat(PyMat&&) noexcept = default;
  PyMat& operator=(const PyMat&) = delete;
  PyMat& operator=(PyMat&&) = delete;
  ~PyMat();

  const Matrix& matrix() const { return matrix_; }
  /// Null when only the matrix knows of its memory.
  const StoragePtr& storage() const { return storage_; }
  /// The view of ours that it was made of.
  const std::shared_ptr<const Picture>& origin() const { return origin_; }

  /// Another matrix on the same memory. On a GPU both tell one Storage of what they do, in case one of them is given to
  /// another library.
  PyMat part(Matrix part);
  /// What an operation made of matrix().
  void take(Matrix made);
  /// Another reference to what `other` is.
  void become(const PyMat& other);
  void swap(PyMat& other);
  /// For other owners of the memory than matrices.
  const StoragePtr& share();
  /// Other libraries hold this object for its memory, whatever becomes of the matrix.
  void keep();

 private:
  struct Memory {
    Matrix matrix;
    StoragePtr storage;
  };
  static void settle(const Memory& memory) noexcept;

  Matrix matrix_;
  StoragePtr storage_;
  std::shared_ptr<const Picture> origin_;
  std::vector<Memory> kept_;
};

/// OpenCV's number of a type, CV_8UC3, and back. OpenCV 5 has other ones than 4.
int code_of(MatrixType type);
MatrixType type_of(const char* call, int code);
/// dtype=: -1, or a type of which the depth counts.
Depth depth_of(const char* call, int code, Depth otherwise);
matrix::Edge edge_of(const char* call, int border);
void set_channel_shift(int shift);

/// A NumPy array, or one of another library, as a matrix. `to_write`: refuses what would need a copy.
PyMat matrix_of_array(const char* call, nb::handle object, bool to_write);
/// A new array for such numbers, uninitialised, and the matrix on it.
nb::object new_array(Size size, MatrixType type, Matrix& matrix);

// --- arguments
// --------------------------------------------------------------------------------------------------------

/// stream=: cv2.cuda.Stream, retouch.Stream, another library's; null or None: the default one.
struct CvStreamArg {
  StreamPtr stream;
  nb::handle foreign;
};
/// dst=: a GpuMat, or None for a new one.
struct DstArg {
  nb::handle given;
  nb::object object() const;
};
/// cv::Scalar: a number is the first channel's, the others are 0 then; or a sequence of up to four.
struct ScalarArg {
  Scalar scalar{};
  ScalarArg() = default;
  ScalarArg(const Scalar& s) : scalar(s) {}
};
/// An InputArray of an arithmetic function: a GpuMat, or a scalar.
struct OperandArg {
  const PyMat* mat = nullptr;
  Scalar scalar{};
};
/// Whole numbers: (width, height), (x, y), (x, y, width, height), (begin, end).
template <int n>
struct IntsArg {
  std::array<int, n> v{};
};
struct CvSizeArg : IntsArg<2> {
  operator Size() const { return {v[0], v[1]}; }
};
struct CvPointArg : IntsArg<2> {
  CvPointArg() = default;
  CvPointArg(int x, int y) { v = {x, y}; }
  operator Point() const { return {v[0], v[1]}; }
};
struct CvRectArg : IntsArg<4> {
  operator Rect() const { return {v[0], v[1], v[2], v[3]}; }
};
struct CvRangeArg : IntsArg<2> {};
/// OpenCV's allocators, which change nothing here. Nothing else: any object would make a call with a wrong argument
/// another overload's.
struct AllocatorArg {};
/// A small matrix in host memory: kernels, transformations. None is an empty one.
struct ArrayArg {
  nb::handle object;
};
struct Numbers {
  Size size{};
  std::vector<double> values;
};
Numbers numbers_of(const char* call, const char* what, const ArrayArg& array);

bool read_scalar(PyObject* value, Scalar& to) noexcept;
bool read_ints(PyObject* value, int* to, int count) noexcept;
bool read_cv_stream(nb::handle value, CvStreamArg& to) noexcept;
bool is_allocator(nb::handle value) noexcept;

// --- calls
// ------------------------------------------------------------------------------------------------------------

/// One call: the matrices that it works with, the stream that it goes on, and what the matrices' Storages must know.
class MatrixCall {
 public:
  MatrixCall(const char* name, CvStreamArg stream) : name_(name), stream_(std::move(stream)) {}
  const char* name() const { return name_; }

  /// The matrix as it is now: others may change the object while the call is under way. The first that is not empty
  /// says where the work is, when no stream does.
  Matrix use(const PyMat& mat);
  Matrix use(const PyMat* mat) { return mat == nullptr ? Matrix() : use(*mat); }
  matrix::Operand use(const OperandArg& operand) {
    return operand.mat == nullptr ? matrix::Operand(operand.scalar) : matrix::Operand(use(*operand.mat));
  }
  /// Where there is neither a stream nor a matrix yet.
  void prefer(Device device) {
    if (!placed_) device_ = device;
  }

  /// run(StreamView), without the GIL.
  template <class Run>
  void enqueue(Run&& run) {
    const StreamPtr on = begin();
    {
      const nb::gil_scoped_release others_may_run;
      std::forward<Run>(run)(on->view());
    }
    end(on);
  }
  /// run(StreamView, Matrix& dst); gives dst, or the new matrix.
  template <class Run>
  nb::object into(const DstArg& dst, Run&& run) {
    nb::object result = dst.object();
    PyMat& to = *nb::inst_ptr<PyMat>(result);
    Matrix made = use(to);
    enqueue([&](StreamView on) { run(on, made); });
    to.take(std::move(made));
    return result;
  }

 private:
  StreamPtr begin();
  void end(const StreamPtr& stream);

  const char* name_;
  CvStreamArg stream_;
  bool placed_ = false;
  Device device_ = current_device();
  std::vector<StoragePtr> storages_;
};

/// An exception that a function of cv2 raises: a class of its own, which is cv2.error too.
class CvFailure : public std::exception {
 public:
  explicit CvFailure(std::exception_ptr cause) { cause_.swap(cause); }
  const std::exception_ptr& cause() const { return cause_; }
  const char* what() const noexcept override { return "an error of retouch.cv2"; }

 private:
  std::exception_ptr cause_;
};
[[noreturn]] void fail_as_cv();

/// The function, whose errors are cv2's.
template <class R, class... A>
auto cv(R (*function)(A...)) {
  return [function](A... arguments) -> R {
    try {
      return function(static_cast<A&&>(arguments)...);
    } catch (const nb::builtin_exception&) {
      throw;
    } catch (const nb::python_error&) {
      throw;
    } catch (const std::exception&) {
      fail_as_cv();
    }
  };
}

void bind_matrix_call(nb::module_& m);        // what retouch.cv2 sets up
void bind_matrix(nb::module_& m);             // GpuMat, and what leads to it and from it
void bind_matrix_stream(nb::module_& m);      // Stream, Event, devices
void bind_matrix_ops(nb::module_& m);         // cudaarithm, cudaimgproc
void bind_matrix_filter(nb::module_& m);      // cudafilters
void bind_matrix_warp(nb::module_& m);        // cudawarping
void bind_matrix_background(nb::module_& m);  // cudabgsegm

}  // namespace retouch::python

namespace nanobind::detail {

#define RETOUCH_CV_CASTER(Type, text, give, ...)                                             \
  template <>                                                                                \
  struct type_caster<Type> {                                                                 \
    NB_TYPE_CASTER(Type, const_name(text))                                                   \
    bool from_python(handle src, uint32_t, cleanup_list*) noexcept __VA_ARGS__ static handle \
        from_cpp(const Type& src, rv_policy, cleanup_list*) noexcept {                       \
      static_cast<void>(src);                                                                \
      return (give).release();                                                               \
    }                                                                                        \
  };

RETOUCH_CV_CASTER(retouch::python::CvStreamArg, "Stream | retouch.types.StreamLike", none(),
                  { return retouch::python::read_cv_stream(src, value); })
RETOUCH_CV_CASTER(retouch::python::DstArg, "GpuMat | None", none(), {
  value.given = src;
  return src.is_none() || retouch::python::instance<retouch::python::PyMat>(src) != nullptr;
})
RETOUCH_CV_CASTER(retouch::python::ScalarArg, "retouch.types.ScalarLike",
                  make_tuple(src.scalar.v[0], src.scalar.v[1], src.scalar.v[2], src.scalar.v[3]),
                  { return retouch::python::read_scalar(src.ptr(), value.scalar); })
RETOUCH_CV_CASTER(retouch::python::OperandArg, "GpuMat | retouch.types.ScalarLike", none(), {
  value.mat = retouch::python::instance<retouch::python::PyMat>(src);
  return value.mat != nullptr || retouch::python::read_scalar(src.ptr(), value.scalar);
})
RETOUCH_CV_CASTER(retouch::python::CvSizeArg, "retouch.types.SizeLike", make_tuple(src.v[0], src.v[1]),
                  { return retouch::python::read_ints(src.ptr(), value.v.data(), 2); })
RETOUCH_CV_CASTER(retouch::python::CvPointArg, "tuple[int, int]", make_tuple(src.v[0], src.v[1]),
                  { return retouch::python::read_ints(src.ptr(), value.v.data(), 2); })
RETOUCH_CV_CASTER(retouch::python::CvRangeArg, "tuple[int, int]", make_tuple(src.v[0], src.v[1]),
                  { return retouch::python::read_ints(src.ptr(), value.v.data(), 2); })
RETOUCH_CV_CASTER(retouch::python::CvRectArg, "tuple[int, int, int, int]",
                  make_tuple(src.v[0], src.v[1], src.v[2], src.v[3]),
                  { return retouch::python::read_ints(src.ptr(), value.v.data(), 4); })
RETOUCH_CV_CASTER(retouch::python::AllocatorArg, "typing.Any", none(), {
  static_cast<void>(value);
  return retouch::python::is_allocator(src);
})
RETOUCH_CV_CASTER(retouch::python::ArrayArg, "retouch.types.ArrayLike | None", none(), {
  value.object = src;
  return true;
})
#undef RETOUCH_CV_CASTER

}  // namespace nanobind::detail
