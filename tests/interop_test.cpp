// cv::Mat and DLPack, without copies. (cv::cuda: interop_opencv_cuda.cpp is compiled, not run.)
#include <gmock/gmock.h>

#include <opencv2/imgproc.hpp>

#include "retouch/fill.hpp"
#include "retouch/filter.hpp"
#include "retouch/interop/dlpack.hpp"
#include "retouch/interop/opencv.hpp"
#include "retouch/interop/stream_handle.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

using namespace retouch::interop;

constexpr std::array packed = {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::rgba8,
                               PixelFormat::bgra8};

TEST(OpenCv, ViewsAreMatsOfTheSameMemory) {
  for (const PixelFormat format : packed) {
    Pixels p = noise(format, {17, 9});
    const ImageView part = p.view().region({3, 2, 10, 5});
    const cv::Mat mat = as_mat(part);
    ASSERT_EQ(mat.size(), cv::Size(10, 5));
    ASSERT_EQ(mat.type(), CV_MAKETYPE(CV_8U, plane_channels(format, 0)));
    EXPECT_EQ(mat.data, part.plane(0).data);
    mat.data[mat.step[0] * 4] = 77;
    EXPECT_EQ(p.at(0, 3, 6), 77);
    const ImageView back = wrap_mat(mat, format);
    EXPECT_EQ(back.plane(0).data, part.plane(0).data);
    EXPECT_EQ(back.plane(0).pitch_bytes, part.plane(0).pitch_bytes);
    EXPECT_EQ(back.size(), part.size());
  }
  EXPECT_TRUE(as_mat(ImageView()).empty());
  EXPECT_TRUE(wrap_mat(cv::Mat(), PixelFormat::rgba8).empty());
}

TEST(OpenCv, RefusesWhatAMatCannotBe) {
  Pixels nv12(PixelFormat::nv12, {8, 8});
  EXPECT_THROW(as_mat(nv12.view()), Unsupported);
  EXPECT_THROW(wrap_mat(cv::Mat(4, 4, CV_8UC4), PixelFormat::nv12), Unsupported);
  EXPECT_THROW(wrap_mat(cv::Mat(4, 4, CV_8UC3), PixelFormat::rgba8), InvalidArgument);
  EXPECT_THROW(wrap_mat(cv::Mat(4, 4, CV_16UC4), PixelFormat::rgba8), InvalidArgument);
  const int sizes[] = {2, 2, 2};
  EXPECT_THROW(wrap_mat(cv::Mat(3, sizes, CV_8UC4), PixelFormat::rgba8), InvalidArgument);
}

TEST(OpenCv, SpritesFromMats) {
  cv::Mat rgba(6, 5, CV_8UC4, cv::Scalar(1, 2, 3, 255));
  cv::Mat bgra(6, 5, CV_8UC4, cv::Scalar(3, 2, 1, 255));
  EXPECT_EQ(sprite_from_mat(rgba).data(), sprite_from_mat(bgra, PixelFormat::bgra8).data());
  EXPECT_THROW(sprite_from_mat(cv::Mat(4, 4, CV_8UC3)), InvalidArgument);
}

class InteropTest : public BackendTest {};
RETOUCH_BACKENDS(InteropTest);

TEST_P(InteropTest, AStreamIsSharedAndWrappedByItsHandle) {
  auto own = std::make_unique<Stream>(device());
  Image image(*own, PixelFormat::gray8, {8, 8});
  const std::uintptr_t handle = stream_handle(*own);
  EXPECT_EQ(handle != 0, device().is_cuda());
  const Stream shared = share(*own);
  EXPECT_EQ(stream_handle(shared), handle);
  own.reset();  // the queue lives on
  fill(shared, image, {255, 255, 255});
  if (device().is_cuda()) {
    const Stream wrapped = wrap_stream_handle(device(), handle);
    EXPECT_EQ(stream_handle(wrapped), handle);
    fill(wrapped, image, {7, 7, 7});
    EXPECT_THROW(wrap_stream_handle(device(), 0), InvalidArgument);
    for (const std::uintptr_t no_stream : {std::uintptr_t{3}, std::uintptr_t{4096}, ~std::uintptr_t{0}})
      EXPECT_THROW(wrap_stream_handle(device(), no_stream), InvalidArgument) << no_stream;
  } else {
    EXPECT_THROW(wrap_stream_handle(device(), 1), InvalidArgument);
  }
  Pixels host(PixelFormat::gray8, {8, 8});
  copy_into(shared, image, host.view());
  shared.synchronize();
  EXPECT_EQ(host.at(0, 4, 4), device().is_cuda() ? 7 : 255);
}

TEST_P(InteropTest, PatchesAreEditedWithOpenCv) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::bgr8, PixelFormat::nv12, PixelFormat::i420}) {
    const Pixels picture = flat(format, {160, 60}, 128);
    const Pixels actual = apply(picture, [](StreamView s, const ImageView& image) {
      const Frame frame(image, s);
      edit_patch(frame.patch({16, 8, 128, 40}), [](cv::Mat& mat) {
        cv::putText(mat, "42", {10, 34}, cv::FONT_HERSHEY_SIMPLEX, 1.2, {255, 255, 255, 255}, 3);
      });
      Patch outside = frame.patch({500, 500, 10, 10});
      edit_patch(outside, [](cv::Mat&) { ADD_FAILURE() << "called for an empty patch"; });
    });
    int changed = 0;
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 160; ++x) {
        if (actual.at(0, x, y) == 128) continue;
        ++changed;
        EXPECT_TRUE(x >= 16 && x < 144 && y >= 8 && y < 48) << x << "," << y;
      }
    EXPECT_GT(changed, 200) << name_of(format);
  }
}

TEST_P(InteropTest, ALostEditIsAnError) {
  const Pixels picture = noise(PixelFormat::rgba8, {64, 48});
  const Pixels actual = apply(picture, [](StreamView s, const ImageView& image) {
    const Frame frame(image, s);
    Patch patch = frame.patch({4, 4, 20, 20});
    EXPECT_THROW(edit_patch(patch, [](cv::Mat& m) { m = m.clone(); }), LayoutError);
    EXPECT_THROW(edit_patch(patch, [](cv::Mat& m) { cv::resize(m, m, {10, 10}); }), LayoutError);
    EXPECT_THROW(edit_patch(patch, [](cv::Mat& m) { cv::cvtColor(m, m, cv::COLOR_RGBA2RGB); }), LayoutError);
    EXPECT_THROW(edit_patch(patch, [](cv::Mat& m) { m = m(cv::Rect(0, 0, 5, 5)); }), LayoutError);
    EXPECT_THROW(edit_patch(patch, [](cv::Mat& m) { m.release(); }), LayoutError);
    EXPECT_THROW(edit_patch(patch, [](cv::Mat&) { throw std::runtime_error("the user's"); }), std::runtime_error);
    Patch yuv = frame.patch({4, 4, 20, 20}, {.format = PixelFormat::nv12});
    EXPECT_THROW(edit_patch(yuv, [](cv::Mat&) {}), Unsupported);
  });
  EXPECT_EQ(actual, picture);
}

TEST_P(InteropTest, DlpackThereAndBack) {
  for (const PixelFormat format : packed) {
    const Pixels picture = noise(format, {23, 11});
    const Guarded image(stream(), picture);
    const ImageView part = image.view().region({2, 1, 15, 8});
    DLManagedTensor* tensor = to_dlpack(part);
    EXPECT_EQ(tensor->dl_tensor.ndim, 3);
    EXPECT_EQ(tensor->dl_tensor.shape[0], 8);
    EXPECT_EQ(tensor->dl_tensor.shape[1], 15);
    EXPECT_EQ(tensor->dl_tensor.shape[2], plane_channels(format, 0));
    EXPECT_EQ(tensor->dl_tensor.strides[0], part.plane(0).pitch_bytes);
    EXPECT_EQ(tensor->dl_tensor.strides[2], 1);
    EXPECT_EQ(tensor->dl_tensor.data, part.plane(0).data);
    EXPECT_EQ(static_cast<int>(tensor->dl_tensor.device.device_type), GetParam() == Backend::Cuda ? 2 : 1);
    const ImageView back = from_dlpack(*tensor, format);
    EXPECT_TRUE(back.same_layout(part));
    EXPECT_EQ(back.plane(0).data, part.plane(0).data);
    EXPECT_EQ(back.plane(0).pitch_bytes, part.plane(0).pitch_bytes);
    tensor->deleter(tensor);
  }
}

TEST_P(InteropTest, ATensorCanOwnItsImage) {
  Image image(stream(), PixelFormat::rgb8, {40, 30});
  const std::uint8_t* const data = image.view().plane(0).data;
  DLManagedTensor* tensor = to_dlpack(std::move(image));
  const ImageView view = from_dlpack(*tensor, PixelFormat::rgb8);
  EXPECT_EQ(view.plane(0).data, data);
  box_blur(stream(), view);
  stream().synchronize();
  tensor->deleter(tensor);
}

TEST(Dlpack, RefusesTensorsThatAreNoPictures) {
  std::vector<std::uint8_t> bytes(4096);
  std::int64_t shape[] = {4, 6, 3};
  std::int64_t strides[] = {32, 3, 1};
  DLTensor good{};
  good.data = bytes.data();
  good.device.device_type = static_cast<decltype(good.device.device_type)>(1);
  good.ndim = 3;
  good.dtype = {1, 8, 1};
  good.shape = shape;
  good.strides = strides;
  good.byte_offset = 5;
  const ImageView view = from_dlpack(good, PixelFormat::rgb8);
  EXPECT_EQ(view.plane(0).data, bytes.data() + 5);
  EXPECT_EQ(view.plane(0).pitch_bytes, 32);
  DLTensor compact = good;
  compact.strides = nullptr;
  EXPECT_EQ(from_dlpack(compact, PixelFormat::bgr8).plane(0).pitch_bytes, 18);

  EXPECT_THROW(from_dlpack(good, PixelFormat::rgba8), InvalidArgument);
  EXPECT_THROW(from_dlpack(good, PixelFormat::nv12), Unsupported);
  DLTensor bad = good;
  bad.dtype = {2, 32, 1};
  EXPECT_THROW(from_dlpack(bad, PixelFormat::rgb8), InvalidArgument);
  bad = good;
  bad.ndim = 2;
  EXPECT_THROW(from_dlpack(bad, PixelFormat::rgb8), InvalidArgument);
  EXPECT_NO_THROW(from_dlpack(bad = compact, PixelFormat::rgb8));
  bad.ndim = 2;
  EXPECT_EQ(from_dlpack(bad, PixelFormat::gray8).size(), (Size{6, 4}));
  bad = good;
  bad.device.device_type = static_cast<decltype(bad.device.device_type)>(10);
  EXPECT_THROW(from_dlpack(bad, PixelFormat::rgb8), Unsupported);
  for (const auto& [row, column, channel] : std::vector<std::array<std::int64_t, 3>>{
           {32, 3, 2}, {32, 4, 1}, {17, 3, 1}, {-32, 3, 1}, {3, 12, 1}, {0, 3, 1}}) {
    std::int64_t wrong[] = {row, column, channel};
    bad = good;
    bad.strides = wrong;
    EXPECT_THROW(from_dlpack(bad, PixelFormat::rgb8), InvalidArgument) << row << " " << column << " " << channel;
  }
  std::int64_t negative[] = {-4, 6, 3};
  bad = good;
  bad.shape = negative;
  EXPECT_THROW(from_dlpack(bad, PixelFormat::rgb8), InvalidArgument);
  Pixels yuv(PixelFormat::i420, {4, 4});
  EXPECT_THROW(to_dlpack(yuv.view()), Unsupported);
}

}  // namespace
}  // namespace retouch::test
