// fill on the CPU.
#include "ops/fill.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/macros.hpp"
#include "pixel/mask.hpp"

namespace retouch::cpu {

namespace {

// As many bytes as 1, 2, 3 and 4 channels and a vector register divide.
constexpr std::size_t block = 192;

std::uint8_t* row_of(const FillPlane& plane, int y) { return plane.data + y * plane.pitch_bytes; }

std::size_t row_bytes(const FillPlane& plane) {
  return static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
}

/// Sets `bytes` bytes, a whole number of samples.
void set_samples(const FillPlane& plane, std::uint8_t* out, std::size_t bytes) {
  if (plane.channels == 1) {
    std::memset(out, plane.tile[0], bytes);
    return;
  }
  std::size_t done = 0;
  for (; done < std::min(bytes, sizeof plane.tile); ++done) out[done] = plane.tile[done];
  for (; done < bytes; done += std::min(done, bytes - done)) std::memcpy(out + done, out, std::min(done, bytes - done));
}

/// Blends `bytes` bytes; weighted[i % block] is source * alpha + 127. All sums stay within 16 bits.
RETOUCH_CLONES void blend_bytes(std::uint8_t* __restrict out, std::size_t bytes,
                                const std::uint16_t* __restrict weighted, std::uint16_t rest) {
  const auto blended = [&](std::size_t at, std::size_t i) {
    const auto value = static_cast<std::uint16_t>(weighted[i] + out[at] * rest);
    return static_cast<std::uint8_t>(static_cast<std::uint16_t>(value + 1 + (value >> 8)) >> 8);
  };
  std::size_t at = 0;
  for (; at + block <= bytes; at += block)
    for (std::size_t i = 0; i < block; ++i) out[at + i] = blended(at + i, i);
  for (std::size_t i = 0; at + i < bytes; ++i) out[at + i] = blended(at + i, i);
}

void blend_samples(const FillPlane& plane, std::uint8_t* out, std::size_t bytes, std::uint32_t alpha) {
  std::array<std::uint16_t, block> weighted;
  for (std::size_t i = 0; i < block; ++i)
    weighted[i] = static_cast<std::uint16_t>(plane.tile[i % sizeof plane.tile] * alpha + 127);
  blend_bytes(out, bytes, weighted.data(), static_cast<std::uint16_t>(255 - alpha));
}

void fill_rows(const FillPlane& plane, int begin, int end) {
  const auto first = static_cast<std::size_t>(plane.channels);  // the sample of column 0
  const std::uint8_t* set = nullptr;                            // samples that are set already, but for column 0
  for (int y = begin; y < end; ++y) {
    std::uint8_t* row = row_of(plane, y);
    const std::uint32_t at_left = plane.alpha_at(0, y);
    const std::uint32_t alpha = plane.alpha_at(1, y);
    std::size_t start = 0;
    if (at_left != alpha) {
      blend_samples(plane, row, first, at_left);
      start = first;
    }
    if (alpha == 255 && set != nullptr) {
      std::memcpy(row + start, set, row_bytes(plane) - start);
    } else if (alpha == 255) {
      set_samples(plane, row + start, row_bytes(plane) - start);
      set = row + start;
    } else {
      blend_samples(plane, row + start, row_bytes(plane) - start, alpha);
    }
  }
}

/// Packed formats and luma: every pixel has a mask value of its own. The alphas of some pixels first, one for each of
/// their bytes, then the bytes: two loops that vectorise.
template <std::size_t Channels>
RETOUCH_INLINE void fill_masked_row(std::uint8_t* __restrict row, const std::uint8_t* __restrict mask,
                                    const std::uint8_t* __restrict tile, std::uint8_t a, std::size_t width) {
  std::uint8_t values[block];
  std::uint16_t alphas[block];
  for (std::size_t i = 0; i < block; ++i) values[i] = tile[i % Channels];
  constexpr std::size_t pixels = block / Channels;
  for (std::size_t x = 0; x < width; x += pixels) {
    const std::size_t count = std::min(pixels, width - x);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t c = 0; c < Channels; ++c) alphas[i * Channels + c] = pixel::mul255(a, mask[x + i]);
    std::uint8_t* out = row + x * Channels;
    for (std::size_t i = 0; i < count * Channels; ++i) {
      const auto value = static_cast<std::uint16_t>(values[i] * alphas[i] + out[i] * (255 - alphas[i]) + 127);
      out[i] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(value + 1 + (value >> 8)) >> 8);
    }
  }
}

RETOUCH_CLONES void fill_masked_row(const FillPlane& plane, std::uint8_t* row, const std::uint8_t* mask) {
  const auto width = static_cast<std::size_t>(plane.width);
  switch (plane.channels) {
    case 1: fill_masked_row<1>(row, mask, plane.tile, plane.alpha, width); break;
    case 3: fill_masked_row<3>(row, mask, plane.tile, plane.alpha, width); break;
    default: fill_masked_row<4>(row, mask, plane.tile, plane.alpha, width); break;
  }
}

void fill_masked_chroma_row(const FillPlane& plane, const pixel::Mask& mask, int y) {
  std::uint8_t* sample = row_of(plane, y);
  for (int x = 0; x < plane.width; ++x, sample += plane.channels) {
    const std::uint32_t alpha = pixel::chroma_alpha(mask, x, y, plane.alpha);
    for (int c = 0; c < plane.channels; ++c) sample[c] = pixel::blend(plane.tile[c], sample[c], alpha);
  }
}

}  // namespace

void fill(StreamView /*stream*/, std::span<const ImageView* const> views, const Color& color) {
  for (const ImageView* view : views)
    for (int i = 0; i < view->plane_count(); ++i) {
      const FillPlane plane = fill_plane(*view, i, color);
      for_rows(plane.height, row_bytes(plane), [&](int begin, int end) { fill_rows(plane, begin, end); });
    }
}

void fill(StreamView /*stream*/, const ImageView& view, const Color& color, const ImageView& mask) {
  const pixel::Mask m = pixel::mask_of(mask, view);
  for (int i = 0; i < view.plane_count(); ++i) {
    const FillPlane plane = fill_plane(view, i, color);
    const bool chroma = is_subsampled(view.format()) && i > 0;
    for_rows(plane.height, 2 * row_bytes(plane), [&](int begin, int end) {
      for (int y = begin; y < end; ++y) {
        if (chroma)
          fill_masked_chroma_row(plane, m, y);
        else
          fill_masked_row(plane, row_of(plane, y), m.data + y * m.pitch_bytes);
      }
    });
  }
}

}  // namespace retouch::cpu
