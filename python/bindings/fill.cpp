// fill.hpp: setting and copying pixels.
#include "retouch/fill.hpp"

#include "arrays.hpp"
#include "values.hpp"
#include "work.hpp"

namespace retouch::python {

namespace {

// A mask is a picture on the same device, or an array in host memory, for which it is brought there.
std::optional<Picture> mask_of(const char* call, nb::handle mask, const ImageView& like) {
  if (mask.is_none()) return std::nullopt;
  Picture given = source_picture(call, mask, PixelFormat::gray8, true);
  if (like.device() == given.view().device()) return given;
  const StreamPtr on = default_stream(like.device());
  Image image(on->view(), PixelFormat::gray8, given.view().size());
  const ImageView view = image.view();
  Picture there(view, Storage::of(std::move(image), on));
  Work work(call);
  const ImageView to = work.use(there);
  const ImageView from = work.capture(given);
  work.enqueue({}, [&](StreamView stream) { copy_into(stream, from, to); });
  return there;
}

}  // namespace

void bind_fill(nb::module_& m) {
  m.def(
      "fill",
      [](const RegionsArg& regions, const ColorArg& color, const nb::object& mask, const StreamArg& stream) {
        Work work("fill");
        const std::vector<ImageView> views = work.use(regions);
        const Color c = color;
        if (mask.is_none()) {
          work.enqueue(stream, [&](StreamView on) { fill(on, views, c); });
          return;
        }
        if (views.size() != 1)
          throw InvalidArgument("fill: a mask goes with one region (got " + std::to_string(views.size()) + ")");
        const Picture through = *mask_of("fill", mask, views.front());
        const ImageView pixels = work.use(through);
        work.enqueue(stream, [&](StreamView on) { fill(on, views.front(), c, pixels); });
      },
      "regions"_a, "color"_a, nb::kw_only(), "mask"_a = nb::none(), "stream"_a = nb::none(),
      nb::sig("def fill(regions: retouch.types.RegionsLike, color: retouch.types.ColorLike, *, "
              "mask: retouch.types.ImageLike | retouch.types.ArrayLike | None = None, stream: retouch.types.StreamLike "
              "| None = None) -> None"),
      R"(Blends a colour over each region: by the colour's alpha; 255 sets it.

`mask` (one region): a gray8 picture or an array of the region's size that multiplies the alpha; 0 leaves a pixel as it is,
bool arrays are 0 and 255.)");
  m.def(
      "fill_into",
      [](const ImageArg& src, const ImageArg& dst, const ColorArg& color, const nb::object& mask,
         const StreamArg& stream) {
        Work work("fill_into");
        const ImageView to = work.use("dst", dst);
        const ImageView from = work.use("src", src);
        const Color c = color;
        if (mask.is_none()) {
          work.enqueue(stream, [&](StreamView on) { fill_into(on, from, to, c); });
          return;
        }
        const Picture through = *mask_of("fill_into", mask, to);
        const ImageView pixels = work.use(through);
        work.enqueue(stream, [&](StreamView on) { fill_into(on, from, to, c, pixels); });
      },
      "src"_a, "dst"_a, "color"_a, nb::kw_only(), "mask"_a = nb::none(), "stream"_a = nb::none(),
      nb::sig("def fill_into(src: retouch.types.ImageLike, dst: retouch.types.ImageLike, color: "
              "retouch.types.ColorLike, *, "
              "mask: retouch.types.ImageLike | retouch.types.ArrayLike | None = None, stream: retouch.types.StreamLike "
              "| None = None) -> None"),
      "dst = src with the colour filled in.");
  m.def(
      "copy_into",
      [](const nb::object& src, const ImageArg& dst, const nb::object& mask, const StreamArg& stream) {
        Work work("copy_into");
        const ImageView to = work.use("dst", dst);
        const Picture source = source_picture("copy_into", src, to.format());
        // Host pixels on their way to a GPU are captured by the call.
        const ImageView from = to.device().is_cuda() ? work.capture(source) : work.use(source);
        if (mask.is_none()) {
          work.enqueue(stream, [&](StreamView on) { copy_into(on, from, to); });
          return;
        }
        const Picture through = *mask_of("copy_into", mask, to);
        const ImageView pixels = work.use(through);
        work.enqueue(stream, [&](StreamView on) { copy_into(on, from, to, pixels); });
      },
      "src"_a, "dst"_a, nb::kw_only(), "mask"_a = nb::none(), "stream"_a = nb::none(),
      nb::sig("def copy_into(src: retouch.types.ImageLike | retouch.types.ArrayLike, dst: retouch.types.ImageLike, *, "
              "mask: retouch.types.ImageLike | retouch.types.ArrayLike | None = None, stream: retouch.types.StreamLike "
              "| None = None) -> None"),
      R"(Copies pixels; with a mask only those whose mask is not 0, as cv2.copyTo.

Formats and sizes agree; devices may differ. `src` may be an array of dst's format. What a GPU copies to host memory has
arrived when you look at it with numpy(); an array that you wrapped yourself has after stream.synchronize().)");
}

}  // namespace retouch::python
