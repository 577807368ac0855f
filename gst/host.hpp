// What the element does, without GObject: hosts a chain for the stream of frames that comes in on one pad.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mapped_frame.hpp"
#include "retouch/pipeline/chain.hpp"

namespace retouch::gst {

/// The element's properties.
struct Settings {
  std::string function{};
  std::string kwargs{};
  std::string device = "auto";
  std::string source_id{};
  OnError on_error = OnError::stop;
};

/// Used by the streaming thread, or by any other while nothing streams; statistics() is thread-safe. Everything throws
/// exceptions of retouch/error.hpp and FunctionError.
class Host {
 public:
  /// Makes the functions.
  explicit Host(Settings settings);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() = default;

  /// Thread-safe.
  void set_on_error(OnError on_error) { on_error_ = on_error; }
  /// Throws Unsupported, with advice, when the caps' memory is not what the `device` property asks for.
  void set_caps(const GstCaps* caps);
  /// A new stream begins upstream.
  void set_stream_id(const std::string& id) { stream_id_ = id; }
  /// Edits the buffer, which must be writable. `keep` false: drop it.
  /// `copied`: the buffer is a copy that was made just now. `segment` is the stream's, for times.
  FunctionChain::Outcome process(GstBuffer* buffer, const GstSegment& segment, bool copied);
  void end_source();
  void stop();
  ChainStatistics statistics() const;

 private:
  std::shared_ptr<FunctionChain> make_chain() const;
  void start_chain(Device device, GstObject* context);
  void open_source();
  FrameInfo next_info(GstBuffer* buffer, const GstSegment& segment);

  Settings settings_;
  std::atomic<OnError> on_error_;
  std::optional<Device> device_;  // asked for; none: wherever the frames are
  FrameFormat format_;
  std::string stream_id_;
  std::optional<std::string> source_;   // open
  std::uint64_t index_ = 0;             // of the source's next frame
  MemoryStreams streams_;               // outlives the chain
  std::shared_ptr<GstObject> context_;  // GstCudaContext that the chain's stream is in
  mutable std::mutex mutex_;            // for replacing chain_
  std::shared_ptr<FunctionChain> chain_;
};

}  // namespace retouch::gst
