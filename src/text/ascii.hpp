// What makes labels of plain ASCII quick: the characters of a face that no substitution touches are set by a table of
// advances and pair kerning, learnt from HarfBuzz; words with others are shaped by HarfBuzz once and kept.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/face.hpp"

namespace retouch::text {

/// One glyph of a shaped word, in font units, so that it serves every size.
struct WordGlyph {
  std::uint32_t glyph = 0;
  std::int32_t advance = 0;
  std::int32_t x_offset = 0;
  std::int32_t y_offset = 0;
};

class AsciiTable {
 public:
  /// `tables` is null for a face that has none: everything is shaped by HarfBuzz then.
  AsciiTable(const Face& face, hb_face_t* tables);

  /// Appends the glyphs of a line of printable ASCII, as HarfBuzz would shape the whole of it. False, and nothing
  /// appended, when the face lacks one of the characters.
  bool shape(const Face& face, std::string_view line, std::vector<WordGlyph>& out) const;

 private:
  static constexpr std::size_t characters = 95;
  static constexpr std::int16_t unknown = INT16_MIN;
  static constexpr std::int16_t not_a_pair = INT16_MIN + 1;
  static constexpr std::size_t words_limit = 8192;
  struct Letter {
    std::uint32_t glyph = 0;
    std::int32_t advance = 0;
    bool plain = false;  // no substitution and no contextual positioning can involve it
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  static std::size_t index(char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)) - 0x20; }
  /// Plain characters only; false, and nothing appended, where that does not do.
  bool shape_plain(const Face& face, std::string_view text, std::vector<WordGlyph>& out) const;
  void shape_word(const Face& face, std::string_view text, std::vector<WordGlyph>& out) const;
  std::int16_t kerning(const Face& face, char a, char b) const;
  std::int16_t learn(const Face& face, char a, char b) const;

  std::array<Letter, characters> letters_{};
  bool space_is_neutral_ = false;  // nothing happens across a space: words can be set one by one
  mutable std::array<std::atomic<std::int16_t>, characters * characters> kerning_{};
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, std::vector<WordGlyph>, Hash, std::equal_to<>> words_;
};

/// HarfBuzz on a piece of ASCII, with nothing kept.
void shape_ascii(const Face& face, std::string_view text, std::vector<WordGlyph>& out);

}  // namespace retouch::text
