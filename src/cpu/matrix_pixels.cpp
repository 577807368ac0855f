// The pixel engine on the CPU: blocks of a row, taken apart into channels so that the arithmetic vectorises.
#include "cpu/matrix_rows.hpp"
#include "cpu/parallel.hpp"
#include "matrix/pixel_ops.hpp"

namespace retouch::cpu {

namespace {

constexpr int block = 256;

template <class W>
using Planes = W[4][block];

template <int channels, class W>
RETOUCH_TEMPLATE_CLONES void take_apart(const W* in, Planes<W>& out, int count) {
  for (int i = 0; i < count; ++i)
    for (int c = 0; c < channels; ++c) out[c][i] = in[i * channels + c];
}
template <int channels, class W>
RETOUCH_TEMPLATE_CLONES void put_together(const Planes<W>& in, W* __restrict out, int count) {
  for (int i = 0; i < count; ++i)
    for (int c = 0; c < channels; ++c) out[i * channels + c] = in[c][i];
}
template <class F>
void with_channels(int channels, F&& f) {
  switch (channels) {
    case 1: return f(std::integral_constant<int, 1>());
    case 2: return f(std::integral_constant<int, 2>());
    case 3: return f(std::integral_constant<int, 3>());
    default: return f(std::integral_constant<int, 4>());
  }
}

template <class W, class Op>
RETOUCH_TEMPLATE_CLONES void compute_pixels(const Planes<W>* __restrict in, Planes<W>& __restrict out, int count,
                                            const Op& op) {
  const Op own = op;
  for (int i = 0; i < count; ++i) {
    W pixels[Op::sources][4];
    W result[4] = {};
    for (int s = 0; s < Op::sources; ++s)
      for (int c = 0; c < 4; ++c) pixels[s][c] = in[s][c][i];
    own(pixels, result);
    for (int c = 0; c < 4; ++c) out[c][i] = result[c];
  }
}

template <class W, class Op>
void run(const matrix::PixelsJob& job, const Op& op) {
  const matrix::Place& to = job.out;
  for_rows(to.rows, static_cast<std::size_t>(to.cols) * 16, [&](int begin, int end) {
    alignas(64) W row[block * 4];
    alignas(64) Planes<W> in[Op::sources] = {};
    alignas(64) Planes<W> out;
    for (int y = begin; y < end; ++y)
      for (int x = 0; x < to.cols; x += block) {
        const int n = std::min(block, to.cols - x);
        for (int s = 0; s < Op::sources; ++s) {
          const matrix::Place& from = job.in[s];
          if (from.channels == 0) continue;
          load_row(from.data + y * from.step, from.depth, x * from.channels, n * from.channels, row);
          with_channels(from.channels, [&](auto channels) { take_apart<channels()>(row, in[s], n); });
        }
        compute_pixels(in, out, n, op);
        with_channels(to.channels, [&](auto channels) { put_together<channels()>(out, row, n); });
        store_row(to.data + y * to.step, to.depth, x * to.channels, n * to.channels, row);
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
