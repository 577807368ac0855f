// Colour maps, by 17 colours of each with straight lines between them: within 7 levels of the originals.
//   viridis, inferno   S. van der Walt and N. Smith, 2015, CC0
//   turbo              A. Mikhailov, Google, 2019, Apache-2.0
//   jet                piecewise linear, as commonly used
#include "canvas/color_maps.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace retouch::canvas {

namespace {

struct Rgb {
  std::uint8_t r, g, b;
};
using Anchors = std::array<Rgb, 17>;

constexpr Anchors turbo = {{{48, 18, 59},
                            {64, 64, 162},
                            {70, 107, 227},
                            {66, 148, 255},
                            {40, 188, 235},
                            {24, 221, 194},
                            {50, 242, 152},
                            {109, 254, 98},
                            {164, 252, 60},
                            {205, 236, 52},
                            {238, 207, 58},
                            {253, 172, 52},
                            {251, 126, 33},
                            {235, 80, 14},
                            {208, 47, 5},
                            {169, 22, 1},
                            {122, 4, 3}}};
constexpr Anchors viridis = {{{68, 1, 84},
                              {72, 24, 106},
                              {71, 45, 123},
                              {66, 64, 134},
                              {59, 82, 139},
                              {51, 99, 141},
                              {44, 114, 142},
                              {38, 130, 142},
                              {33, 145, 140},
                              {31, 160, 136},
                              {40, 174, 128},
                              {63, 188, 115},
                              {94, 201, 98},
                              {132, 212, 75},
                              {173, 220, 48},
                              {216, 226, 25},
                              {253, 231, 37}}};
constexpr Anchors inferno = {{{0, 0, 4},
                              {11, 7, 36},
                              {33, 12, 74},
                              {61, 9, 101},
                              {87, 16, 110},
                              {113, 25, 110},
                              {138, 34, 106},
                              {163, 44, 97},
                              {188, 55, 84},
                              {210, 70, 68},
                              {228, 90, 49},
                              {241, 115, 29},
                              {249, 142, 9},
                              {252, 172, 17},
                              {249, 203, 53},
                              {242, 234, 105},
                              {252, 255, 164}}};

Color between(const Anchors& anchors, int index) {
  const int k = std::min(index / 16, 15);
  const int begin = k * 16;
  const int end = std::min(begin + 16, 255);
  const Rgb& a = anchors.at(static_cast<std::size_t>(k));
  const Rgb& b = anchors.at(static_cast<std::size_t>(k) + 1);
  const auto mix = [&](int from, int to) {
    return static_cast<std::uint8_t>(from + ((to - from) * (index - begin) * 2 + (to > from ? 1 : -1) * (end - begin)) /
                                                (2 * (end - begin)));
  };
  return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), 255};
}

Color jet(int index) {
  const auto ramp = [&](double center) {
    const double v = 1.5 - std::abs(index / 255.0 * 4 - center);
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.0, 1.0)));
  };
  return {ramp(3), ramp(2), ramp(1), 255};
}

}  // namespace

Color map_color(ColorMap map, int index) {
  const auto level = static_cast<std::uint8_t>(index);
  switch (map) {
    case ColorMap::gray: return {level, level, level, 255};
    case ColorMap::jet: return jet(index);
    case ColorMap::turbo: return between(turbo, index);
    case ColorMap::viridis: return between(viridis, index);
    case ColorMap::inferno: return between(inferno, index);
  }
  return {level, level, level, 255};
}

}  // namespace retouch::canvas
