// What the gallery's cells are drawn on and with. All of it is computed, but for the photograph.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "gallery.hpp"
#include "retouch/device.hpp"
#include "retouch/stream.hpp"
#include "retouch/transform.hpp"

namespace retouch::gallery {
namespace {

constexpr Rect photo_face{165, 34, 114, 144};  // the face in the photograph

struct Ellipse {
  float x, y, half_width, half_height;
  Color color;
};

// How much of a pixel the ellipse covers, near enough for a picture.
float cover(const Ellipse& e, float x, float y) {
  const float dx = (x - e.x) / e.half_width;
  const float dy = (y - e.y) / e.half_height;
  const float inside = (1 - std::sqrt(dx * dx + dy * dy)) * std::min(e.half_width, e.half_height);
  return std::clamp(inside + 0.5F, 0.0F, 1.0F);
}

// A face whose box is {-44, -56, 88, 112}.
constexpr Ellipse face[] = {
    {0, 110, 96, 62, {44, 92, 150, 255}},     // shoulders
    {0, 62, 18, 22, {196, 150, 122, 255}},    // neck
    {0, -6, 54, 64, {66, 42, 30, 255}},       // hair
    {0, 4, 41, 52, {226, 180, 150, 255}},     // head
    {-17, -4, 8, 5, {250, 250, 250, 255}},    // eyes
    {17, -4, 8, 5, {250, 250, 250, 255}},     //
    {-16, -4, 4, 4, {50, 90, 60, 255}},       //
    {18, -4, 4, 4, {50, 90, 60, 255}},        //
    {-17, -15, 11, 2.5F, {66, 42, 30, 255}},  // brows
    {17, -15, 11, 2.5F, {66, 42, 30, 255}},   //
    {0, 12, 5, 10, {204, 150, 124, 255}},     // nose
    {0, 33, 16, 6, {178, 62, 70, 255}},       // mouth
    {0, 31, 13, 2, {250, 240, 235, 255}},     //
};

class Picture {
 public:
  Picture() : pixels_(static_cast<std::size_t>(cell_size.width) * static_cast<std::size_t>(cell_size.height) * 3) {}

  void set(int x, int y, const std::array<float, 3>& color) {
    for (std::size_t i = 0; i < 3; ++i) at(x, y, i) = static_cast<std::uint8_t>(std::lround(color.at(i)));
  }

  void squares() {
    for (int y = 0; y < cell_size.height; ++y)
      for (int x = 0; x < cell_size.width; ++x) {
        const float shade = (x / 12 + y / 12) % 2 == 0 ? 44 : 56;
        set(x, y, {shade, shade + 2, shade + 8});
      }
  }

  // Into columns from .. to, with the face's middle at (x, y) and its size times `scale`.
  void portrait(int from, int to, float middle_x, float middle_y, float scale) {
    for (int y = 0; y < cell_size.height; ++y)
      for (int x = from; x < to; ++x) {
        // A wall with stripes, lighter to the right.
        const float shade = 96 + 0.2F * static_cast<float>(x - from) + ((x - from) / 10 % 2 == 0 ? 0.0F : 22.0F);
        std::array<float, 3> color{shade * 0.82F, shade * 0.96F, shade};
        for (const Ellipse& e : face) {
          const float px = (static_cast<float>(x) + 0.5F - middle_x) / scale;
          const float py = (static_cast<float>(y) + 0.5F - middle_y) / scale;
          const float part = cover(e, px, py);
          const std::array<float, 3> of{static_cast<float>(e.color.r), static_cast<float>(e.color.g),
                                        static_cast<float>(e.color.b)};
          for (std::size_t i = 0; i < 3; ++i) color.at(i) += (of.at(i) - color.at(i)) * part;
        }
        set(x, y, color);
      }
  }

  // The photograph, scaled so that the face fills `box`; into columns from .. to.
  void cut(const ImageView& photo, int from, int to, const Box& box) {
    const float scale = static_cast<float>(photo_face.height) / box.height;
    const float left = static_cast<float>(photo_face.x) + static_cast<float>(photo_face.width) / 2 -
                       (box.left + box.width / 2 - static_cast<float>(from)) * scale;
    const float top = static_cast<float>(photo_face.y) - box.top * scale;
    const auto whole = [](float v) { return static_cast<int>(std::lround(v)); };
    const ImageView part = photo.region({whole(left), whole(top), whole(static_cast<float>(to - from) * scale),
                                         whole(static_cast<float>(cell_size.height) * scale)});
    const Stream stream(Device::cpu());
    const Image scaled(stream, PixelFormat::rgba8, {to - from, cell_size.height});
    resize_into(stream, part, scaled);
    stream.synchronize();
    const Plane& plane = scaled.view().plane(0);
    for (int y = 0; y < cell_size.height; ++y)
      for (int x = from; x < to; ++x)
        for (std::size_t i = 0; i < 3; ++i)
          at(x, y, i) = plane.data[y * plane.pitch_bytes + static_cast<std::ptrdiff_t>(x - from) * 4 +
                                   static_cast<std::ptrdiff_t>(i)];
  }

  std::vector<std::uint8_t> take() { return std::move(pixels_); }

 private:
  std::uint8_t& at(int x, int y, std::size_t channel) {
    const auto index =
        static_cast<std::size_t>(y) * static_cast<std::size_t>(cell_size.width) + static_cast<std::size_t>(x);
    return pixels_[index * 3 + channel];
  }
  std::vector<std::uint8_t> pixels_;
};

}  // namespace

std::vector<std::uint8_t> background_pixels(Background background, const ImageView& photo) {
  Picture picture;
  switch (background) {
    case Background::plain: picture.squares(); break;
    case Background::portrait:
      if (photo.empty())
        picture.portrait(0, cell_size.width, 112, 82, 1);
      else
        picture.cut(photo, 0, cell_size.width, {68, 26, 88, 112});
      break;
    case Background::trio:
      for (int i = 0; i < 3; ++i) {
        const int left = i * 80;
        if (photo.empty())
          picture.portrait(left, left + 80, static_cast<float>(left) + 42, 58, 80.0F / 112);
        else
          picture.cut(photo, left, left + 80, {static_cast<float>(left) + 16, 18, 52, 80});
      }
      break;
  }
  return picture.take();
}

const Sprite& badge() {
  static const Sprite sprite = [] {
    constexpr int width = 64;
    constexpr int height = 48;
    std::array<std::uint8_t, static_cast<std::size_t>(width) * height * 4> pixels{};
    auto* out = pixels.data();
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x, out += 4) {
        const float px = static_cast<float>(x) + 0.5F;
        const float py = static_cast<float>(y) + 0.5F;
        const float body = cover({32, 24, 31, 23, {}}, px, py);
        const float ring = cover({32, 24, 26, 18, {}}, px, py);
        const bool white = (std::abs((py - 33) - (px - 27)) < 3.5F && px > 17 && px <= 27.5F) ||
                           (std::abs((py - 33) + (px - 27)) < 3.5F && px > 26.5F && px < 47);
        const auto shade = [&](float edge, float middle) {
          return static_cast<std::uint8_t>(white ? 255 : std::lround(edge + (middle - edge) * ring));
        };
        out[0] = shade(10, 30);
        out[1] = shade(90, 170);
        out[2] = shade(60, 110);
        out[3] = static_cast<std::uint8_t>(std::lround(255 * body));
      }
    return Sprite(ImageView::wrap(Device::cpu(), PixelFormat::rgba8, {width, height}, pixels.data(),
                                  static_cast<std::ptrdiff_t>(width) * 4));
  }();
  return sprite;
}

ImageView person_mask() {
  constexpr int side = 32;
  static std::array<std::uint8_t, static_cast<std::size_t>(side)* side> pixels = [] {
    std::array<std::uint8_t, static_cast<std::size_t>(side) * side> made{};
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const float px = static_cast<float>(x) + 0.5F;
        const float py = static_cast<float>(y) + 0.5F;
        const float part = std::max(cover({16, 9.5F, 7, 8.5F, {}}, px, py), cover({16, 30, 13, 12, {}}, px, py));
        made.at(static_cast<std::size_t>(y) * side + static_cast<std::size_t>(x)) =
            static_cast<std::uint8_t>(std::lround(255 * part));
      }
    return made;
  }();
  return ImageView::wrap(Device::cpu(), PixelFormat::gray8, {side, side}, pixels.data(), side);
}

ImageView street_classes() {
  constexpr int width = 24;
  constexpr int height = 18;
  static std::array<std::uint8_t, static_cast<std::size_t>(width)* height> pixels = [] {
    std::array<std::uint8_t, static_cast<std::size_t>(width) * height> made{};
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        int kind = y >= 13 ? 1 : 0;                                         // the road
        if (y > 4 && y < 13 && std::abs(x - 4) < y - 3 && x < 9) kind = 2;  // a tree
        if (y >= 8 && y < 15 && x >= 15 && x < 21) kind = 3;
        made.at(static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)) = static_cast<std::uint8_t>(kind);
      }
    return made;
  }();
  return ImageView::wrap(Device::cpu(), PixelFormat::gray8, {width, height}, pixels.data(), width);
}

std::span<const float> attention() {
  constexpr int width = 24;
  constexpr int height = 18;
  static const std::array<float, static_cast<std::size_t>(width)* height> values = [] {
    std::array<float, static_cast<std::size_t>(width) * height> made{};
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        // Hills as quotients: the same numbers with every mathematical library.
        const auto hill = [&](float at_x, float at_y, float wide) {
          const float dx = static_cast<float>(x) - at_x;
          const float dy = static_cast<float>(y) - at_y;
          const float v = 1 / (1 + (dx * dx + dy * dy) / (wide * wide));
          return v * v;
        };
        made.at(static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)) =
            std::min(1.0F, hill(11, 7, 5) + 0.7F * hill(19, 13, 3));
      }
    return made;
  }();
  return values;
}

std::span<const PointF> stick_figure() {
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  static constexpr std::array<PointF, 17> points{{{120, 28},
                                                  {126, 22},
                                                  {114, 22},
                                                  {134, 26},
                                                  {106, 26},
                                                  {146, 58},
                                                  {94, 58},
                                                  {176, 70},
                                                  {72, 84},
                                                  {196, 40},
                                                  {56, 112},
                                                  {138, 108},
                                                  {102, 108},
                                                  {150, 138},
                                                  {94, 138},
                                                  {none, none},
                                                  {88, 168}}};
  return points;
}

std::vector<Object> three_faces() {
  std::vector<Object> faces;
  for (int i = 0; i < 3; ++i) {
    Object face;
    face.label = i == 1 ? "guest" : "face";
    face.confidence = 0.97F - 0.12F * static_cast<float>(i);
    face.track_id = 7 + 5 * i;
    face.box = {16.0F + 80.0F * static_cast<float>(i), 30, 52, 80};
    faces.push_back(std::move(face));
  }
  return faces;
}

std::span<const Topic> topics() {
  static const std::array<Topic, 6> all{{{"Boxes, lines, polygons", shape_cells()},
                                         {"Curves, markers, gauges", curve_cells()},
                                         {"Areas, maps, sprites, order", area_cells()},
                                         {"Blurs", blur_cells()},
                                         {"Detected objects", object_cells()},
                                         {"Text", text_cells()}}};
  return all;
}

}  // namespace retouch::gallery
