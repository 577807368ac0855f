// Rectangles that have caught edits in place before: the whole image, odd offsets and sizes (which cut chroma pairs),
// one row, one column, one pixel, partly and wholly outside.
#pragma once

#include <array>
#include <vector>

#include "support/backend.hpp"

namespace retouch::test {

/// For images of about 40x30.
inline constexpr std::array tricky_rects = {Rect{0, 0, 1000, 1000}, Rect{4, 6, 20, 12},   Rect{5, 7, 17, 11},
                                            Rect{3, 4, 1, 20},      Rect{4, 5, 21, 1},    Rect{7, 9, 1, 1},
                                            Rect{-5, -3, 12, 9},    Rect{25, 19, 90, 90}, Rect{100, 5, 3, 3}};

/// Overlapping and apart, odd and empty, for lists.
inline const std::vector<Rect> tricky_list = {{0, 0, 11, 9}, {5, 5, 9, 9},  {20, 3, 5, 5},
                                              {6, 7, 30, 3}, {25, 3, 4, 4}, {9, 9, 0, 0}};

/// `count` small regions in rows of `columns`, each in a field of its own of `field` pixels.
inline std::vector<Rect> many_rects(int count, int columns, Size field) {
  std::vector<Rect> rects(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    rects[static_cast<std::size_t>(i)] = {i % columns * field.width, i / columns * field.height, 1 + i % field.width,
                                          1 + i % field.height};
  return rects;
}

inline std::vector<ImageView> regions_of(const ImageView& image, const std::vector<Rect>& rects) {
  std::vector<ImageView> views(rects.size());
  for (std::size_t i = 0; i < rects.size(); ++i) views[i] = image.region(rects[i]);
  return views;
}

/// The plane coordinates of the region `rect` of `p`: chroma rounded outward.
inline Rect plane_rect(const Pixels& p, const Rect& rect, int plane) {
  const Rect r = intersect(rect, {0, 0, p.size.width, p.size.height});
  if (plane == 0 || !is_subsampled(p.format) || r.empty()) return r;
  const int left = r.x / 2;
  const int top = r.y / 2;
  return {left, top, (r.x + r.width + 1) / 2 - left, (r.y + r.height + 1) / 2 - top};
}

/// The region `rect` of `p` for a test's own filter: f(plane index, width, height, channels, bytes), where `bytes` are
/// the plane's samples in that region, tight, which f may change; they are put back.
template <class F>
void edit_region(Pixels& p, const Rect& rect, F&& f) {
  for (int i = 0; i < plane_count(p.format); ++i) {
    const Rect r = plane_rect(p, rect, i);
    if (r.empty()) continue;
    const int channels = plane_channels(p.format, i);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(static_cast<std::size_t>(r.width) * static_cast<std::size_t>(r.height * channels));
    for (int y = 0; y < r.height; ++y)
      for (int x = 0; x < r.width; ++x)
        for (int c = 0; c < channels; ++c) bytes.push_back(p.at(i, r.x + x, r.y + y, c));
    f(i, r.width, r.height, channels, bytes);
    std::size_t at = 0;
    for (int y = 0; y < r.height; ++y)
      for (int x = 0; x < r.width; ++x)
        for (int c = 0; c < channels; ++c) p.at(i, r.x + x, r.y + y, c) = bytes[at++];
  }
}

/// The region `rect` of `from` in the same place of `to`.
inline void copy_region(Pixels& to, Pixels from, const Rect& rect) {
  std::vector<std::vector<std::uint8_t>> planes;
  const auto keep = [&](int, int, int, int, const std::vector<std::uint8_t>& bytes) { planes.push_back(bytes); };
  edit_region(from, rect, keep);
  std::size_t next = 0;
  edit_region(to, rect, [&](int, int, int, int, std::vector<std::uint8_t>& bytes) { bytes = planes[next++]; });
}

}  // namespace retouch::test
