// OpenCV as the independent reference: planes of test pixels as matrices.
#pragma once

#include <opencv2/core.hpp>

#include "support/regions.hpp"

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

/// f(plane index, cv::Mat plane) for every plane of the region `rect`, a copy of its own, which it may change (same
/// size and type).
template <class F>
void edit_region_as_mats(Pixels& p, const Rect& rect, F&& f) {
  edit_region(p, rect, [&](int plane, int width, int height, int channels, std::vector<std::uint8_t>& bytes) {
    cv::Mat mat(height, width, CV_8UC(channels), bytes.data());
    f(plane, mat);
  });
}

}  // namespace retouch::test
