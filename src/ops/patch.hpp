// Backends of patches: how a rectangle's bytes come to the host and go back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "retouch/image.hpp"
#include "retouch/stream.hpp"

namespace retouch::detail {

/// One patch's host memory for the way here and the way back. Reused for other patches: a steady state allocates
/// nothing.
class PatchTransfer {
 public:
  virtual ~PatchTransfer() = default;
  /// Memory for the bytes of one patch; the previous one's is given up.
  virtual std::uint8_t* reserve(StreamView stream, std::size_t bytes) = 0;
  /// Enqueues the copy of a region of the frame to `to`, which lies in the reserved memory.
  virtual void download(StreamView stream, const ImageView& from, const ImageView& to) = 0;
  /// Memory for the bytes of one way back. Only the next send() uses it.
  virtual std::uint8_t* stage(StreamView stream, std::size_t bytes) = 0;
  /// Enqueues the copy of `from`, which lies in the staged memory.
  virtual void send(StreamView stream, const ImageView& from, const ImageView& to) = 0;
  /// Enqueues the copy of `from`, which lies in the reserved memory, and gives that up.
  virtual void give_back(StreamView stream, const ImageView& from, const ImageView& to) = 0;
  /// The patch is done with its memory. Nothing enqueued uses it any more.
  virtual void give_up() noexcept = 0;
};

}  // namespace retouch::detail

namespace retouch::cpu {
std::unique_ptr<detail::PatchTransfer> make_patch_transfer();
}  // namespace retouch::cpu

namespace retouch::cuda {
std::unique_ptr<detail::PatchTransfer> make_patch_transfer();
}  // namespace retouch::cuda
