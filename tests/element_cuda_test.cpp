// The GStreamer element on CUDA memory. Needs a GPU and GStreamer's nvcodec plugin.
#include <gmock/gmock.h>

#include <bit>

#include "retouch/interop/gstreamer.hpp"
#include "support/backend.hpp"
#include "support/gst.hpp"

#if RETOUCH_GST_CUDA
#include "pipeline/gst_cuda.hpp"
#endif

namespace retouch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;  // NOLINT(misc-unused-using-decls): of a build with CUDA
using testing::SizeIs;   // NOLINT(misc-unused-using-decls)

// GRAY8 is no format of GStreamer's CUDA memory.
const std::vector<std::string> formats = {"NV12", "I420", "RGBA", "BGRA", "RGB", "BGR"};

std::string test_source(const std::string& format, int buffers = 3) {
  return "videotestsrc num-buffers=" + std::to_string(buffers) + " pattern=snow ! video/x-raw,format=" + format +
         ",width=322,height=242,framerate=30/1";
}

TEST(ElementWithoutGpu, DeviceCudaWithSystemMemorySaysWhatToDo) {
  Pipeline pipeline(test_source("NV12") + " ! " + retouch_with("FillBox", "", "device=cuda") + " ! fakesink");
  EXPECT_FALSE(pipeline.run());
  const std::string reason = cuda_unavailable_reason();
  EXPECT_THAT(pipeline.errors(), ElementsAre(HasSubstr(reason.empty() ? "put cudaupload before retouch" : reason)));
}

TEST(ElementWithoutGpu, ContextsAreAnsweredOrNot) {
  load_element();
  GstContext* context = interop::cuda_context(0);
#if RETOUCH_GST_CUDA
  EXPECT_EQ(context != nullptr, cuda_unavailable_reason().empty());
#else
  EXPECT_EQ(context, nullptr);
#endif
  if (context != nullptr) gst_context_unref(context);
  EXPECT_EQ(interop::cuda_context(1000), nullptr) << "no such GPU";

  const Owned<GstElement> element(gst_element_factory_make("identity", nullptr));
  gst_object_ref_sink(element.get());
  GstMessage* other = gst_message_new_need_context(GST_OBJECT(element.get()), "some.other.context");
  EXPECT_FALSE(interop::answer_need_context(other, 0));
  gst_message_unref(other);
}

#if RETOUCH_GST_CUDA

// Which memory the pads offer and accept. No frame flows, so this needs no GPU.
class ElementMemory : public testing::Test {
 protected:
  // An element with this device between nothing and nothing.
  static Owned<GstElement> element(const char* device) {
    load_element();
    GstElement* made = gst_element_factory_make("retouch", nullptr);
    gst_object_ref_sink(made);
    g_object_set(made, "device", device, nullptr);
    return Owned<GstElement>(made);
  }
  // What the pad offers to a neighbour that can do `filter`, as "cuda", "system", "cuda system" ...
  static std::string offered(GstElement* element, const char* pad_name, const char* filter) {
    const Owned<GstPad> pad(gst_element_get_static_pad(element, pad_name));
    const Owned<GstCaps> filter_caps(filter == nullptr ? nullptr : gst_caps_from_string(filter));
    const Owned<GstCaps> caps(gst_pad_query_caps(pad.get(), filter_caps.get()));
    std::string text;
    for (guint i = 0; i < gst_caps_get_size(caps.get()); ++i)
      text +=
          std::string(text.empty() ? "" : " ") +
          (gst_caps_features_contains(gst_caps_get_features(caps.get(), i), "memory:CUDAMemory") ? "cuda" : "system");
    return text;
  }
  static bool accepts(GstElement* element, const char* caps_text) {
    const Owned<GstPad> pad(gst_element_get_static_pad(element, "sink"));
    const Owned<GstCaps> caps(gst_caps_from_string(caps_text));
    return gst_pad_query_accept_caps(pad.get(), caps.get()) == TRUE;
  }
  static constexpr const char* system_memory = "video/x-raw,format=NV12,width=64,height=32,framerate=30/1";
  static constexpr const char* cuda_memory =
      "video/x-raw(memory:CUDAMemory),format=NV12,width=64,height=32,framerate=30/1";
  static constexpr const char* both =
      "video/x-raw,format=NV12,width=64,height=32,framerate=30/1;"
      "video/x-raw(memory:CUDAMemory),format=NV12,width=64,height=32,framerate=30/1";
};

TEST_F(ElementMemory, IsTheDevicesFirst) {
  const auto check = [](const char* device, const char* expected, bool accepts_cuda, bool accepts_system) {
    const auto r = element(device);
    for (const char* pad : {"sink", "src"}) {
      EXPECT_EQ(offered(r.get(), pad, nullptr), expected) << device << ", about to link";
      EXPECT_EQ(offered(r.get(), pad, "ANY"), expected) << device;
    }
    EXPECT_EQ(accepts(r.get(), cuda_memory), accepts_cuda) << device;
    EXPECT_EQ(accepts(r.get(), system_memory), accepts_system) << device;
  };
  check("auto", "cuda system", true, true);
  check("cpu", "system cuda", false, true);
  check("cuda", "cuda system", true, false);
  check("cuda:0", "cuda system", true, false);
}

// As cudaupload asks when system memory comes in on its other side.
TEST_F(ElementMemory, IsChosenForNeighboursThatCanDoBoth) {
  const auto gpu = element("cuda:0");
  EXPECT_FALSE(accepts(gpu.get(), system_memory));
  EXPECT_EQ(offered(gpu.get(), "sink", both), "cuda");
  EXPECT_FALSE(accepts(gpu.get(), system_memory)) << "cudaupload would pass frames on as they are";
  EXPECT_TRUE(accepts(gpu.get(), cuda_memory));
  const auto cpu = element("cpu");
  EXPECT_EQ(offered(cpu.get(), "sink", both), "system");
  EXPECT_FALSE(accepts(cpu.get(), cuda_memory));
  EXPECT_EQ(offered(cpu.get(), "src", both), "system");
}

// So that the element gets to say what is missing.
TEST_F(ElementMemory, IsTheNeighboursWhenTheyHaveNoOther) {
  const auto gpu = element("cuda:0");
  EXPECT_EQ(offered(gpu.get(), "sink", system_memory), "system");
  EXPECT_TRUE(accepts(gpu.get(), system_memory));
  EXPECT_EQ(offered(gpu.get(), "sink", both), "cuda") << "another neighbour";
  EXPECT_FALSE(accepts(gpu.get(), system_memory));
  EXPECT_FALSE(accepts(gpu.get(), "video/x-raw,format=YUY2,width=64,height=32,framerate=30/1"));
  const auto cpu = element("cpu");
  EXPECT_EQ(offered(cpu.get(), "sink", cuda_memory), "cuda");
  EXPECT_TRUE(accepts(cpu.get(), cuda_memory));
}

TEST_F(ElementMemory, DeviceCpuTakesSystemMemoryThroughAPipeline) {
  Pipeline pipeline(test_source("NV12") + " ! " + retouch_with("FillBox", "", "device=cpu") + " ! fakesink");
  EXPECT_TRUE(pipeline.run());
  EXPECT_THAT(pipeline.errors(), IsEmpty());
}

// With device=auto, cudaupload passes system memory on unless it may not.
const std::string upload = " ! cudaupload ! video/x-raw(memory:CUDAMemory) ! ";

class ElementCuda : public testing::Test {
 protected:
  void SetUp() override {
    if (!gpu_or_skip()) return;
    load_element();
    for (const char* name : {"cudaupload", "cudadownload"}) {
      GstElementFactory* factory = gst_element_factory_find(name);
      ASSERT_NE(factory, nullptr) << "GStreamer's nvcodec plugin has no " << name;
      gst_object_unref(factory);
    }
  }
};

// Pixel by pixel: downloaded frames may have other strides, and anything beyond their rows.
bool same_pixels(GstSample* left, GstSample* right) {
  GstVideoInfo info;
  GstVideoFrame a;
  GstVideoFrame b;
  if (gst_video_info_from_caps(&info, gst_sample_get_caps(left)) != TRUE ||
      gst_video_frame_map(&a, &info, gst_sample_get_buffer(left), GST_MAP_READ) != TRUE)
    return false;
  if (gst_video_info_from_caps(&info, gst_sample_get_caps(right)) != TRUE ||
      gst_video_frame_map(&b, &info, gst_sample_get_buffer(right), GST_MAP_READ) != TRUE) {
    gst_video_frame_unmap(&a);
    return false;
  }
  bool same = true;
  for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES(&a); ++plane) {
    const int rows = plane == 0 ? 242 : 121;
    const int row_bytes =
        plane == 0 ? 322 * GST_VIDEO_FRAME_COMP_PSTRIDE(&a, 0) : 161 * (GST_VIDEO_FRAME_N_PLANES(&a) == 2 ? 2 : 1);
    for (int y = 0; y < rows; ++y) {
      const auto* of_a = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&a, plane)) +
                         std::ptrdiff_t{y} * GST_VIDEO_FRAME_PLANE_STRIDE(&a, plane);
      const auto* of_b = static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&b, plane)) +
                         std::ptrdiff_t{y} * GST_VIDEO_FRAME_PLANE_STRIDE(&b, plane);
      same = same && std::equal(of_a, of_a + row_bytes, of_b);
    }
  }
  gst_video_frame_unmap(&a);
  gst_video_frame_unmap(&b);
  return same;
}

TEST_F(ElementCuda, EditsInPlaceInEveryFormat) {
  const auto edit = [](const std::string& device) {
    return retouch_with("FillBox", R"({"x": 32, "y": 16, "width": 64, "height": 40, "value": 200})",
                        "name=r device=" + device);
  };
  for (const auto& format : formats) {
    struct Seen {
      GstBuffer* buffer;
      GstMemory* memory;
      const void* data;
      bool operator==(const Seen&) const = default;
    };
    std::vector<Seen> before;
    std::vector<Seen> after;
    const auto look = [](std::vector<Seen>& list) {
      return [&list](GstBuffer* buffer) {
        GstMemory* memory = gst_buffer_peek_memory(buffer, 0);
        ASSERT_TRUE(gst_is_cuda_memory(memory));
        GstMapInfo map;
        ASSERT_TRUE(gst_memory_map(memory, &map, std::bit_cast<GstMapFlags>(GST_MAP_READ | GST_MAP_CUDA)));
        list.push_back({buffer, memory, map.data});
        gst_memory_unmap(memory, &map);
      };
    };
    Pipeline on_gpu(test_source(format) + " ! cudaupload ! " + edit("cuda:0") +
                    " ! cudadownload ! video/x-raw ! appsink name=out sync=false");
    on_gpu.probe("r", "sink", look(before));
    on_gpu.probe("r", "src", look(after));
    on_gpu.set_state(GST_STATE_PLAYING);
    const auto edited = on_gpu.samples("out");
    EXPECT_TRUE(on_gpu.wait()) << format;
    Pipeline on_cpu(test_source(format) + " ! " + edit("cpu") + " ! appsink name=out sync=false");
    on_cpu.set_state(GST_STATE_PLAYING);
    const auto expected = on_cpu.samples("out");
    ASSERT_THAT(before, SizeIs(3)) << format;
    EXPECT_EQ(before, after) << format << ": same buffer, memory and pointer";
    ASSERT_THAT(edited, SizeIs(3)) << format;
    ASSERT_THAT(expected, SizeIs(3)) << format;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(same_pixels(edited[i].get(), expected[i].get())) << format;
    }
  }
}

TEST_F(ElementCuda, TeeIsNotDisturbed) {
  Pipeline pipeline(test_source("NV12") + upload + "tee name=t  t. ! queue ! " +
                    retouch_with("FillBox", R"({"width": 322, "height": 242, "value": 9})") +
                    " ! cudadownload ! video/x-raw ! appsink name=edited sync=false  t. ! queue ! cudadownload ! "
                    "video/x-raw ! appsink name=original sync=false");
  pipeline.set_state(GST_STATE_PLAYING);
  const auto edited = pipeline.samples("edited");
  const auto original = pipeline.samples("original");
  Pipeline alone(test_source("NV12") + upload + "cudadownload ! video/x-raw ! appsink name=reference sync=false");
  alone.set_state(GST_STATE_PLAYING);
  const auto reference = alone.samples("reference");
  ASSERT_THAT(edited, SizeIs(3));
  ASSERT_THAT(original, SizeIs(3));
  ASSERT_THAT(reference, SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(same_pixels(original[i].get(), reference[i].get()));
    EXPECT_FALSE(same_pixels(edited[i].get(), reference[i].get()));
  }
}

TEST_F(ElementCuda, NeighboursShareThePrimaryContext) {
  GstContext* context = interop::cuda_context(0);
  GstContext* again = interop::cuda_context(0);
  EXPECT_EQ(context, again);
  GstCudaContext* primary = nullptr;
  ASSERT_TRUE(gst_structure_get(gst_context_get_structure(context), GST_CUDA_CONTEXT_TYPE, GST_TYPE_CUDA_CONTEXT,
                                &primary, nullptr));
  Pipeline pipeline(test_source("NV12") + upload + retouch_with("FillBox", "", "name=r") + " ! fakesink");
  int frames = 0;
  pipeline.probe("r", "src", [&](GstBuffer* buffer) {
    EXPECT_EQ(GST_CUDA_MEMORY_CAST(gst_buffer_peek_memory(buffer, 0))->context, primary);
    ++frames;
  });
  EXPECT_TRUE(pipeline.run());
  EXPECT_EQ(frames, 3);
  gst_object_unref(primary);
  gst_context_unref(context);
  gst_context_unref(again);
}

TEST_F(ElementCuda, ErrorsAndDevices) {
  {
    Pipeline pipeline(test_source("NV12") + upload + retouch_with("FillBox", "", "device=cpu") + " ! fakesink");
    EXPECT_FALSE(pipeline.run());
    EXPECT_THAT(pipeline.errors(), ElementsAre(HasSubstr("put cudadownload")));
  }
  {
    Pipeline pipeline(test_source("NV12", 200) + " ! cudaupload ! " +
                      retouch_with("FillBox,ThrowIn,AddObjects", R"([null, {"frame": 100}, null])",
                                   "name=r on-error=skip device=cuda:0") +
                      " ! fakesink");
    EXPECT_TRUE(pipeline.run());
    EXPECT_THAT(pipeline.errors(), IsEmpty());
    EXPECT_EQ(uint64_of(pipeline.stats("r").get(), "dropped"), 1U);
  }
  {
    Pipeline pipeline(test_source("NV12") + " ! " + retouch_with("FillBox", "", "device=cuda:0") + " ! fakesink");
    EXPECT_FALSE(pipeline.run());
    EXPECT_THAT(pipeline.errors(), ElementsAre(HasSubstr("put cudaupload before")));
  }
  {
    Pipeline pipeline(test_source("NV12") + " ! cudaupload ! " + retouch_with("FillBox", "", "device=cuda:0") +
                      " ! videoflip ! fakesink");
    EXPECT_FALSE(pipeline.run());
    EXPECT_THAT(pipeline.errors(), ElementsAre(HasSubstr("cudadownload behind it")));
  }
  {
    Pipeline pipeline(test_source("NV12") + " ! cudaupload ! " + retouch_with("FillBox", "", "device=cpu") +
                      " ! fakesink");
    EXPECT_TRUE(pipeline.run()) << "cudaupload has nothing to do";
    EXPECT_THAT(pipeline.errors(), IsEmpty());
  }
  Pipeline unknown("videotestsrc num-buffers=1 ! " + retouch_with("FillBox", "", "device=cuda:1000") + " ! fakesink");
  EXPECT_FALSE(unknown.run());
  EXPECT_THAT(unknown.errors(), ElementsAre(HasSubstr("cuda:1000 does not exist")));
}

TEST_F(ElementCuda, MemoryChangesInMidStream) {
  // One element, first fed with system memory and then with CUDA memory: the functions are made anew where the frames
  // are.
  Pipeline pipeline("concat name=c ! " + retouch_with("FillBox", R"({"value": 5})", "name=r") + " ! fakesink  " +
                    test_source("NV12") + " ! c.  " + test_source("NV12") + upload + "c.");
  int in_cuda = 0;
  int in_system = 0;
  pipeline.probe("r", "src", [&](GstBuffer* buffer) {
    ++(gst_is_cuda_memory(gst_buffer_peek_memory(buffer, 0)) == TRUE ? in_cuda : in_system);
  });
  EXPECT_TRUE(pipeline.run());
  EXPECT_THAT(pipeline.errors(), IsEmpty());
  EXPECT_EQ(in_system, 3);
  EXPECT_EQ(in_cuda, 3);
}

#endif

}  // namespace
}  // namespace retouch::test
