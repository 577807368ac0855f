// Tests of the low-resolution Gaussian: gaussian_blur with GaussianAccuracy::fast, and jobs with a sigma each.
#include "ops/gaussian_lowres.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "support/allocations.hpp"
#include "support/backend.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

// ---- an independent reference: the Gaussian in double precision, to five sigma ----

// What the samples of a row weigh in each of its samples, by [result][sample], the border's constant last.
std::vector<std::vector<double>> exact_weights(int length, double sigma, BorderMode mode) {
  const auto n = static_cast<std::size_t>(length);
  std::vector<std::vector<double>> weights(n, std::vector<double>(n + 1));
  // Beyond a hundred lengths all is the same, but for how much there is of it.
  const int reach = static_cast<int>(std::min(std::ceil(5 * sigma), 4000.0 + 100.0 * length));
  double total = 0;
  for (int d = -reach; d <= reach; ++d) total += std::exp(-0.5 * d * d / (sigma * sigma));
  for (int i = 0; i < length; ++i)
    for (int d = -reach; d <= reach; ++d) {
      int from = i + d;
      if (from < 0 || from >= length) {
        if (mode == BorderMode::constant) {
          from = length;
        } else if (mode == BorderMode::replicate || length == 1) {
          from = std::clamp(from, 0, length - 1);
        } else {
          from = std::abs(from) % (2 * length - 2);
          if (from >= length) from = 2 * length - 2 - from;
        }
      }
      weights[static_cast<std::size_t>(i)][static_cast<std::size_t>(from)] +=
          std::exp(-0.5 * d * d / (sigma * sigma)) / total;
    }
  return weights;
}

// The border's colour in a plane, for {200, 100, 50, 30}; see box_blur_test.cpp.
constexpr Color border_color{200, 100, 50, 30};
std::vector<double> outside_of(PixelFormat format, int plane) {
  switch (format) {
    case PixelFormat::gray8: return {124};
    case PixelFormat::rgb8: return {200, 100, 50};
    case PixelFormat::bgr8: return {50, 100, 200};
    case PixelFormat::rgba8: return {200, 100, 50, 30};
    case PixelFormat::bgra8: return {50, 100, 200, 30};
    case PixelFormat::nv12: return plane == 0 ? std::vector<double>{123} : std::vector<double>{91, 175};
    case PixelFormat::i420: return {plane == 0 ? 123.0 : plane == 1 ? 91.0 : 175.0};
  }
  return {};
}

struct Strength {
  double x, y;
  BorderMode border = BorderMode::reflect_101;
};

struct Difference {
  double most = 0;
  double sum = 0;
  double count = 0;
  double mean() const { return count == 0 ? 0 : sum / count; }
  void add(double of) {
    most = std::max(most, of);
    sum += of;
    ++count;
  }
};

// How far the region of `actual` is from the exact blur of that of `input`, in levels, real numbers on one side.
Difference compare(const Pixels& actual, const Pixels& input, const Rect& rect, const Strength& strength) {
  Difference difference;
  Pixels from = input;
  Pixels made = actual;
  std::vector<std::vector<std::uint8_t>> results;
  edit_region(made, rect, [&](int, int, int, int, std::vector<std::uint8_t>& bytes) { results.push_back(bytes); });
  std::size_t next = 0;
  edit_region(from, rect, [&](int plane, int width, int height, int channels, std::vector<std::uint8_t>& bytes) {
    const double half = plane > 0 ? 0.5 : 1;
    const auto wx = exact_weights(width, half * strength.x, strength.border);
    const auto wy = exact_weights(height, half * strength.y, strength.border);
    const auto outside = outside_of(input.format, plane);
    const auto c = static_cast<std::size_t>(channels);
    const auto w = static_cast<std::size_t>(width);
    const auto h = static_cast<std::size_t>(height);
    std::vector<double> along(w * h * c);
    for (std::size_t y = 0; y < h; ++y)
      for (std::size_t x = 0; x < w; ++x)
        for (std::size_t k = 0; k < c; ++k) {
          double sum = wx[x][w] * outside[k];
          for (std::size_t i = 0; i < w; ++i) sum += wx[x][i] * bytes[(y * w + i) * c + k];
          along[(y * w + x) * c + k] = sum;
        }
    std::vector<double> row(w * c);
    for (std::size_t y = 0; y < h; ++y) {
      for (std::size_t i = 0; i < w * c; ++i) row[i] = wy[y][h] * outside[i % c];
      for (std::size_t from_y = 0; from_y < h; ++from_y)
        for (std::size_t i = 0; i < w * c; ++i) row[i] += wy[y][from_y] * along[from_y * w * c + i];
      for (std::size_t i = 0; i < w * c; ++i) difference.add(std::abs(row[i] - results[next][y * w * c + i]));
    }
    ++next;
  });
  return difference;
}

// What the documentation promises.
void expect_close(const Difference& d, const std::string& what) {
  EXPECT_LE(d.most, 3) << what;
  // A mean over a few pixels is no more than one of them.
  if (d.count > 400) {
    EXPECT_LE(d.mean(), 0.5) << what;
  }
}

// Black and white rectangles.
Pixels blocks(PixelFormat format, Size size, int width = 11, int height = 7) {
  Pixels p(format, size);
  for (int i = 0; i < plane_count(format); ++i)
    for (int y = 0; y < p.plane_height(i); ++y)
      for (int x = 0; x < p.plane_width(i); ++x)
        for (int c = 0; c < plane_channels(format, i); ++c)
          p.at(i, x, y, c) =
              (static_cast<unsigned>(x / width * 7919 + y / height * 104729 + c * 31) * 2654435761U >> 13 & 1U) != 0
                  ? 255
                  : 0;
  return p;
}

// Stripes across both axes: what a coarse grid takes for something else when they are about as wide as its cells.
Pixels stripes(PixelFormat format, Size size, double period) {
  Pixels p(format, size);
  for (int i = 0; i < plane_count(format); ++i)
    for (int y = 0; y < p.plane_height(i); ++y)
      for (int x = 0; x < p.plane_width(i); ++x)
        for (int c = 0; c < plane_channels(format, i); ++c)
          p.at(i, x, y, c) = std::fmod(x + 0.3 * y, period) < 0.4 * period ? 255 : 0;
  return p;
}

GaussianBlurOptions fast(double sigma_x, double sigma_y = 0, BorderMode border = BorderMode::reflect_101) {
  return {.sigma_x = sigma_x, .sigma_y = sigma_y, .border = {border, border_color}, .accuracy = GaussianAccuracy::fast};
}

std::string name(PixelFormat format, Size size, const Strength& s) {
  return fmt::format("{} {}x{} sigma {} {} border {}", name_of(format), size.width, size.height, s.x, s.y,
                     static_cast<int>(s.border));
}

Rect whole(Size size) { return {0, 0, size.width, size.height}; }

class GaussianLowresTest : public BackendTest {
 protected:
  Pixels blur(const Pixels& input, const GaussianBlurOptions& options) {
    return apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image, options); });
  }
  void expect_exact(const Pixels& input, const Strength& s, const std::string& what) {
    const Pixels output = blur(input, fast(s.x, s.y, s.border));
    expect_close(compare(output, input, whole(input.size), s), what + " " + name(input.format, input.size, s));
  }
  // Jobs of their own sigma, below that of gaussian_blur too.
  Pixels run_job(const Pixels& input, const Rect& rect, const Strength& s) {
    return apply(input, [&](StreamView stream, const ImageView& image) {
      const detail::LowresJob job{image.region(rect), image.region(rect), static_cast<float>(s.x),
                                  static_cast<float>(s.y), Border{s.border, border_color}};
      detail::gaussian_lowres(stream, std::span(&job, 1));
    });
  }
};
RETOUCH_BACKENDS(GaussianLowresTest);

TEST_P(GaussianLowresTest, IsCloseToTheExactGaussianAtEverySigma) {
  const Size size{131, 97};
  for (const double sigma :
       {0.3, 1.0, 2.5, 5.0, 5.49, 5.5, 6.0, 7.3, 8.0, 11.0, 13.7, 20.0, 33.0, 50.0, 90.0, 200.0, 500.0}) {
    const Strength s{sigma, sigma};
    for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12}) {
      expect_exact(noise(format, size), s, "noise");
      expect_exact(picture(format, size), s, "picture");
      expect_exact(blocks(format, size), s, "blocks");
    }
    for (const double part : {1.0, 1.2, 0.5, 2.3})
      expect_exact(stripes(PixelFormat::gray8, size, std::max(2.3, part * sigma / 2.75)), s, "stripes");
  }
}

TEST_P(GaussianLowresTest, IsCloseOnALargeRegion) {
  for (const double sigma : {6.0, 25.0, 50.0, 150.0, 500.0}) {
    expect_exact(blocks(PixelFormat::gray8, {611, 403}, 97, 83), {sigma, sigma}, "large blocks");
    expect_exact(blocks(PixelFormat::gray8, {611, 403}), {sigma, sigma}, "blocks");
  }
}

TEST_P(GaussianLowresTest, IsCloseInEveryFormatSizeAndBorder) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{1, 1}, Size{1, 70}, Size{45, 1}, Size{2, 2}, Size{3, 5}, Size{7, 33}, Size{64, 48}})
      for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
        for (const Strength s : {Strength{6, 6, mode}, {12, 3, mode}, {0.7, 40, mode}, {300, 80, mode}})
          expect_exact(noise(format, size), s, "noise");
}

TEST_P(GaussianLowresTest, BordersOfHardEdges) {
  for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
    for (const double sigma : {5.5, 9.0, 21.0, 60.0, 170.0, 1000.0, 20000.0})
      for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8})
        expect_exact(blocks(format, {85, 61}), {sigma, sigma, mode}, "blocks");
}

TEST_P(GaussianLowresTest, JobsOfSmallSigma) {
  for (const double sigma : {0.05, 0.3, 0.5, 1.0, 1.7, 3.0, 5.0})
    for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant})
      for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::i420}) {
        const Strength s{sigma, sigma, mode};
        const Pixels input = noise(format, {61, 43});
        for (const Rect& rect : {Rect{0, 0, 61, 43}, Rect{5, 3, 41, 30}}) {
          const Difference d = compare(run_job(input, rect, s), input, rect, s);
          EXPECT_LE(d.most, 1) << name(format, {61, 43}, s);  // a node for every pixel
        }
      }
}

TEST_P(GaussianLowresTest, FlatStaysFlat) {
  for (const PixelFormat format : all_pixel_formats)
    for (const int value : {0, 1, 127, 128, 254, 255})
      for (const double sigma : {5.5, 7.7, 16.0, 50.0, 345.0, 1e9, 1e300})
        for (const BorderMode mode : {BorderMode::reflect_101, BorderMode::replicate}) {
          const Pixels input = flat(format, {137, 90}, static_cast<std::uint8_t>(value));
          EXPECT_EQ(blur(input, fast(sigma, 0, mode)), input) << name_of(format) << " " << value << " sigma " << sigma;
        }
}

TEST_P(GaussianLowresTest, RegionsAreIsolated) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& rect : tricky_rects)
      for (const double sigma : {6.0, 30.0}) {
        const Pixels input = noise(format, {41, 29});
        const GaussianBlurOptions options = fast(sigma);
        const Pixels output =
            apply(input, [&](StreamView s, const ImageView& image) { gaussian_blur(s, image.region(rect), options); });
        expect_close(compare(output, input, rect, {sigma, sigma}), fmt::format("{} {}", rect.x, rect.y));
        // The region put back, nothing else differs.
        Pixels restored = output;
        copy_region(restored, input, rect);
        EXPECT_EQ(restored, input) << name_of(format) << " " << rect.x << " " << rect.y;
      }
}

TEST_P(GaussianLowresTest, AnyAlignment) {
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::nv12})
    for (const int gap : {0, 1, 2, 3, 4, 12, 16, 64})
      for (const int offset : {0, 1, 2, 3, 5, 8}) {
        const Rect rect{offset, 1, 60, 38};
        const Pixels input = noise(format, {80, 40});
        const Guarded image(stream(), input, gap);
        gaussian_blur(stream(), image.view().region(rect), fast(7));
        image.expect_canaries();
        expect_close(compare(image.download(), input, rect, {7, 7}), fmt::format("gap {} offset {}", gap, offset));
      }
}

TEST_P(GaussianLowresTest, AListIsAsOneAfterTheOther) {
  std::mt19937 random(3);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  for (const PixelFormat format : all_pixel_formats)
    for (const int count : {2, 7, 40}) {
      std::vector<Rect> rects;
      rects.reserve(static_cast<std::size_t>(count));
      for (int i = 0; i < count; ++i) rects.push_back({below(220) - 10, below(150) - 10, 1 + below(70), 1 + below(50)});
      const Pixels input = noise(format, {211, 143});
      const GaussianBlurOptions options = fast(9);
      const Pixels one_by_one = apply(input, [&](StreamView s, const ImageView& image) {
        for (const ImageView& region : regions_of(image, rects)) gaussian_blur(s, region, options);
      });
      const Pixels at_once = apply(input, [&](StreamView s, const ImageView& image) {
        const auto views = regions_of(image, rects);
        gaussian_blur(s, views, options);
      });
      EXPECT_EQ(at_once, one_by_one) << count << " regions in " << name_of(format);
    }
}

TEST_P(GaussianLowresTest, IntoGivesWhatInPlaceGives) {
  for (const PixelFormat format : all_pixel_formats)
    for (const double sigma : {6.0, 45.0}) {
      const Pixels input = noise(format, {203, 117});
      const GaussianBlur filter(fast(sigma));
      const Pixels into =
          apply_into(input, format, input.size,
                     [&](StreamView s, const ImageView& src, const ImageView& dst) { filter.into(s, src, dst); });
      EXPECT_EQ(into, blur(input, fast(sigma))) << name_of(format);
    }
}

TEST_P(GaussianLowresTest, EachJobHasItsSigmaAndFormat) {
  struct Part {
    PixelFormat format;
    Size size;
    Strength strength;
  };
  using enum PixelFormat;
  using enum BorderMode;
  std::vector<Part> parts;
  for (const PixelFormat format : all_pixel_formats) {
    parts.push_back({format, {120, 120}, {20, 20}});
    parts.push_back({format, {33, 71}, {1.5, 4, replicate}});
    parts.push_back({format, {90, 15}, {64, 7, constant}});
    parts.push_back({format, {20, 20}, {3, 3}});
  }
  std::vector<Pixels> inputs;
  std::vector<std::unique_ptr<Guarded>> sources;
  std::vector<std::unique_ptr<Guarded>> targets;
  std::vector<detail::LowresJob> jobs;
  for (const Part& part : parts) {
    inputs.push_back(noise(part.format, part.size, static_cast<std::uint32_t>(inputs.size())));
    sources.push_back(std::make_unique<Guarded>(stream(), inputs.back()));
    // Every second one goes into another image.
    const bool into = inputs.size() % 2 == 0;
    targets.push_back(into ? std::make_unique<Guarded>(stream(), noise(part.format, part.size, 99), 5) : nullptr);
    jobs.push_back({sources.back()->view(), into ? targets.back()->view() : sources.back()->view(),
                    static_cast<float>(part.strength.x), static_cast<float>(part.strength.y),
                    Border{part.strength.border, border_color}});
  }
  jobs.push_back({ImageView(), ImageView(), 1, 1, {}});
  detail::gaussian_lowres(stream(), jobs);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sources[i]->expect_canaries();
    const Guarded& made = targets[i] ? *targets[i] : *sources[i];
    made.expect_canaries();
    expect_close(compare(made.download(), inputs[i], whole(parts[i].size), parts[i].strength),
                 name(parts[i].format, parts[i].size, parts[i].strength));
    if (targets[i]) {
      EXPECT_EQ(sources[i]->download(), inputs[i]);
    }
  }
}

TEST_P(GaussianLowresTest, IsTheCpusToOneLevel) {
  const Stream cpu(Device::cpu());
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{401, 307}, Size{97, 120}})
      for (const double sigma : {5.5, 8.0, 31.0, 50.0, 400.0}) {
        const Pixels input = picture(format, size);
        Pixels expected = input;
        gaussian_blur(cpu, expected.view(), fast(sigma));
        expect_near(blur(input, fast(sigma)), expected, 1, fmt::format("sigma {}", sigma));
      }
}

TEST_P(GaussianLowresTest, AWholeFrame) {
  // Too large for the reference here: a flat frame with one corner of another level, far from which nothing changes.
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12}) {
    Pixels input = flat(format, {3840, 2160}, 40);
    for (int y = 0; y < 100; ++y)
      for (int x = 0; x < 100; ++x) input.at(0, x, y) = 240;
    for (const double sigma : {6.0, 50.0}) {
      const Pixels output = blur(input, fast(sigma));
      EXPECT_GT(output.at(0, 0, 0), 60);
      const int reach = 110 + static_cast<int>(5 * sigma);
      for (int y = 0; y < 2160; y += 3)
        for (int x = y < reach ? reach : 0; x < 3840; x += 3) ASSERT_EQ(output.at(0, x, y), 40) << x << " " << y;
    }
  }
}

TEST_P(GaussianLowresTest, ObjectsAllocateNothing) {
  const GaussianBlur filter(fast(30));
  const Guarded image(stream(), noise(PixelFormat::nv12, {120, 90}));
  std::vector<ImageView> list;
  list.reserve(10);
  for (int i = 0; i < 10; ++i) list.push_back(image.view().region({i * 11, 10, 13, 40}));
  const auto calls = [&] {
    filter(stream(), image.view());
    filter(stream(), list);
  };
  calls();  // the first ones may set up what stays
  calls();
  stream().synchronize();
  const long before = allocations();
  calls();
  EXPECT_EQ(allocations() - before, 0);
}

TEST_P(GaussianLowresTest, Errors) {
  const Guarded image(stream(), noise(PixelFormat::rgba8, {8, 6}));
  const double infinity = std::numeric_limits<double>::infinity();
  for (GaussianBlurOptions options : {fast(0), fast(-1), fast(infinity), fast(0, 3), fast(6, -1), fast(std::nan(""))}) {
    EXPECT_THROW(gaussian_blur(stream(), image.view(), options), InvalidArgument);
    EXPECT_THROW(GaussianBlur{options}, InvalidArgument);
  }
  GaussianBlurOptions sized = fast(6);
  sized.ksize = {9, 9};
  EXPECT_THAT([&] { gaussian_blur(stream(), image.view(), sized); },
              testing::ThrowsMessage<InvalidArgument>(testing::HasSubstr("ksize must be 0 (9x9)")));
  EXPECT_EQ(image.download(), noise(PixelFormat::rgba8, {8, 6}));
}

}  // namespace
}  // namespace retouch::test
