// Reads the counters of a `retouch` element.
#pragma once

#include <gst/gst.h>

#include "retouch/pipeline/runner.hpp"

namespace retouch {

/// Adds what the element counted and measured to the summary.
void add_function_stats(GstElement* element, Summary& summary);

}  // namespace retouch
