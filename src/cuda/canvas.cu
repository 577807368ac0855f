// Canvas on CUDA: packs what a drawing needs into one payload and launches the kernel over the regions touched.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>

#include "canvas/bin.hpp"
#include "canvas/draw.hpp"
#include "core/memory.hpp"
#include "core/stream_state.hpp"
#include "cuda/canvas_kernel.cuh"
#include "cuda/canvas_strips.cuh"
#include "cuda/canvas_tuning.hpp"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using canvas::Drawing;
using canvas::Fixup;
using canvas::granule;

constexpr unsigned fetch_threads = 256;

constexpr std::size_t granules_of(std::size_t bytes) { return (bytes + granule - 1) / granule; }

TargetRecord target_record(const Drawing& d) {
  TargetRecord t{};
  const canvas::DisplayList& list = *d.list;
  const auto [shift_x, shift_y, aligned] = list.placement;
  const bool subsampled = is_subsampled(d.target.format());
  for (int i = 0; i < d.target.plane_count(); ++i) {
    const Plane& p = d.target.plane(i);
    const bool chroma = subsampled && i > 0;
    const std::ptrdiff_t x = chroma ? (shift_x - d.target.x_phase()) / 2 : shift_x;
    const std::ptrdiff_t y = chroma ? 0 : shift_y;  // list row 0 is chroma row 0
    t.planes[i] = p.data - y * p.pitch_bytes - x * p.channels;
    t.pitches[i] = static_cast<std::int32_t>(p.pitch_bytes);
  }
  t.x0 = list.clip.x0;
  t.y0 = list.clip.y0;
  t.x1 = list.clip.x1;
  t.y1 = list.clip.y1;
  t.aligned = aligned ? 1 : 0;
  t.bgr = is_bgr_order(d.target.format()) ? 1 : 0;
  t.coefficients = list.coefficients;
  return t;
}

// The parts of a payload, one after the other; each begins at a whole granule.
class Packer {
 public:
  explicit Packer(std::vector<canvas::DisplayList::Granule>& memory) : memory_(memory) { memory_.clear(); }
  std::uint32_t add(const void* from, std::size_t bytes) {
    const std::size_t where = memory_.size();
    memory_.resize(where + granules_of(bytes));
    if (bytes != 0) std::memcpy(static_cast<void*>(memory_.data() + where), from, bytes);
    return static_cast<std::uint32_t>(where);
  }
  std::uint32_t add_room(std::size_t bytes) {
    const std::size_t where = memory_.size();
    memory_.resize(where + granules_of(bytes));
    return static_cast<std::uint32_t>(where);
  }
  std::uint8_t* at(std::size_t granules) { return reinterpret_cast<std::uint8_t*>(memory_.data() + granules); }
  std::size_t bytes() const { return memory_.size() * granule; }

 private:
  std::vector<canvas::DisplayList::Granule>& memory_;
};

struct Launch {
  PayloadLayout layout{};
  dim3 blocks;
  unsigned bands = 0;  // that blocks draw in
  Commands commands = Commands::usual;
  bool single = true;
  bool strips = false;
  bool in_memory = false;
  bool beside_fetch = false;
  const std::uint8_t* payload = nullptr;  // host, or GPU where it is in memory
  std::size_t bytes = 0;
  cudaStream_t stream = nullptr;
};

template <Kind K, Commands C, int Bytes>
void launch_parameters(const Launch& l) {
  Payload<Bytes> payload;  // what the list does not fill is not read
  std::memcpy(payload.bytes, l.payload, l.bytes);
  draw_parameters<K, C, Bytes><<<l.blocks, draw_threads, 0, l.stream>>>(l.layout, payload);
}

// Where the payload is brought by a kernel, this one may start beside it and wait.
void launch_behind(const Launch& l, int threads, void (*kernel)(PayloadLayout, const std::uint8_t*)) {
  cudaLaunchAttribute beside{};
  beside.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  beside.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = l.blocks;
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = l.stream;
  config.attrs = &beside;
  config.numAttrs = l.beside_fetch ? 1 : 0;
  RETOUCH_CUDA("launch Canvas's drawing", cudaLaunchKernelEx(&config, kernel, l.layout, l.payload));
}

template <Kind K, Commands C>
void launch_memory(const Launch& l) {
  if (l.strips)
    launch_behind(l, strip_threads, draw_strips<K, C>);
  else
    launch_behind(l, draw_threads, l.single ? draw_memory<K, C, true> : draw_memory<K, C, false>);
}

// Each kernel takes its time to compile, so there are not more than pay: small parameters for usual commands alone, and
// kernels for those alone for the formats of pipelines.
// Several targets are drawn from memory alone.
template <Kind K>
void launch_kind(const Launch& l) {
  constexpr bool has_usual = K == Kind::packed4 || is_yuv(K);
  if constexpr (has_usual) {
    if (l.commands == Commands::usual) {
      if (l.in_memory)
        launch_memory<K, Commands::usual>(l);
      else if (l.bytes <= canvas_few_parameters)
        launch_parameters<K, Commands::usual, canvas_few_parameters>(l);
      else
        launch_parameters<K, Commands::usual, canvas_most_parameters>(l);
      return;
    }
  }
  if (l.in_memory)
    launch_memory<K, Commands::all>(l);
  else
    launch_parameters<K, Commands::all, canvas_most_parameters>(l);
}

void launch(PixelFormat format, const Launch& l) {
  switch (format) {
    case PixelFormat::rgba8:
    case PixelFormat::bgra8: launch_kind<Kind::packed4>(l); break;
    case PixelFormat::rgb8:
    case PixelFormat::bgr8: launch_kind<Kind::packed3>(l); break;
    case PixelFormat::gray8: launch_kind<Kind::gray>(l); break;
    case PixelFormat::nv12: launch_kind<Kind::nv12>(l); break;
    case PixelFormat::i420: launch_kind<Kind::i420>(l); break;
  }
  RETOUCH_CUDA("launch Canvas's drawing", cudaGetLastError());
}

// Sorts a drawing's commands by the bands of rows that they touch, in call order.
void add_bands(const Drawing& d, unsigned first_band, unsigned count, Packer& packer, TargetRecord& t) {
  std::vector<std::uint32_t>& begins = d.list->bands;  // of band i at i + 1, until its entries are there
  begins.assign(count + 2, 0);
  const auto each_band = [&](const canvas::Command& c, auto&& f) {
    if (c.y0 >= c.y1 || c.y1 <= 0) return;
    const int from = std::max(std::max<int>(c.y0, 0) / canvas_band_height - static_cast<int>(first_band), 0);
    const int to =
        std::min((c.y1 - 1) / canvas_band_height - static_cast<int>(first_band), static_cast<int>(count) - 1);
    for (int i = from; i <= to; ++i) f(static_cast<std::size_t>(i));
  };
  for (const canvas::Command& c : d.commands) each_band(c, [&](std::size_t i) { ++begins[i + 2]; });
  for (std::size_t i = 2; i < begins.size(); ++i) begins[i] += begins[i - 1];
  t.entries = packer.add_room(begins.back() * sizeof(std::uint16_t));
  auto* const entries = reinterpret_cast<std::uint16_t*>(packer.at(t.entries));
  std::uint16_t number = 0;
  for (const canvas::Command& c : d.commands) {
    each_band(c, [&](std::size_t i) { entries[begins[i + 1]++] = number; });
    ++number;
  }
  t.bands = packer.add(begins.data(), (count + 1) * sizeof(std::uint32_t));
}

// Lets the blocks look for their commands: false where the lists are too long or very short, or the blocks too many.
bool plan_grid(std::span<const Drawing> drawings, Launch& l) {
  std::size_t total = 0;
  for (const Drawing& d : drawings) total += d.commands.size();
  if (total <= canvas_few_commands) return false;
  int x0 = std::numeric_limits<int>::max();
  int y0 = x0;
  int x1 = 0;
  int y1 = 0;
  for (const Drawing& d : drawings) {
    if (d.commands.size() > canvas_most_found) return false;
    const canvas::Bounds& clip = d.list->clip;
    int left = clip.x1;
    int top = clip.y1;
    int right = clip.x0;
    int bottom = clip.y0;
    for (const canvas::Command& c : d.commands) {
      left = std::min<int>(left, c.x0);
      top = std::min<int>(top, c.y0);
      right = std::max<int>(right, c.x1);
      bottom = std::max<int>(bottom, c.y1);
    }
    x0 = std::min(x0, std::max(left, clip.x0));
    y0 = std::min(y0, std::max(top, clip.y0));
    x1 = std::max(x1, std::min(right, clip.x1));
    y1 = std::max(y1, std::min(bottom, clip.y1));
  }
  if (x0 >= x1 || y0 >= y1) return false;
  const bool strips = drawings.size() >= canvas_many_frames;
  const int width = strips ? canvas::tile_width : canvas::region_width;
  const int height = strips ? canvas_band_height : block_height;
  const unsigned columns_of_block = strips ? canvas_block_strips : 1;
  const auto column = static_cast<unsigned>(x0 / width);
  const auto row = static_cast<unsigned>(y0 / height);
  const unsigned columns = (static_cast<unsigned>((x1 - 1) / width) - column) / columns_of_block + 1;
  const unsigned rows = static_cast<unsigned>((y1 - 1) / height) + 1 - row;
  const auto count = static_cast<unsigned>(drawings.size());
  if (std::size_t{columns} * rows * count > (strips ? canvas_most_strip_blocks : canvas_most_blocks)) return false;
  l.strips = strips;
  l.layout.first_column = column;
  l.layout.first_row = row;
  l.layout.first_band = row * static_cast<unsigned>(height) / canvas_band_height;
  l.bands = ((row + rows) * static_cast<unsigned>(height) - 1) / canvas_band_height + 1 - l.layout.first_band;
  l.blocks = dim3(columns, rows, count);
  return true;
}

__global__ void __launch_bounds__(fetch_threads) fetch(const uint4* from, uint4* to, std::size_t count) {
  next_may_start();
  const std::size_t i = std::size_t{blockIdx.x} * fetch_threads + threadIdx.x;
  if (i < count) to[i] = from[i];
}

// Says whether a kernel does it.
bool upload(StreamView stream, const std::uint8_t* from, std::size_t bytes, std::uint8_t* to) {
  cudaStream_t handle = detail::cuda_handle(stream);
  if (bytes <= canvas_most_pageable) {
    RETOUCH_CUDA("upload Canvas's list", cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, handle));
    return false;
  }
  auto block = stream.state().pinned().acquire(bytes);
  std::memcpy(block.data(), from, bytes);
  const std::size_t count = granules_of(bytes);
  fetch<<<static_cast<unsigned>((count + fetch_threads - 1) / fetch_threads), fetch_threads, 0, handle>>>(
      reinterpret_cast<const uint4*>(block.data()), reinterpret_cast<uint4*>(to), count);
  RETOUCH_CUDA("upload Canvas's list", cudaGetLastError());
  block.release();
  return true;
}

}  // namespace

void draw(StreamView stream, std::span<const Drawing> drawings) {
  canvas::DisplayList& first = *drawings.front().list;
  Packer packer(first.payload);
  Launch l;
  l.stream = detail::cuda_handle(stream);
  const bool grid = plan_grid(drawings, l);
  if (!grid) {
    canvas::Bins& bins = first.bins;
    bins.clear();
    for (std::size_t i = 0; i < drawings.size(); ++i)
      first.binner.add(*drawings[i].list, drawings[i].commands, static_cast<std::uint32_t>(i), bins);
    if (bins.regions.empty()) return;
    canvas::Binner::finish(bins);
    l.layout.regions = packer.add(bins.regions.data(), bins.regions.size() * sizeof(canvas::RegionRecord)) + 1;
    l.layout.entries = packer.add(bins.entries.data(), bins.entries.size() * sizeof(std::uint16_t));
    l.blocks = dim3(static_cast<unsigned>(bins.regions.size() - 1) * (tiles_down / canvas_tile_rows));
  }
  l.layout.targets = packer.add_room(drawings.size() * sizeof(TargetRecord));
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    const Drawing& d = drawings[i];
    l.in_memory = l.in_memory || d.list->has_bitmaps;
    if (!std::all_of(d.commands.begin(), d.commands.end(), [](const canvas::Command& c) { return is_usual(c.type()); }))
      l.commands = Commands::all;
    TargetRecord t = target_record(d);
    t.commands = packer.add(d.commands.data(), d.commands.size_bytes());
    if (grid) add_bands(d, l.layout.first_band, l.bands, packer, t);
    t.data = packer.add(d.list->data.data(), d.list->data.size() * granule);
    std::memcpy(packer.at(l.layout.targets) + i * sizeof t, &t, sizeof t);
    if (drawings.size() == 1) l.layout.target = t;
  }
  l.single = drawings.size() == 1;
  packer.add_room(sizeof(canvas::GlyphRecord) * 32);  // texts are read in runs of 32 glyphs
  l.payload = packer.at(0);
  l.bytes = packer.bytes();
  l.in_memory = l.in_memory || l.bytes > canvas_most_parameters || !l.single;

  const detail::DeviceGuard guard(stream.device().index());
  if (!l.in_memory) {
    launch(drawings.front().target.format(), l);
    return;
  }
  const detail::Temporary memory(stream, l.bytes);
  auto* const base = memory.get<std::uint8_t>();
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    const auto& t = *reinterpret_cast<const TargetRecord*>(packer.at(l.layout.targets) + i * sizeof(TargetRecord));
    for (const Fixup& f : drawings[i].list->fixups) {
      if (f.kind != Fixup::Kind::data) continue;
      const std::uint8_t* pointer = base + (std::size_t{t.data} + f.value) * granule;
      std::memcpy(packer.at(t.data) + f.at, &pointer, sizeof pointer);
    }
  }
  const bool fetched = upload(stream, l.payload, l.bytes, base);
  l.beside_fetch = fetched && detail::runs_code_for(detail::gpu_properties(stream.device().index()), 900);
  l.payload = base;
  launch(drawings.front().target.format(), l);
}

}  // namespace retouch::cuda
