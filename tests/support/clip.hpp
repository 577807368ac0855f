// Frames of a video file, decoded by GStreamer.
#pragma once

#include <filesystem>
#include <vector>

#include "support/backend.hpp"

namespace retouch::test {

struct Clip {
  std::size_t length = 0;      ///< frames of the file
  std::vector<Pixels> frames;  ///< every `step`-th from the first on, as i420
};

/// Decodes the whole file. Fails the test when that stops before its end.
Clip read_clip(const std::filesystem::path& path, std::size_t step);

}  // namespace retouch::test
