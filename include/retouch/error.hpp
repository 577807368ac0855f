// The exceptions that retouch throws. Each derives from the std exception whose meaning it narrows, so that a caller
// (and the Python binding) can treat it as that. A message names the operation, the object and the offending values.
#pragma once

#include <new>
#include <stdexcept>
#include <string>

#include "retouch/export.hpp"

namespace retouch {

/// A value that the call cannot work with: NaN, a negative size, an even kernel, a wrong format. Found before anything
/// is enqueued.
class RETOUCH_EXPORT InvalidArgument : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// The call would change the size, format or memory layout of an image whose layout is locked. The image is unchanged.
class RETOUCH_EXPORT LayoutError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A view of a frame was used after the pipeline took the frame back.
class RETOUCH_EXPORT ExpiredFrame : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What was asked for does not exist here: no GPU, a format that the operation does not do, a build without CUDA.
class RETOUCH_EXPORT Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Host or device memory ran out.
class RETOUCH_EXPORT OutOfMemory : public std::bad_alloc {
 public:
  explicit OutOfMemory(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// A CUDA call failed. code() is its cudaError_t.
class RETOUCH_EXPORT CudaError : public std::runtime_error {
 public:
  CudaError(const std::string& message, int code) : std::runtime_error(message), code_(code) {}
  int code() const noexcept { return code_; }

 private:
  int code_;
};

/// A file could not be read or written, or is not what its name says.
class RETOUCH_EXPORT FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace retouch
