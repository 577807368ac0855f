// Random lists of commands: each ends in the picture that its commands make one by one, on every backend the same, and
// touches nothing outside its target. They are submitted 16 at a time, as those of the frames of 16 sources are.
// RETOUCH_RANDOM_LISTS says how many, RETOUCH_RANDOM_SEED where they start: list i
// has the seed start + i, so that one that fails is repeated alone.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "retouch/fill.hpp"
#include "support/backend.hpp"
#include "support/random_canvas.hpp"

namespace retouch::test {
namespace {

unsigned long setting(const char* name, unsigned long fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoul(text, nullptr, 10);
}

constexpr std::size_t lists_at_once = 16;

// Bytes in which targets lie anywhere, and the same bytes on a device.
class Ground {
 public:
  static constexpr int bytes = lists_at_once * 96 * 1024;
  explicit Ground(StreamView stream) : stream_(stream), memory_(stream, PixelFormat::gray8, {bytes, 1}) {}

  void put(std::vector<std::uint8_t>& from, int begin, int used) {
    copy_into(stream_, row(Device::cpu(), from.data() + begin, used), row(stream_.device(), data() + begin, used));
  }
  void get(std::vector<std::uint8_t>& into, int begin, int used) {
    copy_into(stream_, row(stream_.device(), data() + begin, used), row(Device::cpu(), into.data() + begin, used));
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

struct List {
  std::uint32_t seed;
  Place place;
  int base = 0;  // where its bytes begin
  std::vector<CanvasCommand> commands{};

  static List make(std::uint32_t seed, int base) {
    RandomCommands g(seed, true);
    List list{seed, Place(g, g.chance(10)), base};
    const ImageView target = list.view(Device::cpu(), nullptr);
    g.set_area({std::max(target.width(), 1), std::max(target.height(), 1)});
    list.commands.resize(static_cast<std::size_t>(g.chance(10) ? g.number(10, 25) : g.number(1, 8)));
    for (CanvasCommand& c : list.commands) c = g.any();
    return list;
  }
  ImageView view(Device device, std::uint8_t* data) const { return place.view(device, data + base); }
  std::string text() const {
    std::string text =
        fmt::format("seed {}: {} {}x{} part {},{} {}x{}:", seed, name_of(place.format), place.size.width,
                    place.size.height, place.region.x, place.region.y, place.region.width, place.region.height);
    for (const CanvasCommand& c : commands) text += fmt::format(" {}", c.name);
    return text;
  }
};

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

  // One command after the other.
  const auto draw_each = [&](Ground& ground, const List& list) {
    ground.put(start, list.base, list.place.used);
    const ImageView view = list.view(ground.stream().device(), ground.data());
    for (const CanvasCommand& c : list.commands) {
      Canvas canvas(ground.stream(), view);
      record(c, canvas);
      canvas.submit();
    }
    ground.get(steps, list.base, list.place.used);
  };
  const auto check = [&](const List& list, bool each) {
    const auto same = [&](const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
      return std::equal(a.begin() + list.base, a.begin() + list.base + list.place.used, b.begin() + list.base);
    };
    if (each) {
      draw_each(tested, list);
      EXPECT_TRUE(same(whole, steps)) << list.text() << ": not the picture that its commands make one by one";
    }

    // Outside the target's own bytes, all is as it was.
    std::copy_n(start.begin() + list.base, list.place.used, expected.begin() + list.base);
    const ImageView from = list.view(Device::cpu(), whole.data());
    const ImageView into = list.view(Device::cpu(), expected.data());
    if (!from.empty()) copy_into(cpu, from, into);
    EXPECT_TRUE(same(whole, expected)) << list.text() << ": something outside the target changed";
    if (!same(whole, start)) ++drawn;

    if (GetParam() == Backend::Cuda) {
      draw_each(model, list);
      int gaussians = 0;
      for (const CanvasCommand& c : list.commands) gaussians += c.gaussian ? 1 : 0;
      int worst = 0;
      for (int i = list.base; i < list.base + list.place.used; ++i) {
        const auto at = static_cast<std::size_t>(i);
        worst = std::max(worst, std::abs(int{whole[at]} - int{steps[at]}));
      }
      // A blur of what a blur has left one level apart may leave it one more.
      EXPECT_LE(worst, std::max(1, gaussians)) << list.text() << ": the backends differ";
    }
    if (HasFailure()) fmt::print("{}\n", list.text());
  };

  unsigned long done = 0;
  while (done < count && !HasFailure()) {
    std::vector<List> lists;
    int used = 0;
    for (unsigned long i = done; i < std::min(count, done + lists_at_once); ++i) {
      lists.push_back(List::make(first + static_cast<std::uint32_t>(i), used));
      used += (lists.back().place.used + 63) / 64 * 64;
    }
    ASSERT_LE(used, Ground::bytes);
    tested.put(start, 0, used);
    std::vector<Canvas> canvases;
    canvases.reserve(lists.size());
    std::vector<Canvas*> all;
    for (const List& list : lists) {
      all.push_back(&canvases.emplace_back(stream(), list.view(stream().device(), tested.data())));
      for (const CanvasCommand& c : list.commands) ++outcomes[record(c, *all.back())];
    }
    Canvas::submit(stream(), all);
    for (const Canvas* canvas : all) EXPECT_EQ(canvas->pending(), 0U);
    tested.get(whole, 0, used);
    // On a GPU, where a submit takes long under compute-sanitizer, every eighth list is drawn command by command there;
    // all are compared with the CPU's.
    for (std::size_t i = 0; i < lists.size(); ++i) check(lists[i], GetParam() == Backend::Cpu || i % 8 == 0);
    const unsigned long before = std::exchange(done, done + lists.size());
    if (done / 1000 != before / 1000) {  // of a run that is cut short this says how far it came
      fmt::print("{} lists done\n", done);
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
