// Colours: RGBA, 0-255, straight alpha. How RGB relates to the Y, Cb, Cr of a video frame.
#pragma once

#include <cstdint>

namespace retouch {

/// Straight (not premultiplied) alpha; a = 255 is opaque.
struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;
  friend bool operator==(const Color&, const Color&) = default;
};

/// The matrix between RGB and YCbCr (ITU-R BT.601-7, BT.709-6).
enum class ColorMatrix : std::uint8_t { bt601, bt709 };

/// limited: Y 16-235, Cb and Cr 16-240 (what decoders give). full: 0-255 (JPEG).
enum class ColorRange : std::uint8_t { limited, full };

/// What the numbers in a YCbCr image mean. RGB and gray images ignore it, except that gray <-> YCbCr copies keep luma.
struct ColorSpec {
  ColorMatrix matrix = ColorMatrix::bt601;
  ColorRange range = ColorRange::limited;
  friend bool operator==(const ColorSpec&, const ColorSpec&) = default;
};

}  // namespace retouch
