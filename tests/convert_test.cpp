// Tests of convert: against OpenCV where it has the conversion (BT.601, limited range), and everywhere against the
// standards' formulas in double precision.
#include <opencv2/imgproc.hpp>

#include <cmath>

#include "retouch/fill.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"
#include "support/opencv.hpp"

namespace retouch::test {
namespace {

// ---- the reference

struct Rgb {
  double r = 0;
  double g = 0;
  double b = 0;
};
struct Yuv {
  double y = 0;
  double u = 0;
  double v = 0;
};

double clip(double value) { return std::min(255.0, std::max(0.0, value)); }
std::uint8_t rounded(double value) { return static_cast<std::uint8_t>(std::floor(clip(value) + 0.5)); }

struct Standard {
  double kr, kb, black, luma, chroma;
  explicit Standard(ColorSpec spec)
      : kr(spec.matrix == ColorMatrix::bt601 ? 0.299 : 0.2126),
        kb(spec.matrix == ColorMatrix::bt601 ? 0.114 : 0.0722),
        black(spec.range == ColorRange::limited ? 16 : 0),
        luma(spec.range == ColorRange::limited ? 219 : 255),
        chroma(spec.range == ColorRange::limited ? 224 : 255) {}
  Yuv from_rgb(const Rgb& p) const {
    const double y = kr * p.r + (1 - kr - kb) * p.g + kb * p.b;
    return {black + y * luma / 255, 128 + (p.b - y) / (2 * (1 - kb)) * chroma / 255,
            128 + (p.r - y) / (2 * (1 - kr)) * chroma / 255};
  }
  double expanded(double y) const { return std::max(0.0, y - black) * 255 / luma; }
  Rgb to_rgb(const Yuv& p) const {
    const double y = expanded(p.y);
    const double r = y + 2 * (1 - kr) * (p.v - 128) * 255 / chroma;
    const double b = y + 2 * (1 - kb) * (p.u - 128) * 255 / chroma;
    return {clip(r), clip((y - kr * r - kb * b) / (1 - kr - kb)), clip(b)};
  }
};

// Pixel (x, y) of an image: its chroma is that of the 2x2 block it belongs to.
Yuv yuv_at(const Pixels& p, int x, int y) {
  const double luma = p.at(0, x, y);
  if (p.format == PixelFormat::nv12) return {luma, double(p.at(1, x / 2, y / 2, 0)), double(p.at(1, x / 2, y / 2, 1))};
  return {luma, double(p.at(1, x / 2, y / 2)), double(p.at(2, x / 2, y / 2))};
}
Rgb rgb_at(const Pixels& p, int x, int y) {
  if (is_subsampled(p.format)) return Standard(p.color).to_rgb(yuv_at(p, x, y));
  if (p.format == PixelFormat::gray8) return {double(p.at(0, x, y)), double(p.at(0, x, y)), double(p.at(0, x, y))};
  const int red = is_bgr_order(p.format) ? 2 : 0;
  return {double(p.at(0, x, y, red)), double(p.at(0, x, y, 1)), double(p.at(0, x, y, 2 - red))};
}

// What convert_into must do from the region `from` of src (at the same size) to the region at `to` of dst.
Pixels converted(const Pixels& src, const Rect& from, Pixels dst, Point to) {
  const Standard standard(dst.color);
  const bool keep = is_subsampled(src.format) && is_subsampled(dst.format) && src.color == dst.color;
  const auto yuv_of = [&](int x, int y) {
    return keep ? yuv_at(src, from.x + x, from.y + y) : standard.from_rgb(rgb_at(src, from.x + x, from.y + y));
  };
  for (int y = 0; y < from.height; ++y)
    for (int x = 0; x < from.width; ++x) {
      const int dst_x = to.x + x;
      const int dst_y = to.y + y;
      const Rgb rgb = rgb_at(src, from.x + x, from.y + y);
      if (is_subsampled(dst.format)) {
        dst.at(0, dst_x, dst_y) = rounded(yuv_of(x, y).y);
        // The pixels of the region that share the chroma sample.
        double u = 0;
        double v = 0;
        int count = 0;
        for (int j = dst_y / 2 * 2; j < dst_y / 2 * 2 + 2; ++j)
          for (int i = dst_x / 2 * 2; i < dst_x / 2 * 2 + 2; ++i) {
            if (i < to.x || i >= to.x + from.width || j < to.y || j >= to.y + from.height) continue;
            const Yuv other = yuv_of(i - to.x, j - to.y);
            u += other.u;
            v += other.v;
            ++count;
          }
        const bool nv12 = dst.format == PixelFormat::nv12;
        dst.at(1, dst_x / 2, dst_y / 2, 0) = rounded(u / count);
        dst.at(nv12 ? 1 : 2, dst_x / 2, dst_y / 2, nv12 ? 1 : 0) = rounded(v / count);
      } else if (dst.format == PixelFormat::gray8) {
        dst.at(0, dst_x, dst_y) = is_subsampled(src.format)
                                      ? rounded(Standard(src.color).expanded(src.at(0, from.x + x, from.y + y)))
                                      : rounded(0.299 * rgb.r + 0.587 * rgb.g + 0.114 * rgb.b);
      } else {
        const int red = is_bgr_order(dst.format) ? 2 : 0;
        dst.at(0, dst_x, dst_y, red) = rounded(rgb.r);
        dst.at(0, dst_x, dst_y, 1) = rounded(rgb.g);
        dst.at(0, dst_x, dst_y, 2 - red) = rounded(rgb.b);
        if (has_alpha(dst.format))
          dst.at(0, dst_x, dst_y, 3) = has_alpha(src.format) ? src.at(0, from.x + x, from.y + y, 3) : 255;
      }
    }
  return dst;
}
Pixels converted(const Pixels& src, PixelFormat format, ColorSpec color) {
  return converted(src, {0, 0, src.size.width, src.size.height}, Pixels(format, src.size, color), {0, 0});
}

// Bytes are kept, not computed.
bool exact(const Pixels& src, PixelFormat format, ColorSpec color) {
  const bool yuv = is_subsampled(src.format);
  if (yuv != is_subsampled(format)) return false;
  return yuv ? src.color == color : src.format == PixelFormat::gray8 || format != PixelFormat::gray8;
}

constexpr ColorSpec bt601{ColorMatrix::bt601, ColorRange::limited};
constexpr ColorSpec specs[] = {bt601,
                               {ColorMatrix::bt601, ColorRange::full},
                               {ColorMatrix::bt709, ColorRange::limited},
                               {ColorMatrix::bt709, ColorRange::full}};

Pixels with_color(Pixels pixels, ColorSpec color) {
  pixels.color = color;
  return pixels;
}

class ConvertTest : public BackendTest {
 protected:
  // Also checks that the backends and memory layouts agree to the bit.
  Pixels convert_to(const Pixels& input, PixelFormat format, ColorSpec color = {}) {
    const auto op = [](StreamView s, const ImageView& a, const ImageView& b) { convert_into(s, a, b); };
    const Pixels result = apply_into(input, format, input.size, op, color);
    Pixels src = input;
    Pixels on_cpu(format, input.size, color);
    convert_into(Stream(Device::cpu()), src.view(), on_cpu.view());
    EXPECT_EQ(max_difference(result, on_cpu), 0);
    return result;
  }
};
RETOUCH_BACKENDS(ConvertTest);

TEST_P(ConvertTest, EqualsTheStandardsForAllPairs) {
  constexpr Size sizes[] = {{1, 1}, {2, 2}, {1, 9}, {9, 1}, {7, 5}, {64, 6}, {67, 33}};
  for (const PixelFormat from : all_pixel_formats)
    for (const PixelFormat to : all_pixel_formats)
      for (const Size size : sizes) {
        const Pixels input = noise(from, size, 3);
        expect_near(convert_to(input, to), converted(input, to, bt601), exact(input, to, bt601) ? 0 : 1,
                    "from " + std::string(name_of(from)) + " to");
      }
}

TEST_P(ConvertTest, EqualsTheStandardsForAllColorSpecs) {
  for (const ColorSpec from_spec : specs)
    for (const ColorSpec to_spec : specs)
      for (const PixelFormat yuv : {PixelFormat::nv12, PixelFormat::i420}) {
        const Pixels input = with_color(noise(yuv, {62, 37}, 4), from_spec);
        for (const PixelFormat to : all_pixel_formats)
          expect_near(convert_to(input, to, to_spec), converted(input, to, to_spec), exact(input, to, to_spec) ? 0 : 1,
                      "from " + std::string(name_of(yuv)) + " to");
        for (const PixelFormat from : {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::bgra8}) {
          const Pixels packed = noise(from, {62, 37}, 5);
          expect_near(convert_to(packed, yuv, to_spec), converted(packed, yuv, to_spec), 1,
                      "from " + std::string(name_of(from)) + " to");
        }
      }
}

// Pixels at the corners of the ranges, where sums clip.
TEST_P(ConvertTest, EqualsTheStandardsAtTheExtremes) {
  std::mt19937 random(6);
  constexpr std::uint8_t extremes[] = {0, 1, 15, 16, 17, 127, 128, 129, 234, 235, 236, 240, 254, 255};
  for (const ColorSpec spec : specs)
    for (const PixelFormat from : {PixelFormat::rgb8, PixelFormat::nv12}) {
      Pixels input(from, {80, 60}, spec);
      for (auto& plane : input.planes)
        for (auto& byte : plane) byte = extremes[random() % std::size(extremes)];
      for (const PixelFormat to : {PixelFormat::rgba8, PixelFormat::gray8, PixelFormat::i420})
        expect_near(convert_to(input, to, spec), converted(input, to, spec), 1, "extremes");
    }
}

TEST_P(ConvertTest, EqualsTheStandardsOnRegionsAtAnyOffset) {
  constexpr Rect froms[] = {{0, 0, 17, 9}, {1, 0, 16, 8}, {0, 1, 17, 9}, {1, 1, 1, 1}, {3, 5, 30, 20}, {7, 2, 2, 31}};
  constexpr Point tos[] = {{0, 0}, {1, 0}, {0, 1}, {3, 3}, {4, 2}};
  for (const PixelFormat from :
       {PixelFormat::gray8, PixelFormat::bgr8, PixelFormat::rgba8, PixelFormat::nv12, PixelFormat::i420})
    for (const PixelFormat to : all_pixel_formats)
      for (const Rect& rect : froms)
        for (const Point at : tos) {
          const Pixels input = noise(from, {41, 37}, 7);
          const Pixels before = noise(to, {39, 43}, 8);
          const Guarded src(stream(), input);
          const Guarded dst(stream(), before);
          convert_into(stream(), src.view().region(rect), dst.view().region({at.x, at.y, rect.width, rect.height}));
          src.expect_canaries();
          dst.expect_canaries();
          expect_near(dst.download(), converted(input, rect, before, at), exact(input, to, bt601) ? 0 : 1,
                      "from " + std::string(name_of(from)) + " to");
        }
}

// Addresses at which pixels can be moved in words; widths that leave a rest.
TEST_P(ConvertTest, EqualsTheStandardsOnAlignedImages) {
  for (const PixelFormat from : all_pixel_formats)
    for (const PixelFormat to : all_pixel_formats)
      for (const Rect& rect : {Rect{0, 0, 136, 12}, Rect{0, 0, 131, 11}, Rect{4, 2, 97, 9}, Rect{8, 3, 64, 8}}) {
        Pixels input = noise(from, {136, 12}, 9);
        Pixels before = noise(to, {136, 12}, 10);
        const Image src(stream(), from, input.size);
        const Image dst(stream(), to, input.size);
        copy_into(stream(), input.view(), src);
        copy_into(stream(), before.view(), dst);
        convert_into(stream(), src.region(rect), dst.region(rect));
        Pixels actual(to, input.size);
        copy_into(stream(), dst, actual.view());
        stream().synchronize();
        expect_near(actual, converted(input, rect, before, {rect.x, rect.y}), exact(input, to, bt601) ? 0 : 1,
                    "from " + std::string(name_of(from)) + " to");
      }
}

// A row longer than what the CPU works on at a time.
TEST_P(ConvertTest, EqualsTheStandardsOnLongRows) {
  for (const PixelFormat from : {PixelFormat::rgba8, PixelFormat::nv12})
    for (const PixelFormat to : {PixelFormat::rgb8, PixelFormat::nv12, PixelFormat::i420}) {
      const ColorSpec other{ColorMatrix::bt709, ColorRange::full};
      const Rect rect{1, 1, 1700, 5};
      const Pixels input = noise(from, {1703, 7}, 11);
      const Pixels before = with_color(noise(to, {1703, 7}, 12), other);
      const Guarded src(stream(), input);
      const Guarded dst(stream(), before);
      convert_into(stream(), src.view().region(rect), dst.view().region(rect));
      dst.expect_canaries();
      expect_near(dst.download(), converted(input, rect, before, {1, 1}), 1, "long rows");
    }
}

// OpenCV's planes one below the other, as its I420 conversions take them.
cv::Mat stacked(const Pixels& p) {
  cv::Mat all(p.size.height * 3 / 2, p.size.width, CV_8UC1);
  std::uint8_t* to = all.data;
  for (const auto& plane : p.planes) to = std::copy(plane.begin(), plane.end(), to);
  return all;
}

TEST_P(ConvertTest, EqualsOpenCv) {
  const Size size{322, 174};
  const auto as = [&](PixelFormat format, const cv::Mat& m) {
    Pixels p(format, size);
    m.copyTo(matrix(p));
    return p;
  };
  cv::Mat result;

  Pixels nv12 = picture(PixelFormat::nv12, size, 13);
  for (const auto& [format, code] : {std::pair{PixelFormat::rgb8, cv::COLOR_YUV2RGB_NV12},
                                     {PixelFormat::bgr8, cv::COLOR_YUV2BGR_NV12},
                                     {PixelFormat::rgba8, cv::COLOR_YUV2RGBA_NV12},
                                     {PixelFormat::bgra8, cv::COLOR_YUV2BGRA_NV12}}) {
    cv::cvtColorTwoPlane(matrix(nv12, 0), matrix(nv12, 1), result, code);
    expect_near(convert_to(nv12, format), as(format, result), 1, "nv12 to");
  }
  const Pixels i420 = noise(PixelFormat::i420, size, 14);
  for (const auto& [format, code] :
       {std::pair{PixelFormat::rgb8, cv::COLOR_YUV2RGB_I420}, {PixelFormat::bgra8, cv::COLOR_YUV2BGRA_I420}}) {
    cv::cvtColor(stacked(i420), result, code);
    expect_near(convert_to(i420, format), as(format, result), 1, "i420 to");
  }

  Pixels rgb = noise(PixelFormat::rgb8, size, 15);
  Pixels bgra = noise(PixelFormat::bgra8, size, 16);
  Pixels gray = noise(PixelFormat::gray8, size, 17);
  for (const auto& [input, format, code, tolerance] : {std::tuple{&rgb, PixelFormat::gray8, cv::COLOR_RGB2GRAY, 1},
                                                       {&bgra, PixelFormat::gray8, cv::COLOR_BGRA2GRAY, 1},
                                                       {&gray, PixelFormat::rgba8, cv::COLOR_GRAY2RGBA, 0},
                                                       {&rgb, PixelFormat::bgr8, cv::COLOR_RGB2BGR, 0},
                                                       {&rgb, PixelFormat::bgra8, cv::COLOR_RGB2BGRA, 0},
                                                       {&bgra, PixelFormat::rgba8, cv::COLOR_BGRA2RGBA, 0},
                                                       {&bgra, PixelFormat::rgb8, cv::COLOR_BGRA2RGB, 0}}) {
    cv::cvtColor(matrix(*input), result, code);
    expect_near(convert_to(*input, format), as(format, result), tolerance, "packed to");
  }
}

// Luma of any picture; chroma of one whose 2x2 blocks are flat, since OpenCV takes the chroma of a block's first pixel.
TEST_P(ConvertTest, EqualsOpenCvFromRgb) {
  for (const bool flat_blocks : {false, true}) {
    Pixels rgb = noise(PixelFormat::rgb8, {130, 64}, 18);
    for (int y = 0; y < 64 && flat_blocks; ++y)
      for (int x = 0; x < 130; ++x)
        for (int c = 0; c < 3; ++c) rgb.at(0, x, y, c) = rgb.at(0, x & ~1, y & ~1, c);
    cv::Mat expected;
    cv::cvtColor(matrix(rgb), expected, cv::COLOR_RGB2YUV_I420);
    cv::Mat actual = stacked(convert_to(rgb, PixelFormat::i420));
    const int rows = flat_blocks ? expected.rows : 64;
    EXPECT_LE(cv::norm(expected.rowRange(0, rows), actual.rowRange(0, rows), cv::NORM_INF), 1);
  }
}

TEST_P(ConvertTest, GrayKeepsItsValueAndHasNoColour) {
  for (const ColorSpec spec : specs)
    for (const PixelFormat yuv : {PixelFormat::nv12, PixelFormat::i420}) {
      Pixels gray(PixelFormat::gray8, {64, 4});
      for (int i = 0; i < 256; ++i) gray.at(0, i % 64, i / 64) = static_cast<std::uint8_t>(i);
      const Pixels there = convert_to(gray, yuv, spec);
      for (std::size_t i = 1; i < there.planes.size(); ++i)
        for (const std::uint8_t sample : there.planes[i]) EXPECT_EQ(sample, 128);
      expect_near(convert_to(there, PixelFormat::gray8), gray, 1, "back to");
    }
}

TEST_P(ConvertTest, WhatIsOnlyRearrangedComesBackUnchanged) {
  for (const auto& [from, to] : {std::pair{PixelFormat::nv12, PixelFormat::i420},
                                 {PixelFormat::i420, PixelFormat::nv12},
                                 {PixelFormat::rgba8, PixelFormat::bgra8},
                                 {PixelFormat::bgr8, PixelFormat::rgba8},
                                 {PixelFormat::gray8, PixelFormat::bgr8}})
    for (const Size size : {Size{128, 64}, Size{77, 31}}) {
      const Pixels input = noise(from, size, 19);
      EXPECT_EQ(convert_to(convert_to(input, to), from), input);
    }
}

TEST_P(ConvertTest, SameFormatCopies) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {23, 19}, 20);
    EXPECT_EQ(convert_to(input, format), input);
  }
}

TEST_P(ConvertTest, RefusesToChangeTheLayout) {
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {24, 20}, 21);
    const auto actual = apply(input, [&](StreamView s, const ImageView& v) {
      for (const PixelFormat other : all_pixel_formats) {
        if (other == format) continue;
        EXPECT_THROW(convert(s, v, other), LayoutError);
        EXPECT_THROW(convert(s, v.region({1, 1, 3, 3}), other), LayoutError);
      }
      convert(s, v, format);
    });
    EXPECT_EQ(actual, input);
  }
}

TEST_P(ConvertTest, RefusesWhatDoesNotFitAndSkipsTheEmpty) {
  const Pixels pixels = noise(PixelFormat::nv12, {16, 12});
  const Guarded nv12(stream(), pixels);
  const Guarded rgb(stream(), noise(PixelFormat::rgb8, {12, 16}));
  const ImageView& v = nv12;
  EXPECT_THROW(convert_into(stream(), v, rgb), InvalidArgument);
  EXPECT_THROW(convert_into(stream(), v, v), InvalidArgument);
  EXPECT_THROW(convert_into(stream(), v.region({0, 0, 8, 8}), v.region({1, 1, 8, 8})), InvalidArgument);
  convert_into(stream(), v.region({99, 0, 8, 8}), rgb.view().region({99, 0, 8, 8}));
  if (GetParam() == Backend::Cuda) {
    Pixels host(PixelFormat::rgb8, {16, 12});
    EXPECT_THROW(convert_into(stream(), v, host.view()), InvalidArgument);
  }
  EXPECT_EQ(nv12.download(), pixels);
}

}  // namespace
}  // namespace retouch::test
