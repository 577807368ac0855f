#include "text/lines.hpp"

#include <algorithm>
#include <cmath>

#include "text/ascii.hpp"
#include "text/font.hpp"
#include "text/hershey.hpp"
#include "text/unicode.hpp"

namespace retouch::text {

namespace {

class Composer {
 public:
  void run(std::string_view utf8, const TextStyle& style, Block& block);

 private:
  void add_ascii(std::string_view line);
  bool add_quickly(std::string_view line);
  void add_paragraph(std::span<const char32_t> characters);
  void wrap();
  void cut();
  std::size_t line_end(std::size_t begin) const;
  std::size_t previous_cluster(std::size_t at) const;
  /// Appends a line with what Paragraph::shape gives for begin..end.
  void add_line(Paragraph& paragraph, std::size_t begin, std::size_t end);
  void drop_line();
  void see(const Face& face);
  void decode(std::string_view utf8);
  void finish(const TextStyle& style);

  struct Metrics {
    float ascent = 0;
    float descent = 0;
    float distance = 0;
  };

  const Setting* setting_ = nullptr;
  Block* block_ = nullptr;
  float limit_ = 0;  // of a line's width; 0 = none
  TextOverflow overflow_ = TextOverflow::none;
  Metrics metrics_;
  const Face* seen_ = nullptr;
  Paragraph paragraph_;
  Paragraph cut_paragraph_;
  std::vector<WordGlyph> word_;
  std::vector<char32_t> text_;
  std::vector<char32_t> cut_text_;
};

// Whole pixels from line to line and from the top to the baseline, so that letters of equal height look alike; a
// hundredth is forgiven.
float whole_up(float value) { return std::ceil(value - 0.01F); }

void Composer::see(const Face& face) {
  if (&face == seen_) return;
  seen_ = &face;
  const float scale = setting_->size_px / face.units_per_em();
  metrics_.ascent = std::max(metrics_.ascent, whole_up(face.ascent() * scale));
  metrics_.descent = std::max(metrics_.descent, whole_up(face.descent() * scale));
  metrics_.distance = std::max(metrics_.distance, std::round(face.line_height() * scale));
}

void Composer::run(std::string_view utf8, const TextStyle& style, Block& block) {
  block.glyphs.clear();
  block.lines.clear();
  block.extents = {};
  if (utf8.empty()) return;
  const Setting setting(style);
  setting_ = &setting;
  block_ = &block;
  overflow_ = style.overflow;
  limit_ = overflow_ == TextOverflow::none ? 0 : style.max_width_px;
  metrics_ = {};
  seen_ = nullptr;
  if (setting.hershey) {
    // As cv::getTextSize gives height and baseline.
    const float scale = setting.size_px / Font::hershey_px_per_scale;
    metrics_.ascent = std::round(hershey::ascent * scale + std::floor((setting.thickness_px + 1) / 2));
    metrics_.descent = std::round(hershey::descent * scale + setting.thickness_px / 2);
    metrics_.distance = metrics_.ascent + metrics_.descent;
  } else {
    see(setting.font.face(setting.bold));
  }
  if (is_plain_ascii(utf8)) {
    for (std::size_t begin = 0;;) {
      const std::size_t end = utf8.find('\n', begin);
      add_ascii(utf8.substr(begin, end - begin));
      if (end == std::string_view::npos) break;
      begin = end + 1;
    }
  } else {
    decode(utf8);
    for (auto begin = text_.begin();;) {
      const auto end = std::find(begin, text_.end(), U'\n');
      add_paragraph({begin, end});
      if (end == text_.end()) break;
      begin = end + 1;
    }
  }
  finish(style);
}

// Newlines of all kinds become '\n', a tab four spaces; other control characters vanish.
void Composer::decode(std::string_view utf8) {
  text_.clear();
  while (!utf8.empty()) {
    char32_t c = next_character(utf8);
    if (c == '\r' && utf8.starts_with('\n')) continue;
    if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029) c = '\n';
    if (c == '\t')
      text_.insert(text_.end(), 4, U' ');
    else if (c == '\n' || (c >= 0x20 && (c < 0x7F || c >= 0xA0)))
      text_.push_back(c);
  }
}

void Composer::add_ascii(std::string_view line) {
  if (!setting_->hershey && add_quickly(line)) return;
  text_.assign(line.begin(), line.end());
  add_paragraph(text_);
}

bool Composer::add_quickly(std::string_view line) {
  const Face& face = setting_->font.face(setting_->bold);
  word_.clear();
  if (!face.ascii().shape(face, line, word_)) return false;
  const float scale = setting_->size_px / face.units_per_em();
  const std::size_t begin = block_->glyphs.size();
  std::int64_t x = 0;
  for (const WordGlyph& glyph : word_) {
    block_->glyphs.push_back({&face, glyph.glyph, static_cast<float>(x + glyph.x_offset) * scale,
                              static_cast<float>(-glyph.y_offset) * scale});
    x += glyph.advance;
  }
  const float width = static_cast<float>(x) * scale;
  if (limit_ > 0 && width > limit_) {
    block_->glyphs.resize(begin);
    return false;
  }
  block_->lines.push_back({begin, block_->glyphs.size(), width, 0});
  return true;
}

void Composer::add_line(Paragraph& paragraph, std::size_t begin, std::size_t end) {
  const std::size_t first = block_->glyphs.size();
  float width = paragraph.shape(begin, end, block_->glyphs);
  if (setting_->hershey && begin < end) width += setting_->thickness_px;
  block_->lines.push_back({first, block_->glyphs.size(), width, 0});
}

void Composer::drop_line() {
  block_->glyphs.resize(block_->lines.back().begin);
  block_->lines.pop_back();
}

void Composer::add_paragraph(std::span<const char32_t> characters) {
  paragraph_.set(characters, *setting_);
  for (const Paragraph::Item& item : paragraph_.items())
    if (item.face != nullptr) see(*item.face);
  add_line(paragraph_, 0, characters.size());
  if (limit_ <= 0 || block_->lines.back().width <= limit_) return;
  drop_line();
  paragraph_.measure();
  if (overflow_ == TextOverflow::wrap)
    wrap();
  else
    cut();
}

bool may_break_before(std::span<const char32_t> text, std::size_t i) {
  const char32_t before = text[i - 1];
  const char32_t after = text[i];
  if (is_space(before)) return !is_space(after);
  if (!is_ideographic(before) && !is_ideographic(after)) return false;
  return !is_space(after) && !is_closing(after) && !is_opening(before);
}

// Where a line from `begin` ends by the advances of the whole paragraph: after the last place to break that fits, else
// before the first cluster that does not fit, but after one cluster at least.
std::size_t Composer::line_end(std::size_t begin) const {
  const auto text = paragraph_.characters();
  const auto advances = paragraph_.advances();
  const float limit = setting_->hershey ? limit_ - setting_->thickness_px : limit_;
  float width = 0;
  std::size_t place = begin;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (paragraph_.starts_cluster(i)) {
      if (i > begin && may_break_before(text, i)) place = i;
      if (!is_space(text[i]) && width + advances[i] > limit && i > begin) return place > begin ? place : i;
    }
    width += advances[i];
  }
  return text.size();
}

std::size_t Composer::previous_cluster(std::size_t at) const {
  while (at > 0 && !paragraph_.starts_cluster(--at)) {
  }
  return at;
}

void Composer::wrap() {
  const auto text = paragraph_.characters();
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = line_end(begin);
    // Shaped on its own a line may come out wider than its part of the paragraph.
    for (;;) {
      std::size_t visible = end;
      while (visible > begin && is_space(text[visible - 1])) --visible;
      add_line(paragraph_, begin, visible);
      const std::size_t shorter = previous_cluster(visible);
      if (block_->lines.back().width <= limit_ || shorter <= begin) break;
      drop_line();
      end = shorter;
    }
    begin = end;
    while (begin < text.size() && is_space(text[begin])) ++begin;
  }
}

// The longest start of the paragraph that fits with the dots behind it, as a text of its own.
void Composer::cut() {
  const auto text = paragraph_.characters();
  const auto advances = paragraph_.advances();
  const bool one = !setting_->hershey && setting_->font.face(setting_->bold).glyph(U'…') != 0;
  const std::u32string_view dots = one ? U"…" : U"...";
  std::size_t end = 0;
  for (float width = 0; end < text.size() && width + advances[end] <= limit_; ++end) width += advances[end];
  for (;;) {
    while (end > 0 && is_space(text[end - 1])) --end;
    cut_text_.assign(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end));
    cut_text_.insert(cut_text_.end(), dots.begin(), dots.end());
    cut_paragraph_.set(cut_text_, *setting_);
    add_line(cut_paragraph_, 0, cut_text_.size());
    if (block_->lines.back().width <= limit_) return;
    drop_line();
    if (end == 0) break;
    end = previous_cluster(end);
  }
  block_->lines.push_back({block_->glyphs.size(), block_->glyphs.size(), 0, 0});  // not even the dots fit
}

void Composer::finish(const TextStyle& style) {
  TextExtents& extents = block_->extents;
  extents.lines = static_cast<int>(block_->lines.size());
  for (const Line& line : block_->lines) extents.width = std::max(extents.width, line.width);
  for (Line& line : block_->lines) {
    const float rest = extents.width - line.width;
    line.x = style.align == TextAlign::left ? 0 : style.align == TextAlign::right ? rest : rest / 2;
  }
  block_->line_distance = std::round(metrics_.distance * style.line_spacing);
  extents.ascent = metrics_.ascent;
  extents.height = metrics_.ascent + metrics_.descent + static_cast<float>(extents.lines - 1) * block_->line_distance;
  extents.box_width = extents.width + style.padding.left + style.padding.right + 2 * style.border_px;
  extents.box_height = extents.height + style.padding.top + style.padding.bottom + 2 * style.border_px;
}

}  // namespace

void compose(std::string_view utf8, const TextStyle& style, Block& block) {
  thread_local Composer composer;
  composer.run(utf8, style, block);
}

}  // namespace retouch::text
