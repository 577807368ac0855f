// retouch.Frame: a frame that a pipeline lends, or one made of an image. It outlives the frame behind it, and then says
// ExpiredFrame.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bindings.hpp"
#include "locked.hpp"
#include "retouch/frame.hpp"
#include "storage.hpp"

namespace retouch::python {

class PyFrame {
 public:
  /// Around a frame that is lent: until release(). `keeper` keeps its memory alive for arrays made of it.
  PyFrame(Frame& lent, std::shared_ptr<const void> keeper);
  /// Of an image.
  PyFrame(const Picture& image, StreamPtr stream, FrameInfo info);
  ~PyFrame();
  PyFrame(const PyFrame&) = delete;
  PyFrame& operator=(const PyFrame&) = delete;

  /// Throws ExpiredFrame when it was taken back, which it is not while this is held.
  Locked<Frame> frame() const;
  Picture whole() const { return {frame()->view(), storage_}; }
  bool expired() const {
    const ObjectLock lock(mutex_);
    return frame_ == nullptr;
  }
  const StreamPtr& stream() const { return stream_; }
  const StoragePtr& storage() const { return storage_; }

  /// The objects: a Python list, made at the first call, and the truth from then on.
  nb::list objects();
  nb::dict attributes();
  /// Appends with a fresh id.
  std::int64_t add_object(nb::handle object);
  /// What Python changed goes into the frame: objects, attributes.
  void put_back();
  /// put_back(); all work with the pixels, also that of other libraries, is in the order of the frame's stream; then
  /// the lease is over. Idempotent.
  void release();

  int traverse(visitproc visit, void* arg);
  void clear();

 private:
  mutable ObjectMutex mutex_;
  std::unique_ptr<Frame> made_;
  Frame* frame_;
  std::string name_;
  StoragePtr storage_;
  StreamPtr stream_;
  nb::object objects_;
  nb::object attributes_;
};

}  // namespace retouch::python
