// cv::cuda::GpuMat and cv::cuda::Stream without copies, both ways. Header-only: it takes the OpenCV of the program that
// includes it, which must have been built with CUDA for the streams to link. Empty where OpenCV has no CUDA headers.
#pragma once

#if __has_include(<opencv2/core/cuda.hpp>)

#include <opencv2/core/cuda.hpp>
#include <opencv2/core/cuda_stream_accessor.hpp>
#include <string>

#include "retouch/interop/cuda.hpp"
#include "retouch/interop/opencv.hpp"

namespace retouch::interop {

/// The view's pixels as a GpuMat header: no copy, valid as long as the view's memory. Throws Unsupported for host
/// memory, nv12 and i420 (take their planes with plane_as_gpu_mat).
inline cv::cuda::GpuMat as_gpu_mat(const ImageView& view) {
  const int type = mat_type(view.format());
  if (!view.device().is_cuda())
    throw Unsupported("as_gpu_mat: the image must be in GPU memory (" + view.describe() + ")");
  if (view.empty()) return cv::cuda::GpuMat();
  const Plane& plane = view.plane(0);
  return cv::cuda::GpuMat(plane.height, plane.width, type, plane.data, static_cast<std::size_t>(plane.pitch_bytes));
}

/// One plane of any view, such as the Y plane (CV_8UC1) and the chroma plane (CV_8UC2) of nv12.
inline cv::cuda::GpuMat plane_as_gpu_mat(const ImageView& view, int index) {
  if (!view.device().is_cuda())
    throw Unsupported("plane_as_gpu_mat: the image must be in GPU memory (" + view.describe() + ")");
  if (index < 0 || index >= view.plane_count())
    throw InvalidArgument("plane_as_gpu_mat: " + view.describe() + " has no plane " + std::to_string(index));
  if (view.empty()) return cv::cuda::GpuMat();
  const Plane& plane = view.plane(index);
  return cv::cuda::GpuMat(plane.height, plane.width, CV_MAKETYPE(CV_8U, plane.channels), plane.data,
                          static_cast<std::size_t>(plane.pitch_bytes));
}

/// The GpuMat's pixels as a view: no copy; the GpuMat must live as long as work with the view is under way. Throws
/// InvalidArgument when its type does not fit.
inline ImageView wrap_gpu_mat(const cv::cuda::GpuMat& mat, PixelFormat format, int device_index) {
  const int type = mat_type(format);
  if (mat.empty()) return {};
  if (mat.type() != type)
    throw InvalidArgument("wrap_gpu_mat: " + std::string(name_of(format)) + " needs " +
                          std::to_string(plane_channels(format, 0)) + " channels of 8 bits (got depth " +
                          std::to_string(mat.depth()) + ", " + std::to_string(mat.channels()) + " channels)");
  return wrap_device_memory(device_index, format, {mat.cols, mat.rows}, mat.data, mat.step);
}

/// OpenCV's stream as a retouch stream; it stays OpenCV's and must outlive the result.
inline Stream wrap_cv_stream(const cv::cuda::Stream& stream, int device_index) {
  return wrap_cuda_stream(device_index, cv::cuda::StreamAccessor::getStream(stream));
}

/// A retouch stream as OpenCV's, to order OpenCV's CUDA functions with retouch's. It must outlive the result.
inline cv::cuda::Stream as_cv_stream(StreamView stream) {
  return cv::cuda::StreamAccessor::wrapStream(cuda_stream(stream));
}

}  // namespace retouch::interop

#endif
