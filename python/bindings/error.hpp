// The classes of Python that the library's exceptions become.
#pragma once

#include <exception>

#include "bindings.hpp"

namespace retouch::python {

/// One set of exceptions; the objects are kept as long as the process lives.
struct ErrorClasses {
  PyObject* invalid_argument;
  PyObject* layout_error;
  PyObject* expired_frame;
  PyObject* unsupported;
  PyObject* out_of_memory;
  PyObject* cuda_error;
  PyObject* file_error;

  /// `find(name)` gives the class of that name.
  template <class Find>
  static ErrorClasses from(Find&& find) {
    const auto kept = [&](const char* name) { return nb::object(find(name)).release().ptr(); };
    return {kept("InvalidArgument"), kept("LayoutError"), kept("ExpiredFrame"), kept("Unsupported"),
            kept("OutOfMemory"),     kept("CudaError"),   kept("FileError")};
  }
};

/// Raises what was thrown, when it is one of the library's exceptions; throws it on when not.
void raise(const std::exception_ptr& thrown, const ErrorClasses& classes);
/// retouch.errors
const ErrorClasses& error_classes();

}  // namespace retouch::python
