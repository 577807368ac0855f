// What the Python package loads, to run the tool in its own Python: functions in Python then need no other.
#include "commands.hpp"
#include "retouch/export.hpp"

extern "C" RETOUCH_EXPORT int retouch_run_tool(int argc, char** argv) { return retouch::app::run_tool(argc, argv); }
