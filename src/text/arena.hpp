// The store of glyph pictures: the arena that they lie in and the table that finds them.
#pragma once

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "text/layout.hpp"
#include "text/rasterize.hpp"

namespace retouch::text {

class Arena final : public GlyphArena {
 public:
  /// Memory is asked for at once and taken from the system as it fills.
  explicit Arena(std::size_t capacity_bytes);
  const std::uint8_t* data() const override { return memory_.get(); }
  std::size_t used_bytes() const override { return used_.load(std::memory_order_acquire); }
  std::size_t capacity_bytes() const override { return capacity_; }
  std::uint64_t generation() const override { return generation_; }

  /// Room for a picture: null when it does not fit. What is written there counts from publish() on. One thread at a
  /// time.
  struct Room {
    std::uint8_t* rows = nullptr;
    std::size_t pitch_bytes = 0;
    std::uint32_t ref = 0;
  };
  Room reserve(int width, int height);
  /// A copy of another arena's picture.
  Room reserve_copy(const GlyphArena& from, std::uint32_t ref);
  void publish() { used_.store(reserved_, std::memory_order_release); }

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const { std::free(memory); }
  };
  std::size_t capacity_ = 0;
  std::uint64_t generation_ = 0;
  std::unique_ptr<std::uint8_t, Free> memory_;
  std::size_t reserved_ = 0;
  std::atomic<std::size_t> used_{0};
};

/// A glyph's picture, where it lies around the glyph's origin.
struct Picture {
  static constexpr std::uint32_t nothing = 0xFFFFFFFFU;
  std::uint32_t ref = nothing;
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::int32_t width = 0;
  std::int32_t height = 0;
};

/// A glyph to be placed: its picture's key and where its origin's pixel is.
struct WantedGlyph {
  GlyphKey key;
  const Face* face = nullptr;
  std::int32_t x = 0;
  std::int32_t y = 0;
};

/// All glyphs of the process. Thread-safe.
class GlyphStore {
 public:
  static GlyphStore& instance();
  static constexpr std::size_t default_capacity = std::size_t{32} << 20U;
  static constexpr std::size_t largest_capacity = std::size_t{1} << 30U;

  /// Sets arena, glyphs and inks of the layout, all from one generation. Pictures that reach beyond 16 bits are left
  /// out. Throws OutOfMemory when the text alone needs more than largest_capacity.
  void place(std::span<const WantedGlyph> fill, std::span<const WantedGlyph> outline, Layout& layout);

  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  std::shared_ptr<const GlyphArena> arena() const;
  /// Counts the layouts made: the age of what is cached.
  std::uint64_t clock() const { return clock_.load(std::memory_order_relaxed); }
  std::uint64_t glyphs_made() const { return glyphs_made_.load(std::memory_order_relaxed); }
  std::uint64_t generations() const { return generations_.load(std::memory_order_relaxed); }

  /// Starts a new generation of that size.
  void set_capacity(std::size_t bytes);

 private:
  struct Slot {
    GlyphKey key;  // size 0: free
    std::uint64_t used_at = 0;
    Picture picture;
  };

  GlyphStore();
  Slot& slot_of(const GlyphKey& key);
  void grow();
  bool try_place(std::span<const WantedGlyph> wanted, std::vector<PlacedGlyph>& placed, Rect& ink);
  bool make(const WantedGlyph& wanted, Slot& slot);
  void start_generation(std::size_t capacity);
  void note_cached_use();

  mutable std::mutex mutex_;
  std::size_t capacity_ = default_capacity;
  std::shared_ptr<Arena> arena_;
  std::vector<Slot> slots_;  // open addressing, a power of two
  std::size_t filled_ = 0;
  Rasterizer rasterizer_;
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::uint64_t> clock_{0};
  std::atomic<std::uint64_t> glyphs_made_{0};
  std::atomic<std::uint64_t> generations_{0};
};

}  // namespace retouch::text
