#include "pipeline/runner/encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

namespace retouch {

Encoder make_encoder(const Output& output, Device device) {
  std::string name = output.encoder;
  if (name == "auto") {
    name.clear();
    for (const char* known : {"nvh264enc", "x264enc", "openh264enc"}) {
      if (known[0] == 'n' && !device.is_cuda()) continue;
      if (name.empty() && is_installed(known)) name = known;
    }
    if (name.empty())
      throw RunError(RunFailure::device,
                     "no H.264 encoder is installed; install one: apt install gstreamer1.0-plugins-ugly (x264enc) or "
                     "gstreamer1.0-plugins-bad (openh264enc)");
  }
  ElementPtr element = make_element(name, "encoder");
  const auto set = [&](const char* property, const std::string& value) {
    set_property(element.get(), property, value);
  };
  const std::string quality = std::to_string(output.quality);
  if (name == "x264enc") {
    set("speed-preset", output.speed);
    if (output.bitrate > 0) {
      set("bitrate", std::to_string(output.bitrate));
    } else {
      set("pass", "qual");
      set("quantizer", quality);
    }
  } else if (name == "openh264enc") {
    if (output.bitrate > 0) {
      set("rate-control", "bitrate");
      set("bitrate", std::to_string(std::int64_t{output.bitrate} * 1000));
    } else {
      set("rate-control", "off");
      set("qp-min", quality);
      set("qp-max", quality);
    }
  } else if (name == "nvh264enc") {
    if (output.bitrate > 0) {
      set("bitrate", std::to_string(output.bitrate));
    } else {
      set("rc-mode", "constqp");
      set("qp-const", quality);
    }
  }
  for (const auto& [property, value] : output.properties) set(property.c_str(), value);
  return {std::move(name), std::move(element)};
}

std::string format_of(const Output& output) {
  if (output.format == "none") {
    if (output.file.empty()) return output.format;
    throw RunError(RunFailure::usage, fmt::format("output {}: pipeline.output.format is 'none', which writes no file; "
                                                  "leave out the one or the other",
                                                  output.file));
  }
  if (output.file.empty())
    throw RunError(RunFailure::usage, "no output: give --output FILE, or pipeline.output.file in the module file");
  if (!output.format.empty()) return output.format;
  std::string extension = std::filesystem::path(output.file).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const char* known : {"mp4", "mov", "mkv"})
    if (extension == std::string(".") + known) return known;
  if (extension == ".m4v") return "mp4";
  throw RunError(RunFailure::usage,
                 fmt::format("output {}: '{}' is not a format that can be written; name it .mp4, .mov or .mkv",
                             output.file, extension));
}

const char* muxer_of(const std::string& format) {
  return format == "mkv" ? "matroskamux" : format == "mov" ? "qtmux" : "mp4mux";
}

}  // namespace retouch
