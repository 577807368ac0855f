#include "cuda/gaussian_small.hpp"

#include <algorithm>
#include <limits>

#include "cuda/gaussian_small_kernel.cuh"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using namespace gaussian_small;

// Chosen by microseconds of GPU time of benchmarks/gaussian_blur_bench.cpp, 9x9 on 100x100 in rgba8 and nv12, on one
// H100 where an empty kernel takes 3.3 and the fast Gaussian 7.1 and 6.7: 256 threads 5.3 and 6.0, 384 threads 5.2
// and 5.7, 512 threads 5.2 and 5.8; tiles of 2 to 8 rows alike. On 400x400 rgba8 8.5, where the fast Gaussian
// takes 8.1. Most of it is start, one read, one barrier over all blocks and one write.
constexpr int threads = 384;
constexpr int least_rows = 4;  // of a tile
constexpr int most_rows = 64;  // for these a block need not ask for more shared memory than it has
constexpr int most_bytes = 200 * 200 * 4;

int divide_up(int a, int b) { return (a + b - 1) / b; }

// Cuts the planes into tiles of so many rows; returns the number of blocks.
int cut(Params& p, int count, int radius, int rows) {
  int blocks = 0;
  for (int i = 0; i < count; ++i) {
    PlaneTask& plane = p.planes[i];
    const int words = divide_up(plane.lead + plane.width * plane.channels, 4);
    plane.tiles_x = divide_up(words, 32 - 2 * side_words(plane.channels, radius));
    plane.inverse_tiles_x = 1.0F / static_cast<float>(plane.tiles_x);
    plane.tile_words = divide_up(words, plane.tiles_x);
    plane.tile_rows = std::min(rows, plane.height);
    plane.first_block = blocks;
    blocks += plane.tiles_x * divide_up(plane.height, plane.tile_rows);
  }
  for (int i = count; i < max_planes; ++i) p.planes[i].first_block = blocks;
  return blocks;
}

void fill(Axis& to, const detail::GaussianAxis& from) {
  std::fill_n(to.weight, max_radius + 1, 0.0F);
  for (int i = 0; i <= from.radius; ++i) to.weight[i] = static_cast<float>(from.bytes[static_cast<std::size_t>(i)]);
  to.half = static_cast<float>(from.byte_sum / 2) + shift_point;
  to.inverse = from.byte_inverse;
}

std::size_t shared_bytes(int rows, int radius) {
  return static_cast<std::size_t>(rows + 2 * radius + threads / 32) * 32 * sizeof(float4);
}

// False when the plane is not one for the kernel.
bool fill(PlaneTask& to, const GaussianPlane& from) {
  const Plane& plane = from.dst;
  const auto lead = static_cast<int>(reinterpret_cast<std::uintptr_t>(plane.data) % 4);
  // Words of whole pixels, and a region that is reflected at most once.
  if (plane.channels == 3 || lead % plane.channels != 0 || plane.pitch_bytes % 4 != 0 ||
      plane.pitch_bytes > std::numeric_limits<std::int32_t>::max() ||
      std::min(plane.width, plane.height) <= 2 * max_radius)
    return false;
  to.data = plane.data - lead;
  to.pitch = static_cast<std::int32_t>(plane.pitch_bytes);
  to.width = plane.width;
  to.height = plane.height;
  to.lead = lead;
  to.channels = plane.channels;
  to.chroma = from.chroma ? 1 : 0;
  return true;
}

}  // namespace

bool gaussian_small_blur(StreamView stream, std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan) {
  if (planes.empty() || planes.size() > max_planes || plan.border.mode == BorderMode::constant) return false;
  Params p;
  p.reflect = plan.border.mode == BorderMode::reflect_101;
  int radius = 0;
  std::int64_t bytes = 0;
  int count = 0;
  for (const GaussianPlane& plane : planes) {
    const detail::GaussianKernel& kernel = plane.chroma ? plan.chroma : plan.full;
    radius = std::max({radius, kernel.x.radius, kernel.y.radius});
    bytes += std::int64_t{plane.dst.width} * plane.dst.channels * plane.dst.height;
    if (plane.src.data != plane.dst.data || radius > max_radius || bytes > most_bytes) return false;
    if (!fill(p.planes[count++], plane)) return false;
    Axes& axes = p.axes[plane.chroma ? 1 : 0];
    fill(axes.along, kernel.x);
    fill(axes.down, kernel.y);
  }
  const int reach = radius <= 4 ? 4 : 8;
  // Not more blocks than the GPU has multiprocessors: what their barrier takes grows with them.
  const int most_blocks = detail::gpu_properties(stream.device().index()).multiprocessors;
  int rows = least_rows;
  int blocks = cut(p, count, reach, rows);
  while (blocks > most_blocks && rows < most_rows) blocks = cut(p, count, reach, ++rows);
  if (blocks > most_blocks) return false;
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = shared_bytes(rows, reach);
  config.stream = detail::cuda_handle(stream);
  config.attrs = &attribute;
  config.numAttrs = 1;
  auto* const kernel = p.planes[0].channels == 4 ? reach == 4 ? blur_packed<4> : blur_packed<8>
                       : reach == 4 ? blur_planes<4>
                                                 : blur_planes<8>;
  const cudaError_t error = cudaLaunchKernelEx(&config, kernel, p);
  if (error == cudaErrorCooperativeLaunchTooLarge) {  // others have a part of the GPU
    static_cast<void>(cudaGetLastError());
    return false;
  }
  RETOUCH_CUDA("launch gaussian_blur", error);
  return true;
}

}  // namespace retouch::cuda
