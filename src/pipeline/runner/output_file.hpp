// The output while it is written: `.NAME.partial` beside it, which takes its name when it is whole.
#pragma once

#include <string>

namespace retouch {

class OutputFile {
 public:
  /// Checks that the file can be written. `input` (a path; may be empty) must be another file. Throws RunError(output).
  OutputFile(const std::string& path, const std::string& input);
  /// Removes what was not published.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& partial_path() const { return partial_; }

  /// Brings the bytes to the disk and gives the file its name, replacing an older one. Throws RunError(output).
  void publish();

 private:
  std::string path_;
  std::string partial_;
  bool published_ = false;
};

}  // namespace retouch
