// Tests of fonts and of text_size: against FreeType and HarfBuzz used plainly, against OpenCV for its stroke font, and
// against numbers worked by hand.
#include "retouch/text.hpp"

#include <fmt/format.h>
#include <ft2build.h>
#include <gmock/gmock.h>
#include <hb-ot.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <random>

#include "support/text_fonts.hpp"
#include "support/text_picture.hpp"
#include "text/layout.hpp"

#include FT_FREETYPE_H
#include FT_OUTLINE_H

namespace retouch::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// ---- HarfBuzz, used plainly: the whole text at once, nothing kept ----

class PlainShaper {
 public:
  explicit PlainShaper(const std::string& path) {
    blob_ = hb_blob_create_from_file(path.c_str());
    face_ = hb_face_create(blob_, 0);
    font_ = hb_font_create(face_);
  }
  ~PlainShaper() {
    hb_font_destroy(font_);
    hb_face_destroy(face_);
    hb_blob_destroy(blob_);
  }
  PlainShaper(const PlainShaper&) = delete;
  PlainShaper& operator=(const PlainShaper&) = delete;

  double width(const std::string& utf8, double size_px) const {
    hb_buffer_t* buffer = hb_buffer_create();
    hb_buffer_add_utf8(buffer, utf8.data(), static_cast<int>(utf8.size()), 0, -1);
    hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, HB_SCRIPT_LATIN);
    hb_shape(font_, buffer, nullptr, 0);
    unsigned count = 0;
    const hb_glyph_position_t* positions = hb_buffer_get_glyph_positions(buffer, &count);
    std::int64_t sum = 0;
    for (unsigned i = 0; i < count; ++i) sum += positions[i].x_advance;
    hb_buffer_destroy(buffer);
    return static_cast<double>(sum) * size_px / hb_face_get_upem(face_);
  }
  bool has_ascii() const {
    for (hb_codepoint_t c = 0x20; c < 0x7F; ++c) {
      hb_codepoint_t glyph = 0;
      if (hb_font_get_nominal_glyph(font_, c, &glyph) == 0) return false;
    }
    return true;
  }

 private:
  hb_blob_t* blob_ = nullptr;
  hb_face_t* face_ = nullptr;
  hb_font_t* font_ = nullptr;
};

std::vector<std::string> font_files() {
  std::vector<std::string> files = {dejavu_path()};
  std::error_code none;  // no such folder: the bundled font alone
  for (const auto& entry : std::filesystem::recursive_directory_iterator("/usr/share/fonts", none)) {
    const std::string extension = entry.path().extension();
    if (extension == ".ttf" || extension == ".otf") files.push_back(entry.path());
  }
  return files;
}

std::string random_ascii(std::mt19937& random) {
  std::string text;
  const auto length = 1 + random() % 40;
  // Letters that ligate and kern often, and anything else.
  constexpr std::string_view likely = "ffi fl AVAToWa.Ty,LTP'rj\"0123456789-/ ";
  for (unsigned i = 0; i < length; ++i)
    text += random() % 2 == 0 ? likely[random() % likely.size()] : static_cast<char>(0x20 + random() % 95);
  return text;
}

// The library takes short cuts for ASCII; in no installed font may they give another width.
TEST(TextSizeTest, AsciiIsAsWideAsHarfBuzzSays) {
  const unsigned seed = 20240607;
  std::mt19937 random(seed);
  int fonts = 0;
  for (const std::string& path : font_files()) {
    const PlainShaper plain(path);
    if (!plain.has_ascii()) continue;
    ++fonts;
    const TextStyle style = style_of(37.5F, Font::file(path));
    for (int i = 0; i < 60; ++i) {
      const std::string text = random_ascii(random);
      const double expected = plain.width(text, style.size_px);
      ASSERT_NEAR(text_size(text, style).width, expected, 0.002 + expected * 1e-5)
          << path << " '" << text << "' seed " << seed;
    }
  }
  EXPECT_GE(fonts, 1);
}

TEST(TextSizeTest, LettersKernAndLigate) {
  const TextStyle style = style_of(100);
  EXPECT_LT(text_size("AV", style).width, text_size("A", style).width + text_size("V", style).width - 3);
  const auto glyphs = [&](std::string_view text) { return text::layout(text, style)->fill.size(); };
  EXPECT_EQ(glyphs("ffi"), 1);
  EXPECT_EQ(glyphs("fxi"), 3);
}

// DejaVu Sans: 2048 units, ascender 1901, descender -483, height 2384.
TEST(TextSizeTest, LinesAreWholePixelsHigh) {
  // 16 px: 14.85 up, 3.77 down, 18.63 from line to line. 'H' advances by 1540 units: 12.03.
  const TextExtents one = text_size("H", style_of(16));
  EXPECT_EQ(one.ascent, 15);
  EXPECT_EQ(one.height, 19);
  EXPECT_EQ(one.lines, 1);
  EXPECT_NEAR(one.width, 1540.0 * 16 / 2048, 1e-4);
  TextStyle style = style_of(16);
  const TextExtents three = text_size("H\n\nHH", style);
  EXPECT_EQ(three.lines, 3);
  EXPECT_EQ(three.height, 19 + 2 * 19);
  EXPECT_NEAR(three.width, 2 * 1540.0 * 16 / 2048, 1e-4);
  style.line_spacing = 1.5F;  // 28.5, rounded to 29
  EXPECT_EQ(text_size("H\n\nHH", style).height, 19 + 2 * 29);
  EXPECT_EQ(text_size("H\n", style_of(16)).lines, 2);
  // 2048 px is one unit a pixel, but beyond the range; 1024 is half of it: 950.5, 241.5, 1192.
  EXPECT_EQ(text_size("H", style_of(1024)).ascent, 951);
  EXPECT_EQ(text_size("H", style_of(1024)).height, 951 + 242);
}

TEST(TextSizeTest, BoxAddsPaddingAndBorder) {
  TextStyle style = style_of(16);
  style.padding = {1, 2, 4, 8};
  style.border_px = 3;
  const TextExtents extents = text_size("H", style);
  EXPECT_FLOAT_EQ(extents.box_width, extents.width + 1 + 4 + 6);
  EXPECT_FLOAT_EQ(extents.box_height, 19 + 2 + 8 + 6);
}

TEST(TextSizeTest, EmptyTextTakesNothing) {
  TextStyle style = style_of(16);
  style.padding = {1, 2, 4, 8};
  const TextExtents extents = text_size("", style);
  EXPECT_EQ(extents.width, 0);
  EXPECT_EQ(extents.height, 0);
  EXPECT_EQ(extents.lines, 0);
  EXPECT_EQ(extents.box_width, 0);
  const auto layout = text::layout("", style);
  EXPECT_TRUE(layout->fill.empty());
  EXPECT_TRUE(layout->fill_ink.empty());
  EXPECT_NE(layout->arena, nullptr);
}

TEST(TextSizeTest, InvalidUtf8IsReplaced) {
  const float one = text_size("\uFFFD", style_of(20)).width;
  ASSERT_GT(one, 5);
  // By the Unicode standard's recommendation (section 3.9): one for each longest start of a character.
  const std::vector<std::pair<std::string, int>> cases = {{"\x80", 1},
                                                          {"\xFF", 1},
                                                          {"\xC0\xAF", 2},
                                                          {"\xE0\x80\xAF", 3},
                                                          {"\xED\xA0\x80", 3},
                                                          {"\xF4\x90\x80\x80", 4},
                                                          {"\xE2\x82", 1},
                                                          {"\xF0\x9F\x98", 1},
                                                          {"\xC3", 1},
                                                          {"\xF5\x80", 2},
                                                          {"\xE2\x82\xE2\x82", 2},
                                                          {"\xF0\x80\x80\x80", 4}};
  for (const auto& [bytes, count] : cases) {
    EXPECT_NEAR(text_size(bytes, style_of(20)).width, one * static_cast<float>(count), 1e-3)
        << testing::PrintToString(bytes);
    const float around = text_size("H" + bytes + "H", style_of(20)).width - text_size("HH", style_of(20)).width;
    EXPECT_NEAR(around, one * static_cast<float>(count), 1e-3) << testing::PrintToString(bytes);
  }
}

TEST(TextSizeTest, ControlCharacters) {
  const TextStyle style = style_of(20);
  const float plain = text_size("ab", style).width;
  EXPECT_FLOAT_EQ(text_size("a\x01\x7F\u0085b", style).width, text_size("a\nb", style).width);
  EXPECT_FLOAT_EQ(text_size("a\x01\x1B"
                            "b",
                            style)
                      .width,
                  plain);
  EXPECT_FLOAT_EQ(text_size("a\tb", style).width, text_size("a    b", style).width);
  for (const char* text : {"a\r\nb", "a\nb", "a\rb", "a\u2028b", "a\u2029b"})
    EXPECT_EQ(text_size(text, style).lines, 2) << text;
  EXPECT_EQ(text_size(std::string_view("a\0b", 3), style).width, plain);
}

TEST(TextSizeTest, RejectsWhatIsNotANumberOrOutOfRange) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float inf = std::numeric_limits<float>::infinity();
  const std::vector<std::pair<const char*, std::function<void(TextStyle&)>>> cases = {
      {"size_px", [](TextStyle& s) { s.size_px = 0.5F; }},
      {"size_px", [](TextStyle& s) { s.size_px = 2001; }},
      {"size_px", [](TextStyle& s) { s.size_px = nan; }},
      {"outline_px", [](TextStyle& s) { s.outline_px = -1; }},
      {"outline_px", [](TextStyle& s) { s.outline_px = inf; }},
      {"padding", [](TextStyle& s) { s.padding.bottom = nan; }},
      {"padding", [](TextStyle& s) { s.padding.left = -1; }},
      {"border_px", [](TextStyle& s) { s.border_px = -1; }},
      {"radius_px", [](TextStyle& s) { s.radius_px = nan; }},
      {"line_spacing", [](TextStyle& s) { s.line_spacing = -1; }},
      {"max_width_px", [](TextStyle& s) { s.max_width_px = nan; }},
      {"angle_deg", [](TextStyle& s) { s.angle_deg = inf; }},
      {"shadow_offset", [](TextStyle& s) { s.shadow_offset.y = nan; }},
      {"thickness_px", [](TextStyle& s) { s.font = Font::hershey_simplex(), s.thickness_px = 0; }},
  };
  for (const auto& [name, change] : cases) {
    TextStyle style;
    change(style);
    EXPECT_THAT([&] { text_size("a", style); },
                ThrowsMessage<InvalidArgument>(HasSubstr(fmt::format("text: {}", name))));
    EXPECT_THROW(text::layout("a", style), InvalidArgument) << name;
  }
  EXPECT_THROW(text::layout("a", TextStyle{}, 4), InvalidArgument);
}

// ---- fonts ----

TEST(FontTest, BundledIsTheDefault) {
  EXPECT_EQ(Font().name(), "DejaVu Sans");
  EXPECT_FALSE(Font().is_hershey());
  EXPECT_EQ(Font(), TextStyle{}.font);
  EXPECT_EQ(Font::hershey_simplex().name(), "hershey_simplex");
  EXPECT_TRUE(Font::hershey_simplex().is_hershey());
  // The file that it was made from gives the same.
  const Font file = Font::file(dejavu_path());
  EXPECT_EQ(file.name(), "DejaVuSans.ttf");
  for (const char* text : {"Sphinx of black quartz", "ﬃ Ťřídění", "Ξεσκεπάζω"})
    EXPECT_EQ(text_size(text, style_of(17)).width, text_size(text, style_of(17, file)).width) << text;
}

TEST(FontTest, HandlesOfOneFontAreEqual) {
  EXPECT_EQ(Font::file(dejavu_path()), Font::file(dejavu_path()));
  EXPECT_NE(Font::file(dejavu_path()), Font());
  EXPECT_EQ(Font::hershey_simplex(), Font::hershey_simplex());
}

TEST(FontTest, FilesThatAreNone) {
  EXPECT_THAT([] { Font::file("/nowhere/a.ttf"); }, ThrowsMessage<FileError>(HasSubstr("/nowhere/a.ttf")));
  EXPECT_THAT([] { Font::file(source_path("assets/logo.png").string()); },
              ThrowsMessage<FileError>(HasSubstr("logo.png")));
  EXPECT_THROW(Font::file(dejavu_path(), 1), FileError);
  EXPECT_THROW(Font::file(dejavu_path(), -1), FileError);
  EXPECT_THROW(Font::file(std::filesystem::path(dejavu_path()).parent_path().string()), FileError);
}

TEST(FontTest, FamiliesThatAreNone) {
  EXPECT_THAT([] { Font::family("No Such Family Anywhere"); },
              ThrowsMessage<InvalidArgument>(HasSubstr("No Such Family Anywhere")));
  EXPECT_THROW(Font::family(""), InvalidArgument);
  EXPECT_THROW(Font::family(":italic"), InvalidArgument);
}

TEST(FontTest, Families) {
  if (!has_family("Noto Sans")) GTEST_SKIP() << "Noto Sans is not installed";
  const Font noto = Font::family("Noto Sans");
  EXPECT_EQ(noto, Font::family("Noto Sans"));
  EXPECT_EQ(noto.name(), "Noto Sans");
  const TextStyle upright = style_of(100, noto);
  const TextStyle italic = style_of(100, Font::family("Noto Sans:italic"));
  EXPECT_NE(text_size("Hamburg", upright).width, text_size("Hamburg", italic).width);
  EXPECT_GT(text_size("Hamburg", style_of(100, Font::family("sans-serif"))).width, 100);
}

int mass(const text::Layout& layout) {
  Coverage picture(600, 300);
  draw(layout, 100, 100, picture);
  int sum = 0;
  for (const std::uint8_t value : picture.pixels) sum += value;
  return sum / 255;
}

TEST(FontTest, Bold) {
  // The bundled bold face, whose 'H' is 1714 of 2048 units wide; the plain one's is 1540.
  TextStyle style = style_of(64);
  style.bold = true;
  EXPECT_NEAR(text_size("H", style).width, 1714.0 * 64 / 2048, 1e-3);
  // A file has no bold face: its letters are made bolder, and a 24th of an em wider.
  const TextStyle plain = style_of(64, Font::file(dejavu_path()));
  TextStyle bold = plain;
  bold.bold = true;
  EXPECT_NEAR(text_size("HH", bold).width, text_size("HH", plain).width + 2 * std::floor(2048 / 24) * 64 / 2048, 1e-3);
  EXPECT_GT(mass(*text::layout("H", bold)), mass(*text::layout("H", plain)) * 5 / 4);
  TextStyle hershey = style_of(60, Font::hershey_simplex());
  const int thin = mass(*text::layout("H", hershey));
  hershey.bold = true;
  EXPECT_GT(mass(*text::layout("H", hershey)), 2 * thin);
}

// ---- the stroke font against OpenCV ----

struct Drawn {
  cv::Size size;
  int baseline = 0;
  cv::Rect ink;  // from the text's origin
};

Drawn opencv(const std::string& text, double scale, int thickness) {
  Drawn drawn;
  drawn.size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &drawn.baseline);
  cv::Mat picture(240, 3000, CV_8U, cv::Scalar(0));
  cv::putText(picture, text, {100, 120}, cv::FONT_HERSHEY_SIMPLEX, scale, 255, thickness);
  drawn.ink = cv::boundingRect(picture) - cv::Point(100, 120);
  return drawn;
}

TEST(HersheyTest, MeasuresAndInkAreThoseOfOpenCv) {
  std::vector<std::string> texts = {
      "car 0.87 #123", "The quick brown fox", "person (0.5)", "@{}[]~|\\^_`'\"*,;:", "gjpqy", "H"};
  for (char c = '!'; c <= '~'; ++c) texts.push_back({'|', c, '|'});
  for (const std::string& text : texts)
    for (const double scale : {0.4, 0.5, 0.7, 1.0, 1.3, 2.0, 3.0})
      for (int thickness = 1; thickness <= 4; ++thickness) {
        const std::string at = fmt::format("'{}' scale {} thickness {}", text, scale, thickness);
        const Drawn expected = opencv(text, scale, thickness);
        TextStyle style = style_of(static_cast<float>(scale) * Font::hershey_px_per_scale, Font::hershey_simplex());
        style.thickness_px = static_cast<float>(thickness);
        const TextExtents extents = text_size(text, style);
        EXPECT_NEAR(extents.width, expected.size.width, 1) << at;
        EXPECT_NEAR(extents.ascent, expected.size.height, 1) << at;
        EXPECT_NEAR(extents.height - extents.ascent, expected.baseline, 1) << at;
        // putText's origin is the first line's start on the baseline.
        const auto layout = text::layout(text, style);
        Coverage picture(3000, 240);
        const int up = static_cast<int>(extents.ascent);
        draw(*layout, 100, 120 - up, picture);
        const Rect ink = picture.ink();
        EXPECT_NEAR(ink.x - 100, expected.ink.x, 1) << at;
        EXPECT_NEAR(ink.y - 120, expected.ink.y, 1) << at;
        EXPECT_NEAR(ink.x + ink.width - 100, expected.ink.x + expected.ink.width, 1) << at;
        EXPECT_NEAR(ink.y + ink.height - 120, expected.ink.y + expected.ink.height, 1) << at;
      }
}

// Each pixel that OpenCV draws is near one of ours, and the other way round: the shapes are the same.
TEST(HersheyTest, StrokesRunWhereOpenCvDrawsThem) {
  for (char c = '!'; c <= '~'; ++c) {
    cv::Mat theirs(140, 160, CV_8U, cv::Scalar(0));
    cv::putText(theirs, std::string(1, c), {20, 90}, cv::FONT_HERSHEY_SIMPLEX, 3, 255, 1);
    TextStyle style = style_of(3 * Font::hershey_px_per_scale, Font::hershey_simplex());
    const auto layout = text::layout({&c, 1}, style);
    Coverage picture(160, 140);
    draw(*layout, 20, 90 - static_cast<int>(layout->extents.ascent), picture);
    const cv::Mat ours(140, 160, CV_8U, picture.pixels.data());
    for (const auto& [mask, near] :
         {std::pair(cv::Mat(theirs > 0), cv::Mat(ours > 64)), std::pair(cv::Mat(ours > 160), cv::Mat(theirs > 0))}) {
      cv::Mat distance;
      cv::distanceTransform(~near, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
      double farthest = 0;
      cv::minMaxLoc(distance, nullptr, &farthest, nullptr, nullptr, mask);
      // Of these five OpenCV has another drawing: up to three units of scale 1 apart.
      const bool other = std::string_view("@[]{}").find(c) != std::string_view::npos;
      EXPECT_LE(farthest, other ? 9 : 2.3) << c;
    }
  }
}

TEST(HersheyTest, OtherCharactersAreQuestionMarks) {
  const TextStyle style = style_of(60, Font::hershey_simplex());
  const auto expected = text::layout("a??", style);
  const auto layout = text::layout("aé漢", style);
  ASSERT_EQ(layout->fill.size(), 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(layout->fill[i].x, expected->fill[i].x) << i;
  EXPECT_EQ(layout->extents.width, expected->extents.width);
}

}  // namespace
}  // namespace retouch::test
