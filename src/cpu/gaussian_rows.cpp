#include "cpu/gaussian_rows.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define RETOUCH_GAUSSIAN_AVX2 1
#include <immintrin.h>
#endif

namespace retouch::cpu {

namespace {

using detail::GaussianAxis;
using Byte = std::uint8_t;
using Mid = std::int16_t;

// The plain forms work on blocks whose sums the compiler keeps in registers or at least in the nearest cache.
constexpr std::size_t block = 64;

void down_plain(const Byte* const* rows, const GaussianAxis& axis, Mid* out, std::size_t begin, std::size_t end) {
  const auto r = static_cast<std::size_t>(axis.radius);
  const int shift = axis.fixed_shift - gaussian_between_shift;
  std::array<int, block> sum;
  for (std::size_t x = begin; x < end; x += block) {
    const std::size_t n = std::min(block, end - x);
    const Byte* middle = rows[r] + x;
    for (std::size_t i = 0; i < n; ++i) sum[i] = axis.fixed[0] * middle[i] + (1 << (shift - 1));
    for (std::size_t k = 1; k <= r; ++k) {
      const Byte* above = rows[r - k] + x;
      const Byte* below = rows[r + k] + x;
      const int weight = axis.fixed[k];
      for (std::size_t i = 0; i < n; ++i) sum[i] += weight * (above[i] + below[i]);
    }
    for (std::size_t i = 0; i < n; ++i) out[x + i] = static_cast<Mid>(sum[i] >> shift);
  }
}

void along_plain(const Mid* in, int channels, const GaussianAxis& axis, Byte* out, std::size_t begin, std::size_t end) {
  const int shift = axis.fixed_shift + gaussian_between_shift;
  std::array<int, block> sum;
  for (std::size_t x = begin; x < end; x += block) {
    const std::size_t n = std::min(block, end - x);
    const Mid* middle = in + x;
    for (std::size_t i = 0; i < n; ++i) sum[i] = axis.fixed[0] * middle[i] + (1 << (shift - 1));
    for (int k = 1; k <= axis.radius; ++k) {
      const Mid* left = middle - std::ptrdiff_t{k} * channels;
      const Mid* right = middle + std::ptrdiff_t{k} * channels;
      const int weight = axis.fixed[static_cast<std::size_t>(k)];
      for (std::size_t i = 0; i < n; ++i) sum[i] += weight * (left[i] + right[i]);
    }
    for (std::size_t i = 0; i < n; ++i) out[x + i] = static_cast<Byte>(sum[i] >> shift);
  }
}

#if RETOUCH_GAUSSIAN_AVX2

#define RETOUCH_AVX2 __attribute__((target("avx2")))
constexpr std::size_t step = 32;  // results of one round

// How two taps meet: u(k) is the sum of the two values at distance k. vpmaddwd multiplies u(k), u(k + 1), side by side
// in 16-bit lanes, with two weights and adds the products in 32 bits: no rounding until the end.
struct Sums {
  __m256i a, b;  // 16 values each
};
struct Accumulators {
  __m256i a_low, a_high, b_low, b_high;
};

RETOUCH_AVX2 inline __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
RETOUCH_AVX2 inline void store(void* p, __m256i v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }

RETOUCH_AVX2 inline Accumulators start(int value) {
  const __m256i v = _mm256_set1_epi32(value);
  return {v, v, v, v};
}

// weights points at those of k and k + 1.
RETOUCH_AVX2 inline void accumulate(Accumulators& sum, const Sums& u, const Sums& v, const std::int16_t* weights) {
  int both = 0;
  std::memcpy(&both, weights, sizeof both);
  const __m256i w = _mm256_set1_epi32(both);
  sum.a_low = _mm256_add_epi32(sum.a_low, _mm256_madd_epi16(_mm256_unpacklo_epi16(u.a, v.a), w));
  sum.a_high = _mm256_add_epi32(sum.a_high, _mm256_madd_epi16(_mm256_unpackhi_epi16(u.a, v.a), w));
  sum.b_low = _mm256_add_epi32(sum.b_low, _mm256_madd_epi16(_mm256_unpacklo_epi16(u.b, v.b), w));
  sum.b_high = _mm256_add_epi32(sum.b_high, _mm256_madd_epi16(_mm256_unpackhi_epi16(u.b, v.b), w));
}

// Back to 16 bits. What unpacking took apart, packing puts together: values are in the order of Sums again.
RETOUCH_AVX2 inline Sums finish(const Accumulators& sum, int shift) {
  const __m128i count = _mm_cvtsi32_si128(shift);
  return {_mm256_packs_epi32(_mm256_sra_epi32(sum.a_low, count), _mm256_sra_epi32(sum.a_high, count)),
          _mm256_packs_epi32(_mm256_sra_epi32(sum.b_low, count), _mm256_sra_epi32(sum.b_high, count))};
}

RETOUCH_AVX2 inline Sums nothing() { return {_mm256_setzero_si256(), _mm256_setzero_si256()}; }

// a: bytes 0-7 and 16-23, b: 8-15 and 24-31.
RETOUCH_AVX2 inline Sums widen(const Byte* p) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i v = load(p);
  return {_mm256_unpacklo_epi8(v, zero), _mm256_unpackhi_epi8(v, zero)};
}
RETOUCH_AVX2 inline Sums add_bytes(const Byte* p, const Byte* q) {
  const __m256i one = _mm256_set1_epi8(1);
  const __m256i v = load(p);
  const __m256i w = load(q);
  return {_mm256_maddubs_epi16(_mm256_unpacklo_epi8(v, w), one), _mm256_maddubs_epi16(_mm256_unpackhi_epi8(v, w), one)};
}

RETOUCH_AVX2 void down_step(const Byte* const* rows, const GaussianAxis& axis, Mid* out, std::size_t x) {
  const int r = axis.radius;
  const int shift = axis.fixed_shift - gaussian_between_shift;
  const Byte* const* middle = rows + r;
  Accumulators sum = start(1 << (shift - 1));
  accumulate(sum, widen(middle[0] + x), r > 0 ? add_bytes(middle[-1] + x, middle[1] + x) : nothing(),
             axis.fixed.data());
  for (int k = 2; k <= r; k += 2) {
    const Sums u = add_bytes(middle[-k] + x, middle[k] + x);
    const Sums v = k < r ? add_bytes(middle[-k - 1] + x, middle[k + 1] + x) : nothing();
    accumulate(sum, u, v, axis.fixed.data() + k);
  }
  const Sums result = finish(sum, shift);
  store(out + x, _mm256_permute2x128_si256(result.a, result.b, 0x20));
  store(out + x + 16, _mm256_permute2x128_si256(result.a, result.b, 0x31));
}

// Values in their natural order.
RETOUCH_AVX2 inline Sums add_mids(const Mid* p, const Mid* q) {
  return {_mm256_add_epi16(load(p), load(q)), _mm256_add_epi16(load(p + 16), load(q + 16))};
}

RETOUCH_AVX2 void along_step(const Mid* middle, std::ptrdiff_t channels, const GaussianAxis& axis, Byte* out) {
  const int r = axis.radius;
  const int shift = axis.fixed_shift + gaussian_between_shift;
  Accumulators sum = start(1 << (shift - 1));
  accumulate(sum, {load(middle), load(middle + 16)}, r > 0 ? add_mids(middle - channels, middle + channels) : nothing(),
             axis.fixed.data());
  const Mid* left = middle - 2 * channels;
  const Mid* right = middle + 2 * channels;
  for (int k = 2; k <= r; k += 2, left -= 2 * channels, right += 2 * channels) {
    const Sums u = add_mids(left, right);
    const Sums v = k < r ? add_mids(left - channels, right + channels) : nothing();
    accumulate(sum, u, v, axis.fixed.data() + k);
  }
  const Sums result = finish(sum, shift);
  store(out, _mm256_permute4x64_epi64(_mm256_packus_epi16(result.a, result.b), 0xD8));
}

bool have_avx2() {
  static const bool have = __builtin_cpu_supports("avx2") != 0;
  return have;
}

#endif

}  // namespace

void gaussian_down(const Byte* const* rows, const GaussianAxis& axis, Mid* out, std::size_t n) {
#if RETOUCH_GAUSSIAN_AVX2
  if (n >= step && have_avx2()) {
    for (std::size_t x = 0; x + step <= n; x += step) down_step(rows, axis, out, x);
    if (n % step != 0) down_step(rows, axis, out, n - step);  // some of them a second time
    return;
  }
#endif
  down_plain(rows, axis, out, 0, n);
}

void gaussian_along(const Mid* in, int channels, const GaussianAxis& axis, Byte* out, std::size_t n) {
#if RETOUCH_GAUSSIAN_AVX2
  if (n >= step && have_avx2()) {
    for (std::size_t x = 0; x + step <= n; x += step) along_step(in + x, channels, axis, out + x);
    if (n % step != 0) along_step(in + n - step, channels, axis, out + n - step);
    return;
  }
#endif
  along_plain(in, channels, axis, out, 0, n);
}

}  // namespace retouch::cpu
