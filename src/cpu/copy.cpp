// copy on the CPU.
#include "ops/copy.hpp"

#include <cstring>

namespace retouch::cpu {

void copy(StreamView /*stream*/, const ImageView& src, const ImageView& dst) {
  for (int i = 0; i < src.plane_count(); ++i) {
    const Plane& from = src.plane(i);
    const Plane& to = dst.plane(i);
    const auto row = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.channels);
    for (int y = 0; y < from.height; ++y)
      std::memcpy(to.data + y * to.pitch_bytes, from.data + y * from.pitch_bytes, row);
  }
}

}  // namespace retouch::cpu
