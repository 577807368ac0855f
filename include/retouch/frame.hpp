// One frame of a pipeline: writable pixels with a locked layout, its stream, its metadata and its lease.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/export.hpp"
#include "retouch/image.hpp"
#include "retouch/object.hpp"
#include "retouch/stream.hpp"

namespace retouch {

namespace detail {
/// Shared by a frame and its views; says whether the pipeline has taken the frame back.
struct Lease {
  std::atomic<bool> alive{true};
  std::string frame;  // "frame 17 of camera-1", for the message
};
}  // namespace detail

/// The whole of a frame, or a region of it. Holds the frame's lease, not its memory: it becomes an ImageView only while
/// the lease holds. Thread-safe with respect to the lease: another thread that uses it too late gets ExpiredFrame.
class RETOUCH_EXPORT FrameView {
 public:
  FrameView(ImageView image, std::shared_ptr<const detail::Lease> lease)
      : image_(std::move(image)), lease_(std::move(lease)) {}

  /// The pixels, for an operation enqueued now. Throws ExpiredFrame when the pipeline has taken the frame back.
  ImageView image() const {
    check();
    return image_;
  }
  operator ImageView() const { return image(); }

  /// A part of it, clipped. Throws ExpiredFrame.
  FrameView region(const Rect& rect) const { return FrameView(image().region(rect), lease_); }

  PixelFormat format() const { return image_.format(); }
  Size size() const { return image_.size(); }
  int width() const { return image_.width(); }
  int height() const { return image_.height(); }
  bool empty() const { return image_.empty(); }
  bool expired() const { return !lease_->alive.load(std::memory_order_acquire); }
  /// What says whether the frame still lives, for those who hold its pixels longer than a view.
  const std::shared_ptr<const detail::Lease>& lease() const { return lease_; }

 private:
  void check() const {
    if (expired()) throw_expired();
  }
  [[noreturn]] void throw_expired() const;

  ImageView image_;
  std::shared_ptr<const detail::Lease> lease_;
};

/// Who the frame is, as the pipeline knows it.
struct FrameInfo {
  std::string source_id{};                    ///< which stream: a camera's or file's name
  std::uint64_t index = 0;                    ///< counts the frames of its source from 0
  std::optional<std::int64_t> pts_ns{};       ///< when it is shown, in ns from the start of its source
  std::optional<std::int64_t> duration_ns{};  ///< how long it is shown, in nanoseconds
  double fps = 0;                             ///< nominal rate of the source; 0 when variable or unknown
};

class Patch;
struct PatchOptions;

/// What a FrameFunction gets. The pipeline makes it, lends it for one call and takes it back; its destruction (or
/// expire()) ends the lease, after which every view of it throws ExpiredFrame. Neither copyable nor movable.
/// A Frame is used by one thread at a time; its views may be used from others.
class RETOUCH_EXPORT Frame {
 public:
  /// `image` is borrowed and must live as long as the frame, as must `stream`, on which all its edits go. Throws
  /// InvalidArgument when they are not of one device.
  Frame(ImageView image, StreamView stream, FrameInfo info = {});
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  StreamView stream() const { return stream_; }
  Device device() const { return image_.device(); }
  PixelFormat format() const { return image_.format(); }
  Size size() const { return image_.size(); }
  int width() const { return image_.width(); }
  int height() const { return image_.height(); }

  const FrameInfo& info() const { return info_; }
  const std::string& source_id() const { return info_.source_id; }
  std::uint64_t index() const { return info_.index; }
  std::optional<std::int64_t> pts_ns() const { return info_.pts_ns; }

  /// The whole frame. Throws ExpiredFrame after expire().
  FrameView view() const;
  operator FrameView() const { return view(); }
  /// Pixels inside `rect`, clipped to the frame; may be empty.
  FrameView region(const Rect& rect) const;
  /// The whole pixels that the box covers (its enclosing rectangle), clipped.
  FrameView region(const Box& box) const;
  /// One region per rectangle or box, for operations on lists.
  std::vector<FrameView> regions(std::span<const Rect> rects) const;
  std::vector<FrameView> regions(std::span<const Box> boxes) const;
  /// The four strips of a border of `thickness` pixels that lies inside `rect` (no pixel twice), for fill().
  std::vector<FrameView> border(const Rect& rect, int thickness) const;

  /// Way 3: downloads the rectangles in one round trip and waits once. See patch.hpp.
  Patch patch(const Rect& rect) const;
  Patch patch(const Rect& rect, const PatchOptions& options) const;
  std::vector<Patch> patches(std::span<const Rect> rects) const;
  std::vector<Patch> patches(std::span<const Rect> rects, const PatchOptions& options) const;

  /// Everything detected so far, in the order found.
  std::vector<Object>& objects() { return objects_; }
  const std::vector<Object>& objects() const { return objects_; }
  /// The objects of one class.
  std::vector<Object> objects(std::string_view label) const;
  /// Appends with a fresh id, which it returns.
  std::int64_t add_object(Object object);

  /// Values about the whole frame ("scene.is_night").
  Attributes& attributes() { return attributes_; }
  const Attributes& attributes() const { return attributes_; }

  /// What keeps the pixels' memory valid after the frame has gone (not its pixels: the pipeline goes on with them).
  /// Null when nobody said: then the memory may go with the frame. For those who share it with others, as Python does.
  const std::shared_ptr<const void>& keeper() const { return keeper_; }
  void set_keeper(std::shared_ptr<const void> keeper) { keeper_ = std::move(keeper); }

  /// Ends the lease: the pipeline takes the frame back. Idempotent.
  void expire() noexcept;

 private:
  ImageView image_;
  StreamView stream_;
  FrameInfo info_;
  std::vector<Object> objects_;
  Attributes attributes_;
  std::int64_t next_id_ = 1;
  std::shared_ptr<const void> keeper_;
  std::shared_ptr<detail::Lease> lease_;
};

/// What an operation on one region or a list of regions takes: anything that is, or is a list of, ImageView, Image,
/// FrameView or Frame. Checks the leases when made. It borrows lists of ImageViews and lives for one call only.
class RETOUCH_EXPORT Regions {
 public:
  Regions(const ImageView& view) : one_(view), count_(1) {}
  Regions(const Image& image) : Regions(image.view()) {}
  Regions(const FrameView& view) : Regions(view.image()) {}
  Regions(const Frame& frame) : Regions(frame.view()) {}
  Regions(std::span<const ImageView> views) : borrowed_(views.data()), count_(views.size()) {}
  Regions(const std::vector<ImageView>& views) : Regions(std::span<const ImageView>(views)) {}
  Regions(std::span<const FrameView> views);
  Regions(const std::vector<FrameView>& views) : Regions(std::span<const FrameView>(views)) {}
  Regions(std::initializer_list<FrameView> views) : Regions(std::span(views.begin(), views.size())) {}

  std::span<const ImageView> views() const {
    return {borrowed_ != nullptr ? borrowed_ : owned_.empty() ? &one_ : owned_.data(), count_};
  }

 private:
  ImageView one_;
  std::vector<ImageView> owned_;
  const ImageView* borrowed_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace retouch
