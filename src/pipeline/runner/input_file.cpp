#include "pipeline/runner/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <glib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "pipeline/runner/gst_support.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch {

InputFile inspect_input(const std::string& uri) {
  namespace fs = std::filesystem;
  if (uri.empty())
    throw RunError(RunFailure::usage, "no input: give --input FILE, or pipeline.source.uri in the module file");
  InputFile input{uri, uri, std::nullopt};
  if (uri.starts_with("file://")) {
    const GstPtr<gchar> path(g_filename_from_uri(uri.c_str(), nullptr, nullptr));
    if (!path) throw RunError(RunFailure::input, fmt::format("input {}: not a file URI that names a local file", uri));
    input.path = path.get();
  } else if (uri.find("://") != std::string::npos) {
    input.path.clear();
    return input;
  }
  const auto fail = [&](const std::string& why) {
    throw RunError(RunFailure::input, fmt::format("input {} {}", uri, why));
  };
  std::error_code error;
  const fs::file_status status = fs::status(input.path, error);
  if (!fs::exists(status)) fail("does not exist; check the name");
  if (fs::is_directory(status)) fail("is a folder; give a video file");
  if (!fs::is_regular_file(status)) fail("is not a regular file; give a video file");
  if (fs::file_size(input.path, error) == 0) fail("is empty; give a video file");
  const int file = ::open(input.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
  ::close(file);
  input.iso = read_iso_file(input.path);
  return input;
}

}  // namespace retouch
