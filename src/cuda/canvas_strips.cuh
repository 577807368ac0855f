// The drawing kernel for several frames at once. There the GPU is full, and what counts is instructions: a warp has a
// strip of tiles below each other, finds its commands once, and holds them while it goes from tile to tile. Warps do
// not wait for each other.
#pragma once

#include "cuda/canvas_kernel.cuh"

namespace retouch::cuda {

inline constexpr int strip_tiles = canvas_band_height / canvas::tile_height;
inline constexpr int strip_threads = 32 * canvas_block_strips;

/// A bit for each tile of the strip from (x, y) on in which the command draws, as touches() says.
__device__ inline unsigned touched_tiles(const canvas::Command& c, int x, int y) {
  if (c.x0 >= x + canvas::tile_width || c.x1 <= x) return 0;
  // The tiles from `first` to before `end`, of those that the strip has. What a command draws in counts where it is a
  // part of a tile; what its hole leaves out, where it is the whole.
  const auto tiles = [](int first, int end) {
    first = min(max(first, 0), strip_tiles);
    end = min(max(end, first), strip_tiles);
    return (1U << end) - (1U << first);
  };
  constexpr int rows = canvas::tile_height;
  unsigned touched = tiles((c.y0 - y) / rows, (c.y1 - y + rows - 1) / rows);
  if (c.y1 <= y) touched = 0;
  if (c.type() == canvas::CommandType::border) {
    const int thick = static_cast<int>(c.value());
    if (c.x0 + thick <= x && c.x1 - thick >= x + canvas::tile_width)
      touched &= ~tiles((max(c.y0 + thick - y, 0) + rows - 1) / rows, max(c.y1 - thick - y, 0) / rows);
  }
  return touched;
}

template <Kind K, Commands C>
__global__ void __launch_bounds__(strip_threads, (C == Commands::usual ? 1024 : 512) / strip_threads)
    draw_strips(const __grid_constant__ PayloadLayout layout, const std::uint8_t* payload) {
  __shared__ TargetRecord target;
  __shared__ uint4 held[canvas_block_strips][32];
  wait_for_earlier();
  const auto at = [payload](std::uint32_t granules) { return payload + std::size_t{granules} * canvas::granule; };
  const auto* const record = reinterpret_cast<const TargetRecord*>(at(layout.targets)) + blockIdx.z;
  for (unsigned i = threadIdx.x; i < sizeof(TargetRecord) / 4; i += strip_threads)
    reinterpret_cast<std::uint32_t*>(&target)[i] = reinterpret_cast<const std::uint32_t*>(record)[i];
  __syncthreads();

  const int lane = static_cast<int>(threadIdx.x) % 32;
  const auto warp = threadIdx.x / 32;
  const int x = static_cast<int>(layout.first_column + blockIdx.x * canvas_block_strips + warp) * canvas::tile_width;
  const int y = static_cast<int>(layout.first_band + blockIdx.y) * canvas_band_height;
  const auto* const band = reinterpret_cast<const std::uint32_t*>(at(target.bands)) + blockIdx.y;
  const std::uint32_t begin = band[0];
  const std::uint32_t count = band[1] - begin;
  const auto* const entries = reinterpret_cast<const std::uint16_t*>(at(target.entries)) + begin;
  const auto* const commands = reinterpret_cast<const uint4*>(at(target.commands));
  const std::uint8_t* const data = at(target.data);

  std::uint32_t found = 0;
  for (std::uint32_t first = 0; first < count; first += 32) {
    const uint4 words = command_at(commands, entries, first + static_cast<std::uint32_t>(lane), count);
    const canvas::Command c = command_from(words);
    const bool hit = touches(c, x, y, canvas::tile_width, canvas_band_height);
    const unsigned hits = __ballot_sync(whole_warp, hit);
    const std::uint32_t place = found + static_cast<std::uint32_t>(__popc(hits & ((1U << lane) - 1)));
    if (hit && place < 32) held[warp][place] = words;
    found += static_cast<std::uint32_t>(__popc(hits));
  }
  const bool holds = found <= 32;
  __syncwarp();
  uint4 mine = make_uint4(0, 0, 0, 0);
  unsigned touched = holds ? 0 : (1U << strip_tiles) - 1;
  if (holds && static_cast<std::uint32_t>(lane) < found) {
    mine = held[warp][lane];
    touched = touched_tiles(command_from(mine), x, y);
  }
  for (unsigned tiles = or_over_warp(touched); tiles != 0; tiles &= tiles - 1) {
    const int number = __ffs(static_cast<int>(tiles)) - 1;
    const int tile_y = y + number * canvas::tile_height;
    Tile<K> tile(target, x, tile_y, lane);
    for (std::uint32_t first = 0; first < (holds ? 32 : count); first += 32) {
      bool hit = (touched >> number & 1U) != 0;
      if (!holds) {
        mine = command_at(commands, entries, first + static_cast<std::uint32_t>(lane), count);
        hit = touches(command_from(mine), x, tile_y, canvas::tile_width, canvas::tile_height);
      }
      draw_commands<K, C>(tile, mine, __ballot_sync(whole_warp, hit), data, x, tile_y, lane);
    }
    tile.store();
  }
}

}  // namespace retouch::cuda
