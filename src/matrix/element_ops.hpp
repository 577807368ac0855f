// The pointwise engine: what becomes of each number of one or two matrices (or constants). An operation is a functor
// here, a line in RETOUCH_ELEMENT_OPS, and a call in ops.cpp.
#pragma once

#include "matrix/elements.hpp"
#include "retouch/stream.hpp"

namespace retouch::matrix {

/// One walk over numbers. `channels` is the number of them that one byte of the mask stands for.
struct ElementsJob {
  struct Input {
    const std::uint8_t* data = nullptr;  ///< null: `constant`
    std::ptrdiff_t step = 0;
    Depth depth = Depth::u8;
    double constant[32] = {};  ///< for each number of a pixel (bitwise operations count bytes)
  };
  Input in[2];
  std::uint8_t* out = nullptr;
  std::ptrdiff_t out_step = 0;
  Depth out_depth = Depth::u8;
  int count = 0;  ///< numbers in a row
  int rows = 0;
  int channels = 1;
  const std::uint8_t* mask = nullptr;  ///< where it is 0, nothing is written
  std::ptrdiff_t mask_step = 0;
};

// Functors: op(a, b) in W, float or double. `inputs` says how many are read.

struct Take {  // a
  static constexpr int inputs = 1;
  template <class W>
  RETOUCH_HD W operator()(W a, W) const {
    return a;
  }
};
struct Scale {
  static constexpr int inputs = 1;
  double alpha, beta;
  template <class W>
  RETOUCH_HD W operator()(W a, W) const {
    return a * static_cast<W>(alpha) + static_cast<W>(beta);
  }
};
struct Add {
  static constexpr int inputs = 2;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return a + b;
  }
};
struct Subtract {
  static constexpr int inputs = 2;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return a - b;
  }
};
struct Multiply {
  static constexpr int inputs = 2;
  double scale;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return static_cast<W>(scale) * a * b;
  }
};
struct Divide {
  static constexpr int inputs = 2;
  double scale;
  bool by_zero_is_zero;  // in integers
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return b == W{0} && by_zero_is_zero ? W{0} : a * static_cast<W>(scale) / b;
  }
};
struct AddWeighted {
  static constexpr int inputs = 2;
  double alpha, beta, gamma;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return a * static_cast<W>(alpha) + b * static_cast<W>(beta) + static_cast<W>(gamma);
  }
};
struct AbsDiff {
  static constexpr int inputs = 2;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    const W d = a - b;
    return d < W{0} ? -d : d;
  }
};
struct Least {
  static constexpr int inputs = 2;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return b < a ? b : a;
  }
};
struct Most {
  static constexpr int inputs = 2;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    return a < b ? b : a;
  }
};
struct Compare {
  static constexpr int inputs = 2;
  int kind;  // CompareOp
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    bool is = false;
    switch (kind) {
      case 0: is = a == b; break;
      case 1: is = a > b; break;
      case 2: is = a >= b; break;
      case 3: is = a < b; break;
      case 4: is = a <= b; break;
      default: is = a != b; break;
    }
    return is ? W{255} : W{0};
  }
};
struct Threshold {
  static constexpr int inputs = 1;
  double level, most;
  int kind;  // ThresholdType
  template <class W>
  RETOUCH_HD W operator()(W a, W) const {
    const bool above = a > static_cast<W>(level);
    switch (kind) {
      case 0: return above ? static_cast<W>(most) : W{0};
      case 1: return above ? W{0} : static_cast<W>(most);
      case 2: return above ? static_cast<W>(level) : a;
      case 3: return above ? a : W{0};
      default: return above ? W{0} : a;
    }
  }
};
/// On bytes.
struct Bitwise {
  static constexpr int inputs = 2;
  int kind;  // 0 and, 1 or, 2 xor, 3 not a
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    const auto x = static_cast<std::int32_t>(a);
    const auto y = static_cast<std::int32_t>(b);
    switch (kind) {
      case 0: return static_cast<W>(x & y);
      case 1: return static_cast<W>(x | y);
      case 2: return static_cast<W>(x ^ y);
      default: return static_cast<W>(255 - x);
    }
  }
};
struct Function {
  static constexpr int inputs = 1;
  int kind;  // MathFunction
  double power;
  template <class W>
  RETOUCH_HD W operator()(W a, W) const {
    switch (kind) {
      case 0: return a < W{0} ? -a : a;
      case 1: return a * a;
      case 2: return std::sqrt(a);
      case 3: return std::exp(a);
      case 4: return std::log(a < W{0} ? -a : a);
      default: return std::pow(power == std::floor(power) || a >= W{0} ? a : -a, static_cast<W>(power));
    }
  }
};
struct Magnitude {
  static constexpr int inputs = 2;
  bool squared;
  template <class W>
  RETOUCH_HD W operator()(W a, W b) const {
    const W s = a * a + b * b;
    return squared ? s : std::sqrt(s);
  }
};

#define RETOUCH_ELEMENT_OPS(X) \
  X(Take)                      \
  X(Scale)                     \
  X(Add)                       \
  X(Subtract)                  \
  X(Multiply)                  \
  X(Divide)                    \
  X(AddWeighted)               \
  X(AbsDiff)                   \
  X(Least)                     \
  X(Most)                      \
  X(Compare)                   \
  X(Threshold)                 \
  X(Bitwise)                   \
  X(Function)                  \
  X(Magnitude)

}  // namespace retouch::matrix

namespace retouch::cpu {
template <class Op>
void matrix_elements(StreamView stream, const matrix::ElementsJob& job, const Op& op, bool in_double);
}
namespace retouch::cuda {
template <class Op>
void matrix_elements(StreamView stream, const matrix::ElementsJob& job, const Op& op, bool in_double);
}
