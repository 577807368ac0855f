// error.hpp: the exceptions become those of retouch.errors.
#include "retouch/error.hpp"

#include "bindings.hpp"

namespace retouch::python {

namespace {

// The class of that name, kept as long as the process lives.
PyObject* class_of(const char* name) {
  return nb::object(nb::module_::import_("retouch.errors").attr(name)).release().ptr();
}

struct Classes {
  PyObject* invalid_argument = class_of("InvalidArgument");
  PyObject* layout_error = class_of("LayoutError");
  PyObject* expired_frame = class_of("ExpiredFrame");
  PyObject* unsupported = class_of("Unsupported");
  PyObject* out_of_memory = class_of("OutOfMemory");
  PyObject* cuda_error = class_of("CudaError");
  PyObject* file_error = class_of("FileError");
};

void raise_cuda(PyObject* type, const CudaError& error) {
  const nb::object made = nb::borrow(type)(error.what());
  made.attr("code") = error.code();
  PyErr_SetObject(type, made.ptr());
}

void translate(const std::exception_ptr& thrown, void* payload) {
  const auto& classes = *static_cast<const Classes*>(payload);
  try {
    std::rethrow_exception(thrown);
  } catch (const InvalidArgument& e) {
    PyErr_SetString(classes.invalid_argument, e.what());
  } catch (const LayoutError& e) {
    PyErr_SetString(classes.layout_error, e.what());
  } catch (const ExpiredFrame& e) {
    PyErr_SetString(classes.expired_frame, e.what());
  } catch (const Unsupported& e) {
    PyErr_SetString(classes.unsupported, e.what());
  } catch (const OutOfMemory& e) {
    PyErr_SetString(classes.out_of_memory, e.what());
  } catch (const CudaError& e) {
    raise_cuda(classes.cuda_error, e);
  } catch (const FileError& e) {
    PyErr_SetString(classes.file_error, e.what());
  }
}

}  // namespace

void bind_errors(nb::module_&) { nb::register_exception_translator(translate, new Classes); }

}  // namespace retouch::python
