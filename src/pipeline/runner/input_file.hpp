// What is known about the input before GStreamer opens it.
#pragma once

#include <optional>
#include <string>

#include "pipeline/runner/iso_file.hpp"

namespace retouch {

struct InputFile {
  std::string uri;   ///< as the user gave it, for messages
  std::string path;  ///< of a local file; empty for another URI
  std::optional<IsoFile> iso;
};

/// Throws RunError(input) for what cannot be a video: missing, a folder, empty, not readable.
InputFile inspect_input(const std::string& uri);

}  // namespace retouch
