// retouch.Canvas: the display list, with what its commands and its target need kept alive until it is drawn.
#pragma once

#include <optional>
#include <vector>

#include "frame.hpp"
#include "locked.hpp"
#include "retouch/canvas.hpp"
#include "storage.hpp"
#include "work.hpp"

namespace retouch::python {

class PyCanvas {
 public:
  PyCanvas(const Picture& target, StreamPtr stream);
  /// As in C++, what was recorded is drawn when the canvas goes; what that raises is reported, not raised.
  ~PyCanvas();
  PyCanvas(const PyCanvas&) = delete;
  PyCanvas& operator=(const PyCanvas&) = delete;

  /// For recording. Throws ExpiredFrame.
  Locked<Canvas> canvas() {
    if (leased_ && leased_->expired()) static_cast<void>(leased_->image());
    return {mutex_, *canvas_};
  }
  /// GPU pictures that a command reads when it is drawn.
  void keep(const StoragePtr& storage) {
    const ObjectLock lock(mutex_);
    kept_.push_back(storage);
  }
  Device device() const { return stream_->device(); }
  void submit();
  void discard();
  bool pending() { return Locked(mutex_, *canvas_)->pending() > 0; }

 private:
  ObjectMutex mutex_;
  StoragePtr target_;
  StreamPtr stream_;
  std::optional<FrameView> leased_;
  std::optional<Canvas> canvas_;
  std::vector<StoragePtr> kept_;
};

}  // namespace retouch::python
