// retouch.Object: an independent value. Its attributes are a Python dict, turned into ours when a pipeline needs them.
#pragma once

#include "bindings.hpp"
#include "retouch/object.hpp"

namespace retouch::python {

struct Detection {
  Object object;  // but for its attributes
  nb::dict attributes;

  static Detection from(const Object& object);
  /// With the attributes. Throws InvalidArgument for a value that an attribute cannot hold.
  Object whole() const;
};

nb::dict attributes_dict(const Attributes& attributes);
Attributes attributes_from(nb::handle dict);

/// A list of Objects, for drawing: without attributes.
std::vector<Object> objects_from(nb::handle list, const char* call);

}  // namespace retouch::python
