// Rows of matrices as rows of float or double and back; loops that the compiler vectorises.
#pragma once

#include "matrix/elements.hpp"

namespace retouch::cpu {

template <class W>
void load_row(const std::uint8_t* row, Depth depth, int begin, int count, W* __restrict out) {
  matrix::visit(depth, [&](auto tag) {
    const auto* in = reinterpret_cast<const typename decltype(tag)::type*>(row) + begin;
    for (int i = 0; i < count; ++i) out[i] = static_cast<W>(in[i]);
  });
}

template <class W>
void store_row(std::uint8_t* row, Depth depth, int begin, int count, const W* __restrict in) {
  matrix::visit(depth, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = reinterpret_cast<T*>(row) + begin;
    for (int i = 0; i < count; ++i) out[i] = matrix::saturate<T>(in[i]);
  });
}

/// The same, where the mask of each pixel of `channels` numbers is not 0.
template <class W>
void store_row(std::uint8_t* row, Depth depth, int begin, int count, const W* __restrict in, const std::uint8_t* mask,
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
