// The blend rule against its definition, over every value.
#include "pixel/blend.hpp"

#include <gtest/gtest.h>

namespace retouch::pixel {
namespace {

TEST(Blend, Div255IsTheIntegerQuotient) {
  for (std::uint32_t value = 0; value < 65535; ++value) ASSERT_EQ(div255(value), value / 255) << value;
}

TEST(Blend, IsTheRuleForEverySourceTargetAndAlpha) {
  for (std::uint32_t a = 0; a < 256; ++a)
    for (std::uint32_t src = 0; src < 256; ++src)
      for (std::uint32_t dst = 0; dst < 256; ++dst)
        ASSERT_EQ(blend(src, dst, a), (src * a + dst * (255 - a) + 127) / 255) << src << " over " << dst << " by " << a;
}

TEST(Blend, Goldens) {
  EXPECT_EQ(blend(200, 100, 255), 200);
  EXPECT_EQ(blend(200, 100, 0), 100);
  EXPECT_EQ(blend(200, 100, 128), 150);  // 150.196
  EXPECT_EQ(blend(255, 0, 1), 1);
  EXPECT_EQ(blend(0, 255, 254), 1);
  EXPECT_EQ(blend_alpha(255, 0), 255);
  EXPECT_EQ(blend_alpha(0, 77), 77);
  EXPECT_EQ(blend_alpha(128, 128), 192);  // 128 + 63.75
  EXPECT_EQ(blend_alpha(1, 254), 254);    // 1 + 253.004
  EXPECT_EQ(mul255(255, 93), 93);
  EXPECT_EQ(mul255(128, 128), 64);  // 64.25
  EXPECT_EQ(mul255(0, 255), 0);
}

TEST(Blend, AlphaStaysWithinAByte) {
  for (std::uint32_t a = 0; a < 256; ++a)
    for (std::uint32_t dst = 0; dst < 256; ++dst)
      ASSERT_EQ(blend_alpha(a, dst), a + (dst * (255 - a) + 127) / 255) << a << " over " << dst;
}

TEST(Blend, ChromaPairsOfAView) {
  // Columns 0..4 from an even column: pairs (0,1) (2,3) (4, unknown).
  EXPECT_EQ(pair_length(0, 0, 5), 2);
  EXPECT_EQ(pair_length(1, 0, 5), 2);
  EXPECT_EQ(pair_length(2, 0, 5), 1);
  // From an odd column: (outside,0) (1,2) (3,4).
  EXPECT_EQ(pair_length(0, 1, 5), 2);
  EXPECT_EQ(pair_length(2, 1, 5), 2);
  // One column: alone, or with the one before it.
  EXPECT_EQ(pair_length(0, 0, 1), 1);
  EXPECT_EQ(pair_length(0, 1, 1), 2);
}

TEST(Blend, MeanAlphaRoundsAHalfUp) {
  EXPECT_EQ(mean_alpha(4 * 255, 4), 255);
  EXPECT_EQ(mean_alpha(255, 4), 64);       // 63.75
  EXPECT_EQ(mean_alpha(255, 2), 128);      // 127.5
  EXPECT_EQ(mean_alpha(2 * 255, 4), 128);  // 127.5
  EXPECT_EQ(mean_alpha(1, 4), 0);
  EXPECT_EQ(mean_alpha(2, 4), 1);
  EXPECT_EQ(mean_alpha(77, 1), 77);
}

}  // namespace
}  // namespace retouch::pixel
