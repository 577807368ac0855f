// How matrices are walked on CUDA: a thread for a few numbers or one pixel of a row, rows in the grid's y.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>

#include "cuda/runtime.hpp"
#include "matrix/elements.hpp"

namespace retouch::cuda {

constexpr int matrix_threads = 128;

/// Blocks for `count` items in each of `rows` rows; kernels go on to row y + gridDim.y.
inline dim3 matrix_grid(int count, int rows) {
  const auto across = static_cast<unsigned>((count + matrix_threads - 1) / matrix_threads);
  return dim3(across, static_cast<unsigned>(std::min(rows, 65535)));
}

/// Four numbers of a row from `i` on, those below `count`.
template <class W>
__device__ inline void load4(const std::uint8_t* row, Depth depth, int i, int count, W (&out)[4]) {
  matrix::visit(depth, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* in = reinterpret_cast<const T*>(row) + i;
    if constexpr (sizeof(T) == 1) {
      if (i + 4 <= count && (reinterpret_cast<std::uintptr_t>(in) & 3U) == 0) {
        const std::uint32_t word = *reinterpret_cast<const std::uint32_t*>(in);
#pragma unroll
        for (int k = 0; k < 4; ++k) out[k] = static_cast<W>(static_cast<T>(word >> (8 * k)));
        return;
      }
    }
#pragma unroll
    for (int k = 0; k < 4; ++k)
      if (i + k < count) out[k] = static_cast<W>(in[k]);
  });
}

/// `keep` has a bit for each number that is not to be written.
template <class W>
__device__ inline void store4(std::uint8_t* row, Depth depth, int i, int count, const W (&in)[4], unsigned keep) {
  matrix::visit(depth, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = reinterpret_cast<T*>(row) + i;
    if constexpr (sizeof(T) == 1) {
      if (i + 4 <= count && keep == 0 && (reinterpret_cast<std::uintptr_t>(out) & 3U) == 0) {
        std::uint32_t word = 0;
#pragma unroll
        for (int k = 0; k < 4; ++k)
          word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(matrix::saturate<T>(in[k]))) << (8 * k);
        *reinterpret_cast<std::uint32_t*>(out) = word;
        return;
      }
    }
#pragma unroll
    for (int k = 0; k < 4; ++k)
      if (i + k < count && (keep >> k & 1U) == 0) out[k] = matrix::saturate<T>(in[k]);
  });
}

}  // namespace retouch::cuda
