#include "canvas/label_placement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace retouch::canvas {
namespace {

constexpr std::array<LabelPosition, 5> in_order{LabelPosition::above, LabelPosition::inside_top, LabelPosition::below,
                                                LabelPosition::right, LabelPosition::left};

// The place as asked for, which may lie outside the target.
PointF wanted(const LabelRequest& r, LabelPosition position) {
  PointF corner{r.box.left, r.box.top};
  switch (position) {
    case LabelPosition::above: corner.y -= r.height; break;
    case LabelPosition::inside_top: break;
    case LabelPosition::below: corner.y = r.box.bottom(); break;
    case LabelPosition::right: corner.x = r.box.right(); break;
    case LabelPosition::left: corner.x -= r.width; break;
    case LabelPosition::center:
      corner = {r.box.left + (r.box.width - r.width) / 2, r.box.top + (r.box.height - r.height) / 2};
      break;
  }
  return {std::floor(corner.x + r.offset.x + 0.5F), std::floor(corner.y + r.offset.y + 0.5F)};
}

// A label slides along its box to stay in the target, but not across an edge of it: above must have room above.
bool has_room(const LabelRequest& r, LabelPosition position, PointF corner, Size target) {
  switch (position) {
    case LabelPosition::above:
    case LabelPosition::below: return corner.y >= 0 && corner.y + r.height <= static_cast<float>(target.height);
    case LabelPosition::left:
    case LabelPosition::right: return corner.x >= 0 && corner.x + r.width <= static_cast<float>(target.width);
    case LabelPosition::inside_top:
    case LabelPosition::center: break;
  }
  return true;
}

float slid(float from, float length, int target) {
  return std::max(0.0F, std::min(from, std::floor(static_cast<float>(target) - length)));
}

PointF within(const LabelRequest& r, PointF corner, Size target) {
  return {slid(corner.x, r.width, target.width), slid(corner.y, r.height, target.height)};
}

}  // namespace

void LabelPlacer::place(Size target, std::span<const LabelRequest> requests, LabelOverlap overlap,
                        std::vector<PointF>& corners) {
  corners.clear();
  if (overlap == LabelOverlap::avoided) prepare_grid(target, requests);
  for (const LabelRequest& r : requests) {
    PointF best = within(r, wanted(r, LabelPosition::inside_top), target);
    float least = std::numeric_limits<float>::infinity();
    // True when there is no need to look further.
    const auto try_position = [&](LabelPosition position) {
      const PointF corner = wanted(r, position);
      if (!has_room(r, position, corner, target)) return false;
      const PointF kept = within(r, corner, target);
      float cover = 0;
      if (overlap == LabelOverlap::avoided)
        cover = covered({kept.x, kept.y, kept.x + r.width, kept.y + r.height}, std::min(least, r.width * r.height));
      if (cover < least) {
        least = cover;
        best = kept;
      }
      return least == 0;
    };
    if (!try_position(r.position))
      static_cast<void>(std::any_of(in_order.begin(), in_order.end(), [&](LabelPosition position) {
        return position != r.position && try_position(position);
      }));
    if (overlap == LabelOverlap::avoided) add({best.x, best.y, best.x + r.width, best.y + r.height});
    corners.push_back(best);
  }
}

// Cells of about a label's size: a label then lies in few cells, and a cell holds few labels.
void LabelPlacer::prepare_grid(Size target, std::span<const LabelRequest> requests) {
  float width = 0;
  float height = 0;
  for (const LabelRequest& r : requests) {
    width += r.width;
    height += r.height;
  }
  const auto count = static_cast<float>(std::max<std::size_t>(requests.size(), 1));
  constexpr float smallest = 8;
  constexpr int most = 128;
  const auto cells = [&](int length, float mean) {
    return std::clamp(static_cast<int>(static_cast<float>(length) / std::max(mean, smallest)), 1, most);
  };
  columns_ = cells(target.width, width / count);
  rows_ = cells(target.height, height / count);
  cell_width_ = static_cast<float>(std::max(target.width, 1)) / static_cast<float>(columns_);
  cell_height_ = static_cast<float>(std::max(target.height, 1)) / static_cast<float>(rows_);
  heads_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), -1);
  entries_.clear();
}

LabelPlacer::CellRange LabelPlacer::cells_of(const Area& area) const {
  const auto column = [&](float x) { return static_cast<int>(std::clamp(x / cell_width_, 0.0F, 127.0F)); };
  const auto row = [&](float y) { return static_cast<int>(std::clamp(y / cell_height_, 0.0F, 127.0F)); };
  return {std::min(column(area.left), columns_ - 1), std::min(column(area.right), columns_ - 1),
          std::min(row(area.top), rows_ - 1), std::min(row(area.bottom), rows_ - 1)};
}

// How much of the area other labels cover; what several cover counts for each. Not more than `enough`: no need to look
// further then. Of a crowded cell only the labels added last are looked at, which bounds the time.
float LabelPlacer::covered(const Area& area, float enough) const {
  constexpr int most = 32;
  float sum = 0;
  const CellRange range = cells_of(area);
  for (int row = range.first_row; row <= range.last_row; ++row)
    for (int column = range.first_column; column <= range.last_column; ++column) {
      int looked_at = 0;
      int i = heads_[cell(column, row)];
      if (i < 0) continue;
      // Cut to the cell: a label that lies in several cells is then counted once. The outermost cells go on for ever.
      constexpr float far = std::numeric_limits<float>::infinity();
      const float left = column == 0 ? -far : static_cast<float>(column) * cell_width_;
      const float right = column == columns_ - 1 ? far : static_cast<float>(column + 1) * cell_width_;
      const float top = row == 0 ? -far : static_cast<float>(row) * cell_height_;
      const float bottom = row == rows_ - 1 ? far : static_cast<float>(row + 1) * cell_height_;
      const Area part{std::max(area.left, left), std::max(area.top, top), std::min(area.right, right),
                      std::min(area.bottom, bottom)};
      for (; i >= 0 && looked_at < most; ++looked_at) {
        const Entry& entry = entries_[static_cast<std::size_t>(i)];
        const float w = std::min(part.right, entry.area.right) - std::max(part.left, entry.area.left);
        const float h = std::min(part.bottom, entry.area.bottom) - std::max(part.top, entry.area.top);
        if (w > 0 && h > 0) sum += w * h;
        if (sum >= enough) return enough;
        i = entry.next;
      }
    }
  return sum;
}

void LabelPlacer::add(const Area& area) {
  const CellRange range = cells_of(area);
  for (int row = range.first_row; row <= range.last_row; ++row)
    for (int column = range.first_column; column <= range.last_column; ++column) {
      int& head = heads_[cell(column, row)];
      entries_.push_back({area, head});
      head = static_cast<int>(entries_.size()) - 1;
    }
}

}  // namespace retouch::canvas
