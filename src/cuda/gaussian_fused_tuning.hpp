// How gaussian_blur's fast kernel cuts planes into tiles, and what that was chosen by: microseconds of GPU time of
// benchmarks/gaussian_blur_bench.cpp on one H100 (CUDA 13.0), where an empty kernel takes 3.2 and the copy of a 1080p
// RGBA frame 6.5. "Prototype" figures are of an earlier kernel of the same make.
#pragma once

namespace retouch::cuda::gaussian_fused {

// A small plane in place: little tiles, and not more blocks than the GPU has multiprocessors, over which the grid
// barrier is cheap (1.0 for 132 blocks, 1.9 for 528). 9x9 on 100x100 and on 400x400: 128 threads 9.3 and 10.6, 256
// threads 7.7 and 8.2, with tiles of 64 bytes first 7.2 and 8.1, 512 threads 7.5 and 8.1.
inline constexpr int small_threads = 256;
inline constexpr int small_tile_bytes[] = {64, 128, 256, 384};  // wide, in this order until the blocks fit
inline constexpr int small_tile_rows = 16;

// A large plane in place: one block a multiprocessor. 9x9 on a 1080p RGBA frame 13.5. Prototype: 12 x 11 tiles with 512
// threads 11.1, with 768 threads 12 to 15, 12 x 22 tiles with 256 threads 11.4.
inline constexpr int large_threads = 512;
inline constexpr int large_most_tiles_across = 32;

// Several small planes in place: clusters of 8 blocks (the planes of an nv12 or i420 region share one), whose barrier
// takes 0.56 and needs no cooperative launch. 9x9 on 20 regions of 120x120: 128 threads 12.2, 192 threads 10.2, 256
// threads 9.6, 320 threads 13.6 (a multiprocessor then holds fewer blocks). A single region is faster over more than 8
// multiprocessors.
inline constexpr int cluster_threads = 256;
inline constexpr int cluster_least_regions = 2;
inline constexpr int cluster_most_shared_bytes = 48 * 1024;

// No barrier (from one image into another, or in place with the tiles' edges saved first): any number of blocks, two on
// a multiprocessor; large tiles, since the pixels around them are read twice.
inline constexpr int free_threads = 256;
inline constexpr int free_tile_bytes = 512;
inline constexpr int free_tile_rows = 64;

// Where byte weights could move a pixel by more levels than this, the general kernel is taken. Roundings between the
// passes and at the end add half a level each, and the CPU's result is another half and a little from the exact one: in
// all less than 2, so that the two never differ by 2. Kernels whose ends reach beyond three sigma, or whose outer
// weights fall half-way between two bytes at every scale, are the ones that fail.
inline constexpr double most_byte_error = 0.44;

}  // namespace retouch::cuda::gaussian_fused
