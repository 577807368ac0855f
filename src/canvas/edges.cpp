#include "canvas/edges.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace retouch::canvas {

namespace {

// Up to so many edges or segments are looked at for every pixel; more are listed by strips of rows.
constexpr std::size_t few_edges = 16;
constexpr std::size_t few_segments = 8;

Vec at_y(Vec a, Vec b, double y) { return {a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y)), y}; }
Vec at_x(Vec a, Vec b, double x) { return {x, a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x))}; }

}  // namespace

View view_of(const Bounds& clip, double margin) {
  return {{clip.x0 - margin, clip.y0 - margin}, {clip.x1 + margin, clip.y1 + margin}};
}

void EdgeBuilder::begin() {
  points_.clear();
  outlines_.clear();
  segments_.clear();
  constexpr double far = std::numeric_limits<double>::infinity();
  low_ = {far, far};
  high_ = {-far, -far};
}

void EdgeBuilder::add_outline(std::span<const Vec> points, bool hole) {
  if (points.size() < 3) return;
  outlines_.push_back({points_.size(), points_.size() + points.size(), hole});
  for (const Vec& p : points) {
    points_.push_back(p);
    low_ = {std::min(low_.x, p.x), std::min(low_.y, p.y)};
    high_ = {std::max(high_.x, p.x), std::max(high_.y, p.y)};
  }
}

void EdgeBuilder::add_segment(Vec from, Vec to, double width, float a0, float a1) {
  segments_.push_back({from, to, width / 2, a0, a1});
}

// What of an edge counts for pixels within the bounds: nothing beyond their right side, all of it, moved to the side,
// beyond their left. In doubles, so that far-away ends lose nothing.
void EdgeBuilder::clip_edge(Vec from, Vec to, const Bounds& bounds) {
  const auto push = [&](Vec a, Vec b) {
    const EdgeRecord e{static_cast<float>(a.x), static_cast<float>(a.y), static_cast<float>(b.x),
                       static_cast<float>(b.y)};
    // What is flatter adds nothing that shows, and its slope may be no number.
    if (std::abs(e.y1 - e.y0) > 1e-6F) edges_.push_back(e);
  };
  const double top = bounds.y0;
  const double bottom = bounds.y1;
  const double left = bounds.x0;
  const double right = bounds.x1;
  if (std::max(from.y, to.y) <= top || std::min(from.y, to.y) >= bottom || from.y == to.y) return;
  Vec a = from;
  Vec b = to;
  const auto clip_end = [&](Vec& end) {
    if (end.y < top) end = at_y(from, to, top);
    if (end.y > bottom) end = at_y(from, to, bottom);
  };
  clip_end(a);
  clip_end(b);
  // Pieces between the two sides, in the edge's direction.
  Vec cuts[4] = {a, a, b, b};
  int count = 1;
  const double first = a.x < b.x ? left : right;
  const double second = a.x < b.x ? right : left;
  for (const double x : {first, second})
    if ((a.x < x) != (b.x < x) && a.x != b.x) cuts[count++] = at_x(a, b, x);
  cuts[count++] = b;
  for (int i = 1; i < count; ++i) {
    const Vec p = cuts[i - 1];
    const Vec q = cuts[i];
    const double middle = (p.x + q.x) / 2;
    if (middle >= right) continue;
    if (middle <= left)
      push({left, p.y}, {left, q.y});
    else
      push(p, q);
  }
}

template <class Item, class Rows>
std::uint32_t EdgeBuilder::write(DisplayList& list, const std::vector<Item>& items, std::uint32_t flags,
                                 std::size_t few, Rows&& rows) {
  EdgeHeader header{static_cast<std::uint32_t>(items.size()), flags, 0, 0};
  begins_.clear();
  indices_.clear();
  if (items.size() > few) {
    int first = std::numeric_limits<int>::max();
    int last = -1;
    for (const Item& item : items) {
      const auto [top, bottom] = rows(item);
      first = std::min(first, top / strip_rows);
      last = std::max(last, bottom / strip_rows);
    }
    header.first_strip = first;
    header.strips = static_cast<std::uint32_t>(last - first + 1);
    begins_.assign(header.strips + 2, 0);
    const auto for_strips = [&](const Item& item, auto&& f) {
      const auto [top, bottom] = rows(item);
      for (int s = top / strip_rows; s <= bottom / strip_rows; ++s) f(static_cast<std::size_t>(s - first));
    };
    for (const Item& item : items) for_strips(item, [&](std::size_t s) { ++begins_[s + 2]; });
    for (std::size_t s = 2; s < begins_.size(); ++s) begins_[s] += begins_[s - 1];
    indices_.resize(begins_.back());
    for (std::uint32_t i = 0; i < items.size(); ++i)
      for_strips(items[i], [&](std::size_t s) { indices_[begins_[s + 1]++] = i; });
    begins_.pop_back();
  }
  const std::size_t item_bytes = items.size() * sizeof(Item);
  const std::uint32_t where =
      list.reserve(sizeof header + item_bytes + (begins_.size() + indices_.size()) * sizeof(std::uint32_t));
  auto* out = list.at<std::byte>(where);
  const auto copy = [&out](const void* from, std::size_t bytes) {
    if (bytes != 0) std::memcpy(out, from, bytes);
    out += bytes;
  };
  copy(&header, sizeof header);
  copy(items.data(), item_bytes);
  copy(begins_.data(), begins_.size() * sizeof(std::uint32_t));
  copy(indices_.data(), indices_.size() * sizeof(std::uint32_t));
  return where;
}

bool EdgeBuilder::make_polygon(DisplayList& list, std::uint32_t color, std::uint32_t flags, Command& command) {
  const bool inverted = (flags & edges_inverted) != 0;
  if (outlines_.empty() && !inverted) return false;
  Bounds bounds = list.clip;
  if (!inverted) {
    bounds = bounds_of(low_.x, low_.y, high_.x, high_.y);
    if (!list.visible(bounds)) return false;
  }
  edges_.clear();
  for (const Outline& outline : outlines_) {
    double twice_area = 0;
    const auto next = [&](std::size_t i) { return points_[i + 1 == outline.end ? outline.begin : i + 1]; };
    for (std::size_t i = outline.begin; i < outline.end; ++i)
      twice_area += points_[i].x * next(i).y - next(i).x * points_[i].y;
    // Where every outline counts for itself, all must turn one way, and holes the other.
    const bool turn = (flags & edges_even_odd) == 0 && (twice_area < 0) != outline.hole;
    for (std::size_t i = outline.begin; i < outline.end; ++i)
      clip_edge(turn ? next(i) : points_[i], turn ? points_[i] : next(i), bounds);
  }
  const std::uint32_t where = write(list, edges_, flags, few_edges, [](const EdgeRecord& e) {
    const int top = static_cast<int>(std::min(e.y0, e.y1));
    return std::pair(top, std::max(static_cast<int>(std::ceil(std::max(e.y0, e.y1))) - 1, top));
  });
  command = DisplayList::make(CommandType::polygon, bounds, color, where);
  return true;
}

void EdgeBuilder::record_polygon(DisplayList& list, std::uint32_t color, std::uint32_t flags) {
  Command command;
  if (make_polygon(list, color, flags, command)) list.commands.push_back(command);
}

void EdgeBuilder::record_strokes(DisplayList& list, std::uint32_t color, std::uint32_t flags) {
  records_.clear();
  Bounds all{std::numeric_limits<int>::max(), std::numeric_limits<int>::max(), std::numeric_limits<int>::min(),
             std::numeric_limits<int>::min()};
  for (Segment s : segments_) {
    const double reach = s.half + 2;
    // Cuts off what is too far away to be seen.
    const Vec d = s.to - s.from;
    double t0 = 0;
    double t1 = 1;
    if (!visible_part(s.from, s.to, view_of(list.clip, reach), t0, t1)) continue;
    const Vec from = s.from + d * t0;
    const Vec to = s.from + d * t1;
    const auto opacity = [&](double t) { return static_cast<float>(s.a0 + t * (s.a1 - s.a0)); };
    Bounds b = bounds_of(std::min(from.x, to.x) - s.half - 0.5, std::min(from.y, to.y) - s.half - 0.5,
                         std::max(from.x, to.x) + s.half + 0.5, std::max(from.y, to.y) + s.half + 0.5);
    if (!list.visible(b)) continue;
    all = {std::min(all.x0, b.x0), std::min(all.y0, b.y0), std::max(all.x1, b.x1), std::max(all.y1, b.y1)};
    SegmentRecord r{static_cast<float>(from.x),
                    static_cast<float>(from.y),
                    static_cast<float>(to.x),
                    static_cast<float>(to.y),
                    static_cast<float>(s.half),
                    opacity(t0),
                    opacity(t1),
                    0};
    const float wide = r.x1 - r.x0;
    const float high = r.y1 - r.y0;
    const float squared = wide * wide + high * high;
    r.inverse = squared > 1e-12F ? 1 / squared : 0;  // shorter: a point
    records_.push_back(r);
  }
  if (records_.empty()) return;
  const auto rows = [&list](const SegmentRecord& r) {
    const Bounds b = bounds_of(0, std::min(r.y0, r.y1) - r.half - 0.5F, 0, std::max(r.y0, r.y1) + r.half + 0.5F);
    return std::pair(std::clamp(b.y0, list.clip.y0, list.clip.y1 - 1),
                     std::clamp(b.y1 - 1, list.clip.y0, list.clip.y1 - 1));
  };
  const std::uint32_t where = write(list, records_, flags, few_segments, rows);
  list.add(CommandType::strokes, all, color, where);
}

}  // namespace retouch::canvas
