// A paragraph of any scripts: directions by FriBidi, faces by what they have, glyphs by HarfBuzz.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "retouch/text.hpp"
#include "text/face.hpp"

namespace retouch::text {

/// A glyph on its line, in pixels. x and y are from the line's start and from the baseline, y downwards.
struct ShapedGlyph {
  const Face* face = nullptr;  ///< null: hershey, and `glyph` is the character
  std::uint32_t glyph = 0;
  float x = 0;
  float y = 0;
};

/// What text is set in, resolved from a style.
struct Setting {
  explicit Setting(const TextStyle& style);
  const Font::Data& font;
  bool bold = false;
  bool hershey = false;
  float size_px = 0;
  float thickness_px = 0;  ///< hershey: of the strokes, bold included
};

/// One paragraph, without its newline. Reused: memory is kept.
class Paragraph {
 public:
  void set(std::span<const char32_t> characters, const Setting& setting);
  std::span<const char32_t> characters() const { return characters_; }

  /// Advances by character: a cluster's stands at its first one, the others' is 0 and is_start false.
  void measure();
  std::span<const float> advances() const { return advances_; }
  bool starts_cluster(std::size_t i) const { return starts_[i] != 0; }

  /// Appends the glyphs of the characters begin..end as a line of their own, in visual order; returns its width.
  float shape(std::size_t begin, std::size_t end, std::vector<ShapedGlyph>& glyphs);
  /// The faces of what has been shaped last.
  struct Item {
    std::size_t begin = 0;
    std::size_t end = 0;
    const Face* face = nullptr;
    hb_script_t script = HB_SCRIPT_INVALID;
    std::uint8_t level = 0;  // odd: right to left
  };
  std::span<const Item> items() const { return items_; }

 private:
  void find_levels();
  void find_faces();
  void find_scripts();
  void shape_item(const Item& item, hb_buffer_t* buffer) const;
  float append(const Item& item, float x, std::vector<ShapedGlyph>& glyphs) const;

  const Font::Data* font_ = nullptr;
  bool bold_ = false;
  bool hershey_ = false;
  float size_px_ = 0;
  std::vector<char32_t> characters_;
  std::vector<std::uint8_t> levels_;
  std::uint8_t base_level_ = 0;
  std::vector<const Face*> faces_;
  std::vector<hb_script_t> scripts_;
  std::vector<Item> items_;
  std::vector<Item> line_;
  std::vector<float> advances_;
  std::vector<std::uint8_t> starts_;
};

}  // namespace retouch::text
