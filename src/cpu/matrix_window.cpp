// The window engine on the CPU. Rows of the source, converted and continued beyond the edges, stand in a ring as high
// as the window; every tap is then one loop over a piece of a row, which vectorises.
#include "matrix/window.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "cpu/matrix_rows.hpp"
#include "cpu/parallel.hpp"
#include "cpu/scratch.hpp"

namespace retouch::cpu {

namespace {

constexpr int block = 1024;

template <class W>
class Ring {
 public:
  explicit Ring(const matrix::WindowJob<W>& job)
      : job_(job),
        channels_(job.in.channels),
        width_(static_cast<std::size_t>((job.left + job.in.cols + job.right) * channels_)),
        rows_(job.top + 1 + job.bottom),
        memory_(width_ * static_cast<std::size_t>(rows_) * sizeof(W)) {}

  /// Row y of the source, which may lie beyond its edges; it begins `left` pixels before the first.
  const W* row(int y) const { return slot(y); }

  void fill(int y) {
    W* to = slot(y);
    const int from = matrix::edge_index(y, job_.in.rows, job_.edge_y);
    const int left = job_.left * channels_;
    const int inside = job_.in.cols * channels_;
    if (from < 0) {
      for (int x = 0; x < job_.left + job_.in.cols + job_.right; ++x)
        for (int c = 0; c < channels_; ++c) to[x * channels_ + c] = job_.outside[c];
      return;
    }
    load_row(job_.in.data + from * job_.in.step, job_.in.depth, 0, inside, to + left);
    for (int x = -job_.left; x < 0; ++x) beyond(to + left, x);
    for (int x = 0; x < job_.right; ++x) beyond(to + left, job_.in.cols + x);
  }

 private:
  /// Pixel x of the row, which is outside.
  void beyond(W* row, int x) const {
    const int at = matrix::edge_index(x, job_.in.cols, job_.edge_x);
    for (int c = 0; c < channels_; ++c) {
      const W value =
          at < 0 ? job_.outside[c] : row[at * channels_ + c];  // NOLINT(clang-analyzer-core.NullDereference)
      row[x * channels_ + c] = value;
    }
  }
  W* slot(int y) const {
    const int at = (y % rows_ + rows_) % rows_;
    return reinterpret_cast<W*>(memory_.get()) + width_ * static_cast<std::size_t>(at);
  }

  const matrix::WindowJob<W>& job_;
  int channels_;
  std::size_t width_;
  int rows_;
  Scratch memory_;
};

template <class Fold, class W>
RETOUCH_TEMPLATE_CLONES void fold_taps(W* __restrict sums, const W* __restrict from, W weight, int n) {
  for (int i = 0; i < n; ++i) sums[i] = Fold::next(sums[i], weight, from[i]);
}

}  // namespace

template <class Fold, class W>
void matrix_window(StreamView, const matrix::WindowJob<W>& job, Fold) {
  const int numbers = job.in.cols * job.in.channels;
  const int least =
      std::max(job.top + job.bottom + 1, static_cast<int>((1 << 15) / (std::int64_t{numbers} * job.count)) + 1);
  for_pieces(job.in.rows, std::min(least, job.in.rows), [&](int begin, int end) {
    Ring<W> ring(job);
    alignas(64) W sums[block];
    for (int y = begin - job.top; y < begin + job.bottom; ++y) ring.fill(y);
    for (int y = begin; y < end; ++y) {
      ring.fill(y + job.bottom);
      for (int x = 0; x < numbers; x += block) {
        const int n = std::min(block, numbers - x);
        std::fill_n(sums, n, Fold::template start<W>());
        for (int t = 0; t < job.count; ++t) {
          const matrix::Tap<W>& tap = job.taps()[t];
          fold_taps<Fold>(sums, ring.row(y + tap.y) + x + (job.left + tap.x) * job.in.channels, tap.weight, n);
        }
        store_row(job.out.data + y * job.out.step, job.out.depth, x, n, sums);
      }
    }
  });
}

#define RETOUCH_INSTANTIATE(Fold, W) template void matrix_window(StreamView, const matrix::WindowJob<W>&, matrix::Fold);
RETOUCH_FOLDS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

namespace {

/// Bytes: a histogram moves along the row (Huang), and with it the median.
void median_of_bytes(const matrix::MedianJob& job, int y) {
  const int r = job.radius;
  const int cn = job.in.channels;
  const int half = (2 * r + 1) * (2 * r + 1) / 2;
  const auto at = [&](int x, int row, int c) {
    return job.in.row<std::uint8_t>(pixel::replicate(row, job.in.rows))[pixel::replicate(x, job.in.cols) * cn + c];
  };
  for (int c = 0; c < cn; ++c) {
    std::array<int, 256> histogram{};
    for (int dy = -r; dy <= r; ++dy)
      for (int dx = -r; dx <= r; ++dx) ++histogram.at(at(dx, y + dy, c));
    int median = 0;
    int below = 0;
    for (int x = 0; x < job.in.cols; ++x) {
      if (x > 0)
        for (int dy = -r; dy <= r; ++dy) {
          const std::uint8_t leaves = at(x - 1 - r, y + dy, c);
          const std::uint8_t enters = at(x + r, y + dy, c);
          --histogram.at(leaves);
          ++histogram.at(enters);
          below += (enters < median ? 1 : 0) - (leaves < median ? 1 : 0);
        }
      while (below > half) below -= histogram.at(static_cast<std::size_t>(--median));
      while (below + histogram.at(static_cast<std::size_t>(median)) <= half)
        below += histogram.at(static_cast<std::size_t>(median++));
      job.out.row<std::uint8_t>(y)[x * cn + c] = static_cast<std::uint8_t>(median);
    }
  }
}

template <class T>
void median_of(const matrix::MedianJob& job, int y, std::vector<T>& window) {
  const int r = job.radius;
  const int cn = job.in.channels;
  for (int x = 0; x < job.in.cols; ++x)
    for (int c = 0; c < cn; ++c) {
      window.clear();
      for (int dy = -r; dy <= r; ++dy) {
        const T* row = job.in.row<T>(pixel::replicate(y + dy, job.in.rows));
        for (int dx = -r; dx <= r; ++dx) window.push_back(row[pixel::replicate(x + dx, job.in.cols) * cn + c]);
      }
      const auto middle = window.begin() + static_cast<std::ptrdiff_t>(window.size() / 2);
      std::nth_element(window.begin(), middle, window.end());
      job.out.row<T>(y)[x * cn + c] = *middle;
    }
}

}  // namespace

void matrix_median(StreamView, const matrix::MedianJob& job) {
  matrix::visit(job.in.depth, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for_rows(job.in.rows,
             static_cast<std::size_t>(job.in.cols) * static_cast<std::size_t>(job.in.channels * (2 * job.radius + 1)),
             [&](int begin, int end) {
               std::vector<T> window;
               for (int y = begin; y < end; ++y) {
                 if constexpr (sizeof(T) == 1)
                   median_of_bytes(job, y);
                 else
                   median_of(job, y, window);
               }
             });
  });
}

}  // namespace retouch::cpu
