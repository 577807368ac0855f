// Background subtraction on the CPU.
#include "matrix/background.hpp"

#include "cpu/parallel.hpp"

namespace retouch::cpu {

void matrix_mog2(StreamView, const matrix::MogJob& job, bool learn) {
  for_rows(job.image.rows, static_cast<std::size_t>(job.image.cols) * 100, [&](int begin, int end) {
    for (int y = begin; y < end; ++y)
      for (int x = 0; x < job.image.cols; ++x) learn ? learn_pixel(job, x, y) : background_pixel(job, x, y);
  });
}

}  // namespace retouch::cpu
