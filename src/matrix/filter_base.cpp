#include "matrix/filter_base.hpp"

#include <cmath>

namespace retouch::matrix {

namespace detail {

using retouch::detail::invalid;

void FilterImplementation::apply(StreamView stream, const Matrix& src, Matrix& dst) const {
  check_not_empty(name_, src);
  check_device(name_, stream, src);
  if (src.type() != src_)
    invalid("{}: the filter was made for {}, the source is {}", name_, name_of(src_), src.describe());
  const Matrix from = held(src);  // dst may be the same object
  dst.create(stream, from.size(), dst_);
  run(stream, from, dst);
}

Taps::Taps(std::vector<Tap<double>> taps, Edge edge_x, Edge edge_y, const Scalar& outside)
    : edge_x_(edge_x), edge_y_(edge_y), outside_(outside) {
  std::vector<Tap<float>> floats;
  std::vector<Tap<std::uint8_t>> places;
  for (const Tap<double>& tap : taps) {
    left_ = std::max(left_, -tap.x);
    right_ = std::max(right_, tap.x);
    top_ = std::max(top_, -tap.y);
    bottom_ = std::max(bottom_, tap.y);
    floats.push_back({tap.x, tap.y, static_cast<float>(tap.weight)});
    places.push_back({tap.x, tap.y, 1});
  }
  places_ = Table<Tap<std::uint8_t>>(std::move(places));
  floats_ = Table<Tap<float>>(std::move(floats));
  doubles_ = Table<Tap<double>>(std::move(taps));
}

Point checked_anchor(const char* name, Size ksize, Point anchor) {
  if (anchor.x == -1) anchor.x = ksize.width / 2;
  if (anchor.y == -1) anchor.y = ksize.height / 2;
  if (anchor.x < 0 || anchor.y < 0 || anchor.x >= ksize.width || anchor.y >= ksize.height)
    invalid("{}: the anchor ({}, {}) is outside the {}x{} window", name, anchor.x, anchor.y, ksize.width, ksize.height);
  return anchor;
}

void check_types(const char* name, MatrixType src, MatrixType dst) {
  for (const MatrixType type : {src, dst})
    if (type.channels < 1 || type.channels > 4 || type.depth > Depth::f64)
      invalid("{}: types have 1 to 4 channels ({})", name, type.channels);
  if (src.channels != dst.channels)
    invalid("{}: source and destination must have one number of channels ({}, {})", name, name_of(src), name_of(dst));
}

void check_edge(const char* name, Edge edge) {
  if (edge > Edge::reflect_101) invalid("{}: there is no edge rule {}", name, static_cast<int>(edge));
}

void check_ksize(const char* name, Size ksize) {
  if (ksize.width < 1 || ksize.height < 1 || ksize.width > largest_kernel || ksize.height > largest_kernel)
    invalid("{}: the window must be 1..{} in both directions ({}x{})", name, largest_kernel, ksize.width, ksize.height);
}

}  // namespace detail

void Filter::apply(StreamView stream, const Matrix& src, Matrix& dst) const {
  implementation_->apply(stream, src, dst);
}

}  // namespace retouch::matrix
