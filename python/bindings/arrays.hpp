// Arrays of other libraries: NumPy and whatever has a buffer, __cuda_array_interface__ or DLPack; in and out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "retouch/image.hpp"
#include "storage.hpp"

namespace retouch::python {

/// An array as its library describes it.
struct Array {
  std::string library;  // "numpy.ndarray", for messages
  std::uint8_t* data = nullptr;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // in bytes
  char kind = 'u';                    // of the elements: u, i, f, b (bool), ? (something else)
  int bytes = 1;                      // of an element
  bool read_only = false;
  Device device{};
  StreamPtr stream;  // on which its library works, as far as that is known; of GPU memory
  nb::object owner;

  /// "float32 of shape (4, 5), read-only, on cuda:0"
  std::string describe() const;
};

/// Throws TypeError when `object` is no array. `on`: the stream that the array must be ready on; none: the default one.
Array read_array(const char* call, nb::handle object, const StreamPtr& on = nullptr);

/// The array's own memory as a picture. `format`: none = by the number of channels: gray8, rgb8, rgba8. A list of
/// arrays is the planes of nv12 or i420. Throws InvalidArgument, which says what was given and what is needed.
Picture wrap_array(const char* call, nb::handle object, std::optional<PixelFormat> format, ColorSpec color);

/// Pixels to read once, in the call: a picture of ours as it is, else an array, which may be read-only and of any
/// strides (then it is copied). `masks`: bool arrays are masks, True = 255.
Picture source_picture(const char* call, nb::handle object, std::optional<PixelFormat> format, bool masks = false);

/// One plane of host memory as a NumPy array that shares it, and keeps `owner`.
nb::object numpy_view(const ImageView& view, int plane, nb::handle owner);
/// A new NumPy array with the picture's pixels, wherever it is. Blocks.
nb::object numpy_copy(const Picture& picture);

/// Rows of pixels of any numbers, for the protocols below.
struct Tensor {
  Device device{};
  void* data = nullptr;
  Size size{};
  int channels = 1;
  char kind = 'u';        // u, i, f
  int bytes = 1;          // of a number
  std::int64_t step = 0;  // from row to row, in bytes
};
nb::object numpy_view(const Tensor& tensor, nb::handle owner);
/// `storage` orders the libraries' work; it may be null on the CPU.
nb::object dlpack_capsule(const Tensor& tensor, Storage* storage, nb::handle self, nb::handle stream,
                          nb::handle max_version, nb::handle dl_device, nb::handle copy);
nb::object dlpack_device(const Tensor& tensor);
nb::object cuda_array_interface(const Tensor& tensor, Storage* storage);

/// What __dlpack__, __dlpack_device__ and __cuda_array_interface__ give for a picture; `self` is kept alive by the
/// result.
nb::object dlpack_capsule(const Picture& picture, nb::handle self, nb::handle stream, nb::handle max_version,
                          nb::handle dl_device, nb::handle copy);
nb::object dlpack_device(const Picture& picture);
nb::object cuda_array_interface(const Picture& picture);

}  // namespace retouch::python
