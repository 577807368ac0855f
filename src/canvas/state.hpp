// Inside of a Canvas.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "canvas/draw.hpp"
#include "canvas/edges.hpp"
#include "canvas/geometry.hpp"
#include "canvas/list.hpp"
#include "canvas/plan.hpp"
#include "core/stream_state.hpp"
#include "ops/gaussian_lowres.hpp"
#include "ops/sprite.hpp"
#include "retouch/canvas.hpp"
#include "text/recent.hpp"

namespace retouch {

struct Canvas::State {
  std::shared_ptr<detail::StreamState> stream;
  std::optional<FrameView> frame;  ///< when the target belongs to one: its lease is checked again when drawing
  ImageView target;
  canvas::DisplayList list;
  canvas::EdgeBuilder edges;
  text::RecentLayouts recent_layouts;
  std::vector<canvas::Vec> points, more_points, dash_points, joint_points;
  // For submit(), kept for their memory. Lent with the state, not to a thread: one that waits for its tasks may submit
  // another canvas in between.
  canvas::Planner planner;
  std::vector<canvas::Command> pass_commands;
  std::vector<std::uint32_t> command_begins, step_begins, pass_steps;
  std::vector<canvas::Drawing> drawings;
  std::vector<State*> submitted, open;
  std::vector<Image> pictures;
  std::vector<detail::LowresJob> gaussians;
  std::vector<ImageView> in_place;
#if RETOUCH_WITH_CUDA
  std::vector<std::shared_ptr<detail::ResidentCopy>> copies;
#endif

  StreamView stream_view() const { return StreamView(*stream); }
  void begin(StreamView on, const ImageView& view);
  /// What was recorded is drawn, or not wanted.
  void clear() {
    list.clear();
    recent_layouts.begin();
  }

  /// Target coordinates, within +-1e6, to list space.
  canvas::Vec vec(PointF p) const {
    return {std::clamp<double>(p.x, -1e6, 1e6) + list.placement.shift_x,
            std::clamp<double>(p.y, -1e6, 1e6) + list.placement.shift_y};
  }
  /// `points` = the points in list space.
  std::span<const canvas::Vec> take(std::span<const PointF> from);

  void fill_rect(double left, double top, double right, double bottom, std::uint32_t color);
  void border_rect(double left, double top, double right, double bottom, double thickness, std::uint32_t color);
  void rounded(double left, double top, double right, double bottom, double radius, double thickness,
               std::uint32_t color);
  void disc(canvas::Vec center, double radius, double inner, std::uint32_t color);
  /// A polyline of `thickness`, in one layer; of dashes where there are any.
  void stroke(std::span<const canvas::Vec> points, bool closed, double thickness, const Dash& dash,
              std::uint32_t color);
  void outline(std::span<const canvas::Vec> points, const ShapeStyle& style);
  /// Adds a shape's outline (not a mask's) to `edges`.
  void add_outline(const Shape& shape);

  static std::unique_ptr<State, void (*)(State*) noexcept> take_from_pool();
  static void give_back(State* state) noexcept;
};

namespace canvas {

/// Checks of what users give: throw InvalidArgument "Canvas::command: what (value)". Returned values are within +-1e6.
float checked(const char* command, const char* what, float value);
float checked_size(const char* command, const char* what, float value);     // 0 or more
float checked_opacity(const char* command, const char* what, float value);  // 0..1
PointF checked(const char* command, const char* what, PointF point);
Box checked(const char* command, const Box& box);
void check_points(const char* command, std::span<const PointF> points);
void check_dash(const char* command, const Dash& dash);

/// Draws lists of one device; the targets are checked. (src/canvas/submit.cpp)
void submit(StreamView stream, std::span<Canvas::State* const> states);

}  // namespace canvas
}  // namespace retouch
