// Page-locked host memory for copies to and from a GPU, reused in turn: a block becomes free when the copy that used it
// is done.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "core/stream_state.hpp"

namespace retouch::detail {

class PinnedRing {
 public:
  /// A block of pinned memory in use. Movable. Dropping it hands it back: release() says from when it is free.
  class Block {
   public:
    Block() = default;
    Block(Block&& other) noexcept;
    Block& operator=(Block&& other) noexcept;
    ~Block();
    std::uint8_t* data() const { return data_; }
    std::size_t size() const { return size_; }
    explicit operator bool() const { return data_ != nullptr; }
    /// The block may be reused once the work enqueued on the ring's stream so far is done.
    void release();

   private:
    friend class PinnedRing;
    std::shared_ptr<struct PinnedPool> pool_;
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t slot_ = 0;
  };

  /// Of a stream. When `owned`, the ring is destroyed before the stream is; else nobody says when that goes.
  PinnedRing(int device, cudaStream_t stream, bool owned, std::shared_ptr<StreamProgress> progress);
  PinnedRing(const PinnedRing&) = delete;
  PinnedRing& operator=(const PinnedRing&) = delete;
  ~PinnedRing();
  /// At least `bytes`, from a block whose work is done when there is one that fits, else newly allocated. Thread-safe.
  Block acquire(std::size_t bytes);
  /// Allocations so far, for tests: constant in a steady state.
  std::size_t allocations() const;

 private:
  std::shared_ptr<struct PinnedPool> pool_;
};

}  // namespace retouch::detail
