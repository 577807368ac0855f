// What all that reads JSON shares.
#pragma once

#include <string_view>

namespace retouch::detail {

/// The JSON library's message without its own name and number in front:
/// "[json.exception.parse_error.101] parse error at line 1, column 5: ..."
inline std::string_view without_tag(std::string_view message) {
  const auto end = message.find("] ");
  return end == std::string_view::npos ? message : message.substr(end + 2);
}

}  // namespace retouch::detail
