// From recorded lists to launches.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "canvas/bin.hpp"
#include "canvas/draw.hpp"
#include "canvas/plan.hpp"
#include "canvas/state.hpp"
#include "core/check.hpp"
#include "ops/dispatch.hpp"
#include "ops/gaussian_blur.hpp"
#include "ops/gaussian_lowres.hpp"
#include "ops/sprite.hpp"
#include "retouch/fill.hpp"
#include "retouch/filter.hpp"

namespace retouch::canvas {

namespace {

// A list's pictures that steps make, and the resident copies that its commands read, while it is being drawn.
class Submission {
 public:
  Submission(StreamView stream, Canvas::State& state) : stream_(stream), state_(state) {}

  /// What an earlier submission left that failed.
  void begin() {
    state_.pictures.clear();
#if RETOUCH_WITH_CUDA
    state_.copies.clear();
#endif
  }

  void resolve_pointers() {
    DisplayList& list = state_.list;
    for (const Fixup& f : list.fixups) {
      if (f.kind == Fixup::Kind::sprite) set(f.at, sprite_pointer(f));
      if (f.kind == Fixup::Kind::arena) set(f.at, arena_pointer(f.value));
    }
  }

  void run_steps(std::span<const std::uint32_t> numbers) {
    DisplayList& list = state_.list;
    state_.gaussians.clear();
    for (const std::uint32_t i : numbers) {
      const Step& step = list.steps[i];
      const Rect where{step.region.x - list.placement.shift_x, step.region.y - list.placement.shift_y,
                       step.region.width, step.region.height};
      const ImageView source = state_.target.region(where);
      const ImageView to = step.in_place ? source : make_picture(step, source);
      switch (step.kind) {
        case Step::Kind::gaussian: state_.gaussians.push_back({source, to, step.strength, step.strength, {}}); break;
        case Step::Kind::box: box_filter(source, to, step); break;
        case Step::Kind::pixelate: mosaic(source, to, step); break;
        case Step::Kind::copy: copy_part(source, to); break;
      }
    }
    blur_gaussians();
  }

  void done() {
#if RETOUCH_WITH_CUDA
    for (const auto& copy : state_.copies) copy->used(stream_);
    state_.copies.clear();
#endif
    state_.pictures.clear();
  }

 private:
  void set(std::uint32_t at, const void* pointer) {
    std::memcpy(reinterpret_cast<std::byte*>(state_.list.data.data()) + at, &pointer, sizeof pointer);
  }

  const void* sprite_pointer(const Fixup& f) {
    const auto& data = state_.list.sprites[f.value];
    auto* const record = reinterpret_cast<SpriteRecord*>(reinterpret_cast<std::byte*>(state_.list.data.data()) + f.at -
                                                         offsetof(SpriteRecord, data));
    record->pitch = static_cast<std::int32_t>(data->pitch);
#if RETOUCH_WITH_CUDA
    if (stream_.device().is_cuda()) {
      state_.copies.push_back(data->resident(stream_));
      return state_.copies.back()->use(stream_);
    }
#endif
    return data->host().data;
  }

  const void* arena_pointer(std::uint32_t index) {
    const text::GlyphArena& arena = *state_.list.arenas[index];
#if RETOUCH_WITH_CUDA
    if (stream_.device().is_cuda()) {
      if (last_arena_ != &arena) {
        last_arena_ = &arena;
        last_pointer_ = cuda::resident_arena(stream_, arena);
      }
      return last_pointer_;
    }
#endif
    return arena.data();
  }

  // Strong ones at low resolution, all at once; weak ones exactly, those of one strength at once.
  void blur_gaussians() {
    auto& jobs = state_.gaussians;
    auto& in_place = state_.in_place;
    const auto weak = std::partition(jobs.begin(), jobs.end(), [](const detail::LowresJob& job) {
      return job.sigma_x >= detail::gaussian_lowres_from;
    });
    if (weak != jobs.begin()) detail::gaussian_lowres(stream_, std::span(jobs.begin(), weak));
    std::sort(weak, jobs.end(), [](const auto& a, const auto& b) { return a.sigma_x < b.sigma_x; });
    for (auto job = weak; job != jobs.end();) {
      const GaussianBlurOptions options{.sigma_x = static_cast<double>(job->sigma_x)};
      in_place.clear();
      const float sigma = job->sigma_x;
      for (; job != jobs.end() && job->sigma_x == sigma; ++job) {
        if (job->src.plane(0).data == job->dst.plane(0).data)
          in_place.push_back(job->src);
        else
          gaussian_blur_into(stream_, job->src, job->dst, options);
      }
      if (!in_place.empty()) gaussian_blur(stream_, in_place, options);
    }
  }

  // An image whose pixel (0, 0) lies on the chroma grid; returns the part of it that `source` goes to.
  ImageView make_picture(const Step& step, const ImageView& source) {
    DisplayList& list = state_.list;
    const int left = source.x_phase();
    const int top = source.y_phase();
    const Image& image = state_.pictures.emplace_back(
        stream_, source.format(), Size{source.width() + left, source.height() + top}, source.color());
    const auto planes = static_cast<std::size_t>(plane_count(source.format()));
    for (const Fixup& f : std::span(list.fixups).subspan(step.fixups, planes)) {
      const Plane& plane = image.view().plane(f.plane);
      set(f.at, plane.data);
      auto* const record = reinterpret_cast<PictureRecord*>(reinterpret_cast<std::byte*>(list.data.data()) + f.at -
                                                            offsetof(PictureRecord, planes) - sizeof(void*) * f.plane);
      record->pitches[f.plane] = static_cast<std::int32_t>(plane.pitch_bytes);
      record->width = image.width();
      record->height = image.height();
    }
    return image.region({left, top, source.width(), source.height()});
  }

  // Insets look between pixels: where the source starts amid a pair, the pixels of the pair's other half, which are not
  // its own, become what their neighbours are.
  void copy_part(const ImageView& source, const ImageView& to) {
    copy_into(stream_, source, to);
    const Plane& luma = to.plane(0);
    const auto copy_luma = [&](std::uint8_t* from, std::uint8_t* into, Size size) {
      const auto pixels = [&](std::uint8_t* at) {
        return ImageView::wrap(stream_.device(), PixelFormat::gray8, size, at, luma.pitch_bytes);
      };
      copy_into(stream_, pixels(from), pixels(into));
    };
    if (source.x_phase() != 0) copy_luma(luma.data, luma.data - 1, {1, luma.height});
    const int left = source.x_phase();
    if (source.y_phase() != 0) copy_luma(luma.data - left, luma.data - left - luma.pitch_bytes, {luma.width + left, 1});
  }

  void box_filter(const ImageView& source, const ImageView& to, const Step& step) {
    const int side = std::clamp(static_cast<int>(std::lround(step.strength)), 1, 255);
    const BoxBlurOptions options{.ksize = {side, side}};
    if (step.in_place)
      box_blur(stream_, source, options);
    else
      box_blur_into(stream_, source, to, options);
  }

  void mosaic(const ImageView& source, const ImageView& to, const Step& step) {
    int cell = std::max(1, static_cast<int>(std::lround(step.strength)));
    if (is_subsampled(source.format())) cell = (cell + 1) / 2 * 2;
    if (step.in_place)
      pixelate(stream_, source, {.cell_px = cell});
    else
      pixelate_into(stream_, source, to, {.cell_px = cell});
  }

  StreamView stream_;
  Canvas::State& state_;
  [[maybe_unused]] const text::GlyphArena* last_arena_ = nullptr;
  [[maybe_unused]] const void* last_pointer_ = nullptr;
};

void draw(StreamView stream, std::span<const Drawing> drawings) { RETOUCH_DISPATCH(stream, draw(stream, drawings)); }

// Draws all commands, in as many launches as their number asks for.
void draw_all(StreamView stream, const Drawing& all) {
  for (std::size_t begin = 0; begin < all.commands.size(); begin += most_commands) {
    const Drawing part{all.list, all.commands.subspan(begin, std::min(most_commands, all.commands.size() - begin)),
                       all.target};
    draw(stream, std::span(&part, 1));
  }
}

// Sorts numbers by their pass: those of pass p are begins[p] .. begins[p + 1] - 1.
template <class Put>
void sort_by_pass(const std::vector<std::uint32_t>& passes, std::uint32_t count, std::vector<std::uint32_t>& begins,
                  Put&& put) {
  begins.assign(std::size_t{count} + 2, 0);
  for (const std::uint32_t p : passes) ++begins[p + 2];
  for (std::size_t p = 2; p < begins.size(); ++p) begins[p] += begins[p - 1];
  for (std::size_t i = 0; i < passes.size(); ++i) put(begins[passes[i] + 1]++, i);
}

void submit_steps(StreamView stream, Canvas::State& state) {
  Submission submission(stream, state);
  submission.begin();
  submission.resolve_pointers();
  const DisplayList& list = state.list;
  const Plan& plan = state.planner.make(list);
  state.pass_commands.resize(list.commands.size());
  sort_by_pass(plan.of_command, plan.passes, state.command_begins,
               [&](std::uint32_t at, std::size_t i) { state.pass_commands[at] = list.commands[i]; });
  state.pass_steps.resize(list.steps.size());
  sort_by_pass(plan.of_step, plan.passes, state.step_begins,
               [&](std::uint32_t at, std::size_t i) { state.pass_steps[at] = static_cast<std::uint32_t>(i); });
  for (std::uint32_t pass = 0; pass < plan.passes; ++pass) {
    const auto part = [pass](auto& of, const std::vector<std::uint32_t>& begins) {
      return std::span(of).subspan(begins[pass], begins[pass + 1] - begins[pass]);
    };
    const auto commands = part(state.pass_commands, state.command_begins);
    if (!commands.empty()) draw_all(stream, {&state.list, commands, state.target});
    submission.run_steps(part(state.pass_steps, state.step_begins));
  }
  submission.done();
}

}  // namespace

void submit(StreamView stream, std::span<Canvas::State* const> states) {
  std::vector<Drawing>& drawings = states.front()->drawings;
  drawings.clear();
  std::vector<Canvas::State*>& open = states.front()->open;
  open.clear();
  const auto flush = [&] {
    if (!drawings.empty()) draw(stream, drawings);
    drawings.clear();
    for (Canvas::State* one : open) Submission(stream, *one).done();
    open.clear();
  };
  constexpr std::size_t most_drawings = 64;
  for (Canvas::State* state : states) {
    DisplayList& list = state->list;
    if (state->target.empty()) continue;
    const bool alone = !list.steps.empty() || list.commands.size() > most_commands;
    const bool alike = drawings.empty() || drawings.front().target.format() == state->target.format();
    // Two canvases of one picture: one after the other.
    const bool apart = std::none_of(drawings.begin(), drawings.end(),
                                    [&](const Drawing& d) { return overlaps(d.target, state->target); });
    if (alone || !alike || !apart || drawings.size() == most_drawings) flush();
    if (!list.steps.empty()) {
      submit_steps(stream, *state);
      continue;
    }
    Submission submission(stream, *state);
    submission.begin();
    submission.resolve_pointers();
    open.push_back(state);
    if (alone) {
      draw_all(stream, {&list, list.commands, state->target});
      flush();
    } else {
      drawings.push_back({&list, list.commands, state->target});
    }
  }
  flush();
}

}  // namespace retouch::canvas
