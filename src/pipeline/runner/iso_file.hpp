// What is read from, and patched in, an MP4 or QuickTime file without GStreamer: whether it is whole, how many frames
// it holds; the display matrix (rotation) and the audio's priming, both of which GStreamer 1.22 reads but does not
// write; and where the video ends.
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
  std::int64_t duration_ns = 0;         ///< of the movie; 0: not known
  std::uint64_t duration_offset = 0;    ///< of the movie's duration in the file
  std::size_t duration_size = 0;        ///< 0: there is none, or it does not matter
  int audio_tracks = 0;                 ///< how many there are
  std::uint64_t movie_offset = 0;       ///< of the body of the 'moov' box
  std::uint64_t movie_size = 0;         ///< 0: there is none
};

/// Nothing when the file is of another kind or not readable.
std::optional<IsoFile> read_iso_file(const std::string& path);

bool is_identity(const DisplayMatrix& matrix);

/// The matrix for GStreamer's image-orientation tag ("rotate-90", "flip-rotate-0", ...) and the coded size.
DisplayMatrix orientation_matrix(const std::string& orientation, int width, int height);

/// Writes the matrix into the first video track of a finished file; false with errno, or when there is none.
bool write_display_matrix(const std::string& path, const DisplayMatrix& matrix);

/// Puts right what GStreamer's muxer writes for audio with priming (packets before the first sound that is heard),
/// which it was given as packets presented at the start and decoded earlier: they get their own times back (the box of
/// presentation offsets goes), and the edit list that skips them ends with the track. False with errno.
bool write_priming(const std::string& path);

/// Lets the video track of a finished file last until `end_ns`. GStreamer's muxer adds up the distances of the decoding
/// times, which do not reach the end where frames are reordered and their distances vary: players then leave out the
/// last frames. False with errno.
bool write_video_end(const std::string& path, std::int64_t end_ns);

}  // namespace retouch
