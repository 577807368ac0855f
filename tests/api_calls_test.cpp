// What the per-frame path asks of the driver, counted with CUPTI: in a steady state no allocation, no wait but the
// pipeline's own, no blocking copy; and making a filter asks nothing.
#include <cuda.h>
#include <cupti.h>
#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <string>

#include "retouch/fill.hpp"
#include "retouch/filter.hpp"
#include "retouch/sprite.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

class ApiCalls {
 public:
  ApiCalls() {
    check(cuptiSubscribe(&subscriber_, reinterpret_cast<CUpti_CallbackFunc>(&ApiCalls::called), this));
    check(cuptiEnableDomain(1, subscriber_, CUPTI_CB_DOMAIN_DRIVER_API));
  }
  ~ApiCalls() { cuptiUnsubscribe(subscriber_); }
  ApiCalls(const ApiCalls&) = delete;
  ApiCalls& operator=(const ApiCalls&) = delete;

  std::map<std::string, int> count(const std::function<void()>& body) {
    counting_ = true;
    body();
    counting_ = false;
    return std::exchange(calls_, {});
  }

 private:
  static void check(CUptiResult result) { ASSERT_EQ(result, CUPTI_SUCCESS); }
  static void CUPTIAPI called(void* self, CUpti_CallbackDomain domain, CUpti_CallbackId id,
                              const CUpti_CallbackData* data) {
    auto& calls = *static_cast<ApiCalls*>(self);
    if (!calls.counting_ || data->callbackSite != CUPTI_API_ENTER) return;
    const char* name = nullptr;
    if (cuptiGetCallbackName(domain, id, &name) != CUPTI_SUCCESS) return;
    const std::scoped_lock lock(calls.mutex_);
    ++calls.calls_[name];
  }

  CUpti_SubscriberHandle subscriber_ = nullptr;
  std::mutex mutex_;
  bool counting_ = false;
  std::map<std::string, int> calls_;
};

int matching(const std::map<std::string, int>& calls, const std::vector<std::string>& prefixes) {
  int n = 0;
  for (const auto& [name, count] : calls)
    for (const auto& prefix : prefixes)
      if (name.starts_with(prefix)) n += count;
  return n;
}

std::string list(const std::map<std::string, int>& calls) {
  std::string text;
  for (const auto& [name, count] : calls) text += name + " x" + std::to_string(count) + " ";
  return text;
}

TEST(ApiCalls, ASteadyFrameAllocatesNothingAndWaitsOnce) {
  if (!gpu_or_skip()) return;
  const Stream stream(Device::cuda(0));
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::rgba8}) {
    const Guarded image(stream, noise(format, {1280, 720}));
    Pixels logo = noise(PixelFormat::rgba8, {200, 60});
    const Sprite sprite(logo.view());
    const GaussianBlur blur({.ksize = {9, 9}, .sigma_x = 2});
    const GaussianBlur wide({.ksize = {61, 61}, .sigma_x = 10});
    const GaussianBlur strong({.sigma_x = 25, .accuracy = GaussianAccuracy::fast});
    std::vector<ImageView> faces;
    for (int i = 0; i < 5; ++i) faces.push_back(image.view().region({50 + 200 * i, 101, 120, 120}));
    const auto frame = [&] {
      blur(stream, faces);
      blur(stream, image.view());
      wide(stream, faces);
      strong(stream, faces);
      box_blur(stream, faces, {.ksize = {7, 7}});
      median_blur(stream, faces, {});
      pixelate(stream, faces, {.cell_px = 8});
      fill(stream, faces, Color{0, 255, 0, 128});
      composite(stream, image, sprite, {30, 30});
      composite(stream, image, logo.view(), {31, 300});
      stream.synchronize();
    };
    for (int i = 0; i < 5; ++i) frame();
    ApiCalls api;
    const int frames = 10;
    const auto calls = api.count([&] {
      for (int i = 0; i < frames; ++i) frame();
    });
    EXPECT_GT(matching(calls, {"cuLaunch"}), 0) << list(calls);
    EXPECT_EQ(matching(calls, {"cuMemAlloc_", "cuMemAllocPitch", "cuMemAllocHost", "cuMemHostAlloc", "cuMemFree_",
                               "cuMemFreeHost", "cuMemHostRegister", "cuMemAllocManaged"}),
              0)
        << list(calls);
    EXPECT_EQ(matching(calls, {"cuStreamSynchronize", "cuCtxSynchronize", "cuEventSynchronize"}), frames)
        << list(calls);
    EXPECT_EQ(matching(calls, {"cuMemcpy"}), matching(calls, {"cuMemcpy2DAsync", "cuMemcpyAsync", "cuMemcpyHtoDAsync",
                                                              "cuMemcpyDtoHAsync", "cuMemcpyDtoDAsync"}))
        << list(calls);
    EXPECT_EQ(matching(calls, {"cuMemcpyHtoD"}), 0) << "a steady frame uploads nothing: " << list(calls);
    RecordProperty(std::string(name_of(format)) + "_calls_of_ten_frames", list(calls));
  }
}

TEST(ApiCalls, MakingAFilterAsksNothing) {
  if (!gpu_or_skip()) return;
  const Stream stream(Device::cuda(0));
  ApiCalls api;
  const auto calls = api.count([] {
    const GaussianBlur gaussian({.ksize = {31, 31}, .sigma_x = 10});
    const BoxBlur box({.ksize = {7, 7}});
    const MedianBlur median({.ksize = 5});
    const Pixelate mosaic({.cell_px = 8});
  });
  EXPECT_TRUE(calls.empty()) << list(calls);
}

}  // namespace
}  // namespace retouch::test
