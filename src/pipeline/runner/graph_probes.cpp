// What the graph observes of the frames that flow through it.
#include <fmt/format.h>
#include <gst/video/video.h>

#include <algorithm>
#include <string_view>

#include "pipeline/runner/graph.hpp"
#include "retouch/image.hpp"

namespace retouch {
namespace {

// Is a part of the coded frame inside the segment that is shown? Frames before it are decoded for reference alone.
bool is_shown(GstPad* pad, const GstBuffer* buffer) {
  if (GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DECODE_ONLY)) return false;
  if (!GST_BUFFER_PTS_IS_VALID(buffer)) return true;
  GstEvent* event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
  if (event == nullptr) return true;
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event, &segment);
  const GstClockTime begin = GST_BUFFER_PTS(buffer);
  const GstClockTime end = GST_BUFFER_DURATION_IS_VALID(buffer) ? begin + GST_BUFFER_DURATION(buffer) : begin;
  const bool shown =
      segment->format != GST_FORMAT_TIME || gst_segment_clip(segment, GST_FORMAT_TIME, begin, end, nullptr, nullptr);
  gst_event_unref(event);
  return shown;
}

}  // namespace

void Graph::add_probes(GstPad* container_pad, GstElement* decoder) {
  gst_pad_add_probe(
      container_pad, GST_PAD_PROBE_TYPE_BUFFER,
      +[](GstPad* pad, GstPadProbeInfo* info, gpointer data) {
        auto* self = static_cast<Graph*>(data);
        const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        self->coded.fetch_add(1);
        if (is_shown(pad, buffer)) self->shown.fetch_add(1);
        if (GST_BUFFER_PTS_IS_VALID(buffer)) {
          const GstClockTime length = GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 0;
          const auto end = static_cast<std::int64_t>(GST_BUFFER_PTS(buffer) + length);
          for (std::int64_t seen = self->last_end.load();
               seen < end && !self->last_end.compare_exchange_weak(seen, end);) {
          }
        }
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
  gst_pad_add_probe(
      container_pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      +[](GstPad*, GstPadProbeInfo* info, gpointer data) {
        GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
        if (GST_EVENT_TYPE(event) != GST_EVENT_TAG) return GST_PAD_PROBE_OK;
        GstTagList* tags = nullptr;
        gst_event_parse_tag(event, &tags);
        gchar* text = nullptr;
        if (gst_tag_list_get_string(tags, GST_TAG_IMAGE_ORIENTATION, &text)) {
          auto* self = static_cast<Graph*>(data);
          const std::lock_guard lock(self->mutex_);
          self->orientation_ = text;
          g_free(text);
        }
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
  const GstPtr<GstPad> source(gst_element_get_static_pad(decoder, "src"));
  gst_pad_add_probe(
      source.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      +[](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto* self = static_cast<Graph*>(data);
        if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
          return self->on_decoded(GST_PAD_PROBE_INFO_BUFFER(info));
        GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
        if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return GST_PAD_PROBE_OK;
        GstCaps* caps = nullptr;
        gst_event_parse_caps(event, &caps);
        GstVideoInfo video;
        if (gst_video_info_from_caps(&video, caps) == TRUE) {
          self->width = GST_VIDEO_INFO_WIDTH(&video);
          self->height = GST_VIDEO_INFO_HEIGHT(&video);
        }
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
}

GstPadProbeReturn Graph::on_decoded(const GstBuffer* frame) {
  if (module_.keep_damaged) {
    // Of damaged input a decoder may give out frames that belong to no time, or go back in it; no container takes them.
    const auto time = static_cast<std::int64_t>(GST_BUFFER_PTS(frame));
    if (!GST_BUFFER_PTS_IS_VALID(frame) || time <= last_decoded_) return GST_PAD_PROBE_DROP;
    last_decoded_ = time;
  }
  if (GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_CORRUPTED)) corrupted.fetch_add(1);
  decoded.fetch_add(1);
  return GST_PAD_PROBE_OK;
}

// Coded frames are not in the order in which they are shown, so a clean end can only be made behind the decoder.
void Graph::add_stop_probe(GstElement* queue, bool is_video) {
  const GstPtr<GstPad> pad(gst_element_get_static_pad(queue, "src"));
  const auto on_frame = +[](GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto* self = static_cast<Graph*>(data);
    if (self->stopping_) return GST_PAD_PROBE_DROP;
    const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    if (GST_BUFFER_PTS_IS_VALID(buffer)) {
      const GstClockTime length = GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 0;
      self->last_frame_end_ = static_cast<std::int64_t>(GST_BUFFER_PTS(buffer) + length);
    }
    return GST_PAD_PROBE_OK;
  };
  const auto on_audio = +[](GstPad*, GstPadProbeInfo* info, gpointer data) {
    const auto* self = static_cast<const Graph*>(data);
    const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    const bool late = self->stopping_ && GST_BUFFER_PTS_IS_VALID(buffer) &&
                      static_cast<std::int64_t>(GST_BUFFER_PTS(buffer)) > self->last_frame_end_;
    return late ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
  };
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, is_video ? on_frame : on_audio, this, nullptr);
}

void Graph::add_hiding_probe(GstElement* source) {
  const GstPtr<GstPad> pad(gst_element_get_static_pad(source, "src"));
  gst_pad_add_probe(
      pad.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_PULL),
      +[](GstPad*, GstPadProbeInfo* info, gpointer data) {
        const GraphSettings& settings = static_cast<const Graph*>(data)->settings_;
        auto* buffer = static_cast<GstBuffer*>(GST_PAD_PROBE_INFO_DATA(info));
        const std::uint64_t begin = std::max(GST_PAD_PROBE_INFO_OFFSET(info), settings.hidden_offset);
        if (buffer == nullptr) return GST_PAD_PROBE_OK;  // not read yet
        const std::uint64_t end = std::min(GST_PAD_PROBE_INFO_OFFSET(info) + gst_buffer_get_size(buffer),
                                           settings.hidden_offset + settings.hidden_size);
        if (begin >= end) return GST_PAD_PROBE_OK;
        buffer = gst_buffer_make_writable(buffer);
        gst_buffer_memset(buffer, begin - GST_PAD_PROBE_INFO_OFFSET(info), 0, end - begin);
        GST_PAD_PROBE_INFO_DATA(info) = buffer;
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
}

// Audio codecs need a packet or two before the first sound that is heard (AAC's priming). The container's edit list
// says so, and the demuxer gives them times before the segment; parsers and the muxer drop what lies there. So such a
// packet is presented at the segment's start and keeps its earlier decoding time, of which the muxer makes an edit list
// again.
void Graph::keep_priming(GstElement* container) {
  g_signal_connect(
      container, "deep-element-added", G_CALLBACK(+[](GstBin*, GstBin*, GstElement* element, gpointer self) {
        const GstElementFactory* factory = gst_element_get_factory(element);
        if (factory == nullptr || std::string_view(GST_OBJECT_NAME(factory)) != "qtdemux") return;
        g_signal_connect(
            element, "pad-added", G_CALLBACK(+[](GstElement*, GstPad* pad, gpointer graph) {
              const GstPtr<GstCaps> caps(gst_pad_get_current_caps(pad));
              const bool is_audio =
                  caps &&
                  std::string_view(gst_structure_get_name(gst_caps_get_structure(caps.get(), 0))).starts_with("audio/");
              if (is_audio) static_cast<Graph*>(graph)->add_priming_probe(pad);
            }),
            self);
      }),
      this);
}

// While parsebin starts an element it drops that element's errors, as it might try another one. A demuxer starts to
// read on a thread of its own: if it has given up before parsebin is through, nobody hears of it, and nothing more
// happens.
void Graph::keep_errors(GstElement* container) {
  struct Relay {
    Graph* graph;
    GstPtr<GstBus> to;
  };
  g_signal_connect(container, "element-added", G_CALLBACK(+[](GstBin*, GstElement* element, gpointer graph) {
                     GstPtr<GstBus> to(gst_element_get_bus(element));
                     const GstPtr<GstBus> from(gst_bus_new());
                     gst_bus_set_sync_handler(
                         from.get(),
                         +[](GstBus*, GstMessage* message, gpointer data) {
                           const auto* relay = static_cast<Relay*>(data);
                           if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
                             const std::lock_guard lock(relay->graph->mutex_);
                             if (!relay->graph->container_error_)
                               relay->graph->container_error_.reset(gst_message_ref(message));
                           }
                           gst_bus_post(relay->to.get(), message);
                           return GST_BUS_DROP;
                         },
                         new Relay{static_cast<Graph*>(graph), std::move(to)},
                         +[](gpointer data) { delete static_cast<Relay*>(data); });
                     gst_element_set_bus(element, from.get());
                   }),
                   this);
  // What parsebin takes out again it does without.
  g_signal_connect(
      container, "element-removed", G_CALLBACK(+[](GstBin*, GstElement* element, gpointer data) {
        auto* graph = static_cast<Graph*>(data);
        const std::lock_guard lock(graph->mutex_);
        if (graph->container_error_ && GST_MESSAGE_SRC(graph->container_error_.get()) == GST_OBJECT(element))
          graph->container_error_.reset();
      }),
      this);
}

GstPtr<GstMessage> Graph::container_error() const {
  const std::lock_guard lock(mutex_);
  return GstPtr<GstMessage>(container_error_ ? gst_message_ref(container_error_.get()) : nullptr);
}

void Graph::add_priming_probe(GstPad* pad) {
  gst_pad_add_probe(
      pad, GST_PAD_PROBE_TYPE_BUFFER,
      +[](GstPad* at, GstPadProbeInfo* info, gpointer data) {
        GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        if (!GST_BUFFER_PTS_IS_VALID(buffer)) return GST_PAD_PROBE_OK;
        GstEvent* event = gst_pad_get_sticky_event(at, GST_EVENT_SEGMENT, 0);
        if (event == nullptr) return GST_PAD_PROBE_OK;
        const GstSegment* segment = nullptr;
        gst_event_parse_segment(event, &segment);
        if (segment->format == GST_FORMAT_TIME && GST_BUFFER_PTS(buffer) < segment->start) {
          buffer = gst_buffer_make_writable(buffer);
          GST_BUFFER_DTS(buffer) = GST_BUFFER_PTS(buffer);
          GST_BUFFER_PTS(buffer) = segment->start;
          GST_PAD_PROBE_INFO_DATA(info) = buffer;
          static_cast<Graph*>(data)->has_priming = true;
        }
        gst_event_unref(event);
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
}

void Graph::save_png(GstPad* pad, GstBuffer* buffer) {
  if (png_countdown_-- != 0) return;
  const GstPtr<GstCaps> caps(gst_pad_get_current_caps(pad));
  const GstPtr<GstSample> sample(gst_sample_new(buffer, caps.get(), nullptr, nullptr));
  const GstPtr<GstCaps> rgba = parse_caps("video/x-raw,format=RGBA");
  GError* error = nullptr;
  const GstPtr<GstSample> converted(gst_video_convert_sample(sample.get(), rgba.get(), 10 * GST_SECOND, &error));
  const GstPtr<GError> owned(error);
  GstVideoInfo info;
  GstVideoFrame frame;
  if (!converted || !gst_video_info_from_caps(&info, gst_sample_get_caps(converted.get())) ||
      !gst_video_frame_map(&frame, &info, gst_sample_get_buffer(converted.get()), GST_MAP_READ)) {
    post(error_message, fmt::format("frame {} cannot be saved as {}: {}", settings_.png.frame, settings_.png.file,
                                    owned ? owned->message : "it cannot be mapped"));
    return;
  }
  try {
    write_png(settings_.png.file,
              ImageView::wrap(Device::cpu(), PixelFormat::rgba8,
                              {GST_VIDEO_FRAME_WIDTH(&frame), GST_VIDEO_FRAME_HEIGHT(&frame)},
                              GST_VIDEO_FRAME_PLANE_DATA(&frame, 0), GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0)));
    png_saved = true;
  } catch (const std::exception& failure) {
    post(error_message, failure.what(), RunFailure::output);
  }
  gst_video_frame_unmap(&frame);
}

}  // namespace retouch
