// What is behind a Stream. CPU streams have no CUDA part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "retouch/device.hpp"

namespace retouch::detail {

class PinnedRing;  // src/cuda/pinned_ring.hpp

class StreamState : public std::enable_shared_from_this<StreamState> {
 public:
  /// `handle` is a cudaStream_t (null for the CPU); `owned` destroys it with the state.
  StreamState(Device device, void* handle, bool owned);
  ~StreamState();
  StreamState(const StreamState&) = delete;
  StreamState& operator=(const StreamState&) = delete;

  Device device() const { return device_; }
  void* handle() const { return handle_; }
  /// Destroyed with the state; else it is another's, who may destroy it after the last use of the stream.
  bool owned() const { return owned_; }
  /// The stream's ring of page-locked staging memory (CUDA only), made at first use.
  PinnedRing& pinned();

 private:
  Device device_;
  void* handle_;
  bool owned_;
  std::once_flag pinned_once_;
  std::unique_ptr<PinnedRing> pinned_;
};

}  // namespace retouch::detail
