// Where tests find files. The environment comes first, so that test programs also run away from the trees that they
// were built in (tools/gpu_bundle): RETOUCH_SOURCE_DIR is a folder with assets/, tests/ and examples/ as in the
// repository, RETOUCH_BUILD_DIR one with bin/ and lib/ as in the build tree.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace retouch::test {

inline std::filesystem::path folder_of(const char* variable, const char* built_in) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : built_in;
}

/// A file of the repository: source_path("assets/astronaut.png").
inline std::filesystem::path source_path(std::string_view relative) {
  return folder_of("RETOUCH_SOURCE_DIR", RETOUCH_TEST_SOURCE_DIR) / relative;
}

/// A file of the build tree: build_path("bin/retouch").
inline std::filesystem::path build_path(std::string_view relative) {
  return folder_of("RETOUCH_BUILD_DIR", RETOUCH_TEST_BUILD_DIR) / relative;
}

}  // namespace retouch::test
