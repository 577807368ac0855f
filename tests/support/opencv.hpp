// OpenCV as the independent reference of filters: a region of an image, plane by plane, as matrices of their own.
#pragma once

#include <opencv2/core.hpp>

#include "support/regions.hpp"

namespace retouch::test {

/// f(plane index, cv::Mat plane) for every plane of the region `rect`, which it may change (same size and type).
template <class F>
void edit_region_as_mats(Pixels& p, const Rect& rect, F&& f) {
  edit_region(p, rect, [&](int plane, int width, int height, int channels, std::vector<std::uint8_t>& bytes) {
    cv::Mat mat(height, width, CV_8UC(channels), bytes.data());
    f(plane, mat);
  });
}

}  // namespace retouch::test
