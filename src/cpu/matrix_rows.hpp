// Rows of matrices as rows of float or double and back; loops that the compiler vectorises.
#pragma once

#include <cstring>
#include <type_traits>

#include "cpu/clones.hpp"
#include "matrix/elements.hpp"

namespace retouch::cpu {

template <class T, class W>
RETOUCH_TEMPLATE_CLONES void load_run(const T* in, W* __restrict out, int count) {
  for (int i = 0; i < count; ++i) out[i] = static_cast<W>(in[i]);
}
template <class T, class W>
RETOUCH_TEMPLATE_CLONES void store_run(T* __restrict out, const W* in, int count) {
  for (int i = 0; i < count; ++i) out[i] = matrix::saturate<T>(in[i]);
}

template <class W>
void load_row(const std::uint8_t* row, Depth depth, int begin, int count, W* out) {
  if constexpr (std::is_same_v<W, std::uint8_t>)
    std::memcpy(out, row + begin, static_cast<std::size_t>(count));
  else
    matrix::visit(depth, [&](auto tag) {
      load_run(reinterpret_cast<const typename decltype(tag)::type*>(row) + begin, out, count);
    });
}

template <class W>
void store_row(std::uint8_t* row, Depth depth, int begin, int count, const W* in) {
  if constexpr (std::is_same_v<W, std::uint8_t>)
    std::memcpy(row + begin, in, static_cast<std::size_t>(count));
  else
    matrix::visit(
        depth, [&](auto tag) { store_run(reinterpret_cast<typename decltype(tag)::type*>(row) + begin, in, count); });
}

/// The same, where the mask of each pixel of `channels` numbers is not 0.
template <class W>
void store_row(std::uint8_t* row, Depth depth, int begin, int count, const W* in, const std::uint8_t* mask,
               int channels) {
  if (mask == nullptr) return store_row(row, depth, begin, count, in);
  matrix::visit(depth, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = reinterpret_cast<T*>(row) + begin;
    for (int i = 0; i < count; ++i)
      if (mask[(begin + i) / channels] != 0) out[i] = matrix::saturate<T>(in[i]);
  });
}

}  // namespace retouch::cpu
