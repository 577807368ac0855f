// Tests of layouts: where glyphs stand, what their pictures are, and how they are kept.
#include "text/layout.hpp"

#include <fmt/format.h>
#include <ft2build.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <set>
#include <thread>

#include "support/allocations.hpp"
#include "support/text_fonts.hpp"
#include "support/text_picture.hpp"

#include FT_FREETYPE_H
#include FT_OUTLINE_H

namespace retouch::test {
namespace {

using text::Layout;
using text::layout;

// From 40 px on a glyph has one picture, so the picture says which glyph it is.
constexpr float one_picture = 48;

/// The glyph that a character alone is drawn with.
std::uint32_t ref_of(std::string_view character, const TextStyle& style) {
  const auto alone = layout(character, style);
  EXPECT_EQ(alone->fill.size(), 1) << character;
  return alone->fill.empty() ? 0 : alone->fill[0].ref;
}

/// Pictures from left to right, line by line.
std::vector<std::uint32_t> refs(const Layout& laid) {
  std::vector<text::PlacedGlyph> glyphs = laid.fill;
  std::stable_sort(glyphs.begin(), glyphs.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  std::vector<std::uint32_t> all;
  all.reserve(glyphs.size());
  for (const auto& glyph : glyphs) all.push_back(glyph.ref);
  return all;
}

std::vector<std::uint32_t> refs_of(std::initializer_list<const char*> characters, const TextStyle& style) {
  std::vector<std::uint32_t> all;
  for (const char* character : characters) all.push_back(ref_of(character, style));
  return all;
}

struct Mass {
  double sum = 0;
  double x = 0;
  double y = 0;
};
/// Sum and centre of coverage, relative to the layout's origin.
Mass mass_of(const Layout& laid, const std::vector<text::PlacedGlyph>& glyphs) {
  Coverage picture(1400, 1400);
  draw(laid, glyphs, 700, 700, picture);
  Mass mass;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const double value = picture.at(x, y) / 255.0;
      mass.sum += value;
      mass.x += value * (x + 0.5 - 700);
      mass.y += value * (y + 0.5 - 700);
    }
  mass.x /= mass.sum;
  mass.y /= mass.sum;
  return mass;
}
Mass mass_of(const Layout& laid) { return mass_of(laid, laid.fill); }

// ---- FreeType, used plainly ----

class PlainFreeType {
 public:
  PlainFreeType() {
    FT_Init_FreeType(&library_);
    FT_New_Face(library_, dejavu_path().c_str(), 0, &face_);
  }
  ~PlainFreeType() {
    FT_Done_Face(face_);
    FT_Done_FreeType(library_);
  }
  PlainFreeType(const PlainFreeType&) = delete;
  PlainFreeType& operator=(const PlainFreeType&) = delete;

  /// Draws characters one after the other, by their unhinted advances, onto a baseline.
  void draw(std::string_view text, float size_px, double x, int baseline, bool quarters, bool hinted, Coverage& onto) {
    FT_Set_Char_Size(face_, 0, static_cast<FT_F26Dot6>(size_px * 64), 72, 72);
    for (const char c : text) {
      const FT_UInt glyph = FT_Get_Char_Index(face_, static_cast<FT_ULong>(c));
      FT_Load_Glyph(face_, glyph, FT_LOAD_NO_SCALE);
      const double advance = static_cast<double>(face_->glyph->advance.x) * size_px / face_->units_per_EM;
      FT_Load_Glyph(face_, glyph, FT_LOAD_NO_BITMAP | (hinted ? FT_LOAD_TARGET_LIGHT : FT_LOAD_NO_HINTING));
      const double at = quarters ? std::floor(x * 4 + 0.5) / 4 : std::floor(x + 0.5);
      const double whole = std::floor(at);
      FT_Outline_Translate(&face_->glyph->outline, std::lround((at - whole) * 64), 0);
      FT_Render_Glyph(face_->glyph, FT_RENDER_MODE_NORMAL);
      const FT_Bitmap& bitmap = face_->glyph->bitmap;
      for (int row = 0; row < static_cast<int>(bitmap.rows); ++row)
        for (int column = 0; column < static_cast<int>(bitmap.width); ++column) {
          const int px = static_cast<int>(whole) + face_->glyph->bitmap_left + column;
          const int py = baseline - face_->glyph->bitmap_top + row;
          if (onto.has(px, py)) onto.at(px, py) = std::max(onto.at(px, py), bitmap.buffer[row * bitmap.pitch + column]);
        }
      x += advance;
    }
  }

 private:
  FT_Library library_ = nullptr;
  FT_Face face_ = nullptr;
};

TEST(LayoutTest, PicturesAreThoseOfFreeType) {
  PlainFreeType plain;
  const std::string text = "HnoH 0123 mnu";  // nothing that kerns
  for (const float size : {9.0F, 12.5F, 16.0F, 23.0F, 39.0F, 40.0F, 77.0F})
    for (int fraction = 0; fraction < 4; ++fraction) {
      const auto laid = layout(text, style_of(size), fraction);
      Coverage ours(900, 120);
      draw(*laid, 10, 5, ours);
      Coverage theirs(900, 120);
      plain.draw(text, size, 10 + fraction / 4.0, 5 + static_cast<int>(laid->extents.ascent), size < 40, size < 40,
                 theirs);
      ASSERT_FALSE(theirs.ink().empty());
      EXPECT_EQ(ours.pixels, theirs.pixels) << size << " px, fraction " << fraction;
      const Rect ink = ours.ink();
      const Rect said = laid->fill_ink;
      EXPECT_LE(said.x + 10, ink.x);
      EXPECT_LE(said.y + 5, ink.y);
      EXPECT_GE(said.x + 10 + said.width, ink.x + ink.width);
      EXPECT_GE(said.y + 5 + said.height, ink.y + ink.height);
      EXPECT_LE(said.width, ink.width + 2);
    }
}

TEST(LayoutTest, PicturesLieAsTheHeaderSays) {
  TextStyle style = style_of(21);
  style.outline_px = 3;
  const auto laid = layout("Glyphs, q|W@", style);
  ASSERT_EQ(laid->fill.size(), laid->outline.size());
  for (const auto* glyphs : {&laid->fill, &laid->outline})
    for (const text::PlacedGlyph& glyph : *glyphs) {
      const text::GlyphHeader header = header_of(*laid, glyph);
      EXPECT_EQ(header.pitch_bytes % 4, 0);
      EXPECT_GE(header.pitch_bytes, header.width);
      EXPECT_GT(header.height, 0);
      const std::size_t end = std::size_t{glyph.ref} * text::GlyphArena::granule + sizeof(header) +
                              std::size_t{header.pitch_bytes} * header.height + 4;
      EXPECT_LE(end, laid->arena->used_bytes());
    }
  EXPECT_LE(laid->arena->used_bytes(), laid->arena->capacity_bytes());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(laid->arena->data()) % text::GlyphArena::granule, 0);
}

TEST(LayoutTest, AnchorsMoveTheBox) {
  TextStyle style = style_of(50);
  style.padding = {3, 5, 8, 13};
  style.border_px = 2;
  const auto reference = layout("Hx\nH", style);
  const float width = reference->extents.box_width;
  const float height = reference->extents.box_height;
  ASSERT_EQ(height, 5 + 13 + 4 + 47 + 12 + 58);  // ascent 46.4, descent 11.8, from line to line 58.2
  EXPECT_FLOAT_EQ(reference->box_center.x, width / 2);
  EXPECT_FLOAT_EQ(reference->box_center.y, height / 2);
  for (int which = 0; which < 9; ++which) {
    style.anchor = static_cast<Anchor>(which);
    const auto laid = layout("Hx\nH", style);
    const int row = which / 3;
    const float x = -width * static_cast<float>(which % 3) / 2;
    const float y = -height * static_cast<float>(row) / 2;
    EXPECT_FLOAT_EQ(laid->box_center.x, x + width / 2) << which;
    // Onto whole rows.
    EXPECT_NEAR(laid->box_center.y, y + height / 2, 0.5) << which;
    ASSERT_EQ(laid->fill.size(), reference->fill.size());
    for (std::size_t i = 0; i < laid->fill.size(); ++i) {
      EXPECT_NEAR(laid->fill[i].x - reference->fill[i].x, x, 1) << which;
      EXPECT_NEAR(laid->fill[i].y - reference->fill[i].y, y, 0.5) << which;
    }
  }
}

TEST(LayoutTest, TextStandsInsidePaddingAndBorder) {
  TextStyle style = style_of(50);
  const auto bare = layout("H", style);
  style.padding = {3, 5, 8, 13};
  style.border_px = 2;
  const auto padded = layout("H", style);
  EXPECT_EQ(padded->fill[0].x - bare->fill[0].x, 3 + 2);
  EXPECT_EQ(padded->fill[0].y - bare->fill[0].y, 5 + 2);
  // 'H' of DejaVu begins 201 units from its left edge and is 1493 high: 4.9 px and 36.4 px.
  EXPECT_EQ(bare->fill[0].x, 4);
  EXPECT_EQ(bare->fill[0].y, 47 - 37);
}

TEST(LayoutTest, LinesAreAligned) {
  // One 'H' of 1540 units against three: 37.6 px against 112.8 at 50 px.
  TextStyle style = style_of(50);
  const auto first_of_second_line = [&](TextAlign align) {
    style.align = align;
    const auto laid = layout("HHH\nH", style);
    return laid->fill.back().x;
  };
  const int left = first_of_second_line(TextAlign::left);
  EXPECT_NEAR(first_of_second_line(TextAlign::center) - left, 37.6, 1);
  EXPECT_NEAR(first_of_second_line(TextAlign::right) - left, 75.2, 1);
}

TEST(LayoutTest, FractionsMoveSmallTextByQuarters) {
  for (const float size : {12.0F, 30.0F}) {
    const double start = mass_of(*layout("Hamburg", style_of(size))).x;
    for (int fraction = 1; fraction < 4; ++fraction)
      EXPECT_NEAR(mass_of(*layout("Hamburg", style_of(size), fraction)).x - start, fraction / 4.0, 0.02) << size;
  }
}

// ---- wrap and ellipsis ----

/// Glyphs by line, whose baselines are `distance` apart.
std::vector<std::size_t> glyphs_by_line(const Layout& laid, float distance) {
  std::vector<std::size_t> counts(static_cast<std::size_t>(laid.extents.lines));
  for (const auto& glyph : laid.fill) {
    const text::GlyphHeader header = header_of(laid, glyph);
    const float middle = static_cast<float>(glyph.y) + static_cast<float>(header.height) / 2;
    ++counts[static_cast<std::size_t>(std::clamp(middle / distance, 0.0F, static_cast<float>(counts.size() - 1)))];
  }
  return counts;
}

TEST(LayoutTest, WrapsAtSpacesAndBreaksLongWords) {
  TextStyle style = style_of(50);
  style.overflow = TextOverflow::wrap;
  const auto width = [&](const char* text) { return text_size(text, style_of(50)).width; };
  style.max_width_px = width("aaa bb") + 1;
  EXPECT_EQ(glyphs_by_line(*layout("aaa bb cc dd", style), 58), (std::vector<std::size_t>{5, 4}));
  EXPECT_EQ(glyphs_by_line(*layout("aaa   bb   cc", style), 58), (std::vector<std::size_t>{3, 4}));
  EXPECT_FLOAT_EQ(layout("aaa bb cc dd", style)->extents.width, width("aaa bb"));
  // Exactly as wide as the text: it fits.
  style.max_width_px = width("aaa bb");
  EXPECT_EQ(layout("aaa bb", style)->extents.lines, 1);
  // A word of seven where four fit.
  style.max_width_px = width("aaaa") + 1;
  EXPECT_EQ(glyphs_by_line(*layout("aaaaaaa", style), 58), (std::vector<std::size_t>{4, 3}));
  EXPECT_EQ(glyphs_by_line(*layout("b aaaaaaa", style), 58), (std::vector<std::size_t>{1, 4, 3}));
  // Newlines stay, and each paragraph wraps by itself.
  EXPECT_EQ(glyphs_by_line(*layout("aa aa\n\nb", style), 58), (std::vector<std::size_t>{2, 2, 0, 1}));
  // Where not even one fits, one stands on each line.
  style.max_width_px = 3;
  EXPECT_EQ(glyphs_by_line(*layout("ab c", style), 58), (std::vector<std::size_t>{1, 1, 1}));
  style.max_width_px = 0;
  EXPECT_EQ(layout("aaa bb cc dd", style)->extents.lines, 1);
}

TEST(LayoutTest, WrappedLinesAreNeverTooWide) {
  const std::vector<std::string> texts = {"The quick brown fox, which jumped over fluffiest AVATARs.",
                                          "שלום עולם, this is mixed סתם טקסט 123 end", "نص حكيم له سر قاطع وذو شأن",
                                          "Съешь же ещё этих мягких булок", "天地玄黃宇宙洪荒。日月盈昃，辰宿列張。"};
  for (const std::string& text : texts)
    for (int limit = 60; limit < 400; limit += 7) {
      TextStyle style = style_of(20);
      style.overflow = TextOverflow::wrap;
      style.max_width_px = static_cast<float>(limit);
      const auto laid = layout(text, style);
      EXPECT_LE(laid->extents.width, style.max_width_px) << text;
      EXPECT_GE(laid->extents.lines, static_cast<int>(text_size(text, style_of(20)).width / style.max_width_px))
          << text;
      // Nothing is lost but spaces: the ink of all lines together.
      style.overflow = TextOverflow::none;
      EXPECT_NEAR(mass_of(*laid).sum, mass_of(*layout(text, style)).sum, 0.06 * mass_of(*laid).sum) << text << limit;
    }
}

TEST(LayoutTest, EllipsisKeepsTheStart) {
  TextStyle style = style_of(one_picture);
  style.overflow = TextOverflow::ellipsis;
  const std::string text = "abcdeghkmn";
  const float whole = text_size(text, style_of(one_picture)).width;
  const std::uint32_t dots = ref_of("…", style_of(one_picture));
  std::size_t last = 0;
  std::set<std::size_t> counts;
  for (int step = 1; static_cast<float>(step) <= whole + 5; ++step) {
    const auto limit = static_cast<float>(step);
    style.max_width_px = limit;
    const auto laid = layout(text, style);
    EXPECT_LE(laid->extents.width, limit);
    EXPECT_GE(laid->fill.size(), last);
    last = laid->fill.size();
    counts.insert(last);
    if (last == 0) continue;
    const auto shown = refs(*laid);
    for (std::size_t i = 0; i + 1 < shown.size(); ++i)
      EXPECT_EQ(shown[i], ref_of(text.substr(i, 1), style_of(one_picture))) << limit;
    if (limit < whole - 0.01F)
      EXPECT_EQ(shown.back(), dots) << limit;
    else
      EXPECT_EQ(shown.size(), 10) << limit;
  }
  // From nothing and the dots alone up to nine letters with dots; the whole ten.
  EXPECT_EQ(counts.size(), 11);
  // Each line on its own, and no space before the dots.
  style.max_width_px = text_size("aa …", style_of(one_picture)).width;
  const auto lines = layout("aa bbbb\na", style);
  EXPECT_EQ(lines->extents.lines, 2);
  EXPECT_EQ(lines->fill.size(), 4);
  EXPECT_FLOAT_EQ(lines->extents.width, text_size("aa…", style_of(one_picture)).width);
}

TEST(LayoutTest, HersheyEllipsisIsThreeDots) {
  TextStyle style = style_of(one_picture, Font::hershey_simplex());
  style.overflow = TextOverflow::ellipsis;
  style.max_width_px = 130;
  const auto laid = layout("aaaaaaaaaa", style);
  EXPECT_LE(laid->extents.width, 130);
  const auto shown = refs(*laid);
  ASSERT_GE(shown.size(), 4);
  const std::uint32_t dot = ref_of(".", style_of(one_picture, Font::hershey_simplex()));
  for (std::size_t i = 1; i <= 3; ++i) EXPECT_EQ(shown[shown.size() - i], dot);
}

// ---- scripts ----

TEST(LayoutTest, HebrewRunsRightToLeft) {
  const TextStyle style = style_of(one_picture);
  EXPECT_EQ(refs(*layout("אבג", style)), refs_of({"ג", "ב", "א"}, style));
  // A paragraph that begins with Latin letters: numbers in the Hebrew part stand left of what they follow.
  EXPECT_EQ(refs(*layout("car אבג 12 x", style)), refs_of({"c", "a", "r", "1", "2", "ג", "ב", "א", "x"}, style));
  // One that begins with Hebrew runs right to left as a whole.
  EXPECT_EQ(refs(*layout("אב car", style)), refs_of({"c", "a", "r", "ב", "א"}, style));
  // Brackets are turned around.
  EXPECT_EQ(refs(*layout("א(ב)", style)), refs_of({"(", "ב", ")", "א"}, style));
}

TEST(LayoutTest, ArabicLettersJoin) {
  const TextStyle style = style_of(one_picture);
  const auto word = refs(*layout("ببب", style));
  ASSERT_EQ(word.size(), 3);
  const std::uint32_t alone = ref_of("ب", style);
  // Final, medial and initial form, from the left.
  EXPECT_EQ(std::set<std::uint32_t>(word.begin(), word.end()).size(), 3);
  EXPECT_THAT(word, testing::Not(testing::Contains(alone)));
  EXPECT_EQ(word[0], refs(*layout("بب", style))[0]);
  EXPECT_EQ(word[2], refs(*layout("بب", style))[1]);
  // Lam and alef are one.
  EXPECT_EQ(layout("لا", style)->fill.size(), 1);
}

TEST(LayoutTest, MarksStandOnTheirLetters) {
  const TextStyle style = style_of(one_picture);
  EXPECT_EQ(refs(*layout("e\u0301", style)), refs_of({"é"}, style));
  EXPECT_FLOAT_EQ(text_size("x\u0301", style).width, text_size("x", style).width);
  EXPECT_EQ(layout("x\u0301", style)->fill.size(), 2);
}

struct Script {
  const char* name;
  const char* font;  // one that has it, for the skip
  const char* character;
  const char* word;
  float letters;  // at most this many em wide
};
class FallbackTest : public testing::TestWithParam<Script> {};

TEST_P(FallbackTest, CharactersThatTheFontLacksComeFromAnother) {
  if (!has_family(GetParam().font)) GTEST_SKIP() << GetParam().font << " is not installed";
  const TextStyle style = style_of(one_picture);
  // A noncharacter, which no font has: the box.
  const std::uint32_t box = ref_of("\U000EFFFD", style);
  const std::uint32_t glyph = ref_of(GetParam().character, style);
  EXPECT_NE(glyph, box);
  const auto word = layout(GetParam().word, style);
  EXPECT_GT(word->extents.width, one_picture);
  EXPECT_LT(word->extents.width, one_picture * GetParam().letters);
  for (const auto& one : word->fill) EXPECT_NE(one.ref, box);
  TextStyle bold = style;
  bold.bold = true;
  EXPECT_GT(mass_of(*layout(GetParam().word, bold)).sum, 1.05 * mass_of(*word).sum);
}

INSTANTIATE_TEST_SUITE_P(Scripts, FallbackTest,
                         testing::Values(Script{"Devanagari", "Noto Sans Devanagari", "क", "नमस्ते", 4},
                                         Script{"Thai", "Noto Sans Thai", "ก", "ที่นี่", 3},
                                         Script{"Cjk", "Droid Sans Fallback", "漢", "漢字かな", 4.1F},
                                         Script{"Ethiopic", "Noto Sans Ethiopic", "ሀ", "ሰላም", 4},
                                         Script{"Tamil", "Noto Sans Tamil", "க", "தமிழ்", 5}),
                         [](const auto& info) { return info.param.name; });

TEST(LayoutTest, ThaiMarksDoNotAdvance) {
  if (!has_family("Noto Sans Thai")) GTEST_SKIP() << "Noto Sans Thai is not installed";
  // The letter, a vowel above it, a tone mark above that.
  EXPECT_FLOAT_EQ(text_size("ที่", style_of(40)).width, text_size("ท", style_of(40)).width);
  // The box is high enough for the other font's lines.
  EXPECT_GT(text_size("ที่", style_of(40)).height, text_size("x", style_of(40)).height);
}

TEST(LayoutTest, DevanagariIsShaped) {
  if (!has_family("Noto Sans Devanagari")) GTEST_SKIP() << "Noto Sans Devanagari is not installed";
  const TextStyle style = style_of(one_picture);
  // The vowel sign i is written after its consonant and drawn before it.
  const auto syllable = refs(*layout("कि", style));
  ASSERT_EQ(syllable.size(), 2);
  EXPECT_EQ(syllable[1], ref_of("क", style));
  // ka, virama, ssa: one conjunct.
  EXPECT_EQ(layout("क्ष", style)->fill.size(), 1);
}

TEST(LayoutTest, WhatNoFontHasIsABox) {
  const TextStyle style = style_of(one_picture);
  const auto laid = layout("a\U000EFFFDb", style);
  ASSERT_EQ(laid->fill.size(), 3);
  EXPECT_GT(header_of(*laid, laid->fill[1]).width, 10);
}

TEST(LayoutTest, InvalidUtf8IsDrawnReplaced) {
  const TextStyle style = style_of(one_picture);
  EXPECT_EQ(refs(*layout("a\xFF\xFE"
                         "b\xE2\x82",
                         style)),
            refs(*layout("a\uFFFD\uFFFDb\uFFFD", style)));
}

// ---- outline, rotation, size ----

// The outline's picture is the letter grown by a disc: OpenCV's distance to the letter says where.
TEST(LayoutTest, OutlineIsTheLetterGrown) {
  for (const float width : {1.0F, 2.5F, 7.0F}) {
    TextStyle style = style_of(80);
    style.outline_px = width;
    const auto laid = layout("R8g", style);
    Coverage fill(260, 140);
    draw(*laid, 20, 20, fill);
    Coverage outline(260, 140);
    draw(*laid, laid->outline, 20, 20, outline);
    const cv::Mat letters(140, 260, CV_8U, fill.pixels.data());
    cv::Mat distance;
    cv::distanceTransform(letters < 128, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
    for (int y = 0; y < 140; ++y)
      for (int x = 0; x < 260; ++x) {
        const float away = distance.at<float>(y, x);
        const int least = away < width - 0.6F ? 200 : fill.at(x, y) - 1;
        const int most = away > width + 2 ? 0 : 255;
        ASSERT_GE(outline.at(x, y), least) << width << " at " << x << ", " << y;
        ASSERT_LE(outline.at(x, y), most) << width << " at " << x << ", " << y;
      }
  }
}

TEST(LayoutTest, HersheyOutlineIsTheStrokeGrown) {
  TextStyle style = style_of(90, Font::hershey_simplex());
  style.thickness_px = 3;
  style.outline_px = 2;
  const auto rim = layout("Rg#", style);
  style.thickness_px = 7;
  style.outline_px = 0;
  const auto thick = layout("Rg#", style);
  ASSERT_EQ(rim->outline.size(), thick->fill.size());
  Coverage a(300, 200);
  draw(*rim, rim->outline, 20, 20, a);
  Coverage b(300, 200);
  draw(*thick, 20, 20 - static_cast<int>(thick->extents.ascent - rim->extents.ascent), b);
  EXPECT_EQ(a.pixels, b.pixels);
}

TEST(LayoutTest, RotationTurnsAroundThePosition) {
  for (const float size : {20.0F, 60.0F, 120.0F}) {
    TextStyle style = style_of(size);
    style.anchor = Anchor::left;
    style.padding = {10, 0, 4, 0};
    const double tolerance = 0.25;  // quarters of a pixel, here and in the reference
    const auto upright = layout("Rotate\nme", style);
    // Turned by next to nothing: neither hinted nor on whole rows, as upright text is.
    style.angle_deg = 1.0F / 64;
    const Mass reference = mass_of(*layout("Rotate\nme", style));
    EXPECT_NEAR(mass_of(*upright).x, reference.x, 1);
    EXPECT_NEAR(mass_of(*upright).y, reference.y, 1.1);
    for (int degrees = -450; degrees <= 720; degrees += 37) {
      style.angle_deg = static_cast<float>(degrees);
      const auto laid = layout("Rotate\nme", style);
      const Mass mass = mass_of(*laid);
      const double angle = degrees * 3.14159265358979 / 180;
      EXPECT_NEAR(mass.sum, reference.sum, reference.sum * 0.01) << degrees;
      EXPECT_NEAR(mass.x, reference.x * std::cos(angle) - reference.y * std::sin(angle), tolerance) << degrees;
      EXPECT_NEAR(mass.y, reference.x * std::sin(angle) + reference.y * std::cos(angle), tolerance) << degrees;
      const double cx = upright->extents.box_width / 2;
      EXPECT_NEAR(laid->box_center.x, cx * std::cos(angle), 0.51) << degrees;
      EXPECT_NEAR(laid->box_center.y, cx * std::sin(angle), 0.51) << degrees;
      EXPECT_EQ(laid->extents.width, upright->extents.width);
    }
  }
}

TEST(LayoutTest, QuarterTurnsAreExact) {
  TextStyle style = style_of(100);
  const auto upright = layout("R", style);
  Coverage a(300, 300);
  draw(*upright, 150, 150, a);
  style.angle_deg = 90;
  Coverage b(300, 300);
  draw(*layout("R", style), 150, 150, b);
  // Clockwise: what was at (x, y) is at (-y, x).
  const cv::Mat before(300, 300, CV_8U, a.pixels.data());
  const cv::Mat after(300, 300, CV_8U, b.pixels.data());
  cv::Mat turned;
  cv::rotate(before, turned, cv::ROTATE_90_CLOCKWISE);
  EXPECT_LE(cv::norm(turned, after, cv::NORM_INF), 4);
  style.angle_deg = 360;
  EXPECT_EQ(layout("R", style)->fill[0].ref, upright->fill[0].ref);
}

TEST(LayoutTest, HugeSizes) {
  const auto laid = layout("Ag", style_of(2000));
  EXPECT_EQ(laid->fill.size(), 2);
  EXPECT_GT(laid->fill_ink.width, 2400);
  EXPECT_EQ(laid->extents.ascent, 1857);  // 1901 * 2000 / 2048
  // All of ASCII: more than a generation holds, so this text's is larger.
  std::string all;
  for (char c = '!'; c <= '~'; ++c) all += c;
  std::string lines;
  for (std::size_t i = 0; i < all.size(); i += 12) lines += all.substr(i, 12) + "\n";
  const auto many = layout(lines, style_of(2000));
  EXPECT_EQ(many->fill.size(), 94);
  EXPECT_GT(many->arena->used_bytes(), std::size_t{32} << 20U);
  EXPECT_LE(layout("x", style_of(33))->arena->used_bytes(), many->arena->capacity_bytes());
}

TEST(LayoutTest, GlyphsBeyondSixteenBitsAreLeftOut) {
  const auto laid = layout(std::string(200, 'H'), style_of(1000));  // 752 px each
  EXPECT_EQ(laid->fill.size(), 43);
  EXPECT_NEAR(laid->extents.width, 200 * 1540.0 * 1000 / 2048, 1);
  for (const auto& glyph : laid->fill) EXPECT_GE(glyph.x, 0);
  const auto small = layout(std::string(100000, 'H'), style_of(20));
  EXPECT_LT(small->fill.size(), 2200);
  EXPECT_GT(small->fill.size(), 2100);
}

}  // namespace
}  // namespace retouch::test
