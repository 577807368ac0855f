// Memory for the inside of one operation that is kept for the next one: a steady state allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace retouch::cpu {

/// A block of at least `bytes` bytes, aligned to 64, not initialised. Lent, not thread-local: a thread that waits for
/// its tasks may run another operation's task in between, which then gets a block of its own.
class Scratch {
 public:
  explicit Scratch(std::size_t bytes) {
    Shelf& shelf = Shelf::instance();
    {
      const std::scoped_lock lock(shelf.mutex);
      // The smallest that is large enough, else the largest: then small ones stay small.
      auto best = shelf.blocks.begin();
      for (auto it = best; it != shelf.blocks.end(); ++it) {
        const bool better =
            best->bytes < bytes ? it->bytes > best->bytes : it->bytes >= bytes && it->bytes < best->bytes;
        if (better) best = it;
      }
      if (best != shelf.blocks.end()) {
        block_ = std::move(*best);
        if (best != shelf.blocks.end() - 1) *best = std::move(shelf.blocks.back());
        shelf.blocks.pop_back();
      }
    }
    if (block_.bytes < bytes) block_ = Block(bytes);
  }
  ~Scratch() {
    Shelf& shelf = Shelf::instance();
    const std::scoped_lock lock(shelf.mutex);
    if (shelf.blocks.size() < shelf.blocks.capacity()) shelf.blocks.push_back(std::move(block_));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::byte* get() const { return block_.memory.get(); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Free {
    void operator()(std::byte* memory) const { ::operator delete(memory, alignment); }
  };
  struct Block {
    Block() = default;
    explicit Block(std::size_t size) : memory(static_cast<std::byte*>(::operator new(size, alignment))), bytes(size) {}
    std::unique_ptr<std::byte, Free> memory;
    std::size_t bytes = 0;
  };
  // Lives as long as the process: threads may still work while static objects are destroyed.
  struct Shelf {
    Shelf() { blocks.reserve(256); }
    static Shelf& instance() {
      static auto* const shelf = new Shelf;
      return *shelf;
    }
    std::mutex mutex;
    std::vector<Block> blocks;
  };

  Block block_;
};

}  // namespace retouch::cpu
