// Private CUDA plumbing: error checks with context, the current-device guard, launch helpers.
#pragma once

#include <cuda_runtime_api.h>

#include "retouch/error.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

[[noreturn]] void throw_cuda(cudaError_t error, const char* what, const char* file, int line);

/// Makes `device` current for the scope when it is not: a pushed foreign context of the same device stays as it is
/// (cudaSetDevice would switch the thread to the primary context).
class DeviceGuard {
 public:
  explicit DeviceGuard(int device);
  ~DeviceGuard();
  DeviceGuard(const DeviceGuard&) = delete;
  DeviceGuard& operator=(const DeviceGuard&) = delete;

 private:
  int previous_ = -1;
};

/// Facts of a GPU, read once.
struct GpuProperties {
  int multiprocessors = 0;
  int shared_bytes_per_block = 0;  ///< with opt-in
  int major = 0;
  int minor = 0;
};
const GpuProperties& gpu_properties(int device);

#ifdef __CUDA_ARCH_LIST__
/// Whether the GPU runs code that was compiled for this architecture (900: compute 9.0) or a newer one. A new GPU runs
/// code for an old one too, which then lacks what stands behind a test of __CUDA_ARCH__.
inline bool runs_code_for(const GpuProperties& gpu, int architecture) {
  const int own = gpu.major * 100 + gpu.minor * 10;
  for (const int compiled : {__CUDA_ARCH_LIST__})
    if (compiled >= architecture && compiled <= own) return true;
  return false;
}
#endif

cudaStream_t cuda_handle(StreamView stream);

}  // namespace retouch::detail

/// RETOUCH_CUDA("copy rows", cudaMemcpy2DAsync(...)): throws CudaError (OutOfMemory for allocation failures) that names
/// the operation, the CUDA error, file and line, and clears the pending error.
#define RETOUCH_CUDA(what, call)                                                                                  \
  do {                                                                                                            \
    const cudaError_t retouch_error_ = (call);                                                                    \
    if (retouch_error_ != cudaSuccess) ::retouch::detail::throw_cuda(retouch_error_, (what), __FILE__, __LINE__); \
  } while (false)
