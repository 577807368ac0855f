// A constant table of an operation, such as a kernel's weights, in the memory of whatever device asks for it.
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "matrix/memory.hpp"
#include "retouch/matrix.hpp"

namespace retouch::matrix {

template <class T>
class Table {
 public:
  Table() = default;
  explicit Table(std::vector<T> values) : values_(std::make_shared<const std::vector<T>>(std::move(values))) {}

  int size() const { return values_ == nullptr ? 0 : static_cast<int>(values_->size()); }
  const std::vector<T>& values() const { return *values_; }

  /// The table as a row of bytes on the stream's device; uploaded at the first call.
  Matrix on(StreamView stream) const {
    const std::scoped_lock lock(*mutex_);
    Matrix& there = (*copies_)[stream.device().index()];
    if (!there.empty()) return there;
    const Size size{static_cast<int>(values_->size() * sizeof(T)), 1};
    const Matrix here =
        Matrix::wrap(Device::cpu(), size, {}, const_cast<T*>(values_->data()), 0, std::shared_ptr<const void>(values_));
    if (stream.device().is_cpu())
      there = here;
    else
      upload(stream, here, there);
    return there;
  }

 private:
  std::shared_ptr<const std::vector<T>> values_;
  // Shared by copies of the table; filters are const when they are applied.
  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();
  std::shared_ptr<std::map<int, Matrix>> copies_ = std::make_shared<std::map<int, Matrix>>();
};

}  // namespace retouch::matrix
