#include "support/backend.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "retouch/fill.hpp"

namespace retouch::test {

std::string backend_name(const testing::TestParamInfo<Backend>& info) {
  return info.param == Backend::Cpu ? "Cpu" : "Cuda";
}

bool gpu_or_skip() {
  const std::string reason = cuda_unavailable_reason();
  if (reason.empty()) return true;
  const char* require = std::getenv("RETOUCH_REQUIRE_GPU");
  if (require != nullptr && std::string(require) == "1")
    [&] { FAIL() << "RETOUCH_REQUIRE_GPU=1 and there is no GPU: " << reason; }();
  else
    [&] { GTEST_SKIP() << reason; }();
  return false;
}

Pixels::Pixels(PixelFormat f, Size s, ColorSpec c) : format(f), size(s), color(c) {
  for (int i = 0; i < plane_count(f); ++i)
    planes.emplace_back(static_cast<std::size_t>(plane_width(i)) * static_cast<std::size_t>(plane_height(i)) *
                        static_cast<std::size_t>(plane_channels(f, i)));
}
int Pixels::plane_width(int plane) const { return plane > 0 ? (size.width + 1) / 2 : size.width; }
int Pixels::plane_height(int plane) const { return plane > 0 ? (size.height + 1) / 2 : size.height; }
std::uint8_t& Pixels::at(int plane, int x, int y, int channel) {
  const int channels = plane_channels(format, plane);
  return planes.at(static_cast<std::size_t>(plane))
      .at((static_cast<std::size_t>(y) * static_cast<std::size_t>(plane_width(plane)) + static_cast<std::size_t>(x)) *
              static_cast<std::size_t>(channels) +
          static_cast<std::size_t>(channel));
}
std::uint8_t Pixels::at(int plane, int x, int y, int channel) const {
  return const_cast<Pixels*>(this)->at(plane, x, y, channel);
}

ImageView Pixels::view() {
  std::vector<PlanePointer> pointers;
  for (int i = 0; i < plane_count(format); ++i)
    pointers.push_back(
        {planes[static_cast<std::size_t>(i)].data(), std::ptrdiff_t{plane_width(i)} * plane_channels(format, i)});
  return ImageView::wrap(Device::cpu(), format, size, pointers, color);
}

Pixels noise(PixelFormat format, Size size, std::uint32_t seed) {
  Pixels p(format, size);
  std::mt19937 random(seed);
  for (auto& plane : p.planes)
    for (auto& byte : plane) byte = static_cast<std::uint8_t>(random() >> 13);
  return p;
}

Pixels picture(PixelFormat format, Size size, std::uint32_t seed) {
  Pixels p(format, size);
  for (int i = 0; i < plane_count(format); ++i)
    for (int y = 0; y < p.plane_height(i); ++y)
      for (int x = 0; x < p.plane_width(i); ++x)
        for (int c = 0; c < plane_channels(format, i); ++c) {
          const auto block = static_cast<std::uint32_t>(x / 13) * 7919U + static_cast<std::uint32_t>(y / 9) * 104729U +
                             static_cast<std::uint32_t>(c) * 31U + seed;
          const bool edge = (block * 2654435761U >> 13U & 3U) == 0;
          p.at(i, x, y, c) = static_cast<std::uint8_t>(
              edge ? 255U * (block >> 3U & 1U) : static_cast<std::uint32_t>(3 * x + 2 * y + 60 * c) + seed);
        }
  return p;
}

Pixels flat(PixelFormat format, Size size, std::uint8_t value) {
  Pixels p(format, size);
  for (auto& plane : p.planes) std::fill(plane.begin(), plane.end(), value);
  return p;
}

namespace {

constexpr std::uint8_t canary(std::size_t i) { return static_cast<std::uint8_t>(0xA5U ^ (i * 29U)); }
constexpr std::size_t margin = 512;

struct Layout {
  std::vector<std::size_t> offset;
  std::vector<std::size_t> pitch;
  std::size_t total = 0;
};

Layout layout_of(const Pixels& p, int gap) {
  Layout l;
  l.total = margin + 64;
  for (int i = 0; i < plane_count(p.format); ++i) {
    const auto row = static_cast<std::size_t>(p.plane_width(i)) * static_cast<std::size_t>(plane_channels(p.format, i));
    l.offset.push_back(l.total);
    l.pitch.push_back(row + static_cast<std::size_t>(gap));
    l.total += l.pitch.back() * static_cast<std::size_t>(p.plane_height(i)) + margin;
  }
  return l;
}

}  // namespace

Guarded::Guarded(StreamView stream, const Pixels& pixels, int gap_bytes) : stream_(stream) {
  const Layout l = layout_of(pixels, gap_bytes);
  expected_.resize(l.total);
  for (std::size_t i = 0; i < l.total; ++i) expected_[i] = canary(i);
  for (int i = 0; i < plane_count(pixels.format); ++i) {
    const auto row =
        static_cast<std::size_t>(pixels.plane_width(i)) * static_cast<std::size_t>(plane_channels(pixels.format, i));
    for (int y = 0; y < pixels.plane_height(i) && row != 0; ++y)
      std::memcpy(&expected_[l.offset[static_cast<std::size_t>(i)] +
                             static_cast<std::size_t>(y) * l.pitch[static_cast<std::size_t>(i)]],
                  &pixels.planes[static_cast<std::size_t>(i)][static_cast<std::size_t>(y) * row], row);
  }
  const int width = static_cast<int>(l.total);
  memory_ = Image(stream, PixelFormat::gray8, {width, 1});
  copy_into(stream, ImageView::wrap(Device::cpu(), PixelFormat::gray8, {width, 1}, expected_.data(), width), memory_);
  std::vector<PlanePointer> planes;
  for (std::size_t i = 0; i < l.offset.size(); ++i)
    planes.push_back({memory_.view().plane(0).data + l.offset[i], static_cast<std::ptrdiff_t>(l.pitch[i])});
  view_ = ImageView::wrap(stream.device(), pixels.format, pixels.size, planes, pixels.color);
}

std::vector<std::uint8_t> Guarded::raw() const {
  std::vector<std::uint8_t> bytes(expected_.size());
  const int width = static_cast<int>(bytes.size());
  copy_into(stream_, memory_, ImageView::wrap(Device::cpu(), PixelFormat::gray8, {width, 1}, bytes.data(), width));
  stream_.synchronize();
  return bytes;
}

Pixels Guarded::download() const {
  const auto bytes = raw();
  Pixels p(view_.format(), view_.size(), view_.color());
  for (int i = 0; i < view_.plane_count() && !view_.empty(); ++i) {
    const Plane& plane = view_.plane(i);
    const auto start = static_cast<std::size_t>(plane.data - memory_.view().plane(0).data);
    const auto row = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
    for (int y = 0; y < plane.height; ++y)
      std::memcpy(&p.planes[static_cast<std::size_t>(i)][static_cast<std::size_t>(y) * row],
                  &bytes[start + static_cast<std::size_t>(y * plane.pitch_bytes)], row);
  }
  return p;
}

void Guarded::expect_canaries() const {
  const auto bytes = raw();
  std::vector<bool> pixel(bytes.size(), false);
  for (int i = 0; i < view_.plane_count() && !view_.empty(); ++i) {
    const Plane& plane = view_.plane(i);
    const auto start = plane.data - memory_.view().plane(0).data;
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width * plane.channels; ++x)
        pixel[static_cast<std::size_t>(start + y * plane.pitch_bytes + x)] = true;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (!pixel[i] && bytes[i] != expected_[i]) {
      ADD_FAILURE() << "byte " << i << " outside the pixels of " << view_.describe() << " changed";
      return;
    }
}

int max_difference(const Pixels& a, const Pixels& b) {
  EXPECT_EQ(a.format, b.format);
  EXPECT_EQ(a.size, b.size);
  int worst = 0;
  for (std::size_t i = 0; i < a.planes.size(); ++i)
    for (std::size_t j = 0; j < a.planes[i].size(); ++j)
      worst = std::max(worst, std::abs(a.planes[i][j] - b.planes[i][j]));
  return worst;
}

void expect_near(const Pixels& actual, const Pixels& expected, int tolerance, const std::string& what) {
  ASSERT_EQ(actual.format, expected.format);
  ASSERT_EQ(actual.size, expected.size);
  int worst = tolerance;
  std::string place;
  std::size_t wrong = 0;
  for (int i = 0; i < plane_count(actual.format); ++i)
    for (int y = 0; y < actual.plane_height(i); ++y)
      for (int x = 0; x < actual.plane_width(i); ++x)
        for (int c = 0; c < plane_channels(actual.format, i); ++c) {
          const int difference = std::abs(actual.at(i, x, y, c) - expected.at(i, x, y, c));
          wrong += difference > tolerance ? 1 : 0;
          if (difference <= worst) continue;
          worst = difference;
          place = fmt::format("plane {} x {} y {} channel {}: {} instead of {}", i, x, y, c, actual.at(i, x, y, c),
                              expected.at(i, x, y, c));
        }
  EXPECT_EQ(wrong, 0U) << what << " " << name_of(actual.format) << " " << actual.size.width << "x" << actual.size.height
                       << ": values off by more than " << tolerance << "; worst " << place;
}

void BackendTest::SetUp() {
  if (GetParam() == Backend::Cuda && !gpu_or_skip()) return;
  stream_ = std::make_unique<Stream>(device());
}

Device BackendTest::device() const { return GetParam() == Backend::Cuda ? Device::cuda(0) : Device::cpu(); }

Pixels BackendTest::apply(const Pixels& input, const std::function<void(StreamView, const ImageView&)>& op) {
  const Guarded image(stream(), input);
  op(stream(), image);
  image.expect_canaries();
  return image.download();
}

Pixels BackendTest::apply_into(const Pixels& input, PixelFormat format, Size size,
                               const std::function<void(StreamView, const ImageView&, const ImageView&)>& op,
                               ColorSpec color) {
  const Guarded src(stream(), input);
  Pixels start = noise(format, size, 99);
  start.color = color;
  const Guarded dst(stream(), start);
  op(stream(), src, dst);
  src.expect_canaries();
  dst.expect_canaries();
  EXPECT_EQ(max_difference(src.download(), input), 0) << "the source changed";
  return dst.download();
}

}  // namespace retouch::test
