// gaussian_blur on CUDA: which kernels blur which planes.
#include "ops/gaussian_blur.hpp"

#include "cuda/gaussian_separable.hpp"
#include "cuda/runtime.hpp"
#include "pixel/channel_values.hpp"

namespace retouch::cuda {

namespace {

// The planes of one call.
class Planes {
 public:
  void add(const ImageView& src, const ImageView& dst, const detail::GaussianPlan& plan) {
    for (int p = 0; p < src.plane_count(); ++p) {
      const bool in_place = src.plane(p).data == dst.plane(p).data;
      if (in_place && plan.of(src.format(), p).is_identity()) continue;
      GaussianPlane& plane = planes_[count_++];
      plane = {src.plane(p), dst.plane(p), is_subsampled(src.format()) && p > 0,
               pixel::channel_values(plan.border.color, src.format(), src.color(), p)};
    }
  }
  std::span<const GaussianPlane> all() const { return {planes_.data(), count_}; }

 private:
  std::array<GaussianPlane, 3 * gaussian_blur_batch> planes_;
  std::size_t count_ = 0;
};

}  // namespace

void gaussian_blur(StreamView stream, std::span<const ImageView* const> regions, const detail::GaussianPlan& plan) {
  const detail::DeviceGuard guard(stream.device().index());
  Planes planes;
  for (const ImageView* region : regions) planes.add(*region, *region, plan);
  gaussian_separable_blur(stream, planes.all(), plan);
}

void gaussian_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                        const detail::GaussianPlan& plan) {
  const detail::DeviceGuard guard(stream.device().index());
  Planes planes;
  planes.add(src, dst, plan);
  gaussian_separable_blur(stream, planes.all(), plan);
}

}  // namespace retouch::cuda
