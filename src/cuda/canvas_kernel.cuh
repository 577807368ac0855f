// The drawing kernel: a block has one region, each of its warps the tiles of it. A warp looks at 32 of the region's
// commands at a time, and applies those that touch its tile in call order.
#pragma once

#include "cuda/canvas_tile.cuh"
#include "pixel/coverage.hpp"
#include "text/layout.hpp"

namespace retouch::cuda {

inline constexpr int tiles_across = canvas::region_width / canvas::tile_width;
inline constexpr int tiles_down = canvas::region_height / canvas::tile_height;
inline constexpr unsigned whole_warp = 0xFFFFFFFFU;

/// Where the parts of the payload begin, in granules.
struct PayloadLayout {
  std::uint32_t targets, regions, entries;
};

/// Memory that the compiler must not know to be kernel parameters: read at an index that differs between lanes, those
/// are slower from the constant bank than through an ordinary load.
__device__ inline const std::uint8_t* generic(const std::uint8_t* p) {
  auto v = reinterpret_cast<std::uint64_t>(p);
  asm volatile("" : "+l"(v));
  return reinterpret_cast<const std::uint8_t*>(v);
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

/// Does the command draw in the tile? A border does not inside its hole.
__device__ inline bool touches(const canvas::Command& c, int x, int y) {
  const int right = x + canvas::tile_width;
  const int bottom = y + canvas::tile_height;
  if (c.x0 >= right || c.x1 <= x || c.y0 >= bottom || c.y1 <= y) return false;
  if (c.type() != canvas::CommandType::border) return true;
  const int thick = static_cast<int>(c.value());
  return !(c.x0 + thick <= x && c.x1 - thick >= right && c.y0 + thick <= y && c.y1 - thick >= bottom);
}

template <class Record>
__device__ inline void cover_each(const Record& r, int x, int y, std::uint32_t (&a)[2]) {
#pragma unroll
  for (int j = 0; j < 2; ++j) {
    std::uint32_t word = 0;
#pragma unroll
    for (int i = 0; i < 4; ++i) word |= pixel::cover(r, x + i, y + j) << (8 * i);
    a[j] = word;
  }
}

__device__ inline void cover_border(const canvas::Command& c, int x, int y, std::uint32_t (&a)[2]) {
  const int t = static_cast<int>(c.value());
  const std::uint32_t all = span4(x, c.x0, c.x1);
  const std::uint32_t sides = span4(x, c.x0, c.x0 + t) | span4(x, c.x1 - t, c.x1);
#pragma unroll
  for (int j = 0; j < 2; ++j) a[j] = y + j < c.y0 + t || y + j >= c.y1 - t ? all : sides;
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

/// Each lane finds whether one glyph meets the tile; then all lanes gather those that do.
__device__ inline void cover_text(const std::uint8_t* record, int tile_x, int tile_y, int x, int y, int lane,
                                  std::uint32_t (&a)[2]) {
  const auto& header = *reinterpret_cast<const canvas::TextHeader*>(record);
  const auto* glyphs = reinterpret_cast<const uint2*>(record + sizeof(canvas::TextHeader));
  const std::uint8_t* const arena = header.arena;
  a[0] = a[1] = 0;
  for (std::uint32_t first = 0; first < header.count; first += 32) {
    uint2 glyph = make_uint2(0, 0);
    std::uint32_t size = 0;
    std::uint32_t pitch = 0;
    bool meets = false;
    if (first + static_cast<std::uint32_t>(lane) < header.count) {
      glyph = glyphs[first + static_cast<std::uint32_t>(lane)];
      const uint2 head =
          __ldg(reinterpret_cast<const uint2*>(arena + std::size_t{glyph.y} * text::GlyphArena::granule));
      size = head.x;  // width, height
      pitch = head.y;
      const int gx = static_cast<std::int16_t>(glyph.x);
      const int gy = static_cast<std::int16_t>(glyph.x >> 16);
      meets = gx < tile_x + canvas::tile_width && gx + static_cast<int>(size & 0xFFFFU) > tile_x &&
              gy < tile_y + canvas::tile_height && gy + static_cast<int>(size >> 16) > tile_y;
    }
    for (unsigned todo = __ballot_sync(whole_warp, meets); todo != 0; todo &= todo - 1) {
      const int from = __ffs(static_cast<int>(todo)) - 1;
      const std::uint32_t place = __shfl_sync(whole_warp, glyph.x, from);
      const std::uint32_t ref = __shfl_sync(whole_warp, glyph.y, from);
      const std::uint32_t extent = __shfl_sync(whole_warp, size, from);
      const std::uint32_t row_bytes = __shfl_sync(whole_warp, pitch, from);
      const int gx = static_cast<std::int16_t>(place);
      const int row = y - static_cast<std::int16_t>(place >> 16);
      const int width = static_cast<int>(extent & 0xFFFFU);
      const int height = static_cast<int>(extent >> 16);
      const std::uint32_t within = span4(x, gx, gx + width);
      if (within == 0) continue;
      const std::uint8_t* pixels = arena + std::size_t{ref} * text::GlyphArena::granule + sizeof(text::GlyphHeader);
      // Two aligned words hold the four pixels; where the glyph begins within them, the word before it is not read.
      const int offset = x - gx;
      const int word = offset >= 0 ? offset / 4 : 0;
      const unsigned shift = offset >= 0 ? static_cast<unsigned>(offset % 4) * 8 : 0;
#pragma unroll
      for (int j = 0; j < 2; ++j) {
        if (row + j < 0 || row + j >= height) continue;
        const auto* line =
            reinterpret_cast<const std::uint32_t*>(pixels + static_cast<std::size_t>(row + j) * row_bytes);
        const std::uint32_t low = __ldg(line + word);
        std::uint32_t four = 0;
        if (offset < 0)
          four = low << (static_cast<unsigned>(-offset) * 8);
        else
          four = shift == 0 ? low : __funnelshift_r(low, __ldg(line + word + 1), shift);
        a[j] = __vmaxu4(a[j], four & within);
      }
    }
  }
}

/// The coverage of the lane's pixels; all lanes of the warp take part.
__device__ inline void cover(const canvas::Command& c, const std::uint8_t* data, int tile_x, int tile_y, int x, int y,
                             int lane, std::uint32_t (&a)[2]) {
  using canvas::CommandType;
  const std::uint8_t* record = data + std::size_t{c.value()} * canvas::granule;
  if (c.type() == CommandType::text) {
    cover_text(record, tile_x, tile_y, x, y, lane, a);
    return;
  }
  // Outside its bounds a command covers nothing; what its formula says there does not count.
  const std::uint32_t columns = span4(x, c.x0, c.x1);
  const std::uint32_t bounds[2] = {y >= c.y0 && y < c.y1 ? columns : 0, y + 1 >= c.y0 && y + 1 < c.y1 ? columns : 0};
  if ((bounds[0] | bounds[1]) == 0) {
    a[0] = a[1] = 0;
    return;
  }
  const auto each = [&](auto tag) {
    using Record = decltype(tag);
    const Record r = *reinterpret_cast<const Record*>(record);
    cover_each(r, x, y, a);
  };
  switch (c.type()) {
    case CommandType::border: cover_border(c, x, y, a); break;
    case CommandType::rect: each(canvas::RectRecord{}); break;
    case CommandType::rounded: each(canvas::RoundedRecord{}); break;
    case CommandType::disc: each(canvas::DiscRecord{}); break;
    case CommandType::soft: each(canvas::SoftRecord{}); break;
    case CommandType::grid: each(canvas::GridRecord{}); break;
    case CommandType::mask: each(canvas::BitmapRecord{}); break;
    case CommandType::polygon: cover_polygon(record, x, y, a); break;
    case CommandType::strokes: cover_strokes(record, x, y, a); break;
    default: a[0] = a[1] = 0xFFFFFFFFU; break;  // fill; and those with colours, whose own alpha counts
  }
  a[0] &= bounds[0];
  a[1] &= bounds[1];
}

template <Kind K>
__device__ inline void apply(Tile<K>& tile, const canvas::Command& c, const std::uint8_t* data, int tile_x, int tile_y,
                             int lane) {
  using canvas::CommandType;
  const std::uint8_t* record = data + std::size_t{c.value()} * canvas::granule;
  std::uint32_t a[2];
  if (c.type() == CommandType::picture) {
    const canvas::PictureRecord p = *reinterpret_cast<const canvas::PictureRecord*>(record);
    const canvas::Command clip =
        command_from(*reinterpret_cast<const uint4*>(data + std::size_t{p.clip} * canvas::granule));
    cover(clip, data, tile_x, tile_y, tile.x, tile.y, lane, a);
    a[0] &= tile.inside[0];
    a[1] &= tile.inside[1];
    tile.load();
    tile.blend_picture(p, a);
    return;
  }
  cover(c, data, tile_x, tile_y, tile.x, tile.y, lane, a);
  a[0] &= tile.inside[0];
  a[1] &= tile.inside[1];
  if (c.type() == CommandType::colors || c.type() == CommandType::sprite) {
    std::uint32_t colors[2][4];
#pragma unroll
    for (int j = 0; j < 2; ++j)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        std::uint32_t color = 0;
        if (byte_of(a[j], i) != 0) {
          if (c.type() == CommandType::colors) {
            const auto& b = *reinterpret_cast<const canvas::BitmapRecord*>(record);
            const auto* table = reinterpret_cast<const std::uint32_t*>(data + std::size_t{b.table} * canvas::granule);
            color = pixel::bitmap_color(b, table, tile.x + i, tile.y + j);
          } else {
            const auto& s = *reinterpret_cast<const canvas::SpriteRecord*>(record);
            color = pixel::sprite_color(s, tile.x + i, tile.y + j);
            color = (color & 0xFFFFFFU) | std::uint32_t{pixel::mul255(color >> 24, s.opacity)} << 24;
          }
        }
        colors[j][i] = color;
      }
    tile.load();
    tile.blend_colors(colors);
    return;
  }
  if (c.alpha() != 255) {
    a[0] = scale4(a[0], c.alpha());
    a[1] = scale4(a[1], c.alpha());
  }
  tile.load();
  tile.blend(a, c.color);
}

template <Kind K, int Rows>
__device__ void draw_region(const std::uint8_t* payload, const PayloadLayout& layout) {
  constexpr int parts = tiles_down / Rows;  // blocks that share a region
  const auto at = [payload](std::uint32_t granules) { return payload + std::size_t{granules} * canvas::granule; };
  const uint4 words = reinterpret_cast<const uint4*>(at(layout.regions))[blockIdx.x / parts];
  const std::uint32_t region_x = words.x >> 16;
  const std::uint32_t region_y = words.y & 0xFFFFU;
  const std::uint32_t count = words.w;
  const auto& target = reinterpret_cast<const TargetRecord*>(at(layout.targets))[words.x & 0xFFFFU];
  const std::uint16_t* const entries = reinterpret_cast<const std::uint16_t*>(at(layout.entries)) + words.z;
  const auto* const commands = reinterpret_cast<const uint4*>(at(target.commands));
  const std::uint8_t* const data = at(target.data);

  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int tile_x = static_cast<int>(region_x) * canvas::region_width + warp % tiles_across * canvas::tile_width;
  const int tile_y = static_cast<int>(region_y) * canvas::region_height +
                     (static_cast<int>(blockIdx.x) % parts * Rows + warp / tiles_across) * canvas::tile_height;
  Tile<K> tile(target, tile_x, tile_y, lane);
  for (std::uint32_t first = 0; first < count; first += 32) {
    uint4 mine = make_uint4(0, 0, 0, 0);
    bool hit = false;
    if (first + static_cast<std::uint32_t>(lane) < count) {
      mine = commands[entries[first + static_cast<std::uint32_t>(lane)]];
      hit = touches(command_from(mine), tile_x, tile_y);
    }
    for (unsigned todo = __ballot_sync(whole_warp, hit); todo != 0; todo &= todo - 1) {
      const int from = __ffs(static_cast<int>(todo)) - 1;
      const uint4 one = make_uint4(__shfl_sync(whole_warp, mine.x, from), __shfl_sync(whole_warp, mine.y, from),
                                   __shfl_sync(whole_warp, mine.z, from), __shfl_sync(whole_warp, mine.w, from));
      apply(tile, command_from(one), data, tile_x, tile_y, lane);
    }
  }
  tile.store();
}

/// Small payloads travel in the kernel's parameters.
template <int Bytes>
struct alignas(16) Payload {
  std::uint8_t bytes[Bytes];
};

template <Kind K, int Rows, int Bytes>
__global__ void __launch_bounds__(32 * tiles_across * Rows)
    draw_parameters(const PayloadLayout layout, const __grid_constant__ Payload<Bytes> payload) {
  draw_region<K, Rows>(generic(payload.bytes), layout);
}

template <Kind K, int Rows>
__global__ void __launch_bounds__(32 * tiles_across * Rows)
    draw_memory(const PayloadLayout layout, const std::uint8_t* payload) {
  draw_region<K, Rows>(payload, layout);
}

}  // namespace retouch::cuda
