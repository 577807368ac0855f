// Tests of pixelate: against the mean of every cell, written out.
#include <climits>

#include "ops/pixelate.hpp"
#include "retouch/filter.hpp"
#include "support/backend.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

constexpr Size size{41, 29};

Pixels pixelated(Pixels p, const Rect& rect, int cell_px) {
  edit_region(p, rect, [&](int plane, int width, int height, int channels, std::vector<std::uint8_t>& bytes) {
    const int cell = plane > 0 ? cell_px / 2 : cell_px;
    const auto at = [&](int x, int y, int c) -> std::uint8_t& {
      return bytes[static_cast<std::size_t>((std::ptrdiff_t{y} * width + x) * channels + c)];
    };
    for (std::int64_t top = 0; top < height; top += cell)
      for (std::int64_t left = 0; left < width; left += cell)
        for (int c = 0; c < channels; ++c) {
          const auto right = static_cast<int>(std::min<std::int64_t>(width, left + cell));
          const auto bottom = static_cast<int>(std::min<std::int64_t>(height, top + cell));
          std::int64_t sum = 0;
          std::int64_t count = 0;
          for (auto y = static_cast<int>(top); y < bottom; ++y)
            for (auto x = static_cast<int>(left); x < right; ++x, ++count) sum += at(x, y, c);
          for (auto y = static_cast<int>(top); y < bottom; ++y)
            for (auto x = static_cast<int>(left); x < right; ++x)
              at(x, y, c) = static_cast<std::uint8_t>((2 * sum + count) / (2 * count));
        }
  });
  return p;
}

class PixelateTest : public BackendTest {};
RETOUCH_BACKENDS(PixelateTest);

TEST_P(PixelateTest, IsTheMeanOfEveryCell) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects)
      for (const int cell : {2, 4, 6, 16, 100}) {
        const Pixels input = noise(format, size);
        const Pixels output =
            apply(input, [&](StreamView s, const ImageView& image) { pixelate(s, image.region(rect), {cell}); });
        expect_near(output, pixelated(input, rect, cell), 0, "cell " + std::to_string(cell));
      }
}

TEST_P(PixelateTest, OddCells) {
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::bgr8, PixelFormat::rgba8})
    for (const int cell : {1, 3, 7, 15}) {
      const Pixels input = noise(format, size);
      const Pixels output = apply(input, [&](StreamView s, const ImageView& image) { pixelate(s, image, {cell}); });
      expect_near(output, pixelated(input, {0, 0, size.width, size.height}, cell), 0);
    }
}

// Every way of dividing the work, at cells of one and of several.
TEST_P(PixelateTest, LargeCells) {
  const Rect rect{3, 5, 701, 503};
  for (const PixelFormat format : all_pixel_formats)
    for (const int cell : {34, 256, 300, INT_MAX - 1}) {
      const Pixels input = cell % 100 == 0 ? flat(format, {717, 511}, 255) : noise(format, {717, 511});
      const Pixels output =
          apply(input, [&](StreamView s, const ImageView& image) { pixelate(s, image.region(rect), {cell}); });
      expect_near(output, pixelated(input, rect, cell), 0, "cell " + std::to_string(cell));
    }
}

TEST_P(PixelateTest, Goldens) {
  Pixels p(PixelFormat::gray8, {3, 2});
  p.planes[0] = {1, 2, 9, 3, 4, 10};
  const Pixels output = apply(p, [](StreamView s, const ImageView& image) { pixelate(s, image, {2}); });
  // 10 / 4 = 2.5 goes up; 19 / 2 = 9.5 too.
  EXPECT_EQ(output.planes[0], (std::vector<std::uint8_t>{3, 3, 10, 3, 3, 10}));
}

TEST_P(PixelateTest, AlignedRows) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int cell : {8, 64, 400}) {
      const Pixels input = noise(format, {384, 70});
      const Guarded image(stream(), input, 128);
      pixelate(stream(), image.view(), {cell});
      image.expect_canaries();
      expect_near(image.download(), pixelated(input, {0, 0, 384, 70}, cell), 0);
    }
}

TEST_P(PixelateTest, IntoEqualsInPlace) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int cell : {6, 40}) {
      const Pixels input = noise(format, size);
      const Pixels output = apply_into(
          input, format, size,
          [&](StreamView s, const ImageView& src, const ImageView& dst) { pixelate_into(s, src, dst, {cell}); });
      expect_near(output, pixelated(input, {0, 0, size.width, size.height}, cell), 0);
    }
}

TEST_P(PixelateTest, ListIsOneAfterTheOther) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, size);
    Pixels expected = input;
    for (const Rect& rect : tricky_list) expected = pixelated(expected, rect, 4);
    const Pixelate mosaic({4});
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, tricky_list);
      mosaic(s, views);
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(PixelateTest, ManyRegions) {
  for (const PixelFormat format : {PixelFormat::bgr8, PixelFormat::i420}) {
    const Pixels input = noise(format, {160, 100});
    Pixels expected = input;
    const auto rects = many_rects(100, 10, {16, 10});
    for (const Rect& rect : rects) expected = pixelated(expected, rect, 6);
    const Pixels output = apply(input, [&](StreamView s, const ImageView& image) {
      const auto views = regions_of(image, rects);
      pixelate(s, views, {6});
    });
    expect_near(output, expected, 0);
  }
}

TEST_P(PixelateTest, NothingToDo) {
  pixelate(stream(), std::vector<ImageView>{});
  pixelate(stream(), ImageView());
  pixelate_into(stream(), ImageView(), ImageView());
  stream().synchronize();
}

TEST_P(PixelateTest, EachJobHasItsCells) {
  // More planes than go in one launch, in place and into another image by turns.
  const std::vector<Rect> rects = many_rects(60, 10, {20, 16});
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {200, 96});
    const Guarded image(stream(), input);
    const Guarded other(stream(), noise(format, {200, 96}, 9));
    Pixels expected = input;
    Pixels expected_other = noise(format, {200, 96}, 9);
    std::vector<detail::PixelateJob> jobs;
    for (std::size_t i = 0; i < rects.size(); ++i) {
      const int cell = 2 + 2 * static_cast<int>(i % 7);
      const bool into = i % 2 == 1;
      const ImageView src = image.view().region(rects[i]);
      jobs.push_back({src, into ? other.view().region(rects[i]) : src, cell});
      copy_region(into ? expected_other : expected, pixelated(input, rects[i], cell), rects[i]);
    }
    jobs.push_back({ImageView(), ImageView(), 4});
    detail::pixelate(stream(), jobs);
    image.expect_canaries();
    other.expect_canaries();
    expect_near(image.download(), expected, 0);
    expect_near(other.download(), expected_other, 0);
  }
}

TEST_P(PixelateTest, Errors) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {8, 6}));
  const Guarded nv12(stream(), noise(PixelFormat::nv12, {8, 6}));
  const Guarded rgb(stream(), noise(PixelFormat::rgb8, {8, 6}));
  for (const int cell : {0, -1, INT_MIN}) {
    EXPECT_THROW(pixelate(stream(), image.view(), {cell}), InvalidArgument);
    EXPECT_THROW(Pixelate({cell}), InvalidArgument);
  }
  EXPECT_THROW(pixelate(stream(), nv12.view(), {5}), InvalidArgument);
  EXPECT_THROW(pixelate(stream(), std::vector<ImageView>{image, nv12}, {5}), InvalidArgument);
  EXPECT_THROW(pixelate_into(stream(), image, rgb), InvalidArgument);
  EXPECT_THROW(Pixelate({3}).into(stream(), image, image), InvalidArgument);
  if (device().is_cuda()) {
    Pixels host = noise(PixelFormat::rgba8, {8, 6});
    EXPECT_THROW(pixelate(stream(), host.view()), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
