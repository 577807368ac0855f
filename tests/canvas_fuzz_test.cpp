// Random lists of commands: each ends in the picture that its commands make one by one, on every backend the same, and
// touches nothing outside its target. RETOUCH_RANDOM_LISTS says how many, RETOUCH_RANDOM_SEED where they start: list i
// has the seed start + i, so that one that fails is repeated alone.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "retouch/fill.hpp"
#include "support/backend.hpp"
#include "support/random_canvas.hpp"

namespace retouch::test {
namespace {

unsigned long setting(const char* name, unsigned long fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoul(text, nullptr, 10);
}

// Bytes in which a target lies anywhere, and the same bytes on a device.
class Ground {
 public:
  static constexpr int bytes = 96 * 1024;
  explicit Ground(StreamView stream) : stream_(stream), memory_(stream, PixelFormat::gray8, {bytes, 1}) {}

  void put(std::vector<std::uint8_t>& from, int used) {
    copy_into(stream_, row(Device::cpu(), from.data(), used), row(stream_.device(), data(), used));
  }
  void get(std::vector<std::uint8_t>& into, int used) {
    copy_into(stream_, row(stream_.device(), data(), used), row(Device::cpu(), into.data(), used));
    stream_.synchronize();
  }
  std::uint8_t* data() { return memory_.view().plane(0).data; }
  StreamView stream() const { return stream_; }

 private:
  static ImageView row(Device device, std::uint8_t* data, int used) {
    return ImageView::wrap(device, PixelFormat::gray8, {used, 1}, data, used);
  }
  StreamView stream_;
  Image memory_;
};

// Where a picture lies in such bytes, and which part of it is the target.
struct Place {
  PixelFormat format;
  Size size;
  ColorSpec color;
  std::vector<std::ptrdiff_t> offset, pitch;
  int used = 0;
  Rect region;

  Place(RandomCommands& g, bool large) {
    format = all_pixel_formats.at(static_cast<std::size_t>(g.number(0, 6)));
    size = large ? Size{g.number(120, 300), g.number(30, 60)} : Size{g.number(1, 90), g.number(1, 60)};
    color = {g.chance(50) ? ColorMatrix::bt601 : ColorMatrix::bt709,
             g.chance(50) ? ColorRange::limited : ColorRange::full};
    const bool aligned = g.chance(50);
    for (int i = 0; i < plane_count(format); ++i) {
      const int width = i == 0 ? size.width : (size.width + 1) / 2;
      const int height = i == 0 ? size.height : (size.height + 1) / 2;
      const int row = width * plane_channels(format, i);
      offset.push_back(aligned ? (used + 64 + 63) / 64 * 64 : used + g.number(1, 40));
      pitch.push_back(aligned ? (row + 63) / 64 * 64 : row + g.number(0, 9));
      used = static_cast<int>(offset.back() + pitch.back() * height);
    }
    used += 64;
    region = {0, 0, size.width, size.height};
    if (g.chance(50)) region = {g.number(0, size.width), g.number(0, size.height), g.number(0, 80), g.number(0, 60)};
  }
  ImageView view(Device device, std::uint8_t* base) const {
    std::vector<PlanePointer> planes;
    for (std::size_t i = 0; i < offset.size(); ++i) planes.push_back({base + offset[i], pitch[i]});
    return ImageView::wrap(device, format, size, planes, color).region(region);
  }
};

class CanvasFuzzTest : public BackendTest {};
RETOUCH_BACKENDS(CanvasFuzzTest);

// What the command says of itself on this target: "" when it was recorded.
std::string record(const CanvasCommand& command, Canvas& canvas) {
  const std::size_t before = canvas.pending();
  try {
    command.record(canvas);
    return "";
  } catch (const InvalidArgument& e) {
    EXPECT_EQ(canvas.pending(), before) << command.name << ": " << e.what();
    return "InvalidArgument";
  } catch (const Unsupported& e) {
    EXPECT_EQ(canvas.pending(), before) << command.name << ": " << e.what();
    return "Unsupported";
  }
}

TEST_P(CanvasFuzzTest, RandomLists) {
  const unsigned long count = setting("RETOUCH_RANDOM_LISTS", 2000);
  const auto first = static_cast<std::uint32_t>(setting("RETOUCH_RANDOM_SEED", 1));
  fmt::print("{} lists from RETOUCH_RANDOM_SEED={} on\n", count, first);
  RecordProperty("seed", static_cast<int>(first));
  const Stream cpu(Device::cpu());
  Ground tested(stream());
  Ground model(cpu);
  std::map<std::string, unsigned long> outcomes;
  unsigned long drawn = 0;
  std::vector<std::uint8_t> start(Ground::bytes), whole(Ground::bytes), steps(Ground::bytes), expected(Ground::bytes);
  std::mt19937 bytes(first);
  for (auto& b : start) b = static_cast<std::uint8_t>(bytes() >> 11U);

  for (unsigned long list = 0; list < count && !HasFailure(); ++list) {
    const std::uint32_t seed = first + static_cast<std::uint32_t>(list);
    RandomCommands g(seed, true);
    const Place place(g, g.chance(10));
    ASSERT_LE(place.used, Ground::bytes);
    const ImageView target = place.view(stream().device(), tested.data());
    g.set_area({std::max(target.width(), 1), std::max(target.height(), 1)});
    std::vector<CanvasCommand> commands(static_cast<std::size_t>(g.chance(10) ? g.number(10, 25) : g.number(1, 8)));
    for (CanvasCommand& c : commands) c = g.any();
    const auto what = [&] {
      std::string text =
          fmt::format("seed {}: {} {}x{} part {},{} {}x{}:", seed, name_of(place.format), place.size.width,
                      place.size.height, place.region.x, place.region.y, place.region.width, place.region.height);
      for (const CanvasCommand& c : commands) text += fmt::format(" {}", c.name);
      return text;
    };

    tested.put(start, place.used);
    {
      Canvas canvas(stream(), target);
      for (const CanvasCommand& c : commands) {
        const std::string outcome = record(c, canvas);
        ++outcomes[outcome];
      }
      canvas.submit();
      EXPECT_EQ(canvas.pending(), 0U);
    }
    tested.get(whole, place.used);

    // One by one.
    const auto draw_each = [&](Ground& ground) {
      ground.put(start, place.used);
      const ImageView view = place.view(ground.stream().device(), ground.data());
      for (const CanvasCommand& c : commands) {
        Canvas canvas(ground.stream(), view);
        record(c, canvas);
        canvas.submit();
      }
    };
    // On a GPU, where a submit takes long under compute-sanitizer, every eighth list; all are compared with the CPU's.
    if (GetParam() == Backend::Cpu || list % 8 == 0) {
      draw_each(tested);
      tested.get(steps, place.used);
      EXPECT_TRUE(std::equal(whole.begin(), whole.begin() + place.used, steps.begin()))
          << what() << ": not the picture that its commands make one by one";
    }

    // Outside the target's own bytes, all is as it was.
    std::copy_n(start.begin(), place.used, expected.begin());
    const ImageView from = place.view(Device::cpu(), whole.data());
    const ImageView into = place.view(Device::cpu(), expected.data());
    if (!from.empty()) copy_into(cpu, from, into);
    EXPECT_TRUE(std::equal(whole.begin(), whole.begin() + place.used, expected.begin()))
        << what() << ": something outside the target changed";
    if (!std::equal(whole.begin(), whole.begin() + place.used, start.begin())) ++drawn;

    if (GetParam() == Backend::Cuda) {
      draw_each(model);
      model.get(steps, place.used);
      int gaussians = 0;
      for (const CanvasCommand& c : commands) gaussians += c.gaussian ? 1 : 0;
      int worst = 0;
      for (int i = 0; i < place.used; ++i) {
        const auto at = static_cast<std::size_t>(i);
        worst = std::max(worst, std::abs(int{whole[at]} - int{steps[at]}));
      }
      // A blur of what a blur has left one level apart may leave it one more.
      EXPECT_LE(worst, std::max(1, gaussians)) << what() << ": the backends differ";
    }
    if (HasFailure()) fmt::print("{}\n", what());
    if ((list + 1) % 1000 == 0) {  // of a run that is cut short this says how far it came
      fmt::print("{} lists done\n", list + 1);
      std::fflush(stdout);
    }
  }
  std::string summary;
  for (const auto& [outcome, times] : outcomes)
    summary += fmt::format(" {} {}", outcome.empty() ? "done" : outcome, times);
  fmt::print("commands:{}; {} of {} lists changed their target\n", summary, drawn, count);
  EXPECT_GT(drawn, count / 2);
  if (count >= 1000) {
    EXPECT_GT(outcomes["InvalidArgument"], 0U);
    EXPECT_GT(outcomes["Unsupported"], 0U);
  }
}

}  // namespace
}  // namespace retouch::test
