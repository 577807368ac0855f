// Ordered work on a device. Every operation takes its stream as the first argument; there is no default stream.
#pragma once

#include <cstddef>
#include <memory>

#include "retouch/device.hpp"
#include "retouch/export.hpp"

namespace retouch {

namespace detail {
class StreamState;
}

/// A borrowed stream: cheap to copy, never frees. The Stream that it came from must outlive its use.
class RETOUCH_EXPORT StreamView {
 public:
  StreamView(std::nullptr_t) = delete;
  StreamView(int) = delete;
  explicit StreamView(detail::StreamState& state) : state_(&state) {}

  Device device() const;

  /// Blocks until all work enqueued so far is done. Throws CudaError when some of it failed. On the CPU there is
  /// nothing to wait for.
  void synchronize() const;

  detail::StreamState& state() const { return *state_; }

 private:
  detail::StreamState* state_;
};

/// Owns a stream of a device. On the CPU, work is complete when the call that enqueues it returns.
/// A CUDA stream is made with cudaStreamNonBlocking: it does not order itself with the legacy default stream.
/// Movable, not copyable. Destruction does not wait; memory allocated on the stream keeps what it needs alive.
class RETOUCH_EXPORT Stream {
 public:
  explicit Stream(Device device);
  explicit Stream(std::shared_ptr<detail::StreamState> state) : state_(std::move(state)) {}
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&&) noexcept = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  operator StreamView() const { return StreamView(*state_); }
  Device device() const { return StreamView(*state_).device(); }
  void synchronize() const { StreamView(*state_).synchronize(); }

 private:
  std::shared_ptr<detail::StreamState> state_;
};

/// A mark in a stream that another stream, or the host, can wait for. On the CPU all is complete at once.
class RETOUCH_EXPORT Event {
 public:
  explicit Event(Device device);
  ~Event();
  Event(Event&&) noexcept;
  Event& operator=(Event&&) noexcept;

  /// Marks the work enqueued on `stream` so far. The stream must be of the event's device.
  void record(StreamView stream);
  /// Later work on `stream` starts after the mark. Does not block the host.
  void wait_on(StreamView stream) const;
  /// Blocks the host until the mark is reached.
  void synchronize() const;
  /// True when the mark has been reached (or nothing was recorded).
  bool done() const;

 private:
  Device device_;
  void* handle_ = nullptr;
};

}  // namespace retouch
