// Geometry on matrices, with the meaning of OpenCV's functions of the same names (cudawarping, cudaarithm).
//
// Common to all of them:
//   Does     dst is created with the right size and the source's type where it is not so already. It may be the source,
//            or overlap it. Coordinates are of pixel centres: (0, 0) is the middle of the first pixel. Between pixels
//            they are exact to the last bit of float; OpenCV 4's CPU functions round them to 1/32 of a pixel.
//   Types    Any depth, 1 to 4 channels.
//   Stream   Enqueues on `stream`, does not synchronize.
//   Throws   InvalidArgument, LayoutError (dst belongs to a frame and would change), Unsupported, ExpiredFrame.
#pragma once

#include "retouch/export.hpp"
#include "retouch/matrix.hpp"
#include "retouch/matrix_filter.hpp"

namespace retouch::matrix {

/// As cv::InterpolationFlags, with their values. area: for resize only.
enum class Sampling : std::uint8_t { nearest, linear, cubic, area };

/// To `size`, or where that is empty to the source's times fx and fy. area: the mean of what a pixel covers, where
/// neither side grows.
RETOUCH_EXPORT void resize(StreamView stream, const Matrix& src, Matrix& dst, Size size, double fx = 0, double fy = 0,
                           Sampling sampling = Sampling::linear);

struct WarpOptions {
  Sampling sampling = Sampling::linear;
  bool inverse = false;  ///< the matrix leads from dst to src
  Edge edge = Edge::constant;
  Scalar outside{};
};
/// m: two rows of three.
RETOUCH_EXPORT void warp_affine(StreamView stream, const Matrix& src, Matrix& dst, const double (&m)[6], Size size,
                                const WarpOptions& options = {});
/// m: three rows of three.
RETOUCH_EXPORT void warp_perspective(StreamView stream, const Matrix& src, Matrix& dst, const double (&m)[9], Size size,
                                     const WarpOptions& options = {});
/// dst(x, y) = src(x_map(x, y), y_map(x, y)), or at that distance from (x, y). The maps are 32FC1 and of dst's size.
RETOUCH_EXPORT void remap(StreamView stream, const Matrix& src, Matrix& dst, const Matrix& x_map, const Matrix& y_map,
                          const WarpOptions& options = {}, bool relative = false);
/// The maps for which remap does what warp_affine and warp_perspective do.
RETOUCH_EXPORT void build_warp_affine_maps(StreamView stream, const double (&m)[6], bool inverse, Size size,
                                           Matrix& x_map, Matrix& y_map);
RETOUCH_EXPORT void build_warp_perspective_maps(StreamView stream, const double (&m)[9], bool inverse, Size size,
                                                Matrix& x_map, Matrix& y_map);
/// Turned around the first pixel by an angle in degrees, counter-clockwise on the screen, then shifted; 0 elsewhere.
RETOUCH_EXPORT void rotate(StreamView stream, const Matrix& src, Matrix& dst, Size size, double angle,
                           double x_shift = 0, double y_shift = 0, Sampling sampling = Sampling::linear);
/// code 0: top to bottom; > 0: left to right; < 0: both.
RETOUCH_EXPORT void flip(StreamView stream, const Matrix& src, Matrix& dst, int code);
RETOUCH_EXPORT void transpose(StreamView stream, const Matrix& src, Matrix& dst);
/// The source with rows and columns around it.
RETOUCH_EXPORT void copy_make_border(StreamView stream, const Matrix& src, Matrix& dst, int top, int bottom, int left,
                                     int right, Edge edge, const Scalar& outside = {});
/// Smoothed by (1 4 6 4 1) / 16 along both axes, then every second pixel: (size + 1) / 2.
RETOUCH_EXPORT void pyr_down(StreamView stream, const Matrix& src, Matrix& dst);

}  // namespace retouch::matrix
