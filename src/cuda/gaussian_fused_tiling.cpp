#include "cuda/gaussian_fused_tiling.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "cuda/gaussian_fused_tuning.hpp"

namespace retouch::cuda::gaussian_fused {

namespace {

int divide_up(int a, int b) { return (a + b - 1) / b; }

struct Shape {
  int groups = 1;  // wide
  int rows = 1;
};

int shared_bytes(int channels, int window, const Shape& shape) {
  const auto of = [&]<int C>() {
    return window == 2 ? Geometry<C, 2>::shared_bytes(shape.groups * group, shape.rows)
                       : Geometry<C, 3>::shared_bytes(shape.groups * group, shape.rows);
  };
  switch (channels) {
    case 1: return of.template operator()<1>();
    case 2: return of.template operator()<2>();
    case 3: return of.template operator()<3>();
    default: return of.template operator()<4>();
  }
}

// How far left of the region the tiles begin, and how many bytes can then be moved at once.
struct Alignment {
  int lead = 0;
  int unit = 1;
};

Alignment alignment_of(const Plane& plane) {
  const auto address = reinterpret_cast<std::uintptr_t>(plane.data);
  const auto channels = static_cast<unsigned>(plane.channels);
  for (const unsigned unit : {16U, 4U}) {
    if (plane.pitch_bytes % unit != 0) continue;
    // Pixels of 3 bytes come to every remainder: 11 * 3 is 1 modulo 16 and modulo 4 (where 11 is 3).
    const auto offset = static_cast<unsigned>(address % unit);
    if (channels == 3) return {static_cast<int>(offset * 11 % unit), static_cast<int>(unit)};
    if (offset % channels == 0) return {static_cast<int>(offset / channels), static_cast<int>(unit)};
  }
  return {};
}

int unit_at(const Plane& plane, int lead) {
  const auto start = reinterpret_cast<std::uintptr_t>(plane.data) - static_cast<std::uintptr_t>(lead * plane.channels);
  for (const int unit : {16, 4})
    if (start % static_cast<std::uintptr_t>(unit) == 0 && plane.pitch_bytes % unit == 0) return unit;
  return 1;
}

int groups_of(const GaussianPlane& plane) { return divide_up(alignment_of(plane.src).lead + plane.src.width, group); }

Shape clip(Shape shape, const GaussianPlane& plane) {
  return {std::min(shape.groups, groups_of(plane)), std::min(shape.rows, plane.src.height)};
}
int tiles(const Shape& shape, const GaussianPlane& plane) {
  return divide_up(groups_of(plane), shape.groups) * divide_up(plane.src.height, shape.rows);
}

// How a tile is divided among the warps of a block.
struct Jobs {
  int run = 1;  // groups
  int in_strip = 1;
  int count = 1;
};
Jobs jobs_of(const Shape& shape, int warps) {
  const int strips = divide_up(shape.rows, strip);
  const int run = std::min(divide_up(shape.groups, std::max(warps / strips, 1)), 255);
  const int in_strip = divide_up(shape.groups, run);
  return {run, in_strip, strips * in_strip};
}

// A tile's time in a block of `warps` warps, in warp-steps.
int cost(const Shape& shape, const detail::GaussianKernel& kernel, int window, int warps) {
  const Jobs jobs = jobs_of(shape, warps);
  const int compute = divide_up(jobs.count, warps) * warps * (jobs.run + window - 1);
  const int load = (shape.groups * group + 2 * kernel.x.radius) * (shape.rows + 2 * kernel.y.radius) / 1536;
  return compute + load;
}

// The weights of an axis with zeros around them: entry zeros + i is the weight at index i from one end of the kernel.
constexpr int zeros = 48;
std::array<std::uint8_t, 128> padded(const detail::GaussianAxis& axis) {
  std::array<std::uint8_t, 128> table{};
  for (int i = -axis.radius; i <= axis.radius; ++i)
    table[static_cast<std::size_t>(zeros + axis.radius + i)] = axis.bytes[static_cast<std::size_t>(std::abs(i))];
  return table;
}

// WeightFragments::words.
void make_fragments(const detail::GaussianKernel& kernel, int window, std::uint32_t* words) {
  const auto x = padded(kernel.x);
  const auto y = padded(kernel.y);
  const int halo = group / 2 * (window - 1);
  for (int h = 0; h < window; ++h)
    for (int g = 0; g < 8; ++g)
      for (int q = 0; q < 4; ++q)
        for (int part = 0; part < 4; ++part) {
          const bool down = part < 2;
          const int first =
              down ? 16 * h + q - (g + 8 * part) : 16 * h + 4 * q - (halo + 2 * g + part - 2) + kernel.x.radius;
          const std::uint8_t* const at = (down ? y : x).data() + zeros + first;
          const int step = down ? 4 : 1;
          *words++ = static_cast<std::uint32_t>(at[0] | at[step] << 8 | at[2 * step] << 16) |
                     std::uint32_t{at[3 * step]} << 24U;
        }
}

void begin(Launch& launch, std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
           Guard guard, int threads) {
  launch.window = window;
  launch.channels = kernel_channels(planes[0]);
  launch.threads = threads;
  launch.blocks = 0;
  launch.shared_bytes = 0;
  Params& p = launch.params;
  p.count = 0;
  p.guard = guard;
  p.mode = plan.border.mode;
  for (const bool chroma : {false, true}) {
    const bool needed =
        std::any_of(planes.begin(), planes.end(), [&](const GaussianPlane& plane) { return plane.chroma == chroma; });
    if (!needed) continue;
    const detail::GaussianKernel& kernel = chroma ? plan.chroma : plan.full;
    Weights& to = p.weights[chroma ? 1 : 0];
    to = {kernel.x.byte_inverse,
          kernel.y.byte_inverse,
          static_cast<std::uint16_t>(kernel.x.byte_sum),
          static_cast<std::uint16_t>(kernel.y.byte_sum),
          static_cast<std::uint8_t>(kernel.x.radius),
          static_cast<std::uint8_t>(kernel.y.radius)};
    make_fragments(kernel, window, p.fragments[chroma ? 1 : 0].words);
  }
}

void add(Launch& launch, const GaussianPlane& plane, const Shape& shape, int blocks) {
  Params& p = launch.params;
  const Alignment alignment = alignment_of(plane.src);
  PlaneTask& task = p.planes[p.count++];
  task.src = plane.src.data;
  task.dst = plane.dst.data;
  task.src_pitch = static_cast<std::int32_t>(plane.src.pitch_bytes);
  task.dst_pitch = static_cast<std::int32_t>(plane.dst.pitch_bytes);
  task.width = plane.src.width;
  task.height = plane.src.height;
  task.first_block = launch.blocks;
  task.tile_width = static_cast<std::uint16_t>(shape.groups * group);
  task.tile_height = static_cast<std::uint16_t>(shape.rows);
  task.tiles_x = static_cast<std::uint16_t>(divide_up(groups_of(plane), shape.groups));
  const Jobs jobs = jobs_of(shape, launch.threads / 32);
  task.run = static_cast<std::uint8_t>(jobs.run);
  task.jobs_in_strip = static_cast<std::uint8_t>(jobs.in_strip);
  task.inverse_tiles_x = 1.0F / static_cast<float>(task.tiles_x);
  task.inverse_jobs_in_strip = 1.0F / static_cast<float>(jobs.in_strip);
  task.lead = static_cast<std::uint8_t>(alignment.lead);
  task.channels = static_cast<std::uint8_t>(plane.src.channels);
  task.chroma = plane.chroma ? 1 : 0;
  task.load_unit = static_cast<std::uint8_t>(alignment.unit);
  task.store_unit = static_cast<std::uint8_t>(unit_at(plane.dst, alignment.lead));
  std::copy(plane.outside.begin(), plane.outside.end(), task.outside);
  launch.blocks += blocks;
  launch.shared_bytes = std::max(launch.shared_bytes, shared_bytes(plane.src.channels, launch.window, shape));
}

const detail::GaussianKernel& kernel_of(const GaussianPlane& plane, const detail::GaussianPlan& plan) {
  return plane.chroma ? plan.chroma : plan.full;
}

Shape shape_of_bytes(int bytes, int rows, const GaussianPlane& plane) {
  return clip({divide_up(bytes, group * plane.src.channels), rows}, plane);
}

// The cheapest division of a plane into at most `blocks` tiles that fit.
Shape large_shape(const GaussianPlane& plane, const detail::GaussianPlan& plan, int window, int blocks,
                  const Limits& limits) {
  const int groups = groups_of(plane);
  Shape best{0, 0};
  int best_cost = std::numeric_limits<int>::max();
  for (int across = 1; across <= std::min({groups, large_most_tiles_across, blocks}); ++across) {
    const int wide = divide_up(groups, across);
    const int down = blocks / divide_up(groups, wide);
    const Shape shape{wide, divide_up(plane.src.height, down)};
    const int shape_cost = cost(shape, kernel_of(plane, plan), window, large_threads / 32);
    if (shape_cost >= best_cost || shared_bytes(plane.src.channels, window, shape) > limits.shared_bytes) continue;
    best = shape;
    best_cost = shape_cost;
  }
  return best;
}

double bytes_of(const GaussianPlane& plane) {
  return static_cast<double>(plane.src.width) * plane.src.channels * plane.src.height;
}

// All planes in small tiles, if those are not too many.
bool tile_small(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                const Limits& limits, Launch& launch) {
  for (const int bytes : small_tile_bytes) {
    std::int64_t blocks = 0;
    for (const GaussianPlane& plane : planes) blocks += tiles(shape_of_bytes(bytes, small_tile_rows, plane), plane);
    if (blocks > limits.multiprocessors) continue;
    begin(launch, planes, plan, window, Guard::grid, small_threads);
    for (const GaussianPlane& plane : planes) {
      const Shape shape = shape_of_bytes(bytes, small_tile_rows, plane);
      add(launch, plane, shape, tiles(shape, plane));
    }
    return true;
  }
  return false;
}

// All planes in large tiles, each with blocks by its size.
bool tile_large(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                const Limits& limits, Launch& launch) {
  double total = 0;
  for (const GaussianPlane& plane : planes) total += bytes_of(plane);
  begin(launch, planes, plan, window, Guard::grid, large_threads);
  for (const GaussianPlane& plane : planes) {
    const int share = static_cast<int>(limits.multiprocessors * bytes_of(plane) / total);
    const Shape shape = large_shape(plane, plan, window, std::max(share, 1), limits);
    if (shape.rows == 0) return false;
    add(launch, plane, shape, tiles(shape, plane));
  }
  return launch.blocks <= limits.multiprocessors;
}

}  // namespace

bool suits(const detail::GaussianKernel& kernel) { return kernel.byte_error <= most_byte_error; }

int kernel_channels(const GaussianPlane& plane) { return std::max(plane.src.channels, 2); }

bool suits(const GaussianPlane& plane) {
  constexpr int most_pixels = 1 << 20;
  constexpr std::ptrdiff_t most_pitch = std::numeric_limits<std::int32_t>::max();
  return plane.src.width <= most_pixels && plane.src.height <= most_pixels && plane.src.pitch_bytes <= most_pitch &&
         plane.dst.pitch_bytes <= most_pitch;
}

int window_of(const detail::GaussianPlan& plan, std::span<const GaussianPlane> planes) {
  int radius = 0;
  for (const GaussianPlane& plane : planes)
    radius = std::max({radius, kernel_of(plane, plan).x.radius, kernel_of(plane, plan).y.radius});
  return radius <= 8 ? 2 : 3;
}

std::size_t tile_freely(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                        const Limits& /*limits*/, Guard guard, Launch& launch) {
  const std::size_t count = std::min<std::size_t>(planes.size(), max_saved_planes);
  begin(launch, planes, plan, window, guard, free_threads);
  for (const GaussianPlane& plane : planes.first(count)) {
    const Shape shape = shape_of_bytes(free_tile_bytes, free_tile_rows, plane);
    add(launch, plane, shape, tiles(shape, plane));
  }
  return count;
}

namespace {

// The best division of a plane into `blocks` tiles, if that fits.
std::optional<Shape> cluster_shape(const GaussianPlane& plane, int groups, const detail::GaussianPlan& plan, int window,
                                   int blocks, const Limits& limits) {
  std::optional<Shape> best;
  int best_cost = std::numeric_limits<int>::max();
  for (int across = 1; across <= blocks; across *= 2) {
    const Shape shape{divide_up(groups, across), divide_up(plane.src.height, blocks / across)};
    const int shape_cost = cost(shape, kernel_of(plane, plan), window, cluster_threads / 32);
    if (shape_cost >= best_cost ||
        shared_bytes(plane.src.channels, window, shape) > std::min(cluster_most_shared_bytes, limits.shared_bytes))
      continue;
    best = shape;
    best_cost = shape_cost;
  }
  return best;
}

// How many blocks of a cluster a plane takes, if it fits: all for pixels of 3 or 4 bytes; so few that the planes of one
// nv12 or i420 region share a cluster.
int least_cluster_blocks(const GaussianPlane& plane) {
  if (plane.src.channels > 2) return cluster_blocks;
  return plane.chroma && plane.src.channels == 1 ? cluster_blocks / 4 : cluster_blocks / 2;
}

struct Division {
  Shape shape;
  int blocks = 0;  // 0: does not fit
};
Division cluster_division(const GaussianPlane& plane, int groups, const detail::GaussianPlan& plan, int window,
                          const Limits& limits) {
  for (int blocks = least_cluster_blocks(plane); blocks <= cluster_blocks; blocks *= 2)
    if (const auto shape = cluster_shape(plane, groups, plan, window, blocks, limits)) return {*shape, blocks};
  return {};
}

// What division depends on. Regions of a list are often of one size.
struct Likeness {
  int groups = 0, height = 0, channels = 0;
  bool chroma = false;
  bool operator==(const Likeness&) const = default;
};

}  // namespace

std::size_t tile_clusters(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                          const Limits& limits, Launch& launch) {
  if (!limits.clusters) return 0;
  begin(launch, planes, plan, window, Guard::cluster, cluster_threads);
  std::array<std::pair<Likeness, Division>, 4> known{};
  std::size_t next_known = 0;
  std::size_t count = 0;
  int spare = 0;                 // blocks of the last cluster
  const auto skip_spare = [&] {  // they find nothing to do in the plane before them
    std::fill_n(launch.params.owner + launch.blocks, spare, static_cast<std::uint8_t>(count - 1));
    launch.blocks += std::exchange(spare, 0);
  };
  for (const GaussianPlane& plane : planes.first(std::min<std::size_t>(planes.size(), max_planes))) {
    const Likeness likeness{groups_of(plane), plane.src.height, plane.src.channels, plane.chroma};
    const auto* found =
        std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.first == likeness; });
    if (found == known.end()) {
      auto& fresh = known.at(next_known++ % known.size());
      fresh = {likeness, cluster_division(plane, likeness.groups, plan, window, limits)};
      found = &fresh;
    }
    const Division& division = found->second;
    if (division.blocks == 0) break;
    if (division.blocks > spare) {
      skip_spare();
      spare = cluster_blocks;
    }
    std::fill_n(launch.params.owner + launch.blocks, division.blocks, static_cast<std::uint8_t>(count));
    add(launch, plane, division.shape, division.blocks);
    spare -= division.blocks;
    ++count;
  }
  skip_spare();
  return count;
}

std::size_t tile_grid(std::span<const GaussianPlane> planes, const detail::GaussianPlan& plan, int window,
                      const Limits& limits, Launch& launch) {
  std::size_t count = std::min<std::size_t>(planes.size(), max_planes);
  for (; count > 0; count /= 2) {
    const auto some = planes.first(count);
    if (tile_small(some, plan, window, limits, launch) || tile_large(some, plan, window, limits, launch)) return count;
  }
  return 0;
}

}  // namespace retouch::cuda::gaussian_fused
