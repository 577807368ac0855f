// Python is neither linked nor are its headers used: one binary works with every version, and without any.
#include "pipeline/python_host.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <filesystem>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

#include "retouch/error.hpp"

namespace retouch {
namespace {

namespace fs = std::filesystem;

struct Registered {
  std::mutex mutex;
  PythonLoader loader;
};
Registered& registered() {
  static auto* const instance = new Registered;  // never destroyed: the loader belongs to Python
  return *instance;
}
PythonLoader registered_loader() {
  const std::scoped_lock lock(registered().mutex);
  return registered().loader;
}

// The few functions of Python that are needed, from wherever they are in this process.
struct Python {
  using Object = void*;
  int (*is_initialized)() = nullptr;
  void (*initialize)(int signals) = nullptr;
  void (*set_program_name)(const wchar_t*) = nullptr;  // not in every version
  Object (*save_thread)() = nullptr;
  int (*take_gil)() = nullptr;
  void (*give_gil)(int) = nullptr;
  int (*run)(const char*, void*) = nullptr;
  Object (*import_module)(const char*) = nullptr;
  Object (*attribute)(Object, const char*) = nullptr;
  Object (*text)(Object) = nullptr;
  const char* (*characters)(Object) = nullptr;
  void (*fetch_error)(Object*, Object*, Object*) = nullptr;
  void (*release)(Object) = nullptr;

  bool load(void* library) {
    const auto find = [library](auto& function, const char* name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
      return function != nullptr;
    };
    find(set_program_name, "Py_SetProgramName");
    return find(is_initialized, "Py_IsInitialized") && find(initialize, "Py_InitializeEx") &&
           find(save_thread, "PyEval_SaveThread") && find(take_gil, "PyGILState_Ensure") &&
           find(give_gil, "PyGILState_Release") && find(run, "PyRun_SimpleStringFlags") &&
           find(import_module, "PyImport_ImportModule") && find(attribute, "PyObject_GetAttrString") &&
           find(text, "PyObject_Str") && find(characters, "PyUnicode_AsUTF8") && find(fetch_error, "PyErr_Fetch") &&
           find(release, "Py_DecRef");
  }

  // What a candidate's Python was asked to do fails with an exception: its text. The GIL is held.
  std::string error() const {
    std::array<Object, 3> parts{};
    fetch_error(&parts[0], &parts[1], &parts[2]);
    std::string message;
    for (const Object part : {parts[0] == nullptr ? nullptr : attribute(parts[0], "__name__"), parts[1]}) {
      const Object written = part == nullptr ? nullptr : text(part);
      const char* letters = written == nullptr ? nullptr : characters(written);
      if (letters != nullptr) message += (message.empty() ? "" : ": ") + std::string(letters);
      release(written);
    }
    return message;
  }
};

// What a Python program says about itself.
struct Answer {
  std::string program;
  std::string version;
  std::string apt;                     // the package with its library, on Debian and Ubuntu
  std::string setup;                   // a line of Python that makes sys.path and so on like the program's
  std::vector<std::string> libraries;  // that exist
  bool has_retouch = false;
};

constexpr std::string_view question = R"python(
import importlib.util, os, sys, sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
get = sysconfig.get_config_var
names = [n for n in (get("INSTSONAME"), get("LDLIBRARY")) if n and ".so" in n]
folders = [get("LIBDIR"), os.path.join(get("LIBDIR") or "", get("MULTIARCH") or ""), get("LIBPL"), sys.base_prefix + "/lib"]
for path in dict.fromkeys(os.path.join(f, n) for n in names for f in folders if f):
    if os.path.exists(path): print("library", path)
path = [p for p in sys.path if p]
print("program", sys.executable)
print("version", sys.version.split()[0])
print("apt", "libpython%d.%d" % sys.version_info[:2] if sys.base_prefix == "/usr" else "")
print("setup", "import sys; sys.path[:] = %r; sys.prefix = %r; sys.exec_prefix = %r; sys.executable = %r"
      % (path, sys.prefix, sys.exec_prefix, sys.executable))
package = importlib.util.find_spec("retouch")
homes = package.submodule_search_locations or [] if package else []
print("retouch", int(any(os.path.exists(os.path.join(h, "_pipeline" + s)) for h in homes for s in EXTENSION_SUFFIXES)))
)python";

std::string shell_word(std::string_view text) {
  std::string shell = "'";
  for (const char c : text) shell += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return shell + "'";
}

// Empty when there is no such program, or it is no Python.
Answer ask(const std::string& program) {
  Answer answer;
  FILE* const pipe =
      popen(fmt::format("{} -c {} 2>/dev/null </dev/null", shell_word(program), shell_word(question)).c_str(), "re");
  if (pipe == nullptr) return answer;
  std::string said;
  std::array<char, 4096> chunk{};
  for (std::size_t read = 0; (read = fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) said.append(chunk.data(), read);
  if (pclose(pipe) != 0) return answer;
  std::string_view rest = said;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, space);
    const std::string value(line.substr(space + 1));
    if (key == "library") answer.libraries.push_back(value);
    if (key == "program") answer.program = value;
    if (key == "version") answer.version = value;
    if (key == "apt") answer.apt = value;
    if (key == "setup") answer.setup = value;
    if (key == "retouch") answer.has_retouch = value == "1";
  }
  return answer;
}

// Who to ask, and why him.
std::vector<std::pair<std::string, std::string>> candidates() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const std::string chosen = variable("RETOUCH_PYTHON"); !chosen.empty()) return {{chosen, "$RETOUCH_PYTHON"}};
  if (const std::string active = variable("VIRTUAL_ENV"); !active.empty())
    return {{(fs::path(active) / "bin/python").string(), "the active virtual environment"}};
  return {{"python3", "$PATH"}};
}

// Starts the Python of a candidate in this process, for good. Returns why not.
std::string start(Python& python, const std::string& candidate, const std::string& origin) {
  const Answer answer = ask(candidate);
  if (answer.version.empty()) return fmt::format("'{}' (of {}) does not run, or is no Python", candidate, origin);
  const std::string name = fmt::format("{} (Python {}, of {})", answer.program, answer.version, origin);
  if (!answer.has_retouch)
    return fmt::format("{} has no package retouch, or one without its pipelines: {} -m pip install retouch", name,
                       answer.program);
  if (answer.libraries.empty())
    return fmt::format("{} has no shared library: {}", name,
                       answer.apt.empty() ? "it must be built with --enable-shared; the command 'retouch' of the "
                                            "Python package, and Python programs, need none"
                                          : "apt-get install " + answer.apt);
  std::string failure;
  for (const std::string& library : answer.libraries) {
    // Global: extension modules of Python find its functions in the process.
    void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (handle == nullptr) {
      failure = dlerror();
      continue;
    }
    if (!python.load(handle)) {
      failure = library + " lacks functions that are needed";
      continue;
    }
    if (python.set_program_name != nullptr) {
      // By it Python finds its standard library, and the virtual environment.
      static std::wstring wide;
      wide.assign(fs::path(answer.program).wstring());
      python.set_program_name(wide.c_str());
    }
    python.initialize(0);  // without its signal handlers: signals are the program's
    python.run((answer.setup + "\nsys.stdout.reconfigure(line_buffering=True)").c_str(), nullptr);
    python.save_thread();
    return {};
  }
  return fmt::format("{}: {}", name, failure);
}

Python running_python() {
  static std::mutex mutex;
  static Python python;
  const std::scoped_lock lock(mutex);
  if (python.is_initialized != nullptr) return python;
  if (Python here; here.load(RTLD_DEFAULT) && here.is_initialized() != 0) return python = here;
  std::string tried;
  for (const auto& [candidate, origin] : candidates()) {
    Python fresh;
    const std::string failure = start(fresh, candidate, origin);
    if (failure.empty()) return python = fresh;
    tried += (tried.empty() ? "" : "; ") + failure;
  }
  throw FileError(fmt::format(
      "no Python that can run the function: {} (a Python is looked for in $RETOUCH_PYTHON, $VIRTUAL_ENV and $PATH)",
      tried));
}

}  // namespace

void register_python_loader(PythonLoader loader) {
  const std::scoped_lock lock(registered().mutex);
  registered().loader = std::move(loader);
}

PythonLoader detail::python_loader() {
  if (auto loader = registered_loader()) return loader;
  const Python python = running_python();
  const int state = python.take_gil();
  Python::Object module = python.import_module("retouch._pipeline");
  const std::string failure = module == nullptr ? python.error() : std::string();
  python.release(module);
  python.give_gil(state);
  if (!failure.empty())
    throw FileError(
        fmt::format("the package retouch cannot be imported into Python: {}; pip install retouch", failure));
  if (auto loader = registered_loader()) return loader;
  throw FileError(
      "the Python package retouch belongs to another installation of retouch than this program: install both "
      "of one version");
}

}  // namespace retouch
