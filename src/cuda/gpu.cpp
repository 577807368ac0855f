#include "core/gpu.hpp"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <mutex>

#include "core/stream_state.hpp"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"
#include "retouch/interop/cuda.hpp"

namespace retouch::detail {

StreamState::StreamState(Device device, void* handle, bool owned) : device_(device), handle_(handle), owned_(owned) {}

StreamState::~StreamState() {
  pinned_.reset();
  if (owned_ && device_.is_cuda()) gpu::destroy_stream(device_.index(), handle_);
}

PinnedRing& StreamState::pinned() {
  std::call_once(pinned_once_, [&] {
    pinned_ = std::make_unique<PinnedRing>(device_.index(), static_cast<cudaStream_t>(handle_), owned_, progress_);
  });
  return *pinned_;
}

namespace gpu {
namespace {

cudaStream_t stream_of(void* handle) { return static_cast<cudaStream_t>(handle); }
cudaEvent_t event_of(void* handle) { return static_cast<cudaEvent_t>(handle); }

// One pool per GPU for the life of the process. It keeps what it got (release threshold), so a steady state allocates
// nothing. Deliberately not destroyed: static objects of the user's may free images after any destructor of ours.
cudaMemPool_t pool_of(int device) {
  static std::array<cudaMemPool_t, 64> pools{};
  static std::array<std::once_flag, 64> once;
  const auto slot = static_cast<std::size_t>(device);
  std::call_once(once.at(slot), [&] {
    cudaMemPoolProps props{};
    props.allocType = cudaMemAllocationTypePinned;
    props.location.type = cudaMemLocationTypeDevice;
    props.location.id = device;
    cudaMemPool_t pool = nullptr;
    RETOUCH_CUDA("make the memory pool", cudaMemPoolCreate(&pool, &props));
    std::uint64_t keep = UINT64_MAX;
    RETOUCH_CUDA("set up the memory pool", cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep));
    pools.at(slot) = pool;
  });
  return pools.at(slot);
}

}  // namespace

int count(std::string& reason) {
  int n = 0;
  const cudaError_t error = cudaGetDeviceCount(&n);
  if (error == cudaSuccess && n > 0) return n;
  static_cast<void>(cudaGetLastError());
  if (error == cudaErrorInsufficientDriver) {
    int driver = 0;
    static_cast<void>(cudaDriverGetVersion(&driver));
    reason = driver == 0
                 ? "no NVIDIA driver is installed"
                 : fmt::format("the NVIDIA driver is too old (it supports CUDA {}.{}, this build needs {}.{})",
                               driver / 1000, driver % 1000 / 10, CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10);
  } else {
    reason = error == cudaSuccess || error == cudaErrorNoDevice ? "no CUDA GPU was found" : cudaGetErrorString(error);
  }
  return 0;
}

DeviceInfo info(int index) {
  cudaDeviceProp p{};
  RETOUCH_CUDA("read the GPU's properties", cudaGetDeviceProperties(&p, index));
  return {Device::cuda(index), fmt::format("{}, compute {}.{}", p.name, p.major, p.minor), p.totalGlobalMem};
}

void* create_stream(int device) {
  const DeviceGuard guard(device);
  cudaStream_t stream = nullptr;
  RETOUCH_CUDA("make a stream", cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  return stream;
}
void destroy_stream(int device, void* stream) noexcept {
  try {
    const DeviceGuard guard(device);
    static_cast<void>(cudaStreamDestroy(stream_of(stream)));
  } catch (...) {  // the runtime is shutting down: the driver frees the stream with the process
  }
}
void synchronize_stream(int device, void* stream) {
  const DeviceGuard guard(device);
  RETOUCH_CUDA("wait for the stream", cudaStreamSynchronize(stream_of(stream)));
}

void* create_event(int device) {
  const DeviceGuard guard(device);
  cudaEvent_t event = nullptr;
  RETOUCH_CUDA("make an event", cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  return event;
}
void destroy_event(int device, void* event) noexcept {
  try {
    const DeviceGuard guard(device);
    static_cast<void>(cudaEventDestroy(event_of(event)));
  } catch (...) {
  }
}
void record_event(int device, void* event, void* stream) {
  const DeviceGuard guard(device);
  RETOUCH_CUDA("record an event", cudaEventRecord(event_of(event), stream_of(stream)));
}
void stream_wait_event(int device, void* stream, void* event) {
  const DeviceGuard guard(device);
  RETOUCH_CUDA("wait for an event", cudaStreamWaitEvent(stream_of(stream), event_of(event), 0));
}
void synchronize_event(int device, void* event) {
  const DeviceGuard guard(device);
  RETOUCH_CUDA("wait for an event", cudaEventSynchronize(event_of(event)));
}
bool event_done(int device, void* event) {
  const DeviceGuard guard(device);
  const cudaError_t error = cudaEventQuery(event_of(event));
  if (error == cudaErrorNotReady) return false;
  RETOUCH_CUDA("query an event", error);
  return true;
}

void* allocate(int device, void* stream, std::size_t bytes) {
  const DeviceGuard guard(device);
  void* memory = nullptr;
  const cudaError_t error = cudaMallocFromPoolAsync(&memory, bytes, pool_of(device), stream_of(stream));
  if (error != cudaSuccess)
    throw_cuda(error, fmt::format("allocate {} bytes on cuda:{}", bytes, device).c_str(), __FILE__, __LINE__);
  return memory;
}
void deallocate(int device, void* stream, void* memory) noexcept {
  try {
    const DeviceGuard guard(device);
    static_cast<void>(cudaFreeAsync(memory, stream_of(stream)));
  } catch (...) {
  }
}

DeviceMemory memory(int device) {
  const DeviceGuard guard(device);
  const auto read = [pool = pool_of(device)](cudaMemPoolAttr attribute) {
    std::uint64_t bytes = 0;
    RETOUCH_CUDA("read the memory pool's size", cudaMemPoolGetAttribute(pool, attribute, &bytes));
    return static_cast<std::size_t>(bytes);
  };
  return {read(cudaMemPoolAttrUsedMemCurrent), read(cudaMemPoolAttrReservedMemCurrent)};
}
void trim(int device) {
  const DeviceGuard guard(device);
  RETOUCH_CUDA("trim the memory pool", cudaMemPoolTrimTo(pool_of(device), 0));
}

}  // namespace gpu
}  // namespace retouch::detail

namespace retouch::interop {

cudaStream_t cuda_stream(StreamView stream) {
  if (!stream.device().is_cuda()) throw InvalidArgument("cuda_stream: the stream is on the cpu");
  return detail::cuda_handle(stream);
}

Stream wrap_cuda_stream(int device_index, cudaStream_t stream) {
  return Stream(std::make_shared<detail::StreamState>(Device::cuda(device_index), stream, false));
}

}  // namespace retouch::interop
