// The low-resolution Gaussian on CUDA: one cooperative launch for all jobs. Its blocks first bring all planes down to
// nodes, meet at a barrier over the grid, and then make samples of the nodes: every sample is read before any is
// written, so it works in place. Where the GPU cannot hold all blocks at once, the two halves are two launches.
#include "ops/gaussian_lowres.hpp"

#include <cooperative_groups.h>

#include <array>
#include <mutex>

#include "core/memory.hpp"
#include "cuda/gaussian_lowres_block.hpp"
#include "cuda/gaussian_lowres_tiling.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using namespace lowres;

enum class Stage : std::uint8_t { down, up, both };

struct DeviceBlock {
  template <class F>
  RETOUCH_HD void step(F&& f) const {
#ifdef __CUDA_ARCH__
    f(static_cast<int>(threadIdx.x), threads);
    __syncthreads();
#endif
  }
};

template <Stage S>
__global__ void __launch_bounds__(threads, 1) lowres_kernel(const __grid_constant__ Params p) {
  extern __shared__ uint4 memory[];
  auto* const shared = reinterpret_cast<float*>(memory);
  const auto index = static_cast<int>(blockIdx.x);
  const auto blocks = static_cast<int>(gridDim.x);
  if constexpr (S != Stage::up) bring_all_down(p, shared, DeviceBlock(), index, blocks);
  if constexpr (S == Stage::both) cooperative_groups::this_grid().sync();
  if constexpr (S != Stage::down) bring_all_up(p, shared, DeviceBlock(), index, blocks);
}

Limits limits_of(int device) {
  const detail::GpuProperties& gpu = detail::gpu_properties(device);
  // More shared memory than the default has to be asked for, once for each kernel and GPU.
  static std::array<std::once_flag, 64> once;
  std::call_once(once.at(static_cast<std::size_t>(device)), [&] {
    const auto allow = [&](auto* kernel) {
      RETOUCH_CUDA("set up gaussian_blur", cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                                                gpu.shared_bytes_per_block));
    };
    allow(lowres_kernel<Stage::both>);
    allow(lowres_kernel<Stage::down>);
    allow(lowres_kernel<Stage::up>);
  });
  return {gpu.multiprocessors, gpu.shared_bytes_per_block};
}

void enqueue(StreamView stream, const Launch& launch) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(launch.blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = static_cast<std::size_t>(launch.shared_bytes);
  config.stream = detail::cuda_handle(stream);
  cudaLaunchAttribute cooperative{};
  cooperative.id = cudaLaunchAttributeCooperative;
  cooperative.val.cooperative = 1;
  config.attrs = &cooperative;
  config.numAttrs = 1;
  const cudaError_t error = cudaLaunchKernelEx(&config, lowres_kernel<Stage::both>, launch.params);
  if (error != cudaErrorCooperativeLaunchTooLarge && error != cudaErrorNotSupported) {
    RETOUCH_CUDA("launch gaussian_blur", error);
    return;
  }
  // Others may have a part of the GPU.
  static_cast<void>(cudaGetLastError());
  config.numAttrs = 0;
  RETOUCH_CUDA("launch gaussian_blur's way down",
               cudaLaunchKernelEx(&config, lowres_kernel<Stage::down>, launch.params));
  RETOUCH_CUDA("launch gaussian_blur's way up", cudaLaunchKernelEx(&config, lowres_kernel<Stage::up>, launch.params));
}

// Planes for one launch.
class PlaneList {
 public:
  explicit PlaneList(StreamView stream) : stream_(stream) {}
  void add(const detail::LowresPlane& plane) {
    planes_[count_++] = plane;
    if (count_ == planes_.size()) run();
  }
  void run() {
    if (count_ == 0) return;
    Launch launch = tile(std::span(planes_).first(count_), limits_of(stream_.device().index()));
    const detail::Temporary nodes(stream_, node_values(launch.params) * sizeof(std::uint16_t));
    place_nodes(launch.params, nodes.get<std::uint16_t>());
    enqueue(stream_, launch);
    count_ = 0;
  }

 private:
  StreamView stream_;
  std::array<detail::LowresPlane, max_planes> planes_;
  std::size_t count_ = 0;
};

}  // namespace

void gaussian_lowres(StreamView stream, std::span<const detail::LowresJob> jobs) {
  const detail::DeviceGuard guard(stream.device().index());
  PlaneList planes(stream);
  for (const detail::LowresJob& job : jobs) {
    if (job.src.empty()) continue;
    for (int p = 0; p < job.src.plane_count(); ++p) planes.add(lowres_plane(job, p));
  }
  planes.run();
}

}  // namespace retouch::cuda
