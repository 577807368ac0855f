#include "blazeface.hpp"

#include <algorithm>
#include <cmath>

namespace retouch::blazeface {

void decode(const Grid& grid, std::span<const float> logits, std::span<const float> rows, float threshold,
            std::vector<Face>& faces) {
  const float cell = static_cast<float>(input_side) / static_cast<float>(grid.cells);
  for (std::size_t i = 0; i < grid.anchors(); ++i) {
    const float score = 1.0F / (1.0F + std::exp(-logits[i]));
    if (!(score >= threshold)) continue;
    const auto place = static_cast<int>(i) / grid.per_cell;
    const int column = place % grid.cells;
    const int line = place / grid.cells;
    const PointF anchor{(static_cast<float>(column) + 0.5F) * cell, (static_cast<float>(line) + 0.5F) * cell};
    const std::span row = rows.subspan(i * row_length, row_length);
    Face face;
    face.score = score;
    face.box = {anchor.x + row[0] - row[2] / 2, anchor.y + row[1] - row[3] / 2, row[2], row[3]};
    for (std::size_t k = 0; k < landmark_count; ++k)
      face.landmarks[k] = {anchor.x + row[4 + 2 * k], anchor.y + row[5 + 2 * k]};
    if (std::all_of(row.begin(), row.end(), [](float v) { return std::isfinite(v); }) && face.box.width > 0 &&
        face.box.height > 0)
      faces.push_back(face);
  }
}

float overlap(const Box& a, const Box& b) {
  const float width = std::min(a.right(), b.right()) - std::max(a.left, b.left);
  const float height = std::min(a.bottom(), b.bottom()) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const float shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

void suppress(std::vector<Face>& faces, float limit, std::size_t max_faces) {
  std::stable_sort(faces.begin(), faces.end(), [](const Face& a, const Face& b) { return a.score > b.score; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < faces.size() && (max_faces == 0 || kept < max_faces); ++i) {
    const bool hidden = std::any_of(faces.begin(), faces.begin() + static_cast<std::ptrdiff_t>(kept),
                                    [&](const Face& better) { return overlap(better.box, faces[i].box) > limit; });
    if (!hidden) faces[kept++] = faces[i];
  }
  faces.resize(kept);
}

Letterbox::Letterbox(Size p) : picture(p) {
  const double scale = static_cast<double>(input_side) / std::max({p.width, p.height, 1});
  const auto fit = [scale](int length) {
    return std::clamp(static_cast<int>(std::lround(length * scale)), 1, input_side);
  };
  scaled = {fit(p.width), fit(p.height)};
  offset = {(input_side - scaled.width) / 2, (input_side - scaled.height) / 2};
}

PointF Letterbox::to_picture(PointF point) const {
  return {
      (point.x - static_cast<float>(offset.x)) * static_cast<float>(picture.width) / static_cast<float>(scaled.width),
      (point.y - static_cast<float>(offset.y)) * static_cast<float>(picture.height) /
          static_cast<float>(scaled.height)};
}

Face Letterbox::to_picture(const Face& face) const {
  Face result = face;
  const PointF corner = to_picture(PointF{face.box.left, face.box.top});
  const PointF opposite = to_picture(PointF{face.box.right(), face.box.bottom()});
  result.box = {corner.x, corner.y, opposite.x - corner.x, opposite.y - corner.y};
  for (PointF& landmark : result.landmarks) landmark = to_picture(landmark);
  return result;
}

}  // namespace retouch::blazeface
