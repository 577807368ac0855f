// What the host tells the fast Gaussian's kernel, and the sizes that both compute.
#pragma once

#include <cstdint>

#include "pixel/macros.hpp"
#include "retouch/filter.hpp"

namespace retouch::cuda::gaussian_fused {

inline constexpr int group = 16;    // pixels
inline constexpr int strip = 16;    // rows of a warp's step
inline constexpr int segment = 16;  // bytes of the widest copy
inline constexpr int max_threads = 512;
inline constexpr int max_planes = 40;
inline constexpr int few_planes = 3;  // of one region
inline constexpr int max_saved_planes = 3;
inline constexpr int cluster_blocks = 8;

/// What keeps blocks from overwriting what others still read.
enum class Guard : std::uint8_t {
  none,     ///< src is not dst
  cluster,  ///< the blocks of a plane are of one cluster, which other planes may share
  grid,     ///< the launch is cooperative
  saved,    ///< what tiles need of each other was saved before, by save_kernel
};

/// Of one sort of plane.
struct Weights {
  std::uint32_t inverse_x, inverse_y;  // of the sums, in units of 2^-24
  std::uint16_t sum_x, sum_y;
  std::uint8_t radius_x, radius_y;
};

/// What the lanes of a warp hold of the two weight matrices, in words of four weights: of lane n / 4 % 32, for group
/// n / 128 of the window, {down, rows 0-7; down, rows 8-15; along, even pixels; along, odd pixels}[n % 4].
/// In a product's inner dimension, index 4q + i of a group stands for row q + 4i (down) and for pixel 4q + i (along).
template <int Window>
struct alignas(16) WeightFragments {
  std::uint32_t words[Window * 128];
};

/// One plane of one region, and its tiles.
struct PlaneTask {
  const std::uint8_t* src;
  std::uint8_t* dst;
  std::int32_t src_pitch, dst_pitch;
  std::int32_t width, height;  // in pixels
  std::int32_t first_block;
  std::uint16_t tile_width, tile_height;  // tile_width: whole groups
  std::uint8_t lead;
  std::uint8_t channels;
  std::uint8_t chroma;
  std::uint8_t load_unit;   // bytes that may be loaded at once: 16, 4 or 1
  std::uint8_t store_unit;  // and stored
  std::uint8_t outside[4];
  std::uint16_t tiles_x;
  // A job of a warp is a run of groups of one strip; as far as possible each warp has one.
  std::uint8_t run, jobs_in_strip;
  float inverse_tiles_x, inverse_jobs_in_strip;
};

/// Kernel parameters. What is not needed is not there: each kilobyte of them takes the launch 0.1 us.
template <int Planes, int Window, int Fragments = 2>
struct ParamsOf {
  WeightFragments<Window> fragments[Fragments];  // [chroma]
  Weights weights[2];
  std::int64_t saved[max_saved_planes];  // Guard::saved: from a plane's pixels to their copies
  std::int32_t count;
  BorderMode mode;
  Guard guard;
  std::uint8_t owner[Planes * cluster_blocks];  // Guard::cluster: whose each block is
  PlaneTask planes[Planes];
};
using Params = ParamsOf<max_planes, 3>;
static_assert(sizeof(Params) <= 8192);

/// value / divisor by the divisor's inverse: exact for the few thousand tiles and jobs there are.
RETOUCH_HD inline int divide(int value, float inverse) {
  return static_cast<int>((static_cast<float>(value) + 0.5F) * inverse);
}

// Guard::saved. A tile reads what is its own where it is, and all else as save_kernel kept it, wherever the border mode
// sends it. So these two must agree: what is not of a tile and near enough to be read by it is near the edge of
// another.
/// Is row y of the plane one of the tile's? Rows beyond the plane's edge are reflected to rows of any tile.
RETOUCH_HD inline bool is_own_row(int tile_y, int tile_height, int y) {
  return y >= tile_y && y < tile_y + tile_height;
}
/// Are the 16 bytes at `begin` of a row in shared memory within the tile, which starts `left` bytes into it?
RETOUCH_HD inline bool is_own_segment(int left, int tile_bytes, int begin) {
  return begin >= left && begin + segment <= left + tile_bytes;
}
/// Is segment s of row r of a tile near an edge? All of the tile is where that is smaller than two radii.
RETOUCH_HD inline bool is_saved(const Weights& weights, int channels, int segments, int height, int s, int r) {
  const int side = (weights.radius_x * channels + segment - 1) / segment;
  return r < weights.radius_y || r >= height - weights.radius_y || s < side || s >= segments - side;
}

/// Sizes that the host and the kernel agree on. Window: groups, and strips, that one of them is computed from.
template <int C, int Window>
struct Geometry {
  static constexpr int halo = group / 2 * (Window - 1);  // pixels between the start of a window and its result
  // Pixels left of the tile in shared memory: the halo, or more where that is no whole number of segments.
  static constexpr int left = halo * C % segment == 0 ? halo : group;
  static_assert(left >= halo && left * C % segment == 0);
  static constexpr int set = C % 2 == 0 ? 1 : 2;  // groups that fill whole products
  static constexpr int products = set * C / 2;    // of 8 words each

  RETOUCH_HD static constexpr int rows(int tile_height) {
    return (tile_height + strip - 1) / strip * strip + strip * (Window - 1);
  }
  // In words. 8 or 24 more than a multiple of 32: the rows that a warp reads at once fall into different banks.
  RETOUCH_HD static constexpr int stride(int tile_width) {
    const int words = ((left + tile_width + halo) * C + segment - 1) / segment * (segment / 4);
    return (words + 7) / 16 * 16 + 8;
  }
  // Sets may reach beyond the end of the last row.
  static constexpr int slack = set * group * C / 4;
  RETOUCH_HD static constexpr int tile_words(int tile_width, int tile_height) {
    return rows(tile_height) * stride(tile_width) + (slack + 3) / 4 * 4;
  }
  RETOUCH_HD static constexpr int shared_bytes(int tile_width, int tile_height) {
    return 4 * tile_words(tile_width, tile_height);
  }
};

}  // namespace retouch::cuda::gaussian_fused
