#include "pipeline/runner/bus_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "pipeline/runner/gst_support.hpp"

namespace retouch {
namespace {

struct ParsedError {
  GstPtr<GError> error;
  std::string details;
};

ParsedError parse(GstMessage* message) {
  GError* error = nullptr;
  gchar* details = nullptr;
  gst_message_parse_error(message, &error, &details);
  ParsedError parsed{GstPtr<GError>(error), details != nullptr ? details : ""};
  g_free(details);
  return parsed;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

// "Internal data stream error": what the element upstream of the one that failed says.
bool is_general(const ParsedError& parsed) {
  return g_error_matches(parsed.error.get(), GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED) &&
         parsed.details.find("streaming stopped, reason") != std::string::npos;
}

bool is_inside(GstObject* object, const char* name) {
  for (; object != nullptr; object = GST_OBJECT_PARENT(object))
    if (std::string_view(GST_OBJECT_NAME(object)) == name) return true;
  return false;
}

}  // namespace

RunError run_error(GstBus* bus, GstMessage* first, const RunContext& context,
                   const std::vector<GstElement*>& function_elements) {
  GstPtr<GstMessage> message(gst_message_ref(first));
  ParsedError parsed = parse(message.get());
  while (is_general(parsed)) {
    GstMessage* next = gst_bus_timed_pop_filtered(bus, 100 * GST_MSECOND, GST_MESSAGE_ERROR);
    if (next == nullptr) break;
    message.reset(next);
    ParsedError later = parse(next);
    if (!is_general(later)) parsed = std::move(later);
  }
  GstObject* source = GST_MESSAGE_SRC(message.get());
  const std::string text = one_line(parsed.error->message);
  const auto is = [&](GQuark domain, int code) { return g_error_matches(parsed.error.get(), domain, code); };

  if (std::find(function_elements.begin(), function_elements.end(), GST_ELEMENT_CAST(source)) !=
      function_elements.end()) {
    // Only what process_frame throws is for the policy to decide.
    const bool in_frame = text.find(" failed in frame ") != std::string::npos;
    return {RunFailure::function, in_frame ? text + "; --on-error skip goes on without such frames" : text};
  }
  if (is(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT))
    return {RunFailure::output,
            fmt::format("output {}: the disk is full; free some space, or write to another disk; the "
                        "unfinished file was removed",
                        context.output)};
  if (is_inside(source, "sink")) return {RunFailure::output, fmt::format("output {}: {}", context.output, text)};
  if (is(GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) || is(GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND))
    return {RunFailure::device, fmt::format("input {}: {}; see 'retouch devices'", context.input, text)};
  if (is_inside(source, "encoder")) {
    if (context.width % 2 != 0 || context.height % 2 != 0)
      return {RunFailure::output,
              fmt::format("{}x{} frames cannot be encoded: H.264 (4:2:0) needs an even width and height", context.width,
                          context.height)};
    return {RunFailure::output, fmt::format("the encoder failed on {}x{} frames: {}; try another with "
                                            "pipeline.output.encoder, see 'retouch devices'",
                                            context.width, context.height, text)};
  }
  if (is_inside(source, "container") || is_inside(source, "source") || is_inside(source, "decoder")) {
    // Before a frame has left the container, it is the container that does not know what it holds.
    if (context.any_coded && parsed.details.find("not-negotiated") != std::string::npos)
      return {RunFailure::usage, "the elements of the module do not agree on a format; set GST_DEBUG=2 to see where"};
    if (is(GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND) || is(GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE))
      return {RunFailure::input, fmt::format("input {} is not a video: {}; give a video file", context.input, text)};
    return {RunFailure::input,
            fmt::format("input {} cannot be read: {}{}", context.input, text,
                        context.on_cuda && is_inside(source, "decoder") ? "; try pipeline.source.decoder: cpu"
                                                                        : "; is it a whole video file?")};
  }
  return {RunFailure::internal, fmt::format("{}: {} (set GST_DEBUG=3 for more)", GST_OBJECT_NAME(source), text)};
}

std::string warning_text(GstMessage* message) {
  GError* error = nullptr;
  gst_message_parse_warning(message, &error, nullptr);
  const GstPtr<GError> owned(error);
  return one_line(owned ? owned->message : "");
}

bool states_exact_duration(GstElement* pipeline) {
  for (const char* demuxer : {"matroskademux", "avidemux"}) {
    GstIterator* found = gst_bin_iterate_all_by_element_factory_name(GST_BIN(pipeline), demuxer);
    GValue item = G_VALUE_INIT;
    const bool any = gst_iterator_next(found, &item) == GST_ITERATOR_OK;
    if (any) g_value_unset(&item);
    gst_iterator_free(found);
    if (any) return true;
  }
  return false;
}

}  // namespace retouch
