// The window engine: a fold over the taps around each number. Sums make every linear filter (a separable one is a row
// of taps, then a column), least and most make morphology.
#pragma once

#include "matrix/edge.hpp"
#include "matrix/elements.hpp"
#include "retouch/stream.hpp"

namespace retouch::matrix {

/// A neighbour, counted from the number itself. Tables of taps are sorted by y.
template <class W>
struct Tap {
  std::int32_t x;
  std::int32_t y;
  W weight;
};

template <class W>
struct WindowJob {
  static constexpr int most_carried = 64;

  Place in;
  Place out;
  /// In the device's memory, or null: the first `count` of `carried`. A table that is not carried is memory that every
  /// stream waits for, so only large kernels have one.
  const Tap<W>* table = nullptr;
  Tap<W> carried[most_carried];
  int count = 0;
  int left = 0, right = 0, top = 0, bottom = 0;  ///< how far the taps reach, 0 or more
  Edge edge_x = Edge::constant;
  Edge edge_y = Edge::constant;
  W outside[4] = {};  ///< of each channel, for constant edges

  RETOUCH_HD const Tap<W>* taps() const { return table != nullptr ? table : carried; }
};

// Folds: from start() on, next(sum, weight, value) for every tap.
struct Sum {
  template <class W>
  RETOUCH_HD static W start() {
    return W{0};
  }
  template <class W>
  RETOUCH_HD static W next(W sum, W weight, W value) {
    return sum + weight * value;
  }
};
/// What least and most start from.
template <class W>
RETOUCH_HD constexpr W beyond_all(bool above) {
  if constexpr (sizeof(W) == 1)
    return above ? W{255} : W{0};
  else
    return above ? static_cast<W>(HUGE_VAL) : -static_cast<W>(HUGE_VAL);
}
struct LeastOf {
  template <class W>
  RETOUCH_HD static W start() {
    return beyond_all<W>(true);
  }
  template <class W>
  RETOUCH_HD static W next(W least, W, W value) {
    return value < least ? value : least;
  }
};
struct MostOf {
  template <class W>
  RETOUCH_HD static W start() {
    return beyond_all<W>(false);
  }
  template <class W>
  RETOUCH_HD static W next(W most, W, W value) {
    return most < value ? value : most;
  }
};

#define RETOUCH_FOLDS(X)   \
  X(Sum, float)            \
  X(Sum, double)           \
  X(LeastOf, std::uint8_t) \
  X(LeastOf, float)        \
  X(LeastOf, double)       \
  X(MostOf, std::uint8_t)  \
  X(MostOf, float)         \
  X(MostOf, double)

/// Medians of square windows.
struct MedianJob {
  Place in;
  Place out;
  int radius = 0;
};

}  // namespace retouch::matrix

namespace retouch::cpu {
template <class Fold, class W>
void matrix_window(StreamView stream, const matrix::WindowJob<W>& job, Fold fold);
void matrix_median(StreamView stream, const matrix::MedianJob& job);
}  // namespace retouch::cpu
namespace retouch::cuda {
template <class Fold, class W>
void matrix_window(StreamView stream, const matrix::WindowJob<W>& job, Fold fold);
void matrix_median(StreamView stream, const matrix::MedianJob& job);
}  // namespace retouch::cuda
