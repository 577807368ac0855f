// One call of an operation: which pictures it works with, which stream it goes on, and the order between that stream
// and the others that the pictures were used on.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "storage.hpp"

namespace retouch::python {

/// stream=: nothing, a retouch Stream, or another library's.
struct StreamArg {
  nb::object given;
  /// Throws TypeError for anything else. `device` is where the work is.
  StreamPtr resolve(const char* call, Device device) const;
};

/// A Device, or its name.
struct DeviceArg {
  Device device;
  std::string name;  // not looked up yet: that may throw
  DeviceArg() = default;
  DeviceArg(Device d) : device(d) {}
  operator Device() const { return name.empty() ? device : Device::parse(name); }
};

/// One picture: an ImageView (Image, FrameView) or a Frame. Any object is taken, and complained about by name.
struct ImageArg {
  nb::handle object;
};
/// One, or a list of them.
struct RegionsArg {
  nb::handle object;
};

/// The picture that `object` is; throws TypeError that says what was given and what is needed.
Picture picture_of(const char* call, const char* what, nb::handle object);

class Work {
 public:
  /// `call` is the function's name, for messages.
  explicit Work(const char* call) : call_(call) {}

  /// The pictures' views. The first picture's stream is taken when no other is asked for.
  ImageView use(const char* what, ImageArg image);
  std::vector<ImageView> use(RegionsArg regions);
  ImageView use(const Picture& picture);
  /// Host pixels that are captured by the call: their stream does not matter to others.
  ImageView capture(const Picture& picture);

  /// Enqueues: run(StreamView) is called without the GIL.
  template <class Run>
  void enqueue(const StreamArg& stream, Run&& run) {
    const StreamPtr on = begin(stream);
    {
      const nb::gil_scoped_release others_may_run;
      std::forward<Run>(run)(on->view());
    }
    end(on);
  }

 private:
  StreamPtr begin(const StreamArg& stream);
  void end(const StreamPtr& stream);

  const char* call_;
  std::vector<StoragePtr> storages_;
  std::vector<StoragePtr> captured_;
};

}  // namespace retouch::python

namespace nanobind::detail {

// These take any object; what it is is found out by the function, which then says what it needs.
#define RETOUCH_ANY_CASTER(Type, member, text)                                   \
  template <>                                                                    \
  struct type_caster<Type> {                                                     \
    NB_TYPE_CASTER(Type, const_name(text))                                       \
    bool from_python(handle src, uint32_t, cleanup_list*) noexcept {             \
      value.member = nb::borrow(src);                                            \
      return true;                                                               \
    }                                                                            \
    static handle from_cpp(const Type& src, rv_policy, cleanup_list*) noexcept { \
      return src.member.is_valid() ? src.member.inc_ref() : none().release();    \
    }                                                                            \
  };

RETOUCH_ANY_CASTER(retouch::python::StreamArg, given, "retouch.types.StreamLike")
RETOUCH_ANY_CASTER(retouch::python::ImageArg, object, "retouch.types.ImageLike")
RETOUCH_ANY_CASTER(retouch::python::RegionsArg, object, "retouch.types.RegionsLike")
#undef RETOUCH_ANY_CASTER

template <>
struct type_caster<retouch::python::DeviceArg> {
  NB_TYPE_CASTER(retouch::python::DeviceArg, const_name("retouch.types.DeviceLike"))
  bool from_python(handle src, uint32_t, cleanup_list*) noexcept {
    if (const auto* const device = retouch::python::instance<retouch::Device>(src)) {
      value.device = *device;
      return true;
    }
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_Check(src.ptr()) ? PyUnicode_AsUTF8AndSize(src.ptr(), &size) : nullptr;
    if (text == nullptr) {
      PyErr_Clear();
      return false;
    }
    value.name.assign(text, static_cast<std::size_t>(size));
    if (value.name.empty()) value.name = "(an empty text)";
    return true;
  }
  static handle from_cpp(const retouch::python::DeviceArg& src, rv_policy, cleanup_list*) noexcept {
    return nb::cast(src.device).release();
  }
};

}  // namespace nanobind::detail
