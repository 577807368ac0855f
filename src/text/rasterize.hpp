// Glyphs to pictures of 8-bit coverage.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "text/face.hpp"

#include FT_OUTLINE_H
#include FT_STROKER_H

namespace retouch::text {

/// Everything that a glyph's picture depends on.
struct GlyphKey {
  std::uint32_t face = 0;     // Face::id; of hershey, hershey_face + the strokes' width in 1/64 px
  std::uint32_t glyph = 0;    // hershey: the character
  std::uint32_t size = 0;     // 1/64 px
  std::uint16_t outline = 0;  // 0: the letter, else letter and a rim of this width in 1/64 px
  std::uint16_t angle = 0;    // clockwise, in 1/64 degree
  std::uint8_t phase_x = 0;   // where its origin lies in its pixel, in quarters
  std::uint8_t phase_y = 0;
  std::uint16_t unused = 0;
  friend bool operator==(const GlyphKey&, const GlyphKey&) = default;

  static constexpr std::uint32_t hershey_face = 0x80000000U;
};
static_assert(sizeof(GlyphKey) == 20);

/// Whole pixels around the origin's pixel, y downwards.
struct PictureBox {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// One thread at a time.
class Rasterizer {
 public:
  Rasterizer();
  ~Rasterizer();
  Rasterizer(const Rasterizer&) = delete;
  Rasterizer& operator=(const Rasterizer&) = delete;

  /// Makes the outline ready; nothing when there is nothing to see. `face` is null for hershey.
  std::optional<PictureBox> prepare(const GlyphKey& key, const Face* face);
  /// Draws what has been prepared; `rows` are zero.
  void draw(std::uint8_t* rows, std::size_t pitch_bytes);

 private:
  /// An outline with memory of its own, which grows only.
  class Outline {
   public:
    Outline() = default;
    ~Outline();
    Outline(const Outline&) = delete;
    Outline& operator=(const Outline&) = delete;
    void reserve(unsigned points, unsigned contours);
    void assign(const FT_Outline& other);
    FT_Outline* get() { return &outline_; }
    void clear();
    bool empty() const { return outline_.n_points == 0; }

   private:
    FT_Outline outline_{};
    unsigned points_ = 0;
    unsigned contours_ = 0;
  };

  bool load_letter(const GlyphKey& key, const Face& face);
  void load_strokes(const GlyphKey& key);
  void place(const GlyphKey& key, FT_Outline* outline) const;
  void stroke(FT_Outline* source, FT_Fixed radius);
  void take_strokes();
  void draw(FT_Outline* outline, std::uint8_t* rows, std::size_t pitch_bytes) const;

  FT_Stroker stroker_ = nullptr;
  Outline letter_;
  Outline rim_;
  PictureBox box_;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace retouch::text
