// gaussian_blur on the CPU: bands of rows in parallel; in each, one row at a time goes down through the rows around it
// and then along itself. In place, a band keeps copies of the rows that it has overwritten and still needs, and of its
// neighbours' rows, taken before anything is written.
#include "ops/gaussian_blur.hpp"

#include <tbb/task_arena.h>

#include <algorithm>
#include <cstring>

#include "cpu/gaussian_rows.hpp"
#include "cpu/parallel.hpp"
#include "cpu/scratch.hpp"
#include "pixel/border.hpp"
#include "pixel/channel_values.hpp"

namespace retouch::cpu {

namespace {

using Byte = std::uint8_t;
using Mid = std::int16_t;

constexpr std::size_t max_planes = 3 * gaussian_blur_batch;

std::size_t to_size(std::ptrdiff_t n) { return static_cast<std::size_t>(n); }
std::size_t round_up(std::size_t n) { return (n + 63) / 64 * 64; }

// One plane of one region, and how it is cut into bands.
struct Task {
  Plane src, dst;
  const detail::GaussianKernel* kernel = nullptr;
  BorderMode mode = BorderMode::reflect_101;
  pixel::ChannelValues outside{};
  int bands = 1;
  int first_band = 0;          // among all bands of the call
  std::size_t saved_from = 0;  // in place: where the rows around the cuts are kept, 2 * radius for each cut

  bool in_place() const { return src.data == dst.data; }
  int radius() const { return kernel->y.radius; }
  std::size_t row_bytes() const { return to_size(src.width) * to_size(src.channels); }
  std::size_t saved_bytes() const {
    return in_place() ? to_size(bands - 1) * to_size(2 * radius()) * round_up(row_bytes()) : 0;
  }
  const Byte* src_row(int y) const { return src.data + y * src.pitch_bytes; }
  Byte* dst_row(int y) const { return dst.data + y * dst.pitch_bytes; }
  // Band b is the rows [cut(b), cut(b + 1)).
  int cut(int b) const { return static_cast<int>(std::int64_t{src.height} * b / bands); }
  // The copy of row y, which is within `radius` of the cut before band b.
  Byte* saved_row(Byte* saved, int b, int y) const {
    return saved + saved_from +
           (to_size(b - 1) * to_size(2 * radius()) + to_size(y - cut(b) + radius())) * round_up(row_bytes());
  }
};

int bands_for(const Task& task) {
  // A band is worth a task of its own from some 20 us on; a few bands a thread even out the load.
  constexpr double worth_a_band = 400'000;
  constexpr int least_rows = 8;
  const int taps = task.kernel->x.radius + task.kernel->y.radius + 4;
  const double work = static_cast<double>(task.row_bytes()) * task.src.height * taps;
  const int most = std::min(4 * tbb::this_task_arena::max_concurrency(), task.src.height / least_rows);
  return std::clamp(static_cast<int>(std::min(work / worth_a_band, 1e6)), 1, std::max(most, 1));
}

void save_rows(const Task& task, Byte* saved) {
  for (int b = 1; b < task.bands; ++b) {
    const int from = std::max(task.cut(b) - task.radius(), 0);
    const int to = std::min(task.cut(b) + task.radius(), task.src.height);
    for (int y = from; y < to; ++y) std::memcpy(task.saved_row(saved, b, y), task.src_row(y), task.row_bytes());
  }
}

// Which samples stand beyond the two ends of a row, or -1 for the constant.
struct Margins {
  std::array<int, detail::gaussian_max_radius> left, right;  // at distance 1, 2, ...
  Margins(const Task& task) {
    for (int k = 0; k < task.kernel->x.radius; ++k) {
      left[to_size(k)] = pixel::border_index(-1 - k, task.src.width, task.mode);
      right[to_size(k)] = pixel::border_index(task.src.width + k, task.src.width, task.mode);
    }
  }
};

void fill_margins(const Task& task, const Margins& margins, Mid* row) {
  const std::ptrdiff_t c = task.src.channels;
  const auto fill = [&](std::ptrdiff_t at, int from) {
    for (std::ptrdiff_t i = 0; i < c; ++i)
      row[at * c + i] =
          from >= 0 ? row[from * c + i] : static_cast<Mid>(task.outside[to_size(i)] << gaussian_between_shift);
  };
  for (int k = 0; k < task.kernel->x.radius; ++k) {
    fill(-1 - k, margins.left[to_size(k)]);
    fill(task.src.width + k, margins.right[to_size(k)]);
  }
}

void blur_band(const Task& task, int band, Byte* saved) {
  const int r = task.radius();
  const int y0 = task.cut(band);
  const int y1 = task.cut(band + 1);
  const int height = task.src.height;
  const std::size_t n = task.row_bytes();
  const std::size_t pitch = round_up(n);
  const std::size_t margin = to_size(task.kernel->x.radius) * to_size(task.src.channels);
  const bool in_place = task.in_place();

  // One row between the passes with its margins; a row of the constant; the last `r` rows overwritten.
  const std::size_t mid_bytes = round_up((n + 2 * margin) * sizeof(Mid));
  const int kept = in_place ? r : 0;
  const Scratch scratch(mid_bytes + pitch + to_size(kept) * pitch);
  Mid* const mid = reinterpret_cast<Mid*>(scratch.get()) + margin;
  Byte* const constant = reinterpret_cast<Byte*>(scratch.get()) + mid_bytes;
  Byte* const ring = constant + pitch;
  if (task.mode == BorderMode::constant)
    for (std::size_t i = 0; i < n; ++i) constant[i] = task.outside[i % to_size(task.src.channels)];
  const Margins margins(task);

  std::array<const Byte*, 2 * detail::gaussian_max_radius + 1> rows;
  for (int y = y0; y < y1; ++y) {
    for (int k = -r; k <= r; ++k) {
      const int from = pixel::border_index(y + k, height, task.mode);
      const Byte*& row = rows[to_size(k + r)];
      if (from < 0)
        row = constant;
      else if (!in_place)
        row = task.src_row(from);
      else if (from < y0)
        row = task.saved_row(saved, band, from);
      else if (from >= y1)
        row = task.saved_row(saved, band + 1, from);
      else
        row = from < y ? ring + to_size((from - y0) % r) * pitch : task.src_row(from);
    }
    gaussian_down(rows.data(), task.kernel->y, mid, n);
    if (kept > 0) std::memcpy(ring + to_size((y - y0) % r) * pitch, task.src_row(y), n);
    fill_margins(task, margins, mid);
    gaussian_along(mid, task.src.channels, task.kernel->x, task.dst_row(y), n);
  }
}

// The planes of one call.
class Work {
 public:
  void add(const ImageView& src, const ImageView& dst, const detail::GaussianPlan& plan) {
    for (int p = 0; p < src.plane_count(); ++p) {
      Task task{src.plane(p), dst.plane(p), &plan.of(src.format(), p), plan.border.mode};
      if (task.in_place() && task.kernel->is_identity()) continue;
      task.outside = pixel::channel_values(plan.border.color, src.format(), src.color(), p);
      task.bands = bands_for(task);
      task.first_band = bands_;
      task.saved_from = saved_;
      bands_ += task.bands;
      saved_ += task.saved_bytes();
      tasks_[count_++] = task;
    }
  }

  void run() const {
    if (bands_ == 0) return;
    const Scratch scratch(saved_ + 1);
    Byte* const saved = reinterpret_cast<Byte*>(scratch.get());
    for (std::size_t i = 0; i < count_; ++i)
      if (tasks_[i].in_place()) save_rows(tasks_[i], saved);
    if (bands_ == 1) {
      blur_band(tasks_[0], 0, saved);
      return;
    }
    for_pieces(bands_, 1, [&](int begin, int end) {
      for (int i = begin; i < end; ++i) {
        const auto after = std::upper_bound(tasks_.begin(), tasks_.begin() + static_cast<std::ptrdiff_t>(count_), i,
                                            [](int band, const Task& task) { return band < task.first_band; });
        const Task& task = *(after - 1);
        blur_band(task, i - task.first_band, saved);
      }
    });
  }

 private:
  std::array<Task, max_planes> tasks_{};
  std::size_t count_ = 0;
  int bands_ = 0;
  std::size_t saved_ = 0;
};

}  // namespace

void gaussian_blur(StreamView /*stream*/, std::span<const ImageView* const> regions, const detail::GaussianPlan& plan) {
  Work work;
  for (const ImageView* region : regions) work.add(*region, *region, plan);
  work.run();
}

void gaussian_blur_into(StreamView /*stream*/, const ImageView& src, const ImageView& dst,
                        const detail::GaussianPlan& plan) {
  Work work;
  work.add(src, dst, plan);
  work.run();
}

}  // namespace retouch::cpu
