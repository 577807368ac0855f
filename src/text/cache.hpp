// Layouts by content: the labels of the frame before are mostly those of this one.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "text/layout.hpp"

namespace retouch::text {

/// All of a style that a layout depends on, without a gap, so that it is hashed as memory.
struct StyleKey {
  StyleKey() = default;
  StyleKey(const TextStyle& style, int x_fraction);
  std::uint64_t font = 0;
  std::array<float, 11> numbers{};
  std::uint32_t flags = 0;
  friend bool operator==(const StyleKey&, const StyleKey&) = default;
};
static_assert(sizeof(StyleKey) == 56);

std::uint64_t hash(const StyleKey& style, std::string_view text);

/// Bounded by bytes; what has not been asked for for longest goes first. Thread-safe; find() allocates nothing.
class LayoutCache {
 public:
  static LayoutCache& instance();
  static constexpr std::size_t default_limit = std::size_t{16} << 20U;

  /// Null when it is not there, or of another generation of glyphs than the current one.
  std::shared_ptr<const Layout> find(const StyleKey& style, std::string_view text, std::uint64_t hash);
  void insert(const StyleKey& style, std::string_view text, std::uint64_t hash, std::shared_ptr<const Layout> layout);

  /// f(layout, the store's clock when it was last asked for) for all of a generation.
  void for_each(std::uint64_t generation, const std::function<void(const Layout&, std::uint64_t)>& f);
  void forget_others(std::uint64_t generation);
  void set_limit(std::size_t bytes);

  struct Counts {
    std::uint64_t found = 0;
    std::size_t layouts = 0;
    std::size_t bytes = 0;
  };
  Counts counts();

 private:
  struct Entry {
    StyleKey style;
    std::string text;
    std::uint64_t hash = 0;
    std::uint64_t used_at = 0;
    std::size_t bytes = 0;
    std::shared_ptr<const Layout> layout;
  };
  /// Refers to an Entry, or to what is looked for.
  struct View {
    const StyleKey* style = nullptr;
    std::string_view text;
    std::uint64_t hash = 0;
    bool operator==(const View& other) const { return text == other.text && *style == *other.style; }
  };
  struct Hash {
    std::size_t operator()(const View& view) const { return static_cast<std::size_t>(view.hash); }
  };
  /// Threads meet only in the same part.
  struct alignas(64) Part {
    std::mutex mutex;
    std::list<Entry> entries;  // lately used first
    std::unordered_map<View, std::list<Entry>::iterator, Hash> index;
    std::size_t bytes = 0;
    std::size_t limit = 0;
    std::uint64_t found = 0;
  };

  LayoutCache();
  Part& part_of(std::uint64_t hash) { return parts_[hash >> 60U]; }
  static void trim(Part& part, std::list<Entry>& dropped);
  static void drop(Part& part, std::list<Entry>::iterator entry, std::list<Entry>& dropped);

  std::array<Part, 16> parts_;
};

}  // namespace retouch::text
