// BlazeFace (MediaPipe's long-range model, 256x256): from the network's numbers to faces.
// Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "retouch/geometry.hpp"

namespace retouch::blazeface {

/// Side of the square input in pixels.
inline constexpr int input_side = 256;
/// Right eye, left eye, nose tip, mouth, right ear, left ear; right and left are the person's own.
inline constexpr std::size_t landmark_count = 6;
/// Numbers that describe one anchor's face: centre, size, then x and y of the landmarks.
inline constexpr std::size_t row_length = 4 + 2 * landmark_count;

/// Anchors stand in the cells of a grid over the input, several in each.
struct Grid {
  int cells;  ///< in a row and in a column
  int per_cell;
  constexpr std::size_t anchors() const {
    const auto side = static_cast<std::size_t>(cells);
    return side * side * static_cast<std::size_t>(per_cell);
  }
};
inline constexpr std::array<Grid, 2> grids = {Grid{16, 2}, Grid{8, 6}};

/// A face; coordinates in pixels, of the network's input unless said otherwise.
struct Face {
  float score = 0;
  Box box;
  std::array<PointF, landmark_count> landmarks;
};

/// Appends the faces of one grid whose score is at least `threshold`. `logits` has one number per anchor, `rows`
/// row_length.
void decode(const Grid& grid, std::span<const float> logits, std::span<const float> rows, float threshold,
            std::vector<Face>& faces);

/// Area of the intersection over area of the union.
float overlap(const Box& a, const Box& b);

/// Sorts by score, best first, and drops every face that overlaps a better one by more than `limit`. Keeps at most
/// `max_faces` (0: all).
void suppress(std::vector<Face>& faces, float limit, std::size_t max_faces);

/// How a picture lies in the square input: scaled to fit, centred, the rest black.
struct Letterbox {
  Size picture;
  Size scaled;  ///< at least 1x1
  Point offset;
  explicit Letterbox(Size picture);
  /// From input pixels to picture pixels.
  PointF to_picture(PointF point) const;
  Face to_picture(const Face& face) const;
};

}  // namespace retouch::blazeface
