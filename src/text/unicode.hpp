// UTF-8 to characters.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace retouch::text {

inline constexpr char32_t replacement = 0xFFFD;

/// The first character; shortens `utf8` by what it takes, at least a byte. What is not UTF-8 (overlong forms,
/// surrogates and values beyond U+10FFFF too) gives U+FFFD for each longest start of a character, as the Unicode
/// standard recommends and browsers do.
inline char32_t next_character(std::string_view& utf8) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    utf8.remove_prefix(1);
    return lead;
  }
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  // The second byte's range is what rules out the forms that are not allowed.
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  std::size_t used = 1;
  bool good = lead >= 0xC2 && lead <= 0xF4;
  char32_t character = lead & (length == 2 ? 0x1FU : length == 3 ? 0x0FU : 0x07U);
  while (good && used < length) {
    if (used >= utf8.size() || byte(used) < low || byte(used) > high) {
      good = false;
      break;
    }
    character = character << 6U | (byte(used) & 0x3FU);
    low = 0x80;
    high = 0xBF;
    ++used;
  }
  utf8.remove_prefix(used);
  return good ? character : replacement;
}

/// Printable ASCII and newlines, nothing else.
inline bool is_plain_ascii(std::string_view text) {
  bool plain = true;
  for (const char c : text) plain = plain && ((c >= 0x20 && c < 0x7F) || c == '\n');
  return plain;
}

/// Where a line may be broken after, and what vanishes at the end of one. Not the no-break spaces.
inline bool is_space(char32_t c) {
  return c == ' ' || c == 0x1680 || (c >= 0x2000 && c <= 0x200B && c != 0x2007) || c == 0x205F || c == 0x3000;
}

/// Scripts that break between any two characters: Chinese, Japanese, Korean.
inline bool is_ideographic(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF01 && c <= 0xFFEF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/// Closing marks of those scripts, which no line begins with, and opening ones, which none ends with.
inline bool is_closing(char32_t c) {
  static constexpr std::u32string_view marks =
      U"、。，．：；？！）］｝〉》」』】〕〗〙〛ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々";
  return marks.find(c) != std::u32string_view::npos;
}
inline bool is_opening(char32_t c) {
  static constexpr std::u32string_view marks = U"（［｛〈《「『【〔〖〘〚";
  return marks.find(c) != std::u32string_view::npos;
}

}  // namespace retouch::text
