// In how few passes a list can be done: drawings (everything of one pass in one launch) and, between them, steps.
#pragma once

#include <cstdint>
#include <vector>

#include "canvas/list.hpp"

namespace retouch::canvas {

/// Pass p draws the commands of pass p, then does the steps of pass p. Where things do not touch, their order does not
/// matter: so blurs of different objects share a pass though each object's box was drawn in between.
struct Plan {
  std::uint32_t passes = 0;
  std::vector<std::uint32_t> of_command;
  std::vector<std::uint32_t> of_step;
};

/// Keeps its memory. A list without steps has one pass.
class Planner {
 public:
  const Plan& make(const DisplayList& list);

 private:
  void earliest(const DisplayList& list, Plan& plan);
  void latest(const DisplayList& list, std::uint32_t passes, Plan& plan);
  int launches(const Plan& plan);

  Plan early_, late_;
  std::vector<std::uint32_t> cells_;
  std::vector<bool> draws_, steps_;
  int columns_ = 0;
  int rows_ = 0;
};

}  // namespace retouch::canvas
