// What GStreamer's error messages mean for the user of a run.
#pragma once

#include <gst/gst.h>

#include <string>
#include <vector>

#include "retouch/pipeline/runner.hpp"

namespace retouch {

struct RunContext {
  std::string input;
  std::string output;
  int width = 0;
  int height = 0;
  bool on_cuda = false;
  bool any_coded = true;  ///< a coded frame has come out of the container
};

/// The error for an ERROR message, in one line. Looks at the messages behind it on the bus: when an element fails,
/// those around it complain in general terms, and may come first.
RunError run_error(GstBus* bus, GstMessage* first, const RunContext& context,
                   const std::vector<GstElement*>& function_elements);

/// The text of a WARNING message.
std::string warning_text(GstMessage* message);

/// Is the input in a container whose stated duration can be relied on?
bool states_exact_duration(GstElement* pipeline);

}  // namespace retouch
