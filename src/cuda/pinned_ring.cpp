#include "cuda/pinned_ring.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "cuda/runtime.hpp"

namespace retouch::detail {

struct PinnedPool {
  struct Slot {
    std::uint8_t* data = nullptr;
    std::size_t size = 0;
    cudaEvent_t done = nullptr;
    bool in_use = false;
    bool pending = false;  // `done` was recorded and not yet seen complete
  };
  std::mutex mutex;
  std::vector<Slot> slots;

  ~PinnedPool() {
    for (const Slot& slot : slots) {
      if (slot.pending) static_cast<void>(cudaEventSynchronize(slot.done));
      static_cast<void>(cudaEventDestroy(slot.done));
      static_cast<void>(cudaFreeHost(slot.data));
    }
  }
};

PinnedRing::PinnedRing() : pool_(std::make_shared<PinnedPool>()) {}
PinnedRing::~PinnedRing() = default;

PinnedRing::Block PinnedRing::acquire(std::size_t bytes) {
  Block block;
  block.pool_ = pool_;
  const std::scoped_lock lock(pool_->mutex);
  auto& slots = pool_->slots;
  std::size_t best = slots.size();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    auto& slot = slots[i];
    if (slot.in_use || slot.size < bytes) continue;
    if (best < slots.size() && slots[best].size <= slot.size) continue;
    if (slot.pending && cudaEventQuery(slot.done) != cudaSuccess) {
      static_cast<void>(cudaGetLastError());  // cudaErrorNotReady is an answer, not a failure
      continue;
    }
    slot.pending = false;
    best = i;
  }
  if (best == slots.size()) {
    PinnedPool::Slot slot;
    slot.size = std::bit_ceil(std::max<std::size_t>(bytes, 4096));
    void* memory = nullptr;
    RETOUCH_CUDA("allocate pinned memory", cudaHostAlloc(&memory, slot.size, cudaHostAllocPortable));
    slot.data = static_cast<std::uint8_t*>(memory);
    const cudaError_t error = cudaEventCreateWithFlags(&slot.done, cudaEventDisableTiming);
    if (error != cudaSuccess) {
      static_cast<void>(cudaFreeHost(memory));
      throw_cuda(error, "make an event", __FILE__, __LINE__);
    }
    slots.push_back(slot);
  }
  slots[best].in_use = true;
  block.data_ = slots[best].data;
  block.size_ = slots[best].size;
  block.slot_ = best;
  return block;
}

std::size_t PinnedRing::allocations() const {
  const std::scoped_lock lock(pool_->mutex);
  return pool_->slots.size();
}

PinnedRing::Block::Block(Block&& other) noexcept
    : pool_(std::move(other.pool_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      slot_(other.slot_) {}

PinnedRing::Block& PinnedRing::Block::operator=(Block&& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(slot_, other.slot_);
  return *this;
}

PinnedRing::Block::~Block() {
  if (data_ == nullptr) return;
  const std::scoped_lock lock(pool_->mutex);
  pool_->slots[slot_].in_use = false;
}

void PinnedRing::Block::release(cudaStream_t stream) {
  {
    const std::scoped_lock lock(pool_->mutex);
    auto& slot = pool_->slots[slot_];
    RETOUCH_CUDA("record an event", cudaEventRecord(slot.done, stream));
    slot.pending = true;
    slot.in_use = false;
  }
  data_ = nullptr;
  pool_.reset();
}

}  // namespace retouch::detail
