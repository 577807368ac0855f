// Colour maps of 256 entries.
#pragma once

#include "retouch/canvas.hpp"

namespace retouch::canvas {

/// Entry `index` (0..255) of a map.
Color map_color(ColorMap map, int index);

}  // namespace retouch::canvas
