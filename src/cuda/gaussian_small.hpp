// The Gaussian of one small region in place: what the host tells its kernel.
#pragma once

#include <cstdint>
#include <span>

#include "cuda/gaussian_separable.hpp"
#include "pixel/macros.hpp"

namespace retouch::cuda {

/// Blurs the planes of one region in place, in one launch, if it is small, the fast Gaussian suits them, and whatever
/// else this kernel asks for is given. False: nothing was done.
bool gaussian_small_blur(StreamView stream, std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan);

namespace gaussian_small {

inline constexpr int max_planes = 3;
inline constexpr int max_radius = 8;
inline constexpr int max_threads = 512;

/// Words beside a tile, on each side.
RETOUCH_HD constexpr int side_words(int channels, int radius) { return channels * radius / 4; }

struct PlaneTask {
  std::uint8_t* data;  // of the word in which the region begins
  std::int32_t pitch;
  std::int32_t width, height;  // in pixels
  std::int32_t first_block;
  std::int32_t tiles_x, tile_words, tile_rows;
  float inverse_tiles_x;
  std::int32_t lead;  // bytes of that word before the region
  std::int32_t channels, chroma;
};

/// The byte weights at distance 0, 1 ..., zeros beyond the radius.
struct Axis {
  float weight[max_radius + 1];
  float half;             // of their sum, and 2^23
  std::uint32_t inverse;  // of their sum, in units of 2^-24
};
struct Axes {
  Axis along, down;
};

struct Params {
  PlaneTask planes[max_planes];  // those that are not there begin after the last block
  Axes axes[2];                  // [chroma]
  bool reflect;                  // else replicate
};

}  // namespace gaussian_small

}  // namespace retouch::cuda
