// Runs a module over a file: decode, edit, encode; and what this machine offers for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/pipeline/module.hpp"

namespace retouch {

/// Why a run failed. The values are the command-line tool's exit codes.
enum class RunFailure : int {
  internal = 1,   ///< none of the others
  usage = 2,      ///< command line or module
  input = 3,      ///< missing, not a video, damaged
  function = 4,   ///< unknown, not loadable, or it threw
  output = 5,     ///< not writable, disk full, container cannot hold a stream
  device = 6,     ///< the device asked for is not usable, or an encoder or decoder is not installed
  stalled = 7,    ///< no progress for Module::stall_timeout
  aborted = 130,  ///< Runner::abort()
};

/// One line that says what is wrong and what to do.
class RETOUCH_EXPORT RunError : public std::runtime_error {
 public:
  RunError(RunFailure failure, const std::string& message) : std::runtime_error(message), failure_(failure) {}
  RunFailure failure() const noexcept { return failure_; }

 private:
  RunFailure failure_;
};

struct Progress {
  std::int64_t frames_in = 0;        ///< decoded
  std::int64_t frames_out = 0;       ///< encoded
  std::int64_t frames_expected = 0;  ///< 0: not known
  double fraction = -1;              ///< of the input that has been encoded; negative: not known
  double seconds = 0;                ///< since the first frame was decoded
};

/// Time that a part took over the whole run.
struct StageTime {
  std::string name;
  double mean_ms = 0;
  double max_ms = 0;
};

struct Summary {
  std::string output;
  std::string device;
  std::string decoder;
  std::string encoder;
  int width = 0;
  int height = 0;
  std::int64_t frames_in = 0;
  std::int64_t frames_out = 0;
  std::int64_t frames_skipped = 0;  ///< dropped by on_error: skip
  std::int64_t errors_passed = 0;   ///< let through by on_error: pass
  std::int64_t damaged = 0;         ///< frames lost or reported as damaged by the decoder (only with keep_damaged)
  int audio_tracks = 0;
  bool interrupted = false;  ///< stop() ended the run early; the output holds the frames so far
  double seconds = 0;        ///< from the first decoded frame to the finished file
  double start_seconds = 0;  ///< before that: opening, loading functions
  std::string first_error;   ///< of a function, when frames were skipped or passed
  std::vector<StageTime> stages;

  double frames_per_second() const { return seconds > 0 ? static_cast<double>(frames_out) / seconds : 0; }
  /// As a JSON object.
  RETOUCH_EXPORT std::string json() const;
};

enum class MessageLevel { debug, info, warning };

/// Called on the thread that called run().
struct RunCallbacks {
  std::function<void(const Progress&)> progress;  ///< about ten times a second
  std::function<void(MessageLevel, const std::string&)> message;
};

/// A frame to save as a PNG after the edit; number 0 is the first.
struct FramePng {
  std::int64_t frame = 0;
  std::string file;
};

/// One run of a module. The output appears under its name when it is whole: until then it is `.NAME.partial` beside it,
/// which is removed on failure.
class RETOUCH_EXPORT Runner {
 public:
  explicit Runner(Module module, RunCallbacks callbacks = {});
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void save_frame(FramePng png);

  /// Runs to the end; call once. Throws RunError.
  Summary run();

  /// Ends the run early, the output holding the frames so far. May be called from a signal handler and from any thread.
  void stop() noexcept;
  /// Ends the run at once and removes the output: run() throws RunError(aborted). As callable as stop().
  void abort() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A GStreamer element that retouch would use, and whether this machine has it.
struct CodecInfo {
  std::string role;     ///< "decode H.264 on a GPU", ...
  std::string element;  ///< "nvh264dec"
  bool available = false;
};

/// Decoders and encoders, in the order of preference.
RETOUCH_EXPORT std::vector<CodecInfo> list_codecs();

/// "GStreamer 1.22.0"
RETOUCH_EXPORT std::string gstreamer_version();

/// The file of the `retouch` element, or why there is none.
RETOUCH_EXPORT std::string element_location();

}  // namespace retouch
