// Way 1: neighbourhood filters, in place on a region, a list of regions or a whole frame, and from one image into
// another.
//
// Common to all of them:
//   Does     Each region is treated as isolated: pixels outside it are neither read nor written; what lies beyond its
//            edge is made up by the border rule. Channels are filtered alike, alpha too. nv12 and i420 are filtered
//            plane by plane; the chroma planes, at half the size, with half the strength (stated per filter).
//   Formats  gray8, rgb8, bgr8, rgba8, bgra8, nv12, i420, on the CPU and CUDA.
//   Lists    Regions may overlap: the result is as if they were filtered one after the other, in the order given.
//            Regions that do not overlap go in one launch.
//   Stream   Enqueues on `stream`, does not synchronize. Empty regions and empty lists do nothing.
//   _into    `dst` must have the layout of `src` (same device, format, size, chroma phase) and must not share memory
//            with it.
//   Throws   InvalidArgument (values, devices that differ, a dst of another layout), ExpiredFrame. Nothing is enqueued
//            then.
#pragma once

#include <memory>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// What lies beyond the edge: reflect_101 = gfedcb|abcdefgh|gfedcba, replicate = aaaaaa|abcdefgh|hhhhhhh, constant = a
/// value. As OpenCV's BORDER_REFLECT_101, BORDER_REPLICATE and BORDER_CONSTANT.
enum class BorderMode : std::uint8_t { reflect_101, replicate, constant };

struct Border {
  BorderMode mode = BorderMode::reflect_101;
  /// For constant, in RGB; converted for YCbCr images, luma for gray.
  Color color{0, 0, 0, 0};
};

/// exact: to 1 level; the wider, the more it costs, and beyond a sigma of 42 the bell is cut off.
/// fast: any sigma at the same cost, and the whole bell: within 3 levels of the exact Gaussian, on average within 0.5.
enum class GaussianAccuracy : std::uint8_t { exact, fast };

struct GaussianBlurOptions {
  /// Odd, 1..255 each. 0 = from sigma: 2 * round(3 * sigma) + 1 (as OpenCV for 8-bit images: round(sigma * 6 + 1) | 1),
  /// at most 255.
  Size ksize{0, 0};
  /// Standard deviation in pixels. 0 = from ksize: 0.3 * ((ksize - 1) * 0.5 - 1) + 0.8, and for 3, 5 and 7 the fixed
  /// weights (1 2 1)/4, (1 4 6 4 1)/16, (2 7 14 18 14 7 2)/64; as OpenCV.
  double sigma_x = 0;
  /// 0 = the same as sigma_x.
  double sigma_y = 0;
  Border border{};
  /// fast takes its strength from sigma alone (ksize must be 0), which has no upper limit. Below a sigma of 5.5 it is
  /// the exact blur.
  GaussianAccuracy accuracy = GaussianAccuracy::exact;
};

/// Gaussian blur, separable, to 1 level of the exact one and of cv::GaussianBlur (BORDER_ISOLATED), but for the few
/// pixels where OpenCV's 8-bit weights lead it further away. A flat image stays exactly as it is. On each axis one of
/// ksize and sigma must be given. Chroma of nv12 and i420: sigma / 2 and the kernel (ksize / 2) | 1.
RETOUCH_EXPORT void gaussian_blur(StreamView stream, const Regions& regions, const GaussianBlurOptions& options);
RETOUCH_EXPORT void gaussian_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                                       const GaussianBlurOptions& options);

/// A gaussian_blur with its weights worked out once. Making one calls no device; calling it allocates nothing on the
/// host for a single region or a list of ImageViews. Copyable; const calls are thread-safe.
class RETOUCH_EXPORT GaussianBlur {
 public:
  explicit GaussianBlur(const GaussianBlurOptions& options);
  void operator()(StreamView stream, const Regions& regions) const;
  void into(StreamView stream, const ImageView& src, const ImageView& dst) const;
  const GaussianBlurOptions& options() const { return options_; }

 private:
  GaussianBlurOptions options_;
  struct Plan;
  std::shared_ptr<const Plan> plan_;
};

struct BoxBlurOptions {
  Size ksize{3, 3};  ///< 1..255 each; an even size puts the anchor at ksize / 2, as cv::blur
  Border border{};
};

/// Mean of the ksize window, rounded to nearest, as cv::blur. Chroma: kernel (ksize / 2) | 1.
RETOUCH_EXPORT void box_blur(StreamView stream, const Regions& regions, const BoxBlurOptions& options = {});
RETOUCH_EXPORT void box_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                                  const BoxBlurOptions& options = {});

/// box_blur as an object.
class RETOUCH_EXPORT BoxBlur {
 public:
  explicit BoxBlur(const BoxBlurOptions& options);
  void operator()(StreamView stream, const Regions& regions) const;
  void into(StreamView stream, const ImageView& src, const ImageView& dst) const;

 private:
  BoxBlurOptions options_;
};

struct MedianBlurOptions {
  int ksize = 3;  ///< 3 or 5
};

/// Median of the ksize x ksize window, channel by channel; edges replicate, as cv::medianBlur. Chroma: ksize 3 in both
/// cases.
RETOUCH_EXPORT void median_blur(StreamView stream, const Regions& regions, const MedianBlurOptions& options = {});
RETOUCH_EXPORT void median_blur_into(StreamView stream, const ImageView& src, const ImageView& dst,
                                     const MedianBlurOptions& options = {});

/// median_blur as an object.
class RETOUCH_EXPORT MedianBlur {
 public:
  explicit MedianBlur(const MedianBlurOptions& options);
  void operator()(StreamView stream, const Regions& regions) const;
  void into(StreamView stream, const ImageView& src, const ImageView& dst) const;

 private:
  MedianBlurOptions options_;
};

struct PixelateOptions {
  /// Side of a cell in pixels, 1 or more (larger than the region: one cell). For nv12 and i420, even.
  int cell_px = 16;
};

/// Mosaic: every cell of the grid that starts at the region's top-left corner becomes its mean, rounded to nearest.
/// Cells at the right and bottom edge may be smaller. Chroma: cells of cell_px / 2.
RETOUCH_EXPORT void pixelate(StreamView stream, const Regions& regions, const PixelateOptions& options = {});
RETOUCH_EXPORT void pixelate_into(StreamView stream, const ImageView& src, const ImageView& dst,
                                  const PixelateOptions& options = {});

/// pixelate as an object.
class RETOUCH_EXPORT Pixelate {
 public:
  explicit Pixelate(const PixelateOptions& options);
  void operator()(StreamView stream, const Regions& regions) const;
  void into(StreamView stream, const ImageView& src, const ImageView& dst) const;

 private:
  PixelateOptions options_;
};

}  // namespace retouch
