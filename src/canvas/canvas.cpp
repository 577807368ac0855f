// Canvas: its life, and the checks that all commands share.
#include "retouch/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <mutex>

#include "canvas/state.hpp"
#include "core/check.hpp"

namespace retouch {

namespace {

constexpr int longest_side = 32000;  // commands have 16-bit bounds

// States that no canvas uses, with their memory: recording allocates nothing after the first frames.
struct StatePool {
  static constexpr std::size_t most = 64;
  StatePool() { free.reserve(most); }
  static StatePool& instance() {
    static auto* const pool = new StatePool;  // canvases may outlive any static object of ours
    return *pool;
  }
  std::mutex mutex;
  std::vector<Canvas::State*> free;
};

}  // namespace

std::unique_ptr<Canvas::State, void (*)(Canvas::State*) noexcept> Canvas::State::take_from_pool() {
  StatePool& pool = StatePool::instance();
  State* state = nullptr;
  {
    const std::scoped_lock lock(pool.mutex);
    if (!pool.free.empty()) {
      state = pool.free.back();
      pool.free.pop_back();
    }
  }
  if (state == nullptr) state = new State;
  return {state, &State::give_back};
}

void Canvas::State::give_back(State* state) noexcept {
  constexpr std::size_t kept_granules = std::size_t{1} << 20U;  // 16 MB
  state->clear();
  if (state->list.data.capacity() > kept_granules) state->list.data = {};
  state->frame.reset();
  state->stream.reset();
  state->target = {};
  StatePool& pool = StatePool::instance();
  {
    const std::scoped_lock lock(pool.mutex);
    if (pool.free.size() < StatePool::most) {
      pool.free.push_back(state);
      return;
    }
  }
  delete state;
}

void Canvas::State::begin(StreamView on, const ImageView& view) {
  detail::check_device("Canvas", on, view);
  if (view.width() > longest_side || view.height() > longest_side)
    throw Unsupported(fmt::format("Canvas: at most {} pixels on a side ({})", longest_side, view.describe()));
  stream = on.state().shared_from_this();
  target = view;
  list.begin(view);
  recent_layouts.begin();
}

std::span<const canvas::Vec> Canvas::State::take(std::span<const PointF> from) {
  points.clear();
  for (const PointF& p : from) points.push_back(vec(p));
  return points;
}

Canvas::Canvas(const Frame& frame) : Canvas(frame.stream(), frame.view()) {}

Canvas::Canvas(StreamView stream, const FrameView& target) : Canvas(stream, target.image()) { state_->frame = target; }

Canvas::Canvas(StreamView stream, const ImageView& target)
    : state_(State::take_from_pool()), exceptions_(std::uncaught_exceptions()) {
  state_->begin(stream, target);
}

Canvas::Canvas(Canvas&&) noexcept = default;

Canvas::~Canvas() noexcept(false) {
  if (state_ != nullptr && std::uncaught_exceptions() == exceptions_) submit();
}

Size Canvas::size() const { return state_->target.size(); }
PixelFormat Canvas::format() const { return state_->target.format(); }
std::size_t Canvas::pending() const { return state_->list.commands.size() + state_->list.steps.size(); }
void Canvas::discard() { state_->clear(); }

void Canvas::submit() {
  State* const one = state_.get();
  if (!one->list.empty()) {
    struct Clear {  // also when drawing fails: what was recorded is not drawn twice
      State* state;
      ~Clear() { state->clear(); }
    } const clear{one};
    if (one->frame) static_cast<void>(one->frame->image());
    canvas::submit(one->stream_view(), std::span(&one, 1));
  }
}

void Canvas::submit(StreamView stream, std::span<Canvas* const> canvases) {
  if (canvases.empty()) return;
  std::vector<State*>& states = canvases.front()->state_->submitted;  // kept for its memory
  states.clear();
  for (Canvas* canvas : canvases) {
    State* const state = canvas->state_.get();
    if (state->target.device() != stream.device() && !state->target.empty())
      detail::invalid("Canvas::submit: a canvas of {} on a stream of {}", state->target.device().name(),
                      stream.device().name());
    if (state->frame) static_cast<void>(state->frame->image());
    if (!state->list.empty()) states.push_back(state);
  }
  struct Clear {
    std::vector<State*>& states;
    ~Clear() {
      for (State* state : states) state->clear();
    }
  } const clear{states};
  if (!states.empty()) canvas::submit(stream, states);
}

namespace canvas {

namespace {
constexpr float farthest = 1e6F;
}

float checked(const char* command, const char* what, float value) {
  if (!std::isfinite(value)) detail::invalid("Canvas::{}: {} must be a finite number ({})", command, what, value);
  return std::clamp(value, -farthest, farthest);
}

float checked_size(const char* command, const char* what, float value) {
  if (!std::isfinite(value) || value < 0)
    detail::invalid("Canvas::{}: {} must be a finite number, 0 or more ({})", command, what, value);
  return std::min(value, farthest);
}

float checked_opacity(const char* command, const char* what, float value) {
  if (!(value >= 0 && value <= 1)) detail::invalid("Canvas::{}: {} must be in 0..1 ({})", command, what, value);
  return value;
}

PointF checked(const char* command, const char* what, PointF point) {
  return {checked(command, what, point.x), checked(command, what, point.y)};
}

Box checked(const char* command, const Box& box) {
  if (!std::isfinite(box.left) || !std::isfinite(box.top) || !std::isfinite(box.width) || !std::isfinite(box.height) ||
      !std::isfinite(box.angle_deg))
    detail::invalid("Canvas::{}: the box must have finite numbers ({}, {}, {}x{}, {} degrees)", command, box.left,
                    box.top, box.width, box.height, box.angle_deg);
  if (box.width < 0 || box.height < 0)
    detail::invalid("Canvas::{}: the box's size must not be negative ({}x{})", command, box.width, box.height);
  const auto clamped = [](float v) { return std::clamp(v, -farthest, farthest); };
  const float left = clamped(box.left);
  const float top = clamped(box.top);
  return {left, top, clamped(box.left + box.width) - left, clamped(box.top + box.height) - top,
          std::fmod(box.angle_deg, 360.0F)};
}

void check_points(const char* command, std::span<const PointF> points) {
  for (const PointF& p : points)
    if (!std::isfinite(p.x) || !std::isfinite(p.y))
      detail::invalid("Canvas::{}: points must be finite numbers ({}, {})", command, p.x, p.y);
}

void check_dash(const char* command, const Dash& dash) {
  if (!std::isfinite(dash.dash_px) || !std::isfinite(dash.gap_px) || dash.dash_px < 0 || dash.gap_px < 0)
    detail::invalid("Canvas::{}: dashes and gaps must be finite numbers, 0 or more ({}, {})", command, dash.dash_px,
                    dash.gap_px);
}

}  // namespace canvas
}  // namespace retouch
