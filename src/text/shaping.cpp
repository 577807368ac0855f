#include "text/shaping.hpp"

#include <fribidi.h>

#include <algorithm>
#include <new>

#include "text/font.hpp"
#include "text/hb_buffer.hpp"
#include "text/hershey.hpp"
#include "text/unicode.hpp"

namespace retouch::text {

namespace {

hb_unicode_funcs_t* unicode() { return hb_unicode_funcs_get_default(); }

bool is_mark(char32_t c) {
  const auto category = hb_unicode_general_category(unicode(), c);
  return category == HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK ||
         category == HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK || category == HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK;
}

// Joiners, direction marks, variation selectors: nothing that a font has to have.
bool is_format(char32_t c) {
  return hb_unicode_general_category(unicode(), c) == HB_UNICODE_GENERAL_CATEGORY_FORMAT ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

}  // namespace

Setting::Setting(const TextStyle& style)
    : font(*style.font.data()), bold(style.bold), hershey(style.font.is_hershey()), size_px(style.size_px) {
  if (hershey) thickness_px = style.thickness_px + (bold ? size_px / 24 : 0);
}

void Paragraph::set(std::span<const char32_t> characters, const Setting& setting) {
  font_ = &setting.font;
  bold_ = setting.bold;
  hershey_ = setting.hershey;
  size_px_ = setting.size_px;
  characters_.assign(characters.begin(), characters.end());
  items_.clear();
  if (characters_.empty()) return;
  if (hershey_) {
    base_level_ = 0;
    items_.push_back({0, characters_.size(), nullptr, HB_SCRIPT_LATIN, 0});
    return;
  }
  find_levels();
  find_faces();
  find_scripts();
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    if (!items_.empty() && items_.back().face == faces_[i] && items_.back().script == scripts_[i] &&
        items_.back().level == levels_[i])
      ++items_.back().end;
    else
      items_.push_back({i, i + 1, faces_[i], scripts_[i], levels_[i]});
  }
}

void Paragraph::find_levels() {
  const std::size_t n = characters_.size();
  levels_.assign(n, 0);
  base_level_ = 0;
  // Hebrew is the first script that runs right to left.
  if (std::none_of(characters_.begin(), characters_.end(), [](char32_t c) { return c >= 0x590; })) return;
  static_assert(sizeof(FriBidiChar) == sizeof(char32_t) && sizeof(FriBidiLevel) == 1);
  std::vector<FriBidiCharType> types(n);
  std::vector<FriBidiBracketType> brackets(n);
  const auto length = static_cast<FriBidiStrIndex>(n);
  const auto* text = reinterpret_cast<const FriBidiChar*>(characters_.data());
  fribidi_get_bidi_types(text, length, types.data());
  fribidi_get_bracket_types(text, length, types.data(), brackets.data());
  FriBidiParType base = FRIBIDI_PAR_ON;
  if (fribidi_get_par_embedding_levels_ex(types.data(), brackets.data(), length, &base,
                                          reinterpret_cast<FriBidiLevel*>(levels_.data())) == 0)
    throw std::bad_alloc();  // the only way in which it fails
  base_level_ = FRIBIDI_IS_RTL(base) ? 1 : 0;
}

void Paragraph::find_faces() {
  const Face& own = font_->face(bold_);
  faces_.clear();
  std::size_t cluster = 0;  // where the character began that marks and joiners belong to
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    const char32_t c = characters_[i];
    const bool format = is_format(c);
    if (i > 0 && (format || is_mark(c))) {
      const Face* base = faces_[i - 1];
      if (format || base->glyph(c) != 0) {
        faces_.push_back(base);
        continue;
      }
      // A mark is drawn by the face that draws what it stands on: if one has both, it draws both.
      const Face* other = &font_->face_for(c, bold_);
      if (other->glyph(c) != 0 && other->glyph(characters_[cluster]) != 0) {
        std::fill(faces_.begin() + static_cast<std::ptrdiff_t>(cluster), faces_.end(), other);
        faces_.push_back(other);
      } else {
        faces_.push_back(other);
      }
      continue;
    }
    cluster = i;
    faces_.push_back(format || own.glyph(c) != 0 ? &own : &font_->face_for(c, bold_));
  }
}

void Paragraph::find_scripts() {
  scripts_.clear();
  hb_script_t last = HB_SCRIPT_INVALID;
  for (const char32_t c : characters_) {
    const hb_script_t script = hb_unicode_script(unicode(), c);
    const bool own = script != HB_SCRIPT_COMMON && script != HB_SCRIPT_INHERITED && script != HB_SCRIPT_UNKNOWN;
    if (own) last = script;
    scripts_.push_back(last);
  }
  // What comes before the first letter goes with it; without any letter, with Latin, as in the quick way for ASCII.
  const auto first =
      std::find_if(scripts_.begin(), scripts_.end(), [](hb_script_t s) { return s != HB_SCRIPT_INVALID; });
  std::fill(scripts_.begin(), first, first == scripts_.end() ? HB_SCRIPT_LATIN : *first);
}

// With what stands around it, for letters that join.
void Paragraph::shape_item(const Item& item, hb_buffer_t* buffer) const {
  hb_buffer_add_codepoints(buffer, reinterpret_cast<const hb_codepoint_t*>(characters_.data()),
                           static_cast<int>(characters_.size()), static_cast<unsigned>(item.begin),
                           static_cast<int>(item.end - item.begin));
  hb_buffer_set_direction(buffer, item.level % 2 == 1 ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
  hb_buffer_set_script(buffer, item.script);
  item.face->shape(buffer);
}

void Paragraph::measure() {
  advances_.assign(characters_.size(), 0);
  starts_.assign(characters_.size(), 0);
  for (const Item& item : items_) {
    if (hershey_) {
      const float scale = size_px_ / Font::hershey_px_per_scale;
      for (std::size_t i = item.begin; i < item.end; ++i) {
        advances_[i] = static_cast<float>(hershey::glyph(characters_[i]).advance) * scale;
        starts_[i] = 1;
      }
      continue;
    }
    hb_buffer_t* buffer = thread_buffer();
    shape_item(item, buffer);
    unsigned count = 0;
    const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
    const float scale = size_px_ / item.face->units_per_em();
    for (unsigned i = 0; i < count; ++i) {
      const std::int32_t advance = positions[i].x_advance;
      advances_[infos[i].cluster] +=
          static_cast<float>(advance + (advance > 0 ? item.face->bold_advance() : 0)) * scale;
      starts_[infos[i].cluster] = 1;
    }
  }
}

float Paragraph::append(const Item& item, float x, std::vector<ShapedGlyph>& glyphs) const {
  if (hershey_) {
    const float scale = size_px_ / Font::hershey_px_per_scale;
    for (std::size_t i = item.begin; i < item.end; ++i) {
      glyphs.push_back({nullptr, characters_[i], x, 0});
      x += static_cast<float>(hershey::glyph(characters_[i]).advance) * scale;
    }
    return x;
  }
  hb_buffer_t* buffer = thread_buffer();
  shape_item(item, buffer);
  unsigned count = 0;
  const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer, &count);
  const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
  const float scale = size_px_ / item.face->units_per_em();
  for (unsigned i = 0; i < count; ++i) {
    const hb_glyph_position_t& p = positions[i];
    glyphs.push_back({item.face, infos[i].codepoint, x + static_cast<float>(p.x_offset) * scale,
                      static_cast<float>(-p.y_offset) * scale});
    x += static_cast<float>(p.x_advance + (p.x_advance > 0 ? item.face->bold_advance() : 0)) * scale;
  }
  return x;
}

float Paragraph::shape(std::size_t begin, std::size_t end, std::vector<ShapedGlyph>& glyphs) {
  // Rule L1 of the bidirectional algorithm: spaces at the end of a line go where the paragraph ends.
  std::size_t trailing = end;
  while (trailing > begin && is_space(characters_[trailing - 1])) --trailing;
  line_.clear();
  for (const Item& item : items_) {
    const std::size_t from = std::max(item.begin, begin);
    const std::size_t to = std::min(item.end, end);
    const std::size_t cut = std::clamp(trailing, from, std::max(from, to));
    if (from < cut) line_.push_back({from, cut, item.face, item.script, item.level});
    if (cut < to) line_.push_back({cut, to, item.face, item.script, base_level_});
  }
  // Rule L2: from the highest level down to the lowest odd one, what is at it or above is turned around.
  std::uint8_t highest = 0;
  for (const Item& item : line_) highest = std::max(highest, item.level);
  for (unsigned level = highest; level >= 1; --level)
    for (auto it = line_.begin(); it != line_.end();) {
      const auto above = [&](const Item& item) { return item.level >= level; };
      const auto first = std::find_if(it, line_.end(), above);
      it = std::find_if_not(first, line_.end(), above);
      std::reverse(first, it);
    }
  float x = 0;
  for (const Item& item : line_) x = append(item, x, glyphs);
  return x;
}

}  // namespace retouch::text
