// How the text that names a function is read.
#pragma once

#include <string>

namespace retouch::detail {

/// "LIBRARY:NAME?OPTIONS": LIBRARY: and ?OPTIONS may be missing.
struct FunctionName {
  std::string library;
  std::string name;
  std::string options;
};

inline FunctionName split_function_spec(const std::string& spec) {
  FunctionName parts;
  const std::size_t colon = spec.rfind(':');
  if (colon != std::string::npos) parts.library = spec.substr(0, colon);
  parts.name = colon == std::string::npos ? spec : spec.substr(colon + 1);
  const std::size_t question = parts.name.find('?');
  if (question != std::string::npos) {
    parts.options = parts.name.substr(question + 1);
    parts.name.erase(question);
  }
  return parts;
}

}  // namespace retouch::detail
