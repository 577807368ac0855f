#include "text/arena.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "retouch/error.hpp"
#include "text/cache.hpp"

namespace retouch::text {

namespace {

// Pictures that a reader takes four bytes at a time end with room for it.
constexpr std::size_t readable_beyond = 4;

std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

std::uint64_t next_generation() {
  static std::atomic<std::uint64_t> generation{0};
  return ++generation;
}

std::size_t hash(const GlyphKey& key) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint32_t rest = 0;
  const auto* bytes = reinterpret_cast<const char*>(&key);
  std::memcpy(&low, bytes, 8);
  std::memcpy(&high, bytes + 8, 8);
  std::memcpy(&rest, bytes + 16, 4);
  constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;
  std::uint64_t state = (low ^ std::rotl(high, 32) ^ rest * multiplier) * multiplier;
  state ^= state >> 32U;
  state *= multiplier;
  return static_cast<std::size_t>(state ^ state >> 29U);
}

bool fits_16_bits(std::int64_t low, std::int64_t high) {
  return low >= std::numeric_limits<std::int16_t>::min() && high <= std::numeric_limits<std::int16_t>::max();
}

void include(Rect& all, const Rect& more) {
  if (all.empty()) {
    all = more;
    return;
  }
  const int right = std::max(all.x + all.width, more.x + more.width);
  const int bottom = std::max(all.y + all.height, more.y + more.height);
  all.x = std::min(all.x, more.x);
  all.y = std::min(all.y, more.y);
  all.width = right - all.x;
  all.height = bottom - all.y;
}

}  // namespace

Arena::Arena(std::size_t capacity_bytes)
    : capacity_(round_up(capacity_bytes, 4096)),
      generation_(next_generation()),
      memory_(static_cast<std::uint8_t*>(std::aligned_alloc(4096, capacity_))) {
  if (memory_ == nullptr) throw OutOfMemory(fmt::format("text: no memory for {} bytes of glyphs", capacity_));
}

Arena::Room Arena::reserve(int width, int height) {
  const std::size_t pitch = round_up(static_cast<std::size_t>(width), 4);
  const std::size_t bytes =
      round_up(sizeof(GlyphHeader) + pitch * static_cast<std::size_t>(height) + readable_beyond, granule);
  if (bytes > capacity_ - reserved_) return {};
  std::uint8_t* const at = memory_.get() + reserved_;
  const Room room{at + sizeof(GlyphHeader), pitch, static_cast<std::uint32_t>(reserved_ / granule)};
  std::memset(at, 0, bytes);
  const GlyphHeader header{
      static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height), static_cast<std::uint32_t>(pitch), {}};
  std::memcpy(at, &header, sizeof(header));
  reserved_ += bytes;
  return room;
}

Arena::Room Arena::reserve_copy(const GlyphArena& from, std::uint32_t ref) {
  const std::uint8_t* source = from.data() + std::size_t{ref} * granule;
  GlyphHeader header;
  std::memcpy(&header, source, sizeof(header));
  const Room room = reserve(header.width, header.height);
  if (room.rows != nullptr)
    std::memcpy(room.rows, source + sizeof(header), std::size_t{header.pitch_bytes} * header.height);
  return room;
}

// Never destroyed: layouts, and threads that make them, may outlive any static object of ours.
GlyphStore& GlyphStore::instance() {
  static auto* const store = new GlyphStore;
  return *store;
}

GlyphStore::GlyphStore() : slots_(1024) { start_generation(capacity_); }

std::shared_ptr<const GlyphArena> GlyphStore::arena() const {
  const std::scoped_lock lock(mutex_);
  return arena_;
}

GlyphStore::Slot& GlyphStore::slot_of(const GlyphKey& key) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash(key) & mask;; i = (i + 1) & mask)
    if (slots_[i].key.size == 0 || slots_[i].key == key) return slots_[i];
}

void GlyphStore::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old)
    if (slot.key.size != 0) slot_of(slot.key) = slot;
}

// False: the generation is full.
bool GlyphStore::make(const WantedGlyph& wanted, Slot& slot) {
  Picture picture;
  {
    const std::scoped_lock lock(FreeType::instance().mutex);
    if (const auto box = rasterizer_.prepare(wanted.key, wanted.face)) {
      const Arena::Room room = arena_->reserve(box->width, box->height);
      if (room.rows == nullptr) return false;
      rasterizer_.draw(room.rows, room.pitch_bytes);
      picture = {room.ref, box->x, box->y, box->width, box->height};
    }
  }
  slot.key = wanted.key;
  slot.picture = picture;
  ++filled_;
  glyphs_made_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool GlyphStore::try_place(std::span<const WantedGlyph> wanted, std::vector<PlacedGlyph>& placed, Rect& ink) {
  placed.clear();
  placed.reserve(wanted.size());
  ink = {};
  const std::uint64_t now = clock();
  for (const WantedGlyph& glyph : wanted) {
    // So far away that no part of it can be of use: no picture is made.
    const std::int64_t reach = std::numeric_limits<std::int16_t>::max();
    if (std::abs(std::int64_t{glyph.x}) > 2 * reach || std::abs(std::int64_t{glyph.y}) > 2 * reach) continue;
    Slot* slot = &slot_of(glyph.key);
    if (slot->key.size == 0) {
      if (2 * (filled_ + 1) > slots_.size()) {
        grow();
        slot = &slot_of(glyph.key);
      }
      if (!make(glyph, *slot)) return false;
    }
    slot->used_at = now;
    const Picture& picture = slot->picture;
    if (picture.ref == Picture::nothing) continue;
    const std::int64_t x = std::int64_t{glyph.x} + picture.x;
    const std::int64_t y = std::int64_t{glyph.y} + picture.y;
    if (!fits_16_bits(x, x + picture.width) || !fits_16_bits(y, y + picture.height)) continue;
    placed.push_back({static_cast<std::int16_t>(x), static_cast<std::int16_t>(y),
                      static_cast<std::uint16_t>(picture.width), static_cast<std::uint16_t>(picture.height),
                      picture.ref});
    include(ink, {static_cast<int>(x), static_cast<int>(y), picture.width, picture.height});
  }
  return true;
}

void GlyphStore::place(std::span<const WantedGlyph> fill, std::span<const WantedGlyph> outline, Layout& layout) {
  const std::scoped_lock lock(mutex_);
  clock_.fetch_add(1, std::memory_order_relaxed);
  for (bool fresh = false;; fresh = true) {
    const bool complete =
        try_place(fill, layout.fill, layout.fill_ink) && try_place(outline, layout.outline, layout.outline_ink);
    arena_->publish();
    if (complete) break;
    // A text that fills more than half of a generation gets a larger one, for itself.
    const std::size_t capacity = fresh ? 2 * arena_->capacity_bytes() : capacity_;
    if (capacity > largest_capacity)
      throw OutOfMemory(fmt::format("text: its glyphs need more than {} bytes", largest_capacity));
    start_generation(capacity);
  }
  layout.arena = arena_;
}

// Layouts found in the cache make no use of the table: their glyphs are as old as their last use.
void GlyphStore::note_cached_use() {
  std::vector<std::pair<std::uint32_t, Slot*>> by_ref;
  by_ref.reserve(filled_);
  for (Slot& slot : slots_)
    if (slot.key.size != 0 && slot.picture.ref != Picture::nothing) by_ref.emplace_back(slot.picture.ref, &slot);
  std::sort(by_ref.begin(), by_ref.end());
  const auto note = [&](const std::vector<PlacedGlyph>& glyphs, std::uint64_t used_at) {
    for (const PlacedGlyph& glyph : glyphs) {
      const auto it = std::lower_bound(by_ref.begin(), by_ref.end(), std::pair(glyph.ref, static_cast<Slot*>(nullptr)));
      if (it != by_ref.end() && it->first == glyph.ref) it->second->used_at = std::max(it->second->used_at, used_at);
    }
  };
  LayoutCache::instance().for_each(arena_->generation(), [&](const Layout& layout, std::uint64_t used_at) {
    note(layout.fill, used_at);
    note(layout.outline, used_at);
  });
}

void GlyphStore::start_generation(std::size_t capacity) {
  auto next = std::make_shared<Arena>(capacity);
  std::vector<Slot> kept;
  if (arena_ != nullptr) {
    note_cached_use();
    for (const Slot& slot : slots_)
      if (slot.key.size != 0 && slot.picture.ref != Picture::nothing) kept.push_back(slot);
    std::sort(kept.begin(), kept.end(), [](const Slot& a, const Slot& b) { return a.used_at > b.used_at; });
  }
  std::fill(slots_.begin(), slots_.end(), Slot{});
  filled_ = 0;
  // The glyphs used last, into half of the new one.
  std::size_t bytes = 0;
  for (Slot& slot : kept) {
    bytes += static_cast<std::size_t>(slot.picture.width + 4) * static_cast<std::size_t>(slot.picture.height) +
             2 * sizeof(GlyphHeader);
    if (bytes > capacity / 2) break;
    slot.picture.ref = next->reserve_copy(*arena_, slot.picture.ref).ref;
    slot_of(slot.key) = slot;
    ++filled_;
  }
  next->publish();
  arena_ = std::move(next);
  generation_.store(arena_->generation(), std::memory_order_release);
  generations_.fetch_add(1, std::memory_order_relaxed);
  LayoutCache::instance().forget_others(arena_->generation());
}

void GlyphStore::set_capacity(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  capacity_ = std::clamp(bytes, std::size_t{4096}, largest_capacity);
  start_generation(capacity_);
}

}  // namespace retouch::text
