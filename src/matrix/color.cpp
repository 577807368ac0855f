// cvt_color: which functor a code of OpenCV's stands for.
#include <fmt/format.h>

#include <array>

#include "matrix/launch.hpp"
#include "matrix/pixel_ops.hpp"

namespace retouch::matrix {

namespace {

using retouch::detail::invalid;

enum class Kind : std::uint8_t { shuffle, from_gray, to_gray, linear, unlinear, to_hsv, from_hsv, to_hls, from_hls };
enum class Space : std::uint8_t { none, xyz, ycrcb, yuv };

/// What a code means. `blue` is where blue stands in the RGB side; for shuffles, `swaps` exchanges red and blue.
struct Entry {
  ColorConversion conversion;
  Kind kind;
  int src_channels;  ///< 34: 3 or 4; 134: 1 as well
  int dst_channels;  ///< 34: 3, or 4 when asked for
  int blue = 0;
  bool swaps = false;
  Space space = Space::none;
  bool full = false;  ///< hue over the whole of a byte
};

constexpr std::array entries = {
    Entry{{0, "BGR2BGRA"}, Kind::shuffle, 134, 4},
    Entry{{1, "BGRA2BGR"}, Kind::shuffle, 134, 3},
    Entry{{2, "BGR2RGBA"}, Kind::shuffle, 134, 4, 0, true},
    Entry{{3, "RGBA2BGR"}, Kind::shuffle, 134, 3, 0, true},
    Entry{{4, "BGR2RGB"}, Kind::shuffle, 134, 3, 0, true},
    Entry{{5, "BGRA2RGBA"}, Kind::shuffle, 134, 4, 0, true},
    Entry{{6, "BGR2GRAY"}, Kind::to_gray, 34, 1, 0},
    Entry{{7, "RGB2GRAY"}, Kind::to_gray, 34, 1, 2},
    Entry{{8, "GRAY2BGR"}, Kind::from_gray, 1, 3},
    Entry{{9, "GRAY2BGRA"}, Kind::from_gray, 1, 4},
    Entry{{10, "BGRA2GRAY"}, Kind::to_gray, 34, 1, 0},
    Entry{{11, "RGBA2GRAY"}, Kind::to_gray, 34, 1, 2},
    Entry{{32, "BGR2XYZ"}, Kind::linear, 34, 34, 0, false, Space::xyz},
    Entry{{33, "RGB2XYZ"}, Kind::linear, 34, 34, 2, false, Space::xyz},
    Entry{{34, "XYZ2BGR"}, Kind::unlinear, 3, 34, 0, false, Space::xyz},
    Entry{{35, "XYZ2RGB"}, Kind::unlinear, 3, 34, 2, false, Space::xyz},
    Entry{{36, "BGR2YCrCb"}, Kind::linear, 34, 34, 0, false, Space::ycrcb},
    Entry{{37, "RGB2YCrCb"}, Kind::linear, 34, 34, 2, false, Space::ycrcb},
    Entry{{38, "YCrCb2BGR"}, Kind::unlinear, 3, 34, 0, false, Space::ycrcb},
    Entry{{39, "YCrCb2RGB"}, Kind::unlinear, 3, 34, 2, false, Space::ycrcb},
    Entry{{40, "BGR2HSV"}, Kind::to_hsv, 34, 34, 0},
    Entry{{41, "RGB2HSV"}, Kind::to_hsv, 34, 34, 2},
    Entry{{52, "BGR2HLS"}, Kind::to_hls, 34, 34, 0},
    Entry{{53, "RGB2HLS"}, Kind::to_hls, 34, 34, 2},
    Entry{{54, "HSV2BGR"}, Kind::from_hsv, 3, 34, 0},
    Entry{{55, "HSV2RGB"}, Kind::from_hsv, 3, 34, 2},
    Entry{{60, "HLS2BGR"}, Kind::from_hls, 3, 34, 0},
    Entry{{61, "HLS2RGB"}, Kind::from_hls, 3, 34, 2},
    Entry{{66, "BGR2HSV_FULL"}, Kind::to_hsv, 34, 34, 0, false, Space::none, true},
    Entry{{67, "RGB2HSV_FULL"}, Kind::to_hsv, 34, 34, 2, false, Space::none, true},
    Entry{{68, "BGR2HLS_FULL"}, Kind::to_hls, 34, 34, 0, false, Space::none, true},
    Entry{{69, "RGB2HLS_FULL"}, Kind::to_hls, 34, 34, 2, false, Space::none, true},
    Entry{{70, "HSV2BGR_FULL"}, Kind::from_hsv, 3, 34, 0, false, Space::none, true},
    Entry{{71, "HSV2RGB_FULL"}, Kind::from_hsv, 3, 34, 2, false, Space::none, true},
    Entry{{72, "HLS2BGR_FULL"}, Kind::from_hls, 3, 34, 0, false, Space::none, true},
    Entry{{73, "HLS2RGB_FULL"}, Kind::from_hls, 3, 34, 2, false, Space::none, true},
    Entry{{82, "BGR2YUV"}, Kind::linear, 34, 34, 0, false, Space::yuv},
    Entry{{83, "RGB2YUV"}, Kind::linear, 34, 34, 2, false, Space::yuv},
    Entry{{84, "YUV2BGR"}, Kind::unlinear, 3, 34, 0, false, Space::yuv},
    Entry{{85, "YUV2RGB"}, Kind::unlinear, 3, 34, 2, false, Space::yuv},
};

constexpr auto conversions = [] {
  std::array<ColorConversion, entries.size()> list{};
  for (std::size_t i = 0; i < entries.size(); ++i) list[i] = entries[i].conversion;
  return list;
}();

const Entry& find(int code) {
  for (const Entry& entry : entries)
    if (entry.conversion.code == code) return entry;
  throw Unsupported(fmt::format("cvtColor: conversion {} is not one of matrix::color_conversions()", code));
}

/// OpenCV's coefficients, for red, green, blue.
struct Coefficients {
  float to[3][3];
  float from[3][3];
  bool centred;  ///< the last two stand around the middle of the range
};
constexpr float y_r = 0.299F;
constexpr float y_g = 0.587F;
constexpr float y_b = 0.114F;
constexpr Coefficients coefficients(Space space) {
  switch (space) {
    case Space::ycrcb:
      return {{{y_r, y_g, y_b},
               {(1 - y_r) * 0.713F, -y_g * 0.713F, -y_b * 0.713F},
               {-y_r * 0.564F, -y_g * 0.564F, (1 - y_b) * 0.564F}},
              {{1, 1.403F, 0}, {1, -0.714F, -0.344F}, {1, 0, 1.773F}},
              true};
    case Space::yuv:
      return {{{y_r, y_g, y_b},
               {-y_r * 0.492F, -y_g * 0.492F, (1 - y_b) * 0.492F},
               {(1 - y_r) * 0.877F, -y_g * 0.877F, -y_b * 0.877F}},
              {{1, 0, 1.140F}, {1, -0.395F, -0.581F}, {1, 2.032F, 0}},
              true};
    case Space::xyz:
    case Space::none: break;
  }
  return {{{0.412453F, 0.357580F, 0.180423F}, {0.212671F, 0.715160F, 0.072169F}, {0.019334F, 0.119193F, 0.950227F}},
          {{3.240479F, -1.53715F, -0.498535F}, {-0.969256F, 1.875991F, 0.041556F}, {0.055648F, -0.204043F, 1.057311F}},
          false};
}

double full_of(Depth depth) { return depth == Depth::u8 ? 255 : depth == Depth::u16 ? 65535 : 1; }
float middle_of(Depth depth) { return depth == Depth::u8 ? 128.F : depth == Depth::u16 ? 32768.F : 0.5F; }

LinearColor to_space(const Entry& entry, Depth depth) {
  const Coefficients c = coefficients(entry.space);
  LinearColor op{};
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 3; ++k) op.weight[i][entry.blue == 0 ? 2 - k : k] = c.to[i][k];
    op.offset[i] = c.centred && i > 0 ? middle_of(depth) : 0.F;
  }
  op.alpha = static_cast<float>(full_of(depth));
  return op;
}
LinearColor from_space(const Entry& entry, Depth depth) {
  const Coefficients c = coefficients(entry.space);
  LinearColor op{};
  for (int i = 0; i < 3; ++i) {
    const int out = entry.blue == 0 ? 2 - i : i;
    for (int k = 0; k < 3; ++k) {
      op.weight[out][k] = c.from[i][k];
      if (c.centred && k > 0) op.offset[out] -= c.from[i][k] * middle_of(depth);
    }
  }
  op.alpha = static_cast<float>(full_of(depth));
  return op;
}
LinearColor to_gray(const Entry& entry) {
  LinearColor op{};
  op.weight[0][entry.blue] = y_b;
  op.weight[0][1] = y_g;
  op.weight[0][2 - entry.blue] = y_r;
  return op;
}
Shuffle shuffle(const Entry& entry, Depth depth, int channels) {
  const int alpha = channels == 4 ? 3 : -1;
  if (channels == 1) return {{0, 0, 0, -1}, full_of(depth)};
  return {{entry.swaps ? 2 : 0, 1, entry.swaps ? 0 : 2, alpha}, full_of(depth)};
}

bool takes(int channels, int given) {
  if (channels == 134) return given != 2;
  return channels == 34 ? given == 3 || given == 4 : given == channels;
}

}  // namespace

std::span<const ColorConversion> color_conversions() { return conversions; }

void cvt_color(StreamView stream, const Matrix& src, Matrix& dst, int code, int channels) {
  const Entry& entry = find(code);
  const char* name = entry.conversion.name;
  check_not_empty("cvtColor", src);
  check_device("cvtColor", stream, src);
  const Matrix given = held(src);
  const Depth depth = given.depth();
  const bool hue = entry.kind >= Kind::to_hsv;
  if (depth != Depth::u8 && depth != Depth::f32 && (depth != Depth::u16 || hue))
    invalid("cvtColor: {} takes {} ({})", name, hue ? "8U or 32F" : "8U, 16U or 32F", given.describe());
  if (!takes(entry.src_channels, given.channels()))
    invalid("cvtColor: {} takes {} channels ({})", name,
            entry.src_channels == 134  ? "1, 3 or 4"
            : entry.src_channels == 34 ? "3 or 4"
            : entry.src_channels == 3  ? "3"
                                       : "1",
            given.describe());
  const int made = channels > 0 ? channels : entry.dst_channels == 34 ? 3 : entry.dst_channels;
  if (!takes(entry.dst_channels, made)) invalid("cvtColor: {} does not give {} channels", name, channels);
  dst.create(stream, given.size(), {depth, made});
  const Matrix from = retouch::detail::apart(stream, given, dst, true);
  const retouch::detail::MatrixUse use("cvtColor", stream, {&from, &dst});
  PixelsJob job;
  job.in[0] = place(from);
  job.out = place(dst);
  const auto run = [&](const auto& op) { RETOUCH_DISPATCH(stream, matrix_pixels(stream, job, op, false)); };
  const bool bytes = depth == Depth::u8;
  const float circle = !bytes ? 360.F : entry.full ? 256.F : 180.F;
  switch (entry.kind) {
    case Kind::shuffle:
    case Kind::from_gray: return run(shuffle(entry, depth, from.channels()));
    case Kind::to_gray: return run(to_gray(entry));
    case Kind::linear: return run(to_space(entry, depth));
    case Kind::unlinear: return run(from_space(entry, depth));
    case Kind::to_hsv: return run(ToHsv{entry.blue, circle, bytes});
    case Kind::from_hsv: return run(FromHsv{entry.blue, bytes && entry.full ? 255.F : circle, bytes});
    case Kind::to_hls: return run(ToHls{entry.blue, circle, bytes});
    case Kind::from_hls: return run(FromHls{entry.blue, bytes && entry.full ? 255.F : circle, bytes});
  }
}

}  // namespace retouch::matrix
