// The quotient against division: for every count of a box at both ends of every result.
#include "pixel/quotient.hpp"

#include <gtest/gtest.h>

namespace retouch::pixel {
namespace {

TEST(Quotient, IsTheRoundedMean) {
  for (std::uint32_t count = 1; count <= 255 * 255; ++count) {
    const Quotient quotient = quotient_by(count);
    for (std::uint32_t mean = 0; mean <= 255; ++mean) {
      // The sums whose mean rounds to `mean`.
      const std::uint32_t first = mean == 0 ? 0 : (2 * mean - 1) * count / 2 + ((2 * mean - 1) * count) % 2;
      const std::uint32_t next = ((2 * mean + 1) * count) / 2 + ((2 * mean + 1) * count) % 2;
      const std::uint32_t last = mean == 255 ? 255 * count : next - 1;
      ASSERT_EQ(quotient(first), mean) << first << " / " << count;
      ASSERT_EQ(quotient(last), mean) << last << " / " << count;
    }
  }
}

}  // namespace
}  // namespace retouch::pixel
