#include "python_function.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "pipeline.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

namespace {

bool is_running() { return Py_IsInitialized() != 0; }

class PythonFunction final : public FrameFunction {
 public:
  explicit PythonFunction(nb::object hosted) : hosted_(std::move(hosted)) {}
  ~PythonFunction() override {
    if (!is_running()) {
      static_cast<void>(hosted_.release());  // the interpreter has taken everything with it
      return;
    }
    const nb::gil_scoped_acquire gil;
    hosted_.reset();
  }

  void on_start(Device device) override {
    call([&] { hosted_.attr("on_start")(device); });
  }
  void on_source_add(const std::string& source_id) override {
    call([&] { hosted_.attr("on_source_add")(source_id); });
  }
  void process_frame(Frame& frame) override {
    call([&] {
      LentFrame lent(frame);
      hosted_.attr("process_frame")(lent.object());
      lent.take_back();
    });
  }
  void on_source_eos(const std::string& source_id) override {
    call([&] { hosted_.attr("on_source_eos")(source_id); });
  }
  void on_stop() override {
    call([&] { hosted_.attr("on_stop")(); });
  }

 private:
  // An exception of Python's becomes one line that names the place; Python's own objects stay on this side.
  template <class Hook>
  void call(Hook&& hook) {
    std::string failure;
    {
      const nb::gil_scoped_acquire gil;
      try {
        hook();
        return;
      } catch (const nb::python_error& error) {
        failure = describe(error);
      }
    }
    throw std::runtime_error(failure);
  }

  std::string describe(const nb::python_error& error) const {
    try {
      return nb::cast<std::string>(hosted_.attr("failed")(error.value()));
    } catch (const std::exception&) {
      return "it raised an exception, and so did telling of it";
    }
  }

  nb::object hosted_;
};

}  // namespace

const Lending& lending() {
  static const auto* const found = static_cast<const Lending*>(PyCapsule_Import(Lending::name, 0));
  if (found == nullptr) throw nb::python_error();
  return *found;
}

LentFrame::LentFrame(Frame& frame) : frame_(frame), lent_(frame.view().image(), frame.stream(), frame.info()) {
  lent_.objects() = std::move(frame.objects());
  lent_.attributes() = std::move(frame.attributes());
  lent_.set_keeper(frame.keeper());
  object_ = nb::steal(lending().lend(lent_));
  if (!object_.is_valid()) throw nb::python_error();
}

void LentFrame::take_back() { object_.attr("expire")(); }

LentFrame::~LentFrame() {
  try {
    take_back();
  } catch (const std::exception&) {  // the function has failed already, which is told
  }
  frame_.objects() = std::move(lent_.objects());
  frame_.attributes() = std::move(lent_.attributes());
}

std::unique_ptr<FrameFunction> load_python_function(const PythonSpec& spec, const Kwargs& kwargs) {
  std::string failure;
  bool is_argument = false;
  {
    const nb::gil_scoped_acquire gil;
    try {
      nb::object hosted =
          nb::module_::import_("retouch._functions").attr("host")(spec.module, spec.name, kwargs.json(), spec.dev_mode);
      return std::make_unique<PythonFunction>(std::move(hosted));
    } catch (const nb::python_error& error) {
      is_argument = error.matches(nb::module_::import_("retouch.errors").attr("InvalidArgument"));
      failure = nb::cast<std::string>(nb::str(error.value()));
    }
  }
  if (is_argument) throw InvalidArgument(failure);
  throw FileError(failure);
}

}  // namespace retouch::python
