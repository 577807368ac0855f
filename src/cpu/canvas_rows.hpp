// Coverage of commands, row by row.
#pragma once

#include <cstddef>
#include <cstdint>

#include "canvas/command.hpp"

namespace retouch::cpu {

/// Coverage of list pixels x0 .. x1 - 1 of row y, which lie within the command's bounds; x1 - x0 is at most
/// region_width. `data`: the list's records, with all pointers filled in.
void cover_row(const canvas::Command& command, const std::byte* data, int y, int x0, int x1, std::uint8_t* out);

/// Straight r, g, b, a of the same pixels, for commands that have colours of their own (colors, sprite).
void color_row(const canvas::Command& command, const std::byte* data, int y, int x0, int x1, std::uint32_t* out);

}  // namespace retouch::cpu
