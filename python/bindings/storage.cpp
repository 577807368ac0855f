#include "storage.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "retouch/error.hpp"

namespace retouch::python {

namespace {

// What was dropped in Python while a GPU may still work with it, until it does no more.
struct Grave {
  Image image;
  nb::object foreign;
  std::shared_ptr<const void> keeper;
  Event done;
};

struct Graveyard {
  std::mutex mutex;
  std::vector<Grave> graves;
};
Graveyard& graveyard() {
  static auto* const yard = new Graveyard;  // outlives what other modules drop at exit
  return *yard;
}

}  // namespace

void sweep_graves(bool wait) {
  std::vector<Grave> over;
  {
    Graveyard& yard = graveyard();
    const std::scoped_lock lock(yard.mutex);
    if (yard.graves.empty()) return;
    const auto done = [&](const Grave& grave) {
      try {
        if (wait) grave.done.synchronize();
        return grave.done.done();
      } catch (const std::exception&) {
        return true;  // the GPU failed: it works with nothing any more
      }
    };
    const auto first = std::partition(yard.graves.begin(), yard.graves.end(), [&](const Grave& g) { return !done(g); });
    std::move(first, yard.graves.end(), std::back_inserter(over));
    yard.graves.erase(first, yard.graves.end());
  }
}

PyStream::PyStream(Stream stream, nb::object owner)
    : stream_(std::move(stream)),
      owner_(std::move(owner)),
      device_(stream_.device()),
      handle_(interop::stream_handle(stream_)) {}

StreamPtr default_stream(Device device) {
  static auto* const mutex = new std::mutex;
  static auto* const streams = new std::map<int, StreamPtr>;
  const std::scoped_lock lock(*mutex);
  StreamPtr& stream = (*streams)[device.index()];
  if (stream == nullptr) stream = std::make_shared<PyStream>(Stream(device));
  return stream;
}

StreamPtr stream_of_handle(Device device, std::uintptr_t handle, nb::object owner) {
  // What a stream has on our side (its staging memory) is made once, also when it comes from another library with every
  // call. Handles are few: libraries keep theirs in pools.
  using Key = std::pair<int, std::uintptr_t>;
  static auto* const mutex = new std::mutex;
  static auto* const known = new std::map<Key, Stream>;
  const std::scoped_lock lock(*mutex);
  const Key key{device.index(), handle};
  auto found = known->find(key);
  if (found == known->end()) {
    if (known->size() >= 256) known->clear();
    found = known->emplace(key, interop::wrap_stream_handle(device, handle)).first;
  }
  return std::make_shared<PyStream>(interop::share(found->second), std::move(owner));
}

StreamPtr foreign_stream(nb::handle object, Device device) {
  std::uintptr_t handle = 0;
  if (nb::hasattr(object, "__cuda_stream__")) {
    const nb::object given = object.attr("__cuda_stream__")();
    nb::tuple pair;
    if (!nb::try_cast(given, pair) || pair.size() != 2)
      throw nb::type_error(
          ("stream: __cuda_stream__ of " + type_text(object) + " must give (version, handle)").c_str());
    handle = nb::cast<std::uintptr_t>(pair[1]);
  } else if (nb::hasattr(object, "cuda_stream")) {  // torch
    handle = nb::cast<std::uintptr_t>(object.attr("cuda_stream"));
    if (nb::hasattr(object, "device_index")) device = Device::cuda(nb::cast<int>(object.attr("device_index")));
  } else if (nb::hasattr(object, "ptr") && nb::hasattr(object, "synchronize")) {  // CuPy before __cuda_stream__
    handle = nb::cast<std::uintptr_t>(object.attr("ptr"));
  } else {
    return nullptr;
  }
  if (device.is_cpu())
    throw InvalidArgument("stream: a CUDA stream (" + type_text(object) + ") for an image on the cpu");
  return stream_of_handle(device, handle == 0 ? 1 : handle, nb::borrow(object));  // 0 is the legacy default stream
}

void order(const PyStream& earlier, const PyStream& later) {
  if (earlier.same_as(later) || earlier.device().is_cpu()) return;
  Event mark(earlier.device());
  mark.record(earlier.view());
  if (later.device().is_cuda()) {
    mark.wait_on(later.view());
  } else {
    const nb::gil_scoped_release others_may_run;
    mark.wait_on(later.view());  // host memory is used at once: what a GPU writes into it must have arrived
  }
}

std::shared_ptr<Storage> Storage::of(Image image, StreamPtr stream) {
  std::shared_ptr<Storage> made(new Storage);
  made->image_ = std::move(image);
  made->own_ = made->last_ = std::move(stream);
  return made;
}
std::shared_ptr<Storage> Storage::of_foreign(nb::object owner, StreamPtr stream) {
  std::shared_ptr<Storage> made(new Storage);
  made->foreign_ = std::move(owner);
  made->own_ = made->last_ = std::move(stream);
  return made;
}
std::shared_ptr<Storage> Storage::of_frame(std::shared_ptr<const void> keeper, StreamPtr stream) {
  std::shared_ptr<Storage> made(new Storage);
  made->keeper_ = std::move(keeper);
  made->own_ = made->last_ = std::move(stream);
  return made;
}

Storage::~Storage() {
  try {
    // An image of ours is freed in the order of its stream; that is enough where all work is on it. Host memory, and
    // that of others, is not: it is kept until the GPU has done.
    const bool ours = image_.device().is_cuda();
    if (ours) {
      join();
    } else if (last_ != nullptr && last_->device().is_cuda() &&
               (foreign_.is_valid() || keeper_ || image_.width() > 0)) {
      Event done(last_->device());
      done.record(last_->view());
      if (!done.done()) {
        Graveyard& yard = graveyard();
        const std::scoped_lock lock(yard.mutex);
        yard.graves.push_back({std::move(image_), std::move(foreign_), std::move(keeper_), std::move(done)});
      }
    }
  } catch (const std::exception&) {  // the GPU failed, or the driver is gone: nothing works with the memory any more
  }
}

void Storage::enter(const StreamPtr& stream) {
  StreamPtr before;
  std::vector<StreamPtr> guests;
  {
    const std::scoped_lock lock(mutex_);
    if (last_ != stream) {
      if (!last_->same_as(*stream)) before = last_;
      last_ = stream;
    }
    guests = guests_;
  }
  // Not under the lock: ordering may let go of the GIL.
  if (before != nullptr) order(*before, *stream);
  for (const StreamPtr& guest : guests) order(*guest, *stream);
}

void Storage::leave(const StreamPtr& stream) {
  std::vector<StreamPtr> guests;
  {
    const std::scoped_lock lock(mutex_);
    guests = guests_;
  }
  for (const StreamPtr& guest : guests) order(*stream, *guest);
}

void Storage::share_with(std::uintptr_t handle, nb::object owner) {
  const std::scoped_lock lock(mutex_);
  if (own_->device().is_cpu() || (own_->handle() == handle)) return;
  const Device device = own_->device();
  for (const StreamPtr& guest : guests_)
    if (guest->handle() == handle) return;
  guests_.push_back(stream_of_handle(device, handle, std::move(owner)));
}

bool Storage::shared() const {
  const std::scoped_lock lock(mutex_);
  return !guests_.empty();
}

void Storage::join() { enter(own_); }

void Storage::wait_on_host() {
  if (own_->device().is_cpu()) enter(own_);
}

}  // namespace retouch::python
