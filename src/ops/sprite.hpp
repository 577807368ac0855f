// Inside of a Sprite: the pixels, and where they are resident.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "retouch/sprite.hpp"

namespace retouch {

namespace detail {

/// 128 bits of a picture's content. Good, not cryptographic: equal hashes are followed by a comparison.
struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const ContentHash&, const ContentHash&) = default;
};
/// Of rows of `row_bytes` bytes, the gaps between them left out.
ContentHash hash_rows(const std::uint8_t* data, std::ptrdiff_t pitch_bytes, std::size_t row_bytes, int rows);

/// rgba8 pixels for a backend: rows start at multiples of 16 bytes, what fills a row up to that is readable.
struct SpritePixels {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t pitch_bytes = 0;
  Size size{};
};

/// The copy of a sprite on one GPU (src/cuda/resident.cpp). Freed when the work that uses it is done, without waiting.
class ResidentCopy {
 public:
  virtual ~ResidentCopy() = default;
  /// Orders `stream` after the upload and returns the pixels. Call, enqueue, then call used().
  virtual const std::uint8_t* use(StreamView stream) = 0;
  /// Work that reads the copy has been enqueued on `stream`.
  virtual void used(StreamView stream) = 0;
  /// No one holds the sprite for now: lets go of the streams that used it.
  virtual void settle() noexcept = 0;
};

}  // namespace detail

struct Sprite::Data {
  /// Takes tight or padded rgba8 rows.
  Data(Size size, const std::uint8_t* rgba, std::ptrdiff_t pitch_bytes);

  detail::SpritePixels host() const { return {pixels.get(), pitch, size}; }
  /// Host bytes of the picture and of its scaled variants.
  std::size_t bytes() const;
  /// The copy on the stream's GPU, uploaded at the first call.
  std::shared_ptr<detail::ResidentCopy> resident(StreamView stream) const;
  /// The picture at another size, made at the first call and kept for the next ones. `premultiplied`: its colours are
  /// multiplied by alpha already.
  std::shared_ptr<const Data> scaled(Size to, bool premultiplied) const;
  /// Lets go of streams: see ResidentCopy::settle.
  void settle() const noexcept;

  struct Free {
    void operator()(std::uint8_t* memory) const noexcept;
  };
  Size size;
  std::ptrdiff_t pitch;  // a multiple of 16
  std::unique_ptr<std::uint8_t, Free> pixels;
  detail::ContentHash hash;  // set for content that is in the cache

 private:
  struct Variant {
    bool premultiplied;
    std::shared_ptr<const Data> data;
  };
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<detail::ResidentCopy>> copies_;  // by GPU
  mutable std::vector<Variant> variants_;                              // the latest used last
};

namespace detail {

/// rgba8 pixels at another size: area where an axis shrinks, linear where it grows, on premultiplied colours.
std::shared_ptr<Sprite::Data> scale_sprite(const SpritePixels& from, Size to, bool premultiplied);

}  // namespace detail

namespace cuda {
/// Uploads in stream order. The pixels are captured before it returns.
std::shared_ptr<detail::ResidentCopy> make_resident(StreamView stream, const detail::SpritePixels& pixels);
}  // namespace cuda

}  // namespace retouch
