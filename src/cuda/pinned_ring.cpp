#include "cuda/pinned_ring.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "cuda/runtime.hpp"

namespace retouch::detail {

// When is a block free again? Mostly the stream is waited for before the block is wanted again, which is known at no
// cost. For the other cases there is an event. Recording one takes the host half a microsecond, so on a stream of our
// own that is put off until a block is wanted and not known to be free.
struct PinnedPool {
  struct Slot {
    std::uint8_t* data = nullptr;
    std::size_t size = 0;
    cudaEvent_t done = nullptr;
    bool in_use = false;
    bool pending = false;      // not yet seen free
    bool recorded = false;     // `done` was, since it is pending
    std::uint64_t number = 0;  // of the stream's progress
  };
  int device = 0;
  cudaStream_t stream = nullptr;
  bool owned = false;
  std::shared_ptr<StreamProgress> progress;
  std::mutex mutex;
  std::vector<Slot> slots;

  void record(Slot& slot) const {
    RETOUCH_CUDA("record an event", cudaEventRecord(slot.done, stream));
    slot.recorded = true;
  }
  bool is_free(Slot& slot) const {
    if (!slot.pending) return true;
    if (!progress->is_done(slot.number)) {
      if (!slot.recorded) {
        const DeviceGuard guard(device);
        record(slot);
        return false;
      }
      if (cudaEventQuery(slot.done) != cudaSuccess) {
        static_cast<void>(cudaGetLastError());  // cudaErrorNotReady is an answer, not a failure
        return false;
      }
    }
    slot.pending = false;
    return true;
  }

  ~PinnedPool() {
    for (const Slot& slot : slots) {
      if (slot.pending && slot.recorded) static_cast<void>(cudaEventSynchronize(slot.done));
      static_cast<void>(cudaEventDestroy(slot.done));
      static_cast<void>(cudaFreeHost(slot.data));
    }
  }
};

PinnedRing::PinnedRing(int device, cudaStream_t stream, bool owned, std::shared_ptr<StreamProgress> progress)
    : pool_(std::make_shared<PinnedPool>()) {
  pool_->device = device;
  pool_->stream = stream;
  pool_->owned = owned;
  pool_->progress = std::move(progress);
}

// The stream goes next; blocks may be held longer.
PinnedRing::~PinnedRing() {
  const std::scoped_lock lock(pool_->mutex);
  bool wait = false;
  for (const auto& slot : pool_->slots) wait = wait || (slot.pending && !pool_->progress->is_done(slot.number));
  if (!wait || !pool_->owned) return;
  static_cast<void>(cudaStreamSynchronize(pool_->stream));
  for (auto& slot : pool_->slots) slot.pending = false;
}

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
    if (pool_->is_free(slot)) best = i;
  }
  if (best == slots.size()) {
    const DeviceGuard guard(pool_->device);
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

void PinnedRing::Block::release() {
  {
    const std::scoped_lock lock(pool_->mutex);
    auto& slot = pool_->slots[slot_];
    slot.number = pool_->progress->mark();
    slot.recorded = false;
    slot.pending = true;
    slot.in_use = false;
    if (!pool_->owned) pool_->record(slot);
  }
  data_ = nullptr;
  pool_.reset();
}

}  // namespace retouch::detail
