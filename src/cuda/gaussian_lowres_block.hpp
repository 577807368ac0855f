// What a block of the low-resolution Gaussian's kernel does when all blocks of a grid share all planes: tiles of nodes
// on the way down, to global memory; tiles of nodes and the samples behind them on the way up.
#pragma once

#include "cuda/gaussian_lowres_down.hpp"
#include "cuda/gaussian_lowres_up.hpp"

namespace retouch::cuda::lowres {

/// Makes the nodes of a tile.
template <int Channels, class Block>
RETOUCH_HD void bring_down(const PlaneTask& plane, int tile_index, float* memory, const Block& block) {
  const int row = tile_index / plane.down.across;
  const int top = row * plane.down.height;
  const DownTile tile(plane, (tile_index - row * plane.down.across) * plane.down.width, top,
                      least(top + plane.down.height, plane.y.stored()));
  auto& shared = *reinterpret_cast<DownShared*>(memory);
  sum_tile<Channels>(plane, tile, shared, block);
  block.step([&](int thread, int all) {
    for_turns(tile.rows(), tile.columns() * Channels, thread, all, [&](int r, int i) {
      const int column = i / Channels;
      const int channel = i - column * Channels;
      const float node = node_from_sums<Channels>(plane, tile, shared, r, column, channel);
      plane.nodes[((tile.top + r) * plane.x.stored() + tile.left + column) * Channels + channel] =
          static_cast<std::uint16_t>(node * pixel::lowres_node_scale + half);
    });
  });
}

/// The channels of one node.
template <int Channels>
struct alignas(Channels == 4 ? 8 : 2) StoredNode {
  std::uint16_t of[Channels];
};

template <int Channels, class Block>
RETOUCH_HD void bring_up(const PlaneTask& plane, int tile_index, float* memory, const Block& block) {
  const UpLayout layout = UpLayout::of(plane);
  float* const weights_x = memory;
  float* const weights_y = memory + weight_floats / 2;
  float* const extended = memory + layout.extended();
  float* const along = memory + layout.along();
  float* const blurred = memory + layout.blurred();
  const int extended_row = layout.extended_width * Channels;
  const int row = layout.width * Channels;
  const int tile_row = tile_index / plane.up.across;
  const int left = (tile_index - tile_row * plane.up.across) * plane.up.width;
  const int top = tile_row * plane.up.height;

  block.step([&](int thread, int all) {
    set_weights(plane, memory, 0, thread, all);
    const auto* const nodes = reinterpret_cast<const StoredNode<Channels>*>(plane.nodes);
    for_turns(layout.extended_height, layout.extended_width, thread, all, [&](int r, int column) {
      const int from_x = plane.x.stored_at(left - plane.x.radius + column);
      const int from_y = plane.y.stored_at(top - plane.y.radius + r);
      const StoredNode<Channels> node = nodes[from_y * plane.x.stored() + from_x];
      RETOUCH_UNROLL
      for (int c = 0; c < Channels; ++c)
        extended[r * extended_row + column * Channels + c] =
            static_cast<float>(node.of[c]) * (1 / pixel::lowres_node_scale);
    });
  });
  block.step([&](int thread, int all) {
    for_turns(layout.extended_height, row, thread, all, [&](int r, int i) {
      along[r * row + i] = weighted_sum(extended + r * extended_row + plane.x.radius * Channels + i, Channels,
                                        weights_x, plane.x.radius);
    });
  });
  block.step([&](int thread, int all) {
    for_turns(layout.height, row, thread, all, [&](int r, int i) {
      blurred[r * row + i] = weighted_sum(along + (r + plane.y.radius) * row + i, row, weights_y, plane.y.radius);
    });
  });
  block.step([&](int thread, int all) {
    const UpTile tile{blurred,
                      row,
                      left,
                      top,
                      plane.x.first_sample(left),
                      plane.x.first_sample(left + plane.up.width),
                      plane.y.first_sample(top),
                      plane.y.first_sample(top + plane.up.height)};
    store_tile<Channels>(plane, tile, thread, all);
  });
}

/// The plane that a tile of the launch belongs to. `tile` becomes its number within the plane.
template <class FirstOf>
RETOUCH_HD inline int plane_of(const Params& p, int& tile, FirstOf&& first_of) {
  int i = 0;
  while (i + 1 < p.count && tile >= first_of(p.planes[i + 1])) ++i;
  tile -= first_of(p.planes[i]);
  return i;
}

/// All tiles that are the block's turn: down, or up.
template <class Block>
RETOUCH_HD void bring_all_down(const Params& p, float* memory, const Block& block, int index, int blocks) {
  for (int i = index; i < p.down_tiles; i += blocks) {
    int tile = i;
    const PlaneTask& plane = p.planes[plane_of(p, tile, [](const PlaneTask& of) { return of.down.first; })];
    switch (plane.channels) {
      case 1: bring_down<1>(plane, tile, memory, block); break;
      case 2: bring_down<2>(plane, tile, memory, block); break;
      case 3: bring_down<3>(plane, tile, memory, block); break;
      default: bring_down<4>(plane, tile, memory, block); break;
    }
  }
}

template <class Block>
RETOUCH_HD void bring_all_up(const Params& p, float* memory, const Block& block, int index, int blocks) {
  for (int i = index; i < p.up_tiles; i += blocks) {
    int tile = i;
    const PlaneTask& plane = p.planes[plane_of(p, tile, [](const PlaneTask& of) { return of.up.first; })];
    switch (plane.channels) {
      case 1: bring_up<1>(plane, tile, memory, block); break;
      case 2: bring_up<2>(plane, tile, memory, block); break;
      case 3: bring_up<3>(plane, tile, memory, block); break;
      default: bring_up<4>(plane, tile, memory, block); break;
    }
  }
}

}  // namespace retouch::cuda::lowres
