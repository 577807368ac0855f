#include "cuda/gaussian_lowres_tiling.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace retouch::cuda::lowres {

namespace {

// A tile on the way up takes no more, however much there is: the rest caches.
constexpr int most_up_shared_bytes = 96 * 1024;

int divide_up(int a, int b) { return (a + b - 1) / b; }
int log2_below(double n) { return n < 2 ? 0 : std::bit_width(static_cast<unsigned>(std::min(n, 1e6))) - 1; }

// Bytes by which a plane's rows start behind a whole word; 0 when they differ, and are read byte by byte then.
std::uint8_t lead_of(const Plane& plane) {
  return plane.pitch_bytes % 4 == 0 ? static_cast<std::uint8_t>(reinterpret_cast<std::uintptr_t>(plane.data) % 4) : 0;
}

// A way to work down, and what it takes, in cycles of a multiprocessor. The model is rough: what counts is that no way
// is chosen that waits for memory more often than needed or leaves multiprocessors without work.
struct Down {
  int width, height, words_log2, splits_log2, parts_log2;
  double cycles;
};

Down down_with(const PlaneTask& plane, int words_log2, int height, int blocks) {
  constexpr double start_of_pass = 400;
  constexpr double wait_for_loads = 600;
  constexpr double load = 80;  // and what is made of it, by all warps
  constexpr double column = 48;
  constexpr double end_of_tile = 400;

  Down way{};
  way.words_log2 = words_log2;
  way.height = height;
  const int words = 1 << words_log2;
  const int groups = threads >> words_log2;
  const double spacing_x = static_cast<double>(plane.x.spacing);
  const double spacing_y = static_cast<double>(plane.y.spacing);
  const int most_sums = std::min(row_sum_bytes / (16 * words), most_row_sums);
  way.splits_log2 = std::min(
      {log2_below(static_cast<double>(groups) / height), log2_below(spacing_y), log2_below(most_sums / height)});
  const int columns = plane.x.stored();
  const double bytes_a_node = spacing_x * plane.channels;
  way.width = std::clamp(static_cast<int>(4 * words / bytes_a_node) - 1, 1,
                         std::min(columns, most_node_sums / (height * plane.channels)));
  way.width = divide_up(columns, divide_up(columns, way.width));
  const int tiles = divide_up(columns, way.width) * divide_up(plane.y.stored(), height);
  const int rounds = divide_up(tiles, blocks);
  const double passes = std::ceil(((way.width + 1) * bytes_a_node + 4) / (4 * words));
  const double turns = std::ceil(static_cast<double>(height << way.splits_log2) / groups);
  const double loads = std::ceil(2 * spacing_y / (1 << way.splits_log2));
  const int sums = way.width * height * plane.channels;
  while (way.parts_log2 < 5 && sums << (way.parts_log2 + 1) <= threads && (2 << way.parts_log2) <= 2 * spacing_x)
    ++way.parts_log2;
  const double columns_of_thread =
      std::ceil(static_cast<double>(sums << way.parts_log2) / threads) * 2 * spacing_x / (1 << way.parts_log2);
  way.cycles = rounds * (end_of_tile +
                         passes * (start_of_pass + turns * (wait_for_loads * std::ceil(loads / 8) + load * loads)) +
                         column * columns_of_thread);
  return way;
}

void cut_down(PlaneTask& plane, int first, int blocks) {
  Down best{};
  for (const int words_log2 : {5, 6, 7, 8})
    for (const int height : {1, 2, 4, 8}) {
      const Down way = down_with(plane, words_log2, height, blocks);
      if (best.width == 0 || way.cycles < best.cycles) best = way;
    }
  plane.down = {first, divide_up(plane.x.stored(), best.width), static_cast<std::int16_t>(best.width),
                static_cast<std::int16_t>(best.height)};
  plane.words_log2 = static_cast<std::uint8_t>(best.words_log2);
  plane.splits_log2 = static_cast<std::uint8_t>(best.splits_log2);
  plane.parts_log2 = static_cast<std::uint8_t>(best.parts_log2);
}

// The smallest tiles, nearly square in nodes, that are no more than the blocks; or the largest that fit.
void cut_up(PlaneTask& plane, int first, int blocks, int shared_bytes) {
  const int columns = plane.x.last + 1;
  const int rows = plane.y.last + 1;
  plane.up = {first, columns, 1, 1};
  while (plane.up.across * divide_up(rows, plane.up.height) > blocks) {
    Tiling larger = plane.up;
    if ((larger.width <= larger.height || larger.height >= rows) && larger.width < columns)
      ++larger.width;
    else
      ++larger.height;
    larger.across = divide_up(columns, larger.width);
    const Tiling kept = plane.up;
    plane.up = larger;
    if (UpLayout::of(plane).bytes() > shared_bytes) {
      plane.up = kept;
      break;
    }
  }
}

int tiles_of(const Tiling& tiling, int rows) { return tiling.across * divide_up(rows, tiling.height); }

}  // namespace

Launch tile(std::span<const detail::LowresPlane> planes, const Limits& limits) {
  Launch launch;
  Params& params = launch.params;
  params.count = static_cast<std::int32_t>(planes.size());
  params.down_tiles = 0;
  params.up_tiles = 0;
  const int up_shared = std::min(limits.shared_bytes_per_block, most_up_shared_bytes);
  launch.shared_bytes = down_shared_bytes;
  const auto area = [](const Plane& plane) { return static_cast<double>(plane.width) * plane.height; };
  double all = 0;
  for (const detail::LowresPlane& plane : planes) all += area(plane.src);
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const detail::LowresPlane& from = planes[i];
    PlaneTask& to = params.planes[i];
    to.src = from.src.data;
    to.dst = from.dst.data;
    to.src_pitch = from.src.pitch_bytes;
    to.dst_pitch = from.dst.pitch_bytes;
    to.nodes = nullptr;
    to.x = from.x;
    to.y = from.y;
    std::copy(from.outside.begin(), from.outside.end(), to.outside);
    to.channels = static_cast<std::uint8_t>(from.src.channels);
    to.src_lead = lead_of(from.src);
    to.dst_lead = lead_of(from.dst);
    const int share = std::max(1, static_cast<int>(limits.multiprocessors * area(from.src) / all));
    cut_down(to, params.down_tiles, share);
    cut_up(to, params.up_tiles, share, up_shared);
    params.down_tiles += tiles_of(to.down, to.y.stored());
    params.up_tiles += tiles_of(to.up, to.y.last + 1);
    launch.shared_bytes = std::max(launch.shared_bytes, UpLayout::of(to).bytes());
  }
  launch.blocks = std::min(std::max(params.down_tiles, params.up_tiles), limits.multiprocessors);
  return launch;
}

std::size_t node_values(const Params& params) {
  std::size_t values = 0;
  for (int i = 0; i < params.count; ++i) {
    const PlaneTask& plane = params.planes[i];
    values += static_cast<std::size_t>(plane.x.stored()) * static_cast<std::size_t>(plane.y.stored()) * plane.channels;
  }
  return values;
}

void place_nodes(Params& params, std::uint16_t* memory) {
  for (int i = 0; i < params.count; ++i) {
    PlaneTask& plane = params.planes[i];
    plane.nodes = memory;
    memory += static_cast<std::size_t>(plane.x.stored()) * static_cast<std::size_t>(plane.y.stored()) * plane.channels;
  }
}

}  // namespace retouch::cuda::lowres
