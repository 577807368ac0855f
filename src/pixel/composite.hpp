// The Porter-Duff operators in exact integers, rounded to nearest; docs/sprites.md states the formulas for users.
// Source = sprite, destination = target. `over` is the blend rule of blend.hpp.
#pragma once

#include <cstdint>

#include "pixel/blend.hpp"
#include "pixel/macros.hpp"
#include "pixel/yuv.hpp"
#include "retouch/sprite.hpp"

namespace retouch::pixel {

/// A sprite's pixel; in memory and in a 32-bit word (little endian) r comes first.
struct Rgba {
  std::uint8_t r, g, b, a;
  friend constexpr bool operator==(const Rgba&, const Rgba&) = default;
};

RETOUCH_HD constexpr Rgba unpack(std::uint32_t word) {
  return {static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8U),
          static_cast<std::uint8_t>(word >> 16U), static_cast<std::uint8_t>(word >> 24U)};
}

/// The sprite's colours come multiplied by their alpha. (`premul` itself takes straight ones.)
RETOUCH_HD constexpr bool takes_premultiplied(CompositeOp op) {
  return op >= CompositeOp::over_premul && op <= CompositeOp::plus_premul;
}

/// Opacity (0..255) lowers the alpha of a straight colour and all of a premultiplied one.
RETOUCH_HD constexpr Rgba with_opacity(Rgba s, std::uint32_t opacity, CompositeOp op) {
  if (opacity == 255) return s;
  if (takes_premultiplied(op))
    return {mul255(s.r, opacity), mul255(s.g, opacity), mul255(s.b, opacity), mul255(s.a, opacity)};
  return {s.r, s.g, s.b, mul255(s.a, opacity)};
}

/// What source and target weigh, in 255ths, where the target is opaque.
struct OpaqueWeights {
  std::int32_t source, target;
};

RETOUCH_HD constexpr OpaqueWeights opaque_weights(CompositeOp op, std::int32_t alpha) {
  switch (op) {
    case CompositeOp::over:
    case CompositeOp::atop: return {alpha, 255 - alpha};
    case CompositeOp::in:
    case CompositeOp::premul: return {alpha, 0};
    case CompositeOp::out:
    case CompositeOp::out_premul: return {0, 0};
    case CompositeOp::xor_:
    case CompositeOp::xor_premul: return {0, 255 - alpha};
    case CompositeOp::plus: return {alpha, 255};
    case CompositeOp::over_premul:
    case CompositeOp::atop_premul: return {255, 255 - alpha};
    case CompositeOp::in_premul: return {255, 0};
    case CompositeOp::plus_premul: return {255, 255};
  }
  return {0, 255};
}

/// 255 times the result for one value of an opaque target. What the weights leave over falls to black: 0, or the
/// offset of a Y, Cb or Cr value.
RETOUCH_HD constexpr std::int32_t weigh(std::int32_t source, std::int32_t target, OpaqueWeights w, std::int32_t black) {
  return source * w.source + target * w.target + black * (255 - w.source - w.target);
}

/// The mean of `count` (1, 2 or 4) results from the sum of what weigh() gave for them; saturates.
RETOUCH_HD constexpr std::uint8_t settle(std::int32_t sum, std::int32_t count = 1) {
  if (sum <= 0) return 0;
  // By 255 * count, in two steps, of which neither is a division to the machine.
  const std::uint32_t rounded = static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(255 * count / 2);
  const std::uint32_t value = (rounded >> (static_cast<std::uint32_t>(count) >> 1U)) / 255U;
  return static_cast<std::uint8_t>(value > 255 ? 255 : value);
}

/// A chroma sample of 4:2:0 under the sprite's pixels that share it: the mean of what each pixel of the sample would
/// become. The sample's pixels beside the sprite stay what they are.
class ChromaSample {
 public:
  RETOUCH_HD constexpr ChromaSample(CompositeOp op, std::uint8_t u, std::uint8_t v) : op_(op), u_(u), v_(v) {}
  RETOUCH_HD constexpr void add(Rgba s, const YuvCoefficients& coefficients) {
    const Yuv c = rgb_to_yuv(s.r, s.g, s.b, coefficients);
    const OpaqueWeights w = opaque_weights(op_, s.a);
    sum_u_ += weigh(c.u, u_, w, 128);
    sum_v_ += weigh(c.v, v_, w, 128);
    ++covered_;
  }
  /// `count`: of the target's pixels that share the sample.
  RETOUCH_HD constexpr std::uint8_t u(std::int32_t count) const {
    return settle(sum_u_ + (count - covered_) * 255 * u_, count);
  }
  RETOUCH_HD constexpr std::uint8_t v(std::int32_t count) const {
    return settle(sum_v_ + (count - covered_) * 255 * v_, count);
  }

 private:
  CompositeOp op_;
  std::int32_t u_, v_;
  std::int32_t sum_u_ = 0;
  std::int32_t sum_v_ = 0;
  std::int32_t covered_ = 0;
};

/// Onto a target with an alpha of its own.
RETOUCH_HD constexpr Rgba composite_pixel(CompositeOp op, Rgba s, Rgba d) {
  if (op == CompositeOp::over)
    return {blend(s.r, d.r, s.a), blend(s.g, d.g, s.a), blend(s.b, d.b, s.a), blend_alpha(s.a, d.a)};
  // Porter and Duff's fractions of source and target, in 255ths. They weigh premultiplied values.
  const std::int32_t sa = s.a;
  const std::int32_t da = d.a;
  std::int32_t fs = 0;
  std::int32_t fd = 0;
  switch (op) {
    case CompositeOp::in:
    case CompositeOp::in_premul: fs = da; break;
    case CompositeOp::out:
    case CompositeOp::out_premul: fs = 255 - da; break;
    case CompositeOp::atop:
    case CompositeOp::atop_premul:
      fs = da;
      fd = 255 - sa;
      break;
    case CompositeOp::xor_:
    case CompositeOp::xor_premul:
      fs = 255 - da;
      fd = 255 - sa;
      break;
    case CompositeOp::plus:
    case CompositeOp::plus_premul: fs = fd = 255; break;
    case CompositeOp::over_premul:
      fs = 255;
      fd = 255 - sa;
      break;
    case CompositeOp::premul: fs = 255; break;
    case CompositeOp::over: break;
  }
  const std::uint8_t alpha = settle(sa * fs + da * fd);
  if (takes_premultiplied(op))
    return {settle(s.r * fs + d.r * fd), settle(s.g * fs + d.g * fd), settle(s.b * fs + d.b * fd), alpha};
  // Straight colours are multiplied by their alpha here, in the same rounding.
  const std::int32_t ws = fs * sa;
  const std::int32_t wd = fd * da;
  const auto value = [&](std::int32_t sc, std::int32_t dc) {
    const std::int32_t v = (sc * ws + dc * wd + 32512) / 65025;
    return static_cast<std::uint8_t>(v > 255 ? 255 : v);
  };
  return {value(s.r, d.r), value(s.g, d.g), value(s.b, d.b), alpha};
}

}  // namespace retouch::pixel
