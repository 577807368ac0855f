#include "pipeline/runner/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "retouch/pipeline/runner.hpp"

namespace retouch {

namespace fs = std::filesystem;

OutputFile::OutputFile(const std::string& path, const std::string& input) : path_(path) {
  const auto fail = [&](const std::string& why) {
    throw RunError(RunFailure::output, fmt::format("output {} {}", path, why));
  };
  std::error_code error;
  const fs::path target(path);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (fs::is_directory(target, error)) fail("is a folder; give a file name, as in " + (target / "out.mp4").string());
  if (!fs::is_directory(folder, error))
    fail(fmt::format("cannot be written: the folder {0} does not exist; make it: mkdir -p {0}", folder.string()));
  if (fs::exists(target, error)) {
    if (!input.empty() && fs::equivalent(target, input, error))
      fail("is the input itself; give another name: a video is not changed in its own file");
    if (!fs::is_regular_file(target, error)) fail("is not a regular file; give the name of one");
    // Through a link to the file that it names, so that the link stays.
    if (fs::is_symlink(target, error)) path_ = fs::canonical(target, error).string();
  }
  const fs::path real(path_);
  partial_ = (real.parent_path() / ("." + real.filename().string() + ".partial")).string();
  const int file = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail(fmt::format("cannot be written: {}; give a folder that you may write to", std::strerror(errno)));
  ::close(file);
}

OutputFile::~OutputFile() {
  if (!published_) std::remove(partial_.c_str());
}

void OutputFile::publish() {
  const auto fail = [&] {
    throw RunError(RunFailure::output, fmt::format("output {}: cannot be finished: {}", path_, std::strerror(errno)));
  };
  const int file = ::open(partial_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail();
  const bool synced = ::fsync(file) == 0;
  const int reason = errno;
  ::close(file);
  errno = reason;
  if (!synced || std::rename(partial_.c_str(), path_.c_str()) != 0) fail();
  published_ = true;
}

}  // namespace retouch
