// Filters by order: morphology, largest, smallest and middle of a window.
#include <cmath>
#include <utility>

#include "matrix/filter_base.hpp"
#include "retouch/filter.hpp"

namespace retouch::matrix {

namespace {

using detail::check_edge;
using detail::check_ksize;
using detail::check_types;
using detail::checked_anchor;
using detail::FilterImplementation;
using detail::line;
using detail::Taps;
using retouch::detail::apart;
using retouch::detail::invalid;

/// Least or most over taps, in one pass or two (a rectangle: along x, then along y).
class Pass {
 public:
  Pass() = default;
  Pass(bool most, Taps taps) : most_(most), first_(std::move(taps)) {}
  Pass(bool most, Taps row, Taps column)
      : most_(most), twice_(true), first_(std::move(row)), second_(std::move(column)) {}

  void run(const char* name, StreamView stream, const Matrix& src, const Matrix& dst) const {
    if (!twice_) return once(name, stream, first_, apart(stream, src, dst, false), dst);
    const Between between(stream, src.size(), src.type());
    once(name, stream, first_, src, between);
    once(name, stream, second_, between, dst);
  }

 private:
  void once(const char* name, StreamView stream, const Taps& taps, const Matrix& src, const Matrix& dst) const {
    if (most_)
      taps.run(name, stream, src, dst, MostOf{});
    else
      taps.run(name, stream, src, dst, LeastOf{});
  }
  bool most_ = false;
  bool twice_ = false;
  Taps first_;
  Taps second_;
};

Pass rectangle(bool most, Size ksize, Point at, Edge edge, const Scalar& outside) {
  const std::vector<double> row(static_cast<std::size_t>(ksize.width), 1);
  const std::vector<double> column(static_cast<std::size_t>(ksize.height), 1);
  return Pass(most, Taps(line(row, at.x, true), edge, edge, outside),
              Taps(line(column, at.y, false), edge, edge, outside));
}

class Rank : public FilterImplementation {
 public:
  Rank(const char* name, MatrixType type, Pass pass) : FilterImplementation(name, type, type), pass_(std::move(pass)) {}

 private:
  void run(StreamView stream, const Matrix& src, const Matrix& dst) const override {
    pass_.run(name(), stream, src, dst);
  }
  Pass pass_;
};

/// Erosions and dilations after each other.
class Morph : public FilterImplementation {
 public:
  Morph(const char* name, Morphology op, MatrixType type, Pass erode, Pass dilate, int iterations)
      : FilterImplementation(name, type, type),
        op_(op),
        erode_(std::move(erode)),
        dilate_(std::move(dilate)),
        iterations_(iterations) {}

 private:
  void repeat(StreamView stream, const Pass& pass, const Matrix& src, const Matrix& dst) const {
    if (iterations_ == 0) {
      Matrix to = dst;
      return upload(stream, src, to);
    }
    pass.run(name(), stream, src, dst);
    for (int i = 1; i < iterations_; ++i) pass.run(name(), stream, dst, dst);
  }
  void run(StreamView stream, const Matrix& src, const Matrix& dst) const override {
    Matrix to = dst;
    switch (op_) {
      case Morphology::erode: return repeat(stream, erode_, src, dst);
      case Morphology::dilate: return repeat(stream, dilate_, src, dst);
      case Morphology::open: repeat(stream, erode_, src, dst); return repeat(stream, dilate_, dst, dst);
      case Morphology::close: repeat(stream, dilate_, src, dst); return repeat(stream, erode_, dst, dst);
      case Morphology::gradient: {
        const Between least(stream, src.size(), src.type());
        const Between most(stream, src.size(), src.type());
        repeat(stream, erode_, src, least);
        repeat(stream, dilate_, src, most);
        return subtract(stream, Operand(most), Operand(least), to);
      }
      case Morphology::tophat: {
        const Between opened(stream, src.size(), src.type());
        repeat(stream, erode_, src, opened);
        repeat(stream, dilate_, opened, opened);
        return subtract(stream, src, Operand(opened), to);
      }
      case Morphology::blackhat: {
        const Between closed(stream, src.size(), src.type());
        repeat(stream, dilate_, src, closed);
        repeat(stream, erode_, closed, closed);
        return subtract(stream, Operand(closed), src, to);
      }
    }
  }

  Morphology op_;
  Pass erode_;
  Pass dilate_;
  int iterations_;
};

class Median : public FilterImplementation {
 public:
  Median(const char* name, MatrixType type, int ksize) : FilterImplementation(name, type, type), ksize_(ksize) {}

 private:
  void run(StreamView stream, const Matrix& src, const Matrix& dst) const override {
    const bool on_images = src.depth() == Depth::u8 && src.channels() != 2 && (ksize_ == 3 || ksize_ == 5);
    const Matrix from = apart(stream, src, dst, on_images);
    const retouch::detail::MatrixUse use(name(), stream, {&from, &dst});
    if (on_images) {
      const MedianBlur blur({ksize_});
      if (retouch::detail::same_place(from, dst)) return blur(stream, dst.image());
      return blur.into(stream, from.image(), dst.image());
    }
    const MedianJob job{place(from), place(dst), ksize_ / 2};
    RETOUCH_DISPATCH(stream, matrix_median(stream, job));
  }
  int ksize_;
};

Filter box_rank(const char* name, bool most, MatrixType src, Size ksize, Point anchor, Edge edge,
                const Scalar& outside) {
  check_types(name, src, src);
  check_edge(name, edge);
  check_ksize(name, ksize);
  const Point at = checked_anchor(name, ksize, anchor);
  return Filter(std::make_shared<Rank>(name, src, rectangle(most, ksize, at, edge, outside)));
}

}  // namespace

Filter box_max_filter(MatrixType src, Size ksize, Point anchor, Edge edge, const Scalar& outside) {
  return box_rank("createBoxMaxFilter", true, src, ksize, anchor, edge, outside);
}
Filter box_min_filter(MatrixType src, Size ksize, Point anchor, Edge edge, const Scalar& outside) {
  return box_rank("createBoxMinFilter", false, src, ksize, anchor, edge, outside);
}

Filter median_filter(MatrixType src, int ksize) {
  constexpr const char* name = "createMedianFilter";
  check_types(name, src, src);
  if (src.depth == Depth::s8 || src.depth == Depth::s32 || src.depth == Depth::f64)
    invalid("{}: 8U, 16U, 16S or 32F ({})", name, name_of(src));
  if (ksize < 1 || ksize % 2 == 0 || ksize > detail::largest_kernel)
    invalid("{}: the window is odd, 1..{} ({})", name, detail::largest_kernel, ksize);
  return Filter(std::make_shared<Median>(name, src, ksize));
}

Filter morphology_filter(Morphology op, MatrixType src, const Kernel& element, Point anchor, int iterations) {
  constexpr const char* name = "createMorphologyFilter";
  if (op > Morphology::blackhat) invalid("{}: there is no operation {}", name, static_cast<int>(op));
  if (iterations < 0 || iterations > 1000) invalid("{}: 0..1000 iterations ({})", name, iterations);
  check_types(name, src, src);
  const Size ksize = element.size == Size{} ? Size{3, 3} : element.size;
  check_ksize(name, ksize);
  const Point at = checked_anchor(name, ksize, anchor);
  const auto count = static_cast<std::size_t>(ksize.width) * static_cast<std::size_t>(ksize.height);
  std::vector<double> values(element.values.begin(), element.values.end());
  if (element.size == Size{}) values.assign(count, 1);
  if (values.size() != count) invalid("{}: {} numbers make the element, {} were given", name, count, values.size());
  std::vector<Tap<double>> taps;
  for (int y = 0; y < ksize.height; ++y)
    for (int x = 0; x < ksize.width; ++x)
      if (values[static_cast<std::size_t>(y) * static_cast<std::size_t>(ksize.width) + static_cast<std::size_t>(x)] !=
          0)
        taps.push_back({x - at.x, y - at.y, 1});
  if (taps.empty()) invalid("{}: the element is all 0", name);
  const bool full = taps.size() == count;
  const auto pass = [&](bool most) {
    const Scalar nothing = Scalar::all(most ? -HUGE_VAL : HUGE_VAL);
    if (full) return rectangle(most, ksize, at, Edge::constant, nothing);
    return Pass(most, Taps(taps, Edge::constant, Edge::constant, nothing));
  };
  return Filter(std::make_shared<Morph>(name, op, src, pass(false), pass(true), iterations));
}

}  // namespace retouch::matrix
