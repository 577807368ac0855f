// The commands of the tool. Each adds itself to the command line, and returns the exit code when it is chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace retouch::app {

using Command = std::function<int()>;

Command add_run(CLI::App& app);
Command add_devices(CLI::App& app);
Command add_gallery(CLI::App& app);

/// The whole tool. Throws nothing; errors go to stderr. Returns the exit code.
int run_tool(int argc, char** argv);

}  // namespace retouch::app
