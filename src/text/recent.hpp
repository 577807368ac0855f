// The layouts of the frame before, in the order in which they were asked for: mostly those of this frame, in this
// order.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/cache.hpp"
#include "text/layout.hpp"

namespace retouch::text {

/// In front of the cache, for one thread at a time: a comparison instead of a hash, a lock and a search.
class RETOUCH_EXPORT RecentLayouts {
 public:
  /// The next frame begins.
  void begin() { next_ = 0; }

  /// As text::layout(), which is asked where the text is not what stood here last time. From time to time it is asked
  /// all the same, so that its cache knows what is in use.
  std::shared_ptr<const Layout> layout(std::string_view utf8, const TextStyle& style, int x_fraction);

 private:
  static constexpr std::size_t most = 512;     // texts remembered, of at most
  static constexpr std::size_t longest = 256;  // so many bytes
  static constexpr unsigned frames_unasked = 64;
  struct Entry {
    StyleKey style;
    std::string text;
    std::weak_ptr<const Layout> layout;  // the cache decides how long it is kept
    unsigned frames = 0;
  };
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
};

}  // namespace retouch::text
