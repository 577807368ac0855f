// What this machine offers: for `retouch devices`.
#include <fmt/format.h>

#include "pipeline/runner/gst_support.hpp"

namespace retouch {

std::vector<CodecInfo> list_codecs() {
  start_gstreamer(Device::best());
  std::vector<CodecInfo> codecs = {
      {"decode H.264 on the GPU", "nvh264dec"},
      {"decode H.265 on the GPU", "nvh265dec"},
      {"decode VP9 on the GPU", "nvvp9dec"},
      {"decode AV1 on the GPU", "nvav1dec"},
      {"decode H.264 on the CPU", "avdec_h264"},
      {"decode H.264 on the CPU", "openh264dec"},
      {"decode H.265 on the CPU", "avdec_h265"},
      {"decode VP9 on the CPU", "vp9dec"},
      {"decode AV1 on the CPU", "dav1ddec"},
      {"encode H.264 on the GPU", "nvh264enc"},
      {"encode H.264 on the CPU", "x264enc"},
      {"encode H.264 on the CPU", "openh264enc"},
      {"write .mp4", "mp4mux"},
      {"write .mov", "qtmux"},
      {"write .mkv", "matroskamux"},
  };
  for (CodecInfo& codec : codecs) codec.available = is_installed(codec.element);
  return codecs;
}

std::string gstreamer_version() {
  const GstPtr<gchar> text(gst_version_string());
  return text.get();
}

std::string element_location() {
  const std::string file = plugin_file();
  return file.empty() ? "not found (libgstretouch.so must lie in gstreamer-1.0 beside libretouch_pipeline.so)" : file;
}

}  // namespace retouch
