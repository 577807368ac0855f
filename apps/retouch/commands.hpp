// The commands of the tool. Each adds itself to the command line, and returns the exit code when it is chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace retouch::app {

using Command = std::function<int()>;

Command add_run(CLI::App& app);
Command add_devices(CLI::App& app);
Command add_gallery(CLI::App& app);

}  // namespace retouch::app
