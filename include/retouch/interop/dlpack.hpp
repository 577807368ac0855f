// DLPack: packed pictures to and from other libraries' tensors (PyTorch, CuPy, NumPy, TVM, ...) without copies. A
// picture is a uint8 tensor of shape (height, width, channels); rows may be padded.
//
// The structures are those of DLPack 0.8 (DLManagedTensor without a version), which every consumer takes. Where
// <dlpack/dlpack.h> exists, or was included before, its types are used; else types of the same layout, declared here.
//
// Streams: DLPack says nothing about them. Order the consumer's work after retouch's (a cudaStreamWaitEvent, or
// stream.synchronize()) before it reads, and the other way round.
#pragma once

#include <climits>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "retouch/error.hpp"
#include "retouch/image.hpp"

#if !defined(DLPACK_DLPACK_H_) && __has_include(<dlpack/dlpack.h>)
#include <dlpack/dlpack.h>
#endif

namespace retouch::interop {

#ifdef DLPACK_DLPACK_H_
using ::DLManagedTensor;
using ::DLTensor;
#else
struct DLDevice {
  std::int32_t device_type;
  std::int32_t device_id;
};
struct DLDataType {
  std::uint8_t code;
  std::uint8_t bits;
  std::uint16_t lanes;
};
struct DLTensor {
  void* data;
  DLDevice device;
  std::int32_t ndim;
  DLDataType dtype;
  std::int64_t* shape;
  std::int64_t* strides;  // in elements; null = rows, then columns, then channels without gaps
  std::uint64_t byte_offset;
};
struct DLManagedTensor {
  DLTensor dl_tensor;
  void* manager_ctx;
  void (*deleter)(DLManagedTensor* self);
};
#endif

namespace detail {

inline constexpr int dl_cpu = 1;        // kDLCPU
inline constexpr int dl_cuda = 2;       // kDLCUDA
inline constexpr int dl_cuda_host = 3;  // kDLCUDAHost: page-locked host memory
inline constexpr int dl_managed = 13;   // kDLCUDAManaged
inline constexpr int dl_uint = 1;       // kDLUInt

// What an exported tensor points to.
struct DlExport {
  DLManagedTensor tensor{};
  std::int64_t shape[3]{};
  std::int64_t strides[3]{};
  Image owned;
};

inline DLManagedTensor* dl_export(const ImageView& view, Image owned) {
  if (is_subsampled(view.format()))
    throw Unsupported("to_dlpack: " + std::string(name_of(view.format())) + " is not one tensor: convert it first");
  auto made = std::make_unique<DlExport>();
  const Plane& plane = view.plane(0);
  const int channels = plane_channels(view.format(), 0);
  made->shape[0] = view.height();
  made->shape[1] = view.width();
  made->shape[2] = channels;
  made->strides[0] = view.empty() ? 0 : std::int64_t{plane.pitch_bytes};
  made->strides[1] = channels;
  made->strides[2] = 1;
  DLTensor& tensor = made->tensor.dl_tensor;
  tensor.data = plane.data;
  tensor.device.device_type =
      static_cast<decltype(tensor.device.device_type)>(view.device().is_cuda() ? dl_cuda : dl_cpu);
  tensor.device.device_id = view.device().is_cuda() ? view.device().index() : 0;
  tensor.ndim = 3;
  tensor.dtype.code = dl_uint;
  tensor.dtype.bits = 8;
  tensor.dtype.lanes = 1;
  tensor.shape = made->shape;
  tensor.strides = made->strides;
  tensor.byte_offset = 0;
  made->owned = std::move(owned);
  made->tensor.manager_ctx = made.get();
  made->tensor.deleter = [](DLManagedTensor* self) { delete static_cast<DlExport*>(self->manager_ctx); };
  return &made.release()->tensor;
}

}  // namespace detail

/// A tensor over the view's pixels. It borrows them: they must outlive every use of the tensor. A frame's pixels are
/// valid only until its lease ends, and a tensor cannot tell; copy what must live longer. The consumer calls the
/// tensor's deleter once. Throws Unsupported for nv12 and i420.
inline DLManagedTensor* to_dlpack(const ImageView& view) { return detail::dl_export(view, {}); }

/// A tensor that owns the image; the deleter frees it (in order of the stream that it was made on).
inline DLManagedTensor* to_dlpack(Image image) {
  const ImageView view = image.view();
  return detail::dl_export(view, std::move(image));
}

/// The tensor's pixels as a view. It borrows them: call the tensor's deleter when the work with the view is done, not
/// before. Shape (height, width, channels), or (height, width) for gray8; pixels and channels without gaps, rows may
/// have one. Throws InvalidArgument for another shape, type or strides, Unsupported for another device.
inline ImageView from_dlpack(const DLTensor& tensor, PixelFormat format) {
  const auto fail = [&](const std::string& what) {
    throw InvalidArgument("from_dlpack: a " + std::string(name_of(format)) + " picture " + what);
  };
  if (is_subsampled(format))
    throw Unsupported("from_dlpack: " + std::string(name_of(format)) + " is not one tensor: take a packed format");
  const std::int64_t channels = plane_channels(format, 0);
  if (tensor.dtype.code != detail::dl_uint || tensor.dtype.bits != 8 || tensor.dtype.lanes != 1)
    fail("needs uint8 (got code " + std::to_string(tensor.dtype.code) + ", " + std::to_string(tensor.dtype.bits) +
         " bits, " + std::to_string(tensor.dtype.lanes) + " lanes)");
  if (tensor.shape == nullptr || (tensor.ndim != 3 && !(tensor.ndim == 2 && channels == 1)))
    fail("needs a shape of height, width and channels (got " + std::to_string(tensor.ndim) + " dimensions)");
  const std::int64_t height = tensor.shape[0];
  const std::int64_t width = tensor.shape[1];
  if (tensor.ndim == 3 && tensor.shape[2] != channels)
    fail("has " + std::to_string(channels) + " channels (got " + std::to_string(tensor.shape[2]) + ")");
  if (height < 0 || width < 0 || height > INT_MAX || width > INT_MAX)
    fail("cannot be " + std::to_string(width) + "x" + std::to_string(height));
  std::int64_t pitch = width * channels;
  if (tensor.strides != nullptr && width > 0 && height > 0) {
    // The stride of an axis of one element says nothing.
    if (tensor.ndim == 3 && channels > 1 && tensor.strides[2] != 1)
      fail("needs its channels side by side (got stride " + std::to_string(tensor.strides[2]) + ")");
    if (width > 1 && tensor.strides[1] != channels)
      fail("needs its pixels side by side (got stride " + std::to_string(tensor.strides[1]) + ")");
    if (height > 1) pitch = tensor.strides[0];
    if (pitch < width * channels) fail("needs rows from top to bottom (got stride " + std::to_string(pitch) + ")");
  }
  Device device;
  switch (static_cast<int>(tensor.device.device_type)) {
    case detail::dl_cpu:
    case detail::dl_cuda_host: break;
    case detail::dl_cuda:
    case detail::dl_managed: device = Device::cuda(tensor.device.device_id); break;
    default:
      throw Unsupported("from_dlpack: device type " + std::to_string(static_cast<int>(tensor.device.device_type)) +
                        " (only the CPU and CUDA are)");
  }
  auto* data = static_cast<std::uint8_t*>(tensor.data);
  return ImageView::wrap(device, format, {static_cast<int>(width), static_cast<int>(height)},
                         data == nullptr ? nullptr : data + tensor.byte_offset, static_cast<std::ptrdiff_t>(pitch));
}
inline ImageView from_dlpack(const DLManagedTensor& tensor, PixelFormat format) {
  return from_dlpack(tensor.dl_tensor, format);
}

}  // namespace retouch::interop
