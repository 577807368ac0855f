// How detected objects are drawn: Canvas::draw(objects, style). docs/objects.md has pictures and recipes.
//
//   canvas.draw(frame.objects());                                          // boxes and labels, a colour for each class
//   canvas.draw(frame.objects(), {.palette = Palette::by_track()});        // a colour for each track
//   ObjectsStyle style;
//   style.classes["face"] = {.box = {}, .label = {}, .blur = ObjectBlur{}};  // no border, no label, unrecognisable
//   canvas.draw(frame.objects(), style);
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/canvas.hpp"
#include "retouch/color.hpp"
#include "retouch/export.hpp"
#include "retouch/object.hpp"
#include "retouch/text.hpp"

namespace retouch {

/// A text with fields that an object fills in: "{label} {confidence:.2f} #{track_id}".
///
///   {label} {source} {model} {parent}   texts; model is another name of source, parent is the label of the object that
///                                       this is a part of
///   {confidence}                        a number with a fraction; {confidence:.2f}, and {confidence:.0%} for 87%
///   {track_id} {id}                     whole numbers
///   {{ }}                               the characters themselves
///
/// After the colon stands a format specification as of std::format (width, fill, alignment, precision). A field is
/// missing when its text is empty, its number not set (no track, id 0) or not a number; it is empty then. A word (what
/// stands between spaces) with fields that are all missing is left out with the space before it: an untracked car is
/// "car 0.87", not "car 0.87 #". A line of which nothing is left is left out too. A no-break space (U+00A0) joins:
/// "track\u00a0{track_id}" is one word.
///
/// A cheap handle: copies share. Formats are parsed once in a process and found by their text. Thread-safe.
class RETOUCH_EXPORT LabelFormat {
 public:
  /// "{label} {confidence:.2f}"
  LabelFormat();
  /// Throws InvalidArgument for an unknown field, a specification that does not fit it, or a brace without its other.
  LabelFormat(std::string_view format);
  LabelFormat(const char* format) : LabelFormat(std::string_view(format)) {}
  LabelFormat(const std::string& format) : LabelFormat(std::string_view(format)) {}
  /// A bad format is the text itself, and what is wrong with it goes to `problem`.
  static LabelFormat literal_if_bad(std::string_view format, std::string* problem = nullptr);

  const std::string& text() const;  ///< as it was given
  bool uses_parent() const;

  /// Appends the object's label; allocates only when `to` has no room.
  void append_to(std::string& to, const Object& object, const Object* parent = nullptr) const;
  std::string operator()(const Object& object, const Object* parent = nullptr) const;

  struct Program;

 private:
  explicit LabelFormat(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

/// "#RRGGBB" or "#RRGGBBAA", the '#' may be missing. Throws InvalidArgument.
RETOUCH_EXPORT Color hex_color(std::string_view text);
RETOUCH_EXPORT std::vector<Color> hex_colors(std::initializer_list<std::string_view> texts);

/// Which object gets which colour. The same label gets the same colour in every frame, run and process.
class RETOUCH_EXPORT Palette {
 public:
  /// By class, the default colours.
  Palette();
  /// The colour follows from the label. Throws InvalidArgument when there is no colour.
  static Palette by_class(std::vector<Color> colors = default_colors());
  /// Track n has colour n modulo their number; what is not tracked has its class's.
  static Palette by_track(std::vector<Color> colors = default_colors());
  static Palette fixed(Color color);
  /// 20 colours that are well told apart on pictures, the first ones best.
  static std::vector<Color> default_colors();

  Color color(const Object& object) const;
  Color of_label(std::string_view label) const;
  Color of_track(std::int64_t track_id) const;
  const std::vector<Color>& colors() const { return colors_; }

 private:
  enum class By : std::uint8_t { label, track };
  Palette(By by, std::vector<Color> colors);
  By by_;
  std::vector<Color> colors_;
};

/// Where a label stands relative to its box. Wherever that is, the label is kept within the target.
enum class LabelPosition : std::uint8_t {
  above,       ///< outside, its left edge on the box's; what has no room there goes to the next that has
  inside_top,  ///< in the top-left corner
  below,
  right,
  left,
  center,
};

struct ObjectLabel {
  LabelFormat format{};
  TextStyle text{.size_px = 14, .background = Color{0, 0, 0, 255}, .padding = {3, 1, 3, 1}};  ///< its anchor is ignored
  LabelPosition position = LabelPosition::above;
  PointF offset{};  ///< moves it from there, in pixels
};

struct ObjectBlur {
  BlurStyle blur{};
  Padding padding{};     ///< grows the blurred area beyond the box
  bool ellipse = false;  ///< the ellipse that fills the area instead of the whole of it
};

/// The landmarks, joined by edges (pairs of indices).
struct ObjectKeypoints {
  Color color{0, 255, 0, 255};
  float radius_px = 3;
  std::vector<std::pair<int, int>> edges{};
  Color edge_color{255, 255, 0, 255};
  float edge_thickness = 2;
};

/// What of an object is drawn; what is not set is not drawn.
struct ObjectStyle {
  std::optional<BoxStyle> box = BoxStyle{};
  std::optional<ObjectLabel> label = ObjectLabel{};
  std::optional<DotStyle> dot{};  ///< in the box's centre
  std::optional<ObjectBlur> blur{};
  std::optional<MaskStyle> mask{};  ///< of objects that have a mask
  std::optional<ObjectKeypoints> keypoints{};
  Padding padding{};  ///< grows the box that is drawn, and at which the label stands
};

/// Whether labels may cover each other.
enum class LabelOverlap : std::uint8_t {
  allowed,
  /// Each label goes to the first of its positions (the wanted one; then above, inside_top, below, right, left) where
  /// it covers no label of an object before it in the list; where there is none, to the one where it
  /// covers least (more than the whole of it counts as that). The
  /// same list gives the same places.
  avoided,
};

/// A look for all objects of a frame.
///
/// An object is drawn in the style of its class where `classes` has one, else in `style`. The palette then colours what
/// `style` draws (border, fill, dot, mask, landmarks, the label's background; its letters become black or white,
/// whatever reads better; alpha stays the style's), but not the styles of `classes`, which have colours of their own.
/// At last `hook` may change what it likes.
struct ObjectsStyle {
  ObjectStyle style{};
  /// By "label", or "source.label", which goes before it.
  std::map<std::string, ObjectStyle, std::less<>> classes{};
  bool only_listed = false;                    ///< objects without an entry in `classes` are not drawn
  std::optional<Palette> palette = Palette();  ///< none: the colours of `style`
  LabelOverlap label_overlap = LabelOverlap::allowed;
  std::function<void(const Object&, ObjectStyle&)> hook{};
};

}  // namespace retouch
