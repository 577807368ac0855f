// The pixel engine on the CPU.
#include "cpu/matrix_rows.hpp"
#include "cpu/parallel.hpp"
#include "matrix/pixel_ops.hpp"

namespace retouch::cpu {

namespace {

constexpr int block = 128;

template <class W, class Op>
void run(const matrix::PixelsJob& job, const Op& op) {
  const matrix::Place& to = job.out;
  for_rows(to.rows, static_cast<std::size_t>(to.cols) * 16, [&](int begin, int end) {
    W in[Op::sources][block * 4];
    W out[block * 4];
    for (int y = begin; y < end; ++y)
      for (int x = 0; x < to.cols; x += block) {
        const int n = std::min(block, to.cols - x);
        for (int s = 0; s < Op::sources; ++s) {
          const matrix::Place& from = job.in[s];
          if (from.channels != 0)
            load_row(from.data + y * from.step, from.depth, x * from.channels, n * from.channels, in[s]);
        }
        for (int i = 0; i < n; ++i) {
          W pixels[Op::sources][4] = {};
          W result[4];
          for (int s = 0; s < Op::sources; ++s)
            for (int c = 0; c < job.in[s].channels; ++c) pixels[s][c] = in[s][i * job.in[s].channels + c];
          op(pixels, result);
          for (int c = 0; c < to.channels; ++c) out[i * to.channels + c] = result[c];
        }
        store_row(to.data + y * to.step, to.depth, x * to.channels, n * to.channels, out);
      }
  });
}

}  // namespace

template <class Op>
void matrix_pixels(StreamView, const matrix::PixelsJob& job, const Op& op, bool in_double) {
  if constexpr (Op::in_double)
    if (in_double) return run<double>(job, op);
  run<float>(job, op);
}

#define RETOUCH_INSTANTIATE(Op) \
  template void matrix_pixels(StreamView, const matrix::PixelsJob&, const matrix::Op&, bool);
RETOUCH_PIXEL_OPS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

}  // namespace retouch::cpu
