// composite on CUDA: chooses the kernel and its grid.
#include <algorithm>

#include "cuda/composite_kernel.cuh"
#include "ops/composite.hpp"

namespace retouch::cuda {

namespace {

unsigned blocks(int items, int per_block) { return static_cast<unsigned>((items + per_block - 1) / per_block); }

// More than these cost more to start than rows in a thread to walk.
constexpr unsigned many_blocks = 1000;

template <int Channels, bool Over>
void launch_packed(cudaStream_t stream, const PackedArgs& args) {
  const dim3 threads(quads_x, quads_y);
  // Do four pixels of target and sprite lie in 16 bytes together?
  const bool quads_meet =
      (reinterpret_cast<std::uintptr_t>(args.sprite.data) / 4 - static_cast<std::uintptr_t>(args.lead)) % 4 == 0;
  const dim3 rows(blocks(args.sprite.width, words_per_lane * quads_x), blocks(args.sprite.height, quads_y));
  if (Channels == 4 && !quads_meet && rows.x * rows.y <= many_blocks) {
    composite_words<Over><<<rows, threads, 0, stream>>>(args);
    return;
  }
  const unsigned across = blocks((args.sprite.width + args.lead + 3) / 4, quads_x);
  if (across * blocks(args.sprite.height, quads_y) > many_blocks)
    composite_packed<Channels, Over, 2>
        <<<dim3(across, blocks(args.sprite.height, 2 * quads_y)), threads, 0, stream>>>(args);
  else
    composite_packed<Channels, Over, 1>
        <<<dim3(across, blocks(args.sprite.height, quads_y)), threads, 0, stream>>>(args);
}

template <int Channels>
void launch_packed(cudaStream_t stream, const PackedArgs& args) {
  if (args.sprite.op == CompositeOp::over)
    launch_packed<Channels, true>(stream, args);
  else
    launch_packed<Channels, false>(stream, args);
}

template <int Step>
void launch_yuv(cudaStream_t stream, const YuvArgs& args) {
  // Up to here a GPU has room for all threads at once.
  constexpr std::int64_t small_pixels = 512 * 512;
  const bool over = args.sprite.op == CompositeOp::over;
  if (std::int64_t{args.sprite.width} * args.sprite.height <= small_pixels) {
    const dim3 grid(blocks(args.sprite.width + std::max(args.x_phase, args.luma_lead), 2 * small_samples_x),
                    blocks(args.sprite.height + args.y_phase, 2 * small_samples_y));
    if (over)
      composite_yuv_small<Step, true><<<grid, small_threads, 0, stream>>>(args);
    else
      composite_yuv_small<Step, false><<<grid, small_threads, 0, stream>>>(args);
    return;
  }
  const dim3 threads(quads_x, quads_y);
  const dim3 grid(blocks((args.sprite.width + args.x_phase + 3) / 4, quads_x),
                  blocks((args.sprite.height + args.y_phase + 1) / 2, quads_y));
  if (over)
    composite_yuv<Step, true><<<grid, threads, 0, stream>>>(args);
  else
    composite_yuv<Step, false><<<grid, threads, 0, stream>>>(args);
}

// How many pixels before the region a quad must start for its bytes to lie on whole words: in every row when the pitch
// is whole words too.
int lead_of(const Plane& plane) {
  const auto address = reinterpret_cast<std::uintptr_t>(plane.data);
  if (plane.pitch_bytes % 4 != 0) return 0;
  switch (plane.channels) {
    case 1: return static_cast<int>(address % 4);
    case 3: return static_cast<int>(address * 3 % 4);  // 3 * 3 = 1 modulo 4
    default: return address % 4 == 0 ? static_cast<int>(address % 16 / 4) : 0;
  }
}

PlaneArgs plane_args(const Plane& plane) { return {plane.data, plane.pitch_bytes}; }

}  // namespace

void composite(StreamView stream, const detail::SpritePixels& sprite, const detail::CompositeJob& job) {
  const detail::DeviceGuard guard(stream.device().index());
  cudaStream_t handle = detail::cuda_handle(stream);
  const ImageView& covered = job.covered;
  const SpriteArgs source{
      sprite.data + job.sprite_start.y * sprite.pitch_bytes + std::ptrdiff_t{job.sprite_start.x} * 4,
      sprite.pitch_bytes,
      job.op,
      job.opacity,
      covered.width(),
      covered.height()};
  if (is_subsampled(covered.format())) {
    YuvArgs args{};
    args.sprite = source;
    args.y = plane_args(covered.plane(0));
    args.luma_lead = lead_of(covered.plane(0));
    args.u = args.v = plane_args(covered.plane(1));
    args.x_phase = covered.x_phase();
    args.y_phase = covered.y_phase();
    args.rest_x = job.rest.width;
    args.rest_y = job.rest.height;
    args.coefficients = pixel::yuv_coefficients(covered.color());
    if (covered.format() == PixelFormat::nv12) {
      ++args.v.data;
      launch_yuv<2>(handle, args);
    } else {
      args.v = plane_args(covered.plane(2));
      launch_yuv<1>(handle, args);
    }
  } else {
    const Plane& plane = covered.plane(0);
    const PackedArgs args{source, plane_args(plane), lead_of(plane), is_bgr_order(covered.format())};
    switch (plane.channels) {
      case 1: launch_packed<1>(handle, args); break;
      case 3: launch_packed<3>(handle, args); break;
      default: launch_packed<4>(handle, args); break;
    }
  }
  RETOUCH_CUDA("launch composite", cudaGetLastError());
}

}  // namespace retouch::cuda
