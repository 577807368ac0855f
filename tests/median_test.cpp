// The median of 9 and 25 values against sorting.
#include "pixel/median.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace retouch {
namespace {

TEST(Median, IsTheMiddleOfTheSorted) {
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    int nine[9];
    int many[25];
    const unsigned range = round % 3 == 0 ? 4 : 256;
    for (int& value : nine) value = static_cast<int>(random() % range);
    for (int& value : many) value = static_cast<int>(random() % range);
    std::vector<int> sorted_nine(nine, nine + 9);
    std::vector<int> sorted_many(many, many + 25);
    std::sort(sorted_nine.begin(), sorted_nine.end());
    std::sort(sorted_many.begin(), sorted_many.end());
    ASSERT_EQ(pixel::median(nine), sorted_nine[4]);
    ASSERT_EQ(pixel::median(many), sorted_many[12]);
  }
}

}  // namespace
}  // namespace retouch
