#include "cuda/gaussian_separable.hpp"

#include <algorithm>

#include "core/memory.hpp"
#include "cuda/gaussian_separable_kernel.cuh"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using namespace gaussian_separable;

void fill(Axis& to, std::int16_t& radius, const detail::GaussianAxis& from) {
  radius = static_cast<std::int16_t>(from.radius);
  std::copy(from.exact.begin(), from.exact.end(), to.weight);
}

std::int32_t round_up(std::int32_t n, std::int32_t unit) { return (n + unit - 1) / unit * unit; }
std::int32_t blocks(std::int32_t n, std::int32_t unit) { return (n + unit - 1) / unit; }

void blur_some(StreamView stream, std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan) {
  Params params{};
  fill(params.along[0], params.along_radius[0], plan.full.x);
  fill(params.along[1], params.along_radius[1], plan.chroma.x);
  fill(params.down[0], params.down_radius[0], plan.full.y);
  fill(params.down[1], params.down_radius[1], plan.chroma.y);
  params.count = static_cast<std::int32_t>(planes.size());
  params.mode = plan.border.mode;

  std::size_t values = 0;
  for (const GaussianPlane& plane : planes)
    values += static_cast<std::size_t>(round_up(plane.src.width * plane.src.channels, 2)) *
              static_cast<std::size_t>(plane.src.height);
  const detail::Temporary temporary(stream, values * sizeof(std::uint16_t));
  auto* between = temporary.get<std::uint16_t>();
  std::int32_t along = 0;
  std::int32_t down = 0;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const GaussianPlane& from = planes[i];
    PlaneTask& to = params.planes[i];
    to.src = from.src.data;
    to.dst = from.dst.data;
    to.src_pitch = from.src.pitch_bytes;
    to.dst_pitch = from.dst.pitch_bytes;
    to.row_bytes = from.src.width * from.src.channels;
    to.height = from.src.height;
    to.channels = static_cast<std::uint8_t>(from.src.channels);
    to.chroma = from.chroma ? 1 : 0;
    std::copy(from.outside.begin(), from.outside.end(), to.outside);
    to.between = between;
    to.between_pitch = round_up(to.row_bytes, 2);
    between += static_cast<std::ptrdiff_t>(to.between_pitch) * to.height;
    to.first_along = along;
    to.first_down = down;
    along += blocks(to.row_bytes, along_bytes) * blocks(to.height, warps);
    down += blocks(to.row_bytes, down_bytes) * blocks(to.height, warps * down_rows);
  }
  const dim3 threads(32, warps);
  cudaStream_t handle = detail::cuda_handle(stream);
  along_kernel<<<static_cast<unsigned>(along), threads, 0, handle>>>(params);
  RETOUCH_CUDA("launch gaussian_blur along the rows", cudaGetLastError());
  down_kernel<<<static_cast<unsigned>(down), threads, 0, handle>>>(params);
  RETOUCH_CUDA("launch gaussian_blur down the columns", cudaGetLastError());
}

}  // namespace

void gaussian_separable_blur(StreamView stream, std::span<const GaussianPlane> planes,
                             const detail::GaussianPlan& plan) {
  for (; !planes.empty(); planes = planes.subspan(std::min<std::size_t>(planes.size(), max_planes)))
    blur_some(stream, planes.first(std::min<std::size_t>(planes.size(), max_planes)), plan);
}

}  // namespace retouch::cuda
