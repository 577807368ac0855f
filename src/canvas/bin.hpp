// Which regions of a target commands touch, and which commands touch each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "canvas/command.hpp"

namespace retouch::canvas {

/// Regions with something to draw, and the commands of each in call order.
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
  void add(const DisplayList& list, std::span<const Command> commands, std::uint16_t target, Bins& bins);

 private:
  std::vector<std::uint32_t> counts_;
};

}  // namespace retouch::canvas
