// OpenCV's view of test pixels, for the suites whose reference is an OpenCV function.
#pragma once

#include <opencv2/core.hpp>

#include "support/backend.hpp"

namespace retouch::test {

/// A plane of host pixels as a matrix, without a copy.
inline cv::Mat matrix(Pixels& pixels, int plane = 0) {
  return {pixels.plane_height(plane), pixels.plane_width(plane), CV_8UC(plane_channels(pixels.format, plane)),
          pixels.planes[static_cast<std::size_t>(plane)].data()};
}

/// A plane of a view in host memory as a matrix, without a copy: the planes of regions too.
inline cv::Mat matrix(const Plane& plane) {
  return {plane.height, plane.width, CV_8UC(plane.channels), plane.data, static_cast<std::size_t>(plane.pitch_bytes)};
}

}  // namespace retouch::test
