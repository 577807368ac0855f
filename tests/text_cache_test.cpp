// Tests of what the text engine keeps: layouts by content, pictures by generation, from many threads.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <thread>

#include "support/allocations.hpp"
#include "support/text_fonts.hpp"
#include "support/text_picture.hpp"
#include "text/layout.hpp"
#include "text/recent.hpp"

namespace retouch::test {
namespace {

using text::layout;
using text::statistics;

class TextCacheTest : public testing::Test {
 protected:
  // Each test begins with nothing but its own.
  void SetUp() override {
    text::set_limits({std::size_t{32} << 20U, 0});
    text::set_limits({});
  }
  void TearDown() override { text::set_limits({}); }
};

TEST_F(TextCacheTest, WhatWasSeenIsFound) {
  const TextStyle style = style_of(19);
  const auto before = statistics();
  const auto first = layout("seen twice", style);
  EXPECT_EQ(layout("seen twice", style), first);
  EXPECT_EQ(layout(std::string("seen twice!").substr(0, 10), style), first);
  EXPECT_EQ(statistics().layouts_made - before.layouts_made, 1);
  EXPECT_EQ(statistics().layouts_found - before.layouts_found, 2);
  EXPECT_EQ(text_size("seen twice", style).width, first->extents.width);
  EXPECT_EQ(statistics().layouts_found - before.layouts_found, 3);
}

TEST_F(TextCacheTest, WhatChangesTheLayoutIsAnotherOne) {
  const TextStyle plain = style_of(19);
  const auto reference = layout("label", plain);
  const std::vector<std::function<void(TextStyle&)>> changes = {
      [](TextStyle& s) { s.size_px = 19.5F; },
      [](TextStyle& s) { s.bold = true; },
      [](TextStyle& s) { s.outline_px = 1; },
      [](TextStyle& s) { s.font = Font::hershey_simplex(); },
      [](TextStyle& s) { s.font = Font::file(dejavu_path()); },
      [](TextStyle& s) { s.padding.left = 1; },
      [](TextStyle& s) { s.padding.top = 1; },
      [](TextStyle& s) { s.padding.right = 1; },
      [](TextStyle& s) { s.padding.bottom = 1; },
      [](TextStyle& s) { s.border_px = 1; },
      [](TextStyle& s) { s.anchor = Anchor::bottom; },
      [](TextStyle& s) { s.align = TextAlign::right; },
      [](TextStyle& s) { s.line_spacing = 2; },
      [](TextStyle& s) { s.angle_deg = 1; },
      [](TextStyle& s) { s.max_width_px = 10, s.overflow = TextOverflow::wrap; },
      [](TextStyle& s) { s.max_width_px = 10, s.overflow = TextOverflow::ellipsis; },
  };
  std::vector<std::shared_ptr<const text::Layout>> all = {reference, layout("label", plain, 1), layout("Label", plain)};
  for (const auto& change : changes) {
    TextStyle style = plain;
    change(style);
    all.push_back(layout("label", style));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(all[i], all[k]) << i << " " << k;
}

TEST_F(TextCacheTest, ColoursChangeNoLayout) {
  TextStyle style = style_of(19);
  const auto reference = layout("label", style);
  style.color = {1, 2, 3, 4};
  style.shadow_offset = {3, 3};
  style.shadow_color = {1, 2, 3, 4};
  style.background = Color{1, 2, 3, 4};
  style.border_color = {1, 2, 3, 4};
  style.radius_px = 4;
  style.max_width_px = 3;  // with nothing to do at it
  style.angle_deg = -0.0F;
  EXPECT_EQ(layout("label", style), reference);
}

TEST_F(TextCacheTest, LayoutsAreBounded) {
  const TextStyle style = style_of(14);
  constexpr std::size_t limit = std::size_t{256} << 10U;
  text::set_limits({std::size_t{32} << 20U, limit});
  const auto kept = layout("asked for all the time", style);
  for (int i = 0; i < 3000; ++i) {
    layout(fmt::format("label number {}", i), style);
    EXPECT_EQ(layout("asked for all the time", style), kept) << i;
  }
  EXPECT_LE(statistics().cached_bytes, limit);
  EXPECT_GT(statistics().cached_layouts, 100);
  const auto made = statistics().layouts_made;
  layout("label number 0", style);
  EXPECT_EQ(statistics().layouts_made, made + 1) << "the oldest is still there";
  layout("label number 2999", style);
  EXPECT_EQ(statistics().layouts_made, made + 1) << "the latest is not there";
  // Too long to keep at all.
  const std::string longest(100000, 'x');
  EXPECT_NE(layout(longest, style), layout(longest, style));
}

TEST_F(TextCacheTest, TheFrameBeforeIsAskedFirst) {
  text::RecentLayouts recent;
  const TextStyle style = style_of(19);
  TextStyle larger = style;
  larger.size_px = 20;
  const auto frame = [&](std::string_view second) {
    recent.begin();
    return std::array{recent.layout("first", style, 0), recent.layout(second, style, 1),
                      recent.layout("first", larger, 0)};
  };
  const auto seen = frame("second");
  const auto before = statistics();
  EXPECT_EQ(frame("second"), seen);
  EXPECT_EQ(statistics().layouts_found, before.layouts_found) << "the cache was asked";
  EXPECT_EQ(seen, (std::array{layout("first", style, 0), layout("second", style, 1), layout("first", larger, 0)}));

  const auto other = frame("other");
  EXPECT_EQ(other[0], seen[0]);
  EXPECT_EQ(other[1], layout("other", style, 1));
  EXPECT_EQ(other[2], seen[2]);
  EXPECT_EQ(recent.layout("one more", style, 3), layout("one more", style, 3));

  // From time to time the cache hears that they are in use.
  const auto found = statistics().layouts_found;
  for (int i = 0; i < 640; ++i) frame("other");
  EXPECT_EQ(statistics().layouts_found, found + 30);
}

TEST_F(TextCacheTest, TheFrameBeforeKeepsNothing) {
  text::RecentLayouts recent;
  const TextStyle style = style_of(19);
  std::weak_ptr<const text::Layout> gone = recent.layout("text", style, 0);
  const auto old = recent.layout("held", style, 0);
  text::set_limits({});  // a new generation of glyphs
  EXPECT_TRUE(gone.expired());
  recent.begin();
  EXPECT_NE(recent.layout("text", style, 0), nullptr);
  EXPECT_NE(recent.layout("held", style, 0), old);
}

TEST_F(TextCacheTest, ManyAndLongTextsOfAFrameAreFound) {
  text::RecentLayouts recent;
  const TextStyle style = style_of(12);
  const std::string long_text(1000, 'x');
  for (int frame = 0; frame < 3; ++frame) {
    recent.begin();
    EXPECT_EQ(recent.layout(long_text, style, 0), layout(long_text, style));
    for (int i = 0; i < 2000; ++i) {
      const std::string text = fmt::format("text {}", i);
      ASSERT_EQ(recent.layout(text, style, 0), layout(text, style)) << i;
    }
  }
}

Coverage picture_of(const text::Layout& laid) {
  Coverage picture(400, 120);
  draw(laid, 10, 10, picture);
  return picture;
}

TEST_F(TextCacheTest, FullGenerationsGiveWayToNewOnes) {
  constexpr std::size_t capacity = std::size_t{64} << 10U;
  text::set_limits({capacity, std::size_t{16} << 20U});
  const auto first = layout("first", style_of(30));
  const Coverage before = picture_of(*first);
  const auto generations = statistics().generations;
  for (int i = 0; i < 400; ++i) {
    const auto laid = layout("abc", style_of(20 + static_cast<float>(i) / 16));
    ASSERT_LE(laid->arena->used_bytes(), capacity);
    ASSERT_EQ(laid->fill.size(), 3);
  }
  EXPECT_GT(statistics().generations, generations + 2);
  // Whoever holds the old one goes on drawing from it.
  EXPECT_EQ(picture_of(*first).pixels, before.pixels);
  const auto again = layout("first", style_of(30));
  EXPECT_NE(again, first);
  EXPECT_NE(again->arena->generation(), first->arena->generation());
  EXPECT_EQ(picture_of(*again).pixels, before.pixels);
}

TEST_F(TextCacheTest, NewGenerationsKeepWhatWasUsedLately) {
  text::set_limits({std::size_t{256} << 10U, std::size_t{16} << 20U});
  const TextStyle label = style_of(16);
  const TextStyle numbers = style_of(17);
  static_cast<void>(layout("0123456789", numbers));
  const auto generation = layout("person", label)->arena->generation();
  // Sizes that come and go, a label that is found again each time, and numbers that make new layouts.
  int last = 0;
  while (layout("person", label)->arena->generation() == generation) {
    ++last;
    layout("abc", style_of(30 + static_cast<float>(last) / 16));
    layout(std::to_string(last), numbers);
    ASSERT_LT(last, 1000);
  }
  const auto made = statistics().glyphs_made;
  layout("person", label);
  layout(std::to_string(last), numbers);
  EXPECT_EQ(statistics().glyphs_made, made);
  layout("abc", style_of(30 + 1.0F / 16));  // the oldest
  EXPECT_EQ(statistics().glyphs_made, made + 3);
}

TEST_F(TextCacheTest, SettingTheCapacityBeginsAnotherGeneration) {
  const auto before = layout("x", style_of(15));
  text::set_limits({std::size_t{1} << 20U, std::size_t{1} << 20U});
  const auto after = layout("x", style_of(15));
  EXPECT_NE(before->arena, after->arena);
  EXPECT_EQ(after->arena->capacity_bytes(), std::size_t{1} << 20U);
}

TEST_F(TextCacheTest, FindingAllocatesNothing) {
  TextStyle style = style_of(18);
  style.outline_px = 2;
  const std::vector<std::string> labels = {"car 0.87 #123", "سيارة 0.87",
                                           "a label that is rather long, so that no string is small"};
  for (const std::string& label : labels) layout(label, style);
  const long before = allocations();
  for (int i = 0; i < 100; ++i)
    for (const std::string& label : labels) {
      layout(label, style);
      static_cast<void>(text_size(label, style));
    }
  EXPECT_EQ(allocations() - before, 0);
}

TEST_F(TextCacheTest, MakingAllocatesTheLayoutAlone) {
  const TextStyle style = style_of(18);
  for (int i = 0; i < 300; ++i) layout(fmt::format("car 0.{:02} #{}", i % 100, 1000 + i), style);
  const std::string fresh = "car 0.42 #9876543";
  // Its glyphs are there.
  TextStyle padded = style;
  padded.padding.left = 4;
  static_cast<void>(layout(fresh, padded));
  const long before = allocations();
  layout(fresh, style);
  // The layout, its glyphs, the cache's entry, its text and its place in the index.
  EXPECT_LE(allocations() - before, 5);
}

// Threads make, find and read layouts while generations change; every picture must come out as it does alone.
TEST_F(TextCacheTest, ManyThreads) {
  const std::vector<std::string> words = {"car", "0.87", "#123", "Ξεσκεπ", "שלום 12", "نص حكيم", "fi ffi", "é漢ก"};
  std::vector<Coverage> expected;
  const auto style_for = [](std::size_t i) {
    TextStyle style = style_of(12 + static_cast<float>(i % 24));
    style.bold = i % 5 == 0;
    style.outline_px = i % 7 == 0 ? 1.5F : 0;
    style.angle_deg = i % 11 == 0 ? 30 : 0;
    return style;
  };
  constexpr std::size_t kinds = 96;
  for (std::size_t i = 0; i < kinds; ++i)
    expected.push_back(picture_of(*layout(words[i % words.size()], style_for(i))));
  text::set_limits({std::size_t{48} << 10U, std::size_t{64} << 10U});
  const auto generations = statistics().generations;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t k = 0; k < 2 * kinds; ++k) {
        const std::size_t i = (k * 7 + t * 13) % kinds;
        const auto laid = layout(words[i % words.size()], style_for(i));
        if (picture_of(*laid).pixels != expected[i].pixels) ++wrong;
        if (laid->arena->used_bytes() > laid->arena->capacity_bytes()) ++wrong;
        static_cast<void>(text_size(fmt::format("{} {} {}", words[i % words.size()], t, k), style_for(i)));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(statistics().generations, generations + 1);
}

}  // namespace
}  // namespace retouch::test
