// User functions: what sees every frame of a pipeline. The user's own, in a shared library, and just as well the
// built-in detector: one concept.
//
//   #include <retouch/pipeline/function.hpp>
//   #include <retouch/filter.hpp>
//
//   class BlurFaces : public retouch::FrameFunction {
//    public:
//     explicit BlurFaces(const retouch::Kwargs& kwargs) : sigma_(kwargs.get("sigma", 6.0)) {}
//     void process_frame(retouch::Frame& frame) override {
//       for (const auto& face : frame.objects("face"))
//         retouch::gaussian_blur(frame.stream(), frame.region(face.box), {.sigma_x = sigma_});
//     }
//    private:
//     double sigma_;
//   };
//   RETOUCH_REGISTER_FUNCTION(BlurFaces)
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "retouch/device.hpp"
#include "retouch/export.hpp"
#include "retouch/frame.hpp"

namespace retouch {

/// The values that a module's YAML (or the element's `kwargs` property) gives to a function. Remembers which keys were
/// asked for, so that a misspelt key is an error when the function has been made.
class RETOUCH_EXPORT Kwargs {
 public:
  Kwargs();
  /// From a JSON object, e.g. {"sigma": 6, "labels": ["face"]}. Throws InvalidArgument with the position of a syntax
  /// error.
  static Kwargs from_json(std::string_view json);
  ~Kwargs();
  Kwargs(const Kwargs&);
  Kwargs& operator=(const Kwargs&);

  bool has(std::string_view key) const;

  /// The value of `key`, or `fallback` when it is not given. Throws InvalidArgument that names the key, the value and
  /// what was expected when the value is of another type. A whole number is taken where a real one is expected.
  bool get(std::string_view key, bool fallback) const;
  int get(std::string_view key, int fallback) const;
  double get(std::string_view key, double fallback) const;
  std::string get(std::string_view key, const std::string& fallback) const;
  std::string get(std::string_view key, const char* fallback) const { return get(key, std::string(fallback)); }
  std::vector<std::string> get(std::string_view key, const std::vector<std::string>& fallback) const;
  std::vector<double> get(std::string_view key, const std::vector<double>& fallback) const;

  /// The same, for a key that must be given. Throws InvalidArgument when it is not.
  std::string require_string(std::string_view key) const;

  /// The value of a key, of any type, as JSON text; "null" when it is not given.
  std::string get_json(std::string_view key) const;

  /// Keys given that no get() asked for.
  std::vector<std::string> unused() const;
  /// Keys that get() or has() asked for.
  std::vector<std::string> asked() const;

  /// The whole as JSON text.
  std::string json() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

/// Derive, override process_frame, register. The pipeline makes one instance per element, calls it from one thread at a
/// time, in this order: on_start; per source on_source_add, process_frame ..., on_source_eos; on_stop (always, when
/// on_start succeeded). An exception from process_frame is handled by the element's on-error policy; from any other
/// hook it stops the pipeline.
class RETOUCH_EXPORT FrameFunction {
 public:
  FrameFunction() = default;
  virtual ~FrameFunction();
  FrameFunction(const FrameFunction&) = delete;
  FrameFunction& operator=(const FrameFunction&) = delete;

  /// Before the first frame; `device` is where frames will be.
  virtual void on_start(Device device);
  /// Before the first frame of a source.
  virtual void on_source_add(const std::string& source_id);
  /// Edits the frame in place. Enqueue on frame.stream(); the pipeline waits for it once after the last function of the
  /// chain.
  virtual void process_frame(Frame& frame) = 0;
  /// After the last frame of a source.
  virtual void on_source_eos(const std::string& source_id);
  /// When the pipeline stops.
  virtual void on_stop();
};

using FunctionFactory = std::function<std::unique_ptr<FrameFunction>(const Kwargs&)>;

/// Makes a function known by name in this process. Called by RETOUCH_REGISTER_FUNCTION when a library loads; a program
/// may call it itself. Throws InvalidArgument when the name is taken by another library.
RETOUCH_EXPORT void register_function(const std::string& name, FunctionFactory factory);

/// Names registered so far.
RETOUCH_EXPORT std::vector<std::string> registered_functions();

/// Makes the function that `spec` names:
///   NAME              registered in this process, or built in ("face_detector")
///   libfile.so:NAME   loads the library first: a path, or a file name searched in $RETOUCH_FUNCTION_PATH, the current
///   folder
///                     and the folders of the system's loader
///   file.py:CLASS     a Python class (or function) of a file, searched in the same way but for the system's folders
///   package.module:CLASS   the same of a module that Python finds; "?dev_mode" behind either reads it again when its
///                     file changes. Python is started when the process has none: see retouch/pipeline/python.hpp
/// Throws FileError (library or file not found or not loadable, no Python), InvalidArgument (unknown name: the message
/// lists the known ones; kwargs of the wrong type or not asked for).
RETOUCH_EXPORT std::unique_ptr<FrameFunction> make_function(const std::string& spec, const Kwargs& kwargs);

}  // namespace retouch

/// Registers a class derived from FrameFunction under its own name. Its constructor takes nothing or a const Kwargs&.
#define RETOUCH_REGISTER_FUNCTION(Class) RETOUCH_REGISTER_FUNCTION_AS(Class, #Class)
/// The same under another name.
#define RETOUCH_REGISTER_FUNCTION_AS(Class, name)                                                                   \
  namespace {                                                                                                       \
  const bool retouch_registered_##Class = [] {                                                                      \
    ::retouch::register_function(name,                                                                              \
                                 [](const ::retouch::Kwargs& kwargs) -> std::unique_ptr<::retouch::FrameFunction> { \
                                   if constexpr (std::is_constructible_v<Class, const ::retouch::Kwargs&>)          \
                                     return std::make_unique<Class>(kwargs);                                        \
                                   else                                                                             \
                                     return (static_cast<void>(kwargs), std::make_unique<Class>());                 \
                                 });                                                                                \
    return true;                                                                                                    \
  }();                                                                                                              \
  }
