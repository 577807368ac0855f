// The hash that content is looked up by: eight chains of xor, rotate and multiply, which keep a core's multiplier busy.
// About 20 GB/s a core where the pixels are in cache, so the memory is the limit; large pictures are spread over cores.

#include <algorithm>
#include <bit>
#include <cstring>

#include "cpu/parallel.hpp"
#include "ops/sprite.hpp"

namespace retouch::detail {

namespace {

constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15U;  // 2^64 / golden ratio, odd
constexpr std::size_t lanes = 8;
constexpr std::size_t stripe = lanes * sizeof(std::uint64_t);
constexpr std::size_t group_bytes = std::size_t{256} * 1024;

// All bits of the result depend on all bits of the value (the finalizer of MurmurHash3).
std::uint64_t avalanche(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xFF51AFD7ED558CCDU;
  value ^= value >> 33U;
  value *= 0xC4CEB9FE1A85EC53U;
  return value ^ value >> 33U;
}

using Lanes = std::array<std::uint64_t, lanes>;

void take(Lanes& state, const std::uint8_t* bytes) {
  Lanes words;
  std::memcpy(words.data(), bytes, stripe);
  for (std::size_t i = 0; i < lanes; ++i) state[i] = std::rotl(state[i] ^ words[i], 29) * multiplier;
}

ContentHash hash_group(const std::uint8_t* data, std::ptrdiff_t pitch_bytes, std::size_t row_bytes, int rows) {
  Lanes state;
  for (std::size_t i = 0; i < lanes; ++i) state[i] = avalanche(i + 1);
  for (int y = 0; y < rows; ++y) {
    const std::uint8_t* row = data + y * pitch_bytes;
    std::size_t done = 0;
    for (; done + stripe <= row_bytes; done += stripe) take(state, row + done);
    if (done == row_bytes) continue;
    std::array<std::uint8_t, stripe> rest{};
    std::memcpy(rest.data(), row + done, row_bytes - done);
    take(state, rest.data());
  }
  ContentHash hash{row_bytes, static_cast<std::uint64_t>(rows)};
  for (const std::uint64_t lane : state) {
    hash.low = avalanche(hash.low ^ lane);
    hash.high = avalanche(hash.high + std::rotl(lane, 32)) * multiplier;
  }
  return hash;
}

}  // namespace

ContentHash hash_rows(const std::uint8_t* data, std::ptrdiff_t pitch_bytes, std::size_t row_bytes, int rows) {
  // Groups depend on the size alone, so that the hash does not depend on the number of threads.
  const auto group_rows = static_cast<int>(std::max<std::size_t>(1, group_bytes / std::max<std::size_t>(row_bytes, 1)));
  const int groups = (rows + group_rows - 1) / group_rows;
  if (groups <= 1) return hash_group(data, pitch_bytes, row_bytes, rows);
  std::vector<ContentHash> parts(static_cast<std::size_t>(groups));
  cpu::for_pieces(groups, 1, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) {
      const int first = i * group_rows;
      parts[static_cast<std::size_t>(i)] =
          hash_group(data + first * pitch_bytes, pitch_bytes, row_bytes, std::min(group_rows, rows - first));
    }
  });
  return hash_group(reinterpret_cast<const std::uint8_t*>(parts.data()), 0, parts.size() * sizeof(ContentHash), 1);
}

}  // namespace retouch::detail
