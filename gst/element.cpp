// The GStreamer element `retouch`: GObject on the outside, Host on the inside.
#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "host.hpp"
#include "retouch/error.hpp"
#include "retouch/interop/gstreamer.hpp"
#include "retouch/version.hpp"

using retouch::ChainStatistics;
using retouch::OnError;
using retouch::gst::Host;
using retouch::gst::Settings;

namespace {

GstDebugCategory* debug_category = nullptr;
#define GST_CAT_DEFAULT debug_category

// The part of the instance that is C++.
struct State {
  std::mutex mutex;  // guards settings, host (the pointer) and the three below
  Settings settings;
  std::shared_ptr<Host> host;
  ChainStatistics last_statistics;  // of the run that is over
  bool warned = false;              // the first error passed over is told on the bus, the others in the log
  bool failed = false;              // an error was posted: no second one
  bool copied = false;              // the buffer now in work is a copy that BaseTransform made (streaming thread alone)
  bool can_choose = true;           // the neighbours can do the memory that `device` asks for, or were not asked yet
};

struct Retouch {
  GstBaseTransform parent;
  State* state;
};
struct RetouchClass {
  GstBaseTransformClass parent;
};

enum Property { kFunction = 1, kKwargs, kDevice, kOnError, kSourceId, kStats };

GType retouch_get_type();
gpointer parent_class = nullptr;

Retouch* self_of(gpointer object) { return static_cast<Retouch*>(object); }
State& state_of(gpointer object) { return *self_of(object)->state; }
GstBaseTransformClass* parent_transform() { return GST_BASE_TRANSFORM_CLASS(parent_class); }

std::shared_ptr<Host> host_of(gpointer object) {
  State& state = state_of(object);
  const std::scoped_lock lock(state.mutex);
  return state.host;
}

GType on_error_get_type() {
  static const GType type = [] {
    static const GEnumValue values[] = {
        {static_cast<int>(OnError::stop), "The pipeline ends with the function's message", "stop"},
        {static_cast<int>(OnError::skip), "The frame is dropped", "skip"},
        {static_cast<int>(OnError::pass), "The frame goes on as the function left it", "pass"},
        {0, nullptr, nullptr}};
    return g_enum_register_static("RetouchOnError", values);
  }();
  return type;
}

// Runs `body`; an exception becomes one element error, whose message starts with the reason, and `otherwise` is
// returned. What goes wrong after that error is a consequence of it and only logged.
enum class Kind { settings, negotiation, stream };
template <class Result, class Body>
Result guarded(gpointer object, Kind kind, Result otherwise, Body&& body) {
  std::string message;
  try {
    return body();
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "unknown exception";
  }
  State& state = state_of(object);
  {
    const std::scoped_lock lock(state.mutex);
    if (std::exchange(state.failed, true)) {
      GST_WARNING_OBJECT(object, "%s", message.c_str());
      return otherwise;
    }
  }
  switch (kind) {
    case Kind::settings: GST_ELEMENT_ERROR(object, RESOURCE, SETTINGS, ("%s", message.c_str()), (nullptr)); break;
    case Kind::negotiation: GST_ELEMENT_ERROR(object, CORE, NEGOTIATION, ("%s", message.c_str()), (nullptr)); break;
    case Kind::stream: GST_ELEMENT_ERROR(object, STREAM, FAILED, ("%s", message.c_str()), (nullptr)); break;
  }
  return otherwise;
}

GstStructure* stats_of(gpointer object) {
  ChainStatistics s;
  {
    State& state = state_of(object);
    const std::scoped_lock lock(state.mutex);
    s = state.host ? state.host->statistics() : state.last_statistics;
  }
  GstStructure* stats = gst_structure_new("retouch-stats", "frames", G_TYPE_UINT64, s.frames, "dropped", G_TYPE_UINT64,
                                          s.dropped, "passed", G_TYPE_UINT64, s.passed, "wait-ms", G_TYPE_DOUBLE,
                                          s.wait_ms, "max-wait-ms", G_TYPE_DOUBLE, s.max_wait_ms, nullptr);
  GValue list = G_VALUE_INIT;
  g_value_init(&list, GST_TYPE_ARRAY);
  for (const auto& function : s.functions) {
    const double mean = function.frames == 0 ? 0.0 : function.total_ms / static_cast<double>(function.frames);
    GstStructure* one = gst_structure_new("function", "name", G_TYPE_STRING, function.name.c_str(), "frames",
                                          G_TYPE_UINT64, function.frames, "errors", G_TYPE_UINT64, function.errors,
                                          "total-ms", G_TYPE_DOUBLE, function.total_ms, "mean-ms", G_TYPE_DOUBLE, mean,
                                          "max-ms", G_TYPE_DOUBLE, function.max_ms, nullptr);
    GValue value = G_VALUE_INIT;
    g_value_init(&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed(&value, one);
    gst_value_array_append_and_take_value(&list, &value);
  }
  gst_structure_take_value(stats, "functions", &list);
  return stats;
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  State& state = state_of(object);
  const auto text = [&] {
    const gchar* given = g_value_get_string(value);
    return std::string(given == nullptr ? "" : given);
  };
  const std::scoped_lock lock(state.mutex);
  switch (id) {
    case kFunction: state.settings.function = text(); break;
    case kKwargs: state.settings.kwargs = text(); break;
    case kDevice: state.settings.device = text().empty() ? "auto" : text(); break;
    case kSourceId: state.settings.source_id = text(); break;
    case kOnError:
      state.settings.on_error = static_cast<OnError>(g_value_get_enum(value));
      if (state.host) state.host->set_on_error(state.settings.on_error);
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); break;
  }
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  if (id == kStats) return g_value_take_boxed(value, stats_of(object));
  State& state = state_of(object);
  const std::scoped_lock lock(state.mutex);
  switch (id) {
    case kFunction: g_value_set_string(value, state.settings.function.c_str()); break;
    case kKwargs: g_value_set_string(value, state.settings.kwargs.c_str()); break;
    case kDevice: g_value_set_string(value, state.settings.device.c_str()); break;
    case kSourceId: g_value_set_string(value, state.settings.source_id.c_str()); break;
    case kOnError: g_value_set_enum(value, static_cast<gint>(state.settings.on_error)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); break;
  }
}

gboolean start(GstBaseTransform* transform) {
  return guarded(transform, Kind::settings, FALSE, [&] {
    State& state = state_of(transform);
    Settings settings;
    {
      const std::scoped_lock lock(state.mutex);
      state.failed = state.warned = false;
      state.can_choose = true;
      state.last_statistics = {};
      settings = state.settings;
    }
    auto host = std::make_shared<Host>(std::move(settings));  // runs the functions' constructors: not under the lock
    const std::scoped_lock lock(state.mutex);
    state.host = std::move(host);
    return TRUE;
  });
}

gboolean stop(GstBaseTransform* transform) {
  const auto host = host_of(transform);
  if (!host) return TRUE;
  guarded(transform, Kind::stream, FALSE, [&] {
    host->stop();
    return TRUE;
  });
  State& state = state_of(transform);
  const std::scoped_lock lock(state.mutex);
  state.last_statistics = host->statistics();
  state.host.reset();
  return TRUE;
}

gboolean set_caps(GstBaseTransform* transform, GstCaps* in, GstCaps* /*out*/) {
  return guarded(transform, Kind::negotiation, FALSE, [&] {
    host_of(transform)->set_caps(in);
    return TRUE;
  });
}

gboolean sink_event(GstBaseTransform* transform, GstEvent* event) {
  if (const auto host = host_of(transform)) {
    if (GST_EVENT_TYPE(event) == GST_EVENT_STREAM_START) {
      const gchar* id = nullptr;
      gst_event_parse_stream_start(event, &id);
      host->set_stream_id(id == nullptr ? "" : id);
    } else if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
      guarded(transform, Kind::stream, FALSE, [&] {
        host->end_source();
        return TRUE;
      });
    }
  }
  return parent_transform()->sink_event(transform, event);
}

// A buffer that others hold too, behind a tee, becomes a copy here.
GstFlowReturn prepare_output_buffer(GstBaseTransform* transform, GstBuffer* in, GstBuffer** out) {
  const GstFlowReturn result = parent_transform()->prepare_output_buffer(transform, in, out);
  state_of(transform).copied = result == GST_FLOW_OK && *out != in;
  return result;
}

GstFlowReturn transform_ip(GstBaseTransform* transform, GstBuffer* buffer) {
  return guarded(transform, Kind::stream, GST_FLOW_ERROR, [&] {
    State& state = state_of(transform);
    const auto outcome = host_of(transform)->process(buffer, transform->segment, state.copied);
    if (!outcome.error.empty()) {
      bool first = false;
      {
        const std::scoped_lock lock(state.mutex);
        first = !std::exchange(state.warned, true);
      }
      const char* what = outcome.keep ? "passed on" : "dropped";
      if (first)
        GST_ELEMENT_WARNING(transform, STREAM, FAILED, ("%s (the frame was %s)", outcome.error.c_str(), what),
                            ("Later ones are counted in the property stats."));
      else
        GST_WARNING_OBJECT(transform, "%s (the frame was %s)", outcome.error.c_str(), what);
    }
    return outcome.keep ? GST_FLOW_OK : GST_BASE_TRANSFORM_FLOW_DROPPED;
  });
}

// In place, so upstream may use what downstream offers: BaseTransform passes the query on. CUDA memory alone is
// answered here, since a pool of another CUDA context's would be of no use.
gboolean propose_allocation(GstBaseTransform* transform, GstQuery* decided, GstQuery* query) {
  GstCaps* caps = nullptr;
  gst_query_parse_allocation(query, &caps, nullptr);
  const GstCapsFeatures* features = caps == nullptr ? nullptr : gst_caps_get_features(caps, 0);
  if (features == nullptr || gst_caps_features_contains(features, "memory:CUDAMemory") != TRUE)
    return parent_transform()->propose_allocation(transform, decided, query);
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  return TRUE;
}

// ---- which memory ----
// cudaupload and cudadownload pass frames on as they are wherever both sides take those. So with device=cuda, say,
// caps in system memory are neither offered nor accepted, for the upload to happen. But where the neighbours can do
// nothing else, they are: then set_caps says what is missing, instead of a negotiation that fails without a reason.

std::optional<bool> wants_cuda_memory(gpointer object) {
  State& state = state_of(object);
  const std::scoped_lock lock(state.mutex);
  if (state.settings.device == "auto") return std::nullopt;
  return state.settings.device != "cpu";
}

bool is_in(const GstCaps* caps, guint i, bool cuda) {
  const GstCapsFeatures* features = gst_caps_get_features(caps, i);
  return gst_caps_features_is_any(features) == TRUE ||
         (gst_caps_features_contains(features, "memory:CUDAMemory") == TRUE) == cuda;
}

// Takes from the answer to a caps query what is in other memory than `cuda` says, if anything is left then. Who says
// nothing of his own caps may just be about to link, and gets all, in the order that we prefer.
void choose_memory(gpointer object, GstPadDirection direction, GstQuery* query, bool cuda) {
  GstCaps* filter = nullptr;
  GstCaps* all = nullptr;
  gst_query_parse_caps(query, &filter);
  gst_query_parse_caps_result(query, &all);
  if (all == nullptr || gst_caps_is_any(all) == TRUE || gst_caps_is_empty(all) == TRUE) return;
  GstCaps* chosen = gst_caps_new_empty();
  const auto append = [&](bool of_cuda) {
    for (guint i = 0; i < gst_caps_get_size(all); ++i)
      if (is_in(all, i, cuda) == (of_cuda == cuda))
        gst_caps_append_structure_full(chosen, gst_structure_copy(gst_caps_get_structure(all, i)),
                                       gst_caps_features_copy(gst_caps_get_features(all, i)));
  };
  append(cuda);
  const bool can_choose = gst_caps_is_empty(chosen) != TRUE;
  if (filter == nullptr || gst_caps_is_any(filter) == TRUE) {
    append(!cuda);
  } else if (direction == GST_PAD_SINK) {
    State& state = state_of(object);
    const std::scoped_lock lock(state.mutex);
    state.can_choose = can_choose;
  }
  if (gst_caps_is_empty(chosen) != TRUE) gst_query_set_caps_result(query, chosen);
  gst_caps_unref(chosen);
}

gboolean accept_caps(GstBaseTransform* transform, GstPadDirection direction, GstCaps* caps) {
  if (parent_transform()->accept_caps(transform, direction, caps) != TRUE) return FALSE;
  const auto cuda = wants_cuda_memory(transform);
  if (!cuda || gst_caps_is_empty(caps) == TRUE || is_in(caps, 0, *cuda)) return TRUE;
  State& state = state_of(transform);
  const std::scoped_lock lock(state.mutex);
  return state.can_choose ? FALSE : TRUE;
}

// Neighbours that look for a CUDA context get the one that the pipeline has, else the primary one of our GPU.
gboolean query(GstBaseTransform* transform, GstPadDirection direction, GstQuery* query) {
  if (parent_transform()->query(transform, direction, query) == TRUE) {
    const auto cuda = wants_cuda_memory(transform);
    if (cuda && GST_QUERY_TYPE(query) == GST_QUERY_CAPS) choose_memory(transform, direction, query, *cuda);
    return TRUE;
  }
  const gchar* type = nullptr;
  if (GST_QUERY_TYPE(query) != GST_QUERY_CONTEXT || gst_query_parse_context_type(query, &type) != TRUE ||
      g_strcmp0(type, "gst.cuda.context") != 0)
    return FALSE;
  GstContext* context = gst_element_get_context(GST_ELEMENT(transform), type);
  if (context == nullptr) {
    std::string device;
    {
      State& state = state_of(transform);
      const std::scoped_lock lock(state.mutex);
      device = state.settings.device;
    }
    if (device == "cpu") return FALSE;
    const int index = device.starts_with("cuda:") ? static_cast<int>(g_ascii_strtoll(&device[5], nullptr, 10)) : 0;
    context = retouch::interop::cuda_context(index);
  }
  if (context == nullptr) return FALSE;
  gst_query_set_context(query, context);
  gst_context_unref(context);
  return TRUE;
}

void finalize(GObject* object) {
  const std::unique_ptr<State> owned(std::exchange(self_of(object)->state, nullptr));
  G_OBJECT_CLASS(parent_class)->finalize(object);
}

void init_class(gpointer type_class, gpointer /*data*/) {
  parent_class = g_type_class_peek_parent(type_class);
  auto* object = G_OBJECT_CLASS(type_class);
  object->set_property = set_property;
  object->get_property = get_property;
  object->finalize = finalize;
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto when_ready = static_cast<GParamFlags>(flags | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object, kFunction,
      g_param_spec_string(
          "function", "Function",
          "What sees and edits each frame: NAME, LIBRARY.so:NAME or FILE.py:CLASS; several with commas between", "",
          when_ready));
  g_object_class_install_property(
      object, kKwargs,
      g_param_spec_string("kwargs", "Arguments",
                          "For the function, a JSON object; for several, a JSON array with an object or null for each",
                          "", when_ready));
  g_object_class_install_property(
      object, kDevice,
      g_param_spec_string(
          "device", "Device",
          "Where frames are edited, and so which memory the pads take: auto (frames in system memory by the CPU, those "
          "in CUDA memory by its GPU), cpu, cuda or cuda:N",
          "auto", when_ready));
  g_object_class_install_property(
      object, kOnError,
      g_param_spec_enum("on-error", "On error", "What happens to a frame in which a function throws",
                        on_error_get_type(), static_cast<gint>(OnError::stop),
                        static_cast<GParamFlags>(flags | GST_PARAM_MUTABLE_PLAYING)));
  g_object_class_install_property(
      object, kSourceId,
      g_param_spec_string("source-id", "Source",
                          "The name by which functions know the stream; empty: its GStreamer stream id", "",
                          when_ready));
  g_object_class_install_property(
      object, kStats,
      g_param_spec_boxed("stats", "Statistics",
                         "Frames that came in, were dropped, were passed on after an error; milliseconds in each "
                         "function and waiting for the device",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));

  auto* element = GST_ELEMENT_CLASS(type_class);
  gst_element_class_set_static_metadata(element, "Edit frames with retouch", "Filter/Effect/Video",
                                        "Runs functions that edit video frames in place, in system or CUDA memory",
                                        "The retouch authors");
  GstCaps* caps = gst_caps_from_string(retouch::gst::caps_text());
  gst_element_class_add_pad_template(element, gst_pad_template_new("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_pad_template(element, gst_pad_template_new("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref(caps);

  auto* transform = GST_BASE_TRANSFORM_CLASS(type_class);
  transform->start = start;
  transform->stop = stop;
  transform->set_caps = set_caps;
  transform->accept_caps = accept_caps;
  transform->sink_event = sink_event;
  transform->prepare_output_buffer = prepare_output_buffer;
  transform->transform_ip = transform_ip;
  transform->propose_allocation = propose_allocation;
  transform->query = query;

  gst_type_mark_as_plugin_api(on_error_get_type(), static_cast<GstPluginAPIFlags>(0));
}

void init_instance(GTypeInstance* instance, gpointer /*type_class*/) {
  self_of(instance)->state = std::make_unique<State>().release();
}

GType retouch_get_type() {
  static const GType type = g_type_register_static_simple(GST_TYPE_BASE_TRANSFORM, "GstRetouch", sizeof(RetouchClass),
                                                          init_class, sizeof(Retouch), init_instance, GTypeFlags{});
  return type;
}

gboolean init_plugin(GstPlugin* plugin) {
  GST_DEBUG_CATEGORY_INIT(debug_category, "retouch", 0, "The retouch element");
  return gst_element_register(plugin, "retouch", GST_RANK_NONE, retouch_get_type());
}

}  // namespace

#define PACKAGE "retouch"
#define STRINGIFY(x) #x
#define VERSION_TEXT(major, minor, patch) STRINGIFY(major) "." STRINGIFY(minor) "." STRINGIFY(patch)
extern "C" {
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, retouch, "Edits video frames in place", init_plugin,
                  VERSION_TEXT(RETOUCH_VERSION_MAJOR, RETOUCH_VERSION_MINOR, RETOUCH_VERSION_PATCH), "Apache 2.0",
                  "retouch", "retouch")
}
