// How objects are drawn, as a module's YAML or kwargs say it: rendered_objects and condition.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "retouch/object_style.hpp"

namespace retouch {

/// Where in the specification: keys, list entries by their number.
using SpecPath = std::vector<std::string>;

/// What is wrong, and where. The caller knows whether that is a line of a file or a kwarg.
class DrawSpecError : public std::runtime_error {
 public:
  DrawSpecError(SpecPath path, const std::string& text, std::string key = {})
      : std::runtime_error(text), path_(std::move(path)), key_(std::move(key)) {}
  const SpecPath& path() const { return path_; }
  /// The key that should not be there, in the mapping at path().
  const std::string& key() const { return key_; }

 private:
  SpecPath path_;
  std::string key_;
};

struct DrawSpec {
  ObjectsStyle style;
  std::string tag;  ///< frames need this attribute; empty = all are drawn on
  std::vector<std::pair<SpecPath, std::string>> warnings;
};

/// Reads {"rendered_objects": ..., "condition": ...}; either may be missing or null, and other keys are not looked at.
/// Throws DrawSpecError.
DrawSpec read_draw_spec(const nlohmann::ordered_json& spec);

/// "rendered_objects.yolo.car.bbox"
std::string joined(const SpecPath& path);

}  // namespace retouch
