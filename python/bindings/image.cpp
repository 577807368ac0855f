// image.hpp: pixels. ImageView is the base of all that has some: Image owns, FrameView is a part of a frame.
#include "retouch/image.hpp"

#include "arrays.hpp"
#include "choice.hpp"
#include "image.hpp"
#include "retouch/error.hpp"
#include "retouch/fill.hpp"
#include "values.hpp"
#include "work.hpp"

namespace retouch::python {

namespace {

PyImage new_image(PixelFormat format, Size size, const std::optional<DeviceArg>& device, const StreamArg& stream,
                  ColorSpec color) {
  // A stream of another library is one of a GPU.
  const bool foreign =
      stream.given.is_valid() && !stream.given.is_none() && instance<PyStream>(stream.given) == nullptr;
  const Device where = device ? Device(*device) : foreign ? Device::cuda(0) : Device::cpu();
  StreamPtr on = stream.resolve("Image", where);
  if (on == nullptr) on = default_stream(where);
  if (device && on->device() != where)
    throw InvalidArgument("Image: the stream is on " + on->device().name() + ", the device asked for is " +
                          where.name());
  Image image;
  {
    const nb::gil_scoped_release others_may_run;
    image = Image(on->view(), format, size, color);
  }
  const ImageView view = image.view();
  return {view, Storage::of(std::move(image), on)};
}

PyImage image_from(const nb::object& source, std::optional<PixelFormat> format, const std::optional<DeviceArg>& device,
                   const StreamArg& stream, ColorSpec color) {
  const Picture from = source_picture("Image.from_array", source, format);
  const ImageView pixels = from.view();
  std::optional<DeviceArg> where = device;
  if (!where && (!stream.given.is_valid() || stream.given.is_none())) where = DeviceArg(pixels.device());
  PyImage made = new_image(pixels.format(), pixels.size(), where, stream,
                           instance<Picture>(source) != nullptr ? pixels.color() : color);
  Work work("Image.from_array");
  const ImageView to = work.use(made);
  const ImageView src = work.capture(from).with_color(to.color());
  work.enqueue(stream, [&](StreamView on) { copy_into(on, src, to); });
  return made;
}

void upload(const Picture& self, const nb::object& array, const StreamArg& stream) {
  Work work("upload");
  const ImageView to = work.use(self);
  const Picture from = source_picture("upload", array, to.format());
  const ImageView src = work.capture(from).with_color(to.color());
  if (src.size() != to.size())
    throw InvalidArgument("upload: the array is " + std::to_string(src.width()) + "x" + std::to_string(src.height()) +
                          ", the picture " + to.describe());
  work.enqueue(stream, [&](StreamView on) { copy_into(on, src, to); });
}

nb::object numpy_of(const Picture& self, nb::handle object) {
  const ImageView view = self.view();
  if (view.device().is_cuda())
    throw InvalidArgument("numpy: " + view.describe() +
                          " is not in host memory: to_numpy() copies it there, patch() edits a part of a frame");
  if (view.plane_count() > 1)
    throw InvalidArgument("numpy: " + view.describe() + " has " + std::to_string(view.plane_count()) +
                          " planes: planes() gives an array for each");
  self.storage()->wait_on_host();
  return numpy_view(view, 0, object);
}

nb::object planes_of(const Picture& self, nb::handle object) {
  const ImageView view = self.view();
  if (view.device().is_cuda())
    throw InvalidArgument("planes: " + view.describe() + " is not in host memory: to_numpy() copies it there");
  self.storage()->wait_on_host();
  nb::list planes;
  for (int i = 0; i < view.plane_count(); ++i) planes.append(numpy_view(view, i, object));
  return planes;
}

nb::object array_of(const Picture& self, nb::handle object, nb::handle dtype, nb::handle copy) {
  if (self.view().device().is_cuda())
    throw nb::type_error(
        ("an array of NumPy cannot be made of " + self.view().describe() +
         " without a copy: to_numpy() makes one; cupy.asarray() and torch.from_dlpack() share its memory")
            .c_str());
  const bool wanted = !copy.is_none() && nb::cast<bool>(copy);
  const nb::object array = wanted ? numpy_copy(self) : numpy_of(self, object);
  return dtype.is_none() ? array : nb::object(array.attr("astype")(dtype, "copy"_a = false));
}

std::string describe(const char* type, const Picture& picture) {
  const bool gone = picture.leased() && picture.leased()->expired();
  return std::string("<retouch.") + type + " " +
         (gone ? std::string("of a frame that was taken back") : picture.view().describe()) + ">";
}

}  // namespace

void bind_image(nb::module_& m) {
  bind_choice<PixelFormat>(
      m,
      R"(8 bits a channel. nv12 and i420 are YCbCr 4:2:0: a Y plane, and Cb, Cr at half the size in both directions,
in one plane (nv12) or two (i420).)");
  bind_choice<ColorMatrix>(m, "The matrix between RGB and YCbCr (ITU-R BT.601-7, BT.709-6).");
  bind_choice<ColorRange>(m, "limited: Y 16-235, Cb and Cr 16-240 (what decoders give). full: 0-255 (JPEG).");
  nb::class_<ColorSpec>(m, "ColorSpec", "What the numbers in a YCbCr image mean. RGB images ignore it.")
      .def(
          "__init__",
          [](ColorSpec* self, const Choice<ColorMatrix>& matrix, const Choice<ColorRange>& range) {
            new (self) ColorSpec{matrix, range};
          },
          "matrix"_a = Choice<ColorMatrix>(ColorMatrix::bt601), "range"_a = Choice<ColorRange>(ColorRange::limited))
      .def_ro("matrix", &ColorSpec::matrix)
      .def_ro("range", &ColorSpec::range)
      .def(
          "__eq__", [](const ColorSpec& a, const ColorSpec& b) { return a == b; }, nb::is_operator(),
          nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__", [](const ColorSpec& c) { return static_cast<int>(c.matrix) * 2 + static_cast<int>(c.range); })
      .def("__repr__", [](const ColorSpec& c) {
        return std::string("retouch.ColorSpec('") + Names<ColorMatrix>::table[static_cast<std::size_t>(c.matrix)].name +
               "', '" + Names<ColorRange>::table[static_cast<std::size_t>(c.range)].name + "')";
      });

  nb::class_<Picture> view(m, "ImageView",
                           R"(Pixels: an image, a part of one, or another library's array. Keeps their memory alive.

On the CPU NumPy shares the memory: numpy() and numpy.asarray(view). On a GPU torch, CuPy and others do:
torch.from_dlpack(view), cupy.asarray(view), anything that reads __cuda_array_interface__ or DLPack. Work of theirs and
ours on the same pixels is in the order of your calls: we wait for their current stream by an event, and make it wait for
ours.)",
                           nb::is_weak_referenceable());
  view.def_static(
          "wrap",
          [](const nb::object& array, const std::optional<Choice<PixelFormat>>& format, const ColorSpec& color) {
            return wrap_array("ImageView.wrap", array, format ? std::optional<PixelFormat>(*format) : std::nullopt,
                              color);
          },
          "array"_a.none(), "format"_a = nb::none(), "color"_a = ColorSpec{},
          nb::sig("def wrap(array: retouch.types.ArrayLike, format: retouch.types.FormatLike | None = None, color: "
                  "ColorSpec = ...) -> ImageView"),
          R"(An array of another library (NumPy, torch, CuPy, ...) as a picture: its memory, not a copy.

The array is uint8 of shape (height, width, channels), or (height, width) for gray8; rows may have gaps. `format` says
what the channels are; None: gray8, rgb8 or rgba8 by their number (OpenCV's colour arrays are "bgr8"). nv12 and i420 are
a list of their planes. What would need a copy (read-only arrays, other strides or types) is refused, with what was given
and what is needed: Image.from_array makes the copy.)")
      .def_prop_ro("device", [](const Picture& self) { return self.view().device(); })
      .def_prop_ro("format", [](const Picture& self) { return self.view().format(); })
      .def_prop_ro(
          "color", [](const Picture& self) { return self.view().color(); }, "What the numbers of nv12 and i420 mean.")
      .def_prop_ro("width", [](const Picture& self) { return self.view().width(); })
      .def_prop_ro("height", [](const Picture& self) { return self.view().height(); })
      .def_prop_ro(
          "size", [](const Picture& self) { return SizeArg{self.view().size()}; }, "(width, height)")
      .def_prop_ro(
          "empty", [](const Picture& self) { return self.view().empty(); }, "No pixel in it: operations do nothing.")
      .def_prop_ro(
          "stream",
          [](const Picture& self) {
            static_cast<void>(self.view());
            return self.storage()->stream();
          },
          "The stream that its work goes on unless you say another.")
      .def(
          "with_color", [](const Picture& self, const ColorSpec& color) { return self.with_color(color); }, "color"_a,
          "The same pixels read as another colour specification.")
      .def(
          "numpy", [](nb::handle self) { return numpy_of(self_of<Picture>(self), self); },
          nb::sig("def numpy(self) -> retouch.types.U8Array"),
          R"(The pixels as a NumPy array that shares their memory: (height, width, channels), or (height, width) for gray8.

Only in host memory, and not for nv12 and i420, which have planes(). Writing into it writes into the picture.)")
      .def(
          "planes", [](nb::handle self) { return planes_of(self_of<Picture>(self), self); },
          nb::sig("def planes(self) -> list[retouch.types.U8Array]"),
          "One NumPy array for each plane, sharing the memory. Only in host memory.")
      .def(
          "to_numpy", [](const Picture& self) { return numpy_copy(self); },
          nb::sig("def to_numpy(self) -> retouch.types.U8Array"),
          "A copy in host memory, from wherever the picture is (nv12, i420: a list of planes). Blocks until it is "
          "there.")
      .def("upload", &upload, "array"_a.none(), nb::kw_only(), "stream"_a = nb::none(),
           nb::sig("def upload(self, array: retouch.types.ArrayLike, *, stream: retouch.types.StreamLike | None = "
                   "None) -> None"),
           "Replaces the pixels by the array's, which has the picture's size and channels. The array may be changed as "
           "soon as this returns.")
      .def(
          "__array__",
          [](nb::handle self, nb::handle dtype, nb::handle copy) {
            return array_of(self_of<Picture>(self), self, dtype, copy);
          },
          "dtype"_a = nb::none(), "copy"_a = nb::none(),
          nb::sig("def __array__(self, dtype: typing.Any = None, copy: bool | None = None) -> retouch.types.AnyArray"))
      .def(
          "__dlpack__",
          [](nb::handle self, nb::handle stream, nb::handle max_version, nb::handle dl_device, nb::handle copy) {
            return dlpack_capsule(self_of<Picture>(self), self, stream, max_version, dl_device, copy);
          },
          nb::kw_only(), "stream"_a = nb::none(), "max_version"_a = nb::none(), "dl_device"_a = nb::none(),
          "copy"_a = nb::none(),
          nb::sig("def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, "
                  "dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> typing.Any"))
      .def(
          "__dlpack_device__", [](const Picture& self) { return dlpack_device(self); },
          nb::sig("def __dlpack_device__(self) -> tuple[int, int]"))
      .def_prop_ro(
          "__cuda_array_interface__", [](const Picture& self) { return cuda_array_interface(self); },
          nb::sig("def __cuda_array_interface__(self) -> dict[str, typing.Any]"))
      .def("__repr__", [](const Picture& self) { return describe("ImageView", self); });
  view.def(
      "region", [](const Picture& self, const RectArg& box) { return self.region(box); }, "box"_a,
      "The part inside the box, clipped to the picture; shares its memory.");

  nb::class_<PyImage, Picture>(m, "Image",
                               R"(Owns the memory of a picture, on the CPU or a GPU.

    image = retouch.Image("rgba8", (1280, 720), device="cuda")     # uninitialised
    image = retouch.Image.from_array(array, "bgr8", device="cuda") # a copy
    image = retouch.read_png("logo.png")

Its memory is freed in the order of its stream: work that was enqueued earlier may still use it.)")
      .def(
          "__init__",
          [](PyImage* self, const Choice<PixelFormat>& format, const SizeArg& size,
             const std::optional<DeviceArg>& device, const StreamArg& stream,
             const ColorSpec& color) { new (self) PyImage(new_image(format, size, device, stream, color)); },
          "format"_a, "size"_a, nb::kw_only(), "device"_a = nb::none(), "stream"_a = nb::none(),
          "color"_a = ColorSpec{},
          "Allocates uninitialised memory. `device`: where; None is the CPU, or the stream's device.")
      .def_static(
          "from_array",
          [](const nb::object& array, const std::optional<Choice<PixelFormat>>& format,
             const std::optional<DeviceArg>& device, const StreamArg& stream, const ColorSpec& color) {
            return image_from(array, format ? std::optional<PixelFormat>(*format) : std::nullopt, device, stream,
                              color);
          },
          "array"_a.none(), "format"_a = nb::none(), nb::kw_only(), "device"_a = nb::none(), "stream"_a = nb::none(),
          "color"_a = ColorSpec{},
          nb::sig("def from_array(array: retouch.types.ArrayLike | retouch.types.ImageLike, format: "
                  "retouch.types.FormatLike | None = None, *, "
                  "device: retouch.types.DeviceLike | None = None, stream: retouch.types.StreamLike | None = None, "
                  "color: ColorSpec = ...) -> Image"),
          R"(A copy of an array of any library, or of a picture, on `device` (None: where it is).

As ImageView.wrap, but the array may be read-only and its strides any. It may be changed as soon as this returns.)")
      .def(
          "region",
          [](const PyImage& self, const RectArg& box) { return static_cast<const Picture&>(self).region(box); },
          "box"_a, "The part inside the box, clipped to the image; shares its memory.")
      .def("__repr__", [](const PyImage& self) { return describe("Image", self); });

  nb::class_<PyFrameView, Picture>(
      m, "FrameView",
      R"(The whole of a frame, or a region of it. Raises ExpiredFrame when it is used after the frame was taken back.

An array that another library made of it earlier stays valid memory, but what is in it is then anybody's guess.)")
      .def_prop_ro("expired", [](const PyFrameView& self) { return self.leased()->expired(); })
      .def(
          "region", [](const PyFrameView& self, const RectArg& box) { return PyFrameView(self.region(box)); }, "box"_a,
          "The part inside the box, clipped.")
      .def("__repr__", [](const PyFrameView& self) { return describe("FrameView", self); });

  m.def(
      "from_dlpack",
      [](const nb::object& array, const std::optional<Choice<PixelFormat>>& format, const ColorSpec& color) {
        return wrap_array("from_dlpack", array, format ? std::optional<PixelFormat>(*format) : std::nullopt, color);
      },
      "array"_a.none(), "format"_a = nb::none(), "color"_a = ColorSpec{},
      nb::sig("def from_dlpack(array: retouch.types.ArrayLike, format: retouch.types.FormatLike | None = None, color: "
              "ColorSpec = ...) -> ImageView"),
      "ImageView.wrap, under the name that other libraries have for it.");

  m.def(
      "read_png",
      [](const PathArg& path) {
        Image image;
        {
          const nb::gil_scoped_release others_may_run;
          image = read_png(path.path);
        }
        const ImageView pixels = image.view();
        return PyImage(pixels, Storage::of(std::move(image), default_stream(Device::cpu())));
      },
      "path"_a, "Reads a PNG of any kind into an rgba8 image (straight alpha) on the CPU. Raises FileError.");
  m.def(
      "write_png",
      [](const PathArg& path, const ImageArg& image) {
        Work work("write_png");
        const ImageView view = work.use("the image", image);
        work.enqueue({}, [&](StreamView) { write_png(path.path, view); });
      },
      "path"_a, "image"_a,
      "Writes a packed picture on the CPU as a PNG; the file appears complete or not at all. Raises FileError.");
}

}  // namespace retouch::python
