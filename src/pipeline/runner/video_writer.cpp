#include "retouch/pipeline/video_writer.hpp"

#include <fmt/format.h>
#include <gst/video/video.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "core/check.hpp"
#include "pipeline/gst_formats.hpp"
#include "pipeline/runner/bus_errors.hpp"
#include "pipeline/runner/encoder.hpp"
#include "pipeline/runner/gst_support.hpp"
#include "pipeline/runner/iso_file.hpp"
#include "pipeline/runner/output_file.hpp"
#include "retouch/fill.hpp"
#include "retouch/transform.hpp"

namespace retouch {
namespace {

struct Fraction {
  int numerator = 30;
  int denominator = 1;
};

// 25 is 25/1, 23.976 is 24000/1001.
Fraction fraction_of(double fps) {
  const double whole = std::round(fps);
  if (whole > 0 && std::abs(whole - fps) < 1e-4) return {static_cast<int>(whole), 1};
  if (whole > 0 && std::abs(whole / 1.001 - fps) < 1e-3) return {static_cast<int>(whole) * 1000, 1001};
  Fraction fraction;
  gst_util_double_to_fraction(fps, &fraction.numerator, &fraction.denominator);
  return fraction;
}

// What the video's colours are, as far as an image says it.
std::string colorimetry_of(PixelFormat format, ColorSpec color) {
  if (!is_subsampled(format)) return {};
  GstVideoColorimetry colorimetry{};
  gst_video_colorimetry_from_string(
      &colorimetry, color.matrix == ColorMatrix::bt709 ? GST_VIDEO_COLORIMETRY_BT709 : GST_VIDEO_COLORIMETRY_BT601);
  if (color.range == ColorRange::full) colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  const GstPtr<gchar> text(gst_video_colorimetry_to_string(&colorimetry));
  return text ? text.get() : "";
}

}  // namespace

struct VideoWriter::Impl {
  Output settings;
  double fps = 0;
  std::string format;
  OutputFile file;
  ElementPtr pipeline;
  GstElement* source = nullptr;  // pipeline's
  GstPtr<GstBus> bus;
  GstVideoInfo info{};
  PixelFormat pixels = PixelFormat::gray8;
  std::int64_t frames = 0;
  std::int64_t step_ns = 0;    // from one frame to the next, where they do not say
  std::int64_t offset_ns = 0;  // from a frame's pts to the file's time
  std::int64_t last_ns = -1;
  std::int64_t last_length_ns = 0;
  GstPtr<GstBuffer> held;  // the last frame, until the next one says how long it is shown
  bool finished = false;
  bool failed = false;

  Impl(Output output, double rate)
      : settings(std::move(output)), fps(rate), format(format_of(settings)), file(settings.file, "") {}

  void open(const ImageView& first, const FrameInfo& frame);
  void append(const GstPtr<GstCaps>& caps, Fraction rate, Device device);
  GstPtr<GstBuffer> copy(const ImageView& image, StreamView stream) const;
  void push();
  std::int64_t time_of(const FrameInfo& frame);
  void check(GstClockTime wait);
  [[noreturn]] void fail(GstMessage* message);
  void stop() const {
    if (pipeline) gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  }
};

void VideoWriter::Impl::open(const ImageView& first, const FrameInfo& frame) {
  if (first.width() % 2 != 0 || first.height() % 2 != 0)
    detail::invalid("VideoWriter: frames of {}x{} cannot be encoded: H.264 (4:2:0) needs an even width and height",
                    first.width(), first.height());
  start_gstreamer(first.device());
  pixels = first.format();
  // GStreamer takes 16 for a gray's black, where it is 0.
  const PixelFormat given = pixels == PixelFormat::gray8 ? PixelFormat::i420 : pixels;
  const Fraction rate = fraction_of(fps > 0 ? fps : frame.fps > 0 ? frame.fps : 30);
  step_ns = std::int64_t{1000000000} * rate.denominator / rate.numerator;
  gst_video_info_set_format(&info, detail::format_of(given), static_cast<guint>(first.width()),
                            static_cast<guint>(first.height()));
  const GstPtr<GstCaps> caps(gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, gst_video_format_to_string(detail::format_of(given)), "width", G_TYPE_INT,
      first.width(), "height", G_TYPE_INT, first.height(), "framerate", GST_TYPE_FRACTION, rate.numerator,
      rate.denominator, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr));
  if (const std::string colorimetry = colorimetry_of(given, first.color()); !colorimetry.empty())
    gst_caps_set_simple(caps.get(), "colorimetry", G_TYPE_STRING, colorimetry.c_str(), nullptr);
  append(caps, rate, first.device());
}

void VideoWriter::Impl::append(const GstPtr<GstCaps>& caps, Fraction rate, Device device) {
  pipeline.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("retouch-writer"))));
  GstElement* last = nullptr;
  const auto add = [&](ElementPtr element) {
    GstElement* raw = element.get();
    gst_bin_add(GST_BIN(pipeline.get()), raw);
    if (last != nullptr && !gst_element_link(last, raw))
      throw RunError(RunFailure::usage, fmt::format("{} cannot be linked to {}: their formats do not meet",
                                                    GST_OBJECT_NAME(last), GST_OBJECT_NAME(raw)));
    return last = raw;
  };
  source = add(make_element("appsrc", "frames"));
  constexpr guint64 frames_ahead = 4;
  g_object_set(source, "caps", caps.get(), "format", GST_FORMAT_TIME, "block", FALSE, "max-bytes",
               frames_ahead * GST_VIDEO_INFO_SIZE(&info), nullptr);
  add(make_element("videoconvert"));
  GstElement* filter = add(make_element("capsfilter"));
  g_object_set(filter, "caps", parse_caps(yuv420_caps).get(), nullptr);
  add(make_encoder(settings, device).element);
  GstElement* parser = add(make_element("h264parse"));
  last = nullptr;
  GstElement* muxer = add(make_element(muxer_of(format), "muxer"));
  GstElement* sink = add(make_element("filesink", "sink"));
  g_object_set(sink, "location", file.partial_path().c_str(), "sync", FALSE, "async", FALSE, nullptr);
  const GstPtr<GstPad> slot(gst_element_request_pad_simple(muxer, "video_%u"));
  if (format != "mkv") {
    // Exact for the rate, and fine enough for frames that come at other times.
    constexpr int fine = 10000;
    const int ticks = rate.numerator * std::max(1, (fine + rate.numerator - 1) / rate.numerator);
    g_object_set(slot.get(), "trak-timescale", static_cast<guint>(ticks), nullptr);
  }
  const GstPtr<GstPad> parsed(gst_element_get_static_pad(parser, "src"));
  if (GST_PAD_LINK_FAILED(gst_pad_link(parsed.get(), slot.get())))
    throw RunError(RunFailure::internal, "the muxer does not take the encoder's video");
  bus.reset(gst_element_get_bus(pipeline.get()));
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
}

GstPtr<GstBuffer> VideoWriter::Impl::copy(const ImageView& image, StreamView stream) const {
  GstPtr<GstBuffer> buffer(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr));
  GstVideoFrame frame;
  if (!buffer || !gst_video_frame_map(&frame, &info, buffer.get(), GST_MAP_WRITE))
    throw RunError(RunFailure::internal, "a buffer for the frame cannot be had");
  const std::unique_ptr<GstVideoFrame, decltype(&gst_video_frame_unmap)> mapped(&frame, gst_video_frame_unmap);
  std::array<PlanePointer, 3> planes{};
  const PixelFormat given = pixels == PixelFormat::gray8 ? PixelFormat::i420 : pixels;
  const auto count = static_cast<std::size_t>(plane_count(given));
  for (std::size_t i = 0; i < count; ++i)
    planes.at(i) = {GST_VIDEO_FRAME_PLANE_DATA(&frame, i), GST_VIDEO_FRAME_PLANE_STRIDE(&frame, i)};
  const ImageView there =
      ImageView::wrap(Device::cpu(), given, image.size(), std::span(planes.data(), count), image.color());
  if (given == pixels) {
    copy_into(stream, image, there);
  } else {
    const Image converted(stream, given, image.size(), image.color());
    convert_into(stream, image, converted.view());
    copy_into(stream, converted.view(), there);
  }
  stream.synchronize();
  return buffer;
}

std::int64_t VideoWriter::Impl::time_of(const FrameInfo& frame) {
  const std::int64_t next = last_ns < 0 ? 0 : last_ns + last_length_ns;
  if (!frame.pts_ns) return next;
  if (last_ns < 0) offset_ns = -*frame.pts_ns;
  std::int64_t time = *frame.pts_ns + offset_ns;
  if (time <= last_ns) {
    time = next;
    offset_ns = next - *frame.pts_ns;
  }
  return time;
}

void VideoWriter::Impl::fail(GstMessage* message) {
  failed = true;
  throw run_error(bus.get(), message,
                  {"", settings.file, GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info), false}, {});
}

void VideoWriter::Impl::check(GstClockTime wait) {
  const GstPtr<GstMessage> message(gst_bus_timed_pop_filtered(bus.get(), wait, GST_MESSAGE_ERROR));
  if (message) fail(message.get());
}

// Gives the held frame to the encoder. Waits here for room, not in the source: an encoder that fails would never make
// any.
void VideoWriter::Impl::push() {
  const GstPtr<GstBuffer> buffer = std::move(held);
  guint64 waiting = 0;
  guint64 most = 0;
  for (;;) {
    g_object_get(source, "current-level-bytes", &waiting, "max-bytes", &most, nullptr);
    if (waiting < most) break;
    check(2 * GST_MSECOND);
  }
  check(0);
  GstFlowReturn flow = GST_FLOW_OK;
  g_signal_emit_by_name(source, "push-buffer", buffer.get(), &flow);
  if (flow != GST_FLOW_OK) check(GST_SECOND);
}

VideoWriter::VideoWriter(Output output, double fps) {
  if (output.format == "none") detail::invalid("VideoWriter: the format 'none' writes nothing");
  if (!(fps >= 0) || fps > 1000) detail::invalid("VideoWriter: fps must be from 0 to 1000, not {}", fps);
  impl_ = std::make_unique<Impl>(std::move(output), fps);
}

VideoWriter::~VideoWriter() { impl_->stop(); }

std::int64_t VideoWriter::frames() const { return impl_->frames; }
const std::string& VideoWriter::path() const { return impl_->file.path(); }

void VideoWriter::write(const ImageView& pixels, StreamView stream, const FrameInfo& info) {
  Impl& self = *impl_;
  if (self.finished || self.failed)
    detail::invalid("VideoWriter::write: {} {}", self.settings.file, self.failed ? "failed" : "is finished");
  if (!self.pipeline) self.open(pixels, info);
  if (pixels.format() != self.pixels || pixels.width() != GST_VIDEO_INFO_WIDTH(&self.info) ||
      pixels.height() != GST_VIDEO_INFO_HEIGHT(&self.info))
    detail::invalid("VideoWriter::write: {} is not like the first frame, {} {}x{}", pixels.describe(),
                    name_of(self.pixels), GST_VIDEO_INFO_WIDTH(&self.info), GST_VIDEO_INFO_HEIGHT(&self.info));
  GstPtr<GstBuffer> buffer = self.copy(pixels, stream);
  const std::int64_t time = self.time_of(info);
  if (self.held) {
    GST_BUFFER_DURATION(self.held.get()) = static_cast<GstClockTime>(time - self.last_ns);
    self.push();
  }
  self.last_ns = time;
  self.last_length_ns = info.duration_ns && *info.duration_ns > 0 ? *info.duration_ns : self.step_ns;
  GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(time);
  GST_BUFFER_DURATION(buffer.get()) = static_cast<GstClockTime>(self.last_length_ns);
  self.held = std::move(buffer);
  self.frames += 1;
}

void VideoWriter::finish() {
  Impl& self = *impl_;
  if (self.finished) return;
  if (self.failed) detail::invalid("VideoWriter::finish: {} failed", self.settings.file);
  if (self.frames == 0)
    throw RunError(RunFailure::usage, fmt::format("output {}: no frame was written", self.settings.file));
  self.push();
  GstFlowReturn flow = GST_FLOW_OK;
  g_signal_emit_by_name(self.source, "end-of-stream", &flow);
  const GstPtr<GstMessage> message(gst_bus_timed_pop_filtered(
      self.bus.get(), GST_CLOCK_TIME_NONE, static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS)));
  if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) self.fail(message.get());
  self.stop();
  if (self.format != "mkv" && !write_video_end(self.file.partial_path(), self.last_ns + self.last_length_ns))
    throw RunError(RunFailure::output,
                   fmt::format("output {}: the end of the video cannot be written", self.settings.file));
  self.file.publish();
  self.finished = true;
}

}  // namespace retouch
