#include "progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace retouch::app {
namespace {

std::string clock_text(double seconds) {
  const auto whole = std::llround(seconds);
  return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                       : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

int terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// "120/249 frames  48 %  61.2 frames/s  0:02 left"
std::string numbers(const Progress& progress) {
  std::string text = progress.frames_expected > 0
                         ? fmt::format("{}/{} frames", progress.frames_out, progress.frames_expected)
                         : fmt::format("{} frames", progress.frames_out);
  if (progress.fraction >= 0) text += fmt::format("  {:3.0f} %", 100 * progress.fraction);
  if (progress.seconds > 0) {
    text += fmt::format("  {:.1f} frames/s", static_cast<double>(progress.frames_out) / progress.seconds);
    if (progress.fraction > 0)
      text += fmt::format("  {} left", clock_text(progress.seconds * (1 - progress.fraction) / progress.fraction));
  }
  return text;
}

}  // namespace

ProgressDisplay::Style ProgressDisplay::fitting_style() {
  return isatty(STDERR_FILENO) != 0 ? Style::bar : Style::lines;
}

void ProgressDisplay::update(const Progress& progress) {
  if (style_ == Style::none) return;
  std::string text = numbers(progress);
  if (style_ == Style::lines) {
    constexpr std::chrono::seconds interval(3);
    if (Clock::now() - last_line_ < interval) return;
    last_line_ = Clock::now();
    fmt::print(stderr, "{}\n", text);
    return;
  }
  const int room = terminal_width() - static_cast<int>(text.size()) - 5;
  if (progress.fraction >= 0 && room >= 10) {
    const int length = std::min(room, 40);
    const int filled = static_cast<int>(progress.fraction * length);
    std::string bar;
    for (int i = 0; i < length; ++i) bar += i < filled ? "━" : "─";
    text = bar + "  " + text;
  }
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressDisplay::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

std::string summary_text(const Summary& summary) {
  std::string text = fmt::format("{}: {} frames {}x{} in {:.1f} s, {:.1f} frames/s",
                                 summary.output.empty() ? "no output" : summary.output, summary.frames_out,
                                 summary.width, summary.height, summary.seconds, summary.frames_per_second());
  if (summary.audio_tracks > 0)
    text += fmt::format(", {} audio track{}", summary.audio_tracks, summary.audio_tracks > 1 ? "s" : "");
  text += fmt::format("\n  on {}: {} -> {}; {:.1f} s to start\n", summary.device, summary.decoder, summary.encoder,
                      summary.start_seconds);
  if (summary.interrupted) text += "  interrupted: the file ends there\n";
  if (summary.frames_skipped > 0) text += fmt::format("  frames dropped by errors: {}\n", summary.frames_skipped);
  if (summary.errors_passed > 0) text += fmt::format("  frames passed on with errors: {}\n", summary.errors_passed);
  if (!summary.first_error.empty()) text += fmt::format("  first error: {}\n", summary.first_error);
  if (summary.damaged > 0) text += fmt::format("  faults in the damaged input: {}\n", summary.damaged);
  if (!summary.stages.empty()) {
    std::size_t widest = 5;
    for (const StageTime& stage : summary.stages) widest = std::max(widest, stage.name.size());
    text += fmt::format("  {:<{}}  {:>9}  {:>9}\n", "stage", widest, "mean ms", "max ms");
    for (const StageTime& stage : summary.stages)
      text += fmt::format("  {:<{}}  {:>9.3f}  {:>9.3f}\n", stage.name, widest, stage.mean_ms, stage.max_ms);
  }
  return text;
}

}  // namespace retouch::app
