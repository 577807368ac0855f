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
  cudaError_t (*allow_shared)(int bytes);
  cudaError_t (*launch)(const cudaLaunchConfig_t& config, const Params& params);
};

template <int Channels, int Window, int Planes>
constexpr Kernel kernel = {[](int bytes) {
                             return cudaFuncSetAttribute(blur_kernel<Channels, Window, Planes>,
                                                         cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
                           },
                           [](const cudaLaunchConfig_t& config, const Params& all) {
                             ParamsOf<Planes, Window> p;
                             for (const int chroma : {0, 1}) {
                               std::copy_n(all.fragments[chroma].words, Window * 128, p.fragments[chroma].words);
                               p.weights[chroma] = all.weights[chroma];
                             }
                             std::copy_n(all.saved, max_saved_planes, p.saved);
                             p.count = all.count;
                             p.mode = all.mode;
                             p.guard = all.guard;
                             std::copy_n(all.planes, all.count, p.planes);
                             return cudaLaunchKernelEx(&config, blur_kernel<Channels, Window, Planes>, p);
                           }};

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

Limits limits_of(int device) {
  const detail::GpuProperties& gpu = detail::gpu_properties(device);
  // More shared memory than the default has to be asked for, once for each kernel and GPU.
  static std::array<std::once_flag, 64> once;
  std::call_once(once.at(static_cast<std::size_t>(device)), [&] {
    for (const auto& of_channels : kernels)
      for (const auto& of_window : of_channels)
        for (const Kernel& one : of_window)
          RETOUCH_CUDA("set up gaussian_blur", one.allow_shared(gpu.shared_bytes_per_block));
  });
  return {gpu.multiprocessors, gpu.shared_bytes_per_block, gpu.major >= 9};
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
    attribute.val.clusterDim.x = cluster_blocks;
    attribute.val.clusterDim.y = 1;
    attribute.val.clusterDim.z = 1;
    config.numAttrs = 1;
  }
  const cudaError_t error = kernel_of(launch).launch(config, launch.params);
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
  if (regions >= cluster_least_regions) {
    if (const std::size_t count = tile_clusters(planes, plan, window, limits, launch)) {
      enqueue(stream, launch);
      return count;
    }
  }
  if (const std::size_t count = tile_grid(planes, plan, window, limits, launch); count != 0 && enqueue(stream, launch))
    return count;
  return blur_saved(stream, planes, plan, window, limits, launch);
}

}  // namespace

bool gaussian_fused_suits(StreamView stream, const GaussianPlane& plane, const detail::GaussianKernel& kernel) {
  return suits(kernel) && suits(plane) && detail::gpu_properties(stream.device().index()).major >= 8;
}

void gaussian_fused_blur(StreamView stream, std::span<const GaussianPlane> planes, int regions,
                         const detail::GaussianPlan& plan) {
  if (planes.empty()) return;
  const Limits limits = limits_of(stream.device().index());
  const int window = window_of(plan, planes);
  while (!planes.empty()) {
    // A list may mix formats; a kernel is of one sort.
    std::size_t alike = 1;
    while (alike < planes.size() && kernel_channels(planes[alike]) == kernel_channels(planes[0])) ++alike;
    planes = planes.subspan(blur_some(stream, planes.first(alike), plan, window, regions, limits));
  }
}

}  // namespace retouch::cuda
