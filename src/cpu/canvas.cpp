// Canvas on the CPU: the regions of a list are tasks; in each, every command goes over its rows. 4:2:0 goes in pairs of
// rows, which share their chroma.
#include <algorithm>
#include <cstring>

#include "canvas/bin.hpp"
#include "canvas/draw.hpp"
#include "cpu/canvas_rows.hpp"
#include "cpu/clones.hpp"
#include "cpu/parallel.hpp"
#include "pixel/blend.hpp"
#include "pixel/picture.hpp"

namespace retouch::cpu {

using canvas::Bounds;
using canvas::Command;
using canvas::CommandType;
using canvas::DisplayList;

namespace {

constexpr int width_most = canvas::region_width;

struct Target {
  explicit Target(const canvas::Drawing& d)
      : view(d.target),
        clip(d.list->clip),
        shift_x(d.list->placement.shift_x),
        shift_y(d.list->placement.shift_y),
        coefficients(d.list->coefficients) {}
  std::uint8_t* at(int x, int y) const {
    const Plane& p = view.plane(0);
    return p.data + std::ptrdiff_t{y - shift_y} * p.pitch_bytes + std::ptrdiff_t{x - shift_x} * p.channels;
  }
  // Chroma sample (x / 2, y / 2) of list space.
  std::uint8_t* chroma(int plane, int sx, int sy) const {
    const Plane& p = view.plane(plane);
    return p.data + std::ptrdiff_t{sy} * p.pitch_bytes +
           std::ptrdiff_t{sx - (shift_x - view.x_phase()) / 2} * p.channels;
  }
  std::uint32_t sharing(int sx, int sy) const {
    return (2 * sx + 1 < clip.x1 ? 2U : 1U) * (2 * sy + 1 < clip.y1 ? 2U : 1U);
  }
  ImageView view;
  Bounds clip;
  int shift_x, shift_y;
  pixel::YuvCoefficients coefficients;
};

template <int Channels>
RETOUCH_INLINE void blend_row(std::uint8_t* __restrict px, const std::uint8_t* __restrict alpha, int count,
                              std::uint32_t color) {
  // Of formats with alpha, the fourth channel of the colour is opaque: the frame's alpha becomes a + d * (1 - a).
  const std::uint8_t c[4] = {static_cast<std::uint8_t>(color), static_cast<std::uint8_t>(color >> 8U),
                             static_cast<std::uint8_t>(color >> 16U), 255};
  for (int i = 0; i < count; ++i)
    for (int k = 0; k < Channels; ++k) {
      const auto v = static_cast<std::uint16_t>(c[k] * alpha[i] + px[i * Channels + k] * (255 - alpha[i]) + 127);
      px[i * Channels + k] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(v + 1 + (v >> 8)) >> 8);
    }
}

RETOUCH_CLONES void blend_row(std::uint8_t* px, const std::uint8_t* alpha, int count, std::uint32_t color,
                              int channels) {
  switch (channels) {
    case 1: blend_row<1>(px, alpha, count, color); break;
    case 3: blend_row<3>(px, alpha, count, color); break;
    default: blend_row<4>(px, alpha, count, color); break;
  }
}

template <int Channels>
void set_row(std::uint8_t* px, int count, std::uint32_t color) {
  const std::uint32_t opaque = color | 0xFF000000U;
  for (int i = 0; i < count; ++i) std::memcpy(px + i * Channels, &opaque, Channels);
}

void set_row(std::uint8_t* px, int count, std::uint32_t color, int channels) {
  switch (channels) {
    case 1: std::memset(px, static_cast<int>(color & 0xFFU), static_cast<std::size_t>(count)); break;
    case 3: set_row<3>(px, count, color); break;
    default: set_row<4>(px, count, color); break;
  }
}

void weigh_row(std::uint8_t* alpha, int count, std::uint32_t by) {
  if (by == 255) return;
  for (int i = 0; i < count; ++i) alpha[i] = pixel::mul255(alpha[i], by);
}

bool nothing(const std::uint8_t* alpha, int count) {
  return std::all_of(alpha, alpha + count, [](std::uint8_t a) { return a == 0; });
}

// The chroma of one pair of rows under one colour. `above`, `below`: alphas from column x0 (even) on.
void blend_chroma(const Target& t, const std::uint8_t* above, const std::uint8_t* below, int x0, int x1, int y,
                  std::uint32_t color) {
  const bool interleaved = t.view.format() == PixelFormat::nv12;
  std::uint8_t* u = t.chroma(1, x0 / 2, y / 2);
  std::uint8_t* v = interleaved ? u + 1 : t.chroma(2, x0 / 2, y / 2);
  const int step = interleaved ? 2 : 1;
  for (int x = x0; x < x1; x += 2, u += step, v += step) {
    const int i = x - x0;
    const std::uint32_t sum = static_cast<std::uint32_t>(above[i]) + above[i + 1] + below[i] + below[i + 1];
    if (sum == 0) continue;
    const std::uint32_t a = pixel::mean_alpha(sum, t.sharing(x / 2, y / 2));
    *u = pixel::blend(color >> 8U & 0xFFU, *u, a);
    *v = pixel::blend(color >> 16U & 0xFFU, *v, a);
  }
}

// Commands of one colour.
void draw_plain(const Target& t, const std::byte* data, const Command& c, const Bounds& area) {
  const bool subsampled = is_subsampled(t.view.format());
  const int channels = t.view.plane(0).channels;
  const int count = area.x1 - area.x0;
  const bool solid = c.alpha() == 255 && c.type() == CommandType::fill;
  const auto width = static_cast<std::size_t>(count);
  if (!subsampled) {
    std::uint8_t alpha[width_most];
    for (int y = area.y0; y < area.y1; ++y) {
      if (solid) {
        set_row(t.at(area.x0, y), count, c.color, channels);
        continue;
      }
      cover_row(c, data, y, area.x0, area.x1, alpha);
      weigh_row(alpha, count, c.alpha());
      if (!nothing(alpha, count)) blend_row(t.at(area.x0, y), alpha, count, c.color, channels);
    }
    return;
  }
  std::uint8_t alpha[2][width_most + 2];
  const int even = area.x0 & ~1;
  for (int y = area.y0 & ~1; y < area.y1; y += 2) {
    std::memset(alpha, 0, sizeof alpha);
    bool any = false;
    for (int row = 0; row < 2; ++row) {
      const int at = y + row;
      if (at < area.y0 || at >= area.y1) continue;
      std::uint8_t* a = alpha[row] + (area.x0 - even);
      cover_row(c, data, at, area.x0, area.x1, a);
      weigh_row(a, count, c.alpha());
      if (nothing(a, count)) continue;
      any = true;
      if (solid)
        std::memset(t.at(area.x0, at), static_cast<int>(c.color & 0xFFU), width);
      else
        blend_row(t.at(area.x0, at), a, count, c.color, 1);
    }
    if (any) blend_chroma(t, alpha[0], alpha[1], even, area.x1, y, c.color);
  }
}

// A colour in the target's channels, of a straight r, g, b, a word.
std::uint32_t native(const Target& t, std::uint32_t color) {
  const auto r = static_cast<int>(color & 0xFFU);
  const auto g = static_cast<int>(color >> 8U & 0xFFU);
  const auto b = static_cast<int>(color >> 16U & 0xFFU);
  switch (t.view.format()) {
    case PixelFormat::rgb8:
    case PixelFormat::rgba8: return color;
    case PixelFormat::bgr8:
    case PixelFormat::bgra8: return (color & 0xFF00FF00U) | (color & 0xFFU) << 16U | (color >> 16U & 0xFFU);
    case PixelFormat::gray8: return (color & 0xFF000000U) | pixel::rgb_to_gray(r, g, b);
    case PixelFormat::nv12:
    case PixelFormat::i420: break;
  }
  const pixel::Yuv c = pixel::rgb_to_yuv(r, g, b, t.coefficients);
  return (color & 0xFF000000U) | c.y | std::uint32_t{c.u} << 8U | std::uint32_t{c.v} << 16U;
}

// Commands with colours of their own. Rows one by one; 4:2:0 sums its chroma over pairs of rows.
void draw_colors(const Target& t, const std::byte* data, const Command& c, const Bounds& area) {
  const bool subsampled = is_subsampled(t.view.format());
  const int channels = t.view.plane(0).channels;
  std::uint32_t colors[2][width_most + 2];
  const int even = area.x0 & ~1;
  const int step = subsampled ? 2 : 1;
  for (int y = subsampled ? area.y0 & ~1 : area.y0; y < area.y1; y += step) {
    std::memset(colors, 0, sizeof colors);
    for (int row = 0; row < step; ++row) {
      const int at = y + row;
      if (at < area.y0 || at >= area.y1) continue;
      std::uint32_t* line = colors[row] + (area.x0 - even);
      color_row(c, data, at, area.x0, area.x1, line);
      std::uint8_t* px = t.at(area.x0, at);
      for (int i = 0; i < area.x1 - area.x0; ++i, px += channels) {
        if (line[i] >> 24U == 0) continue;
        line[i] = native(t, line[i]);
        const std::uint8_t a = static_cast<std::uint8_t>(line[i] >> 24U);
        blend_row(px, &a, 1, line[i], channels);
      }
    }
    if (!subsampled) continue;
    const bool interleaved = t.view.format() == PixelFormat::nv12;
    for (int x = even; x < area.x1; x += 2) {
      std::uint32_t alphas = 0;
      std::uint32_t sum_u = 0;
      std::uint32_t sum_v = 0;
      for (const auto& row : colors)
        for (int i = x - even; i < x - even + 2; ++i) {
          const std::uint32_t a = row[i] >> 24U;
          alphas += a;
          sum_u += (row[i] >> 8U & 0xFFU) * a;
          sum_v += (row[i] >> 16U & 0xFFU) * a;
        }
      if (alphas == 0) continue;
      std::uint8_t* u = t.chroma(1, x / 2, y / 2);
      std::uint8_t* v = interleaved ? u + 1 : t.chroma(2, x / 2, y / 2);
      const std::uint32_t count = t.sharing(x / 2, y / 2);
      *u = pixel::mix_chroma(sum_u, alphas, count, *u);
      *v = pixel::mix_chroma(sum_v, alphas, count, *v);
    }
  }
}

// A picture in the target's own format, through the coverage of its clip.
void draw_picture(const Target& t, const std::byte* data, const Command& c, const Bounds& area) {
  const auto& p = *reinterpret_cast<const canvas::PictureRecord*>(data + std::size_t{c.value()} * canvas::granule);
  const auto& clip = *reinterpret_cast<const Command*>(data + std::size_t{p.clip} * canvas::granule);
  const bool subsampled = is_subsampled(t.view.format());
  const int channels = t.view.plane(0).channels;
  std::uint8_t alpha[2][width_most + 2];
  const int even = area.x0 & ~1;
  const int step = subsampled ? 2 : 1;
  for (int y = subsampled ? area.y0 & ~1 : area.y0; y < area.y1; y += step) {
    std::memset(alpha, 0, sizeof alpha);
    for (int row = 0; row < step; ++row) {
      const int at = y + row;
      if (at < area.y0 || at >= area.y1) continue;
      std::uint8_t* a = alpha[row] + (area.x0 - even);
      cover_row(clip, data, at, area.x0, area.x1, a);
      std::uint8_t* px = t.at(area.x0, at);
      for (int x = area.x0; x < area.x1; ++x, ++a, px += channels) {
        if (*a == 0) continue;
        for (int k = 0; k < channels; ++k)
          px[k] = pixel::blend(pixel::picture_value(p, 0, false, channels, k, x, at), px[k], *a);
      }
    }
    if (!subsampled) continue;
    const bool interleaved = t.view.format() == PixelFormat::nv12;
    for (int x = even; x < area.x1; x += 2) {
      const int i = x - even;
      const std::uint32_t sum =
          static_cast<std::uint32_t>(alpha[0][i]) + alpha[0][i + 1] + alpha[1][i] + alpha[1][i + 1];
      if (sum == 0) continue;
      const int sx = x / 2;
      const int sy = y / 2;
      const std::uint32_t a = pixel::mean_alpha(sum, t.sharing(sx, sy));
      std::uint8_t* u = t.chroma(1, sx, sy);
      std::uint8_t* v = interleaved ? u + 1 : t.chroma(2, sx, sy);
      *u = pixel::blend(pixel::picture_value(p, 1, true, interleaved ? 2 : 1, 0, sx, sy), *u, a);
      *v = pixel::blend(
          pixel::picture_value(p, interleaved ? 1 : 2, true, interleaved ? 2 : 1, interleaved ? 1 : 0, sx, sy), *v, a);
    }
  }
}

// A border of a packed format, strip by strip: most of its rows are empty but for their ends. (In 4:2:0 strips would
// share chroma samples at the corners, which are blended once.)
void draw_border(const Target& t, const std::byte* data, const Command& c, const Bounds& area) {
  const int thick = static_cast<int>(c.value());
  Command strip = c;
  strip.packed = Command::pack(CommandType::fill, 0);
  const Bounds strips[] = {{c.x0, c.y0, c.x1, c.y0 + thick},
                           {c.x0, c.y1 - thick, c.x1, c.y1},
                           {c.x0, c.y0 + thick, c.x0 + thick, c.y1 - thick},
                           {c.x1 - thick, c.y0 + thick, c.x1, c.y1 - thick}};
  for (const Bounds& s : strips) {
    const Bounds part{std::max(area.x0, s.x0), std::max(area.y0, s.y0), std::min(area.x1, s.x1),
                      std::min(area.y1, s.y1)};
    if (!part.empty()) draw_plain(t, data, strip, part);
  }
}

void draw_region(const canvas::Drawing& drawing, const canvas::RegionRecord& region,
                 std::span<const std::uint16_t> entries) {
  const Target target(drawing);
  const auto* data = reinterpret_cast<const std::byte*>(drawing.list->data.data());
  const Bounds& clip = drawing.list->clip;
  const int x = region.x() * canvas::region_width;
  const int y = region.y() * canvas::region_height;
  for (const std::uint16_t entry : entries) {
    const Command& c = drawing.commands[entry];
    const Bounds area{std::max({x, int{c.x0}, clip.x0}), std::max({y, int{c.y0}, clip.y0}),
                      std::min({x + canvas::region_width, int{c.x1}, clip.x1}),
                      std::min({y + canvas::region_height, int{c.y1}, clip.y1})};
    if (area.empty()) continue;
    switch (c.type()) {
      case CommandType::colors:
      case CommandType::sprite: draw_colors(target, data, c, area); break;
      case CommandType::picture: draw_picture(target, data, c, area); break;
      case CommandType::border:
        if (is_subsampled(target.view.format()))
          draw_plain(target, data, c, area);
        else
          draw_border(target, data, c, area);
        break;
      default: draw_plain(target, data, c, area); break;
    }
  }
}

}  // namespace

void draw(StreamView /*stream*/, std::span<const canvas::Drawing> drawings) {
  DisplayList& first = *drawings.front().list;
  canvas::Bins& bins = first.bins;
  bins.clear();
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    DisplayList& list = *drawings[i].list;
    first.binner.add(list, drawings[i].commands, static_cast<std::uint32_t>(i), bins);
    for (const canvas::Fixup& f : list.fixups) {
      if (!list.has_bitmaps) break;
      if (f.kind != canvas::Fixup::Kind::data) continue;
      const void* pointer = &list.data[f.value];
      std::memcpy(reinterpret_cast<std::byte*>(list.data.data()) + f.at, &pointer, sizeof pointer);
    }
  }
  canvas::Binner::finish(bins);
  constexpr int few = 4;  // regions that are not worth another thread
  for_pieces(static_cast<int>(bins.regions.size()) - 1, few, [&](int begin, int end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      const canvas::RegionRecord& region = bins.regions[i];
      const std::size_t count = bins.regions[i + 1].first - region.first;
      draw_region(drawings[region.target()], region, std::span(bins.entries).subspan(region.first, count));
    }
  });
}

}  // namespace retouch::cpu
