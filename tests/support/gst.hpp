// GStreamer in tests: the plugin from the build tree, pipelines from text, what they said on their bus.
#pragma once

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/paths.hpp"

namespace retouch::test {

struct Unref {
  void operator()(GstObject* object) const { gst_object_unref(object); }
  void operator()(GstElement* object) const { gst_object_unref(object); }
  void operator()(GstPad* object) const { gst_object_unref(object); }
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

/// Initialises GStreamer once and loads the element from the build tree.
inline void load_element() {
  static const bool once = [] {
    gst_init(nullptr, nullptr);
    GError* error = nullptr;
    GstPlugin* plugin = gst_plugin_load_file(build_path("lib/gstreamer-1.0/libgstretouch.so").string().c_str(), &error);
    if (plugin == nullptr) {
      ADD_FAILURE() << "the element does not load: " << error->message;
      g_error_free(error);
      return false;
    }
    gst_object_unref(plugin);
    return true;
  }();
  static_cast<void>(once);
}

/// "retouch function=LIBRARY:NAME kwargs=..." for the tests' functions; `rest` holds more properties.
inline std::string retouch_with(const std::string& names, const std::string& kwargs = "",
                                const std::string& rest = "") {
  const std::string library = build_path("lib/test_functions/libtest_functions.so").string();
  std::string functions;
  for (std::size_t begin = 0; begin <= names.size();) {
    const auto end = std::min(names.find(',', begin), names.size());
    functions += (functions.empty() ? "" : ",") + library + ":" + names.substr(begin, end - begin);
    begin = end + 1;
  }
  std::string text = "retouch function=\"" + functions + "\" " + rest;
  if (!kwargs.empty()) {
    std::string escaped;
    for (const char c : kwargs) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
    text += " kwargs=\"" + escaped + "\"";
  }
  return text;
}

/// A pipeline from gst-launch's language.
class Pipeline {
 public:
  explicit Pipeline(const std::string& text) {
    load_element();
    GError* error = nullptr;
    pipeline_.reset(gst_parse_launch(text.c_str(), &error));
    if (error != nullptr) {
      ADD_FAILURE() << text << ": " << error->message;
      g_error_free(error);
    }
  }
  ~Pipeline() {
    if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  Owned<GstElement> element(const char* name) const {
    return Owned<GstElement>(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
  }
  void set_state(GstState state) { gst_element_set_state(pipeline_.get(), state); }

  /// Plays until the end or the first error, at most 60 s. True at the end of the stream.
  bool run() {
    set_state(GST_STATE_PLAYING);
    return wait();
  }
  bool wait() {
    GstBus* bus = gst_element_get_bus(pipeline_.get());
    bool ended = false;
    bool over = false;
    const gint64 limit = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (!over) {
      GstMessage* message = gst_bus_timed_pop_filtered(
          bus, static_cast<GstClockTime>(std::max<gint64>(0, limit - g_get_monotonic_time())) * GST_USECOND,
          static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING));
      if (message == nullptr) {
        ADD_FAILURE() << "the pipeline hangs";
        break;
      }
      ended = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
      over = GST_MESSAGE_TYPE(message) != GST_MESSAGE_WARNING;
      keep(message);
    }
    // The errors that follow the first come from its neighbours; what the element itself says twice must show.
    if (!ended)
      while (GstMessage* message = gst_bus_timed_pop_filtered(bus, 50 * GST_MSECOND, GST_MESSAGE_ERROR)) keep(message);
    gst_object_unref(bus);
    return ended;
  }
  /// The texts that elements of type `retouch` posted.
  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Calls `look` for each buffer that passes the pad, in the streaming thread. `writable` is false for what a probe
  /// sees.
  void probe(const char* element_name, const char* pad_name, std::function<void(GstBuffer*)> look) {
    const auto owner = element(element_name);
    ASSERT_NE(owner, nullptr) << element_name;
    const Owned<GstPad> pad(gst_element_get_static_pad(owner.get(), pad_name));
    auto held = std::make_unique<std::function<void(GstBuffer*)>>(std::move(look));
    gst_pad_add_probe(
        pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
          (*static_cast<std::function<void(GstBuffer*)>*>(data))(GST_PAD_PROBE_INFO_BUFFER(info));
          return GST_PAD_PROBE_OK;
        },
        held.release(), [](gpointer data) { delete static_cast<std::function<void(GstBuffer*)>*>(data); });
  }

  /// All samples of an appsink, in order, until its end.
  std::vector<Owned<GstSample>> samples(const char* appsink) const {
    std::vector<Owned<GstSample>> all;
    const auto sink = element(appsink);
    while (GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(sink.get()))) all.emplace_back(sample);
    return all;
  }

  /// The property `stats` of a retouch element.
  Owned<GstStructure> stats(const char* name) const {
    GstStructure* structure = nullptr;
    g_object_get(element(name).get(), "stats", &structure, nullptr);
    return Owned<GstStructure>(structure);
  }

 private:
  void keep(GstMessage* message) {
    GError* error = nullptr;
    const bool ours = g_strcmp0(G_OBJECT_TYPE_NAME(GST_MESSAGE_SRC(message)), "GstRetouch") == 0;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) gst_message_parse_error(message, &error, nullptr);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) gst_message_parse_warning(message, &error, nullptr);
    if (error != nullptr) {
      if (ours) (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR ? errors_ : warnings_).emplace_back(error->message);
      g_error_free(error);
    }
    gst_message_unref(message);
  }
  Owned<GstElement> pipeline_;
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
};

/// A field of a structure.
inline guint64 uint64_of(const GstStructure* structure, const char* field) {
  guint64 value = 0;
  EXPECT_TRUE(gst_structure_get_uint64(structure, field, &value)) << field;
  return value;
}

/// The bytes of a buffer, all of them.
inline std::vector<std::uint8_t> bytes_of(GstBuffer* buffer) {
  std::vector<std::uint8_t> bytes(gst_buffer_get_size(buffer));
  EXPECT_EQ(gst_buffer_extract(buffer, 0, bytes.data(), bytes.size()), bytes.size());
  return bytes;
}

}  // namespace retouch::test
