#include "host.hpp"

#include <utility>
#include <vector>

#include "retouch/error.hpp"
#include "retouch/interop/gstreamer.hpp"

namespace retouch::gst {

namespace {

// Keeps the buffer's memory, not the buffer: downstream may go on editing in place, and pools take it back.
std::shared_ptr<const void> memory_of(GstBuffer* buffer) {
  if (gst_buffer_n_memory(buffer) == 1)
    return {gst_buffer_get_memory(buffer, 0), [](GstMemory* memory) { gst_memory_unref(memory); }};
  auto all = std::make_shared<std::vector<std::shared_ptr<GstMemory>>>();
  for (guint i = 0; i < gst_buffer_n_memory(buffer); ++i)
    all->emplace_back(gst_buffer_get_memory(buffer, i), [](GstMemory* memory) { gst_memory_unref(memory); });
  return all;
}

}  // namespace

Host::Host(Settings settings) : settings_(std::move(settings)), on_error_(settings_.on_error) {
  if (settings_.function.empty())
    throw InvalidArgument("no function is set: set function=NAME, function=LIBRARY.so:NAME or function=FILE.py:CLASS");
  if (settings_.device != "auto") device_ = Device::parse(settings_.device);
  chain_ = make_chain();
}

std::shared_ptr<FunctionChain> Host::make_chain() const {
  return std::make_shared<FunctionChain>(parse_functions(settings_.function, settings_.kwargs), settings_.on_error);
}

void Host::set_caps(const GstCaps* caps) {
  const FrameFormat format = parse_caps(caps);
  if (device_ && device_->is_cuda() && !format.cuda_memory)
    throw Unsupported("device=" + settings_.device +
                      ", but the frames are in system memory: put cudaupload before retouch (and cudadownload behind "
                      "it, where system memory is needed), or set device=auto");
  if (device_ && device_->is_cpu() && format.cuda_memory)
    throw Unsupported(
        "device=cpu, but the frames are in CUDA memory: put cudadownload (or the caps video/x-raw) before retouch, or "
        "set device=auto");
  format_ = format;
}

// The first frame shows where the frames are. When that changes, the functions are made anew: what they hold is on the
// old device.
void Host::start_chain(Device device, GstObject* context) {
  if (device_ && *device_ != device)
    throw Unsupported("device=" + settings_.device + ", but the frames are on " + device.name());
  if (chain_->started()) {
    end_source();
    chain_->stop();
    auto fresh = make_chain();
    const std::scoped_lock lock(mutex_);
    chain_ = std::move(fresh);
  }
  chain_->start(device);
  context_.reset();
  if (context != nullptr)
    context_ = {GST_OBJECT(gst_object_ref(context)), [](GstObject* object) { gst_object_unref(object); }};
}

void Host::open_source() {
  const std::string& id = settings_.source_id.empty() ? stream_id_ : settings_.source_id;
  if (source_ == id) return;
  end_source();
  chain_->add_source(id);
  source_ = id;
  index_ = 0;
}

FrameInfo Host::next_info(GstBuffer* buffer, const GstSegment& segment) {
  FrameInfo info;
  info.source_id = *source_;
  info.index = index_++;
  if (GST_BUFFER_PTS_IS_VALID(buffer)) {
    // Where a container's times do not begin at 0, the segment says where 0 is.
    const guint64 shown = segment.format == GST_FORMAT_TIME
                              ? gst_segment_to_stream_time(&segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer))
                              : GST_CLOCK_TIME_NONE;
    info.pts_ns = static_cast<std::int64_t>(GST_CLOCK_TIME_IS_VALID(shown) ? shown : GST_BUFFER_PTS(buffer));
  }
  if (GST_BUFFER_DURATION_IS_VALID(buffer)) info.duration_ns = static_cast<std::int64_t>(GST_BUFFER_DURATION(buffer));
  const int numerator = GST_VIDEO_INFO_FPS_N(&format_.info);
  const int denominator = GST_VIDEO_INFO_FPS_D(&format_.info);
  if (numerator > 0 && denominator > 0) info.fps = static_cast<double>(numerator) / denominator;
  return info;
}

FunctionChain::Outcome Host::process(GstBuffer* buffer, const GstSegment& segment, bool copied) {
  FunctionChain::Outcome outcome;
  interop::FrameMetadata metadata;
  {
    MappedFrame mapped(buffer, format_, streams_);
    if (copied) mapped.wait_for_copy();
    if (!chain_->started() || chain_->device() != mapped.device() || context_.get() != mapped.context())
      start_chain(mapped.device(), mapped.context());
    open_source();
    chain_->set_on_error(on_error_);
    const auto memory_stream = mapped.memory_stream();
    Frame frame(mapped.image(), memory_stream.value_or(chain_->stream()), next_info(buffer, segment));
    frame.set_keeper(memory_of(buffer));
    metadata = interop::take_frame_metadata(buffer);
    frame.objects() = std::move(metadata.objects);
    frame.attributes() = std::move(metadata.attributes);
    outcome = chain_->process(
        frame, memory_stream ? FunctionChain::Completion::in_stream_order : FunctionChain::Completion::wait);
    if (memory_stream) mapped.set_pending();
    metadata = {std::move(frame.objects()), std::move(frame.attributes())};
  }
  if (outcome.keep)
    interop::put_frame_metadata(buffer, std::move(metadata),
                                {GST_VIDEO_INFO_WIDTH(&format_.info), GST_VIDEO_INFO_HEIGHT(&format_.info)});
  return outcome;
}

void Host::end_source() {
  if (!source_) return;
  const std::string id = *std::exchange(source_, std::nullopt);
  if (chain_->started()) chain_->end_source(id);
}

void Host::stop() {
  source_.reset();
  chain_->stop();
}

ChainStatistics Host::statistics() const {
  std::shared_ptr<FunctionChain> chain;
  {
    const std::scoped_lock lock(mutex_);
    chain = chain_;
  }
  return chain->statistics();
}

}  // namespace retouch::gst
