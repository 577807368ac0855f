// error.hpp: the exceptions. Each is an Error, and the Python exception whose meaning it narrows.
#include "retouch/error.hpp"

#include "bindings.hpp"

namespace retouch::python {

namespace {

// The module owns the classes; they are needed as long as it is loaded.
struct Classes {
  PyObject* error = nullptr;
  PyObject* invalid_argument = nullptr;
  PyObject* layout_error = nullptr;
  PyObject* expired_frame = nullptr;
  PyObject* unsupported = nullptr;
  PyObject* out_of_memory = nullptr;
  PyObject* cuda_error = nullptr;
  PyObject* file_error = nullptr;
};
Classes classes;

PyObject* make(nb::module_& m, const char* name, const char* doc, PyObject* narrows = nullptr) {
  const nb::object bases =
      narrows == nullptr ? nb::borrow(PyExc_Exception) : nb::object(nb::make_tuple(nb::handle(classes.error), nb::handle(narrows)));
  const std::string full = std::string("retouch.") + name;
  PyObject* const made = PyErr_NewExceptionWithDoc(full.c_str(), doc, bases.ptr(), nullptr);
  if (made == nullptr) throw nb::python_error();
  m.attr(name) = nb::handle(made);
  return made;
}

void raise_cuda(const CudaError& error) {
  const nb::object made = nb::handle(classes.cuda_error)(error.what());
  made.attr("code") = error.code();
  PyErr_SetObject(classes.cuda_error, made.ptr());
}

void translate(const std::exception_ptr& thrown, void*) {
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
    raise_cuda(e);
  } catch (const FileError& e) {
    PyErr_SetString(classes.file_error, e.what());
  }
}

}  // namespace

void bind_errors(nb::module_& m) {
  classes.error = make(m, "Error", "What retouch raises: the base of all of them.");
  classes.invalid_argument =
      make(m, "InvalidArgument",
           "A value that the call cannot work with: NaN, a negative size, an even kernel, a wrong format.\n\n"
           "Found before anything is enqueued. Also a ValueError.",
           PyExc_ValueError);
  classes.layout_error = make(m, "LayoutError",
                              "The call would change the size, format or memory layout of an image whose layout is locked.\n\n"
                              "The image is unchanged. Also a ValueError.",
                              PyExc_ValueError);
  classes.expired_frame = make(m, "ExpiredFrame",
                               "A frame, or a view of it, was used after the pipeline took it back.\n\nAlso a RuntimeError.",
                               PyExc_RuntimeError);
  classes.unsupported = make(m, "Unsupported",
                             "What was asked for does not exist here: no GPU, or a format that the operation does not do.\n\n"
                             "Also a RuntimeError.",
                             PyExc_RuntimeError);
  classes.out_of_memory =
      make(m, "OutOfMemory", "Host or device memory ran out. Also a MemoryError.", PyExc_MemoryError);
  classes.cuda_error =
      make(m, "CudaError", "A CUDA call failed; `code` is its cudaError_t. Also a RuntimeError.", PyExc_RuntimeError);
  classes.file_error =
      make(m, "FileError",
           "A file cannot be read or written, or is not what its name says. Also an OSError.", PyExc_OSError);
  nb::register_exception_translator(translate);
}

}  // namespace retouch::python
