// rotate90 on the CPU: in tiles, so that the columns that are walked stay in the cache.
#include "ops/rotate90.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "cpu/parallel.hpp"

namespace retouch::cpu {

namespace {

constexpr int tile = 16;

template <int Channels>
struct Pixel {
  std::uint8_t bytes[Channels];
};

template <int Channels>
Pixel<Channels>& pixel(const Plane& plane, int x, int y) {
  return reinterpret_cast<Pixel<Channels>*>(plane.data + y * plane.pitch_bytes)[x];
}

// Calls f with the number of channels as a constant.
template <class F>
void with_channels(int channels, F&& f) {
  switch (channels) {
    case 1: f.template operator()<1>(); break;
    case 2: f.template operator()<2>(); break;
    case 3: f.template operator()<3>(); break;
    default: f.template operator()<4>(); break;
  }
}

int tiles(int length) { return (length + tile - 1) / tile; }

std::size_t tile_row_bytes(const Plane& plane) {
  return static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels) * tile;
}

// Turns the cycles of four that the pixels of `part` lead. (What it works with comes by value, so that the compiler
// need not fear that the pixels written change it.)
template <int Channels>
void turn_cycles(const Plane plane, const Rect part, bool clockwise) {
  const int last = plane.width - 1;
  for (int y = part.y; y < part.y + part.height; ++y)
    for (int x = part.x; x < part.x + part.width; ++x) {
      auto& a = pixel<Channels>(plane, x, y);
      auto& b = pixel<Channels>(plane, last - y, x);
      auto& c = pixel<Channels>(plane, last - x, last - y);
      auto& d = pixel<Channels>(plane, y, last - x);
      const auto held = a;
      if (clockwise) {
        a = d;
        d = c;
        c = b;
        b = held;
      } else {
        a = b;
        b = c;
        c = d;
        d = held;
      }
    }
}

template <int Channels>
void turn(const Plane& plane, bool clockwise) {
  // Every pixel of the top-left quadrant (with the middle column, without the middle row) leads a cycle.
  const int across = (plane.width + 1) / 2;
  const int down = plane.height / 2;
  for_rows(tiles(down), tile_row_bytes(plane), [&](int begin, int end) {
    for (int top = begin * tile; top < std::min(down, end * tile); top += tile)
      for (int left = 0; left < across; left += tile)
        turn_cycles<Channels>(plane, {left, top, std::min(tile, across - left), std::min(tile, down - top)}, clockwise);
  });
}

// A tile of width x height pixels at `from` goes to `to`: right_step is the way from a pixel's place in dst to that of
// its right neighbour, down_step to that of the one below.
template <int Channels>
void turn_tile(const std::uint8_t* from, std::ptrdiff_t pitch, std::uint8_t* to, std::ptrdiff_t right_step,
               std::ptrdiff_t down_step, int width, int height) {
  for (int x = 0; x < width; ++x)
    for (int y = 0; y < height; ++y)
      std::memcpy(to + x * right_step + y * down_step, from + y * pitch + static_cast<std::ptrdiff_t>(x) * Channels,
                  Channels);
}

// Tile by tile along the rows of src, which the processor then fetches ahead.
template <int Channels>
void turn_into(const Plane& src, const Plane& dst, bool clockwise) {
  const std::ptrdiff_t right_step = clockwise ? dst.pitch_bytes : -dst.pitch_bytes;
  const std::ptrdiff_t down_step = clockwise ? -Channels : Channels;
  std::uint8_t* const first = clockwise ? dst.data + static_cast<std::ptrdiff_t>(dst.width - 1) * Channels
                                        : dst.data + (dst.height - 1) * dst.pitch_bytes;
  for_rows(tiles(src.height), tile_row_bytes(src), [&](int begin, int end) {
    for (int top = begin * tile; top < std::min(src.height, end * tile); top += tile)
      for (int left = 0; left < src.width; left += tile)
        turn_tile<Channels>(src.data + top * src.pitch_bytes + static_cast<std::ptrdiff_t>(left) * Channels,
                            src.pitch_bytes, first + left * right_step + top * down_step, right_step, down_step,
                            std::min(tile, src.width - left), std::min(tile, src.height - top));
  });
}

}  // namespace

void rotate90(StreamView /*stream*/, std::span<const ImageView> views, bool clockwise) {
  for (const ImageView& view : views) {
    if (view.empty()) continue;
    for (int i = 0; i < view.plane_count(); ++i)
      with_channels(view.plane(i).channels, [&]<int Channels>() { turn<Channels>(view.plane(i), clockwise); });
  }
}

void rotate90_into(StreamView /*stream*/, const ImageView& src, const ImageView& dst, bool clockwise) {
  for (int i = 0; i < src.plane_count(); ++i)
    with_channels(src.plane(i).channels,
                  [&]<int Channels>() { turn_into<Channels>(src.plane(i), dst.plane(i), clockwise); });
}

}  // namespace retouch::cpu
