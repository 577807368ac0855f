#include "text/ascii.hpp"

#include <hb-ot.h>

#include "text/hb_buffer.hpp"

namespace retouch::text {

namespace {

struct GlyphSet {
  hb_set_t* set = hb_set_create();
  GlyphSet() = default;
  ~GlyphSet() { hb_set_destroy(set); }
  GlyphSet(const GlyphSet&) = delete;
  GlyphSet& operator=(const GlyphSet&) = delete;
  bool has(std::uint32_t glyph) const { return hb_set_has(set, glyph) != 0; }
};

bool has_table(hb_face_t* face, hb_tag_t tag) {
  hb_blob_t* blob = hb_face_reference_table(face, tag);
  const bool found = hb_blob_get_length(blob) > 0;
  hb_blob_destroy(blob);
  return found;
}

unsigned be16(std::span<const char> bytes, std::size_t at) {
  if (at + 2 > bytes.size()) return 0;
  return static_cast<unsigned>(static_cast<unsigned char>(bytes[at]) << 8U) | static_cast<unsigned char>(bytes[at + 1]);
}

// Which lookups of GPOS look at a context (types 7 and 8; 9 wraps another): kerning of those is not a matter of pairs.
// HarfBuzz has no question for that.
bool is_contextual(std::span<const char> gpos, unsigned lookup) {
  const std::size_t list = be16(gpos, 8);
  const std::size_t at = list + be16(gpos, list + 2 + std::size_t{2} * lookup);
  unsigned type = be16(gpos, at);
  if (type == 9) type = be16(gpos, at + be16(gpos, at + 6) + 2);
  return type == 7 || type == 8;
}

// Those that HarfBuzz applies to horizontal text without being asked to, but for frac, numr and dnom, which act only
// around U+2044.
constexpr std::array features = {HB_TAG('r', 'v', 'r', 'n'),
                                 HB_TAG('l', 't', 'r', 'a'),
                                 HB_TAG('l', 't', 'r', 'm'),
                                 HB_TAG('r', 'a', 'n', 'd'),
                                 HB_TAG('c', 'c', 'm', 'p'),
                                 HB_TAG('l', 'o', 'c', 'l'),
                                 HB_TAG('r', 'l', 'i', 'g'),
                                 HB_TAG('c', 'a', 'l', 't'),
                                 HB_TAG('c', 'l', 'i', 'g'),
                                 HB_TAG('l', 'i', 'g', 'a'),
                                 HB_TAG('r', 'c', 'l', 't'),
                                 HB_TAG('a', 'b', 'v', 'm'),
                                 HB_TAG('b', 'l', 'w', 'm'),
                                 HB_TAG('c', 'u', 'r', 's'),
                                 HB_TAG('d', 'i', 's', 't'),
                                 HB_TAG('k', 'e', 'r', 'n'),
                                 HB_TAG('m', 'a', 'r', 'k'),
                                 HB_TAG('m', 'k', 'm', 'k'),
                                 HB_TAG_NONE};

// What lookups look at when they are applied to Latin text, in any language. Only where a glyph of `input` stands can
// one of them change anything; `around` is what may stand beside it.
struct Involved {
  GlyphSet input;
  GlyphSet around;
};

// `contextual_alone`: of GPOS those that are not about pairs.
void collect(hb_face_t* face, hb_tag_t table, bool contextual_alone, Involved& glyphs) {
  unsigned count = 4;
  std::array<hb_tag_t, 4> latin{};
  hb_ot_tags_from_script_and_language(HB_SCRIPT_LATIN, HB_LANGUAGE_INVALID, &count, latin.data(), nullptr, nullptr);
  unsigned index = 0;
  std::array<hb_tag_t, 2> script{};
  hb_ot_layout_table_select_script(face, table, count, latin.data(), &index, script.data());
  const GlyphSet lookups;
  hb_ot_layout_collect_lookups(face, table, script.data(), nullptr, features.data(), lookups.set);
  hb_blob_t* blob = hb_face_reference_table(face, table);
  unsigned length = 0;
  const char* data = hb_blob_get_data(blob, &length);
  hb_codepoint_t lookup = HB_SET_VALUE_INVALID;
  while (hb_set_next(lookups.set, &lookup) != 0)
    if (!contextual_alone || is_contextual({data, length}, lookup))
      hb_ot_layout_lookup_collect_glyphs(face, table, lookup, glyphs.around.set, glyphs.input.set, glyphs.around.set,
                                         nullptr);
  hb_blob_destroy(blob);
}

// Apple's tables are state machines: nothing is known about them. So is a 'kern' table of version 1.
bool has_state_machines(hb_face_t* face) {
  if (has_table(face, HB_TAG('m', 'o', 'r', 'x')) || has_table(face, HB_TAG('m', 'o', 'r', 't')) ||
      has_table(face, HB_TAG('k', 'e', 'r', 'x')))
    return true;
  hb_blob_t* blob = hb_face_reference_table(face, HB_TAG('k', 'e', 'r', 'n'));
  unsigned length = 0;
  const char* data = hb_blob_get_data(blob, &length);
  const bool apple = length > 0 && be16({data, length}, 0) != 0;
  hb_blob_destroy(blob);
  return apple;
}

}  // namespace

void shape_ascii(const Face& face, std::string_view text, std::vector<WordGlyph>& out) {
  hb_buffer_t* buffer = thread_buffer();
  hb_buffer_add_latin1(buffer, reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<int>(text.size()), 0,
                       static_cast<int>(text.size()));
  hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
  hb_buffer_set_script(buffer, HB_SCRIPT_LATIN);
  face.shape(buffer);
  unsigned count = 0;
  const hb_glyph_info_t* infos = hb_buffer_get_glyph_infos(buffer, &count);
  const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
  for (unsigned i = 0; i < count; ++i) {
    const hb_glyph_position_t& p = positions[i];
    out.push_back(
        {infos[i].codepoint, p.x_advance + (p.x_advance > 0 ? face.bold_advance() : 0), p.x_offset, p.y_offset});
  }
}

AsciiTable::AsciiTable(const Face& face, hb_face_t* tables) {
  for (auto& value : kerning_) value.store(unknown, std::memory_order_relaxed);
  Involved involved;
  const bool opaque = tables == nullptr || has_state_machines(tables);
  if (!opaque) collect(tables, HB_OT_TAG_GSUB, false, involved);
  if (!opaque) collect(tables, HB_OT_TAG_GPOS, true, involved);
  std::vector<WordGlyph> alone;
  for (std::size_t i = 0; i < characters; ++i) {
    Letter& letter = letters_[i];
    const char c = static_cast<char>(0x20 + i);
    letter.glyph = face.glyph(static_cast<char32_t>(c));
    if (letter.glyph == 0) continue;
    alone.clear();
    shape_ascii(face, {&c, 1}, alone);
    letter.plain = !opaque && !involved.input.has(letter.glyph) && alone.size() == 1 &&
                   alone[0].glyph == letter.glyph && alone[0].x_offset == 0 && alone[0].y_offset == 0;
    if (letter.plain) letter.advance = alone[0].advance;
  }
  if (!letters_[0].plain) return;
  collect(tables, HB_OT_TAG_GPOS, false, involved);
  const std::uint32_t space = letters_[0].glyph;
  space_is_neutral_ =
      !involved.input.has(space) && !involved.around.has(space) && !has_table(tables, HB_TAG('k', 'e', 'r', 'n'));
}

bool AsciiTable::shape(const Face& face, std::string_view line, std::vector<WordGlyph>& out) const {
  for (const char c : line)
    if (letters_[index(c)].glyph == 0) return false;
  if (shape_plain(face, line, out)) return true;
  if (!space_is_neutral_) {
    shape_word(face, line, out);
    return true;
  }
  const Letter& space = letters_[0];
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    if (!word.empty() && !shape_plain(face, word, out)) shape_word(face, word, out);
    line.remove_prefix(word.size());
    for (; !line.empty() && line.front() == ' '; line.remove_prefix(1))
      out.push_back({space.glyph, space.advance, 0, 0});
  }
  return true;
}

bool AsciiTable::shape_plain(const Face& face, std::string_view text, std::vector<WordGlyph>& out) const {
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Letter& letter = letters_[index(text[i])];
    const std::int16_t kern = letter.plain && i > 0 ? kerning(face, text[i - 1], text[i]) : std::int16_t{0};
    if (!letter.plain || kern == not_a_pair) {
      out.resize(before);
      return false;
    }
    if (kern != 0) out.back().advance += kern;
    out.push_back({letter.glyph, letter.advance, 0, 0});
  }
  return true;
}

void AsciiTable::shape_word(const Face& face, std::string_view text, std::vector<WordGlyph>& out) const {
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = words_.find(text); it != words_.end()) {
      out.insert(out.end(), it->second.begin(), it->second.end());
      return;
    }
  }
  const std::size_t before = out.size();
  shape_ascii(face, text, out);
  if (text.size() > 256) return;
  std::vector<WordGlyph> glyphs(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
  const std::unique_lock lock(mutex_);
  // Words that change with every frame are many; those that come again are back at once.
  if (words_.size() >= words_limit) words_.clear();
  words_.emplace(text, std::move(glyphs));
}

std::int16_t AsciiTable::kerning(const Face& face, char a, char b) const {
  std::atomic<std::int16_t>& known = kerning_[index(a) * characters + index(b)];
  std::int16_t value = known.load(std::memory_order_relaxed);
  if (value == unknown) {
    value = learn(face, a, b);
    known.store(value, std::memory_order_relaxed);
  }
  return value;
}

std::int16_t AsciiTable::learn(const Face& face, char a, char b) const {
  const std::array pair{a, b};
  const Letter& first = letters_[index(a)];
  const Letter& second = letters_[index(b)];
  std::vector<WordGlyph> glyphs;
  shape_ascii(face, {pair.data(), 2}, glyphs);
  const auto unmoved = [](const WordGlyph& glyph) { return glyph.x_offset == 0 && glyph.y_offset == 0; };
  if (glyphs.size() != 2 || glyphs[0].glyph != first.glyph || glyphs[1].glyph != second.glyph || !unmoved(glyphs[0]) ||
      !unmoved(glyphs[1]) || glyphs[1].advance != second.advance)
    return not_a_pair;
  const std::int32_t kern = glyphs[0].advance - first.advance;
  return kern > not_a_pair && kern <= INT16_MAX ? static_cast<std::int16_t>(kern) : not_a_pair;
}

}  // namespace retouch::text
