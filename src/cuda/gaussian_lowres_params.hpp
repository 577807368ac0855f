// What the host tells the low-resolution Gaussian's kernel.
#pragma once

#include <cstdint>

#include "ops/gaussian_lowres.hpp"

namespace retouch::cuda::lowres {

inline constexpr int threads = 512;  // of a block
inline constexpr int max_planes = 20;

/// How one stage cuts a plane's grid of nodes into tiles.
struct Tiling {
  std::int32_t first;          // of the plane's tiles among those of the launch
  std::int32_t across;         // tiles side by side
  std::int16_t width, height;  // nodes
};

/// One plane of one job.
struct PlaneTask {
  const std::uint8_t* src;
  std::uint8_t* dst;
  std::int64_t src_pitch, dst_pitch;
  std::uint16_t* nodes;  // the stored ones, row by row, channels side by side, in 256ths of a level
  pixel::LowresAxis x, y;
  Tiling down, up;
  std::uint8_t outside[4];
  std::uint8_t channels;
  std::uint8_t src_lead, dst_lead;  // bytes by which rows start behind a whole word, if all do alike
  // Down: a pass is 1 << words_log2 words of the rows' bytes, each the business of threads >> words_log2 threads. They
  // share the tile's rows of nodes, and the samples of one such row go by turns to 1 << splits_log2 of them.
  std::uint8_t words_log2, splits_log2;
  // A node's columns are summed by 1 << parts_log2 threads.
  std::uint8_t parts_log2;
};

/// Kernel parameters.
struct Params {
  std::int32_t count;
  std::int32_t down_tiles, up_tiles;
  PlaneTask planes[max_planes];
};
static_assert(sizeof(Params) <= 4096);

/// A group's share of words and nodes, in shared memory. Down: sums of rows, then of columns.
struct NodeSum {
  float values;
  float weights;
};

inline constexpr int most_node_sums = 2048;      // in a tile: nodes times channels
inline constexpr int row_sum_bytes = 32 * 1024;  // [row of sums][4 bytes of each word]
inline constexpr int most_row_sums = 64;
inline constexpr int down_shared_bytes = row_sum_bytes + most_node_sums * static_cast<int>(sizeof(NodeSum)) +
                                         most_row_sums * static_cast<int>(sizeof(float));

/// Sizes of a tile on the way up.
struct UpLayout {
  int extended_width, extended_height;  // nodes, with those that the Gaussian reaches
  int width, height;                    // blurred nodes: the tile's and one more
  int channels;

  RETOUCH_HD static UpLayout of(const PlaneTask& plane) {
    const int width = plane.up.width + 1;
    const int height = plane.up.height + 1;
    return {width + 2 * plane.x.radius, height + 2 * plane.y.radius, width, height, plane.channels};
  }
  // In floats: weights of both axes, the nodes, blurred along, blurred along and down.
  static constexpr int weights = 2 * (detail::lowres_max_radius + 1);
  RETOUCH_HD int extended() const { return extended_width * extended_height * channels; }
  RETOUCH_HD int along() const { return width * extended_height * channels; }
  RETOUCH_HD int blurred() const { return width * height * channels; }
  RETOUCH_HD int floats() const { return weights + extended() + along() + blurred(); }
  RETOUCH_HD int bytes() const { return floats() * static_cast<int>(sizeof(float)); }
};

}  // namespace retouch::cuda::lowres
