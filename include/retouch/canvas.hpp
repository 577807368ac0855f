// Drawing: a Canvas records commands for one frame and draws them all in one pass.
//
//   retouch::Canvas canvas(frame);
//   for (const auto& object : frame.objects()) canvas.box(object.box, {.color = green}).label(object);
//   canvas.sprite(logo, {16, 16});
//   // drawn here, when the canvas goes out of scope; or canvas.submit()
//
// Common to all commands:
//   Order    Call order is z-order, always: what is drawn later lies on top. A blur sees what was drawn before it.
//   Alpha    Source-over with straight alpha (docs/pixel_model.md). A command is one layer: where parts of it overlap
//            (a polyline's joints, a label's letters), they do not show through each other.
//   Edges    Coordinates are pixels with fractions; a pixel that an edge crosses is covered in part (anti-aliasing).
//            A box {10, 20, 30, 40} covers columns 10..39 and rows 20..59 exactly.
//   Clipping What lies outside the target is dropped, silently, however far away it is.
//   Formats  gray8, rgb8, bgr8, rgba8, bgra8, nv12, i420, on the CPU and CUDA. 4:2:0: luma per pixel, chroma by the
//            mean coverage of the sample's pixels.
//   Stream   Recording enqueues nothing. submit() enqueues and does not synchronize. Everything given to a command
//            (points, texts, host pixels) is captured when the command is recorded.
//   Throws   InvalidArgument that names the command and the value: NaN or infinite numbers, negative sizes or widths,
//            an opacity outside 0..1. Nothing of that command is recorded then. Coordinates beyond +-1e6 are taken
//            as that. Unsupported: feather_px of a mask, whose own values are its edge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "retouch/anonymize.hpp"
#include "retouch/color.hpp"
#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/geometry.hpp"
#include "retouch/image.hpp"
#include "retouch/object.hpp"
#include "retouch/shape.hpp"
#include "retouch/sprite.hpp"
#include "retouch/stream.hpp"
#include "retouch/text.hpp"

namespace retouch {

/// Where a border lies relative to the outline.
enum class BorderPlacement : std::uint8_t { inside, centered, outside };

/// A stroke that is interrupted: `dash_px` drawn, `gap_px` not. 0 = a continuous one. Around a box both are stretched
/// or shrunk so that a whole number of them goes round.
struct Dash {
  float dash_px = 0;
  float gap_px = 0;
};

struct BoxStyle {
  Color color{0, 255, 0, 255};  ///< of the border
  float thickness = 2;          ///< of the border, in pixels; 0 = none
  BorderPlacement placement = BorderPlacement::inside;
  std::optional<Color> fill{};
  float radius_px = 0;  ///< of rounded corners (of the outer edge)
  float corner_px = 0;  ///< only the corners are drawn, arms of this length; 0 = the whole border. Square, not dashed
  Dash dash{};
};

struct LineStyle {
  Color color{255, 0, 0, 255};
  float thickness = 2;
  Dash dash{};  ///< ends of lines are round, of dashes flat
};

/// Filled, outlined (a line of `thickness` centred on the edge), or both.
struct ShapeStyle {
  std::optional<Color> fill{};
  Color color{255, 0, 0, 255};
  float thickness = 2;  ///< 0 = no outline
  FillRule rule = FillRule::even_odd;
};

struct ArrowStyle {
  Color color{255, 0, 0, 255};
  float thickness = 2;
  float head_px = 0;  ///< length of the head; 0 = 4 times the thickness, at most half the arrow
};

struct DotStyle {
  Color color{0, 255, 0, 255};
  float radius_px = 4;
  float outline_px = 0;  ///< around the dot
  Color outline_color{0, 0, 0, 255};
};

struct CrossStyle {
  Color color{255, 0, 0, 255};
  float size_px = 16;  ///< from end to end
  float thickness = 2;
  bool diagonal = false;  ///< x instead of +
};

/// A triangle that points at its position from above (angle_deg turns it clockwise around that point).
struct TriangleStyle {
  Color color{0, 255, 0, 255};
  float width_px = 16;
  float height_px = 12;
  float outline_px = 0;
  Color outline_color{0, 0, 0, 255};
  float angle_deg = 0;
};

struct KeypointStyle {
  Color color{0, 255, 0, 255};
  float radius_px = 3;
  std::span<const std::pair<int, int>> edges{};  ///< pairs of indices that are joined by lines, drawn first
  Color edge_color{255, 255, 0, 255};
  float edge_thickness = 2;
};

/// A polyline that fades with age: the first point is the oldest.
struct TraceStyle {
  Color color{0, 255, 0, 255};
  float thickness = 2;
  float oldest_opacity = 0;  ///< 0..1, of the oldest end; the newest has the colour's own
};

struct ProgressStyle {
  Color color{0, 200, 0, 255};
  Color background{0, 0, 0, 128};
  float radius_px = 0;
  float border_px = 0;
  Color border_color{255, 255, 255, 255};
  bool vertical = false;  ///< grows from the bottom upwards instead of from the left to the right
};

struct GridStyle {
  Color color{255, 255, 255, 96};
  float step_x = 64;
  float step_y = 64;
  float thickness = 1;
};

struct MaskStyle {
  Color color{0, 255, 0, 255};
  float opacity = 0.5F;  ///< 0..1, times the colour's alpha
  /// 0: the mask's value is the coverage, scaled linearly. 1..255: covered where the scaled value is at least this
  /// much.
  int threshold = 0;
};

/// 256 colours from 0 to 1.
enum class ColorMap : std::uint8_t { gray, jet, turbo, viridis, inferno };

struct HeatMapStyle {
  float low = 0;   ///< this value and less: the map's first colour
  float high = 1;  ///< this value and more: its last
  ColorMap map = ColorMap::turbo;
  float opacity = 0.6F;
  bool fade_low = true;  ///< opacity grows from 0 at `low` to `opacity` at `high`, else it is the same everywhere
};

struct SpriteStyle {
  std::optional<Size> size{};  ///< scaled to this; none = as it is
  float angle_deg = 0;         ///< clockwise around the position
  float opacity = 1;
  Anchor anchor = Anchor::top_left;  ///< which point of the picture lies on the position
};

struct InsetStyle {
  float border_px = 2;
  Color border_color{255, 255, 255, 255};
};

/// How a region is made unrecognisable. Give one of `privacy`, or a strength of your own.
struct BlurStyle {
  enum class Method : std::uint8_t { gaussian, box, pixelate };
  Method method = Method::gaussian;
  Privacy privacy = Privacy::high;  ///< used while strength_px is 0
  /// sigma (gaussian), the window's side (box, at most 255), the cell's side (pixelate), in pixels; 0 = by `privacy`.
  /// Where that would need a wider box, the Gaussian of the same privacy is taken.
  float strength_px = 0;
  float feather_px = 0;  ///< width of the transition at the shape's edge, inside it
};

struct LabelStyle {
  /// {label} {confidence} {track_id} {id} {source}, with a format as in fmt: {confidence:.2f}. What an object does not
  /// have is empty.
  std::string_view format = "{label} {confidence:.2f}";
  TextStyle text{.size_px = 16, .background = Color{0, 0, 0, 160}, .padding = {3, 2, 3, 2}};
};

/// Numbers in rows of `pitch` floats; host memory.
struct FloatGrid {
  const float* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t pitch = 0;  ///< floats from row to row; 0 = width
};

struct ObjectsStyle;  // object_style.hpp

/// See the top of this file. Not copyable; movable. Used by one thread at a time. Recording allocates nothing once
/// canvases of that size have been submitted before.
class RETOUCH_EXPORT Canvas {
 public:
  /// Draws on the whole frame, on its stream. The frame must outlive the canvas.
  explicit Canvas(const Frame& frame);
  /// Draws on a part of a frame, whose top-left corner is then the origin. Throws ExpiredFrame here and in submit().
  Canvas(StreamView stream, const FrameView& target);
  /// Draws on an image or a region of one. Throws InvalidArgument when the stream is of another device, Unsupported for
  /// more than 32000 pixels on a side.
  Canvas(StreamView stream, const ImageView& target);
  /// Submits what was recorded, unless an exception is on its way. May throw what submit() does.
  ~Canvas() noexcept(false);
  Canvas(Canvas&&) noexcept;
  Canvas& operator=(Canvas&&) = delete;

  Size size() const;
  PixelFormat format() const;
  /// Commands recorded and not submitted yet (a command of yours may take several).
  std::size_t pending() const;

  /// Enqueues what was recorded; the canvas is empty afterwards and may be used again. Throws ExpiredFrame, CudaError.
  void submit();
  /// The same for canvases of several frames of one device, in one launch where nothing is blurred; on `stream`, which
  /// the caller orders with the canvases' own.
  static void submit(StreamView stream, std::span<Canvas* const> canvases);
  /// Forgets what was recorded.
  void discard();

  // Shapes.
  Canvas& box(const Box& box, const BoxStyle& style = {});
  Canvas& line(PointF from, PointF to, const LineStyle& style = {});
  Canvas& polyline(std::span<const PointF> points, const LineStyle& style = {});
  /// Closed.
  Canvas& polygon(std::span<const PointF> points, const ShapeStyle& style = {});
  Canvas& circle(PointF center, float radius_px, const ShapeStyle& style = {});
  /// Fills the box, turned with it.
  Canvas& ellipse(const Box& box, const ShapeStyle& style = {});
  /// A part of a circle's line; angles clockwise from the positive x axis.
  Canvas& arc(PointF center, float radius_px, float start_deg, float sweep_deg, const LineStyle& style = {});
  /// A sector of a circle.
  Canvas& pie(PointF center, float radius_px, float start_deg, float sweep_deg, const ShapeStyle& style = {});
  Canvas& arrow(PointF from, PointF to, const ArrowStyle& style = {});
  Canvas& dot(PointF center, const DotStyle& style = {});
  Canvas& cross(PointF center, const CrossStyle& style = {});
  Canvas& triangle(PointF tip, const TriangleStyle& style = {});
  /// Points that are NaN are left out, with their edges: detectors mark missing ones so.
  Canvas& keypoints(std::span<const PointF> points, const KeypointStyle& style = {});
  Canvas& trace(std::span<const PointF> points, const TraceStyle& style = {});
  /// `part` 0..1 (clamped).
  Canvas& progress(const Box& box, float part, const ProgressStyle& style = {});
  /// Lines at multiples of the steps from the box's corner on, its own edges left out.
  Canvas& grid(const Box& box, const GridStyle& style = {});

  // Areas.
  /// A colour over a shape.
  Canvas& tint(const Shape& shape, Color color);
  /// A colour over everything outside the shapes.
  Canvas& dim(std::span<const Shape> shapes, Color color = {0, 0, 0, 128});
  /// One colour through a mask of any size that is scaled to the box (not turned): gray8, in host memory (captured), or
  /// on the target's GPU (must stay unchanged until drawn).
  Canvas& mask(const Box& box, const ImageView& mask, const MaskStyle& style = {});
  /// Class numbers (gray8, as for mask(); nearest pixel) become the palette's colours; those beyond it are left out.
  Canvas& label_map(const Box& box, const ImageView& classes, std::span<const Color> palette, float opacity = 0.5F);
  Canvas& heat_map(const Box& box, const FloatGrid& values, const HeatMapStyle& style = {});
  Canvas& sprite(const Sprite& sprite, PointF position, const SpriteStyle& style = {});
  /// A magnified (or reduced) part of the same frame, as it is at this point of the list.
  Canvas& inset(const Rect& from, const Box& to, const InsetStyle& style = {});
  /// Makes what was drawn so far inside the shape unrecognisable.
  Canvas& blur(const Shape& shape, const BlurStyle& style = {});

  // Text.
  /// UTF-8; invalid bytes are drawn as U+FFFD. Empty text draws nothing.
  Canvas& text(std::string_view utf8, PointF position, const TextStyle& style = {});
  /// The object's label above its box (inside where there is no room), kept within the target.
  Canvas& label(const Object& object, const LabelStyle& style = {});

  // Objects.
  /// Boxes, labels, dots, blurs, masks and landmarks of all objects, as object_style.hpp says. First all blurs, which
  /// see what was drawn before this call; then for each object its mask, box and landmarks; then its label and dot, so
  /// that no box lies on a label. Objects outside the target are left out.
  Canvas& draw(std::span<const Object> objects, const ObjectsStyle& style);
  /// A box and a label "{label} {confidence:.2f}", a colour for each class.
  Canvas& draw(std::span<const Object> objects);

  struct State;

 private:
  std::unique_ptr<State, void (*)(State*) noexcept> state_;
  int exceptions_ = 0;
};

}  // namespace retouch
