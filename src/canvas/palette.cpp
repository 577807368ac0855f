// Palettes: stable colours for classes and tracks.
#include <array>

#include "core/check.hpp"
#include "retouch/object_style.hpp"

namespace retouch {
namespace {

// Each is the colour that differs most (CIELAB) from all before it, of those neither dark nor pale nor grey; the
// nearest two are 37 apart.
constexpr std::array<Color, 20> common{{
    {255, 77, 51},   {0, 255, 0},   {0, 77, 255},    {0, 230, 255},  {102, 128, 26}, {255, 0, 179},  {179, 153, 230},
    {255, 230, 0},   {0, 255, 179}, {255, 179, 128}, {179, 77, 102}, {204, 0, 255},  {153, 230, 77}, {255, 153, 0},
    {204, 230, 153}, {0, 153, 128}, {153, 77, 204},  {0, 128, 255},  {255, 0, 102},  {26, 179, 255},
}};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Color hex_color(std::string_view text) {
  const std::string_view digits = text.starts_with('#') ? text.substr(1) : text;
  std::array<std::uint8_t, 4> value{0, 0, 0, 255};
  bool good = digits.size() == 6 || digits.size() == 8;
  for (std::size_t i = 0; good && i < digits.size(); i += 2) {
    const int high = digit(digits[i]);
    const int low = digit(digits[i + 1]);
    good = high >= 0 && low >= 0;
    value[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (!good) detail::invalid("hex_color: expected #RRGGBB or #RRGGBBAA, got '{}'", text);
  return {value[0], value[1], value[2], value[3]};
}

std::vector<Color> hex_colors(std::initializer_list<std::string_view> texts) {
  std::vector<Color> colors;
  colors.reserve(texts.size());
  for (const std::string_view text : texts) colors.push_back(hex_color(text));
  return colors;
}

std::vector<Color> Palette::default_colors() { return {common.begin(), common.end()}; }

Palette::Palette(By by, std::vector<Color> colors) : by_(by), colors_(std::move(colors)) {
  if (colors_.empty()) detail::invalid("palette: it has no colour");
}
Palette::Palette() : Palette(By::label, default_colors()) {}
Palette Palette::by_class(std::vector<Color> colors) { return {By::label, std::move(colors)}; }
Palette Palette::by_track(std::vector<Color> colors) { return {By::track, std::move(colors)}; }
Palette Palette::fixed(Color color) { return {By::label, {color}}; }

Color Palette::color(const Object& object) const {
  return by_ == By::track && object.track_id ? of_track(*object.track_id) : of_label(object.label);
}

Color Palette::of_label(std::string_view label) const {
  // FNV-1a: defined by its numbers, unlike std::hash.
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : label) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  // The smallest number that gives the sixteen usual names of classes sixteen of the default colours.
  constexpr std::uint64_t chosen = 4830;
  return colors_[static_cast<std::size_t>(((hash ^ chosen) * 0x9E3779B97F4A7C15ULL >> 32U) % colors_.size())];
}

Color Palette::of_track(std::int64_t track_id) const {
  const auto count = static_cast<std::int64_t>(colors_.size());
  return colors_[static_cast<std::size_t>((track_id % count + count) % count)];
}

}  // namespace retouch
