// What is read from, and patched in, an MP4 or QuickTime file without GStreamer: whether it is whole, how many frames
// it holds, and the display matrix (rotation), which GStreamer 1.22 reads but does not write.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace retouch {

/// a b u, c d v, x y w of ISO 14496-12, big-endian as in the file.
using DisplayMatrix = std::array<std::uint8_t, 36>;

struct IsoFile {
  std::string damage;                   ///< "the file ends at byte 69178 of 115297"; empty: the boxes are whole
  std::int64_t video_frames = 0;        ///< of the first video track when all of them are shown; 0: not known
  std::uint32_t timescale = 0;          ///< of the first video track
  std::optional<DisplayMatrix> matrix;  ///< of the first video track
  std::uint64_t matrix_offset = 0;      ///< in the file
};

/// Nothing when the file is of another kind or not readable.
std::optional<IsoFile> read_iso_file(const std::string& path);

bool is_identity(const DisplayMatrix& matrix);

/// The matrix for GStreamer's image-orientation tag ("rotate-90", "flip-rotate-0", ...) and the coded size.
DisplayMatrix orientation_matrix(const std::string& orientation, int width, int height);

/// Writes the matrix into the first video track of a finished file; false with errno, or when there is none.
bool write_display_matrix(const std::string& path, const DisplayMatrix& matrix);

}  // namespace retouch
