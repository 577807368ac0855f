// Making patches: Frame's side of patch.hpp.
#pragma once

#include <optional>
#include <vector>

#include "choice.hpp"
#include "frame.hpp"
#include "image.hpp"
#include "retouch/patch.hpp"

namespace retouch::python {

/// retouch.Patch and retouch.Patches: one or several, with what keeps the frame's memory and order.
class PyPatches {
 public:
  PyPatches(std::vector<Patch> patches, StoragePtr storage, StreamPtr stream)
      : patches_(std::move(patches)), storage_(std::move(storage)), stream_(std::move(stream)) {}
  PyPatches(PyPatches&&) noexcept = default;
  PyPatches(const PyPatches&) = delete;
  PyPatches& operator=(const PyPatches&) = delete;
  const std::vector<Patch>& patches() const { return patches_; }
  void commit();

 private:
  std::vector<Patch> patches_;
  StoragePtr storage_;
  StreamPtr stream_;
};
struct PyPatch : PyPatches {
  using PyPatches::PyPatches;
};

PyPatch make_patch(const PyFrame& frame, const Rect& rect, const std::optional<Choice<PixelFormat>>& format);
PyPatches make_patches(const PyFrame& frame, const std::vector<Rect>& rects, const std::optional<Choice<PixelFormat>>& format);

}  // namespace retouch::python
