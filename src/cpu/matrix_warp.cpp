// The warp engine on the CPU.
#include "matrix/warp.hpp"

#include "cpu/parallel.hpp"

namespace retouch::cpu {

namespace {

/// f(Tag<T>, x, y) for every pixel.
template <class F>
void for_pixels(const matrix::Place& out, F&& f) {
  for_rows(out.rows, static_cast<std::size_t>(out.cols) * 64, [&](int begin, int end) {
    matrix::visit(out.depth, [&](auto tag) {
      for (int y = begin; y < end; ++y)
        for (int x = 0; x < out.cols; ++x) f(tag, x, y);
    });
  });
}

}  // namespace

template <class Map>
void matrix_warp(StreamView, const matrix::WarpJob& job, const Map& map) {
  for_pixels(job.out, [&](auto tag, int x, int y) {
    using T = typename decltype(tag)::type;
    matrix::sample<matrix::WorkOf<T>, T>(job, map.from(x, y), x, y);
  });
}

#define RETOUCH_INSTANTIATE(Map) template void matrix_warp(StreamView, const matrix::WarpJob&, const matrix::Map&);
RETOUCH_MAPS(RETOUCH_INSTANTIATE)
#undef RETOUCH_INSTANTIATE

void matrix_area(StreamView, const matrix::AreaJob& job) {
  for_pixels(job.out, [&](auto tag, int x, int y) {
    using T = typename decltype(tag)::type;
    matrix::mean_of_area<matrix::WorkOf<T>, T>(job, x, y);
  });
}

void matrix_coordinates(StreamView, const matrix::Projective& map, const matrix::Place& x_map,
                        const matrix::Place& y_map) {
  for (int y = 0; y < x_map.rows; ++y)
    for (int x = 0; x < x_map.cols; ++x) {
      const matrix::Spot spot = map.from(x, y);
      x_map.row<float>(y)[x] = static_cast<float>(spot.x);
      y_map.row<float>(y)[x] = static_cast<float>(spot.y);
    }
}

}  // namespace retouch::cpu
