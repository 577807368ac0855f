// libav's decoders hide damage in the picture: they conceal it and give out a frame like any other. That something was
// wrong they only write to GStreamer's log, where this listens.
#pragma once

#include <cstdint>
#include <string>

namespace retouch {

/// Listens while it lives. The log is one per process: with several runs at a time a run may see another's damage.
class DecoderLog {
 public:
  DecoderLog();
  ~DecoderLog();
  DecoderLog(const DecoderLog&) = delete;
  DecoderLog& operator=(const DecoderLog&) = delete;

  /// Complaints since this was made.
  std::int64_t errors() const;
  /// The first of them; may be empty.
  static std::string first_error();

 private:
  std::int64_t before_;
};

}  // namespace retouch
