// cv::Mat without copies, both ways. Including this header opts in to OpenCV's core; retouch itself does not use it.
#pragma once

#include <concepts>
#include <opencv2/core/mat.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "retouch/error.hpp"
#include "retouch/image.hpp"
#include "retouch/patch.hpp"
#include "retouch/sprite.hpp"

namespace retouch::interop {

/// CV_8UC1, CV_8UC3 or CV_8UC4. Throws Unsupported for nv12 and i420, which no single Mat holds.
inline int mat_type(PixelFormat format) {
  if (is_subsampled(format))
    throw Unsupported("a cv::Mat cannot hold " + std::string(name_of(format)) + ": convert to a packed format first");
  return CV_MAKETYPE(CV_8U, plane_channels(format, 0));
}

/// The view's pixels as a Mat header: no copy, valid as long as the view's memory. The channels' order stays the
/// format's (an rgba8 view gives a Mat whose first channel is red). Throws Unsupported for GPU memory, nv12 and i420.
inline cv::Mat as_mat(const ImageView& view) {
  const int type = mat_type(view.format());
  if (!view.device().is_cpu()) throw Unsupported("as_mat: the image must be in host memory (" + view.describe() + ")");
  if (view.empty()) return {};
  const Plane& plane = view.plane(0);
  return cv::Mat(plane.height, plane.width, type, plane.data, static_cast<std::size_t>(plane.pitch_bytes));
}

/// The Mat's pixels as a view: no copy; the Mat must live as long as the view is used and not be reallocated. Throws
/// InvalidArgument when the Mat's type or dimensions do not fit, Unsupported for nv12 and i420.
inline ImageView wrap_mat(const cv::Mat& mat, PixelFormat format) {
  const int type = mat_type(format);
  if (mat.empty()) return {};
  if (mat.dims != 2 || mat.type() != type)
    throw InvalidArgument("wrap_mat: " + std::string(name_of(format)) + " needs a two-dimensional Mat of " +
                          std::to_string(plane_channels(format, 0)) + " channels of 8 bits (got depth " +
                          std::to_string(mat.depth()) + ", " + std::to_string(mat.channels()) + " channels, " +
                          std::to_string(mat.dims) + " dimensions)");
  return ImageView::wrap(Device::cpu(), format, {mat.cols, mat.rows}, mat.data,
                         static_cast<std::ptrdiff_t>(mat.step[0]));
}

/// A sprite from a Mat: rgba8 (the default) or bgra8 with straight alpha, or an opaque rgb8, bgr8 or gray8. The pixels
/// are copied. Throws as wrap_mat.
inline Sprite sprite_from_mat(const cv::Mat& mat, PixelFormat format = PixelFormat::rgba8) {
  return Sprite(wrap_mat(mat, format));
}

/// Runs edit(cv::Mat&) on the patch's pixels and commits. A function that gives the Mat other memory, another size or
/// type instead of writing into it would lose its edit silently; here that throws LayoutError and the frame is
/// unchanged, as it is when `edit` throws. `edit` is not called for an empty patch. A temporary, as in
/// `edit_patch(frame.patch(rect), ...)`, is committed without a copy of its pixels. Throws Unsupported for patches in
/// nv12 and i420, ExpiredFrame.
template <class AnyPatch, class Edit>
requires std::same_as<std::remove_reference_t<AnyPatch>, Patch>
void edit_patch(AnyPatch&& patch, Edit&& edit) {
  if (patch.pixels().empty()) return;
  const cv::Mat given = as_mat(patch.pixels());
  cv::Mat mat = given;
  std::forward<Edit>(edit)(mat);
  if (mat.data != given.data || mat.size() != given.size() || mat.type() != given.type() ||
      mat.step[0] != given.step[0]) {
    const auto describe = [](const cv::Mat& m) {
      return std::to_string(m.cols) + "x" + std::to_string(m.rows) + ", " + std::to_string(m.channels()) + " channels";
    };
    throw LayoutError("edit_patch: the function replaced the patch's Mat (" + describe(given) + ") by another (" +
                      describe(mat) + "), so its edit would be lost: write into it, as with result.copyTo(mat)");
  }
  std::forward<AnyPatch>(patch).commit();
}

}  // namespace retouch::interop
