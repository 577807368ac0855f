// Spreads work over the threads of oneTBB. Under TSan over threads of our own: the system's oneTBB is not instrumented,
// and what it orders would be reported as races.
#pragma once

#ifdef __SANITIZE_THREAD__
#include <thread>
#else
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#endif

#include <algorithm>
#include <cstddef>

namespace retouch::cpu {

/// Calls f(begin, end) on pieces of [0, count) of `least` or more, in parallel.
template <class F>
void for_pieces(int count, int least, F&& f) {
  if (count <= 0) return;
#ifdef __SANITIZE_THREAD__
  if (count <= least) return f(0, count);
  const int middle = count / 2;
  std::thread second([&] { f(middle, count); });
  f(0, middle);
  second.join();
#else
  tbb::parallel_for(tbb::blocked_range<int>(0, count, static_cast<std::size_t>(least)),
                    [&](const tbb::blocked_range<int>& range) { f(range.begin(), range.end()); });
#endif
}

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
  for_pieces(rows, least, f);
}

}  // namespace retouch::cpu
