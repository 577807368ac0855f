// Making regions unrecognisable, with a strength that follows from their size.
#pragma once

#include <cstdint>

#include "retouch/export.hpp"
#include "retouch/geometry.hpp"

namespace retouch {

/// How much may be left of what a region showed: at most so many independent cells along its longer side. Why these
/// numbers: docs/anonymize.md.
enum class Privacy : std::uint8_t {
  low,     ///< 16 cells
  medium,  ///< 10 cells
  high,    ///< 6 cells
};

}  // namespace retouch
