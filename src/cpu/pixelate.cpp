// pixelate on the CPU: the rows of a line of cells are added up column by column, then the columns of each cell.
#include "ops/pixelate.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "cpu/scratch.hpp"

namespace retouch::cpu {

namespace {

RETOUCH_CLONES void add_row(const std::uint8_t* __restrict row, std::uint32_t* __restrict sums, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) sums[i] += row[i];
}

/// The means of one line of cells, from the sums of its columns, as a row of pixels.
void write_means(const PixelatePlane& plane, int height, const std::uint32_t* sums, std::uint8_t* out) {
  const auto channels = static_cast<std::size_t>(plane.channels);
  for (int left = 0; left < plane.width; left += plane.cell) {
    const int width = std::min(plane.cell, plane.width - left);
    const auto count = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    for (std::size_t c = 0; c < channels; ++c) {
      std::uint64_t sum = 0;
      for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) sum += sums[x * channels + c];
      const std::uint8_t mean = pixel::cell_mean(sum, count);
      for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) out[x * channels + c] = mean;
    }
    sums += static_cast<std::size_t>(width) * channels;
    out += static_cast<std::size_t>(width) * channels;
  }
}

void pixelate(const PixelatePlane& plane) {
  const auto bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
  const auto cell_bytes = static_cast<std::size_t>(plane.cell) * bytes;
  for_rows(plane.rows, 2 * cell_bytes, [&](int begin, int end) {
    const Scratch scratch(bytes * sizeof(std::uint32_t));
    auto* const sums = reinterpret_cast<std::uint32_t*>(scratch.get());
    for (int row = begin; row < end; ++row) {
      const int top = row * plane.cell;
      const int height = std::min(plane.cell, plane.height - top);
      std::fill_n(sums, bytes, 0U);
      for (int y = top; y < top + height; ++y) add_row(plane.src + y * plane.src_pitch, sums, bytes);
      std::uint8_t* first = plane.dst + top * plane.dst_pitch;
      write_means(plane, height, sums, first);
      for (int y = 1; y < height; ++y) std::memcpy(first + y * plane.dst_pitch, first, bytes);
    }
  });
}

}  // namespace

void pixelate(StreamView /*stream*/, Views src, Views dst, std::span<const int> cell_px) {
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p) pixelate(pixelate_plane(*src[i], *dst[i], p, cell_px[i]));
}

}  // namespace retouch::cpu
