// The memory behind matrices, and who used it last.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>

#include "core/stream_state.hpp"
#include "retouch/matrix.hpp"

namespace retouch::detail {

class MatrixMemory {
 public:
  /// Allocates.
  MatrixMemory(StreamView stream, std::size_t bytes);
  /// Borrows.
  MatrixMemory(Device device, std::shared_ptr<const void> owner) : device_(device), owner_(std::move(owner)) {}
  ~MatrixMemory();
  MatrixMemory(const MatrixMemory&) = delete;
  MatrixMemory& operator=(const MatrixMemory&) = delete;

  std::uint8_t* data() const { return static_cast<std::uint8_t*>(memory_); }
  Device device() const { return device_; }

  /// Work on `stream` comes after all earlier use.
  void begin(StreamView stream);
  /// That work has been enqueued.
  void end(StreamView stream);
  std::shared_ptr<StreamState> last();

  /// A frame's, or an image view's: `home` waits for all that other streams do to it.
  void lock_layout(StreamView home, std::shared_ptr<const Lease> lease);
  void filled_on(StreamView stream) { last_ = stream.state().shared_from_this(); }
  bool locked() const { return home_ != nullptr; }
  /// Throws ExpiredFrame.
  void check_lease() const;

 private:
  Device device_;
  void* memory_ = nullptr;  // when owned
  std::size_t bytes_ = 0;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<const Lease> lease_;
  std::shared_ptr<StreamState> home_;
  std::mutex mutex_;
  std::shared_ptr<StreamState> last_;
  // After the last use, when its stream is another's: that may be destroyed before the next use.
  std::optional<Event> after_last_;
};

/// The matrices of one operation, in order of streams. Checks devices and leases, before anything is enqueued.
class MatrixUse {
 public:
  MatrixUse(const char* op, StreamView stream, std::initializer_list<const Matrix*> matrices);
  ~MatrixUse();
  MatrixUse(const MatrixUse&) = delete;
  MatrixUse& operator=(const MatrixUse&) = delete;

 private:
  static constexpr std::size_t most = 6;
  StreamView stream_;
  std::shared_ptr<MatrixMemory> memories_[most];
  std::size_t count_ = 0;
};

/// Do they share a byte? Conservative: rectangles within one memory are compared by their first and last bytes only
/// when their steps differ.
bool overlap(const Matrix& a, const Matrix& b);
/// The same numbers, one by one.
bool same_place(const Matrix& a, const Matrix& b);
/// `src`, or a copy of it where it shares memory with dst (and is not the same place, when that is allowed).
Matrix apart(StreamView stream, const Matrix& src, const Matrix& dst, bool same_place_is_fine);

}  // namespace retouch::detail
