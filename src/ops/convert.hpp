// Backends of convert_into. Views are checked: one device and size, not empty, no shared memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

/// How the bytes of a format lie, apart from the order of R, G, B.
enum class Family : std::uint8_t { gray, rgb, rgba, yuv };

constexpr Family family_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::gray8: return Family::gray;
    case PixelFormat::rgb8:
    case PixelFormat::bgr8: return Family::rgb;
    case PixelFormat::rgba8:
    case PixelFormat::bgra8: return Family::rgba;
    default: return Family::yuv;
  }
}

/// One side of a conversion, in a form that kernels take: nv12 and i420 differ in the step between chroma samples only.
struct ConvertSide {
  std::uint8_t* data;      // packed pixels, or Y
  std::uint8_t* chroma_u;  // Cb
  std::uint8_t* chroma_v;  // Cr
  std::ptrdiff_t pitch;
  std::ptrdiff_t pitch_u;
  std::ptrdiff_t pitch_v;
  int chroma_step;
  int x_phase;
  int y_phase;
  bool bgr;
};

inline ConvertSide convert_side(const ImageView& view) {
  const Plane& first = view.plane(0);
  ConvertSide side{first.data, nullptr, nullptr,        first.pitch_bytes, 0,
                   0,          1,       view.x_phase(), view.y_phase(),    is_bgr_order(view.format())};
  if (!is_subsampled(view.format())) return side;
  const Plane& u = view.plane(1);
  side.chroma_u = u.data;
  side.pitch_u = u.pitch_bytes;
  side.chroma_step = u.channels;
  if (view.format() == PixelFormat::nv12) {
    side.chroma_v = u.data + 1;
    side.pitch_v = u.pitch_bytes;
  } else {
    side.chroma_v = view.plane(2).data;
    side.pitch_v = view.plane(2).pitch_bytes;
  }
  return side;
}

/// Between two YCbCr images of one ColorSpec, Y, Cb and Cr stay what they are; all else goes through RGB.
inline bool keeps_yuv(const ImageView& src, const ImageView& dst) {
  return is_subsampled(src.format()) && is_subsampled(dst.format()) && src.color() == dst.color();
}

}  // namespace retouch::detail

namespace retouch::cpu {
void convert_into(StreamView stream, const ImageView& src, const ImageView& dst);
}  // namespace retouch::cpu

namespace retouch::cuda {
void convert_into(StreamView stream, const ImageView& src, const ImageView& dst);
}  // namespace retouch::cuda
