#include "text/cache.hpp"

#include <bit>
#include <cstring>
#include <iterator>

#include "text/arena.hpp"
#include "text/font.hpp"

namespace retouch::text {

StyleKey::StyleKey(const TextStyle& style, int x_fraction) : font(style.font.data()->id) {
  const bool limited = style.overflow != TextOverflow::none && style.max_width_px > 0;
  numbers = {style.size_px,        style.font.is_hershey() ? style.thickness_px : 0,
             style.outline_px,     style.padding.left,
             style.padding.top,    style.padding.right,
             style.padding.bottom, style.border_px,
             style.line_spacing,   limited ? style.max_width_px : 0,
             style.angle_deg};
  for (float& number : numbers) number += 0.0F;  // -0 and 0 are the same
  flags = static_cast<std::uint32_t>(style.anchor) | static_cast<std::uint32_t>(style.align) << 4U |
          (limited ? static_cast<std::uint32_t>(style.overflow) : 0U) << 6U | (style.bold ? 1U : 0U) << 8U |
          static_cast<std::uint32_t>(x_fraction) << 9U;
}

std::uint64_t hash(const StyleKey& style, std::string_view text) {
  constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;
  std::array<std::uint64_t, sizeof(StyleKey) / 8> words;
  std::memcpy(words.data(), &style, sizeof(style));
  // Two chains, which a core works on at the same time.
  std::uint64_t a = text.size();
  std::uint64_t b = multiplier;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    a = std::rotl(a ^ words[i], 29) * multiplier;
    b = std::rotl(b ^ words[i + 1], 31) * multiplier;
  }
  a = std::rotl(a ^ words.back(), 29) * multiplier;
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    b = std::rotl(b ^ word, 29) * multiplier;
    text.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  a = std::rotl(a ^ rest, 31) * multiplier;
  std::uint64_t state = a ^ std::rotl(b, 32);
  state ^= state >> 33U;
  state *= 0xFF51AFD7ED558CCDU;
  state ^= state >> 33U;
  state *= 0xC4CEB9FE1A85EC53U;
  return state ^ state >> 33U;
}

// Never destroyed, like the glyph store.
LayoutCache& LayoutCache::instance() {
  static auto* const cache = new LayoutCache;
  return *cache;
}

LayoutCache::LayoutCache() { set_limit(default_limit); }

std::shared_ptr<const Layout> LayoutCache::find(const StyleKey& style, std::string_view text, std::uint64_t hash) {
  const GlyphStore& store = GlyphStore::instance();
  Part& part = part_of(hash);
  const std::scoped_lock lock(part.mutex);
  const auto it = part.index.find(View{&style, text, hash});
  if (it == part.index.end()) return nullptr;
  const auto entry = it->second;
  if (entry->layout->arena->generation() != store.generation()) return nullptr;
  entry->used_at = store.clock();
  ++part.found;
  if (entry != part.entries.begin()) part.entries.splice(part.entries.begin(), part.entries, entry);
  return entry->layout;
}

void LayoutCache::insert(const StyleKey& style, std::string_view text, std::uint64_t hash,
                         std::shared_ptr<const Layout> layout) {
  const std::size_t bytes = sizeof(Entry) + sizeof(Layout) + 128 + text.size() +
                            (layout->fill.size() + layout->outline.size()) * sizeof(PlacedGlyph);
  std::list<Entry> dropped;  // freed after the lock
  std::list<Entry> fresh;
  fresh.push_back({style, std::string(text), hash, GlyphStore::instance().clock(), bytes, std::move(layout)});
  Part& part = part_of(hash);
  const std::scoped_lock lock(part.mutex);
  // Too long to keep; or another generation has begun, which would find this one's glyphs pinned here.
  if (bytes > part.limit / 4 || fresh.front().layout->arena->generation() != GlyphStore::instance().generation())
    return;
  if (const auto it = part.index.find(View{&style, text, hash}); it != part.index.end())
    drop(part, it->second, dropped);
  part.entries.splice(part.entries.begin(), fresh);
  const auto entry = part.entries.begin();
  part.index.emplace(View{&entry->style, entry->text, hash}, entry);
  part.bytes += bytes;
  trim(part, dropped);
}

void LayoutCache::drop(Part& part, std::list<Entry>::iterator entry, std::list<Entry>& dropped) {
  part.index.erase(View{&entry->style, entry->text, entry->hash});
  part.bytes -= entry->bytes;
  dropped.splice(dropped.end(), part.entries, entry);
}

void LayoutCache::trim(Part& part, std::list<Entry>& dropped) {
  while (part.bytes > part.limit && !part.entries.empty()) drop(part, std::prev(part.entries.end()), dropped);
}

void LayoutCache::for_each(std::uint64_t generation, const std::function<void(const Layout&, std::uint64_t)>& f) {
  for (Part& part : parts_) {
    const std::scoped_lock lock(part.mutex);
    for (const Entry& entry : part.entries)
      if (entry.layout->arena->generation() == generation) f(*entry.layout, entry.used_at);
  }
}

void LayoutCache::forget_others(std::uint64_t generation) {
  for (Part& part : parts_) {
    std::list<Entry> dropped;
    const std::scoped_lock lock(part.mutex);
    for (auto it = part.entries.begin(); it != part.entries.end();) {
      const auto entry = it++;
      if (entry->layout->arena->generation() != generation) drop(part, entry, dropped);
    }
  }
}

void LayoutCache::set_limit(std::size_t bytes) {
  for (Part& part : parts_) {
    std::list<Entry> dropped;
    const std::scoped_lock lock(part.mutex);
    part.limit = bytes / parts_.size();
    trim(part, dropped);
  }
}

LayoutCache::Counts LayoutCache::counts() {
  Counts counts;
  for (Part& part : parts_) {
    const std::scoped_lock lock(part.mutex);
    counts.found += part.found;
    counts.layouts += part.entries.size();
    counts.bytes += part.bytes;
  }
  return counts;
}

}  // namespace retouch::text
