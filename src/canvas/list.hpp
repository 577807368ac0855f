// What a Canvas has recorded: commands in call order, their records, and what has to be done between them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "canvas/bin.hpp"
#include "canvas/command.hpp"
#include "pixel/yuv.hpp"
#include "retouch/canvas.hpp"
#include "text/layout.hpp"

namespace retouch::canvas {

/// Where list space lies on a target: list pixel = target pixel + shift. Chosen such that lists' columns and rows fall
/// on the chroma grid, and on whole words of the target's memory where that is possible.
struct Placement {
  int shift_x = 0;
  int shift_y = 0;
  bool aligned = false;  // four pixels from a multiple of four on may be moved in whole words
};
Placement placement_of(const ImageView& target);

/// A pointer in a record, known only when the list is drawn.
struct Fixup {
  enum class Kind : std::uint8_t {
    data,     ///< the list's own data, `value` granules from its start
    sprite,   ///< DisplayList::sprites[value]
    arena,    ///< DisplayList::arenas[value]
    picture,  ///< a plane of the picture that step `value` made; `plane` says which
  };
  std::uint32_t at = 0;  // bytes from the start of the data
  std::uint32_t value = 0;
  Kind kind = Kind::data;
  std::uint8_t plane = 0;
};

/// What is not drawn but done between commands, to pixels that were drawn before.
struct Step {
  enum class Kind : std::uint8_t { gaussian, box, pixelate, copy };
  Kind kind = Kind::gaussian;
  bool in_place = true;      ///< else into a picture of its own, which a later command draws
  float strength = 0;        ///< sigma, or side
  Rect region{};             ///< in list space, within the target
  std::uint32_t before = 0;  ///< of the commands recorded before it
  std::uint32_t fixups = 0;  ///< where those of its picture begin, one a plane; not in place alone
};

/// Bounds of what a command draws on, in list space.
struct Bounds {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool empty() const { return x0 >= x1 || y0 >= y1; }
};

/// An alpha through an opacity of 0..1, rounded.
inline std::uint32_t alpha_times(std::uint8_t alpha, float opacity) {
  return static_cast<std::uint32_t>(static_cast<float>(alpha) * opacity + 0.5F);
}

class DisplayList {
 public:
  struct alignas(granule) Granule {
    Granule() {}  // NOLINT: what makes room for records fills it
    std::byte bytes[granule];
  };

  /// The area that may be drawn on, in list space.
  Bounds clip;
  Placement placement;
  PixelFormat format = PixelFormat::rgba8;
  pixel::YuvCoefficients coefficients{};

  std::vector<Command> commands;
  std::vector<Granule> data;
  std::vector<Fixup> fixups;
  std::vector<Step> steps;
  std::vector<std::shared_ptr<const Sprite::Data>> sprites;
  std::vector<std::shared_ptr<const text::GlyphArena>> arenas;
  bool has_bitmaps = false;  ///< some record points into the data itself

  // For drawing, kept with the list for their memory.
  Binner binner;
  Bins bins;
  std::vector<Granule> payload;
  std::vector<std::uint32_t> bands;

  void begin(const ImageView& target);
  void clear();
  bool empty() const { return commands.empty() && steps.empty(); }

  /// A colour as commands have it: in the target's channels, `alpha` of 255ths multiplied in.
  std::uint32_t color_word(const Color& color, float opacity = 1) const;

  /// Adds a command with bounds clipped to the target; false when nothing of it is visible.
  bool visible(Bounds& bounds) const {
    bounds = {std::max(bounds.x0, clip.x0), std::max(bounds.y0, clip.y0), std::min(bounds.x1, clip.x1),
              std::min(bounds.y1, clip.y1)};
    return !bounds.empty();
  }
  void add(CommandType type, const Bounds& bounds, std::uint32_t color, std::uint32_t value) {
    commands.push_back(make(type, bounds, color, value));
  }
  static Command make(CommandType type, const Bounds& b, std::uint32_t color, std::uint32_t value) {
    return {static_cast<std::int16_t>(b.x0),
            static_cast<std::int16_t>(b.y0),
            static_cast<std::int16_t>(b.x1),
            static_cast<std::int16_t>(b.y1),
            color,
            Command::pack(type, value)};
  }

  /// Makes room for `bytes` more bytes of data; returns where they begin, in granules. Throws InvalidArgument beyond
  /// what a command can refer to.
  std::uint32_t reserve(std::size_t bytes);
  template <class T>
  std::uint32_t put(const T& record) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::uint32_t at = reserve(sizeof record);
    std::memcpy(static_cast<void*>(&data[at]), &record, sizeof record);
    return at;
  }
  template <class T>
  T* at(std::uint32_t where) {
    return reinterpret_cast<T*>(&data[where]);
  }
  /// Notes that the pointer `field_offset` bytes into the record at `where` is to be filled in.
  void fix(std::uint32_t where, std::size_t field_offset, Fixup::Kind kind, std::uint32_t value, int plane = 0) {
    fixups.push_back(
        {static_cast<std::uint32_t>(where * granule + field_offset), value, kind, static_cast<std::uint8_t>(plane)});
  }
};

}  // namespace retouch::canvas
