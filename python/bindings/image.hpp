// Names of image.hpp's enums.
#pragma once

#include "choice.hpp"
#include "retouch/image.hpp"

namespace retouch::python {

template <>
struct Names<PixelFormat> {
  static constexpr const char* type = "PixelFormat";
  static constexpr std::array<Named<PixelFormat>, 7> table{{{PixelFormat::gray8, "gray8"},
                                                            {PixelFormat::rgb8, "rgb8"},
                                                            {PixelFormat::bgr8, "bgr8"},
                                                            {PixelFormat::rgba8, "rgba8"},
                                                            {PixelFormat::bgra8, "bgra8"},
                                                            {PixelFormat::nv12, "nv12"},
                                                            {PixelFormat::i420, "i420"}}};
};
template <>
struct Names<ColorMatrix> {
  static constexpr const char* type = "ColorMatrix";
  static constexpr std::array<Named<ColorMatrix>, 2> table{
      {{ColorMatrix::bt601, "bt601"}, {ColorMatrix::bt709, "bt709"}}};
};
template <>
struct Names<ColorRange> {
  static constexpr const char* type = "ColorRange";
  static constexpr std::array<Named<ColorRange>, 2> table{
      {{ColorRange::limited, "limited"}, {ColorRange::full, "full"}}};
};

}  // namespace retouch::python
