// Geometry: checks and dispatch.
#include "matrix/warp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "matrix/launch.hpp"
#include "retouch/transform.hpp"

namespace retouch::matrix {

namespace {

using retouch::detail::apart;
using retouch::detail::invalid;
using retouch::detail::MatrixUse;

void check_size(const char* op, Size size) {
  if (size.width < 1 || size.height < 1) invalid("{}: the size must be positive ({}x{})", op, size.width, size.height);
}
void check_sampling(const char* op, Sampling sampling) {
  if (sampling > Sampling::cubic) invalid("{}: nearest, linear or cubic ({})", op, static_cast<int>(sampling));
}

template <class Map>
void warp(const char* name, StreamView stream, const Matrix& src, Matrix& dst, Size size, const Map& map,
          const WarpOptions& options, const Matrix& more = {}, const Matrix& still_more = {}) {
  check_not_empty(name, src);
  check_device(name, stream, src);
  check_size(name, size);
  check_sampling(name, options.sampling);
  if (options.edge > Edge::reflect_101) invalid("{}: there is no edge rule {}", name, static_cast<int>(options.edge));
  const Matrix given = held(src);
  dst.create(stream, size, given.type());
  const Matrix from = apart(stream, given, dst, false);
  const MatrixUse use(name, stream, {&from, &dst, &more, &still_more});
  WarpJob job;
  job.in = place(from);
  job.out = place(dst);
  job.sampling = options.sampling;
  job.edge = options.edge;
  std::copy_n(options.outside.v, 4, job.outside);
  RETOUCH_DISPATCH(stream, matrix_warp(stream, job, map));
}

void check_finite(const char* op, std::span<const double> m) {
  for (const double v : m)
    if (!std::isfinite(v)) invalid("{}: the matrix must be finite ({})", op, v);
}

/// From dst to src. A matrix that has no inverse leads everywhere to one place, as in OpenCV.
Projective affine(const char* op, const double (&m)[6], bool inverse) {
  check_finite(op, m);
  if (inverse) return {{m[0], m[1], m[2], m[3], m[4], m[5], 0, 0, 1}, true};
  double d = m[0] * m[4] - m[1] * m[3];
  d = d != 0 ? 1 / d : 0;
  const double a = m[4] * d;
  const double b = -m[1] * d;
  const double c = -m[3] * d;
  const double e = m[0] * d;
  return {{a, b, -a * m[2] - b * m[5], c, e, -c * m[2] - e * m[5], 0, 0, 1}, true};
}
Projective perspective(const char* op, const double (&m)[9], bool inverse) {
  check_finite(op, m);
  Projective map{};
  if (inverse) {
    std::copy_n(m, 9, map.m);
    return map;
  }
  const auto minor = [&](int r0, int c0, int r1, int c1) {
    return m[r0 * 3 + c0] * m[r1 * 3 + c1] - m[r0 * 3 + c1] * m[r1 * 3 + c0];
  };
  const double adjugate[9] = {minor(1, 1, 2, 2),  -minor(0, 1, 2, 2), minor(0, 1, 1, 2),
                              -minor(1, 0, 2, 2), minor(0, 0, 2, 2),  -minor(0, 0, 1, 2),
                              minor(1, 0, 2, 1),  -minor(0, 0, 2, 1), minor(0, 0, 1, 1)};
  const double det = m[0] * adjugate[0] + m[1] * adjugate[3] + m[2] * adjugate[6];
  for (int i = 0; i < 9; ++i) map.m[i] = det != 0 ? adjugate[i] / det : 0;
  return map;
}

bool is_picture(const Matrix& m) { return m.depth() == Depth::u8 && m.channels() != 2; }

}  // namespace

void resize(StreamView stream, const Matrix& src, Matrix& dst, Size size, double fx, double fy, Sampling sampling) {
  constexpr const char* name = "resize";
  check_not_empty(name, src);
  check_device(name, stream, src);
  if (sampling > Sampling::area) invalid("{}: nearest, linear, cubic or area ({})", name, static_cast<int>(sampling));
  double scale_x = 0;
  double scale_y = 0;
  if (size == Size{}) {
    constexpr int most = std::numeric_limits<int>::max() / 32;
    if (!(fx > 0) || !(fy > 0) || fx * src.cols() > most || fy * src.rows() > most)
      invalid("{}: without a size, fx and fy must be positive and the result no larger than memory ({}, {})", name, fx,
              fy);
    size = {static_cast<int>(std::nearbyint(fx * src.cols())), static_cast<int>(std::nearbyint(fy * src.rows()))};
    scale_x = 1 / fx;
    scale_y = 1 / fy;
  } else {
    check_size(name, size);
    scale_x = 1 / (static_cast<double>(size.width) / src.cols());
    scale_y = 1 / (static_cast<double>(size.height) / src.rows());
  }
  check_size(name, size);
  const Matrix given = held(src);
  if (given.size() == size) return upload(stream, given, dst);
  dst.create(stream, size, given.type());
  const Matrix from = apart(stream, given, dst, false);
  const bool whole = std::abs(scale_x * size.width - from.cols()) < 1e-6 * from.cols() &&
                     std::abs(scale_y * size.height - from.rows()) < 1e-6 * from.rows();
  if (is_picture(from) && whole && sampling != Sampling::cubic) {
    const MatrixUse use(name, stream, {&from, &dst});
    const Interpolation how = sampling == Sampling::nearest  ? Interpolation::nearest
                              : sampling == Sampling::linear ? Interpolation::linear
                                                             : Interpolation::area;
    return resize_into(stream, from.image(), dst.image(), how);
  }
  if (sampling == Sampling::area && scale_x >= 1 && scale_y >= 1) {
    const MatrixUse use(name, stream, {&from, &dst});
    const AreaJob job{place(from), place(dst), scale_x, scale_y};
    RETOUCH_DISPATCH(stream, matrix_area(stream, job));
    return;
  }
  const Scaled::Kind kind = sampling == Sampling::nearest ? Scaled::Kind::nearest
                            : sampling == Sampling::area  ? Scaled::Kind::grown_area
                                                          : Scaled::Kind::centres;
  const Scaled map{scale_x, scale_y, from.cols(), from.rows(), kind};
  const Sampling how = sampling == Sampling::area ? Sampling::linear : sampling;
  warp(name, stream, from, dst, size, map, {.sampling = how, .edge = Edge::replicate});
}

void warp_affine(StreamView stream, const Matrix& src, Matrix& dst, const double (&m)[6], Size size,
                 const WarpOptions& options) {
  warp("warpAffine", stream, src, dst, size, affine("warpAffine", m, options.inverse), options);
}

void warp_perspective(StreamView stream, const Matrix& src, Matrix& dst, const double (&m)[9], Size size,
                      const WarpOptions& options) {
  warp("warpPerspective", stream, src, dst, size, perspective("warpPerspective", m, options.inverse), options);
}

void remap(StreamView stream, const Matrix& src, Matrix& dst, const Matrix& x_map, const Matrix& y_map,
           const WarpOptions& options, bool relative) {
  constexpr MatrixType type{Depth::f32, 1};
  if (x_map.empty() || x_map.type() != type || y_map.type() != type || x_map.size() != y_map.size())
    invalid("remap: the maps must be 32FC1 and of one size ({}, {})", x_map.describe(), y_map.describe());
  check_device("remap", stream, x_map);
  check_device("remap", stream, y_map);
  check_not_empty("remap", src);
  check_device("remap", stream, src);
  const Matrix given = held(src);
  const Size size = x_map.size();
  const Matrix maps[2] = {x_map, y_map};
  dst.create(stream, size, given.type());
  const Matrix x = apart(stream, maps[0], dst, false);
  const Matrix y = apart(stream, maps[1], dst, false);
  const Table2d map{x.data(), y.data(), static_cast<std::ptrdiff_t>(x.step()), static_cast<std::ptrdiff_t>(y.step()),
                    relative};
  warp("remap", stream, given, dst, size, map, options, x, y);
}

namespace {
void build_maps(const char* name, StreamView stream, const Projective& map, Size size, Matrix& x_map, Matrix& y_map) {
  check_size(name, size);
  x_map.create(stream, size, {Depth::f32, 1});
  y_map.create(stream, size, {Depth::f32, 1});
  if (retouch::detail::overlap(x_map, y_map)) invalid("{}: the two maps share memory", name);
  const MatrixUse use(name, stream, {&x_map, &y_map});
  RETOUCH_DISPATCH(stream, matrix_coordinates(stream, map, place(x_map), place(y_map)));
}
}  // namespace

void build_warp_affine_maps(StreamView stream, const double (&m)[6], bool inverse, Size size, Matrix& x_map,
                            Matrix& y_map) {
  build_maps("buildWarpAffineMaps", stream, affine("buildWarpAffineMaps", m, inverse), size, x_map, y_map);
}
void build_warp_perspective_maps(StreamView stream, const double (&m)[9], bool inverse, Size size, Matrix& x_map,
                                 Matrix& y_map) {
  build_maps("buildWarpPerspectiveMaps", stream, perspective("buildWarpPerspectiveMaps", m, inverse), size, x_map,
             y_map);
}

void rotate(StreamView stream, const Matrix& src, Matrix& dst, Size size, double angle, double x_shift, double y_shift,
            Sampling sampling) {
  const double radians = angle * std::numbers::pi / 180;
  const double c = std::cos(radians);
  const double s = std::sin(radians);
  warp_affine(stream, src, dst, {c, s, x_shift, -s, c, y_shift}, size, {.sampling = sampling});
}

void flip(StreamView stream, const Matrix& src, Matrix& dst, int code) {
  check_not_empty("flip", src);
  check_device("flip", stream, src);
  const Matrix given = held(src);
  const bool x = code != 0;
  const bool y = code <= 0;
  if (is_picture(given)) {
    dst.create(stream, given.size(), given.type());
    const Matrix from = apart(stream, given, dst, true);
    const MatrixUse use("flip", stream, {&from, &dst});
    const FlipMode mode = x && y ? FlipMode::both : x ? FlipMode::horizontal : FlipMode::vertical;
    if (retouch::detail::same_place(from, dst)) return retouch::flip(stream, dst.image(), mode);
    return flip_into(stream, from.image(), dst.image(), mode);
  }
  const double last_x = given.cols() - 1;
  const double last_y = given.rows() - 1;
  const Projective map{{x ? -1.0 : 1.0, 0, x ? last_x : 0, 0, y ? -1.0 : 1.0, y ? last_y : 0, 0, 0, 1}, true};
  warp("flip", stream, given, dst, given.size(), map, {.sampling = Sampling::nearest});
}

void transpose(StreamView stream, const Matrix& src, Matrix& dst) {
  const Projective map{{0, 1, 0, 1, 0, 0, 0, 0, 1}, true};
  warp("transpose", stream, src, dst, {src.rows(), src.cols()}, map, {.sampling = Sampling::nearest});
}

void copy_make_border(StreamView stream, const Matrix& src, Matrix& dst, int top, int bottom, int left, int right,
                      Edge edge, const Scalar& outside) {
  for (const int side : {top, bottom, left, right})
    if (side < 0 || side > std::numeric_limits<int>::max() / 64)
      invalid("copyMakeBorder: a border must not be negative, nor beyond memory ({}, {}, {}, {})", top, bottom, left,
              right);
  const Projective map{{1, 0, -static_cast<double>(left), 0, 1, -static_cast<double>(top), 0, 0, 1}, true};
  warp("copyMakeBorder", stream, src, dst, {src.cols() + left + right, src.rows() + top + bottom}, map,
       {.sampling = Sampling::nearest, .edge = edge, .outside = outside});
}

void pyr_down(StreamView stream, const Matrix& src, Matrix& dst) {
  check_not_empty("pyrDown", src);
  constexpr double weights[] = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};
  check_device("pyrDown", stream, src);
  Between smooth(stream, src.size(), src.type());
  separable_filter(src.type(), src.type(), weights, weights).apply(stream, src, smooth.matrix());
  const Projective map{{2, 0, 0, 0, 2, 0, 0, 0, 1}, true};
  warp("pyrDown", stream, smooth, dst, {(src.cols() + 1) / 2, (src.rows() + 1) / 2}, map,
       {.sampling = Sampling::nearest});
}

}  // namespace retouch::matrix
