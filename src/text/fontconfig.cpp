#include "text/fontconfig.hpp"

#include <fontconfig/fontconfig.h>

#include <algorithm>
#include <array>

#include "core/check.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace retouch::text {

namespace {

struct Destroy {
  void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
  void operator()(FcFontSet* set) const { FcFontSetDestroy(set); }
};
using Pattern = std::unique_ptr<FcPattern, Destroy>;

// Everything of fontconfig happens under this: it promises thread-safety only in part.
std::mutex& fontconfig_mutex() {
  static auto* const mutex = new std::mutex;
  return *mutex;
}

// A configuration of our own, because the program may exchange or end the current one. Null: there is no fontconfig to
// speak of, so no font is installed.
FcConfig* configuration() {
  static FcConfig* const config = [] {
#ifdef __SANITIZE_ADDRESS__
    const __lsan::ScopedDisabler theirs;  // fontconfig 2.14 loses 288 bytes here, once
#endif
    return FcInitLoadConfigAndFonts();
  }();
  return config;
}

const FcChar8* chars(const std::string& text) { return reinterpret_cast<const FcChar8*>(text.c_str()); }

std::string string_of(const FcPattern* pattern, const char* object, int n = 0) {
  FcChar8* value = nullptr;
  if (FcPatternGetString(pattern, object, n, &value) != FcResultMatch) return {};
  return reinterpret_cast<const char*>(value);
}

int int_of(const FcPattern* pattern, const char* object) {
  int value = 0;
  return FcPatternGetInteger(pattern, object, 0, &value) == FcResultMatch ? value : 0;
}

bool is_true(const FcPattern* pattern, const char* object) {
  FcBool value = FcFalse;
  return FcPatternGetBool(pattern, object, 0, &value) == FcResultMatch && value != FcFalse;
}

bool is_bold(const FcPattern* pattern) { return int_of(pattern, FC_WEIGHT) >= FC_WEIGHT_DEMIBOLD; }

// Has outlines in one weight: no bitmaps, no coloured pictures, and of variable fonts only their named instances.
bool is_usable(const FcPattern* pattern) {
  return is_true(pattern, FC_SCALABLE) && is_true(pattern, FC_OUTLINE) && !is_true(pattern, FC_COLOR) &&
         !is_true(pattern, FC_VARIABLE);
}

bool same_name(const std::string& a, const std::string& b) { return FcStrCmpIgnoreCase(chars(a), chars(b)) == 0; }

bool is_generic(const std::string& family) {
  static constexpr std::array names = {"sans-serif", "sans",    "serif",   "monospace",
                                       "mono",       "cursive", "fantasy", "system-ui"};
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return same_name(family, name); });
}

bool has_family(const FcPattern* pattern, const std::string& family) {
  for (int n = 0;; ++n) {
    const std::string name = string_of(pattern, FC_FAMILY, n);
    if (name.empty()) return false;
    if (same_name(name, family)) return true;
  }
}

void prepare(FcPattern* pattern, bool bold) {
  if (bold && int_of(pattern, FC_WEIGHT) < FC_WEIGHT_BOLD) {
    FcPatternDel(pattern, FC_WEIGHT);
    FcPatternAddInteger(pattern, FC_WEIGHT, FC_WEIGHT_BOLD);
  }
  FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
  FcPatternAddBool(pattern, FC_OUTLINE, FcTrue);
  FcPatternAddBool(pattern, FC_COLOR, FcFalse);
  FcPatternAddBool(pattern, FC_VARIABLE, FcFalse);
  FcConfigSubstitute(configuration(), pattern, FcMatchPattern);
  FcDefaultSubstitute(pattern);
}

}  // namespace

std::optional<FoundFont> find_font(const std::string& pattern, bool bold) {
  const std::scoped_lock lock(fontconfig_mutex());
  const Pattern asked(FcNameParse(chars(pattern)));
  const std::string family = asked ? string_of(asked.get(), FC_FAMILY) : "";
  if (family.empty()) detail::invalid("text: '{}' names no font family", pattern);
  if (configuration() == nullptr) return std::nullopt;
  prepare(asked.get(), bold);
  FcResult result = FcResultNoMatch;
  const Pattern best(FcFontMatch(configuration(), asked.get(), &result));
  if (!best || string_of(best.get(), FC_FILE).empty() || !is_usable(best.get())) return std::nullopt;
  return FoundFont{string_of(best.get(), FC_FILE), int_of(best.get(), FC_INDEX), string_of(best.get(), FC_FAMILY),
                   is_bold(best.get()), is_generic(family) || has_family(best.get(), family)};
}

struct FallbackFonts::Candidate {
  const FcCharSet* characters = nullptr;  // of a pattern that is kept
  std::string path;
  int index = 0;
  bool embolden = false;
  bool tried = false;
  std::shared_ptr<const Face> face;
};

FallbackFonts::FallbackFonts(std::string family, bool bold) : family_(std::move(family)), bold_(bold) {}

FallbackFonts& FallbackFonts::of_family(const std::string& family, bool bold) {
  static auto* const mutex = new std::mutex;
  static auto* const lists = new std::unordered_map<std::string, FallbackFonts*>;
  const std::scoped_lock lock(*mutex);
  FallbackFonts*& list = (*lists)[family + (bold ? ":bold" : "")];
  if (list == nullptr) list = new FallbackFonts(family, bold);
  return *list;
}

const Face* FallbackFonts::find(char32_t character) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = known_.find(character); it != known_.end()) return it->second;
  }
  const std::unique_lock lock(mutex_);
  if (const auto it = known_.find(character); it != known_.end()) return it->second;
  return known_[character] = search(character);
}

const Face* FallbackFonts::search(char32_t character) {
  if (!sorted_) {
    sorted_ = true;
    const std::scoped_lock lock(fontconfig_mutex());
    if (configuration() == nullptr) return nullptr;
    const Pattern pattern(FcPatternCreate());
    FcPatternAddString(pattern.get(), FC_FAMILY, chars(family_));
    prepare(pattern.get(), bold_);
    FcResult result = FcResultNoMatch;
    FcFontSet* const fonts = FcFontSort(configuration(), pattern.get(), FcTrue, nullptr, &result);
    fonts_ = fonts;
    for (int i = 0; fonts != nullptr && i < fonts->nfont; ++i) {
      const FcPattern* font = fonts->fonts[i];
      FcCharSet* characters = nullptr;
      if (!is_usable(font) || FcPatternGetCharSet(font, FC_CHARSET, 0, &characters) != FcResultMatch) continue;
      candidates_.push_back(
          {characters, string_of(font, FC_FILE), int_of(font, FC_INDEX), bold_ && !is_bold(font), false, {}});
    }
  }
  for (Candidate& candidate : candidates_) {
    if (FcCharSetHasChar(candidate.characters, character) == FcFalse) continue;
    if (!candidate.tried) {
      candidate.tried = true;
      try {
        candidate.face = Face::from_file(candidate.path, candidate.index, candidate.embolden);
      } catch (const FileError&) {  // removed or damaged since fontconfig saw it: the next one then
        continue;
      }
    }
    if (candidate.face != nullptr && candidate.face->glyph(character) != 0) return candidate.face.get();
  }
  return nullptr;
}

}  // namespace retouch::text
