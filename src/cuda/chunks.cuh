// Rows of any alignment in aligned chunks of 16 bytes.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

namespace retouch::cuda {

constexpr int chunk_bytes = 16;

/// Chunks that hold a row of `bytes` bytes, wherever it starts within its first one.
__host__ __device__ constexpr int chunks_in_row(int bytes) { return bytes / chunk_bytes + 2; }

/// Where chunk `chunk` of the row begins, counted from the row's first byte: -15..0 for the first one.
__device__ inline int chunk_begin(const std::uint8_t* row, int chunk) {
  return chunk * chunk_bytes - static_cast<int>(reinterpret_cast<std::uintptr_t>(row) % chunk_bytes);
}

/// Stores four bytes of a row at `x`, those that are within its `bytes` bytes; with one store where the address allows.
__device__ inline void store_word(std::uint8_t* row, int x, int bytes, std::uint32_t word) {
  std::uint8_t* at = row + x;
  if (x + 4 <= bytes && (reinterpret_cast<std::uintptr_t>(at) & 3U) == 0) {
    *reinterpret_cast<std::uint32_t*>(at) = word;
    return;
  }
  for (int i = 0; i < 4 && x + i < bytes; ++i) at[i] = static_cast<std::uint8_t>(word >> (8 * i));
}

/// Rows to be copied. src and dst start at the same place in their chunks, row by row.
struct RowCopy {
  const std::uint8_t* src;
  std::ptrdiff_t src_pitch;
  std::uint8_t* dst;
  std::ptrdiff_t dst_pitch;
  int bytes;
  int rows;
};

/// One chunk of the copy; `item` counts chunks row by row.
__device__ inline void copy_chunk(const RowCopy& copy, int item) {
  const int chunks = chunks_in_row(copy.bytes);
  const int y = item / chunks;
  if (y >= copy.rows) return;
  const std::uint8_t* from = copy.src + y * copy.src_pitch;
  std::uint8_t* to = copy.dst + y * copy.dst_pitch;
  const int begin = chunk_begin(to, item % chunks);
  if (begin >= 0 && begin + chunk_bytes <= copy.bytes) {
    *reinterpret_cast<uint4*>(to + begin) = *reinterpret_cast<const uint4*>(from + begin);
  } else {
    // All reads before the first write, so that they do not wait for each other.
    std::uint8_t bytes[chunk_bytes];
#pragma unroll
    for (int i = 0; i < chunk_bytes; ++i)
      bytes[i] = begin + i >= 0 && begin + i < copy.bytes ? from[begin + i] : std::uint8_t{0};
#pragma unroll
    for (int i = 0; i < chunk_bytes; ++i)
      if (begin + i >= 0 && begin + i < copy.bytes) to[begin + i] = bytes[i];
  }
}

/// Places in one temporary for copies of planes, each so that its rows start where the plane's do in their chunks.
class ScratchLayout {
 public:
  /// The offset of the plane's copy; `pitch` becomes its pitch.
  std::size_t add(const std::uint8_t* data, std::ptrdiff_t data_pitch, int bytes, int rows, std::ptrdiff_t& pitch) {
    const auto in_chunk = [](std::size_t value) { return value % chunk_bytes; };
    const auto rounded = (static_cast<std::size_t>(bytes) + chunk_bytes - 1) / chunk_bytes * chunk_bytes;
    const std::size_t row = rounded + in_chunk(static_cast<std::size_t>(data_pitch));
    const std::size_t offset = bytes_ + in_chunk(reinterpret_cast<std::uintptr_t>(data));
    pitch = static_cast<std::ptrdiff_t>(row);
    const std::size_t end = offset + row * static_cast<std::size_t>(rows);
    bytes_ = (end + chunk_bytes - 1) / chunk_bytes * chunk_bytes;
    return offset;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

}  // namespace retouch::cuda
