// A module: what a YAML file says about a pipeline. docs/module_yaml.md describes the file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/error.hpp"
#include "retouch/export.hpp"

namespace retouch {

/// A module file that breaks the schema. The message says file, line, key and what was expected.
class RETOUCH_EXPORT ModuleError : public InvalidArgument {
 public:
  using InvalidArgument::InvalidArgument;
};

/// Name and value as text, in the order of the file; GStreamer reads the values as gst-launch-1.0 does.
using Properties = std::vector<std::pair<std::string, std::string>>;

/// One entry of pipeline.elements.
struct Stage {
  enum class Kind { function, element };
  Kind kind = Kind::function;
  std::string name;           ///< a frame function ("face_detector", "/path/lib.so:Blur") or a GStreamer element
  std::string kwargs = "{}";  ///< function: a JSON object
  Properties properties;      ///< element
};

struct Source {
  std::string uri;               ///< a file's path or a URI; empty when the module leaves it to the command line
  std::string decoder = "auto";  ///< "auto" (fits the device), "cpu", or the name of a GStreamer element
};

struct Output {
  std::string file;              ///< empty when the module leaves it to the command line
  std::string format;            ///< "mp4", "mov", "mkv"; empty: by the file's extension; "none": nothing is written
  std::string encoder = "auto";  ///< "auto", or the name of a GStreamer element that makes H.264
  int bitrate = 0;               ///< kbit/s; 0: constant quality
  int quality = 21;              ///< 0 (best) to 51, when no bitrate is given
  std::string speed = "veryfast";
  Properties properties;  ///< of the encoder, set last
};

struct Module {
  std::string name;
  std::string device = "auto";
  std::string on_error = "stop";  ///< when a function throws: "stop", "skip" (drop the frame), "pass"
  double stall_timeout = 60;      ///< seconds without progress until the run is given up; 0: never
  bool keep_damaged = false;      ///< damaged input: write what can be decoded
  Source source;
  std::vector<Stage> stages;  ///< parameters.draw_func is the last one
  Output output;
  std::vector<std::string> warnings;  ///< what is not taken as it is written; Runner tells them
};

/// Reads a module file. `overrides` are "key.path=value" (as of `retouch run --set`), applied before the check.
/// Throws FileError (not readable), ModuleError.
RETOUCH_EXPORT Module load_module(const std::string& path, const std::vector<std::string>& overrides = {});

/// The same from text; `path` is for messages, and its folder for relative library paths and ${module_dir}.
RETOUCH_EXPORT Module parse_module(std::string_view text, const std::string& path,
                                   const std::vector<std::string>& overrides = {});

}  // namespace retouch
