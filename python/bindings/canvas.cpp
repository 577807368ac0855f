// canvas.hpp: drawing. Recording holds the GIL, since it takes less than letting it go would; submit() does not.
#include "canvas.hpp"

#include "arrays.hpp"
#include "object.hpp"
#include "retouch/error.hpp"
#include "retouch/object_style.hpp"
#include "style.hpp"

namespace retouch::python {

PyCanvas::PyCanvas(const Picture& target, StreamPtr stream)
    : target_(target.storage()), stream_(std::move(stream)), leased_(target.leased()) {
  if (leased_)
    canvas_.emplace(stream_->view(), *leased_);
  else
    canvas_.emplace(stream_->view(), target.view());
}

PyCanvas::~PyCanvas() {
  if (!pending()) return;
  try {
    if (leased_ && leased_->expired()) {
      discard();
      return;
    }
    submit();
  } catch (const std::exception& e) {
    canvas_->discard();
    PyErr_SetString(PyExc_RuntimeError, e.what());
    PyErr_WriteUnraisable(nullptr);
  }
}

void PyCanvas::submit() {
  const Locked<Canvas> recorded = canvas();
  if (!pending()) return;
  if (stream_->device().is_cuda()) sweep_graves(false);
  target_->enter(stream_);
  for (const StoragePtr& storage : kept_) storage->enter(stream_);
  {
    const nb::gil_scoped_release others_may_run;
    recorded->submit();
  }
  target_->leave(stream_);
  for (const StoragePtr& storage : kept_) storage->leave(stream_);
  kept_.clear();
}

void PyCanvas::discard() {
  const ObjectLock lock(mutex_);
  canvas_->discard();
  kept_.clear();
}

namespace {

// A name that the compiler can match arguments' order with.
template <class... First>
struct Leading {};

// A command with a style: once with the style's fields as keywords, once with a style.
template <class S, class... First, std::size_t... I, class Call, class... Extra>
void styled(nb::class_<PyCanvas>& c, const char* name, const char* doc, Leading<First...>,
            std::index_sequence<I...> all, Call call, const Extra&... leading) {
  const std::string text = std::string(doc) + "\n\nArgs:" + fields_doc<S>();
  c.def(
      name,
      [all, call](PyCanvas& self, const First&... first, const argument_of<field_type<S, I>>&... given) -> PyCanvas& {
        call(self, first..., style_of<S>(all, given...));
        return self;
      },
      leading..., nb::kw_only(), field_argument<S, I>()..., nb::rv_policy::none, text.c_str());
  c.def(
      name,
      [call](PyCanvas& self, const First&... first, const S& style) -> PyCanvas& {
        call(self, first..., style);
        return self;
      },
      leading..., "style"_a.lock(), nb::rv_policy::none);
}
template <class S, class... First, class Call, class... Extra>
void styled(nb::class_<PyCanvas>& c, const char* name, const char* doc, Leading<First...> first, Call call,
            const Extra&... leading) {
  styled<S>(c, name, doc, first, std::make_index_sequence<field_count<S>>(), call, leading...);
}

// A picture that a command reads: a host one is captured by it (and may be a copy that goes with the result), one on
// the GPU is kept until it is drawn.
Picture readable(PyCanvas& canvas, const char* call, nb::handle object, bool masks) {
  Picture picture = source_picture(call, object, PixelFormat::gray8, masks);
  const ImageView view = picture.view();
  if (view.device().is_cuda())
    canvas.keep(picture.storage());
  else
    picture.storage()->wait_on_host();
  return picture;
}

std::vector<Shape> shapes_of(nb::handle shapes) {
  if (const Shape* const shape = instance<Shape>(shapes)) return {*shape};
  std::vector<Shape> list;
  for (const nb::handle item : nb::borrow<nb::iterable>(shapes)) {
    const Shape* const shape = instance<Shape>(item);
    if (shape == nullptr) throw nb::type_error(("Canvas.dim: needs Shapes (got " + type_text(item) + ")").c_str());
    list.push_back(*shape);
  }
  return list;
}

struct Grid {
  std::vector<float> values;
  int width = 0;
  int height = 0;
};
// The numbers of a two-dimensional array of any real type, as floats.
Grid grid_of(nb::handle object) {
  const nb::object array = nb::module_::import_("numpy").attr("ascontiguousarray")(object, "float32");
  const Array read = read_array("Canvas.heat_map", array);
  if (read.shape.size() != 2)
    throw InvalidArgument("Canvas.heat_map: needs numbers in rows and columns (got " + read.describe() + ")");
  Grid grid;
  grid.height = static_cast<int>(read.shape[0]);
  grid.width = static_cast<int>(read.shape[1]);
  const auto* const first = reinterpret_cast<const float*>(read.data);
  grid.values.assign(first, first + read.shape[0] * read.shape[1]);
  return grid;
}

void bind_shapes(nb::class_<PyCanvas>& c) {
  styled<BoxStyle>(
      c, "box", "A box, turned by its angle: its border, a fill, or both.", Leading<BoxArg>(),
      [](PyCanvas& self, const BoxArg& box, const BoxStyle& style) { self.canvas()->box(box, style); }, "box"_a);
  styled<LineStyle>(
      c, "line", "A line with round ends.", Leading<PointArg, PointArg>(),
      [](PyCanvas& self, const PointArg& from, const PointArg& to, const LineStyle& style) {
        self.canvas()->line(from, to, style);
      },
      "from_"_a, "to"_a);
  styled<LineStyle>(
      c, "polyline", "A line through points.", Leading<PointsArg>(),
      [](PyCanvas& self, const PointsArg& points, const LineStyle& style) {
        self.canvas()->polyline(points.points, style);
      },
      "points"_a);
  styled<ShapeStyle>(
      c, "polygon", "A closed outline through points, filled, drawn, or both.", Leading<PointsArg>(),
      [](PyCanvas& self, const PointsArg& points, const ShapeStyle& style) {
        self.canvas()->polygon(points.points, style);
      },
      "points"_a);
  styled<ShapeStyle>(
      c, "circle", "A circle, filled, drawn, or both.", Leading<PointArg, float>(),
      [](PyCanvas& self, const PointArg& center, float radius_px, const ShapeStyle& style) {
        self.canvas()->circle(center, radius_px, style);
      },
      "center"_a, "radius_px"_a);
  styled<ShapeStyle>(
      c, "ellipse", "The ellipse that fills the box, turned with it.", Leading<BoxArg>(),
      [](PyCanvas& self, const BoxArg& box, const ShapeStyle& style) { self.canvas()->ellipse(box, style); }, "box"_a);
  styled<LineStyle>(
      c, "arc", "A part of a circle's line; angles clockwise from the positive x axis.",
      Leading<PointArg, float, float, float>(),
      [](PyCanvas& self, const PointArg& center, float radius_px, float start_deg, float sweep_deg,
         const LineStyle& style) { self.canvas()->arc(center, radius_px, start_deg, sweep_deg, style); },
      "center"_a, "radius_px"_a, "start_deg"_a, "sweep_deg"_a);
  styled<ShapeStyle>(
      c, "pie", "A sector of a circle; angles as for arc.", Leading<PointArg, float, float, float>(),
      [](PyCanvas& self, const PointArg& center, float radius_px, float start_deg, float sweep_deg,
         const ShapeStyle& style) { self.canvas()->pie(center, radius_px, start_deg, sweep_deg, style); },
      "center"_a, "radius_px"_a, "start_deg"_a, "sweep_deg"_a);
  styled<ArrowStyle>(
      c, "arrow", "A line with a head at its end.", Leading<PointArg, PointArg>(),
      [](PyCanvas& self, const PointArg& from, const PointArg& to, const ArrowStyle& style) {
        self.canvas()->arrow(from, to, style);
      },
      "from_"_a, "to"_a);
  styled<DotStyle>(
      c, "dot", "A filled circle, with a ring if asked for.", Leading<PointArg>(),
      [](PyCanvas& self, const PointArg& center, const DotStyle& style) { self.canvas()->dot(center, style); },
      "center"_a);
  styled<CrossStyle>(
      c, "cross", "A + or an x.", Leading<PointArg>(),
      [](PyCanvas& self, const PointArg& center, const CrossStyle& style) { self.canvas()->cross(center, style); },
      "center"_a);
  styled<TriangleStyle>(
      c, "triangle", "A triangle that points at its tip from above.", Leading<PointArg>(),
      [](PyCanvas& self, const PointArg& tip, const TriangleStyle& style) { self.canvas()->triangle(tip, style); },
      "tip"_a);
  styled<TraceStyle>(
      c, "trace", "A line through points that fades with age: the first point is the oldest.", Leading<PointsArg>(),
      [](PyCanvas& self, const PointsArg& points, const TraceStyle& style) {
        self.canvas()->trace(points.points, style);
      },
      "points"_a);
  styled<ProgressStyle>(
      c, "progress", "A bar of which the part 0..1 is done.", Leading<BoxArg, float>(),
      [](PyCanvas& self, const BoxArg& box, float part, const ProgressStyle& style) {
        self.canvas()->progress(box, part, style);
      },
      "box"_a, "part"_a);
  styled<GridStyle>(
      c, "grid", "Lines at multiples of the steps from the box's corner on, its own edges left out.", Leading<BoxArg>(),
      [](PyCanvas& self, const BoxArg& box, const GridStyle& style) { self.canvas()->grid(box, style); }, "box"_a);
  using Edges = std::vector<std::pair<int, int>>;
  c.def(
      "keypoints",
      [](PyCanvas& self, const PointsArg& points, const ColorArg& color, float radius_px, const Edges& edges,
         const ColorArg& edge_color, float edge_thickness) -> PyCanvas& {
        self.canvas()->keypoints(points.points, {color, radius_px, edges, edge_color, edge_thickness});
        return self;
      },
      "points"_a, nb::kw_only(), "color"_a = ColorArg(KeypointStyle{}.color), "radius_px"_a = KeypointStyle{}.radius_px,
      "edges"_a = Edges(), "edge_color"_a = ColorArg(KeypointStyle{}.edge_color),
      "edge_thickness"_a = KeypointStyle{}.edge_thickness, nb::rv_policy::none,
      R"(Points, joined by lines. Points that are NaN are left out, with their edges: detectors mark missing ones so.

Args:
    color: of the points
    radius_px: of the points
    edges: pairs of indices that are joined by lines, drawn first
    edge_color: of the lines
    edge_thickness: of the lines)");
}

void bind_areas(nb::class_<PyCanvas>& c) {
  c.def(
      "tint",
      [](PyCanvas& self, const Shape& shape, const ColorArg& color) -> PyCanvas& {
        self.canvas()->tint(shape, color);
        return self;
      },
      "shape"_a, "color"_a, nb::rv_policy::none, "A colour over a shape.");
  c.def(
      "dim",
      [](PyCanvas& self, const nb::object& shapes, const ColorArg& color) -> PyCanvas& {
        self.canvas()->dim(shapes_of(shapes), color);
        return self;
      },
      "shapes"_a, "color"_a = ColorArg(Color{0, 0, 0, 128}), nb::rv_policy::none,
      nb::sig("def dim(self, shapes: Shape | collections.abc.Iterable[Shape], color: retouch.types.ColorLike = (0, 0, "
              "0, 128)) -> Canvas"),
      "A colour over everything outside the shapes.");
  styled<MaskStyle>(
      c, "mask",
      "One colour through a mask of any size, scaled to the box: a bool or uint8 array, or a gray8 picture (on the "
      "target's GPU too).",
      Leading<BoxArg, nb::object>(),
      [](PyCanvas& self, const BoxArg& box, const nb::object& mask, const MaskStyle& style) {
        const Locked<Canvas> canvas = self.canvas();
        const Picture picture = readable(self, "Canvas.mask", mask, true);
        canvas->mask(box, picture.view(), style);
      },
      "box"_a, "mask"_a);
  c.def(
      "label_map",
      [](PyCanvas& self, const BoxArg& box, const nb::object& classes, const nb::object& palette,
         float opacity) -> PyCanvas& {
        std::vector<Color> colors;
        for (const nb::handle item : nb::borrow<nb::iterable>(palette)) {
          ColorArg color;
          if (!read_color(item.ptr(), color))
            throw nb::type_error(
                ("Canvas.label_map: the palette's colours are tuples or texts (got " + type_text(item) + ")").c_str());
          colors.push_back(color);
        }
        const Locked<Canvas> canvas = self.canvas();
        const Picture picture = readable(self, "Canvas.label_map", classes, false);
        canvas->label_map(box, picture.view(), colors, opacity);
        return self;
      },
      "box"_a, "classes"_a, "palette"_a, nb::kw_only(), "opacity"_a = 0.5F, nb::rv_policy::none,
      nb::sig(
          "def label_map(self, box: retouch.types.BoxLike, classes: retouch.types.ArrayLike | retouch.types.ImageLike, "
          "palette: collections.abc.Iterable[retouch.types.ColorLike], *, opacity: float = 0.5) -> Canvas"),
      "Class numbers (uint8) become the palette's colours; those beyond it are left out.");
  styled<HeatMapStyle>(
      c, "heat_map", "Numbers in rows and columns become colours, scaled to the box.", Leading<BoxArg, nb::object>(),
      [](PyCanvas& self, const BoxArg& box, const nb::object& values, const HeatMapStyle& style) {
        const Grid grid = grid_of(values);
        self.canvas()->heat_map(box, {grid.values.data(), grid.width, grid.height, 0}, style);
      },
      "box"_a, "values"_a);
  styled<SpriteStyle>(
      c, "sprite", "A sprite with its anchor at the position.", Leading<Sprite, PointArg>(),
      [](PyCanvas& self, const Sprite& sprite, const PointArg& position, const SpriteStyle& style) {
        self.canvas()->sprite(sprite, position, style);
      },
      "sprite"_a, "position"_a);
  styled<InsetStyle>(
      c, "inset", "A magnified (or reduced) part of the same picture, as it is at this point of the list.",
      Leading<RectArg, BoxArg>(),
      [](PyCanvas& self, const RectArg& from, const BoxArg& to, const InsetStyle& style) {
        self.canvas()->inset(from, to, style);
      },
      "from_"_a, "to"_a);
  styled<BlurStyle>(
      c, "blur", "Makes what was drawn so far inside the shape unrecognisable. Give `privacy`, or a strength.",
      Leading<Shape>(),
      [](PyCanvas& self, const Shape& shape, const BlurStyle& style) { self.canvas()->blur(shape, style); }, "shape"_a);
}

// label() takes a text's style, whose defaults are others there.
template <std::size_t... I>
void bind_label(nb::class_<PyCanvas>& c, std::index_sequence<I...>) {
  c.def(
      "label",
      [](PyCanvas& self, const Detection& object, std::string_view format,
         const std::optional<TextStyle>& text) -> PyCanvas& {
        LabelStyle style;
        style.format = format;
        if (text) style.text = *text;
        self.canvas()->label(object.object, style);
        return self;
      },
      "object"_a.lock(), "format"_a = "{label} {confidence:.2f}", "text"_a.lock() = nb::none(), nb::rv_policy::none,
      R"(The object's label above its box (inside where there is no room), kept within the target.

Args:
    format: {label} {confidence} {track_id} {id} {source}, with a format as {confidence:.2f}; see LabelFormat
    text: a TextStyle; None: 16 px, white on a dark box)");
}

void bind_text_and_objects(nb::class_<PyCanvas>& c) {
  styled<TextStyle>(
      c, "text", "A text. Empty text draws nothing; lines end at \\n.", Leading<std::string_view, PointArg>(),
      [](PyCanvas& self, std::string_view text, const PointArg& position, const TextStyle& style) {
        self.canvas()->text(text, position, style);
      },
      "text"_a, "position"_a);
  bind_label(c, {});
  c.def(
      "draw",
      [](PyCanvas& self, const nb::object& objects, const ObjectsStyle* style) -> PyCanvas& {
        static_cast<void>(self.canvas());  // of a frame that is there
        const std::vector<Object> list = objects_from(objects, "Canvas.draw");
        const Locked<Canvas> canvas = self.canvas();
        if (style == nullptr)
          canvas->draw(list);
        else
          canvas->draw(list, *style);
        if (PyErr_Occurred() != nullptr) throw nb::python_error();
        return self;
      },
      "objects"_a, "style"_a.lock() = nb::none(), nb::rv_policy::none,
      nb::sig("def draw(self, objects: collections.abc.Sequence[Object], style: ObjectsStyle | None = None) -> Canvas"),
      "Boxes, labels, dots, blurs, masks and landmarks of objects. Without a style: a box and a label, a colour for "
      "each class.");
}

}  // namespace

void bind_canvas(nb::module_& m) {
  bind_choice<BorderPlacement>(m, "Where a border lies relative to the outline.");
  bind_choice<ColorMap>(m, "256 colours from 0 to 1.");
  bind_choice<BlurStyle::Method>(m, "How Canvas.blur makes things unrecognisable.");
  bind_style<BoxStyle>(m, "BoxStyle", "How a box looks.");
  bind_style<LineStyle>(m, "LineStyle", "How a line looks. Its ends are round, those of dashes flat.");
  bind_style<ShapeStyle>(m, "ShapeStyle", "Filled, outlined, or both.");
  bind_style<ArrowStyle>(m, "ArrowStyle", "How an arrow looks.");
  bind_style<DotStyle>(m, "DotStyle", "How a dot looks.");
  bind_style<CrossStyle>(m, "CrossStyle", "How a cross looks.");
  bind_style<TriangleStyle>(m, "TriangleStyle", "How a triangle looks.");
  bind_style<TraceStyle>(m, "TraceStyle", "How a trace looks.");
  bind_style<ProgressStyle>(m, "ProgressStyle", "How a progress bar looks.");
  bind_style<GridStyle>(m, "GridStyle", "How a grid looks.");
  bind_style<MaskStyle>(m, "MaskStyle", "How a mask is coloured.");
  bind_style<HeatMapStyle>(m, "HeatMapStyle", "How numbers become colours.");
  bind_style<SpriteStyle>(m, "SpriteStyle", "How a sprite is placed.");
  bind_style<InsetStyle>(m, "InsetStyle", "How an inset looks.");
  bind_style<BlurStyle>(m, "BlurStyle",
                        "How a region is made unrecognisable. Give one of `privacy`, or a strength of your own.");

  // Commands name these types in their signatures.
  bind_object_style(m);

  nb::class_<PyCanvas> canvas(m, "Canvas",
                              R"(Records drawing commands and draws them all in one pass.

    with retouch.Canvas(frame) as canvas:
        for face in frame.objects("face"):
            canvas.blur(retouch.Shape.ellipse(face.box))
            canvas.box(face.box, color="#00ff78", thickness=3).label(face)
        canvas.sprite(logo, (16, 16))
    # drawn here

The order of calls is the z-order: what is drawn later lies on top, and a blur sees what was drawn before it. Colours have
straight alpha. Coordinates are pixels with fractions; what lies outside the target is dropped. Without a `with` block it
is drawn by submit(), or when the canvas is dropped. A block that raises draws nothing.

A command takes its options as keywords, or a style: canvas.box(box, BoxStyle(thickness=3)).)");
  canvas
      .def(
          "__init__",
          [](PyCanvas* self, const ImageArg& target, const StreamArg& stream) {
            const PyFrame* const frame = instance<PyFrame>(target.object);
            const Picture picture = picture_of("Canvas", "the target", target.object);
            StreamPtr on = stream.resolve("Canvas", picture.view().device());
            if (on == nullptr) on = frame != nullptr ? frame->stream() : picture.storage()->stream();
            new (self) PyCanvas(picture, on);
          },
          "target"_a, nb::kw_only(), "stream"_a = nb::none(),
          "Draws on a frame, an image, or a region of one, whose top-left corner is then the origin.")
      .def_prop_ro("size", [](PyCanvas& self) { return SizeArg{self.canvas()->size()}; })
      .def_prop_ro("format", [](PyCanvas& self) { return self.canvas()->format(); })
      .def_prop_ro(
          "pending", [](PyCanvas& self) { return self.canvas()->pending(); },
          "Commands recorded and not drawn yet (a command of yours may take several).")
      .def("submit", &PyCanvas::submit,
           "Enqueues what was recorded; the canvas is empty afterwards and may be used again.")
      .def("discard", &PyCanvas::discard, "Forgets what was recorded.")
      .def(
          "__enter__", [](nb::handle self) { return nb::borrow(self); }, nb::sig("def __enter__(self) -> Canvas"))
      .def(
          "__exit__",
          [](PyCanvas& self, nb::handle type, nb::handle, nb::handle) {
            if (type.is_none())
              self.submit();
            else
              self.discard();
          },
          nb::arg("type").none(), nb::arg("value").none(), nb::arg("traceback").none(),
          nb::sig("def __exit__(self, type: object, value: object, traceback: object) -> None"));
  bind_shapes(canvas);
  bind_areas(canvas);
  bind_text_and_objects(canvas);
}

}  // namespace retouch::python
