// Polygons and strokes on their way into a display list.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "canvas/geometry.hpp"
#include "canvas/list.hpp"

namespace retouch::canvas {

/// Collects outlines and segments, and records what of them is near the target. Keeps its memory.
class EdgeBuilder {
 public:
  /// Starts a new command.
  void begin();
  /// A closed outline; of a hole in the ones before it, which must lie around it.
  void add_outline(std::span<const Vec> points, bool hole = false);
  /// One segment with round ends; `a0`, `a1`: opacity at its ends.
  void add_segment(Vec from, Vec to, double width, float a0 = 1, float a1 = 1);

  /// Records the outlines as one polygon. With edges_inverted it covers the whole target but for them.
  void record_polygon(DisplayList& list, std::uint32_t color, std::uint32_t flags);
  /// Records the segments as one stroke.
  void record_strokes(DisplayList& list, std::uint32_t color, std::uint32_t flags = 0);
  /// As record_polygon, but leaves the command to the caller (the shape of a picture). False when nothing is visible.
  bool make_polygon(DisplayList& list, std::uint32_t color, std::uint32_t flags, Command& command);

 private:
  struct Outline {
    std::size_t begin, end;
    bool hole;
  };
  struct Segment {
    Vec from, to;
    double half;
    float a0, a1;
  };
  void clip_edge(Vec from, Vec to, const Bounds& bounds);
  template <class Item, class Rows>
  std::uint32_t write(DisplayList& list, const std::vector<Item>& items, std::uint32_t flags, std::size_t few,
                      Rows&& rows);

  std::vector<Vec> points_;
  std::vector<Outline> outlines_;
  std::vector<Segment> segments_;
  std::vector<EdgeRecord> edges_;
  std::vector<SegmentRecord> records_;
  std::vector<std::uint32_t> begins_, indices_;
  Vec low_{}, high_{};
};

/// The target, and so many pixels around it.
View view_of(const Bounds& clip, double margin);

/// The whole pixels that an area of these corners touches.
inline Bounds bounds_of(double x0, double y0, double x1, double y1) {
  const auto near = [](double v) { return std::clamp(v, -4e6, 4e6); };
  return {floor_of(near(x0)), floor_of(near(y0)), ceil_of(near(x1)), ceil_of(near(y1))};
}

}  // namespace retouch::canvas
