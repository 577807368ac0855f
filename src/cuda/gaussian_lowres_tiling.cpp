#include "cuda/gaussian_lowres_tiling.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace retouch::cuda::lowres {

namespace {

// A tile on the way up takes no more, however much there is: the rest caches.
constexpr int most_up_shared_bytes = 96 * 1024;
// A plane of more is too much work for the few multiprocessors of a cluster.
constexpr std::int64_t most_cluster_bytes = 256 * 1024;
// So that two blocks fit a multiprocessor.
constexpr int most_cluster_shared_bytes = 112 * 1024;

int divide_up(int a, int b) { return (a + b - 1) / b; }
int log2_below(double n) { return n < 2 ? 0 : std::bit_width(static_cast<unsigned>(std::min(n, 1e6))) - 1; }

// Bytes by which a plane's rows start behind a whole word; 0 when they differ, and are read byte by byte then.
std::uint8_t lead_of(const Plane& plane) {
  return plane.pitch_bytes % 4 == 0 ? static_cast<std::uint8_t>(reinterpret_cast<std::uintptr_t>(plane.data) % 4) : 0;
}

// Words are read up to 7 bytes beyond a row: so many rows at the end have no such bytes behind them.
std::uint8_t tail_of(const Plane& plane) {
  const std::int64_t rows = (7 + plane.pitch_bytes - 1) / std::max<std::int64_t>(plane.pitch_bytes, 1);
  return static_cast<std::uint8_t>(std::min<std::int64_t>(rows, plane.height));
}

PlaneTask task_of(const detail::LowresPlane& from) {
  PlaneTask to{};
  to.src = from.src.data;
  to.dst = from.dst.data;
  to.src_pitch = from.src.pitch_bytes;
  to.dst_pitch = from.dst.pitch_bytes;
  to.x = from.x;
  to.y = from.y;
  std::copy(from.outside.begin(), from.outside.end(), to.outside);
  to.channels = static_cast<std::uint8_t>(from.src.channels);
  to.src_lead = lead_of(from.src);
  to.dst_lead = lead_of(from.dst);
  to.src_tail = tail_of(from.src);
  to.constant_border = from.x.outer != 0 && from.x.outer_weight == 0;
  return to;
}

// Turns of cells whose sums fit, for passes of so many words.
int turns_that_fit(int words_log2) { return std::min(row_sum_floats / (8 << words_log2), most_turns); }

// A way to work down, and what it takes, in cycles of a multiprocessor. The model is rough: what counts is that no way
// is chosen that waits for memory more often than needed or leaves multiprocessors without work.
struct Down {
  int width, height, words_log2, splits_log2, parts_log2;
  double cycles;
};

// For tiles of `height` rows of nodes, as wide as shared memory and the words of a pass allow, but not wider than
// `most_width`.
Down down_with(const PlaneTask& plane, int words_log2, int height, int most_width, int blocks) {
  constexpr double start_of_pass = 400;
  constexpr double wait_for_loads = 700;
  constexpr double load = 50;  // and what is made of it, by all warps
  constexpr double column = 48;
  constexpr double end_of_tile = 400;

  Down way{};
  way.words_log2 = words_log2;
  way.height = height;
  const int cells = height + 1;
  const int words = 1 << words_log2;
  const int groups = threads >> words_log2;
  const double spacing_x = static_cast<double>(plane.x.spacing);
  const double spacing_y = static_cast<double>(plane.y.spacing);
  way.splits_log2 = std::min({log2_below(static_cast<double>(groups) / cells), log2_below(spacing_y / 2),
                              log2_below(static_cast<double>(turns_that_fit(words_log2)) / cells)});
  const int columns = plane.x.stored();
  const int floats_of_node = plane.channels + 1;
  way.width =
      std::clamp(most_width, 1, std::min({columns, most_columns, column_sum_floats / (height * floats_of_node)}));
  way.width = divide_up(columns, divide_up(columns, way.width));
  const double bytes_a_node = spacing_x * plane.channels;
  const int tiles = divide_up(columns, way.width) * divide_up(plane.y.stored(), height);
  const int rounds = divide_up(tiles, blocks);
  const double passes = std::ceil(((way.width + 1) * bytes_a_node + 4) / (4 * words));
  const double turns = std::ceil(static_cast<double>(cells << way.splits_log2) / groups);
  const double loads = std::ceil(spacing_y / (1 << way.splits_log2));
  const int nodes = way.width * height;
  while (way.parts_log2 < 3 && nodes << (way.parts_log2 + 1) <= threads &&
         (nodes << (way.parts_log2 + 1)) * floats_of_node <= column_sum_floats && (2 << way.parts_log2) <= spacing_x)
    ++way.parts_log2;
  const double columns_of_thread =
      std::ceil(static_cast<double>(nodes << way.parts_log2) / threads) * 2 * spacing_x / (1 << way.parts_log2);
  way.cycles = rounds * (end_of_tile +
                         passes * (start_of_pass + turns * (wait_for_loads * std::ceil(loads / 8) + load * loads)) +
                         column * columns_of_thread);
  return way;
}

void set_down(PlaneTask& plane, int first, const Down& way) {
  plane.down = {first, divide_up(plane.x.stored(), way.width), static_cast<std::int16_t>(way.width),
                static_cast<std::int16_t>(way.height)};
  plane.words_log2 = static_cast<std::uint8_t>(way.words_log2);
  plane.splits_log2 = static_cast<std::uint8_t>(way.splits_log2);
  plane.parts_log2 = static_cast<std::uint8_t>(way.parts_log2);
}

void cut_down(PlaneTask& plane, int first, int blocks) {
  Down best{};
  const double bytes_a_node = static_cast<double>(plane.x.spacing) * plane.channels;
  for (const int words_log2 : {5, 6, 7, 8})
    for (const int height : {1, 2, 3, 5, 7}) {
      if (height >= turns_that_fit(words_log2)) continue;
      const int width = static_cast<int>((4 << words_log2) / bytes_a_node) - 1;
      const Down way = down_with(plane, words_log2, height, width, blocks);
      if (best.width == 0 || way.cycles < best.cycles) best = way;
    }
  set_down(plane, first, best);
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
  launch.shared_bytes = sizeof(DownShared);
  const auto area = [](const Plane& plane) { return static_cast<double>(plane.width) * plane.height; };
  double all = 0;
  for (const detail::LowresPlane& plane : planes) all += area(plane.src);
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const detail::LowresPlane& from = planes[i];
    PlaneTask& to = params.planes[i];
    to = task_of(from);
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

std::optional<Strips> cut_strips(const detail::LowresPlane& plane, const Limits& limits) {
  const std::int64_t row_bytes = std::int64_t{plane.src.width} * plane.src.channels;
  if (!limits.clusters || row_bytes * plane.src.height > most_cluster_bytes) return std::nullopt;
  Strips strips{task_of(plane), 0};
  PlaneTask& task = strips.task;
  if (task.y.stored() * (task.x.last + 2) > most_cluster_shared_bytes / 4) return std::nullopt;  // far too large
  const auto words = static_cast<unsigned>(divide_up(static_cast<int>(row_bytes) + 3, 4));
  const int words_log2 = std::clamp(static_cast<int>(std::bit_width(words - 1)), 3, 8);
  // All rows of nodes of a block at once, if their sums fit.
  const int columns = task.x.stored();
  const int height = std::min({divide_up(task.y.stored(), cluster_blocks), turns_that_fit(words_log2) - 1,
                               column_sum_floats / (columns * (task.channels + 1))});
  if (height < 1 || columns > most_columns) return std::nullopt;
  set_down(task, 0, down_with(task, words_log2, height, columns, 1));
  int blurred = 0;
  for (int b = 0; b < cluster_blocks; ++b) {
    const int begin = share_of(task.y.length, b);
    const int end = share_of(task.y.length, b + 1);
    if (begin < end) blurred = std::max(blurred, task.y.place(end - 1).node + 2 - task.y.place(begin).node);
  }
  strips.shared_bytes = StripLayout::of(task).bytes(height, columns * task.channels, blurred);
  if (strips.shared_bytes > std::min(limits.shared_bytes_per_block, most_cluster_shared_bytes)) return std::nullopt;
  return strips;
}

// A plane's nodes begin where the four channels of one can be read at once.
static std::size_t node_values(const PlaneTask& plane) {
  const std::size_t values =
      static_cast<std::size_t>(plane.x.stored()) * static_cast<std::size_t>(plane.y.stored()) * plane.channels;
  return (values + 3) / 4 * 4;
}

std::size_t node_values(const Params& params) {
  std::size_t values = 0;
  for (int i = 0; i < params.count; ++i) values += node_values(params.planes[i]);
  return values;
}

void place_nodes(Params& params, std::uint16_t* memory) {
  for (int i = 0; i < params.count; ++i) {
    params.planes[i].nodes = memory;
    memory += node_values(params.planes[i]);
  }
}

}  // namespace retouch::cuda::lowres
