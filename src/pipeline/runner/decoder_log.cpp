#include "pipeline/runner/decoder_log.hpp"

#include <gst/gst.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <string_view>

namespace retouch {
namespace {

struct Shared {
  std::mutex mutex;
  int listeners = 0;
  bool took_over = false;  // the default log function is out
  std::string first;
  std::atomic<std::int64_t> errors{0};
};
Shared& shared() {
  static auto* const instance = new Shared;  // threads of decoders may log until the process ends
  return *instance;
}

bool is_log_silent() {
  return std::getenv("GST_DEBUG") == nullptr && gst_debug_get_default_threshold() == GST_LEVEL_NONE;
}

// What libav says of streams that begin in the middle, as clips cut without re-encoding do: they decode whole.
bool is_harmless(std::string_view text) {
  constexpr std::array<std::string_view, 3> harmless = {"mmco:", "co located POCs", "number of reference frames"};
  for (const std::string_view word : harmless)
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

void listen(GstDebugCategory* category, GstDebugLevel level, const gchar*, const gchar*, gint, GObject*,
            GstDebugMessage* message, gpointer) {
  if (level != GST_LEVEL_ERROR || std::string_view(gst_debug_category_get_name(category)) != "libav") return;
  std::string text = gst_debug_message_get(message);
  if (is_harmless(text)) return;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  Shared& state = shared();
  state.errors.fetch_add(1);
  const std::lock_guard lock(state.mutex);
  if (state.first.empty()) state.first = text;
}

}  // namespace

DecoderLog::DecoderLog() {
  Shared& state = shared();
  const std::lock_guard lock(state.mutex);
  if (state.listeners++ == 0) {
    state.first.clear();
    gst_debug_set_active(TRUE);
    gst_debug_add_log_function(listen, nullptr, nullptr);
    // The category's threshold is raised for us alone: without GST_DEBUG nothing shall be printed.
    if (is_log_silent()) {
      state.took_over = true;
      gst_debug_remove_log_function(gst_debug_log_default);
      gst_debug_set_threshold_for_name("libav", GST_LEVEL_ERROR);
    }
  }
  before_ = state.errors.load();
}

DecoderLog::~DecoderLog() {
  Shared& state = shared();
  const std::lock_guard lock(state.mutex);
  if (--state.listeners > 0) return;
  gst_debug_remove_log_function(listen);
  if (state.took_over) {
    gst_debug_unset_threshold_for_name("libav");
    gst_debug_add_log_function(gst_debug_log_default, nullptr, nullptr);
    state.took_over = false;
  }
}

std::int64_t DecoderLog::errors() const { return shared().errors.load() - before_; }

std::string DecoderLog::first_error() {
  const std::lock_guard lock(shared().mutex);
  return shared().first;
}

}  // namespace retouch
