// What the operations of every engine do before they launch.
#pragma once

#include "core/check.hpp"
#include "core/memory.hpp"
#include "matrix/memory.hpp"
#include "ops/dispatch.hpp"
#include "retouch/matrix_ops.hpp"

namespace retouch::matrix {

inline void check_not_empty(const char* op, const Matrix& src) {
  if (src.empty()) retouch::detail::invalid("{}: the source is empty", op);
}
inline void check_mask(const char* op, const Matrix& mask, Size size) {
  if (mask.empty()) return;
  if (mask.type() != MatrixType{} || mask.size() != size)
    retouch::detail::invalid("{}: the mask must be 8UC1 {}x{} ({})", op, size.width, size.height, mask.describe());
}
inline void check_same(const char* op, const Matrix& a, const Matrix& b) {
  if (a.size() != b.size() || a.channels() != b.channels())
    retouch::detail::invalid("{}: the sources must have one size and one number of channels ({}, {})", op, a.describe(),
                             b.describe());
}
inline void check_device(const char* op, StreamView stream, const Matrix& m) {
  if (!m.empty() && m.device() != stream.device())
    retouch::detail::invalid("{}: the stream is on {}, a matrix is {}", op, stream.device().name(), m.describe());
}

/// A matrix that lives for one operation, freed in stream order: it costs none of what keeps a Matrix in order.
class Between {
 public:
  Between(StreamView stream, Size size, MatrixType type)
      : step_((static_cast<std::size_t>(size.width) * static_cast<std::size_t>(type.pixel_bytes()) + 255) / 256 * 256),
        memory_(stream, step_ * static_cast<std::size_t>(size.height)),
        matrix_(Matrix::wrap(stream.device(), size, type, memory_.get(), step_)) {}
  operator const Matrix&() const { return matrix_; }
  Matrix& matrix() { return matrix_; }

 private:
  std::size_t step_;
  retouch::detail::Temporary memory_;
  Matrix matrix_;
};

/// Another reference, for sources that may be the same object as the destination, which is about to be created.
inline Matrix held(const Matrix& m) { return m; }

/// Creates dst; true when that made new memory, whose numbers are undefined.
inline bool make(StreamView stream, Matrix& dst, Size size, MatrixType type) {
  const auto* before = dst.empty() ? nullptr : dst.data();
  dst.create(stream, size, type);
  return dst.empty() || dst.data() != before;
}

}  // namespace retouch::matrix
