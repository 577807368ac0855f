// CUDA streams as plain numbers, for what must not include CUDA's headers (the Python module, say). With them at hand,
// interop/cuda.hpp is the typed way.
#pragma once

#include <cstdint>

#include "retouch/device.hpp"
#include "retouch/export.hpp"
#include "retouch/stream.hpp"

namespace retouch::interop {

/// The cudaStream_t behind `stream`; 0 for a CPU stream. CUDA's legacy default stream is 1, its per-thread one 2.
RETOUCH_EXPORT std::uintptr_t stream_handle(StreamView stream);

/// A retouch stream on top of the foreign cudaStream_t `handle`, as wrap_cuda_stream: it must outlive the result and
/// every Image made on it. Throws InvalidArgument for a CPU device, for 0, which does not say which default stream
/// is meant, and for a number at which the process can read no memory; whether what is there is a stream cannot be
/// seen.
RETOUCH_EXPORT Stream wrap_stream_handle(Device device, std::uintptr_t handle);

/// A stream that shares the ownership of the one that `stream` was borrowed from, and keeps it.
RETOUCH_EXPORT Stream share(StreamView stream);

}  // namespace retouch::interop
