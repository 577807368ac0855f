#include "pipeline/runner/function_stats.hpp"

#include "pipeline/runner/gst_support.hpp"

namespace retouch {

void add_function_stats(GstElement* element, Summary& summary) {
  GstStructure* raw = nullptr;
  g_object_get(element, "stats", &raw, nullptr);
  const GstPtr<GstStructure> stats(raw);
  if (!stats) return;
  guint64 frames = 0;
  guint64 dropped = 0;
  guint64 passed = 0;
  double wait_ms = 0;
  double max_wait_ms = 0;
  gst_structure_get(stats.get(), "frames", G_TYPE_UINT64, &frames, "dropped", G_TYPE_UINT64, &dropped, "passed",
                    G_TYPE_UINT64, &passed, "wait-ms", G_TYPE_DOUBLE, &wait_ms, "max-wait-ms", G_TYPE_DOUBLE,
                    &max_wait_ms, nullptr);
  summary.frames_skipped += static_cast<std::int64_t>(dropped);
  summary.errors_passed += static_cast<std::int64_t>(passed);
  const GValue* functions = gst_structure_get_value(stats.get(), "functions");
  const guint count = functions == nullptr ? 0 : gst_value_array_get_size(functions);
  for (guint i = 0; i < count; ++i) {
    const GstStructure* function = gst_value_get_structure(gst_value_array_get_value(functions, i));
    StageTime& stage = summary.stages.emplace_back();
    if (const char* name = gst_structure_get_string(function, "name")) stage.name = name;
    gst_structure_get(function, "mean-ms", G_TYPE_DOUBLE, &stage.mean_ms, "max-ms", G_TYPE_DOUBLE, &stage.max_ms,
                      nullptr);
  }
  if (frames > 0) summary.stages.push_back({"wait for the device", wait_ms / static_cast<double>(frames), max_wait_ms});
}

}  // namespace retouch
