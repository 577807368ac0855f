// Spreads rows of an image over the threads of oneTBB.
#pragma once

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>

namespace retouch::cpu {

/// Calls f(begin, end) on pieces of [0, rows), in parallel. `row_bytes` says what one row costs, roughly the bytes
/// touched: less than some 32 KB is not worth another thread.
template <class F>
void for_rows(int rows, std::size_t row_bytes, F&& f) {
  constexpr std::size_t worth_a_thread = std::size_t{32} * 1024;
  if (rows <= 0) return;
  const auto least = static_cast<int>(
      std::min<std::size_t>(static_cast<std::size_t>(rows), worth_a_thread / std::max<std::size_t>(row_bytes, 1) + 1));
  if (least >= rows) {
    f(0, rows);
    return;
  }
  tbb::parallel_for(tbb::blocked_range<int>(0, rows, static_cast<std::size_t>(least)),
                    [&](const tbb::blocked_range<int>& range) { f(range.begin(), range.end()); });
}

}  // namespace retouch::cpu
