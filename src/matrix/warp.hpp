// The warp engine: where a pixel of the destination comes from is a functor (a map), how the source is read between its
// pixels a sampling.
#pragma once

#include <type_traits>

#include "matrix/edge.hpp"
#include "matrix/elements.hpp"
#include "retouch/matrix_warp.hpp"
#include "retouch/stream.hpp"

namespace retouch::matrix {

struct WarpJob {
  Place in;
  Place out;
  Sampling sampling = Sampling::nearest;
  Edge edge = Edge::constant;
  double outside[4] = {};
};

// Maps: from(x, y) is the place in the source.

struct Spot {
  double x, y;
};
struct Projective {
  double m[9];
  bool affine;
  RETOUCH_HD Spot from(int x, int y) const {
    const Spot s{m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]};
    if (affine) return s;
    const double w = m[6] * x + m[7] * y + m[8];
    const double scale = w != 0 ? 1 / w : 0;
    return {s.x * scale, s.y * scale};
  }
};
struct Table2d {
  const std::uint8_t* x_data;
  const std::uint8_t* y_data;
  std::ptrdiff_t x_step, y_step;
  bool relative;
  RETOUCH_HD Spot from(int x, int y) const {
    const double sx = reinterpret_cast<const float*>(x_data + y * x_step)[x];
    const double sy = reinterpret_cast<const float*>(y_data + y * y_step)[x];
    return relative ? Spot{sx + x, sy + y} : Spot{sx, sy};
  }
};
/// The coordinates of cv::resize.
struct Scaled {
  enum class Kind : std::uint8_t { nearest, centres, grown_area };
  double scale_x, scale_y;
  int cols, rows;  // of the source
  Kind kind;
  RETOUCH_HD static double along(int d, double scale, int n, Kind kind) {
    switch (kind) {
      case Kind::nearest: {
        const double s = floor(d * scale);
        return s < n - 1 ? s : n - 1;
      }
      case Kind::centres: return static_cast<float>((d + 0.5) * scale - 0.5);
      case Kind::grown_area: break;
    }
    const double s = floor(d * scale);
    const double f = (d + 1) - (s + 1) / scale;
    return s + (f <= 0 ? 0 : f - floor(f));
  }
  RETOUCH_HD Spot from(int x, int y) const { return {along(x, scale_x, cols, kind), along(y, scale_y, rows, kind)}; }
};

/// Means over what a pixel of a smaller picture covers.
struct AreaJob {
  Place in;
  Place out;
  double scale_x, scale_y;
};

/// The pixels of the source that one coordinate of the destination covers, and their weights.
template <class W>
struct Cover {
  int first, count;
  W head, body, tail;  // of the first, of those between, of the last
  RETOUCH_HD Cover(int d, double scale, int n) {
    constexpr double least = 1e-3;  // less than this of a pixel does not count
    const double begin = d * scale;
    const double end = begin + scale;
    const double width = scale < n - begin ? scale : n - begin;
    int to = static_cast<int>(floor(end));
    to = to < n - 1 ? to : n - 1;
    int from = static_cast<int>(ceil(begin));
    from = from < to ? from : to;
    const bool has_head = from - begin > least;
    const bool has_tail = end - to > least;
    double rest = end - to;
    rest = rest < 1 ? rest : 1;
    rest = rest < width ? rest : width;
    first = has_head ? from - 1 : from;
    count = to - from + (has_head ? 1 : 0) + (has_tail ? 1 : 0);
    body = static_cast<W>(1 / width);
    head = has_head ? static_cast<W>((from - begin) / width) : body;
    tail = has_tail ? static_cast<W>(rest / width) : body;
    if (count == 1) head = has_tail && !has_head ? tail : head;
  }
  RETOUCH_HD W weight(int i) const { return i == 0 ? head : i == count - 1 ? tail : body; }
};

template <class W>
struct Taps1d {
  int index[4];
  W weight[4];
};

/// The pixels that a coordinate falls between: 1, 2 or 4 of them.
template <Sampling sampling, class W>
RETOUCH_HD inline Taps1d<W> taps_at(double s, int n, Edge edge) {
  Taps1d<W> t;
  s = s > -1e9 ? (s < 1e9 ? s : 1e9) : -1e9;  // NaN too
  if constexpr (sampling == Sampling::nearest) {
    t.index[0] = edge_index(floor_int(s + 0.5), n, edge);
    t.weight[0] = W{1};
    return t;
  }
  const int i = floor_int(s);
  const W f = static_cast<W>(s - i);
  if constexpr (sampling == Sampling::linear) {
    t.index[0] = edge_index(i, n, edge);
    t.index[1] = edge_index(i + 1, n, edge);
    t.weight[0] = W{1} - f;
    t.weight[1] = f;
    return t;
  }
  constexpr W a = W{-0.75};
  const W g = W{1} - f;
  t.weight[0] = ((a * (f + 1) - 5 * a) * (f + 1) + 8 * a) * (f + 1) - 4 * a;
  t.weight[1] = ((a + 2) * f - (a + 3)) * f * f + 1;
  t.weight[2] = ((a + 2) * g - (a + 3)) * g * g + 1;
  t.weight[3] = W{1} - t.weight[0] - t.weight[1] - t.weight[2];
  for (int k = 0; k < 4; ++k) t.index[k] = edge_index(i - 1 + k, n, edge);
  return t;
}

/// The source at a spot, channel by channel, put into the destination.
template <Sampling sampling, class W, class T>
RETOUCH_HD inline void sample_as(const WarpJob& job, Spot spot, int x, int y) {
  constexpr int count = sampling == Sampling::nearest ? 1 : sampling == Sampling::linear ? 2 : 4;
  const Taps1d<W> across = taps_at<sampling, W>(spot.x, job.in.cols, job.edge);
  const Taps1d<W> down = taps_at<sampling, W>(spot.y, job.in.rows, job.edge);
  T* out = job.out.row<T>(y) + x * job.out.channels;
  for (int c = 0; c < job.in.channels; ++c) {
    W sum{0};
    for (int k = 0; k < count; ++k) {
      W row{0};
      const T* from = job.in.row<const T>(down.index[k] < 0 ? 0 : down.index[k]);
      for (int j = 0; j < count; ++j) {
        const W value = down.index[k] < 0 || across.index[j] < 0
                            ? static_cast<W>(job.outside[c])
                            : static_cast<W>(from[across.index[j] * job.in.channels + c]);
        row += across.weight[j] * value;
      }
      sum += down.weight[k] * row;
    }
    out[c] = saturate<T>(sum);
  }
}

template <class W, class T>
RETOUCH_HD inline void sample(const WarpJob& job, Spot spot, int x, int y) {
  switch (job.sampling) {
    case Sampling::nearest: return sample_as<Sampling::nearest, W, T>(job, spot, x, y);
    case Sampling::linear: return sample_as<Sampling::linear, W, T>(job, spot, x, y);
    default: return sample_as<Sampling::cubic, W, T>(job, spot, x, y);
  }
}

template <class W, class T>
RETOUCH_HD inline void mean_of_area(const AreaJob& job, int x, int y) {
  const Cover<W> across(x, job.scale_x, job.in.cols);
  const Cover<W> down(y, job.scale_y, job.in.rows);
  T* out = job.out.row<T>(y) + x * job.out.channels;
  for (int c = 0; c < job.in.channels; ++c) {
    W sum{0};
    for (int k = 0; k < down.count; ++k) {
      const T* from = job.in.row<const T>(down.first + k) + across.first * job.in.channels + c;
      W row{0};
      for (int j = 0; j < across.count; ++j) row += across.weight(j) * static_cast<W>(from[j * job.in.channels]);
      sum += down.weight(k) * row;
    }
    out[c] = saturate<T>(sum);
  }
}

/// Work in float, or in double where the numbers need it.
template <class T>
using WorkOf = std::conditional_t<(sizeof(T) == 8 || std::is_same_v<T, std::int32_t>), double, float>;

#define RETOUCH_MAPS(X) X(Projective) X(Table2d) X(Scaled)

}  // namespace retouch::matrix

namespace retouch::cpu {
template <class Map>
void matrix_warp(StreamView stream, const matrix::WarpJob& job, const Map& map);
void matrix_area(StreamView stream, const matrix::AreaJob& job);
/// Writes where the map leads.
void matrix_coordinates(StreamView stream, const matrix::Projective& map, const matrix::Place& x,
                        const matrix::Place& y);
}  // namespace retouch::cpu
namespace retouch::cuda {
template <class Map>
void matrix_warp(StreamView stream, const matrix::WarpJob& job, const Map& map);
void matrix_area(StreamView stream, const matrix::AreaJob& job);
void matrix_coordinates(StreamView stream, const matrix::Projective& map, const matrix::Place& x,
                        const matrix::Place& y);
}  // namespace retouch::cuda
