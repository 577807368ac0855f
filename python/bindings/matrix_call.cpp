// What every function of retouch.cv2 needs: arguments, devices, streams and the order of calls.
#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <optional>

#include "arrays.hpp"
#include "error.hpp"
#include "matrix.hpp"
#include "numbers.hpp"
#include "retouch/error.hpp"
#include "work.hpp"

namespace retouch::python {

namespace {

int channel_shift = 3;  // CV_CN_SHIFT

std::optional<Device>& device_of_thread() {
  static thread_local std::optional<Device> device;
  return device;
}

constexpr const char* kinds = "uiuiiff";

std::optional<Depth> depth_of_array(char kind, int bytes) {
  for (int d = 0; d <= static_cast<int>(Depth::f64); ++d)
    if (kinds[d] == kind && bytes_of(static_cast<Depth>(d)) == bytes) return static_cast<Depth>(d);
  if (kind == 'b' && bytes == 1) return Depth::u8;
  return std::nullopt;
}

nb::handle numpy() {
  static PyObject* const module = nb::object(nb::module_::import_("numpy")).release().ptr();
  return module;
}

}  // namespace

// --- devices and streams
// ----------------------------------------------------------------------------------------------

Device current_device() {
  std::optional<Device>& device = device_of_thread();
  if (!device) {
    static const Device best = Device::best();
    device = best;
  }
  return *device;
}
void set_current_device(Device device) { device_of_thread() = device; }

nb::object null_stream(Device device) {
  static auto* const streams = new std::map<int, nb::object>;
  nb::object& stream = (*streams)[device.index()];
  if (!stream.is_valid())
    stream = nb::cast(std::make_shared<PyCvStream>(interop::share(default_stream(device)->view()), nb::object(), true));
  return stream;
}

bool is_allocator(nb::handle value) noexcept {
  // By name: the class is the installed cv2's, which may have none.
  return value.is_none() || std::string_view(Py_TYPE(value.ptr())->tp_name).find("Allocator") != std::string_view::npos;
}

bool read_cv_stream(nb::handle value, CvStreamArg& to) noexcept {
  to = {};
  if (value.is_none()) return true;
  if (const PyCvStream* const stream = instance<PyCvStream>(value); stream != nullptr && stream->null) return true;
  if (instance<PyStream>(value) != nullptr) return nb::try_cast(value, to.stream);
  if (PyLong_Check(value.ptr()) || PyFloat_Check(value.ptr()) || instance<PyMat>(value) != nullptr) return false;
  to.foreign = value;
  return nb::hasattr(value, "__cuda_stream__") || nb::hasattr(value, "cuda_stream") ||
         (nb::hasattr(value, "ptr") && nb::hasattr(value, "synchronize"));
}

// --- GpuMat
// -----------------------------------------------------------------------------------------------------------

// The memory goes in the order of our streams; what other libraries enqueued comes first.
void PyMat::settle(const Memory& memory) noexcept {
  const Matrix& m = memory.matrix;
  if (memory.storage == nullptr || m.empty() || m.locked() || !m.device().is_cuda()) return;
  try {
    if (!memory.storage->shared()) return;
    memory.storage->join();
    m.begin_foreign_use(memory.storage->stream()->view());
    m.end_foreign_use(memory.storage->stream()->view());
  } catch (const std::exception&) {  // the GPU failed, or the driver is gone: nothing works with the memory any more
  }
}

PyMat::~PyMat() {
  for (const Memory& memory : kept_) settle(memory);
  if (storage_ != nullptr) settle({matrix_, storage_});
}

void PyMat::keep() {
  if (kept_.empty() || kept_.back().matrix.memory() != matrix_.memory()) kept_.push_back({matrix_, storage_});
}

void PyMat::become(const PyMat& other) {
  matrix_ = other.matrix_;
  storage_ = other.storage_;
  origin_ = other.origin_;
}

void PyMat::swap(PyMat& other) {
  std::swap(matrix_, other.matrix_);
  std::swap(storage_, other.storage_);
  std::swap(origin_, other.origin_);
}

const StoragePtr& PyMat::share() {
  if (storage_ == nullptr && !matrix_.empty()) {
    const StreamPtr own = default_stream(matrix_.device());
    matrix_.begin_foreign_use(own->view());
    matrix_.end_foreign_use(own->view());
    storage_ = Storage::of_frame(nullptr, own);
  }
  return storage_;
}

PyMat PyMat::part(Matrix part) {
  if (part.memory() != matrix_.memory()) return PyMat(std::move(part));
  if (matrix_.device().is_cuda()) share();
  return {std::move(part), storage_, origin_};
}

void PyMat::take(Matrix made) {
  if (made.memory() != matrix_.memory()) {
    storage_.reset();
    origin_.reset();
  }
  matrix_ = std::move(made);
}

// --- types
// ------------------------------------------------------------------------------------------------------------

void set_channel_shift(int shift) { channel_shift = shift; }

int code_of(MatrixType type) { return static_cast<int>(type.depth) + ((type.channels - 1) << channel_shift); }

MatrixType type_of(const char* call, int code) {
  const int depth = code & ((1 << channel_shift) - 1);
  const int channels = (code >> channel_shift) + 1;
  if (code < 0 || depth > static_cast<int>(Depth::f64) || channels > 4)
    throw InvalidArgument(
        std::string(call) + ": a matrix has 1 to 4 channels of 8U, 8S, 16U, 16S, 32S, 32F or 64F " + "(got the type " +
        std::to_string(code) +
        (code < 0 ? ")" : ": " + std::to_string(channels) + " channels, depth " + std::to_string(depth) + ")"));
  return {static_cast<Depth>(depth), channels};
}

Depth depth_of(const char* call, int code, Depth otherwise) {
  return code < 0 ? otherwise : type_of(call, code & ((1 << channel_shift) - 1)).depth;
}

matrix::Edge edge_of(const char* call, int border) {
  const int mode = border & ~16;  // BORDER_ISOLATED, which ours always are
  if (mode < 0 || mode > static_cast<int>(matrix::Edge::reflect_101))
    throw InvalidArgument(std::string(call) + ": the border is BORDER_CONSTANT, BORDER_REPLICATE, BORDER_REFLECT, " +
                          "BORDER_WRAP or BORDER_REFLECT_101 (got " + std::to_string(border) + ")");
  return static_cast<matrix::Edge>(mode);
}

// --- arrays
// -----------------------------------------------------------------------------------------------------------

PyMat matrix_of_array(const char* call, nb::handle object, bool to_write) {
  nb::object held = nb::borrow(object);
  if (!to_write && (nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object)))
    held = numpy().attr("asarray")(object);
  Array array = read_array(call, held);
  const auto refuse = [&](const std::string& needs) {
    throw InvalidArgument(std::string(call) + ": needs " + needs + " (got " + array.library + ": " + array.describe() +
                          ")");
  };
  const auto fits = [](const Array& a, int pixel) {
    const std::size_t n = a.shape.size();
    const std::int64_t number = a.bytes;
    if (reinterpret_cast<std::uintptr_t>(a.data) % static_cast<unsigned>(a.bytes) != 0) return false;
    if (n == 3 && a.shape[2] > 1 && a.strides[2] != number) return false;
    if (n >= 2 && a.shape[1] > 1 && a.strides[1] != pixel) return false;
    return n == 0 || a.shape[0] <= 1 ||
           (a.strides[0] % number == 0 && a.strides[0] >= (n > 1 ? a.shape[1] : 1) * pixel);
  };
  const std::optional<Depth> depth = depth_of_array(array.kind, array.bytes);
  if (!depth) refuse("numbers of 8U, 8S, 16U, 16S, 32S, 32F or 64F");
  const std::size_t n = array.shape.size();
  if (n > 3 || (n == 3 && (array.shape[2] > 4 || array.shape[2] < 1)))
    refuse("(rows, columns) or (rows, columns, 1 to 4 channels)");
  const MatrixType type{*depth, n == 3 ? static_cast<int>(array.shape[2]) : 1};
  if (!fits(array, type.pixel_bytes())) {
    if (to_write || array.device.is_cuda()) refuse("rows from top to bottom whose pixels lie side by side");
    held = numpy().attr("ascontiguousarray")(held);
    array = read_array(call, held);
  }
  if (to_write && array.read_only) refuse("an array that may be written to");
  const std::int64_t rows = n > 0 ? array.shape[0] : 1;
  const std::int64_t cols = n > 1 ? array.shape[1] : 1;
  if (rows > std::numeric_limits<int>::max() || cols > std::numeric_limits<int>::max()) refuse("fewer pixels");
  const Size size{static_cast<int>(cols), static_cast<int>(rows)};
  const auto step = rows > 1 ? static_cast<std::size_t>(array.strides[0]) : std::size_t{0};
  Matrix matrix = Matrix::wrap(array.device, size, type, array.data, step);
  StoragePtr storage = Storage::of_foreign(array.owner, default_stream(array.device));
  if (array.stream != nullptr) storage->share_with(array.stream->handle(), nb::cast(array.stream));
  return {std::move(matrix), std::move(storage), nullptr};
}

nb::object new_array(Size size, MatrixType type, Matrix& matrix) {
  static constexpr std::array names = {"uint8", "int8", "uint16", "int16", "int32", "float32", "float64"};
  const nb::object shape = type.channels == 1 ? nb::make_tuple(size.height, size.width)
                                              : nb::make_tuple(size.height, size.width, type.channels);
  nb::object array = numpy().attr("empty")(shape, names.at(static_cast<std::size_t>(type.depth)));
  Py_buffer buffer;
  if (PyObject_GetBuffer(array.ptr(), &buffer, PyBUF_ANY_CONTIGUOUS | PyBUF_WRITABLE) != 0) throw nb::python_error();
  matrix = Matrix::wrap(Device::cpu(), size, type, buffer.buf);
  PyBuffer_Release(&buffer);
  return array;
}

Numbers numbers_of(const char* call, const char* what, const ArrayArg& argument) {
  Numbers result;
  if (!argument.object.is_valid() || argument.object.is_none()) return result;
  if (instance<PyMat>(argument.object) != nullptr)
    throw nb::type_error((std::string(call) + ": " + what + " must be an array in host memory, not a GpuMat").c_str());
  const nb::object held = numpy().attr("ascontiguousarray")(argument.object, "float64");
  const Array array = read_array(call, held);
  if (array.kind != 'f' || array.bytes != 8 || array.shape.size() > 2)
    throw InvalidArgument(std::string(call) + ": " + what + " must have rows and columns of numbers (got " +
                          array.describe() + ")");
  const std::int64_t rows = array.shape.empty() ? 1 : array.shape[0];
  const std::int64_t cols = array.shape.size() < 2 ? 1 : array.shape[1];
  if (rows > 4096 || cols > 4096)
    throw InvalidArgument(std::string(call) + ": " + what + " is too large (" + array.describe() + ")");
  result.size = {static_cast<int>(cols), static_cast<int>(rows)};
  const auto* const numbers = reinterpret_cast<const double*>(array.data);
  result.values.assign(numbers, numbers + rows * cols);
  return result;
}

// --- small arguments
// --------------------------------------------------------------------------------------------------

bool read_scalar(PyObject* value, Scalar& to) noexcept {
  to = {};
  if (read_number(value, to.v[0])) return true;
  const Py_ssize_t size = sequence_size(value);
  if (size < 1 || size > 4) return false;
  return read_sequence(value, size, [&](PyObject* item, Py_ssize_t i) { return read_number(item, to.v[i]); });
}

bool read_ints(PyObject* value, int* to, int count) noexcept {
  return read_sequence(value, count, [&](PyObject* item, Py_ssize_t i) { return read_integer(item, to[i]); });
}

nb::object DstArg::object() const { return given.is_none() ? nb::cast(PyMat()) : nb::borrow(given); }

// --- calls
// ------------------------------------------------------------------------------------------------------------

Matrix MatrixCall::use(const PyMat& mat) {
  if (mat.storage() != nullptr && std::find(storages_.begin(), storages_.end(), mat.storage()) == storages_.end())
    storages_.push_back(mat.storage());
  if (!placed_ && !mat.matrix().empty()) {
    placed_ = true;
    device_ = mat.matrix().device();
  }
  return mat.matrix();
}

StreamPtr MatrixCall::begin() {
  StreamPtr on = stream_.stream;
  if (on == nullptr && stream_.foreign.is_valid()) on = foreign_stream(stream_.foreign, device_);
  if (on == nullptr) on = default_stream(device_);
  if (on->device().is_cuda()) sweep_graves(false);
  for (const StoragePtr& storage : storages_)
    if (storage->stream()->device() == on->device()) storage->enter(on);
  return on;
}

void MatrixCall::end(const StreamPtr& stream) {
  for (const StoragePtr& storage : storages_)
    if (storage->stream()->device() == stream->device()) storage->leave(stream);
}

// --- errors
// -----------------------------------------------------------------------------------------------------------

void fail_as_cv() { throw CvFailure(std::current_exception()); }

namespace {

ErrorClasses* cv_classes = nullptr;

void translate(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const CvFailure& failure) {
    raise(failure.cause(), cv_classes == nullptr ? error_classes() : *cv_classes);
  }
}

}  // namespace

void bind_matrix_call(nb::module_& m) {
  nb::register_exception_translator(translate, nullptr);
  m.def(
      "_configure",
      [](int shift, const nb::dict& errors) {
        set_channel_shift(shift);
        cv_classes = new ErrorClasses(ErrorClasses::from([&](const char* name) { return nb::object(errors[name]); }));
      },
      "channel_shift"_a, "errors"_a);
}

// A module of its own, as the names of OpenCV are not those of retouch; in the same library, as it shares its types.
void bind_cv() {
  nb::module_ m = nb::steal<nb::module_>(PyModule_New("retouch._cv"));
  if (!m.is_valid()) throw nb::python_error();
  m.attr("__doc__") = "What retouch.cv2.cuda is made of; import that.";
  bind_matrix_call(m);
  bind_matrix_stream(m);
  bind_matrix(m);
  bind_matrix_ops(m);
  bind_matrix_filter(m);
  bind_matrix_warp(m);
  bind_matrix_background(m);
  nb::module_::import_("sys").attr("modules")["retouch._cv"] = m;
}

}  // namespace retouch::python
