// Compositing against Porter and Duff's table in double precision, written out here.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "retouch/fill.hpp"
#include "retouch/sprite.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

constexpr std::array all_ops = {CompositeOp::over,        CompositeOp::in,         CompositeOp::out,
                                CompositeOp::atop,        CompositeOp::xor_,       CompositeOp::plus,
                                CompositeOp::over_premul, CompositeOp::in_premul,  CompositeOp::out_premul,
                                CompositeOp::atop_premul, CompositeOp::xor_premul, CompositeOp::plus_premul,
                                CompositeOp::premul};

bool premultiplied(CompositeOp op) { return op >= CompositeOp::over_premul && op <= CompositeOp::plus_premul; }

// Fractions of source and destination (Porter and Duff 1984, table 2) by alphas in 0..1.
std::pair<double, double> fractions(CompositeOp op, double a_source, double a_target) {
  switch (op) {
    case CompositeOp::over:
    case CompositeOp::over_premul: return {1, 1 - a_source};
    case CompositeOp::in:
    case CompositeOp::in_premul: return {a_target, 0};
    case CompositeOp::out:
    case CompositeOp::out_premul: return {1 - a_target, 0};
    case CompositeOp::atop:
    case CompositeOp::atop_premul: return {a_target, 1 - a_source};
    case CompositeOp::xor_:
    case CompositeOp::xor_premul: return {1 - a_target, 1 - a_source};
    case CompositeOp::plus:
    case CompositeOp::plus_premul: return {1, 1};
    case CompositeOp::premul: return {1, 0};
  }
  return {};
}

std::uint8_t round_half_up(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::floor(value + 0.5 + 1e-9), 0.0, 255.0));
}

struct Source {
  double r, g, b, a;  // 0..255, opacity applied
};

Source source_at(const Pixels& sprite, int x, int y, CompositeOp op, double opacity) {
  const double o = std::floor(opacity * 255 + 0.5) / 255;
  const auto lowered = [&](int c) -> double { return round_half_up(sprite.at(0, x, y, c) * o); };
  if (premultiplied(op)) return {lowered(0), lowered(1), lowered(2), lowered(3)};
  return {double(sprite.at(0, x, y, 0)), double(sprite.at(0, x, y, 1)), double(sprite.at(0, x, y, 2)), lowered(3)};
}

// One value, before rounding. `black` is what nothing looks like.
double value_of(CompositeOp op, double source, double a_source, double target, double a_target, double black) {
  const auto [fs, fd] = fractions(op, a_source / 255, a_target / 255);
  const double s = (source - black) * (premultiplied(op) ? 1 : a_source / 255);
  // `over` takes the frame's colour as opaque: the blend rule of the pixel model.
  const double d = (target - black) * (premultiplied(op) || op == CompositeOp::over ? 1 : a_target / 255);
  return black + s * fs + d * fd;
}

struct Matrix {
  double kr, kb;
  bool limited;
  explicit Matrix(ColorSpec spec)
      : kr(spec.matrix == ColorMatrix::bt601 ? 0.299 : 0.2126),
        kb(spec.matrix == ColorMatrix::bt601 ? 0.114 : 0.0722),
        limited(spec.range == ColorRange::limited) {}
  double black() const { return limited ? 16 : 0; }
  double unit(const Source& s) const { return kr * s.r + (1 - kr - kb) * s.g + kb * s.b; }
  double y(const Source& s) const { return std::round(black() + unit(s) * (limited ? 219.0 / 255 : 1)); }
  double chroma(double difference, double k) const {
    return std::round(128 + difference / (2 * (1 - k)) * (limited ? 224.0 / 255 : 1));
  }
  double u(const Source& s) const { return chroma(s.b - unit(s), kb); }
  double v(const Source& s) const { return chroma(s.r - unit(s), kr); }
};

// `view` is the part of the picture that is the target; the sprite lies at `position` of it.
Pixels reference(Pixels picture, const Rect& view, const Pixels& sprite, Point position, CompositeOp op,
                 double opacity) {
  const Pixels before = picture;
  const Matrix matrix(picture.color);
  const auto covered = [&](int x, int y) {  // in the view's coordinates
    const std::int64_t sx = std::int64_t{x} - position.x;
    const std::int64_t sy = std::int64_t{y} - position.y;
    return x >= 0 && y >= 0 && x < view.width && y < view.height && sx >= 0 && sy >= 0 && sx < sprite.size.width &&
           sy < sprite.size.height;
  };
  const auto source = [&](int x, int y) { return source_at(sprite, x - position.x, y - position.y, op, opacity); };
  const bool yuv = is_subsampled(picture.format);
  const int red = is_bgr_order(picture.format) ? 2 : 0;
  for (int y = 0; y < view.height; ++y)
    for (int x = 0; x < view.width; ++x) {
      if (!covered(x, y)) continue;
      const Source s = source(x, y);
      const int px = x + view.x;
      const int py = y + view.y;
      const auto put = [&](int channel, double value, double a_target, double black) {
        std::uint8_t& d = picture.at(0, px, py, channel);
        d = round_half_up(value_of(op, value, s.a, d, a_target, black));
      };
      if (yuv) {
        put(0, matrix.y(s), 255, matrix.black());
      } else if (picture.format == PixelFormat::gray8) {
        put(0, std::round(0.299 * s.r + 0.587 * s.g + 0.114 * s.b), 255, 0);
      } else {
        const double a_target = has_alpha(picture.format) ? before.at(0, px, py, 3) : 255;
        put(red, s.r, a_target, 0);
        put(1, s.g, a_target, 0);
        put(2 - red, s.b, a_target, 0);
        if (has_alpha(picture.format)) {
          const auto [fs, fd] = fractions(op, s.a / 255, a_target / 255);
          picture.at(0, px, py, 3) = round_half_up(s.a * fs + a_target * fd);
        }
      }
    }
  if (!yuv) return picture;
  for (int cy = 0; cy < picture.plane_height(1); ++cy)
    for (int cx = 0; cx < picture.plane_width(1); ++cx) {
      double u = 0;
      double v = 0;
      int count = 0;
      bool touched = false;
      const bool nv12 = picture.format == PixelFormat::nv12;
      std::uint8_t& u_byte = picture.at(1, cx, cy, 0);
      std::uint8_t& v_byte = nv12 ? picture.at(1, cx, cy, 1) : picture.at(2, cx, cy, 0);
      for (int py = 2 * cy; py < 2 * cy + 2; ++py)
        for (int px = 2 * cx; px < 2 * cx + 2; ++px) {
          // A view does not see what lies beyond its right and bottom edge.
          if (px >= view.x + view.width || py >= view.y + view.height) continue;
          ++count;
          const bool here = covered(px - view.x, py - view.y);
          touched = touched || here;
          const Source s = here ? source(px - view.x, py - view.y) : Source{};
          u += here ? value_of(op, matrix.u(s), s.a, u_byte, 255, 128) : u_byte;
          v += here ? value_of(op, matrix.v(s), s.a, v_byte, 255, 128) : v_byte;
        }
      if (!touched) continue;
      u_byte = round_half_up(u / count);
      v_byte = round_half_up(v / count);
    }
  return picture;
}

// Noise with whole runs of transparent and opaque pixels.
Pixels sprite_noise(Size size, std::uint32_t seed = 7) {
  Pixels p = noise(PixelFormat::rgba8, size, seed);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const int kind = (x / 5 + y / 3) % 4;
      if (kind == 0) p.at(0, x, y, 3) = 0;
      if (kind == 1) p.at(0, x, y, 3) = 255;
    }
  return p;
}

Pixels opposite(const Pixels& rgba) {  // rgba8 as bgra8
  Pixels p(PixelFormat::bgra8, rgba.size);
  p.planes = rgba.planes;
  for (int y = 0; y < p.size.height; ++y)
    for (int x = 0; x < p.size.width; ++x) std::swap(p.at(0, x, y, 0), p.at(0, x, y, 2));
  return p;
}

class CompositeTest : public BackendTest {
 protected:
  // On the backend, checked against the reference, and bit for bit against the CPU backend.
  void check(const Pixels& picture, const Rect& view, const Pixels& sprite_pixels, Point position,
             const CompositeOptions& options) {
    Pixels copy = sprite_pixels;
    const Sprite sprite(copy.view());
    const auto op = [&](StreamView s, const ImageView& v) { composite(s, v.region(view), sprite, position, options); };
    const Pixels actual = apply(picture, op);
    const Pixels expected = reference(picture, view, sprite_pixels, position, options.op, options.opacity);
    const std::string what = "op " + std::to_string(static_cast<int>(options.op)) + " at " +
                             std::to_string(position.x) + "," + std::to_string(position.y) + " opacity " +
                             std::to_string(options.opacity);
    // The conversions to luma and chroma are integer maths, good to 1 level; the blends are exact.
    expect_near(actual, expected, is_subsampled(picture.format) || picture.format == PixelFormat::gray8 ? 1 : 0, what);
    if (GetParam() == Backend::Cpu) return;
    Pixels on_cpu = picture;
    op(Stream(Device::cpu()), on_cpu.view());
    EXPECT_EQ(max_difference(actual, on_cpu), 0) << what << ": CPU and CUDA differ";
  }
  void check(const Pixels& picture, const Pixels& sprite, Point position, const CompositeOptions& options) {
    check(picture, {0, 0, picture.size.width, picture.size.height}, sprite, position, options);
  }
};
RETOUCH_BACKENDS(CompositeTest);

TEST_P(CompositeTest, EveryOperatorOnEveryFormat) {
  const Pixels sprite = sprite_noise({11, 9});
  for (const PixelFormat format : all_pixel_formats)
    for (const CompositeOp op : all_ops)
      for (const float opacity : {1.0F, 0.5F, 0.0F})
        check(noise(format, {37, 23}), sprite, {5, 3}, {.op = op, .opacity = opacity});
}

TEST_P(CompositeTest, ClipsOnEverySide) {
  const Pixels sprite = sprite_noise({13, 10});
  for (const PixelFormat format : all_pixel_formats)
    for (const CompositeOp op : {CompositeOp::over, CompositeOp::xor_})
      for (const Point at : {Point{-5, 2}, Point{28, 2}, Point{3, -7}, Point{4, 17}, Point{-1, -1}, Point{30, 18},
                             Point{-13, 0}, Point{0, -10}, Point{37, 0}, Point{0, 23}, Point{-3, 22},
                             Point{2147483647, 5}, Point{-2147483647 - 1, -2147483647 - 1}})
        check(noise(format, {37, 23}), sprite, at, {.op = op});
  // A sprite larger than the target on every side.
  for (const PixelFormat format : all_pixel_formats)
    check(noise(format, {9, 7}), sprite_noise({40, 30}), {-11, -9}, {});
}

TEST_P(CompositeTest, EveryAlignment) {
  for (const PixelFormat format : all_pixel_formats)
    for (int x = 0; x < 6; ++x) {
      check(noise(format, {300, 8}), sprite_noise({283, 6}), {x, 1}, {});
      check(noise(format, {300, 8}), sprite_noise({281, 6}), {x - 3, 1}, {.op = CompositeOp::plus, .opacity = 0.7F});
    }
}

TEST_P(CompositeTest, OddSizesAndSinglePixels) {
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{1, 1}, Size{1, 9}, Size{9, 1}, Size{2, 3}, Size{7, 5}})
      for (const Size drawn : {Size{1, 1}, Size{2, 1}, Size{5, 8}})
        for (const Point at : {Point{0, 0}, Point{1, 1}, Point{6, 4}})
          check(noise(format, size), sprite_noise(drawn), at, {});
}

TEST_P(CompositeTest, RegionsAtOddOffsetsLeaveTheRestAlone) {
  const Pixels sprite = sprite_noise({20, 20});
  for (const PixelFormat format : all_pixel_formats)
    for (const Rect& view : {Rect{3, 5, 11, 9}, Rect{2, 4, 12, 8}, Rect{1, 0, 1, 1}, Rect{7, 7, 2, 13}})
      for (const Point at : {Point{0, 0}, Point{-4, -5}, Point{3, 1}})
        check(noise(format, {31, 25}), view, sprite, at, {});
}

TEST_P(CompositeTest, BothYcbcrSpecifications) {
  for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::i420})
    for (const ColorMatrix matrix : {ColorMatrix::bt601, ColorMatrix::bt709})
      for (const ColorRange range : {ColorRange::limited, ColorRange::full})
        for (const CompositeOp op : all_ops) {
          Pixels picture = noise(format, {24, 18});
          picture.color = {matrix, range};
          check(picture, sprite_noise({15, 11}), {3, 2}, {.op = op});
        }
}

TEST_P(CompositeTest, LargePictures) {
  for (const PixelFormat format : all_pixel_formats)
    check(noise(format, {1283, 479}), sprite_noise({1271, 470}), {7, 4}, {});
}

TEST_P(CompositeTest, OpaqueReplacesAndTransparentLeaves) {
  Pixels opaque = noise(PixelFormat::rgba8, {40, 30});
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) opaque.at(0, x, y, 3) = 255;
  const Sprite sprite(opaque.view());
  EXPECT_EQ(apply(noise(PixelFormat::rgba8, {40, 30}),
                  [&](StreamView s, const ImageView& v) {
                    composite(s, v, sprite, {0, 0});
                  }),
            opaque);
  Pixels clear = noise(PixelFormat::rgba8, {40, 30});
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) clear.at(0, x, y, 3) = 0;
  const Sprite nothing(clear.view());
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels picture = noise(format, {40, 30});
    EXPECT_EQ(apply(picture, [&](StreamView s, const ImageView& v) { composite(s, v, nothing, {0, 0}); }), picture);
    EXPECT_EQ(apply(picture, [&](StreamView s, const ImageView& v) { composite(s, v, Sprite(), {0, 0}); }), picture);
    EXPECT_EQ(apply(picture,
                    [&](StreamView s, const ImageView& v) {
                      composite(s, v, sprite, {3, 3}, {.opacity = 0});
                      composite(s, v, sprite, {3, 3}, {.size = Size{0, 5}});
                      composite(s, v.region({50, 50, 3, 3}), sprite, {0, 0});
                    }),
              picture);
  }
}

// Scaled sprites: cv::resize of the premultiplied picture, in floats.
TEST_P(CompositeTest, ScalesAsOpenCvDoesOnPremultipliedColours) {
  const Pixels p = sprite_noise({31, 22});
  cv::Mat straight(22, 31, CV_8UC4, const_cast<std::uint8_t*>(p.planes[0].data()));
  cv::Mat premultiplied;
  straight.convertTo(premultiplied, CV_32FC4);
  // Not forEach: ThreadSanitizer does not see how OpenCV waits for its threads.
  for (auto c = premultiplied.begin<cv::Vec4f>(); c != premultiplied.end<cv::Vec4f>(); ++c)
    for (int i = 0; i < 3; ++i) (*c)[i] *= (*c)[3] / 255;
  Pixels source = p;
  const Sprite sprite(source.view());
  struct Case {
    Size size;
    int interpolation;
  };
  for (const Case& c : {Case{{13, 9}, cv::INTER_AREA}, Case{{15, 11}, cv::INTER_AREA}, Case{{62, 44}, cv::INTER_LINEAR},
                        Case{{45, 31}, cv::INTER_LINEAR}, Case{{1, 1}, cv::INTER_AREA},
                        Case{{31, 40}, cv::INTER_LINEAR}, Case{{9, 22}, cv::INTER_AREA}}) {
    cv::Mat expected;
    cv::resize(premultiplied, expected, {c.size.width, c.size.height}, 0, 0, c.interpolation);
    const Pixels actual = apply(flat(PixelFormat::rgb8, {70, 50}, 0), [&](StreamView s, const ImageView& v) {
      composite(s, v, sprite, {2, 3}, {.size = c.size});
    });
    for (int y = 0; y < c.size.height; ++y)
      for (int x = 0; x < c.size.width; ++x)
        for (int i = 0; i < 3; ++i)
          // Three roundings of at most a half each: the sprite's colour, its alpha, the blend.
          ASSERT_NEAR(actual.at(0, x + 2, y + 3, i), expected.at<cv::Vec4f>(y, x)[i], 1.51)
              << c.size.width << "x" << c.size.height << " at " << x << "," << y;
    EXPECT_EQ(actual.at(0, c.size.width + 2, 3), 0);
    EXPECT_EQ(actual.at(0, 1, 3), 0);
  }
}

TEST_P(CompositeTest, ScalingBothWaysAtOnceAndManySizes) {
  Pixels one = flat(PixelFormat::rgba8, {8, 8}, 200);
  const Sprite sprite(one.view());
  // A flat picture stays flat at any size; more sizes than are kept.
  for (int i = 1; i < 30; ++i) {
    const Size size{i, 40 - i};
    const Pixels actual = apply(flat(PixelFormat::rgba8, {40, 40}, 0), [&](StreamView s, const ImageView& v) {
      composite(s, v, sprite, {0, 0}, {.op = CompositeOp::plus_premul, .size = size});
    });
    for (int y = 0; y < 40; ++y)
      for (int x = 0; x < 40; ++x)
        ASSERT_EQ(actual.at(0, x, y, 1), x < size.width && y < size.height ? 200 : 0) << i << " " << x << "," << y;
  }
}

TEST_P(CompositeTest, IntoAnotherImage) {
  const Pixels sprite_pixels = sprite_noise({11, 9});
  Pixels copy = sprite_pixels;
  const Sprite sprite(copy.view());
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels picture = noise(format, {37, 23});
    const Pixels actual =
        apply_into(picture, format, picture.size, [&](StreamView s, const ImageView& from, const ImageView& to) {
          composite_into(s, from, to, sprite, {30, -2}, {.opacity = 0.3F});
        });
    expect_near(actual, reference(picture, {0, 0, 37, 23}, sprite_pixels, {30, -2}, CompositeOp::over, 0.3F), 1);
  }
}

TEST_P(CompositeTest, FromHostPixelsOfEveryPackedFormat) {
  const Pixels rgba = sprite_noise({21, 12});
  const Pixels picture = noise(PixelFormat::rgba8, {40, 30});
  const auto draw = [&](Pixels pixels) {
    return apply(picture, [&](StreamView s, const ImageView& v) {
      Pixels gone = pixels;
      composite(s, v, gone.view(), {4, 5});
      for (auto& byte : gone.planes[0]) byte = 77;  // captured: what happens afterwards does not matter
    });
  };
  const Pixels expected = reference(picture, {0, 0, 40, 30}, rgba, {4, 5}, CompositeOp::over, 1);
  EXPECT_EQ(draw(rgba), expected);
  EXPECT_EQ(draw(opposite(rgba)), expected);
  const Pixels rgb = noise(PixelFormat::rgb8, {9, 8});
  const Pixels gray = noise(PixelFormat::gray8, {9, 8});
  const Pixels with_rgb = draw(rgb);
  const Pixels with_gray = draw(gray);
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(with_rgb.at(0, 6, 7, c), rgb.at(0, 2, 2, c));
    EXPECT_EQ(with_gray.at(0, 6, 7, c), gray.at(0, 2, 2));
  }
  EXPECT_EQ(with_rgb.at(0, 6, 7, 3), 255);
}

TEST(CompositeOnTheCpu, APartOfTheFrameOntoItself) {
  Pixels picture = noise(PixelFormat::rgba8, {30, 20});
  Pixels part(PixelFormat::rgba8, {12, 10});
  const Stream stream(Device::cpu());
  copy_into(stream, picture.view().region({0, 0, 12, 10}), part.view());
  const Pixels expected = reference(picture, {0, 0, 30, 20}, part, {3, 2}, CompositeOp::over, 1);
  composite(stream, picture.view(), picture.view().region({0, 0, 12, 10}), {3, 2});
  EXPECT_EQ(picture, expected);
}

TEST_P(CompositeTest, RefusesWhatCannotBe) {
  Pixels p = sprite_noise({4, 4});
  const Sprite sprite(p.view());
  const Pixels picture = noise(PixelFormat::rgba8, {8, 8});
  const Guarded target(stream(), picture);
  for (const float opacity : {-0.1F, 1.1F, NAN, INFINITY})
    EXPECT_THROW(composite(stream(), target, sprite, {0, 0}, {.opacity = opacity}), InvalidArgument) << opacity;
  for (const Size size : {Size{-1, 4}, Size{4, -1}, Size{1 << 20, 1}, Size{16384, 16384}})
    EXPECT_THROW(composite(stream(), target, sprite, {0, 0}, {.size = size}), InvalidArgument) << size.width;
  EXPECT_THROW(composite(stream(), target, sprite, {0, 0}, {.op = static_cast<CompositeOp>(99)}), InvalidArgument);
  EXPECT_THROW(composite_into(stream(), target, target, sprite, {0, 0}), InvalidArgument);
  Pixels nv12(PixelFormat::nv12, {4, 4});
  EXPECT_THROW(composite(stream(), target, nv12.view(), {0, 0}), Unsupported);
  if (GetParam() == Backend::Cuda) {
    EXPECT_THROW(composite(stream(), target, target.view(), {0, 0}), Unsupported);
    EXPECT_THROW(composite(Stream(Device::cpu()), target, sprite, {0, 0}), InvalidArgument);
  }
  EXPECT_EQ(target.download(), picture);
}

}  // namespace
}  // namespace retouch::test
