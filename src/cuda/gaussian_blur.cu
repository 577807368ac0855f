// gaussian_blur on CUDA: which kernels blur which planes.
#include "ops/gaussian_blur.hpp"

#include <cstddef>
#include <new>
#include <type_traits>

#include "cuda/gaussian_fused.hpp"
#include "cuda/gaussian_separable.hpp"
#include "cuda/gaussian_small.hpp"
#include "cuda/runtime.hpp"
#include "pixel/channel_values.hpp"

namespace retouch::cuda {

namespace {

// Planes for one way of blurring. Made in place: clearing room for all would take longer than a small call.
class PlaneList {
 public:
  void add(const GaussianPlane& plane) { new (memory_ + sizeof(GaussianPlane) * count_++) GaussianPlane(plane); }
  std::span<const GaussianPlane> all() const {
    return {std::launder(reinterpret_cast<const GaussianPlane*>(memory_)), count_};
  }

 private:
  static_assert(std::is_trivially_destructible_v<GaussianPlane>);
  alignas(GaussianPlane) std::byte memory_[sizeof(GaussianPlane) * 3 * gaussian_blur_batch];
  std::size_t count_ = 0;
};

// The planes of one call.
class Work {
 public:
  Work(StreamView stream, const detail::GaussianPlan& plan) : stream_(stream), plan_(plan) {}

  void add(const ImageView& src, const ImageView& dst) {
    ++regions_;
    for (int p = 0; p < src.plane_count(); ++p) {
      const detail::GaussianKernel& kernel = plan_.of(src.format(), p);
      const GaussianPlane plane{src.plane(p), dst.plane(p), is_subsampled(src.format()) && p > 0,
                                plan_.border.mode == BorderMode::constant
                                    ? pixel::channel_values(plan_.border.color, src.format(), src.color(), p)
                                    : pixel::ChannelValues{}};
      if (plane.src.data == plane.dst.data && kernel.is_identity()) continue;
      (gaussian_fused_suits(stream_, plane, kernel) ? fused_ : separable_).add(plane);
    }
  }

  void run() const {
    if (regions_ == 1 && separable_.all().empty() && gaussian_small_blur(stream_, fused_.all(), plan_)) return;
    gaussian_fused_blur(stream_, fused_.all(), regions_, plan_);
    gaussian_separable_blur(stream_, separable_.all(), plan_);
  }

 private:
  StreamView stream_;
  const detail::GaussianPlan& plan_;
  PlaneList fused_, separable_;
  int regions_ = 0;
};

}  // namespace

void gaussian_blur(StreamView stream, std::span<const ImageView* const> regions, const detail::GaussianPlan& plan) {
  const detail::DeviceGuard guard(stream.device().index());
  Work work(stream, plan);
  for (const ImageView* region : regions) work.add(*region, *region);
  work.run();
}

void gaussian_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                        const detail::GaussianPlan& plan) {
  const detail::DeviceGuard guard(stream.device().index());
  Work work(stream, plan);
  work.add(src, dst);
  work.run();
}

}  // namespace retouch::cuda
