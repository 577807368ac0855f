// The pointwise engine on the CPU: blocks of a row are converted, computed and converted back.
#include "cpu/matrix_rows.hpp"
#include "cpu/parallel.hpp"
#include "matrix/element_ops.hpp"

namespace retouch::cpu {

namespace {

constexpr int block = 480;  // a multiple of every number of values that a pixel has

template <class W>
void fill_constant(const matrix::ElementsJob::Input& in, int channels, W* out) {
  for (int i = 0; i < block; ++i) out[i] = static_cast<W>(in.constant[i % channels]);
}

template <class W, class Op>
RETOUCH_TEMPLATE_CLONES void compute_run(const W* a, const W* b, W* __restrict out, int count, const Op& op) {
  const Op own = op;  // so that its members are known not to change
  for (int i = 0; i < count; ++i) out[i] = own(a[i], b[i]);
}

template <class W, class Op>
void run(const matrix::ElementsJob& job, const Op& op) {
  for_rows(job.rows, static_cast<std::size_t>(job.count) * sizeof(W), [&](int begin, int end) {
    alignas(64) W in[2][block];
    alignas(64) W out[block];
    for (int k = 0; k < Op::inputs; ++k)
      if (job.in[k].data == nullptr) fill_constant(job.in[k], job.channels, in[k]);
    const W* a = in[0];
    const W* b = in[Op::inputs - 1];
    for (int y = begin; y < end; ++y)
      for (int x = 0; x < job.count; x += block) {
        const int n = std::min(block, job.count - x);
        for (int k = 0; k < Op::inputs; ++k)
          if (job.in[k].data != nullptr) load_row(job.in[k].data + y * job.in[k].step, job.in[k].depth, x, n, in[k]);
        compute_run(a, b, out, n, op);
        store_row(job.out + y * job.out_step, job.out_depth, x, n, out,
                  job.mask == nullptr ? nullptr : job.mask + y * job.mask_step, job.channels);
      }
  });
}

}  // namespace

template <class Op>
void matrix_elements(StreamView, const matrix::ElementsJob& job, const Op& op, bool in_double) {
  if (in_double)
    run<double>(job, op);
  else
    run<float>(job, op);
}

#define RETOUCH_INSTANTIATE(Op) \
  template void matrix_elements(StreamView, const matrix::ElementsJob&, const matrix::Op&, bool);
RETOUCH_ELEMENT_OPS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

}  // namespace retouch::cpu
