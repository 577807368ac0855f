// copy on the CPU.
#include "ops/copy.hpp"

#include <cstring>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/mask.hpp"

namespace retouch::cpu {

namespace {

std::size_t row_bytes(const Plane& plane) {
  return static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
}

template <int Channels>
inline void copy_masked_row(const std::uint8_t* __restrict from, std::uint8_t* __restrict to,
                            const std::uint8_t* __restrict mask, int width) {
  for (int x = 0; x < width; ++x)
    for (int c = 0; c < Channels; ++c)
      to[x * Channels + c] = mask[x] != 0 ? from[x * Channels + c] : to[x * Channels + c];
}

RETOUCH_CLONES void copy_masked_row(int channels, const std::uint8_t* from, std::uint8_t* to, const std::uint8_t* mask,
                                    int width) {
  switch (channels) {
    case 1: copy_masked_row<1>(from, to, mask, width); break;
    case 3: copy_masked_row<3>(from, to, mask, width); break;
    default: copy_masked_row<4>(from, to, mask, width); break;
  }
}

void copy_masked_chroma_row(const Plane& from, const Plane& to, const pixel::Mask& mask, int y) {
  const std::uint8_t* in = from.data + y * from.pitch_bytes;
  std::uint8_t* out = to.data + y * to.pitch_bytes;
  for (int x = 0; x < to.width; ++x, in += from.channels, out += to.channels)
    if (pixel::chroma_is_masked(mask, x, y)) std::memcpy(out, in, static_cast<std::size_t>(to.channels));
}

}  // namespace

void copy(StreamView /*stream*/, const ImageView& src, const ImageView& dst) {
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    for_rows(from.height, 2 * row_bytes(from), [&](int begin, int end) {
      for (int y = begin; y < end; ++y)
        std::memcpy(to.data + y * to.pitch_bytes, from.data + y * from.pitch_bytes, row_bytes(from));
    });
  }
}

void copy(StreamView /*stream*/, const ImageView& src, const ImageView& dst, const ImageView& mask) {
  const pixel::Mask m = pixel::mask_of(mask, dst);
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    const bool chroma = is_subsampled(dst.format()) && i > 0;
    for_rows(to.height, 2 * row_bytes(to), [&](int begin, int end) {
      for (int y = begin; y < end; ++y) {
        if (chroma)
          copy_masked_chroma_row(from, to, m, y);
        else
          copy_masked_row(from.channels, from.data + y * from.pitch_bytes, to.data + y * to.pitch_bytes,
                          m.data + y * m.pitch_bytes, to.width);
      }
    });
  }
}

}  // namespace retouch::cpu
