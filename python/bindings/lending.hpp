// What retouch._core gives to retouch._pipeline, as the capsule retouch._core._lending: the binding of Frame is in the
// one module alone.
#pragma once

#include <functional>

#include "bindings.hpp"
#include "retouch/frame.hpp"

namespace retouch::python {

struct Lending {
  static constexpr const char* name = "retouch._core._lending";
  /// A retouch.Frame around a frame, which must live until its method expire() was called: that puts back what Python
  /// changed, and then the object is of no more use. A new reference; null with Python's error set.
  PyObject* (*lend)(Frame& frame) noexcept;

  /// Calls `work` without the GIL, in the order of other work with these pixels (an Image, FrameView or Frame), with
  /// the stream that it is to be enqueued on. Throws what `work` throws, TypeError, ExpiredFrame. `call` is for
  /// messages.
  void (*use)(const char* call, nb::handle image, const std::function<void(const ImageView&, StreamView)>& work);
};

}  // namespace retouch::python
