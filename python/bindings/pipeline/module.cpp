// The module retouch._pipeline: pipelines, which need GStreamer. retouch._core does without.
#include "python_function.hpp"

NB_MODULE(_pipeline, m) {
  using namespace retouch::python;
  nb::set_leak_warnings(false);
  m.doc() = "Pipelines. Import retouch, which has what is here.";
  nb::module_::import_("retouch._core");  // the types that are shared
  retouch::register_python_loader(load_python_function);
  static_cast<void>(m);
}
