// How the low-resolution Gaussian cuts planes into tiles and launches. Plain host code.
#pragma once

#include <cstddef>
#include <span>

#include "cuda/gaussian_lowres_params.hpp"

namespace retouch::cuda::lowres {

/// What a GPU has.
struct Limits {
  int multiprocessors = 1;
  int shared_bytes_per_block = 48 * 1024;
};

struct Launch {
  Params params;
  int blocks;
  int shared_bytes;
};

/// One launch for at most max_planes planes; their nodes are still to be placed.
Launch tile(std::span<const detail::LowresPlane> planes, const Limits& limits);

/// 16-bit values that the nodes of all planes take.
std::size_t node_values(const Params& params);
/// Gives each plane its nodes in `memory`.
void place_nodes(Params& params, std::uint16_t* memory);

}  // namespace retouch::cuda::lowres
