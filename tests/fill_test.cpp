// Tests of fill: against the blend rule written out once more, pixel by pixel.
#include "retouch/fill.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "support/backend.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

constexpr Size size{41, 29};
constexpr Color orange{250, 140, 20, 255};

int rounded(double value) { return static_cast<int>(std::floor(value + 0.5)); }

// What `color` is in channel c of a plane; alpha blends towards opaque.
int value_of(const Pixels& p, const Color& color, int plane, int c) {
  const double kr = p.color.matrix == ColorMatrix::bt601 ? 0.299 : 0.2126;
  const double kb = p.color.matrix == ColorMatrix::bt601 ? 0.114 : 0.0722;
  const bool limited = p.color.range == ColorRange::limited;
  const double luma = kr * color.r + (1 - kr - kb) * color.g + kb * color.b;
  const double chroma = limited ? 224.0 / 255 : 1;
  const int u = rounded(128 + (color.b - luma) / (2 - 2 * kb) * chroma);
  const int v = rounded(128 + (color.r - luma) / (2 - 2 * kr) * chroma);
  switch (p.format) {
    case PixelFormat::gray8: return rounded(0.299 * color.r + 0.587 * color.g + 0.114 * color.b);
    case PixelFormat::rgb8:
    case PixelFormat::rgba8: return c == 0 ? color.r : c == 1 ? color.g : c == 2 ? color.b : 255;
    case PixelFormat::bgr8:
    case PixelFormat::bgra8: return c == 0 ? color.b : c == 1 ? color.g : c == 2 ? color.r : 255;
    default: break;
  }
  if (plane == 0) return rounded(limited ? 16 + luma * 219 / 255 : luma);
  if (p.format == PixelFormat::nv12) return c == 0 ? u : v;
  return plane == 1 ? u : v;
}

using MaskValue = std::function<int(int x, int y)>;  // of the region's own coordinates

// The rule of docs/pixel_model.md. A chroma sample's alpha is the mean over its 2x2 pixels; pixels left of and above
// the region count as 0, those beyond its right and bottom end are left out of the mean.
Pixels filled(
    Pixels p, const Rect& rect, const Color& color, const MaskValue& mask = [](int, int) { return 255; }) {
  const Rect r = intersect(rect, {0, 0, p.size.width, p.size.height});
  const auto pixel_alpha = [&](int x, int y) {
    return x < r.x || y < r.y ? 0 : (color.a * mask(x - r.x, y - r.y) + 127) / 255;
  };
  for (int i = 0; i < plane_count(p.format); ++i) {
    const Rect part = plane_rect(p, rect, i);
    for (int y = part.y; y < part.y + part.height; ++y)
      for (int x = part.x; x < part.x + part.width; ++x) {
        int alpha = 0;
        if (i > 0) {
          int sum = 0;
          int count = 0;
          for (int py = 2 * y; py < std::min(2 * y + 2, r.y + r.height); ++py)
            for (int px = 2 * x; px < std::min(2 * x + 2, r.x + r.width); ++px, ++count) sum += pixel_alpha(px, py);
          alpha = (sum + count / 2) / count;
        } else {
          alpha = pixel_alpha(x, y);
        }
        for (int c = 0; c < plane_channels(p.format, i); ++c) {
          const int under = p.at(i, x, y, c);
          p.at(i, x, y, c) =
              static_cast<std::uint8_t>((value_of(p, color, i, c) * alpha + under * (255 - alpha) + 127) / 255);
        }
      }
  }
  return p;
}

class FillTest : public BackendTest {
 protected:
  Guarded mask_image(Size mask_size, const MaskValue& value) {
    Pixels p(PixelFormat::gray8, mask_size);
    for (int y = 0; y < mask_size.height; ++y)
      for (int x = 0; x < mask_size.width; ++x) p.at(0, x, y) = static_cast<std::uint8_t>(value(x, y));
    return Guarded(stream(), p, 5);
  }
};
RETOUCH_BACKENDS(FillTest);

// 0, in between and 255, without a pattern that agrees with chroma pairs.
int speckled(int x, int y) {
  const int i = (x * 7 + y * 5) % 11;
  return i < 3 ? 0 : i < 6 ? 255 : i * 23;
}

TEST_P(FillTest, IsTheBlendRuleInEveryFormatAndRegion) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects)
      for (const int alpha : {255, 128, 1, 0}) {
        const Color color{250, 140, 20, static_cast<std::uint8_t>(alpha)};
        const Pixels input = noise(format, size);
        const Pixels output =
            apply(input, [&](StreamView s, const ImageView& image) { fill(s, image.region(rect), color); });
        expect_near(output, filled(input, rect, color), 0, "alpha " + std::to_string(alpha));
      }
}

TEST_P(FillTest, WideRowsAtEveryAlignment) {
  for (const PixelFormat format : all_pixel_formats)
    for (int x = 0; x < 20; ++x)
      for (const int alpha : {255, 77}) {
        const Color color{1, 2, 203, static_cast<std::uint8_t>(alpha)};
        const Rect rect{x, 1, 200 - x % 3, 3};
        const Pixels input = noise(format, {230, 5});
        const Pixels output =
            apply(input, [&](StreamView s, const ImageView& image) { fill(s, image.region(rect), color); });
        expect_near(output, filled(input, rect, color), 0);
      }
}

TEST_P(FillTest, Large) {
  const Rect rect{3, 5, 1001, 601};
  for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::nv12}) {
    const Pixels input = noise(format, {1017, 611});
    const Pixels output =
        apply(input, [&](StreamView s, const ImageView& image) { fill(s, image.region(rect), orange); });
    expect_near(output, filled(input, rect, orange), 0);
  }
}

TEST_P(FillTest, UsesTheColorSpecOfTheImage) {
  for (const ColorMatrix matrix : {ColorMatrix::bt601, ColorMatrix::bt709})
    for (const ColorRange range : {ColorRange::limited, ColorRange::full}) {
      Pixels input = noise(PixelFormat::nv12, {8, 6});
      input.color = {matrix, range};
      const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
        fill(s, image, Color{10, 200, 90});
      });
      expect_near(output, filled(input, {0, 0, 8, 6}, Color{10, 200, 90}), 0);
    }
}

TEST_P(FillTest, Goldens) {
  // Red in BT.601 limited range is Y 81, Cb 90, Cr 240.
  Pixels nv12 = apply(flat(PixelFormat::nv12, {4, 4}, 100), [](StreamView s, const ImageView& image) {
    fill(s, image.region({1, 1, 3, 3}), {255, 0, 0});
  });
  EXPECT_EQ(nv12.at(0, 0, 0), 100);
  EXPECT_EQ(nv12.at(0, 1, 1), 81);
  EXPECT_EQ(nv12.at(1, 1, 1, 0), 90);   // all four pixels
  EXPECT_EQ(nv12.at(1, 1, 1, 1), 240);  //
  EXPECT_EQ(nv12.at(1, 0, 1, 1), 170);  // two of four: alpha 128, 170.27
  EXPECT_EQ(nv12.at(1, 0, 0, 1), 135);  // one of four: alpha 64, 135.14
  Pixels rgba = flat(PixelFormat::rgba8, {1, 1}, 100);
  rgba = apply(rgba, [](StreamView s, const ImageView& image) { fill(s, image, {200, 0, 255, 128}); });
  EXPECT_EQ(rgba.at(0, 0, 0, 0), 150);
  EXPECT_EQ(rgba.at(0, 0, 0, 1), 50);
  EXPECT_EQ(rgba.at(0, 0, 0, 2), 178);
  EXPECT_EQ(rgba.at(0, 0, 0, 3), 178);  // 128 + 100 * 127 / 255
}

TEST_P(FillTest, MaskWeighsTheColour) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects)
      for (const int alpha : {255, 90}) {
        const Color color{250, 140, 20, static_cast<std::uint8_t>(alpha)};
        const Pixels input = noise(format, size);
        const Rect clipped = intersect(rect, {0, 0, size.width, size.height});
        const Guarded mask = mask_image({clipped.width, clipped.height}, speckled);
        const Pixels output =
            apply(input, [&](StreamView s, const ImageView& image) { fill(s, image.region(rect), color, mask); });
        expect_near(output, filled(input, rect, color, speckled), 0);
      }
}

TEST_P(FillTest, MaskOf255IsNoMaskAndOf0IsNothing) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, size);
    const Rect rect{3, 5, 30, 20};
    const Guarded all = mask_image({30, 20}, [](int, int) { return 255; });
    const Guarded none = mask_image({30, 20}, [](int, int) { return 0; });
    expect_near(apply(input, [&](StreamView s, const ImageView& i) { fill(s, i.region(rect), orange, all); }),
                apply(input, [&](StreamView s, const ImageView& i) { fill(s, i.region(rect), orange); }), 0);
    expect_near(apply(input, [&](StreamView s, const ImageView& i) { fill(s, i.region(rect), orange, none); }), input,
                0);
  }
}

TEST_P(FillTest, ListIsOneAfterTheOther) {
  for (const PixelFormat format : all_pixel_formats) {
    const Color glass{10, 20, 200, 100};
    const Pixels input = noise(format, size);
    Pixels expected = input;
    for (const Rect& rect : tricky_list) expected = filled(expected, rect, glass);
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, tricky_list);
      fill(s, views, glass);
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(FillTest, ManyRegions) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::i420}) {
    const Color glass{10, 20, 200, 100};
    const Pixels input = noise(format, {120, 90});
    Pixels expected = input;
    const auto rects = many_rects(150, 15, {8, 9});
    for (const Rect& rect : rects) expected = filled(expected, rect, glass);
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, rects);
      fill(s, views, glass);
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(FillTest, MixedFormatsInOneList) {
  const Pixels rgb = noise(PixelFormat::rgb8, {9, 7});
  const Pixels nv12 = noise(PixelFormat::nv12, {9, 7});
  const Guarded a(stream(), rgb);
  const Guarded b(stream(), nv12);
  fill(stream(), std::vector<ImageView>{a, b}, orange);
  expect_near(a.download(), filled(rgb, {0, 0, 9, 7}, orange), 0);
  expect_near(b.download(), filled(nv12, {0, 0, 9, 7}, orange), 0);
}

TEST_P(FillTest, IntoEqualsInPlace) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, size);
    const Color glass{10, 20, 200, 100};
    const Guarded mask = mask_image(size, speckled);
    expect_near(
        apply_into(input, format, size,
                   [&](StreamView s, const ImageView& src, const ImageView& dst) { fill_into(s, src, dst, glass); }),
        filled(input, {0, 0, size.width, size.height}, glass), 0);
    expect_near(apply_into(input, format, size,
                           [&](StreamView s, const ImageView& src, const ImageView& dst) {
                             fill_into(s, src, dst, glass, mask);
                           }),
                filled(input, {0, 0, size.width, size.height}, glass, speckled), 0);
  }
}

TEST_P(FillTest, NothingToDo) {
  fill(stream(), std::vector<ImageView>{}, orange);
  fill(stream(), ImageView(), orange);
  fill(stream(), ImageView(), orange, ImageView());
  fill_into(stream(), ImageView(), ImageView(), orange);
  stream().synchronize();
}

TEST_P(FillTest, Errors) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {8, 6}));
  const Guarded small(stream(), noise(PixelFormat::gray8, {7, 6}));
  const Guarded rgb(stream(), noise(PixelFormat::rgb8, {8, 6}));
  const Guarded gray(stream(), noise(PixelFormat::gray8, {8, 6}));
  EXPECT_THROW(fill(stream(), image, orange, small), InvalidArgument);
  EXPECT_THROW(fill(stream(), image, orange, rgb), InvalidArgument);
  EXPECT_THROW(fill(stream(), gray, orange, gray), InvalidArgument);
  EXPECT_THROW(fill_into(stream(), image, rgb, orange), InvalidArgument);
  EXPECT_THROW(fill_into(stream(), image, image, orange), InvalidArgument);
  try {
    fill(stream(), image, orange, small);
  } catch (const InvalidArgument& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("fill: the mask (gray8 7x6"));
  }
  if (device().is_cuda()) {
    Pixels host = noise(PixelFormat::rgba8, {8, 6});
    Pixels host_mask = noise(PixelFormat::gray8, {8, 6});
    EXPECT_THROW(fill(stream(), host.view(), orange), InvalidArgument);
    EXPECT_THROW(fill(stream(), image, orange, host_mask.view()), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
