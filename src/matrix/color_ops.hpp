// Colour conversions of OpenCV as functors of the pixel engine. `blue` is the place of blue: 0 in BGR, 2 in RGB. All
// compute in float; 8 bits agree with OpenCV's integers to 1 level.
#pragma once

#include <cfloat>

#include "matrix/elements.hpp"

namespace retouch::matrix {

/// out[i] = sum of weight[i][k] * in[k] + offset[i], for 3 numbers; a fourth is `alpha`, or the source's own.
struct LinearColor {
  static constexpr int sources = 1;
  static constexpr bool in_double = false;
  float weight[3][3];
  float offset[3];
  float alpha;
  bool keeps_alpha;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    for (int i = 0; i < 3; ++i)
      out[i] = weight[i][0] * in[0][0] + weight[i][1] * in[0][1] + weight[i][2] * in[0][2] + offset[i];
    out[3] = keeps_alpha ? in[0][3] : static_cast<W>(alpha);
  }
};

namespace detail {
struct Extremes {
  float least, most;
};
RETOUCH_HD inline Extremes extremes(float r, float g, float b) {
  const float most = r > g ? (r > b ? r : b) : (g > b ? g : b);
  const float least = r < g ? (r < b ? r : b) : (g < b ? g : b);
  return {least, most};
}
/// In degrees, -60 .. 300.
RETOUCH_HD inline float hue(float r, float g, float b, Extremes e) {
  const float unit = 60.F / (e.most - e.least + FLT_EPSILON);
  if (e.most == r) return (g - b) * unit;
  if (e.most == g) return (b - r) * unit + 120.F;
  return (r - g) * unit + 240.F;
}
/// What a hue (in sixths of the circle) makes of the largest, the smallest and the two values between.
RETOUCH_HD inline void from_hue(float h, float most, float least, float falling, float rising, float& r, float& g,
                                float& b) {
  switch (static_cast<int>(h)) {
    case 0: r = most, g = rising, b = least; break;
    case 1: r = falling, g = most, b = least; break;
    case 2: r = least, g = most, b = rising; break;
    case 3: r = least, g = falling, b = most; break;
    case 4: r = rising, g = least, b = most; break;
    default: r = most, g = least, b = falling; break;
  }
}
/// Into 0 .. 6, whatever it was.
RETOUCH_HD inline float sector(float h) {
  const float turns = h * (1.F / 6.F);
  h = h - 6.F * (turns > -1e6F && turns < 1e6F ? static_cast<float>(floor_int(turns)) : floorf(turns));
  return h < 6.F ? h : 0.F;  // NaN too
}
}  // namespace detail

struct ToHsv {
  static constexpr int sources = 1;
  static constexpr bool in_double = false;
  int blue;
  float circle;  // hues in a full turn: 180, 256 (8 bits), 360
  bool bytes;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    const float b = blue == 0 ? in[0][0] : in[0][2];
    const float r = blue == 0 ? in[0][2] : in[0][0];
    const detail::Extremes e = detail::extremes(r, in[0][1], b);
    const float diff = e.most - e.least;
    float h = detail::hue(r, in[0][1], b, e) * (circle / 360.F);
    if (bytes) h = round_small(h);
    if (h < 0) h += circle;
    out[0] = h;
    out[1] = bytes ? (e.most > 0 ? 255.F * diff / e.most : 0.F) : diff / (fabsf(e.most) + FLT_EPSILON);
    out[2] = e.most;
    out[3] = in[0][3];
  }
};

struct FromHsv {
  static constexpr int sources = 1;
  static constexpr bool in_double = false;
  int blue;
  float circle;
  bool bytes;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    const float full = bytes ? 255.F : 1.F;
    const float s = in[0][1] / full;
    const float v = in[0][2];
    const float h = detail::sector(in[0][0] * (6.F / circle));
    const float part = h - static_cast<float>(static_cast<int>(h));
    float r = 0;
    float g = 0;
    float b = 0;
    detail::from_hue(h, v, v * (1.F - s), v * (1.F - s * part), v * (1.F - s * (1.F - part)), r, g, b);
    out[0] = blue == 0 ? b : r;
    out[1] = g;
    out[2] = blue == 0 ? r : b;
    out[3] = full;
  }
};

struct ToHls {
  static constexpr int sources = 1;
  static constexpr bool in_double = false;
  int blue;
  float circle;
  bool bytes;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    const float full = bytes ? 255.F : 1.F;
    const float b = (blue == 0 ? in[0][0] : in[0][2]) / full;
    const float r = (blue == 0 ? in[0][2] : in[0][0]) / full;
    const float g = in[0][1] / full;
    const detail::Extremes e = detail::extremes(r, g, b);
    const float diff = e.most - e.least;
    const float l = (e.most + e.least) * 0.5F;
    float h = 0;
    float s = 0;
    if (diff > FLT_EPSILON) {
      s = l < 0.5F ? diff / (e.most + e.least) : diff / (2.F - e.most - e.least);
      const float unit = 60.F / diff;
      h = e.most == r ? (g - b) * unit : e.most == g ? (b - r) * unit + 120.F : (r - g) * unit + 240.F;
      if (h < 0) h += 360.F;
    }
    out[0] = h * (circle / 360.F);
    out[1] = l * full;
    out[2] = s * full;
    out[3] = in[0][3];
  }
};

struct FromHls {
  static constexpr int sources = 1;
  static constexpr bool in_double = false;
  int blue;
  float circle;
  bool bytes;
  template <class W>
  RETOUCH_HD void operator()(const W (&in)[1][4], W (&out)[4]) const {
    const float full = bytes ? 255.F : 1.F;
    const float l = in[0][1] / full;
    const float s = in[0][2] / full;
    float r = l;
    float g = l;
    float b = l;
    if (s != 0) {
      const float most = l <= 0.5F ? l * (1.F + s) : l + s - l * s;
      const float least = 2.F * l - most;
      const float h = detail::sector(in[0][0] * (6.F / circle));
      const float part = h - static_cast<float>(static_cast<int>(h));
      detail::from_hue(h, most, least, least + (most - least) * (1.F - part), least + (most - least) * part, r, g, b);
    }
    out[0] = (blue == 0 ? b : r) * full;
    out[1] = g * full;
    out[2] = (blue == 0 ? r : b) * full;
    out[3] = full;
  }
};

}  // namespace retouch::matrix
