#include "support/gpu.hpp"

#include <stdexcept>

#include "retouch/interop/cuda.hpp"

namespace retouch::bench::gpu {

namespace {

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

__global__ void empty_kernel() {}

__global__ void spin_kernel(unsigned long long nanoseconds) {
  unsigned long long start = 0;
  unsigned long long now = 0;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(start));
  do {
    asm volatile("mov.u64 %0, %globaltimer;" : "=l"(now));
  } while (now - start < nanoseconds);
}

__global__ void copy_kernel(const uint4* __restrict__ from, uint4* __restrict__ to, std::size_t count) {
  const std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < count) to[i] = from[i];
}

}  // namespace

void empty(StreamView stream) {
  empty_kernel<<<1, 32, 0, interop::cuda_stream(stream)>>>();
  check(cudaGetLastError());
}

void spin(StreamView stream, double us) {
  spin_kernel<<<1, 1, 0, interop::cuda_stream(stream)>>>(static_cast<unsigned long long>(us * 1000));
  check(cudaGetLastError());
}

void copy(StreamView stream, const void* from, void* to, std::size_t bytes) {
  const std::size_t count = bytes / 16;
  copy_kernel<<<static_cast<unsigned>((count + 255) / 256), 256, 0, interop::cuda_stream(stream)>>>(
      static_cast<const uint4*>(from), static_cast<uint4*>(to), count);
  check(cudaGetLastError());
}

Span::Span(StreamView stream) : stream_(stream) {
  cudaEvent_t event = nullptr;
  check(cudaEventCreate(&event));
  begin_ = event;
  check(cudaEventCreate(&event));
  end_ = event;
}

Span::~Span() {
  static_cast<void>(cudaEventDestroy(static_cast<cudaEvent_t>(begin_)));
  static_cast<void>(cudaEventDestroy(static_cast<cudaEvent_t>(end_)));
}

void Span::begin() { check(cudaEventRecord(static_cast<cudaEvent_t>(begin_), interop::cuda_stream(stream_))); }

double Span::end_us() {
  check(cudaEventRecord(static_cast<cudaEvent_t>(end_), interop::cuda_stream(stream_)));
  check(cudaEventSynchronize(static_cast<cudaEvent_t>(end_)));
  float ms = 0;
  check(cudaEventElapsedTime(&ms, static_cast<cudaEvent_t>(begin_), static_cast<cudaEvent_t>(end_)));
  return static_cast<double>(ms) * 1000;
}

}  // namespace retouch::bench::gpu
