// Sizes of Canvas's drawing on CUDA, and what they were chosen by.
#pragma once

#include <cstddef>
#include <cstdint>

namespace retouch::cuda {

// Rows of tiles of a region that one block draws: 4 (the whole region), 2 or 1. 50 boxes, 50 boxes with labels, 500
// objects (benchmarks/canvas_bench.cpp, microseconds on one H100): 4 rows 10.5, 14.2, 51.8; 2 rows 9.8, 13.5, 51.7.
inline constexpr int canvas_tile_rows = 2;
// Blocks that a multiprocessor shall hold, which limits their registers: to 64 for the usual commands, which fit, and
// to 128 for all. With 40 registers, three blocks of 4 rows, spills made 50 boxes take 18.6 instead of 11.3.
inline constexpr int canvas_usual_blocks = 2 * 4 / canvas_tile_rows;
inline constexpr int canvas_all_blocks = 4 / canvas_tile_rows;

// Blocks find their commands themselves in lists of at most so many, and for at most so many blocks.
inline constexpr std::size_t canvas_most_found = 2048;
// The host sorts them by bands of so many rows first: most blocks then have few to look at.
inline constexpr int canvas_band_height = 64;
// Of the shortest lists every warp looks at all commands.
inline constexpr std::uint32_t canvas_few_found = 96;
// So many frames fill the GPU, and are drawn in strips. Blocks have few of those: they end when their last one does. 1,
// 2 or 8 (16 frames of 50 objects, microseconds on one H100): 69.4, 68.5, 72.3; half as high, 2: 66.0, against 66.6.
inline constexpr std::size_t canvas_many_frames = 4;
inline constexpr int canvas_block_strips = 2;
// So few commands may lie far apart: the host finds their regions, instead of a grid of blocks that draw nothing.
inline constexpr std::size_t canvas_few_commands = 8;
inline constexpr std::size_t canvas_most_blocks = 16384;
inline constexpr std::size_t canvas_most_strip_blocks = 65536 / canvas_block_strips;

// A payload up to these sizes travels in the kernel's parameters; each kilobyte takes the launch 0.1 us.
inline constexpr int canvas_few_parameters = 6144;
inline constexpr int canvas_most_parameters = 16384;

// A small pageable copy is staged by the driver before the call returns, and is there soonest. More is read by a kernel
// from pinned memory. 16, 32, 64, 200 KB (microseconds on one H100): pageable 2.5, 3.7, 6.2, 19.7; a kernel 4.1, 4.4,
// 5.0, 8.0; a pinned copy 6.7, 11.7, 11.7, 14.8.
inline constexpr std::size_t canvas_most_pageable = 40 * 1024;

}  // namespace retouch::cuda
