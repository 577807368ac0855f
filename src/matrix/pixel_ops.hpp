// The pixel engine: what becomes of a pixel with all its channels, of up to four matrices. An operation is a functor
// here or in color_ops.hpp, a line in RETOUCH_PIXEL_OPS, and a call in ops.cpp or color.cpp.
#pragma once

#include "matrix/color_ops.hpp"
#include "matrix/elements.hpp"
#include "pixel/composite.hpp"
#include "retouch/stream.hpp"

namespace retouch::matrix {

struct PixelsJob {
  Place in[4];  ///< as many as the operation has sources; a source without channels is absent
  Place out;
};

// Functors: op(in, out), `in` being a pixel of each source. `sources` says how many are read at most, `in_double`
// whether there are numbers that need it.

/// out[i] = in[from[i]], or `fill` where that is negative.
struct Shuffle {
  static constexpr int sources = 1;
  static constexpr bool in_double = true;
  int from[4];
  double fill;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    for (int c = 0; c < 4; ++c) {
      W v = static_cast<W>(fill);
      for (int k = 0; k < 4; ++k)
        if (from[c] == k) v = in[0][k];
      out[c] = v;
    }
  }
};
struct Merge {
  static constexpr int sources = 4;
  static constexpr bool in_double = true;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[4][4], W (&out)[4]) const {
    for (int c = 0; c < 4; ++c) out[c] = in[c][0];
  }
};
struct InRange {
  static constexpr int sources = 1;
  static constexpr bool in_double = true;
  int channels;
  double lower[4], upper[4];
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    bool inside = true;
    for (int c = 0; c < 4; ++c)
      if (c < channels) inside = inside && in[0][c] >= static_cast<W>(lower[c]) && in[0][c] <= static_cast<W>(upper[c]);
    out[0] = inside ? W{255} : W{0};
  }
};

/// The operators of pixel/composite.hpp: their own integers for 8 bits, the same formulas in numbers up to `full` else.
struct AlphaComp {
  static constexpr int sources = 2;
  static constexpr bool in_double = true;
  CompositeOp op;
  double full;

  template <class W>
  RETOUCH_HD void operator()(const W (&in)[2][4], W (&out)[4]) const {
    if (full == 255) {
      const auto byte = [](W v) { return static_cast<std::uint8_t>(v); };
      const pixel::Rgba mixed =
          pixel::composite_pixel(op, {byte(in[0][0]), byte(in[0][1]), byte(in[0][2]), byte(in[0][3])},
                                 {byte(in[1][0]), byte(in[1][1]), byte(in[1][2]), byte(in[1][3])});
      out[0] = mixed.r;
      out[1] = mixed.g;
      out[2] = mixed.b;
      out[3] = mixed.a;
      return;
    }
    const W sa = in[0][3] / static_cast<W>(full);
    const W da = in[1][3] / static_cast<W>(full);
    W fs = 0;
    W fd = 0;
    fractions(sa, da, fs, fd);
    out[3] = limit(static_cast<W>(full) * (sa * fs + da * fd));
    if (op == CompositeOp::over) fd = W{1} - sa;
    const bool multiplied = pixel::takes_premultiplied(op);
    const W ws = multiplied ? fs : fs * sa;
    const W wd = multiplied || op == CompositeOp::over ? fd : fd * da;
    for (int c = 0; c < 3; ++c) out[c] = limit(in[0][c] * ws + in[1][c] * wd);
  }

 private:
  template <class W>
  RETOUCH_HD W limit(W v) const {
    return v > static_cast<W>(full) ? static_cast<W>(full) : v;
  }
  // Porter and Duff's, of source and destination.
  template <class W>
  RETOUCH_HD void fractions(W sa, W da, W& fs, W& fd) const {
    switch (op) {
      case CompositeOp::in:
      case CompositeOp::in_premul: fs = da; break;
      case CompositeOp::out:
      case CompositeOp::out_premul: fs = W{1} - da; break;
      case CompositeOp::atop:
      case CompositeOp::atop_premul:
        fs = da;
        fd = W{1} - sa;
        break;
      case CompositeOp::xor_:
      case CompositeOp::xor_premul:
        fs = W{1} - da;
        fd = W{1} - sa;
        break;
      case CompositeOp::plus:
      case CompositeOp::plus_premul: fs = fd = W{1}; break;
      case CompositeOp::over:
      case CompositeOp::over_premul:
        fs = W{1};
        fd = W{1} - sa;
        break;
      case CompositeOp::premul: fs = W{1}; break;
    }
  }
};

#define RETOUCH_PIXEL_OPS(X) \
  X(Shuffle)                 \
  X(Merge)                   \
  X(InRange)                 \
  X(AlphaComp)               \
  X(LinearColor)             \
  X(ToHsv)                   \
  X(FromHsv)                 \
  X(ToHls)                   \
  X(FromHls)

}  // namespace retouch::matrix

namespace retouch::cpu {
template <class Op>
void matrix_pixels(StreamView stream, const matrix::PixelsJob& job, const Op& op, bool in_double);
}
namespace retouch::cuda {
template <class Op>
void matrix_pixels(StreamView stream, const matrix::PixelsJob& job, const Op& op, bool in_double);
}
