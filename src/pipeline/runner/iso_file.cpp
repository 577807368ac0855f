#include "pipeline/runner/iso_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <span>
#include <string_view>
#include <vector>

namespace retouch {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint64_t big_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  if (at + count > bytes.size()) return 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[at + i];
  return value;
}

void put_big_endian(std::uint8_t* bytes, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(value >> 8 * (count - 1 - i));
}

struct Box {
  std::string type;
  std::size_t offset = 0;  // of the header, in what was searched
  Bytes body;
};

// The boxes in `bytes`; stops at the first that is not whole.
std::vector<Box> boxes_in(Bytes bytes) {
  std::vector<Box> boxes;
  for (std::size_t at = 0; at + 8 <= bytes.size();) {
    std::uint64_t size = big_endian(bytes, at, 4);
    std::size_t header = 8;
    if (size == 1) {
      size = big_endian(bytes, at + 8, 8);
      header = 16;
    } else if (size == 0) {
      size = bytes.size() - at;
    }
    if (size < header || size > bytes.size() - at) break;
    boxes.push_back({std::string(reinterpret_cast<const char*>(&bytes[at + 4]), 4), at,
                     bytes.subspan(at + header, static_cast<std::size_t>(size) - header)});
    at += static_cast<std::size_t>(size);
  }
  return boxes;
}

Bytes body_of(Bytes parent, std::initializer_list<std::string_view> path) {
  for (const std::string_view type : path) {
    Bytes found;
    for (const Box& box : boxes_in(parent))
      if (box.type == type && found.empty()) found = box.body;
    parent = found;
  }
  return parent;
}

// Duration and timescale of mvhd and mdhd, which begin alike.
struct Clock {
  std::uint64_t timescale = 0;
  std::uint64_t duration = 0;
};
Clock clock_of(Bytes header) {
  const bool wide = !header.empty() && header[0] == 1;
  return {big_endian(header, wide ? 20 : 12, 4), big_endian(header, wide ? 24 : 16, wide ? 8 : 4)};
}

// How long all samples last, in the track's timescale. The duration in its header may count from before the first one
// that is shown.
std::uint64_t length_of(Bytes times) {
  const std::uint64_t count = std::min<std::uint64_t>(big_endian(times, 4, 4), times.size() / 8);
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length += big_endian(times, 8 + 8 * i, 4) * big_endian(times, 12 + 8 * i, 4);
  return length;
}

// Does the edit list leave out a part of the media? Then fewer frames are shown than stored.
bool is_trimmed(Bytes edits, const Clock& movie, const Clock& media, std::int64_t frames) {
  if (edits.empty() || movie.timescale == 0 || media.timescale == 0 || frames == 0) return false;
  const bool wide = edits[0] == 1;
  const std::size_t stride = wide ? 20 : 12;
  double shown = 0;
  const std::uint64_t count = std::min<std::uint64_t>(big_endian(edits, 4, 4), edits.size() / stride);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t at = 8 + static_cast<std::size_t>(i) * stride;
    const bool gap = big_endian(edits, at + (wide ? 8 : 4), 4) == 0xFFFFFFFFU;
    if (!gap) shown += static_cast<double>(big_endian(edits, at, wide ? 8 : 4)) / static_cast<double>(movie.timescale);
  }
  const double stored = static_cast<double>(media.duration) / static_cast<double>(media.timescale);
  return std::abs(shown - stored) > 0.5 * stored / static_cast<double>(frames);
}

// Where the matrix begins in a tkhd box, header included.
std::size_t matrix_position(Bytes track_header) { return !track_header.empty() && track_header[0] == 1 ? 60 : 48; }

void read_movie(Bytes movie, std::uint64_t file_offset, IsoFile& result) {
  const bool fragmented = !body_of(movie, {"mvex"}).empty();
  const Bytes header = body_of(movie, {"mvhd"});
  const bool wide = !header.empty() && header[0] == 1;
  const std::size_t position = wide ? 24 : 16;
  const std::size_t width = wide ? 8 : 4;
  if (!fragmented && position + width <= header.size()) {
    result.duration_offset = file_offset + static_cast<std::uint64_t>(&header[position] - movie.data());
    result.duration_size = width;
    if (const Clock clock = clock_of(header); clock.timescale > 0 && clock.duration < 0xFFFFFFFFU)
      result.duration_ns =
          static_cast<std::int64_t>(static_cast<double>(clock.duration) * 1e9 / static_cast<double>(clock.timescale));
  }
  bool has_video = false;
  for (const Box& track : boxes_in(movie)) {
    if (track.type != "trak") continue;
    const std::uint64_t handler = big_endian(body_of(track.body, {"mdia", "hdlr"}), 8, 4);
    if (handler == 0x736F756EU) ++result.audio_tracks;  // "soun"
    if (handler != 0x76696465U || has_video) continue;  // "vide"
    has_video = true;
    const Clock media = clock_of(body_of(track.body, {"mdia", "mdhd"}));
    result.timescale = static_cast<std::uint32_t>(media.timescale);
    const auto frames =
        static_cast<std::int64_t>(big_endian(body_of(track.body, {"mdia", "minf", "stbl", "stsz"}), 8, 4));
    const Bytes edits = body_of(track.body, {"edts", "elst"});
    const Clock samples{media.timescale, length_of(body_of(track.body, {"mdia", "minf", "stbl", "stts"}))};
    if (!fragmented && !is_trimmed(edits, clock_of(body_of(movie, {"mvhd"})), samples, frames))
      result.video_frames = frames;
    for (const Box& box : boxes_in(track.body)) {
      if (box.type != "tkhd") continue;
      const std::size_t position = matrix_position(box.body) - 8;
      if (position + 36 > box.body.size()) continue;
      result.matrix.emplace();
      std::copy_n(box.body.begin() + static_cast<std::ptrdiff_t>(position), 36, result.matrix->begin());
      result.matrix_offset = file_offset + static_cast<std::uint64_t>(&box.body[position] - movie.data());
    }
  }
}

// The edit list's first entry, at `media_time` of the track, lasts until the track's end.
void end_edit_with_track(std::uint8_t* edits, std::size_t size, const Clock& movie, const Clock& media) {
  const bool wide = size > 0 && edits[0] == 1;
  const std::size_t width = wide ? 8 : 4;
  if (size < 8 + 2 * width || big_endian({edits, size}, 4, 4) != 1 || media.timescale == 0) return;
  const std::uint64_t media_time = big_endian({edits, size}, 8 + width, width);
  if (media_time >= media.duration) return;
  const auto shown = static_cast<double>(media.duration - media_time) / static_cast<double>(media.timescale);
  put_big_endian(edits + 8, static_cast<std::uint64_t>(std::llround(shown * static_cast<double>(movie.timescale))),
                 width);
}

bool is_box_type(Bytes type) {
  return std::all_of(type.begin(), type.end(), [](std::uint8_t c) { return std::isprint(c) != 0 || c == 0xA9; });
}

}  // namespace

std::optional<IsoFile> read_iso_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return std::nullopt;
  const auto total = static_cast<std::uint64_t>(file.tellg());
  IsoFile result;
  bool has_movie = false;
  for (std::uint64_t at = 0; at + 8 <= total;) {
    std::array<std::uint8_t, 16> header{};
    file.seekg(static_cast<std::streamoff>(at));
    file.read(reinterpret_cast<char*>(header.data()),
              static_cast<std::streamsize>(std::min<std::uint64_t>(16, total - at)));
    if (!file) return std::nullopt;
    const Bytes bytes(header);
    const std::string_view type(reinterpret_cast<const char*>(&header[4]), 4);
    constexpr std::array<std::string_view, 6> first_types = {"ftyp", "moov", "mdat", "wide", "free", "skip"};
    if (at == 0 && std::find(first_types.begin(), first_types.end(), type) == first_types.end()) return std::nullopt;
    std::uint64_t size = big_endian(bytes, 0, 4);
    const std::uint64_t header_size = size == 1 ? 16 : 8;
    if (size == 1) size = big_endian(bytes, 8, 8);
    if (size == 0) size = total - at;
    if (size < header_size || !is_box_type(bytes.subspan(4, 4))) {
      // Rubbish after a whole movie harms nobody.
      if (!has_movie) result.damage = fmt::format("byte {} of the file makes no sense", at);
      break;
    }
    if (size > total - at) {
      result.damage = fmt::format("the file ends at byte {} of at least {}", total, at + size);
      break;
    }
    constexpr std::uint64_t largest_movie = 1U << 30;
    if (type == "moov" && !has_movie && size <= largest_movie) {
      has_movie = true;
      std::vector<std::uint8_t> movie(static_cast<std::size_t>(size - header_size));
      file.seekg(static_cast<std::streamoff>(at + header_size));
      file.read(reinterpret_cast<char*>(movie.data()), static_cast<std::streamsize>(movie.size()));
      if (!file) return std::nullopt;
      result.movie_offset = at + header_size;
      result.movie_size = size - header_size;
      read_movie(movie, at + header_size, result);
    }
    at += size;
  }
  if (!has_movie && result.damage.empty()) result.damage = "it has no index ('moov'): the recording was not finished";
  return result;
}

bool is_identity(const DisplayMatrix& matrix) { return matrix == orientation_matrix("rotate-0", 0, 0); }

DisplayMatrix orientation_matrix(const std::string& orientation, int width, int height) {
  struct Entry {
    std::string_view name;
    int a, b, c, d;
  };
  // x' = a x + c y, y' = b x + d y with y downwards: a turn is clockwise, a flip (left to right) comes before it.
  static constexpr std::array<Entry, 8> entries = {{{"rotate-0", 1, 0, 0, 1},
                                                    {"rotate-90", 0, 1, -1, 0},
                                                    {"rotate-180", -1, 0, 0, -1},
                                                    {"rotate-270", 0, -1, 1, 0},
                                                    {"flip-rotate-0", -1, 0, 0, 1},
                                                    {"flip-rotate-90", 0, -1, -1, 0},
                                                    {"flip-rotate-180", 1, 0, 0, -1},
                                                    {"flip-rotate-270", 0, 1, 1, 0}}};
  const auto* entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == orientation; });
  if (entry == entries.end()) entry = entries.begin();
  // The turned picture is moved back to where its corner is the origin.
  const int x = (entry->a < 0 ? width : 0) + (entry->c < 0 ? height : 0);
  const int y = (entry->b < 0 ? width : 0) + (entry->d < 0 ? height : 0);
  const std::array<std::int64_t, 9> values = {entry->a * 65536LL, entry->b * 65536LL, 0,
                                              entry->c * 65536LL, entry->d * 65536LL, 0,
                                              x * 65536LL,        y * 65536LL,        1LL << 30};
  DisplayMatrix matrix{};
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t byte = 0; byte < 4; ++byte)
      matrix[4 * i + byte] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(values[i]) >> (24 - 8 * byte));
  return matrix;
}

bool write_display_matrix(const std::string& path, const DisplayMatrix& matrix) {
  const auto info = read_iso_file(path);
  if (!info || !info->matrix) return false;
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(info->matrix_offset));
  file.write(reinterpret_cast<const char*>(matrix.data()), static_cast<std::streamsize>(matrix.size()));
  file.close();
  return !file.fail();
}

namespace {

// Reads the movie box of a finished file, has it edited, and writes it back in its place.
template <class Edit>
bool edit_movie(const std::string& path, Edit&& edit) {
  const auto info = read_iso_file(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  if (!info || info->movie_size == 0 || !file) return false;
  std::vector<std::uint8_t> movie(static_cast<std::size_t>(info->movie_size));
  file.seekg(static_cast<std::streamoff>(info->movie_offset));
  file.read(reinterpret_cast<char*>(movie.data()), static_cast<std::streamsize>(movie.size()));
  edit(Bytes(movie), [&](Bytes part) { return movie.data() + (part.data() - movie.data()); });
  file.seekp(static_cast<std::streamoff>(info->movie_offset));
  file.write(reinterpret_cast<const char*>(movie.data()), static_cast<std::streamsize>(movie.size()));
  file.close();
  return !file.fail();
}

// Writes `value` where it is longer than what stands there.
void lengthen(std::uint8_t* field, std::size_t width, std::uint64_t value) {
  if (big_endian({field, width}, 0, width) < value) put_big_endian(field, value, width);
}

}  // namespace

bool write_priming(const std::string& path) {
  return edit_movie(path, [](Bytes movie, const auto& writable) {
    for (const Box& track : boxes_in(movie)) {
      if (track.type != "trak") continue;
      if (big_endian(body_of(track.body, {"mdia", "hdlr"}), 8, 4) != 0x736F756EU) continue;  // "soun"
      const Bytes offsets = body_of(track.body, {"mdia", "minf", "stbl", "ctts"});
      const Bytes edits = body_of(track.body, {"edts", "elst"});
      if (offsets.empty() || edits.empty()) continue;
      std::copy_n("free", 4, writable(offsets) - 4);
      end_edit_with_track(writable(edits), edits.size(), clock_of(body_of(movie, {"mvhd"})),
                          clock_of(body_of(track.body, {"mdia", "mdhd"})));
    }
  });
}

bool write_video_end(const std::string& path, std::int64_t end_ns) {
  return edit_movie(path, [end_ns](Bytes movie, const auto& writable) {
    const Bytes header = body_of(movie, {"mvhd"});
    const Clock clock = clock_of(header);
    if (clock.timescale == 0 || end_ns <= 0) return;
    const auto end = static_cast<std::uint64_t>(
        std::llround(static_cast<double>(end_ns) * static_cast<double>(clock.timescale) / 1e9));
    for (const Box& track : boxes_in(movie)) {
      if (track.type != "trak" || big_endian(body_of(track.body, {"mdia", "hdlr"}), 8, 4) != 0x76696465U) continue;
      const Bytes edits = body_of(track.body, {"edts", "elst"});
      const std::size_t width = !edits.empty() && edits[0] == 1 ? 8 : 4;
      const auto count = static_cast<std::size_t>(big_endian(edits, 4, 4));
      const std::size_t entry = 2 * width + 4;
      if (count == 0 || edits.size() < 8 + count * entry) continue;
      std::uint64_t before = 0;
      for (std::size_t i = 0; i + 1 < count; ++i) before += big_endian(edits, 8 + i * entry, width);
      if (end > before) lengthen(writable(edits) + 8 + (count - 1) * entry, width, end - before);
      const Bytes media_header = body_of(track.body, {"mdia", "mdhd"});
      const Clock media = clock_of(media_header);
      const std::uint64_t begin = big_endian(edits, 8 + (count - 1) * entry + width, width);
      if (end > before && media.timescale > 0) {
        const auto shown = static_cast<double>(end - before) * static_cast<double>(media.timescale);
        const bool wide = media_header[0] == 1;
        lengthen(writable(media_header) + (wide ? 24 : 16), wide ? 8 : 4,
                 begin + static_cast<std::uint64_t>(std::llround(shown / static_cast<double>(clock.timescale))));
      }
      const Bytes track_header = body_of(track.body, {"tkhd"});
      const bool wide_track = !track_header.empty() && track_header[0] == 1;
      if (track_header.size() >= 36) lengthen(writable(track_header) + (wide_track ? 28 : 20), wide_track ? 8 : 4, end);
    }
    const bool wide = header[0] == 1;
    lengthen(writable(header) + (wide ? 24 : 16), wide ? 8 : 4, end);
  });
}

}  // namespace retouch
