// The kernels and events that the harness needs. gpu.cu with CUDA, no_gpu.cpp without.
#pragma once

#include <cstddef>

#include "retouch/stream.hpp"

namespace retouch::bench::gpu {

void empty(StreamView stream);
void spin(StreamView stream, double us);
void copy(StreamView stream, const void* from, void* to, std::size_t bytes);

/// Time between two points of a stream.
class Span {
 public:
  explicit Span(StreamView stream);
  ~Span();  // NOLINT(performance-trivially-destructible): with CUDA it is not
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  void begin();
  /// Marks the end, waits for it, gives the microseconds since begin().
  double end_us();

 private:
  StreamView stream_;
  void* begin_ = nullptr;
  void* end_ = nullptr;
};

}  // namespace retouch::bench::gpu
