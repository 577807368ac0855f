// sprite.hpp: way 2, pictures prepared once and composited onto frames.
#include "retouch/sprite.hpp"

#include "arrays.hpp"
#include "choice.hpp"
#include "image.hpp"
#include "values.hpp"
#include "work.hpp"

namespace retouch::python {

template <>
struct Names<CompositeOp> {
  static constexpr const char* type = "CompositeOp";
  static constexpr std::array<Named<CompositeOp>, 13> table{{{CompositeOp::over, "over"},
                                                             {CompositeOp::in, "in_"},
                                                             {CompositeOp::out, "out"},
                                                             {CompositeOp::atop, "atop"},
                                                             {CompositeOp::xor_, "xor"},
                                                             {CompositeOp::plus, "plus"},
                                                             {CompositeOp::over_premul, "over_premul"},
                                                             {CompositeOp::in_premul, "in_premul"},
                                                             {CompositeOp::out_premul, "out_premul"},
                                                             {CompositeOp::atop_premul, "atop_premul"},
                                                             {CompositeOp::xor_premul, "xor_premul"},
                                                             {CompositeOp::plus_premul, "plus_premul"},
                                                             {CompositeOp::premul, "premul"}}};
};

namespace {

Sprite sprite_of(const char* call, nb::handle source, const std::optional<Choice<PixelFormat>>& format) {
  if (const Sprite* const sprite = instance<Sprite>(source)) return *sprite;
  const Picture picture = source_picture(call, source, format ? std::optional<PixelFormat>(*format) : std::nullopt);
  const ImageView pixels = picture.view();
  picture.storage()->wait_on_host();
  const nb::gil_scoped_release others_may_run;
  return Sprite(pixels);
}

CompositeOptions options_of(const Choice<CompositeOp>& op, float opacity, const std::optional<SizeArg>& size) {
  CompositeOptions options{op, opacity, {}};
  if (size) options.size = *size;
  return options;
}

Point whole_point(const char* call, const nb::handle position) {
  std::array<int, 2> xy{};
  if (!read_sequence(position.ptr(), 2,
                     [&](PyObject* item, Py_ssize_t i) { return read_integer(item, xy[static_cast<std::size_t>(i)]); }))
    throw nb::type_error((std::string(call) + ": position must be (x, y), whole pixels (got " +
                          nb::cast<std::string>(nb::repr(position)) + ")")
                             .c_str());
  return {xy[0], xy[1]};
}

}  // namespace

void bind_sprite(nb::module_& m) {
  bind_choice<CompositeOp>(m, "Porter-Duff operators; source = sprite, destination = target. `over` is the usual one.");

  nb::class_<Sprite>(m, "Sprite",
                     R"(An RGBA picture with straight alpha, prepared once and composited onto any number of frames.

    logo = retouch.Sprite.from_file("logo.png")
    dashboard = retouch.Sprite(array)            # uint8 of shape (height, width, 4), of any library's drawing
    retouch.composite(frame, logo, (16, 16))

Making one copies the pixels. The first composite on a GPU uploads them there, once: sprites of the same content share.)")
      .def(
          "__init__",
          [](Sprite* self, const std::optional<nb::object>& pixels, const std::optional<Choice<PixelFormat>>& format) {
            if (!pixels || pixels->is_none())
              new (self) Sprite();
            else
              new (self) Sprite(sprite_of("Sprite", *pixels, format));
          },
          "pixels"_a = nb::none(), "format"_a = nb::none(),
          nb::sig("def __init__(self, pixels: retouch.types.ArrayLike | retouch.types.ImageLike | None = None, format: "
                  "retouch.types.FormatLike | None = None) -> None"),
          R"(Of an array or an image in host memory (of one on a GPU: of its to_numpy() and format). `format` says what an array's channels
are; None: gray8, rgb8 or rgba8 by their number (OpenCV's are "bgr8" and "bgra8"). Without alpha the sprite is opaque.)")
      .def_static(
          "from_file",
          [](const PathArg& path) {
            const nb::gil_scoped_release others_may_run;
            return Sprite::from_file(path.path);
          },
          "path"_a, "From a PNG. Raises FileError.")
      .def_prop_ro("size", [](const Sprite& s) { return SizeArg{s.size()}; })
      .def_prop_ro("empty", &Sprite::empty)
      .def(
          "preload",
          [](const Sprite& s, const StreamArg& stream) {
            const StreamPtr on = stream.resolve("Sprite.preload", Device::best());
            if (on == nullptr) throw nb::type_error("Sprite.preload: needs a stream (got None)");
            const nb::gil_scoped_release others_may_run;
            s.preload(on->view());
          },
          "stream"_a, "Uploads now, in stream order, so that no later frame waits for it. Optional.")
      .def_static("set_cache_limit", &Sprite::set_cache_limit, "bytes"_a,
                  "What stays cached for content that no living Sprite holds; default 64 MiB.")
      .def_static("upload_count", &Sprite::upload_count, "Uploads since the start of the process.")
      .def("__repr__", [](const Sprite& s) {
        return "<retouch.Sprite " + std::to_string(s.size().width) + "x" + std::to_string(s.size().height) + ">";
      });

  m.def(
      "composite",
      [](const ImageArg& target, const nb::object& sprite, const nb::object& position, const Choice<CompositeOp>& op,
         float opacity, const std::optional<SizeArg>& size, const StreamArg& stream) {
        Work work("composite");
        const ImageView to = work.use("the target", target);
        const Sprite source = sprite_of("composite", sprite, std::nullopt);
        const Point at = whole_point("composite", position);
        const CompositeOptions options = options_of(op, opacity, size);
        work.enqueue(stream, [&](StreamView on) { composite(on, to, source, at, options); });
      },
      "target"_a, "sprite"_a, "position"_a = nb::make_tuple(0, 0), nb::kw_only(),
      "op"_a = Choice<CompositeOp>(CompositeOp::over), "opacity"_a = 1.0F, "size"_a = nb::none(),
      "stream"_a = nb::none(),
      nb::sig("def composite(target: retouch.types.ImageLike, sprite: Sprite | retouch.types.ArrayLike, position: "
              "tuple[int, int] = (0, 0), *, "
              "op: CompositeOp | str = 'over', opacity: float = 1.0, size: retouch.types.SizeLike | None = None, "
              "stream: retouch.types.StreamLike | None = None) -> None"),
      R"(Composites the sprite with its top-left corner at `position` of the target, clipped on every side; in place.

`size` scales it on the way, `opacity` is 0..1. An array may stand in for the sprite: content seen before is not uploaded
again, but is compared with each call; keep a Sprite to save that.)");
  m.def(
      "composite_into",
      [](const ImageArg& src, const ImageArg& dst, const nb::object& sprite, const nb::object& position,
         const Choice<CompositeOp>& op, float opacity, const std::optional<SizeArg>& size, const StreamArg& stream) {
        Work work("composite_into");
        const ImageView to = work.use("dst", dst);
        const ImageView from = work.use("src", src);
        const Sprite source = sprite_of("composite_into", sprite, std::nullopt);
        const Point at = whole_point("composite_into", position);
        const CompositeOptions options = options_of(op, opacity, size);
        work.enqueue(stream, [&](StreamView on) { composite_into(on, from, to, source, at, options); });
      },
      "src"_a, "dst"_a, "sprite"_a, "position"_a = nb::make_tuple(0, 0), nb::kw_only(),
      "op"_a = Choice<CompositeOp>(CompositeOp::over), "opacity"_a = 1.0F, "size"_a = nb::none(),
      "stream"_a = nb::none(),
      nb::sig("def composite_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, sprite: Sprite | "
              "retouch.types.ArrayLike, "
              "position: tuple[int, int] = (0, 0), *, op: CompositeOp | str = 'over', opacity: float = 1.0, "
              "size: retouch.types.SizeLike | None = None, stream: retouch.types.StreamLike | None = None) -> None"),
      "dst = src with the sprite composited.");
}

}  // namespace retouch::python
