// Way 3: download a small part of a frame, edit it with any CPU code, put it back in the same place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"

namespace retouch {

struct PatchOptions {
  /// The format of the host pixels: none = rgba8 for every frame format but gray8, which stays gray8. Any format that
  /// convert_into converts to and back; the frame's own format means no conversion.
  std::optional<PixelFormat> format{};
};

/// Host copy of a rectangle of a frame, in pinned memory on a GPU. Only the rectangle's bytes cross the bus, both ways.
/// Making one (Frame::patch, Frame::patches) blocks until the pixels are here: all earlier work on the frame's stream,
/// then one wait for all rectangles of the call. commit() enqueues the way back and does not wait. Without commit() the
/// frame is not changed. nv12, i420: the rectangle's pixels are converted to the patch format and back; a pixel that
/// was not edited keeps its bytes, as does a chroma sample none of whose pixels in the rectangle was edited
/// (docs/pixel_model.md). Movable. Used by one thread at a time. Throws ExpiredFrame from commit() after the frame's
/// lease ended.
class RETOUCH_EXPORT Patch {
 public:
  Patch(Patch&&) noexcept;
  Patch& operator=(Patch&&) noexcept;
  ~Patch();

  /// The host pixels, writable; empty when the rectangle lies outside the frame. Their layout is locked.
  const ImageView& pixels() const;
  /// Where in the frame they belong: the rectangle asked for, clipped.
  Rect rect() const;

  /// Enqueues the way back on the frame's stream. The pixels are captured: they may be changed afterwards, and commit()
  /// may be called again.
  void commit() &;
  /// The last commit, `std::move(patch).commit()`: gives the pixels away instead of copying them. Behind it pixels() is
  /// empty, and commit() changes nothing; views of them that were kept must not be used.
  void commit() &&;

  /// Commits several patches of one frame in one go.
  static void commit_all(std::span<Patch> patches);

  struct State;
  explicit Patch(std::unique_ptr<State> state);

 private:
  friend class Frame;
  std::unique_ptr<State> state_;
};

/// Bytes that patches moved over the bus since the start of the process; on the CPU, bytes copied. For tests and
/// statistics.
struct PatchTraffic {
  std::uint64_t downloaded = 0;
  std::uint64_t uploaded = 0;
};
RETOUCH_EXPORT PatchTraffic patch_traffic();

}  // namespace retouch
