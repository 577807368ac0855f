// box_blur on the CPU. Sums of columns run down the image: a row enters, a row leaves. The sum of a window across them
// is put together from windows of 1, 2, 4, ... columns, each the sum of two of the size before: every step is one loop
// over the row that vectorises, and there are about two per bit of the kernel size.
#include "ops/box_blur.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "core/memory.hpp"
#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/border.hpp"

namespace retouch::cpu {

namespace {

RETOUCH_CLONES void add_row(std::uint16_t* __restrict sums, const std::uint8_t* __restrict enters, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + enters[i]);
}
RETOUCH_CLONES void move_row(std::uint16_t* __restrict sums, const std::uint8_t* __restrict enters,
                             const std::uint8_t* __restrict leaves, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + enters[i] - leaves[i]);
}
RETOUCH_CLONES void widen(const std::uint16_t* __restrict in, std::uint32_t* __restrict out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = in[i];
}
RETOUCH_CLONES void add(const std::uint32_t* __restrict a, const std::uint32_t* b, std::uint32_t* __restrict sum,
                        std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sum[i] = a[i] + b[i];
}
RETOUCH_CLONES void add_to(std::uint32_t* __restrict sum, const std::uint32_t* __restrict a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sum[i] += a[i];
}
RETOUCH_CLONES void divide(const std::uint32_t* __restrict sums, std::uint8_t* __restrict out, std::size_t n,
                           pixel::Quotient mean) {
  for (std::size_t i = 0; i < n; ++i) out[i] = mean(sums[i]);
}

/// Walks down a strip of a plane.
class Strip {
 public:
  Strip(const BoxPlane& plane)
      : plane_(plane),
        channels_(static_cast<std::size_t>(plane.channels)),
        bytes_(static_cast<std::size_t>(plane.width) * channels_),
        extended_(bytes_ + static_cast<std::size_t>(plane.kernel_x - 1) * channels_),
        outside_row_(plane.border == BorderMode::constant ? bytes_ : 0),
        columns_(bytes_),
        windows_(extended_),
        wider_(extended_),
        sums_(bytes_) {
    for (std::size_t i = 0; i < outside_row_.size(); ++i) outside_row_[i] = plane.outside[i % channels_];
  }

  void run(int begin, int end) {
    const int before = plane_.kernel_y / 2;
    std::fill(columns_.begin(), columns_.end(), std::uint16_t{0});
    for (int i = 0; i < plane_.kernel_y; ++i) add_row(columns_.data(), row(begin - before + i), bytes_);
    for (int y = begin; y < end; ++y) {
      if (y > begin) move_row(columns_.data(), row(y - before + plane_.kernel_y - 1), row(y - before - 1), bytes_);
      extend();
      add_windows();
      divide(sums_.data(), plane_.dst + y * plane_.dst_pitch, bytes_, plane_.mean);
    }
  }

 private:
  const std::uint8_t* row(int y) const {
    const int inside = pixel::border_index(y, plane_.height, plane_.border);
    return inside < 0 ? outside_row_.data() : plane_.src + inside * plane_.src_pitch;
  }

  /// The sums of the columns, and of those that the border rule adds at both sides.
  void extend() {
    const int before = plane_.kernel_x / 2;
    const auto start = static_cast<std::size_t>(before) * channels_;
    widen(columns_.data(), windows_.data() + start, bytes_);
    for (int x = -before; x < 0; ++x) extend(x, before);
    for (int x = plane_.width; x < plane_.width + plane_.kernel_x - 1 - before; ++x) extend(x, before);
  }
  void extend(int x, int before) {
    const int inside = pixel::border_index(x, plane_.width, plane_.border);
    for (std::size_t c = 0; c < channels_; ++c)
      windows_[static_cast<std::size_t>(x + before) * channels_ + c] =
          inside < 0 ? static_cast<std::uint32_t>(plane_.outside[c] * plane_.kernel_y)
                     : columns_[static_cast<std::size_t>(inside) * channels_ + c];
  }

  void add_windows() {
    const auto kernel = static_cast<std::size_t>(plane_.kernel_x);
    std::fill(sums_.begin(), sums_.end(), 0U);
    std::size_t done = 0;  // columns of the window that are in the sums
    for (std::size_t width = 1;; width *= 2) {
      if ((kernel & width) != 0) {
        add_to(sums_.data(), windows_.data() + done * channels_, bytes_);
        done += width;
      }
      if (2 * width > kernel) return;
      const std::size_t count = extended_ - (2 * width - 1) * channels_;
      add(windows_.data(), windows_.data() + width * channels_, wider_.data(), count);
      std::swap(windows_, wider_);
    }
  }

  const BoxPlane& plane_;
  std::size_t channels_;
  std::size_t bytes_;     // of a row
  std::size_t extended_;  // a row with its borders
  std::vector<std::uint8_t> outside_row_;
  std::vector<std::uint16_t> columns_;
  std::vector<std::uint32_t> windows_;  // sums of `width` columns from here on
  std::vector<std::uint32_t> wider_;
  std::vector<std::uint32_t> sums_;
};

void blur(const BoxPlane& plane) {
  // Each strip begins with kernel_y rows, so it should be a good deal higher.
  const int height = std::min(plane.height, std::max(64, 2 * plane.kernel_y));
  const auto bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
  for_rows((plane.height - 1) / height + 1, 4 * bytes * static_cast<std::size_t>(height),
           [&](int begin, int end) { Strip(plane).run(begin * height, std::min(end * height, plane.height)); });
}

void blur_in_place(StreamView stream, BoxPlane plane) {
  const auto bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
  const detail::Temporary copy(stream, bytes * static_cast<std::size_t>(plane.height));
  auto* rows = copy.get<std::uint8_t>();
  for_rows(plane.height, 2 * bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      std::memcpy(rows + static_cast<std::size_t>(y) * bytes, plane.src + y * plane.src_pitch, bytes);
  });
  plane.src = rows;
  plane.src_pitch = static_cast<std::ptrdiff_t>(bytes);
  blur(plane);
}

}  // namespace

void box_blur(StreamView stream, Views src, Views dst, const BoxBlurOptions& options) {
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p) {
      const BoxPlane plane = box_plane(*src[i], *dst[i], p, options);
      if (plane.src == plane.dst)
        blur_in_place(stream, plane);
      else
        blur(plane);
    }
}

}  // namespace retouch::cpu
