// Devices, images, regions, frames and leases.
#include <gmock/gmock.h>

#include <thread>

#include "retouch/fill.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

using testing::HasSubstr;

template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "(nothing was thrown)";
}

TEST(Device, ParsesItsNames) {
  EXPECT_TRUE(Device::parse("cpu").is_cpu());
  EXPECT_EQ(Device::parse("auto"), Device::best());
  for (const char* word : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:0x", "CPU"})
    EXPECT_THROW(Device::parse(word), InvalidArgument) << word;
}

TEST(Device, AskingForAGpuThatIsNotThereSaysWhy) {
  EXPECT_THROW(Device::cuda(63), Unsupported);
  EXPECT_THAT(message_of([] { static_cast<void>(Device::cuda(63)); }), HasSubstr("cuda:63"));
  EXPECT_EQ(list_devices().size() == 1, !cuda_unavailable_reason().empty());
}

TEST(Geometry, IntersectionsOfExtremeRectangles) {
  constexpr int big = std::numeric_limits<int>::max();
  EXPECT_EQ(intersect({0, 0, 10, 10}, {big - 1, 0, big, big}), Rect());
  EXPECT_EQ(intersect({0, 0, 10, 10}, {-5, -5, big, big}), (Rect{0, 0, 10, 10}));
  EXPECT_EQ(intersect({0, 0, 10, 10}, {3, 4, -2, 5}), Rect());
}

TEST(Geometry, EnclosingRectCoversTheBox) {
  EXPECT_EQ(enclosing_rect({1.5F, 2.0F, 3.0F, 1.0F}), (Rect{1, 2, 4, 1}));
  EXPECT_EQ(enclosing_rect({0, 0, 10, 4, 90}), (Rect{3, -3, 4, 10}));
  EXPECT_TRUE(enclosing_rect({5, 5, 0, 3}).empty());
  EXPECT_THROW(enclosing_rect({NAN, 0, 1, 1}), InvalidArgument);
  EXPECT_THROW(enclosing_rect({0, 0, -1, 1}), InvalidArgument);
  EXPECT_EQ(intersect(enclosing_rect({-1e30F, -1e30F, 2e30F, 2e30F}), {0, 0, 7, 7}), (Rect{0, 0, 7, 7}));
}

TEST(ImageView, WrapRefusesWhatCannotBe) {
  std::uint8_t bytes[64];
  EXPECT_THROW(ImageView::wrap(Device::cpu(), PixelFormat::rgba8, {4, 4}, bytes, 15), InvalidArgument);
  EXPECT_THROW(ImageView::wrap(Device::cpu(), PixelFormat::rgba8, {-4, 4}, bytes, 16), InvalidArgument);
  EXPECT_THROW(ImageView::wrap(Device::cpu(), PixelFormat::rgba8, {4, 4}, nullptr, 16), InvalidArgument);
  EXPECT_THROW(ImageView::wrap(Device::cpu(), PixelFormat::nv12, {4, 4}, bytes, 16), InvalidArgument);
  EXPECT_TRUE(ImageView::wrap(Device::cpu(), PixelFormat::rgba8, {0, 4}, nullptr, 0).empty());
}

TEST(ImageView, RegionsOfSubsampledFormatsKeepTheChromaPairs) {
  Pixels p(PixelFormat::nv12, {8, 6});
  const ImageView whole = p.view();
  const ImageView r = whole.region({3, 1, 4, 3});
  EXPECT_EQ(r.x_phase(), 1);
  EXPECT_EQ(r.y_phase(), 1);
  EXPECT_EQ(r.plane(1).data, whole.plane(1).data + 2);
  EXPECT_EQ(r.plane(1).width, 3);   // pixels 3 | 4 5 | 6
  EXPECT_EQ(r.plane(1).height, 2);  // rows 1 | 2 3
  const ImageView inner = r.region({1, 1, 2, 2});
  EXPECT_EQ(inner.x_phase(), 0);
  EXPECT_EQ(inner.y_phase(), 0);
  EXPECT_EQ(inner.plane(1).data, whole.plane(1).data + whole.plane(1).pitch_bytes + 4);
  EXPECT_EQ(inner.plane(1).width, 1);
}

TEST(ImageView, OverlapIsExactForRegionsOfOneImage) {
  Pixels p(PixelFormat::rgb8, {20, 20});
  const ImageView v = p.view();
  EXPECT_FALSE(overlaps(v.region({0, 0, 10, 20}), v.region({10, 0, 10, 20})));
  EXPECT_TRUE(overlaps(v.region({0, 0, 11, 20}), v.region({10, 19, 10, 1})));
  EXPECT_FALSE(overlaps(v.region({12, 0, 8, 3}), v.region({0, 1, 12, 5})));
  EXPECT_TRUE(overlaps(v, v.region({19, 19, 1, 1})));
  EXPECT_FALSE(overlaps(v, v.region({20, 20, 1, 1})));
}

TEST(Frame, ViewsDieWithTheLease) {
  Pixels p(PixelFormat::rgba8, {16, 8});
  const Stream stream(Device::cpu());
  std::vector<FrameView> kept;
  {
    Frame frame(p.view(), stream, {.source_id = "camera-1", .index = 17});
    kept.push_back(frame.view());
    kept.push_back(frame.region(Rect{2, 2, 4, 4}));
    EXPECT_NO_THROW(static_cast<void>(kept[1].image()));
    frame.expire();
    EXPECT_THROW(frame.region(Rect{0, 0, 1, 1}), ExpiredFrame);
  }
  for (const FrameView& view : kept) {
    EXPECT_THROW(static_cast<void>(view.image()), ExpiredFrame);
    EXPECT_THROW(view.region({0, 0, 1, 1}), ExpiredFrame);
    EXPECT_THROW(Regions{view}, ExpiredFrame);
  }
  EXPECT_THAT(message_of([&] { static_cast<void>(kept[0].image()); }), HasSubstr("frame 17 of camera-1"));
  std::thread([&] { EXPECT_THROW(static_cast<void>(kept[0].image()), ExpiredFrame); }).join();
}

TEST(Frame, BorderCoversEachPixelOnce) {
  Pixels p(PixelFormat::gray8, {12, 9});
  const Stream stream(Device::cpu());
  const Frame frame(p.view(), stream);
  for (const FrameView& strip : frame.border({1, 1, 10, 7}, 2)) {
    const ImageView v = strip.image();
    for (int y = 0; y < v.height(); ++y)
      for (int x = 0; x < v.width(); ++x) ++v.plane(0).data[y * v.plane(0).pitch_bytes + x];
  }
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 12; ++x) {
      const bool outer = x >= 1 && x < 11 && y >= 1 && y < 8;
      const bool inner = x >= 3 && x < 9 && y >= 3 && y < 6;
      EXPECT_EQ(p.at(0, x, y), outer && !inner ? 1 : 0) << x << "," << y;
    }
}

TEST(Png, RoundTripAndErrors) {
  Pixels p = noise(PixelFormat::rgba8, {13, 7});
  const std::string path = testing::TempDir() + "retouch_core_test.png";
  write_png(path, p.view());
  const Image read = read_png(path);
  Pixels back(PixelFormat::rgba8, {13, 7});
  copy_into(Stream(Device::cpu()), read, back.view());
  EXPECT_EQ(back, p);
  EXPECT_THROW(read_png("/nonexistent/x.png"), FileError);
  EXPECT_THROW(write_png("/nonexistent/x.png", p.view()), FileError);
}

class ImageTest : public BackendTest {};
RETOUCH_BACKENDS(ImageTest);

TEST_P(ImageTest, UploadAndDownloadKeepEveryByte) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{1, 1}, Size{7, 5}, Size{64, 3}, Size{333, 211}}) {
      const Pixels p = noise(format, size);
      const Guarded image(stream(), p);
      EXPECT_EQ(max_difference(image.download(), p), 0) << name_of(format);
      image.expect_canaries();
    }
}

TEST_P(ImageTest, HostPixelsAreCapturedAtTheCall) {
  for (const Size size : {Size{32, 32}, Size{500, 500}}) {
    Pixels p = noise(PixelFormat::rgba8, size);
    const Pixels before = p;
    const Image image(stream(), PixelFormat::rgba8, size);
    copy_into(stream(), p.view(), image);
    std::fill(p.planes[0].begin(), p.planes[0].end(), std::uint8_t{0});
    Pixels back(PixelFormat::rgba8, size);
    copy_into(stream(), image, back.view());
    stream().synchronize();
    EXPECT_EQ(back, before);
  }
}

TEST_P(ImageTest, ImagesOutliveTheirStreamHandle) {
  Image image;
  {
    const Stream local(device());
    image = Image(local, PixelFormat::gray8, {100, 100});
  }
  EXPECT_EQ(image.width(), 100);
}

TEST_P(ImageTest, MemoryIsCountedAndGivenBack) {
  constexpr std::size_t bytes = 2000 * 1000 * 4;
  stream().synchronize();
  release_cached_memory(device());
  const DeviceMemory before = device_memory(device());
  {
    const Image image(stream(), PixelFormat::rgba8, {2000, 1000});
    const DeviceMemory during = device_memory(device());
    if (device().is_cpu()) {
      EXPECT_EQ(during.used_bytes + during.reserved_bytes, 0U);
      return;
    }
    EXPECT_GE(during.used_bytes, before.used_bytes + bytes);
    EXPECT_GE(during.reserved_bytes, during.used_bytes);
  }
  stream().synchronize();
  EXPECT_EQ(device_memory(device()).used_bytes, before.used_bytes);
  EXPECT_GE(device_memory(device()).reserved_bytes, before.reserved_bytes + bytes);
  release_cached_memory(device());
  EXPECT_LE(device_memory(device()).reserved_bytes, before.reserved_bytes);
}

TEST_P(ImageTest, EventsOrderTwoStreams) {
  const Stream other(device());
  const Pixels p = noise(PixelFormat::rgba8, {512, 512});
  const Guarded a(stream(), p);
  Event event(device());
  event.record(stream());
  event.wait_on(other);
  Pixels back(PixelFormat::rgba8, p.size);
  copy_into(other, a, back.view());
  other.synchronize();
  EXPECT_EQ(back, p);
  EXPECT_TRUE(event.done());
}

}  // namespace
}  // namespace retouch::test
