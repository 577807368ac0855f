// What a block of CUDA's low-resolution Gaussian does, without a GPU: its steps are taken one thread after the other,
// and the result is compared with the CPU's, which gaussian_lowres_test compares with the exact blur. Also checks that
// tiles cover all and fit the memory that there is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "cuda/gaussian_lowres_block.hpp"
#include "cuda/gaussian_lowres_strip.hpp"
#include "cuda/gaussian_lowres_tiling.hpp"
#include "support/backend.hpp"
#include "support/regions.hpp"

namespace retouch::test {
namespace {

using namespace cuda::lowres;

struct HostBlock {
  bool backwards;  // a result that depends on the order of the threads is a race
  template <class F>
  void each(F&& f) const {
    step(f);
  }
  template <class F>
  void step(F&& f) const {
    for (int i = 0; i < threads; ++i) f(backwards ? threads - 1 - i : i, threads);
  }
};

// Shared memory; what a block has not written reads as NaN.
class Shared {
 public:
  explicit Shared(int bytes) : chunks_(static_cast<std::size_t>(bytes) / sizeof(Chunk) + 1) { forget(); }
  float* floats() { return reinterpret_cast<float*>(chunks_.data()); }
  void forget() { std::memset(floats(), 0xFF, chunks_.size() * sizeof(Chunk)); }

 private:
  struct alignas(16) Chunk {
    float of[4];
  };
  std::vector<Chunk> chunks_;
};

struct HostCluster : HostBlock {
  std::vector<Shared>* memories;
  int number;
  int rank() const { return number; }
  void wait_for_start() const {}
  float* of(int block, float* p) const {
    const auto memory = [&](int i) { return (*memories)[static_cast<std::size_t>(i)].floats(); };
    return memory(block) + (p - memory(number));
  }
};

template <int Channels>
void emulate_cluster(const Strips& strips, bool backwards) {
  std::vector<Shared> memories(cluster_blocks, Shared(strips.shared_bytes));
  for (const bool up : {false, true})
    for (int i = 0; i < cluster_blocks; ++i) {
      const HostCluster cluster{{backwards}, &memories, backwards ? cluster_blocks - 1 - i : i};
      float* const memory = cluster.of(cluster.rank(), memories[static_cast<std::size_t>(cluster.rank())].floats());
      if (up)
        bring_strip_up<Channels>(strips.task, memory, cluster);
      else
        bring_strip_down<Channels>(strips.task, memory, cluster);
    }
}

void emulate_grid(std::span<const detail::LowresPlane> planes, const Limits& limits, bool backwards) {
  ASSERT_LE(planes.size(), static_cast<std::size_t>(max_planes));
  Launch launch = tile(planes, limits);
  ASSERT_LE(launch.shared_bytes, limits.shared_bytes_per_block);
  ASSERT_GE(launch.blocks, 1);
  ASSERT_LE(launch.blocks, limits.multiprocessors);
  std::vector<std::uint16_t> nodes(node_values(launch.params), 0xABCD);
  place_nodes(launch.params, nodes.data());
  Shared shared(launch.shared_bytes);
  const HostBlock block{backwards};
  for (int b = 0; b < launch.blocks; ++b) {
    shared.forget();
    bring_all_down(launch.params, shared.floats(), block, b, launch.blocks);
  }
  for (int b = 0; b < launch.blocks; ++b) {
    shared.forget();
    bring_all_up(launch.params, shared.floats(), block, b, launch.blocks);
  }
}

// All jobs, as the kernels do them on a GPU of these limits. Returns how many planes had a cluster.
int emulate(const std::vector<detail::LowresJob>& jobs, const Limits& limits, bool backwards = false) {
  std::vector<detail::LowresPlane> large;
  int small = 0;
  for (const detail::LowresJob& job : jobs)
    for (int p = 0; p < job.src.plane_count(); ++p) {
      const detail::LowresPlane plane = lowres_plane(job, p);
      const auto strips = cut_strips(plane, limits);
      if (!strips) {
        large.push_back(plane);
        continue;
      }
      ++small;
      EXPECT_LE(strips->shared_bytes, limits.shared_bytes_per_block);
      switch (strips->task.channels) {
        case 1: emulate_cluster<1>(*strips, backwards); break;
        case 2: emulate_cluster<2>(*strips, backwards); break;
        case 3: emulate_cluster<3>(*strips, backwards); break;
        default: emulate_cluster<4>(*strips, backwards); break;
      }
    }
  if (!large.empty()) emulate_grid(large, limits, backwards);
  return small;
}

detail::LowresJob in_place(const ImageView& view, float sigma_x, float sigma_y, BorderMode border) {
  return {view, view, sigma_x, sigma_y, Border{border, {200, 100, 50, 30}}};
}

constexpr Limits h100{132, 227 * 1024, true};
constexpr Limits a100{108, 163 * 1024, false};
constexpr Limits smallest{14, 64 * 1024, false};

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
          for (const Limits& limits : {size.width > 200 ? a100 : smallest, h100}) {
            Pixels actual = input;
            emulate({in_place(actual.view(), sigma, sigma, border)}, limits);
            expect_near(actual, expected, 1,
                        fmt::format("{} {}x{} sigma {} border {} clusters {}", name_of(format), size.width, size.height,
                                    sigma, static_cast<int>(border), limits.clusters));
          }
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
        const detail::LowresJob job = in_place(expected.view().region(rect), 12, 6, BorderMode::reflect_101);
        detail::gaussian_lowres(cpu, std::span(&job, 1));
        for (const Limits& limits : {smallest, h100}) {
          const Guarded actual(cpu, input, gap);
          emulate({in_place(actual.view().region(rect), 12, 6, BorderMode::reflect_101)}, limits);
          actual.expect_canaries();
          expect_near(actual.download(), expected.download(), 1, fmt::format("gap {} x {}", gap, x));
        }
      }
}

TEST(GaussianLowresBlock, ManyJobsAtOnce) {
  const Stream cpu(Device::cpu());
  const std::vector<Rect> rects = {
      {0, 0, 120, 120}, {130, 3, 61, 80}, {200, 0, 1, 130}, {211, 5, 3, 3}, {220, 1, 99, 47}};
  for (const PixelFormat format : all_pixel_formats) {
    const Pixels input = noise(format, {330, 140});
    Pixels expected = input;
    const auto jobs = [&](Pixels& pixels) {
      std::vector<detail::LowresJob> list;
      float sigma = 4;
      for (const ImageView& view : regions_of(pixels.view(), rects))
        list.push_back(in_place(view, sigma *= 1.7F, 9, BorderMode::reflect_101));
      return list;
    };
    detail::gaussian_lowres(cpu, jobs(expected));
    for (const Limits& limits : {a100, h100}) {
      Pixels actual = input;
      emulate(jobs(actual), limits);
      expect_near(actual, expected, 1);
    }
  }
}

TEST(GaussianLowresBlock, TheOrderOfThreadsDoesNotMatter) {
  for (const PixelFormat format : all_pixel_formats)
    for (const float sigma : {2.0F, 6.0F, 40.0F, 300.0F}) {
      const Pixels input = noise(format, {301, 157});
      for (const Limits& limits : {smallest, h100}) {
        Pixels forwards = input;
        Pixels backwards = input;
        emulate({in_place(forwards.view(), sigma, sigma, BorderMode::replicate)}, limits);
        emulate({in_place(backwards.view(), sigma, sigma, BorderMode::replicate)}, limits, true);
        EXPECT_EQ(forwards, backwards) << name_of(format) << " sigma " << sigma;
      }
    }
}

// What has a cluster: the regions that Canvas blurs, up to 64 K pixels; not what needs more shared memory.
TEST(GaussianLowresBlock, SmallPlanesHaveClusters) {
  const auto clusters = [](PixelFormat format, Size size, float sigma, const Limits& limits) {
    Pixels pixels(format, size);
    return emulate({in_place(pixels.view(), sigma, sigma, BorderMode::reflect_101)}, limits);
  };
  EXPECT_EQ(clusters(PixelFormat::rgba8, {120, 120}, 20, h100), 1);
  EXPECT_EQ(clusters(PixelFormat::nv12, {120, 120}, 20, h100), 2);
  EXPECT_EQ(clusters(PixelFormat::i420, {120, 120}, 8, h100), 3);
  EXPECT_EQ(clusters(PixelFormat::rgba8, {256, 256}, 25, h100), 1);
  EXPECT_EQ(clusters(PixelFormat::gray8, {512, 512}, 50, h100), 1);
  EXPECT_EQ(clusters(PixelFormat::rgba8, {120, 120}, 20, a100), 0);
  EXPECT_EQ(clusters(PixelFormat::rgba8, {400, 400}, 50, h100), 0);
  EXPECT_EQ(clusters(PixelFormat::rgba8, {250, 250}, 6, h100), 0);
  EXPECT_EQ(clusters(PixelFormat::nv12, {700, 500}, 80, h100), 1);
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
    const int node = n % 5 == 0 ? axis.last : static_cast<int>(real(1, axis.last + 1.0));
    const int first = axis.first_sample(node);
    ASSERT_TRUE(first == 0 || axis.place(first - 1).node < node) << what;
    ASSERT_TRUE(first == length || axis.place(first).node >= node) << what;
  }
}

void expect_sums_to_fit(const PlaneTask& task) {
  ASSERT_GE(task.down.width, 1);
  ASSERT_GE(task.down.height, 1);
  ASSERT_LE((task.down.width * task.down.height << task.parts_log2) * (task.channels + 1), column_sum_floats);
  const int turns = (task.down.height + 1) << task.splits_log2;
  ASSERT_LE(turns, most_turns);
  ASSERT_LE(task.down.width, most_columns);
  ASSERT_LE(turns * 8 << task.words_log2, row_sum_floats);
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
      expect_sums_to_fit(task);
    }
    ASSERT_EQ(launch.params.down_tiles, down);
    ASSERT_EQ(launch.params.up_tiles, up);
    for (const detail::LowresPlane& plane : planes)
      if (const auto strips = cut_strips(plane, limits)) {
        ASSERT_LE(strips->shared_bytes, limits.shared_bytes_per_block);
        ASSERT_EQ(strips->task.down.width, strips->task.x.stored());
        expect_sums_to_fit(strips->task);
      }
  }
}

}  // namespace
}  // namespace retouch::test
