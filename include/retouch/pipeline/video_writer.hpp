// Writes a video file from pictures that a program has: as a run of a module does, but without a module and an input.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/pipeline/module.hpp"
#include "retouch/pipeline/runner.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// H.264 in .mp4, .mov or .mkv, without sound. The first frame says how large the video is and how fast. The file
/// appears under its name at finish(); until then it is `.NAME.partial` beside it. One thread at a time.
class RETOUCH_EXPORT VideoWriter {
 public:
  /// `fps`: of frames that do not say when they are shown; 0: as the frames' FrameInfo says, else 30. Throws
  /// RunError(output) when the file cannot be written, RunError(usage) when its name is no video's.
  explicit VideoWriter(Output output, double fps = 0);
  /// Without finish(): nothing is kept.
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// Appends a picture, in any format, of any device. The pixels are copied before the call returns; it blocks while
  /// the encoder is behind, and when they are on a GPU, until they are here. The first frame is shown at 0, the others
  /// as long after it as their pts says; one that is not later than the frame before (of another video, say) is shown
  /// right after that. Throws InvalidArgument (another size or format than the first frame's, an odd size), RunError.
  void write(const ImageView& pixels, StreamView stream, const FrameInfo& info = {});

  std::int64_t frames() const;
  const std::string& path() const;

  /// Ends the file and gives it its name. Throws RunError; also when there was no frame. Idempotent.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace retouch
