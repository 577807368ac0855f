// Which regions of a target commands touch, and which commands touch each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "canvas/command.hpp"

namespace retouch::canvas {

/// Regions with something to draw, and the commands of each in call order; a last record ends the regions.
struct Bins {
  std::vector<RegionRecord> regions;
  std::vector<std::uint16_t> entries;
  void clear() {
    regions.clear();
    entries.clear();
  }
};

/// At most so many commands go in one drawing: entries have 16 bits.
inline constexpr std::size_t most_commands = 65536;

class DisplayList;

/// Sorts commands into regions. Keeps its memory.
class Binner {
 public:
  /// Appends the regions of target number `target`. `commands`: at most most_commands, with records in list's data.
  void add(const DisplayList& list, std::span<const Command> commands, std::uint32_t target, Bins& bins);
  /// Ends the list of regions.
  static void finish(Bins& bins);

 private:
  // Regions that a command touches; both rounds over the commands need them.
  struct Cover {
    std::uint8_t x0, x1, hole_x0, hole_x1;  // inclusive
    std::uint16_t y0, y1, hole_y0, hole_y1;
  };
  static Cover cover_of(const Command& command, const DisplayList& list);
  template <class F>
  static void for_regions(const Cover& cover, const Command& command, const DisplayList& list, F&& f);

  std::vector<std::uint32_t> counts_;
  std::vector<Cover> covers_;
};

}  // namespace retouch::canvas
