// Where numbers beyond the edge come from, for the window and the warp engine.
#pragma once

#include "pixel/border.hpp"
#include "pixel/macros.hpp"
#include "retouch/matrix_filter.hpp"

namespace retouch::matrix {

/// Index of what stands at `i` of a row of `n`, or -1 where a constant does. Any distance outside.
RETOUCH_HD inline int edge_index(int i, int n, Edge edge) {
  if (i >= 0 && i < n) return i;
  switch (edge) {
    case Edge::replicate: return pixel::replicate(i, n);
    case Edge::reflect_101: return pixel::reflect_101(i, n);
    case Edge::reflect: {
      int k = i < 0 ? -1 - i : i;
      k %= 2 * n;
      return k < n ? k : 2 * n - 1 - k;
    }
    case Edge::wrap: {
      const int k = i % n;
      return k < 0 ? k + n : k;
    }
    case Edge::constant: break;
  }
  return -1;
}

}  // namespace retouch::matrix
