// The median of 9 or 25 values without branches, so that loops over it vectorise.
#pragma once

#include <utility>

#include "pixel/macros.hpp"

namespace retouch::pixel {

/// Afterwards low <= high. Other types (packed values) bring their own overload.
template <class T>
RETOUCH_HD RETOUCH_INLINE void order(T& low, T& high) {
  const T a = low;
  const T b = high;
  low = b < a ? b : a;
  high = b < a ? a : b;
}

namespace median_detail {

template <int First, int Last, class T, int... I>
RETOUCH_HD RETOUCH_INLINE void order_ends(T* v, std::integer_sequence<int, I...> /*pairs*/) {
  (order(v[First + I], v[Last - I]), ...);
}
template <int First, class T, int... I>
RETOUCH_HD RETOUCH_INLINE void least_to_first(T* v, std::integer_sequence<int, I...> /*others*/) {
  (order(v[First], v[First + 1 + I]), ...);
}
template <int Last, class T, int... I>
RETOUCH_HD RETOUCH_INLINE void greatest_to_last(T* v, std::integer_sequence<int, I...> /*others*/) {
  (order(v[Last - 1 - I], v[Last]), ...);
}

// v[First..Last] are the candidates, v[Next..N-1] not looked at yet. The least and the greatest of more than half of
// the values cannot be the median: both go, and the next value takes the place of the greatest.
template <int N, int First, int Last, int Next, class T>
RETOUCH_HD RETOUCH_INLINE void narrow(T* v) {
  constexpr int count = Last - First + 1;
  order_ends<First, Last>(v, std::make_integer_sequence<int, count / 2>());
  constexpr int others = (count + 1) / 2 - 1;  // besides the end itself, in the half with that end
  least_to_first<First>(v, std::make_integer_sequence<int, others>());
  greatest_to_last<Last>(v, std::make_integer_sequence<int, others>());
  if constexpr (Next < N) {
    v[Last] = v[Next];
    narrow<N, First + 1, Last, Next + 1>(v);
  }
}

}  // namespace median_detail

/// The median of an odd number of values, whose order is lost.
template <int N, class T>
RETOUCH_HD RETOUCH_INLINE T median(T (&v)[N]) {
  static_assert(N % 2 == 1 && N >= 5);
  constexpr int candidates = N / 2 + 2;
  median_detail::narrow<N, 0, candidates - 1, candidates>(v);
  return v[N - candidates + 1];
}

}  // namespace retouch::pixel
