#include "pipeline/runner/gst_support.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>

#include "pipeline/module/words.hpp"

namespace retouch {
namespace {

namespace fs = std::filesystem;

constexpr const char* any_cuda_caps = "video/x-raw(memory:CUDAMemory)";

bool template_intersects(GstElement* element, GstPadDirection direction, const GstCaps* caps) {
  for (const GList* item = gst_element_get_pad_template_list(element); item != nullptr; item = item->next) {
    auto* pad_template = static_cast<GstPadTemplate*>(item->data);
    if (GST_PAD_TEMPLATE_DIRECTION(pad_template) != direction) continue;
    if (gst_caps_can_intersect(GST_PAD_TEMPLATE_CAPS(pad_template), caps)) return true;
  }
  return false;
}

std::vector<std::string> names_of_elements() {
  std::vector<std::string> names;
  GList* features = gst_registry_get_feature_list(gst_registry_get(), GST_TYPE_ELEMENT_FACTORY);
  for (const GList* item = features; item != nullptr; item = item->next)
    names.emplace_back(gst_plugin_feature_get_name(GST_PLUGIN_FEATURE(item->data)));
  gst_plugin_feature_list_free(features);
  return names;
}

// The GPU number of an nvcodec element; 0 when it does not say.
int cuda_index(GstElement* element) {
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(element), "cuda-device-id") == nullptr) return 0;
  guint index = 0;
  g_object_get(element, "cuda-device-id", &index, nullptr);
  return static_cast<int>(index);
}

// The first of the factories that makes a decoder for the device.
ElementPtr first_decoder(const GList* factories, bool on_gpu, Device device) {
  for (const GList* item = factories; item != nullptr; item = item->next) {
    auto* factory = GST_ELEMENT_FACTORY(item->data);
    const bool nvidia = std::string_view(GST_OBJECT_NAME(factory)).starts_with("nv");
    if (on_gpu ? !nvidia : (nvidia || is_hardware(factory))) continue;
    GstElement* element = gst_element_factory_create(factory, "decoder");
    if (element == nullptr) continue;
    ElementPtr decoder(GST_ELEMENT(gst_object_ref_sink(element)));
    if (!on_gpu || (gives_cuda_memory(decoder.get()) && cuda_index(decoder.get()) == device.index())) return decoder;
  }
  return nullptr;
}

}  // namespace

std::string text_of(const GstCaps* caps) {
  const GstPtr<gchar> text(gst_caps_to_string(caps));
  return text.get();
}

std::string plugin_file() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&plugin_file), &info) == 0 || info.dli_fname == nullptr) return {};
  std::error_code ignored;
  const fs::path folder = fs::absolute(info.dli_fname, ignored).parent_path();
  for (const fs::path& candidate : {folder / "gstreamer-1.0" / "libgstretouch.so", folder / "libgstretouch.so"})
    if (fs::exists(candidate, ignored)) return candidate.lexically_normal().string();
  return {};
}

void start_gstreamer(Device device) {
  GError* error = nullptr;
  if (!gst_init_check(nullptr, nullptr, &error)) {
    const GstPtr<GError> owned(error);
    throw RunError(RunFailure::internal,
                   fmt::format("GStreamer does not start: {}", owned ? owned->message : "unknown"));
  }
  // By file, so that an older plugin of that name elsewhere is not taken instead.
  if (const std::string file = plugin_file(); !file.empty()) {
    GstPlugin* plugin = gst_plugin_load_file(file.c_str(), &error);
    if (plugin == nullptr) {
      const GstPtr<GError> owned(error);
      throw RunError(RunFailure::internal, fmt::format("cannot load {}: {}", file, owned ? owned->message : "unknown"));
    }
    gst_object_unref(plugin);
  }
  // A registry that was written when there was no driver lists nvcodec without elements; loading it registers them.
  if (device.is_cuda() && !is_installed("nvh264dec")) {
    if (GstPlugin* plugin = gst_plugin_load_by_name("nvcodec")) gst_object_unref(plugin);
  }
}

bool is_installed(const std::string& factory) {
  const GstPtr<GstElementFactory> found(gst_element_factory_find(factory.c_str()));
  return found != nullptr;
}

ElementPtr make_element(const std::string& factory, const char* name) {
  GstElement* element = gst_element_factory_make(factory.c_str(), name);
  if (element != nullptr) return ElementPtr(GST_ELEMENT(gst_object_ref_sink(element)));
  const std::vector<std::string> names = names_of_elements();
  throw RunError(RunFailure::usage,
                 fmt::format("no GStreamer element '{}' is installed{}", factory, did_you_mean(factory, names)));
}

void set_property(GstElement* element, const std::string& name, const std::string& value) {
  const char* type = GST_OBJECT_NAME(gst_element_get_factory(element));
  GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name.c_str());
  if (spec == nullptr || (spec->flags & G_PARAM_WRITABLE) == 0) {
    std::vector<std::string> names;
    guint count = 0;
    GParamSpec** specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element), &count);
    for (guint i = 0; i < count; ++i)
      if ((specs[i]->flags & G_PARAM_WRITABLE) != 0) names.emplace_back(specs[i]->name);
    g_free(specs);
    throw RunError(RunFailure::usage, fmt::format("element {} has no property '{}' to set (it has: {}){}", type, name,
                                                  join_words(names), did_you_mean(name, names)));
  }
  GValue parsed = G_VALUE_INIT;
  g_value_init(&parsed, G_PARAM_SPEC_VALUE_TYPE(spec));
  const bool understood = gst_value_deserialize_with_pspec(&parsed, value.c_str(), spec);
  // Out of range is refused here, where GObject would print a warning and go on.
  const bool changed = understood && g_param_value_validate(spec, &parsed);
  if (understood && !changed) g_object_set_property(G_OBJECT(element), name.c_str(), &parsed);
  g_value_unset(&parsed);
  if (!understood || changed)
    throw RunError(RunFailure::usage,
                   fmt::format("element {}: property {} does not take '{}' ({}; see gst-inspect-1.0 {})", type, name,
                               value, understood ? "out of range" : g_type_name(G_PARAM_SPEC_VALUE_TYPE(spec)), type));
}

bool accepts(GstElement* element, const char* pad_template, const GstCaps* caps) {
  GstPadTemplate* found = gst_element_get_pad_template(element, pad_template);
  return found != nullptr && gst_caps_can_intersect(GST_PAD_TEMPLATE_CAPS(found), caps);
}

bool takes_cuda_memory(GstElement* element) {
  return template_intersects(element, GST_PAD_SINK, parse_caps(any_cuda_caps).get());
}

bool gives_cuda_memory(GstElement* element) {
  return template_intersects(element, GST_PAD_SRC, parse_caps(any_cuda_caps).get());
}

bool is_hardware(GstElementFactory* factory) {
  const std::string_view klass = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
  return klass.find("Hardware") != std::string_view::npos;
}

ElementPtr make_decoder(const std::string& choice, Device device, const GstCaps* caps) {
  if (choice != "auto" && choice != "cpu") {
    ElementPtr decoder = make_element(choice, "decoder");
    if (!template_intersects(decoder.get(), GST_PAD_SINK, caps))
      throw RunError(RunFailure::usage, fmt::format("decoder {} does not take the input's video ({})", choice,
                                                    gst_structure_get_name(gst_caps_get_structure(caps, 0))));
    return decoder;
  }
  GList* all = gst_element_factory_list_get_elements(
      GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO, GST_RANK_MARGINAL);
  all = g_list_sort(all, gst_plugin_feature_rank_compare_func);
  ElementPtr decoder;
  for (const bool on_gpu : {true, false}) {
    if (on_gpu && (device.is_cpu() || choice == "cpu")) continue;
    // Best one that takes the stream as it is, then one that takes it after a parser has framed it otherwise.
    for (const bool as_it_is : {true, false}) {
      GList* fitting = gst_element_factory_list_filter(all, caps, GST_PAD_SINK, as_it_is ? TRUE : FALSE);
      if (!decoder) decoder = first_decoder(fitting, on_gpu, device);
      gst_plugin_feature_list_free(fitting);
    }
  }
  gst_plugin_feature_list_free(all);
  return decoder;
}

TimeSpan time_of(GstPad* pad, const GstBuffer* buffer) {
  GstEvent* event = GST_BUFFER_PTS_IS_VALID(buffer) ? gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0) : nullptr;
  if (event == nullptr) return {};
  // Encoders that reorder frames move all times by many hours, and the segment with them.
  const GstSegment* segment = nullptr;
  gst_event_parse_segment(event, &segment);
  const guint64 begin = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  gst_event_unref(event);
  if (!GST_CLOCK_TIME_IS_VALID(begin)) return {};
  const guint64 length = GST_BUFFER_DURATION_IS_VALID(buffer) ? GST_BUFFER_DURATION(buffer) : 0;
  return {static_cast<std::int64_t>(begin), static_cast<std::int64_t>(begin + length)};
}

ElementPtr make_parser(const GstCaps* caps) {
  GList* all = gst_element_factory_list_get_elements(GST_ELEMENT_FACTORY_TYPE_PARSER, GST_RANK_MARGINAL);
  GList* fitting = gst_element_factory_list_filter(all, caps, GST_PAD_SINK, FALSE);
  fitting = g_list_sort(fitting, gst_plugin_feature_rank_compare_func);
  ElementPtr parser;
  if (fitting != nullptr) {
    if (GstElement* element = gst_element_factory_create(GST_ELEMENT_FACTORY(fitting->data), nullptr))
      parser.reset(GST_ELEMENT(gst_object_ref_sink(element)));
  }
  gst_plugin_feature_list_free(fitting);
  gst_plugin_feature_list_free(all);
  return parser;
}

std::string package_hint(const GstCaps* caps) {
  const std::string_view name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  if (name == "video/x-vp8" || name == "video/x-vp9") return "gstreamer1.0-plugins-good";
  if (name == "video/x-av1") return "gstreamer1.0-plugins-bad";
  return "gstreamer1.0-libav";
}

}  // namespace retouch
