// A chain of functions that share one frame, one stream and one wait: what a stage of a pipeline hosts.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/device.hpp"
#include "retouch/export.hpp"
#include "retouch/frame.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/stream.hpp"

namespace retouch {

/// A function of the chain failed. The message is one line: which function, in which frame or hook, and why.
class RETOUCH_EXPORT FunctionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What happens to a frame in which a function throws. All three are counted.
enum class OnError {
  stop,  ///< the pipeline ends with the function's message
  skip,  ///< the frame is dropped; the functions after the failed one do not see it
  pass,  ///< the frame goes on as the function left it, to the functions after it too
};

/// A function as a pipeline's description names it: see make_function.
struct FunctionSpec {
  std::string spec;
  Kwargs kwargs{};
};

/// Reads a chain from texts. `functions`: one spec, or several with commas between. `kwargs`: empty; a JSON object for
/// a single function; or a JSON array with an object or null for each. Throws InvalidArgument.
RETOUCH_EXPORT std::vector<FunctionSpec> parse_functions(std::string_view functions, std::string_view kwargs);

struct FunctionStatistics {
  std::string name;
  std::uint64_t frames = 0;  ///< calls of process_frame
  std::uint64_t errors = 0;  ///< those that threw
  double total_ms = 0;       ///< time in process_frame on the calling thread
  double max_ms = 0;         ///< the longest call
};

struct ChainStatistics {
  std::uint64_t frames = 0;   ///< that came in
  std::uint64_t dropped = 0;  ///< by OnError::skip
  std::uint64_t passed = 0;   ///< with an error, by OnError::pass
  double wait_ms = 0;         ///< time spent waiting for the stream after the last function
  double max_wait_ms = 0;     ///< the longest of it for one frame
  std::vector<FunctionStatistics> functions;
};

/// Makes the functions when constructed, and leads them through their life cycle once: start, then add_source, process
/// and end_source for any number of sources, then stop. Used by one thread at a time, except for statistics(), which is
/// thread-safe. Exceptions from hooks, and from process_frame with OnError::stop, come out as FunctionError.
class RETOUCH_EXPORT FunctionChain {
 public:
  /// Throws what make_function throws, and InvalidArgument when there is no function.
  explicit FunctionChain(const std::vector<FunctionSpec>& functions, OnError on_error = OnError::stop);
  /// Stops. What on_stop then throws is lost.
  ~FunctionChain();
  FunctionChain(const FunctionChain&) = delete;
  FunctionChain& operator=(const FunctionChain&) = delete;

  void set_on_error(OnError on_error) { on_error_ = on_error; }

  /// Makes the stream and calls on_start, in chain order. When one throws, those that were started are stopped. A chain
  /// is started once.
  void start(Device device);
  bool started() const { return started_; }
  /// The stream for the frames, and where it runs. Only while started.
  StreamView stream() const;
  Device device() const { return stream().device(); }

  void add_source(const std::string& source_id);

  /// Who waits for the work that the functions enqueued.
  enum class Completion {
    wait,            ///< process() does, once
    in_stream_order  ///< the frame's next user does, who knows its stream
  };
  struct Outcome {
    bool keep = true;     ///< false: the frame is to be dropped
    std::string error{};  ///< what was skipped or passed over; empty when all went well
  };
  /// Lends the frame to each function in turn, ends its lease, and waits once for its stream. Throws FunctionError:
  /// by policy, or when the GPU failed (the policy does not matter then: nothing will work any more). Whatever happens,
  /// the lease has ended and nothing is in flight when it throws or drops.
  Outcome process(Frame& frame, Completion completion = Completion::wait);

  /// After the last frame of a source. Every function is told; then the first failure is thrown.
  void end_source(const std::string& source_id);
  /// Ends the sources that are still open, then calls on_stop in reverse order. Every function is told; then the first
  /// failure is thrown. Idempotent.
  void stop();

  ChainStatistics statistics() const;

 private:
  struct Member;
  struct Shared;
  void stop_members(std::string& failure) noexcept;

  OnError on_error_;
  bool started_ = false;
  std::unique_ptr<Stream> stream_;  // outlives the functions, whose images may be in its memory
  std::vector<std::string> sources_;
  std::vector<Member> members_;
  std::unique_ptr<Shared> shared_;
};

}  // namespace retouch
