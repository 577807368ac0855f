// How the low-resolution Gaussian cuts planes into tiles and launches. Plain host code.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "cuda/gaussian_lowres_params.hpp"

namespace retouch::cuda::lowres {

/// What a GPU has.
struct Limits {
  int multiprocessors = 1;
  int shared_bytes_per_block = 48 * 1024;
  bool clusters = false;
};

struct Launch {
  Params params;
  int blocks;
  int shared_bytes;
};

/// One launch for at most max_planes planes; their nodes are still to be placed.
Launch tile(std::span<const detail::LowresPlane> planes, const Limits& limits);

/// A plane for a cluster, and what each of its blocks takes.
struct Strips {
  PlaneTask task;
  int shared_bytes;
};
/// Nothing for a plane that is too large for a cluster, or when the GPU has none.
std::optional<Strips> cut_strips(const detail::LowresPlane& plane, const Limits& limits);

/// 16-bit values that the nodes of all planes take.
std::size_t node_values(const Params& params);
/// Gives each plane its nodes in `memory`.
void place_nodes(Params& params, std::uint16_t* memory);

}  // namespace retouch::cuda::lowres
