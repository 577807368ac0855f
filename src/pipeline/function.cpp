// The life cycle's defaults, the registry of functions by name, and the libraries that they come from.
#include "retouch/pipeline/function.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

#include "core/check.hpp"
#include "pipeline/function_name.hpp"
#include "pipeline/python_host.hpp"
#include "retouch/error.hpp"

namespace retouch {

namespace fs = std::filesystem;

FrameFunction::~FrameFunction() = default;
void FrameFunction::on_start(Device /*device*/) {}
void FrameFunction::on_source_add(const std::string& /*source_id*/) {}
void FrameFunction::on_source_eos(const std::string& /*source_id*/) {}
void FrameFunction::on_stop() {}

namespace {

constexpr std::string_view library_prefix = "libretouch_function_";
constexpr std::string_view library_suffix = ".so";
constexpr std::string_view python_suffix = ".py";

// What a library registers while it loads on this thread. An exception must not leave a static initialiser that runs
// inside dlopen (it would end the process), so the first one waits here.
struct Loading {
  std::vector<std::string> names;
  std::exception_ptr error;
};
thread_local Loading* loading = nullptr;

struct Registry {
  std::mutex mutex;
  std::map<std::string, FunctionFactory, std::less<>> factories;
  // One library at a time: two threads that load one file must both find its functions registered. Recursive because a
  // library's own initialiser may make a function.
  std::recursive_mutex load_mutex;
  std::map<std::string, std::vector<std::string>, std::less<>> libraries;  // path -> what it registered
  std::map<void*, std::vector<std::string>> handles;                       // dlopen's handle -> the same
};

Registry& registry() {
  // Never destroyed: factories live in libraries whose unloading order at exit is not ours.
  static auto* instance = new Registry;
  return *instance;
}

FunctionFactory find_factory(std::string_view name) {
  Registry& r = registry();
  const std::scoped_lock lock(r.mutex);
  const auto found = r.factories.find(name);
  return found == r.factories.end() ? FunctionFactory() : found->second;
}

std::vector<std::string> split_path(std::string_view list) {
  std::vector<std::string> folders;
  while (!list.empty()) {
    const auto end = list.find(':');
    if (end != 0) folders.emplace_back(list.substr(0, end));
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return folders;
}

std::vector<std::string> user_folders() {
  const char* path = std::getenv("RETOUCH_FUNCTION_PATH");
  return split_path(path == nullptr ? "" : path);
}

// Where built-in functions are looked for: the user's folders, then beside this library and in its `retouch` subfolder.
std::vector<std::string> builtin_folders() {
  std::vector<std::string> folders = user_folders();
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&builtin_folders), &info) != 0 && info.dli_fname != nullptr) {
    std::error_code ignored;
    const fs::path here = fs::absolute(info.dli_fname, ignored).parent_path();
    folders.push_back(here.string());
    folders.push_back((here / "retouch").string());
  }
  return folders;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// What could be named: everything registered, and the built-in libraries that are not loaded yet.
std::string known_functions() {
  std::set<std::string> names;
  for (auto& name : registered_functions()) names.insert(std::move(name));
  for (const auto& folder : builtin_folders()) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      const std::string file = entry.path().filename().string();
      if (file.size() > library_prefix.size() + library_suffix.size() && file.starts_with(library_prefix) &&
          file.ends_with(library_suffix))
        names.insert(file.substr(library_prefix.size(), file.size() - library_prefix.size() - library_suffix.size()));
    }
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

// dlerror without the file's name in front, which our messages have already.
std::string loader_message(const std::string& path) {
  const char* text = dlerror();
  std::string message = text == nullptr ? "unknown reason" : text;
  if (message.starts_with(path + ": ")) message.erase(0, path.size() + 2);
  std::replace(message.begin(), message.end(), '\n', ' ');
  return message;
}

// Loads a library, for good, and returns the names that it registered. `path` goes to the system's loader as it is.
std::vector<std::string> load_library(const std::string& path) {
  Registry& r = registry();
  const std::scoped_lock lock(r.load_mutex);
  if (const auto known = r.libraries.find(path); known != r.libraries.end()) return known->second;
  Loading current;
  Loading* const outer = std::exchange(loading, &current);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  loading = outer;
  std::string failure;
  if (handle == nullptr) {
    failure = loader_message(path);
  } else if (current.error) {
    try {
      std::rethrow_exception(current.error);
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }
  if (!failure.empty()) {
    {
      const std::scoped_lock names(r.mutex);
      for (const auto& name : current.names) r.factories.erase(name);
    }
    if (handle != nullptr) dlclose(handle);
    throw FileError(
        fmt::format("function library '{}' cannot be loaded: {}; it must be a shared library built for this "
                    "machine, with all that 'ldd' lists for it installed",
                    path, failure));
  }
  std::sort(current.names.begin(), current.names.end());
  // The same file under another name has registered nothing new: take what it registered then.
  return r.libraries[path] = r.handles.try_emplace(handle, current.names).first->second;
}

// The file that `library` (the part before the colon) means; empty when it is left to the system's loader.
std::string find_library(const std::string& library) {
  if (library.find('/') != std::string::npos) {
    if (!is_file(library))
      throw FileError(fmt::format("{} '{}' does not exist",
                                  library.ends_with(python_suffix) ? "Python file" : "function library", library));
    std::error_code ignored;
    return fs::absolute(library, ignored).lexically_normal().string();
  }
  std::vector<std::string> folders = user_folders();
  folders.emplace_back(".");
  for (const auto& folder : folders) {
    const fs::path candidate = fs::path(folder) / library;
    std::error_code ignored;
    if (is_file(candidate)) return fs::absolute(candidate, ignored).lexically_normal().string();
  }
  return {};
}

FunctionFactory from_library(const std::string& library, const std::string& name) {
  const std::string path = find_library(library);
  std::vector<std::string> names;
  if (!path.empty()) {
    names = load_library(path);
  } else {
    try {
      names = load_library(library);
    } catch (const FileError& error) {
      if (std::string_view(error.what()).find("cannot be loaded: cannot open shared object file") ==
          std::string_view::npos)
        throw;
      throw FileError(fmt::format(
          "function library '{}' is not there: looked in $RETOUCH_FUNCTION_PATH, the current folder and the "
          "system's library folders; give its path, or add its folder to $RETOUCH_FUNCTION_PATH",
          library));
    }
  }
  if (std::find(names.begin(), names.end(), name) == names.end())
    detail::invalid(
        "function '{}' is not in library '{}', which has: {}", name, path.empty() ? library : path,
        names.empty() ? "none (is RETOUCH_REGISTER_FUNCTION missing?)" : fmt::format("{}", fmt::join(names, ", ")));
  return find_factory(name);
}

// A file of Python, a module of it ("package.module"), or "@...", which is for the loader of Python functions to know.
bool is_python(std::string_view library) {
  if (library.starts_with('@') || library.ends_with(python_suffix)) return true;
  if (library.empty() || library.find(library_suffix) != std::string_view::npos) return false;
  bool begins = true;
  for (const char c : library) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (begins ? !letter : !letter && !digit && c != '.') return false;
    begins = c == '.';
  }
  return !begins;
}

// Where a file of Python lies; other modules are for Python to find.
std::string find_python(const std::string& module) {
  if (!module.ends_with(python_suffix)) return module;
  std::string path = find_library(module);
  if (path.empty())
    throw FileError(fmt::format(
        "Python file '{}' is not there: looked in $RETOUCH_FUNCTION_PATH and the current folder; give its path",
        module));
  return path;
}

FunctionFactory from_name(const std::string& name) {
  if (auto factory = find_factory(name)) return factory;
  const std::string file = fmt::format("{}{}{}", library_prefix, name, library_suffix);
  if (name.find('/') == std::string::npos) {
    for (const auto& folder : builtin_folders()) {
      const fs::path candidate = fs::path(folder) / file;
      if (is_file(candidate)) return from_library(fs::absolute(candidate).lexically_normal().string(), name);
    }
  }
  detail::invalid(
      "function '{}' is not known; known are: {}; for one of your own write LIBRARY.so:NAME or FILE.py:CLASS", name,
      known_functions());
}

}  // namespace

void register_function(const std::string& name, FunctionFactory factory) {
  const auto add = [&] {
    if (name.empty() || name.find_first_of(":,/ ") != std::string::npos)
      detail::invalid("register_function: '{}' cannot be a name: it is empty or has one of ':', ',', '/', ' '", name);
    if (!factory) detail::invalid("register_function: '{}' has no factory", name);
    Registry& r = registry();
    const std::scoped_lock lock(r.mutex);
    if (!r.factories.try_emplace(name, std::move(factory)).second)
      detail::invalid("function '{}' is registered already, by another library", name);
  };
  if (loading == nullptr) return add();
  try {
    add();
    loading->names.push_back(name);
  } catch (...) {
    if (!loading->error) loading->error = std::current_exception();
  }
}

std::vector<std::string> registered_functions() {
  Registry& r = registry();
  const std::scoped_lock lock(r.mutex);
  std::vector<std::string> names;
  for (const auto& [name, factory] : r.factories) names.push_back(name);
  return names;
}

std::unique_ptr<FrameFunction> make_function(const std::string& spec, const Kwargs& kwargs) {
  const auto [library, name, options] = detail::split_function_spec(spec);
  if (name.empty() || (spec.find(':') != std::string::npos && library.empty()) ||
      (library.empty() && name.ends_with(library_suffix)))
    detail::invalid("function '{}': expected NAME, LIBRARY.so:NAME or FILE.py:CLASS", spec);
  const bool in_python = is_python(library);
  if (!options.empty() && (options != "dev_mode" || !in_python))
    detail::invalid("function '{}': '?{}' is not known; a Python function may have ?dev_mode", spec, options);
  std::unique_ptr<FrameFunction> function;
  try {
    if (in_python)
      function = detail::python_loader()({find_python(library), name, !options.empty()}, kwargs);
    else
      function = (library.empty() ? from_name(name) : from_library(library, name))(kwargs);
  } catch (const InvalidArgument& error) {
    detail::invalid("function '{}': {}", name, error.what());
  }
  if (!function) detail::invalid("function '{}': its factory made nothing", name);
  if (in_python) return function;  // which has all kwargs, and says what it does not take
  if (const auto unused = kwargs.unused(); !unused.empty()) {
    const auto asked = kwargs.asked();
    detail::invalid("function '{}' takes no kwarg '{}'; it takes: {}", name, fmt::join(unused, "', '"),
                    asked.empty() ? "none" : fmt::format("{}", fmt::join(asked, ", ")));
  }
  return function;
}

}  // namespace retouch
