// Sprite: the pixels, the cache of content, and scaled variants.
#include "ops/sprite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <iterator>
#include <list>
#include <new>
#include <optional>
#include <unordered_map>

#include "core/check.hpp"
#include "cpu/parallel.hpp"
#include "ops/dispatch.hpp"
#include "retouch/error.hpp"

namespace retouch {

namespace {

using Data = Sprite::Data;
constexpr std::align_val_t alignment{64};
constexpr int longest_side = 65535;
constexpr std::size_t most_variants = 8;
constexpr std::size_t variant_bytes_limit = std::size_t{64} << 20U;

std::atomic<std::uint64_t>& uploads() {
  static std::atomic<std::uint64_t> count{0};
  return count;
}

bool same_pixels(const Data& data, const std::uint8_t* rgba, std::ptrdiff_t pitch_bytes) {
  const auto row = static_cast<std::size_t>(data.size.width) * 4;
  const auto equal = [&](int y) {
    return std::memcmp(data.pixels.get() + y * data.pitch, rgba + y * pitch_bytes, row) == 0;
  };
  constexpr int group = 64;
  std::atomic<bool> same{true};
  cpu::for_pieces(data.size.height, group, [&](int begin, int end) {
    for (int y = begin; y < end && same; ++y)
      if (!equal(y)) same = false;
  });
  return same;
}

// All content in use, and what was in use lately. Deliberately never destroyed: sprites of the user's may outlive any
// static object of ours.
class ContentCache {
 public:
  static ContentCache& instance() {
    static auto* const cache = new ContentCache;
    return *cache;
  }

  std::shared_ptr<const Data> get(Size size, const std::uint8_t* rgba, std::ptrdiff_t pitch_bytes) {
    const auto hash = detail::hash_rows(rgba, pitch_bytes, static_cast<std::size_t>(size.width) * 4, size.height);
    if (std::shared_ptr<const Data> found = find(size, hash)) {
      if (same_pixels(*found, rgba, pitch_bytes)) return found;
      return std::make_shared<Data>(size, rgba, pitch_bytes);  // two contents of one hash: this one is not shared
    }
    auto data = std::make_unique<Data>(size, rgba, pitch_bytes);
    data->hash = hash;
    const Data* const raw = data.get();
    std::shared_ptr<const Data> shared = hand_out(data.release());
    const std::scoped_lock lock(mutex_);
    entries_[hash.low] = {raw, shared, {}};
    return shared;
  }

  void set_limit(std::size_t bytes) {
    std::list<Kept> dropped;  // freed after the lock
    const std::scoped_lock lock(mutex_);
    limit_ = bytes;
    evict(dropped);
  }

 private:
  struct Kept {
    std::unique_ptr<const Data> data;
    std::size_t bytes = 0;
  };
  // The entry's data is in use (`living`), kept, or on its way from the one to the other.
  struct Entry {
    const Data* data = nullptr;
    std::weak_ptr<const Data> living;
    std::optional<std::list<Kept>::iterator> kept;
  };

  ContentCache() = default;

  static std::shared_ptr<const Data> hand_out(const Data* data) {
    return {data, [](const Data* retired) { instance().retire(retired); }};
  }

  Entry* entry_of(const Data& data) {
    const auto it = entries_.find(data.hash.low);
    return it != entries_.end() && it->second.data == &data ? &it->second : nullptr;
  }

  std::shared_ptr<const Data> find(Size size, const detail::ContentHash& hash) {
    std::unique_ptr<const Data> revived;
    {
      const std::scoped_lock lock(mutex_);
      const auto it = entries_.find(hash.low);
      if (it == entries_.end() || it->second.data->hash != hash || it->second.data->size != size) return nullptr;
      Entry& entry = it->second;
      if (auto living = entry.living.lock()) return living;
      if (!entry.kept) return nullptr;
      revived = std::move((*entry.kept)->data);
      kept_bytes_ -= (*entry.kept)->bytes;
      kept_.erase(*entry.kept);
      entry.kept.reset();
    }
    // Outside the lock: when this throws, the data retires again.
    std::shared_ptr<const Data> shared = hand_out(revived.release());
    const std::scoped_lock lock(mutex_);
    if (Entry* entry = entry_of(*shared)) entry->living = shared;
    return shared;
  }

  // The last sprite with this content has gone: keeps it for the next one, within the limit.
  void retire(const Data* data) noexcept {
    std::unique_ptr<const Data> owned(data);
    data->settle();
    std::list<Kept> node;
    std::list<Kept> dropped;
    try {
      node.emplace_back();
    } catch (...) {  // no memory for the list: not kept
    }
    const std::scoped_lock lock(mutex_);
    Entry* const entry = entry_of(*data);
    if (entry == nullptr) return;
    if (node.empty()) {
      entries_.erase(data->hash.low);
      return;
    }
    node.front() = {std::move(owned), data->bytes()};
    kept_bytes_ += node.front().bytes;
    kept_.splice(kept_.end(), node);
    entry->kept = std::prev(kept_.end());
    evict(dropped);
  }

  // Moves the longest unused out of the cache until the rest is within the limit.
  void evict(std::list<Kept>& dropped) {
    while (kept_bytes_ > limit_) {
      const Kept& oldest = kept_.front();
      kept_bytes_ -= oldest.bytes;
      if (entry_of(*oldest.data) != nullptr) entries_.erase(oldest.data->hash.low);
      dropped.splice(dropped.end(), kept_, kept_.begin());
    }
  }

  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::list<Kept> kept_;  // the longest unused first
  std::size_t kept_bytes_ = 0;
  std::size_t limit_ = std::size_t{64} << 20U;
};

// rgba8 rows of any packed picture: as they are, or converted into `converted`.
struct RgbaRows {
  const std::uint8_t* data;
  std::ptrdiff_t pitch_bytes;
};
RgbaRows as_rgba(const ImageView& image, std::vector<std::uint8_t>& converted) {
  const Plane& plane = image.plane(0);
  if (image.format() == PixelFormat::rgba8) return {plane.data, plane.pitch_bytes};
  const auto row = static_cast<std::size_t>(plane.width) * 4;
  converted.resize(row * static_cast<std::size_t>(plane.height));
  const std::size_t red = is_bgr_order(image.format()) ? 2 : 0;
  const std::size_t green = plane.channels == 1 ? 0 : 1;
  const std::size_t blue = plane.channels == 1 ? 0 : 2 - red;
  const auto step = static_cast<std::size_t>(plane.channels);
  for (int y = 0; y < plane.height; ++y) {
    const std::uint8_t* from = plane.data + y * plane.pitch_bytes;
    std::uint8_t* to = &converted[static_cast<std::size_t>(y) * row];
    for (int x = 0; x < plane.width; ++x, from += step, to += 4) {
      to[0] = from[red];
      to[1] = from[green];
      to[2] = from[blue];
      to[3] = step == 4 ? from[3] : 255;
    }
  }
  return {converted.data(), static_cast<std::ptrdiff_t>(row)};
}

}  // namespace

void Sprite::Data::Free::operator()(std::uint8_t* memory) const noexcept { ::operator delete(memory, alignment); }

Sprite::Data::Data(Size s, const std::uint8_t* rgba, std::ptrdiff_t pitch_bytes)
    : size(s), pitch((std::ptrdiff_t{s.width} * 4 + 15) / 16 * 16) {
  const std::size_t all = static_cast<std::size_t>(pitch) * static_cast<std::size_t>(size.height);
  pixels.reset(static_cast<std::uint8_t*>(::operator new(all, alignment, std::nothrow)));
  if (pixels == nullptr)
    throw OutOfMemory(fmt::format("Sprite: {}x{} needs {} bytes: out of memory", size.width, size.height, all));
  const auto row = static_cast<std::size_t>(size.width) * 4;
  for (int y = 0; y < size.height; ++y) {
    std::uint8_t* to = pixels.get() + y * pitch;
    if (rgba != nullptr) std::memcpy(to, rgba + y * pitch_bytes, row);
    std::memset(to + row, 0, static_cast<std::size_t>(pitch) - row);
  }
}

std::size_t Sprite::Data::bytes() const {
  const std::scoped_lock lock(mutex_);
  std::size_t sum = static_cast<std::size_t>(pitch) * static_cast<std::size_t>(size.height);
  for (const Variant& variant : variants_) sum += variant.data->bytes();
  return sum;
}

std::shared_ptr<detail::ResidentCopy> Sprite::Data::resident([[maybe_unused]] StreamView stream) const {
#if RETOUCH_WITH_CUDA
  const std::scoped_lock lock(mutex_);
  const auto slot = static_cast<std::size_t>(stream.device().index());
  if (copies_.size() <= slot) copies_.resize(slot + 1);
  if (copies_[slot] == nullptr) {
    copies_[slot] = cuda::make_resident(stream, host());
    ++uploads();
  }
  return copies_[slot];
#else
  throw Unsupported("Sprite: this retouch was built without CUDA");
#endif
}

std::shared_ptr<const Sprite::Data> Sprite::Data::scaled(Size to, bool premultiplied) const {
  const auto find = [&]() -> std::shared_ptr<const Data> {
    const auto it = std::find_if(variants_.begin(), variants_.end(), [&](const Variant& variant) {
      return variant.premultiplied == premultiplied && variant.data->size == to;
    });
    if (it == variants_.end()) return nullptr;
    std::rotate(it, it + 1, variants_.end());
    return variants_.back().data;
  };
  {
    const std::scoped_lock lock(mutex_);
    if (auto known = find()) return known;
  }
  std::shared_ptr<const Data> made = detail::scale_sprite(host(), to, premultiplied);
  std::vector<Variant> dropped;  // freed after the lock
  const std::scoped_lock lock(mutex_);
  if (auto known = find()) return known;  // another thread was faster
  variants_.push_back({premultiplied, made});
  std::size_t sum = 0;
  for (const Variant& variant : variants_) sum += variant.data->bytes();
  while (variants_.size() > most_variants || (sum > variant_bytes_limit && variants_.size() > 1)) {
    sum -= variants_.front().data->bytes();
    dropped.push_back(std::move(variants_.front()));
    variants_.erase(variants_.begin());
  }
  return made;
}

void Sprite::Data::settle() const noexcept {
  const std::scoped_lock lock(mutex_);
  for (const auto& copy : copies_)
    if (copy != nullptr) copy->settle();
  for (const Variant& variant : variants_) variant.data->settle();
}

Sprite::Sprite(const ImageView& pixels) {
  if (!pixels.device().is_cpu() || is_subsampled(pixels.format()))
    throw Unsupported(fmt::format("Sprite: the pixels must be gray8, rgb8, bgr8, rgba8 or bgra8 in host memory ({})",
                                  pixels.describe()));
  if (pixels.empty()) return;
  if (pixels.width() > longest_side || pixels.height() > longest_side)
    detail::invalid("Sprite: at most {} pixels on a side ({})", longest_side, pixels.describe());
  std::vector<std::uint8_t> converted;
  const RgbaRows rows = as_rgba(pixels, converted);
  data_ = ContentCache::instance().get(pixels.size(), rows.data, rows.pitch_bytes);
}

Sprite Sprite::from_file(const std::string& path) { return Sprite(read_png(path)); }

Size Sprite::size() const { return data_ == nullptr ? Size{} : data_->size; }
bool Sprite::empty() const { return data_ == nullptr; }

void Sprite::preload(StreamView stream) const {
  if (data_ != nullptr && stream.device().is_cuda()) static_cast<void>(data_->resident(stream));
}

void Sprite::set_cache_limit(std::size_t bytes) { ContentCache::instance().set_limit(bytes); }
std::uint64_t Sprite::upload_count() { return uploads(); }

}  // namespace retouch
