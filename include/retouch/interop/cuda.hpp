// CUDA streams and pointers. Including this header opts in to the CUDA toolkit's headers; nothing else in retouch needs
// them.
#pragma once

#include <cuda_runtime_api.h>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::interop {

/// The CUDA stream behind `stream`, to enqueue one's own kernels between retouch's. Throws InvalidArgument for a CPU
/// stream.
RETOUCH_EXPORT cudaStream_t cuda_stream(StreamView stream);

/// A retouch stream on top of a foreign one, which stays its owner's: it must outlive the result and every Image made
/// on it. Throws Unsupported when the device is not usable.
RETOUCH_EXPORT Stream wrap_cuda_stream(int device_index, cudaStream_t stream);

/// Borrows device memory (from cudaMalloc, torch, CuPy, ...): see ImageView::wrap for packed formats.
inline ImageView wrap_device_memory(int device_index, PixelFormat format, Size size, void* data,
                                    std::size_t pitch_bytes) {
  return ImageView::wrap(Device::cuda(device_index), format, size, data, static_cast<std::ptrdiff_t>(pitch_bytes));
}

}  // namespace retouch::interop
