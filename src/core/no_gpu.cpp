// A build without CUDA: there is no GPU, and no handle can exist.
#include "core/gpu.hpp"
#include "core/stream_state.hpp"
#include "retouch/error.hpp"

namespace retouch::detail {

class PinnedRing {};

StreamState::StreamState(Device device, void* handle, bool owned) : device_(device), handle_(handle), owned_(owned) {}
StreamState::~StreamState() = default;
PinnedRing& StreamState::pinned() { throw Unsupported("pinned memory: this retouch was built without CUDA"); }

namespace gpu {
namespace {
constexpr const char* reason_text = "this retouch was built without CUDA";
[[noreturn]] void absent() { throw Unsupported(reason_text); }
}  // namespace

int count(std::string& reason) {
  reason = reason_text;
  return 0;
}
DeviceInfo info(int) { absent(); }
void* create_stream(int) { absent(); }
void destroy_stream(int, void*) noexcept {}
void synchronize_stream(int, void*) { absent(); }
void* create_event(int) { absent(); }
void destroy_event(int, void*) noexcept {}
void record_event(int, void*, void*) { absent(); }
void stream_wait_event(int, void*, void*) { absent(); }
void synchronize_event(int, void*) { absent(); }
bool event_done(int, void*) { absent(); }
void* allocate(int, void*, std::size_t) { absent(); }
void deallocate(int, void*, void*) noexcept {}
DeviceMemory memory(int) { absent(); }
void trim(int) { absent(); }

}  // namespace gpu
}  // namespace retouch::detail
