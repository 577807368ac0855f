#include "work.hpp"

#include <algorithm>

#include "frame.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

namespace {

[[noreturn]] void refuse(const std::string& message) { throw nb::type_error(message.c_str()); }

bool is_foreign_array(nb::handle object) {
  return nb::hasattr(object, "__array_interface__") || nb::hasattr(object, "__cuda_array_interface__") ||
         nb::hasattr(object, "__dlpack__");
}

}  // namespace

StreamPtr StreamArg::resolve(const char* call, Device device) const {
  if (!given.is_valid() || given.is_none()) return nullptr;
  StreamPtr stream;
  if (nb::try_cast(given, stream)) return stream;
  if (PyLong_Check(given.ptr()))
    refuse(std::string(call) +
           ": stream must be a stream object, not a number: Stream.from_handle() wraps a cudaStream_t");
  stream = foreign_stream(given, device);
  if (stream == nullptr)
    refuse(std::string(call) + ": stream must be a retouch.Stream or have __cuda_stream__ (got " + type_text(given) +
           ")");
  return stream;
}

Picture picture_of(const char* call, const char* what, nb::handle object) {
  if (const Picture* const picture = instance<Picture>(object)) return *picture;
  if (const PyFrame* const frame = instance<PyFrame>(object)) return frame->whole();
  std::string message = std::string(call) + ": " + what + " must be an Image, ImageView, FrameView or Frame (got " +
                        type_text(object) + ")";
  if (is_foreign_array(object)) message += "; ImageView.wrap(array, format) makes a view of an array, without a copy";
  refuse(message);
}

ImageView Work::use(const Picture& picture) {
  const ImageView view = picture.view();
  if (std::find(storages_.begin(), storages_.end(), picture.storage()) == storages_.end())
    storages_.push_back(picture.storage());
  return view;
}

ImageView Work::capture(const Picture& picture) {
  const ImageView view = picture.view();
  if (view.device().is_cuda()) return use(picture);
  captured_.push_back(picture.storage());
  return view;
}

ImageView Work::use(const char* what, ImageArg image) { return use(picture_of(call_, what, image.object)); }

std::vector<ImageView> Work::use(RegionsArg regions) {
  std::vector<ImageView> views;
  const nb::handle object = regions.object;
  if (nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object)) {
    for (const nb::handle item : nb::borrow<nb::sequence>(object))
      views.push_back(use(picture_of(call_, "each region", item)));
  } else {
    views.push_back(use(picture_of(call_, "the region", object)));
  }
  return views;
}

StreamPtr Work::begin(const StreamArg& stream) {
  // Between host and GPU memory the work is the GPU's.
  StreamPtr own = default_stream(Device::cpu());
  if (!storages_.empty()) {
    const auto on_gpu = std::find_if(storages_.begin(), storages_.end(),
                                     [](const StoragePtr& s) { return s->stream()->device().is_cuda(); });
    own = (on_gpu == storages_.end() ? storages_.front() : *on_gpu)->stream();
  }
  StreamPtr on = stream.resolve(call_, own->device());
  if (on == nullptr) on = own;
  if (on->device().is_cuda()) sweep_graves(false);
  for (const StoragePtr& storage : captured_) storage->wait_on_host();
  // A CPU stream for pixels on a GPU is an error that the operation will find; the host need not wait for that.
  if (on->device().is_cuda() || own->device().is_cpu())
    for (const StoragePtr& storage : storages_) storage->enter(on);
  return on;
}

void Work::end(const StreamPtr& stream) {
  for (const StoragePtr& storage : storages_) storage->leave(stream);
}

}  // namespace retouch::python
