// The copy of a sprite on one GPU, shared by all streams of that GPU.
//
// Uploaded once, on the first stream that needs it; another stream waits for the upload by event. Freed when the last
// sprite has gone and every stream's work that read it is done, without the host waiting: a stream of the library's
// own waits for the readers' events and then frees in stream order. Readers on streams that the library owns are
// followed at no cost per use: the stream is kept alive, and marked when the sprite goes. A foreign stream may be
// destroyed by its owner at any time, so it is marked after each use.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/gpu.hpp"
#include "core/stream_state.hpp"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"
#include "ops/sprite.hpp"

namespace retouch::cuda {

namespace {

using detail::StreamState;

// Up to this size the driver stages a pageable copy before the call returns, faster than a pinned copy is started.
constexpr std::size_t pageable_limit = std::size_t{64} * 1024;
// From this number of streams on, those that are no more are looked for.
constexpr std::size_t many_readers = 8;

class OwnedEvent {
 public:
  OwnedEvent() { RETOUCH_CUDA("make an event", cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  ~OwnedEvent() {
    if (event_ != nullptr) static_cast<void>(cudaEventDestroy(event_));
  }
  OwnedEvent(OwnedEvent&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  OwnedEvent& operator=(OwnedEvent&& other) noexcept {
    std::swap(event_, other.event_);
    return *this;
  }
  cudaEvent_t get() const { return event_; }
  void record(cudaStream_t stream) { RETOUCH_CUDA("record an event", cudaEventRecord(event_, stream)); }
  bool done() const {
    const cudaError_t error = cudaEventQuery(event_);
    if (error == cudaErrorNotReady) static_cast<void>(cudaGetLastError());  // an answer, not a failure
    return error == cudaSuccess;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

cudaStream_t handle_of(const StreamState& state) { return static_cast<cudaStream_t>(state.handle()); }

// The stream on which unused copies of a GPU are freed. Never destroyed, as the memory pool.
cudaStream_t freeing_stream(int device) {
  static std::array<void*, 64> streams{};
  static std::array<std::once_flag, 64> once;
  const auto slot = static_cast<std::size_t>(device);
  std::call_once(once.at(slot), [&] { streams.at(slot) = detail::gpu::create_stream(device); });
  return static_cast<cudaStream_t>(streams.at(slot));
}

class Resident final : public detail::ResidentCopy {
 public:
  Resident(StreamView stream, const detail::SpritePixels& pixels) : device_(stream.device().index()) {
    const detail::DeviceGuard guard(device_);
    const std::size_t bytes =
        static_cast<std::size_t>(pixels.pitch_bytes) * static_cast<std::size_t>(pixels.size.height);
    cudaStream_t handle = detail::cuda_handle(stream);
    ready_.emplace_back();
    memory_ = detail::gpu::allocate(device_, handle, bytes);
    try {
      upload(stream, pixels.data, bytes);
      ready_.front().record(handle);
      add_reader(stream);
    } catch (...) {
      detail::gpu::deallocate(device_, handle, memory_);
      throw;
    }
  }

  ~Resident() override {
    try {
      const detail::DeviceGuard guard(device_);
      mark_readers();
      cudaStream_t freeing = freeing_stream(device_);
      for (const auto* events : {&ready_, &finishing_})
        for (const OwnedEvent& event : *events)
          RETOUCH_CUDA("wait for a sprite's readers", cudaStreamWaitEvent(freeing, event.get(), 0));
      detail::gpu::deallocate(device_, freeing, memory_);
    } catch (...) {  // the runtime is shutting down, or the GPU is lost: the memory goes with the process
    }
  }

  Resident(const Resident&) = delete;
  Resident& operator=(const Resident&) = delete;

  const std::uint8_t* use(StreamView stream) override {
    const std::scoped_lock lock(mutex_);
    if (find(stream) == nullptr) {
      const detail::DeviceGuard guard(device_);
      if (!ready_.empty() && ready_.front().done()) ready_.clear();
      if (!ready_.empty())
        RETOUCH_CUDA("wait for a sprite's upload",
                     cudaStreamWaitEvent(detail::cuda_handle(stream), ready_.front().get(), 0));
      add_reader(stream);
    }
    return static_cast<const std::uint8_t*>(memory_);
  }

  void used(StreamView stream) override {
    if (stream.state().owned()) return;
    const std::scoped_lock lock(mutex_);
    const detail::DeviceGuard guard(device_);
    // settle() may have forgotten the stream since use(): then it is marked anew.
    if (find(stream) == nullptr) add_reader(stream);
    find(stream)->last.front().record(detail::cuda_handle(stream));
  }

  void settle() noexcept override {
    const std::scoped_lock lock(mutex_);
    try {
      const detail::DeviceGuard guard(device_);
      mark_readers();
    } catch (...) {  // as in the destructor
    }
  }

 private:
  // A stream that is ordered after the upload and whose work may read the copy.
  struct Reader {
    std::weak_ptr<const StreamState> identity;  // unlike an address, never taken by another stream
    std::shared_ptr<const StreamState> owned;   // kept alive; null for a foreign stream
    std::vector<OwnedEvent> last;               // one, after the latest use on a foreign stream
  };

  void upload(StreamView stream, const std::uint8_t* data, std::size_t bytes) {
    cudaStream_t handle = detail::cuda_handle(stream);
    if (bytes <= pageable_limit) {
      RETOUCH_CUDA("upload a sprite", cudaMemcpyAsync(memory_, data, bytes, cudaMemcpyHostToDevice, handle));
      return;
    }
    auto block = stream.state().pinned().acquire(bytes);
    std::memcpy(block.data(), data, bytes);
    RETOUCH_CUDA("upload a sprite", cudaMemcpyAsync(memory_, block.data(), bytes, cudaMemcpyHostToDevice, handle));
    block.release();
  }

  Reader* find(StreamView stream) {
    const auto state = stream.state().weak_from_this();
    const auto it = std::find_if(readers_.begin(), readers_.end(), [&](const Reader& reader) {
      return !reader.identity.owner_before(state) && !state.owner_before(reader.identity);
    });
    return it == readers_.end() ? nullptr : &*it;
  }

  void add_reader(StreamView stream) {
    if (readers_.size() >= many_readers) {
      std::erase_if(readers_, [](const Reader& reader) {
        if (reader.owned == nullptr) return reader.identity.expired() && reader.last.front().done();
        if (reader.owned.use_count() > 1) return false;
        const cudaError_t error = cudaStreamQuery(handle_of(*reader.owned));
        if (error == cudaErrorNotReady) static_cast<void>(cudaGetLastError());
        return error == cudaSuccess;
      });
    }
    Reader reader;
    reader.identity = stream.state().weak_from_this();
    if (stream.state().owned()) {
      reader.owned = stream.state().shared_from_this();
    } else {
      reader.last.emplace_back();
      reader.last.front().record(detail::cuda_handle(stream));
    }
    readers_.push_back(std::move(reader));
  }

  // One that says nothing any more, or a new one: a sprite that comes and goes every frame makes none.
  OwnedEvent spare_event() {
    const auto it =
        std::find_if(finishing_.begin(), finishing_.end(), [](const OwnedEvent& event) { return event.done(); });
    if (it == finishing_.end()) return {};
    OwnedEvent event = std::move(*it);
    finishing_.erase(it);
    return event;
  }

  // Replaces the readers by events after their work so far.
  void mark_readers() {
    for (Reader& reader : readers_) {
      if (reader.owned != nullptr) {
        OwnedEvent event = spare_event();
        event.record(handle_of(*reader.owned));
        finishing_.push_back(std::move(event));
      } else {
        finishing_.push_back(std::move(reader.last.front()));
      }
    }
    readers_.clear();
  }

  std::mutex mutex_;
  int device_;
  void* memory_ = nullptr;
  std::vector<OwnedEvent> ready_;  // after the upload; empty once it is known to be done
  std::vector<Reader> readers_;
  std::vector<OwnedEvent> finishing_;
};

}  // namespace

std::shared_ptr<detail::ResidentCopy> make_resident(StreamView stream, const detail::SpritePixels& pixels) {
  return std::make_shared<Resident>(stream, pixels);
}

}  // namespace retouch::cuda
