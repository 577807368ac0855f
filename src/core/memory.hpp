// Stream-ordered memory for images and temporaries: cudaMallocAsync from a pool that keeps what it got, or aligned host
// memory.
#pragma once

#include <cstddef>
#include <memory>

#include "core/stream_state.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

/// At least `bytes` bytes on the stream's device, aligned to 256 (CUDA) or 64 (CPU). Throws OutOfMemory.
void* allocate(const StreamState& stream, std::size_t bytes);
/// Frees in stream order. Never throws: at the end of the process the runtime may be gone.
void deallocate(const StreamState& stream, void* memory, std::size_t bytes) noexcept;

/// A temporary of one operation: allocated and freed in stream order, so it may go out of scope while the work is still
/// queued.
class Temporary {
 public:
  Temporary(StreamView stream, std::size_t bytes)
      : stream_(stream.state()), bytes_(bytes), memory_(allocate(stream_, bytes)) {}
  ~Temporary() { deallocate(stream_, memory_, bytes_); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  template <class T = void>
  T* get() const {
    return static_cast<T*>(memory_);
  }

 private:
  const StreamState& stream_;
  std::size_t bytes_;
  void* memory_;
};

}  // namespace retouch::detail
