// MOG2's arithmetic for one pixel, in the order of OpenCV's CPU code, so that masks agree. The model lies in planes of
// floats: `mixtures` of weights, as many of variances, and of means for each channel.
#pragma once

#include <cfloat>

#include "matrix/elements.hpp"
#include "retouch/stream.hpp"

namespace retouch::matrix {

struct MogJob {
  Place image;  ///< the frame; when the background is made: the picture of it
  Place mask;
  Place model;  ///< planes below each other
  Place modes;  ///< 8U: how many Gaussians a pixel has
  int mixtures;
  float rate, prune;
  float background_distance, new_distance;  ///< squared, in variances
  float background_ratio;
  float var_init, var_min, var_max;
  float shadow_threshold;
  bool detect_shadows;
  std::uint8_t shadow_value;
};

/// The Gaussians of one pixel.
class Mixture {
 public:
  RETOUCH_HD Mixture(const MogJob& job, int x, int y)
      : at_(job.model.row<float>(y) + x),
        plane_(static_cast<std::ptrdiff_t>(job.image.rows) *
               (job.model.step / static_cast<std::ptrdiff_t>(sizeof(float)))),
        mixtures_(job.mixtures) {}
  RETOUCH_HD float& weight(int i) const { return at_[plane_ * i]; }
  RETOUCH_HD float& variance(int i) const { return at_[plane_ * (mixtures_ + i)]; }
  RETOUCH_HD float& mean(int i, int c) const { return at_[plane_ * ((2 + c) * mixtures_ + i)]; }
  RETOUCH_HD void exchange(int i, int k, int channels) const {
    swap(weight(i), weight(k));
    swap(variance(i), variance(k));
    for (int c = 0; c < channels; ++c) swap(mean(i, c), mean(k, c));
  }

 private:
  RETOUCH_HD static void swap(float& a, float& b) {
    const float t = a;
    a = b;
    b = t;
  }
  float* at_;
  std::ptrdiff_t plane_;
  int mixtures_;
};

RETOUCH_HD inline bool is_shadow(const MogJob& job, const Mixture& mixture, const float (&data)[4], int channels,
                                 int modes) {
  float total = 0;
  for (int mode = 0; mode < modes; ++mode) {
    float numerator = 0;
    float denominator = 0;
    for (int c = 0; c < channels; ++c) {
      const float mean = mixture.mean(mode, c);
      numerator += data[c] * mean;
      denominator += mean * mean;
    }
    if (denominator == 0) return false;
    if (numerator <= denominator && numerator >= job.shadow_threshold * denominator) {
      const float a = numerator / denominator;
      float distance = 0;
      for (int c = 0; c < channels; ++c) {
        const float d = a * mixture.mean(mode, c) - data[c];
        distance += d * d;
      }
      if (distance < job.background_distance * mixture.variance(mode) * a * a) return true;
    }
    total += mixture.weight(mode);
    if (total > job.background_ratio) return false;
  }
  return false;
}

/// Learns the pixel; what the mask says of it.
RETOUCH_HD inline std::uint8_t learn(const MogJob& job, int x, int y, const float (&data)[4]) {
  const Mixture mixture(job, x, y);
  const int channels = job.image.channels;
  std::uint8_t& modes_used = job.modes.row<std::uint8_t>(y)[x];
  int modes = modes_used;
  const float keep = 1.F - job.rate;
  bool background = false;
  bool fits = false;
  float total = 0;
  for (int mode = 0; mode < modes; ++mode) {
    float weight = keep * mixture.weight(mode) + job.prune;
    int moved = 0;
    if (!fits) {
      const float variance = mixture.variance(mode);
      float d[4] = {0, 0, 0, 0};
      float distance = 0;
      for (int c = 0; c < channels; ++c) {
        d[c] = mixture.mean(mode, c) - data[c];
        distance += d[c] * d[c];
      }
      if (total < job.background_ratio && distance < job.background_distance * variance) background = true;
      if (distance < job.new_distance * variance) {
        fits = true;
        weight += job.rate;
        const float k = job.rate / weight;
        for (int c = 0; c < channels; ++c) mixture.mean(mode, c) -= k * d[c];
        float changed = variance + k * (distance - variance);
        changed = changed > job.var_min ? changed : job.var_min;
        mixture.variance(mode) = changed < job.var_max ? changed : job.var_max;
        for (int i = mode; i > 0 && !(weight < mixture.weight(i - 1)); --i) {
          ++moved;
          mixture.exchange(i, i - 1, channels);
        }
      }
    }
    if (weight < -job.prune) {
      weight = 0;
      --modes;
    }
    mixture.weight(mode - moved) = weight;
    total += weight;
  }
  const float scale = fabsf(total) > FLT_EPSILON ? 1.F / total : 0.F;
  for (int mode = 0; mode < modes; ++mode) mixture.weight(mode) *= scale;
  if (!fits && job.rate > 0) {
    const int mode = modes == job.mixtures ? job.mixtures - 1 : modes++;
    if (modes == 1) {
      mixture.weight(mode) = 1;
    } else {
      mixture.weight(mode) = job.rate;
      for (int i = 0; i < modes - 1; ++i) mixture.weight(i) *= keep;
    }
    for (int c = 0; c < channels; ++c) mixture.mean(mode, c) = data[c];
    mixture.variance(mode) = job.var_init;
    for (int i = modes - 1; i > 0 && !(job.rate < mixture.weight(i - 1)); --i) mixture.exchange(i, i - 1, channels);
  }
  modes_used = static_cast<std::uint8_t>(modes);
  if (background) return 0;
  return job.detect_shadows && is_shadow(job, mixture, data, channels, modes) ? job.shadow_value : std::uint8_t{255};
}

/// The mean of the Gaussians that are the background.
RETOUCH_HD inline void background_at(const MogJob& job, int x, int y, float (&out)[4]) {
  const Mixture mixture(job, x, y);
  const int modes = job.modes.row<const std::uint8_t>(y)[x];
  float total = 0;
  for (float& v : out) v = 0;
  for (int mode = 0; mode < modes; ++mode) {
    const float weight = mixture.weight(mode);
    for (int c = 0; c < job.image.channels; ++c) out[c] += weight * mixture.mean(mode, c);
    total += weight;
    if (total > job.background_ratio) break;
  }
  const float scale = fabsf(total) > FLT_EPSILON ? 1.F / total : 0.F;
  for (float& v : out) v *= scale;
}

RETOUCH_HD inline void learn_pixel(const MogJob& job, int x, int y) {
  float data[4] = {0, 0, 0, 0};
  for (int c = 0; c < job.image.channels; ++c)
    data[c] = load<float>(job.image.data + y * job.image.step, job.image.depth, x * job.image.channels + c);
  job.mask.row<std::uint8_t>(y)[x] = learn(job, x, y, data);
}
RETOUCH_HD inline void background_pixel(const MogJob& job, int x, int y) {
  float data[4];
  background_at(job, x, y, data);
  for (int c = 0; c < job.image.channels; ++c)
    store(job.image.data + y * job.image.step, job.image.depth, x * job.image.channels + c, data[c]);
}

}  // namespace retouch::matrix

namespace retouch::cpu {
/// Learns, or draws the background.
void matrix_mog2(StreamView stream, const matrix::MogJob& job, bool learn);
}  // namespace retouch::cpu
namespace retouch::cuda {
void matrix_mog2(StreamView stream, const matrix::MogJob& job, bool learn);
}  // namespace retouch::cuda
