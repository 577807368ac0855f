// Functions that are written in Python, and who makes them. libretouch_pipeline does not link Python: the package's
// module retouch._pipeline registers itself here when it is imported, and make_function() has a Python look for it when
// a Python function is asked for and nobody has (docs/functions.md, Python).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "retouch/export.hpp"
#include "retouch/pipeline/function.hpp"

namespace retouch {

/// "blur.py:Blur", "package.module:Blur", or "@...:Blur", which stands for an object of the running program; with
/// "?dev_mode" behind it the file is read again when it changes.
struct PythonSpec {
  std::string module;
  std::string name;
  bool dev_mode = false;
};

/// Makes the function. Throws FileError (module not found, or it raised) and InvalidArgument (no such class, kwargs).
using PythonLoader = std::function<std::unique_ptr<FrameFunction>(const PythonSpec&, const Kwargs&)>;

/// The last one that was registered is used, for the whole process.
RETOUCH_EXPORT void register_python_loader(PythonLoader loader);

}  // namespace retouch
