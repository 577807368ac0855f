// Way 2: pictures prepared in host memory, uploaded once, composited onto frames.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// An RGBA picture (straight alpha). Making one copies the pixels and hashes their content; the first composite on a
/// device uploads them there, once: sprites of the same content share one upload (a cache keyed by content, size and
/// device, whose entries live as long as a sprite that uses them, and are kept for reuse up to Sprite::set_cache_limit
/// bytes). Copying a Sprite is cheap and shares. Thread-safe.
class RETOUCH_EXPORT Sprite {
 public:
  /// An empty sprite; compositing it does nothing.
  Sprite() = default;
  /// From host pixels: rgba8 or bgra8 as they are, rgb8, bgr8, gray8 with alpha 255. The pixels are copied before it
  /// returns. Throws Unsupported for another format or GPU memory, InvalidArgument for more than 65535 pixels on a
  /// side.
  explicit Sprite(const ImageView& pixels);
  /// From a PNG with or without alpha. Throws FileError.
  static Sprite from_file(const std::string& path);

  Size size() const;
  bool empty() const;

  /// Uploads now, in stream order, so that no later frame waits for it. Optional.
  void preload(StreamView stream) const;

  /// What stays cached, in host memory and per GPU, for content that no living Sprite holds (scaled sizes included):
  /// the longest unused goes first. Default 64 MiB. 0 keeps nothing.
  static void set_cache_limit(std::size_t bytes);
  /// Uploads since the start of the process, for tests and statistics.
  static std::uint64_t upload_count();

  struct Data;
  const std::shared_ptr<const Data>& data() const { return data_; }

 private:
  std::shared_ptr<const Data> data_;
};

/// Porter-Duff operators (Porter and Duff, "Compositing Digital Images", 1984), source = sprite, destination = target,
/// and the forms for colours already multiplied by their alpha; the set of cv::cuda::alphaComp (ALPHA_OVER ..
/// ALPHA_PREMUL). `over` is the blend rule of the pixel model: straight alpha, the frame's colour taken as opaque. The
/// other straight forms leave, as alphaComp does, colours multiplied by the resulting alpha: what they take away shows
/// as black also where alpha is dropped later. Formulas: docs/sprites.md.
enum class CompositeOp : std::uint8_t {
  over,
  in,
  out,
  atop,
  xor_,
  plus,
  over_premul,
  in_premul,
  out_premul,
  atop_premul,
  xor_premul,
  plus_premul,
  premul,  ///< writes the sprite with its colour multiplied by its alpha; the destination is not looked at
};

struct CompositeOptions {
  CompositeOp op = CompositeOp::over;
  float opacity = 1.0F;  ///< 0..1, multiplies the sprite's alpha (premultiplied: all channels)
  /// Scale to this size while compositing (linear; where an axis shrinks: area), at most 16384 on a side and 2^26
  /// pixels. Made on the host at the first use of a size; a sprite keeps its 8 latest sizes. None = as it is.
  std::optional<Size> size{};
};

/// Composites the sprite with its top-left corner at `position` of the target, clipped on every side; in place.
/// Only the pixels that the sprite covers are touched. Targets without alpha count as opaque (destination alpha 255);
/// what an operator would leave transparent there is blended over black. nv12, i420: luma per pixel, chroma by the mean
/// of what its four pixels become (docs/pixel_model.md). Formats: all, CPU and CUDA. Stream: enqueues on `stream`, one
/// launch, does not synchronize. Throws InvalidArgument (opacity outside 0..1 or NaN; a size negative or too large).
RETOUCH_EXPORT void composite(StreamView stream, const ImageView& target, const Sprite& sprite, Point position,
                              const CompositeOptions& options = {});
/// dst = src with the sprite composited.
RETOUCH_EXPORT void composite_into(StreamView stream, const ImageView& src, const ImageView& dst, const Sprite& sprite,
                                   Point position, const CompositeOptions& options = {});
/// From host pixels: as composite(stream, target, Sprite(pixels), ...); content seen before is not uploaded again. Each
/// call hashes the pixels and compares them with those seen (2 reads of them); keep a Sprite to save that.
RETOUCH_EXPORT void composite(StreamView stream, const ImageView& target, const ImageView& host_pixels, Point position,
                              const CompositeOptions& options = {});

}  // namespace retouch
