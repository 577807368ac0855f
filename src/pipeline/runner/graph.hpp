// The GStreamer pipeline of a run: source ! parsebin ! decoder ! stages ! encoder ! muxer ! filesink, the audio tracks
// going round the middle. Built as the input's tracks become known.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/runner/encoder.hpp"
#include "pipeline/runner/gst_support.hpp"
#include "retouch/device.hpp"
#include "retouch/pipeline/module.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch {

struct GraphSettings {
  std::string input_path;  ///< of a local file; else empty, and the module's URI is opened
  std::string source_id;   ///< by which functions know the input
  std::string output_path;
  std::string format;           ///< "mp4", "mov", "mkv"; "none": nothing is written
  std::uint32_t timescale = 0;  ///< of the output's video track; 0: a fine one
  /// Bytes of the input that GStreamer gets to see as 0: the movie's duration. GStreamer 1.22 stops there by the clock
  /// of the media, which begins before the edit list does, and loses the end of the audio; and it ignores tracks that
  /// are shorter than a fifth of it.
  std::uint64_t hidden_offset = 0;
  std::size_t hidden_size = 0;
  FramePng png;  ///< none when its file is empty
};

class Graph {
 public:
  /// Makes every element that does not depend on the input. Throws RunError.
  Graph(Module module, Device device, GraphSettings settings);
  /// The pipeline must have been stopped. It goes first: its signals use what else is here.
  ~Graph() { pipeline_.reset(); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  GstElement* pipeline() const { return pipeline_.get(); }
  const std::vector<GstElement*>& function_elements() const { return function_elements_; }
  bool has_plain_elements() const { return has_plain_elements_; }
  const std::string& encoder_name() const { return encoder_name_; }

  // What flowed so far. Written by the streaming threads.
  std::atomic<std::int64_t> coded{0};  ///< video frames out of the container
  std::atomic<std::int64_t> shown{0};  ///< of them, those inside the shown part (edit lists leave some out)
  std::atomic<std::int64_t> decoded{0};
  std::atomic<std::int64_t> corrupted{0};  ///< decoded, and marked as corrupted by the decoder
  std::atomic<std::int64_t> encoded{0};
  std::atomic<std::int64_t> position{-1};   ///< ns: the latest frame that was encoded
  std::atomic<std::int64_t> video_end{-1};  ///< ns: when the last of them is over
  std::atomic<std::int64_t> last_end{-1};   ///< ns: how far the container's frames reached, of all tracks
  std::atomic<int> audio_tracks{0};
  std::atomic<int> width{0};  ///< of what is decoded
  std::atomic<int> height{0};
  std::atomic<int> end_width{0};  ///< of what comes out in the end: a module's elements may change it
  std::atomic<int> end_height{0};
  std::atomic<bool> has_priming{false};  ///< of an audio track; see write_priming() of iso_file.hpp
  std::atomic<bool> png_saved{false};

  /// Ends the stream after the frame that is being edited, and the audio with it. EOS still has to come from the
  /// source.
  void stop_here() { stopping_ = true; }

  /// What the input has, when it has no video track.
  std::optional<std::string> tracks_without_video() const;
  std::string decoder_name() const;
  /// GStreamer's image-orientation tag of the input; "" without one.
  std::string orientation() const;

  /// The first error of an element inside the container's bin, whether or not it reached the bus; null: none.
  GstPtr<GstMessage> container_error() const;

  /// Messages that the streaming threads put on the bus: a structure of this name with "text" and, for an error,
  /// "failure" (a RunFailure).
  static constexpr const char* error_message = "retouch-error";
  static constexpr const char* note_message = "retouch-note";

 private:
  struct Node {
    ElementPtr element;
    bool is_function = false;
  };

  bool has_output() const { return settings_.format != "none"; }
  void make_stages();
  void make_output();
  void make_source();
  GstElement* add(ElementPtr element);
  GstElement* add(const char* factory, const char* name = nullptr);
  GstElement* add_caps_filter(const char* caps);

  void on_pad(GstPad* pad);
  void link_video(GstPad* pad, const GstCaps* caps);
  void link_encoder(GstElement* last);
  void link_end(GstElement* last);
  void add_end_probe(GstPad* pad);
  void take_end_size(GstEvent* event);
  void link_audio(GstPad* pad, const GstCaps* caps);
  void drop_track(GstPad* pad, const std::string& why);
  GstPadProbeReturn on_decoded(const GstBuffer* frame);
  void add_stop_probe(GstElement* queue, bool is_video);
  void keep_priming(GstElement* container);
  void keep_errors(GstElement* container);
  void add_priming_probe(GstPad* pad);
  void add_hiding_probe(GstElement* source);
  void add_probes(GstPad* container_pad, GstElement* decoder);
  void save_png(GstPad* pad, GstBuffer* buffer);
  void post(const char* kind, const std::string& text, RunFailure failure = RunFailure::internal);

  const Module module_;
  const Device device_;
  const GraphSettings settings_;
  ElementPtr pipeline_;
  std::vector<Node> stages_;
  std::vector<GstElement*> function_elements_;
  bool has_plain_elements_ = false;
  std::atomic<bool> stopping_{false};
  ElementPtr encoder_;
  std::string encoder_name_;
  GstElement* muxer_ = nullptr;
  std::atomic<std::int64_t> last_frame_end_{0};  // ns
  mutable std::mutex mutex_;                     // tracks are found on streaming threads
  bool has_video_ = false;
  std::string tracks_found_;
  std::string decoder_name_;
  std::string orientation_;
  GstPtr<GstMessage> container_error_;
  std::int64_t png_countdown_ = 0;
  std::int64_t last_decoded_ = -1;  // ns; of the decoder's thread
};

}  // namespace retouch
