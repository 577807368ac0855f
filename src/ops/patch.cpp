// Patch: a rectangle's way to the host, the comparison that finds what was edited, and the way back.
#include "retouch/patch.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>

#include "core/check.hpp"
#include "core/stream_state.hpp"
#include "ops/dispatch.hpp"
#include "ops/patch.hpp"
#include "pixel/blend.hpp"
#include "pixel/yuv.hpp"
#include "retouch/transform.hpp"

namespace retouch {

namespace {

std::atomic<std::uint64_t> downloaded{0};
std::atomic<std::uint64_t> uploaded{0};

constexpr std::size_t plane_alignment = 64;
constexpr std::size_t kept_states = 16;                    // per kind of device
constexpr std::size_t kept_bytes = std::size_t{4} << 20U;  // of each buffer of a kept state

std::size_t row_bytes(const Plane& plane) {
  return static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(plane.channels);
}

std::uint64_t pixel_bytes(const ImageView& view) {
  std::uint64_t sum = 0;
  for (int i = 0; i < view.plane_count(); ++i)
    sum += row_bytes(view.plane(i)) * static_cast<std::size_t>(view.plane(i).height);
  return sum;
}

// An image in host memory with tight rows. `phase`: of a 4:2:0 image whose first column (row) is the second of a pair;
// the image then begins one pixel further left (up), so that its chroma pairs up.
struct HostLayout {
  HostLayout(PixelFormat f, Size s, ColorSpec c, Point p) : format(f), size(s), color(c), phase(p) {
    whole = {size.width + phase.x, size.height + phase.y};
    for (std::size_t i = 0; i < static_cast<std::size_t>(plane_count(format)); ++i) {
      const bool chroma = is_subsampled(format) && i > 0;
      const int width = chroma ? (whole.width + 1) / 2 : whole.width;
      const int height = chroma ? (whole.height + 1) / 2 : whole.height;
      pitch[i] =
          static_cast<std::size_t>(width) * static_cast<std::size_t>(plane_channels(format, static_cast<int>(i)));
      offset[i] = bytes;
      bytes += (pitch[i] * static_cast<std::size_t>(height) + plane_alignment - 1) / plane_alignment * plane_alignment;
    }
  }

  ImageView on(std::uint8_t* memory) const {
    std::array<PlanePointer, 3> planes{};
    const auto count = static_cast<std::size_t>(plane_count(format));
    for (std::size_t i = 0; i < count; ++i) planes[i] = {memory + offset[i], static_cast<std::ptrdiff_t>(pitch[i])};
    return ImageView::wrap(Device::cpu(), format, whole, std::span(planes.data(), count), color)
        .region({phase.x, phase.y, size.width, size.height});
  }

  PixelFormat format;
  Size size;
  ColorSpec color;
  Point phase;
  Size whole{};
  std::array<std::size_t, 3> pitch{};
  std::array<std::size_t, 3> offset{};
  std::size_t bytes = 0;
};

StreamView cpu_stream() {
  static const Stream stream(Device::cpu());
  return stream;
}

std::uint8_t* grown(std::vector<std::uint8_t>& memory, std::size_t bytes) {
  if (memory.size() < bytes) memory.resize(bytes);
  return memory.data();
}

const std::uint8_t* row_of(const ImageView& view, int plane, int y) {
  return view.plane(plane).data + y * view.plane(plane).pitch_bytes;
}

// Marks, per pixel, where two images of one layout differ: in colour, or also in alpha. Says whether they do at all.
bool find_changes(const ImageView& before, const ImageView& after, bool alpha_counts, std::uint8_t* mask) {
  const auto width = static_cast<std::size_t>(after.width());
  std::memset(mask, 0, width * static_cast<std::size_t>(after.height()));
  bool any = false;
  const auto channels = static_cast<std::size_t>(after.plane(0).channels);
  const std::size_t compared = channels == 4 && !alpha_counts ? 3 : channels;
  for (int y = 0; y < after.height(); ++y) {
    const std::uint8_t* a = row_of(before, 0, y);
    const std::uint8_t* b = row_of(after, 0, y);
    if (std::memcmp(a, b, width * channels) == 0) continue;
    std::uint8_t* marks = mask + static_cast<std::size_t>(y) * width;
    for (std::size_t x = 0; x < width; ++x)
      if (std::memcmp(a + x * channels, b + x * channels, compared) != 0) marks[x] = 1, any = true;
  }
  for (int i = 1; i < after.plane_count(); ++i) {
    const Plane& plane = after.plane(i);
    for (int sample_row = 0; sample_row < plane.height; ++sample_row) {
      const std::uint8_t* a = row_of(before, i, sample_row);
      const std::uint8_t* b = row_of(after, i, sample_row);
      if (std::memcmp(a, b, row_bytes(plane)) == 0) continue;
      any = true;
      for (int y = 0; y < after.height(); ++y) {
        if ((y + after.y_phase()) / 2 != sample_row) continue;
        for (int x = 0; x < after.width(); ++x) {
          const auto at =
              static_cast<std::size_t>((x + after.x_phase()) / 2) * static_cast<std::size_t>(plane.channels);
          if (std::memcmp(a + at, b + at, static_cast<std::size_t>(plane.channels)) != 0)
            mask[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)] = 1;
        }
      }
    }
  }
  return any;
}

// Puts `fresh` where the mask says so. An alpha that the patch format does not have stays.
void take_pixels(const ImageView& fresh, const ImageView& native, const std::uint8_t* mask, bool keep_alpha) {
  const auto channels = static_cast<std::size_t>(native.plane(0).channels);
  const std::size_t taken = keep_alpha && channels == 4 ? 3 : channels;
  const auto width = static_cast<std::size_t>(native.width());
  for (int y = 0; y < native.height(); ++y) {
    const std::uint8_t* from = row_of(fresh, 0, y);
    std::uint8_t* to = native.plane(0).data + y * native.plane(0).pitch_bytes;
    for (std::size_t x = 0; x < width; ++x)
      if (mask[static_cast<std::size_t>(y) * width + x] != 0)
        std::memcpy(to + x * channels, from + x * channels, taken);
  }
}

// The chroma of one edited pixel of a packed patch.
class EditedChroma {
 public:
  EditedChroma(const ImageView& edited, ColorSpec color)
      : edited_(edited), coefficients_(pixel::yuv_coefficients(color)) {}
  std::pair<int, int> at(int x, int y) const {
    const int channels = edited_.plane(0).channels;
    if (channels == 1) return {128, 128};
    const std::uint8_t* p = row_of(edited_, 0, y) + std::ptrdiff_t{x} * channels;
    const bool bgr = is_bgr_order(edited_.format());
    const pixel::Yuv c = pixel::rgb_to_yuv(p[bgr ? 2 : 0], p[1], p[bgr ? 0 : 2], coefficients_);
    return {c.u, c.v};
  }

 private:
  const ImageView& edited_;
  pixel::YuvCoefficients coefficients_;
};

// A chroma sample is the mean over its pixels (`rest`: how far the frame reaches from the patch's corner) of the edited
// ones' chroma and, for each of the others, the sample's old value. A patch that has samples of its own gives them as
// they are.
void take_chroma(const ImageView& edited, const ImageView& fresh, const ImageView& native, const std::uint8_t* mask,
                 Size rest) {
  const EditedChroma chroma(edited, native.color());
  const bool own_samples = is_subsampled(edited.format());
  const bool interleaved = native.format() == PixelFormat::nv12;
  const Plane& first = native.plane(1);
  for (int sy = 0; sy < first.height; ++sy) {
    std::uint8_t* u_row = first.data + sy * first.pitch_bytes;
    std::uint8_t* v_row = interleaved ? u_row + 1 : native.plane(2).data + sy * native.plane(2).pitch_bytes;
    for (int sx = 0; sx < first.width; ++sx) {
      int edits = 0;
      int u = 0;
      int v = 0;
      for (int y = std::max(0, 2 * sy - native.y_phase()); y < std::min(native.height(), 2 * sy - native.y_phase() + 2);
           ++y)
        for (int x = std::max(0, 2 * sx - native.x_phase());
             x < std::min(native.width(), 2 * sx - native.x_phase() + 2); ++x) {
          if (mask[static_cast<std::size_t>(y) * static_cast<std::size_t>(native.width()) +
                   static_cast<std::size_t>(x)] == 0)
            continue;
          ++edits;
          if (own_samples) continue;
          const auto [pixel_u, pixel_v] = chroma.at(x, y);
          u += pixel_u;
          v += pixel_v;
        }
      if (edits == 0) continue;
      if (own_samples) {
        const std::ptrdiff_t at = std::ptrdiff_t{sx} * first.channels;
        u_row[at] = row_of(fresh, 1, sy)[at];
        v_row[at] = interleaved ? row_of(fresh, 1, sy)[at + 1] : row_of(fresh, 2, sy)[at];
        continue;
      }
      const int count =
          pixel::pair_length(sx, native.x_phase(), rest.width) * pixel::pair_length(sy, native.y_phase(), rest.height);
      std::uint8_t& u_byte = u_row[sx * first.channels];
      std::uint8_t& v_byte = v_row[sx * first.channels];
      u_byte = static_cast<std::uint8_t>((u + (count - edits) * u_byte + count / 2) / count);
      v_byte = static_cast<std::uint8_t>((v + (count - edits) * v_byte + count / 2) / count);
    }
  }
}

}  // namespace

struct Patch::State {
  std::optional<FrameView> region;
  std::shared_ptr<detail::StreamState> stream;  // may be gone with the pipeline before the patch
  Rect rect{};
  Size rest{};  // of the frame from the rectangle's corner
  std::unique_ptr<detail::PatchTransfer> transfer;
  ImageView native;  // as downloaded, in the transfer's memory
  ImageView pixels;  // what the user edits: `native` itself, or `edited`
  bool converted = false;
  bool committed = false;
  std::vector<std::uint8_t> edited;    // in the patch format
  std::vector<std::uint8_t> original;  // the same before any edit
  std::vector<std::uint8_t> fresh;     // the edited pixels in the frame's format
  std::vector<std::uint8_t> mask;

  StreamView stream_view() const { return StreamView(*stream); }
  HostLayout native_layout() const {
    return {native.format(), native.size(), native.color(), {native.x_phase(), native.y_phase()}};
  }
  HostLayout patch_layout(PixelFormat format) const {
    const bool paired = is_subsampled(format) && is_subsampled(native.format());
    return {format, native.size(), native.color(), paired ? Point{native.x_phase(), native.y_phase()} : Point{}};
  }

  void start_download(const Frame& frame, const Rect& wanted);
  void convert_to(PixelFormat format);
  // `last`: the pixels are not needed any more.
  void commit(bool last);
  // The bytes that go back.
  bool apply_edits(const ImageView& target);
};

namespace {

// States that no patch uses, with their memory.
class StatePool {
 public:
  static StatePool& instance() {
    static auto* const pool = new StatePool;  // patches of the user's may outlive any static object of ours
    return *pool;
  }

  std::unique_ptr<Patch::State> take(Device device) {
    {
      const std::scoped_lock lock(mutex_);
      auto& free = free_[device.is_cuda() ? 1 : 0];
      if (!free.empty()) {
        auto state = std::move(free.back());
        free.pop_back();
        return state;
      }
    }
    auto state = std::make_unique<Patch::State>();
#if RETOUCH_WITH_CUDA
    state->transfer = device.is_cuda() ? cuda::make_patch_transfer() : cpu::make_patch_transfer();
#else
    state->transfer = cpu::make_patch_transfer();
#endif
    return state;
  }

  void give_back(std::unique_ptr<Patch::State> state, bool on_gpu) noexcept {
    state->transfer->give_up();
    state->region.reset();
    state->stream.reset();
    state->rect = {};
    state->native = state->pixels = {};
    state->converted = state->committed = false;
    for (auto* memory : {&state->edited, &state->original, &state->fresh, &state->mask})
      if (memory->size() > kept_bytes) *memory = {};
    const std::scoped_lock lock(mutex_);
    auto& free = free_[on_gpu ? 1 : 0];
    if (free.size() < kept_states) free.push_back(std::move(state));
  }

 private:
  StatePool() {
    for (auto& free : free_) free.reserve(kept_states);  // giving back does not allocate
  }
  std::mutex mutex_;
  std::array<std::vector<std::unique_ptr<Patch::State>>, 2> free_;
};

}  // namespace

void Patch::State::start_download(const Frame& frame, const Rect& wanted) {
  stream = frame.stream().state().shared_from_this();
  rect = intersect(wanted, {0, 0, frame.width(), frame.height()});
  region = frame.region(rect);
  const ImageView source = region->image();
  if (source.empty()) return;
  rest = {frame.width() - rect.x, frame.height() - rect.y};
  const HostLayout layout(source.format(), source.size(), source.color(), {source.x_phase(), source.y_phase()});
  native = layout.on(transfer->reserve(stream_view(), layout.bytes));
  transfer->download(stream_view(), source, native);
  downloaded += pixel_bytes(native);
}

void Patch::State::convert_to(PixelFormat format) {
  converted = format != native.format() && !native.empty();
  pixels = native;
  if (!converted) return;
  const HostLayout layout = patch_layout(format);
  const ImageView before = layout.on(grown(original, layout.bytes));
  pixels = layout.on(grown(edited, layout.bytes));
  convert_into(cpu_stream(), native, before);
  std::memcpy(edited.data(), original.data(), layout.bytes);
}

bool Patch::State::apply_edits(const ImageView& target) {
  const HostLayout layout = patch_layout(pixels.format());
  const ImageView before = layout.on(original.data());
  const bool alpha_counts = has_alpha(native.format());
  grown(mask, static_cast<std::size_t>(pixels.width()) * static_cast<std::size_t>(pixels.height()));
  const bool any = find_changes(before, pixels, alpha_counts, mask.data());
  if (!any && !committed) return false;
  if (!any) return true;
  const HostLayout native_like = native_layout();
  const ImageView converted_back = native_like.on(grown(fresh, native_like.bytes));
  convert_into(cpu_stream(), pixels, converted_back);
  take_pixels(converted_back, target, mask.data(), !has_alpha(pixels.format()));
  if (is_subsampled(target.format())) take_chroma(pixels, converted_back, target, mask.data(), rest);
  return true;
}

void Patch::State::commit(bool last) {
  const ImageView target = region->image();
  if (native.empty()) return;  // outside the frame, or given away
  if (last) {
    const bool changed = !converted || apply_edits(native);
    const ImageView given = std::exchange(native, {});
    pixels = {};
    if (!changed) return;
    transfer->give_back(stream_view(), given, target);
    uploaded += pixel_bytes(given);
    return;
  }
  const HostLayout layout = native_layout();
  const ImageView staged = layout.on(transfer->stage(stream_view(), layout.bytes));
  for (int i = 0; i < native.plane_count(); ++i)  // tight rows: whole planes at a time
    std::memcpy(
        staged.plane(i).data, native.plane(i).data,
        static_cast<std::size_t>(native.plane(i).pitch_bytes) * static_cast<std::size_t>(native.plane(i).height - 1) +
            row_bytes(native.plane(i)));
  if (converted && !apply_edits(staged)) return;  // nothing was edited: the frame is what it should be
  transfer->send(stream_view(), staged, target);
  uploaded += pixel_bytes(staged);
  committed = true;
}

Patch::Patch(std::unique_ptr<State> state) : state_(std::move(state)) {}
Patch::Patch(Patch&&) noexcept = default;

Patch& Patch::operator=(Patch&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Patch::~Patch() {
  if (state_ == nullptr) return;
  const bool on_gpu = state_->stream != nullptr && state_->stream->device().is_cuda();
  StatePool::instance().give_back(std::move(state_), on_gpu);
}

const ImageView& Patch::pixels() const { return state_->pixels; }
Rect Patch::rect() const { return state_->rect; }
void Patch::commit() & { state_->commit(false); }
void Patch::commit() && { state_->commit(true); }

void Patch::commit_all(std::span<Patch> patches) {
  for (const Patch& patch : patches) static_cast<void>(patch.state_->region->image());  // all or none
  for (Patch& patch : patches) patch.commit();
}

std::vector<Patch> Frame::patches(std::span<const Rect> rects, const PatchOptions& options) const {
  static_cast<void>(view());  // throws when the lease has ended
  const PixelFormat format =
      options.format.value_or(this->format() == PixelFormat::gray8 ? PixelFormat::gray8 : PixelFormat::rgba8);
  if (static_cast<std::size_t>(format) >= all_pixel_formats.size())
    detail::invalid("Frame::patches: there is no pixel format {}", static_cast<int>(format));
  std::vector<Patch> patches;
  patches.reserve(rects.size());
  try {
    for (const Rect& rect : rects) {
      auto state = StatePool::instance().take(device());
      Patch::State& started = *state;
      started.stream = stream_.state().shared_from_this();
      patches.emplace_back(std::move(state));
      started.start_download(*this, rect);
    }
  } catch (...) {
    // Copies under way still write to the patches' memory.
    try {
      stream_.synchronize();
    } catch (...) {  // the first error says more
    }
    throw;
  }
  if (std::any_of(patches.begin(), patches.end(), [](const Patch& patch) { return !patch.rect().empty(); }))
    stream_.synchronize();
  for (Patch& patch : patches) patch.state_->convert_to(format);
  return patches;
}

std::vector<Patch> Frame::patches(std::span<const Rect> rects) const { return patches(rects, {}); }
Patch Frame::patch(const Rect& rect) const { return patch(rect, {}); }
Patch Frame::patch(const Rect& rect, const PatchOptions& options) const {
  return std::move(patches(std::span(&rect, 1), options).front());
}

PatchTraffic patch_traffic() { return {downloaded, uploaded}; }

}  // namespace retouch
