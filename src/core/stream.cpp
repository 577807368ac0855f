#include "retouch/stream.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/check.hpp"
#include "core/gpu.hpp"
#include "core/stream_state.hpp"
#include "retouch/interop/stream_handle.hpp"

namespace retouch {

Device StreamView::device() const { return state_->device(); }

void StreamView::synchronize() const {
  if (!device().is_cuda()) return;
  const std::uint64_t marked = state_->progress().begin_wait();
  detail::gpu::synchronize_stream(device().index(), state_->handle());
  state_->progress().end_wait(marked);
}

Stream::Stream(Device device)
    : state_(std::make_shared<detail::StreamState>(
          device, device.is_cuda() ? detail::gpu::create_stream(device.index()) : nullptr, true)) {}

Event::Event(Device device) : device_(device) {
  if (device.is_cuda()) handle_ = detail::gpu::create_event(device.index());
}
Event::~Event() {
  if (handle_ != nullptr) detail::gpu::destroy_event(device_.index(), handle_);
}
Event::Event(Event&& other) noexcept : device_(other.device_), handle_(std::exchange(other.handle_, nullptr)) {}
Event& Event::operator=(Event&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(handle_, other.handle_);
  return *this;
}

void Event::record(StreamView stream) {
  if (stream.device() != device_)
    detail::invalid("Event::record: the event is on {}, the stream on {}", device_.name(), stream.device().name());
  if (handle_ != nullptr) detail::gpu::record_event(device_.index(), handle_, stream.state().handle());
}
void Event::wait_on(StreamView stream) const {
  if (handle_ == nullptr) return;
  // A CPU stream has no queue to hold back: what follows on it runs at once, so the host waits here.
  if (stream.device().is_cuda())
    detail::gpu::stream_wait_event(stream.device().index(), stream.state().handle(), handle_);
  else
    detail::gpu::synchronize_event(device_.index(), handle_);
}
void Event::synchronize() const {
  if (handle_ != nullptr) detail::gpu::synchronize_event(device_.index(), handle_);
}
bool Event::done() const { return handle_ == nullptr || detail::gpu::event_done(device_.index(), handle_); }

}  // namespace retouch

namespace retouch::interop {

std::uintptr_t stream_handle(StreamView stream) { return reinterpret_cast<std::uintptr_t>(stream.state().handle()); }

namespace {

// A driver that is given a number that was never a stream reads from that address. Where the system call is not
// allowed, it cannot be known.
bool is_readable(std::uintptr_t address) {
  std::uintptr_t value = 0;
  const iovec here{&value, sizeof value};
  const iovec there{reinterpret_cast<void*>(address), sizeof value};  // NOLINT(performance-no-int-to-ptr)
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) >= 0 || errno != EFAULT;
}

}  // namespace

Stream wrap_stream_handle(Device device, std::uintptr_t handle) {
  if (!device.is_cuda()) detail::invalid("wrap_stream_handle: {} has no CUDA streams", device.name());
  if (handle == 0)
    detail::invalid(
        "wrap_stream_handle: 0 does not say which default stream (1 is the legacy one, 2 the per-thread one)");
  if (handle > 2 && !is_readable(handle))
    detail::invalid("wrap_stream_handle: {:#x} is not the address of a stream: there is no memory to be read", handle);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is what a handle is in other languages
  return Stream(std::make_shared<detail::StreamState>(device, reinterpret_cast<void*>(handle), false));
}

Stream share(StreamView stream) { return Stream(stream.state().shared_from_this()); }

}  // namespace retouch::interop
