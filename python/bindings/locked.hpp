// C++ objects that belong to one Python object, which several threads may use: while one waits for a GPU or runs
// without the GIL, and at any time in a Python that has none.
#pragma once

#include <mutex>

#include "bindings.hpp"

namespace retouch::python {

using ObjectMutex = std::recursive_mutex;

/// Holds a mutex. Who has to wait for it lets the others run meanwhile, among them the one that holds it.
class ObjectLock {
 public:
  explicit ObjectLock(ObjectMutex& mutex) : lock_(mutex, std::try_to_lock) {
    if (lock_.owns_lock()) return;
    const nb::gil_scoped_release others_may_run;
    lock_.lock();
  }

 private:
  std::unique_lock<ObjectMutex> lock_;
};

/// A pointer that holds its object's mutex.
template <class T>
class Locked {
 public:
  Locked(ObjectMutex& mutex, T& object) : lock_(mutex), object_(object) {}
  T* operator->() const { return &object_; }
  T& operator*() const { return object_; }

 private:
  ObjectLock lock_;
  T& object_;
};

}  // namespace retouch::python
