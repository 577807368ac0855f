#include "support/random_canvas.hpp"

#include <array>
#include <cfloat>
#include <cmath>
#include <limits>

#include "support/backend.hpp"

namespace retouch::test {

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr float inf = std::numeric_limits<float>::infinity();

// Calls f with a copy of the values, which are gone right after.
template <class T, class F>
void lent(const std::vector<T>& values, F&& f) {
  struct Scribble {  // also when f throws
    std::vector<T> copy;
    ~Scribble() {
      auto* bytes = reinterpret_cast<unsigned char*>(copy.data());
      for (std::size_t i = 0; i < copy.size() * sizeof(T); ++i) bytes[i] = static_cast<unsigned char>(0xA5U + i * 31U);
    }
  } lending{values};
  f(lending.copy);
}

const std::array<Sprite, 3>& sprites() {
  static const std::array<Sprite, 3> all = [] {
    const auto of = [](Size size, std::uint32_t seed) {
      Pixels p = noise(PixelFormat::rgba8, size, seed);
      return Sprite(p.view());
    };
    return std::array{of({7, 5}, 1), of({40, 33}, 2), of({1, 1}, 3)};
  }();
  return all;
}

}  // namespace

float RandomCommands::wild_number() {
  constexpr std::array<float, 16> values = {0,      -0.0F,  1e-40F, -1e-40F, 1e-6F, FLT_MIN, 1e6F,    -1e6F,
                                            999999, -32768, 32767,  65536,   3e9F,  -3e9F,   FLT_MAX, -FLT_MAX};
  if (chance(4)) return chance(50) ? nan : chance(50) ? inf : -inf;
  return values.at(static_cast<std::size_t>(number(0, 15)));
}

float RandomCommands::coordinate(int length) {
  if (wild_ && chance(4)) return wild_number();
  const int kind = number(0, 9);
  const int whole = number(-length / 4 - 2, length + length / 4 + 2);
  if (kind < 4) return static_cast<float>(whole);
  if (kind < 6) return static_cast<float>(whole) + static_cast<float>(number(1, 3)) * 0.25F;
  if (kind < 9) return static_cast<float>(whole) + static_cast<float>(random_() & 0xFFFFU) / 65536.0F;
  return static_cast<float>(number(-20 * length - 20, 20 * length + 20));
}

float RandomCommands::length(int typical) {
  if (wild_ && chance(3)) return wild_number();
  if (chance(5)) return 0;
  if (chance(50)) return static_cast<float>(number(1, typical));
  const float v = static_cast<float>(number(1, typical * 256)) / 256.0F;
  return chance(3) ? v * 50 : v;
}

float RandomCommands::angle() {
  if (wild_ && chance(4)) return wild_number();
  return chance(30) ? static_cast<float>(number(-8, 8) * 45) : static_cast<float>(number(-4000, 4000)) * 0.1F;
}

float RandomCommands::opacity() {
  if (wild_ && chance(2)) return wild_number();
  return chance(30) ? 1 : static_cast<float>(number(0, 100)) / 100.0F;
}

std::vector<PointF> RandomCommands::points(int most) {
  std::vector<PointF> all(static_cast<std::size_t>(chance(5) ? number(0, 2) : number(2, most)));
  for (PointF& p : all) p = point();
  if (all.size() > 1 && chance(10)) all[1] = all[0];
  return all;
}

Box RandomCommands::box(bool upright) {
  const PointF at = point();
  Box b{at.x, at.y, length(area_.width), length(area_.height)};
  if (!upright && chance(25)) b.angle_deg = angle();
  if (upright && wild_ && chance(1)) b.angle_deg = 30;
  return b;
}

Color RandomCommands::color() {
  const auto byte = [this] { return static_cast<std::uint8_t>(random_() >> 7U); };
  const std::uint8_t alpha = chance(40) ? 255 : chance(3) ? 0 : byte();
  return {byte(), byte(), byte(), alpha};
}

Dash RandomCommands::dash() {
  if (!chance(20)) return {};
  return {length(9), length(9)};
}

ShapeStyle RandomCommands::shape_style() {
  return {fill(), color(), thickness(), chance(50) ? FillRule::even_odd : FillRule::nonzero};
}

LineStyle RandomCommands::line_style() { return {color(), thickness(), dash()}; }

Shape RandomCommands::shape(bool outline) {
  switch (number(0, outline ? 3 : 4)) {
    case 0: return chance(50) ? Shape::box(box()) : Shape::rect({number(-9, 60), number(-9, 50), number(0, 70), 20});
    case 1: return Shape::rounded(box(), length(12));
    case 2: return chance(50) ? Shape::ellipse(box()) : Shape::circle(point(), length(30));
    case 3: return Shape::polygon(points(9), chance(50) ? FillRule::even_odd : FillRule::nonzero);
    default: {
      Pixels mask = noise(PixelFormat::gray8, {number(0, 20), number(1, 20)}, static_cast<std::uint32_t>(random_()));
      return Shape::mask(box(true), mask.view());
    }
  }
}

std::string RandomCommands::utf8() {
  static const std::array<std::string, 12> all = {
      "",      "person 0.87", "W", "a\nbc\n",    "\xFF\xFE caf\xC3",     "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7",
      "\t \n", "AVATAR To.",  "g", "0123456789", "\xE2\x82\xAC\xC3\xA9", "one two three four"};
  return all.at(static_cast<std::size_t>(number(0, 11)));
}

CanvasCommand RandomCommands::boxed() {
  BoxStyle style{color(), thickness(), static_cast<BorderPlacement>(number(0, 2)), fill()};
  if (chance(30)) style.radius_px = length(20);
  if (chance(20)) style.corner_px = length(15);
  style.dash = dash();
  return {"box", false, [b = box(), style](Canvas& c) { c.box(b, style); }};
}

CanvasCommand RandomCommands::lines() {
  const LineStyle style = line_style();
  switch (number(0, 3)) {
    case 0: return {"line", false, [a = point(), b = point(), style](Canvas& c) { c.line(a, b, style); }};
    case 1: {
      ArrowStyle arrow{style.color, style.thickness, chance(50) ? 0 : length(20)};
      return {"arrow", false, [a = point(), b = point(), arrow](Canvas& c) { c.arrow(a, b, arrow); }};
    }
    case 2: {
      const TraceStyle trace{style.color, style.thickness, opacity()};
      return {"trace", false, [p = points(14), trace](Canvas& c) {
                lent(p, [&](const auto& lent_points) { c.trace(lent_points, trace); });
              }};
    }
    default:
      return {"polyline", false,
              [p = points(14), style](Canvas& c) { lent(p, [&](const auto& q) { c.polyline(q, style); }); }};
  }
}

CanvasCommand RandomCommands::polygon() {
  return {"polygon", false, [p = points(chance(10) ? 60 : 9), style = shape_style()](Canvas& c) {
            lent(p, [&](const auto& q) { c.polygon(q, style); });
          }};
}

CanvasCommand RandomCommands::curves() {
  const ShapeStyle style = shape_style();
  const float radius = length(30);
  switch (number(0, 3)) {
    case 0: return {"circle", false, [p = point(), radius, style](Canvas& c) { c.circle(p, radius, style); }};
    case 1: return {"ellipse", false, [b = box(), style](Canvas& c) { c.ellipse(b, style); }};
    case 2:
      return {"arc", false, [p = point(), radius, a = angle(), b = angle(), style = line_style()](Canvas& c) {
                c.arc(p, radius, a, b, style);
              }};
    default:
      return {"pie", false,
              [p = point(), radius, a = angle(), b = angle(), style](Canvas& c) { c.pie(p, radius, a, b, style); }};
  }
}

CanvasCommand RandomCommands::markers() {
  switch (number(0, 2)) {
    case 0: {
      const DotStyle style{color(), length(8), chance(50) ? 0 : length(3), color()};
      return {"dot", false, [p = point(), style](Canvas& c) { c.dot(p, style); }};
    }
    case 1: {
      const CrossStyle style{color(), length(24), thickness(), chance(50)};
      return {"cross", false, [p = point(), style](Canvas& c) { c.cross(p, style); }};
    }
    default: {
      const TriangleStyle style{color(), length(24), length(20), chance(50) ? 0 : length(3), color(), angle()};
      return {"triangle", false, [p = point(), style](Canvas& c) { c.triangle(p, style); }};
    }
  }
}

CanvasCommand RandomCommands::keypoints() {
  std::vector<PointF> p = points(17);
  for (PointF& one : p)
    if (chance(10)) one.x = nan;
  std::vector<std::pair<int, int>> edges(static_cast<std::size_t>(number(0, 10)));
  const int last = static_cast<int>(p.size()) - 1;
  for (auto& [a, b] : edges) {
    a = number(0, std::max(last, 0));
    b = number(0, std::max(last, 0));
  }
  const KeypointStyle style{color(), length(4), {}, color(), length(3)};
  return {"keypoints", false, [p, edges, style](Canvas& c) {
            lent(p, [&](const auto& q) {
              lent(edges, [&](const auto& e) {
                KeypointStyle with_edges = style;
                with_edges.edges = e;
                c.keypoints(q, with_edges);
              });
            });
          }};
}

CanvasCommand RandomCommands::bars() {
  if (chance(50)) {
    const ProgressStyle style{color(), color(),   chance(50) ? 0 : length(8), chance(50) ? 0 : length(4),
                              color(), chance(50)};
    return {"progress", false, [b = box(true), part = opacity(), style](Canvas& c) { c.progress(b, part, style); }};
  }
  const GridStyle style{color(), length(20), length(20), thickness()};
  return {"grid", false, [b = box(true), style](Canvas& c) { c.grid(b, style); }};
}

CanvasCommand RandomCommands::areas() {
  // A shape checks its values itself: what it refuses becomes a command that is refused.
  try {
    if (chance(60)) return {"tint", false, [s = shape(false), k = color()](Canvas& c) { c.tint(s, k); }};
    std::vector<Shape> shapes;
    for (int i = number(0, 3); i > 0; --i) shapes.push_back(shape(chance(97)));
    return {"dim", false, [shapes, k = color()](Canvas& c) { c.dim(shapes, k); }};
  } catch (const InvalidArgument&) {
    return {"tint (refused)", false, [](Canvas& c) { c.tint(Shape::box({0, 0, -1, 0}), {}); }};
  }
}

CanvasCommand RandomCommands::bitmaps() {
  const Size size{number(0, 24), number(0, 20)};
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
  for (auto& b : bytes) b = static_cast<std::uint8_t>(random_() >> 9U);
  const auto view = [size](std::vector<std::uint8_t>& of) {
    static std::uint8_t none = 0;
    return ImageView::wrap(Device::cpu(), PixelFormat::gray8, size, of.empty() ? &none : of.data(), size.width);
  };
  const Box at = box(true);
  const float part = opacity();
  if (chance(50)) {
    const MaskStyle style{color(), part, chance(50) ? 0 : number(wild_ ? -1 : 0, wild_ ? 256 : 255)};
    return {"mask", false,
            [=](Canvas& c) { lent(bytes, [&](auto& lent_bytes) { c.mask(at, view(lent_bytes), style); }); }};
  }
  std::vector<Color> palette(static_cast<std::size_t>(number(0, 300)));
  for (Color& k : palette) k = color();
  return {"label_map", false, [=](Canvas& c) {
            lent(bytes, [&](auto& lent_bytes) {
              lent(palette, [&](const auto& p) { c.label_map(at, view(lent_bytes), p, part); });
            });
          }};
}

CanvasCommand RandomCommands::heat_map() {
  const Size size{number(0, 12), number(0, 12)};
  std::vector<float> values(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
  for (float& v : values) v = wild_ && chance(3) ? wild_number() : static_cast<float>(number(-100, 1100)) / 1000.0F;
  const float low = wild_ && chance(5) ? wild_number() : 0;
  const float high = wild_ && chance(5) ? wild_number() : 1;
  const HeatMapStyle style{low, high, static_cast<ColorMap>(number(0, 4)), opacity(), chance(50)};
  return {"heat_map", false, [=, at = box(true)](Canvas& c) {
            lent(values, [&](const auto& v) { c.heat_map(at, {v.data(), size.width, size.height, 0}, style); });
          }};
}

CanvasCommand RandomCommands::sprite() {
  SpriteStyle style;
  if (chance(40)) style.size = Size{number(0, 30), number(0, 30)};
  if (chance(40)) style.angle_deg = angle();
  style.opacity = opacity();
  style.anchor = static_cast<Anchor>(number(0, 8));
  const auto which = static_cast<std::size_t>(number(0, 2));
  return {"sprite", false, [=, at = point()](Canvas& c) { c.sprite(sprites().at(which), at, style); }};
}

CanvasCommand RandomCommands::inset() {
  const Rect from{number(-10, area_.width), number(-10, area_.height), number(0, 40), number(0, 40)};
  const InsetStyle style{chance(30) ? 0 : length(4), color()};
  return {"inset", false, [=, at = box(true)](Canvas& c) { c.inset(from, at, style); }};
}

CanvasCommand RandomCommands::blur() {
  BlurStyle style{static_cast<BlurStyle::Method>(number(0, 2)), static_cast<Privacy>(number(0, 2))};
  if (chance(50)) style.strength_px = length(20);
  if (chance(30)) style.feather_px = length(10);
  const bool gaussian = style.method == BlurStyle::Method::gaussian;
  try {
    return {"blur", gaussian, [s = shape(false), style](Canvas& c) { c.blur(s, style); }};
  } catch (const InvalidArgument&) {
    return {"blur (refused)", false, [](Canvas& c) { c.blur(Shape::box({0, 0, -1, 0}), {}); }};
  }
}

CanvasCommand RandomCommands::text() {
  constexpr std::array<float, 6> sizes = {1, 9.5F, 16, 21, 48, 90};
  TextStyle style;
  style.size_px = wild_ && chance(1) ? wild_number() : sizes.at(static_cast<std::size_t>(number(0, 5)));
  style.color = color();
  style.bold = chance(10);
  if (chance(10)) style.font = Font::hershey_simplex();
  if (chance(20)) style.outline_px = static_cast<float>(number(1, 3));
  style.outline_color = color();
  if (chance(20)) {
    style.shadow_color = color();
    style.shadow_offset = {coordinate(8), coordinate(8)};
  }
  if (chance(40)) style.background = color();
  if (chance(40)) style.padding = {length(8), length(8), length(8), length(8)};
  if (chance(30)) style.border_px = length(4);
  style.border_color = color();
  if (chance(30)) style.radius_px = length(10);
  style.anchor = static_cast<Anchor>(number(0, 8));
  style.align = static_cast<TextAlign>(number(0, 2));
  if (chance(20)) {
    style.max_width_px = length(60);
    style.overflow = static_cast<TextOverflow>(number(0, 2));
  }
  if (chance(20)) style.angle_deg = chance(50) ? static_cast<float>(number(-4, 4) * 90) : 30;
  return {"text", false, [string = utf8(), at = point(), style](Canvas& c) {
            lent(std::vector<char>(string.begin(), string.end()), [&](const auto& lent_text) {
              c.text({lent_text.data(), lent_text.size()}, at, style);
            });
          }};
}

CanvasCommand RandomCommands::any_drawing() {
  switch (number(0, 13)) {
    case 0:
    case 1: return boxed();
    case 2:
    case 3: return lines();
    case 4: return polygon();
    case 5: return curves();
    case 6: return markers();
    case 7: return keypoints();
    case 8: return bars();
    case 9: return areas();
    case 10: return bitmaps();
    case 11: return heat_map();
    case 12: return sprite();
    default: return text();
  }
}

CanvasCommand RandomCommands::any() { return chance(22) ? any_step() : any_drawing(); }

}  // namespace retouch::test
