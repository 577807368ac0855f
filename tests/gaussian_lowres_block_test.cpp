// What a block of CUDA's low-resolution Gaussian does, without a GPU: its steps are taken one thread after the other,
// and the result is compared with the CPU's, which gaussian_lowres_test compares with the exact blur. Also checks that
// tiles cover all and fit the memory that there is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "cuda/gaussian_lowres_block.hpp"
#include "cuda/gaussian_lowres_tiling.hpp"
#include "support/backend.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

using namespace cuda::lowres;

struct HostBlock {
  bool backwards;  // a result that depends on the order of the threads is a race
  template <class F>
  void step(F&& f) const {
    for (int i = 0; i < threads; ++i) f(backwards ? threads - 1 - i : i, threads);
  }
};

// All jobs, as the kernel does them on a GPU with so many multiprocessors.
void emulate(const std::vector<detail::LowresJob>& jobs, const Limits& limits, bool backwards = false) {
  std::vector<detail::LowresPlane> planes;
  for (const detail::LowresJob& job : jobs)
    for (int p = 0; p < job.src.plane_count(); ++p) planes.push_back(lowres_plane(job, p));
  ASSERT_LE(planes.size(), static_cast<std::size_t>(max_planes));
  Launch launch = tile(planes, limits);
  ASSERT_LE(launch.shared_bytes, limits.shared_bytes_per_block);
  ASSERT_GE(launch.blocks, 1);
  ASSERT_LE(launch.blocks, limits.multiprocessors);
  std::vector<std::uint16_t> nodes(node_values(launch.params), 0xABCD);
  place_nodes(launch.params, nodes.data());
  // What a block has not written reads as NaN.
  struct alignas(16) Chunk {
    float of[4];
  };
  std::vector<Chunk> shared(static_cast<std::size_t>(launch.shared_bytes) / sizeof(Chunk) + 1);
  auto* const memory = reinterpret_cast<float*>(shared.data());
  const auto forget = [&] { std::memset(memory, 0xFF, shared.size() * sizeof(Chunk)); };
  const HostBlock block{backwards};
  for (int b = 0; b < launch.blocks; ++b) {
    forget();
    bring_all_down(launch.params, memory, block, b, launch.blocks);
  }
  for (int b = 0; b < launch.blocks; ++b) {
    forget();
    bring_all_up(launch.params, memory, block, b, launch.blocks);
  }
}

detail::LowresJob in_place(const ImageView& view, float sigma_x, float sigma_y, BorderMode border) {
  return {view, view, sigma_x, sigma_y, Border{border, {200, 100, 50, 30}}};
}

constexpr Limits h100{132, 227 * 1024};
constexpr Limits smallest{14, 64 * 1024};

TEST(GaussianLowresBlock, DoesWhatTheCpuDoes) {
  const Stream cpu(Device::cpu());
  for (const PixelFormat format : all_pixel_formats)
    for (const Size size : {Size{1, 1}, Size{1, 50}, Size{64, 1}, Size{5, 3}, Size{131, 97}, Size{400, 211}})
      for (const float sigma : {0.4F, 3.0F, 5.5F, 9.3F, 25.0F, 50.0F, 333.0F})
        for (const BorderMode border : {BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant}) {
          const Pixels input = picture(format, size);
          Pixels expected = input;
          const detail::LowresJob job = in_place(expected.view(), sigma, sigma, border);
          detail::gaussian_lowres(cpu, std::span(&job, 1));
          Pixels actual = input;
          emulate({in_place(actual.view(), sigma, sigma, border)}, size.width > 200 ? h100 : smallest);
          expect_near(actual, expected, 1,
                      fmt::format("{} {}x{} sigma {} border {}", name_of(format), size.width, size.height, sigma,
                                  static_cast<int>(border)));
        }
}

TEST(GaussianLowresBlock, AnyAlignmentAndRegion) {
  const Stream cpu(Device::cpu());
  for (const PixelFormat format : all_pixel_formats)
    for (const int gap : {0, 1, 2, 3, 4, 16})
      for (const int x : {0, 1, 2, 3, 7}) {
        const Rect rect{x, 2, 117, 66};
        const Pixels input = noise(format, {160, 80});
        const Guarded expected(cpu, input, gap);
        const Guarded actual(cpu, input, gap);
        const detail::LowresJob job = in_place(expected.view().region(rect), 12, 6, BorderMode::reflect_101);
        detail::gaussian_lowres(cpu, std::span(&job, 1));
        emulate({in_place(actual.view().region(rect), 12, 6, BorderMode::reflect_101)}, smallest);
        actual.expect_canaries();
        expect_near(actual.download(), expected.download(), 1, fmt::format("gap {} x {}", gap, x));
      }
}

TEST(GaussianLowresBlock, ManyJobsAtOnce) {
  const Stream cpu(Device::cpu());
  const std::vector<Rect> rects = {
      {0, 0, 120, 120}, {130, 3, 61, 80}, {200, 0, 1, 130}, {211, 5, 3, 3}, {220, 1, 99, 47}};
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {330, 140});
    Pixels expected = input;
    Pixels actual = input;
    const auto jobs = [&](Pixels& pixels) {
      std::vector<detail::LowresJob> list;
      float sigma = 4;
      for (const ImageView& view : regions_of(pixels.view(), rects))
        list.push_back(in_place(view, sigma *= 1.7F, 9, BorderMode::reflect_101));
      return list;
    };
    detail::gaussian_lowres(cpu, jobs(expected));
    emulate(jobs(actual), h100);
    expect_near(actual, expected, 1);
  }
}

TEST(GaussianLowresBlock, TheOrderOfThreadsDoesNotMatter) {
  for (const PixelFormat format : all_pixel_formats)
    for (const float sigma : {2.0F, 6.0F, 40.0F, 300.0F}) {
      const Pixels input = noise(format, {301, 157});
      Pixels forwards = input;
      Pixels backwards = input;
      emulate({in_place(forwards.view(), sigma, sigma, BorderMode::replicate)}, smallest);
      emulate({in_place(backwards.view(), sigma, sigma, BorderMode::replicate)}, smallest, true);
      EXPECT_EQ(forwards, backwards) << name_of(format) << " sigma " << sigma;
    }
}

// The axis of every size and sigma: nodes on both ends, bounded radius, weights that add up to 1.
TEST(GaussianLowresBlock, Axes) {
  std::mt19937 random(5);
  const auto real = [&](double from, double to) {
    return std::exp(std::uniform_real_distribution(std::log(from), std::log(to))(random));
  };
  for (int n = 0; n < 20000; ++n) {
    const int length = static_cast<int>(real(1, 9000));
    const double sigma = real(0.01, 1e6);
    const auto border = static_cast<BorderMode>(n % 3);
    const pixel::LowresAxis axis = detail::lowres_axis(length, sigma, border);
    const std::string what = fmt::format("length {} sigma {} border {}", length, sigma, n % 3);
    ASSERT_LE(axis.radius, detail::lowres_max_radius) << what;
    ASSERT_GE(axis.last, length > 1 ? 1 : 0) << what;
    ASSERT_EQ(axis.place(length - 1).node, axis.last) << what;
    ASSERT_EQ(axis.place(length - 1).beyond, 0) << what;
    ASSERT_EQ(axis.place(0).node, 0) << what;
    ASSERT_EQ(axis.place(0).beyond, 0) << what;
    double sum = axis.radius == 0 ? axis.tail : axis.peak;
    for (int d = 1; d <= axis.radius; ++d)
      sum += 2.0 * (d == axis.radius ? axis.tail : axis.peak * std::exp2(-axis.falloff * static_cast<float>(d * d)));
    ASSERT_NEAR(sum, 1, 3e-6) << what;
    const int node = static_cast<int>(real(1, axis.last + 1.0));
    const int first = axis.first_sample(node);
    ASSERT_TRUE(first == 0 || axis.place(first - 1).node < node) << what;
    ASSERT_TRUE(first == length || axis.place(first).node >= node) << what;
  }
}

// No tiling asks for more than there is, on GPUs large and small, and all tiles stay few.
TEST(GaussianLowresBlock, Tilings) {
  std::mt19937 random(7);
  const auto real = [&](double from, double to) {
    return std::exp(std::uniform_real_distribution(std::log(from), std::log(to))(random));
  };
  for (int n = 0; n < 3000; ++n) {
    const Limits limits = n % 2 == 0 ? h100 : smallest;
    std::vector<detail::LowresPlane> planes(static_cast<std::size_t>(1 + n % max_planes));
    for (detail::LowresPlane& plane : planes) {
      plane.src = {nullptr, 4 * 9000, static_cast<int>(real(1, 4100)), static_cast<int>(real(1, 2200)), 1 + n % 4};
      plane.dst = plane.src;
      plane.x = detail::lowres_axis(plane.src.width, real(0.3, 1e4), static_cast<BorderMode>(n % 3));
      plane.y = detail::lowres_axis(plane.src.height, real(0.3, 1e4), static_cast<BorderMode>(n % 3));
    }
    const Launch launch = tile(planes, limits);
    ASSERT_LE(launch.shared_bytes, limits.shared_bytes_per_block);
    ASSERT_LE(launch.blocks, limits.multiprocessors);
    int down = 0;
    int up = 0;
    for (int i = 0; i < launch.params.count; ++i) {
      const PlaneTask& task = launch.params.planes[i];
      ASSERT_EQ(task.down.first, down);
      ASSERT_EQ(task.up.first, up);
      const auto tiles = [](const Tiling& t, int rows) { return t.across * ((rows + t.height - 1) / t.height); };
      down += tiles(task.down, task.y.stored());
      up += tiles(task.up, task.y.last + 1);
      ASSERT_GE(task.down.across * task.down.width, task.x.stored());
      ASSERT_GE(task.up.across * task.up.width, task.x.last + 1);
      ASSERT_LE(task.down.width * task.down.height * task.channels, most_node_sums);
      ASSERT_LE(task.down.width * task.down.height * task.channels << task.parts_log2, most_node_sums);
      const int sums = task.down.height << task.splits_log2;
      ASSERT_LE(sums, most_row_sums);
      ASSERT_LE(sums * 16 << task.words_log2, row_sum_bytes);
    }
    ASSERT_EQ(launch.params.down_tiles, down);
    ASSERT_EQ(launch.params.up_tiles, up);
  }
}

}  // namespace
}  // namespace retouch::test
