// The plan of a gaussian_blur, and its backends.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "retouch/filter.hpp"

namespace retouch::detail {

inline constexpr int gaussian_max_radius = 127;
inline constexpr int gaussian_max_taps = gaussian_max_radius + 1;
/// The widest kernel that has byte weights.
inline constexpr int gaussian_max_byte_radius = 16;

/// The weights of one axis at distance 0, 1 .. radius from the centre, in the forms that the backends compute with. Of
/// the integers the exact sum is known, so that a flat image stays exactly flat.
struct GaussianAxis {
  int radius = 0;
  std::array<double, gaussian_max_taps> exact{};  ///< exact[0] + 2 * (exact[1] + ...) = 1
  std::array<std::int16_t, gaussian_max_taps> fixed{};
  int fixed_shift = 0;  ///< the sum of `fixed` over both sides is 1 << fixed_shift, 14 to 16
  std::array<std::uint8_t, gaussian_max_byte_radius + 1> bytes{};
  int byte_sum = 0;                ///< of `bytes` over both sides; 0 when the kernel is too wide to have them
  std::uint32_t byte_inverse = 0;  ///< of byte_sum, in units of 2^-24
  double byte_error = 0;           ///< the most levels that `bytes` and byte_inverse can move a pixel on this axis
};

/// The weights of one sort of plane.
struct GaussianKernel {
  GaussianAxis x, y;
  /// The most levels that byte weights on both axes can move a pixel, on top of what rounding does between the passes
  /// (half a level) and at the end (another half). Infinite when an axis has none.
  double byte_error = 0;

  bool is_identity() const { return x.radius == 0 && y.radius == 0; }
};

/// From this sigma on, on either axis, GaussianAccuracy::fast is the low-resolution blur. Up to here the exact one is
/// as cheap: on CUDA its kernels reach to a radius of 16 in one launch, and the low-resolution one would have a node
/// for every pixel.
inline constexpr double gaussian_lowres_from = 5.5;

/// What a gaussian_blur needs to know, worked out on the host alone.
struct GaussianPlan {
  /// Throws InvalidArgument.
  GaussianPlan(const char* op, const GaussianBlurOptions& options);

  /// The low-resolution blur is taken, with these sigmas; there are no weights then.
  bool lowres = false;
  float lowres_sigma_x = 0, lowres_sigma_y = 0;

  GaussianKernel full;    ///< of planes at the image's size
  GaussianKernel chroma;  ///< of the chroma planes of nv12 and i420
  Border border;

  const GaussianKernel& of(PixelFormat format, int plane) const {
    return is_subsampled(format) && plane > 0 ? chroma : full;
  }
};

}  // namespace retouch::detail

// The views are checked and not empty. In place, they do not overlap and number at most gaussian_blur_batch; the other
// form has src and dst of one layout that share no memory.
namespace retouch::cpu {
inline constexpr std::size_t gaussian_blur_batch = 16;
void gaussian_blur(StreamView stream, std::span<const ImageView* const> regions, const detail::GaussianPlan& plan);
void gaussian_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                        const detail::GaussianPlan& plan);
}  // namespace retouch::cpu

namespace retouch::cuda {
inline constexpr std::size_t gaussian_blur_batch = 32;
void gaussian_blur(StreamView stream, std::span<const ImageView* const> regions, const detail::GaussianPlan& plan);
void gaussian_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                        const detail::GaussianPlan& plan);
}  // namespace retouch::cuda
