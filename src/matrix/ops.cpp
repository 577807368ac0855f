// Pointwise operations: checks and dispatch.
#include "retouch/matrix_ops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "matrix/element_ops.hpp"
#include "matrix/launch.hpp"
#include "matrix/pixel_ops.hpp"

namespace retouch::matrix {

namespace {

using retouch::detail::apart;
using retouch::detail::invalid;
using retouch::detail::MatrixUse;

/// Runs `op` on numbers of the sources' size. `a` gives the shape when both are matrices.
template <class Op>
void run(const char* name, StreamView stream, const Op& op, const Operand& a, const Operand& b, Matrix& dst,
         Depth out_depth, const Matrix& mask = {}, bool shape_of_dst = false) {
  const Matrix shape = a.is_matrix() ? a.matrix() : b.is_matrix() ? b.matrix() : dst;
  if (!a.is_matrix() && !b.is_matrix() && !shape_of_dst) invalid("{}: one of the two must be a matrix", name);
  check_not_empty(name, shape);
  if (a.is_matrix() && b.is_matrix()) check_same(name, a.matrix(), b.matrix());
  check_mask(name, mask, shape.size());
  for (const Matrix* m : {&shape, &a.matrix(), &b.matrix(), &mask}) check_device(name, stream, *m);
  const bool fresh = make(stream, dst, shape.size(), shape.type().with(out_depth));
  if (fresh && !mask.empty()) set_to(stream, dst, {});
  const Matrix from[2] = {a.is_matrix() ? apart(stream, a.matrix(), dst, true) : Matrix(),
                          b.is_matrix() ? apart(stream, b.matrix(), dst, true) : Matrix()};
  const Matrix where = apart(stream, mask, dst, true);
  const MatrixUse use(name, stream, {&from[0], &from[1], &where, &dst});
  ElementsJob job;
  bool in_double = needs_double(out_depth);
  for (int i = 0; i < 2; ++i) {
    const Operand& operand = i == 0 ? a : b;
    ElementsJob::Input& in = job.in[i];
    if (operand.is_matrix()) {
      in.data = from[i].data();
      in.step = static_cast<std::ptrdiff_t>(from[i].step());
      in.depth = from[i].depth();
      in_double = in_double || needs_double(in.depth);
    } else {
      std::copy_n(operand.scalar().v, 4, in.constant);
    }
  }
  job.out = dst.data();
  job.out_step = static_cast<std::ptrdiff_t>(dst.step());
  job.out_depth = out_depth;
  job.channels = dst.channels();
  job.count = dst.cols() * dst.channels();
  job.rows = dst.rows();
  job.mask = where.empty() ? nullptr : where.data();
  job.mask_step = static_cast<std::ptrdiff_t>(where.step());
  RETOUCH_DISPATCH(stream, matrix_elements(stream, job, op, in_double));
}

/// The depth of the result of arithmetic.
Depth result_depth(const char* name, const Operand& a, const Operand& b, const ArithmeticOptions& options) {
  if (options.has_depth) return options.depth;
  if (a.is_matrix() && b.is_matrix() && a.matrix().depth() != b.matrix().depth())
    invalid("{}: sources of different depths need the depth of the result ({}, {})", name, a.matrix().describe(),
            b.matrix().describe());
  return a.is_matrix() ? a.matrix().depth() : b.matrix().depth();
}

template <class Op>
void arithmetic(const char* name, StreamView stream, const Op& op, const Operand& a, const Operand& b, Matrix& dst,
                const ArithmeticOptions& options) {
  run(name, stream, op, a, b, dst, result_depth(name, a, b, options), options.mask);
}

/// The bytes of a pixel that holds the value.
void bytes_of(const Scalar& scalar, MatrixType type, double (&out)[32]) {
  for (int c = 0; c < type.channels; ++c)
    visit(type.depth, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T value = saturate<T>(scalar.v[c]);
      std::array<std::uint8_t, sizeof(T)> bytes;
      std::memcpy(bytes.data(), &value, sizeof(T));
      for (std::size_t i = 0; i < sizeof(T); ++i) out[static_cast<std::size_t>(c) * sizeof(T) + i] = bytes[i];
    });
}

void bitwise(const char* name, StreamView stream, int kind, const Operand& a, const Operand& b, Matrix& dst,
             const Matrix& mask) {
  if (!a.is_matrix() && !b.is_matrix()) invalid("{}: one of the two must be a matrix", name);
  const Matrix shape = a.is_matrix() ? a.matrix() : b.matrix();
  check_not_empty(name, shape);
  if (a.is_matrix() && b.is_matrix() &&
      (a.matrix().type() != b.matrix().type() || a.matrix().size() != b.matrix().size()))
    invalid("{}: the sources must have one size and type ({}, {})", name, a.matrix().describe(), b.matrix().describe());
  check_mask(name, mask, shape.size());
  for (const Matrix* m : {&a.matrix(), &b.matrix(), &mask}) check_device(name, stream, *m);
  if (make(stream, dst, shape.size(), shape.type()) && !mask.empty()) set_to(stream, dst, {});
  const Matrix from[2] = {a.is_matrix() ? apart(stream, a.matrix(), dst, true) : Matrix(),
                          b.is_matrix() ? apart(stream, b.matrix(), dst, true) : Matrix()};
  const Matrix where = apart(stream, mask, dst, true);
  const MatrixUse use(name, stream, {&from[0], &from[1], &where, &dst});
  ElementsJob job;
  for (int i = 0; i < 2; ++i) {
    const Operand& operand = i == 0 ? a : b;
    if (operand.is_matrix()) {
      job.in[i].data = from[i].data();
      job.in[i].step = static_cast<std::ptrdiff_t>(from[i].step());
    } else {
      bytes_of(operand.scalar(), shape.type(), job.in[i].constant);
    }
  }
  job.out = dst.data();
  job.out_step = static_cast<std::ptrdiff_t>(dst.step());
  job.channels = shape.type().pixel_bytes();
  job.count = dst.cols() * job.channels;
  job.rows = dst.rows();
  job.mask = where.empty() ? nullptr : where.data();
  job.mask_step = static_cast<std::ptrdiff_t>(where.step());
  RETOUCH_DISPATCH(stream, matrix_elements(stream, job, Bitwise{kind}, false));
}

/// Runs `op` on the pixels of the sources, which are apart from dst or the same place.
template <class Op>
void run_pixels(const char* name, StreamView stream, const Op& op, std::span<const Matrix> sources, Matrix& dst) {
  std::array<Matrix, 4> from;
  bool in_double = needs_double(dst.depth());
  PixelsJob job;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    from.at(i) = apart(stream, sources[i], dst, true);
    in_double = in_double || needs_double(from.at(i).depth());
  }
  const MatrixUse use(name, stream, {&from[0], &from[1], &from[2], &from[3], &dst});
  for (std::size_t i = 0; i < sources.size(); ++i) job.in[i] = place(from.at(i));
  job.out = place(dst);
  RETOUCH_DISPATCH(stream, matrix_pixels(stream, job, op, in_double));
}

}  // namespace

void set_to(StreamView stream, Matrix& dst, const Scalar& value, const Matrix& mask) {
  if (dst.empty()) return;
  run("setTo", stream, Take{}, value, value, dst, dst.depth(), mask, true);
}

void copy(StreamView stream, const Matrix& src, Matrix& dst, const Matrix& mask) {
  if (mask.empty()) return upload(stream, src, dst);
  run("copyTo", stream, Take{}, src, 0.0, dst, src.depth(), mask);
}

void convert(StreamView stream, const Matrix& src, Matrix& dst, Depth depth, double alpha, double beta) {
  if (src.empty()) return dst.create(stream, {}, src.type().with(depth));
  if (alpha == 1 && beta == 0) {
    if (depth == src.depth()) return upload(stream, src, dst);
    return run("convertTo", stream, Take{}, src, 0.0, dst, depth);
  }
  run("convertTo", stream, Scale{alpha, beta}, src, 0.0, dst, depth);
}

void add(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const ArithmeticOptions& options) {
  arithmetic("add", stream, Add{}, a, b, dst, options);
}
void subtract(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const ArithmeticOptions& options) {
  arithmetic("subtract", stream, Subtract{}, a, b, dst, options);
}
void multiply(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const ArithmeticOptions& options) {
  arithmetic("multiply", stream, Multiply{options.scale}, a, b, dst, options);
}
void divide(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const ArithmeticOptions& options) {
  const bool integers = is_integer(result_depth("divide", a, b, options));
  arithmetic("divide", stream, Divide{options.scale, integers}, a, b, dst, options);
}
void add_weighted(StreamView stream, const Operand& a, double alpha, const Operand& b, double beta, double gamma,
                  Matrix& dst, const ArithmeticOptions& options) {
  arithmetic("addWeighted", stream, AddWeighted{alpha, beta, gamma}, a, b, dst, options);
}
void abs_diff(StreamView stream, const Operand& a, const Operand& b, Matrix& dst) {
  arithmetic("absdiff", stream, AbsDiff{}, a, b, dst, {});
}
void min(StreamView stream, const Operand& a, const Operand& b, Matrix& dst) {
  arithmetic("min", stream, Least{}, a, b, dst, {});
}
void max(StreamView stream, const Operand& a, const Operand& b, Matrix& dst) {
  arithmetic("max", stream, Most{}, a, b, dst, {});
}
void compare(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, CompareOp op) {
  if (op > CompareOp::not_equal) invalid("compare: there is no comparison {}", static_cast<int>(op));
  static_cast<void>(result_depth("compare", a, b, {}));
  run("compare", stream, Compare{static_cast<int>(op)}, a, b, dst, Depth::u8);
}

void bitwise_not(StreamView stream, const Matrix& src, Matrix& dst, const Matrix& mask) {
  check_not_empty("bitwise_not", src);
  bitwise("bitwise_not", stream, 3, src, Scalar{}, dst, mask);
}
void bitwise_and(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const Matrix& mask) {
  bitwise("bitwise_and", stream, 0, a, b, dst, mask);
}
void bitwise_or(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const Matrix& mask) {
  bitwise("bitwise_or", stream, 1, a, b, dst, mask);
}
void bitwise_xor(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, const Matrix& mask) {
  bitwise("bitwise_xor", stream, 2, a, b, dst, mask);
}

void threshold(StreamView stream, const Matrix& src, Matrix& dst, double level, double most, ThresholdType type) {
  if (type > ThresholdType::tozero_inv)
    throw Unsupported(fmt::format("threshold: type {} (Otsu's and the triangle's level are not computed here)",
                                  static_cast<int>(type)));
  check_not_empty("threshold", src);
  if (is_integer(src.depth())) {  // integers are above the level when they are above its floor
    level = std::floor(level);
    most = std::nearbyint(most);
  }
  run("threshold", stream, Threshold{level, most, static_cast<int>(type)}, src, 0.0, dst, src.depth());
}

void math(StreamView stream, const Matrix& src, Matrix& dst, MathFunction function, double power) {
  if (function > MathFunction::pow) invalid("math: there is no function {}", static_cast<int>(function));
  check_not_empty("math", src);
  run("math", stream, Function{static_cast<int>(function), power}, src, 0.0, dst, src.depth());
}

void magnitude(StreamView stream, const Matrix& a, const Matrix& b, Matrix& dst, bool squared) {
  arithmetic("magnitude", stream, Magnitude{squared}, a, b, dst, {});
}

void in_range(StreamView stream, const Matrix& src, const Scalar& lower, const Scalar& upper, Matrix& dst) {
  check_not_empty("inRange", src);
  check_device("inRange", stream, src);
  const Matrix from = held(src);
  dst.create(stream, from.size(), {Depth::u8, 1});
  InRange op{};
  op.channels = from.channels();
  std::copy_n(lower.v, 4, op.lower);
  std::copy_n(upper.v, 4, op.upper);
  run_pixels("inRange", stream, op, std::span(&from, 1), dst);
}

void split(StreamView stream, const Matrix& src, std::vector<Matrix>& dst) {
  check_not_empty("split", src);
  check_device("split", stream, src);
  const Matrix from = held(src);
  dst.resize(static_cast<std::size_t>(from.channels()));
  for (int c = 0; c < from.channels(); ++c) {
    Matrix& to = dst.at(static_cast<std::size_t>(c));
    to.create(stream, from.size(), {from.depth(), 1});
    run_pixels("split", stream, Shuffle{{c, -1, -1, -1}, 0}, std::span(&from, 1), to);
  }
}

void merge(StreamView stream, std::span<const Matrix> src, Matrix& dst) {
  if (src.empty() || src.size() > 4) invalid("merge: 1 to 4 matrices are merged ({})", src.size());
  const std::vector<Matrix> from(src.begin(), src.end());
  for (const Matrix& m : from) {
    check_not_empty("merge", m);
    check_device("merge", stream, m);
    if (m.type() != MatrixType{from[0].depth(), 1} || m.size() != from[0].size())
      invalid("merge: the sources must be of one channel, size and depth ({}, {})", from[0].describe(), m.describe());
  }
  dst.create(stream, from[0].size(), {from[0].depth(), static_cast<int>(from.size())});
  run_pixels("merge", stream, Merge{}, from, dst);
}

void swap_channels(StreamView stream, Matrix& image, const int (&order)[4]) {
  check_not_empty("swapChannels", image);
  if (image.channels() != 4) invalid("swapChannels: 4 channels are needed ({})", image.describe());
  for (const int from : order)
    if (from < 0 || from > 3) invalid("swapChannels: there is no channel {}", from);
  const Matrix from = held(image);
  run_pixels("swapChannels", stream, Shuffle{{order[0], order[1], order[2], order[3]}, 0}, std::span(&from, 1), image);
}

void alpha_comp(StreamView stream, const Matrix& a, const Matrix& b, Matrix& dst, AlphaOp op) {
  constexpr std::array ops = {CompositeOp::over,        CompositeOp::in,         CompositeOp::out,
                              CompositeOp::atop,        CompositeOp::xor_,       CompositeOp::plus,
                              CompositeOp::over_premul, CompositeOp::in_premul,  CompositeOp::out_premul,
                              CompositeOp::atop_premul, CompositeOp::xor_premul, CompositeOp::plus_premul,
                              CompositeOp::premul};
  if (static_cast<std::size_t>(op) >= ops.size()) invalid("alphaComp: there is no operator {}", static_cast<int>(op));
  check_not_empty("alphaComp", a);
  const Depth depth = a.depth();
  if (a.type() != b.type() || a.size() != b.size() || a.channels() != 4 || depth == Depth::s8 || depth == Depth::s16 ||
      depth == Depth::f64)
    invalid("alphaComp: two matrices of one size, both 8UC4, 16UC4, 32SC4 or 32FC4 ({}, {})", a.describe(),
            b.describe());
  check_device("alphaComp", stream, a);
  check_device("alphaComp", stream, b);
  const std::array from = {a, b};
  dst.create(stream, a.size(), from[0].type());
  const double full = depth == Depth::u8 ? 255 : depth == Depth::u16 ? 65535 : depth == Depth::s32 ? 2147483647 : 1;
  run_pixels("alphaComp", stream, AlphaComp{ops.at(static_cast<std::size_t>(op)), full}, from, dst);
}

}  // namespace retouch::matrix
