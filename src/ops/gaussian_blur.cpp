// gaussian_blur: checks and dispatch.
#include "ops/gaussian_blur.hpp"

#include <array>

#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/gaussian_lowres.hpp"
#include "ops/region_batches.hpp"

namespace retouch {

namespace {

constexpr const char* op_name = "gaussian_blur";
constexpr const char* into_name = "gaussian_blur_into";

detail::LowresJob lowres_job(const ImageView& src, const ImageView& dst, const detail::GaussianPlan& plan) {
  return {src, dst, plan.lowres_sigma_x, plan.lowres_sigma_y, plan.border};
}

void run_lowres(StreamView stream, const Regions& regions, const detail::GaussianPlan& plan) {
  constexpr std::size_t most = 16;
  detail::for_each_batch(regions.views(), most, [&](std::span<const ImageView* const> batch) {
    std::array<detail::LowresJob, most> jobs;
    for (std::size_t i = 0; i < batch.size(); ++i) jobs.at(i) = lowres_job(*batch[i], *batch[i], plan);
    detail::gaussian_lowres(stream, std::span(jobs).first(batch.size()));
  });
}

void run(StreamView stream, const Regions& regions, const detail::GaussianPlan& plan) {
  detail::check_device(op_name, stream, regions.views());
  if (plan.lowres) {
    run_lowres(stream, regions, plan);
    return;
  }
  const std::size_t most = stream.device().is_cuda() ? cuda::gaussian_blur_batch : cpu::gaussian_blur_batch;
  detail::for_each_batch(regions.views(), most, [&](std::span<const ImageView* const> batch) {
    RETOUCH_DISPATCH(stream, gaussian_blur(stream, batch, plan));
  });
}

void run_into(StreamView stream, const ImageView& src, const ImageView& dst, const detail::GaussianPlan& plan) {
  detail::check_into(into_name, stream, src, dst);
  if (src.empty()) return;
  if (plan.lowres) {
    const detail::LowresJob job = lowres_job(src, dst, plan);
    detail::gaussian_lowres(stream, std::span(&job, 1));
    return;
  }
  RETOUCH_DISPATCH(stream, gaussian_blur_into(stream, src, dst, plan));
}

}  // namespace

void gaussian_blur(StreamView stream, const Regions& regions, const GaussianBlurOptions& options) {
  run(stream, regions, detail::GaussianPlan(op_name, options));
}

void gaussian_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                        const GaussianBlurOptions& options) {
  run_into(stream, src, dst, detail::GaussianPlan(into_name, options));
}

struct GaussianBlur::Plan : detail::GaussianPlan {
  using GaussianPlan::GaussianPlan;
};

GaussianBlur::GaussianBlur(const GaussianBlurOptions& options)
    : options_(options), plan_(std::make_shared<const Plan>("GaussianBlur", options)) {}

void GaussianBlur::operator()(StreamView stream, const Regions& regions) const { run(stream, regions, *plan_); }

void GaussianBlur::into(StreamView stream, const ImageView& src, const ImageView& dst) const {
  run_into(stream, src, dst, *plan_);
}

}  // namespace retouch
