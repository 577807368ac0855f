#include <fmt/format.h>

#include "commands.hpp"
#include "retouch/device.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch::app {
namespace {

int devices() {
  fmt::print("Devices\n");
  for (const DeviceInfo& info : list_devices()) {
    const std::string memory =
        info.memory_bytes > 0 ? fmt::format(", {:.1f} GiB", static_cast<double>(info.memory_bytes) / (1U << 30)) : "";
    fmt::print("  {:<8} {}{}\n", info.device.name(), info.description, memory);
  }
  if (const std::string reason = cuda_unavailable_reason(); !reason.empty()) fmt::print("  no GPU   {}\n", reason);
  fmt::print("  --device auto takes {}\n\n", Device::best().name());

  fmt::print("Codecs, from {}\n", gstreamer_version());
  for (const CodecInfo& codec : list_codecs())
    fmt::print("  {:<3} {:<24} {}\n", codec.available ? "yes" : "no", codec.role, codec.element);
  fmt::print("\nElement  {}\n", element_location());
  return 0;
}

}  // namespace

Command add_devices(CLI::App& app) {
  app.add_subcommand("devices", "List the devices and codecs that can be used here, and why a GPU cannot.");
  return devices;
}

}  // namespace retouch::app
