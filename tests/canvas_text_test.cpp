// Text on a canvas: against the layout's own glyphs, put down by the plainest loop.
#include "support/canvas.hpp"
#include "support/text_picture.hpp"

namespace retouch::test {
namespace {

class CanvasTextTest : public CanvasSuite {
 protected:
  static Rect ink_of(const Pixels& p, int channel = 0) {
    Coverage c(p.size.width, p.size.height);
    for (int y = 0; y < p.size.height; ++y)
      for (int x = 0; x < p.size.width; ++x) c.at(x, y) = p.at(0, x, y, channel);
    return c.ink();
  }
};
RETOUCH_BACKENDS(CanvasTextTest);

TEST_P(CanvasTextTest, IsTheLayoutsGlyphs) {
  for (const char* string : {"person 0.87", "AVATAR", "two\nlines, gjy", "\xC3\xA9\xE2\x82\xAC \xD7\xA9\xD7\x9C"})
    for (const float size : {9.5F, 16.0F, 33.0F, 70.0F})
      for (const PointF at : {PointF{10, 12}, PointF{7.3F, 9.6F}, PointF{-20.5F, -4}, PointF{150, 50}}) {
        TextStyle style{.size_px = size};
        const Pixels p = draw(Size{200, 90}, [&](Canvas& c) { c.text(string, at, style); });
        // On quarters of a column, on whole rows.
        const double left = std::floor(double{at.x} * 4) / 4;
        const auto layout = text::layout(string, style, static_cast<int>((left - std::floor(left)) * 4));
        Coverage expected(200, 90);
        test::draw(*layout, static_cast<int>(std::floor(left)), static_cast<int>(std::floor(at.y + 0.5)), expected);
        int off = 0;
        for (int y = 0; y < 90; ++y)
          for (int x = 0; x < 200; ++x) off += p.at(0, x, y) != expected.at(x, y) ? 1 : 0;
        EXPECT_EQ(off, 0) << string << " " << size << " at " << at.x << "," << at.y;
      }
}

TEST_P(CanvasTextTest, AnchorsBoxesAndBorders) {
  const Color back{0, 200, 0, 255};
  for (int anchor = 0; anchor < 9; ++anchor) {
    TextStyle style{.size_px = 20, .background = back, .padding = {5, 3, 7, 2}, .border_px = 2, .border_color = back};
    style.anchor = static_cast<Anchor>(anchor);
    const TextExtents size = text_size("Label", style);
    const Rect ink = ink_of(draw(Size{300, 200}, [&](Canvas& c) { c.text("Label", {150, 100}, style); }), 1);
    EXPECT_NEAR(ink.width, size.box_width, 1);
    EXPECT_NEAR(ink.height, size.box_height, 1);
    EXPECT_NEAR(ink.x, 150 - size.box_width * static_cast<float>(anchor % 3) / 2, 1) << anchor;
    EXPECT_NEAR(ink.y, 100 - size.box_height * static_cast<float>(anchor / 3) / 2, 1) << anchor;
  }
}

TEST_P(CanvasTextTest, ShadowsLieUnderOutlinesUnderLetters) {
  TextStyle style{.size_px = 40, .color = {255, 0, 0, 255}, .outline_px = 3, .outline_color = {0, 255, 0, 255}};
  style.shadow_offset = {6, 5};
  style.shadow_color = {0, 0, 255, 255};
  const Pixels p = draw(Size{120, 80}, [&](Canvas& c) { c.text("I", {30, 10}, style); });
  const Rect red = ink_of(p, 0);
  const Rect green = ink_of(p, 1);
  const Rect blue = ink_of(p, 2);
  EXPECT_NEAR(green.x, red.x - 3, 1);
  EXPECT_NEAR(green.width, red.width + 6, 1);
  EXPECT_NEAR(blue.x + blue.width, green.x + green.width + 6, 1);
  EXPECT_NEAR(blue.y + blue.height, green.y + green.height + 5, 1);
  const int x = red.x + red.width / 2;
  const int y = red.y + red.height / 2;
  EXPECT_EQ(p.at(0, x, y, 0), 255);
  EXPECT_EQ(p.at(0, x, y, 1), 0);
}

TEST_P(CanvasTextTest, TurnsAroundItsPosition) {
  TextStyle style{.size_px = 24};
  const Pixels straight = draw(Size{160, 160}, [&](Canvas& c) { c.text("Turned", {80, 80}, style); });
  style.angle_deg = 90;
  const Pixels turned = draw(Size{160, 160}, [&](Canvas& c) { c.text("Turned", {80, 80}, style); });
  const Rect a = ink_of(straight);
  const Rect b = ink_of(turned);
  // (x, y) from the position becomes (-y, x).
  EXPECT_NEAR(b.x, 80 - (a.y - 80) - a.height, 1);
  EXPECT_NEAR(b.y, 80 + (a.x - 80), 1);
  EXPECT_NEAR(b.width, a.height, 1);
  EXPECT_NEAR(b.height, a.width, 1);
}

TEST_P(CanvasTextTest, InvalidBytesAreReplacementCharacters) {
  const auto shown = [&](const char* string) {
    return draw(Size{200, 40}, [&](Canvas& c) { c.text(string, {5, 5}, {.size_px = 24}); });
  };
  EXPECT_EQ(shown("a\xFF"
                  "b"),
            shown("a\xEF\xBF\xBD"
                  "b"));
  EXPECT_EQ(shown("a\xC3"), shown("a\xEF\xBF\xBD"));
  EXPECT_NE(shown("a\xFF"), shown("a"));
}

TEST_P(CanvasTextTest, TwoThousandPixels) {
  const Pixels p = draw(Size{900, 700}, [](Canvas& c) {
    c.text("I", {450, 350},
           {.size_px = 2000, .outline_px = 10, .outline_color = {0, 0, 255, 255}, .anchor = Anchor::center});
  });
  EXPECT_EQ(p.at(0, 450, 350, 0), 255);  // in the middle of the letter
  EXPECT_EQ(p.at(0, 5, 350, 0), 0);
  EXPECT_EQ(p.at(0, 5, 350, 2), 0);
  const Pixels before = noise(PixelFormat::rgba8, {40, 30});
  draw(before, [](Canvas& c) {
    c.text("far too long for the frame, whatever its size", {-9000, -900}, {.size_px = 2000});
    EXPECT_THROW(c.text("a", {0, 0}, {.size_px = 2001}), InvalidArgument);
    EXPECT_THROW(c.text("a", {0, 0}, {.size_px = 0.5F}), InvalidArgument);
  });
}

}  // namespace
}  // namespace retouch::test
