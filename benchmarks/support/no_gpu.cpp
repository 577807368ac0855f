// A build without CUDA: no GPU benchmark is registered, so none of these is reached.
#include <stdexcept>

#include "support/gpu.hpp"

namespace retouch::bench::gpu {

namespace {
[[noreturn]] void absent() { throw std::logic_error("benchmarks were built without CUDA"); }
}  // namespace

void empty(StreamView) { absent(); }
void spin(StreamView, double) { absent(); }
void copy(StreamView, const void*, void*, std::size_t) { absent(); }
Span::Span(StreamView stream) : stream_(stream) { absent(); }
Span::~Span() = default;
void Span::begin() { absent(); }
double Span::end_us() { absent(); }

}  // namespace retouch::bench::gpu
