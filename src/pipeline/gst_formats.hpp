// Pixel formats and colours, as GStreamer names them.
#pragma once

#include <gst/video/video.h>

#include <array>

#include "retouch/image.hpp"

namespace retouch::detail {

struct KnownFormat {
  GstVideoFormat theirs;
  PixelFormat ours;
};
inline constexpr std::array<KnownFormat, 7> known_formats = {{{GST_VIDEO_FORMAT_NV12, PixelFormat::nv12},
                                                              {GST_VIDEO_FORMAT_I420, PixelFormat::i420},
                                                              {GST_VIDEO_FORMAT_RGBA, PixelFormat::rgba8},
                                                              {GST_VIDEO_FORMAT_BGRA, PixelFormat::bgra8},
                                                              {GST_VIDEO_FORMAT_RGB, PixelFormat::rgb8},
                                                              {GST_VIDEO_FORMAT_BGR, PixelFormat::bgr8},
                                                              {GST_VIDEO_FORMAT_GRAY8, PixelFormat::gray8}}};

inline GstVideoFormat format_of(PixelFormat format) {
  for (const KnownFormat& known : known_formats)
    if (known.ours == format) return known.theirs;
  return GST_VIDEO_FORMAT_UNKNOWN;
}

}  // namespace retouch::detail
