// The module retouch._pipeline: pipelines, which need GStreamer. retouch._core does without.
#include "pipeline.hpp"
#include "python_function.hpp"

NB_MODULE(_pipeline, m) {
  using namespace retouch::python;
  nb::set_leak_warnings(false);
  m.doc() = "Pipelines. Import retouch, which has what is here.";
  nb::module_::import_("retouch._core");  // the types that are shared
  retouch::register_python_loader([](const retouch::PythonSpec& spec, const retouch::Kwargs& kwargs) {
    if (auto handing_over = reader_function(spec.module)) return handing_over;
    return load_python_function(spec, kwargs);
  });
  bind_runner(m);
  bind_reader(m);
  bind_writer(m);
  // Threads of a pipeline that still ran would want Python when it is no more.
  nb::module_::import_("atexit").attr("register")(nb::cpp_function(end_all));
}
