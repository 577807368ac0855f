// Neighbourhood filters on matrices, made once and applied often, with the meaning of OpenCV's functions of the same
// names (cudafilters).
//
// Common to all of them:
//   Does     A matrix that is part of another is filtered as if it were alone: what lies beyond its edge is made up by
//            the edge rule. dst is created where it does not fit; it may be src, or overlap it.
//   Types    1 to 4 channels. The source must be of the type that the filter was made for.
//   Stream   Enqueues on `stream`, does not synchronize.
//   Throws   InvalidArgument (parameters when made; types and devices when applied), LayoutError, ExpiredFrame.
// Filters are cheap to copy, and const calls are thread-safe.
#pragma once

#include <memory>
#include <span>

#include "retouch/export.hpp"
#include "retouch/matrix.hpp"

namespace retouch::matrix {

/// What lies beyond the edge, as cv::BorderTypes with their values: a value; aaa|abcd; cba|abcd; bcd|abcd; dcb|abcd.
enum class Edge : std::uint8_t { constant, replicate, reflect, wrap, reflect_101 };

namespace detail {
class FilterImplementation;
}

class RETOUCH_EXPORT Filter {
 public:
  explicit Filter(std::shared_ptr<const detail::FilterImplementation> implementation)
      : implementation_(std::move(implementation)) {}
  void apply(StreamView stream, const Matrix& src, Matrix& dst) const;

 private:
  std::shared_ptr<const detail::FilterImplementation> implementation_;
};

/// Where a window lies on its pixel: -1 = its middle.
inline constexpr Point window_middle{-1, -1};

/// Numbers of a kernel, row by row.
struct Kernel {
  Size size;
  std::span<const double> values;
};

/// Means of ksize windows.
RETOUCH_EXPORT Filter box_filter(MatrixType src, MatrixType dst, Size ksize, Point anchor = window_middle,
                                 Edge edge = Edge::reflect_101, const Scalar& outside = {});
/// Sums weighted by the kernel (a correlation: it is not turned round).
RETOUCH_EXPORT Filter linear_filter(MatrixType src, MatrixType dst, const Kernel& kernel, Point anchor = window_middle,
                                    Edge edge = Edge::reflect_101, const Scalar& outside = {});
/// ksize 1 or 3.
RETOUCH_EXPORT Filter laplacian_filter(MatrixType src, MatrixType dst, int ksize = 1, double scale = 1,
                                       Edge edge = Edge::reflect_101, const Scalar& outside = {});
/// A row of weights, then a column of weights. Beyond constant edges stands 0.
RETOUCH_EXPORT Filter separable_filter(MatrixType src, MatrixType dst, std::span<const double> row,
                                       std::span<const double> column, Point anchor = window_middle,
                                       Edge row_edge = Edge::reflect_101, Edge column_edge = Edge::reflect_101);
/// Derivatives of order dx, dy by Sobel's kernels of 1, 3, 5, ... 31, or Scharr's (ksize -1).
RETOUCH_EXPORT Filter deriv_filter(MatrixType src, MatrixType dst, int dx, int dy, int ksize, bool normalize = false,
                                   double scale = 1, Edge row_edge = Edge::reflect_101,
                                   Edge column_edge = Edge::reflect_101);
/// Odd sizes up to 255, 0 = from sigma; a sigma of 0 = from the size (sigma_y: as sigma_x). 8 bits of 1, 3 or 4
/// channels with one edge rule go through gaussian_blur.
RETOUCH_EXPORT Filter gaussian_filter(MatrixType src, MatrixType dst, Size ksize, double sigma_x, double sigma_y = 0,
                                      Edge row_edge = Edge::reflect_101, Edge column_edge = Edge::reflect_101);

/// As cv::MorphTypes, with their values.
enum class Morphology : std::uint8_t { erode, dilate, open, close, gradient, tophat, blackhat };
/// Over the pixels where the element is not 0 (an empty one: 3 x 3). What lies beyond the edge does not count.
RETOUCH_EXPORT Filter morphology_filter(Morphology op, MatrixType src, const Kernel& element,
                                        Point anchor = window_middle, int iterations = 1);
/// Largest and smallest of ksize windows.
RETOUCH_EXPORT Filter box_max_filter(MatrixType src, Size ksize, Point anchor = window_middle,
                                     Edge edge = Edge::reflect_101, const Scalar& outside = {});
RETOUCH_EXPORT Filter box_min_filter(MatrixType src, Size ksize, Point anchor = window_middle,
                                     Edge edge = Edge::reflect_101, const Scalar& outside = {});
/// Medians of windows of an odd size up to 255, channel by channel; edges replicate. 8U, 16U, 16S or 32F.
RETOUCH_EXPORT Filter median_filter(MatrixType src, int ksize);
/// Sums of a row (ksize x 1) or a column (1 x ksize).
RETOUCH_EXPORT Filter sum_filter(MatrixType src, MatrixType dst, Size ksize, Point anchor = window_middle,
                                 Edge edge = Edge::reflect_101, const Scalar& outside = {});

}  // namespace retouch::matrix
