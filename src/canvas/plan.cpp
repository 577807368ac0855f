#include "canvas/plan.hpp"

#include <algorithm>
#include <span>

namespace retouch::canvas {

namespace {

constexpr int cell = 64;  // pixels; what shares a cell counts as touching

struct Cells {
  int x0, y0, x1, y1;  // inclusive
};
Cells cells_of(int x0, int y0, int x1, int y1, const Bounds& clip) {
  const auto column = [&](int x) { return std::clamp(x, clip.x0, clip.x1 - 1) / cell; };
  const auto row = [&](int y) { return std::clamp(y, clip.y0, clip.y1 - 1) / cell; };
  return {column(x0), row(y0), column(x1 - 1), row(y1 - 1)};
}
Cells cells_of(const Command& c, const Bounds& clip) { return cells_of(c.x0, c.y0, c.x1, c.y1, clip); }
Cells cells_of(const Step& s, const Bounds& clip) {
  return cells_of(s.region.x, s.region.y, s.region.x + s.region.width, s.region.y + s.region.height, clip);
}

template <class F>
void for_cells(std::vector<std::uint32_t>& cells, int columns, const Cells& c, F&& f) {
  for (int y = c.y0; y <= c.y1; ++y)
    for (int x = c.x0; x <= c.x1; ++x)
      f(cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(x)]);
}

bool touch(const Bounds& a, const Bounds& b) { return b.x0 < a.x1 && b.x1 > a.x0 && b.y0 < a.y1 && b.y1 > a.y0; }
// Chroma samples at an odd edge are the neighbour's too.
Bounds whole_samples(const Bounds& b, PixelFormat format) {
  return is_subsampled(format) ? Bounds{b.x0 & ~1, b.y0 & ~1, (b.x1 + 1) & ~1, (b.y1 + 1) & ~1} : b;
}
Bounds bounds_of(const Command& c) { return {c.x0, c.y0, c.x1, c.y1}; }
Bounds bounds_of(const Step& s) {
  return {s.region.x, s.region.y, s.region.x + s.region.width, s.region.y + s.region.height};
}

// Does no step touch another one, or a command on that side of it? The picture that a step makes is drawn after it,
// wherever that is. False, too, when to find out takes long.
enum class Side : std::uint8_t { before, after };
bool are_apart(const DisplayList& list, Side side) {
  constexpr std::size_t most = 4096;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < list.steps.size(); ++i) {
    const Step& step = list.steps[i];
    if (side == Side::after && !step.in_place) return false;
    const auto commands = side == Side::before ? std::span(list.commands).first(step.before)
                                               : std::span(list.commands).subspan(step.before);
    compared += commands.size() + i;
    if (compared > most) return false;
    const Bounds own = whole_samples(bounds_of(step), list.format);
    const auto touches = [&](const auto& other) { return touch(own, bounds_of(other)); };
    if (std::any_of(commands.begin(), commands.end(), touches) ||
        std::any_of(list.steps.begin(), list.steps.begin() + static_cast<std::ptrdiff_t>(i), touches))
      return false;
  }
  return true;
}

}  // namespace

void Planner::earliest(const DisplayList& list, Plan& plan) {
  cells_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0);
  plan.of_command.resize(list.commands.size());
  plan.of_step.resize(list.steps.size());
  plan.passes = 1;
  std::size_t step = 0;
  const auto greatest = [&](const Cells& c) {
    std::uint32_t most = 0;
    for_cells(cells_, columns_, c, [&](std::uint32_t& v) { most = std::max(most, v); });
    return most;
  };
  const auto do_steps = [&](std::size_t before) {
    for (; step < list.steps.size() && list.steps[step].before <= before; ++step) {
      const Cells c = cells_of(list.steps[step], list.clip);
      const std::uint32_t pass = greatest(c);
      plan.of_step[step] = pass;
      for_cells(cells_, columns_, c, [&](std::uint32_t& v) { v = pass + 1; });
      plan.passes = std::max(plan.passes, pass + 1);
    }
  };
  for (std::size_t i = 0; i < list.commands.size(); ++i) {
    do_steps(i);
    const Cells c = cells_of(list.commands[i], list.clip);
    std::uint32_t pass = greatest(c);
    // What a step made is there after it, wherever it is drawn.
    if (list.commands[i].type() == CommandType::picture && step > 0) pass = std::max(pass, plan.of_step[step - 1] + 1);
    plan.of_command[i] = pass;
    for_cells(cells_, columns_, c, [&](std::uint32_t& v) { v = pass; });
    plan.passes = std::max(plan.passes, pass + 1);
  }
  do_steps(list.commands.size());
}

void Planner::latest(const DisplayList& list, std::uint32_t passes, Plan& plan) {
  cells_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), passes);
  plan.of_command.resize(list.commands.size());
  plan.of_step.resize(list.steps.size());
  plan.passes = passes;
  std::size_t step = list.steps.size();
  const auto least = [&](const Cells& c) {
    std::uint32_t most = passes;
    for_cells(cells_, columns_, c, [&](std::uint32_t& v) { most = std::min(most, v); });
    return most;
  };
  std::uint32_t picture = passes;  // of the picture that the step before it makes
  const auto do_steps = [&](std::size_t after) {
    for (; step > 0 && list.steps[step - 1].before >= after; --step) {
      const Cells c = cells_of(list.steps[step - 1], list.clip);
      const std::uint32_t pass = std::min(least(c), list.steps[step - 1].in_place ? passes : picture) - 1;
      plan.of_step[step - 1] = pass;
      for_cells(cells_, columns_, c, [&](std::uint32_t& v) { v = pass; });
    }
  };
  for (std::size_t i = list.commands.size(); i-- > 0;) {
    do_steps(i + 1);
    const Cells c = cells_of(list.commands[i], list.clip);
    const std::uint32_t pass = std::min(least(c), passes - 1);
    plan.of_command[i] = pass;
    if (list.commands[i].type() == CommandType::picture) picture = pass;
    for_cells(cells_, columns_, c, [&](std::uint32_t& v) { v = pass; });
  }
  do_steps(0);
}

int Planner::launches(const Plan& plan) {
  draws_.assign(plan.passes, false);
  steps_.assign(plan.passes, false);
  for (const std::uint32_t p : plan.of_command) draws_[p] = true;
  for (const std::uint32_t p : plan.of_step) steps_[p] = true;
  return static_cast<int>(std::count(draws_.begin(), draws_.end(), true) +
                          std::count(steps_.begin(), steps_.end(), true));
}

const Plan& Planner::make(const DisplayList& list) {
  // Mostly all steps can be done first, or last: no plan has fewer launches.
  const bool first = are_apart(list, Side::before);
  if (first || are_apart(list, Side::after)) {
    early_.passes = first ? 2 : 1;
    early_.of_command.assign(list.commands.size(), first ? 1 : 0);
    early_.of_step.assign(list.steps.size(), 0);
    return early_;
  }
  columns_ = (list.clip.x1 - 1) / cell + 1;
  rows_ = (list.clip.y1 - 1) / cell + 1;
  earliest(list, early_);
  latest(list, early_.passes, late_);
  return launches(late_) < launches(early_) ? late_ : early_;
}

}  // namespace retouch::canvas
