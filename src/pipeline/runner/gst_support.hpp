// Small helpers around GStreamer's C API.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>
#include <vector>

#include "retouch/device.hpp"
#include "retouch/pipeline/module.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch {

struct GstUnref {
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
  void operator()(GstMessage* message) const { gst_message_unref(message); }
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
  void operator()(gchar* text) const { g_free(text); }
  void operator()(GError* error) const { g_error_free(error); }
  template <class T>
  void operator()(T* object) const {
    gst_object_unref(object);
  }
};
template <class T>
using GstPtr = std::unique_ptr<T, GstUnref>;
using ElementPtr = GstPtr<GstElement>;

inline GstPtr<GstCaps> parse_caps(const char* text) { return GstPtr<GstCaps>(gst_caps_from_string(text)); }
std::string text_of(const GstCaps* caps);

/// gst_init, and the `retouch` element from the plugin that lies beside this library. With a GPU, also makes sure that
/// the registry of plugins does not stem from a time without its driver. Throws RunError.
void start_gstreamer(Device device);

/// The plugin file beside this library; empty when there is none.
std::string plugin_file();

bool is_installed(const std::string& factory);

/// A new element (owned). Throws RunError(usage) with the nearest known name when there is none of that name.
ElementPtr make_element(const std::string& factory, const char* name = nullptr);

/// Sets a property from text as gst-launch-1.0 reads it. Throws RunError(usage) that says what is wrong.
void set_property(GstElement* element, const std::string& name, const std::string& value);

/// Could buffers of the caps enter the element's pad template of that name ("sink", "audio_%u")?
bool accepts(GstElement* element, const char* pad_template, const GstCaps* caps);

/// Does a pad of the element take (or give) frames in CUDA memory?
bool takes_cuda_memory(GstElement* element);
bool gives_cuda_memory(GstElement* element);

/// Does the element do its work on a device other than the CPU?
bool is_hardware(GstElementFactory* factory);

/// The factory that decodes the caps best on the device: one of the GPU's own when it has one, else the CPU's. Null
/// when nothing is installed. `choice` is Source::decoder.
ElementPtr make_decoder(const std::string& choice, Device device, const GstCaps* caps);

/// When a buffer on the pad is shown and when it is over, in ns from the start of the stream; -1, -1: not known.
struct TimeSpan {
  std::int64_t begin = -1;
  std::int64_t end = -1;
};
TimeSpan time_of(GstPad* pad, const GstBuffer* buffer);

/// A parser for the caps; null when there is none.
ElementPtr make_parser(const GstCaps* caps);

/// The Debian package that brings a decoder for the caps, for messages.
std::string package_hint(const GstCaps* caps);

}  // namespace retouch
