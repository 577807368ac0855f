// Splits a list of regions into batches that can each be worked on at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "retouch/image.hpp"

namespace retouch::detail {

/// How many views fit a launch that takes `planes` planes: all that have one plane, fewer of nv12 and i420.
inline std::size_t views_per_launch(std::span<const ImageView> views, std::size_t planes) {
  int most = 1;
  for (const ImageView& view : views) most = std::max(most, view.plane_count());
  return planes / static_cast<std::size_t>(most);
}

/// Calls f(std::span<const ImageView* const>) with batches of at most `max_per_batch` non-empty views that do not
/// overlap each other, such that batches worked on in the order of the calls give what the views one after the other
/// would. Allocates only for more than 64 views.
///
/// A view waits for exactly those before it that it overlaps: its depth is one more than the greatest of theirs, and
/// views of one depth cannot overlap. So disjoint regions make one batch wherever they stand in the list.
template <class F>
void for_each_batch(std::span<const ImageView> views, std::size_t max_per_batch, F&& f) {
  constexpr std::size_t few = 64;
  if (views.size() == 1) {  // by far the most common
    const ImageView* const one = views.data();
    if (!one->empty()) f(std::span<const ImageView* const>(&one, 1));
    return;
  }

  std::array<std::uint32_t, few> depths_of_few;
  std::array<const ImageView*, few> batch_of_few;
  std::vector<std::uint32_t> depths_of_many;
  std::vector<const ImageView*> batch_of_many;
  std::span<std::uint32_t> depths(depths_of_few);
  std::span<const ImageView*> batch(batch_of_few);
  if (views.size() > few) {
    depths_of_many.resize(views.size());
    batch_of_many.resize(views.size());
    depths = depths_of_many;
    batch = batch_of_many;
  }

  std::uint32_t deepest = 0;
  for (std::size_t i = 0; i < views.size(); ++i) {
    depths[i] = 0;
    for (std::size_t j = 0; j < i; ++j)
      if (depths[j] >= depths[i] && overlaps(views[j], views[i])) depths[i] = depths[j] + 1;
    deepest = std::max(deepest, depths[i]);
  }

  for (std::uint32_t depth = 0; depth <= deepest; ++depth) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < views.size(); ++i) {
      if (depths[i] != depth || views[i].empty()) continue;
      batch[count++] = &views[i];
      if (count == max_per_batch) {
        f(std::span<const ImageView* const>(batch.data(), count));
        count = 0;
      }
    }
    if (count > 0) f(std::span<const ImageView* const>(batch.data(), count));
  }
}

}  // namespace retouch::detail
