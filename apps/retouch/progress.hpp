// What the terminal shows of a run: a bar that redraws itself, or plain lines where stderr is not a terminal.
#pragma once

#include <chrono>
#include <string>

#include "retouch/pipeline/runner.hpp"

namespace retouch::app {

class ProgressDisplay {
 public:
  enum class Style { bar, lines, none };
  /// A bar when stderr is a terminal, else lines.
  static Style fitting_style();

  explicit ProgressDisplay(Style style) : style_(style) {}
  /// Leaves no half line behind.
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void update(const Progress& progress);
  /// Takes the bar away, so that a line can be written.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  Style style_;
  bool shown_ = false;
  Clock::time_point last_line_ = Clock::now();
};

/// The report at the end, several lines.
std::string summary_text(const Summary& summary);

}  // namespace retouch::app
