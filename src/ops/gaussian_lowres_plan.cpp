// The low-resolution Gaussian: how many nodes, and what blurs them.
#include "ops/gaussian_lowres.hpp"

#include <algorithm>
#include <cmath>

namespace retouch::detail {

namespace {

// Sigma in nodes. The fewer, the cheaper and the less exact: with 2.5 the worst pixel of block pictures is 2.1 levels
// off, with 2.75 1.7, with 3 1.3.
constexpr double least_nodes = 2.75;
// Nodes are no further apart than this, so that a GPU has enough of them to work on at once ...
constexpr double most_samples = 32;
// ... until sigma is so many nodes; the radius stays bounded.
constexpr double most_nodes = 6;
// The Gaussian is cut off there: 0.05 % of it is left out.
constexpr double cut = 3.5;

// The nodes' number, less one.
int last_node(int length, double sigma) {
  const int gaps = length - 1;
  const double spacing = std::max(std::min(sigma / least_nodes, most_samples), sigma / most_nodes);
  const int last = std::max(1, static_cast<int>(std::ceil(gaps / std::max(spacing, 1.0))));
  return 2 * last > gaps ? gaps : last;  // under two samples a node: a node a sample, which is exact
}

// Of one node on an edge, over the samples of the axis, the one that it stands on included.
int inner_weight(const pixel::LowresAxis& axis, int node) {
  const auto [begin, end] = axis.span(node);
  int sum = 0;
  for (int i = begin; i < end; ++i) {
    const auto at = axis.place(i);
    sum += at.node == node ? pixel::lowres_unit - at.beyond : at.beyond;
  }
  return sum;
}

void set_borders(pixel::LowresAxis& axis, BorderMode border) {
  if (border == BorderMode::reflect_101 || (border == BorderMode::replicate && axis.last == 0)) {
    axis.mirrored = 1;
    return;
  }
  axis.outer = 1;
  axis.outer_weight = border == BorderMode::replicate ? pixel::lowres_unit : 0;
  if (axis.last == 0) return;
  for (const int side : {0, 1}) {
    const int inside = inner_weight(axis, side == 0 ? 0 : axis.last);
    // What lies outside weighs as much as what lies inside but for the sample in the middle.
    if (border == BorderMode::replicate)
      axis.edge_weight[side] = inside;
    else
      axis.outside_weight[side] = inside - pixel::lowres_unit;
  }
}

// The Gaussian over the nodes; `sigma` is in nodes.
void set_gaussian(pixel::LowresAxis& axis, double sigma) {
  const double full = std::ceil(cut * sigma);
  // Behind an outer node all is as it: the last distance stands for all beyond.
  const bool folded = axis.outer != 0 && full > axis.last + 1;
  axis.radius = folded ? axis.last + 1 : static_cast<int>(full);
  const auto weight = [sigma](int distance) { return std::exp(-0.5 * distance * distance / (sigma * sigma)); };
  double within = 1;
  for (int i = 1; i < axis.radius; ++i) within += 2 * weight(i);
  double all = within + 2 * weight(axis.radius);
  if (folded) {
    // The sum over all whole numbers, for a wide bell its integral.
    if (sigma > lowres_max_radius / cut)
      all = sigma * std::sqrt(2 * 3.14159265358979323846);
    else
      for (int i = axis.radius + 1; i <= lowres_max_radius; ++i) all += 2 * weight(i);
  }
  axis.falloff = static_cast<float>(0.5 * 1.4426950408889634 / (sigma * sigma));
  axis.peak = static_cast<float>(1 / all);
  axis.tail = static_cast<float>(std::max(0.0, (all - within) / (2 * all)));
}

}  // namespace

pixel::LowresAxis lowres_axis(int length, double sigma, BorderMode border) {
  pixel::LowresAxis axis;
  axis.length = length;
  const int gaps = length - 1;
  // Beyond twice the length a mirrored row is one value to a thousandth of a level; else bounded for the arithmetic.
  const bool mirrors = border == BorderMode::reflect_101;
  sigma = std::min(sigma, mirrors ? std::max(2.0 * gaps, 1e-3) : 1e9);
  sigma = std::max(sigma, 1e-3);
  double spacing = 1;
  if (gaps > 0) {
    axis.last = last_node(length, sigma);
    spacing = static_cast<double>(gaps) / axis.last;
    // Rounded up, so that the last sample stands on the last node and not just before it.
    const auto unit = std::uint64_t{1} << 31U;
    axis.step = static_cast<std::uint32_t>(
        (static_cast<std::uint64_t>(axis.last) * unit + static_cast<std::uint64_t>(gaps) - 1) /
        static_cast<std::uint64_t>(gaps));
  }
  axis.spacing = static_cast<float>(spacing);
  set_borders(axis, border);
  // Down and up blur, too: tents with a variance of (spacing^2 - 1) / 6 each.
  const double nodes = sigma / spacing;
  const double tents = (1 - 1 / (spacing * spacing)) / 3;
  if (axis.last == 0 && axis.outer == 0)
    axis.tail = 1;  // one value everywhere
  else
    set_gaussian(axis, std::sqrt(nodes * nodes - tents));
  return axis;
}

LowresPlane lowres_plane(const LowresJob& job, int index) {
  const double half = is_subsampled(job.src.format()) && index > 0 ? 0.5 : 1;
  const Plane& src = job.src.plane(index);
  const pixel::LowresAxis across = lowres_axis(src.width, half * static_cast<double>(job.sigma_x), job.border.mode);
  const bool square = src.width == src.height && job.sigma_x == job.sigma_y;
  return {src, job.dst.plane(index), across,
          square ? across : lowres_axis(src.height, half * static_cast<double>(job.sigma_y), job.border.mode),
          pixel::channel_values(job.border.color, job.src.format(), job.src.color(), index)};
}

}  // namespace retouch::detail
