// Where a filter reads when it looks beyond the edge of a region.
#pragma once

#include "pixel/macros.hpp"
#include "retouch/filter.hpp"

namespace retouch::pixel {

/// Index of the sample that stands at `i` of a row of `n`, i any distance outside: gfedcb|abcdefgh|gfedcba. A row
/// shorter than the distance is reflected back and forth.
RETOUCH_HD inline int reflect_101(int i, int n) {
  if (i >= 0 && i < n) return i;
  const int once = i < 0 ? -i : 2 * (n - 1) - i;
  if (once >= 0 && once < n) return once;  // nearly always: spares the division
  if (n == 1) return 0;
  const int period = 2 * (n - 1);
  i %= period;
  if (i < 0) i += period;
  return i < n ? i : period - i;
}

/// aaaaaa|abcdefgh|hhhhhhh
RETOUCH_HD inline int replicate(int i, int n) { return i < 0 ? 0 : i < n ? i : n - 1; }

/// The sample that stands at `i` of a row of `n`, or -1 where the border's constant does.
RETOUCH_HD inline int border_index(int i, int n, BorderMode mode) {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case BorderMode::reflect_101: return reflect_101(i, n);
    case BorderMode::replicate: return replicate(i, n);
    case BorderMode::constant: break;
  }
  return -1;
}

}  // namespace retouch::pixel
