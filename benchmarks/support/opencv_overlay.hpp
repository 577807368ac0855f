// What one writes first with OpenCV to lay a picture with alpha over a frame: split, weigh by alpha, add, merge.
#pragma once

#include <opencv2/imgproc.hpp>
#include <vector>

namespace retouch::bench {

/// Both 8UC4 and of one size; straight alpha. The frame's own alpha stays.
inline void opencv_overlay(const cv::Mat& overlay, cv::Mat& frame) {
  std::vector<cv::Mat> source;
  std::vector<cv::Mat> target;
  cv::split(overlay, source);
  cv::split(frame, target);
  cv::Mat opposite;
  cv::bitwise_not(source[3], opposite);
  for (std::size_t c = 0; c < 3; ++c) {
    cv::Mat weighed;
    cv::Mat rest;
    cv::multiply(source[c], source[3], weighed, 1.0 / 255);
    cv::multiply(target[c], opposite, rest, 1.0 / 255);
    cv::add(weighed, rest, target[c]);
  }
  cv::merge(target, frame);
}

}  // namespace retouch::bench
