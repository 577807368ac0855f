// Random operations over the whole API: right and wrong values, regions inside, partly and wholly outside, lists that
// overlap. Each ends in a result that both backends agree on, with every byte outside the regions as it was, or in a
// documented error with the picture unchanged.
//
//   RETOUCH_RANDOM_OPERATIONS   how many per backend (default 2500)
//   RETOUCH_RANDOM_SEED         which (default 1)
#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <random>

#include "retouch/fill.hpp"
#include "retouch/filter.hpp"
#include "retouch/patch.hpp"
#include "retouch/sprite.hpp"
#include "retouch/transform.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

// Where an operation runs: its stream, and the further images that it needs, alive until the stream has been waited
// for.
class Bench {
 public:
  explicit Bench(StreamView stream, int gap) : stream(stream), gap_(gap) {}
  const ImageView& upload(const Pixels& pixels) {
    images_.push_back(std::make_unique<Guarded>(stream, pixels, gap_));
    return images_.back()->view();
  }
  const std::vector<std::unique_ptr<Guarded>>& images() const { return images_; }
  void clear() { images_.clear(); }

  StreamView stream;

 private:
  int gap_;
  std::vector<std::unique_ptr<Guarded>> images_;
};

struct Operation {
  std::string name;
  std::function<void(Bench&, const ImageView&)> run;
  std::vector<Rect> touched;
};

// The outcome of an operation: empty, or the documented error's kind.
std::string outcome_of(const Operation& operation, Bench& bench, const ImageView& image) {
  try {
    operation.run(bench, image);
  } catch (const InvalidArgument&) {
    return "InvalidArgument";
  } catch (const LayoutError&) {
    return "LayoutError";
  } catch (const Unsupported&) {
    return "Unsupported";
  } catch (const ExpiredFrame&) {
    return "ExpiredFrame";
  } catch (const std::exception& error) {
    ADD_FAILURE() << operation.name << ": not a documented error: " << error.what();
    return "other";
  }
  return {};
}

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  int number(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
  bool chance(int percent) { return number(1, 100) <= percent; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[number(0, static_cast<int>(values.size()) - 1)];
  }
  std::uint32_t seed() { return static_cast<std::uint32_t>(random_()); }

  PixelFormat format() { return all_pixel_formats[static_cast<std::size_t>(number(0, 6))]; }
  Size size() { return chance(10) ? Size{number(1, 3), number(1, 3)} : Size{number(1, 90), number(1, 70)}; }
  ColorSpec color() {
    return {one_of({ColorMatrix::bt601, ColorMatrix::bt709}), one_of({ColorRange::limited, ColorRange::full})};
  }
  Pixels pixels(PixelFormat format, Size size) {
    Pixels p = chance(50) ? noise(format, size, seed()) : picture(format, size, seed());
    p.color = color();
    return p;
  }

  // Mostly inside, sometimes across an edge, outside, empty or absurd.
  Rect rect(Size in) {
    switch (number(0, 9)) {
      case 0: return {number(-50, in.width + 50), number(-50, in.height + 50), number(-5, 60), number(-5, 60)};
      case 1: return {one_of({INT_MIN, INT_MAX, 0, -1}), number(-5, 5), one_of({INT_MAX, 0, 7}), one_of({INT_MAX, 1})};
      case 2: return {0, 0, in.width, in.height};
      default: {
        const int x = number(0, in.width - 1);
        const int y = number(0, in.height - 1);
        return {x, y, number(1, in.width - x), number(1, in.height - y)};
      }
    }
  }
  std::vector<Rect> rects(Size in) {
    std::vector<Rect> all(static_cast<std::size_t>(chance(60) ? 1 : number(0, 9)));
    for (Rect& r : all) r = rect(in);
    return all;
  }
  double real() {
    return one_of({0.0, 0.3, 0.5, 1.0, 2.0, 6.5, 40.0, 1e6, 1e300, -1.0, std::numeric_limits<double>::quiet_NaN(),
                   std::numeric_limits<double>::infinity()});
  }
  Border border() { return {one_of({BorderMode::reflect_101, BorderMode::replicate, BorderMode::constant}), rgba()}; }
  Color rgba() {
    const auto byte = [&] { return static_cast<std::uint8_t>(number(0, 255)); };
    return {byte(), byte(), byte(), one_of<std::uint8_t>({0, 255, byte()})};
  }
  Size kernel() {
    const auto side = [&] { return chance(80) ? 2 * number(0, 12) + 1 : one_of({0, 2, 4, 99, 255, 256, 257, -3}); };
    return {side(), side()};
  }
  Interpolation interpolation() { return one_of({Interpolation::nearest, Interpolation::linear, Interpolation::area}); }

 private:
  std::mt19937 random_;
};

std::vector<ImageView> parts(const ImageView& image, const std::vector<Rect>& rects) {
  std::vector<ImageView> views;
  for (const Rect& r : rects) views.push_back(image.region(r));
  return views;
}

Rect whole(Size size) { return {0, 0, size.width, size.height}; }

// In place on a list of regions.
Operation in_place(Generator& g, Size size, std::string name, std::function<void(StreamView, const Regions&)> op) {
  const auto rects = g.rects(size);
  return {std::move(name), [=](Bench& b, const ImageView& image) { op(b.stream, parts(image, rects)); }, rects};
}

// From a region of the image into another image, mostly of a layout that fits.
Operation into(Generator& g, PixelFormat format, Size size, std::string name,
               std::function<void(StreamView, const ImageView&, const ImageView&)> op) {
  const Rect rect = g.rect(size);
  const Rect clipped = intersect(rect, whole(size));
  const bool fits = g.chance(85);
  Pixels dst = g.pixels(fits ? format : g.format(),
                        fits || g.chance(50) ? Size{clipped.width + 1, clipped.height + 1} : g.size());
  const bool phase = is_subsampled(format);
  const Rect there{phase ? clipped.x & 1 : 0, phase ? clipped.y & 1 : 0, clipped.width, clipped.height};
  return {std::move(name),
          [=](Bench& b, const ImageView& image) { op(b.stream, image.region(rect), b.upload(dst).region(there)); },
          {}};
}

Operation gaussian(Generator& g, PixelFormat format, Size size) {
  const bool fast = g.chance(40);
  const GaussianBlurOptions options{.ksize = fast && g.chance(90) ? Size{0, 0} : g.kernel(),
                                    .sigma_x = g.chance(60) ? g.number(0, fast ? 300 : 80) / 10.0 : g.real(),
                                    .sigma_y = g.chance(80) ? 0.0 : g.real(),
                                    .border = g.border(),
                                    .accuracy = fast ? GaussianAccuracy::fast : GaussianAccuracy::exact};
  const std::string name =
      fmt::format("gaussian_blur{} {}x{} sigma {} {} border {}", fast ? " fast" : "", options.ksize.width,
                  options.ksize.height, options.sigma_x, options.sigma_y, static_cast<int>(options.border.mode));
  switch (g.number(0, 2)) {
    case 0: return in_place(g, size, name, [=](StreamView s, const Regions& r) { gaussian_blur(s, r, options); });
    case 1:
      return in_place(g, size, name + " (object)",
                      [=](StreamView s, const Regions& r) { GaussianBlur{options}(s, r); });
    default:
      return into(g, format, size, name + " into", [=](StreamView s, const ImageView& from, const ImageView& to) {
        gaussian_blur_into(s, from, to, options);
      });
  }
}

Operation box(Generator& g, PixelFormat format, Size size) {
  const BoxBlurOptions options{.ksize = g.chance(70) ? Size{g.number(1, 20), g.number(1, 20)} : g.kernel(),
                               .border = g.border()};
  const std::string name = fmt::format("box_blur {}x{}", options.ksize.width, options.ksize.height);
  if (g.chance(60)) return in_place(g, size, name, [=](StreamView s, const Regions& r) { box_blur(s, r, options); });
  return into(g, format, size, name + " into",
              [=](StreamView s, const ImageView& from, const ImageView& to) { box_blur_into(s, from, to, options); });
}

Operation median(Generator& g, PixelFormat format, Size size) {
  const MedianBlurOptions options{.ksize = g.chance(85) ? g.one_of({3, 5}) : g.one_of({0, 1, 4, 7, -3})};
  const std::string name = fmt::format("median_blur {}", options.ksize);
  if (g.chance(60)) return in_place(g, size, name, [=](StreamView s, const Regions& r) { median_blur(s, r, options); });
  return into(g, format, size, name + " into", [=](StreamView s, const ImageView& from, const ImageView& to) {
    median_blur_into(s, from, to, options);
  });
}

Operation mosaic(Generator& g, PixelFormat format, Size size) {
  const PixelateOptions options{.cell_px = g.chance(85) ? g.number(1, 40) : g.one_of({0, -2, 1000, INT_MAX})};
  const std::string name = fmt::format("pixelate {}", options.cell_px);
  if (g.chance(60)) return in_place(g, size, name, [=](StreamView s, const Regions& r) { pixelate(s, r, options); });
  return into(g, format, size, name + " into",
              [=](StreamView s, const ImageView& from, const ImageView& to) { pixelate_into(s, from, to, options); });
}

Operation filled(Generator& g, PixelFormat format, Size size) {
  const Color color = g.rgba();
  switch (g.number(0, 2)) {
    case 0: return in_place(g, size, "fill", [=](StreamView s, const Regions& r) { fill(s, r, color); });
    case 1: {
      const Rect rect = g.rect(size);
      const Rect clipped = intersect(rect, whole(size));
      const bool fits = g.chance(85);
      const Pixels mask = g.pixels(fits ? PixelFormat::gray8 : g.format(),
                                   fits && !clipped.empty() ? Size{clipped.width, clipped.height} : g.size());
      return {"fill with a mask",
              [=](Bench& b, const ImageView& image) { fill(b.stream, image.region(rect), color, b.upload(mask)); },
              {rect}};
    }
    default:
      return into(g, format, size, "fill into",
                  [=](StreamView s, const ImageView& from, const ImageView& to) { fill_into(s, from, to, color); });
  }
}

Operation copied(Generator& g, PixelFormat format, Size size) {
  if (g.chance(50))
    return into(g, format, size, "copy into",
                [](StreamView s, const ImageView& from, const ImageView& to) { copy_into(s, from, to); });
  // Within the image, also onto itself.
  const Rect from = intersect(g.rect(size), whole(size));
  const Rect to{g.number(0, size.width - 1), g.number(0, size.height - 1), from.width, from.height};
  return {"copy within",
          [=](Bench& b, const ImageView& image) { copy_into(b.stream, image.region(from), image.region(to)); },
          {to}};
}

Operation turned(Generator& g, PixelFormat format, Size size) {
  const FlipMode mode = g.one_of({FlipMode::horizontal, FlipMode::vertical, FlipMode::both});
  const Rotation rotation = g.one_of({Rotation::cw90, Rotation::cw180, Rotation::cw270});
  switch (g.number(0, 3)) {
    case 0: return in_place(g, size, "flip", [=](StreamView s, const Regions& r) { flip(s, r, mode); });
    case 1:
      return into(g, format, size, "flip into",
                  [=](StreamView s, const ImageView& from, const ImageView& to) { flip_into(s, from, to, mode); });
    case 2: return in_place(g, size, "rotate90", [=](StreamView s, const Regions& r) { rotate90(s, r, rotation); });
    default: {
      const Size turned = rotation == Rotation::cw180 ? size : Size{size.height, size.width};
      const Pixels dst = g.pixels(g.chance(90) ? format : g.format(), g.chance(90) ? turned : g.size());
      return {"rotate90 into",
              [=](Bench& b, const ImageView& image) { rotate90_into(b.stream, image, b.upload(dst), rotation); },
              {}};
    }
  }
}

Operation scaled(Generator& g, PixelFormat format, Size size) {
  const Interpolation interpolation = g.interpolation();
  if (g.chance(20)) {
    const Size to = g.chance(50) ? size : g.size();
    return {
        "resize in place", [=](Bench& b, const ImageView& image) { resize(b.stream, image, to, interpolation); }, {}};
  }
  const Rect rect = g.rect(size);
  const Pixels dst = g.pixels(g.chance(90) ? format : g.format(), g.size());
  return {"resize into",
          [=](Bench& b, const ImageView& image) {
            resize_into(b.stream, image.region(rect), b.upload(dst), interpolation);
          },
          {}};
}

Operation converted(Generator& g, PixelFormat format, Size size) {
  const PixelFormat to = g.format();
  if (g.chance(20))
    return {"convert in place", [=](Bench& b, const ImageView& image) { convert(b.stream, image, to); }, {}};
  const Rect rect = g.rect(size);
  const Rect clipped = intersect(rect, whole(size));
  const Pixels dst = g.pixels(to, g.chance(90) ? Size{clipped.width + 1, clipped.height + 1} : g.size());
  const Rect there{g.number(0, 1), g.number(0, 1), clipped.width, clipped.height};
  return {fmt::format("convert {} into {}", name_of(format), name_of(to)),
          [=](Bench& b, const ImageView& image) {
            convert_into(b.stream, image.region(rect), b.upload(dst).region(there));
          },
          {}};
}

Operation composited(Generator& g, PixelFormat format, Size size) {
  CompositeOptions options;
  options.op = static_cast<CompositeOp>(g.number(0, 12));
  if (g.chance(50)) options.op = CompositeOp::over;
  if (g.chance(30))
    options.opacity = g.one_of({0.0F, 0.25F, 0.99F, -0.5F, 2.0F, std::numeric_limits<float>::quiet_NaN()});
  if (g.chance(20))
    options.size = g.chance(80) ? Size{g.number(0, 60), g.number(0, 60)}
                                : g.one_of({Size{-1, 4}, Size{INT_MAX, INT_MAX}, Size{4, 1 << 20}});
  Pixels pixels = g.pixels(g.chance(80) ? PixelFormat::rgba8 : g.format(), g.size());
  const Point at = g.chance(95) ? Point{g.number(-40, size.width + 5), g.number(-40, size.height + 5)}
                                : Point{g.one_of({INT_MIN, INT_MAX}), g.one_of({INT_MIN, INT_MAX, 0})};
  const Size drawn = options.size.value_or(pixels.size);
  const std::string name = fmt::format("composite op {} opacity {} {}x{} at {},{}", static_cast<int>(options.op),
                                       options.opacity, drawn.width, drawn.height, at.x, at.y);
  const Rect touched{at.x, at.y, drawn.width, drawn.height};
  switch (g.number(0, 2)) {
    case 0:
      return {name,
              [=](Bench& b, const ImageView& image) mutable {
                composite(b.stream, image, Sprite(pixels.view()), at, options);
              },
              {touched}};
    case 1:
      return {name + " host pixels",
              [=](Bench& b, const ImageView& image) {
                Pixels gone = pixels;  // of no use to anyone once the call has returned
                composite(b.stream, image, gone.view(), at, options);
                std::fill(gone.planes[0].begin(), gone.planes[0].end(), std::uint8_t{99});
              },
              {touched}};
    default:
      return into(g, format, size, name + " into",
                  [=](StreamView s, const ImageView& from, const ImageView& to) mutable {
                    composite_into(s, from, to, Sprite(pixels.view()), at, options);
                  });
  }
}

Operation patched(Generator& g, PixelFormat /*format*/, Size size) {
  const auto rects = g.rects(size);
  const PatchOptions options{.format = g.chance(50) ? std::optional<PixelFormat>() : g.format()};
  const bool commits = g.chance(85);
  const bool expires = g.chance(5);
  const std::uint32_t seed = g.seed();
  return {fmt::format("{} patches", rects.size()),
          [=](Bench& b, const ImageView& image) {
            Frame frame(image, b.stream);
            std::vector<Patch> patches = frame.patches(rects, options);
            std::mt19937 edit(seed);
            for (const Patch& patch : patches)
              for (int i = 0; i < patch.pixels().plane_count() && !patch.pixels().empty(); ++i) {
                const Plane& plane = patch.pixels().plane(i);
                for (int n = 0; n < 5; ++n) {
                  const auto y = static_cast<int>(edit() % static_cast<unsigned>(plane.height));
                  const auto x = static_cast<int>(edit() % static_cast<unsigned>(plane.width * plane.channels));
                  plane.data[y * plane.pitch_bytes + x] = static_cast<std::uint8_t>(edit() >> 9U);
                }
              }
            if (expires) frame.expire();
            if (commits) Patch::commit_all(patches);
          },
          rects};
}

// Frames: boxes, borders, views that have expired.
Operation framed(Generator& g, PixelFormat /*format*/, Size size) {
  const Color color = g.rgba();
  const auto coordinate = [&] {
    return g.chance(95) ? static_cast<float>(g.number(-200, 900)) / 10.0F
                        : g.one_of({-1e30F, 1e30F, std::numeric_limits<float>::quiet_NaN()});
  };
  const Box box{coordinate(), coordinate(), coordinate(), coordinate(), g.chance(30) ? coordinate() : 0.0F};
  const Rect rect = g.rect(size);
  const int thickness = g.number(-1, 12);
  const Rect everywhere = whole(size);
  switch (g.number(0, 2)) {
    case 0:
      return {fmt::format("fill of the box {},{} {}x{}", box.left, box.top, box.width, box.height),
              [=](Bench& b, const ImageView& image) {
                const Frame frame(image, b.stream);
                fill(b.stream, frame.region(box), color);
              },
              {everywhere}};
    case 1:
      return {"fill of a border",
              [=](Bench& b, const ImageView& image) {
                const Frame frame(image, b.stream);
                fill(b.stream, frame.border(rect, thickness), color);
              },
              {rect}};
    default:
      return {"fill of an expired view",
              [=](Bench& b, const ImageView& image) {
                Frame frame(image, b.stream);
                const FrameView view = frame.region(rect);
                frame.expire();
                fill(b.stream, view, color);
              },
              {}};
  }
}

Operation any_operation(Generator& g, PixelFormat format, Size size) {
  using Maker = Operation (*)(Generator&, PixelFormat, Size);
  static constexpr std::array<Maker, 12> makers = {gaussian, box,    median,    mosaic,     filled,  copied,
                                                   turned,   scaled, converted, composited, patched, framed};
  return makers[static_cast<std::size_t>(g.number(0, static_cast<int>(makers.size()) - 1))](g, format, size);
}

// Every byte that belongs to no touched region is as before.
void expect_untouched(const Pixels& before, const Pixels& after, const std::vector<Rect>& touched,
                      const std::string& what) {
  Pixels mask(before.format, before.size);
  for (const Rect& rect : touched) {
    const ImageView part = mask.view().region(rect);
    for (int i = 0; i < part.plane_count() && !part.empty(); ++i)
      for (int y = 0; y < part.plane(i).height; ++y)
        std::fill_n(part.plane(i).data + y * part.plane(i).pitch_bytes, part.plane(i).width * part.plane(i).channels,
                    std::uint8_t{1});
  }
  for (std::size_t i = 0; i < mask.planes.size(); ++i)
    for (std::size_t j = 0; j < mask.planes[i].size(); ++j)
      if (mask.planes[i][j] == 0 && before.planes[i][j] != after.planes[i][j]) {
        ADD_FAILURE() << what << ": byte " << j << " of plane " << i << " changed, outside the regions";
        return;
      }
}

// How many of the regions lie over one another at most. Each passes on what those before it made of a pixel, and a
// difference of one level with it.
int most_overlaps(const std::vector<Rect>& touched, Size size) {
  std::vector<int> counts(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
  const Rect all = whole(size);
  for (const Rect& rect : touched) {
    const Rect inside = intersect(rect, all);
    if (inside.empty()) continue;
    // Of 4:2:0 chroma, regions that end in one pair overlap, too.
    const Rect grown = intersect({inside.x & ~1, inside.y & ~1, inside.width + 2, inside.height + 2}, all);
    for (int y = grown.y; y < grown.y + grown.height; ++y)
      for (int x = grown.x; x < grown.x + grown.width; ++x)
        ++counts[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  }
  return counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
}

unsigned long setting(const char* name, unsigned long fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoul(text, nullptr, 10);
}

class RandomOperationsTest : public BackendTest {};
RETOUCH_BACKENDS(RandomOperationsTest);

TEST_P(RandomOperationsTest, EndInACorrectResultOrADocumentedError) {
  const unsigned long count = setting("RETOUCH_RANDOM_OPERATIONS", 2500);
  const auto seed = static_cast<std::uint32_t>(setting("RETOUCH_RANDOM_SEED", 1));
  fmt::print("{} operations, RETOUCH_RANDOM_SEED={}\n", count, seed);
  RecordProperty("seed", static_cast<int>(seed));
  Generator g(seed);
  const Stream cpu(Device::cpu());
  // The backend under test against the CPU backend on rows laid out differently: agreement to 1 level with CUDA, to
  // the byte with the CPU itself.
  const int tolerance = GetParam() == Backend::Cuda ? 1 : 0;
  Bench tested(stream(), 37);
  Bench model(cpu, 5);
  std::map<std::string, unsigned long> outcomes;
  unsigned long done = 0;
  while (done < count && !HasFailure()) {
    const PixelFormat format = g.format();
    const Pixels start = g.pixels(format, g.size());
    const Guarded image(stream(), start);
    const Guarded image_of_model(cpu, start, 5);
    Pixels before = start;
    for (int i = 0; i < 25 && done < count && !HasFailure(); ++i) {
      // Some run without a wait in between; their differences of one level may add up, so they are compared on the CPU
      // alone.
      const int burst = g.chance(20) ? g.number(2, 5) : 1;
      std::string what = fmt::format("seed {} operation {}: {} {}x{}", seed, done, name_of(format), start.size.width,
                                     start.size.height);
      std::vector<Rect> touched;
      for (int j = 0; j < burst; ++j, ++done) {
        const Operation operation = any_operation(g, format, start.size);
        what += "; " + operation.name;
        const std::string outcome = outcome_of(operation, tested, image);
        EXPECT_EQ(outcome, outcome_of(operation, model, image_of_model)) << what;
        if (outcome.empty()) touched.insert(touched.end(), operation.touched.begin(), operation.touched.end());
        ++outcomes[outcome.empty() ? "done" : outcome];
      }
      Pixels after = image.download();
      image.expect_canaries();
      image_of_model.expect_canaries();
      expect_untouched(before, after, touched, what);
      if (burst == 1 || tolerance == 0) {
        const int overlaps = std::max(1, most_overlaps(touched, start.size));
        expect_near(after, image_of_model.download(), tolerance * overlaps, what);
        ASSERT_EQ(tested.images().size(), model.images().size()) << what;
        for (std::size_t k = 0; k < tested.images().size(); ++k) {
          tested.images()[k]->expect_canaries();
          expect_near(tested.images()[k]->download(), model.images()[k]->download(), tolerance, what);
        }
      }
      tested.clear();
      model.clear();
      copy_into(cpu, after.view(), image_of_model);
      before = std::move(after);
      if (HasFailure()) fmt::print("{}\n", what);
    }
  }
  std::string summary;
  for (const auto& [outcome, times] : outcomes) summary += fmt::format(" {} {}", outcome, times);
  fmt::print("outcomes:{}\n", summary);
  EXPECT_GT(outcomes["done"], done / 2);
  if (count >= 1000) {
    EXPECT_GT(outcomes["InvalidArgument"], 0U);
    EXPECT_GT(outcomes["LayoutError"], 0U);
    EXPECT_GT(outcomes["ExpiredFrame"], 0U);
    EXPECT_GT(outcomes["Unsupported"], 0U);
  }
}

}  // namespace
}  // namespace retouch::test
