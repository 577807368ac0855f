#include "mapped_frame.hpp"

#include <array>
#include <bit>
#include <map>
#include <utility>

#include "pipeline/gst_formats.hpp"
#include "retouch/error.hpp"

#if RETOUCH_GST_CUDA
#include "pipeline/gst_cuda.hpp"
#include "retouch/interop/cuda.hpp"
#endif

namespace retouch::gst {

namespace {

// Of the matrices that we do not have, BT.2020 and the like are closest to BT.709; what has no matrix (RGB, gray) or
// an unknown one is read as BT.601, like the rest of retouch does.
ColorSpec color_of(const GstVideoColorimetry& colorimetry) {
  ColorSpec color;
  switch (colorimetry.matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT709:
    case GST_VIDEO_COLOR_MATRIX_SMPTE240M:
    case GST_VIDEO_COLOR_MATRIX_BT2020: color.matrix = ColorMatrix::bt709; break;
    default: color.matrix = ColorMatrix::bt601; break;
  }
  color.range = colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255 ? ColorRange::full : ColorRange::limited;
  return color;
}

}  // namespace

const char* caps_text() {
#define RETOUCH_FORMATS "{ NV12, I420, RGBA, BGRA, RGB, BGR, GRAY8 }"
#if RETOUCH_GST_CUDA
  return GST_VIDEO_CAPS_MAKE_WITH_FEATURES("memory:CUDAMemory",
                                           RETOUCH_FORMATS) "; " GST_VIDEO_CAPS_MAKE(RETOUCH_FORMATS);
#else
  return GST_VIDEO_CAPS_MAKE(RETOUCH_FORMATS);
#endif
#undef RETOUCH_FORMATS
}

FrameFormat parse_caps(const GstCaps* caps) {
  FrameFormat format;
  if (gst_video_info_from_caps(&format.info, caps) != TRUE) throw Unsupported("the caps are no raw video");
  const auto theirs = GST_VIDEO_INFO_FORMAT(&format.info);
  bool found = false;
  for (const detail::KnownFormat& known : detail::known_formats) {
    if (known.theirs != theirs) continue;
    format.format = known.ours;
    found = true;
  }
  if (!found) throw Unsupported(std::string("no such pixel format: ") + gst_video_format_to_string(theirs));
  format.color = color_of(format.info.colorimetry);
  const GstCapsFeatures* features = gst_caps_get_features(caps, 0);
  format.cuda_memory = features != nullptr && gst_caps_features_contains(features, "memory:CUDAMemory") == TRUE;
  return format;
}

void MappedFrame::map(GstBuffer* buffer, FrameFormat& format, int flags, Device device) {
  // No reference of the map's own, which would make the buffer unwritable.
  if (gst_video_frame_map(&frame_, &format.info, buffer,
                          std::bit_cast<GstMapFlags>(flags | GST_MAP_READWRITE | GST_VIDEO_FRAME_MAP_FLAG_NO_REF)) !=
      TRUE)
    throw Unsupported("the buffer cannot be mapped for reading and writing");
  mapped_.reset(&frame_);
  std::array<PlanePointer, 3> planes{};
  const auto count = static_cast<std::size_t>(plane_count(format.format));
  for (std::size_t i = 0; i < count; ++i)
    planes.at(i) = {GST_VIDEO_FRAME_PLANE_DATA(&frame_, i), GST_VIDEO_FRAME_PLANE_STRIDE(&frame_, i)};
  image_ = ImageView::wrap(device, format.format, {GST_VIDEO_FRAME_WIDTH(&frame_), GST_VIDEO_FRAME_HEIGHT(&frame_)},
                           std::span(planes.data(), count), format.color);
}

#if RETOUCH_GST_CUDA

#if GST_CHECK_VERSION(1, 24, 0)
struct MemoryStreams::Entry {
  struct Wrapped {
    GstCudaStream* owner;
    Stream stream;
  };
  std::map<GstCudaStream*, Wrapped> wrapped;
  ~Entry() {
    for (auto& [key, entry] : wrapped) {
      { const Stream released = std::move(entry.stream); }
      gst_cuda_stream_unref(entry.owner);
    }
  }
};
#else
struct MemoryStreams::Entry {};
#endif

struct MappedFrame::Cuda {
  explicit Cuda(GstBuffer* mapped) : buffer(mapped) {
    GstMemory* memory = gst_buffer_peek_memory(buffer, 0);
    if (gst_is_cuda_memory(memory) != TRUE)
      throw Unsupported("the caps say memory:CUDAMemory, but the buffer's memory is of another kind");
    context = GST_CUDA_MEMORY_CAST(memory)->context;
    guint index = 0;
    g_object_get(context, "cuda-device-id", &index, nullptr);
    device = Device::cuda(static_cast<int>(index));
    gst_object_ref(context);
    if (gst_cuda_context_push(context) != TRUE) {
      gst_object_unref(context);
      throw Unsupported("the memory's CUDA context cannot be used");
    }
  }
  ~Cuda() {
    gst_cuda_context_pop(nullptr);
    gst_object_unref(context);
  }
  Cuda(const Cuda&) = delete;
  Cuda& operator=(const Cuda&) = delete;

  GstBuffer* buffer;
  GstCudaContext* context = nullptr;
  Device device;
  std::optional<StreamView> stream;
};

MappedFrame::MappedFrame(GstBuffer* buffer, FrameFormat& format, [[maybe_unused]] MemoryStreams& streams) {
  if (!format.cuda_memory) {
    map(buffer, format, 0, Device::cpu());
    return;
  }
  cuda_ = std::make_unique<Cuda>(buffer);
  map(buffer, format, GST_MAP_CUDA, cuda_->device);
#if GST_CHECK_VERSION(1, 24, 0)
  // Mapping for writing may have replaced the memory: look again.
  GstCudaStream* stream = gst_cuda_memory_get_stream(GST_CUDA_MEMORY_CAST(gst_buffer_peek_memory(buffer, 0)));
  if (stream == nullptr) return;
  auto& wrapped = streams.entries_->wrapped;
  auto found = wrapped.find(stream);
  if (found == wrapped.end()) {
    Stream ours = interop::wrap_cuda_stream(cuda_->device.index(), gst_cuda_stream_get_handle(stream));
    found = wrapped.emplace(stream, MemoryStreams::Entry::Wrapped{gst_cuda_stream_ref(stream), std::move(ours)}).first;
  }
  cuda_->stream = found->second.stream;
#endif
}

MappedFrame::~MappedFrame() = default;

GstObject* MappedFrame::context() const { return cuda_ ? GST_OBJECT(cuda_->context) : nullptr; }

std::optional<StreamView> MappedFrame::memory_stream() const { return cuda_ ? cuda_->stream : std::nullopt; }

// GStreamer copies CUDA memory on the legacy default stream and does not wait: CUDA itself waits for no copy within the
// GPU's memory. Streams like ours are not ordered with that one.
void MappedFrame::wait_for_copy() const {
  if (cuda_) CuStreamSynchronize(nullptr);
}

void MappedFrame::set_pending() {
#if GST_CHECK_VERSION(1, 24, 0)
  GST_MINI_OBJECT_FLAG_SET(gst_buffer_peek_memory(cuda_->buffer, 0), GST_CUDA_MEMORY_TRANSFER_NEED_SYNC);
#endif
}

#else  // system memory alone

struct MemoryStreams::Entry {};
struct MappedFrame::Cuda {};

MappedFrame::MappedFrame(GstBuffer* buffer, FrameFormat& format, MemoryStreams& /*streams*/) {
  map(buffer, format, 0, Device::cpu());
}
MappedFrame::~MappedFrame() = default;
GstObject* MappedFrame::context() const { return nullptr; }
std::optional<StreamView> MappedFrame::memory_stream() const { return std::nullopt; }
void MappedFrame::wait_for_copy() const {}
void MappedFrame::set_pending() {}

#endif

MemoryStreams::MemoryStreams() : entries_(std::make_unique<Entry>()) {}
MemoryStreams::~MemoryStreams() = default;

}  // namespace retouch::gst
