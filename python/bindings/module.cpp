// The module retouch._core.
#include "bindings.hpp"
#include "storage.hpp"

NB_MODULE(_core, m) {
  using namespace retouch::python;
  nb::set_leak_warnings(false);  // arguments' defaults live as long as the process
  m.doc() = "What `import retouch` gives; import that.";
  bind_errors(m);
  bind_device(m);
  bind_geometry(m);
  bind_stream(m);
  bind_image(m);
  bind_object(m);
  bind_patch(m);
  bind_frame(m);
  bind_sprite(m);
  bind_filter(m);
  bind_fill(m);
  bind_transform(m);
  bind_anonymize(m);
  bind_shape(m);
  bind_text(m);
  bind_canvas(m);
  bind_cv();
  // What a GPU may still work with is kept until then.
  nb::module_::import_("atexit").attr("register")(nb::cpp_function([] { sweep_graves(true); }));
}
