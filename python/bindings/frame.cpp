// frame.hpp: one frame of a pipeline.
#include "frame.hpp"

#include "arrays.hpp"
#include "lending.hpp"
#include "object.hpp"
#include "patch.hpp"
#include "retouch/error.hpp"
#include "values.hpp"
#include "work.hpp"

namespace retouch::python {

PyFrame::PyFrame(Frame& lent, std::shared_ptr<const void> keeper)
    : frame_(&lent), stream_(std::make_shared<PyStream>(interop::share(lent.stream()))) {
  storage_ = Storage::of_frame(std::move(keeper), stream_);
}

PyFrame::PyFrame(const Picture& image, StreamPtr stream, FrameInfo info) {
  const ImageView pixels = image.view();
  if (stream == nullptr) stream = image.storage()->stream();
  made_ = std::make_unique<Frame>(pixels, stream->view(), std::move(info));
  frame_ = made_.get();
  // The image's own storage orders the work of both.
  storage_ = image.storage();
  stream_ = std::move(stream);
}

PyFrame::~PyFrame() {
  try {
    release();
  } catch (const std::exception&) {  // values that no frame can hold are nobody's any more
  }
}

Locked<Frame> PyFrame::frame() const {
  const ObjectLock lock(mutex_);
  if (frame_ == nullptr)
    throw ExpiredFrame(name_ +
                       " was used after the pipeline took it back: a frame is valid only until process_frame returns");
  return {mutex_, *frame_};
}

nb::list PyFrame::objects() {
  const Locked<Frame> frame = this->frame();
  if (!objects_.is_valid()) {
    nb::list list;
    for (const Object& object : frame->objects()) list.append(nb::cast(Detection::from(object)));
    objects_ = list;
  }
  return nb::borrow<nb::list>(objects_);
}

nb::dict PyFrame::attributes() {
  const Locked<Frame> frame = this->frame();
  if (!attributes_.is_valid()) attributes_ = attributes_dict(frame->attributes());
  return nb::borrow<nb::dict>(attributes_);
}

std::int64_t PyFrame::add_object(nb::handle object) {
  const Locked<Frame> frame = this->frame();
  nb::list list = objects();
  std::int64_t id = 1;
  for (const nb::handle item : list)
    if (const Detection* const other = instance<Detection>(item)) id = std::max(id, other->object.id + 1);
  {
    const nb::ft_object_guard guard(object);
    self_of<Detection>(object).object.id = id;
  }
  list.append(object);
  return id;
}

void PyFrame::put_back() {
  const Locked<Frame> frame = this->frame();
  if (attributes_.is_valid()) frame->attributes() = attributes_from(attributes_);
  if (!objects_.is_valid()) return;
  std::vector<Object> kept;
  std::vector<Object> fresh;
  for (const nb::handle item : nb::borrow<nb::list>(objects_)) {
    const Detection* const detection = instance<Detection>(item);
    if (detection == nullptr) throw InvalidArgument("frame.objects(): only retouch.Object may be in the list");
    const nb::ft_object_guard guard(item);
    Object object = detection->whole();
    (object.id == 0 ? fresh : kept).push_back(std::move(object));
  }
  frame->objects() = std::move(kept);
  for (Object& object : fresh) frame->add_object(std::move(object));
}

void PyFrame::release() {
  const ObjectLock lock(mutex_);
  if (frame_ == nullptr) return;
  struct End {
    PyFrame& self;
    ~End() {
      self.name_ = self.frame_->source_id().empty()
                       ? "frame " + std::to_string(self.frame_->index())
                       : "frame " + std::to_string(self.frame_->index()) + " of " + self.frame_->source_id();
      self.frame_->expire();
      self.frame_ = nullptr;
    }
  } const end{*this};
  storage_->enter(stream_);
  put_back();
}

int PyFrame::traverse(visitproc visit, void* arg) {
  Py_VISIT(objects_.ptr());
  Py_VISIT(attributes_.ptr());
  return 0;
}
void PyFrame::clear() {
  objects_ = nb::object();
  attributes_ = nb::object();
}

namespace {

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  return nb::inst_ready(self) ? nb::inst_ptr<PyFrame>(self)->traverse(visit, arg) : 0;
}
int clear(PyObject* self) {
  nb::inst_ptr<PyFrame>(self)->clear();
  return 0;
}
const PyType_Slot slots[] = {
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)}, {Py_tp_clear, reinterpret_cast<void*>(clear)}, {0, nullptr}};

std::vector<Rect> rects_of(nb::handle list, const char* call) {
  std::vector<Rect> rects;
  for (const nb::handle item : nb::borrow<nb::iterable>(list)) {
    RectArg rect;
    if (!read_box(item.ptr(), rect))
      throw nb::type_error((std::string(call) + ": each must be a box: (x, y, width, height) or a Box (got " +
                            nb::cast<std::string>(nb::repr(item)) + ")")
                               .c_str());
    rects.push_back(rect);
  }
  return rects;
}

PyObject* lend(Frame& frame) noexcept {
  try {
    return nb::cast(new PyFrame(frame, frame.keeper()), nb::rv_policy::take_ownership).release().ptr();
  } catch (nb::python_error& error) {
    error.restore();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

void use(const char* call, nb::handle image, const std::function<void(const ImageView&, StreamView)>& work) {
  Work order(call);
  const ImageView pixels = order.use("the image", ImageArg{image});
  order.enqueue({}, [&](StreamView stream) { work(pixels, stream); });
}

}  // namespace

void bind_frame(nb::module_& m) {
  static constexpr Lending lending{lend, use};
  m.attr("_lending") = nb::capsule(&lending, Lending::name);
  nb::class_<PyFrame>(
      m, "Frame",
      R"(One frame of a pipeline: pixels with a locked layout, their stream, what is known about them, and a lease.

A pipeline lends it for one call of process_frame. When that has returned, using the frame or a view of it raises
ExpiredFrame. Size, format and memory are fixed: what would change them raises LayoutError.

    retouch.gaussian_blur(frame.region(face.box), sigma_x=8)       # in place
    with retouch.Canvas(frame) as canvas: canvas.box(face.box)     # drawn at the end of the block
    with frame.patch((0, 0, 320, 80)) as pixels: cv2.putText(pixels, ...)

In tests and programs of your own, make one of an image: Frame(image, source_id="camera-1", index=17).)",
      nb::type_slots(slots), nb::is_weak_referenceable())
      .def(
          "__init__",
          [](PyFrame* self, const ImageArg& image, std::string source_id, std::uint64_t index,
             std::optional<std::int64_t> pts_ns, std::optional<std::int64_t> duration_ns, double fps,
             const StreamArg& stream) {
            const Picture picture = picture_of("Frame", "the image", image.object);
            new (self) PyFrame(picture, stream.resolve("Frame", picture.view().device()),
                               FrameInfo{std::move(source_id), index, pts_ns, duration_ns, fps});
          },
          "image"_a, nb::kw_only(), "source_id"_a = "", "index"_a = 0, "pts_ns"_a = nb::none(),
          "duration_ns"_a = nb::none(), "fps"_a = 0.0, "stream"_a = nb::none(),
          "A frame on an image, which it keeps alive. expire() takes it back.")
      .def_prop_ro("format", [](const PyFrame& f) { return f.frame()->format(); })
      .def_prop_ro(
          "size", [](const PyFrame& f) { return SizeArg{f.frame()->size()}; }, "(width, height)")
      .def_prop_ro("width", [](const PyFrame& f) { return f.frame()->width(); })
      .def_prop_ro("height", [](const PyFrame& f) { return f.frame()->height(); })
      .def_prop_ro("device", [](const PyFrame& f) { return f.frame()->device(); })
      .def_prop_ro(
          "stream",
          [](const PyFrame& f) {
            static_cast<void>(f.frame());
            return f.stream();
          },
          "The pipeline's: all edits go on it, and the pipeline waits for it once.")
      .def_prop_ro(
          "source_id", [](const PyFrame& f) { return f.frame()->source_id(); },
          "Which stream of pictures: a camera's or file's name.")
      .def_prop_ro(
          "index", [](const PyFrame& f) { return f.frame()->index(); }, "Counts the frames of its source from 0.")
      .def_prop_ro(
          "pts_ns", [](const PyFrame& f) { return f.frame()->pts_ns(); },
          "When it is shown, in nanoseconds; None when that is not known.")
      .def_prop_ro(
          "duration_ns", [](const PyFrame& f) { return f.frame()->info().duration_ns; },
          "How long it is shown, in nanoseconds.")
      .def_prop_ro(
          "fps", [](const PyFrame& f) { return f.frame()->info().fps; },
          "Nominal rate of its source; 0 when variable or unknown.")
      .def_prop_ro(
          "expired", [](const PyFrame& f) { return f.expired(); }, "True when it was taken back.")
      .def(
          "view", [](const PyFrame& f) { return PyFrameView(f.whole()); }, "The whole frame.")
      .def(
          "region", [](const PyFrame& f, const RectArg& box) { return PyFrameView(f.whole().region(box)); }, "box"_a,
          "The whole pixels that the box covers, clipped to the frame; may be empty.")
      .def(
          "regions",
          [](const PyFrame& f, const nb::object& boxes) {
            std::vector<PyFrameView> views;
            for (const Rect& rect : rects_of(boxes, "Frame.regions")) views.emplace_back(f.whole().region(rect));
            return views;
          },
          "boxes"_a,
          nb::sig("def regions(self, boxes: collections.abc.Iterable[retouch.types.BoxLike]) -> list[FrameView]"),
          "One region for each box, for operations on lists.")
      .def(
          "border",
          [](const PyFrame& f, const RectArg& box, int thickness) {
            std::vector<PyFrameView> views;
            for (const FrameView& view : f.frame()->border(box, thickness)) views.emplace_back(view, f.storage());
            return views;
          },
          "box"_a, "thickness"_a, "The four strips of a border inside the box (no pixel twice), for fill().")
      .def(
          "patch",
          [](const PyFrame& f, const RectArg& box, const std::optional<Choice<PixelFormat>>& format) {
            return make_patch(f, box, format);
          },
          "box"_a, nb::kw_only(), "format"_a = nb::none(),
          R"(A copy of a part of the frame in host memory, to edit and put back:

    with frame.patch((0, 0, 320, 80)) as pixels:
        cv2.putText(pixels, "hello", (8, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255, 255))

`pixels` is a writable NumPy array, in RGBA whatever the frame's format (gray for gray8), or in `format`. It is put back
when the block ends, and not when it raises. Blocks until the pixels are here, and no longer.)")
      .def(
          "patches",
          [](const PyFrame& f, const nb::object& boxes, const std::optional<Choice<PixelFormat>>& format) {
            return make_patches(f, rects_of(boxes, "Frame.patches"), format);
          },
          "boxes"_a, nb::kw_only(), "format"_a = nb::none(),
          nb::sig("def patches(self, boxes: collections.abc.Iterable[retouch.types.BoxLike], *, format: "
                  "retouch.types.FormatLike | None = None) -> Patches"),
          "Several patches in one round trip: `with frame.patches([a, b]) as (first, second):`.")
      .def(
          "objects",
          [](PyFrame& f, const std::optional<std::string>& label) {
            nb::list all = f.objects();
            if (!label) return all;
            nb::list some;
            for (const nb::handle item : all) {
              const Detection* const object = instance<Detection>(item);
              if (object == nullptr) continue;
              const nb::ft_object_guard guard(item);
              if (object->object.label == *label) some.append(item);
            }
            return some;
          },
          "label"_a = nb::none(), nb::sig("def objects(self, label: str | None = None) -> list[Object]"),
          R"(Everything detected so far, in the order found: the frame's own list, which may be changed. With a label: a new list of
the objects of that class, which are the frame's.)")
      .def(
          "add_object",
          [](PyFrame& f, const nb::object& object) {
            if (instance<Detection>(object) == nullptr)
              throw nb::type_error("Frame.add_object: needs a retouch.Object");
            return f.add_object(object);
          },
          "object"_a, nb::sig("def add_object(self, object: Object) -> int"),
          "Appends it with a fresh id, which is returned.")
      .def_prop_ro("attributes", &PyFrame::attributes,
                   nb::sig("def attributes(self) -> dict[str, retouch.types.AttributeValue]"),
                   "Values about the whole frame (\"scene.is_night\"); may be changed.")
      .def("expire", &PyFrame::release,
           "Ends the lease, as the pipeline does when it takes the frame back. Idempotent.")
      .def(
          "numpy", [](const PyFrame& f) { return nb::cast(PyFrameView(f.whole())).attr("numpy")(); },
          nb::sig("def numpy(self) -> retouch.types.U8Array"), "view().numpy()")
      .def(
          "to_numpy", [](const PyFrame& f) { return numpy_copy(f.whole()); },
          nb::sig("def to_numpy(self) -> retouch.types.U8Array"),
          "A copy of the pixels in host memory. Blocks until it is there.")
      .def(
          "__array__",
          [](const PyFrame& f, nb::handle dtype, nb::handle copy) {
            return nb::cast(PyFrameView(f.whole())).attr("__array__")(dtype, copy);
          },
          "dtype"_a = nb::none(), "copy"_a = nb::none(),
          nb::sig("def __array__(self, dtype: typing.Any = None, copy: bool | None = None) -> retouch.types.AnyArray"))
      .def(
          "__dlpack__",
          [](const PyFrame& f, nb::handle stream, nb::handle max_version, nb::handle dl_device, nb::handle copy) {
            const nb::object view = nb::cast(PyFrameView(f.whole()));
            return dlpack_capsule(f.whole(), view, stream, max_version, dl_device, copy);
          },
          nb::kw_only(), "stream"_a = nb::none(), "max_version"_a = nb::none(), "dl_device"_a = nb::none(),
          "copy"_a = nb::none(),
          nb::sig("def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, "
                  "dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> typing.Any"))
      .def(
          "__dlpack_device__", [](const PyFrame& f) { return dlpack_device(f.whole()); },
          nb::sig("def __dlpack_device__(self) -> tuple[int, int]"))
      .def_prop_ro(
          "__cuda_array_interface__", [](const PyFrame& f) { return cuda_array_interface(f.whole()); },
          nb::sig("def __cuda_array_interface__(self) -> dict[str, typing.Any]"))
      .def(
          "__enter__", [](nb::handle self) { return nb::borrow(self); }, nb::sig("def __enter__(self) -> Frame"))
      .def(
          "__exit__", [](PyFrame& f, const nb::args&) { f.release(); },
          nb::sig("def __exit__(self, *args: object) -> None"))
      .def("__repr__", [](const PyFrame& f) {
        if (f.expired()) return std::string("<retouch.Frame that was taken back>");
        const Locked<Frame> frame = f.frame();
        return "<retouch.Frame " + std::to_string(frame->index()) +
               (frame->source_id().empty() ? "" : " of " + frame->source_id()) + ": " + f.whole().view().describe() +
               ">";
      });
}

}  // namespace retouch::python
