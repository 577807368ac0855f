// Compiled, not run: the header for cv::cuda fits the OpenCV that is installed, with or without CUDA inside.
#include "retouch/interop/opencv_cuda.hpp"

#if __has_include(<opencv2/core/cuda.hpp>)

namespace retouch::test {

ImageView round_trip(const ImageView& view, StreamView stream) {
  const cv::cuda::GpuMat mat = interop::as_gpu_mat(view);
  const cv::cuda::GpuMat chroma = interop::plane_as_gpu_mat(view, 1);
  const cv::cuda::Stream cv_stream = interop::as_cv_stream(stream);
  const Stream again = interop::wrap_cv_stream(cv_stream, view.device().index());
  static_cast<void>(chroma);
  static_cast<void>(again);
  return interop::wrap_gpu_mat(mat, view.format(), view.device().index());
}

}  // namespace retouch::test

#endif
