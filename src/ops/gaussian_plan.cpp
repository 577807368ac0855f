// The weights of a gaussian_blur.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/check.hpp"
#include "ops/gaussian_blur.hpp"

namespace retouch::detail {

namespace {

// OpenCV's weights for small kernels whose sigma is not given.
constexpr std::array<std::array<double, 4>, 4> small_kernels = {
    {{1}, {0.5, 0.25}, {0.375, 0.25, 0.0625}, {0.28125, 0.21875, 0.109375, 0.03125}}};

double sigma_of(int ksize) { return 0.3 * ((ksize - 1) * 0.5 - 1) + 0.8; }

// Whole numbers near weight * (1 << shift), symmetric, that add up to 1 << shift over both sides. What rounding leaves
// over goes where it hurts least.
std::array<int, gaussian_max_taps> in_fixed_point(const GaussianAxis& axis, int shift) {
  const double scale = std::ldexp(1.0, shift);
  std::array<int, gaussian_max_taps> whole{};
  int missing = 1 << shift;
  for (int i = 0; i <= axis.radius; ++i) {
    const auto k = static_cast<std::size_t>(i);
    whole[k] = static_cast<int>(std::lround(axis.exact[k] * scale));
    missing -= i == 0 ? whole[k] : 2 * whole[k];
  }
  while (std::abs(missing) > 1 && axis.radius > 0) {
    const int step = missing > 0 ? 1 : -1;
    std::size_t best = 1;
    const auto shortfall = [&](std::size_t k) { return step * (axis.exact[k] * scale - whole[k]); };
    for (std::size_t k = 2; k <= static_cast<std::size_t>(axis.radius); ++k)
      if (shortfall(k) > shortfall(best)) best = k;
    whole[best] += step;
    missing -= 2 * step;
  }
  whole[0] += missing;
  return whole;
}

// The most bits with which the centre's weight, the largest, fits.
int widest_shift(const GaussianAxis& axis) {
  int shift = 16;
  while (axis.exact[0] * std::ldexp(1.0, shift) > 32766) --shift;
  return shift;
}

// The most levels by which multiplying with the rounded inverse differs from a division, and half of an odd sum from
// its half.
double inverse_error(int sum, std::uint32_t inverse) {
  return 255.0 * sum * std::abs(std::ldexp(inverse, -24) - 1.0 / sum) + (sum % 2 == 0 ? 0 : 0.5 / sum);
}

// Weights of 8 bits are coarse, but their sum is free: of some scales that make the centre's weight nearly 255, takes
// one that happens to fit all weights well.
void add_byte_weights(GaussianAxis& axis) {
  constexpr int scales = 128;
  constexpr double good_enough = 0.17;
  if (axis.radius > gaussian_max_byte_radius) return;
  const auto taps = static_cast<std::size_t>(axis.radius) + 1;
  for (int i = 0; i < scales; ++i) {
    const double scale = 255 / axis.exact[0] * (1 - 0.4 * i / scales);
    std::array<std::uint8_t, gaussian_max_byte_radius + 1> bytes{};
    int sum = 0;
    for (std::size_t k = 0; k < taps; ++k) {
      bytes[k] = static_cast<std::uint8_t>(axis.exact[k] * scale + 0.5);
      sum += k == 0 ? bytes[k] : 2 * bytes[k];
    }
    const auto inverse = static_cast<std::uint32_t>(((1 << 25) / sum + 1) / 2);
    double error = 0;
    for (std::size_t k = 0; k < taps; ++k) error += (k == 0 ? 1 : 2) * std::abs(bytes[k] - sum * axis.exact[k]);
    error *= 255.0 / 2 / sum;  // at worst white where a weight is too large and black elsewhere
    error += inverse_error(sum, inverse);
    if (axis.byte_sum != 0 && error >= axis.byte_error) continue;
    axis.bytes = bytes;
    axis.byte_sum = sum;
    axis.byte_inverse = inverse;
    axis.byte_error = error;
    if (error <= good_enough) return;
  }
}

// GaussianKernel::byte_error. No picture is the worst for both axes at once, so that this is less than the sum of
// theirs: the worst one is white where the product of the two weights is too large and black elsewhere.
double byte_error(const GaussianAxis& x, const GaussianAxis& y) {
  if (x.byte_sum == 0 || y.byte_sum == 0) return std::numeric_limits<double>::infinity();
  double error = 0;
  for (std::size_t j = 0; j <= static_cast<std::size_t>(y.radius); ++j) {
    const double bytes = static_cast<double>(y.bytes[j]) / (x.byte_sum * y.byte_sum);
    double row = 0;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(x.radius); ++i)
      row += (i == 0 ? 1 : 2) * std::abs(bytes * x.bytes[i] - y.exact[j] * x.exact[i]);
    error += (j == 0 ? 1 : 2) * row;
  }
  return error * 255 / 2 + inverse_error(x.byte_sum, x.byte_inverse) + inverse_error(y.byte_sum, y.byte_inverse);
}

GaussianAxis make_axis(int ksize, double sigma) {
  GaussianAxis axis;
  axis.radius = ksize / 2;
  const auto taps = static_cast<std::size_t>(axis.radius) + 1;
  if (sigma == 0 && taps <= small_kernels.size()) {
    std::copy_n(small_kernels[taps - 1].begin(), taps, axis.exact.begin());
  } else {
    if (sigma == 0) sigma = sigma_of(ksize);
    double sum = 0;
    for (std::size_t k = 0; k < taps; ++k) {
      const double distance = static_cast<double>(k) / sigma;
      axis.exact[k] = std::exp(-0.5 * distance * distance);
      sum += k == 0 ? axis.exact[k] : 2 * axis.exact[k];
    }
    for (std::size_t k = 0; k < taps; ++k) axis.exact[k] /= sum;
  }
  axis.fixed_shift = widest_shift(axis);
  const auto whole = in_fixed_point(axis, axis.fixed_shift);
  for (std::size_t k = 0; k < taps; ++k) axis.fixed[k] = static_cast<std::int16_t>(whole[k]);
  add_byte_weights(axis);
  return axis;
}

struct Axes {
  int ksize_x, ksize_y;
  double sigma_x, sigma_y;
};

// Checks the options and fills in what they leave open, but for a sigma that follows from the kernel's size.
Axes resolve(const char* op, const GaussianBlurOptions& o) {
  for (const double sigma : {o.sigma_x, o.sigma_y})
    if (!std::isfinite(sigma) || sigma < 0) invalid("{}: sigma must be a finite number, 0 or more ({})", op, sigma);
  for (const int ksize : {o.ksize.width, o.ksize.height})
    if (ksize != 0 && (ksize < 1 || ksize > 2 * gaussian_max_radius + 1 || ksize % 2 == 0))
      invalid("{}: ksize must be odd and 1 to {}, or 0 for one that follows from sigma ({}x{})", op,
              2 * gaussian_max_radius + 1, o.ksize.width, o.ksize.height);
  Axes axes{o.ksize.width, o.ksize.height, o.sigma_x, o.sigma_y == 0 ? o.sigma_x : o.sigma_y};
  const auto from_sigma = [&](int& ksize, double sigma) {
    if (ksize != 0) return;
    if (sigma == 0)
      invalid("{}: ksize or sigma must be given for both axes (ksize {}x{}, sigma {} and {})", op, o.ksize.width,
              o.ksize.height, o.sigma_x, o.sigma_y);
    const double size = std::nearbyint(6 * std::min(sigma, 1e3) + 1);  // beyond 1e3 the limit below holds anyway
    ksize = std::min(static_cast<int>(size) | 1, 2 * gaussian_max_radius + 1);
  };
  from_sigma(axes.ksize_x, axes.sigma_x);
  from_sigma(axes.ksize_y, axes.sigma_y);
  return axes;
}

}  // namespace

GaussianPlan::GaussianPlan(const char* op, const GaussianBlurOptions& options) : border(options.border) {
  const Axes axes = resolve(op, options);
  if (options.accuracy == GaussianAccuracy::fast) {
    if (options.ksize != Size{0, 0})
      invalid("{}: the fast blur has no kernel size, ksize must be 0 ({}x{})", op, options.ksize.width,
              options.ksize.height);
    lowres = std::max(axes.sigma_x, axes.sigma_y) >= gaussian_lowres_from;
    if (lowres) {
      constexpr double most = 1e9;  // wider than any picture
      lowres_sigma_x = static_cast<float>(std::min(axes.sigma_x, most));
      lowres_sigma_y = static_cast<float>(std::min(axes.sigma_y, most));
      return;
    }
  }
  const auto chroma_axis = [](int ksize, double sigma) {
    return make_axis((ksize / 2) | 1, (sigma == 0 ? sigma_of(ksize) : sigma) / 2);
  };
  full = {make_axis(axes.ksize_x, axes.sigma_x), make_axis(axes.ksize_y, axes.sigma_y)};
  chroma = {chroma_axis(axes.ksize_x, axes.sigma_x), chroma_axis(axes.ksize_y, axes.sigma_y)};
  for (GaussianKernel* kernel : {&full, &chroma}) kernel->byte_error = byte_error(kernel->x, kernel->y);
}

}  // namespace retouch::detail
