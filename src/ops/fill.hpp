// Backends of fill. Views are checked, not empty, and do not overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "pixel/blend.hpp"
#include "pixel/channel_values.hpp"
#include "pixel/macros.hpp"
#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// One plane to fill: what a sample becomes and how strongly. A sample of the plane's first column or row may share its
/// chroma with pixels outside the view, and then blends with less.
struct FillPlane {
  std::uint8_t* data;
  std::ptrdiff_t pitch_bytes;
  int width;
  int height;
  int channels;
  /// The sample repeated over 12 bytes, which 1, 2, 3 and 4 channels all divide.
  alignas(4) std::uint8_t tile[12];
  std::uint8_t alpha;
  std::uint8_t left_alpha;    // of column 0
  std::uint8_t top_alpha;     // of row 0
  std::uint8_t corner_alpha;  // of both

  RETOUCH_HD std::uint32_t alpha_at(int x, int y) const {
    if (y > 0) return x > 0 ? alpha : left_alpha;
    return x > 0 ? top_alpha : corner_alpha;
  }
};

inline FillPlane fill_plane(const ImageView& view, int index, const Color& color) {
  const Plane& plane = view.plane(index);
  FillPlane fill{plane.data, plane.pitch_bytes, plane.width, plane.height, plane.channels, {}, color.a, {}, {}, {}};
  // The alpha channel blends towards opaque by the same rule: 255 under alpha a is a + dst_a * (255 - a) / 255.
  const pixel::ChannelValues values =
      pixel::channel_values({color.r, color.g, color.b, 255}, view.format(), view.color(), index);
  for (std::size_t i = 0; i < sizeof fill.tile; ++i)
    fill.tile[i] = values[i % static_cast<std::size_t>(plane.channels)];
  const bool chroma = is_subsampled(view.format()) && index > 0;
  const std::uint32_t columns = chroma && view.x_phase() == 1 ? 2 : 1;
  const std::uint32_t rows = chroma && view.y_phase() == 1 ? 2 : 1;
  fill.left_alpha = pixel::mean_alpha(color.a, columns);
  fill.top_alpha = pixel::mean_alpha(color.a, rows);
  fill.corner_alpha = pixel::mean_alpha(color.a, columns * rows);
  return fill;
}

/// Planes of all views in one launch.
inline constexpr std::size_t fill_planes_per_launch = 64;

}  // namespace retouch

namespace retouch::cpu {
void fill(StreamView stream, std::span<const ImageView* const> views, const Color& color);
void fill(StreamView stream, const ImageView& view, const Color& color, const ImageView& mask);
}  // namespace retouch::cpu

namespace retouch::cuda {
void fill(StreamView stream, std::span<const ImageView* const> views, const Color& color);
void fill(StreamView stream, const ImageView& view, const Color& color, const ImageView& mask);
}  // namespace retouch::cuda
