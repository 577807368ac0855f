// What the contract suites share: they are written once and run over every backend. Without a GPU the CUDA half is
// skipped by name; with RETOUCH_REQUIRE_GPU=1 that is a failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "retouch/error.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::test {

enum class Backend { Cpu, Cuda };
inline void PrintTo(Backend backend, std::ostream* out) { *out << (backend == Backend::Cpu ? "Cpu" : "Cuda"); }
std::string backend_name(const testing::TestParamInfo<Backend>& info);

/// True when the test may run; else it has been skipped (or failed, with RETOUCH_REQUIRE_GPU=1) and must return.
bool gpu_or_skip();

/// Host pixels with simple access; the reference side of every test. Planes are tight.
struct Pixels {
  PixelFormat format = PixelFormat::gray8;
  Size size;
  ColorSpec color;
  std::vector<std::vector<std::uint8_t>> planes;
  Pixels() = default;
  Pixels(PixelFormat format, Size size, ColorSpec color = {});
  int plane_width(int plane) const;
  int plane_height(int plane) const;
  std::uint8_t& at(int plane, int x, int y, int channel = 0);
  std::uint8_t at(int plane, int x, int y, int channel = 0) const;
  /// A view of these pixels on the CPU, for in-place work by the test itself.
  ImageView view();
  friend bool operator==(const Pixels&, const Pixels&) = default;
};

/// Seeded noise; the same seed gives the same picture.
Pixels noise(PixelFormat format, Size size, std::uint32_t seed = 1);
/// Smooth gradients with hard-edged blocks: what filters and scalers are sensitive to.
Pixels picture(PixelFormat format, Size size, std::uint32_t seed = 1);
/// Everything one value.
Pixels flat(PixelFormat format, Size size, std::uint8_t value);

/// An image on a backend whose rows have a gap and which stands in a larger allocation; every byte that is not a pixel
/// is a canary.
class Guarded {
 public:
  Guarded(StreamView stream, const Pixels& pixels, int gap_bytes = 37);
  const ImageView& view() const { return view_; }
  operator const ImageView&() const { return view_; }
  /// Waits for the stream and reads the pixels back.
  Pixels download() const;
  /// Waits; fails the test, naming the place, when a canary byte changed.
  void expect_canaries() const;

 private:
  std::vector<std::uint8_t> raw() const;
  StreamView stream_;
  Image memory_;  // gray8 rows that hold the planes
  std::vector<std::uint8_t> expected_;
  ImageView view_;
};

/// Largest difference of any byte. Formats and sizes must agree.
int max_difference(const Pixels& a, const Pixels& b);
/// EXPECT that a and b differ by at most `tolerance` levels anywhere; the message names the worst place.
void expect_near(const Pixels& actual, const Pixels& expected, int tolerance, const std::string& what = "");

/// Base of the contract suites: a stream on the backend's device.
class BackendTest : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;
  Device device() const;
  StreamView stream() { return *stream_; }
  /// Uploads, applies `op` to the guarded image's view, checks the canaries, downloads.
  Pixels apply(const Pixels& input, const std::function<void(StreamView, const ImageView&)>& op);
  /// The same through src -> dst; dst starts as noise.
  Pixels apply_into(const Pixels& input, PixelFormat format, Size size,
                    const std::function<void(StreamView, const ImageView& src, const ImageView& dst)>& op,
                    ColorSpec color = {});
  std::unique_ptr<Stream> stream_;
};

}  // namespace retouch::test

/// Instantiates a suite derived from BackendTest for both backends; names end in /Cpu and /Cuda.
#define RETOUCH_BACKENDS(Suite)                                                                                     \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(::retouch::test::Backend::Cpu, ::retouch::test::Backend::Cuda), \
                           ::retouch::test::backend_name)
