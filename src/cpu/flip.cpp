// flip on the CPU.
#include "ops/flip.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"

namespace retouch::cpu {

namespace {

// Pixels that are turned round at a time, on the stack.
constexpr int chunk = 256;

template <int Channels>
[[gnu::always_inline]] inline void reverse(const std::uint8_t* __restrict from, std::uint8_t* __restrict to,
                                           int count) {
  for (int i = 0; i < count; ++i)
    for (int c = 0; c < Channels; ++c) to[i * Channels + c] = from[(count - 1 - i) * Channels + c];
}

// Words instead of bytes: the compiler reverses them with one shuffle per vector.
template <>
[[gnu::always_inline]] inline void reverse<4>(const std::uint8_t* __restrict from, std::uint8_t* __restrict to,
                                              int count) {
  for (int i = 0; i < count; ++i) {
    std::uint32_t pixel;
    std::memcpy(&pixel, from + static_cast<std::ptrdiff_t>(count - 1 - i) * 4, 4);
    std::memcpy(to + static_cast<std::ptrdiff_t>(i) * 4, &pixel, 4);
  }
}
template <>
[[gnu::always_inline]] inline void reverse<2>(const std::uint8_t* __restrict from, std::uint8_t* __restrict to,
                                              int count) {
  for (int i = 0; i < count; ++i) {
    std::uint16_t pixel;
    std::memcpy(&pixel, from + static_cast<std::ptrdiff_t>(count - 1 - i) * 2, 2);
    std::memcpy(to + static_cast<std::ptrdiff_t>(i) * 2, &pixel, 2);
  }
}

// to[i] = from[count - 1 - i], pixel-wise.
RETOUCH_CLONES void reverse_pixels(const std::uint8_t* from, std::uint8_t* to, int count, int channels) {
  switch (channels) {
    case 1: reverse<1>(from, to, count); break;
    case 2: reverse<2>(from, to, count); break;
    case 3: reverse<3>(from, to, count); break;
    default: reverse<4>(from, to, count); break;
  }
}

// Swaps a[i] with b[count - 1 - i], pixel-wise; a and b may not overlap.
void swap_reversed(std::uint8_t* a, std::uint8_t* b, int count, int channels) {
  std::uint8_t from_a[chunk * 4];
  std::uint8_t from_b[chunk * 4];
  for (int i = 0; i < count; i += chunk) {
    const int n = std::min(chunk, count - i);
    std::uint8_t* const left = a + static_cast<std::ptrdiff_t>(i) * channels;
    std::uint8_t* const right = b + static_cast<std::ptrdiff_t>(count - i - n) * channels;
    const auto bytes = static_cast<std::size_t>(n) * static_cast<std::size_t>(channels);
    reverse_pixels(left, from_a, n, channels);
    reverse_pixels(right, from_b, n, channels);
    std::memcpy(left, from_b, bytes);
    std::memcpy(right, from_a, bytes);
  }
}

void reverse_row(std::uint8_t* row, int count, int channels) {
  swap_reversed(row, row + static_cast<std::ptrdiff_t>(count - count / 2) * channels, count / 2, channels);
}

void swap_rows(std::uint8_t* a, std::uint8_t* b, std::size_t bytes) {
  std::uint8_t held[chunk * 4];
  for (std::size_t i = 0; i < bytes; i += sizeof held) {
    const std::size_t n = std::min(sizeof held, bytes - i);
    std::memcpy(held, a + i, n);
    std::memcpy(a + i, b + i, n);
    std::memcpy(b + i, held, n);
  }
}

void mirror_plane(const Plane& plane, bool columns, bool rows) {
  const auto bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
  const auto row = [&](int y) { return plane.data + y * plane.pitch_bytes; };
  if (!rows) {
    for_rows(plane.height, bytes, [&](int begin, int end) {
      for (int y = begin; y < end; ++y) reverse_row(row(y), plane.width, plane.channels);
    });
    return;
  }
  for_rows(plane.height / 2, 2 * bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      if (columns)
        swap_reversed(row(y), row(plane.height - 1 - y), plane.width, plane.channels);
      else
        swap_rows(row(y), row(plane.height - 1 - y), bytes);
    }
  });
  if (columns && plane.height % 2 != 0) reverse_row(row(plane.height / 2), plane.width, plane.channels);
}

void mirror_plane_into(const Plane& src, const Plane& dst, bool columns, bool rows) {
  const auto bytes = static_cast<std::size_t>(src.width) * static_cast<std::size_t>(src.channels);
  for_rows(src.height, bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const std::uint8_t* from = src.data + (rows ? src.height - 1 - y : y) * src.pitch_bytes;
      std::uint8_t* to = dst.data + y * dst.pitch_bytes;
      if (columns)
        reverse_pixels(from, to, src.width, src.channels);
      else
        std::memcpy(to, from, bytes);
    }
  });
}

}  // namespace

void flip(StreamView /*stream*/, std::span<const ImageView> views, FlipMode mode) {
  for (const ImageView& view : views) {
    if (view.empty()) continue;
    for (int i = 0; i < view.plane_count(); ++i)
      mirror_plane(view.plane(i), mode != FlipMode::vertical, mode != FlipMode::horizontal);
  }
}

void flip_into(StreamView /*stream*/, const ImageView& src, const ImageView& dst, FlipMode mode) {
  for (int i = 0; i < src.plane_count(); ++i)
    mirror_plane_into(src.plane(i), dst.plane(i), mode != FlipMode::vertical, mode != FlipMode::horizontal);
}

}  // namespace retouch::cpu
