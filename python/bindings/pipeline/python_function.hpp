// A function whose class is Python's, as a pipeline's FrameFunction.
#pragma once

#include <memory>

#include "../bindings.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/pipeline/python.hpp"

namespace retouch::python {

/// For register_python_loader(): called without the GIL or with it.
std::unique_ptr<FrameFunction> load_python_function(const PythonSpec& spec, const Kwargs& kwargs);

/// A frame of the pipeline as Python's, for as long as this lives. Made, used and destroyed with the GIL.
class LentFrame {
 public:
  /// Objects and attributes move here, and back in the end.
  explicit LentFrame(Frame& frame);
  ~LentFrame();
  LentFrame(const LentFrame&) = delete;
  LentFrame& operator=(const LentFrame&) = delete;

  const nb::object& object() const { return object_; }
  /// Python's objects go into the frame; later use of the Python frame raises ExpiredFrame. Throws nb::python_error
  /// when what Python put into it cannot be kept.
  void take_back();

 private:
  Frame& frame_;
  Frame lent_;  // of its own: later functions of the chain still use the pipeline's
  nb::object object_;
};

}  // namespace retouch::python
