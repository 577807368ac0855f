// What the files of the module share: one file per public header, each with a function that adds its part.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;  // "name"_a

namespace retouch::python {

/// Of Python without a GIL: one thread at a time reads or changes a property.
inline const auto locked_get = nb::for_getter(nb::lock_self());
inline const auto locked_set = nb::for_setter(nb::lock_self());

/// The name of an object's type, for messages.
inline std::string type_text(nb::handle object) { return nb::cast<std::string>(nb::inst_name(object)); }

/// The C++ object behind one of ours (or of a class derived from ours); null for anything else, and for one whose
/// __init__ has not run.
template <class T>
T* instance(nb::handle object) noexcept {
  T* found = nullptr;
  if (!nb::isinstance<T>(object) || !nb::inst_ready(object)) return nullptr;
  return nb::try_cast(object, found, false) ? found : nullptr;
}

/// The same, for `self` of a method that needs the Python object too.
template <class T>
T& self_of(nb::handle self) {
  T* const found = instance<T>(self);
  if (found == nullptr) throw nb::type_error(("the method is of another class (got " + type_text(self) + ")").c_str());
  return *found;
}

void bind_errors(nb::module_& m);
void bind_device(nb::module_& m);
void bind_geometry(nb::module_& m);
void bind_stream(nb::module_& m);
void bind_image(nb::module_& m);
void bind_object(nb::module_& m);
void bind_frame(nb::module_& m);
void bind_patch(nb::module_& m);
void bind_sprite(nb::module_& m);
void bind_filter(nb::module_& m);
void bind_fill(nb::module_& m);
void bind_transform(nb::module_& m);
void bind_anonymize(nb::module_& m);
void bind_shape(nb::module_& m);
void bind_text(nb::module_& m);
void bind_object_style(nb::module_& m);
void bind_canvas(nb::module_& m);
void bind_cv();  // the module retouch._cv

}  // namespace retouch::python
