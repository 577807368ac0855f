// box_blur on the CPU. Sums of columns run down the image: a row enters, a row leaves. The sum of a window across them
// is put together from windows of 1, 2, 4, ... columns, each the sum of two of the size before: every step is one loop
// over the row that vectorises, and there are about two per bit of the kernel size.
#include "ops/box_blur.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "cpu/scratch.hpp"
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
// The rest for sums of 16 bits, which hold windows of up to 257 bytes, and of 32 bits.
using Small = std::uint16_t;
using Large = std::uint32_t;

template <class Sum>
RETOUCH_INLINE void sums_of(const Sum* a, const Sum* b, Sum* __restrict sums, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] = static_cast<Sum>(a[i] + b[i]);
}
RETOUCH_CLONES void add(const Small* a, const Small* b, Small* sums, std::size_t n) { sums_of(a, b, sums, n); }
RETOUCH_CLONES void add(const Large* a, const Large* b, Large* sums, std::size_t n) { sums_of(a, b, sums, n); }

template <class Sum>
RETOUCH_INLINE void grow(Sum* __restrict sums, const Sum* __restrict by, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] = static_cast<Sum>(sums[i] + by[i]);
}
RETOUCH_CLONES void add_to(Small* sums, const Small* by, std::size_t n) { grow(sums, by, n); }
RETOUCH_CLONES void add_to(Large* sums, const Large* by, std::size_t n) { grow(sums, by, n); }

template <class Sum>
RETOUCH_INLINE void mean_of(const Sum* __restrict sums, std::uint8_t* __restrict out, std::size_t n,
                            pixel::Quotient mean) {
  for (std::size_t i = 0; i < n; ++i) out[i] = mean(sums[i]);
}
RETOUCH_CLONES void divide(const Small* sums, std::uint8_t* out, std::size_t n, pixel::Quotient mean) {
  mean_of(sums, out, n, mean);
}
RETOUCH_CLONES void divide(const Large* sums, std::uint8_t* out, std::size_t n, pixel::Quotient mean) {
  mean_of(sums, out, n, mean);
}

/// Walks down a strip of a plane.
template <class Sum>
class Strip {
 public:
  explicit Strip(const BoxPlane& plane)
      : plane_(plane),
        channels_(static_cast<std::size_t>(plane.channels)),
        bytes_(static_cast<std::size_t>(plane.width) * channels_),
        margin_(static_cast<std::size_t>(plane.kernel_x - 1) * channels_),
        memory_(3 * padded(bytes_) + sizeof(Sum) * (padded(bytes_ + margin_) + 2 * padded(block + margin_) + block)) {
    std::byte* at = memory_.get();
    const auto take = [&]<class T>(T*& part, std::size_t count) {
      part = reinterpret_cast<T*>(at);
      at += padded(count) * sizeof(T);
    };
    take(sums_, block);
    take(extended_, bytes_ + margin_);
    take(windows_, block + margin_);
    take(wider_, block + margin_);
    take(columns_, bytes_);
    take(outside_row_, bytes_);
    if (plane.border == BorderMode::constant)
      for (std::size_t i = 0; i < bytes_; ++i) outside_row_[i] = plane.outside[i % channels_];
  }

  void run(int begin, int end) {
    const int before = plane_.kernel_y / 2;
    std::fill_n(columns_, bytes_, std::uint16_t{0});
    for (int i = 0; i < plane_.kernel_y; ++i) add_row(columns_, row(begin - before + i), bytes_);
    for (int y = begin; y < end; ++y) {
      if (y > begin) move_row(columns_, row(y - before + plane_.kernel_y - 1), row(y - before - 1), bytes_);
      extend();
      std::uint8_t* out = plane_.dst + y * plane_.dst_pitch;
      for (std::size_t at = 0; at < bytes_; at += block) write_means(at, std::min(block, bytes_ - at), out + at);
    }
  }

 private:
  // Bytes of a row at a time, so that their sums of all sizes stay in the first cache.
  static constexpr std::size_t block = 1024;
  static constexpr std::size_t padded(std::size_t count) { return (count + 63) / 64 * 64; }

  const std::uint8_t* row(int y) const {
    const int inside = pixel::border_index(y, plane_.height, plane_.border);
    return inside < 0 ? outside_row_ : plane_.src + inside * plane_.src_pitch;
  }

  /// The sums of the columns, and of those that the border rule adds at both sides.
  void extend() {
    const int before = plane_.kernel_x / 2;
    std::copy_n(columns_, bytes_, extended_ + static_cast<std::size_t>(before) * channels_);
    for (int x = -before; x < 0; ++x) extend(x, before);
    for (int x = plane_.width; x < plane_.width + plane_.kernel_x - 1 - before; ++x) extend(x, before);
  }
  void extend(int x, int before) {
    const int inside = pixel::border_index(x, plane_.width, plane_.border);
    for (std::size_t c = 0; c < channels_; ++c)
      extended_[static_cast<std::size_t>(x + before) * channels_ + c] =
          inside < 0 ? static_cast<Sum>(plane_.outside[c] * plane_.kernel_y)
                     : columns_[static_cast<std::size_t>(inside) * channels_ + c];
  }

  /// The means of `n` bytes from byte `at` of the row on.
  void write_means(std::size_t at, std::size_t n, std::uint8_t* out) {
    const auto kernel = static_cast<std::size_t>(plane_.kernel_x);
    const Sum* windows = extended_ + at;  // sums of `width` columns from each byte on
    std::size_t done = 0;                 // columns of the kernel that are in the sums
    for (std::size_t width = 1;; width *= 2) {
      if ((kernel & width) != 0) {
        const Sum* part = windows + done * channels_;
        if (done == 0)
          std::copy_n(part, n, sums_);
        else
          add_to(sums_, part, n);
        done += width;
      }
      if (2 * width > kernel) break;
      add(windows, windows + width * channels_, wider_, n + margin_ - (2 * width - 1) * channels_);
      std::swap(windows_, wider_);
      windows = windows_;
    }
    divide(sums_, out, n, plane_.mean);
  }

  const BoxPlane& plane_;
  std::size_t channels_;
  std::size_t bytes_;   // of a row
  std::size_t margin_;  // what the borders add to it
  Scratch memory_;
  std::uint8_t* outside_row_ = nullptr;
  std::uint16_t* columns_ = nullptr;
  Sum* extended_ = nullptr;
  Sum* windows_ = nullptr;
  Sum* wider_ = nullptr;
  Sum* sums_ = nullptr;
};

void blur(const BoxPlane& plane) {
  // Each strip begins with kernel_y rows, so it should be a good deal higher.
  const int height = std::min(plane.height, std::max(64, 2 * plane.kernel_y));
  const auto bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
  const bool small = plane.kernel_x * plane.kernel_y <= 257;
  for_rows((plane.height - 1) / height + 1, 4 * bytes * static_cast<std::size_t>(height), [&](int begin, int end) {
    if (small)
      Strip<Small>(plane).run(begin * height, std::min(end * height, plane.height));
    else
      Strip<Large>(plane).run(begin * height, std::min(end * height, plane.height));
  });
}

void blur_in_place(BoxPlane plane) {
  const auto bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
  const Scratch copy(bytes * static_cast<std::size_t>(plane.height));
  auto* const rows = reinterpret_cast<std::uint8_t*>(copy.get());
  for_rows(plane.height, 2 * bytes, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      std::memcpy(rows + static_cast<std::size_t>(y) * bytes, plane.src + y * plane.src_pitch, bytes);
  });
  plane.src = rows;
  plane.src_pitch = static_cast<std::ptrdiff_t>(bytes);
  blur(plane);
}

}  // namespace

void box_blur(StreamView /*stream*/, Views src, Views dst, std::span<const BoxBlurOptions> options) {
  for (std::size_t i = 0; i < src.size(); ++i)
    for (int p = 0; p < src[i]->plane_count(); ++p) {
      const BoxPlane plane = box_plane(*src[i], *dst[i], p, options[i]);
      if (plane.src == plane.dst)
        blur_in_place(plane);
      else
        blur(plane);
    }
}

}  // namespace retouch::cpu
