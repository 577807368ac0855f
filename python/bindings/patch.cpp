// patch.hpp: way 3, parts of a frame in host memory.
#include "patch.hpp"

#include "arrays.hpp"
#include "values.hpp"

namespace retouch::python {

namespace {

std::vector<Patch> take(const PyFrame& frame, const std::vector<Rect>& rects,
                        const std::optional<Choice<PixelFormat>>& format) {
  PatchOptions options;
  if (format) options.format = *format;
  const Locked<Frame> from = frame.frame();
  frame.storage()->enter(frame.stream());
  const nb::gil_scoped_release others_may_run;
  return from->patches(rects, options);
}

PixelFormat format_of(const PyFrame& frame, const std::optional<Choice<PixelFormat>>& format) {
  if (format) return *format;
  return frame.frame()->format() == PixelFormat::gray8 ? PixelFormat::gray8 : PixelFormat::rgba8;
}

// A patch's layout is locked; of nv12 and i420 it has planes.
nb::object pixels_of(const PyPatches& patches, std::size_t index, nb::handle owner) {
  const ImageView view = patches.pixels(index);
  if (view.plane_count() == 1) return numpy_view(view, 0, owner);
  nb::list planes;
  for (int i = 0; i < view.plane_count(); ++i) planes.append(numpy_view(view, i, owner));
  return planes;
}

nb::object all_pixels(nb::handle self) {
  const PyPatches& patches = self_of<PyPatches>(self);
  nb::list list;
  for (std::size_t i = 0; i < patches.patches().size(); ++i) list.append(pixels_of(patches, i, self));
  return nb::tuple(list);
}

}  // namespace

void PyPatches::commit() {
  const ObjectLock lock(*mutex_);
  storage_->enter(stream_);
  {
    const nb::gil_scoped_release others_may_run;
    Patch::commit_all(patches_);
  }
  storage_->leave(stream_);
}

PyPatch make_patch(const PyFrame& frame, const Rect& rect, const std::optional<Choice<PixelFormat>>& format) {
  return {take(frame, {rect}, format), format_of(frame, format), frame.storage(), frame.stream()};
}
PyPatches make_patches(const PyFrame& frame, const std::vector<Rect>& rects,
                       const std::optional<Choice<PixelFormat>>& format) {
  return {take(frame, rects, format), format_of(frame, format), frame.storage(), frame.stream()};
}

void bind_patch(nb::module_& m) {
  nb::class_<PyPatch>(
      m, "Patch",
      R"(A copy of a part of a frame in host memory, to edit with any CPU code and put back. Made by frame.patch().

In a `with` block it is put back at the end, unless the block raises. Without one, call commit(). Edit the array in place:
`pixels = cv2.blur(pixels, (3, 3))` makes another array, and the frame gets nothing of it; `pixels[:] = ...` is right.)")
      .def_prop_ro(
          "pixels", [](nb::handle self) { return pixels_of(self_of<PyPatch>(self), 0, self); },
          nb::sig("def pixels(self) -> retouch.types.U8Array"),
          "The host pixels, a writable NumPy array; empty when the box lies outside the frame.")
      .def_prop_ro(
          "rect",
          [](const PyPatch& p) {
            return RectArg{p.patches().front().rect(), {}, true};
          },
          "Where in the frame they belong: the box asked for, clipped.")
      .def(
          "commit", [](PyPatch& p) { p.commit(); },
          "Enqueues the way back. The pixels are captured: they may be changed afterwards, and committed again.")
      .def(
          "__enter__", [](nb::handle self) { return pixels_of(self_of<PyPatch>(self), 0, self); },
          nb::sig("def __enter__(self) -> retouch.types.U8Array"))
      .def(
          "__exit__",
          [](PyPatch& p, nb::handle type, nb::handle, nb::handle) {
            if (type.is_none()) p.commit();
          },
          nb::arg("type").none(), nb::arg("value").none(), nb::arg("traceback").none(),
          nb::sig("def __exit__(self, type: object, value: object, traceback: object) -> None"));

  nb::class_<PyPatches>(
      m, "Patches",
      "Several patches of one frame, brought in one round trip and put back in one. Made by frame.patches().")
      .def("__len__", [](const PyPatches& p) { return p.patches().size(); })
      .def_prop_ro("pixels", &all_pixels, nb::sig("def pixels(self) -> tuple[retouch.types.U8Array, ...]"),
                   "A writable NumPy array for each box, in their order.")
      .def_prop_ro(
          "rects",
          [](const PyPatches& p) {
            std::vector<RectArg> rects;
            for (const Patch& patch : p.patches()) rects.push_back({patch.rect(), {}, true});
            return rects;
          },
          "Where they belong: the boxes asked for, clipped.")
      .def("commit", &PyPatches::commit, "Enqueues the way back of all of them.")
      .def("__enter__", &all_pixels, nb::sig("def __enter__(self) -> tuple[retouch.types.U8Array, ...]"))
      .def(
          "__exit__",
          [](PyPatches& p, nb::handle type, nb::handle, nb::handle) {
            if (type.is_none()) p.commit();
          },
          nb::arg("type").none(), nb::arg("value").none(), nb::arg("traceback").none(),
          nb::sig("def __exit__(self, type: object, value: object, traceback: object) -> None"));

  nb::class_<PatchTraffic>(m, "PatchTraffic",
                           "Bytes that patches moved since the start of the process; on the CPU, bytes copied.")
      .def_ro("downloaded", &PatchTraffic::downloaded)
      .def_ro("uploaded", &PatchTraffic::uploaded);
  m.def("patch_traffic", &patch_traffic, "Bytes that patches moved since the start of the process.");
}

}  // namespace retouch::python
