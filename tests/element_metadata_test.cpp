// Objects on buffers: our GstMeta and the regions of interest beside it, through the element and through others.
#include <gmock/gmock.h>
#include <gst/check/gstharness.h>

#include <filesystem>
#include <fstream>

#include "retouch/interop/gstreamer.hpp"
#include "support/gst.hpp"

namespace retouch::test {
namespace {

using interop::frame_metadata;
using interop::FrameMetadata;
using interop::put_frame_metadata;
using interop::take_frame_metadata;
using testing::ElementsAre;
using testing::SizeIs;

constexpr Size size{320, 240};

std::vector<GstVideoRegionOfInterestMeta*> regions_of(GstBuffer* buffer) {
  std::vector<GstVideoRegionOfInterestMeta*> regions;
  gpointer state = nullptr;
  while (GstMeta* meta = gst_buffer_iterate_meta_filtered(buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))
    regions.push_back(reinterpret_cast<GstVideoRegionOfInterestMeta*>(meta));
  return regions;
}

// "label x,y wxh", for comparison.
std::vector<std::string> described(GstBuffer* buffer) {
  std::vector<std::string> texts;
  for (const auto* region : regions_of(buffer))
    texts.push_back(std::string(g_quark_to_string(region->roi_type)) + " " + std::to_string(region->x) + "," +
                    std::to_string(region->y) + " " + std::to_string(region->w) + "x" + std::to_string(region->h));
  return texts;
}

Object object_at(const std::string& label, const Box& box, std::int64_t id) {
  Object object;
  object.label = label;
  object.box = box;
  object.id = id;
  return object;
}

class Metadata : public testing::Test {
 protected:
  void SetUp() override {
    load_element();
    buffer_.reset(gst_buffer_new_allocate(nullptr, 16, nullptr));
  }
  GstBuffer* buffer() { return buffer_.get(); }
  Owned<GstBuffer> buffer_;
};

TEST_F(Metadata, ComesBackAsItWasPut) {
  EXPECT_EQ(frame_metadata(buffer()), nullptr);
  FrameMetadata data;
  data.objects = {object_at("face", {10.5F, 20, 30, 40, 15}, 1), object_at("eye", {12, 24, 5, 5, 0}, 2)};
  data.objects[0].confidence = 0.25F;
  data.objects[0].track_id = 77;
  data.objects[0].landmarks = {{1, 2}, {3, 4}};
  data.objects[0].attributes["a.b"] = std::vector<float>{1, 2, 3};
  data.objects[0].mask = ObjectMask{{2, 1}, {0, 255}};
  data.objects[1].parent_id = 1;
  data.attributes["scene.night"] = true;
  put_frame_metadata(buffer(), data, size);
  const FrameMetadata* held = frame_metadata(buffer());
  ASSERT_NE(held, nullptr);
  ASSERT_THAT(held->objects, SizeIs(2));
  EXPECT_EQ(held->objects[0].box, data.objects[0].box);
  EXPECT_EQ(held->objects[0].landmarks, data.objects[0].landmarks);
  EXPECT_EQ(held->objects[0].attributes, data.objects[0].attributes);
  EXPECT_EQ(held->objects[0].mask, data.objects[0].mask);
  EXPECT_EQ(held->objects[0].track_id, 77);
  EXPECT_EQ(held->objects[1].parent_id, 1);
  EXPECT_EQ(held->attributes, data.attributes);
  EXPECT_THAT(take_frame_metadata(buffer()).objects, SizeIs(2)) << "our own regions are not read as new objects";
  ASSERT_THAT(regions_of(buffer()), SizeIs(2));
  EXPECT_EQ(regions_of(buffer())[1]->parent_id, regions_of(buffer())[0]->id);

  put_frame_metadata(buffer(), {}, size);
  EXPECT_EQ(frame_metadata(buffer()), nullptr) << "nothing is left of nothing";
  EXPECT_THAT(regions_of(buffer()), SizeIs(0));
}

TEST_F(Metadata, RegionsFollowTheObjects) {
  put_frame_metadata(buffer(),
                     {{object_at("whole", {10, 10, 20, 20, 0}, 1), object_at("clipped", {-5.5F, 230, 10, 100, 0}, 2),
                       object_at("outside", {500, 10, 20, 20, 0}, 3), object_at("nonsense", {NAN, 0, 1, 1, 0}, 4)},
                      {}},
                     size);
  EXPECT_THAT(described(buffer()), ElementsAre("whole 10,10 20x20", "clipped 0,230 5x10"));
  FrameMetadata data = take_frame_metadata(buffer());
  EXPECT_THAT(data.objects, SizeIs(4)) << "what does not show is still an object";
  data.objects[0].box.left = 11;
  data.objects[0].label = "moved";
  data.objects.erase(data.objects.begin() + 1);
  data.objects.push_back(object_at("new", {1, 2, 3, 4, 0}, 9));
  put_frame_metadata(buffer(), data, size);
  EXPECT_THAT(described(buffer()), ElementsAre("moved 11,10 20x20", "new 1,2 3x4"));
}

TEST_F(Metadata, ObjectsWithoutIdsGetSome) {
  put_frame_metadata(buffer(),
                     {{object_at("a", {1, 1, 2, 2, 0}, 0), object_at("b", {5, 5, 2, 2, 0}, 0),
                       object_at("c", {9, 9, 2, 2, 0}, 3), object_at("d", {20, 9, 2, 2, 0}, 3)},
                      {}},
                     size);
  put_frame_metadata(buffer(), take_frame_metadata(buffer()), size);
  EXPECT_THAT(described(buffer()), ElementsAre("a 1,1 2x2", "b 5,5 2x2", "c 9,9 2x2", "d 20,9 2x2"));
}

TEST_F(Metadata, RegionsOfOthersBecomeObjects) {
  auto* car = gst_buffer_add_video_region_of_interest_meta(buffer(), "car", 10, 20, 100, 50);
  car->id = 5;
  gst_video_region_of_interest_meta_add_param(
      car, gst_structure_new("detection", "confidence", G_TYPE_DOUBLE, 0.5, "model", G_TYPE_STRING, "x", nullptr));
  auto* plate = gst_buffer_add_video_region_of_interest_meta(buffer(), "plate", 40, 50, 20, 8);
  plate->id = 6;
  plate->parent_id = 5;
  FrameMetadata data = take_frame_metadata(buffer());
  ASSERT_THAT(data.objects, SizeIs(2));
  EXPECT_EQ(data.objects[0].label, "car");
  EXPECT_EQ(data.objects[0].box, (Box{10, 20, 100, 50, 0}));
  EXPECT_EQ(data.objects[0].confidence, 0.5F);
  EXPECT_EQ(data.objects[1].parent_id, data.objects[0].id);
  EXPECT_EQ(data.objects[1].confidence, 1.0F);

  data.objects.push_back(object_at("face", {1, 1, 5, 5, 0}, 8));
  put_frame_metadata(buffer(), data, size);
  EXPECT_THAT(described(buffer()), ElementsAre("car 10,20 100x50", "plate 40,50 20x8", "face 1,1 5x5")) << "no doubles";
  EXPECT_NE(gst_video_region_of_interest_meta_get_param(regions_of(buffer())[0], "detection"), nullptr)
      << "what the other element wrote stays";

  gst_buffer_add_video_region_of_interest_meta(buffer(), "late", 0, 0, 9, 9);
  data = take_frame_metadata(buffer());
  ASSERT_THAT(data.objects, SizeIs(4)) << "one that came later is new";
  EXPECT_EQ(data.objects[3].label, "late");
  EXPECT_EQ(data.objects[3].id, 9);
}

TEST_F(Metadata, TravelsWithCopies) {
  put_frame_metadata(buffer(), {{object_at("face", {10, 10, 20, 20, 0}, 1)}, {{"k", 1.5}}}, size);
  const Owned<GstBuffer> copy(gst_buffer_copy_deep(buffer()));
  buffer_.reset();
  const FrameMetadata* held = frame_metadata(copy.get());
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->objects.at(0).label, "face");
  EXPECT_EQ(std::get<double>(held->attributes.at("k")), 1.5);
  FrameMetadata changed = take_frame_metadata(copy.get());
  const Owned<GstBuffer> second(gst_buffer_copy(copy.get()));
  changed.objects[0].label = "other";
  put_frame_metadata(copy.get(), changed, size);
  EXPECT_EQ(frame_metadata(second.get())->objects.at(0).label, "face") << "copies are apart";
}

// What ListObjects wrote, per frame.
std::vector<std::string> run_listing(const std::string& elements, const std::string& log, int frames = 1) {
  std::filesystem::remove(log);
  Pipeline pipeline("videotestsrc num-buffers=" + std::to_string(frames) +
                    " ! video/x-raw,format=NV12,width=320,height=240 ! " + elements + " ! " +
                    retouch_with("ListObjects", R"({"log": ")" + log + "\"}") + " ! fakesink");
  EXPECT_TRUE(pipeline.run());
  std::ifstream file(log);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::filesystem::remove(log);
  return lines;
}

TEST(ElementMetadata, ReachesLaterElements) {
  const std::string log = (std::filesystem::temp_directory_path() / "retouch_metadata_test.log").string();
  const std::string face =
      " | 1 face 10,20 30.5x40.25 parent -1 confidence 0.75 | 2 eye 12,24 5x5 parent 1 confidence 1";
  EXPECT_THAT(run_listing(retouch_with("AddObjects"), log, 2), ElementsAre("frame 0" + face, "frame 1" + face));
  EXPECT_THAT(
      run_listing(retouch_with("AddObjects") + " ! " + retouch_with("AddObjects", R"({"label": "hand"})"), log),
      ElementsAre("frame 0" + face +
                  " | 3 hand 10,20 30.5x40.25 parent -1 confidence 0.75 | 4 eye 12,24 5x5 parent 3 confidence 1"));
  EXPECT_THAT(run_listing(retouch_with("AddObjects,RemoveObjects", R"([null, {"label": "eye"}])"), log),
              ElementsAre("frame 0 | 1 face 10,20 30.5x40.25 parent -1 confidence 0.75"));
  EXPECT_THAT(run_listing(retouch_with("AddObjects") + " ! queue ! tee name=t  t. ! queue ! fakesink  t. ! queue", log),
              ElementsAre("frame 0" + face));
  EXPECT_THAT(run_listing(retouch_with("AddObjects") + " ! videoscale ! video/x-raw,width=160,height=480", log),
              ElementsAre("frame 0 | 1 face 5,40 15.25x80.5 parent -1 confidence 0.75 | 2 eye 6,48 2.5x10 parent 1 "
                          "confidence 1"));
  EXPECT_THAT(run_listing(retouch_with("AddObjects") + " ! videoconvert ! video/x-raw,format=RGBA", log),
              ElementsAre("frame 0" + face));
}

TEST(ElementMetadata, WhatABufferCarriesSurvives) {
  load_element();
  GstHarness* harness = gst_harness_new_parse(retouch_with("AddObjects").c_str());
  gst_harness_set_src_caps_str(harness, "video/x-raw,format=GRAY8,width=320,height=240,framerate=25/1");
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, 320 * 240, nullptr);
  GST_BUFFER_PTS(buffer) = 40 * GST_MSECOND;
  GST_BUFFER_DTS(buffer) = 30 * GST_MSECOND;
  GST_BUFFER_DURATION(buffer) = 20 * GST_MSECOND;
  GST_BUFFER_OFFSET(buffer) = 11;
  gst_buffer_add_video_time_code_meta_full(buffer, 25, 1, nullptr, GST_VIDEO_TIME_CODE_FLAGS_NONE, 1, 2, 3, 4, 0);
  const Owned<GstBuffer> out(gst_harness_push_and_pull(harness, buffer));
  ASSERT_EQ(out.get(), buffer);
  EXPECT_EQ(GST_BUFFER_PTS(out.get()), 40 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_DTS(out.get()), 30 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_DURATION(out.get()), 20 * GST_MSECOND);
  EXPECT_EQ(GST_BUFFER_OFFSET(out.get()), 11U);
  const GstVideoTimeCodeMeta* code = gst_buffer_get_video_time_code_meta(out.get());
  ASSERT_NE(code, nullptr);
  EXPECT_EQ(code->tc.minutes, 2U);
  ASSERT_NE(frame_metadata(out.get()), nullptr);
  EXPECT_EQ(std::get<std::int64_t>(frame_metadata(out.get())->attributes.at("AddObjects.frame")), 0);
  EXPECT_THAT(described(out.get()), ElementsAre("face 10,20 31x41", "eye 12,24 5x5"));
  gst_harness_teardown(harness);
}

}  // namespace
}  // namespace retouch::test
