// The low-resolution Gaussian: one axis of it, and what a sample weighs in a node. docs/gaussian_blur.md explains it.
#pragma once

#include <cstdint>

#include "pixel/border.hpp"
#include "pixel/macros.hpp"

namespace retouch::pixel {

/// Weights of samples are in units of 1 / 256.
inline constexpr int lowres_unit = 256;

/// Nodes 0 .. last stand on an axis at equal distances, node 0 on the first sample and node `last` on the last one: so
/// what reflect_101 mirrors is nodes, exactly. A sample between two nodes belongs to both, to each by how near it is
/// (on the way down), and is made from both in the same way (on the way up). Where the border is not mirrored, an outer
/// node on each side, -1 and last + 1, holds what stands beyond the edge.
struct LowresAxis {
  std::int32_t length = 0;  ///< samples
  std::int32_t last = 0;
  std::uint32_t step = 0;  ///< nodes a sample, in units of 2^-31
  float spacing = 1;       ///< samples a node
  // The Gaussian over the nodes: peak * 2^(-falloff * distance^2), at the distance `radius` `tail`.
  std::int32_t radius = 0;
  float falloff = 0;
  float peak = 1;
  float tail = 0;
  // Of the first and the last sample in the nodes that stand on them, and of the border's constant there.
  std::int32_t edge_weight[2] = {lowres_unit, lowres_unit};
  std::int32_t outside_weight[2] = {0, 0};
  std::int32_t outer_weight = 0;  ///< of the first or last sample in an outer node; 0 where that is the constant
  std::uint8_t outer = 0;         ///< 1: there are outer nodes
  std::uint8_t mirrored = 0;      ///< what lies beyond the edge weighs twice

  struct Place {
    std::int32_t node;    ///< the one before the sample
    std::int32_t beyond;  ///< how far behind it, 0..255
  };
  struct Span {
    std::int32_t begin, end;
  };

  /// Nodes in memory, the outer ones included: node k is at k + outer.
  RETOUCH_HD int stored() const { return last + 1 + 2 * outer; }

  RETOUCH_HD Place place(int sample) const {
    constexpr std::uint32_t half = 1U << 22U;
    const std::uint64_t at = static_cast<std::uint64_t>(static_cast<std::uint32_t>(sample)) * step + half;
    return {static_cast<std::int32_t>(at >> 31U), static_cast<std::int32_t>(at >> 23U & 255U)};
  }

  /// The first sample that is at or behind node `node`; `length` when there is none.
  RETOUCH_HD int first_sample(int node) const {
    if (node <= 0) return 0;
    if (node > last) return length;
    int sample = static_cast<int>(static_cast<float>(node) * spacing);
    if (sample > length - 1) sample = length - 1;
    while (sample > 0 && place(sample - 1).node >= node) --sample;
    while (sample < length && place(sample).node < node) ++sample;
    return sample;
  }

  /// The samples that a node is made of.
  RETOUCH_HD Span span(int node) const {
    if (node < 0) return {0, 1};
    if (node > last) return {length - 1, length};
    return {first_sample(node - 1), first_sample(node + 1)};
  }

  /// What a sample of its span weighs in a node.
  RETOUCH_HD int weight(int node, int sample) const {
    if (node < 0 || node > last) return outer_weight;
    const Place at = place(sample);
    const int near = at.node == node ? lowres_unit - at.beyond : at.beyond;
    if (last == 0 || (node != 0 && node != last)) return near;
    if (sample == (node == 0 ? 0 : length - 1)) return edge_weight[node == 0 ? 0 : 1];
    return mirrored != 0 ? 2 * near : near;
  }

  /// What the border's constant weighs in a node.
  RETOUCH_HD int weight_outside(int node) const {
    if (node < 0 || node > last) return lowres_unit - outer_weight;
    if (last == 0) return 0;
    return node == 0 ? outside_weight[0] : node == last ? outside_weight[1] : 0;
  }

  /// Where in memory the node is that stands at `node`, which may be any distance outside.
  RETOUCH_HD int stored_at(int node) const {
    if (outer == 0) return reflect_101(node, last + 1);
    return (node < 0 ? -1 : node > last ? last + 1 : node) + 1;
  }
};

/// Nodes are kept in 256ths of a level.
inline constexpr float lowres_node_scale = 256;

}  // namespace retouch::pixel
