// The glyph arena's copy on each GPU. Its bytes are only ever appended to, so what has been uploaded stays valid for
// every stream; a stream that did not do the last upload waits for it by event.
#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "canvas/draw.hpp"
#include "core/gpu.hpp"
#include "core/stream_state.hpp"
#include "cuda/runtime.hpp"
#include "text/layout.hpp"

namespace retouch::cuda {

namespace {

constexpr std::size_t pageable_piece = std::size_t{64} * 1024;

class ArenaCopy {
 public:
  ArenaCopy(int device, const text::GlyphArena& arena)
      : device_(device), generation_(arena.generation()), event_(detail::gpu::create_event(device)) {
    void* memory = nullptr;
    RETOUCH_CUDA("make room for glyphs", cudaMalloc(&memory, arena.capacity_bytes()));
    memory_ = static_cast<std::uint8_t*>(memory);
  }
  ~ArenaCopy() {
    // Waits for the GPU, which may still be drawing from it. Once in a generation, after megabytes of new glyphs.
    static_cast<void>(cudaFree(memory_));
    detail::gpu::destroy_event(device_, event_);
  }
  ArenaCopy(const ArenaCopy&) = delete;
  ArenaCopy& operator=(const ArenaCopy&) = delete;

  std::uint64_t generation() const { return generation_; }

  const std::uint8_t* use(StreamView stream, const text::GlyphArena& arena) {
    cudaStream_t handle = detail::cuda_handle(stream);
    const std::size_t used = arena.used_bytes();
    const bool new_bytes = used > uploaded_;
    if (uploaded_ > 0 && uploader_.lock().get() != &stream.state()) {
      // The last upload ends after all before it, since each waited for its predecessor.
      if (!settled_) settled_ = detail::gpu::event_done(device_, event_);
      if (!settled_) detail::gpu::stream_wait_event(device_, handle, event_);
    }
    if (new_bytes) {
      for (std::size_t at = uploaded_; at < used; at += pageable_piece)
        RETOUCH_CUDA("upload glyphs",
                     cudaMemcpyAsync(memory_ + at, arena.data() + at, std::min(pageable_piece, used - at),
                                     cudaMemcpyHostToDevice, handle));
      detail::gpu::record_event(device_, event_, handle);
      uploaded_ = used;
      uploader_ = stream.state().weak_from_this();
      settled_ = false;
    }
    return memory_;
  }

 private:
  int device_;
  std::uint64_t generation_;
  void* event_;
  std::uint8_t* memory_ = nullptr;
  std::size_t uploaded_ = 0;
  std::weak_ptr<const detail::StreamState> uploader_;  // of the last bytes
  bool settled_ = true;
};

struct Copies {
  std::mutex mutex;
  std::vector<std::unique_ptr<ArenaCopy>> copies;  // the newest last
};

// Old generations are drawn from only by lists that were recorded before the change.
constexpr std::size_t kept_generations = 3;

}  // namespace

const std::uint8_t* resident_arena(StreamView stream, const text::GlyphArena& arena) {
  static std::array<Copies, 64>& all = *new std::array<Copies, 64>;  // streams may outlive static objects
  const int device = stream.device().index();
  Copies& of_device = all.at(static_cast<std::size_t>(device));
  const std::scoped_lock lock(of_device.mutex);
  const detail::DeviceGuard guard(device);
  for (const auto& copy : of_device.copies)
    if (copy->generation() == arena.generation()) return copy->use(stream, arena);
  if (of_device.copies.size() >= kept_generations) of_device.copies.erase(of_device.copies.begin());
  of_device.copies.push_back(std::make_unique<ArenaCopy>(device, arena));
  return of_device.copies.back()->use(stream, arena);
}

}  // namespace retouch::cuda
