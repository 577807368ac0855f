// Words for error messages: the nearest known one, and lists.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace retouch {

/// The candidate that `word` most likely meant: few letters differ. Empty when none is near.
std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

/// "; did you mean 'kwargs'?", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// "a, b, c"
std::string join_words(std::span<const std::string> words);

}  // namespace retouch
