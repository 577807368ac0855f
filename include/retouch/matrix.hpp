// Matrices of numbers in the memory of a device: what OpenCV calls GpuMat, on the CPU as well. Numbers of 8 to 64 bits,
// 1 to 4 channels; references to one memory, regions of it, and matrices over a frame's pixels. The operations on them
// are in matrix_ops.hpp, matrix_filter.hpp, matrix_warp.hpp and matrix_background.hpp.
//
// Order: memory of a matrix knows the stream on which it was used last. Work on another stream is ordered after that by
// an event, so a matrix may wander between streams and may be destroyed while work with it is under way. A frame's own
// stream waits likewise for what other streams did to the frame's pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "retouch/device.hpp"
#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/geometry.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// What a number is: OpenCV's CV_8U .. CV_64F, with their values.
enum class Depth : std::uint8_t { u8, s8, u16, s16, s32, f32, f64 };
constexpr int bytes_of(Depth depth) {
  return depth <= Depth::s8 ? 1 : depth <= Depth::s16 ? 2 : depth == Depth::f64 ? 8 : 4;
}
constexpr bool is_integer(Depth depth) { return depth <= Depth::s32; }

struct MatrixType {
  Depth depth = Depth::u8;
  int channels = 1;
  constexpr int pixel_bytes() const { return bytes_of(depth) * channels; }
  constexpr MatrixType with(Depth other) const { return {other, channels}; }
  constexpr MatrixType with_channels(int other) const { return {depth, other}; }
  friend constexpr bool operator==(const MatrixType&, const MatrixType&) = default;
};
/// "8UC4", for messages.
RETOUCH_EXPORT std::string name_of(MatrixType type);

/// One value per channel, as cv::Scalar.
struct Scalar {
  double v[4] = {0, 0, 0, 0};
  static Scalar all(double value) { return {{value, value, value, value}}; }
};

namespace detail {
class MatrixMemory;
}

/// A reference to a rectangle of numbers. Copying copies the reference; the memory goes with the last one, in stream
/// order. Different threads may use different Matrix objects, also of one memory.
class RETOUCH_EXPORT Matrix {
 public:
  /// Empty, on the CPU.
  Matrix() = default;
  /// Empty: create() makes it on that device.
  explicit Matrix(Device device) : device_(device) {}
  /// Allocates in stream order; what it holds is undefined. Throws InvalidArgument, OutOfMemory.
  Matrix(StreamView stream, Size size, MatrixType type);

  /// Borrows memory: `step` bytes from row to row (0 = rows without gaps), `owner` is kept while a reference lives.
  /// `stream` is where the memory was filled, or null when it is complete. Throws InvalidArgument when data or step are
  /// not multiples of a number's size, the step is too short, or the channels are not 1..4.
  static Matrix wrap(Device device, Size size, MatrixType type, void* data, std::size_t step = 0,
                     std::shared_ptr<const void> owner = {}, const Stream* stream = nullptr);
  /// The pixels of a frame, without a copy: its layout is locked, its use after the frame's lease throws ExpiredFrame.
  /// `stream` is the frame's. Throws Unsupported for nv12 and i420.
  static Matrix of(StreamView stream, const FrameView& view);
  /// The pixels of an image that must outlive the matrix and its copies; locked.
  static Matrix of(StreamView stream, const ImageView& view);

  int rows() const { return size_.height; }
  int cols() const { return size_.width; }
  Size size() const { return size_; }
  MatrixType type() const { return type_; }
  Depth depth() const { return type_.depth; }
  int channels() const { return type_.channels; }
  std::size_t step() const { return step_; }
  Device device() const { return device_; }
  bool empty() const { return data_ == nullptr; }
  /// No gaps between rows.
  bool continuous() const;
  /// Of a frame, or a view of an image: create() may not change it.
  bool locked() const;
  /// "8UC4 1280x720 on cuda:0"
  std::string describe() const;
  /// The first number. Throws ExpiredFrame.
  std::uint8_t* data() const;

  /// Makes this a matrix of that size and type on the stream's device; nothing is done where it is already. Throws
  /// LayoutError when it is locked and is not; InvalidArgument, OutOfMemory.
  void create(StreamView stream, Size size, MatrixType type);
  /// Drops the reference.
  void release() { *this = Matrix(device_); }
  /// Exchanges the two references. Throws LayoutError when one is locked: an edit of the frame would be lost silently.
  void swap(Matrix& other);

  /// Parts, without a copy. Throws InvalidArgument when they leave the matrix.
  Matrix region(const Rect& rect) const;
  Matrix row_range(int begin, int end) const;
  Matrix col_range(int begin, int end) const;
  Matrix row(int y) const;
  Matrix col(int x) const;
  /// Size of the whole that this is a part of, and where it starts in it.
  void locate_roi(Size& whole, Point& offset) const;
  /// Moves the edges outward (negative: inward), as far as the whole goes.
  Matrix& adjust_roi(int top, int bottom, int left, int right);
  /// The same numbers with other channels (0 = as they are) and rows (0 = as they are). Throws InvalidArgument where
  /// they do not fit, or rows change and there are gaps between them.
  Matrix reshape(int channels, int rows = 0) const;

  /// A copy of its own, without gaps that matter.
  Matrix clone(StreamView stream) const;
  /// The packed picture that an 8-bit matrix of 1, 3 or 4 channels is (rgb8, rgba8 for 3 and 4). Valid while the
  /// matrix is. Throws Unsupported for other types.
  ImageView image() const;

  /// The stream that used the memory last; null when none did.
  std::shared_ptr<detail::StreamState> last_stream() const;
  /// For foreign work with data(): orders `stream` after all earlier use. Pair it with end_foreign_use.
  void begin_foreign_use(StreamView stream) const;
  void end_foreign_use(StreamView stream) const;

  const std::shared_ptr<detail::MatrixMemory>& memory() const { return memory_; }

 private:
  Device device_;
  Size size_;
  MatrixType type_;
  std::size_t step_ = 0;
  std::uint8_t* data_ = nullptr;
  std::uint8_t* begin_ = nullptr;  // of the whole
  std::uint8_t* end_ = nullptr;
  std::shared_ptr<detail::MatrixMemory> memory_;
};

/// Copies to a matrix of any device; dst is created where it is not on that device already: from host memory to the
/// stream's, or within the stream's device. Host memory of the source may be changed as soon as the call returns.
RETOUCH_EXPORT void upload(StreamView stream, const Matrix& src, Matrix& dst);
/// Copies to host memory and waits for it. `dst` is created on the CPU.
RETOUCH_EXPORT void download(StreamView stream, const Matrix& src, Matrix& dst);
/// The same without the wait: dst holds the numbers once the stream is synchronized. dst must not be created here.
RETOUCH_EXPORT void download_async(StreamView stream, const Matrix& src, const Matrix& dst);

}  // namespace retouch
