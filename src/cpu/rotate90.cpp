// rotate90 on the CPU: in tiles, so that the columns that are walked stay in the cache.
#include "ops/rotate90.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cpu/parallel.hpp"

namespace retouch::cpu {

namespace {

constexpr int tile = 32;

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

template <int Channels>
void turn(const Plane& plane, bool clockwise) {
  // Every pixel of the top-left quadrant (with the middle column, without the middle row) leads a cycle of four.
  const int last = plane.width - 1;
  const int across = (plane.width + 1) / 2;
  const int down = plane.height / 2;
  for_rows(tiles(down), tile_row_bytes(plane), [&](int begin, int end) {
    for (int top = begin * tile; top < std::min(down, end * tile); top += tile)
      for (int left = 0; left < across; left += tile)
        for (int y = top; y < std::min(down, top + tile); ++y)
          for (int x = left; x < std::min(across, left + tile); ++x) {
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
  });
}

template <int Channels>
void turn_into(const Plane& src, const Plane& dst, bool clockwise) {
  for_rows(tiles(dst.height), tile_row_bytes(dst), [&](int begin, int end) {
    for (int top = begin * tile; top < std::min(dst.height, end * tile); top += tile)
      for (int left = 0; left < dst.width; left += tile)
        for (int y = top; y < std::min(dst.height, top + tile); ++y)
          for (int x = left; x < std::min(dst.width, left + tile); ++x)
            pixel<Channels>(dst, x, y) =
                clockwise ? pixel<Channels>(src, y, src.height - 1 - x) : pixel<Channels>(src, src.width - 1 - y, x);
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
