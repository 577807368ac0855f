#include "support/clip.hpp"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <memory>

namespace retouch::test {
namespace {

struct StopAndUnref {
  void operator()(GstElement* pipeline) const {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
  }
};
struct Unref {
  void operator()(GstElement* element) const { gst_object_unref(element); }
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};

}  // namespace

Clip read_clip(const std::filesystem::path& path, std::size_t step) {
  gst_init(nullptr, nullptr);
  const std::string line =
      "filesrc location=\"" + path.string() +
      "\" ! decodebin ! videoconvert ! video/x-raw,format=I420 ! appsink name=sink sync=false max-buffers=8";
  GError* error = nullptr;
  const std::unique_ptr<GstElement, StopAndUnref> pipeline(gst_parse_launch(line.c_str(), &error));
  Clip clip;
  if (error != nullptr) {
    ADD_FAILURE() << error->message;
    g_error_free(error);
    return clip;
  }
  const std::unique_ptr<GstElement, Unref> sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "sink"));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  for (;; ++clip.length) {
    const std::unique_ptr<GstSample, Unref> sample(
        gst_app_sink_try_pull_sample(GST_APP_SINK(sink.get()), 10 * GST_SECOND));
    if (!sample) break;
    if (clip.length % step != 0) continue;
    GstVideoInfo info;
    GstVideoFrame frame;
    if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())) == FALSE ||
        gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample.get()), GST_MAP_READ) == FALSE)
      break;
    Pixels pixels(PixelFormat::i420, {info.width, info.height});
    for (int plane = 0; plane < 3; ++plane)
      for (int y = 0; y < pixels.plane_height(plane); ++y)
        std::copy_n(static_cast<const std::uint8_t*>(frame.data[plane]) + std::ptrdiff_t{frame.info.stride[plane]} * y,
                    pixels.plane_width(plane), &pixels.at(plane, 0, y));
    gst_video_frame_unmap(&frame);
    clip.frames.push_back(std::move(pixels));
  }
  EXPECT_TRUE(gst_app_sink_is_eos(GST_APP_SINK(sink.get()))) << path << " was not decoded to its end";
  return clip;
}

}  // namespace retouch::test
