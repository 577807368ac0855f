// Text: fonts, styles, and measuring without drawing. Canvas::text draws it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "retouch/color.hpp"
#include "retouch/export.hpp"
#include "retouch/geometry.hpp"

namespace retouch {

/// What text is set in. A cheap handle: copies share. Characters that the font lacks come from other installed fonts
/// (fontconfig's order for the text's script), then from the DejaVu Sans that ships with the library; what no font has
/// is drawn as a box. Thread-safe.
class RETOUCH_EXPORT Font {
 public:
  /// The DejaVu Sans that ships with the library: the same everywhere, with no font installed.
  Font();
  /// An installed family as fontconfig knows it: "Noto Sans", "sans-serif:italic". Throws InvalidArgument when no font
  /// of that family is installed (fontconfig's nearest match is named in the message, and not taken).
  static Font family(std::string_view name);
  /// A font file (TrueType, OpenType, Type 1 ...); `index` chooses a face of a collection. Throws FileError.
  static Font file(const std::string& path, int index = 0);
  /// The stroke font that cv::putText calls FONT_HERSHEY_SIMPLEX, for pictures that must look as before: ASCII only,
  /// other characters are drawn as '?'. cv's fontScale 1 is a size of `hershey_px_per_scale` pixels, at which its
  /// capitals are 21 px high, about as large as other fonts' are at that size. Measures are those of cv::getTextSize:
  /// its height is the ascent, its baseline the rest of the height. So putText's `org` is {x, y + ascent} of text whose
  /// top left corner is at {x, y}.
  static Font hershey_simplex();
  static constexpr float hershey_px_per_scale = 30.0F;

  /// "DejaVu Sans", "hershey_simplex", the file's name: for messages.
  const std::string& name() const;
  bool is_hershey() const;

  struct Data;
  explicit Font(std::shared_ptr<const Data> data);
  const std::shared_ptr<const Data>& data() const { return data_; }
  friend bool operator==(const Font& a, const Font& b) { return a.data_ == b.data_; }

 private:
  std::shared_ptr<const Data> data_;
};

/// Which point of a box lies on the point given.
enum class Anchor : std::uint8_t {
  top_left,
  top,
  top_right,
  left,
  center,
  right,
  bottom_left,
  bottom,
  bottom_right,
};

/// How the lines of a text stand to each other.
enum class TextAlign : std::uint8_t { left, center, right };

/// What happens at max_width: nothing; the line is cut and ends in U+2026 (three dots in the stroke font; nothing is
/// left where not even they fit); or it goes on in the next line: at spaces, between Chinese or Japanese characters,
/// and within a word that is too long for a line of its own.
enum class TextOverflow : std::uint8_t { none, ellipsis, wrap };

struct Padding {
  float left = 0;
  float top = 0;
  float right = 0;
  float bottom = 0;
  friend bool operator==(const Padding&, const Padding&) = default;
};

/// Lengths are in pixels and not negative.
struct TextStyle {
  Font font{};
  float size_px = 16;  ///< of the font's em square; 1..2000
  Color color{255, 255, 255, 255};
  bool bold = false;       ///< the family's bold face where there is one, else emboldened
  float thickness_px = 1;  ///< hershey_simplex alone: of its strokes
  float outline_px = 0;    ///< width of an outline around the letters, 0 = none
  Color outline_color{0, 0, 0, 255};
  PointF shadow_offset{0, 0};
  Color shadow_color{0, 0, 0, 0};     ///< alpha 0 = no shadow
  std::optional<Color> background{};  ///< a box behind the text, grown by `padding`
  Padding padding{};
  float border_px = 0;  ///< around the background's box, outside the padding
  Color border_color{255, 255, 255, 255};
  float radius_px = 0;  ///< of the box's corners
  Anchor anchor =
      Anchor::top_left;  ///< which point of the whole box (padding and border included) lies on the position
  TextAlign align = TextAlign::left;
  float line_spacing = 1;  ///< distance of baselines, in the font's own
  float max_width_px = 0;  ///< 0 = no limit; the text alone, without padding
  TextOverflow overflow = TextOverflow::none;
  float angle_deg = 0;  ///< clockwise around the position
};

/// What a text takes, unrotated. The box is that of the lines (ascent to descent, advance widths), not of the ink;
/// heights are whole pixels. Fonts that lend characters make the lines as high as they need.
struct TextExtents {
  float width = 0;   ///< of the text
  float height = 0;  ///< of the text: lines, from the first one's ascent to the last one's descent
  float ascent = 0;  ///< from the top to the first baseline
  int lines = 0;
  float box_width = 0;  ///< with padding and border
  float box_height = 0;
};

/// Measures without drawing. UTF-8; what is invalid counts as U+FFFD. Lines end at \n, \r\n, \r, U+0085, U+2028 and
/// U+2029; a tab is four spaces; other control characters are left out. An empty text measures 0 in everything.
/// Thread-safe. Throws InvalidArgument ("text: ...") for a style with a size outside 1..2000, a negative length, or a
/// value that is not finite, as Canvas::text does.
RETOUCH_EXPORT TextExtents text_size(std::string_view utf8, const TextStyle& style);

}  // namespace retouch
