// Where labels go: within the target, and apart from each other when asked. Numbers only, no pixels.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "retouch/geometry.hpp"
#include "retouch/object_style.hpp"

namespace retouch::canvas {

/// A label's size, and the box that it belongs to (upright, its border included).
struct LabelRequest {
  Box box;
  float width = 0;
  float height = 0;
  LabelPosition position = LabelPosition::above;
  PointF offset{};
};

/// Places labels one after the other. Keeps its memory for the next frame.
class LabelPlacer {
 public:
  /// Top-left corners, on whole pixels, in the order of the requests. A label that is larger than the target shows its
  /// beginning. Takes time in proportion to the number of labels.
  void place(Size target, std::span<const LabelRequest> requests, LabelOverlap overlap, std::vector<PointF>& corners);

 private:
  struct Area {
    float left, top, right, bottom;
  };
  struct Entry {
    Area area;
    int next;
  };
  struct CellRange {
    int first_column, last_column, first_row, last_row;
  };
  void prepare_grid(Size target, std::span<const LabelRequest> requests);
  CellRange cells_of(const Area& area) const;
  std::size_t cell(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
  }
  float covered(const Area& area, float enough) const;
  void add(const Area& area);

  int columns_ = 0;
  int rows_ = 0;
  float cell_width_ = 1;
  float cell_height_ = 1;
  std::vector<int> heads_;  // of each cell, the entry added last; -1 = none
  std::vector<Entry> entries_;
};

}  // namespace retouch::canvas
