// Mog2: the model, checks and dispatch.
#include "matrix/background.hpp"

#include <algorithm>
#include <cmath>

#include "matrix/launch.hpp"
#include "retouch/matrix_background.hpp"

namespace retouch::matrix {

using retouch::detail::apart;
using retouch::detail::invalid;
using retouch::detail::MatrixUse;

struct Mog2::Model {
  Matrix planes;
  Matrix modes;
  Size size{};
  MatrixType type{};
  int frames = 0;
};

namespace {

void check(const Mog2Options& o) {
  if (o.mixtures < 1 || o.mixtures > 8) invalid("MOG2: 1..8 mixtures ({})", o.mixtures);
  if (o.shadow_value < 0 || o.shadow_value > 255) invalid("MOG2: shadow_value is 0..255 ({})", o.shadow_value);
  for (const double v : {o.var_threshold, o.background_ratio, o.var_threshold_gen, o.var_init, o.var_min, o.var_max,
                         o.complexity_reduction, o.shadow_threshold})
    if (!std::isfinite(v)) invalid("MOG2: {} is no value for an option", v);
}

MogJob job_of(const Mog2Options& o, double rate) {
  MogJob job{};
  job.mixtures = o.mixtures;
  job.rate = static_cast<float>(rate);
  job.prune = static_cast<float>(-rate * o.complexity_reduction);
  job.background_distance = static_cast<float>(o.var_threshold > 0 ? o.var_threshold : Mog2Options{}.var_threshold);
  job.new_distance = static_cast<float>(o.var_threshold_gen);
  job.background_ratio = static_cast<float>(o.background_ratio);
  job.var_init = static_cast<float>(o.var_init);
  job.var_min = static_cast<float>(std::min(o.var_min, o.var_max));
  job.var_max = static_cast<float>(std::max(o.var_min, o.var_max));
  job.shadow_threshold = static_cast<float>(o.shadow_threshold);
  job.detect_shadows = o.detect_shadows;
  job.shadow_value = static_cast<std::uint8_t>(o.shadow_value);
  return job;
}

}  // namespace

Mog2::Mog2(const Mog2Options& options) : options_(options), model_(std::make_shared<Model>()) { check(options); }

void Mog2::set_options(const Mog2Options& options) {
  check(options);
  if (options.mixtures != options_.mixtures) clear();
  options_ = options;
}

void Mog2::clear() { model_->frames = 0; }

void Mog2::apply(StreamView stream, const Matrix& image, Matrix& mask, double rate) {
  constexpr const char* name = "BackgroundSubtractorMOG2.apply";
  check_not_empty(name, image);
  check_device(name, stream, image);
  const MatrixType type = image.type();
  if (type.depth != Depth::u8 && type.depth != Depth::u16 && type.depth != Depth::f32)
    invalid("{}: 8U, 16U or 32F ({})", name, image.describe());
  if (std::isnan(rate) || rate > 1) invalid("{}: the learning rate is at most 1 ({})", name, rate);
  Model& m = *model_;
  const Matrix given = held(image);
  mask.create(stream, given.size(), {});
  const Matrix from = apart(stream, given, mask, given.type() == MatrixType{});
  if (m.frames == 0 || rate >= 1 || m.size != from.size() || m.type != type || m.planes.device() != stream.device()) {
    const int planes = options_.mixtures * (2 + type.channels);
    if (from.rows() > (1 << 30) / planes) invalid("{}: {} is too large", name, from.describe());
    m.planes.create(stream, {from.cols(), from.rows() * planes}, {Depth::f32, 1});
    m.modes.create(stream, from.size(), {});
    set_to(stream, m.modes, {});
    m.size = from.size();
    m.type = type;
    m.frames = 0;
  }
  ++m.frames;
  const int history = options_.history > 0 ? options_.history : Mog2Options{}.history;
  if (rate < 0 || m.frames == 1) rate = 1.0 / std::min(2.0 * m.frames, static_cast<double>(history));
  const MatrixUse use(name, stream, {&from, &mask, &m.planes, &m.modes});
  MogJob job = job_of(options_, rate);
  job.image = place(from);
  job.mask = place(mask);
  job.model = place(m.planes);
  job.modes = place(m.modes);
  RETOUCH_DISPATCH(stream, matrix_mog2(stream, job, true));
}

void Mog2::background(StreamView stream, Matrix& image) const {
  constexpr const char* name = "BackgroundSubtractorMOG2.getBackgroundImage";
  const Model& m = *model_;
  if (m.frames == 0) invalid("{}: no frame was seen yet", name);
  check_device(name, stream, m.planes);
  image.create(stream, m.size, m.type);
  const MatrixUse use(name, stream, {&image, &m.planes, &m.modes});
  MogJob job = job_of(options_, 0);
  job.image = place(image);
  job.model = place(m.planes);
  job.modes = place(m.modes);
  RETOUCH_DISPATCH(stream, matrix_mog2(stream, job, false));
}

}  // namespace retouch::matrix
