#include "canvas/list.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"

namespace retouch::canvas {

namespace {

bool multiple(std::ptrdiff_t value, int of) { return value % of == 0; }
std::ptrdiff_t address(const Plane& plane) {
  return static_cast<std::ptrdiff_t>(reinterpret_cast<std::uintptr_t>(plane.data));
}

}  // namespace

Placement placement_of(const ImageView& target) {
  Placement p{target.x_phase(), target.y_phase(), false};
  const Plane& first = target.plane(0);
  switch (first.channels) {
    case 4:
      if (multiple(first.pitch_bytes, 16) && multiple(address(first), 4)) {
        p.shift_x = static_cast<int>(address(first) % 16 / 4);
        p.aligned = true;
      }
      return p;
    case 3:
      if (multiple(first.pitch_bytes, 4)) {
        p.shift_x = static_cast<int>(address(first) * 3 % 4);  // 3 * 3 = 1 modulo 4
        p.aligned = true;
      }
      return p;
    default: break;
  }
  if (!multiple(first.pitch_bytes, 4)) return p;
  const auto shift = static_cast<int>(address(first) % 4);
  if (!is_subsampled(target.format())) {
    p.shift_x = shift;
    p.aligned = true;
    return p;
  }
  if (shift % 2 != target.x_phase()) return p;
  if (target.format() == PixelFormat::nv12) {
    const Plane& chroma = target.plane(1);
    if (!multiple(chroma.pitch_bytes, 4) || !multiple(address(chroma) - (shift - target.x_phase()), 4)) return p;
  }
  p.shift_x = shift;
  p.aligned = true;
  return p;
}

void DisplayList::begin(const ImageView& target) {
  clear();
  format = target.format();
  placement = placement_of(target);
  clip = {placement.shift_x, placement.shift_y, placement.shift_x + target.width(),
          placement.shift_y + target.height()};
  coefficients = pixel::yuv_coefficients(target.color());
}

void DisplayList::clear() {
  commands.clear();
  data.clear();
  fixups.clear();
  steps.clear();
  sprites.clear();
  arenas.clear();
  has_bitmaps = false;
}

std::uint32_t DisplayList::color_word(const Color& color, float opacity) const {
  const std::uint32_t alpha = alpha_times(color.a, opacity);
  const auto word = [alpha](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return a | b << 8U | c << 16U | alpha << 24U;
  };
  switch (format) {
    case PixelFormat::rgb8:
    case PixelFormat::rgba8: return word(color.r, color.g, color.b);
    case PixelFormat::bgr8:
    case PixelFormat::bgra8: return word(color.b, color.g, color.r);
    case PixelFormat::gray8: return word(pixel::rgb_to_gray(color.r, color.g, color.b), 128, 128);
    case PixelFormat::nv12:
    case PixelFormat::i420: break;
  }
  const pixel::Yuv c = pixel::rgb_to_yuv(color.r, color.g, color.b, coefficients);
  return word(c.y, c.u, c.v);
}

std::uint32_t DisplayList::reserve(std::size_t bytes) {
  const std::size_t where = data.size();
  const std::size_t granules = (bytes + granule - 1) / granule;
  if (where + granules > Command::most)
    detail::invalid("Canvas: more than {} MB of points, texts and pictures in one list",
                    (std::size_t{Command::most} + 1) * granule / 1000000);
  data.resize(where + granules);
  return static_cast<std::uint32_t>(where);
}

}  // namespace retouch::canvas
