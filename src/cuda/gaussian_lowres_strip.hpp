// What a block of a cluster does when the cluster has a small plane for itself. Down: a strip of rows of nodes, blurred
// along, which it writes to every block's shared memory. Behind the cluster's barrier each block has all rows, and
// makes its strip of samples. Nothing of it leaves the multiprocessors.
#pragma once

#include "cuda/gaussian_lowres_down.hpp"
#include "cuda/gaussian_lowres_up.hpp"

namespace retouch::cuda::lowres {

/// Tables that do not depend on the block.
RETOUCH_HD inline void set_strip_tables(const PlaneTask& plane, const StripLayout& layout, float* memory, int thread,
                                        int threads_of_block) {
  set_weights(plane, memory, 288, thread, threads_of_block);
  auto* const places = reinterpret_cast<std::int32_t*>(memory);
  for_items(layout.columns, 384, thread, threads_of_block,
            [&](int i) { places[layout.places_x + i] = plane.x.stored_at(i - plane.x.radius) * plane.channels; });
  for_items(layout.rows, 448, thread, threads_of_block,
            [&](int i) { places[layout.places_y + i] = plane.y.stored_at(i - plane.y.radius) * layout.row; });
}

/// Up to the cluster's barrier. Besides step(), `cluster` has each(), which does not wait, rank(), wait_for_start(),
/// which returns when all blocks have begun, and of(block, p): where p, in this block's shared memory, is in that of
/// another.
template <int Channels, class Cluster>
RETOUCH_HD void bring_strip_down(const PlaneTask& plane, float* memory, const Cluster& cluster) {
  const StripLayout layout = StripLayout::of(plane);
  auto& shared = *reinterpret_cast<DownShared*>(memory + layout.scratch);
  float* const nodes = memory + layout.nodes;
  const int node_row = plane.x.stored() * Channels;
  const int first = share_of(plane.y.stored(), cluster.rank());
  const int end = share_of(plane.y.stored(), cluster.rank() + 1);
  cluster.each([&](int thread, int all) { set_strip_tables(plane, layout, memory, thread, all); });
  RETOUCH_ROLLED
  for (int top = first; top < end; top += plane.down.height) {
    const DownTile tile(plane, 0, top, least(top + plane.down.height, end));
    sum_tile<Channels>(plane, tile, shared, cluster);
    cluster.step([&](int thread, int all) {
      for_turns(tile.rows(), node_row, thread, all, [&](int r, int i) {
        const int column = i / Channels;
        nodes[r * node_row + i] = node_from_sums<Channels>(plane, tile, shared, r, column, i - column * Channels);
      });
    });
    if (top == first) cluster.wait_for_start();
    cluster.step([&](int thread, int all) {
      const auto* const places = reinterpret_cast<const std::int32_t*>(memory + layout.places_x) + plane.x.radius;
      for_turns(tile.rows(), layout.row, thread, all, [&](int r, int i) {
        const int column = i / Channels;
        const float value =
            weighted_sum(nodes + r * node_row + i - column * Channels, places + column, memory, plane.x.radius);
        float* const at = memory + layout.along + (tile.top + r) * layout.row + i;
        RETOUCH_UNROLL
        for (int b = 0; b < cluster_blocks; ++b) *cluster.of(b, at) = value;
      });
    });
  }
  if (first == end) cluster.wait_for_start();
}

/// Behind the cluster's barrier.
template <int Channels, class Cluster>
RETOUCH_HD void bring_strip_up(const PlaneTask& plane, float* memory, const Cluster& cluster) {
  const StripLayout layout = StripLayout::of(plane);
  const int begin = share_of(plane.y.length, cluster.rank());
  const int end = share_of(plane.y.length, cluster.rank() + 1);
  if (begin == end) return;
  const int top = plane.y.place(begin).node;
  const int rows = plane.y.place(end - 1).node + 2 - top;
  float* const blurred = memory + layout.scratch;
  cluster.step([&](int thread, int all) {
    const auto* const places = reinterpret_cast<const std::int32_t*>(memory + layout.places_y) + plane.y.radius + top;
    for_turns(rows, layout.row, thread, all, [&](int r, int i) {
      blurred[r * layout.row + i] =
          weighted_sum(memory + layout.along + i, places + r, memory + weight_floats / 2, plane.y.radius);
    });
  });
  cluster.step([&](int thread, int all) {
    const UpTile tile{blurred, layout.row, 0, top, 0, plane.x.length, begin, end};
    store_tile<Channels>(plane, tile, thread, all);
  });
}

}  // namespace retouch::cuda::lowres
