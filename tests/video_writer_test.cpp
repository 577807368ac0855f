// VideoWriter, read back by a run of a module.
#include "retouch/pipeline/video_writer.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "retouch/error.hpp"
#include "retouch/fill.hpp"
#include "retouch/pipeline/function.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

struct Seen {
  std::int64_t ms;
  int luma;  // of the pixel in the middle
  bool operator==(const Seen& other) const { return ms == other.ms && std::abs(luma - other.luma) <= 2; }
  friend void PrintTo(const Seen& seen, std::ostream* os) { *os << seen.ms << " ms: " << seen.luma; }
};
std::vector<Seen> seen_frames;

class Sees : public FrameFunction {
 public:
  void process_frame(Frame& frame) override {
    const Plane luma = frame.view().image().plane(0);
    seen_frames.push_back({(*frame.pts_ns() + 500000) / 1000000,
                           luma.data[luma.height / 2 * luma.pitch_bytes + luma.width / 2 * luma.channels]});
  }
};
RETOUCH_REGISTER_FUNCTION(Sees)

class VideoWriterTest : public testing::Test {
 protected:
  VideoWriterTest() { fs::create_directories(folder_); }
  ~VideoWriterTest() override { fs::remove_all(folder_); }

  Output output(const std::string& name) const {
    Output made;
    made.file = (folder_ / name).string();
    made.quality = 10;
    return made;
  }
  std::vector<Seen> read(const std::string& name) const {
    seen_frames.clear();
    Module module;
    module.device = "cpu";
    module.source.uri = (folder_ / name).string();
    module.output.format = "none";
    module.stages.push_back({Stage::Kind::function, "Sees", "{}", {}});
    Runner(std::move(module)).run();
    return seen_frames;
  }
  bool is_empty() const { return fs::is_empty(folder_); }

  Image gray(int level, Size size = {64, 48}) const {
    Image image(stream_, PixelFormat::i420, size);
    fill(stream_, image,
         {static_cast<std::uint8_t>(level), static_cast<std::uint8_t>(level), static_cast<std::uint8_t>(level)});
    return image;
  }

  const fs::path folder_ = fs::temp_directory_path() / "retouch_video_writer_test";
  const Stream stream_{Device::cpu()};
};

TEST_F(VideoWriterTest, KeepsTimesAndPixels) {
  for (const char* name : {"out.mp4", "out.mov", "out.mkv"}) {
    VideoWriter writer(output(name));
    // From the first frame on, also where their distances vary a lot.
    for (const std::int64_t ms : {0, 40, 80, 85, 500, 1500})
      writer.write(gray(static_cast<int>(ms / 10) + 20), stream_, {.pts_ns = 7'000'000'000 + ms * 1'000'000});
    EXPECT_EQ(writer.frames(), 6);
    EXPECT_FALSE(fs::exists(folder_ / name)) << "not before it is whole";
    writer.finish();
    writer.finish();
    const auto luma = [](int level) { return 16 + (level * 219 + 127) / 255; };
    EXPECT_THAT(read(name), ElementsAre(Seen{0, luma(20)}, Seen{40, luma(24)}, Seen{80, luma(28)}, Seen{85, luma(28)},
                                        Seen{500, luma(70)}, Seen{1500, luma(170)}))
        << name;
  }
}

TEST_F(VideoWriterTest, FramesWithoutTimeOrOutOfOrderFollowEachOther) {
  VideoWriter writer(output("out.mp4"), 20);
  writer.write(gray(50), stream_);
  writer.write(gray(50), stream_);
  writer.write(gray(50), stream_, {.pts_ns = 90'000'000'000});  // 90 s after the start that nobody stated
  writer.write(gray(50), stream_, {.pts_ns = 1'000'000'000});   // another video begins
  writer.write(gray(50), stream_, {.pts_ns = 1'250'000'000});
  writer.finish();
  std::vector<std::int64_t> times;
  for (const Seen& seen : read("out.mp4")) times.push_back(seen.ms);
  EXPECT_THAT(times, ElementsAre(0, 50, 90000, 90050, 90300));
}

TEST_F(VideoWriterTest, LeavesNothingBehindWhenItIsNotFinished) {
  { const VideoWriter never(output("a.mp4")); }
  {
    VideoWriter writer(output("b.mp4"));
    writer.write(gray(1), stream_);
  }
  EXPECT_THROW(VideoWriter(output("c.mp4")).finish(), RunError);
  EXPECT_TRUE(is_empty());
}

TEST_F(VideoWriterTest, RefusesWhatCannotBeWritten) {
  const auto message = [](auto&& body) -> std::string {
    try {
      body();
    } catch (const InvalidArgument& error) {
      return error.what();
    } catch (const RunError& error) {
      return error.what();
    }
    return "nothing is wrong";
  };
  EXPECT_THAT(message([&] { VideoWriter(output("a.avi")); }), HasSubstr("'.avi' is not a format that can be written"));
  EXPECT_THAT(message([&] { VideoWriter(output("no/folder/a.mp4")); }), HasSubstr("does not exist"));
  EXPECT_THAT(message([&] { VideoWriter(output("a.mp4"), -1); }), HasSubstr("fps must be from 0 to 1000, not -1"));
  VideoWriter writer(output("a.mp4"));
  EXPECT_THAT(message([&] { writer.write(gray(1, {63, 48}), stream_); }), HasSubstr("63x48 cannot be encoded"));
  writer.write(gray(1), stream_);
  EXPECT_THAT(message([&] {
                writer.write(gray(1, {64, 46}), stream_);
              }),
              HasSubstr("is not like the first frame, i420 64x48"));
  EXPECT_THAT(message([&] {
                writer.write(Image(stream_, PixelFormat::nv12, {64, 48}), stream_);
              }),
              HasSubstr("not like the first"));
  writer.write(gray(2), stream_);
  writer.finish();
  EXPECT_THAT(message([&] { writer.write(gray(1), stream_); }), HasSubstr("is finished"));
  EXPECT_EQ(read("a.mp4").size(), 2U) << "the good ones are there";
}

}  // namespace
}  // namespace retouch::test
