// The Python in which Python functions live: the one of this process, or one that is started for them.
#pragma once

#include "retouch/pipeline/python.hpp"

namespace retouch::detail {

/// What retouch._pipeline registered. When it has not yet: imports it into the Python that runs in this process, else
/// starts the one of $RETOUCH_PYTHON, of the active virtual environment, or the first python3 of $PATH, and imports it
/// there. Throws FileError that says what is missing and how to install it.
PythonLoader python_loader();

}  // namespace retouch::detail
