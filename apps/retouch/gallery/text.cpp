// The gallery's cells: text.
#include "gallery.hpp"

namespace retouch::gallery {
namespace {

// example-begin text
void text(Canvas& canvas) {
  float top = 10;
  for (const float size : {8.0F, 10.0F, 12.0F, 16.0F, 20.0F, 24.0F}) {
    canvas.text("Hand 0.97 (gjpq)", {12, top}, {.size_px = size});
    top += size * 1.25F;
  }
}
// example-end text

// example-begin text_box
void text_box(Canvas& canvas) {
  canvas.text("person 0.97", {20, 20}, {.size_px = 18, .background = Color{0, 0, 0, 160}, .padding = {4, 2, 4, 2}});
  canvas.text("car #12", {20, 60},
              {.size_px = 20,
               .color = {0, 0, 0},
               .bold = true,
               .background = Color{255, 210, 0},
               .padding = {8, 4, 8, 4},
               .radius_px = 8});
  canvas.text("border", {20, 112},
              {.size_px = 24,
               .background = Color{20, 60, 140},
               .padding = {10, 4, 10, 4},
               .border_px = 3,
               .border_color = {160, 210, 255},
               .radius_px = 12});
}
// example-end text_box

// example-begin text_outline
void text_outline(Canvas& canvas) {
  canvas.text("Outline", {120, 14}, {.size_px = 34, .outline_px = 2, .anchor = Anchor::top});
  canvas.text("Shadow", {120, 64},
              {.size_px = 34,
               .color = {255, 230, 120},
               .shadow_offset = {3, 3},
               .shadow_color = {0, 0, 0, 160},
               .anchor = Anchor::top});
  canvas.text("Both", {120, 114},
              {.size_px = 40,
               .color = {120, 220, 255},
               .bold = true,
               .outline_px = 3,
               .outline_color = {10, 30, 80},
               .shadow_offset = {4, 4},
               .shadow_color = {0, 0, 0, 140},
               .anchor = Anchor::top});
}
// example-end text_outline

// example-begin text_anchor
void text_anchor(Canvas& canvas) {
  const Anchor anchors[] = {Anchor::top_left,    Anchor::top,    Anchor::top_right,
                            Anchor::left,        Anchor::center, Anchor::right,
                            Anchor::bottom_left, Anchor::bottom, Anchor::bottom_right};
  for (int i = 0; i < 9; ++i) {
    const int row = i / 3;
    const PointF at{12 + 108 * static_cast<float>(i % 3), 12 + 78 * static_cast<float>(row)};
    canvas.text("anchor", at,
                {.size_px = 14, .background = Color{60, 90, 160}, .padding = {4, 2, 4, 2}, .anchor = anchors[i]});
    canvas.dot(at, {.color = {255, 80, 80}, .radius_px = 3});
  }
}
// example-end text_anchor

// example-begin text_lines
void text_lines(Canvas& canvas) {
  canvas.text("left\nof two lines", {12, 10}, {.size_px = 16});
  canvas.text("centred\non its longest line", {120, 58},
              {.size_px = 16, .anchor = Anchor::top, .align = TextAlign::center});
  canvas.text("right,\nlines 1.4 apart", {228, 108},
              {.size_px = 16, .anchor = Anchor::top_right, .align = TextAlign::right, .line_spacing = 1.4F});
}
// example-end text_lines

// example-begin text_wrap
void text_wrap(Canvas& canvas) {
  canvas.text("What is too long goes on in the next line, at a space.", {12, 12},
              {.size_px = 16,
               .background = Color{0, 0, 0, 140},
               .padding = {6, 4, 6, 4},
               .max_width_px = 204,
               .overflow = TextOverflow::wrap});
  canvas.text("Or it ends in three dots, in one line", {12, 130},
              {.size_px = 16,
               .background = Color{0, 0, 0, 140},
               .padding = {6, 4, 6, 4},
               .max_width_px = 204,
               .overflow = TextOverflow::ellipsis});
}
// example-end text_wrap

// example-begin text_rotated
void text_rotated(Canvas& canvas) {
  for (const float angle : {-30.0F, -10.0F, 10.0F, 30.0F})
    canvas.text("turned", {16, 92 + 1.5F * angle}, {.size_px = 24, .anchor = Anchor::left, .angle_deg = angle});
  canvas.text("label", {190, 90},
              {.size_px = 20,
               .color = {0, 0, 0},
               .background = Color{255, 210, 0, 230},
               .padding = {8, 4, 8, 4},
               .border_px = 2,
               .radius_px = 8,
               .anchor = Anchor::center,
               .angle_deg = -90});
}
// example-end text_rotated

// example-begin text_scripts
void text_scripts(Canvas& canvas) {
  // All of these are in the DejaVu Sans that ships with the library.
  const char* lines[] = {"Ünïcödé, Łódź, ﬁ", "Ελληνικά", "Кириллица", "עברית 123", "العربية ٤٥٦", "→ ∑ √ ♥ ☂ ½"};
  float top = 8;
  for (const char* line : lines) {
    canvas.text(line, {12, top}, {.size_px = 20});
    top += 28;
  }
}
// example-end text_scripts

// example-begin text_invalid
void text_invalid(Canvas& canvas) {
  canvas.text("invalid \xFF\xC0 bytes", {12, 20}, {.size_px = 20});
  canvas.text("no font has \xF3\xB0\x80\x80 this", {12, 60}, {.size_px = 20});
}
// example-end text_invalid

// example-begin text_fallback
void text_fallback(Canvas& canvas) {
  // From other fonts, where such are installed.
  const char* lines[] = {"हिन्दी देवनागरी", "ภาษาไทย", "中文字体", "日本語", "한국어"};
  float top = 8;
  for (const char* line : lines) {
    canvas.text(line, {12, top}, {.size_px = 22});
    top += 33;
  }
}
// example-end text_fallback

// example-begin text_hershey
void text_hershey(Canvas& canvas) {
  const Font font = Font::hershey_simplex();  // as cv::putText
  canvas.text("person: 0.97", {12, 16},
              {.font = font, .size_px = 0.5F * Font::hershey_px_per_scale, .color = {0, 255, 0}});
  canvas.text("scale 1", {12, 46}, {.font = font, .size_px = Font::hershey_px_per_scale, .thickness_px = 2});
  canvas.text("thick", {12, 100},
              {.font = font, .size_px = 2 * Font::hershey_px_per_scale, .color = {255, 120, 60}, .thickness_px = 5});
}
// example-end text_hershey

// example-begin text_alpha
void text_alpha(Canvas& canvas) {
  // Letters that overlap their neighbours' outlines do not show through: a command is one layer.
  canvas.text("Alpha 255", {120, 12}, {.size_px = 36, .bold = true, .anchor = Anchor::top});
  canvas.text("Alpha 128", {120, 64},
              {.size_px = 36, .color = {255, 255, 255, 128}, .bold = true, .anchor = Anchor::top});
  canvas.text("Alpha 80", {120, 116},
              {.size_px = 36, .color = {255, 255, 255, 80}, .bold = true, .anchor = Anchor::top});
}
// example-end text_alpha

// clang-format off
constexpr Cell all[] = {
    {"text", "text: 8 to 24 px", text, Background::plain},
    {"text_box", "text: background, border", text_box, Background::portrait},
    {"text_outline", "text: outline, shadow", text_outline, Background::portrait},
    {"text_anchor", "text: anchors", text_anchor, Background::plain},
    {"text_lines", "text: lines and alignment", text_lines, Background::plain},
    {"text_wrap", "text: wrap, ellipsis", text_wrap, Background::portrait},
    {"text_rotated", "text: rotated", text_rotated, Background::plain},
    {"text_alpha", "text: alpha", text_alpha, Background::portrait},
    {"text_scripts", "text: scripts", text_scripts, Background::plain},
    {"text_invalid", "text: what cannot be drawn", text_invalid, Background::plain, false},
    {"text_fallback", "text: other installed fonts", text_fallback, Background::plain, false},
    {"text_hershey", "text: Hershey Simplex", text_hershey, Background::plain},
};
// clang-format on

}  // namespace

std::span<const Cell> text_cells() { return all; }

}  // namespace retouch::gallery
