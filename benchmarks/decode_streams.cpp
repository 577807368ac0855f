// How much of the decoder's rate is left when every frame is edited: N streams of one clip, decoded by NVDEC into GPU
// memory, once as they are and once through the element with 5 Gaussian blurs of 120x120 and one sprite a frame, in
// NV12. The two take turns; the figure is the ratio of the medians.
//
//   retouch_decode_streams CLIP.mp4 [STREAMS=8] [ROUNDS=5]
#include <fmt/format.h>
#include <gst/gst.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "retouch/filter.hpp"
#include "retouch/interop/gstreamer.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/sprite.hpp"

namespace {

using Clock = std::chrono::steady_clock;

class Edit : public retouch::FrameFunction {
 public:
  Edit() : blur_({.ksize = {9, 9}, .sigma_x = 2}) {
    const retouch::Stream host{retouch::Device::cpu()};
    const retouch::Image picture(host, retouch::PixelFormat::rgba8, {400, 300});
    const retouch::Plane& plane = picture.view().plane(0);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width * 4; ++x)
        plane.data[y * plane.pitch_bytes + x] = static_cast<std::uint8_t>(x * 7 + y * 13);
    sprite_ = retouch::Sprite(picture);
  }
  void process_frame(retouch::Frame& frame) override {
    std::vector<retouch::Rect> faces;
    faces.reserve(5);
    for (int i = 0; i < 5; ++i) faces.push_back({101 + 300 * i, 401, 120, 120});
    blur_(frame.stream(), frame.regions(faces));
    retouch::composite(frame.stream(), frame.view(), sprite_, {33, 21});
    frames += 1;
  }
  static inline std::atomic<long> frames = 0;

 private:
  retouch::GaussianBlur blur_;
  retouch::Sprite sprite_;
};

RETOUCH_REGISTER_FUNCTION(Edit)

struct Round {
  double seconds = 0;
  long frames = 0;
};

// All streams from PLAYING to the last end of stream.
Round run(const std::string& clip, int streams, bool edit) {
  std::atomic<long> frames = 0;
  std::vector<GstElement*> pipelines;
  for (int i = 0; i < streams; ++i) {
    const std::string line = fmt::format(
        "filesrc location=\"{}\" ! qtdemux ! h264parse ! nvh264dec ! video/x-raw(memory:CUDAMemory),format=NV12 ! {} "
        "fakesink name=sink sync=false signal-handoffs=true",
        clip, edit ? "retouch function=Edit !" : "");
    GError* error = nullptr;
    GstElement* pipeline = gst_parse_launch(line.c_str(), &error);
    if (error != nullptr) {
      fmt::print(stderr, "retouch_decode_streams: {}\n", error->message);
      std::exit(1);
    }
    // One CUDA context for all streams, as the runner does it.
    GstContext* context = retouch::interop::cuda_context(0);
    if (context == nullptr) {
      fmt::print(stderr, "retouch_decode_streams: {}\n", retouch::cuda_unavailable_reason());
      std::exit(1);
    }
    gst_element_set_context(pipeline, context);
    gst_context_unref(context);
    GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
    g_signal_connect(sink, "handoff",
                     G_CALLBACK(+[](GstElement*, GstBuffer*, GstPad*, std::atomic<long>* count) { ++*count; }),
                     &frames);
    gst_object_unref(sink);
    gst_element_set_state(pipeline, GST_STATE_PAUSED);
    pipelines.push_back(pipeline);
  }
  for (GstElement* pipeline : pipelines) gst_element_get_state(pipeline, nullptr, nullptr, 10 * GST_SECOND);
  const auto start = Clock::now();
  for (GstElement* pipeline : pipelines) gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (GstElement* pipeline : pipelines) {
    GstBus* bus = gst_element_get_bus(pipeline);
    GstMessage* message = gst_bus_timed_pop_filtered(bus, 120 * GST_SECOND,
                                                     static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    if (message == nullptr || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
      GError* error = nullptr;
      if (message != nullptr) gst_message_parse_error(message, &error, nullptr);
      fmt::print(stderr, "retouch_decode_streams: {}\n",
                 error != nullptr ? error->message : "no end of stream after 120 s");
      std::exit(1);
    }
    gst_message_unref(message);
    gst_object_unref(bus);
  }
  const Round result{std::chrono::duration<double>(Clock::now() - start).count(), frames};
  for (GstElement* pipeline : pipelines) {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
  }
  return result;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc < 2) {
    fmt::print(stderr, "usage: retouch_decode_streams CLIP.mp4 [STREAMS=8] [ROUNDS=5]\n");
    return 2;
  }
  const std::string clip = argv[1];
  const int streams = argc > 2 ? std::atoi(argv[2]) : 8;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  run(clip, streams, false);
  run(clip, streams, true);
  std::vector<double> plain;
  std::vector<double> edited;
  for (int i = 0; i < rounds; ++i) {
    const Round decode = run(clip, streams, false);
    const long before = Edit::frames;
    const Round edit = run(clip, streams, true);
    if (Edit::frames - before != edit.frames || edit.frames != decode.frames) {
      fmt::print(stderr, "retouch_decode_streams: {} frames decoded, {} through the element, {} edited\n",
                 decode.frames, edit.frames, Edit::frames - before);
      return 1;
    }
    plain.push_back(static_cast<double>(decode.frames) / decode.seconds);
    edited.push_back(static_cast<double>(edit.frames) / edit.seconds);
    fmt::print("round {}: decode {:.0f} frames/s, decode and edit {:.0f} frames/s\n", i + 1, plain.back(),
               edited.back());
  }
  const double ratio = median(edited) / median(plain);
  fmt::print("{} streams: decode {:.0f} frames/s, decode and edit {:.0f} frames/s: {:.1f} % (goal >= 95 %: {})\n",
             streams, median(plain), median(edited), 100 * ratio, ratio >= 0.95 ? "met" : "MISSED");
  return 0;
}
