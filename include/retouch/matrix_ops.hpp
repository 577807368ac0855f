// Pointwise operations on matrices, with the meaning of OpenCV's functions of the same names (cudaarithm, cudaimgproc).
//
// Common to all of them:
//   Does     dst is created with the right size and type where it is not so already. It may be a source; sources that
//            overlap it otherwise are copied first. Integers are rounded to nearest (halves to even) and saturate.
//   mask     8UC1 of the same size, or an empty matrix: where it is 0, dst keeps what it holds (0 when it was created
//            here).
//   Stream   Enqueues on `stream`, does not synchronize.
//   Throws   InvalidArgument (sizes, types, devices that do not fit), LayoutError (dst belongs to a frame and would
//   have
//            to become another size or type), ExpiredFrame. Nothing is enqueued then.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/matrix.hpp"

namespace retouch::matrix {

/// A matrix, or one value for each channel.
class Operand {
 public:
  Operand(const Matrix& matrix) : matrix_(matrix), is_matrix_(true) {}
  Operand(const Scalar& scalar) : scalar_(scalar) {}
  Operand(double value) : scalar_(Scalar::all(value)) {}
  bool is_matrix() const { return is_matrix_; }
  const Matrix& matrix() const { return matrix_; }
  const Scalar& scalar() const { return scalar_; }

 private:
  Matrix matrix_;
  Scalar scalar_;
  bool is_matrix_ = false;
};

RETOUCH_EXPORT void set_to(StreamView stream, Matrix& dst, const Scalar& value, const Matrix& mask = {});
RETOUCH_EXPORT void copy(StreamView stream, const Matrix& src, Matrix& dst, const Matrix& mask = {});
/// dst = src * alpha + beta, in numbers of `depth`.
RETOUCH_EXPORT void convert(StreamView stream, const Matrix& src, Matrix& dst, Depth depth, double alpha = 1,
                            double beta = 0);

/// What an arithmetic operation may be told besides. Without a depth, both sources must have one, which dst gets.
struct ArithmeticOptions {
  double scale = 1;  ///< multiply: scale * a * b; divide: a * scale / b
  Matrix mask{};
  bool has_depth = false;
  Depth depth = Depth::u8;
};
/// One of a and b is a matrix. Integers divided by 0 are 0.
RETOUCH_EXPORT void add(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                        const ArithmeticOptions& options = {});
RETOUCH_EXPORT void subtract(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                             const ArithmeticOptions& options = {});
RETOUCH_EXPORT void multiply(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                             const ArithmeticOptions& options = {});
RETOUCH_EXPORT void divide(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                           const ArithmeticOptions& options = {});
/// a * alpha + b * beta + gamma
RETOUCH_EXPORT void add_weighted(StreamView stream, const Operand& a, double alpha, const Operand& b, double beta,
                                 double gamma, Matrix& dst, const ArithmeticOptions& options = {});
RETOUCH_EXPORT void abs_diff(StreamView stream, const Operand& a, const Operand& b, Matrix& dst);
RETOUCH_EXPORT void min(StreamView stream, const Operand& a, const Operand& b, Matrix& dst);
RETOUCH_EXPORT void max(StreamView stream, const Operand& a, const Operand& b, Matrix& dst);

/// As cv::CmpTypes, with their values.
enum class CompareOp : std::uint8_t { equal, greater, greater_equal, less, less_equal, not_equal };
/// dst: 8U, 255 where a (op) b, channel by channel.
RETOUCH_EXPORT void compare(StreamView stream, const Operand& a, const Operand& b, Matrix& dst, CompareOp op);

RETOUCH_EXPORT void bitwise_not(StreamView stream, const Matrix& src, Matrix& dst, const Matrix& mask = {});
RETOUCH_EXPORT void bitwise_and(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                                const Matrix& mask = {});
RETOUCH_EXPORT void bitwise_or(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                               const Matrix& mask = {});
RETOUCH_EXPORT void bitwise_xor(StreamView stream, const Operand& a, const Operand& b, Matrix& dst,
                                const Matrix& mask = {});

/// As cv::ThresholdTypes, with their values.
enum class ThresholdType : std::uint8_t { binary, binary_inv, trunc, tozero, tozero_inv };
RETOUCH_EXPORT void threshold(StreamView stream, const Matrix& src, Matrix& dst, double level, double most,
                              ThresholdType type);
/// dst: 8UC1, 255 where lower <= src <= upper in every channel.
RETOUCH_EXPORT void in_range(StreamView stream, const Matrix& src, const Scalar& lower, const Scalar& upper,
                             Matrix& dst);

enum class MathFunction : std::uint8_t { abs, sqr, sqrt, exp, log, pow };
/// Channel by channel; log is of |src|. pow: |src| ^ power where power is no whole number.
RETOUCH_EXPORT void math(StreamView stream, const Matrix& src, Matrix& dst, MathFunction function, double power = 1);
/// sqrt(a^2 + b^2), or without the root.
RETOUCH_EXPORT void magnitude(StreamView stream, const Matrix& a, const Matrix& b, Matrix& dst, bool squared = false);

/// One matrix of one channel for each channel of src.
RETOUCH_EXPORT void split(StreamView stream, const Matrix& src, std::vector<Matrix>& dst);
/// 1 to 4 matrices of one channel, size and depth.
RETOUCH_EXPORT void merge(StreamView stream, std::span<const Matrix> src, Matrix& dst);
/// In place, 4 channels: channel i becomes what channel order[i] was.
RETOUCH_EXPORT void swap_channels(StreamView stream, Matrix& image, const int (&order)[4]);

/// cv::cvtColor with OpenCV's number of the conversion (cv::COLOR_BGR2GRAY = 6, ...). `channels` of dst, 0 = what the
/// conversion gives. Throws Unsupported for conversions that are not in color_conversions().
RETOUCH_EXPORT void cvt_color(StreamView stream, const Matrix& src, Matrix& dst, int code, int channels = 0);
struct ColorConversion {
  int code;
  const char* name;  ///< "BGR2GRAY"
};
RETOUCH_EXPORT std::span<const ColorConversion> color_conversions();

/// As cv::cuda::AlphaCompTypes, with their values.
enum class AlphaOp : std::uint8_t {
  over,
  in,
  out,
  atop,
  xor_,
  plus,
  over_premul,
  in_premul,
  out_premul,
  atop_premul,
  xor_premul,
  plus_premul,
  premul
};
/// a (op) b: 8UC4, 16UC4, 32SC4 or 32FC4 (alpha last; full at 255, 65535, 2^31-1, 1), by the rules of
/// docs/sprites.md: `over` takes and gives straight alpha; the other operators without _premul give colours multiplied
/// by alpha.
RETOUCH_EXPORT void alpha_comp(StreamView stream, const Matrix& a, const Matrix& b, Matrix& dst, AlphaOp op);

}  // namespace retouch::matrix
