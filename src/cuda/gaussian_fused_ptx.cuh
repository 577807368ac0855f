// The few instructions and barriers that the kernels of gaussian_blur are made of.
#pragma once

#include <cooperative_groups.h>

#include <cstdint>

namespace retouch::cuda::ptx {

__device__ inline uint4* dynamic_shared() {
  extern __shared__ uint4 memory[];
  return memory;
}

__device__ inline std::uint32_t shared_address(const void* p) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(p));
}

/// Starts a copy from global to shared memory; both aligned to its size.
__device__ inline void copy16(void* shared, const void* global) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(shared)), "l"(global) : "memory");
#endif
}
__device__ inline void copy4(void* shared, const void* global) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(shared_address(shared)), "l"(global) : "memory");
#endif
}
/// Waits for the copies that this thread started.
__device__ inline void wait_for_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

/// Makes the compiler forget where p points: kernel parameters read at an index that varies within a warp are faster
/// through a generic address than from the constant bank.
template <class T>
__device__ inline const T* generic(const T* p) {
  asm volatile("" : "+l"(p));
  return p;
}

/// d += a * b: a is 16 rows of 32 bytes (m16n8k32), b 32 rows of 8.
__device__ inline void multiply32(int (&d)[4], std::uint32_t a0, std::uint32_t a1, std::uint32_t a2, std::uint32_t a3,
                                  std::uint32_t b0, std::uint32_t b1) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
#endif
}
/// The same with 16 instead of 32 (m16n8k16).
__device__ inline void multiply16(int (&d)[4], std::uint32_t a0, std::uint32_t a1, std::uint32_t b0) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.s32.u8.u8.s32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
      : "+r"(d[0]), "+r"(d[1]), "+r"(d[2]), "+r"(d[3])
      : "r"(a0), "r"(a1), "r"(b0));
#endif
}

/// A barrier in two halves over the blocks of a cluster.
__device__ inline void cluster_arrive() {
#if __CUDA_ARCH__ >= 900
  asm volatile("barrier.cluster.arrive.release;" ::: "memory");
#endif
}
/// The same for a barrier that orders no accesses to memory, and so does not wait for them.
__device__ inline void cluster_arrive_relaxed() {
#if __CUDA_ARCH__ >= 900
  asm volatile("barrier.cluster.arrive.relaxed;" ::: "memory");
#endif
}
__device__ inline void cluster_wait() {
#if __CUDA_ARCH__ >= 900
  asm volatile("barrier.cluster.wait.acquire;" ::: "memory");
#endif
}

/// Where p, in this block's shared memory, is in that of another block of the cluster.
template <class T>
__device__ inline T* in_block(T* p, int block) {
#if __CUDA_ARCH__ >= 900
  T* there;
  asm("mapa.u64 %0, %1, %2;" : "=l"(there) : "l"(p), "r"(block));
  return there;
#else
  return p;
#endif
}

/// The same over all blocks of a cooperative launch. Both halves synchronise the block, too.
__device__ inline unsigned grid_arrive() { return cooperative_groups::this_grid().barrier_arrive(); }
__device__ inline void grid_wait(unsigned token) {
  cooperative_groups::this_grid().barrier_wait(static_cast<unsigned&&>(token));
}

}  // namespace retouch::cuda::ptx
