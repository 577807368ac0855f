// median_blur on the CPU: from a copy with repeated edges, so that every byte has all its neighbours and one loop
// vectorises over whole rows, whatever the channels.
#include "ops/median_blur.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "cpu/scratch.hpp"
#include "pixel/border.hpp"
#include "pixel/median.hpp"

namespace retouch::cpu {

namespace {

template <int K, int... I>
RETOUCH_INLINE std::uint8_t median_at(const std::uint8_t* in, std::ptrdiff_t pitch, std::ptrdiff_t channels,
                                      std::integer_sequence<int, I...> /*window*/) {
  std::uint8_t window[] = {in[I / K * pitch + I % K * channels]...};
  return pixel::median(window);
}

template <int K>
RETOUCH_INLINE void median_row(const std::uint8_t* __restrict in, std::ptrdiff_t pitch, std::ptrdiff_t channels,
                               std::uint8_t* __restrict out, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i)
    out[i] = median_at<K>(in + i, pitch, channels, std::make_integer_sequence<int, K * K>());
}

/// `in` is the top-left neighbour of the row's first byte.
RETOUCH_CLONES void median_row_3(const std::uint8_t* in, std::ptrdiff_t pitch, std::ptrdiff_t channels,
                                 std::uint8_t* out, std::size_t bytes) {
  median_row<3>(in, pitch, channels, out, bytes);
}
RETOUCH_CLONES void median_row_5(const std::uint8_t* in, std::ptrdiff_t pitch, std::ptrdiff_t channels,
                                 std::uint8_t* out, std::size_t bytes) {
  median_row<5>(in, pitch, channels, out, bytes);
}

/// A row of `plane` with `radius` samples more at both ends.
void extend_row(const Plane& plane, int y, int radius, std::uint8_t* out) {
  const auto sample = static_cast<std::size_t>(plane.channels);
  const std::size_t bytes = static_cast<std::size_t>(plane.width) * sample;
  const std::uint8_t* row = plane.data + y * plane.pitch_bytes;
  for (int i = 0; i < radius; ++i, out += sample) std::memcpy(out, row, sample);
  std::memcpy(out, row, bytes);
  out += bytes;
  for (int i = 0; i < radius; ++i, out += sample) std::memcpy(out, row + bytes - sample, sample);
}

void median_plane(const Plane& src, const Plane& dst, int ksize) {
  const int radius = ksize / 2;
  const auto bytes = static_cast<std::size_t>(src.width) * static_cast<std::size_t>(src.channels);
  const std::ptrdiff_t pitch = std::ptrdiff_t{src.width + 2 * radius} * src.channels;
  const int extended_height = src.height + 2 * radius;
  const Scratch extended(static_cast<std::size_t>(pitch * extended_height));
  auto* const rows = reinterpret_cast<std::uint8_t*>(extended.get());
  for_rows(extended_height, 2 * bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      extend_row(src, pixel::replicate(y - radius, src.height), radius, rows + y * pitch);
  });
  const auto median_row = ksize == 3 ? median_row_3 : median_row_5;
  for_rows(src.height, bytes * static_cast<std::size_t>(ksize * ksize), [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      median_row(rows + y * pitch, pitch, src.channels, dst.data + y * dst.pitch_bytes, bytes);
  });
}

}  // namespace

void median_blur(StreamView /*stream*/, Views src, Views dst, int ksize) {
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p)
      median_plane(src[i]->plane(p), dst[i]->plane(p), median_ksize(*src[i], p, ksize));
}

}  // namespace retouch::cpu
