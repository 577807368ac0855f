// What is behind a Stream. CPU streams have no CUDA part.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "retouch/device.hpp"

namespace retouch::detail {

class PinnedRing;  // src/cuda/pinned_ring.hpp

/// Counts work on a stream, so that a wait for the stream also tells what no event was recorded for. Thread-safe.
class StreamProgress {
 public:
  /// A number for the work enqueued so far.
  std::uint64_t mark() { return ++marked_; }
  /// Has a wait shown that the work of that number is done?
  bool is_done(std::uint64_t number) const { return number <= done_; }
  /// Around a wait: everything marked before it began is done when it ended.
  std::uint64_t begin_wait() const { return marked_; }
  void end_wait(std::uint64_t marked) {
    std::uint64_t done = done_;
    while (done < marked && !done_.compare_exchange_weak(done, marked)) {
    }
  }

 private:
  std::atomic<std::uint64_t> marked_{0};
  std::atomic<std::uint64_t> done_{0};
};

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
  StreamProgress& progress() { return *progress_; }

 private:
  Device device_;
  void* handle_;
  bool owned_;
  std::shared_ptr<StreamProgress> progress_ = std::make_shared<StreamProgress>();  // pinned memory may outlive us
  std::once_flag pinned_once_;
  std::unique_ptr<PinnedRing> pinned_;
};

}  // namespace retouch::detail
