#include "arrays.hpp"

#include <climits>
#include <cstring>
#include <utility>

#include <nanobind/ndarray.h>

#include "frame.hpp"
#include "retouch/error.hpp"
#include "retouch/fill.hpp"
#include "work.hpp"

namespace retouch::python {

namespace {

// What DLPack's structures look like: those of version 0.8, and the versioned ones of 1.0.
struct DlTensor {
  void* data;
  std::int32_t device_type;
  std::int32_t device_id;
  std::int32_t ndim;
  std::uint8_t code;
  std::uint8_t bits;
  std::uint16_t lanes;
  std::int64_t* shape;
  std::int64_t* strides;
  std::uint64_t byte_offset;
};
struct DlVersioned {
  std::uint32_t major;
  std::uint32_t minor;
  void* context;
  void (*deleter)(DlVersioned*);
  std::uint64_t flags;
  DlTensor tensor;
};
constexpr int dl_cpu = 1;
constexpr int dl_cuda = 2;
constexpr int dl_cuda_host = 3;
constexpr int dl_cuda_managed = 13;

void set_element(Array& array, std::uint8_t code, int bits) {
  constexpr const char* kinds = "iuf???b";
  array.kind = code < 7 ? kinds[code] : '?';
  array.bytes = std::max(1, bits / 8);
}

// "|u1", "<f4": NumPy's way to say an element type.
void set_element(Array& array, const std::string& typestr) {
  array.kind = typestr.size() > 1 && std::strchr("uifb", typestr[1]) != nullptr ? typestr[1] : '?';
  array.bytes = typestr.size() > 2 ? std::atoi(typestr.c_str() + 2) : 1;
}

// A library's current stream, when the program has loaded that library: array protocols do not tell it.
struct Current {
  std::uintptr_t handle = 1;  // CUDA's legacy default stream
  nb::object owner;
};
nb::object loaded_module(const char* name) {
  const nb::object modules = nb::module_::import_("sys").attr("modules");
  return nb::borrow(modules.attr("get")(name, nb::none()));
}
std::optional<Current> current_stream(const char* library, Device device) {
  const nb::object module = loaded_module(library);
  if (module.is_none()) return std::nullopt;
  try {
    const nb::object cuda = module.attr("cuda");
    const nb::object stream = std::strcmp(library, "torch") == 0 ? cuda.attr("current_stream")(device.index())
                                                                 : cuda.attr("get_current_stream")();
    const char* const handle = std::strcmp(library, "torch") == 0 ? "cuda_stream" : "ptr";
    const auto pointer = nb::cast<std::uintptr_t>(stream.attr(handle));
    return Current{pointer == 0 ? 1 : pointer, stream};
  } catch (nb::python_error&) {
    return std::nullopt;  // the library has no CUDA
  }
}

// Whose array it is decides on whose current stream that library works with it.
StreamPtr stream_of_library(nb::handle object, Device device) {
  const std::string module = nb::cast<std::string>(nb::str(nb::handle(object.type()).attr("__module__")));
  for (const char* const library : {"torch", "cupy"})
    if (module.compare(0, std::strlen(library), library) == 0)
      if (auto current = current_stream(library, device))
        return stream_of_handle(device, current->handle, current->owner);
  return stream_of_handle(device, 1, nb::none());
}

std::vector<std::int64_t> tight_strides(const std::vector<std::int64_t>& shape, std::int64_t bytes) {
  std::vector<std::int64_t> strides(shape.size());
  for (std::size_t i = shape.size(); i-- > 0; bytes *= shape[i]) strides[i] = bytes;
  return strides;
}

bool read_buffer(nb::handle object, Array& array) {
  Py_buffer buffer;
  if (PyObject_CheckBuffer(object.ptr()) == 0) return false;
  if (PyObject_GetBuffer(object.ptr(), &buffer, PyBUF_RECORDS_RO) != 0) {
    PyErr_Clear();
    return false;
  }
  array.data = static_cast<std::uint8_t*>(buffer.buf);
  array.read_only = buffer.readonly != 0;
  array.shape.assign(buffer.shape, buffer.shape + buffer.ndim);
  array.strides.assign(buffer.strides, buffer.strides + buffer.ndim);
  array.bytes = static_cast<int>(buffer.itemsize);
  const std::string format = buffer.format == nullptr ? "B" : buffer.format;
  const std::size_t at = format.find_first_not_of("@=<>!");
  const char letter = at == std::string::npos || format.size() != at + 1 ? '\0' : format[at];
  array.kind = letter == '?'                                                ? 'b'
               : letter != '\0' && std::strchr("BHILQN", letter) != nullptr ? 'u'
               : letter != '\0' && std::strchr("bhilqn", letter) != nullptr ? 'i'
               : letter != '\0' && std::strchr("efd", letter) != nullptr    ? 'f'
                                                                            : '?';
  PyBuffer_Release(&buffer);  // the object is kept, and NumPy does not move its memory
  array.owner = nb::borrow(object);
  return true;
}

// A memoryview or bytearray may give its memory away when no buffer of it is held: NumPy holds one for us.
nb::object held_by_numpy(nb::handle object) { return nb::module_::import_("numpy").attr("asarray")(object); }

bool read_dlpack(const char* call, nb::handle object, const StreamPtr& on, Array& array) {
  if (!nb::hasattr(object, "__dlpack__") || !nb::hasattr(object, "__dlpack_device__")) return false;
  const auto [type, index] = nb::cast<std::pair<int, int>>(object.attr("__dlpack_device__")());
  nb::dict arguments;
  if (type == dl_cuda || type == dl_cuda_managed) {
    array.device = Device::cuda(index);
    array.stream = stream_of_library(object, array.device);
    // The producer makes this stream wait for its work.
    arguments["stream"] = (on != nullptr && on->device() == array.device ? on : default_stream(array.device))->handle();
  } else if (type != dl_cpu && type != dl_cuda_host) {
    throw Unsupported(std::string(call) + ": " + type_text(object) + " is on a device of DLPack's type " +
                      std::to_string(type) + "; only the CPU and CUDA are known");
  }
  nb::object capsule;
  try {
    nb::dict versioned = nb::cast<nb::dict>(arguments.attr("copy")());
    versioned["max_version"] = nb::make_tuple(1, 0);
    capsule = object.attr("__dlpack__")(**versioned);
  } catch (nb::python_error& e) {
    if (!e.matches(PyExc_TypeError)) throw;
    capsule = object.attr("__dlpack__")(**arguments);  // from before versions
  }
  const DlTensor* tensor = nullptr;
  if (PyCapsule_IsValid(capsule.ptr(), "dltensor_versioned") != 0) {
    const auto* const managed = static_cast<DlVersioned*>(PyCapsule_GetPointer(capsule.ptr(), "dltensor_versioned"));
    tensor = &managed->tensor;
    array.read_only = (managed->flags & 1U) != 0;
  } else if (PyCapsule_IsValid(capsule.ptr(), "dltensor") != 0) {
    tensor = static_cast<DlTensor*>(PyCapsule_GetPointer(capsule.ptr(), "dltensor"));
  } else {
    throw nb::type_error(
        (std::string(call) + ": __dlpack__ of " + type_text(object) + " gives no DLPack capsule").c_str());
  }
  set_element(array, tensor->code, tensor->bits * tensor->lanes);
  array.data = static_cast<std::uint8_t*>(tensor->data) + tensor->byte_offset;
  array.shape.assign(tensor->shape, tensor->shape + tensor->ndim);
  if (tensor->strides == nullptr) {
    array.strides = tight_strides(array.shape, array.bytes);
  } else {
    array.strides.assign(tensor->strides, tensor->strides + tensor->ndim);
    for (std::int64_t& stride : array.strides) stride *= array.bytes;
  }
  array.owner = capsule;  // not taken over: it frees the tensor itself when it goes
  return true;
}

bool read_cuda_interface(nb::handle object, const StreamPtr& on, Array& array) {
  if (!nb::hasattr(object, "__cuda_array_interface__")) return false;
  const nb::object interface = object.attr("__cuda_array_interface__");
  const auto get = [&](const char* key) { return nb::object(interface.attr("get")(key, nb::none())); };
  int index = 0;
  if (nb::hasattr(object, "device") && nb::hasattr(object.attr("device"), "id"))  // CuPy; the interface does not say
    index = nb::cast<int>(object.attr("device").attr("id"));
  array.device = Device::cuda(index);
  const auto data = nb::cast<std::pair<std::uintptr_t, bool>>(get("data"));
  array.data = reinterpret_cast<std::uint8_t*>(data.first);  // NOLINT(performance-no-int-to-ptr): the protocol's way
  array.read_only = data.second;
  array.shape = nb::cast<std::vector<std::int64_t>>(get("shape"));
  set_element(array, nb::cast<std::string>(get("typestr")));
  const nb::object strides = get("strides");
  array.strides =
      strides.is_none() ? tight_strides(array.shape, array.bytes) : nb::cast<std::vector<std::int64_t>>(strides);
  if (!get("mask").is_none()) array.kind = '?';
  const nb::object stream = get("stream");
  array.stream = stream.is_none()
                     ? stream_of_library(object, array.device)
                     : stream_of_handle(array.device, nb::cast<std::uintptr_t>(stream), nb::borrow(object));
  order(*array.stream, *(on != nullptr && on->device() == array.device ? on : default_stream(array.device)));
  array.owner = nb::borrow(object);
  return true;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::string shape_needed(PixelFormat format) {
  const int channels = plane_channels(format, 0);
  if (is_subsampled(format)) return "a list of its planes";
  return channels == 1 ? "uint8 of shape (height, width)"
                       : "uint8 of shape (height, width, " + std::to_string(channels) + ")";
}

[[noreturn]] void unfit(const char* call, const std::string& needs, const Array& array) {
  throw InvalidArgument(std::string(call) + ": needs " + needs + " (got " + array.library + ": " + array.describe() +
                        ")");
}

PixelFormat format_of_channels(const char* call, const Array& array) {
  const std::int64_t channels = array.shape.size() == 2 ? 1 : array.shape.size() == 3 ? array.shape[2] : 0;
  if (channels == 1) return PixelFormat::gray8;
  if (channels == 3) return PixelFormat::rgb8;
  if (channels == 4) return PixelFormat::rgba8;
  unfit(call, "uint8 of shape (height, width), (height, width, 3) or (height, width, 4)", array);
}

// Rows of pixels without gaps between them, of one plane with so many channels.
PlanePointer plane_of(const char* call, const Array& array, int channels, const std::string& needs) {
  if (array.kind != 'u' || array.bytes != 1) unfit(call, needs, array);
  const std::size_t n = array.shape.size();
  if (!(n == 2 && channels == 1) && !(n == 3 && array.shape[2] == channels)) unfit(call, needs, array);
  if (array.shape[0] > INT_MAX || array.shape[1] > INT_MAX) unfit(call, needs, array);
  std::int64_t pitch = array.shape[1] * channels;
  if (array.shape[0] > 0 && array.shape[1] > 0) {
    const bool side_by_side =
        (n == 2 || channels == 1 || array.strides[2] == 1) && (array.shape[1] == 1 || array.strides[1] == channels);
    if (array.shape[0] > 1) pitch = array.strides[0];
    if (!side_by_side || pitch < array.shape[1] * channels)
      throw InvalidArgument(std::string(call) + ": needs rows from top to bottom whose pixels lie side by side (got " +
                            array.library + ": " + array.describe() +
                            "); a copy has them: numpy.ascontiguousarray(array)");
  }
  return {array.data, static_cast<std::ptrdiff_t>(pitch)};
}

void check_writable(const char* call, const Array& array) {
  if (array.read_only)
    throw InvalidArgument(std::string(call) + ": the array is read-only, and pictures are written to (" +
                          array.library + ": " + array.describe() + "); take a copy: Image.from_array(array)");
}

Picture picture_of_array(const char* call, const Array& array, std::optional<PixelFormat> format, ColorSpec color) {
  const PixelFormat as = format ? *format : format_of_channels(call, array);
  if (is_subsampled(as)) unfit(call, std::string(name_of(as)) + " as " + shape_needed(as), array);
  const PlanePointer plane =
      plane_of(call, array, plane_channels(as, 0), std::string(name_of(as)) + " as " + shape_needed(as));
  const Size size{static_cast<int>(array.shape[1]), static_cast<int>(array.shape[0])};
  const ImageView view = ImageView::wrap(array.device, as, size, std::span(&plane, 1), color);
  StoragePtr storage = Storage::of_foreign(array.owner, default_stream(array.device));
  if (array.stream != nullptr) storage->share_with(array.stream->handle(), nb::cast(array.stream));
  return {view, std::move(storage)};
}

}  // namespace

std::string Array::describe() const {
  const char* const name = kind == 'u'   ? "uint"
                           : kind == 'i' ? "int"
                           : kind == 'f' ? "float"
                           : kind == 'b' ? "bool"
                                         : "elements of another type,";
  std::string text = name;
  if (kind == 'u' || kind == 'i' || kind == 'f') text += std::to_string(bytes * 8);
  text += " of shape " + shape_text(shape);
  if (strides != tight_strides(shape, bytes)) text += ", strides " + shape_text(strides);
  if (read_only) text += ", read-only";
  if (device.is_cuda()) text += ", on " + device.name();
  return text;
}

Array read_array(const char* call, nb::handle object, const StreamPtr& on) {
  Array array;
  array.library = type_text(object);
  if (nb::isinstance<nb::bytes>(object) || PyByteArray_Check(object.ptr()) || PyMemoryView_Check(object.ptr())) {
    const nb::object held = held_by_numpy(object);
    if (read_buffer(held, array)) return array;
  }
  if (read_buffer(object, array) || read_dlpack(call, object, on, array) || read_cuda_interface(object, on, array))
    return array;
  if (nb::hasattr(object, "__array_interface__") || nb::hasattr(object, "__array__")) {
    const nb::object held = held_by_numpy(object);
    if (read_buffer(held, array)) return array;
  }
  throw nb::type_error((std::string(call) +
                        ": needs an array: NumPy's, or of a library with DLPack or "
                        "__cuda_array_interface__ (got " +
                        array.library + ")")
                           .c_str());
}

Picture wrap_array(const char* call, nb::handle object, std::optional<PixelFormat> format, ColorSpec color) {
  if (!nb::isinstance<nb::list>(object) && !nb::isinstance<nb::tuple>(object)) {
    const Array array = read_array(call, object);
    check_writable(call, array);
    return picture_of_array(call, array, format, color);
  }
  // The planes of a 4:2:0 picture.
  if (!format || !is_subsampled(*format))
    throw InvalidArgument(std::string(call) +
                          ": a list of arrays is the planes of nv12 or i420: say which, format=...");
  std::vector<Array> arrays;
  for (const nb::handle item : nb::borrow<nb::sequence>(object)) arrays.push_back(read_array(call, item));
  if (static_cast<int>(arrays.size()) != plane_count(*format))
    throw InvalidArgument(std::string(call) + ": " + std::string(name_of(*format)) + " has " +
                          std::to_string(plane_count(*format)) + " planes (got " + std::to_string(arrays.size()) + ")");
  std::vector<PlanePointer> planes;
  nb::list owners;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    check_writable(call, arrays[i]);
    const int channels = plane_channels(*format, static_cast<int>(i));
    const std::string needs = "plane " + std::to_string(i) + " of " + std::string(name_of(*format)) + " as " +
                              (channels == 1 ? "uint8 of shape (height, width)" : "uint8 of shape (height, width, 2)");
    planes.push_back(plane_of(call, arrays[i], channels, needs));
    const std::int64_t height = i == 0 ? arrays[0].shape[0] : (arrays[0].shape[0] + 1) / 2;
    const std::int64_t width = i == 0 ? arrays[0].shape[1] : (arrays[0].shape[1] + 1) / 2;
    if (arrays[i].shape[0] != height || arrays[i].shape[1] != width || arrays[i].device != arrays[0].device)
      unfit(call,
            needs + " of " + std::to_string(height) + " rows and " + std::to_string(width) + " columns on " +
                arrays[0].device.name(),
            arrays[i]);
    owners.append(arrays[i].owner);
  }
  const Size size{static_cast<int>(arrays[0].shape[1]), static_cast<int>(arrays[0].shape[0])};
  StoragePtr storage = Storage::of_foreign(owners, default_stream(arrays[0].device));
  for (const Array& array : arrays)
    if (array.stream != nullptr) storage->share_with(array.stream->handle(), nb::cast(array.stream));
  return {ImageView::wrap(arrays[0].device, *format, size, planes, color), std::move(storage)};
}

Picture source_picture(const char* call, nb::handle object, std::optional<PixelFormat> format, bool masks) {
  if (instance<Picture>(object) != nullptr || instance<PyFrame>(object) != nullptr)
    return picture_of(call, "the source", object);
  Array array = read_array(call, object);
  if (array.device.is_cpu()) {
    const nb::object numpy = nb::module_::import_("numpy");
    if (masks && array.kind == 'b') {
      array = read_array(call, numpy.attr("multiply")(object, 255, "dtype"_a = "uint8"));
    } else if (array.kind == 'u' && array.bytes == 1 && array.strides != tight_strides(array.shape, 1) &&
               array.shape.size() >= 2) {
      // Rows with gaps are read as they are; anything else (mirrored, transposed, channels swapped) as a copy.
      const bool rows = array.strides.back() == 1 &&
                        array.strides[0] >= array.shape[1] * (array.shape.size() == 3 ? array.shape[2] : 1) &&
                        (array.shape.size() == 2 || array.strides[1] == array.shape[2]);
      if (!rows) array = read_array(call, numpy.attr("ascontiguousarray")(object));
    }
  }
  return picture_of_array(call, array, format, {});
}

nb::object numpy_view(const ImageView& view, int index, nb::handle owner) {
  const Plane& plane = view.plane(index);
  const auto height = static_cast<std::size_t>(view.empty() ? 0 : plane.height);
  const auto width = static_cast<std::size_t>(view.empty() ? 0 : plane.width);
  const int channels = plane_channels(view.format(), index);
  // An array must point somewhere even when there is nothing in it.
  static std::uint8_t nothing = 0;
  std::uint8_t* const data = view.empty() ? &nothing : plane.data;
  const std::size_t shape[3] = {height, width, static_cast<std::size_t>(channels)};
  const std::int64_t strides[3] = {view.empty() ? std::int64_t{channels} : std::int64_t{plane.pitch_bytes}, channels,
                                   1};
  return nb::cast(nb::ndarray<nb::numpy, std::uint8_t>(data, channels == 1 ? 2 : 3, shape, owner, strides));
}

nb::object numpy_copy(const Picture& picture) {
  const ImageView view = picture.view();
  const StreamPtr cpu = default_stream(Device::cpu());
  Picture host(ImageView{}, nullptr);
  {
    Image image(cpu->view(), view.format(), view.size(), view.color());
    const ImageView pixels = image.view();
    host = Picture(pixels, Storage::of(std::move(image), cpu));
  }
  if (!view.empty()) {
    if (view.x_phase() != 0 || view.y_phase() != 0)
      throw Unsupported("to_numpy: a region of " + std::string(name_of(view.format())) +
                        " that starts amid a pair of pixels has no planes of its own: start it on even coordinates");
    Work work("to_numpy");
    const ImageView from = work.use(picture);
    work.enqueue({}, [&](StreamView stream) {
      copy_into(stream, from, host.view());
      stream.synchronize();
    });
  }
  const nb::object owner = nb::cast(PyImage(host.view(), host.storage()));
  if (view.plane_count() == 1) return numpy_view(host.view(), 0, owner);
  nb::list planes;
  for (int i = 0; i < view.plane_count(); ++i) planes.append(numpy_view(host.view(), i, owner));
  return planes;
}

namespace {

Tensor tensor_of(const char* call, const Picture& picture) {
  const ImageView view = picture.view();
  if (is_subsampled(view.format()))
    throw Unsupported(std::string(call) + ": " + std::string(name_of(view.format())) +
                      " is not one array: convert_into() makes it one, planes() gives its parts");
  const Plane& plane = view.plane(0);
  const int channels = plane_channels(view.format(), 0);
  return {view.device(), plane.data, view.size(), channels, 'u', 1, plane.pitch_bytes};
}

// Another library is about to work with the memory on its stream.
void hand_over(Storage& storage, Device device, std::uintptr_t consumer) {
  const StreamPtr theirs = stream_of_handle(device, consumer, nb::none());
  storage.enter(storage.stream());
  order(*storage.stream(), *theirs);
  // Whoever asked has that stream as its current one: its object keeps the stream alive until we have waited for it.
  for (const char* const library : {"torch", "cupy"})
    if (const auto current = current_stream(library, device); current && current->handle == consumer)
      return storage.share_with(consumer, current->owner);
  if (consumer <= 2) storage.share_with(consumer, nb::none());
}

nb::object device_pair(Device device) {
  return nb::make_tuple(device.is_cuda() ? dl_cuda : dl_cpu, device.is_cuda() ? device.index() : 0);
}

nb::ndarray<nb::array_api> array_of(const Tensor& tensor, nb::handle owner) {
  const auto channels = static_cast<std::size_t>(tensor.channels);
  const std::size_t shape[3] = {static_cast<std::size_t>(tensor.size.height),
                                static_cast<std::size_t>(tensor.size.width), channels};
  const std::int64_t row = tensor.step / tensor.bytes;
  const std::int64_t strides[3] = {tensor.data == nullptr ? tensor.channels : row, tensor.channels, 1};
  const auto code = tensor.kind == 'f'   ? nb::dlpack::dtype_code::Float
                    : tensor.kind == 'i' ? nb::dlpack::dtype_code::Int
                                         : nb::dlpack::dtype_code::UInt;
  const nb::dlpack::dtype type{static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(tensor.bytes * 8), 1};
  const Device device = tensor.device;
  return {tensor.data,
          channels == 1 ? std::size_t{2} : std::size_t{3},
          shape,
          owner,
          strides,
          type,
          device.is_cuda() ? dl_cuda : dl_cpu,
          device.is_cuda() ? device.index() : 0};
}

}  // namespace

nb::object numpy_view(const Tensor& tensor, nb::handle owner) {
  static double nothing = 0;  // an array must point somewhere even when there is nothing in it
  Tensor some = tensor;
  if (some.data == nullptr) some.data = &nothing;
  return nb::cast(nb::ndarray<nb::numpy>(array_of(some, owner)));
}

nb::object dlpack_capsule(const Tensor& tensor, Storage* storage, nb::handle self, nb::handle stream,
                          nb::handle max_version, nb::handle dl_device, nb::handle copy) {
  if (!copy.is_none() && nb::cast<bool>(copy))
    throw nb::buffer_error("__dlpack__: no copies are made: it shares the picture's memory");
  if (!dl_device.is_none() && !device_pair(tensor.device).equal(dl_device))
    throw nb::buffer_error(
        ("__dlpack__: the picture is on " + tensor.device.name() + ", and is not copied elsewhere").c_str());
  if (tensor.device.is_cuda()) {
    std::int64_t consumer = 1;
    if (!stream.is_none() && !nb::try_cast(stream, consumer))
      throw nb::type_error("__dlpack__: stream must be None or a number");
    if (consumer == 0 || consumer < -1)
      throw InvalidArgument("__dlpack__: stream " + std::to_string(consumer) +
                            " does not say which: 1 is CUDA's legacy "
                            "default stream, 2 the per-thread one, -1 asks for no order");
    if (consumer > 0 && tensor.data != nullptr)
      hand_over(*storage, tensor.device, static_cast<std::uintptr_t>(consumer));
  } else if (storage != nullptr) {
    storage->wait_on_host();
  }
  return nb::cast(array_of(tensor, self)).attr("__dlpack__")("max_version"_a = max_version);
}

nb::object cuda_array_interface(const Tensor& tensor, Storage* storage) {
  if (tensor.device.is_cpu())  // AttributeError: this is how libraries ask whether an object is on a GPU
    throw nb::attribute_error("__cuda_array_interface__: the picture is on the cpu");
  nb::dict interface;
  if (storage != nullptr) {
    storage->enter(storage->stream());
    // The protocol does not tell who asks; the libraries that are loaded are taken to work on their current streams.
    for (const char* const library : {"torch", "cupy"})
      if (const auto current = current_stream(library, tensor.device))
        storage->share_with(current->handle, current->owner);
    storage->share_with(1, nb::none());
    interface["stream"] = storage->stream()->handle();
  }
  interface["version"] = 3;
  interface["typestr"] = (tensor.bytes == 1 ? "|" : "<") + std::string(1, tensor.kind) + std::to_string(tensor.bytes);
  interface["data"] = nb::make_tuple(reinterpret_cast<std::uintptr_t>(tensor.data), false);
  const int pixel = tensor.channels * tensor.bytes;
  if (tensor.channels == 1) {
    interface["shape"] = nb::make_tuple(tensor.size.height, tensor.size.width);
    interface["strides"] = nb::make_tuple(tensor.step, pixel);
  } else {
    interface["shape"] = nb::make_tuple(tensor.size.height, tensor.size.width, tensor.channels);
    interface["strides"] = nb::make_tuple(tensor.step, pixel, tensor.bytes);
  }
  return interface;
}

nb::object dlpack_device(const Picture& picture) { return device_pair(picture.view().device()); }
nb::object dlpack_device(const Tensor& tensor) { return device_pair(tensor.device); }
nb::object dlpack_capsule(const Picture& picture, nb::handle self, nb::handle stream, nb::handle max_version,
                          nb::handle dl_device, nb::handle copy) {
  return dlpack_capsule(tensor_of("__dlpack__", picture), picture.storage().get(), self, stream, max_version, dl_device,
                        copy);
}
nb::object cuda_array_interface(const Picture& picture) {
  if (picture.view().device().is_cpu())
    throw nb::attribute_error("__cuda_array_interface__: the picture is on the cpu");
  return cuda_array_interface(tensor_of("__cuda_array_interface__", picture), picture.storage().get());
}

}  // namespace retouch::python
