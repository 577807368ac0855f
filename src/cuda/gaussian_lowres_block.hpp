// What a block of the low-resolution Gaussian's kernel does. Written as steps between barriers, each of which every
// thread of the block takes: a test without a GPU can take them one thread after the other.
//
// Down   A tile of nodes: threads that hold four neighbouring bytes each sum the rows of a row of nodes; then the
// columns of
//        each node are summed. Neighbouring nodes share samples, which are read once for each.
// Up     A tile of nodes and the samples behind them: the nodes that the Gaussian reaches are brought to shared memory
//        (mirrored ones, too), blurred along and down, and samples made from the four around them.
#pragma once

#include <cmath>

#include "cuda/gaussian_lowres_params.hpp"

// nvcc's host compiler does not know it.
#ifdef __CUDA_ARCH__
#define RETOUCH_UNROLL _Pragma("unroll")
#else
#define RETOUCH_UNROLL
#endif

namespace retouch::cuda::lowres {

inline constexpr float half = 0.5F;  // rounds to nearest what is not negative

RETOUCH_HD inline int least(int a, int b) { return a < b ? a : b; }
RETOUCH_HD inline int greatest(int a, int b) { return a > b ? a : b; }
RETOUCH_HD inline int divide_up(int a, int b) { return (a + b - 1) / b; }

RETOUCH_HD inline bool is_whole_word(const std::uint8_t* p, int byte, int row_bytes) {
  return byte >= 0 && byte + 4 <= row_bytes && reinterpret_cast<std::uintptr_t>(p) % 4 == 0;
}

// Four bytes of a row from its byte `byte` on, which is at `p`; those that the row does not have are 0.
RETOUCH_HD inline std::uint32_t load_from(const std::uint8_t* p, bool whole, int byte, int row_bytes) {
  if (whole) return *reinterpret_cast<const std::uint32_t*>(p);
  std::uint32_t word = 0;
  for (int i = greatest(0, -byte); i < 4 && byte + i < row_bytes; ++i)
    word |= static_cast<std::uint32_t>(p[i]) << (8 * i);
  return word;
}

template <int N>
struct Number {
  RETOUCH_HD constexpr operator int() const { return N; }
};

struct alignas(16) FourSums {
  float of[4];
};

/// One tile of nodes on the way down.
struct DownTile {
  int left, top, right, bottom;  // among the stored nodes
  int begin, end;                // samples of a row that its nodes are made of

  RETOUCH_HD DownTile(const PlaneTask& plane, int tile) {
    const pixel::LowresAxis& x = plane.x;
    left = tile % plane.down.across * plane.down.width;
    top = tile / plane.down.across * plane.down.height;
    right = least(left + plane.down.width, x.stored());
    bottom = least(top + plane.down.height, plane.y.stored());
    // An outer node's one sample is also the next node's.
    begin = x.span(left - x.outer).begin;
    end = x.span(right - 1 - x.outer).end;
  }
};

/// Where the sums stand in shared memory.
struct DownShared {
  float* rows;        // [row of sums][byte of the pass]
  NodeSum* nodes;     // [item][part]
  float* row_weight;  // [row of sums]

  RETOUCH_HD explicit DownShared(float* shared)
      : rows(shared),
        nodes(reinterpret_cast<NodeSum*>(shared + row_sum_bytes / sizeof(float))),
        row_weight(reinterpret_cast<float*>(nodes + most_node_sums)) {}
};

// The sums of rows of one word of bytes for this thread's rows of nodes.
RETOUCH_HD inline void sum_rows(const PlaneTask& plane, const DownTile& tile, const DownShared& shared, int word,
                                int word_of_pass, int group, int groups) {
  const int rows_of_sums = plane.down.height << plane.splits_log2;
  const int row_bytes = plane.x.length * plane.channels;
  const int byte = 4 * word - plane.src_lead;
  const int step = 1 << plane.splits_log2;
  const std::uint8_t* const column = plane.src + byte;
  const bool whole = is_whole_word(column, byte, row_bytes) && plane.src_pitch % 4 == 0;
  for (int r = group; r < rows_of_sums; r += groups) {
    const int stored = tile.top + (r >> plane.splits_log2);
    if (stored >= tile.bottom) return;
    const int node = stored - plane.y.outer;
    const pixel::LowresAxis::Span span = plane.y.span(node);
    std::int32_t sum[4] = {};
    std::int32_t weights = 0;
    const auto add = [&](std::uint32_t bytes, std::int32_t weight) {
      weights += weight;
      for (int i = 0; i < 4; ++i) sum[i] += weight * static_cast<std::int32_t>(bytes >> (8 * i) & 255U);
    };
    // Several loads at once: waiting for them is what takes the time. Behind the end the last row is loaded again, for
    // nothing.
    const auto add_rows = [&](auto ahead, int y) {
      std::uint32_t bytes[ahead];
      RETOUCH_UNROLL
      for (int i = 0; i < ahead; ++i)
        bytes[i] = load_from(column + least(y + i * step, span.end - 1) * plane.src_pitch, whole, byte, row_bytes);
      RETOUCH_UNROLL
      for (int i = 0; i < ahead; ++i) add(bytes[i], y + i * step < span.end ? plane.y.weight(node, y + i * step) : 0);
    };
    for (int y = span.begin + (r & (step - 1)); y < span.end;) {
      if (span.end - y > 4 * step) {
        add_rows(Number<8>(), y);
        y += 8 * step;
      } else {
        add_rows(Number<4>(), y);
        y += 4 * step;
      }
    }
    *reinterpret_cast<FourSums*>(shared.rows + (r << plane.words_log2) * 4 +
                                 4 * word_of_pass) = {{static_cast<float>(sum[0]), static_cast<float>(sum[1]),
                                                       static_cast<float>(sum[2]), static_cast<float>(sum[3])}};
    if (word_of_pass == 0) shared.row_weight[r] = static_cast<float>(weights);
  }
}

/// What a thread of the second step sums: a channel of a node, and which part of its columns.
struct NodeItem {
  int column, row, channel;  // of the tile's nodes

  RETOUCH_HD NodeItem(const DownTile& tile, int item, int channels) {
    const int in_row = (tile.right - tile.left) * channels;
    row = item / in_row;
    const int rest = item - row * in_row;
    column = rest / channels;
    channel = rest - column * channels;
  }
};

// Adds what the bytes `low` to `high` of the rows give to the sums of the tile's nodes.
RETOUCH_HD inline void sum_columns(const PlaneTask& plane, const DownTile& tile, const DownShared& shared, int low,
                                   int high, bool first, int thread, int threads_of_block) {
  const pixel::LowresAxis& axis = plane.x;
  const int channels = plane.channels;
  const int parts = 1 << plane.parts_log2;
  const int part = thread & (parts - 1);
  const int items = (tile.right - tile.left) * (tile.bottom - tile.top) * channels;
  const int pitch = 4 << plane.words_log2;
  const int splits = 1 << plane.splits_log2;
  for (int i = thread >> plane.parts_log2; i < items; i += threads_of_block >> plane.parts_log2) {
    const NodeItem item(tile, i, channels);
    const int node = tile.left + item.column - axis.outer;
    const pixel::LowresAxis::Span span = axis.span(node);
    const int begin = greatest(span.begin, divide_up(greatest(low - item.channel, 0), channels));
    const int end = least(span.end, divide_up(greatest(high - item.channel, 0), channels));
    const float* const sums = shared.rows + (item.row << plane.splits_log2) * pitch + item.channel - low;
    float values = 0;
    std::int32_t weights = 0;
    for (int x = begin + part; x < end; x += parts) {
      float sum = 0;
      for (int s = 0; s < splits; ++s) sum += sums[s * pitch + x * channels];
      const int weight = axis.weight(node, x);
      weights += weight;
      values += static_cast<float>(weight) * sum;
    }
    NodeSum& out = shared.nodes[(i << plane.parts_log2) + part];
    if (first)
      out = {values, static_cast<float>(weights)};
    else
      out = {out.values + values, out.weights + static_cast<float>(weights)};
  }
}

// The tile's nodes from their sums.
RETOUCH_HD inline void store_nodes(const PlaneTask& plane, const DownTile& tile, const DownShared& shared, int thread,
                                   int threads_of_block) {
  const int channels = plane.channels;
  const int items = (tile.right - tile.left) * (tile.bottom - tile.top) * channels;
  for (int i = thread; i < items; i += threads_of_block) {
    const NodeItem item(tile, i, channels);
    NodeSum sum = {0, 0};
    for (int p = 0; p < 1 << plane.parts_log2; ++p) {
      const NodeSum& part = shared.nodes[(i << plane.parts_log2) + p];
      sum.values += part.values;
      sum.weights += part.weights;
    }
    float rows = 0;
    for (int s = 0; s < 1 << plane.splits_log2; ++s) rows += shared.row_weight[(item.row << plane.splits_log2) + s];
    const auto outside = static_cast<float>(plane.outside[item.channel]);
    const auto outside_rows = static_cast<float>(plane.y.weight_outside(tile.top + item.row - plane.y.outer));
    const auto outside_columns = static_cast<float>(plane.x.weight_outside(tile.left + item.column - plane.x.outer));
    const float down = (sum.values + sum.weights * outside_rows * outside) / (rows + outside_rows);
    const float mean = (down + outside_columns * outside) / (sum.weights + outside_columns);
    const int at = ((tile.top + item.row) * plane.x.stored() + tile.left + item.column) * channels + item.channel;
    plane.nodes[at] = static_cast<std::uint16_t>(mean * pixel::lowres_node_scale + half);
  }
}

/// Makes the nodes of a tile. `block.step(f)` calls f(thread, threads) for each of its threads and then waits for all.
template <class Block>
RETOUCH_HD void bring_down(const PlaneTask& plane, int tile_index, float* memory, const Block& block) {
  const DownTile tile(plane, tile_index);
  const DownShared shared(memory);
  const int words = 1 << plane.words_log2;
  const int first_word = (tile.begin * plane.channels + plane.src_lead) / 4;
  const int end_word = (tile.end * plane.channels + plane.src_lead + 3) / 4;
  for (int from = first_word; from < end_word; from += words) {
    const int to = least(from + words, end_word);
    block.step([&](int thread, int all) {
      const int word = thread & (words - 1);
      if (from + word < to)
        sum_rows(plane, tile, shared, from + word, word, thread >> plane.words_log2, all >> plane.words_log2);
    });
    block.step([&](int thread, int all) {
      sum_columns(plane, tile, shared, 4 * from - plane.src_lead, 4 * to - plane.src_lead, from == first_word, thread,
                  all);
    });
  }
  block.step([&](int thread, int all) { store_nodes(plane, tile, shared, thread, all); });
}

/// One tile on the way up: the nodes left .. right and the samples behind them.
struct UpTile {
  int left, top;
  int begin_x, end_x, begin_y, end_y;  // samples

  RETOUCH_HD UpTile(const PlaneTask& plane, int tile)
      : left(tile % plane.up.across * plane.up.width),
        top(tile / plane.up.across * plane.up.height),
        begin_x(plane.x.first_sample(left)),
        end_x(plane.x.first_sample(left + plane.up.width)),
        begin_y(plane.y.first_sample(top)),
        end_y(plane.y.first_sample(top + plane.up.height)) {}
};

RETOUCH_HD inline float gaussian_weight(const pixel::LowresAxis& axis, int distance) {
  const auto d = static_cast<float>(distance);
  return distance == axis.radius ? axis.tail : axis.peak * exp2f(-axis.falloff * d * d);
}

/// Threads of a warp, or fewer, that work side by side on `n` values.
RETOUCH_HD inline int lanes_log2(int n) { return n > 16 ? 5 : n > 8 ? 4 : n > 4 ? 3 : 2; }

/// Calls f(row, column) for the rows and columns that are this thread's turn: neighbouring threads, neighbouring
/// columns.
template <class F>
RETOUCH_HD inline void for_turns(int rows, int columns, int thread, int threads_of_block, F&& f) {
  const int log2 = lanes_log2(columns);
  for (int row = thread >> log2; row < rows; row += threads_of_block >> log2)
    for (int column = thread & ((1 << log2) - 1); column < columns; column += 1 << log2) f(row, column);
}

// weights[0] * at[0] + weights[1] * (at[-step] + at[step]) + ...
RETOUCH_HD inline float weighted_sum(const float* at, int step, const float* weights, int radius) {
  float sum = weights[0] * at[0];
#ifdef __CUDA_ARCH__
#pragma unroll 4
#endif
  for (int d = 1; d <= radius; ++d) sum += weights[d] * (at[-d * step] + at[d * step]);
  return sum;
}

/// Where a byte of a row stands among the blurred nodes of a tile.
struct BytePlace {
  int at;
  float beyond;
};

template <int Channels>
RETOUCH_HD inline BytePlace byte_place(const PlaneTask& plane, const UpTile& tile, int byte) {
  const int sample = byte / Channels;
  const pixel::LowresAxis::Place place = plane.x.place(sample);
  return {(place.node - tile.left) * Channels + byte - sample * Channels,
          static_cast<float>(place.beyond) * (1.0F / pixel::lowres_unit)};
}

// Makes the samples of a tile, a word of four bytes at a time.
template <int Channels>
RETOUCH_HD void store_samples(const PlaneTask& plane, const UpTile& tile, const float* blurred, int row_floats,
                              int thread, int threads_of_block) {
  const int begin = tile.begin_x * Channels;
  const int end = tile.end_x * Channels;
  const int first_word = (begin + plane.dst_lead) / 4;
  const int words = (end + plane.dst_lead + 3) / 4 - first_word;
  const int log2 = lanes_log2(words);
  for (int w = thread & ((1 << log2) - 1); w < words; w += 1 << log2) {
    const int byte = 4 * (first_word + w) - plane.dst_lead;
    BytePlace places[4];
    for (int i = 0; i < 4; ++i)
      places[i] = byte_place<Channels>(plane, tile, least(greatest(byte + i, begin), end - 1));
    // Between two rows of nodes, the bytes change evenly from what they would be on one to the other.
    float above[4] = {};
    float change[4] = {};
    int known = -1;
    for (int y = tile.begin_y + (thread >> log2); y < tile.end_y; y += threads_of_block >> log2) {
      const pixel::LowresAxis::Place place = plane.y.place(y);
      if (place.node != known) {
        known = place.node;
        const float* const nodes = blurred + (known - tile.top) * row_floats;
        for (int i = 0; i < 4; ++i) {
          const float* const a = nodes + places[i].at;
          const float* const b = a + row_floats;
          above[i] = a[0] + places[i].beyond * (a[Channels] - a[0]);
          change[i] = b[0] + places[i].beyond * (b[Channels] - b[0]) - above[i];
        }
      }
      const float beyond = static_cast<float>(place.beyond) * (1.0F / pixel::lowres_unit);
      std::uint32_t word = 0;
      for (int i = 0; i < 4; ++i)
        word |= static_cast<std::uint32_t>(static_cast<std::int32_t>(above[i] + beyond * change[i] + half)) << (8 * i);
      std::uint8_t* const row = plane.dst + y * plane.dst_pitch;
      if (byte >= begin && byte + 4 <= end && reinterpret_cast<std::uintptr_t>(row + byte) % 4 == 0) {
        *reinterpret_cast<std::uint32_t*>(row + byte) = word;
      } else {
        for (int i = greatest(0, begin - byte); i < 4 && byte + i < end; ++i)
          row[byte + i] = static_cast<std::uint8_t>(word >> (8 * i));
      }
    }
  }
}

template <int Channels, class Block>
RETOUCH_HD void bring_up(const PlaneTask& plane, int tile_index, float* memory, const Block& block) {
  const UpTile tile(plane, tile_index);
  const UpLayout layout = UpLayout::of(plane);
  float* const weights_x = memory;
  float* const weights_y = memory + UpLayout::weights / 2;
  float* const extended = memory + UpLayout::weights;
  float* const along = extended + layout.extended();
  float* const blurred = along + layout.along();
  const int extended_row = layout.extended_width * Channels;
  const int row = layout.width * Channels;

  block.step([&](int thread, int all) {
    if (thread <= plane.x.radius) weights_x[thread] = gaussian_weight(plane.x, thread);
    if (thread >= 64 && thread - 64 <= plane.y.radius) weights_y[thread - 64] = gaussian_weight(plane.y, thread - 64);
    for_turns(layout.extended_height, extended_row, thread, all, [&](int r, int i) {
      const int column = i / Channels;
      const int from_x = plane.x.stored_at(tile.left - plane.x.radius + column);
      const int from_y = plane.y.stored_at(tile.top - plane.y.radius + r);
      extended[r * extended_row + i] =
          static_cast<float>(plane.nodes[(from_y * plane.x.stored() + from_x) * Channels + i - column * Channels]) *
          (1 / pixel::lowres_node_scale);
    });
  });
  block.step([&](int thread, int all) {
    for_turns(layout.extended_height, row, thread, all, [&](int r, int i) {
      along[r * row + i] = weighted_sum(extended + r * extended_row + plane.x.radius * Channels + i, Channels,
                                        weights_x, plane.x.radius);
    });
  });
  block.step([&](int thread, int all) {
    for_turns(layout.height, row, thread, all, [&](int r, int i) {
      blurred[r * row + i] = weighted_sum(along + (r + plane.y.radius) * row + i, row, weights_y, plane.y.radius);
    });
  });
  block.step([&](int thread, int all) { store_samples<Channels>(plane, tile, blurred, row, thread, all); });
}

/// The plane that a tile of the launch belongs to. `tile` becomes its number within the plane.
template <class FirstOf>
RETOUCH_HD inline int plane_of(const Params& p, int& tile, FirstOf&& first_of) {
  int i = 0;
  while (i + 1 < p.count && tile >= first_of(p.planes[i + 1])) ++i;
  tile -= first_of(p.planes[i]);
  return i;
}

/// All tiles that are the block's turn: down, or up.
template <class Block>
RETOUCH_HD void bring_all_down(const Params& p, float* memory, const Block& block, int index, int blocks) {
  for (int i = index; i < p.down_tiles; i += blocks) {
    int tile = i;
    const int plane = plane_of(p, tile, [](const PlaneTask& of) { return of.down.first; });
    bring_down(p.planes[plane], tile, memory, block);
  }
}

template <class Block>
RETOUCH_HD void bring_all_up(const Params& p, float* memory, const Block& block, int index, int blocks) {
  for (int i = index; i < p.up_tiles; i += blocks) {
    int tile = i;
    const PlaneTask& plane = p.planes[plane_of(p, tile, [](const PlaneTask& of) { return of.up.first; })];
    switch (plane.channels) {
      case 1: bring_up<1>(plane, tile, memory, block); break;
      case 2: bring_up<2>(plane, tile, memory, block); break;
      case 3: bring_up<3>(plane, tile, memory, block); break;
      default: bring_up<4>(plane, tile, memory, block); break;
    }
  }
}

}  // namespace retouch::cuda::lowres
