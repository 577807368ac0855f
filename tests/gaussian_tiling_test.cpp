// Tests of how gaussian_blur's fast CUDA kernel is given its work: plain host code.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include "cuda/gaussian_fused_tiling.hpp"
#include "pixel/border.hpp"

namespace retouch::cuda::gaussian_fused {
namespace {

constexpr Limits h100{132, 232448, true};

// A plane at a made-up address, in place.
GaussianPlane plane_at(std::uintptr_t address, std::ptrdiff_t pitch, int width, int height, int channels) {
  GaussianPlane plane;
  plane.src = {std::bit_cast<std::uint8_t*>(address), pitch, width, height, channels};
  plane.dst = plane.src;
  return plane;
}

// Every row and column of every plane is in a tile, blocks are numbered in one run, and what a tile assumes holds.
void expect_sound(const Launch& launch, const std::vector<GaussianPlane>& planes, const Limits& limits) {
  const Params& p = launch.params;
  ASSERT_EQ(p.count, static_cast<int>(planes.size()));
  EXPECT_LE(launch.shared_bytes, limits.shared_bytes);
  EXPECT_LE(launch.threads, max_threads);
  int block = 0;
  for (int i = 0; i < p.count; ++i) {
    const PlaneTask& task = p.planes[i];
    EXPECT_EQ(task.first_block, block);
    const int blocks = (i + 1 < p.count ? p.planes[i + 1].first_block : launch.blocks) - block;
    block += blocks;
    EXPECT_EQ(task.tile_width % group, 0);
    EXPECT_GE(task.tiles_x * task.tile_width, task.width + task.lead);
    EXPECT_LT((task.tiles_x - 1) * task.tile_width, task.width + task.lead) << "a tile with no pixel";
    EXPECT_GE(blocks / task.tiles_x * task.tile_height, task.height);
    const auto start = reinterpret_cast<std::uintptr_t>(task.src) - std::uintptr_t{task.lead} * task.channels;
    EXPECT_EQ(start % task.load_unit, 0U);
    EXPECT_EQ(task.src_pitch % task.load_unit, 0);
    EXPECT_LT(task.lead, group);
  }
  EXPECT_EQ(block, launch.blocks);
  if (p.guard != Guard::cluster) return;
  // The blocks of a plane are of one cluster, and each knows whose it is.
  EXPECT_EQ(launch.blocks % cluster_blocks, 0);
  ASSERT_LE(launch.blocks, static_cast<int>(std::size(p.owner)));
  for (int i = 0; i < p.count; ++i) {
    const PlaneTask& task = p.planes[i];
    const int tiles = task.tiles_x * ((task.height + task.tile_height - 1) / task.tile_height);
    EXPECT_EQ(task.first_block / cluster_blocks, (task.first_block + tiles - 1) / cluster_blocks);
    const int end = i + 1 < p.count ? p.planes[i + 1].first_block : launch.blocks;
    EXPECT_LE(task.first_block + tiles, end);
    for (int b = task.first_block; b < end; ++b) EXPECT_EQ(p.owner[b], i);
  }
}

const detail::GaussianPlan& narrow() {
  static const detail::GaussianPlan plan("test", {.ksize = {9, 9}, .sigma_x = 2});
  return plan;
}

TEST(GaussianTiling, WholeFramesGoInOneCooperativeLaunch) {
  const std::vector<std::vector<GaussianPlane>> frames = {
      {plane_at(4096, 7680, 1920, 1080, 4)},
      {plane_at(4096, 5120, 1280, 720, 4)},
      {plane_at(4096, 5760, 1920, 1080, 3)},
      {plane_at(4096, 2048, 1920, 1080, 1), plane_at(4096, 2048, 960, 540, 2)},
      {plane_at(4096, 3840, 3840, 2160, 1), plane_at(4096, 3840, 1920, 1080, 2)},
  };
  for (const auto& planes : frames) {
    Launch launch;
    ASSERT_EQ(tile_grid(planes, narrow(), 2, h100, launch), planes.size());
    expect_sound(launch, planes, h100);
    EXPECT_LE(launch.blocks, h100.multiprocessors);
    EXPECT_GE(launch.blocks, h100.multiprocessors * 8 / 10) << "idle multiprocessors";
  }
}

TEST(GaussianTiling, WhatDoesNotFitIsRefused) {
  const std::vector<GaussianPlane> planes = {plane_at(4096, 15360, 3840, 2160, 4)};
  Launch launch;
  EXPECT_EQ(tile_grid(planes, narrow(), 2, h100, launch), 0U);
  EXPECT_EQ(tile_clusters(planes, narrow(), 2, h100, launch), 0U);
  EXPECT_EQ(tile_freely(planes, narrow(), 2, h100, Guard::saved, launch), 1U);
  expect_sound(launch, planes, h100);
  // Those of GaussianBlurTest.WideAndLowFrames.
  for (const auto& [width, height, channels] : {std::array{60'001, 1, 4}, {60'002, 67, 4}, {90'001, 7, 3}}) {
    const GaussianPlane plane = plane_at(4096, width * channels, width, height, channels);
    EXPECT_EQ(tile_grid(std::span(&plane, 1), narrow(), 2, h100, launch), 0U);
  }
  const std::vector<GaussianPlane> nv12 = {plane_at(4096, 250'000, 250'000, 5, 1),
                                           plane_at(4096, 250'000, 125'000, 3, 2)};
  EXPECT_EQ(tile_grid(nv12, narrow(), 2, h100, launch), 0U);
}

TEST(GaussianTiling, ListsOfSmallRegionsAreOneLaunchOfClusters) {
  std::vector<GaussianPlane> planes;
  for (std::uintptr_t i = 0; i < 40; ++i) planes.push_back(plane_at(4096 + 484 * i, 7680, 120, 120, 4));
  Launch launch;
  ASSERT_EQ(tile_clusters(planes, narrow(), 2, h100, launch), planes.size());
  expect_sound(launch, planes, h100);
  EXPECT_EQ(launch.blocks, 40 * cluster_blocks);
  EXPECT_EQ(tile_clusters(planes, narrow(), 2, {132, 232448, false}, launch), 0U) << "none before Hopper";
}

TEST(GaussianTiling, PlanesOfARegionShareACluster) {
  const auto region = [](std::uintptr_t i, bool nv12) {
    std::vector<GaussianPlane> planes = {plane_at(4096 + 191 * i, 2048, 120, 120, 1)};
    planes.push_back(plane_at(1U << 22U | 190 * i, 2048, 60, 61, nv12 ? 2 : 1));
    if (!nv12) planes.push_back(plane_at(1U << 23U | 190 * i, 2048, 60, 61, 1));
    for (std::size_t p = 1; p < planes.size(); ++p) planes[p].chroma = true;
    return planes;
  };
  for (const bool nv12 : {true, false}) {
    std::vector<GaussianPlane> planes;
    for (std::uintptr_t i = 0; i < (nv12 ? 20 : 13); ++i)
      for (const GaussianPlane& plane : region(i, nv12)) planes.push_back(plane);
    Launch launch;
    ASSERT_EQ(tile_clusters(planes, narrow(), 2, h100, launch), planes.size());
    expect_sound(launch, planes, h100);
    EXPECT_EQ(launch.blocks, (nv12 ? 20 : 13) * cluster_blocks);
  }
}

TEST(GaussianTiling, AnyPlaneOnAnyGpu) {
  std::mt19937 random(5);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const detail::GaussianPlan wide("test", {.ksize = {31, 31}, .sigma_x = 10});
  for (int round = 0; round < 3000; ++round) {
    const Limits limits{1 + below(140), (48 + below(180)) * 1024, below(2) == 0};
    const int channels = 1 + below(4);
    std::vector<GaussianPlane> planes;
    for (int i = 1 + below(4); i > 0; --i) {
      const int width = 1 + below(below(2) == 0 ? 100 : 2000);
      planes.push_back(plane_at(4096 + static_cast<std::uintptr_t>(below(64)), width * channels + below(64), width,
                                1 + below(1500), channels));
    }
    const detail::GaussianPlan& plan = below(2) == 0 ? narrow() : wide;
    const int window = window_of(plan, planes);
    EXPECT_EQ(window, &plan == &wide ? 3 : 2);
    Launch launch;
    if (const std::size_t count = tile_grid(planes, plan, window, limits, launch); count != 0) {
      expect_sound(launch, {planes.begin(), planes.begin() + static_cast<std::ptrdiff_t>(count)}, limits);
      EXPECT_LE(launch.blocks, limits.multiprocessors);
    }
    if (const std::size_t count = tile_clusters(planes, plan, window, limits, launch); count != 0)
      expect_sound(launch, {planes.begin(), planes.begin() + static_cast<std::ptrdiff_t>(count)}, limits);
    const std::size_t count = tile_freely(planes, plan, window, limits, Guard::saved, launch);
    ASSERT_GT(count, 0U);
    expect_sound(launch, {planes.begin(), planes.begin() + static_cast<std::ptrdiff_t>(count)},
                 {limits.multiprocessors, 232448, true});
  }
}

// In place without a barrier: a tile reads its own pixels where they are, and all others that it needs were saved.
TEST(GaussianTiling, WhatTilesReadOfEachOtherIsSaved) {
  std::mt19937 random(6);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const detail::GaussianPlan plans[] = {narrow(),
                                        {"test", {.ksize = {31, 31}, .sigma_x = 10}},
                                        {"test", {.ksize = {33, 3}, .sigma_x = 8, .sigma_y = 1}},
                                        {"test", {.ksize = {1, 33}, .sigma_x = 8}}};
  long others = 0;
  for (int round = 0; round < 400; ++round) {
    const detail::GaussianPlan& plan = plans[below(4)];
    const int channels = 1 + below(4);
    const GaussianPlane plane =
        plane_at(4096 + static_cast<std::uintptr_t>(below(64)), 16384 + 4 * below(2) + below(2),
                 1 + below(900 / channels), below(3) == 0 ? 1 + below(20) : 1 + below(200), channels);
    const BorderMode mode = below(2) == 0 ? BorderMode::reflect_101 : BorderMode::replicate;
    Launch launch;
    const int window = window_of(plan, std::span(&plane, 1));
    ASSERT_EQ(tile_freely(std::span(&plane, 1), plan, window, h100, Guard::saved, launch), 1U);
    const PlaneTask& task = launch.params.planes[0];
    const Weights& w = launch.params.weights[0];
    const int tile_bytes = task.tile_width * channels;
    for (int block = 0; block < launch.blocks; ++block) {
      const int tile_x = block % task.tiles_x * task.tile_width - task.lead;
      const int tile_y = block / task.tiles_x * task.tile_height;
      const int tile_height = std::min<int>(task.tile_height, task.height - tile_y);
      for (int r = -w.radius_y; r < tile_height + w.radius_y; ++r) {
        const int y = pixel::border_index(tile_y + r, task.height, mode);
        const int other_y = y / task.tile_height;
        const int other_height = std::min<int>(task.tile_height, task.height - other_y * task.tile_height);
        for (int x = std::max(tile_x - w.radius_x, 0); x < std::min(tile_x + task.tile_width + w.radius_x, task.width);
             ++x) {
          // Where the pixel's first and last byte are, counted from the first tile's begin and from this tile's.
          for (const int byte : {(x + task.lead) * channels, (x + task.lead) * channels + channels - 1}) {
            const int here = byte - (tile_x + task.lead) * channels;
            const int begin = here - (here % segment + segment) % segment;
            if (is_own_segment(0, tile_bytes, begin) && is_own_row(tile_y, tile_height, y)) {
              ASSERT_TRUE(here >= 0 && here < tile_bytes && y >= tile_y && y < tile_y + tile_height);
              continue;
            }
            ++others;
            ASSERT_TRUE(is_saved(w, channels, tile_bytes / segment, other_height, byte % tile_bytes / segment,
                                 y % task.tile_height))
                << task.width << "x" << task.height << " channels " << channels << " radius " << int{w.radius_x} << " "
                << int{w.radius_y} << " tile " << block << " reads " << x << " " << y;
          }
        }
      }
    }
  }
  EXPECT_GT(others, 1'000'000);
}

// All weights of an axis by their definition, from one end to the other.
std::vector<double> exact_weights(int ksize, double sigma) {
  if (sigma == 0) sigma = 0.3 * ((ksize - 1) * 0.5 - 1) + 0.8;
  std::vector<double> w;
  double sum = 0;
  for (int i = -(ksize / 2); i <= ksize / 2; ++i) sum += w.emplace_back(std::exp(-i * i / (2 * sigma * sigma)));
  for (double& v : w) v /= sum;
  return w;
}

template <class Weights>
std::vector<double> both_sides(const Weights& weights, int radius, double sum) {
  std::vector<double> w;
  for (int i = -radius; i <= radius; ++i) w.push_back(weights[static_cast<std::size_t>(std::abs(i))] / sum);
  return w;
}

// The most levels between two blurs of one picture, that is at most white, if nothing is rounded.
double most_levels(const std::vector<double>& ax, const std::vector<double>& ay, const std::vector<double>& bx,
                   const std::vector<double>& by) {
  double above = 0;
  double below = 0;
  for (std::size_t y = 0; y < ay.size(); ++y)
    for (std::size_t x = 0; x < ax.size(); ++x) {
      const double difference = ax[x] * ay[y] - bx[x] * by[y];
      (difference > 0 ? above : below) += 255 * std::abs(difference);
    }
  return std::max(above, below);
}

// CPU and CUDA promise results within a level of each other, and of the exact blur, for every picture. This adds up
// the most that each can be away, for the kernels that CUDA's byte weights are taken for.
TEST(GaussianTiling, NoPictureMovesByTwoLevels) {
  int fast = 0;
  int all = 0;
  const auto check = [&](const detail::GaussianKernel& kernel, const std::vector<double>& x,
                         const std::vector<double>& y, const std::string& what) {
    const detail::GaussianAxis& kx = kernel.x;
    const detail::GaussianAxis& ky = kernel.y;
    ASSERT_EQ(std::ssize(x), 2 * kx.radius + 1) << what;
    ++all;
    // A half between the passes (in 64ths on the CPU) and at the end.
    const double cpu = 0.5 / 64 + 0.5 +
                       most_levels(both_sides(kx.fixed, kx.radius, std::ldexp(1, kx.fixed_shift)),
                                   both_sides(ky.fixed, ky.radius, std::ldexp(1, ky.fixed_shift)), x, y);
    EXPECT_LT(cpu + 0.5, 2) << what;
    if (!suits(kernel)) return;
    ++fast;
    // Multiplications with the inverse instead of divisions.
    const auto inverse_off = [](const detail::GaussianAxis& axis) {
      return 255 * std::abs(std::ldexp(1.0, -24) * axis.byte_inverse * axis.byte_sum - 1) + 0.5 / axis.byte_sum;
    };
    const double cuda =
        0.5 + 0.5 + inverse_off(kx) + inverse_off(ky) +
        most_levels(both_sides(kx.bytes, kx.radius, kx.byte_sum), both_sides(ky.bytes, ky.radius, ky.byte_sum), x, y);
    EXPECT_LT(cuda + 0.5, 2) << what << ": from the exact blur";
    EXPECT_LT(cuda + cpu, 2) << what << ": from the CPU";
  };
  const auto check_options = [&](int kx, int ky, double sx, double sy) {
    const detail::GaussianPlan plan("test", {.ksize = {kx, ky}, .sigma_x = sx, .sigma_y = sy});
    const std::string what = fmt::format("{}x{} sigma {} {}", kx, ky, sx, sy);
    check(plan.full, exact_weights(kx, sx), exact_weights(ky, sy), what);
    check(plan.chroma, exact_weights(kx / 2 | 1, sx / 2), exact_weights(ky / 2 | 1, sy / 2), what + " chroma");
  };
  for (int ksize = 1; ksize <= 33; ksize += 2)
    for (int step = 1; step <= 150; ++step) check_options(ksize, ksize, 0.07 * step, 0.07 * step);
  std::mt19937 random(7);
  std::uniform_real_distribution<double> sigma(0.1, 9);
  for (int round = 0; round < 3000; ++round)
    check_options(static_cast<int>(random() % 25) * 2 + 1, static_cast<int>(random() % 25) * 2 + 1, sigma(random),
                  sigma(random));
  EXPECT_GT(fast, all * 3 / 4) << "byte weights are taken for too few kernels";
}

// The same by what the kernel computes, of pictures that are the worst for each axis, and of random ones.
TEST(GaussianTiling, ByteWeightsStayWithinTheirError) {
  std::mt19937 random(8);
  double worst = 0;
  for (int ksize = 3; ksize <= 33; ksize += 2)
    for (int step = 1; step <= 50; ++step) {
      const double sigma = 0.13 * step;
      const detail::GaussianKernel kernel =
          detail::GaussianPlan("test", {.ksize = {ksize, ksize}, .sigma_x = sigma}).full;
      const detail::GaussianAxis& axis = kernel.x;
      const std::vector<double> exact = exact_weights(ksize, sigma);
      const auto weight = [&](int i) { return int{axis.bytes[static_cast<std::size_t>(std::abs(i - axis.radius))]}; };
      const auto divide = [&](int sum) {
        return static_cast<int>(
            std::uint64_t{static_cast<std::uint32_t>(sum + axis.byte_sum / 2)} * axis.byte_inverse >> 24U);
      };
      for (int picture = 0; picture < 4; ++picture) {
        int along = 0;
        double expected = 0;
        for (int x = 0; x < ksize; ++x) {
          int down = 0;
          double column = 0;
          for (int y = 0; y < ksize; ++y) {
            const double off = static_cast<double>(weight(x)) * weight(y) / axis.byte_sum / axis.byte_sum -
                               exact[static_cast<std::size_t>(x)] * exact[static_cast<std::size_t>(y)];
            const int pixel = picture == 0   ? (off > 0 ? 255 : 0)
                              : picture == 1 ? (off > 0 ? 0 : 255)
                                             : static_cast<int>(random() % 256);
            down += weight(y) * pixel;
            column += exact[static_cast<std::size_t>(y)] * pixel;
          }
          along += weight(x) * divide(down);
          expected += exact[static_cast<std::size_t>(x)] * column;
        }
        const double error = std::abs(divide(along) - expected);
        EXPECT_LE(error, 1 + kernel.byte_error + 1e-9) << ksize << " " << sigma;
        if (suits(kernel)) worst = std::max(worst, error);
      }
    }
  EXPECT_GT(worst, 0.6) << "these pictures test nothing";
  EXPECT_LT(worst, 1.5);
}

TEST(GaussianTiling, UsualKernelsHaveByteWeights) {
  const std::vector<GaussianBlurOptions> usual = {{.ksize = {9, 9}, .sigma_x = 2},
                                                  {.ksize = {31, 31}, .sigma_x = 10},
                                                  {.ksize = {15, 15}, .sigma_x = 5},
                                                  {.ksize = {9, 9}},
                                                  {.ksize = {15, 15}},
                                                  {.ksize = {21, 21}},
                                                  {.ksize = {31, 31}},
                                                  {.ksize = {33, 33}, .sigma_x = 8},
                                                  {.sigma_x = 1},
                                                  {.sigma_x = 1.5},
                                                  {.sigma_x = 2},
                                                  {.sigma_x = 2.5},
                                                  {.sigma_x = 3},
                                                  {.sigma_x = 4},
                                                  {.sigma_x = 5},
                                                  {.ksize = {5, 13}, .sigma_x = 1, .sigma_y = 3}};
  for (const auto& options : usual) {
    const detail::GaussianPlan plan("test", options);
    EXPECT_TRUE(suits(plan.full)) << options.ksize.width << " " << options.sigma_x << " " << plan.full.byte_error;
    EXPECT_TRUE(suits(plan.chroma)) << options.ksize.width << " " << options.sigma_x << " " << plan.chroma.byte_error;
  }
  EXPECT_FALSE(suits(detail::GaussianPlan("test", {.ksize = {35, 3}}).full)) << "wider than the tiles' halo";
}

TEST(GaussianTiling, FlatStaysFlat) {
  for (int ksize = 1; ksize <= 33; ksize += 2)
    for (int step = 0; step < 108; ++step) {
      const double sigma = 0.37 * step;
      const detail::GaussianPlan plan("test", {.ksize = {ksize, ksize}, .sigma_x = sigma});
      int sum = 0;
      for (std::size_t k = 0; k < plan.full.x.bytes.size(); ++k) sum += (k == 0 ? 1 : 2) * plan.full.x.bytes[k];
      EXPECT_EQ(sum, plan.full.x.byte_sum);
      // The mean of equal bytes is that byte, computed as the kernel does.
      const GaussianPlane plane = plane_at(4096, 64, 16, 16, 4);
      Launch launch;
      tile_freely(std::span(&plane, 1), plan, 3, h100, Guard::none, launch);
      const Weights& w = launch.params.weights[0];
      for (std::uint32_t v = 0; v < 256; ++v) {
        const std::uint64_t product = std::uint64_t{v * w.sum_x + w.sum_x / 2} * w.inverse_x;
        EXPECT_EQ(product >> 24, v) << ksize << " " << sigma;
      }
    }
}

}  // namespace
}  // namespace retouch::cuda::gaussian_fused
