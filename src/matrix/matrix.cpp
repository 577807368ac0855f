#include "retouch/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/check.hpp"
#include "core/memory.hpp"
#include "matrix/memory.hpp"
#include "retouch/error.hpp"
#include "retouch/fill.hpp"

namespace retouch {

namespace {

void check_type(const char* op, Size size, MatrixType type) {
  if (size.width < 0 || size.height < 0)
    detail::invalid("{}: the size must not be negative ({}x{})", op, size.width, size.height);
  if (type.channels < 1 || type.channels > 4 || type.depth > Depth::f64)
    detail::invalid("{}: a matrix has 1 to 4 channels of 8U, 8S, 16U, 16S, 32S, 32F or 64F ({} channels, depth {})", op,
                    type.channels, static_cast<int>(type.depth));
  // Kernels count the numbers of a row in an int.
  if (std::int64_t{size.width} * type.pixel_bytes() > std::numeric_limits<int>::max() / 2)
    detail::invalid("{}: {} columns of {} are too many", op, size.width, name_of(type));
}

std::size_t row_bytes(Size size, MatrixType type) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(type.pixel_bytes());
}

}  // namespace

std::string name_of(MatrixType type) {
  constexpr std::array names = {"8U", "8S", "16U", "16S", "32S", "32F", "64F"};
  return fmt::format("{}C{}", names.at(static_cast<std::size_t>(type.depth)), type.channels);
}

Matrix::Matrix(StreamView stream, Size size, MatrixType type) : device_(stream.device()) {
  check_type("Matrix", size, type);
  type_ = type;
  if (size.width == 0 || size.height == 0) return;
  const std::size_t tight = row_bytes(size, type);
  const std::size_t alignment = device_.is_cuda() ? 256 : 64;
  // A single row or column has no gap, as OpenCV's.
  step_ = size.height > 1 && size.width > 1 ? (tight + alignment - 1) / alignment * alignment : tight;
  const std::size_t rows = static_cast<std::size_t>(size.height);
  memory_ = std::make_shared<detail::MatrixMemory>(stream, step_ * rows);
  size_ = size;
  data_ = begin_ = memory_->data();
  end_ = data_ + step_ * (rows - 1) + tight;
}

Matrix Matrix::wrap(Device device, Size size, MatrixType type, void* data, std::size_t step,
                    std::shared_ptr<const void> owner, const Stream* stream) {
  check_type("Matrix::wrap", size, type);
  Matrix m(device);
  m.type_ = type;
  if (size.width == 0 || size.height == 0) return m;
  const std::size_t tight = row_bytes(size, type);
  if (step == 0 || size.height == 1) step = tight;
  const auto unit = static_cast<std::size_t>(bytes_of(type.depth));
  if (data == nullptr) detail::invalid("Matrix::wrap: a {}x{} matrix at a null pointer", size.width, size.height);
  if (reinterpret_cast<std::uintptr_t>(data) % unit != 0 || step % unit != 0)
    detail::invalid("Matrix::wrap: {} needs data and step in multiples of {} bytes (step {})", name_of(type), unit,
                    step);
  if (step < tight) detail::invalid("Matrix::wrap: step {} < {} bytes in a row", step, tight);
  if (step > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / static_cast<unsigned>(size.height))
    detail::invalid("Matrix::wrap: step {} x {} rows is beyond any memory", step, size.height);
  m.size_ = size;
  m.step_ = step;
  m.data_ = m.begin_ = static_cast<std::uint8_t*>(data);
  m.end_ = m.data_ + step * static_cast<std::size_t>(size.height - 1) + tight;
  m.memory_ = std::make_shared<detail::MatrixMemory>(device, std::move(owner));
  if (stream != nullptr) m.memory_->filled_on(*stream);
  return m;
}

Matrix Matrix::of(StreamView stream, const ImageView& view) {
  if (is_subsampled(view.format()))
    throw Unsupported(fmt::format("a matrix cannot hold {}: convert to a packed format first", view.describe()));
  detail::check_device("Matrix::of", stream, view);
  const MatrixType type{Depth::u8, plane_channels(view.format(), 0)};
  const Plane& plane = view.plane(0);
  Matrix m = wrap(view.device(), view.size(), type, plane.data, static_cast<std::size_t>(plane.pitch_bytes));
  if (!m.empty()) m.memory_->lock_layout(stream, nullptr);
  return m;
}

Matrix Matrix::of(StreamView stream, const FrameView& view) {
  Matrix m = of(stream, view.image());
  if (!m.empty()) m.memory_->lock_layout(stream, view.lease());
  return m;
}

bool Matrix::continuous() const { return size_.height <= 1 || step_ == row_bytes(size_, type_); }
bool Matrix::locked() const { return memory_ != nullptr && memory_->locked(); }

std::string Matrix::describe() const {
  return fmt::format("{} {}x{} on {}", name_of(type_), size_.width, size_.height, device_.name());
}

std::uint8_t* Matrix::data() const {
  if (memory_ != nullptr) memory_->check_lease();
  return data_;
}

void Matrix::create(StreamView stream, Size size, MatrixType type) {
  check_type("Matrix::create", size, type);
  if (size.width == 0 || size.height == 0) size = {};
  if (size_ == size && type_ == type && device_ == stream.device()) return;
  if (locked())
    throw LayoutError(
        fmt::format("the operation gives {} {}x{} on {}, and its destination ({}) belongs to a frame, "
                    "whose size, type and memory are fixed: give it another destination and copy",
                    name_of(type), size.width, size.height, stream.device().name(), describe()));
  *this = Matrix(stream, size, type);
}

void Matrix::swap(Matrix& other) {
  if (locked() || other.locked())
    throw LayoutError(
        fmt::format("swap: {} belongs to a frame: what is written to the other matrix would be lost; copy "
                    "it instead",
                    locked() ? describe() : other.describe()));
  std::swap(*this, other);
}

Matrix Matrix::region(const Rect& rect) const {
  if (rect.x < 0 || rect.y < 0 || rect.width < 0 || rect.height < 0 || rect.x > cols() - rect.width ||
      rect.y > rows() - rect.height)
    detail::invalid("region: ({}, {}, {}, {}) leaves the matrix ({})", rect.x, rect.y, rect.width, rect.height,
                    describe());
  Matrix part = *this;
  if (rect.empty()) {
    part.size_ = {};
    part.data_ = part.begin_ = part.end_ = nullptr;
    part.step_ = 0;
    part.memory_.reset();
    return part;
  }
  part.size_ = {rect.width, rect.height};
  part.data_ +=
      static_cast<std::size_t>(rect.y) * step_ + static_cast<std::size_t>(rect.x * std::ptrdiff_t{type_.pixel_bytes()});
  return part;
}

Matrix Matrix::row_range(int begin, int end) const {
  if (begin < 0 || end < begin || end > rows())
    detail::invalid("rows {} to {} are not in the matrix ({})", begin, end, describe());
  return region({0, begin, cols(), end - begin});
}
Matrix Matrix::col_range(int begin, int end) const {
  if (begin < 0 || end < begin || end > cols())
    detail::invalid("columns {} to {} are not in the matrix ({})", begin, end, describe());
  return region({begin, 0, end - begin, rows()});
}

Matrix Matrix::row(int y) const {
  if (y < 0 || y >= rows()) detail::invalid("row {} is not in the matrix ({})", y, describe());
  return region({0, y, cols(), 1});
}
Matrix Matrix::col(int x) const {
  if (x < 0 || x >= cols()) detail::invalid("column {} is not in the matrix ({})", x, describe());
  return region({x, 0, 1, rows()});
}

void Matrix::locate_roi(Size& whole, Point& offset) const {
  whole = size_;
  offset = {};
  if (empty()) return;
  const auto step = static_cast<std::ptrdiff_t>(step_);
  const std::ptrdiff_t pixel = type_.pixel_bytes();
  const std::ptrdiff_t before = data_ - begin_;
  const std::ptrdiff_t bytes = end_ - begin_;
  offset.y = static_cast<int>(before / step);
  offset.x = static_cast<int>(before % step / pixel);
  const std::ptrdiff_t least = (offset.x + cols()) * pixel;
  whole.height = std::max(static_cast<int>((bytes - least) / step) + 1, offset.y + rows());
  whole.width = std::max(static_cast<int>((bytes - step * (whole.height - 1)) / pixel), offset.x + cols());
}

Matrix& Matrix::adjust_roi(int top, int bottom, int left, int right) {
  if (empty()) return *this;
  Size whole;
  Point at;
  locate_roi(whole, at);
  const auto clamped = [](std::int64_t value, int most) {
    return static_cast<int>(std::clamp<std::int64_t>(value, 0, most));
  };
  const int y0 = clamped(std::int64_t{at.y} - top, whole.height);
  const int y1 = std::max(y0, clamped(std::int64_t{at.y} + rows() + bottom, whole.height));
  const int x0 = clamped(std::int64_t{at.x} - left, whole.width);
  const int x1 = std::max(x0, clamped(std::int64_t{at.x} + cols() + right, whole.width));
  if (y1 == y0 || x1 == x0)
    detail::invalid("adjustROI: nothing would be left ({}, {}, {}, {} of {})", top, bottom, left, right, describe());
  data_ +=
      (y0 - at.y) * static_cast<std::ptrdiff_t>(step_) + (x0 - at.x) * static_cast<std::ptrdiff_t>(type_.pixel_bytes());
  size_ = {x1 - x0, y1 - y0};
  return *this;
}

Matrix Matrix::reshape(int channels, int rows) const {
  const int cn = channels == 0 ? type_.channels : channels;
  if (cn < 1 || cn > 4 || rows < 0)
    detail::invalid("reshape: {} channels, {} rows (of {})", channels, rows, describe());
  Matrix m = *this;
  if (empty()) return m;
  std::int64_t values = std::int64_t{cols()} * type_.channels;  // in a row
  if (rows != 0 && rows != this->rows()) {
    const std::int64_t total = values * this->rows();
    if (!continuous() || total % rows != 0)
      detail::invalid("reshape: {} with {} does not become {} rows", describe(),
                      continuous() ? "its numbers" : "gaps between its rows", rows);
    values = total / rows;
    m.size_.height = rows;
    m.step_ = static_cast<std::size_t>(values) * static_cast<std::size_t>(bytes_of(type_.depth));
  }
  if (values % cn != 0 || values / cn > std::numeric_limits<int>::max() / 32)
    detail::invalid("reshape: {} numbers in a row do not become pixels of {} channels", values, cn);
  m.size_.width = static_cast<int>(values / cn);
  m.type_.channels = cn;
  return m;
}

ImageView Matrix::image() const {
  constexpr std::array formats = {PixelFormat::gray8, PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8};
  if (type_.depth != Depth::u8 || type_.channels == 2)
    throw Unsupported(fmt::format("{} is not a packed picture of 8 bits and 1, 3 or 4 channels", describe()));
  return ImageView::wrap(device_, formats.at(static_cast<std::size_t>(type_.channels - 1)), size_, data(),
                         static_cast<std::ptrdiff_t>(step_));
}

std::shared_ptr<detail::StreamState> Matrix::last_stream() const {
  return memory_ == nullptr ? nullptr : memory_->last();
}
void Matrix::begin_foreign_use(StreamView stream) const {
  if (memory_ == nullptr) return;
  memory_->check_lease();
  memory_->begin(stream);
}
void Matrix::end_foreign_use(StreamView stream) const {
  if (memory_ != nullptr) memory_->end(stream);
}

namespace {

/// A matrix as a gray picture of its bytes, which copy_into carries between devices.
ImageView bytes_of(const Matrix& m) {
  return ImageView::wrap(m.device(), PixelFormat::gray8, {m.cols() * m.type().pixel_bytes(), m.rows()}, m.data(),
                         static_cast<std::ptrdiff_t>(m.step()));
}

}  // namespace

void upload(StreamView stream, const Matrix& src, Matrix& dst) {
  const Matrix from = src;
  dst.create(stream, from.size(), from.type());
  if (from.empty() || detail::same_place(from, dst)) return;
  if (from.device() == dst.device()) {
    const detail::MatrixUse use("copy", stream, {&from, &dst});
    copy_into(stream, bytes_of(from), bytes_of(dst));
    return;
  }
  const detail::MatrixUse use("upload", stream, {&dst});
  copy_into(stream, bytes_of(from), bytes_of(dst));
}

void download_async(StreamView stream, const Matrix& src, const Matrix& dst) {
  if (src.empty()) return;
  if (dst.device().is_cuda() || dst.size() != src.size() || dst.type() != src.type())
    detail::invalid("download: {} does not go into {}", src.describe(), dst.describe());
  const detail::MatrixUse use("download", stream, {&src});
  copy_into(stream, bytes_of(src), bytes_of(dst));
}

void download(StreamView stream, const Matrix& src, Matrix& dst) {
  const Stream host(Device::cpu());
  dst.create(host, src.size(), src.type());
  download_async(stream, src, dst);
  stream.synchronize();
}

Matrix Matrix::clone(StreamView stream) const {
  Matrix copy(stream.device());
  upload(stream, *this, copy);
  return copy;
}

namespace detail {

namespace {

/// A stream of ours on each GPU, for the life of the process: matrices may be freed after any static object.
StreamView housekeeping(Device device) {
  static std::array<Stream*, 64> streams{};
  static std::array<std::once_flag, 64> once;
  const auto slot = static_cast<std::size_t>(device.index());
  std::call_once(once.at(slot), [&] { streams.at(slot) = new Stream(device); });
  return *streams.at(slot);
}

}  // namespace

MatrixMemory::MatrixMemory(StreamView stream, std::size_t bytes)
    : device_(stream.device()),
      memory_(allocate(stream.state(), bytes)),
      bytes_(bytes),
      last_(stream.state().shared_from_this()) {
  try {
    end(stream);
  } catch (...) {
    deallocate(stream.state(), memory_, bytes_);
    throw;
  }
}

MatrixMemory::~MatrixMemory() {
  if (memory_ == nullptr) return;
  try {
    if (!after_last_) {
      deallocate(*last_, memory_, bytes_);
      return;
    }
    // The last stream is another's and may be gone.
    const StreamView own = housekeeping(device_);
    after_last_->wait_on(own);
    deallocate(own.state(), memory_, bytes_);
  } catch (...) {  // the runtime is shutting down: the driver frees the memory with the process
  }
}

void MatrixMemory::begin(StreamView stream) {
  const std::scoped_lock lock(mutex_);
  if (last_.get() == &stream.state()) return;
  if (last_ != nullptr && device_.is_cuda()) {
    if (!after_last_) {
      after_last_.emplace(device_);
      after_last_->record(StreamView(*last_));
    }
    after_last_->wait_on(stream);
    after_last_.reset();
  }
  last_ = stream.state().shared_from_this();
}

void MatrixMemory::end(StreamView stream) {
  if (!device_.is_cuda()) return;
  const std::scoped_lock lock(mutex_);
  if (home_ != nullptr) {
    if (home_.get() == &stream.state()) return;
    Event done(device_);
    done.record(stream);
    done.wait_on(StreamView(*home_));
    last_ = home_;
  } else if (!stream.state().owned() && memory_ != nullptr) {
    if (!after_last_) after_last_.emplace(device_);
    after_last_->record(stream);
  }
}

std::shared_ptr<StreamState> MatrixMemory::last() {
  const std::scoped_lock lock(mutex_);
  return last_;
}

void MatrixMemory::lock_layout(StreamView home, std::shared_ptr<const Lease> lease) {
  home_ = home.state().shared_from_this();
  last_ = home_;
  lease_ = std::move(lease);
}

void MatrixMemory::check_lease() const {
  if (lease_ != nullptr && !lease_->alive.load(std::memory_order_acquire))
    throw ExpiredFrame(fmt::format(
        "{} was used after the pipeline took it back: a matrix of it is valid only until process_frame returns",
        lease_->frame));
}

MatrixUse::MatrixUse(const char* op, StreamView stream, std::initializer_list<const Matrix*> matrices)
    : stream_(stream) {
  for (const Matrix* m : matrices) {
    if (m == nullptr || m->empty()) continue;
    if (m->device() != stream.device())
      invalid("{}: the stream is on {}, a matrix is {}", op, stream.device().name(), m->describe());
    static_cast<void>(m->data());
  }
  for (const Matrix* m : matrices) {
    if (m == nullptr || m->empty()) continue;
    const auto* end = memories_ + count_;
    if (std::find(memories_, memories_ + count_, m->memory()) != end) continue;
    m->memory()->begin(stream);
    memories_[count_++] = m->memory();
  }
}

MatrixUse::~MatrixUse() {
  for (std::size_t i = 0; i < count_; ++i) try {
      memories_[i]->end(stream_);
    } catch (...) {  // an event that cannot be made: the device has failed, and the next call on it says so
    }
}

bool overlap(const Matrix& a, const Matrix& b) {
  return !a.empty() && !b.empty() && overlaps(bytes_of(a), bytes_of(b));
}

bool same_place(const Matrix& a, const Matrix& b) {
  return a.data() == b.data() && a.size() == b.size() && a.type() == b.type() && a.step() == b.step() &&
         a.device() == b.device();
}

Matrix apart(StreamView stream, const Matrix& src, const Matrix& dst, bool same_place_is_fine) {
  if (!overlap(src, dst) || (same_place_is_fine && same_place(src, dst))) return src;
  return src.clone(stream);
}

}  // namespace detail

}  // namespace retouch
