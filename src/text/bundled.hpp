// The font files that are part of the library itself.
#pragma once

#include <cstdint>
#include <span>

namespace retouch::text {

std::span<const std::uint8_t> bundled_font(bool bold);

}  // namespace retouch::text
