// Linear filters: sums of weighted neighbours.
#include <cmath>
#include <limits>
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

class Linear : public FilterImplementation {
 public:
  Linear(const char* name, MatrixType src, MatrixType dst, Taps taps)
      : FilterImplementation(name, src, dst), taps_(std::move(taps)) {}

 private:
  void run(StreamView stream, const Matrix& src, const Matrix& dst) const override {
    taps_.run(name(), stream, apart(stream, src, dst, false), dst, Sum{});
  }
  Taps taps_;
};

/// A row, then a column, with floats between them.
class Separable : public FilterImplementation {
 public:
  Separable(const char* name, MatrixType src, MatrixType dst, Taps row, Taps column)
      : FilterImplementation(name, src, dst), row_(std::move(row)), column_(std::move(column)) {}

 private:
  void run(StreamView stream, const Matrix& src, const Matrix& dst) const override {
    const bool in_double = needs_double(src.depth()) || needs_double(dst.depth());
    const Between between(stream, src.size(), src.type().with(in_double ? Depth::f64 : Depth::f32));
    row_.run(name(), stream, src, between, Sum{});
    column_.run(name(), stream, between, dst, Sum{});
  }
  Taps row_;
  Taps column_;
};

/// 8-bit pictures through the operation on images, which is made for them.
template <class Operation>
class OnImages : public FilterImplementation {
 public:
  OnImages(const char* name, MatrixType type, Operation operation)
      : FilterImplementation(name, type, type), operation_(std::move(operation)) {}

 private:
  void run(StreamView stream, const Matrix& src, const Matrix& dst) const override {
    const Matrix from = apart(stream, src, dst, true);
    const retouch::detail::MatrixUse use(name(), stream, {&from, &dst});
    if (retouch::detail::same_place(from, dst))
      operation_(stream, dst.image());
    else
      operation_.into(stream, from.image(), dst.image());
  }
  Operation operation_;
};

bool is_picture(MatrixType src, MatrixType dst) { return src == dst && src.depth == Depth::u8 && src.channels != 2; }

/// The image operations' border, where they have it.
bool border_of(Edge edge, Scalar outside, bool gray, Border& border) {
  if (gray) outside = Scalar::all(outside.v[0]);  // a gray image's border is the luma of a colour
  const auto byte = [](double v) { return saturate<std::uint8_t>(v); };
  switch (edge) {
    case Edge::reflect_101: border.mode = BorderMode::reflect_101; return true;
    case Edge::replicate: border.mode = BorderMode::replicate; return true;
    case Edge::constant:
      border = {BorderMode::constant, {byte(outside.v[0]), byte(outside.v[1]), byte(outside.v[2]), byte(outside.v[3])}};
      return true;
    default: return false;
  }
}

template <class Make>
Filter filter(const char* name, MatrixType src, MatrixType dst, std::initializer_list<Edge> edges, Make&& make) {
  check_types(name, src, dst);
  for (const Edge edge : edges) check_edge(name, edge);
  return Filter(make());
}

std::vector<double> ones(int count, double value) {
  return std::vector<double>(static_cast<std::size_t>(count), value);
}

/// OpenCV's weights of a Gaussian.
std::vector<double> gaussian_weights(int n, double sigma) {
  if (sigma <= 0) {
    switch (n) {
      case 1: return {1};
      case 3: return {0.25, 0.5, 0.25};
      case 5: return {0.0625, 0.25, 0.375, 0.25, 0.0625};
      case 7: return {0.03125, 0.109375, 0.21875, 0.28125, 0.21875, 0.109375, 0.03125};
      default: sigma = ((n - 1) * 0.5 - 1) * 0.3 + 0.8;
    }
  }
  std::vector<double> weights;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double x = i - (n - 1) * 0.5;
    weights.push_back(std::exp(-0.5 * x * x / (sigma * sigma)));
    sum += weights.back();
  }
  for (double& w : weights) w /= sum;
  return weights;
}

/// A kernel of `size` weights that derives `order` times: [1 1] and [-1 1] folded into each other.
std::vector<double> sobel_weights(int size, int order, bool normalize) {
  if (size == 1 && order > 0) size = 3;
  std::vector<double> kernel = {1};
  const auto fold = [&](double first) {
    std::vector<double> longer(kernel.size() + 1, 0.0);
    for (std::size_t i = 0; i < kernel.size(); ++i) {
      longer[i] += first * kernel[i];
      longer[i + 1] += kernel[i];
    }
    kernel = longer;
  };
  for (int i = 0; i < size - order - 1; ++i) fold(1);
  for (int i = 0; i < order; ++i) fold(-1);
  if (normalize)
    for (double& w : kernel) w = std::ldexp(w, -(size - order - 1));
  return kernel;
}

}  // namespace

Filter box_filter(MatrixType src, MatrixType dst, Size ksize, Point anchor, Edge edge, const Scalar& outside) {
  constexpr const char* name = "createBoxFilter";
  check_ksize(name, ksize);
  const Point at = checked_anchor(name, ksize, anchor);
  return filter(name, src, dst, {edge}, [&]() -> std::shared_ptr<const FilterImplementation> {
    Border border;
    const bool middle = at == Point{ksize.width / 2, ksize.height / 2};
    if (middle && is_picture(src, dst) && border_of(edge, outside, src.channels == 1, border))
      return std::make_shared<OnImages<BoxBlur>>(name, src, BoxBlur({ksize, border}));
    const double weight = 1.0 / (ksize.width * ksize.height);
    Scalar row_outside = outside;  // what a row of them sums up to
    for (double& v : row_outside.v) v *= ksize.width;
    return std::make_shared<Separable>(name, src, dst,
                                       Taps(line(ones(ksize.width, 1), at.x, true), edge, edge, outside),
                                       Taps(line(ones(ksize.height, weight), at.y, false), edge, edge, row_outside));
  });
}

Filter sum_filter(MatrixType src, MatrixType dst, Size ksize, Point anchor, Edge edge, const Scalar& outside) {
  constexpr const char* name = "createRowSumFilter, createColumnSumFilter";
  check_ksize(name, ksize);
  if (ksize.width != 1 && ksize.height != 1) invalid("{}: a row or a column ({}x{})", name, ksize.width, ksize.height);
  const Point at = checked_anchor(name, ksize, anchor);
  return filter(name, src, dst, {edge}, [&] {
    const bool along_x = ksize.height == 1;
    const auto weights = ones(along_x ? ksize.width : ksize.height, 1);
    return std::make_shared<Linear>(name, src, dst,
                                    Taps(line(weights, along_x ? at.x : at.y, along_x), edge, edge, outside));
  });
}

Filter linear_filter(MatrixType src, MatrixType dst, const Kernel& kernel, Point anchor, Edge edge,
                     const Scalar& outside) {
  constexpr const char* name = "createLinearFilter";
  check_ksize(name, kernel.size);
  const auto count = static_cast<std::size_t>(kernel.size.width) * static_cast<std::size_t>(kernel.size.height);
  if (kernel.values.size() != count) invalid("{}: {} weights, {} were given", name, count, kernel.values.size());
  const Point at = checked_anchor(name, kernel.size, anchor);
  return filter(name, src, dst, {edge}, [&] {
    std::vector<Tap<double>> taps;
    for (int y = 0; y < kernel.size.height; ++y)
      for (int x = 0; x < kernel.size.width; ++x) {
        const double w = kernel.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(kernel.size.width) +
                                       static_cast<std::size_t>(x)];
        if (w != 0) taps.push_back({x - at.x, y - at.y, w});
      }
    if (taps.empty()) taps.push_back({0, 0, 0});
    return std::make_shared<Linear>(name, src, dst, Taps(std::move(taps), edge, edge, outside));
  });
}

Filter laplacian_filter(MatrixType src, MatrixType dst, int ksize, double scale, Edge edge, const Scalar& outside) {
  if (ksize != 1 && ksize != 3) invalid("createLaplacianFilter: ksize is 1 or 3 ({})", ksize);
  std::vector<double> kernel =
      ksize == 1 ? std::vector<double>{0, 1, 0, 1, -4, 1, 0, 1, 0} : std::vector<double>{2, 0, 2, 0, -8, 0, 2, 0, 2};
  for (double& w : kernel) w *= scale;
  return linear_filter(src, dst, {{3, 3}, kernel}, window_middle, edge, outside);
}

Filter separable_filter(MatrixType src, MatrixType dst, std::span<const double> row, std::span<const double> column,
                        Point anchor, Edge row_edge, Edge column_edge) {
  constexpr const char* name = "createSeparableLinearFilter";
  const Size ksize{static_cast<int>(std::min<std::size_t>(row.size(), 1000)),
                   static_cast<int>(std::min<std::size_t>(column.size(), 1000))};
  check_ksize(name, ksize);
  const Point at = checked_anchor(name, ksize, anchor);
  return filter(name, src, dst, {row_edge, column_edge}, [&] {
    return std::make_shared<Separable>(name, src, dst, Taps(line(row, at.x, true), row_edge, row_edge, {}),
                                       Taps(line(column, at.y, false), column_edge, column_edge, {}));
  });
}

Filter deriv_filter(MatrixType src, MatrixType dst, int dx, int dy, int ksize, bool normalize, double scale,
                    Edge row_edge, Edge column_edge) {
  constexpr const char* name = "createDerivFilter";
  const bool scharr = ksize <= 0;
  if (dx < 0 || dy < 0 || dx > 31 || dy > 31 || dx + dy < 1)
    invalid("{}: the orders of the derivative must not be negative, nor both 0 ({}, {})", name, dx, dy);
  std::vector<double> x;
  std::vector<double> y;
  if (scharr) {
    if (dx + dy != 1) invalid("{}: Scharr's kernel derives once, along x or y ({}, {})", name, dx, dy);
    const auto weights = [&](int order) {
      if (order == 1) return std::vector<double>{-1, 0, 1};
      const double s = normalize ? 32 : 1;
      return std::vector<double>{3 / s, 10 / s, 3 / s};
    };
    x = weights(dx);
    y = weights(dy);
  } else {
    if (ksize % 2 == 0 || ksize > 31) invalid("{}: ksize is odd, 1..31 ({})", name, ksize);
    if (dx >= std::max(ksize, 3) || dy >= std::max(ksize, 3))
      invalid("{}: {} weights cannot derive {} times", name, ksize, std::max(dx, dy));
    x = sobel_weights(ksize, dx, normalize);
    y = sobel_weights(ksize, dy, normalize);
  }
  for (double& w : dx == 0 ? x : y) w *= scale;
  return separable_filter(src, dst, x, y, window_middle, row_edge, column_edge);
}

Filter gaussian_filter(MatrixType src, MatrixType dst, Size ksize, double sigma_x, double sigma_y, Edge row_edge,
                       Edge column_edge) {
  constexpr const char* name = "createGaussianFilter";
  if (!std::isfinite(sigma_x) || !std::isfinite(sigma_y) || sigma_x > 1e6 || sigma_y > 1e6)
    invalid("{}: sigma must be a number up to 1e6 ({}, {})", name, sigma_x, sigma_y);
  if (sigma_y <= 0) sigma_y = sigma_x;
  const auto from_sigma = [&](int size, double sigma) {
    if (size > 0 || sigma <= 0) return size;
    return static_cast<int>(std::nearbyint(sigma * (src.depth == Depth::u8 ? 3 : 4) * 2 + 1)) | 1;
  };
  ksize = {from_sigma(ksize.width, sigma_x), from_sigma(ksize.height, sigma_y)};
  if (ksize.width % 2 == 0 || ksize.height % 2 == 0)
    invalid("{}: ksize must be odd, or 0 with a sigma ({}x{})", name, ksize.width, ksize.height);
  check_ksize(name, ksize);
  return filter(name, src, dst, {row_edge, column_edge}, [&]() -> std::shared_ptr<const FilterImplementation> {
    Border border;
    if (is_picture(src, dst) && row_edge == column_edge && border_of(row_edge, {}, false, border))
      return std::make_shared<OnImages<GaussianBlur>>(
          name, src, GaussianBlur({ksize, std::max(sigma_x, 0.0), std::max(sigma_y, 0.0), border}));
    return std::make_shared<Separable>(
        name, src, dst,
        Taps(line(gaussian_weights(ksize.width, sigma_x), ksize.width / 2, true), row_edge, row_edge, {}),
        Taps(line(gaussian_weights(ksize.height, sigma_y), ksize.height / 2, false), column_edge, column_edge, {}));
  });
}

}  // namespace retouch::matrix
