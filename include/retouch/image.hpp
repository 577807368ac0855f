// Pixels: the formats, the borrowed view and the owning image.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "retouch/color.hpp"
#include "retouch/device.hpp"
#include "retouch/export.hpp"
#include "retouch/geometry.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// 8 bits a channel. nv12 and i420 are YCbCr 4:2:0: a Y plane, and Cb, Cr at half the size in both directions (rounded
/// up), interleaved in one plane (nv12) or in two (i420).
enum class PixelFormat : std::uint8_t { gray8, rgb8, bgr8, rgba8, bgra8, nv12, i420 };

/// All formats, for loops.
inline constexpr std::array<PixelFormat, 7> all_pixel_formats = {
    PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::rgba8,
    PixelFormat::bgra8, PixelFormat::nv12, PixelFormat::i420};

/// "gray8", "rgb8", ...
RETOUCH_EXPORT std::string_view name_of(PixelFormat format);
/// The format of that name. Throws InvalidArgument for an unknown one.
RETOUCH_EXPORT PixelFormat pixel_format(std::string_view name);

/// 1 (packed formats), 2 (nv12) or 3 (i420).
constexpr int plane_count(PixelFormat format) {
  return format == PixelFormat::nv12 ? 2 : format == PixelFormat::i420 ? 3 : 1;
}
/// Bytes that one sample of a plane takes: 4 for rgba8, 2 for nv12's chroma plane, 1 for Y.
constexpr int plane_channels(PixelFormat format, int plane) {
  switch (format) {
    case PixelFormat::gray8:
    case PixelFormat::i420: return 1;
    case PixelFormat::rgb8:
    case PixelFormat::bgr8: return 3;
    case PixelFormat::rgba8:
    case PixelFormat::bgra8: return 4;
    case PixelFormat::nv12: return plane == 0 ? 1 : 2;
  }
  return 0;
}
/// nv12 and i420: chroma at half the size.
constexpr bool is_subsampled(PixelFormat format) { return format == PixelFormat::nv12 || format == PixelFormat::i420; }
constexpr bool has_alpha(PixelFormat format) { return format == PixelFormat::rgba8 || format == PixelFormat::bgra8; }
/// The red channel comes third.
constexpr bool is_bgr_order(PixelFormat format) { return format == PixelFormat::bgr8 || format == PixelFormat::bgra8; }

/// One plane of an image. Rows are `pitch_bytes` apart; a row holds width * channels bytes, then a gap that nobody
/// touches.
struct Plane {
  std::uint8_t* data = nullptr;
  std::ptrdiff_t pitch_bytes = 0;
  int width = 0;   ///< samples in a row (for 4:2:0 chroma: half the image's, rounded outward)
  int height = 0;  ///< rows
  int channels = 0;
};

/// Where a plane starts, for wrapping foreign memory.
struct PlanePointer {
  void* data = nullptr;
  std::ptrdiff_t pitch_bytes = 0;
};

/// A borrowed picture: planes in the memory of a device. Cheap to copy, never frees, does not keep the memory alive.
/// Like a pointer, a const ImageView does not make the pixels const. Reentrant.
class RETOUCH_EXPORT ImageView {
 public:
  /// An empty view: 0x0 gray8 on the CPU. Operations on empty views do nothing.
  ImageView() = default;

  /// Borrows the planes (plane_count(format) of them). `data` points into `device`'s memory and must stay valid while
  /// work with the view is under way. Throws InvalidArgument when a size is negative, a pointer null, a pitch shorter
  /// than a row, or the number of planes wrong.
  static ImageView wrap(Device device, PixelFormat format, Size size, std::span<const PlanePointer> planes,
                        ColorSpec color = {});
  /// The same for a format of one plane.
  static ImageView wrap(Device device, PixelFormat format, Size size, void* data, std::ptrdiff_t pitch_bytes);

  Device device() const { return device_; }
  PixelFormat format() const { return format_; }
  ColorSpec color() const { return color_; }
  int width() const { return size_.width; }
  int height() const { return size_.height; }
  Size size() const { return size_; }
  Rect bounds() const { return {0, 0, size_.width, size_.height}; }
  bool empty() const { return size_.width <= 0 || size_.height <= 0; }

  int plane_count() const { return retouch::plane_count(format_); }
  const Plane& plane(int index) const { return planes_[static_cast<std::size_t>(index)]; }

  /// nv12, i420: 1 when the view's left column (top row) is the second of the pair that shares a chroma sample, which a
  /// region at an odd offset makes. Else 0. Pixel (x, y) uses chroma sample ((x + x_phase) / 2, (y + y_phase) / 2).
  int x_phase() const { return x_phase_; }
  int y_phase() const { return y_phase_; }

  /// The part of the view inside `rect`, which is clipped to the view; empty when nothing is left. In nv12 and i420 the
  /// chroma samples of all pixels in the rectangle belong to the region, also those shared with a pixel beside it.
  ImageView region(const Rect& rect) const;

  /// The same pixels read as another colour specification.
  ImageView with_color(ColorSpec color) const;

  /// Same device, format, size and chroma phase.
  bool same_layout(const ImageView& other) const;

  /// "rgba8 1280x720 on cuda:0", for messages.
  std::string describe() const;

 private:
  std::array<Plane, 3> planes_{};
  Size size_{};
  PixelFormat format_ = PixelFormat::gray8;
  std::uint8_t x_phase_ = 0;
  std::uint8_t y_phase_ = 0;
  ColorSpec color_{};
  Device device_{};
};

/// Do the two views share a byte of memory? Exact for two regions of one image (same pitch), conservative otherwise.
RETOUCH_EXPORT bool overlaps(const ImageView& a, const ImageView& b);

/// Owns the memory of a picture. Movable, not copyable (a copy needs a stream: see copy_into).
class RETOUCH_EXPORT Image {
 public:
  /// An empty image.
  Image() = default;

  /// Allocates uninitialised memory in stream order, rows aligned to 256 bytes on CUDA and 64 on the CPU. Work on
  /// another stream must be ordered after `stream`'s. Throws InvalidArgument for a negative size, OutOfMemory.
  Image(StreamView stream, PixelFormat format, Size size, ColorSpec color = {});

  /// Frees in stream order: work enqueued earlier on the stream that it was made with may still use the memory.
  ~Image();
  Image(Image&& other) noexcept;
  Image& operator=(Image&& other) noexcept;

  const ImageView& view() const { return view_; }
  operator const ImageView&() const { return view_; }
  ImageView region(const Rect& rect) const { return view_.region(rect); }

  Device device() const { return view_.device(); }
  PixelFormat format() const { return view_.format(); }
  int width() const { return view_.width(); }
  int height() const { return view_.height(); }
  Size size() const { return view_.size(); }

 private:
  void reset() noexcept;

  ImageView view_;
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::shared_ptr<detail::StreamState> stream_;
};

/// Reads a PNG of any kind into an rgba8 image (straight alpha) in host memory. Throws FileError.
RETOUCH_EXPORT Image read_png(const std::string& path);

/// Writes a gray8, rgb8, bgr8, rgba8 or bgra8 view in host memory as a PNG. The file appears complete or not at all.
/// Throws FileError, Unsupported (another format, or GPU memory).
RETOUCH_EXPORT void write_png(const std::string& path, const ImageView& image);

}  // namespace retouch
