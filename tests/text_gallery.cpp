// Draws what the text engine can do into a PNG, for the eye and for docs/text.md.
// usage: text_gallery FILE.png
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>

#include "retouch/device.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"
#include "support/text_picture.hpp"

namespace retouch::test {
namespace {

constexpr int width = 1200;
constexpr int height = 900;

class Gallery {
 public:
  Gallery() : pixels_(static_cast<std::size_t>(width) * height * 3, 40) {}

  void add(std::string_view utf8, const TextStyle& style, int x, int y, int x_fraction = 0) {
    const auto layout = text::layout(utf8, style, x_fraction);
    Coverage outline(width, height);
    draw(*layout, layout->outline, x, y, outline);
    blend(outline, style.outline_color);
    Coverage fill(width, height);
    draw(*layout, x, y, fill);
    blend(fill, style.color);
    fmt::print("{:40} width {:7.2f} height {:4} lines {} ink {}x{}\n", utf8.substr(0, 30), layout->extents.width,
               layout->extents.height, layout->extents.lines, layout->fill_ink.width, layout->fill_ink.height);
  }

  /// The text's box.
  void frame(std::string_view utf8, const TextStyle& style, int x, int y) {
    const auto layout = text::layout(utf8, style);
    Coverage box(width, height);
    const float left = static_cast<float>(x) + layout->box_center.x - layout->extents.box_width / 2;
    const float top = static_cast<float>(y) + layout->box_center.y - layout->extents.box_height / 2;
    for (int row = 0; row < height; ++row)
      for (int column = 0; column < width; ++column)
        if (static_cast<float>(column) + 0.5F > left && static_cast<float>(row) + 0.5F > top &&
            static_cast<float>(column) + 0.5F < left + layout->extents.box_width &&
            static_cast<float>(row) + 0.5F < top + layout->extents.box_height)
          box.at(column, row) = 255;
    blend(box, {0, 90, 160, 255});
    add(utf8, style, x, y);
  }

  void write(const char* path) {
    write_png(path, ImageView::wrap(Device::cpu(), PixelFormat::rgb8, {width, height}, pixels_.data(), width * 3));
  }

 private:
  void blend(const Coverage& coverage, Color color) {
    const std::array<int, 3> channels = {color.r, color.g, color.b};
    for (std::size_t i = 0; i < coverage.pixels.size(); ++i)
      for (std::size_t c = 0; c < 3; ++c) {
        std::uint8_t& out = pixels_[i * 3 + c];
        const int a = coverage.pixels[i];
        out = static_cast<std::uint8_t>((channels[c] * a + out * (255 - a) + 127) / 255);
      }
  }
  std::vector<std::uint8_t> pixels_;
};

void draw_all(const char* path) {
  Gallery gallery;
  TextStyle style;
  style.size_px = 24;
  int y = 10;
  for (const char* line :
       {"Latin: Sphinx of black quartz, judge my vow. AVATAR fi ffi Ťřídění",
        "Greek: Ξεσκεπάζω την ψυχοφθόρα βδελυγμία", "Cyrillic: Съешь же ещё этих мягких французских булок",
        "Arabic: نص حكيم له سر قاطع وذو شأن عظيم", "Hebrew: דג סקרן שט בים מאוכזב ולפתע מצא (שלום) 123",
        "Devanagari: ऋषियों को सताने वाले दुष्ट राक्षसों के राजा", "Thai: เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กี่ ที่ น้ำ",
        "CJK: 天地玄黃 宇宙洪荒 いろはにほへと カタカナ",
        "Mixed: car سيارة 0.87 #123 שלום (a) ✓ \xFF\xC3 \xE2\x82 end"}) {
    gallery.add(line, style, 10, y);
    y += 38;
  }
  style.bold = true;
  gallery.add("Bold: Sphinx of black quartz  Жирный  粗體 ठळक", style, 10, y);
  y += 40;
  style.bold = false;
  style.outline_px = 2;
  style.size_px = 40;
  style.color = {255, 220, 0, 255};
  gallery.add("Outlined @&8% नमस्ते 漢字", style, 10, y);
  style.outline_px = 0.5F;
  gallery.add("thin rim", style, 560, y);
  style.outline_px = 6;
  gallery.add("wide", style, 760, y);
  y += 60;
  style = {};
  style.size_px = 22;
  for (int degrees = 0; degrees < 360; degrees += 30) {
    style.angle_deg = static_cast<float>(degrees);
    style.anchor = Anchor::left;
    gallery.add(fmt::format("      {} deg ملف", degrees), style, 1020, 260);
  }
  style = {};
  style.font = Font::hershey_simplex();
  style.size_px = 30;
  gallery.add("Hershey: The quick brown fox #123 0.87 @{}[]~|", style, 10, y);
  style.thickness_px = 3;
  style.outline_px = 2;
  gallery.add("Thick & rim", style, 850, y);
  y += 45;
  for (const float size : {9.0F, 10.0F, 11.0F, 12.0F, 13.0F, 14.0F, 16.0F, 18.0F}) {
    style = {};
    style.size_px = size;
    gallery.add(fmt::format("{} px: car 0.87 #123 illimitable", size), style, 10 + (y % 2), y);
    style.font = Font::hershey_simplex();
    gallery.add(fmt::format("{} px: car 0.87 #123 illimitable", size), style, 300, y);
    y += static_cast<int>(size * 1.3F) + 2;
  }
  style = {};
  style.size_px = 18;
  style.padding = {6, 4, 6, 4};
  style.max_width_px = 220;
  style.overflow = TextOverflow::wrap;
  style.align = TextAlign::center;
  gallery.frame("Wrapped and centred at 220 px, with averyveryveryverylongwordthatisbroken and 中文也可以換行的句子。",
                style, 620, 560);
  style.overflow = TextOverflow::ellipsis;
  style.align = TextAlign::left;
  gallery.frame("The end of this line is cut off", style, 620, 740);
  gallery.frame("זו שורה ארוכה מאוד שאין לה מקום", style, 620, 780);
  style.overflow = TextOverflow::none;
  style.max_width_px = 0;
  style.anchor = Anchor::bottom_right;
  style.align = TextAlign::right;
  style.background = Color{0, 0, 0, 255};
  gallery.frame("three lines\naligned right\nat a corner", style, 1190, 890);
  style = {};
  style.size_px = 130;
  style.bold = true;
  gallery.add("Rag", style, 900, 560);
  gallery.write(path);
}

}  // namespace
}  // namespace retouch::test

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: text_gallery FILE.png\n", stderr);
    return 2;
  }
  try {
    retouch::test::draw_all(argv[1]);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
  return 0;
}
