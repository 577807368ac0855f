// The elements that make H.264 and put it into a file.
#pragma once

#include <string>

#include "pipeline/runner/gst_support.hpp"

namespace retouch {

struct Encoder {
  std::string name;  ///< of its factory
  ElementPtr element;
};

/// As the output says; "auto": what suits frames on the device best. Throws RunError.
Encoder make_encoder(const Output& output, Device device);

/// "mp4", "mov", "mkv", or "none" when the output is that; by the file's extension where the output does not say.
/// Throws RunError(usage).
std::string format_of(const Output& output);

/// The name of the muxer's factory for a format of format_of().
const char* muxer_of(const std::string& format);

/// The decoder's own 4:2:0 formats, which the functions edit as they are. Anything else is converted to one of them.
/// After the edit the same caps keep RGBA away from x264, which would make 4:4:4 of it that many players refuse.
inline constexpr const char* yuv420_caps = "video/x-raw,format={I420,NV12}";

}  // namespace retouch
