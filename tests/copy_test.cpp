// Tests of copy_into, with and without a mask.
#include <opencv2/core.hpp>

#include "retouch/fill.hpp"
#include "support/backend.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

constexpr Size size{41, 29};

class CopyTest : public BackendTest {};
RETOUCH_BACKENDS(CopyTest);

// Puts the region `from` of src to `to` of dst, where f(x, y) of a sample's pixels says so.
Pixels copied(
    const Pixels& src, const Rect& from, Pixels dst, const Rect& to,
    const std::function<bool(int, int)>& masked = [](int, int) { return true; }) {
  const Rect region = intersect(to, {0, 0, dst.size.width, dst.size.height});
  for (int i = 0; i < plane_count(src.format); ++i) {
    const Rect a = plane_rect(src, from, i);
    const Rect b = plane_rect(dst, to, i);
    for (int y = 0; y < b.height; ++y)
      for (int x = 0; x < b.width; ++x) {
        bool any = false;
        if (i == 0) {
          any = masked(x, y);
        } else {
          for (int py = 2 * (b.y + y); py < 2 * (b.y + y) + 2; ++py)
            for (int px = 2 * (b.x + x); px < 2 * (b.x + x) + 2; ++px)
              if (!intersect(region, {px, py, 1, 1}).empty()) any = any || masked(px - region.x, py - region.y);
        }
        if (!any) continue;
        for (int c = 0; c < plane_channels(src.format, i); ++c)
          dst.at(i, b.x + x, b.y + y, c) = src.at(i, a.x + x, a.y + y, c);
      }
  }
  return dst;
}

bool speckled(int x, int y) { return (x * 7 + y * 5) % 11 < 4; }

Pixels speckles(Size mask_size) {
  Pixels mask(PixelFormat::gray8, mask_size);
  for (int y = 0; y < mask_size.height; ++y)
    for (int x = 0; x < mask_size.width; ++x)
      mask.at(0, x, y) = static_cast<std::uint8_t>(speckled(x, y) ? 1 + (x * 37 + y) % 255 : 0);
  return mask;
}

TEST_P(CopyTest, RegionsOfTwoImages) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects) {
      const Pixels from = noise(format, size, 1);
      const Pixels onto = noise(format, size, 2);
      const Guarded src(stream(), from);
      const Guarded dst(stream(), onto, 11);
      copy_into(stream(), src.view().region(rect), dst.view().region(rect));
      dst.expect_canaries();
      expect_near(dst.download(), copied(from, rect, onto, rect), 0);
      EXPECT_EQ(max_difference(src.download(), from), 0);
    }
}

TEST_P(CopyTest, OverlappingRegionsOfOneImage) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Point by : {Point{2, 0}, Point{-2, 0}, Point{0, 2}, Point{4, -2}, Point{0, 0}}) {
      const Pixels input = noise(format, size);
      const Rect from{5, 7, 23, 17};
      const Rect to{5 + by.x, 7 + by.y, 23, 17};
      const Pixels plain = apply(
          input, [&](StreamView s, const ImageView& image) { copy_into(s, image.region(from), image.region(to)); });
      expect_near(plain, copied(input, from, input, to), 0);
      const Guarded mask(stream(), speckles({23, 17}));
      const Pixels masked = apply(input, [&](StreamView s, const ImageView& image) {
        copy_into(s, image.region(from), image.region(to), mask);
      });
      expect_near(masked, copied(input, from, input, to, speckled), 0);
    }
}

TEST_P(CopyTest, MaskPicksPixels) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects) {
      const Pixels from = noise(format, size, 1);
      const Pixels onto = noise(format, size, 2);
      const Guarded src(stream(), from);
      const Guarded dst(stream(), onto, 11);
      const ImageView region = dst.view().region(rect);
      const Guarded mask(stream(), speckles(region.size()), 5);
      copy_into(stream(), src.view().region(rect), region, mask);
      dst.expect_canaries();
      expect_near(dst.download(), copied(from, rect, onto, rect, speckled), 0);
    }
}

TEST_P(CopyTest, MaskIsOpenCvsCopyTo) {
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8}) {
    Pixels from = noise(format, size, 1);
    Pixels onto = noise(format, size, 2);
    Pixels mask = speckles(size);
    const Guarded device_mask(stream(), mask);
    const Guarded src(stream(), from);
    const Guarded dst(stream(), onto);
    copy_into(stream(), src, dst, device_mask);
    const int type = CV_8UC(plane_channels(format, 0));
    cv::Mat expected(size.height, size.width, type, onto.planes[0].data());
    cv::Mat(size.height, size.width, type, from.planes[0].data())
        .copyTo(expected, cv::Mat(size.height, size.width, CV_8UC1, mask.planes[0].data()));
    expect_near(dst.download(), onto, 0);
  }
}

TEST_P(CopyTest, HostToDeviceIsCapturedAtTheCall) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {230, 190}, 3);
    const Guarded dst(stream(), noise(format, {230, 190}, 4));
    Pixels host = input;
    copy_into(stream(), host.view(), dst);
    for (auto& plane : host.planes) std::fill(plane.begin(), plane.end(), std::uint8_t{0});
    expect_near(dst.download(), input, 0);
    dst.expect_canaries();
    Pixels back(format, {230, 190});
    copy_into(stream(), dst, back.view());
    stream().synchronize();
    expect_near(back, input, 0);
  }
}

TEST_P(CopyTest, NothingToDo) {
  copy_into(stream(), ImageView(), ImageView());
  copy_into(stream(), ImageView(), ImageView(), ImageView());
  stream().synchronize();
}

TEST_P(CopyTest, Errors) {
  const Guarded image(stream(), noise(PixelFormat::nv12, {8, 6}));
  const Guarded other(stream(), noise(PixelFormat::nv12, {8, 6}));
  const Guarded rgb(stream(), noise(PixelFormat::rgb8, {8, 6}));
  const Guarded gray(stream(), noise(PixelFormat::gray8, {8, 6}));
  const Guarded small(stream(), noise(PixelFormat::gray8, {8, 5}));
  EXPECT_THROW(copy_into(stream(), image, rgb), InvalidArgument);
  EXPECT_THROW(copy_into(stream(), image.view().region({0, 0, 4, 4}), other), InvalidArgument);
  EXPECT_THROW(copy_into(stream(), image.view().region({0, 0, 4, 4}), other.view().region({1, 0, 4, 4})),
               InvalidArgument);
  EXPECT_THROW(copy_into(stream(), image, other, small), InvalidArgument);
  EXPECT_THROW(copy_into(stream(), image, other, rgb), InvalidArgument);
  const Guarded plain(stream(), noise(PixelFormat::gray8, {8, 6}));
  EXPECT_THROW(copy_into(stream(), plain, gray, gray), InvalidArgument);
  copy_into(stream(), image, other, gray);
  if (device().is_cuda()) {
    Pixels host = noise(PixelFormat::nv12, {8, 6});
    Pixels host_mask = noise(PixelFormat::gray8, {8, 6});
    EXPECT_THROW(copy_into(stream(), host.view(), image, gray), InvalidArgument);
    EXPECT_THROW(copy_into(stream(), image, other, host_mask.view()), InvalidArgument);
  }
}

}  // namespace
}  // namespace retouch::test
