#include "cuda/runtime.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>

#include "core/stream_state.hpp"

namespace retouch::detail {

void throw_cuda(cudaError_t error, const char* what, const char* file, int line) {
  static_cast<void>(cudaGetLastError());  // the error is reported here, once
  const std::string message =
      fmt::format("{}: {} ({}) at {}:{}", what, cudaGetErrorString(error), cudaGetErrorName(error), file, line);
  if (error == cudaErrorMemoryAllocation) throw OutOfMemory(message);
  throw CudaError(message, static_cast<int>(error));
}

DeviceGuard::DeviceGuard(int device) {
  int current = -1;
  RETOUCH_CUDA("get the current GPU", cudaGetDevice(&current));
  if (current == device) return;
  RETOUCH_CUDA("select the GPU", cudaSetDevice(device));
  previous_ = current;
}

DeviceGuard::~DeviceGuard() {
  if (previous_ >= 0) static_cast<void>(cudaSetDevice(previous_));
}

const GpuProperties& gpu_properties(int device) {
  static std::array<GpuProperties, 64> all;
  static std::array<std::once_flag, 64> once;
  const auto slot = static_cast<std::size_t>(device);
  std::call_once(once.at(slot), [&] {
    GpuProperties p;
    const auto read = [&](int& value, cudaDeviceAttr attribute) {
      RETOUCH_CUDA("read the GPU's properties", cudaDeviceGetAttribute(&value, attribute, device));
    };
    read(p.multiprocessors, cudaDevAttrMultiProcessorCount);
    read(p.shared_bytes_per_block, cudaDevAttrMaxSharedMemoryPerBlockOptin);
    read(p.major, cudaDevAttrComputeCapabilityMajor);
    read(p.minor, cudaDevAttrComputeCapabilityMinor);
    all.at(slot) = p;
  });
  return all.at(slot);
}

cudaStream_t cuda_handle(StreamView stream) { return static_cast<cudaStream_t>(stream.state().handle()); }

}  // namespace retouch::detail
