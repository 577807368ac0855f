// The drawing kernel: a block has one region, or a part of it, each of its warps a tile. A warp looks at 32 of the
// region's commands at a time, and applies those that touch its tile in call order. Which commands a region has the
// blocks find out themselves for short lists; the host does for long ones, and for large targets.
#pragma once

#include "cuda/canvas_tile.cuh"
#include "cuda/canvas_tuning.hpp"
#include "pixel/coverage.hpp"
#include "text/layout.hpp"

namespace retouch::cuda {

inline constexpr int tiles_across = canvas::region_width / canvas::tile_width;
inline constexpr int tiles_down = canvas::region_height / canvas::tile_height;
inline constexpr unsigned whole_warp = 0xFFFFFFFFU;
inline constexpr int draw_threads = 32 * tiles_across * canvas_tile_rows;
inline constexpr int block_height = canvas_tile_rows * canvas::tile_height;
static_assert(canvas_most_found % draw_threads == 0);

/// What a kernel can draw. One for the usual things needs half the registers of one for all, so that a multiprocessor
/// holds twice as many blocks.
enum class Commands { usual, all };
constexpr bool is_usual(canvas::CommandType type) {
  using enum canvas::CommandType;
  return type == fill || type == border || type == text || type == disc || type == rounded;
}

/// Where the parts of the payload begin, in granules; and what blocks draw.
struct PayloadLayout {
  std::uint32_t targets;
  // Either lists of regions (where they begin, and one) and their commands; or, where regions is 0, a grid of blocks
  // over part of every target, each of which looks for its commands itself.
  std::uint32_t regions, entries;
  std::uint32_t first_column, first_row, first_band;  // a column: a region's width; of strips a tile's
  TargetRecord target;                                // where there is one
};

/// Memory that the compiler must not know to be kernel parameters: read at an index that differs between lanes, those
/// are slower from the constant bank than through an ordinary load.
__device__ inline const std::uint8_t* generic(const std::uint8_t* p) {
  auto v = reinterpret_cast<std::uint64_t>(p);
  asm volatile("" : "+l"(v));
  return reinterpret_cast<const std::uint8_t*>(v);
}

// Of kernels one behind the other: the later one may be launched when all blocks of the earlier one say so; it waits
// for that to end before it reads what it has written.
__device__ inline void next_may_start() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}
__device__ inline void wait_for_earlier() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

__device__ inline canvas::Command command_from(const uint4& words) {
  canvas::Command c;
  c.x0 = static_cast<std::int16_t>(words.x);
  c.y0 = static_cast<std::int16_t>(words.x >> 16);
  c.x1 = static_cast<std::int16_t>(words.y);
  c.y1 = static_cast<std::int16_t>(words.y >> 16);
  c.color = words.z;
  c.packed = words.w;
  return c;
}

/// The command of entry i, or one that touches nothing.
__device__ inline uint4 command_at(const uint4* commands, const std::uint16_t* entries, std::uint32_t i,
                                   std::uint32_t count) {
  return i < count ? commands[entries[i]] : make_uint4(0, 0, 0, 0);
}

/// Does the command draw in a rectangle from (x, y) on? A border does not inside its hole.
__device__ inline bool touches(const canvas::Command& c, int x, int y, int width, int height) {
  const int right = x + width;
  const int bottom = y + height;
  if (c.x0 >= right || c.x1 <= x || c.y0 >= bottom || c.y1 <= y) return false;
  if (c.type() != canvas::CommandType::border) return true;
  const int thick = static_cast<int>(c.value());
  return !(c.x0 + thick <= x && c.x1 - thick >= right && c.y0 + thick <= y && c.y1 - thick >= bottom);
}

// One pixel after the other, not all at once: the kernel's code and registers stay few, without which it would start
// later.
template <class Record>
__device__ inline void cover_each(const Record& r, int x, int y, std::uint32_t (&a)[2]) {
  a[0] = a[1] = 0;
#pragma unroll 1
  for (int i = 0; i < 4; ++i) {
    a[0] |= pixel::cover(r, x + i, y) << (8 * i);
    a[1] |= pixel::cover(r, x + i, y + 1) << (8 * i);
  }
}

__device__ inline void cover_fill(const canvas::Command& c, int x, int y, std::uint32_t (&a)[2]) {
  const std::uint32_t columns = span4(x, c.x0, c.x1);
#pragma unroll
  for (int j = 0; j < 2; ++j) a[j] = y + j >= c.y0 && y + j < c.y1 ? columns : 0;
}

__device__ inline void cover_border(const canvas::Command& c, int x, int y, std::uint32_t (&a)[2]) {
  const int t = static_cast<int>(c.value());
  const std::uint32_t columns = span4(x, c.x0, c.x1);
  const std::uint32_t sides = columns & ~span4(x, c.x0 + t, c.x1 - t);
#pragma unroll
  for (int j = 0; j < 2; ++j) {
    const bool side = y + j >= c.y0 + t && y + j < c.y1 - t;
    a[j] = y + j >= c.y0 && y + j < c.y1 ? (side ? sides : columns) : 0;
  }
}

__device__ inline void cover_polygon(const std::uint8_t* record, int x, int y, std::uint32_t (&a)[2]) {
  const auto& header = *reinterpret_cast<const canvas::EdgeHeader*>(record);
  const auto* edges = reinterpret_cast<const canvas::EdgeRecord*>(record + sizeof(canvas::EdgeHeader));
  const pixel::StripItems list = pixel::items_of_row(header, edges, y);
  float sums[2][4] = {};
  for (std::uint32_t n = list.begin; n < list.end; ++n) {
    const canvas::EdgeRecord edge = pixel::item_at(edges, list, n);
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      const pixel::EdgeInRow e = pixel::edge_in_row(edge, static_cast<float>(y + j));
      if (e.height == 0) continue;
#pragma unroll
      for (int i = 0; i < 4; ++i) sums[j][i] += pixel::edge_area(e, static_cast<float>(x + i));
    }
  }
#pragma unroll
  for (int j = 0; j < 2; ++j) {
    std::uint32_t word = 0;
#pragma unroll
    for (int i = 0; i < 4; ++i) word |= pixel::inside(sums[j][i], header.flags) << (8 * i);
    a[j] = word;
  }
}

__device__ inline void cover_strokes(const std::uint8_t* record, int x, int y, std::uint32_t (&a)[2]) {
  const auto& header = *reinterpret_cast<const canvas::EdgeHeader*>(record);
  const auto* segments = reinterpret_cast<const canvas::SegmentRecord*>(record + sizeof(canvas::EdgeHeader));
  const bool faded = (header.flags & canvas::edges_faded) != 0;
  const pixel::StripItems list = pixel::items_of_row(header, segments, y);
  a[0] = a[1] = 0;
  for (std::uint32_t n = list.begin; n < list.end; ++n) {
    const canvas::SegmentRecord s = pixel::item_at(segments, list, n);
    const float reach = s.half + 1;
    const auto top = static_cast<float>(y);
    const auto left = static_cast<float>(x);
    if (top + 2 + reach < pixel::least(s.y0, s.y1) || top - reach > pixel::greatest(s.y0, s.y1) ||
        left + 4 + reach < pixel::least(s.x0, s.x1) || left - reach > pixel::greatest(s.x0, s.x1))
      continue;
#pragma unroll
    for (int j = 0; j < 2; ++j) {
      std::uint32_t word = 0;
#pragma unroll
      for (int i = 0; i < 4; ++i)
        word |= pixel::to_byte(pixel::cover(s, static_cast<float>(x + i), static_cast<float>(y + j), faded)) << (8 * i);
      a[j] = __vmaxu4(a[j], word);
    }
  }
}

/// Each lane finds whether one glyph meets the tile; then all lanes gather those that do. The first glyphs are read
/// before it is known how many there are, not one access after the other: payloads end with room for that.
__device__ inline void cover_text(const std::uint8_t* record, int tile_x, int tile_y, int x, int y, int lane,
                                  std::uint32_t (&a)[2]) {
  const auto* const words = reinterpret_cast<const std::uint32_t*>(record + sizeof(canvas::TextHeader));
  const uint4 header = *reinterpret_cast<const uint4*>(record);
  const auto* const arena = reinterpret_cast<const std::uint8_t*>(header.x | std::uint64_t{header.y} << 32);
  const std::uint32_t count = header.z;
  a[0] = a[1] = 0;
  std::uint32_t first = 0;
  do {
    const std::uint32_t number = first + static_cast<std::uint32_t>(lane);
    const std::uint32_t place = words[number * 3];
    const std::uint32_t extent = words[number * 3 + 1];
    const std::uint32_t ref = words[number * 3 + 2];
    const int gx = static_cast<std::int16_t>(place);
    const int gy = static_cast<std::int16_t>(place >> 16);
    const bool meets = number < count && gx < tile_x + canvas::tile_width &&
                       gx + static_cast<int>(extent & 0xFFFFU) > tile_x && gy < tile_y + canvas::tile_height &&
                       gy + static_cast<int>(extent >> 16) > tile_y;
    for (unsigned todo = __ballot_sync(whole_warp, meets); todo != 0; todo &= todo - 1) {
      const int from = __ffs(static_cast<int>(todo)) - 1;
      const std::uint32_t at = __shfl_sync(whole_warp, place, from);
      const std::uint32_t size = __shfl_sync(whole_warp, extent, from);
      const std::uint32_t picture = __shfl_sync(whole_warp, ref, from);
      const int left = static_cast<std::int16_t>(at);
      const int row = y - static_cast<std::int16_t>(at >> 16);
      const int width = static_cast<int>(size & 0xFFFFU);
      const int height = static_cast<int>(size >> 16);
      const std::uint32_t within = span4(x, left, left + width);
      if (within == 0) continue;
      const std::uint32_t pitch = (static_cast<std::uint32_t>(width) + 3) / 4;  // in words
      const auto* const pixels =
          reinterpret_cast<const std::uint32_t*>(arena + std::size_t{picture} * text::GlyphArena::granule);
      // Two aligned words hold the four pixels; where the glyph begins within them, the word before it is not read.
      const int offset = x - left;
      const int word = offset >= 0 ? offset / 4 : 0;
      const unsigned shift = offset >= 0 ? static_cast<unsigned>(offset % 4) * 8 : 0;
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        if (row + j < 0 || row + j >= height) continue;
        const auto* line = pixels + static_cast<std::size_t>(row + j) * pitch + word;
        const std::uint32_t low = __ldg(line);
        const std::uint32_t four =
            offset < 0 ? low << (static_cast<unsigned>(-offset) * 8) : __funnelshift_r(low, __ldg(line + 1), shift);
        a[j] = __vmaxu4(a[j], four & within);
      }
    }
    first += 32;
  } while (first < count);
}

/// The coverage of the lane's pixels; all lanes of the warp take part.
template <Commands C>
__device__ inline void cover(const canvas::Command& c, const std::uint8_t* data, int tile_x, int tile_y, int x, int y,
                             int lane, std::uint32_t (&a)[2]) {
  using canvas::CommandType;
  const std::uint8_t* record = data + std::size_t{c.value()} * canvas::granule;
  if (c.type() == CommandType::text) {
    cover_text(record, tile_x, tile_y, x, y, lane, a);
    return;
  }
  if (c.type() == CommandType::border) {
    cover_border(c, x, y, a);
    return;
  }
  // Outside its bounds a command covers nothing; what its formula says there does not count.
  std::uint32_t bounds[2];
  cover_fill(c, x, y, bounds);
  a[0] = bounds[0];  // fill; and those with colours, whose own alpha counts
  a[1] = bounds[1];
  if (c.type() == CommandType::fill || (bounds[0] | bounds[1]) == 0) return;
  const auto each = [&](auto tag) {
    using Record = decltype(tag);
    const Record r = *reinterpret_cast<const Record*>(record);
    cover_each(r, x, y, a);
  };
  switch (c.type()) {
    case CommandType::disc: each(canvas::DiscRecord{}); break;
    case CommandType::rounded: each(canvas::RoundedRecord{}); break;
    default: break;
  }
  if constexpr (C == Commands::all) {
    switch (c.type()) {
      case CommandType::rect: each(canvas::RectRecord{}); break;
      case CommandType::soft: each(canvas::SoftRecord{}); break;
      case CommandType::grid: each(canvas::GridRecord{}); break;
      case CommandType::mask: each(canvas::BitmapRecord{}); break;
      case CommandType::polygon: cover_polygon(record, x, y, a); break;
      case CommandType::strokes: cover_strokes(record, x, y, a); break;
      default: break;
    }
  }
  a[0] &= bounds[0];
  a[1] &= bounds[1];
}

/// Straight r, g, b, a of four pixels of a row, where `wanted` is not 0.
__device__ inline uint4 colors_of_row(canvas::CommandType type, const std::uint8_t* record, const std::uint8_t* data,
                                      int x, int y, std::uint32_t wanted) {
  std::uint32_t colors[4] = {};
  if (wanted == 0) return make_uint4(0, 0, 0, 0);
  for (int i = 0; i < 4; ++i) {
    if (byte_of(wanted, i) == 0) continue;
    if (type == canvas::CommandType::colors) {
      const auto& b = *reinterpret_cast<const canvas::BitmapRecord*>(record);
      const auto* table = reinterpret_cast<const std::uint32_t*>(data + std::size_t{b.table} * canvas::granule);
      colors[i] = pixel::bitmap_color(b, table, x + i, y);
    } else {
      const auto& s = *reinterpret_cast<const canvas::SpriteRecord*>(record);
      const std::uint32_t color = pixel::sprite_color(s, x + i, y);
      colors[i] = (color & 0xFFFFFFU) | std::uint32_t{pixel::mul255(color >> 24, s.opacity)} << 24;
    }
  }
  return make_uint4(colors[0], colors[1], colors[2], colors[3]);
}

template <Kind K, Commands C>
__device__ inline void apply(Tile<K>& tile, const canvas::Command& c, const std::uint8_t* data, int tile_x, int tile_y,
                             int lane) {
  using canvas::CommandType;
  const std::uint8_t* record = data + std::size_t{c.value()} * canvas::granule;
  std::uint32_t a[2];
  if constexpr (C == Commands::all) {
    if (c.type() == CommandType::picture) {
      const auto& p = *reinterpret_cast<const canvas::PictureRecord*>(record);
      const canvas::Command clip =
          command_from(*reinterpret_cast<const uint4*>(data + std::size_t{p.clip} * canvas::granule));
      cover<C>(clip, data, tile_x, tile_y, tile.x, tile.y, lane, a);
      a[0] &= tile.inside[0];
      a[1] &= tile.inside[1];
      tile.load();
      tile.blend_picture(p, a);
      return;
    }
  }
  cover<C>(c, data, tile_x, tile_y, tile.x, tile.y, lane, a);
  a[0] &= tile.inside[0];
  a[1] &= tile.inside[1];
  if constexpr (C == Commands::all) {
    if (c.type() == CommandType::colors || c.type() == CommandType::sprite) {
      tile.load();
      const uint4 above = colors_of_row(c.type(), record, data, tile.x, tile.y, a[0]);
      const uint4 below = colors_of_row(c.type(), record, data, tile.x, tile.y + 1, a[1]);
      const std::uint32_t colors[2][4] = {{above.x, above.y, above.z, above.w}, {below.x, below.y, below.z, below.w}};
      tile.blend_colors(colors);
      return;
    }
  }
  if (c.alpha() != 255) {
    a[0] = scale4(a[0], c.alpha());
    a[1] = scale4(a[1], c.alpha());
  }
  const bool solid = c.alpha() == 255 && (c.type() == CommandType::fill || c.type() == CommandType::border);
  tile.blend(a, c.color, solid);
}

__device__ inline std::uint32_t sum_over_warp(std::uint32_t value) {
#if __CUDA_ARCH__ >= 800
  return __reduce_add_sync(whole_warp, value);
#else
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(whole_warp, value, step);
  return value;
#endif
}

__device__ inline unsigned or_over_warp(unsigned value) {
#if __CUDA_ARCH__ >= 800
  return __reduce_or_sync(whole_warp, value);
#else
#pragma unroll
  for (int step = 16; step > 0; step /= 2) value |= __shfl_xor_sync(whole_warp, value, step);
  return value;
#endif
}

/// Those of the entries whose commands draw in the block's part of its target, in call order, in shared memory; and how
/// many. Each warp looks at a run of them, 32 at a time.
__device__ inline std::uint32_t find_commands(const uint4* commands, const std::uint16_t* entries, std::uint32_t count,
                                              int x, int y, std::uint16_t* found) {
  constexpr int warps = draw_threads / 32;
  constexpr int rounds = static_cast<int>(canvas_most_found) / draw_threads;
  __shared__ std::uint32_t counts[warps];
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int own_rounds = (static_cast<int>(count) + draw_threads - 1) / draw_threads;
  const std::uint32_t begin = static_cast<std::uint32_t>(warp * own_rounds * 32 + lane);
  unsigned hits[rounds] = {};
  std::uint32_t mine = 0;
  constexpr int batch = 4;  // loads that are waited for together
#pragma unroll
  for (int from = 0; from < rounds; from += batch) {
    if (from >= own_rounds) break;
    uint4 words[batch];
#pragma unroll
    for (int k = 0; k < batch; ++k) {
      const std::uint32_t i = begin + static_cast<std::uint32_t>(from + k) * 32;
      words[k] = make_uint4(0, 0, 0, 0);  // touches nothing
      if (from + k < own_rounds && i < count) words[k] = commands[entries[i]];
    }
#pragma unroll
    for (int k = 0; k < batch; ++k) {
      const bool hit = touches(command_from(words[k]), x, y, canvas::region_width, block_height);
      hits[from + k] = __ballot_sync(whole_warp, hit);
      mine += static_cast<std::uint32_t>(__popc(hits[from + k]));
    }
  }
  if (lane == 0) counts[warp] = mine;
  __syncthreads();
  const std::uint32_t of_lane = lane < warps ? counts[lane] : 0;
  const std::uint32_t all = sum_over_warp(of_lane);
  if (all == 0) return 0;
  std::uint32_t at = sum_over_warp(lane < warp ? of_lane : 0);
#pragma unroll
  for (int k = 0; k < rounds; ++k) {
    if (k >= own_rounds) break;
    if ((hits[k] >> lane & 1U) != 0)
      found[at + static_cast<std::uint32_t>(__popc(hits[k] & ((1U << lane) - 1)))] =
          entries[begin + static_cast<std::uint32_t>(k) * 32];
    at += static_cast<std::uint32_t>(__popc(hits[k]));
  }
  __syncthreads();
  return all;
}

/// Those of the commands that the warp's lanes have, a bit each, in call order.
template <Kind K, Commands C>
__device__ inline void draw_commands(Tile<K>& tile, const uint4& mine, unsigned which, const std::uint8_t* data,
                                     int tile_x, int tile_y, int lane) {
  for (; which != 0; which &= which - 1) {
    const int from = __ffs(static_cast<int>(which)) - 1;
    const uint4 one = make_uint4(__shfl_sync(whole_warp, mine.x, from), __shfl_sync(whole_warp, mine.y, from),
                                 __shfl_sync(whole_warp, mine.z, from), __shfl_sync(whole_warp, mine.w, from));
    tile.load();  // before the command is looked at: both take their time
    apply<K, C>(tile, command_from(one), data, tile_x, tile_y, lane);
  }
}

/// A warp's tile: of the entries' commands, 32 at a time, those that touch it.
template <Kind K, Commands C>
__device__ inline void draw_tile(const TargetRecord& target, const uint4* commands, const std::uint16_t* entries,
                                 std::uint32_t count, const std::uint8_t* data, int tile_x, int tile_y) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  Tile<K> tile(target, tile_x, tile_y, lane);
  for (std::uint32_t first = 0; first < count; first += 32) {
    const uint4 mine = command_at(commands, entries, first + static_cast<std::uint32_t>(lane), count);
    const bool hit = touches(command_from(mine), tile_x, tile_y, canvas::tile_width, canvas::tile_height);
    draw_commands<K, C>(tile, mine, __ballot_sync(whole_warp, hit), data, tile_x, tile_y, lane);
  }
  tile.store();
}

template <Kind K, Commands C, bool Single>
__device__ void draw_block(const std::uint8_t* payload, const PayloadLayout& layout) {
  constexpr int parts = tiles_down / canvas_tile_rows;  // blocks that share a region
  __shared__ std::uint16_t found[canvas_most_found];
  const auto at = [payload](std::uint32_t granules) { return payload + std::size_t{granules} * canvas::granule; };
  std::uint32_t number = blockIdx.z;
  const std::uint16_t* entries = nullptr;
  std::uint32_t count = 0;
  int block_x = 0;
  int block_y = 0;
  const bool grid = layout.regions == 0;
  if (grid) {
    block_x = static_cast<int>(layout.first_column + blockIdx.x) * canvas::region_width;
    block_y = static_cast<int>(layout.first_row + blockIdx.y) * block_height;
  } else {
    const auto* const regions =
        reinterpret_cast<const canvas::RegionRecord*>(at(layout.regions - 1)) + blockIdx.x / parts;
    const canvas::RegionRecord region = regions[0];
    count = regions[1].first - region.first;
    number = region.target();
    entries = reinterpret_cast<const std::uint16_t*>(at(layout.entries)) + region.first;
    block_x = region.x() * canvas::region_width;
    block_y = region.y() * canvas::region_height + static_cast<int>(blockIdx.x) % parts * block_height;
  }
  const TargetRecord& target = [&]() -> const TargetRecord& {
    // A single target is read from the parameters themselves: no access to memory waits for another.
    if constexpr (Single) {
      return layout.target;
    } else {
      __shared__ TargetRecord copy;
      const auto* const source = reinterpret_cast<const TargetRecord*>(at(layout.targets)) + number;
      if (threadIdx.x < sizeof(TargetRecord) / 4)
        reinterpret_cast<std::uint32_t*>(&copy)[threadIdx.x] =
            reinterpret_cast<const std::uint32_t*>(source)[threadIdx.x];
      __syncthreads();
      return copy;
    }
  }();
  const auto* const commands = reinterpret_cast<const uint4*>(at(target.commands));
  if (grid) {
    const auto* const band = reinterpret_cast<const std::uint32_t*>(at(target.bands)) +
                             (static_cast<std::uint32_t>(block_y / canvas_band_height) - layout.first_band);
    const std::uint32_t first = band[0];
    count = band[1] - first;
    if (count == 0) return;
    entries = reinterpret_cast<const std::uint16_t*>(at(target.entries)) + first;
    if (count > canvas_few_found) {
      count = find_commands(commands, entries, count, block_x, block_y, found);
      entries = found;
      if (count == 0) return;
    }
  }

  const int warp = static_cast<int>(threadIdx.x) / 32;
  draw_tile<K, C>(target, commands, entries, count, at(target.data), block_x + warp % tiles_across * canvas::tile_width,
                  block_y + warp / tiles_across * canvas::tile_height);
}

/// Small payloads travel in the kernel's parameters.
template <int Bytes>
struct alignas(16) Payload {
  std::uint8_t bytes[Bytes];
};

template <Kind K, Commands C, int Bytes>
__global__ void __launch_bounds__(draw_threads, C == Commands::usual ? canvas_usual_blocks : canvas_all_blocks)
    draw_parameters(const __grid_constant__ PayloadLayout layout, const __grid_constant__ Payload<Bytes> payload) {
  draw_block<K, C, true>(generic(payload.bytes), layout);
}

template <Kind K, Commands C, bool Single>
__global__ void __launch_bounds__(draw_threads, C == Commands::usual ? canvas_usual_blocks : canvas_all_blocks)
    draw_memory(const __grid_constant__ PayloadLayout layout, const std::uint8_t* payload) {
  wait_for_earlier();
  draw_block<K, C, Single>(payload, layout);
}

}  // namespace retouch::cuda
