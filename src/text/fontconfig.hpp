// What fontconfig is asked: which file is a family, and which fonts follow it for characters that it lacks. Only fonts
// with outlines count.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "text/face.hpp"

namespace retouch::text {

struct FoundFont {
  std::string path;
  int index = 0;
  std::string family;
  bool bold = false;          ///< semi-bold or heavier
  bool is_requested = false;  ///< of the family asked for, or the family asked for was a generic one
};

/// fontconfig's best match for a pattern such as "Noto Sans:italic"; nothing when no font is installed. Throws
/// InvalidArgument for a pattern without a family or that fontconfig cannot read.
std::optional<FoundFont> find_font(const std::string& pattern, bool bold);

/// Fonts for what a family lacks, opened when a character first needs them.
class FallbackFonts {
 public:
  /// In fontconfig's order for the family. One list for each family, kept for good.
  static FallbackFonts& of_family(const std::string& family, bool bold);
  /// The first font that has the character; null when none has. Thread-safe.
  const Face* find(char32_t character);
  FallbackFonts(const FallbackFonts&) = delete;
  FallbackFonts& operator=(const FallbackFonts&) = delete;

 private:
  struct Candidate;
  FallbackFonts(std::string family, bool bold);
  ~FallbackFonts() = delete;
  const Face* search(char32_t character);

  std::string family_;
  bool bold_ = false;
  std::shared_mutex mutex_;
  std::unordered_map<char32_t, const Face*> known_;
  bool sorted_ = false;
  void* fonts_ = nullptr;  // fontconfig's list, which the candidates' character sets are parts of
  std::vector<Candidate> candidates_;
};

}  // namespace retouch::text
