// Tests of for_each_batch, and of the border rule's indices.
#include "ops/region_batches.hpp"

#include <gmock/gmock.h>

#include "pixel/border.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

using testing::ElementsAre;
using Batches = std::vector<std::vector<std::size_t>>;

// Each batch as indices into `views`.
Batches batches_of(const std::vector<ImageView>& views, std::size_t most) {
  Batches batches;
  detail::for_each_batch(views, most, [&](std::span<const ImageView* const> batch) {
    auto& indices = batches.emplace_back();
    for (const ImageView* view : batch) indices.push_back(static_cast<std::size_t>(view - views.data()));
  });
  return batches;
}

TEST(RegionBatches, DisjointRegionsGoTogether) {
  Pixels p(PixelFormat::rgba8, {100, 100});
  const ImageView v = p.view();
  EXPECT_EQ(batches_of({v.region({0, 0, 10, 10}), v.region({10, 0, 10, 10}), v.region({0, 10, 10, 10})}, 64),
            (Batches{{0, 1, 2}}));
}

TEST(RegionBatches, OverlappingRegionsKeepTheirOrder) {
  Pixels p(PixelFormat::gray8, {100, 100});
  const ImageView v = p.view();
  // 1 overlaps 0; 2 is free; 3 overlaps 1 alone; 4 overlaps 2.
  EXPECT_EQ(batches_of({v.region({0, 0, 10, 10}), v.region({9, 9, 10, 10}), v.region({50, 0, 10, 10}),
                        v.region({18, 18, 10, 10}), v.region({59, 0, 10, 10})},
                       64),
            (Batches{{0, 2}, {1, 4}, {3}}));
}

TEST(RegionBatches, NeighboursThatShareAChromaSampleOverlap) {
  Pixels p(PixelFormat::nv12, {100, 100});
  const ImageView v = p.view();
  EXPECT_EQ(batches_of({v.region({0, 0, 11, 10}), v.region({11, 0, 10, 10})}, 64), (Batches{{0}, {1}}));
  EXPECT_EQ(batches_of({v.region({0, 0, 12, 10}), v.region({12, 0, 10, 10})}, 64), (Batches{{0, 1}}));
}

TEST(RegionBatches, EmptyRegionsAreLeftOut) {
  Pixels p(PixelFormat::gray8, {100, 100});
  const ImageView v = p.view();
  EXPECT_EQ(batches_of({}, 4), Batches{});
  EXPECT_EQ(batches_of({v.region({200, 0, 9, 9})}, 4), Batches{});
  EXPECT_EQ(batches_of({v.region({200, 0, 9, 9}), v.region({0, 0, 9, 9}), ImageView{}}, 4), (Batches{{1}}));
}

TEST(RegionBatches, ALimitSplitsABatch) {
  Pixels p(PixelFormat::gray8, {100, 100});
  const ImageView v = p.view();
  std::vector<ImageView> views;
  views.reserve(5);
  for (int i = 0; i < 5; ++i) views.push_back(v.region({10 * i, 0, 10, 10}));
  EXPECT_EQ(batches_of(views, 2), (Batches{{0, 1}, {2, 3}, {4}}));
}

TEST(RegionBatches, ManyRandomRegions) {
  Pixels p(PixelFormat::rgb8, {300, 300});
  const ImageView v = p.view();
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  std::vector<ImageView> views;
  views.reserve(200);
  for (int i = 0; i < 200; ++i) views.push_back(v.region({below(290), below(290), 1 + below(40), 1 + below(40)}));
  const Batches batches = batches_of(views, 16);
  std::vector<std::size_t> when(views.size(), views.size());
  for (std::size_t b = 0; b < batches.size(); ++b) {
    EXPECT_LE(batches[b].size(), 16U);
    for (const std::size_t i : batches[b]) {
      EXPECT_EQ(when[i], views.size()) << "twice";
      when[i] = b;
    }
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    EXPECT_NE(when[i], views.size()) << "lost";
    for (std::size_t j = 0; j < i; ++j) {
      if (overlaps(views[j], views[i])) {
        EXPECT_LT(when[j], when[i]);
      }
    }
  }
}

TEST(BorderIndex, AsOpenCv) {
  const auto row = [](int n, BorderMode mode) {
    std::vector<int> indices;
    for (int i = -4; i < n + 4; ++i) indices.push_back(pixel::border_index(i, n, mode));
    return indices;
  };
  EXPECT_THAT(row(3, BorderMode::replicate), ElementsAre(0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2));
  EXPECT_THAT(row(3, BorderMode::constant), ElementsAre(-1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1));
  EXPECT_THAT(row(3, BorderMode::reflect_101), ElementsAre(0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2));
  EXPECT_THAT(row(2, BorderMode::reflect_101), ElementsAre(0, 1, 0, 1, 0, 1, 0, 1, 0, 1));
  EXPECT_THAT(row(1, BorderMode::reflect_101), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0));
}

}  // namespace
}  // namespace retouch::test
