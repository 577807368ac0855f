#include "core/memory.hpp"

#include <fmt/format.h>

#include <new>

#include "core/gpu.hpp"
#include "retouch/error.hpp"

namespace retouch::detail {

namespace {
constexpr std::align_val_t cpu_alignment{64};
}

void* allocate(const StreamState& stream, std::size_t bytes) {
  if (stream.device().is_cuda()) return gpu::allocate(stream.device().index(), stream.handle(), bytes);
  void* memory = ::operator new(bytes, cpu_alignment, std::nothrow);
  if (memory == nullptr) throw OutOfMemory(fmt::format("allocate {} bytes on cpu: out of memory", bytes));
  return memory;
}

void deallocate(const StreamState& stream, void* memory, std::size_t /*bytes*/) noexcept {
  if (memory == nullptr) return;
  if (stream.device().is_cuda())
    gpu::deallocate(stream.device().index(), stream.handle(), memory);
  else
    ::operator delete(memory, cpu_alignment);
}

}  // namespace retouch::detail
