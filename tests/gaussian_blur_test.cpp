// Tests of gaussian_blur.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "retouch/filter.hpp"
#include "support/allocations.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// ---- an independent reference in double precision, in place on host views ----

double sigma_of(int ksize) { return 0.3 * ((ksize - 1) * 0.5 - 1) + 0.8; }

std::vector<double> weights(int ksize, double sigma) {
  // OpenCV's fixed weights for small kernels without a sigma.
  if (sigma == 0 && ksize == 1) return {1};
  if (sigma == 0 && ksize == 3) return {.25, .5, .25};
  if (sigma == 0 && ksize == 5) return {.0625, .25, .375, .25, .0625};
  if (sigma == 0 && ksize == 7) return {.03125, .109375, .21875, .28125, .21875, .109375, .03125};
  if (sigma == 0) sigma = sigma_of(ksize);
  std::vector<double> w;
  double sum = 0;
  for (int i = -(ksize / 2); i <= ksize / 2; ++i) sum += w.emplace_back(std::exp(-i * i / (2 * sigma * sigma)));
  for (double& v : w) v /= sum;
  return w;
}

// Walks there step by step.
int beyond(int i, int n, BorderMode mode) {
  if (i >= 0 && i < n) return i;
  if (mode == BorderMode::constant) return -1;
  if (mode == BorderMode::replicate) return std::clamp(i, 0, n - 1);
  if (n == 1) return 0;
  int at = 0;
  int step = i < 0 ? -1 : 1;
  for (int k = 0; k != std::abs(i); ++k) {
    if (at + step < 0 || at + step >= n) step = -step;
    at += step;
  }
  return at;
}

std::vector<std::uint8_t> outside_of(const ImageView& image, int plane, Color c) {
  switch (image.format()) {
    case PixelFormat::rgb8: return {c.r, c.g, c.b};
    case PixelFormat::bgr8: return {c.b, c.g, c.r};
    case PixelFormat::rgba8: return {c.r, c.g, c.b, c.a};
    case PixelFormat::bgra8: return {c.b, c.g, c.r, c.a};
    default: break;
  }
  // BT.601; limited range in nv12 and i420.
  const double kr = 0.299;
  const double kb = 0.114;
  const double y = kr * c.r + (1 - kr - kb) * c.g + kb * c.b;
  const auto u = static_cast<std::uint8_t>(std::lround(128 + (c.b - y) / (2 * (1 - kb)) * 224 / 255));
  const auto v = static_cast<std::uint8_t>(std::lround(128 + (c.r - y) / (2 * (1 - kr)) * 224 / 255));
  if (image.format() == PixelFormat::gray8) return {static_cast<std::uint8_t>(std::lround(y))};
  if (plane == 0) return {static_cast<std::uint8_t>(std::lround(16 + y * 219 / 255))};
  if (image.format() == PixelFormat::nv12) return {u, v};
  return {plane == 1 ? u : v};
}

void exact_plane(const Plane& p, const std::vector<double>& wx, const std::vector<double>& wy, BorderMode mode,
                 const std::vector<std::uint8_t>& outside) {
  const int rx = static_cast<int>(wx.size()) / 2;
  const int ry = static_cast<int>(wy.size()) / 2;
  const auto c = static_cast<std::size_t>(p.channels);
  const auto row = static_cast<std::size_t>(p.width) * c;
  std::vector<double> between(row * static_cast<std::size_t>(p.height));
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x)
      for (int k = -rx; k <= rx; ++k) {
        const int from = beyond(x + k, p.width, mode);
        for (std::size_t i = 0; i < c; ++i)
          between[static_cast<std::size_t>(y) * row + static_cast<std::size_t>(x) * c + i] +=
              *(wx.begin() + rx + k) *
              (from < 0 ? outside[i] : p.data[y * p.pitch_bytes + from * p.channels + static_cast<std::ptrdiff_t>(i)]);
      }
  std::vector<double> sum(row);
  for (int y = 0; y < p.height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (int k = -ry; k <= ry; ++k) {
      const int from = beyond(y + k, p.height, mode);
      const double w = *(wy.begin() + ry + k);
      for (std::size_t i = 0; i < row; ++i)
        sum[i] += w * (from < 0 ? outside[i % c] : between[static_cast<std::size_t>(from) * row + i]);
    }
    for (std::size_t i = 0; i < row; ++i)
      p.data[y * p.pitch_bytes + static_cast<std::ptrdiff_t>(i)] = static_cast<std::uint8_t>(std::lround(sum[i]));
  }
}

int ksize_for(int ksize, double sigma) {
  return ksize != 0 ? ksize : std::min(255, 2 * static_cast<int>(std::lround(3 * sigma)) + 1);
}

// Calls f(plane, ksize_x, ksize_y, sigma_x, sigma_y) for each plane with its own strength.
template <class F>
void for_planes(const ImageView& image, const GaussianBlurOptions& o, F&& f) {
  double sx = o.sigma_x;
  double sy = o.sigma_y == 0 ? sx : o.sigma_y;
  const int kx = ksize_for(o.ksize.width, sx);
  const int ky = ksize_for(o.ksize.height, sy);
  f(0, kx, ky, sx, sy);
  if (sx == 0) sx = sigma_of(kx);
  if (sy == 0) sy = sigma_of(ky);
  for (int p = 1; p < image.plane_count(); ++p) f(p, (kx / 2) | 1, (ky / 2) | 1, sx / 2, sy / 2);
}

void exact_blur(const ImageView& image, const GaussianBlurOptions& o) {
  for_planes(image, o, [&](int p, int kx, int ky, double sx, double sy) {
    exact_plane(image.plane(p), weights(kx, sx), weights(ky, sy), o.border.mode, outside_of(image, p, o.border.color));
  });
}

void opencv_blur(const ImageView& image, const GaussianBlurOptions& o) {
  const int border = (o.border.mode == BorderMode::reflect_101 ? cv::BORDER_REFLECT_101
                      : o.border.mode == BorderMode::replicate ? cv::BORDER_REPLICATE
                                                               : cv::BORDER_CONSTANT) |
                     cv::BORDER_ISOLATED;
  for_planes(image, o, [&](int i, int kx, int ky, double sx, double sy) {
    const Plane& p = image.plane(i);
    cv::Mat pixels(p.height, p.width, CV_8UC(p.channels), p.data, static_cast<std::size_t>(p.pitch_bytes));
    cv::Mat blurred;
    cv::GaussianBlur(pixels.clone(), blurred, {kx, ky}, sx, sy, border);
    blurred.copyTo(pixels);
  });
}

std::string name(const GaussianBlurOptions& o);

// OpenCV's weights have 8 bits, which moves some of its pixels by more than a level from the exact blur. Such places
// may be a few in 10000, and there the exact blur counts.
void expect_as_opencv(const Pixels& actual, Pixels input, const GaussianBlurOptions& o) {
  Pixels expected = input;
  opencv_blur(expected.view(), o);
  if (max_difference(actual, expected) <= 1) return;
  exact_blur(input.view(), o);
  std::size_t differ = 0;
  std::size_t all = 0;
  for (std::size_t p = 0; p < expected.planes.size(); ++p) {
    all += expected.planes[p].size();
    for (std::size_t i = 0; i < expected.planes[p].size(); ++i) {
      if (std::abs(actual.planes[p][i] - expected.planes[p][i]) <= 1) continue;
      ++differ;
      expected.planes[p][i] = input.planes[p][i];
    }
  }
  EXPECT_LE(differ, all / 2000) << name(o);
  expect_near(actual, expected, 1, name(o));
}

std::string name(const GaussianBlurOptions& o) {
  return fmt::format("ksize {}x{} sigma {} {} border {}", o.ksize.width, o.ksize.height, o.sigma_x, o.sigma_y,
                     static_cast<int>(o.border.mode));
}

// White and black rectangles: where errors of the weights show most.
Pixels blocks(PixelFormat format, Size size) {
  Pixels p(format, size);
  for (int i = 0; i < plane_count(format); ++i)
    for (int y = 0; y < p.plane_height(i); ++y)
      for (int x = 0; x < p.plane_width(i); ++x)
        for (int c = 0; c < plane_channels(format, i); ++c) p.at(i, x, y, c) = (x / 11 + y / 7 + c) % 2 == 0 ? 255 : 0;
  return p;
}

const std::vector<GaussianBlurOptions> strengths = {
    {.ksize = {3, 3}},
    {.ksize = {5, 5}},
    {.ksize = {7, 7}},
    {.ksize = {9, 9}},
    {.ksize = {9, 9}, .sigma_x = 2},
    {.ksize = {15, 15}, .sigma_x = 1.7},
    {.ksize = {17, 17}, .sigma_x = 4},
    {.ksize = {31, 31}, .sigma_x = 10},
    {.ksize = {33, 33}},
    {.ksize = {5, 13}, .sigma_x = 1, .sigma_y = 3},
    {.ksize = {1, 9}, .sigma_x = 2},
    {.ksize = {9, 1}, .sigma_x = 2},
    {.sigma_x = 0.3},
    {.sigma_x = 0.8},
    {.sigma_x = 1.5, .sigma_y = 6},
};

class GaussianBlurTest : public BackendTest {
 protected:
  // `op` in place on the whole of `input`, and the reference.
  void expect_exact(const Pixels& input, const GaussianBlurOptions& o, const std::string& what = "") {
    Pixels expected = input;
    exact_blur(expected.view(), o);
    expect_near(apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); }), expected, 1,
                name(o) + " " + what);
  }
};

TEST_P(GaussianBlurTest, AgreesWithTheExactBlurInEveryFormatAndSize) {
  const std::vector<Size> sizes = {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {5, 3}, {33, 17}, {131, 67}};
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : sizes) expect_exact(noise(format, size), {.ksize = {9, 9}, .sigma_x = 2});
}

TEST_P(GaussianBlurTest, AgreesWithTheExactBlurAtEveryStrength) {
  for (const auto& o : strengths)
    for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::rgb8, PixelFormat::nv12}) {
      expect_exact(picture(format, {85, 61}), o, "picture");
      expect_exact(blocks(format, {85, 61}), o, "blocks");
    }
}

TEST_P(GaussianBlurTest, AgreesWithOpenCv) {
  for (const auto& o : strengths)
    for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::nv12}) {
      const Pixels input = picture(format, {90, 70});
      expect_as_opencv(apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); }), input,
                       o);
    }
}

TEST_P(GaussianBlurTest, AgreesWithOpenCvOnAWholeFrame) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12})
    for (const auto& o : {GaussianBlurOptions{.ksize = {9, 9}, .sigma_x = 2}, {.ksize = {31, 31}, .sigma_x = 10}}) {
      const Pixels input = noise(format, {1920, 1080});
      expect_as_opencv(apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); }), input,
                       o);
    }
}

TEST_P(GaussianBlurTest, AFrameLargerThanAGpuHoldsAtOnce) {
  const GaussianBlurOptions o{.ksize = {9, 9}, .sigma_x = 2};
  const Pixels input = noise(PixelFormat::rgba8, {3840, 2160});
  expect_as_opencv(apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); }), input, o);
}

// CUDA's fast kernel cuts a plane into at most 32 tiles across when all must be there at once. Planes that are wide and
// low do not fit either, and go its other way, by saved edges, with few pixels.
TEST_P(GaussianBlurTest, WideAndLowFrames) {
  using enum PixelFormat;
  for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
    for (const Size ksize : {Size{9, 9}, Size{31, 31}}) {
      const GaussianBlurOptions o{.ksize = ksize, .sigma_x = 0.25 * ksize.width, .border = {mode, {9, 250, 40, 90}}};
      expect_exact(noise(rgba8, {60'001, 1}), o);
      expect_exact(noise(rgba8, {60'003, 6}), o);
      expect_exact(noise(rgb8, {90'001, 7}), o);
      expect_exact(noise(nv12, {250'000, 5}), o);
    }
  expect_exact(noise(rgba8, {60'002, 67}), {.ksize = {9, 9}, .sigma_x = 2});
}

TEST_P(GaussianBlurTest, Borders) {
  for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
    for (const PixelFormat format : all_pixel_formats)
      for (const Size ksize : {Size{9, 9}, Size{31, 5}}) {
        const GaussianBlurOptions o{.ksize = ksize, .sigma_x = 3, .border = {mode, {200, 30, 90, 255}}};
        expect_exact(picture(format, {41, 23}), o);
        expect_exact(noise(format, {4, 30}), o, "narrower than the kernel");
        expect_exact(noise(format, {30, 2}), o, "lower than the kernel");
      }
}

TEST_P(GaussianBlurTest, WideKernels) {
  for (const GaussianBlurOptions& o : {GaussianBlurOptions{.ksize = {255, 255}},
                                       {.ksize = {255, 3}, .sigma_x = 60},
                                       {.sigma_x = 1e6},
                                       {.sigma_x = 12},
                                       {.ksize = {63, 129}}}) {
    expect_exact(blocks(PixelFormat::rgba8, {140, 90}), o);
    expect_exact(noise(PixelFormat::nv12, {66, 50}), o);
    expect_exact(noise(PixelFormat::rgb8, {10, 300}), o);
  }
}

TEST_P(GaussianBlurTest, FlatStaysFlat) {
  std::vector<GaussianBlurOptions> all = strengths;
  all.push_back({.ksize = {255, 255}});
  for (const auto& o : all)
    for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::nv12})
      for (const int value : {0, 1, 127, 254, 255}) {
        const Pixels input = flat(format, {70, 45}, static_cast<std::uint8_t>(value));
        EXPECT_EQ(apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); }), input)
            << name(o) << " " << name_of(format) << " " << value;
      }
}

TEST_P(GaussianBlurTest, RegionsAreIsolated) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect rect : {Rect{3, 5, 50, 40},
                            {0, 0, 17, 80},
                            {61, 33, 400, 400},
                            {-5, -5, 20, 20},
                            {7, 7, 1, 1},
                            {16, 16, 32, 32},
                            {1, 2, 97, 3}}) {
      const GaussianBlurOptions o{.ksize = {9, 9}, .sigma_x = 2};
      const Pixels input = noise(format, {101, 83});
      Pixels expected = input;
      if (const ImageView region = expected.view().region(rect); !region.empty()) exact_blur(region, o);
      const Pixels actual =
          apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image.region(rect), o); });
      expect_near(actual, expected, 1, fmt::format("region {} {}", rect.x, rect.y));
      // Not a byte beside it.
      Pixels untouched = actual;
      const ImageView from = const_cast<Pixels&>(input).view().region(rect);
      const ImageView to = untouched.view().region(rect);
      for (int p = 0; p < from.plane_count() && !from.empty(); ++p)
        for (int y = 0; y < from.plane(p).height; ++y)
          std::copy_n(from.plane(p).data + y * from.plane(p).pitch_bytes, from.plane(p).width * from.plane(p).channels,
                      to.plane(p).data + y * to.plane(p).pitch_bytes);
      EXPECT_EQ(untouched, input);
    }
}

// Where CUDA has a kernel of its own: regions of 17 to 200 pixels or so, radii up to 8.
TEST_P(GaussianBlurTest, SmallRegionsOfAnySizeAtAnyPlace) {
  std::mt19937 random(17);
  const auto between = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int i = 0; i < 150; ++i) {
    const PixelFormat format = all_pixel_formats[static_cast<std::size_t>(i) % all_pixel_formats.size()];
    const Rect rect{between(0, 40), between(0, 40), between(14, 190), between(14, 130)};
    const GaussianBlurOptions o{.ksize = {2 * between(0, 8) + 1, 2 * between(0, 8) + 1},
                                .sigma_x = between(1, 3) * 1.25,
                                .border = {between(0, 1) == 0 ? BorderMode::reflect_101 : BorderMode::replicate}};
    const Pixels input = noise(format, {240, 180}, static_cast<std::uint32_t>(i));
    Pixels expected = input;
    exact_blur(expected.view().region(rect), o);
    const Guarded image(stream(), input, 4 * between(0, 3));
    gaussian_blur(stream(), image.view().region(rect), o);
    image.expect_canaries();
    expect_near(
        image.download(), expected, 1,
        fmt::format("{} at {},{} {}x{} of {}", name(o), rect.x, rect.y, rect.width, rect.height, name_of(format)));
  }
}

TEST_P(GaussianBlurTest, AnyAlignment) {
  // The gap makes the pitch; the offset the start.
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::nv12})
    for (const int gap : {0, 1, 2, 3, 4, 12, 16, 64})
      for (const int offset : {0, 1, 2, 3, 4, 5, 8, 12}) {
        const GaussianBlurOptions o{.ksize = {7, 7}, .sigma_x = 1.5};
        const Pixels input = noise(format, {80, 20});
        Pixels expected = input;
        exact_blur(expected.view().region({offset, 1, 60, 18}), o);
        const Guarded image(stream(), input, gap);
        gaussian_blur(stream(), image.view().region({offset, 1, 60, 18}), o);
        image.expect_canaries();
        expect_near(image.download(), expected, 1, fmt::format("gap {} offset {}", gap, offset));
      }
}

TEST_P(GaussianBlurTest, AListIsAsOneAfterTheOther) {
  std::mt19937 random(3);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12, PixelFormat::rgb8})
    for (const int count : {2, 5, 20, 200}) {
      const GaussianBlurOptions o{.ksize = {9, 9}, .sigma_x = 2};
      std::vector<Rect> rects;
      rects.reserve(static_cast<std::size_t>(count));
      for (int i = 0; i < count; ++i)
        rects.push_back({below(220) - 10, below(150) - 10, 1 + below(count < 50 ? 70 : 30), 1 + below(30)});
      const Pixels input = noise(format, {211, 143});
      const auto regions = [&](const ImageView& image) {
        std::vector<ImageView> views;
        views.reserve(rects.size());
        for (const Rect& rect : rects) views.push_back(image.region(rect));
        return views;
      };
      const Pixels one_by_one = apply(input, [&](StreamView s, const ImageView& image) {
        for (const ImageView& region : regions(image)) gaussian_blur(s, region, o);
      });
      const Pixels at_once =
          apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, regions(image), o); });
      EXPECT_EQ(at_once, one_by_one) << count << " regions in " << name_of(format);
    }
}

TEST_P(GaussianBlurTest, AListMayMixFormatsAndSizes) {
  const GaussianBlurOptions o{.ksize = {9, 9}, .sigma_x = 2};
  std::vector<Pixels> inputs;
  std::vector<std::unique_ptr<Guarded>> images;
  std::vector<ImageView> views;
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{40, 30}, Size{333, 201}, Size{9, 700}}) {
      inputs.push_back(noise(format, size, static_cast<std::uint32_t>(size.width)));
      images.push_back(std::make_unique<Guarded>(stream(), inputs.back()));
      views.push_back(images.back()->view());
    }
  gaussian_blur(stream(), views, o);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    images[i]->expect_canaries();
    exact_blur(inputs[i].view(), o);
    expect_near(images[i]->download(), inputs[i], 1);
  }
}

TEST_P(GaussianBlurTest, IntoGivesWhatInPlaceGives) {
  for (const PixelFormat format : all_pixel_formats)
    for (const GaussianBlurOptions& o :
         {GaussianBlurOptions{.ksize = {9, 9}, .sigma_x = 2}, {.sigma_x = 15}, {.ksize = {3, 3}}}) {
      const Pixels input = noise(format, {203, 117});
      const Pixels in_place = apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); });
      const Pixels into = apply_into(
          input, format, input.size,
          [&](StreamView s, const ImageView& src, const ImageView& dst) { gaussian_blur_into(s, src, dst, o); });
      EXPECT_EQ(into, in_place) << name_of(format) << " " << name(o);
    }
}

TEST_P(GaussianBlurTest, ObjectsDoTheSame) {
  const GaussianBlurOptions o{.ksize = {9, 9}, .sigma_x = 2};
  const GaussianBlur blur(o);
  const GaussianBlur copy = blur;
  EXPECT_EQ(copy.options().ksize, o.ksize);
  const Pixels input = picture(PixelFormat::nv12, {77, 55});
  const Pixels expected = apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, o); });
  EXPECT_EQ(apply(input, [&](StreamView s, const ImageView& image) { copy(s, image); }), expected);
  EXPECT_EQ(apply_into(input, input.format, input.size,
                       [&](StreamView s, const ImageView& src, const ImageView& dst) { blur.into(s, src, dst); }),
            expected);
}

TEST_P(GaussianBlurTest, ObjectsAllocateNothing) {
  const GaussianBlur blur({.ksize = {9, 9}, .sigma_x = 2});
  const Guarded image(stream(), noise(PixelFormat::nv12, {120, 90}));
  std::vector<ImageView> list;
  list.reserve(10);
  for (int i = 0; i < 10; ++i) list.push_back(image.view().region({i * 11, 10, 13, 40}));
  const auto calls = [&] {
    blur(stream(), image.view());
    blur(stream(), list);
  };
  calls();  // the first ones may set up what stays
  calls();
  stream().synchronize();
  const long before = allocations();
  calls();
  EXPECT_EQ(allocations() - before, 0);
}

TEST_P(GaussianBlurTest, ObjectsOfTheOtherFiltersAllocateNothing) {
  if (device().is_cuda()) return;  // box_blur and median_blur take a temporary of the device's pool
  const BoxBlur box({{9, 9}, {}});
  const MedianBlur median({.ksize = 5});
  const Pixelate pixelate({.cell_px = 6});
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::rgba8}) {
    const Guarded image(stream(), noise(format, {120, 90}));
    std::vector<ImageView> list;
    list.reserve(10);
    for (int i = 0; i < 10; ++i) list.push_back(image.view().region({i * 11, 10, 13, 40}));
    const auto calls = [&] {
      box(stream(), image.view());
      box(stream(), list);
      median(stream(), image.view());
      median(stream(), list);
      pixelate(stream(), image.view());
      pixelate(stream(), list);
    };
    long least = 1;  // how many threads take part differs: some rounds may make what others need
    for (int i = 0; i < 20 && least != 0; ++i) {
      const long before = allocations();
      calls();
      least = std::min(least, allocations() - before);
    }
    EXPECT_EQ(least, 0) << name_of(format);
  }
}

TEST_P(GaussianBlurTest, EmptyRegionsDoNothing) {
  const Pixels input = noise(PixelFormat::rgba8, {20, 10});
  EXPECT_EQ(apply(input,
                  [&](StreamView s, const ImageView& image) {
                    gaussian_blur(s, image.region({100, 100, 5, 5}), {.ksize = {9, 9}});
                    gaussian_blur(s, std::vector<ImageView>{}, {.ksize = {9, 9}});
                    gaussian_blur(s, std::vector<ImageView>{image.region({30, 0, 5, 5}), ImageView{}}, {.sigma_x = 2});
                  }),
            input);
}

TEST_P(GaussianBlurTest, BadValuesAreRefusedAndTheImageStays) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const Pixels input = noise(PixelFormat::rgba8, {20, 10});
  const Pixels after = apply(input, [&](StreamView s, const ImageView& image) {
    const auto refused = [&](const GaussianBlurOptions& o, const char* part) {
      EXPECT_THAT([&] { gaussian_blur(s, image, o); }, ThrowsMessage<InvalidArgument>(HasSubstr(part))) << name(o);
      EXPECT_THROW(GaussianBlur{o}, InvalidArgument);
    };
    refused({}, "gaussian_blur: ksize or sigma must be given");
    refused({.ksize = {9, 0}}, "ksize or sigma must be given");
    refused({.sigma_y = 3}, "ksize or sigma must be given");
    refused({.ksize = {8, 9}}, "ksize must be odd and 1 to 255, or 0 for one that follows from sigma (8x9)");
    refused({.ksize = {9, 257}}, "ksize must be odd");
    refused({.ksize = {-3, 9}}, "ksize must be odd");
    refused({.sigma_x = -1}, "sigma must be a finite number, 0 or more (-1)");
    refused({.sigma_x = nan}, "sigma must be a finite number");
    refused({.sigma_x = 2, .sigma_y = inf}, "sigma must be a finite number");
    EXPECT_THROW(gaussian_blur_into(s, image, image, {.sigma_x = 1}), InvalidArgument);
    EXPECT_THROW(gaussian_blur_into(s, image, image.region({0, 0, 5, 5}), {.sigma_x = 1}), InvalidArgument);
  });
  EXPECT_EQ(after, input);
}

RETOUCH_BACKENDS(GaussianBlurTest);

TEST(GaussianBlur, RefusesAnImageOnAnotherDevice) {
  if (!gpu_or_skip()) return;
  const Stream cpu(Device::cpu());
  const Stream cuda(Device::cuda(0));
  const Image image(cuda, PixelFormat::rgba8, {8, 8});
  EXPECT_THROW(gaussian_blur(cpu, image, {.sigma_x = 1}), InvalidArgument);
}

}  // namespace
}  // namespace retouch::test
