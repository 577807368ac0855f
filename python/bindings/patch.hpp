// Making patches: Frame's side of patch.hpp.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "choice.hpp"
#include "frame.hpp"
#include "image.hpp"
#include "retouch/patch.hpp"

namespace retouch::python {

/// retouch.Patch and retouch.Patches: one or several, with what keeps the frame's memory and order.
class PyPatches {
 public:
  PyPatches(std::vector<Patch> patches, PixelFormat format, StoragePtr storage, StreamPtr stream)
      : patches_(std::move(patches)), format_(format), storage_(std::move(storage)), stream_(std::move(stream)) {}
  PyPatches(PyPatches&&) noexcept = default;
  PyPatches(const PyPatches&) = delete;
  PyPatches& operator=(const PyPatches&) = delete;
  const std::vector<Patch>& patches() const { return patches_; }
  /// The host pixels; also where there are none, of the format that the others have.
  ImageView pixels(std::size_t index) const {
    const ImageView& view = patches_[index].pixels();
    if (!view.empty()) return view;
    const std::array<PlanePointer, 3> none{};
    return ImageView::wrap(Device::cpu(), format_, Size{},
                           std::span(none).first(static_cast<std::size_t>(plane_count(format_))));
  }
  void commit();

 private:
  std::unique_ptr<ObjectMutex> mutex_ = std::make_unique<ObjectMutex>();
  std::vector<Patch> patches_;
  PixelFormat format_;
  StoragePtr storage_;
  StreamPtr stream_;
};
struct PyPatch : PyPatches {
  using PyPatches::PyPatches;
};

PyPatch make_patch(const PyFrame& frame, const Rect& rect, const std::optional<Choice<PixelFormat>>& format);
PyPatches make_patches(const PyFrame& frame, const std::vector<Rect>& rects,
                       const std::optional<Choice<PixelFormat>>& format);

}  // namespace retouch::python
