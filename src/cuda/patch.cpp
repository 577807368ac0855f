// Patches of frames in GPU memory: the rectangle's rows, and nothing else, between the frame and pinned memory.
#include "ops/patch.hpp"

#include "core/stream_state.hpp"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

class Transfer final : public detail::PatchTransfer {
 public:
  std::uint8_t* reserve(StreamView stream, std::size_t bytes) override { return take(here_, stream, bytes); }

  void download(StreamView stream, const ImageView& from, const ImageView& to) override {
    copy_planes("download a patch", stream, from, to, cudaMemcpyDeviceToHost);
  }

  std::uint8_t* stage(StreamView stream, std::size_t bytes) override { return take(back_, stream, bytes); }

  void send(StreamView stream, const ImageView& from, const ImageView& to) override {
    copy_planes("upload a patch", stream, from, to, cudaMemcpyHostToDevice);
    back_.release();
  }

  void give_back(StreamView stream, const ImageView& from, const ImageView& to) override {
    copy_planes("upload a patch", stream, from, to, cudaMemcpyHostToDevice);
    here_.release();
  }

  void give_up() noexcept override {
    here_ = {};
    back_ = {};
  }

 private:
  static std::uint8_t* take(detail::PinnedRing::Block& block, StreamView stream, std::size_t bytes) {
    block = {};
    block = stream.state().pinned().acquire(bytes);
    return block.data();
  }

  static void copy_planes(const char* what, StreamView stream, const ImageView& from, const ImageView& to,
                          cudaMemcpyKind kind) {
    const detail::DeviceGuard guard(stream.device().index());
    for (int i = 0; i < from.plane_count(); ++i) {
      const Plane& a = from.plane(i);
      const Plane& b = to.plane(i);
      RETOUCH_CUDA(what, cudaMemcpy2DAsync(b.data, static_cast<std::size_t>(b.pitch_bytes), a.data,
                                           static_cast<std::size_t>(a.pitch_bytes),
                                           static_cast<std::size_t>(a.width) * static_cast<std::size_t>(a.channels),
                                           static_cast<std::size_t>(a.height), kind, detail::cuda_handle(stream)));
    }
  }

  detail::PinnedRing::Block here_;
  detail::PinnedRing::Block back_;
};

}  // namespace

std::unique_ptr<detail::PatchTransfer> make_patch_transfer() { return std::make_unique<Transfer>(); }

}  // namespace retouch::cuda
