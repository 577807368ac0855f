#include "cuda/gaussian_fused.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "core/memory.hpp"
#include "cuda/gaussian_fused_kernel.cuh"
#include "cuda/gaussian_fused_tiling.hpp"
#include "cuda/gaussian_fused_tuning.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using namespace gaussian_fused;
// One instance of the kernel: how to set it up and to launch it with what it needs of the parameters.
struct Kernel {
  const void* (*function)();
  cudaError_t (*launch)(const cudaLaunchConfig_t& config, const Launch& launch);
};

template <int Channels, int Window, int Planes>
cudaError_t launch_kernel(const cudaLaunchConfig_t& config, const Launch& launch) {
  const Params& all = launch.params;
  KernelParams<Channels, Window, Planes> p;
  std::size_t chroma = 0;
  for (auto& fragments : p.fragments) std::copy_n(all.fragments[chroma++].words, Window * 128, fragments.words);
  std::copy_n(all.weights, 2, p.weights);
  std::copy_n(all.saved, max_saved_planes, p.saved);
  p.count = all.count;
  p.mode = all.mode;
  p.guard = all.guard;
  if (all.guard == Guard::cluster) std::copy_n(all.owner, launch.blocks, p.owner);
  std::copy_n(all.planes, all.count, p.planes);
  return cudaLaunchKernelEx(&config, blur_kernel<Channels, Window, Planes>, p);
}

template <int Channels, int Window, int Planes>
constexpr Kernel kernel = {[] { return reinterpret_cast<const void*>(blur_kernel<Channels, Window, Planes>); },
                           launch_kernel<Channels, Window, Planes>};

// [channels - 2][window - 2][more than few_planes]
template <int Channels>
constexpr std::array<std::array<Kernel, 2>, 2> kernels_of_channels = {
    {{kernel<Channels, 2, few_planes>, kernel<Channels, 2, max_planes>},
     {kernel<Channels, 3, few_planes>, kernel<Channels, 3, max_planes>}}};
constexpr std::array<std::array<std::array<Kernel, 2>, 2>, 3> kernels = {kernels_of_channels<2>, kernels_of_channels<3>,
                                                                         kernels_of_channels<4>};

const Kernel& kernel_of(const Launch& launch) {
  return kernels.at(static_cast<std::size_t>(launch.channels - 2))
      .at(static_cast<std::size_t>(launch.window - 2))
      .at(launch.params.count > few_planes ? 1 : 0);
}

// Of the current device.
Limits make_limits(int device) {
  const detail::GpuProperties& gpu = detail::gpu_properties(device);
  const Limits limits{gpu.multiprocessors, gpu.shared_bytes_per_block, detail::runs_code_for(gpu, 900)};
  for (const auto& of_channels : kernels)
    for (const auto& of_window : of_channels)
      for (const Kernel& one : of_window)  // more shared memory than the default has to be asked for
        RETOUCH_CUDA("set up gaussian_blur",
                     cudaFuncSetAttribute(one.function(), cudaFuncAttributeMaxDynamicSharedMemorySize,
                                          gpu.shared_bytes_per_block));
  return limits;
}

const Limits& limits_of(int device) {
  static std::array<Limits, 64> limits;
  static std::array<std::once_flag, 64> once;
  const auto slot = static_cast<std::size_t>(device);
  std::call_once(once.at(slot), [&] { limits.at(slot) = make_limits(device); });
  return limits.at(slot);
}

// False when the GPU cannot hold all blocks of a cooperative launch at once (other clients may have a part of it).
bool enqueue(StreamView stream, const Launch& launch) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(launch.blocks));
  config.blockDim = dim3(static_cast<unsigned>(launch.threads));
  config.dynamicSmemBytes = static_cast<std::size_t>(launch.shared_bytes);
  config.stream = detail::cuda_handle(stream);
  cudaLaunchAttribute attribute{};
  config.attrs = &attribute;
  if (launch.params.guard == Guard::grid) {
    attribute.id = cudaLaunchAttributeCooperative;
    attribute.val.cooperative = 1;
    config.numAttrs = 1;
  } else if (launch.params.guard == Guard::cluster) {
    attribute.id = cudaLaunchAttributeClusterDimension;
    attribute.val.clusterDim = {cluster_blocks, 1, 1};
    config.numAttrs = 1;
  }
  const cudaError_t error = kernel_of(launch).launch(config, launch);
  if (error == cudaErrorCooperativeLaunchTooLarge) {
    static_cast<void>(cudaGetLastError());
    return false;
  }
  RETOUCH_CUDA("launch gaussian_blur", error);
  return true;
}

// In place without a barrier, for what does not fit the GPU at once: saves the edges of all tiles first.
std::size_t blur_saved(StreamView stream, std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan,
                       int window, const Limits& limits, Launch& launch) {
  const std::size_t count = tile_freely(planes, plan, window, limits, Guard::saved, launch);
  // The copies lie as the planes do, so that one distance leads from each pixel to its copy. Only edges are touched.
  constexpr std::size_t alignment = 256;
  std::array<std::size_t, max_saved_planes> at{};
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Plane& plane = planes[i].src;
    at.at(i) = bytes + reinterpret_cast<std::uintptr_t>(plane.data) % alignment;
    const std::size_t end =
        at.at(i) + static_cast<std::size_t>(plane.pitch_bytes) * static_cast<std::size_t>(plane.height);
    bytes = (end + alignment - 1) / alignment * alignment;
  }
  const detail::Temporary temporary(stream, bytes);
  for (std::size_t i = 0; i < count; ++i)
    launch.params.saved[i] = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(temporary.get<std::uint8_t>()) +
                                                       at.at(i) - reinterpret_cast<std::uintptr_t>(planes[i].src.data));
  save_kernel<<<static_cast<unsigned>(launch.blocks), static_cast<unsigned>(launch.threads), 0,
                detail::cuda_handle(stream)>>>(launch.params);
  RETOUCH_CUDA("launch gaussian_blur's copy of edges", cudaGetLastError());
  enqueue(stream, launch);
  return count;
}

std::size_t blur_some(StreamView stream, std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan,
                      int window, int regions, const Limits& limits) {
  Launch launch;
  if (planes[0].src.data != planes[0].dst.data) {
    const std::size_t count = tile_freely(planes, plan, window, limits, Guard::none, launch);
    enqueue(stream, launch);
    return count;
  }
  // One region is quicker in more blocks than a cluster has.
  const std::size_t clustered =
      regions >= cluster_least_regions ? tile_clusters(planes, plan, window, limits, launch) : 0;
  if (clustered != 0) {
    enqueue(stream, launch);
    return clustered;
  }
  if (const std::size_t count = tile_grid(planes, plan, window, limits, launch); count != 0 && enqueue(stream, launch))
    return count;
  return blur_saved(stream, planes, plan, window, limits, launch);
}

}  // namespace

bool gaussian_fused_suits(StreamView stream, const GaussianPlane& plane, const detail::GaussianKernel& kernel) {
  return suits(kernel) && suits(plane) && detail::runs_code_for(detail::gpu_properties(stream.device().index()), 800);
}

void gaussian_fused_blur(StreamView stream, std::span<const GaussianPlane> planes, int regions,
                         const detail::GaussianPlan& plan) {
  if (planes.empty()) return;
  const Limits& limits = limits_of(stream.device().index());
  const int window = window_of(plan, planes);
  while (!planes.empty()) {
    // A list may mix formats; a kernel is of one sort.
    std::size_t alike = 1;
    while (alike < planes.size() && kernel_channels(planes[alike]) == kernel_channels(planes[0])) ++alike;
    planes = planes.subspan(blur_some(stream, planes.first(alike), plan, window, regions, limits));
  }
}

}  // namespace retouch::cuda
