// The GStreamer element on system memory: in place, every format, life cycle, errors.
#include <gmock/gmock.h>
#include <gst/check/gstharness.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/gst.hpp"

namespace retouch::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const std::vector<std::string> formats = {"NV12", "I420", "RGBA", "BGRA", "RGB", "BGR", "GRAY8"};

std::string test_source(const std::string& format, int buffers = 3, int width = 321, int height = 241) {
  return "videotestsrc num-buffers=" + std::to_string(buffers) + " pattern=snow ! video/x-raw,format=" + format +
         ",width=" + std::to_string(width) + ",height=" + std::to_string(height) + ",framerate=30/1";
}

// The same edit as FillBox does, on a copy of the buffer's bytes, with the strides of the caps.
void fill_box(std::vector<std::uint8_t>& bytes, const GstVideoInfo& info, int x, int y, int width, int height,
              std::uint8_t value) {
  for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES(&info); ++plane) {
    const bool chroma = plane > 0;
    const int divide = chroma ? 2 : 1;
    const int bytes_per_sample =
        chroma && GST_VIDEO_INFO_N_PLANES(&info) == 2 ? 2 : GST_VIDEO_INFO_COMP_PSTRIDE(&info, 0);
    const int row_bytes = width / divide * bytes_per_sample;
    for (int row = y / divide; row < (y + height) / divide; ++row) {
      const int in_plane = row * GST_VIDEO_INFO_PLANE_STRIDE(&info, plane) + x / divide * bytes_per_sample;
      const auto first =
          bytes.begin() + static_cast<std::ptrdiff_t>(GST_VIDEO_INFO_PLANE_OFFSET(&info, plane)) + in_plane;
      std::fill(first, first + row_bytes, value);
    }
  }
}

std::string temporary_file(const std::string& name) {
  const auto path = std::filesystem::temp_directory_path() / ("retouch_element_test_" + name);
  std::filesystem::remove(path);
  return path.string();
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(Element, EditsInPlaceInEveryFormat) {
  for (const auto& format : formats) {
    struct Seen {
      GstBuffer* buffer;
      GstMemory* memory;
      const void* data;
      std::vector<std::uint8_t> bytes;
    };
    std::vector<Seen> before;
    std::vector<Seen> after;
    const auto look = [](std::vector<Seen>& list) {
      return [&list](GstBuffer* buffer) {
        GstMemory* memory = gst_buffer_peek_memory(buffer, 0);
        GstMapInfo map;
        ASSERT_TRUE(gst_memory_map(memory, &map, GST_MAP_READ));
        list.push_back({buffer, memory, map.data, bytes_of(buffer)});
        gst_memory_unmap(memory, &map);
      };
    };
    Pipeline pipeline(
        test_source(format) + " ! " +
        retouch_with("FillBox", R"({"x": 32, "y": 16, "width": 64, "height": 40, "value": 200})", "name=r") +
        " ! fakesink");
    pipeline.probe("r", "sink", look(before));
    pipeline.probe("r", "src", look(after));
    EXPECT_TRUE(pipeline.run()) << format;
    ASSERT_THAT(before, SizeIs(3)) << format;
    ASSERT_THAT(after, SizeIs(3)) << format;
    GstVideoInfo info;
    gst_video_info_set_format(&info, gst_video_format_from_string(format.c_str()), 321, 241);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(before[i].buffer, after[i].buffer) << format;
      EXPECT_EQ(before[i].memory, after[i].memory) << format;
      EXPECT_EQ(before[i].data, after[i].data) << format;
      ASSERT_EQ(before[i].bytes.size(), info.size) << format;
      EXPECT_NE(before[i].bytes, after[i].bytes) << format;
      fill_box(before[i].bytes, info, 32, 16, 64, 40, 200);
      EXPECT_EQ(before[i].bytes, after[i].bytes) << format << ": a byte outside the region changed";
    }
  }
}

TEST(Element, FollowsTheBuffersOwnStrides) {
  load_element();
  GstHarness* harness = gst_harness_new_parse(
      retouch_with("FillBox", R"({"x": 2, "y": 4, "width": 8, "height": 6, "value": 50})").c_str());
  gst_harness_set_src_caps_str(harness, "video/x-raw,format=NV12,width=30,height=20,framerate=25/1");
  // Planes further apart than needed, rows too, and something in front.
  gsize offset[GST_VIDEO_MAX_PLANES] = {100, 3000, 0, 0};
  gint stride[GST_VIDEO_MAX_PLANES] = {77, 91, 0, 0};
  std::vector<std::uint8_t> expected(5000);
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<std::uint8_t>(i * 7);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, expected.size(), nullptr);
  gst_buffer_fill(buffer, 0, expected.data(), expected.size());
  gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12, 30, 20, 2, offset, stride);
  const Owned<GstBuffer> out(gst_harness_push_and_pull(harness, buffer));
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(out.get(), buffer);
  for (std::size_t y = 4; y < 10; ++y) std::memset(&expected.at(100 + y * 77 + 2), 50, 8);
  for (std::size_t y = 2; y < 5; ++y) std::memset(&expected.at(3000 + y * 91 + 2), 50, 8);
  EXPECT_EQ(bytes_of(out.get()), expected);
  gst_harness_teardown(harness);
}

TEST(Element, TeeIsNotDisturbed) {
  Pipeline pipeline(test_source("I420", 4, 64, 48) + " ! tee name=t  t. ! queue ! " +
                    retouch_with("FillBox", R"({"width": 64, "height": 48, "value": 9})") +
                    " ! appsink name=edited sync=false  t. ! queue ! appsink name=original sync=false");
  pipeline.set_state(GST_STATE_PLAYING);
  const auto edited = pipeline.samples("edited");
  const auto original = pipeline.samples("original");
  Pipeline alone(test_source("I420", 4, 64, 48) + " ! appsink name=reference sync=false");
  alone.set_state(GST_STATE_PLAYING);
  const auto reference = alone.samples("reference");
  ASSERT_THAT(edited, SizeIs(4));
  ASSERT_THAT(original, SizeIs(4));
  ASSERT_THAT(reference, SizeIs(4));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(bytes_of(gst_sample_get_buffer(original[i].get())), bytes_of(gst_sample_get_buffer(reference[i].get())));
    const auto bytes = bytes_of(gst_sample_get_buffer(edited[i].get()));
    EXPECT_TRUE(std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 9; }));
  }
}

TEST(Element, BufferOutlivesThePipeline) {
  std::vector<Owned<GstSample>> kept;
  {
    Pipeline pipeline(test_source("RGBA", 3, 16, 16) + " ! " +
                      retouch_with("FillBox", R"({"width": 16, "height": 16, "value": 3})") +
                      " ! appsink name=out sync=false");
    pipeline.set_state(GST_STATE_PLAYING);
    kept = pipeline.samples("out");
  }
  ASSERT_THAT(kept, SizeIs(3));
  EXPECT_EQ(bytes_of(gst_sample_get_buffer(kept[2].get())), std::vector<std::uint8_t>(16 * 16 * 4, 3));
}

TEST(Element, LifeCycleChainOrderAndFrameInfo) {
  const auto log = temporary_file("life.log");
  const std::string kwargs = R"([{"name": "a", "log": ")" + log + R"("}, {"name": "b", "log": ")" + log + R"("}])";
  {
    Pipeline pipeline(test_source("NV12", 2, 32, 24) + " ! " +
                      retouch_with("Recorder,Recorder", kwargs, "source-id=cam name=r") + " ! fakesink");
    EXPECT_TRUE(pipeline.run());
    const auto lines = lines_of(log);
    const std::string first = "frame 0 of cam pts 0 duration 33333333 fps 30.000000 nv12 32x24 on cpu";
    const std::string second = "frame 1 of cam pts 33333333 duration 33333333 fps 30.000000 nv12 32x24 on cpu";
    EXPECT_THAT(lines,
                ElementsAre("a: made", "b: made", "a: start cpu", "b: start cpu", "a: add cam", "b: add cam",
                            "a: " + first, "b: " + first, "a: " + second, "b: " + second, "a: eos cam", "b: eos cam"));
    const auto stats = pipeline.stats("r");
    EXPECT_EQ(uint64_of(stats.get(), "frames"), 2U);
    const GValue* functions = gst_structure_get_value(stats.get(), "functions");
    ASSERT_EQ(gst_value_array_get_size(functions), 2U);
    const GstStructure* one = gst_value_get_structure(gst_value_array_get_value(functions, 1));
    EXPECT_STREQ(gst_structure_get_string(one, "name"), "Recorder");
    EXPECT_EQ(uint64_of(one, "frames"), 2U);
    gdouble total = 0;
    EXPECT_TRUE(gst_structure_get_double(one, "total-ms", &total));
    EXPECT_GT(total, 0.0);

    std::filesystem::resize_file(log, 0);
    pipeline.set_state(GST_STATE_READY);
    EXPECT_THAT(lines_of(log), ElementsAre("b: stop", "a: stop", "b: destroyed", "a: destroyed"));
    EXPECT_EQ(uint64_of(pipeline.stats("r").get(), "frames"), 2U) << "the last run's, when it is over";
    EXPECT_TRUE(pipeline.run()) << "a second run";
    EXPECT_EQ(uint64_of(pipeline.stats("r").get(), "frames"), 2U);
  }
  std::filesystem::remove(log);
}

TEST(Element, StopInTheMiddleEndsTheSource) {
  const auto log = temporary_file("middle.log");
  {
    Pipeline pipeline("videotestsrc is-live=true ! video/x-raw,width=16,height=16 ! " +
                      retouch_with("Recorder", R"({"log": ")" + log + "\"}", "source-id=cam") +
                      " ! appsink name=out sync=false");
    pipeline.set_state(GST_STATE_PLAYING);
    const auto sink = pipeline.element("out");
    const Owned<GstSample> sample(gst_app_sink_pull_sample(GST_APP_SINK(sink.get())));
    ASSERT_NE(sample, nullptr);
  }
  const auto lines = lines_of(log);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_THAT(std::vector<std::string>(lines.end() - 3, lines.end()),
              ElementsAre("recorder: eos cam", "recorder: stop", "recorder: destroyed"));
  std::filesystem::remove(log);
}

TEST(Element, CapsChangeInMidStream) {
  const auto log = temporary_file("caps.log");
  load_element();
  GstHarness* harness =
      gst_harness_new_parse(retouch_with("Recorder", R"({"log": ")" + log + "\"}", "source-id=cam").c_str());
  for (const char* caps : {"video/x-raw,format=NV12,width=32,height=24,framerate=25/1",
                           "video/x-raw,format=RGBA,width=18,height=10,framerate=0/1"}) {
    gst_harness_set_src_caps_str(harness, caps);
    const Owned<GstCaps> expected(gst_caps_from_string(caps));
    GstVideoInfo info;
    gst_video_info_from_caps(&info, expected.get());
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, info.size, nullptr);
    GST_BUFFER_PTS(buffer) = 123;
    const Owned<GstBuffer> out(gst_harness_push_and_pull(harness, buffer));
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(GST_BUFFER_PTS(out.get()), 123U);
    const Owned<GstCaps> caps_out(gst_pad_get_current_caps(harness->sinkpad));
    EXPECT_TRUE(gst_caps_is_subset(caps_out.get(), expected.get()));
  }
  gst_harness_teardown(harness);
  EXPECT_THAT(lines_of(log), ElementsAre("recorder: made", "recorder: start cpu", "recorder: add cam",
                                         "recorder: frame 0 of cam pts 123 duration -1 fps 25.000000 nv12 32x24 on cpu",
                                         "recorder: frame 1 of cam pts 123 duration -1 fps 0.000000 rgba8 18x10 on cpu",
                                         "recorder: eos cam", "recorder: stop", "recorder: destroyed"));
  std::filesystem::remove(log);
}

TEST(Element, NewStreamIsANewSource) {
  const auto log = temporary_file("streams.log");
  load_element();
  GstHarness* harness = gst_harness_new_parse(retouch_with("Recorder", R"({"log": ")" + log + "\"}").c_str());
  for (const char* id : {"first", "second"}) {
    gst_harness_push_event(harness, gst_event_new_stream_start(id));
    gst_harness_set_src_caps_str(harness, "video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1");
    for (int i = 0; i < 2; ++i)
      gst_buffer_unref(gst_harness_push_and_pull(harness, gst_buffer_new_allocate(nullptr, 16, nullptr)));
  }
  gst_harness_teardown(harness);
  std::vector<std::string> short_lines;
  for (const auto& line : lines_of(log)) short_lines.push_back(line.substr(10, line.find(" pts") - 10));
  EXPECT_THAT(short_lines,
              ElementsAre("made", "start cpu", "add first", "frame 0 of first", "frame 1 of first", "eos first",
                          "add second", "frame 0 of second", "frame 1 of second", "eos second", "stop", "destroyed"));
  std::filesystem::remove(log);
}

TEST(Element, OnErrorStop) {
  Pipeline pipeline(test_source("NV12", 200, 16, 16) + " ! " +
                    retouch_with("ThrowIn", R"({"frame": 100})", "source-id=cam name=r") + " ! fakesink name=out");
  int arrived = 0;
  pipeline.probe("out", "sink", [&](GstBuffer*) { ++arrived; });
  EXPECT_FALSE(pipeline.run());
  EXPECT_THAT(pipeline.errors(), ElementsAre("ThrowIn failed in frame 100 of cam: boom in two lines"));
  EXPECT_EQ(arrived, 100);
}

TEST(Element, OnErrorSkipAndPass) {
  // policy | frames that arrive | dropped | passed
  struct Row {
    const char* policy;
    int arrive;
    guint64 dropped;
    guint64 passed;
  };
  for (const Row& row : {Row{"skip", 195, 5, 0}, Row{"pass", 200, 0, 5}}) {
    Pipeline pipeline(test_source("NV12", 200, 16, 16) + " ! " +
                      retouch_with("ThrowIn", R"({"frame": 195, "always": true})",
                                   std::string("source-id=cam name=r on-error=") + row.policy) +
                      " ! fakesink name=out");
    int arrived = 0;
    pipeline.probe("out", "sink", [&](GstBuffer*) { ++arrived; });
    EXPECT_TRUE(pipeline.run()) << row.policy;
    EXPECT_EQ(arrived, row.arrive) << row.policy;
    const auto stats = pipeline.stats("r");
    EXPECT_EQ(uint64_of(stats.get(), "frames"), 200U);
    EXPECT_EQ(uint64_of(stats.get(), "dropped"), row.dropped);
    EXPECT_EQ(uint64_of(stats.get(), "passed"), row.passed);
    EXPECT_THAT(pipeline.errors(), IsEmpty());
    EXPECT_THAT(pipeline.warnings(), ElementsAre(StartsWith("ThrowIn failed in frame 195 of cam: boom"))) << "once";
  }
}

TEST(Element, WrongSettingsAreOneClearError) {
  const auto text = temporary_file("text.so");
  std::ofstream(text) << "this is not a library, it only has the name of one, and is long enough to be looked at\n";
  const std::string source = test_source("NV12", 3, 16, 16) + " ! ";
  // element | what its only error says
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"retouch", "no function is set"},
      {"retouch function=no_such_function", "function 'no_such_function' is not known"},
      {"retouch function=" + text + ":X", "cannot be loaded"},
      {"retouch function=/nowhere/libx.so:X", "'/nowhere/libx.so' does not exist"},
      {retouch_with("NoSuch"), "'NoSuch' is not in library"},
      {retouch_with("FillBox", R"({"widht": 3})"), "takes no kwarg 'widht'"},
      {retouch_with("FillBox", R"({"width": "x"})"), "expected a whole number"},
      {retouch_with("FillBox", R"({"width": )"), "not JSON"},
      {retouch_with("FillBox,FillBox", "{}"), "a JSON array"},
      {retouch_with("FillBox", "", "device=gpu"), "device 'gpu': expected auto, cpu, cuda or cuda:N"},
      {retouch_with("ThrowIn", R"({"hook": "constructor"})"), "boom in the constructor"},
      {retouch_with("ThrowIn", R"({"hook": "on_start"})"), "ThrowIn failed in on_start: boom in on_start"},
      {retouch_with("ThrowIn", R"({"hook": "on_source_add"})"), "ThrowIn failed in on_source_add"},
      {retouch_with("ThrowIn", R"({"hook": "not-an-exception"})"), "not a std::exception"},
      {retouch_with("ThrowIn", R"({"hook": "on_source_eos"})"), "ThrowIn failed in on_source_eos"},
  };
  for (const auto& [element, message] : rows) {
    Pipeline pipeline(source + element + " ! fakesink");
    EXPECT_FALSE(pipeline.run()) << element;
    EXPECT_THAT(pipeline.errors(), ElementsAre(AllOf(HasSubstr(message), Not(HasSubstr("\n"))))) << element;
  }
  std::filesystem::remove(text);
}

TEST(Element, ErrorWhenStopping) {
  Pipeline pipeline(test_source("NV12", 3, 16, 16) + " ! " + retouch_with("ThrowIn", R"({"hook": "on_stop"})") +
                    " ! fakesink");
  EXPECT_TRUE(pipeline.run());
  pipeline.set_state(GST_STATE_READY);
  EXPECT_FALSE(pipeline.wait());
  EXPECT_THAT(pipeline.errors(), ElementsAre("ThrowIn failed in on_stop: boom in on_stop"));
}

TEST(Element, DeviceCpuTakesSystemMemory) {
  Pipeline pipeline(test_source("NV12", 3, 16, 16) + " ! " + retouch_with("FillBox", "", "device=cpu") + " ! fakesink");
  EXPECT_TRUE(pipeline.run());
}

TEST(Element, LateViewFromAnotherThread) {
  const auto log = temporary_file("late.log");
  {
    Pipeline pipeline(test_source("NV12", 3, 16, 16) + " ! " +
                      retouch_with("KeepView", R"({"log": ")" + log + "\"}", "source-id=cam") + " ! fakesink");
    EXPECT_TRUE(pipeline.run());
  }
  EXPECT_THAT(lines_of(log), ElementsAre(StartsWith("ExpiredFrame: frame 0 of cam was used after")));
  std::filesystem::remove(log);
}

TEST(Element, WorksThroughAnEncoder) {
  const auto file = temporary_file("out.mkv");
  Pipeline pipeline("videotestsrc num-buffers=10 ! video/x-raw,format=I420,width=320,height=240 ! " +
                    retouch_with("FillBox,FillBox", R"([{"x": 10, "y": 10}, {"x": 40}])") +
                    " ! videoconvert ! jpegenc ! matroskamux ! filesink location=" + file);
  EXPECT_TRUE(pipeline.run());
  EXPECT_GT(std::filesystem::file_size(file), 1000U);
  std::filesystem::remove(file);
}

// The example of the documentation is the file that is tested.
TEST(Documentation, ShowsTheTestedFunction) {
  std::ifstream page_file(source_path("docs/functions.md"));
  std::ifstream source_file(source_path("tests/functions/shade.cpp"));
  if (!page_file || !source_file) GTEST_SKIP() << "the documentation is not here";
  std::stringstream page;
  std::stringstream source;
  page << page_file.rdbuf();
  source << source_file.rdbuf();
  const std::string code = source.str();
  EXPECT_THAT(page.str(), HasSubstr("```cpp\n" + code.substr(code.find("#include")) + "```"));
}

// Its lines that need no file and no GPU run as they are printed.
TEST(Documentation, LaunchLinesWork) {
  std::ifstream page(source_path("docs/gstreamer.md"));
  if (!page) GTEST_SKIP() << "the documentation is not here";
  setenv("RETOUCH_FUNCTION_PATH", build_path("lib/test_functions").string().c_str(), 1);
  int count = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("gst-launch-1.0 videotestsrc")) continue;
    std::string text;
    bool inside = false;  // the shell's quotes, which gst_parse_launch has differently
    for (const char c : line.substr(15)) {
      if (c == '\'') inside = !inside;
      text += c == '\'' ? "\"" : inside && c == '"' ? "\\\"" : std::string(1, c);
    }
    Pipeline pipeline(text);
    EXPECT_TRUE(pipeline.run()) << line;
    EXPECT_THAT(pipeline.errors(), IsEmpty()) << line;
    ++count;
  }
  unsetenv("RETOUCH_FUNCTION_PATH");
  EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace retouch::test
