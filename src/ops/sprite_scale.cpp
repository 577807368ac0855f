// Scaled sprites, made once a size on the host: so a composite, on any device, is pixel for pixel.
#include <algorithm>
#include <cmath>

#include "cpu/parallel.hpp"
#include "ops/sprite.hpp"

namespace retouch::detail {

namespace {

// Which pixels of one axis a result pixel is made of, and how much of each.
struct Span {
  int first = 0;
  std::vector<float> weights;
};

// cv::INTER_AREA: the mean of what the result pixel covers.
Span area_span(int i, int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double begin = i * scale;
  const double end = std::min<double>(from, (i + 1) * scale);
  Span span{static_cast<int>(begin), {}};
  double sum = 0;
  for (int j = span.first; j < end; ++j) {
    const double part = std::min<double>(j + 1, end) - std::max<double>(j, begin);
    span.weights.push_back(static_cast<float>(part));
    sum += part;
  }
  for (float& weight : span.weights) weight = static_cast<float>(weight / sum);
  return span;
}

// cv::INTER_LINEAR: pixel centres aligned, edges replicate.
Span linear_span(int i, int from, int to) {
  const double at = std::clamp((i + 0.5) * from / to - 0.5, 0.0, static_cast<double>(from - 1));
  const int first = std::min(static_cast<int>(at), std::max(0, from - 2));
  const auto part = static_cast<float>(at - first);
  return from == 1 ? Span{0, {1.0F}} : Span{first, {1.0F - part, part}};
}

std::vector<Span> spans(int from, int to) {
  std::vector<Span> all;
  all.reserve(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) all.push_back(to < from ? area_span(i, from, to) : linear_span(i, from, to));
  return all;
}

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

}  // namespace

std::shared_ptr<Sprite::Data> scale_sprite(const SpritePixels& from, Size to, bool premultiplied) {
  auto result = std::make_shared<Sprite::Data>(to, nullptr, 0);
  const std::vector<Span> columns = spans(from.size.width, to.width);
  const std::vector<Span> rows = spans(from.size.height, to.height);
  const auto width = static_cast<std::size_t>(to.width);
  const auto work = static_cast<std::size_t>(std::max(from.size.width, to.width)) * 16 * rows.front().weights.size();
  cpu::for_rows(to.height, work, [&](int begin, int end) {
    std::vector<float> sums(width * 4);  // red, green, blue (times alpha) and alpha
    for (int y = begin; y < end; ++y) {
      std::fill(sums.begin(), sums.end(), 0.0F);
      const Span& row = rows[static_cast<std::size_t>(y)];
      for (std::size_t j = 0; j < row.weights.size(); ++j) {
        const std::uint8_t* source = from.data + (row.first + static_cast<int>(j)) * from.pitch_bytes;
        for (std::size_t x = 0; x < width; ++x) {
          const Span& column = columns[x];
          const std::uint8_t* pixel = source + std::ptrdiff_t{column.first} * 4;
          for (const float part : column.weights) {
            const float weight = part * row.weights[j];
            const float share = premultiplied ? weight : weight * static_cast<float>(pixel[3]);
            for (std::size_t c = 0; c < 3; ++c) sums[x * 4 + c] += share * static_cast<float>(pixel[c]);
            sums[x * 4 + 3] += weight * static_cast<float>(pixel[3]);
            pixel += 4;
          }
        }
      }
      std::uint8_t* out = result->pixels.get() + y * result->pitch;
      for (std::size_t x = 0; x < width; ++x, out += 4) {
        const float* sum = &sums[x * 4];
        const float by = premultiplied || sum[3] <= 0 ? 1.0F : 1.0F / sum[3];
        for (std::size_t c = 0; c < 3; ++c) out[c] = to_byte(sum[c] * by);
        out[3] = to_byte(sum[3]);
      }
    }
  });
  return result;
}

}  // namespace retouch::detail
