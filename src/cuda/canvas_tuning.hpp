// Sizes of Canvas's drawing on CUDA, and what they were chosen by.
#pragma once

#include <cstddef>

namespace retouch::cuda {

// Rows of tiles of a region that one block draws: 4 (the whole region), 2 or 1.
inline constexpr int canvas_tile_rows = 4;

// A payload up to these sizes travels in the kernel's parameters; each kilobyte takes the launch 0.1 us.
inline constexpr int canvas_few_parameters = 4096;
inline constexpr int canvas_most_parameters = 16384;

// Up to 64 KB a pageable copy is staged by the driver before the call returns. It takes less time to start than a
// pinned copy; several of them are as good up to some size.
inline constexpr std::size_t canvas_pageable_piece = 65536;
inline constexpr std::size_t canvas_most_pageable = 4 * canvas_pageable_piece;

}  // namespace retouch::cuda
