// What the host tells the low-resolution Gaussian's kernels.
#pragma once

#include <cstdint>

#include "ops/gaussian_lowres.hpp"

namespace retouch::cuda::lowres {

inline constexpr int threads = 512;  // of a block
inline constexpr int max_planes = 20;
inline constexpr int cluster_blocks = 8;  // what every GPU with clusters can run

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
  std::uint16_t* nodes;  // the stored ones, row by row, channels side by side, in 256ths of a level; a grid's alone
  pixel::LowresAxis x, y;
  Tiling down, up;  // a cluster has no tiles on the way up
  std::uint8_t outside[4];
  std::uint8_t channels;
  std::uint8_t src_lead, dst_lead;  // bytes by which rows start behind a whole word, if all do alike
  std::uint8_t src_tail;            // rows at the end that must not be read beyond their last byte
  bool constant_border;             // nodes at the edges have a part of `outside`
  // Down: a pass is 1 << words_log2 words of the rows' bytes, each the business of threads >> words_log2 threads. They
  // share the tile's cells, and 1 << splits_log2 of them the rows of one cell.
  std::uint8_t words_log2, splits_log2;
  // A node's columns are summed by 1 << parts_log2 threads.
  std::uint8_t parts_log2;
};

/// Kernel parameters for planes that share the grid.
struct Params {
  std::int32_t count;
  std::int32_t down_tiles, up_tiles;
  PlaneTask planes[max_planes];
};
static_assert(sizeof(Params) <= 4096);

/// Kernel parameters for planes with a cluster each.
template <int Planes>
struct ClusterParams {
  PlaneTask planes[Planes];
};
inline constexpr int few_planes = 10;  // the fewer bytes, the sooner a launch starts
static_assert(sizeof(ClusterParams<max_planes>) <= 4096);

RETOUCH_HD constexpr int round_up(int n, int to) { return (n + to - 1) / to * to; }

/// A turn on the way down: some rows of a cell, and what they weigh. In the node above it is `upper_plain` and for each
/// 256th that a row is beyond that node `upper_beyond`; in the node below alike.
struct alignas(16) RowTurn {
  std::int32_t first, count;
  float upper_plain, upper_beyond, lower_plain, lower_beyond;
};
/// A column of nodes: its samples, and the one at the picture's edge that has a weight of its own (-1: none).
struct alignas(16) NodeColumn {
  std::int32_t begin, end, edge_sample, edge_weight;
};

/// Shared memory on the way down: sums of rows by [turn][upper, lower][byte of the pass], then of columns by
/// [node][part][channels and their weight].
inline constexpr int most_turns = 32;
inline constexpr int most_columns = 256;
inline constexpr int row_sum_floats = 8 * 1024;
inline constexpr int column_sum_floats = 4 * 1024;
struct DownShared {
  RowTurn turns[most_turns];
  NodeColumn columns[most_columns];
  alignas(16) float row_sums[row_sum_floats];
  float column_sums[column_sum_floats];
  float row_weights[2 * most_turns];  // [turn][upper, lower]
};
inline constexpr int down_shared_floats = sizeof(DownShared) / sizeof(float);

/// Weights of both axes.
inline constexpr int weight_floats = 2 * round_up(detail::lowres_max_radius + 1, 4);

/// Sizes of a tile on the way up, and its shared memory in floats.
struct UpLayout {
  int extended_width, extended_height;  // nodes, with those that the Gaussian reaches
  int width, height;                    // blurred nodes: the tile's and one more
  int channels;

  RETOUCH_HD static UpLayout of(const PlaneTask& plane) {
    const int width = plane.up.width + 1;
    const int height = plane.up.height + 1;
    return {width + 2 * plane.x.radius, height + 2 * plane.y.radius, width, height, plane.channels};
  }
  // The weights, the nodes, blurred along, blurred along and down; each begins at a multiple of four.
  RETOUCH_HD int extended() const { return weight_floats; }
  RETOUCH_HD int along() const { return extended() + round_up(extended_width * extended_height * channels, 4); }
  RETOUCH_HD int blurred() const { return along() + round_up(width * extended_height * channels, 4); }
  RETOUCH_HD int bytes() const { return (blurred() + width * height * channels) * static_cast<int>(sizeof(float)); }
};

/// What a block of a cluster does: some rows of nodes on the way down, some rows of samples on the way up. Its shared
/// memory, in floats, begins with what outlasts the barrier: the weights, the places of nodes from -radius to last + 1
/// + radius on both axes, and all rows of nodes, blurred along. What is behind `scratch` is used twice.
struct StripLayout {
  int row;      // of blurred nodes: 0 .. last + 1, channels counted
  int columns;  // places on each axis
  int rows;
  int places_x, places_y, along, scratch, nodes;

  RETOUCH_HD static StripLayout of(const PlaneTask& plane) {
    StripLayout layout{};
    layout.row = (plane.x.last + 2) * plane.channels;
    layout.columns = plane.x.last + 2 + 2 * plane.x.radius;
    layout.rows = plane.y.last + 2 + 2 * plane.y.radius;
    layout.places_x = weight_floats;
    layout.places_y = layout.places_x + layout.columns;
    layout.along = round_up(layout.places_y + layout.rows, 4);
    layout.scratch = round_up(layout.along + plane.y.stored() * layout.row, 4);
    layout.nodes = layout.scratch + down_shared_floats;
    return layout;
  }
  /// Of a plane of so many values a row of nodes, of which a block has `height` at a time; `blurred`: rows that a block
  /// needs on the way up.
  int bytes(int height, int node_row, int blurred) const {
    const int down = down_shared_floats + height * node_row;
    const int up = blurred * row;
    return (scratch + (down > up ? down : up)) * static_cast<int>(sizeof(float));
  }
};

/// Block `block`'s share of `n` things that all blocks of a cluster share: from this one to before the next one's.
RETOUCH_HD constexpr int share_of(int n, int block) { return n * block / cluster_blocks; }

}  // namespace retouch::cuda::lowres
