// The low-resolution Gaussian on the CPU. Down: each row of nodes is a weighted sum of rows of samples, then of its
// columns, and is at once blurred along. When all are there, which is what lets it work in place: rows of nodes are
// blurred down, brought to the width of the picture, and each row of samples is made from two of those.
#include "ops/gaussian_lowres.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "cpu/scratch.hpp"

namespace retouch::cpu {

namespace {

using detail::LowresPlane;
using pixel::LowresAxis;

std::size_t to_size(std::ptrdiff_t n) { return static_cast<std::size_t>(n); }

// ---- loops over a row ----

RETOUCH_CLONES void add_row(const std::uint8_t* __restrict row, std::int32_t weight, std::int32_t* __restrict sums,
                            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sums[i] += weight * row[i];
}

RETOUCH_CLONES void add_four_rows(const std::uint8_t* const* rows, const std::int32_t* weights,
                                  std::int32_t* __restrict sums, std::size_t n) {
  const std::uint8_t* __restrict a = rows[0];
  const std::uint8_t* __restrict b = rows[1];
  const std::uint8_t* __restrict c = rows[2];
  const std::uint8_t* __restrict d = rows[3];
  const std::int32_t wa = weights[0];
  const std::int32_t wb = weights[1];
  const std::int32_t wc = weights[2];
  const std::int32_t wd = weights[3];
  for (std::size_t i = 0; i < n; ++i) sums[i] += wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
}

RETOUCH_CLONES void scale_row(const std::int32_t* __restrict from, float scale, float* __restrict to, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]) * scale;
}

RETOUCH_CLONES void add_scaled(const float* __restrict from, float weight, float* __restrict to, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] += weight * from[i];
}

RETOUCH_CLONES void add_scaled_pair(const float* __restrict a, const float* __restrict b, float weight,
                                    float* __restrict to, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] += weight * (a[i] + b[i]);
}

// Levels between the passes up, in 128ths: 255 just fits.
constexpr int wide_shift = 7;
constexpr float half = 0.5F;  // rounds to nearest what is not negative

RETOUCH_CLONES void widen(const float* __restrict nodes, const std::int32_t* __restrict places,
                          const float* __restrict beyond, std::size_t channels, std::int16_t* __restrict out,
                          std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const float* const at = nodes + places[i];
    const float level = at[0] + beyond[i] * (at[channels] - at[0]);
    out[i] = static_cast<std::int16_t>(level * (1 << wide_shift) + half);
  }
}

// `beyond` in 2^15ths: the difference's part is rounded as an instruction does it.
RETOUCH_CLONES void mix(const std::int16_t* __restrict a, const std::int16_t* __restrict b, std::int16_t beyond,
                        std::uint8_t* __restrict out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const auto difference = static_cast<std::int16_t>(b[i] - a[i]);
    const auto part = static_cast<std::int16_t>(((difference * beyond >> 14) + 1) >> 1);
    out[i] = static_cast<std::uint8_t>((a[i] + part + (1 << (wide_shift - 1))) >> wide_shift);
  }
}

// ---- one plane ----

// What the rows of a plane share, worked out once.
class PlaneBlur {
 public:
  explicit PlaneBlur(const LowresPlane& plane)
      : plane_(plane),
        channels_(to_size(plane.src.channels)),
        samples_(to_size(plane.src.width) * channels_),
        blurred_(to_size(plane.x.last + 2) * channels_),
        scratch_(bytes()) {
    std::byte* at = scratch_.get();
    rows_ = take<float>(at, to_size(plane_.y.stored()) * blurred_);
    begins_ = take<std::int32_t>(at, to_size(plane_.x.stored()) + 1);
    weights_ = take<std::int32_t>(at, weights_of_nodes());
    places_ = take<std::int32_t>(at, samples_);
    beyond_ = take<float>(at, samples_);
    weigh_nodes();
    place_samples();
    set_taps(plane_.x, taps_x_);
    set_taps(plane_.y, taps_y_);
  }

  void run() {
    const LowresAxis& y = plane_.y;
    const std::size_t node_bytes = static_cast<std::size_t>(4 * std::max(1.0F, y.spacing)) * samples_;
    for_rows(y.stored(), node_bytes, [&](int begin, int end) { bring_down(begin, end); });
    for_rows(y.last + 1, node_bytes, [&](int begin, int end) { bring_up(begin, end); });
  }

 private:
  static std::size_t padded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }
  template <class T>
  static T* take(std::byte*& at, std::size_t n) {
    T* const taken = reinterpret_cast<T*>(at);
    at += padded(n * sizeof(T));
    return taken;
  }
  // Every sample belongs to two nodes, but for those on the outer ones.
  std::size_t weights_of_nodes() const { return 2 * to_size(plane_.src.width) + 2; }
  std::size_t bytes() const {
    const auto floats = [](std::size_t n) { return padded(n * sizeof(float)); };
    return floats(to_size(plane_.y.stored()) * blurred_) + floats(to_size(plane_.x.stored()) + 1) +
           floats(weights_of_nodes()) + 2 * floats(samples_);
  }

  void weigh_nodes() {
    const LowresAxis& x = plane_.x;
    std::int32_t count = 0;
    for (int i = 0; i < x.stored(); ++i) {
      begins_[i] = count;
      const auto [begin, end] = x.span(i - x.outer);
      const LowresAxis::Weights weights = x.weights(i - x.outer);
      for (int s = begin; s < end; ++s) weights_[count++] = x.weight(weights, s);
    }
    begins_[x.stored()] = count;
  }

  void place_samples() {
    std::size_t i = 0;
    for (int s = 0; s < plane_.src.width; ++s) {
      const LowresAxis::Place at = plane_.x.place(s);
      for (std::size_t c = 0; c < channels_; ++c, ++i) {
        places_[i] = static_cast<std::int32_t>(to_size(at.node) * channels_ + c);
        beyond_[i] = static_cast<float>(at.beyond) / pixel::lowres_unit;
      }
    }
  }

  static void set_taps(const LowresAxis& axis, float* taps) {
    for (int d = 0; d < axis.radius; ++d)
      taps[d] = axis.peak * std::exp2(-axis.falloff * static_cast<float>(d) * static_cast<float>(d));
    taps[axis.radius] = axis.tail;
  }

  const std::uint8_t* src_row(int y) const { return plane_.src.data + y * plane_.src.pitch_bytes; }

  // Rows of nodes, blurred along.
  void bring_down(int begin, int end) {
    const LowresAxis& x = plane_.x;
    const std::size_t wide = to_size(x.last + 2 + 2 * x.radius) * channels_;
    const Scratch scratch(padded(samples_ * sizeof(std::int32_t)) + padded(samples_ * sizeof(float)) +
                          padded(to_size(x.stored()) * channels_ * sizeof(float)) + padded(wide * sizeof(float)));
    std::byte* at = scratch.get();
    auto* const sums = take<std::int32_t>(at, samples_);
    auto* const means = take<float>(at, samples_);
    auto* const nodes = take<float>(at, to_size(x.stored()) * channels_);
    auto* const extended = take<float>(at, wide);
    for (int row = begin; row < end; ++row) {
      sum_rows(row - plane_.y.outer, sums, means);
      switch (channels_) {
        case 1: sum_columns<1>(means, nodes); break;
        case 2: sum_columns<2>(means, nodes); break;
        case 3: sum_columns<3>(means, nodes); break;
        default: sum_columns<4>(means, nodes); break;
      }
      for (int i = 0; i < x.last + 2 + 2 * x.radius; ++i)
        std::memcpy(extended + to_size(i) * channels_, nodes + to_size(x.stored_at(i - x.radius)) * channels_,
                    channels_ * sizeof(float));
      float* const out = rows_ + to_size(row) * blurred_;
      const float* const centre = extended + to_size(x.radius) * channels_;
      std::fill_n(out, blurred_, 0.0F);
      add_scaled(centre, taps_x_[0], out, blurred_);
      for (int d = 1; d <= x.radius; ++d)
        add_scaled_pair(centre - to_size(d) * channels_, centre + to_size(d) * channels_, taps_x_[d], out, blurred_);
    }
  }

  // The mean over the rows of a node, for every sample of a row.
  void sum_rows(int node, std::int32_t* sums, float* means) const {
    const LowresAxis& y = plane_.y;
    std::fill_n(sums, samples_, 0);
    std::int32_t total = 0;
    const auto [begin, end] = y.span(node);
    const LowresAxis::Weights of_node = y.weights(node);
    int row = begin;
    for (; row + 4 <= end; row += 4) {
      const std::uint8_t* rows[4];
      std::int32_t weights[4];
      for (int i = 0; i < 4; ++i) {
        rows[i] = src_row(row + i);
        weights[i] = y.weight(of_node, row + i);
        total += weights[i];
      }
      add_four_rows(rows, weights, sums, samples_);
    }
    for (; row < end; ++row) {
      const std::int32_t weight = y.weight(of_node, row);
      total += weight;
      add_row(src_row(row), weight, sums, samples_);
    }
    if (const std::int32_t outside = y.weight_outside(node); outside != 0) {
      total += outside;
      for (std::size_t i = 0; i < samples_; ++i) sums[i] += outside * plane_.outside[i % channels_];
    }
    scale_row(sums, 1 / static_cast<float>(total), means, samples_);
  }

  template <std::size_t Channels>
  void sum_columns(const float* means, float* nodes) const {
    const LowresAxis& x = plane_.x;
    for (int i = 0; i < x.stored(); ++i) {
      float sum[Channels] = {};
      const std::int32_t outside = x.weight_outside(i - x.outer);
      std::int32_t total = outside;
      for (std::size_t c = 0; c < Channels; ++c)
        sum[c] = static_cast<float>(outside) * static_cast<float>(plane_.outside[c]);
      const float* sample = means + to_size(x.span(i - x.outer).begin) * Channels;
      for (std::int32_t w = begins_[i]; w < begins_[i + 1]; ++w, sample += Channels) {
        total += weights_[w];
        for (std::size_t c = 0; c < Channels; ++c) sum[c] += static_cast<float>(weights_[w]) * sample[c];
      }
      const float scale = 1 / static_cast<float>(total);
      for (std::size_t c = 0; c < Channels; ++c) nodes[to_size(i) * Channels + c] = sum[c] * scale;
    }
  }

  // The samples behind the rows of nodes begin .. end - 1.
  void bring_up(int begin, int end) {
    const LowresAxis& y = plane_.y;
    const Scratch scratch(padded(blurred_ * sizeof(float)) + 2 * padded(samples_ * sizeof(std::int16_t)));
    std::byte* at = scratch.get();
    auto* const blurred = take<float>(at, blurred_);
    auto* above = take<std::int16_t>(at, samples_);
    auto* below = take<std::int16_t>(at, samples_);
    make_wide(begin, blurred, above);
    for (int node = begin; node < end; ++node) {
      make_wide(node + 1, blurred, below);
      for (int row = y.first_sample(node); row < y.first_sample(node + 1); ++row)
        mix(above, below, static_cast<std::int16_t>(y.place(row).beyond * (32768 / pixel::lowres_unit)),
            plane_.dst.data + row * plane_.dst.pitch_bytes, samples_);
      std::swap(above, below);
    }
  }

  // A row of nodes, blurred down and brought to the picture's width.
  void make_wide(int node, float* blurred, std::int16_t* out) const {
    const LowresAxis& y = plane_.y;
    const auto row = [&](int at) { return rows_ + to_size(y.stored_at(at)) * blurred_; };
    std::fill_n(blurred, blurred_, 0.0F);
    add_scaled(row(node), taps_y_[0], blurred, blurred_);
    for (int d = 1; d <= y.radius; ++d) add_scaled_pair(row(node - d), row(node + d), taps_y_[d], blurred, blurred_);
    widen(blurred, places_, beyond_, channels_, out, samples_);
  }

  const LowresPlane& plane_;
  std::size_t channels_;
  std::size_t samples_;  // of a row, channels counted
  std::size_t blurred_;  // values of a row of nodes: 0 .. last + 1, without the outer one on the left
  Scratch scratch_;
  float* rows_;            // of nodes, blurred along
  std::int32_t* begins_;   // of each node's weights
  std::int32_t* weights_;  // of samples in nodes
  std::int32_t* places_;   // of samples among the nodes
  float* beyond_;
  float taps_x_[detail::lowres_max_radius + 1];
  float taps_y_[detail::lowres_max_radius + 1];
};

}  // namespace

void gaussian_lowres(StreamView /*stream*/, std::span<const detail::LowresJob> jobs) {
  for (const detail::LowresJob& job : jobs) {
    if (job.src.empty()) continue;
    for (int p = 0; p < job.src.plane_count(); ++p) {
      const LowresPlane plane = lowres_plane(job, p);
      PlaneBlur(plane).run();
    }
  }
}

}  // namespace retouch::cpu
