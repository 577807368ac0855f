#include "canvas/bin.hpp"

#include <algorithm>
#include <cmath>

#include "canvas/list.hpp"

namespace retouch::canvas {

namespace {

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

// Strokes of few segments leave out the regions that none of them comes near.
const EdgeHeader* few_strokes(const Command& c, const DisplayList& list) {
  if (c.type() != CommandType::strokes) return nullptr;
  const auto* header = reinterpret_cast<const EdgeHeader*>(&list.data[c.value()]);
  return header->strips == 0 ? header : nullptr;
}

}  // namespace

Binner::Cover Binner::cover_of(const Command& c, const DisplayList& list) {
  const auto x0 = static_cast<unsigned>(std::max<int>(c.x0, list.clip.x0));
  const auto y0 = static_cast<unsigned>(std::max<int>(c.y0, list.clip.y0));
  const auto x1 = static_cast<unsigned>(std::min<int>(c.x1, list.clip.x1));
  const auto y1 = static_cast<unsigned>(std::min<int>(c.y1, list.clip.y1));
  const auto column = [](unsigned x) { return static_cast<std::uint8_t>(x / region_width); };
  const auto row = [](unsigned y) { return static_cast<std::uint16_t>(y / region_height); };
  Cover cover{column(x0), column(x1 - 1), 1, 0, row(y0), row(y1 - 1), 1, 0};
  if (c.type() != CommandType::border) return cover;
  // A border draws nothing in the regions that lie inside it.
  const int t = static_cast<int>(c.value());
  const auto from = [](int at, int size) { return (std::max(at, 0) + size - 1) / size; };
  const int hole_x0 = from(c.x0 + t, region_width);
  const int hole_y0 = from(c.y0 + t, region_height);
  const int hole_x1 = std::min<int>((c.x1 - t) / region_width, cover.x1 + 1) - 1;
  const int hole_y1 = std::min<int>((c.y1 - t) / region_height, cover.y1 + 1) - 1;
  if (hole_x0 > hole_x1 || hole_y0 > hole_y1) return cover;
  cover.hole_x0 = static_cast<std::uint8_t>(hole_x0);
  cover.hole_x1 = static_cast<std::uint8_t>(hole_x1);
  cover.hole_y0 = static_cast<std::uint16_t>(hole_y0);
  cover.hole_y1 = static_cast<std::uint16_t>(hole_y1);
  return cover;
}

template <class F>
void Binner::for_regions(const Cover& c, const Command& command, const DisplayList& list, F&& f) {
  if (c.x0 == c.x1 && c.y0 == c.y1) {  // most labels and dots
    f(c.x0, c.y0);
    return;
  }
  const EdgeHeader* strokes = few_strokes(command, list);
  for (int y = c.y0; y <= c.y1; ++y) {
    const bool hole = y >= c.hole_y0 && y <= c.hole_y1;
    for (int x = c.x0; x <= c.x1; ++x) {
      if (hole && x >= c.hole_x0 && x <= c.hole_x1) {
        x = c.hole_x1;
        continue;
      }
      if (strokes == nullptr || near_segment(*strokes, x, y)) f(x, y);
    }
  }
}

void Binner::add(const DisplayList& list, std::span<const Command> commands, std::uint32_t target, Bins& bins) {
  const int columns = (list.clip.x1 - 1) / region_width + 1;
  const int rows = (list.clip.y1 - 1) / region_height + 1;
  counts_.assign(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0);
  covers_.resize(commands.size());
  std::uint32_t* const counts = counts_.data();
  for (std::size_t i = 0; i < commands.size(); ++i) {
    covers_[i] = cover_of(commands[i], list);
    for_regions(covers_[i], commands[i], list, [&](int x, int y) { ++counts[y * columns + x]; });
  }

  // Counts become places, and places after the second round the ends.
  auto next = static_cast<std::uint32_t>(bins.entries.size());
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      std::uint32_t& count = counts[y * columns + x];
      if (count == 0) continue;
      bins.regions.push_back(RegionRecord::make(x, y, target, next));
      const std::uint32_t first = next;
      next += count;
      count = first;
    }
  bins.entries.resize(next);
  std::uint16_t* const entries = bins.entries.data();
  for (std::size_t i = 0; i < commands.size(); ++i)
    for_regions(covers_[i], commands[i], list,
                [&](int x, int y) { entries[counts[y * columns + x]++] = static_cast<std::uint16_t>(i); });
}

void Binner::finish(Bins& bins) { bins.regions.push_back({static_cast<std::uint32_t>(bins.entries.size()), 0}); }

}  // namespace retouch::canvas
