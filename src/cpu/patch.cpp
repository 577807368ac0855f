// Patches of frames in host memory: copies, so that an edit shows only when it is committed, as on a GPU.
#include "ops/patch.hpp"

#include <vector>

#include "ops/copy.hpp"

namespace retouch::cpu {

namespace {

class Transfer final : public detail::PatchTransfer {
 public:
  std::uint8_t* reserve(StreamView /*stream*/, std::size_t bytes) override { return grown(here_, bytes); }
  void download(StreamView stream, const ImageView& from, const ImageView& to) override { copy(stream, from, to); }
  std::uint8_t* stage(StreamView /*stream*/, std::size_t bytes) override { return grown(back_, bytes); }
  void send(StreamView stream, const ImageView& from, const ImageView& to) override { copy(stream, from, to); }
  void give_back(StreamView stream, const ImageView& from, const ImageView& to) override { copy(stream, from, to); }
  void give_up() noexcept override {
    for (auto* memory : {&here_, &back_})
      if (memory->size() > kept_bytes) *memory = {};
  }

 private:
  static constexpr std::size_t kept_bytes = std::size_t{4} << 20U;
  static std::uint8_t* grown(std::vector<std::uint8_t>& memory, std::size_t bytes) {
    if (memory.size() < bytes) memory.resize(bytes);
    return memory.data();
  }
  std::vector<std::uint8_t> here_;
  std::vector<std::uint8_t> back_;
};

}  // namespace

std::unique_ptr<detail::PatchTransfer> make_patch_transfer() { return std::make_unique<Transfer>(); }

}  // namespace retouch::cpu
