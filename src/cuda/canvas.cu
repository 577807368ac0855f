// Canvas on CUDA: packs what a drawing needs into one payload and launches the kernel over the regions touched.
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "canvas/bin.hpp"
#include "canvas/draw.hpp"
#include "core/memory.hpp"
#include "core/stream_state.hpp"
#include "cuda/canvas_kernel.cuh"
#include "cuda/canvas_tuning.hpp"
#include "cuda/pinned_ring.hpp"
#include "cuda/runtime.hpp"

namespace retouch::cuda {

namespace {

using canvas::Drawing;
using canvas::Fixup;
using canvas::granule;

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
  std::uint8_t* at(std::size_t granules) { return reinterpret_cast<std::uint8_t*>(memory_.data() + granules); }
  std::size_t bytes() const { return memory_.size() * granule; }

 private:
  std::vector<canvas::DisplayList::Granule>& memory_;
};

struct Launch {
  PayloadLayout layout;
  unsigned regions = 0;
  const std::uint8_t* payload = nullptr;  // host, or GPU where it is copied
  std::size_t bytes = 0;
  cudaStream_t stream = nullptr;
};

template <Kind K, int Bytes>
void launch_parameters(const Launch& l) {
  constexpr int rows = canvas_tile_rows;
  Payload<Bytes> payload;  // what the list does not fill is not read
  std::memcpy(payload.bytes, l.payload, l.bytes);
  draw_parameters<K, rows, Bytes>
      <<<l.regions*(tiles_down / rows), 32 * tiles_across * rows, 0, l.stream>>>(l.layout, payload);
}

template <Kind K>
void launch_memory(const Launch& l) {
  constexpr int rows = canvas_tile_rows;
  draw_memory<K, rows><<<l.regions*(tiles_down / rows), 32 * tiles_across * rows, 0, l.stream>>>(l.layout, l.payload);
}

template <Kind K>
void launch_kind(const Launch& l, bool in_memory) {
  if (in_memory)
    launch_memory<K>(l);
  else if (l.bytes <= canvas_few_parameters)
    launch_parameters<K, canvas_few_parameters>(l);
  else
    launch_parameters<K, canvas_most_parameters>(l);
}

void launch(PixelFormat format, const Launch& l, bool in_memory) {
  switch (format) {
    case PixelFormat::rgba8:
    case PixelFormat::bgra8: launch_kind<Kind::packed4>(l, in_memory); break;
    case PixelFormat::rgb8:
    case PixelFormat::bgr8: launch_kind<Kind::packed3>(l, in_memory); break;
    case PixelFormat::gray8: launch_kind<Kind::gray>(l, in_memory); break;
    case PixelFormat::nv12: launch_kind<Kind::nv12>(l, in_memory); break;
    case PixelFormat::i420: launch_kind<Kind::i420>(l, in_memory); break;
  }
  RETOUCH_CUDA("launch Canvas's drawing", cudaGetLastError());
}

// Pageable copies up to a size are staged by the driver before the call returns; larger ones go through pinned memory.
void upload(StreamView stream, const std::uint8_t* from, std::size_t bytes, std::uint8_t* to) {
  cudaStream_t handle = detail::cuda_handle(stream);
  if (bytes <= canvas_most_pageable) {
    for (std::size_t done = 0; done < bytes; done += canvas_pageable_piece)
      RETOUCH_CUDA("upload Canvas's list",
                   cudaMemcpyAsync(to + done, from + done, std::min(canvas_pageable_piece, bytes - done),
                                   cudaMemcpyHostToDevice, handle));
    return;
  }
  auto block = stream.state().pinned().acquire(bytes);
  std::memcpy(block.data(), from, bytes);
  RETOUCH_CUDA("upload Canvas's list", cudaMemcpyAsync(to, block.data(), bytes, cudaMemcpyHostToDevice, handle));
  block.release();
}

}  // namespace

void draw(StreamView stream, std::span<const Drawing> drawings) {
  canvas::DisplayList& first = *drawings.front().list;
  canvas::Bins& bins = first.bins;
  bins.clear();
  for (std::size_t i = 0; i < drawings.size(); ++i)
    first.binner.add(*drawings[i].list, drawings[i].commands, static_cast<std::uint16_t>(i), bins);
  if (bins.regions.empty()) return;

  Packer packer(first.payload);
  Launch l;
  l.stream = detail::cuda_handle(stream);
  l.regions = static_cast<unsigned>(bins.regions.size());
  l.layout.regions = packer.add(bins.regions.data(), bins.regions.size() * sizeof(canvas::RegionRecord));
  l.layout.entries = packer.add(bins.entries.data(), bins.entries.size() * sizeof(std::uint16_t));
  bool in_memory = false;
  first.targets.clear();
  for (const Drawing& d : drawings) {
    in_memory = in_memory || d.list->has_bitmaps;
    first.targets.push_back(packer.add(d.commands.data(), d.commands.size_bytes()));
    first.targets.push_back(packer.add(d.list->data.data(), d.list->data.size() * granule));
  }
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    TargetRecord t = target_record(drawings[i]);
    t.commands = first.targets[2 * i];
    t.data = first.targets[2 * i + 1];
    const std::uint32_t where = packer.add(&t, sizeof t);
    if (i == 0) l.layout.targets = where;
  }
  l.payload = packer.at(0);
  l.bytes = packer.bytes();
  in_memory = in_memory || l.bytes > canvas_most_parameters;

  const detail::DeviceGuard guard(stream.device().index());
  if (!in_memory) {
    launch(drawings.front().target.format(), l, false);
    return;
  }
  const detail::Temporary memory(stream, l.bytes);
  auto* const base = memory.get<std::uint8_t>();
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    const std::size_t data = first.targets[2 * i + 1];
    for (const Fixup& f : drawings[i].list->fixups) {
      if (f.kind != Fixup::Kind::data) continue;
      const std::uint8_t* pointer = base + (data + f.value) * granule;
      std::memcpy(packer.at(data) + f.at, &pointer, sizeof pointer);
    }
  }
  upload(stream, l.payload, l.bytes, base);
  l.payload = base;
  launch(drawings.front().target.format(), l, true);
}

}  // namespace retouch::cuda
