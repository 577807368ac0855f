// One face of a font file: FreeType reads and draws it, HarfBuzz shapes with it.
#pragma once

#include <ft2build.h>
#include FT_FREETYPE_H
#include <hb.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace retouch::text {

/// FreeType's library. Its faces may be used by one thread at a time, so everything that touches one holds the mutex.
/// Never destroyed: fonts of the user's may outlive any static object of ours.
struct FreeType {
  static FreeType& instance();
  std::mutex mutex;
  FT_Library library = nullptr;

 private:
  FreeType();
};

class AsciiTable;

/// Thread-safe, but for freetype().
class Face {
 public:
  /// Throws FileError: cannot be read, no such face, no outlines.
  static std::shared_ptr<const Face> from_file(const std::string& path, int index, bool embolden);
  static std::shared_ptr<const Face> from_memory(std::span<const std::uint8_t> bytes, bool embolden);
  Face(FT_Face face, bool embolden);
  ~Face();
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  std::uint32_t id() const { return id_; }  ///< unique in the process
  bool embolden() const { return embolden_; }
  float units_per_em() const { return units_per_em_; }
  // In font units, from the baseline: both positive.
  float ascent() const { return ascent_; }
  float descent() const { return descent_; }
  float line_height() const { return line_height_; }
  const std::string& family() const { return family_; }

  /// 0 = the face has none.
  std::uint32_t glyph(char32_t character) const;
  /// Appends the glyphs of the buffer's text, which has its direction and script set, in visual order.
  void shape(hb_buffer_t* buffer) const;
  /// By how much an emboldened glyph's advance grows, in font units.
  std::int32_t bold_advance() const { return embolden_ ? bold_units_ : 0; }

  const AsciiTable& ascii() const;

  /// Under FreeType::mutex.
  FT_Face freetype() const { return face_; }

 private:
  std::uint32_t id_ = 0;
  bool embolden_ = false;
  FT_Face face_ = nullptr;
  // Type 1 and the like have no tables for HarfBuzz to read. It asks FreeType then, with a face of its own, because
  // sizes differ; its mutex is FreeType's.
  bool shapes_with_freetype_ = false;
  hb_font_t* font_ = nullptr;
  float units_per_em_ = 0;
  float ascent_ = 0;
  float descent_ = 0;
  float line_height_ = 0;
  std::int32_t bold_units_ = 0;
  std::string family_;
  mutable std::once_flag ascii_once_;
  mutable std::unique_ptr<const AsciiTable> ascii_;
};

}  // namespace retouch::text
