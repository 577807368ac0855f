// What is behind a Filter, and the passes that filters are made of.
#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "matrix/launch.hpp"
#include "matrix/table.hpp"
#include "matrix/window.hpp"
#include "retouch/matrix_filter.hpp"

namespace retouch::matrix::detail {

class FilterImplementation {
 public:
  FilterImplementation(const char* name, MatrixType src, MatrixType dst) : name_(name), src_(src), dst_(dst) {}
  virtual ~FilterImplementation() = default;
  FilterImplementation(const FilterImplementation&) = delete;
  FilterImplementation& operator=(const FilterImplementation&) = delete;

  /// Checks, creates dst and runs.
  void apply(StreamView stream, const Matrix& src, Matrix& dst) const;

 protected:
  const char* name() const { return name_; }
  MatrixType src_type() const { return src_; }
  MatrixType dst_type() const { return dst_; }
  /// src is of the right type and not empty; dst is made. They may overlap.
  virtual void run(StreamView stream, const Matrix& src, const Matrix& dst) const = 0;

 private:
  const char* name_;
  MatrixType src_;
  MatrixType dst_;
};

/// Weights at neighbours, with what lies beyond the edges: one launch of the window engine.
class Taps {
 public:
  Taps() = default;
  Taps(std::vector<Tap<double>> taps, Edge edge_x, Edge edge_y, const Scalar& outside);

  /// dst may not overlap src.
  template <class Fold>
  void run(const char* name, StreamView stream, const Matrix& src, const Matrix& dst, Fold fold) const;

 private:
  template <class W, class Fold>
  void launch(const char* name, StreamView stream, const Matrix& src, const Matrix& dst, const Table<Tap<W>>& table,
              Fold fold) const;
  Table<Tap<double>> doubles_;
  Table<Tap<float>> floats_;
  Table<Tap<std::uint8_t>> places_;  // without weights
  Edge edge_x_ = Edge::constant;
  Edge edge_y_ = Edge::constant;
  Scalar outside_;
  int left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
};

template <class W, class Fold>
void Taps::launch(const char* name, StreamView stream, const Matrix& src, const Matrix& dst, const Table<Tap<W>>& table,
                  Fold fold) const {
  WindowJob<W> job;
  job.count = table.size();
  Matrix taps;
  if (job.count <= WindowJob<W>::most_carried) {
    std::copy(table.values().begin(), table.values().end(), job.carried);
  } else {
    taps = table.on(stream);
    job.table = reinterpret_cast<const Tap<W>*>(taps.data());
  }
  const retouch::detail::MatrixUse use(name, stream, {&taps, &src, &dst});
  job.in = place(src);
  job.out = place(dst);
  job.left = left_;
  job.right = right_;
  job.top = top_;
  job.bottom = bottom_;
  job.edge_x = edge_x_;
  job.edge_y = edge_y_;
  for (int c = 0; c < 4; ++c) job.outside[c] = saturate<W>(outside_.v[c]);
  RETOUCH_DISPATCH(stream, matrix_window(stream, job, fold));
}

template <class Fold>
void Taps::run(const char* name, StreamView stream, const Matrix& src, const Matrix& dst, Fold fold) const {
  if constexpr (!std::is_same_v<Fold, Sum>)
    if (src.depth() == Depth::u8) return launch(name, stream, src, dst, places_, fold);
  if (needs_double(src.depth()) || needs_double(dst.depth()))
    launch(name, stream, src, dst, doubles_, fold);
  else
    launch(name, stream, src, dst, floats_, fold);
}

/// The place of a window on its pixel; throws InvalidArgument when it lies outside.
Point checked_anchor(const char* name, Size ksize, Point anchor);
void check_types(const char* name, MatrixType src, MatrixType dst);
void check_edge(const char* name, Edge edge);
inline constexpr int largest_kernel = 255;
void check_ksize(const char* name, Size ksize);

/// A row (along x) or a column of weights.
inline std::vector<Tap<double>> line(std::span<const double> weights, int anchor, bool along_x) {
  std::vector<Tap<double>> taps;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const int at = static_cast<int>(i) - anchor;
    taps.push_back({along_x ? at : 0, along_x ? 0 : at, weights[i]});
  }
  return taps;
}

}  // namespace retouch::matrix::detail
