// A GstBuffer's pixels as an ImageView, for the time of one call.
#pragma once

#include <gst/video/video.h>

#include <memory>
#include <optional>
#include <string>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::gst {

/// What the caps say about the frames.
struct FrameFormat {
  GstVideoInfo info{};
  PixelFormat format = PixelFormat::gray8;
  ColorSpec color{};
  bool cuda_memory = false;
};

/// Throws Unsupported when the caps are not among caps_text().
FrameFormat parse_caps(const GstCaps* caps);

/// The element's caps: CUDA memory first, where this build handles it.
const char* caps_text();

/// Streams that arrive with memory (GStreamer 1.24 and later), each wrapped once. Keeps them alive: images that
/// functions made on them are freed in their order.
class MemoryStreams {
 public:
  MemoryStreams();
  ~MemoryStreams();
  MemoryStreams(const MemoryStreams&) = delete;
  MemoryStreams& operator=(const MemoryStreams&) = delete;

 private:
  friend class MappedFrame;
  struct Entry;
  std::unique_ptr<Entry> entries_;
};

/// Maps a writable buffer for editing where it lies, without copies; unmaps on destruction. For CUDA memory, the
/// memory's CUDA context is the calling thread's current one meanwhile. Throws Unsupported when the buffer cannot be
/// mapped so.
class MappedFrame {
 public:
  MappedFrame(GstBuffer* buffer, FrameFormat& format, MemoryStreams& streams);
  ~MappedFrame();
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;

  const ImageView& image() const { return image_; }
  Device device() const { return image_.device(); }
  /// The GstCudaContext, borrowed; null for system memory.
  GstObject* context() const;
  /// The stream that the memory's next user will follow. None: edit on any stream, and wait before unmapping.
  std::optional<StreamView> memory_stream() const;
  /// The memory was copied just now, by GStreamer, perhaps by mapping it: waits until that is done.
  void wait_for_copy() const;
  /// Edits are under way on memory_stream(): tells the memory's next user.
  void set_pending();

 private:
  struct Cuda;
  struct Unmap {
    void operator()(GstVideoFrame* frame) const { gst_video_frame_unmap(frame); }
  };
  void map(GstBuffer* buffer, FrameFormat& format, int flags, Device device);

  std::unique_ptr<Cuda> cuda_;  // outlives the mapping
  GstVideoFrame frame_{};
  std::unique_ptr<GstVideoFrame, Unmap> mapped_;
  ImageView image_;
};

}  // namespace retouch::gst
