#include "pipeline/runner/graph.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace retouch {
namespace {

constexpr const char* cuda_caps = "video/x-raw(memory:CUDAMemory)";

// Runs the callback's body; an exception must not pass through GStreamer's C code.
template <class F>
void guarded(F&& body, const std::function<void(const std::string&, RunFailure)>& report) {
  try {
    body();
  } catch (const RunError& error) {
    report(error.what(), error.failure());
  } catch (const std::exception& error) {
    report(error.what(), RunFailure::internal);
  }
}

void link(GstElement* from, GstElement* to) {
  if (!gst_element_link(from, to))
    throw RunError(RunFailure::usage, fmt::format("{} cannot be linked to {}: their formats do not meet",
                                                  GST_OBJECT_NAME(gst_element_get_factory(from)),
                                                  GST_OBJECT_NAME(gst_element_get_factory(to))));
}

void link_pad(GstPad* pad, GstElement* to) {
  const GstPtr<GstPad> sink(gst_element_get_static_pad(to, "sink"));
  if (GST_PAD_LINK_FAILED(gst_pad_link(pad, sink.get())))
    throw RunError(RunFailure::internal,
                   fmt::format("{} does not take the input's track", GST_OBJECT_NAME(gst_element_get_factory(to))));
}

GstPtr<GstCaps> caps_of(GstPad* pad) {
  GstCaps* caps = gst_pad_get_current_caps(pad);
  return GstPtr<GstCaps>(caps != nullptr ? caps : gst_pad_query_caps(pad, nullptr));
}

const char* media_type(const GstCaps* caps) {
  return gst_caps_is_any(caps) || gst_caps_is_empty(caps) ? "unknown"
                                                          : gst_structure_get_name(gst_caps_get_structure(caps, 0));
}

void unlimited(GstElement* queue) {
  g_object_set(queue, "max-size-buffers", 0U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
}

}  // namespace

Graph::Graph(Module module, Device device, GraphSettings settings)
    : module_(std::move(module)), device_(device), settings_(std::move(settings)), png_countdown_(settings_.png.frame) {
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("retouch"))));
  make_stages();
  if (has_output()) make_output();
  make_source();
}

GstElement* Graph::add(ElementPtr element) {
  GstElement* raw = element.get();
  if (!gst_bin_add(GST_BIN(pipeline_.get()), raw)) throw std::logic_error("an element cannot be added to the pipeline");
  gst_element_sync_state_with_parent(raw);
  return raw;
}

GstElement* Graph::add(const char* factory, const char* name) { return add(make_element(factory, name)); }

GstElement* Graph::add_caps_filter(const char* caps) {
  ElementPtr filter = make_element("capsfilter");
  g_object_set(filter.get(), "caps", parse_caps(caps).get(), nullptr);
  return add(std::move(filter));
}

// Functions that follow each other share one element: one map of the frame, one stream, one wait.
void Graph::make_stages() {
  for (std::size_t i = 0; i < module_.stages.size();) {
    if (module_.stages[i].kind == Stage::Kind::element) {
      const Stage& stage = module_.stages[i++];
      ElementPtr element = make_element(stage.name);
      for (const auto& [name, value] : stage.properties) set_property(element.get(), name, value);
      stages_.push_back({std::move(element), false});
      has_plain_elements_ = true;
      continue;
    }
    auto functions = nlohmann::json::array();
    std::string names;
    auto kwargs = nlohmann::json::array();
    for (; i < module_.stages.size() && module_.stages[i].kind == Stage::Kind::function; ++i) {
      names += (names.empty() ? "" : ",") + module_.stages[i].name;
      kwargs.push_back(nlohmann::json::parse(module_.stages[i].kwargs));
    }
    if (!is_installed("retouch"))
      throw RunError(RunFailure::internal,
                     "the GStreamer element 'retouch' is not there: libgstretouch.so must lie in "
                     "gstreamer-1.0 beside libretouch_pipeline.so; install retouch again");
    ElementPtr element = make_element("retouch");
    set_property(element.get(), "function", names);
    set_property(element.get(), "kwargs", kwargs.dump());
    set_property(element.get(), "device", device_.name());
    set_property(element.get(), "on-error", module_.on_error);
    set_property(element.get(), "source-id", settings_.source_id);
    function_elements_.push_back(element.get());
    stages_.push_back({std::move(element), true});
  }
}

void Graph::make_output() {
  auto [name, encoder] = make_encoder(module_.output, device_);
  encoder_name_ = std::move(name);
  encoder_ = std::move(encoder);
  muxer_ = add(muxer_of(settings_.format), "muxer");
  GstElement* sink = add("filesink", "sink");
  // async=false: the pipeline is "playing" before the first byte is written, however long the encoder looks ahead.
  g_object_set(sink, "location", settings_.output_path.c_str(), "sync", FALSE, "async", FALSE, nullptr);
  link(muxer_, sink);
}

void Graph::make_source() {
  const auto connect_parser = [this](GstElement* parser) {
    g_signal_connect(
        parser, "pad-added",
        G_CALLBACK(+[](GstElement*, GstPad* pad, gpointer self) { static_cast<Graph*>(self)->on_pad(pad); }), this);
    if (settings_.format != "mkv") keep_priming(parser);
    keep_errors(parser);
  };
  if (!settings_.input_path.empty()) {
    GstElement* source = add("filesrc", "source");
    g_object_set(source, "location", settings_.input_path.c_str(), nullptr);
    if (settings_.hidden_size > 0) add_hiding_probe(source);
    GstElement* parser = add("parsebin", "container");
    connect_parser(parser);
    link(source, parser);
    return;
  }
  GstElement* source = add("urisourcebin", "source");
  g_object_set(source, "uri", module_.source.uri.c_str(), nullptr);
  GstElement* parser = add("parsebin", "container");
  connect_parser(parser);
  g_signal_connect(source, "pad-added", G_CALLBACK(+[](GstElement*, GstPad* pad, gpointer to) {
                     const GstPtr<GstPad> sink(gst_element_get_static_pad(GST_ELEMENT(to), "sink"));
                     if (!gst_pad_is_linked(sink.get())) gst_pad_link(pad, sink.get());
                   }),
                   parser);
}

void Graph::on_pad(GstPad* pad) {
  guarded(
      [&] {
        const GstPtr<GstCaps> caps = caps_of(pad);
        const std::string_view type = media_type(caps.get());
        bool first_video = false;
        {
          const std::lock_guard lock(mutex_);
          tracks_found_ += (tracks_found_.empty() ? "" : ", ") + std::string(type);
          if (type.starts_with("video/") || type.starts_with("image/")) first_video = !std::exchange(has_video_, true);
        }
        if (first_video)
          link_video(pad, caps.get());
        else if (type.starts_with("audio/"))
          link_audio(pad, caps.get());
        else
          drop_track(pad, std::string(type));
      },
      [this](const std::string& text, RunFailure failure) { post(error_message, text, failure); });
}

std::optional<std::string> Graph::tracks_without_video() const {
  const std::lock_guard lock(mutex_);
  if (has_video_) return std::nullopt;
  return tracks_found_.empty() ? "nothing that is known" : tracks_found_;
}

void Graph::link_video(GstPad* pad, const GstCaps* caps) {
  ElementPtr decoder = make_decoder(module_.source.decoder, device_, caps);
  if (!decoder)
    throw RunError(RunFailure::device, fmt::format("no decoder for {} is installed; try: apt install {}",
                                                   media_type(caps), package_hint(caps)));
  bool in_cuda = device_.is_cuda() && gives_cuda_memory(decoder.get());
  {
    const std::lock_guard lock(mutex_);
    decoder_name_ = GST_OBJECT_NAME(gst_element_get_factory(decoder.get()));
    if (device_.is_cuda() && !in_cuda && module_.source.decoder == "auto")
      post(note_message,
           fmt::format("no decoder of the GPU takes {}: {} decodes on the CPU", media_type(caps), decoder_name_));
  }

  GstElement* last = add("queue");
  link_pad(pad, last);
  const auto append = [&](GstElement* next) {
    link(last, next);
    last = next;
  };
  if (!accepts(decoder.get(), "sink", caps)) {
    if (ElementPtr parser = make_parser(caps)) append(add(std::move(parser)));
  }
  GstElement* raw_decoder = add(std::move(decoder));
  add_probes(pad, raw_decoder);
  append(raw_decoder);
  if (in_cuda) {
    append(add_caps_filter(cuda_caps));
  } else {
    append(add("videoconvert"));
    append(add_caps_filter(yuv420_caps));
  }
  GstElement* decoded_queue = add("queue");  // decoding and editing run side by side
  g_object_set(decoded_queue, "max-size-buffers", 3U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
  append(decoded_queue);
  add_stop_probe(decoded_queue, true);

  const auto move_to = [&](bool cuda) {
    if (cuda == in_cuda) return;
    append(add(cuda ? "cudaupload" : "cudadownload"));
    if (cuda) append(add_caps_filter(cuda_caps));
    in_cuda = cuda;
  };
  const GstPtr<GstCaps> yuv420 = parse_caps(yuv420_caps);
  for (Node& stage : stages_) {
    move_to(device_.is_cuda() && takes_cuda_memory(stage.element.get()));
    if (!in_cuda && !stage.is_function && !accepts(stage.element.get(), "sink", yuv420.get()))
      append(add("videoconvert"));
    append(add(std::move(stage.element)));
  }
  if (has_output()) {
    move_to(device_.is_cuda() && takes_cuda_memory(encoder_.get()));
    if (!in_cuda) {
      append(add("videoconvert"));
      append(add_caps_filter(yuv420_caps));
    }
  }
  GstElement* edited_queue = add("queue");
  g_object_set(edited_queue, "max-size-buffers", 3U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
  append(edited_queue);
  if (!settings_.png.file.empty()) {
    const GstPtr<GstPad> edited(gst_element_get_static_pad(edited_queue, "src"));
    gst_pad_add_probe(
        edited.get(), GST_PAD_PROBE_TYPE_BUFFER,
        +[](GstPad* at, GstPadProbeInfo* info, gpointer self) {
          static_cast<Graph*>(self)->save_png(at, GST_PAD_PROBE_INFO_BUFFER(info));
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
  }
  if (has_output())
    link_encoder(last);
  else
    link_end(last);
}

void Graph::take_end_size(GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  int w = 0;
  int h = 0;
  if (gst_structure_get(gst_caps_get_structure(caps, 0), "width", G_TYPE_INT, &w, "height", G_TYPE_INT, &h, nullptr) ==
      FALSE)
    return;
  end_width = w;
  end_height = h;
}

// What comes out in the end is counted.
void Graph::add_end_probe(GstPad* pad) {
  gst_pad_add_probe(
      pad, static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      +[](GstPad* at, GstPadProbeInfo* info, gpointer data) {
        auto* self = static_cast<Graph*>(data);
        if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) == 0) {
          self->take_end_size(GST_PAD_PROBE_INFO_EVENT(info));
          return GST_PAD_PROBE_OK;
        }
        self->encoded.fetch_add(1);
        const TimeSpan time = time_of(at, GST_PAD_PROBE_INFO_BUFFER(info));
        if (time.begin > self->position.load()) self->position.store(time.begin);
        if (time.end > self->video_end.load()) self->video_end.store(time.end);
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
}

void Graph::link_encoder(GstElement* last) {
  GstElement* encoder = add(std::move(encoder_));
  link(last, encoder);
  GstElement* parser = add("h264parse");
  link(encoder, parser);
  const GstPtr<GstPad> parsed(gst_element_get_static_pad(parser, "src"));
  add_end_probe(parsed.get());
  const GstPtr<GstPad> slot(gst_element_request_pad_simple(muxer_, "video_%u"));
  if (settings_.format != "mkv")
    g_object_set(slot.get(), "trak-timescale", settings_.timescale != 0 ? settings_.timescale : 90000U, nullptr);
  if (GST_PAD_LINK_FAILED(gst_pad_link(parsed.get(), slot.get())))
    throw RunError(RunFailure::internal, "the muxer does not take the encoder's video");
}

// Frames are looked at by the functions, and go nowhere.
void Graph::link_end(GstElement* last) {
  GstElement* end = add("fakesink", "end");
  g_object_set(end, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, nullptr);
  link(last, end);
  const GstPtr<GstPad> pad(gst_element_get_static_pad(end, "sink"));
  add_end_probe(pad.get());
}

void Graph::link_audio(GstPad* pad, const GstCaps* caps) {
  const int track = audio_tracks.fetch_add(1) + 1;
  ElementPtr parser;
  if (has_output() && !accepts(muxer_, "audio_%u", caps)) {
    parser = make_parser(caps);
    GstPtr<GstCaps> offered;
    if (parser) {
      // A parser changes the framing (AAC in ADTS to raw), never the coded bytes.
      GstPadTemplate* source = gst_element_get_pad_template(parser.get(), "src");
      offered.reset(source != nullptr ? gst_pad_template_get_caps(source) : nullptr);
    }
    if (!offered || !accepts(muxer_, "audio_%u", offered.get()))
      throw RunError(RunFailure::output, fmt::format("audio track {} ({}) does not fit into a .{} file; give an output "
                                                     "that ends in {}",
                                                     track, media_type(caps), settings_.format,
                                                     settings_.format == "mkv" ? ".mov" : ".mkv"));
  }
  gst_pad_add_probe(
      pad, GST_PAD_PROBE_TYPE_BUFFER,
      +[](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto* self = static_cast<Graph*>(data);
        const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        if (!GST_BUFFER_PTS_IS_VALID(buffer)) return GST_PAD_PROBE_OK;
        const GstClockTime length = GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 0;
        const auto end = static_cast<std::int64_t>(GST_BUFFER_PTS(buffer) + length);
        for (std::int64_t seen = self->last_end.load();
             seen < end && !self->last_end.compare_exchange_weak(seen, end);) {
        }
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
  // The encoder looks many frames ahead; the audio of that time waits here.
  GstElement* queue = add("queue");
  unlimited(queue);
  link_pad(pad, queue);
  add_stop_probe(queue, false);
  if (!has_output()) {
    GstElement* end = add("fakesink");
    g_object_set(end, "sync", FALSE, "async", FALSE, nullptr);
    link(queue, end);
    return;
  }
  GstElement* last = queue;
  if (parser) {
    GstElement* added = add(std::move(parser));
    link(last, added);
    last = added;
  }
  const GstPtr<GstPad> from(gst_element_get_static_pad(last, "src"));
  const GstPtr<GstPad> slot(gst_element_request_pad_simple(muxer_, "audio_%u"));
  if (!slot || GST_PAD_LINK_FAILED(gst_pad_link(from.get(), slot.get())))
    throw RunError(RunFailure::output, fmt::format("audio track {} ({}) cannot be put into the .{} file", track,
                                                   media_type(caps), settings_.format));
}

void Graph::drop_track(GstPad* pad, const std::string& why) {
  post(note_message, fmt::format("a track is left out: {}", why));
  GstElement* sink = add("fakesink");
  g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
  link_pad(pad, sink);
}

std::string Graph::decoder_name() const {
  const std::lock_guard lock(mutex_);
  return decoder_name_;
}

std::string Graph::orientation() const {
  const std::lock_guard lock(mutex_);
  return orientation_;
}

void Graph::post(const char* kind, const std::string& text, RunFailure failure) {
  GstStructure* content = gst_structure_new(kind, "text", G_TYPE_STRING, text.c_str(), "failure", G_TYPE_INT,
                                            static_cast<int>(failure), nullptr);
  gst_element_post_message(pipeline_.get(), gst_message_new_application(GST_OBJECT(pipeline_.get()), content));
}

}  // namespace retouch
