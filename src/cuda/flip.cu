// flip on CUDA. Rows are taken in units of 16, 12 or 4 bytes where the addresses allow, else pixel by pixel. In place,
// a thread owns two units that change places, so none is read after it was overwritten.
#include "ops/flip.hpp"

#include <cuda_runtime.h>

#include <cstdint>

#include "cuda/jobs.cuh"
#include "cuda/runtime.hpp"
#include "ops/region_batches.hpp"

namespace retouch::cuda {

namespace {

// Bytes of a unit, and of the pixels in it, whose order a mirrored row reverses; px*: one pixel, byte by byte.
enum class UnitKind : std::uint8_t { b16_px16, b16_px4, b16_px2, b16_px1, b12_px3, b4, px4, px3, px2, px1 };

__host__ __device__ constexpr int unit_bytes(UnitKind kind) {
  switch (kind) {
    case UnitKind::b12_px3: return 12;
    case UnitKind::b4:
    case UnitKind::px4: return 4;
    case UnitKind::px3: return 3;
    case UnitKind::px2: return 2;
    case UnitKind::px1: return 1;
    default: return 16;
  }
}

template <int Words>
struct Unit {
  std::uint32_t words[Words];
};

__device__ Unit<4> load(const std::uint8_t* at, Unit<4>) {
  const uint4 v = *reinterpret_cast<const uint4*>(at);
  return {v.x, v.y, v.z, v.w};
}
__device__ void store(std::uint8_t* at, const Unit<4>& unit) {
  *reinterpret_cast<uint4*>(at) = make_uint4(unit.words[0], unit.words[1], unit.words[2], unit.words[3]);
}
template <int Words>
__device__ Unit<Words> load(const std::uint8_t* at, Unit<Words>) {
  Unit<Words> unit;
  for (int i = 0; i < Words; ++i) unit.words[i] = reinterpret_cast<const std::uint32_t*>(at)[i];
  return unit;
}
template <int Words>
__device__ void store(std::uint8_t* at, const Unit<Words>& unit) {
  for (int i = 0; i < Words; ++i) reinterpret_cast<std::uint32_t*>(at)[i] = unit.words[i];
}

// The pixels of a unit in reverse order; their bytes stay in order.
template <int PixelBytes, int Words>
__device__ Unit<Words> reversed(const Unit<Words>& in) {
  constexpr int pixels = Words * 4 / PixelBytes;
  Unit<Words> out{};
#pragma unroll
  for (int to = 0; to < pixels * PixelBytes; ++to) {
    const int from = (pixels - 1 - to / PixelBytes) * PixelBytes + to % PixelBytes;
    out.words[to / 4] |= (in.words[from / 4] >> (from % 4 * 8) & 0xFFU) << (to % 4 * 8);
  }
  return out;
}

// Swaps the units at a and b (which may be the same unit), mirrored when `mirror`.
template <int Words, int PixelBytes>
__device__ void swap_units(std::uint8_t* a, std::uint8_t* b) {
  const Unit<Words> from_a = load(a, Unit<Words>{});
  const Unit<Words> from_b = load(b, Unit<Words>{});
  store(a, reversed<PixelBytes>(from_b));
  store(b, reversed<PixelBytes>(from_a));
}
template <int Bytes>
__device__ void swap_bytes(std::uint8_t* a, std::uint8_t* b) {
#pragma unroll
  for (int i = 0; i < Bytes; ++i) {
    const std::uint8_t held = a[i];
    a[i] = b[i];
    b[i] = held;
  }
}
template <int Words, int PixelBytes>
__device__ void copy_unit(const std::uint8_t* from, std::uint8_t* to) {
  store(to, reversed<PixelBytes>(load(from, Unit<Words>{})));
}
template <int Bytes>
__device__ void copy_bytes(const std::uint8_t* from, std::uint8_t* to) {
#pragma unroll
  for (int i = 0; i < Bytes; ++i) to[i] = from[i];
}

constexpr int block_width = 32;
constexpr int block_height = 8;

struct FlipJob {
  std::uint8_t* data;
  std::ptrdiff_t pitch;
  int units;  // in a row
  int height;
  unsigned blocks_across;
  UnitKind kind;
};
constexpr int views_per_launch = 24;
using FlipJobs = JobList<FlipJob, 3 * views_per_launch>;
static_assert(sizeof(FlipJobs) < 4000, "kernel parameters");

__global__ void __launch_bounds__(block_width* block_height)
    flip_kernel(const __grid_constant__ FlipJobs list, bool columns, bool rows) {
  unsigned block = blockIdx.x;
  const FlipJob& job = list.find(block);
  const int x = static_cast<int>(block % job.blocks_across) * block_width + static_cast<int>(threadIdx.x);
  const int y = static_cast<int>(block / job.blocks_across) * block_height + static_cast<int>(threadIdx.y);
  if (x >= job.units || y >= job.height) return;
  const int other_x = columns ? job.units - 1 - x : x;
  const int other_y = rows ? job.height - 1 - y : y;
  // The thread of the unit that comes first owns the pair; a row that stays where it is needs none.
  if (y > other_y || (y == other_y && (x > other_x || !columns))) return;
  const int bytes = unit_bytes(job.kind);
  std::uint8_t* const a = job.data + y * job.pitch + static_cast<std::ptrdiff_t>(x) * bytes;
  std::uint8_t* const b = job.data + other_y * job.pitch + static_cast<std::ptrdiff_t>(other_x) * bytes;
  switch (job.kind) {
    case UnitKind::b16_px16: swap_units<4, 16>(a, b); break;
    case UnitKind::b16_px4: swap_units<4, 4>(a, b); break;
    case UnitKind::b16_px2: swap_units<4, 2>(a, b); break;
    case UnitKind::b16_px1: swap_units<4, 1>(a, b); break;
    case UnitKind::b12_px3: swap_units<3, 3>(a, b); break;
    case UnitKind::b4: swap_units<1, 4>(a, b); break;
    case UnitKind::px4: swap_bytes<4>(a, b); break;
    case UnitKind::px3: swap_bytes<3>(a, b); break;
    case UnitKind::px2: swap_bytes<2>(a, b); break;
    case UnitKind::px1: swap_bytes<1>(a, b); break;
  }
}

struct FlipIntoJob {
  const std::uint8_t* src;
  std::uint8_t* dst;
  std::ptrdiff_t src_pitch;
  std::ptrdiff_t dst_pitch;
  int units;
  int height;
  unsigned blocks_across;
  UnitKind kind;
};
using FlipIntoJobs = JobList<FlipIntoJob, 3>;

__global__ void __launch_bounds__(block_width* block_height)
    flip_into_kernel(const __grid_constant__ FlipIntoJobs list, bool columns, bool rows) {
  unsigned block = blockIdx.x;
  const FlipIntoJob& job = list.find(block);
  const int x = static_cast<int>(block % job.blocks_across) * block_width + static_cast<int>(threadIdx.x);
  const int y = static_cast<int>(block / job.blocks_across) * block_height + static_cast<int>(threadIdx.y);
  if (x >= job.units || y >= job.height) return;
  const int bytes = unit_bytes(job.kind);
  const std::uint8_t* const from = job.src + (rows ? job.height - 1 - y : y) * job.src_pitch +
                                   static_cast<std::ptrdiff_t>(columns ? job.units - 1 - x : x) * bytes;
  std::uint8_t* const to = job.dst + y * job.dst_pitch + static_cast<std::ptrdiff_t>(x) * bytes;
  switch (job.kind) {
    case UnitKind::b16_px16: copy_unit<4, 16>(from, to); break;
    case UnitKind::b16_px4: copy_unit<4, 4>(from, to); break;
    case UnitKind::b16_px2: copy_unit<4, 2>(from, to); break;
    case UnitKind::b16_px1: copy_unit<4, 1>(from, to); break;
    case UnitKind::b12_px3: copy_unit<3, 3>(from, to); break;
    case UnitKind::b4: copy_unit<1, 4>(from, to); break;
    case UnitKind::px4: copy_bytes<4>(from, to); break;
    case UnitKind::px3: copy_bytes<3>(from, to); break;
    case UnitKind::px2: copy_bytes<2>(from, to); break;
    case UnitKind::px1: copy_bytes<1>(from, to); break;
  }
}

int row_bytes(const Plane& plane) { return plane.width * plane.channels; }

// Rows are whole units, and each starts at an address that a unit's words can be loaded from.
bool aligned(const Plane& plane, int row_unit, unsigned address_unit) {
  return row_bytes(plane) % row_unit == 0 && reinterpret_cast<std::uintptr_t>(plane.data) % address_unit == 0 &&
         plane.pitch_bytes % address_unit == 0;
}

// The widest unit for rows that are `mirrored` or only move.
UnitKind widest(const Plane& a, const Plane& b, bool mirrored) {
  const auto both = [&](int row_unit, unsigned address_unit) {
    return aligned(a, row_unit, address_unit) && aligned(b, row_unit, address_unit);
  };
  if (!mirrored) return both(16, 16) ? UnitKind::b16_px16 : both(4, 4) ? UnitKind::b4 : UnitKind::px1;
  switch (a.channels) {
    case 1: return both(16, 16) ? UnitKind::b16_px1 : UnitKind::px1;
    case 2: return both(16, 16) ? UnitKind::b16_px2 : UnitKind::px2;
    case 3: return both(12, 4) ? UnitKind::b12_px3 : UnitKind::px3;
    default: return both(16, 16) ? UnitKind::b16_px4 : both(4, 4) ? UnitKind::b4 : UnitKind::px4;
  }
}

}  // namespace

void flip(StreamView stream, std::span<const ImageView> views, FlipMode mode) {
  const detail::DeviceGuard guard(stream.device().index());
  const bool columns = mode != FlipMode::vertical;
  const bool rows = mode != FlipMode::horizontal;
  detail::for_each_batch(views, views_per_launch, [&](std::span<const ImageView* const> batch) {
    FlipJobs list;
    for (const ImageView* view : batch)
      for (int i = 0; i < view->plane_count(); ++i) {
        const Plane& plane = view->plane(i);
        const UnitKind kind = widest(plane, plane, columns);
        const int units = row_bytes(plane) / unit_bytes(kind);
        // Threads for the units that own a pair: the left half, or the upper half and the middle row.
        const unsigned across = blocks_for(rows ? units : (units + 1) / 2, block_width);
        const unsigned down = blocks_for(rows ? (plane.height + 1) / 2 : plane.height, block_height);
        list.add({plane.data, plane.pitch_bytes, units, plane.height, across, kind}, across * down);
      }
    flip_kernel<<<list.blocks(), dim3(block_width, block_height), 0, detail::cuda_handle(stream)>>>(list, columns,
                                                                                                    rows);
    RETOUCH_CUDA("launch flip", cudaGetLastError());
  });
}

void flip_into(StreamView stream, const ImageView& src, const ImageView& dst, FlipMode mode) {
  const detail::DeviceGuard guard(stream.device().index());
  const bool columns = mode != FlipMode::vertical;
  const bool rows = mode != FlipMode::horizontal;
  FlipIntoJobs list;
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    const UnitKind kind = widest(from, to, columns);
    const int units = row_bytes(from) / unit_bytes(kind);
    const unsigned across = blocks_for(units, block_width);
    list.add({from.data, to.data, from.pitch_bytes, to.pitch_bytes, units, from.height, across, kind},
             across * blocks_for(from.height, block_height));
  }
  flip_into_kernel<<<list.blocks(), dim3(block_width, block_height), 0, detail::cuda_handle(stream)>>>(list, columns,
                                                                                                       rows);
  RETOUCH_CUDA("launch flip_into", cudaGetLastError());
}

}  // namespace retouch::cuda
