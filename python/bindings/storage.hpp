// What stands behind the pictures of Python: who keeps their memory, and on which streams work with it has been
// enqueued. Python programs do not order streams by hand: whatever they call, work on one memory is done in the order
// of the calls. Where two calls use one stream that costs a comparison; where not, an event. The host never waits for
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "retouch/frame.hpp"
#include "retouch/image.hpp"
#include "retouch/interop/stream_handle.hpp"
#include "retouch/stream.hpp"

namespace retouch::python {

/// retouch.Stream. `owner` is the foreign stream's object, kept so that its stream lives.
class PyStream {
 public:
  explicit PyStream(Stream stream, nb::object owner = {});
  StreamView view() const { return stream_; }
  Device device() const { return device_; }
  std::uintptr_t handle() const { return handle_; }
  /// The same queue of the same device?
  bool same_as(const PyStream& other) const { return device_ == other.device_ && handle_ == other.handle_; }

 private:
  Stream stream_;
  nb::object owner_;
  Device device_;
  std::uintptr_t handle_;
};
using StreamPtr = std::shared_ptr<PyStream>;

/// One stream per device and process, made at the first use: of what is made without a stream.
StreamPtr default_stream(Device device);
/// A stream of torch, CuPy, or any object with __cuda_stream__; null when it is none of these. For a device that the
/// object does not tell, `device`.
StreamPtr foreign_stream(nb::handle object, Device device);
StreamPtr stream_of_handle(Device device, std::uintptr_t handle, nb::object owner);
/// Later work on `later` starts after what has been enqueued on `earlier`.
void order(const PyStream& earlier, const PyStream& later);

class Storage {
 public:
  static std::shared_ptr<Storage> of(Image image, StreamPtr stream);
  /// Another library's memory, which `owner` keeps alive.
  static std::shared_ptr<Storage> of_foreign(nb::object owner, StreamPtr stream);
  /// Memory that `keeper` keeps alive: a frame's.
  static std::shared_ptr<Storage> of_frame(std::shared_ptr<const void> keeper, StreamPtr stream);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  const Image& image() const { return image_; }
  /// Work with these pixels goes there where no stream is asked for.
  const StreamPtr& stream() const { return own_; }

  /// Work with the pixels is about to be enqueued on `stream`: it will start after what was enqueued before, here and
  /// in the libraries that share the memory.
  void enter(const StreamPtr& stream);
  /// It has been: the libraries that share the memory will go on after it.
  void leave(const StreamPtr& stream);
  /// The pixels were given to another library that works with them on its stream. `owner` (its stream's object, may be
  /// none) keeps that stream alive; without one it must be one of CUDA's default streams.
  void share_with(std::uintptr_t handle, nb::object owner);
  /// All work is in the order of stream() from here on: before memory goes back to whom it came from.
  void join();
  /// Other libraries work with the memory.
  bool shared() const;
  /// Kept as long as the pixels, and until a GPU has done with them.
  void keep(std::shared_ptr<const void> keeper) { keeper_ = std::move(keeper); }
  /// For host memory: blocks until what a GPU writes into it has arrived.
  void wait_on_host();

 private:
  Storage() = default;
  mutable std::mutex mutex_;
  StreamPtr own_;
  StreamPtr last_;  // where work was enqueued last
  Image image_;
  nb::object foreign_;
  std::shared_ptr<const void> keeper_;
  std::vector<StreamPtr> guests_;
};
using StoragePtr = std::shared_ptr<Storage>;

/// retouch.ImageView, and the base of Image and FrameView: pixels, with what keeps them alive. Those of a frame are
/// checked for the frame's lease whenever they are used.
class Picture {
 public:
  Picture(ImageView view, StoragePtr storage) : view_(view), storage_(std::move(storage)) {}
  Picture(FrameView view, StoragePtr storage) : view_(view.image()), leased_(view), storage_(std::move(storage)) {}

  /// Throws ExpiredFrame.
  const ImageView& view() const {
    if (leased_) static_cast<void>(leased_->image());
    return view_;
  }
  Picture region(const Rect& rect) const {
    Picture part = *this;
    if (leased_) part.leased_ = leased_->region(rect);
    part.view_ = view_.region(rect);
    return part;
  }
  Picture with_color(ColorSpec color) const {
    Picture same = *this;
    same.view_ = view().with_color(color);
    return same;
  }
  const std::optional<FrameView>& leased() const { return leased_; }
  const StoragePtr& storage() const { return storage_; }

 private:
  ImageView view_;
  std::optional<FrameView> leased_;
  StoragePtr storage_;
};

struct PyImage : Picture {
  using Picture::Picture;
};
struct PyFrameView : Picture {
  using Picture::Picture;
  explicit PyFrameView(Picture picture) : Picture(std::move(picture)) {}
};

/// Frees what waits for the GPU to finish with it, as far as it has. At the end of the process: waits.
void sweep_graves(bool wait);

}  // namespace retouch::python
