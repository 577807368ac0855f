// The low-resolution Gaussian on CUDA. Small planes have a cluster of blocks each, all in one launch; where one block
// has made a part of a plane's nodes, it writes them to the shared memory of the others. The larger ones share one
// cooperative launch: its blocks first bring all planes down to nodes, meet at a barrier over the grid, and then make
// samples of the nodes. Every sample is read before any is written, so it works in place. Where the GPU cannot hold all
// blocks at once, the two halves are two launches.
#include "ops/gaussian_lowres.hpp"

#include <cooperative_groups.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "core/memory.hpp"
#include "cuda/gaussian_fused_ptx.cuh"
#include "cuda/gaussian_lowres_block.hpp"
#include "cuda/gaussian_lowres_strip.hpp"
#include "cuda/gaussian_lowres_tiling.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using namespace lowres;

enum class Stage : std::uint8_t { down, up, both };

struct DeviceBlock {
  template <class F>
  __device__ void each(F&& f) const {
    f(static_cast<int>(threadIdx.x), static_cast<int>(blockDim.x));
  }
  template <class F>
  __device__ void step(F&& f) const {
    each(static_cast<F&&>(f));
    __syncthreads();
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

// Clusters are blocks next to each other.
struct DeviceCluster : DeviceBlock {
  __device__ int rank() const { return static_cast<int>(blockIdx.x % cluster_blocks); }
  __device__ void wait_for_start() const { ptx::cluster_wait(); }
  __device__ float* of(int block, float* p) const { return ptx::in_block(p, block); }
};

template <int Channels>
__device__ void blur_strip(const PlaneTask& plane, float* memory) {
  const DeviceCluster cluster;
  bring_strip_down<Channels>(plane, memory, cluster);
  ptx::cluster_arrive();
  ptx::cluster_wait();
  bring_strip_up<Channels>(plane, memory, cluster);
}

template <int Planes>
__global__ void __launch_bounds__(threads, 2) strip_kernel(const __grid_constant__ ClusterParams<Planes> p) {
  extern __shared__ uint4 memory[];
  auto* const shared = reinterpret_cast<float*>(memory);
  ptx::cluster_arrive_relaxed();  // others wait for it before they write here
  const PlaneTask& plane = p.planes[blockIdx.x / cluster_blocks];
  switch (plane.channels) {
    case 1: blur_strip<1>(plane, shared); break;
    case 2: blur_strip<2>(plane, shared); break;
    case 3: blur_strip<3>(plane, shared); break;
    default: blur_strip<4>(plane, shared); break;
  }
}

Limits limits_of(int device) {
  const detail::GpuProperties& gpu = detail::gpu_properties(device);
  const bool clusters = detail::runs_code_for(gpu, 900);
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
    if (!clusters) return;
    allow(strip_kernel<few_planes>);
    allow(strip_kernel<max_planes>);
  });
  return {gpu.multiprocessors, gpu.shared_bytes_per_block, clusters};
}

cudaLaunchConfig_t configure(StreamView stream, int blocks, int shared_bytes, cudaLaunchAttribute& attribute) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = static_cast<std::size_t>(shared_bytes);
  config.stream = detail::cuda_handle(stream);
  config.attrs = &attribute;
  config.numAttrs = 1;
  return config;
}

void enqueue(StreamView stream, const Launch& launch) {
  cudaLaunchAttribute cooperative{};
  cooperative.id = cudaLaunchAttributeCooperative;
  cooperative.val.cooperative = 1;
  cudaLaunchConfig_t config = configure(stream, launch.blocks, launch.shared_bytes, cooperative);
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

template <int Planes>
void enqueue_clusters(StreamView stream, std::span<const PlaneTask> planes, int shared_bytes) {
  ClusterParams<Planes> params;
  std::copy(planes.begin(), planes.end(), params.planes);
  cudaLaunchAttribute cluster{};
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim.x = cluster_blocks;
  cluster.val.clusterDim.y = 1;
  cluster.val.clusterDim.z = 1;
  const cudaLaunchConfig_t config =
      configure(stream, static_cast<int>(planes.size()) * cluster_blocks, shared_bytes, cluster);
  RETOUCH_CUDA("launch gaussian_blur", cudaLaunchKernelEx(&config, strip_kernel<Planes>, params));
}

// Planes for one launch of each kind.
class PlaneList {
 public:
  explicit PlaneList(StreamView stream) : stream_(stream), limits_(limits_of(stream.device().index())) {}
  void add(const detail::LowresPlane& plane) {
    if (const auto strips = cut_strips(plane, limits_)) {
      small_[small_count_++] = strips->task;
      shared_bytes_ = std::max(shared_bytes_, strips->shared_bytes);
      if (small_count_ == small_.size()) run_small();
    } else {
      large_[large_count_++] = plane;
      if (large_count_ == large_.size()) run_large();
    }
  }
  void run() {
    run_small();
    run_large();
  }

 private:
  void run_small() {
    if (small_count_ == 0) return;
    const auto planes = std::span<const PlaneTask>(small_).first(small_count_);
    if (planes.size() <= few_planes)
      enqueue_clusters<few_planes>(stream_, planes, shared_bytes_);
    else
      enqueue_clusters<max_planes>(stream_, planes, shared_bytes_);
    small_count_ = 0;
    shared_bytes_ = 0;
  }
  void run_large() {
    if (large_count_ == 0) return;
    Launch launch = tile(std::span(large_).first(large_count_), limits_);
    const detail::Temporary nodes(stream_, node_values(launch.params) * sizeof(std::uint16_t));
    place_nodes(launch.params, nodes.get<std::uint16_t>());
    enqueue(stream_, launch);
    large_count_ = 0;
  }

  StreamView stream_;
  Limits limits_;
  std::array<PlaneTask, max_planes> small_;
  std::size_t small_count_ = 0;
  int shared_bytes_ = 0;
  std::array<detail::LowresPlane, max_planes> large_;
  std::size_t large_count_ = 0;
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
