// The low-resolution Gaussian: one axis of it, and what a sample weighs in a node. docs/gaussian_blur.md explains it.
#pragma once

#include <cstdint>

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

  /// Where a sample is, in 256ths of a node.
  RETOUCH_HD int at(int sample) const {
    constexpr std::uint32_t half = 1U << 22U;
    return static_cast<std::int32_t>((static_cast<std::uint64_t>(static_cast<std::uint32_t>(sample)) * step + half) >>
                                     23U);
  }
  /// How far a sample is beyond the node before it, in the highest byte: of a product of 32 bits, not 64.
  RETOUCH_HD std::uint32_t beyond(int sample) const {
    constexpr std::uint32_t half = 1U << 22U;
    return (static_cast<std::uint32_t>(sample) * step + half) << 1U;
  }
  RETOUCH_HD Place place(int sample) const {
    const int there = at(sample);
    return {there >> 8, there & 255};
  }

  /// The first sample that is at or behind node `node`; `length` when there is none.
  RETOUCH_HD int first_sample(int node) const {
    // Off by one at most, so two comparisons find it: short, and without a branch for a GPU to wait at.
    const float about = 0.5F + static_cast<float>(node) * spacing - spacing * (0.5F / lowres_unit);
    const int near = static_cast<int>(about);
    const int first = near - 1 + (at(near - 1) < lowres_unit * node ? 1 : 0) + (at(near) < lowres_unit * node ? 1 : 0);
    return node <= 0 ? 0 : node > last ? length : first;
  }

  /// The samples that a node is made of.
  RETOUCH_HD Span span(int node) const {
    if (node < 0) return {0, 1};
    if (node > last) return {length - 1, length};
    return {first_sample(node - 1), first_sample(node + 1)};
  }

  /// What samples weigh in one node. The one on the node at an edge, or on an outer node, has a weight of its own.
  struct Weights {
    std::int32_t node;         ///< in 256ths
    std::int32_t factor;       ///< 2 where what is mirrored weighs as much again
    std::int32_t edge_sample;  ///< -1: none
    std::int32_t edge_weight;
  };
  RETOUCH_HD Weights weights(int node) const {
    const bool is_outer = node < 0 || node > last;
    const bool is_edge = !is_outer && (node == 0 || node == last);
    const std::int32_t edge = node == 0 ? edge_weight[0] : edge_weight[1];
    return {lowres_unit * node, is_edge && last != 0 ? edge_factor() : 1,
            node <= 0      ? 0
            : node >= last ? length - 1
                           : -1,
            is_outer ? outer_weight : edge};
  }
  /// What others than the sample at an edge weigh more in the node there.
  RETOUCH_HD int edge_factor() const { return mirrored != 0 ? 2 : 1; }

  /// What a sample of a node's span weighs in it.
  RETOUCH_HD int weight(const Weights& of, int sample) const {
    if (sample == of.edge_sample) return of.edge_weight;
    const int distance = at(sample) - of.node;
    return of.factor * (lowres_unit - (distance < 0 ? -distance : distance));
  }

  /// What the border's constant weighs in a node.
  RETOUCH_HD int weight_outside(int node) const {
    if (node < 0 || node > last) return lowres_unit - outer_weight;
    if (last == 0) return 0;
    return node == 0 ? outside_weight[0] : node == last ? outside_weight[1] : 0;
  }

  /// Where in memory the node is that stands at `node`, which may be any distance outside.
  RETOUCH_HD int stored_at(int node) const {
    if (outer != 0) return (node < 0 ? -1 : node > last ? last + 1 : node) + 1;
    if (last == 0) return 0;
    while (node < 0 || node > last) node = node < 0 ? -node : 2 * last - node;  // once, nearly always
    return node;
  }
};

/// Nodes are kept in 256ths of a level.
inline constexpr float lowres_node_scale = 256;

}  // namespace retouch::pixel
