// resize on the CPU, plane by plane. The columns' sources and weights are worked out once per plane; rows then combine
// whole rows, which the compiler vectorises.
#include "ops/resize.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/sample.hpp"

namespace retouch::cpu {

namespace {

using detail::Scaling;
using pixel::ResizeAxis;
using pixel::Taps;

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

const std::uint8_t* row_of(const Plane& plane, int y) { return plane.data + y * plane.pitch_bytes; }
std::uint8_t* row_to_write(const Plane& plane, int y) { return plane.data + y * plane.pitch_bytes; }
std::size_t row_bytes(const Plane& plane) {
  return static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
}

void scale_nearest(const Plane& src, const Plane& dst) {
  const ResizeAxis x_axis = pixel::resize_axis(src.width, dst.width);
  const ResizeAxis y_axis = pixel::resize_axis(src.height, dst.height);
  std::vector<int> offsets(static_cast<std::size_t>(dst.width));
  for (int x = 0; x < dst.width; ++x)
    offsets[static_cast<std::size_t>(x)] = pixel::nearest_source(x, x_axis) * src.channels;
  with_channels(src.channels, [&]<int Channels>() {
    for_rows(dst.height, 2 * row_bytes(dst), [&](int begin, int end) {
      for (int y = begin; y < end; ++y) {
        const std::uint8_t* const from = row_of(src, pixel::nearest_source(y, y_axis));
        std::uint8_t* to = row_to_write(dst, y);
        for (const int offset : offsets) {
          std::memcpy(to, from + offset, Channels);
          to += Channels;
        }
      }
    });
  });
}

// The taps of a row: offsets of their pixels in bytes, and the factor of every byte of the result.
struct Columns {
  std::vector<int> first;
  std::vector<int> second;
  std::vector<std::int16_t> factors;
};

template <class TapsOf>
Columns columns_of(const Plane& dst, const ResizeAxis& axis, TapsOf&& taps_of) {
  Columns columns;
  for (int x = 0; x < dst.width; ++x) {
    const Taps taps = taps_of(x, axis);
    columns.first.push_back(taps.first * dst.channels);
    columns.second.push_back(taps.second * dst.channels);
    columns.factors.insert(columns.factors.end(), static_cast<std::size_t>(dst.channels),
                           pixel::mix_factor(taps.weight));
  }
  return columns;
}

template <int Channels>
void gather(const std::uint8_t* __restrict from, const std::vector<int>& offsets, std::uint8_t* __restrict to) {
  for (const int offset : offsets) {
    std::memcpy(to, from + offset, Channels);
    to += Channels;
  }
}

RETOUCH_CLONES void mix_bytes(const std::uint8_t* __restrict a, const std::uint8_t* __restrict b,
                              const std::int16_t* __restrict factors, std::size_t count, std::int16_t* __restrict to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = pixel::mix(pixel::to_mix(a[i]), pixel::to_mix(b[i]), factors[i]);
}

RETOUCH_CLONES void mix_rows_down(const std::int16_t* __restrict top, const std::int16_t* __restrict bottom,
                                  std::int16_t factor, std::size_t count, std::uint8_t* __restrict to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = pixel::from_mix(pixel::mix(top[i], bottom[i], factor));
}

template <int Channels, class TapsOf>
void scale_by_taps(const Plane& src, const Plane& dst, TapsOf&& taps_of) {
  const ResizeAxis y_axis = pixel::resize_axis(src.height, dst.height);
  const Columns columns = columns_of(dst, pixel::resize_axis(src.width, dst.width), taps_of);
  const std::size_t length = row_bytes(dst);
  for_rows(dst.height, 8 * length, [&](int begin, int end) {
    std::vector<std::uint8_t> left(length);
    std::vector<std::uint8_t> right(length);
    // The two source rows that were scaled across last: the next row often needs one of them again.
    std::vector<std::int16_t> rows[2] = {std::vector<std::int16_t>(length), std::vector<std::int16_t>(length)};
    int held[2] = {-1, -1};
    const auto scaled = [&](int y, int other) {
      const int slot = held[0] == y ? 0 : held[1] == y ? 1 : held[0] == other ? 1 : 0;
      if (held[slot] != y) {
        gather<Channels>(row_of(src, y), columns.first, left.data());
        gather<Channels>(row_of(src, y), columns.second, right.data());
        mix_bytes(left.data(), right.data(), columns.factors.data(), length, rows[slot].data());
        held[slot] = y;
      }
      return rows[slot].data();
    };
    for (int y = begin; y < end; ++y) {
      const Taps down = taps_of(y, y_axis);
      const std::int16_t* const top = scaled(down.first, down.second);
      const std::int16_t* const bottom = scaled(down.second, down.first);
      mix_rows_down(top, bottom, pixel::mix_factor(down.weight), length, row_to_write(dst, y));
    }
  });
}

RETOUCH_CLONES void add_row(const std::uint8_t* __restrict from, std::uint16_t weight, std::size_t count,
                            std::uint16_t* __restrict sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + weight * from[i]);
}
RETOUCH_CLONES void add_row(const std::uint8_t* __restrict from, std::uint32_t weight, std::size_t count,
                            std::uint32_t* __restrict sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += weight * from[i];
}
void add_row(const std::uint8_t* from, std::uint64_t weight, std::size_t count, std::uint64_t* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += weight * from[i];
}

// Sums down the columns first, over whole rows of the source, then across. `ColumnSum` holds 255 * y_axis.area.
template <class ColumnSum, int Channels, bool Narrow>
void scale_by_area(const Plane& src, const Plane& dst, const ResizeAxis& x_axis, const ResizeAxis& y_axis) {
  using Sum = std::conditional_t<Narrow, std::uint32_t, std::uint64_t>;
  const pixel::WeightedMean mean(x_axis, y_axis);
  std::vector<pixel::Span> across(static_cast<std::size_t>(dst.width));
  for (int x = 0; x < dst.width; ++x) across[static_cast<std::size_t>(x)] = pixel::covered_span(x, x_axis);
  const std::size_t length = row_bytes(src);
  const auto rows_each = static_cast<std::size_t>(src.height / dst.height) + 1;
  for_rows(dst.height, length * rows_each, [&](int begin, int end) {
    std::vector<ColumnSum> sums(length);
    for (int y = begin; y < end; ++y) {
      const pixel::Span down = pixel::covered_span(y, y_axis);
      std::fill(sums.begin(), sums.end(), ColumnSum{0});
      for (int row = down.first; row <= down.last; ++row) {
        const int weight = row == down.first ? down.weight_first : row == down.last ? down.weight_last : y_axis.unit;
        add_row(row_of(src, row), static_cast<ColumnSum>(weight), length, sums.data());
      }
      std::uint8_t* to = row_to_write(dst, y);
      for (const pixel::Span& span : across) {
        const ColumnSum* from = sums.data() + static_cast<std::ptrdiff_t>(span.first) * Channels;
        Sum sum[Channels];
        for (int c = 0; c < Channels; ++c) sum[c] = static_cast<Sum>(from[c]) * static_cast<Sum>(span.weight_first);
        if (span.last > span.first) {
          Sum inner[Channels] = {};
          for (int i = span.first + 1; i < span.last; ++i) {
            from += Channels;
            for (int c = 0; c < Channels; ++c) inner[c] += from[c];
          }
          from += Channels;
          for (int c = 0; c < Channels; ++c)
            sum[c] += inner[c] * static_cast<Sum>(x_axis.unit) +
                      static_cast<Sum>(from[c]) * static_cast<Sum>(span.weight_last);
        }
        for (int c = 0; c < Channels; ++c) *to++ = mean.template divide<Narrow>(sum[c]);
      }
    }
  });
}

void scale_by_area(const Plane& src, const Plane& dst) {
  const ResizeAxis x_axis = pixel::resize_axis(src.width, dst.width);
  const ResizeAxis y_axis = pixel::resize_axis(src.height, dst.height);
  const bool narrow = pixel::WeightedMean(x_axis, y_axis).narrow();
  with_channels(src.channels, [&]<int Channels>() {
    if (narrow && y_axis.area <= 257)
      scale_by_area<std::uint16_t, Channels, true>(src, dst, x_axis, y_axis);
    else if (narrow)
      scale_by_area<std::uint32_t, Channels, true>(src, dst, x_axis, y_axis);
    else if (y_axis.area < 1 << 24)
      scale_by_area<std::uint32_t, Channels, false>(src, dst, x_axis, y_axis);
    else
      scale_by_area<std::uint64_t, Channels, false>(src, dst, x_axis, y_axis);
  });
}

}  // namespace

void resize_into(StreamView /*stream*/, const ImageView& src, const ImageView& dst, Interpolation interpolation) {
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    switch (detail::scaling_of(from, to, interpolation)) {
      case Scaling::nearest: scale_nearest(from, to); break;
      case Scaling::linear:
        with_channels(from.channels, [&]<int Channels>() { scale_by_taps<Channels>(from, to, pixel::linear_taps); });
        break;
      case Scaling::area_enlarging:
        with_channels(from.channels, [&]<int Channels>() { scale_by_taps<Channels>(from, to, pixel::area_taps); });
        break;
      case Scaling::area_shrinking: scale_by_area(from, to); break;
    }
  }
}

}  // namespace retouch::cpu
