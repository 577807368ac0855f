#include "canvas/bin.hpp"

#include <algorithm>
#include <cmath>

#include "canvas/list.hpp"

namespace retouch::canvas {

namespace {

// A run of regions in each of some rows, with a hole where nothing is drawn: a border's inside.
struct Cover {
  int x0, y0, x1, y1;                      // inclusive
  int hole_x0, hole_y0, hole_x1, hole_y1;  // inclusive
  const EdgeHeader* strokes = nullptr;     // few segments: regions that none comes near are left out
};

Cover cover_of(const Command& c, const DisplayList& list) {
  const auto x0 = std::max<int>(c.x0, list.clip.x0);
  const auto y0 = std::max<int>(c.y0, list.clip.y0);
  const auto x1 = std::min<int>(c.x1, list.clip.x1);
  const auto y1 = std::min<int>(c.y1, list.clip.y1);
  Cover cover{x0 / region_width, y0 / region_height, (x1 - 1) / region_width, (y1 - 1) / region_height, 0, 0, -1, -1};
  if (c.type() == CommandType::border) {
    const int t = static_cast<int>(c.value());
    const auto up = [](int a, int b) { return a <= 0 ? 0 : (a + b - 1) / b; };
    const auto down = [](int a, int b) { return a <= 0 ? -1 : a / b - 1; };
    cover.hole_x0 = up(c.x0 + t, region_width);
    cover.hole_y0 = up(c.y0 + t, region_height);
    cover.hole_x1 = down(c.x1 - t, region_width);
    cover.hole_y1 = down(c.y1 - t, region_height);
  } else if (c.type() == CommandType::strokes) {
    const auto* header = reinterpret_cast<const EdgeHeader*>(&list.data[c.value()]);
    if (header->strips == 0) cover.strokes = header;
  }
  return cover;
}

bool near_segment(const EdgeHeader& header, int region_x, int region_y) {
  const auto* segments = reinterpret_cast<const SegmentRecord*>(&header + 1);
  constexpr float half_x = region_width / 2.0F;
  constexpr float half_y = region_height / 2.0F;
  const float x = static_cast<float>(region_x * region_width) + half_x;
  const float y = static_cast<float>(region_y * region_height) + half_y;
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const SegmentRecord& s = segments[i];
    const float wide = s.x1 - s.x0;
    const float high = s.y1 - s.y0;
    const float far = std::sqrt(wide * wide + high * high);
    const float reach = s.half + 1.5F;
    // Separated by the segment's direction, if at all: its bounding box is known to meet the list's.
    const float off = std::abs((x - s.x0) * high - (y - s.y0) * wide);
    const bool aside = off > reach * far + half_x * std::abs(high) + half_y * std::abs(wide);
    const bool apart = std::max(s.x0, s.x1) + reach < x - half_x || std::min(s.x0, s.x1) - reach > x + half_x ||
                       std::max(s.y0, s.y1) + reach < y - half_y || std::min(s.y0, s.y1) - reach > y + half_y;
    if (!apart && (far <= 0 || !aside)) return true;
  }
  return false;
}

template <class F>
void for_regions(const Cover& c, F&& f) {
  for (int y = c.y0; y <= c.y1; ++y)
    for (int x = c.x0; x <= c.x1; ++x) {
      if (y >= c.hole_y0 && y <= c.hole_y1 && x >= c.hole_x0 && x <= c.hole_x1) {
        x = c.hole_x1;
        continue;
      }
      if (c.strokes != nullptr && !near_segment(*c.strokes, x, y)) continue;
      f(x, y);
    }
}

}  // namespace

void Binner::add(const DisplayList& list, std::span<const Command> commands, std::uint16_t target, Bins& bins) {
  const int columns = (list.clip.x1 - 1) / region_width + 1;
  const int rows = (list.clip.y1 - 1) / region_height + 1;
  counts_.assign(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0);
  const auto count_at = [&](int x, int y) -> std::uint32_t& {
    return counts_[static_cast<std::size_t>(y * columns + x)];
  };
  for (const Command& c : commands) for_regions(cover_of(c, list), [&](int x, int y) { ++count_at(x, y); });

  // Counts become places, and places after the second round the ends.
  auto next = static_cast<std::uint32_t>(bins.entries.size());
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      std::uint32_t& count = count_at(x, y);
      if (count == 0) continue;
      bins.regions.push_back({target, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), 0, next, count});
      const std::uint32_t first = next;
      next += count;
      count = first;
    }
  bins.entries.resize(next);
  for (std::size_t i = 0; i < commands.size(); ++i)
    for_regions(cover_of(commands[i], list),
                [&](int x, int y) { bins.entries[count_at(x, y)++] = static_cast<std::uint16_t>(i); });
}

}  // namespace retouch::canvas
