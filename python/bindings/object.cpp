// object.hpp: detected things.
#include "object.hpp"

#include <cstring>

#include "arrays.hpp"
#include "retouch/error.hpp"
#include "values.hpp"

namespace retouch::python {

namespace {

AttributeValue attribute_from(const std::string& name, nb::handle value) {
  if (PyBool_Check(value.ptr())) return nb::cast<bool>(value);
  if (PyUnicode_Check(value.ptr())) return nb::cast<std::string>(value);
  if (PyLong_Check(value.ptr())) {
    std::int64_t number = 0;
    if (!nb::try_cast(value, number))
      throw InvalidArgument("attribute '" + name + "': the number does not fit in 64 bits");
    return number;
  }
  if (PyFloat_Check(value.ptr())) return nb::cast<double>(value);
  if (PyIndex_Check(value.ptr()) != 0) return nb::cast<std::int64_t>(nb::steal(PyNumber_Index(value.ptr())));
  double number = 0;
  if (read_number(value.ptr(), number)) return number;
  std::vector<float> list;
  const Py_ssize_t size = sequence_size(value.ptr());
  if (size >= 0) {
    list.resize(static_cast<std::size_t>(size));
    if (read_sequence(value.ptr(), size, [&](PyObject* item, Py_ssize_t i) {
          double part = 0;
          const bool good = read_number(item, part);
          list[static_cast<std::size_t>(i)] = static_cast<float>(part);
          return good;
        }))
      return list;
  }
  throw InvalidArgument("attribute '" + name + "': must be a bool, a number, a text or a list of numbers (got " +
                        type_text(value) + ")");
}

nb::object mask_array(const Detection& self) {
  if (!self.object.mask) return nb::none();
  const ObjectMask& mask = *self.object.mask;
  const nb::object bytes = nb::bytes(reinterpret_cast<const char*>(mask.pixels.data()), mask.pixels.size());
  return nb::module_::import_("numpy")
      .attr("frombuffer")(bytes, "uint8")
      .attr("reshape")(mask.size.height, mask.size.width)
      .attr("copy")();
}

void set_mask(Detection& self, nb::handle value) {
  if (value.is_none()) {
    self.object.mask.reset();
    return;
  }
  const Picture picture = source_picture("Object.mask", value, PixelFormat::gray8, true);
  const ImageView view = picture.view();
  if (view.device().is_cuda()) throw InvalidArgument("Object.mask: the mask must be in host memory");
  ObjectMask mask{view.size(), {}};
  const auto width = static_cast<std::size_t>(view.width());
  mask.pixels.resize(width * static_cast<std::size_t>(view.height()));
  for (int y = 0; y < view.height(); ++y)
    std::memcpy(mask.pixels.data() + static_cast<std::size_t>(y) * width,
                view.plane(0).data + y * view.plane(0).pitch_bytes, width);
  self.object.mask = std::move(mask);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
#if PY_VERSION_HEX >= 0x03090000
  Py_VISIT(Py_TYPE(self));
#endif
  if (nb::inst_ready(self)) {
    const auto* const object = nb::inst_ptr<Detection>(self);
    Py_VISIT(object->attributes.ptr());
  }
  return 0;
}
int clear(PyObject* self) {
  nb::inst_ptr<Detection>(self)->attributes = nb::dict();
  return 0;
}
const PyType_Slot slots[] = {
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)}, {Py_tp_clear, reinterpret_cast<void*>(clear)}, {0, nullptr}};

}  // namespace

nb::dict attributes_dict(const Attributes& attributes) {
  nb::dict dict;
  for (const auto& [name, value] : attributes)
    dict[nb::str(name.c_str(), name.size())] =
        std::visit([](const auto& held) { return nb::object(nb::cast(held)); }, value);
  return dict;
}

Attributes attributes_from(nb::handle dict) {
  Attributes attributes;
  if (!dict.is_valid()) return attributes;
  for (const auto& [name, value] : nb::borrow<nb::dict>(dict)) {
    std::string key;
    if (!nb::try_cast(name, key))
      throw InvalidArgument("attributes: names must be texts (got " + type_text(name) + ")");
    attributes[key] = attribute_from(key, value);
  }
  return attributes;
}

Detection Detection::from(const Object& object) { return {object, attributes_dict(object.attributes)}; }

Object Detection::whole() const {
  Object made = object;
  made.attributes = attributes_from(attributes);
  return made;
}

std::vector<Object> objects_from(nb::handle list, const char* call) {
  std::vector<Object> objects;
  const nb::object items = nb::steal(PySequence_Fast(list.ptr(), "a list of Objects is needed"));
  if (!items.is_valid()) throw nb::python_error();
  for (const nb::handle item : nb::borrow<nb::sequence>(items)) {
    const Detection* const detection = instance<Detection>(item);
    if (detection == nullptr)
      throw nb::type_error(
          (std::string(call) + ": each of the objects must be a retouch.Object (got " + type_text(item) + ")").c_str());
    const nb::ft_object_guard guard(item);
    objects.push_back(detection->object);
  }
  return objects;
}

void bind_object(nb::module_& m) {
  nb::class_<Detection>(
      m, "Object",
      R"(A detected thing: what detectors write and everything after them reads. Coordinates are the frame's pixels.

    retouch.Object("face", (412, 96, 140, 140), confidence=0.93, source="my_detector")

What frame.objects() gives are such objects: changing them changes the frame's.)",
      nb::type_slots(slots), nb::is_weak_referenceable())
      .def(
          "__init__",
          [](Detection* self, std::string label, const BoxArg& box, float confidence, std::string source,
             std::optional<std::int64_t> track_id, const std::optional<PointsArg>& landmarks,
             std::optional<std::int64_t> parent_id, const nb::object& attributes, const nb::object& mask) {
            auto* const made = new (self) Detection();
            made->object.label = std::move(label);
            made->object.source = std::move(source);
            made->object.box = box;
            made->object.confidence = confidence;
            made->object.track_id = track_id;
            if (landmarks) made->object.landmarks = landmarks->points;
            made->object.parent_id = parent_id;
            if (!attributes.is_none()) made->attributes.update(nb::cast<nb::dict>(attributes));
            set_mask(*made, mask);
          },
          "label"_a = "", "box"_a = BoxArg{}, nb::kw_only(), "confidence"_a = 1.0F, "source"_a = "",
          "track_id"_a = nb::none(), "landmarks"_a = nb::none(), "parent_id"_a = nb::none(),
          "attributes"_a = nb::none(), "mask"_a = nb::none(),
          nb::sig("def __init__(self, label: str = '', box: retouch.types.BoxLike = ..., *, confidence: float = 1.0, "
                  "source: str = '', "
                  "track_id: int | None = None, landmarks: retouch.types.PointsLike | None = None, parent_id: int | "
                  "None = None, "
                  "attributes: dict[str, retouch.types.AttributeValue] | None = None, mask: retouch.types.ArrayLike | "
                  "None = None) -> None"))
      .def_prop_rw(
          "label", [](const Detection& o) { return o.object.label; },
          [](Detection& o, std::string v) { o.object.label = std::move(v); }, locked_get, locked_set,
          "Its class: \"face\", \"car\".")
      .def_prop_rw(
          "source", [](const Detection& o) { return o.object.source; },
          [](Detection& o, std::string v) { o.object.source = std::move(v); }, locked_get, locked_set,
          "Which function made it.")
      .def_prop_rw(
          "box", [](Detection& o) -> Box& { return o.object.box; },
          [](Detection& o, const BoxArg& v) { o.object.box = v; }, locked_get, locked_set,
          nb::rv_policy::reference_internal, "Upright, or turned by box.angle_deg.")
      .def_prop_rw(
          "confidence", [](const Detection& o) { return o.object.confidence; },
          [](Detection& o, float v) { o.object.confidence = v; }, locked_get, locked_set, "0..1")
      .def_prop_rw(
          "track_id", [](const Detection& o) { return o.object.track_id; },
          [](Detection& o, std::optional<std::int64_t> v) { o.object.track_id = v; }, locked_get, locked_set,
          "v"_a.none(), "From a tracker; None when it is not tracked.")
      .def_prop_rw(
          "landmarks", [](const Detection& o) { return PointsArg{o.object.landmarks}; },
          [](Detection& o, const PointsArg& v) { o.object.landmarks = v.points; }, locked_get, locked_set,
          "Points, as a list; what they mean is the detector's. The list is a copy: assign to change them.")
      .def_prop_rw(
          "id", [](const Detection& o) { return o.object.id; }, [](Detection& o, std::int64_t v) { o.object.id = v; },
          locked_get, locked_set, "Unique in its frame; given by frame.add_object().")
      .def_prop_rw(
          "parent_id", [](const Detection& o) { return o.object.parent_id; },
          [](Detection& o, std::optional<std::int64_t> v) { o.object.parent_id = v; }, locked_get, locked_set,
          "v"_a.none(), "Of the object that this is a part of.")
      .def_prop_rw(
          "attributes", [](const Detection& o) { return o.attributes; },
          [](Detection& o, nb::dict v) { o.attributes = std::move(v); }, locked_get, locked_set,
          nb::for_getter(nb::sig("def attributes(self) -> dict[str, retouch.types.AttributeValue]")),
          nb::for_setter(nb::sig("def attributes(self, value: dict[str, retouch.types.AttributeValue], /) -> None")),
          "Named values (\"age_gender.age\"): bool, int, float, str, or a list of floats.")
      .def_prop_rw(
          "mask", &mask_array, [](Detection& o, const nb::object& v) { set_mask(o, v); }, locked_get, locked_set,
          nb::for_getter(nb::sig("def mask(self) -> retouch.types.U8Array | None")),
          nb::for_setter(nb::sig("def mask(self, value: retouch.types.ArrayLike | None, /) -> None")),
          nb::arg("v").none(),
          "Which pixels of its box are the object's, at a size of its own: 0 none, 255 all (bool arrays too). The "
          "array is a copy.")
      .def(
          "__copy__",
          [](const Detection& o) {
            Detection copy = o;
            copy.attributes = nb::cast<nb::dict>(o.attributes.attr("copy")());
            return copy;
          },
          nb::lock_self())
      .def(
          "__repr__",
          [](const Detection& o) {
            const std::string box = nb::cast<std::string>(nb::repr(nb::cast(o.object.box)));
            return "<retouch.Object '" + o.object.label + "' " + box + ">";
          },
          nb::lock_self());
}

}  // namespace retouch::python
