// The numbers of a matrix in arithmetic: read as float or double, written with rounding to the nearest (halves to even)
// and saturation, as cv::saturate_cast.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "pixel/macros.hpp"
#include "retouch/matrix.hpp"

namespace retouch::matrix {

/// Where a matrix lies, for backends.
struct Place {
  std::uint8_t* data = nullptr;
  std::ptrdiff_t step = 0;
  int rows = 0;
  int cols = 0;
  int channels = 0;
  Depth depth = Depth::u8;

  template <class T>
  RETOUCH_HD T* row(int y) const {
    return reinterpret_cast<T*>(data + y * step);
  }
};
inline Place place(const Matrix& m) {
  return {m.data(), static_cast<std::ptrdiff_t>(m.step()), m.rows(), m.cols(), m.channels(), m.depth()};
}

/// Arithmetic in float is exact enough for these; the others need double.
constexpr bool needs_double(Depth depth) { return depth == Depth::s32 || depth == Depth::f64; }

template <class T>
struct Tag {
  using type = T;
};

/// f(Tag<T>) for the type of a depth.
template <class F>
RETOUCH_HD inline void visit(Depth depth, F&& f) {
  switch (depth) {
    case Depth::u8: return f(Tag<std::uint8_t>());
    case Depth::s8: return f(Tag<std::int8_t>());
    case Depth::u16: return f(Tag<std::uint16_t>());
    case Depth::s16: return f(Tag<std::int16_t>());
    case Depth::s32: return f(Tag<std::int32_t>());
    case Depth::f32: return f(Tag<float>());
    case Depth::f64: return f(Tag<double>());
  }
}

RETOUCH_HD inline float round_even(float v) {
#ifdef __CUDA_ARCH__
  return rintf(v);
#else
  return std::nearbyint(v);
#endif
}
RETOUCH_HD inline double round_even(double v) {
#ifdef __CUDA_ARCH__
  return rint(v);
#else
  return std::nearbyint(v);
#endif
}

/// floor() without a call; |v| below 2^31.
RETOUCH_HD inline int floor_int(double v) {
  const int i = static_cast<int>(v);
  return v < i ? i - 1 : i;
}
/// round_even() of numbers below 2^22: what is beyond the mantissa is rounded. Unlike nearbyint it needs no instruction
/// that SSE2 lacks.
RETOUCH_HD inline float round_small(float v) {
#ifdef __CUDA_ARCH__
  return rintf(v);
#else
  constexpr float shift = 12582912.F;
  return (v + shift) - shift;
#endif
}
RETOUCH_HD inline double round_small(double v) {
#ifdef __CUDA_ARCH__
  return rint(v);
#else
  constexpr double shift = 6755399441055744.0;
  return (v + shift) - shift;
#endif
}

template <class T, class W>
struct Saturate {
  RETOUCH_HD static T of(W v) {
    // 32 bits: the bounds are not floats, so they are compared with what is beyond them. NaN becomes the least.
    if (v >= W{2147483648.0}) return INT32_MAX;
    if (!(v > W{-2147483648.0})) return INT32_MIN;
    return static_cast<std::int32_t>(round_even(v));
  }
};
template <class W, class T, int least, int most>
struct SaturateSmall {
  RETOUCH_HD static T of(W v) {
    v = v > W{least} ? v : W{least};  // NaN too
    v = v < W{most} ? v : W{most};
    return static_cast<T>(static_cast<int>(round_small(v)));
  }
};
template <class W>
struct Saturate<std::uint8_t, W> : SaturateSmall<W, std::uint8_t, 0, 255> {};
template <class W>
struct Saturate<std::int8_t, W> : SaturateSmall<W, std::int8_t, -128, 127> {};
template <class W>
struct Saturate<std::uint16_t, W> : SaturateSmall<W, std::uint16_t, 0, 65535> {};
template <class W>
struct Saturate<std::int16_t, W> : SaturateSmall<W, std::int16_t, -32768, 32767> {};
template <class W>
struct Saturate<float, W> {
  RETOUCH_HD static float of(W v) { return static_cast<float>(v); }
};
template <class W>
struct Saturate<double, W> {
  RETOUCH_HD static double of(W v) { return static_cast<double>(v); }
};

template <class T, class W>
RETOUCH_HD inline T saturate(W v) {
  return Saturate<T, W>::of(v);
}

/// Number i of a row.
template <class W>
RETOUCH_HD inline W load(const std::uint8_t* row, Depth depth, int i) {
  W value{};
  visit(depth,
        [&](auto tag) { value = static_cast<W>(reinterpret_cast<const typename decltype(tag)::type*>(row)[i]); });
  return value;
}
template <class W>
RETOUCH_HD inline void store(std::uint8_t* row, Depth depth, int i, W value) {
  visit(depth, [&](auto tag) {
    using T = typename decltype(tag)::type;
    reinterpret_cast<T*>(row)[i] = saturate<T>(value);
  });
}

}  // namespace retouch::matrix
