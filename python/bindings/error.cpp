// error.hpp: the exceptions become those of retouch.errors.
#include "retouch/error.hpp"

#include "bindings.hpp"
#include "error.hpp"

namespace retouch::python {

namespace {

void raise_cuda(PyObject* type, const CudaError& error) {
  const nb::object made = nb::borrow(type)(error.what());
  made.attr("code") = error.code();
  PyErr_SetObject(type, made.ptr());
}

void translate(const std::exception_ptr& thrown, void*) { raise(thrown, error_classes()); }

}  // namespace

const ErrorClasses& error_classes() {
  static const auto classes =
      ErrorClasses::from([](const char* name) { return nb::module_::import_("retouch.errors").attr(name); });
  return classes;
}

void raise(const std::exception_ptr& thrown, const ErrorClasses& classes) {
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

void bind_errors(nb::module_&) {
  static_cast<void>(error_classes());
  nb::register_exception_translator(translate, nullptr);
}

}  // namespace retouch::python
