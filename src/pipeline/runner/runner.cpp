#include "retouch/pipeline/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <string_view>
#include <thread>

#include "pipeline/runner/bus_errors.hpp"
#include "pipeline/runner/decoder_log.hpp"
#include "pipeline/runner/encoder.hpp"
#include "pipeline/runner/function_stats.hpp"
#include "pipeline/runner/graph.hpp"
#include "pipeline/runner/gst_support.hpp"
#include "pipeline/runner/input_file.hpp"
#include "pipeline/runner/output_file.hpp"
#include "retouch/interop/gstreamer.hpp"

namespace retouch {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Device device_of(const Module& module) {
  try {
    return Device::parse(module.device);
  } catch (const InvalidArgument& error) {
    throw RunError(RunFailure::usage, error.what());
  } catch (const Unsupported& error) {
    throw RunError(RunFailure::device, fmt::format("{}; see 'retouch devices', or use --device cpu", error.what()));
  }
}

// A short name for messages and for functions that keep something per source.
std::string source_id_of(const InputFile& input) {
  return input.path.empty() ? input.uri : std::filesystem::path(input.path).stem().string();
}

}  // namespace

struct Runner::Impl {
  Module module;
  RunCallbacks callbacks;
  FramePng png;
  std::atomic<int> stop_requests{0};  // 1: finish what there is; 2: abort

  InputFile input;
  std::unique_ptr<Graph> graph;
  std::optional<DecoderLog> decoder_log;
  Clock::time_point started = Clock::now();
  std::optional<Clock::time_point> first_frame;
  std::int64_t duration = -1;  // ns
  bool interrupted = false;
  std::string first_warning;  // of a function

  void say(MessageLevel level, const std::string& text) const {
    if (callbacks.message) callbacks.message(level, text);
  }

  Summary run();
  void play();
  void handle(GstMessage* message);
  [[noreturn]] void fail(GstMessage* message);
  void report_progress(bool at_end = false);
  void check_damage_so_far() const;
  std::int64_t check_damage_at_end() const;
  std::int64_t flow() const;
  bool shut_down(double patience_s);
  void keep_rotation(const OutputFile& output, const std::string& format) const;
  Summary summarize(const std::string& output, std::int64_t damaged) const;
};

Summary Runner::Impl::run() {
  const std::string format = format_of(module.output);
  input = inspect_input(module.source.uri);
  const Device device = device_of(module);
  if (input.iso && !input.iso->damage.empty() && !module.keep_damaged)
    throw RunError(RunFailure::input,
                   fmt::format("input {} is damaged: {}; get a whole copy, or give --keep-damaged to "
                               "take what can be decoded",
                               input.uri, input.iso->damage));
  const bool turned = input.iso && input.iso->matrix && !is_identity(*input.iso->matrix);
  if (turned && format == "mkv")
    throw RunError(RunFailure::output, fmt::format("output {}: the input has a rotation tag, which .mkv does not keep; "
                                                   "name the output .mp4 or .mov",
                                                   module.output.file));
  if (input.iso) duration = input.iso->duration_ns;
  std::optional<OutputFile> output;
  if (format != "none") output.emplace(module.output.file, input.path);
  start_gstreamer(device);
  decoder_log.emplace();
  graph = std::make_unique<Graph>(
      module, device,
      GraphSettings{input.path, source_id_of(input), output ? output->partial_path() : "", format,
                    input.iso ? input.iso->timescale : 0, input.iso ? input.iso->duration_offset : 0,
                    input.iso ? input.iso->duration_size : 0, png});
  for (const std::string& warning : module.warnings) say(MessageLevel::warning, warning);
  say(MessageLevel::debug, fmt::format("device {}, encoder {}", device.name(), graph->encoder_name()));

  std::optional<RunError> failure;
  Summary summary;
  try {
    play();
    if (const auto tracks = graph->tracks_without_video())
      throw RunError(RunFailure::input,
                     fmt::format("input {} has no video track (it has: {}); give a video file", input.uri, *tracks));
    if (interrupted && graph->encoded == 0)
      throw RunError(RunFailure::aborted, "interrupted before the first frame was written; nothing is kept");
    if (input.iso && input.iso->audio_tracks > graph->audio_tracks)
      say(MessageLevel::warning,
          fmt::format("of the input's {} audio tracks only {} can be read; the output lacks the rest",
                      input.iso->audio_tracks, graph->audio_tracks.load()));
    const std::int64_t damaged = interrupted ? 0 : check_damage_at_end();
    summary = summarize(output ? output->path() : "", damaged);
    if (!interrupted) report_progress(true);
  } catch (const RunError& error) {
    failure = error;
  }
  if (!shut_down(failure ? 5.0 : std::max(30.0, module.stall_timeout))) {
    // A function does not return: its thread still uses the pipeline, which therefore stays.
    static_cast<void>(graph.release());
    if (!failure) failure.emplace(RunFailure::stalled, "a function does not end; the output was not kept");
  }
  if (failure) throw *failure;
  if (output) {
    keep_rotation(*output, format);
    if (graph->has_priming && !write_priming(output->partial_path()))
      throw RunError(RunFailure::output,
                     fmt::format("output {}: the start of the audio cannot be written", output->path()));
    if (format != "mkv" && !write_video_end(output->partial_path(), graph->video_end))
      throw RunError(RunFailure::output,
                     fmt::format("output {}: the end of the video cannot be written", output->path()));
    output->publish();
  }
  summary.seconds = first_frame ? seconds_since(*first_frame) : 0;
  if (!png.file.empty() && !graph->png_saved)
    throw RunError(RunFailure::usage,
                   fmt::format("frame {} cannot be saved as {}: {} has {} frames, counted from 0", png.frame, png.file,
                               output ? output->path() : input.uri, summary.frames_out));
  return summary;
}

// Until the end of the stream, or an error.
void Runner::Impl::play() {
  GstElement* pipeline = graph->pipeline();
  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline));
  if (const Device device = device_of(module); device.is_cuda()) {
    // The decoder gets the primary CUDA context, so that its frames and the functions share one address space.
    gst_bus_set_sync_handler(
        bus.get(),
        +[](GstBus*, GstMessage* message, gpointer index) {
          interop::answer_need_context(message, GPOINTER_TO_INT(index));
          return GST_BUS_PASS;
        },
        GINT_TO_POINTER(device.index()), nullptr);
  }
  // A failure is also on the bus, with its reason.
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  Clock::time_point last_progress = Clock::now();
  Clock::time_point last_report = last_progress;
  std::int64_t last_flow = -1;
  for (;;) {
    const GstPtr<GstMessage> message(
        gst_bus_timed_pop_filtered(bus.get(), 50 * GST_MSECOND,
                                   static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS |
                                                               GST_MESSAGE_APPLICATION | GST_MESSAGE_WARNING)));
    if (!first_frame && graph->decoded > 0) first_frame = Clock::now();
    const int requests = stop_requests.load();
    if (requests >= 2) throw RunError(RunFailure::aborted, "aborted; the output was removed");
    if (message) {
      if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) break;
      handle(message.get());
    }
    if (requests == 1 && !interrupted) {
      if (graph->encoded == 0 && graph->decoded == 0)
        throw RunError(RunFailure::aborted, "interrupted before the first frame; nothing was written");
      interrupted = true;
      say(MessageLevel::info, "interrupted: finishing the output; once more to abort");
      graph->stop_here();
      gst_element_send_event(pipeline, gst_event_new_eos());
    }
    if (!module.keep_damaged && !interrupted) check_damage_so_far();
    if (seconds_since(last_report) >= 0.1) {
      report_progress();
      last_report = Clock::now();
    }
    if (const std::int64_t now = flow(); now != last_flow) {
      last_flow = now;
      last_progress = Clock::now();
    } else if (graph->coded == 0 && seconds_since(last_progress) > 1) {
      if (const GstPtr<GstMessage> error = graph->container_error()) fail(error.get());
    }
    if (module.stall_timeout > 0 && seconds_since(last_progress) > module.stall_timeout) {
      throw RunError(
          RunFailure::stalled,
          fmt::format("no progress for {:g} s after {} frames; if a function or the input is that slow, give a "
                      "longer --stall-timeout (0: wait for ever)",
                      module.stall_timeout, graph->encoded.load()));
    }
  }
  report_progress();
}

std::int64_t Runner::Impl::flow() const { return graph->coded + graph->decoded + graph->encoded + graph->last_end; }

void Runner::Impl::handle(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_APPLICATION: {
      const GstStructure* content = gst_message_get_structure(message);
      const char* text = gst_structure_get_string(content, "text");
      if (gst_structure_has_name(content, Graph::note_message)) {
        say(MessageLevel::info, text);
      } else if (gst_structure_has_name(content, Graph::error_message)) {
        int failure = 0;
        gst_structure_get_int(content, "failure", &failure);
        const auto kind = static_cast<RunFailure>(failure);
        throw RunError(kind, kind == RunFailure::input ? fmt::format("input {}: {}", input.uri, text) : text);
      }
      break;
    }
    case GST_MESSAGE_WARNING: {
      const auto& functions = graph->function_elements();
      const bool of_function =
          std::find(functions.begin(), functions.end(), GST_ELEMENT_CAST(GST_MESSAGE_SRC(message))) != functions.end();
      const std::string text = warning_text(message);
      if (of_function && first_warning.empty()) first_warning = text;
      if (of_function)
        say(MessageLevel::warning, text);
      else
        say(MessageLevel::debug, fmt::format("{}: {}", GST_MESSAGE_SRC_NAME(message), text));
      break;
    }
    case GST_MESSAGE_ERROR: fail(message);
    default: break;
  }
}

void Runner::Impl::fail(GstMessage* message) {
  const GstPtr<GstBus> bus(gst_element_get_bus(graph->pipeline()));
  const bool on_cuda = device_of(module).is_cuda();
  const RunError error =
      run_error(bus.get(), message,
                {input.uri, module.output.file, graph->width, graph->height, on_cuda, graph->coded.load() > 0},
                graph->function_elements());
  // What comes of damage (frames without a time, say) is first noticed further on, by the muxer.
  const bool unexplained = error.failure() == RunFailure::internal || error.failure() == RunFailure::usage;
  if (unexplained && !module.keep_damaged && !interrupted) check_damage_so_far();
  throw error;
}

void Runner::Impl::report_progress(bool at_end) {
  if (duration <= 0) {
    gint64 value = 0;
    const ElementPtr container(gst_bin_get_by_name(GST_BIN(graph->pipeline()), "container"));
    if (container && gst_element_query_duration(container.get(), GST_FORMAT_TIME, &value)) duration = value;
  }
  if (!callbacks.progress) return;
  Progress progress;
  progress.frames_in = graph->decoded;
  progress.frames_out = graph->encoded;
  progress.frames_expected = input.iso ? input.iso->video_frames : 0;
  if (progress.frames_expected > 0)
    progress.fraction = static_cast<double>(progress.frames_out) / static_cast<double>(progress.frames_expected);
  else if (duration > 0 && graph->position >= 0)
    progress.fraction = static_cast<double>(graph->position) / static_cast<double>(duration);
  progress.fraction = at_end ? 1.0 : std::min(progress.fraction, 1.0);
  progress.seconds = first_frame ? seconds_since(*first_frame) : 0;
  callbacks.progress(progress);
}

void Runner::Impl::check_damage_so_far() const {
  if (decoder_log->errors() == 0 && graph->corrupted == 0) return;
  const std::string reason = DecoderLog::first_error();
  throw RunError(RunFailure::input,
                 fmt::format("input {} is damaged: the decoder complains near frame {}{}; get a whole copy, or give "
                             "--keep-damaged to take what can be decoded",
                             input.uri, graph->decoded.load(), reason.empty() ? "" : " (" + reason + ")"));
}

std::int64_t Runner::Impl::check_damage_at_end() const {
  std::string what;
  std::int64_t lost = 0;
  const std::int64_t stored = input.iso ? input.iso->video_frames : 0;
  if (stored > graph->coded) {
    lost += stored - graph->coded;
    what = fmt::format("{} of {} frames cannot be read", lost, stored);
  }
  if (graph->shown > graph->decoded) {
    const std::int64_t undecoded = graph->shown - graph->decoded;
    lost += undecoded;
    if (what.empty()) what = fmt::format("{} of {} frames cannot be decoded", undecoded, graph->shown.load());
  }
  constexpr double tolerance_s = 0.5;  // containers round the duration, and audio ends a little off
  const double missing_s = static_cast<double>(duration - graph->last_end) / 1e9;
  if (what.empty() && states_exact_duration(graph->pipeline()) && duration > 0 && missing_s > tolerance_s)
    what = fmt::format("it ends at {:.1f} s of {:.1f} s", static_cast<double>(graph->last_end) / 1e9,
                       static_cast<double>(duration) / 1e9);
  lost += decoder_log->errors() + graph->corrupted;
  if (what.empty() && graph->decoded == 0) what = "no frame could be decoded";
  if (what.empty()) return lost;
  if (!module.keep_damaged || graph->encoded == 0)
    throw RunError(RunFailure::input,
                   fmt::format("input {} is damaged: {}; get a whole copy{}", input.uri, what,
                               graph->encoded > 0 ? ", or give --keep-damaged to take the rest" : ""));
  say(MessageLevel::warning, fmt::format("input {} is damaged: {}", input.uri, what));
  return std::max<std::int64_t>(lost, 1);
}

// False when a thread of the pipeline does not end in time.
bool Runner::Impl::shut_down(double patience_s) {
  auto stopped = std::make_shared<std::promise<void>>();
  std::future<void> done = stopped->get_future();
  GstElement* pipeline = GST_ELEMENT(gst_object_ref(graph->pipeline()));
  std::thread([pipeline, stopped] {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    stopped->set_value();
  }).detach();
  const auto deadline = Clock::now() + std::chrono::duration<double>(patience_s);
  while (done.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
    if (Clock::now() > deadline || stop_requests >= 2)
      return done.wait_for(std::chrono::seconds(2)) == std::future_status::ready;
  return true;
}

void Runner::Impl::keep_rotation(const OutputFile& output, const std::string& format) const {
  std::optional<DisplayMatrix> matrix = input.iso ? input.iso->matrix : std::nullopt;
  if (!matrix && !graph->orientation().empty())
    matrix = orientation_matrix(graph->orientation(), graph->end_width, graph->end_height);
  if (!matrix || is_identity(*matrix)) return;
  if (format == "mkv") {
    say(MessageLevel::warning, "the input's rotation tag is lost: .mkv does not keep it; name the output .mp4 or .mov");
  } else if (!write_display_matrix(output.partial_path(), *matrix)) {
    throw RunError(RunFailure::output, fmt::format("output {}: the rotation tag cannot be written", output.path()));
  }
}

Summary Runner::Impl::summarize(const std::string& output, std::int64_t damaged) const {
  Summary summary;
  summary.output = output;
  summary.device = device_of(module).name();
  summary.decoder = graph->decoder_name();
  summary.encoder = graph->encoder_name();
  summary.width = graph->end_width;
  summary.height = graph->end_height;
  summary.frames_in = graph->decoded;
  summary.frames_out = graph->encoded;
  summary.damaged = damaged;
  summary.audio_tracks = graph->audio_tracks;
  summary.interrupted = interrupted;
  if (first_frame) summary.start_seconds = std::chrono::duration<double>(*first_frame - started).count();
  summary.first_error = first_warning;
  for (GstElement* element : graph->function_elements()) add_function_stats(element, summary);
  const std::int64_t kept = summary.frames_in - summary.frames_skipped;
  if (!interrupted && !graph->has_plain_elements() && summary.frames_out != kept)
    throw RunError(RunFailure::internal, fmt::format("{} frames went into the encoder and {} came out; try another one "
                                                     "with pipeline.output.encoder",
                                                     kept, summary.frames_out));
  return summary;
}

Runner::Runner(Module module, RunCallbacks callbacks) : impl_(std::make_unique<Impl>()) {
  impl_->module = std::move(module);
  impl_->callbacks = std::move(callbacks);
}
Runner::~Runner() = default;

void Runner::save_frame(FramePng png) { impl_->png = std::move(png); }
Summary Runner::run() { return impl_->run(); }

void Runner::stop() noexcept {
  int none = 0;
  impl_->stop_requests.compare_exchange_strong(none, 1);
}
void Runner::abort() noexcept { impl_->stop_requests = 2; }

}  // namespace retouch
