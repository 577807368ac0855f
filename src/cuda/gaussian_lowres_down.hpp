// The way down of the low-resolution Gaussian on CUDA: nodes from samples. Written as steps between barriers, each of
// which every thread of the block takes: a test without a GPU can take them one thread after the other.
//
// What a small region takes is waiting and the threads' instructions, not the samples. So what many threads need is
// worked out by one of them and put in tables in shared memory, and edges are no matter of the loops.
//
// A cell is the rows of samples between a row of nodes and the next one. They belong to both: each row is read once for
// two sums, of the node above ("upper") and of the one below ("lower"). The first and the last row of the picture,
// which have weights of their own in the nodes that stand on them, are cells of their own: before node 0 and behind the
// last.
#pragma once

#include "cuda/gaussian_lowres_params.hpp"

// nvcc's host compiler does not know them.
#ifdef __CUDA_ARCH__
#define RETOUCH_UNROLL _Pragma("unroll")
#define RETOUCH_ROLLED _Pragma("unroll 1")
#else
#define RETOUCH_UNROLL
#define RETOUCH_ROLLED
#endif

namespace retouch::cuda::lowres {

inline constexpr float half = 0.5F;  // rounds to nearest what is not negative

RETOUCH_HD inline int least(int a, int b) { return a < b ? a : b; }
RETOUCH_HD inline int greatest(int a, int b) { return a > b ? a : b; }
RETOUCH_HD inline int divide_up(int a, int b) { return (a + b - 1) / b; }

/// To about 22 bits: an exact division takes several times as long.
RETOUCH_HD inline float quotient(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fdividef(a, b);
#else
  return a / b;
#endif
}

/// Calls f(row, column) for the items of a table that are this thread's turn: neighbouring threads, neighbouring
/// columns.
template <class F>
RETOUCH_HD inline void for_turns(int rows, int columns, int thread, int threads_of_block, F&& f) {
  const float inverse = quotient(1, static_cast<float>(columns));  // exact enough below 2^20 items
  RETOUCH_ROLLED
  for (int i = thread; i < rows * columns; i += threads_of_block) {
    const int row = static_cast<int>((static_cast<float>(i) + half) * inverse);
    f(row, i - row * columns);
  }
}

/// Calls f(i) for the items from 0 to n - 1 that are this thread's turn, from thread `offset` on: small tables that are
/// made at once have threads of their own.
template <class F>
RETOUCH_HD inline void for_items(int n, int offset, int thread, int threads_of_block, F&& f) {
  RETOUCH_ROLLED
  for (int i = (thread - offset) & (threads_of_block - 1); i < n; i += threads_of_block) f(i);
}

// ---- sums of rows ----

struct alignas(16) FourFloats {
  float of[4];
};

/// Four bytes picked from those of a (0..3) and b (4..7), by the hexadecimal digits of `which`, the first byte's last.
RETOUCH_HD inline std::uint32_t pick_bytes(std::uint32_t a, std::uint32_t b, std::uint32_t which) {
#ifdef __CUDA_ARCH__
  return __byte_perm(a, b, which);
#else
  const std::uint64_t both = static_cast<std::uint64_t>(b) << 32U | a;
  std::uint32_t picked = 0;
  for (unsigned i = 0; i < 4; ++i)
    picked |= static_cast<std::uint32_t>(both >> 8 * (which >> 4 * i & 7U) & 255U) << 8 * i;
  return picked;
#endif
}

/// sum + a.0 * b.0 + a.1 * b.1 + a.2 * b.2 + a.3 * b.3, of bytes.
RETOUCH_HD inline std::uint32_t add_products(std::uint32_t a, std::uint32_t b, std::uint32_t sum) {
#ifdef __CUDA_ARCH__
  return __dp4a(a, b, sum);
#else
  for (unsigned i = 0; i < 32; i += 8) sum += (a >> i & 255U) * (b >> i & 255U);
  return sum;
#endif
}

/// Sums over rows of four neighbouring bytes, and of the same weighted by how far the rows are beyond their node.
struct ByteSums {
  std::uint32_t plain[4];
  std::uint32_t beyond[4];

  /// `weights` and `ones` have a byte for each of four rows; 0: the row does not count.
  RETOUCH_HD void add_four_rows(const std::uint32_t* rows, std::uint32_t weights, std::uint32_t ones) {
    const std::uint32_t front01 = pick_bytes(rows[0], rows[1], 0x5140);
    const std::uint32_t front23 = pick_bytes(rows[2], rows[3], 0x5140);
    const std::uint32_t back01 = pick_bytes(rows[0], rows[1], 0x7362);
    const std::uint32_t back23 = pick_bytes(rows[2], rows[3], 0x7362);
    const std::uint32_t columns[4] = {pick_bytes(front01, front23, 0x5410), pick_bytes(front01, front23, 0x7632),
                                      pick_bytes(back01, back23, 0x5410), pick_bytes(back01, back23, 0x7632)};
    RETOUCH_UNROLL
    for (int i = 0; i < 4; ++i) {
      plain[i] = add_products(columns[i], ones, plain[i]);
      beyond[i] = add_products(columns[i], weights, beyond[i]);
    }
  }
};

/// Four bytes from p on. Rows that are not `Aligned` may begin anywhere in a word, and then take two words; all words
/// are loaded before the first is looked at.
template <bool Aligned>
struct LoadedWord {
  std::uint32_t front, back;
  unsigned shift;

  RETOUCH_HD void load(const std::uint8_t* p) {
    shift = Aligned ? 0 : static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(p) % 4);
    const auto* const words = reinterpret_cast<const std::uint32_t*>(p - shift);
    front = words[0];
    if constexpr (!Aligned) back = words[shift == 0 ? 0 : 1];
  }
  RETOUCH_HD std::uint32_t bytes() const {
    if constexpr (Aligned) return front;
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(back) << 32U | front) >> 8 * shift);
  }
};

/// Four bytes of the row that begins at p - byte; none is read that the row does not have.
RETOUCH_HD inline std::uint32_t load_bytes(const std::uint8_t* p, int byte, int row_bytes) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i)
    if (byte + i >= 0 && byte + i < row_bytes) word |= static_cast<std::uint32_t>(p[i]) << 8 * i;
  return word;
}

/// One tile of nodes.
struct DownTile {
  int left, top, right, bottom;  // among the stored nodes
  int begin, end;                // samples of a row that its nodes are made of

  RETOUCH_HD DownTile(const PlaneTask& plane, int left_node, int top_node, int bottom_node)
      : left(left_node),
        top(top_node),
        right(least(left_node + plane.down.width, plane.x.stored())),
        bottom(bottom_node),
        begin(left == 0 ? 0 : plane.x.span(left - plane.x.outer).begin),
        end(right == plane.x.stored() ? plane.x.length : plane.x.span(right - 1 - plane.x.outer).end) {}
  RETOUCH_HD int columns() const { return right - left; }
  RETOUCH_HD int rows() const { return bottom - top; }
};

/// Part `split` of the rows between `node` and the next one.
RETOUCH_HD inline RowTurn row_turn(const pixel::LowresAxis& axis, int node, int split, int splits_log2) {
  const bool before = node < 0;
  const bool behind = node >= axis.last;
  int begin = before ? 0 : behind ? axis.length - 1 : greatest(axis.first_sample(node), 1);
  int end = before ? node + 2 : node + 1 == axis.last ? axis.length - 1 : axis.first_sample(node + 1);
  if (node < -1 || node > axis.last) end = begin;
  const int rows = end - begin;
  end = begin + (rows * (split + 1) >> splits_log2);
  begin += rows * split >> splits_log2;
  const int upper = node == 0 ? axis.edge_factor() : 1;
  const int lower = node + 1 == axis.last ? axis.edge_factor() : 1;
  const int upper_plain = before ? axis.outer_weight : behind ? axis.edge_weight[1] : upper * pixel::lowres_unit;
  const int lower_plain = before ? axis.edge_weight[0] : behind ? axis.outer_weight : 0;
  // The rows at the edges are not beyond their nodes.
  return {begin,
          end - begin,
          static_cast<float>(upper_plain),
          static_cast<float>(-upper),
          static_cast<float>(lower_plain),
          static_cast<float>(lower)};
}

/// The tables of a tile.
RETOUCH_HD inline void set_tables(const PlaneTask& plane, const DownTile& tile, DownShared& shared, int thread,
                                  int threads_of_block) {
  for_items(tile.columns(), 0, thread, threads_of_block, [&](int i) {
    const int node = tile.left + i - plane.x.outer;
    const pixel::LowresAxis::Span span = plane.x.span(node);
    const pixel::LowresAxis::Weights weights = plane.x.weights(node);
    shared.columns[i] = {span.begin, span.end, weights.edge_sample, weights.edge_weight};
  });
  for_items((tile.rows() + 1) << plane.splits_log2, 256, thread, threads_of_block, [&](int i) {
    const int cell = i >> plane.splits_log2;
    shared.turns[i] =
        row_turn(plane.y, tile.top - plane.y.outer - 1 + cell, i - (cell << plane.splits_log2), plane.splits_log2);
  });
}

/// The sums of one word of bytes for this thread's turns. Bytes outside the rows give something that no one reads.
template <bool Aligned>
RETOUCH_HD void sum_rows(const PlaneTask& plane, const DownTile& tile, DownShared& shared, int word, int word_of_pass,
                         int group, int groups) {
  const pixel::LowresAxis& axis = plane.y;
  const int turns = (tile.rows() + 1) << plane.splits_log2;
  const int row_bytes = plane.x.length * plane.channels;
  const int byte = 4 * word - plane.src_lead;
  const std::uint8_t* const column = plane.src + byte;
  const auto pitch = static_cast<std::int32_t>(plane.src_pitch);  // the distance of a few rows has 32 bits
  // Words may reach beyond the row, but not beyond the picture's last byte.
  const int readable = byte + (Aligned ? 4 : 8) <= row_bytes ? axis.length : axis.length - plane.src_tail;
  RETOUCH_ROLLED
  for (int i = group; i < turns; i += groups) {
    const RowTurn turn = shared.turns[i];
    ByteSums sums{};
    std::uint32_t beyond = 0;
    // `count` of the rows from y on, at most four.
    const auto add_four_rows = [&](const std::uint32_t* words, int y, int count) {
      const std::uint32_t there = count >= 4 ? ~0U : (1U << 8 * greatest(count, 0)) - 1U;
      constexpr std::uint32_t ones = 0x01010101;
      std::uint32_t at[4];  // the highest byte is how far the row is beyond its node
      RETOUCH_UNROLL
      for (int k = 0; k < 4; ++k) at[k] = axis.beyond(y + k);
      const std::uint32_t weights =
          pick_bytes(pick_bytes(at[0], at[1], 0x73), pick_bytes(at[2], at[3], 0x73), 0x5410) & there;
      beyond = add_products(weights, ones, beyond);
      sums.add_four_rows(words, weights, ones & there);
    };
    // Several loads at once: waiting for them is what takes the time. Behind the end the last row is loaded again, and
    // left out.
    constexpr int ahead = 8;
    const int count = least(turn.count, readable - turn.first);
    const std::uint8_t* p = column + turn.first * plane.src_pitch;
    RETOUCH_ROLLED
    for (int k = 0; k < count; k += ahead, p += ahead * plane.src_pitch) {
      LoadedWord<Aligned> loaded[ahead];
      RETOUCH_UNROLL
      for (int n = 0; n < ahead; ++n) loaded[n].load(p + static_cast<std::int64_t>(least(n, count - 1 - k)) * pitch);
      std::uint32_t words[ahead];
      RETOUCH_UNROLL
      for (int n = 0; n < ahead; ++n) words[n] = loaded[n].bytes();
      RETOUCH_UNROLL
      for (int n = 0; n < ahead; n += 4) add_four_rows(words + n, turn.first + k + n, count - k - n);
    }
    RETOUCH_ROLLED
    for (int k = greatest(count, 0); k < turn.count; ++k) {
      const int y = turn.first + k;
      const std::uint32_t words[4] = {load_bytes(column + y * plane.src_pitch, byte, row_bytes), 0, 0, 0};
      add_four_rows(words, y, 1);
    }
    FourFloats upper;
    FourFloats lower;
    RETOUCH_UNROLL
    for (int k = 0; k < 4; ++k) {
      const auto plain = static_cast<float>(sums.plain[k]);
      const auto weighted = static_cast<float>(sums.beyond[k]);
      upper.of[k] = turn.upper_plain * plain + turn.upper_beyond * weighted;
      lower.of[k] = turn.lower_plain * plain + turn.lower_beyond * weighted;
    }
    auto* const out = reinterpret_cast<FourFloats*>(shared.row_sums) + (i << (plane.words_log2 + 1)) + word_of_pass;
    out[0] = upper;
    out[1 << plane.words_log2] = lower;
    if (word_of_pass == 0) {
      const auto plain = static_cast<float>(turn.count);
      const auto weighted = static_cast<float>(beyond);
      shared.row_weights[2 * i] = turn.upper_plain * plain + turn.upper_beyond * weighted;
      shared.row_weights[2 * i + 1] = turn.lower_plain * plain + turn.lower_beyond * weighted;
    }
  }
}

// ---- sums of columns ----

/// Adds what the bytes `low` to `high` of the rows give to the sums of the tile's nodes.
template <int Channels>
RETOUCH_HD void sum_columns(const PlaneTask& plane, const DownTile& tile, DownShared& shared, int low, int high,
                            bool first, int thread, int threads_of_block) {
  const pixel::LowresAxis& axis = plane.x;
  const int parts = 1 << plane.parts_log2;
  const int part = thread & (parts - 1);
  const int pitch = 4 << plane.words_log2;
  const int next_cell = 2 * pitch << plane.splits_log2;
  for_turns(tile.rows(), tile.columns(), thread >> plane.parts_log2, threads_of_block >> plane.parts_log2,
            [&](int row, int column) {
              const NodeColumn of = shared.columns[column];
              const pixel::LowresAxis::Weights weights{pixel::lowres_unit * (tile.left + column - axis.outer),
                                                       of.edge_sample >= 0 ? axis.edge_factor() : 1, of.edge_sample,
                                                       of.edge_weight};
              const int begin = greatest(of.begin, greatest(low, 0) / Channels);
              const int end = least(of.end, divide_up(greatest(high, 0), Channels));
              // The lower sums of the cell above the node, the upper ones of the one below.
              const float* const above = shared.row_sums + row * next_cell + pitch;
              const float* const below = shared.row_sums + (row + 1) * next_cell;
              float sums[Channels + 1] = {};
              RETOUCH_ROLLED
              for (int x = begin + part; x < end; x += parts) {
                const auto weight = static_cast<float>(axis.weight(weights, x));
                const int at = x * Channels - low;
                if (at >= 0) sums[Channels] += weight;
                RETOUCH_ROLLED
                for (int s = 0; s < next_cell; s += 2 * pitch) {
                  RETOUCH_UNROLL
                  for (int c = 0; c < Channels; ++c)
                    // A sample may be partly of this pass.
                    if (at + c >= 0 && at + c < high - low) sums[c] += weight * (above[s + at + c] + below[s + at + c]);
                }
              }
              float* const out =
                  shared.column_sums + (((row * tile.columns() + column) << plane.parts_log2) + part) * (Channels + 1);
              RETOUCH_UNROLL
              for (int c = 0; c <= Channels; ++c) out[c] = first ? sums[c] : out[c] + sums[c];
            });
}

/// A node of the tile from its sums, in levels.
template <int Channels>
RETOUCH_HD float node_from_sums(const PlaneTask& plane, const DownTile& tile, const DownShared& shared, int row,
                                int column, int channel) {
  const float* sums = shared.column_sums + ((row * tile.columns() + column) << plane.parts_log2) * (Channels + 1);
  float values = 0;
  float weights = 0;
#ifdef __CUDA_ARCH__
#pragma unroll 4
#endif
  for (int p = 0; p < 1 << plane.parts_log2; ++p, sums += Channels + 1) {
    values += sums[channel];
    weights += sums[Channels];
  }
  float rows = 0;
  const float* const row_weights = shared.row_weights + (row << (plane.splits_log2 + 1));
  RETOUCH_ROLLED
  for (int s = 0; s < 2 << plane.splits_log2; s += 2)
    rows += row_weights[s + 1] + row_weights[(2 << plane.splits_log2) + s];
  float all = rows * weights;
  if (plane.constant_border) {
    const float inside = all;
    all = (rows + static_cast<float>(plane.y.weight_outside(tile.top + row - plane.y.outer))) *
          (weights + static_cast<float>(plane.x.weight_outside(tile.left + column - plane.x.outer)));
    values += (all - inside) * static_cast<float>(plane.outside[channel]);
  }
  return quotient(values, all);
}

/// The sums of a tile's nodes. `block.step(f)` calls f(thread, threads) for each of its threads and then waits for all.
template <int Channels, class Block>
RETOUCH_HD void sum_tile(const PlaneTask& plane, const DownTile& tile, DownShared& shared, const Block& block) {
  block.step([&](int thread, int all) { set_tables(plane, tile, shared, thread, all); });
  const int words = 1 << plane.words_log2;
  const int first_word = (tile.begin * Channels + plane.src_lead) / 4;
  const int end_word = (tile.end * Channels + plane.src_lead + 3) / 4;
  RETOUCH_ROLLED
  for (int from = first_word; from < end_word; from += words) {
    const int to = least(from + words, end_word);
    block.step([&](int thread, int all) {
      const int word = thread & (words - 1);
      if (from + word >= to) return;
      const int group = thread >> plane.words_log2;
      if (plane.src_pitch % 4 == 0)
        sum_rows<true>(plane, tile, shared, from + word, word, group, all >> plane.words_log2);
      else
        sum_rows<false>(plane, tile, shared, from + word, word, group, all >> plane.words_log2);
    });
    block.step([&](int thread, int all) {
      sum_columns<Channels>(plane, tile, shared, 4 * from - plane.src_lead, 4 * to - plane.src_lead, from == first_word,
                            thread, all);
    });
  }
}

}  // namespace retouch::cuda::lowres
