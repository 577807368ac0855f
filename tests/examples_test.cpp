// The examples and the demo's function do what they say, to the frame and to nothing else. Each is loaded from its
// library, as a pipeline does.
#include <cstdlib>
#include <memory>

#include "retouch/filter.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/sprite.hpp"
#include "support/backend.hpp"
#include "support/paths.hpp"

namespace retouch::test {
namespace {

constexpr Box face_box{100.5F, 60.25F, 50, 40};

Object object(const char* label, const Box& box) {
  Object result;
  result.label = label;
  result.source = "test";
  result.box = box;
  return result;
}

class Examples : public BackendTest {
 protected:
  /// The picture after the function saw it with one face in it.
  Pixels run(const std::string& spec, const std::string& kwargs, const Pixels& input) {
    const auto function = make_function(spec, Kwargs::from_json(kwargs));
    function->on_start(device());
    function->on_source_add("test");
    Pixels result = apply(input, [&](StreamView stream, const ImageView& image) {
      Frame frame(image, stream, {.source_id = "test", .index = 7});
      frame.add_object(object("face", face_box));
      frame.add_object(object("car", {10, 150, 30, 30}));
      function->process_frame(frame);
    });
    function->on_source_eos("test");
    function->on_stop();
    return result;
  }
  static std::string library(const std::string& name) {
    return build_path("examples/lib" + name + ".so").string() + ":";
  }
};

/// How many pixels of `rect` differ, and how many outside it.
struct Changes {
  int inside = 0;
  int outside = 0;
};
Changes changes(const Pixels& before, const Pixels& after, const Rect& rect) {
  Changes count;
  for (int y = 0; y < before.size.height; ++y)
    for (int x = 0; x < before.size.width; ++x) {
      bool differs = false;
      for (int c = 0; c < plane_channels(before.format, 0); ++c)
        differs |= before.at(0, x, y, c) != after.at(0, x, y, c);
      if (!differs) continue;
      const bool in = x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
      ++(in ? count.inside : count.outside);
    }
  return count;
}

TEST_P(Examples, BlurFacesBlursTheFaceAlone) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12}) {
    const Pixels input = noise(format, {640, 360});
    const Pixels blurred = run(library("blur_faces") + "BlurFaces", R"({"sigma": 4})", input);
    const Pixels expected = apply(input, [](StreamView stream, const ImageView& image) {
      gaussian_blur(stream, image.region({100, 60, 51, 41}), {.sigma_x = 4});
    });
    EXPECT_EQ(max_difference(blurred, expected), 0);
    EXPECT_GT(changes(input, blurred, {100, 60, 51, 41}).inside, 2000);
    EXPECT_EQ(changes(input, blurred, {100, 60, 51, 41}).outside, 0);
  }
}

TEST_P(Examples, SpriteDashboardCompositesLogoAndDashboard) {
  const std::string logo = source_path("assets/logo.png").string();
  const Size size = Sprite::from_file(logo).size();
  const Pixels input = noise(PixelFormat::rgba8, {640, 360});
  const Pixels output = run(library("sprite_dashboard") + "SpriteDashboard", R"({"logo": ")" + logo + R"("})", input);
  const Changes marked = changes(input, output, {640 - 16 - size.width, 16, size.width, size.height});
  const Changes dashboard = changes(input, output, {16, 16, 240, 72});
  EXPECT_GT(marked.inside, size.width * size.height / 2);
  EXPECT_GT(dashboard.inside, 240 * 72 * 9 / 10);
  EXPECT_EQ(marked.outside, dashboard.inside);
  EXPECT_EQ(dashboard.outside, marked.inside);
}

TEST_P(Examples, SpriteDashboardIsDrawnOnceASecond) {
  const std::string logo = source_path("assets/logo.png").string();
  const auto function = make_function(library("sprite_dashboard") + "SpriteDashboard",
                                      Kwargs::from_json(R"({"logo": ")" + logo + R"("})"));
  function->on_start(device());
  const Pixels input = flat(PixelFormat::rgba8, {640, 360}, 128);
  const auto at = [&](std::int64_t ms) {
    return apply(input, [&](StreamView stream, const ImageView& image) {
      Frame frame(image, stream,
                  {.source_id = "test", .index = static_cast<std::uint64_t>(ms / 40), .pts_ns = ms * 1'000'000});
      function->process_frame(frame);
    });
  };
  const Pixels first = at(1000);
  EXPECT_EQ(max_difference(first, at(1960)), 0) << "in the same second the same picture, whatever the frame";
  const Pixels next = at(2000);
  const Changes changed = changes(first, next, {16, 16, 240, 72});
  EXPECT_GT(changed.inside, 50);
  EXPECT_EQ(changed.outside, 0);
  function->on_stop();
}

TEST_P(Examples, PatchDashboardWritesItsStripAlone) {
  for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::gray8, PixelFormat::nv12}) {
    SCOPED_TRACE(name_of(format));
    const Pixels input = flat(format, {640, 360}, 128);
    const Pixels output = run(library("patch_dashboard") + "PatchDashboard", "{}", input);
    const Changes count = changes(input, output, {16, 16, 320, 48});
    EXPECT_GT(count.inside, 320 * 48 - 50) << "darker, or text; by chance an edge of the text has the old value";
    EXPECT_EQ(count.outside, 0);
    int bright = 0;
    for (int y = 16; y < 64; ++y)
      for (int x = 16; x < 336; ++x) bright += output.at(0, x, y) > 200 ? 1 : 0;
    EXPECT_GT(bright, 100) << "text";
    EXPECT_LT(bright, 5000);
  }
}

TEST_P(Examples, DrawObjectsBlursFacesAndMarksTheRest) {
  const Pixels input = noise(PixelFormat::rgba8, {640, 360});
  const Pixels output = run(library("draw_objects") + "DrawObjects", "{}", input);
  // The car {10, 150, 30, 30}: "car 1.00" stands above its corners; within, nothing.
  EXPECT_EQ(changes(input, output, {20, 160, 10, 10}).inside, 0);
  EXPECT_GT(changes(input, output, {10, 130, 60, 20}).inside, 500) << "the label";
  EXPECT_EQ(output.at(0, 10, 150, 0), output.at(0, 16, 151, 0)) << "the corner";
  EXPECT_EQ(output.at(0, 25, 150, 0), input.at(0, 25, 150, 0)) << "between the corners";
  // The face is made unrecognisable within an ellipse: the corners of its box stay.
  EXPECT_GT(changes(input, output, {101, 61, 50, 40}).inside, 1400);
  EXPECT_EQ(changes(input, output, {101, 61, 3, 3}).inside, 0);
  const Changes face = changes(input, output, {100, 60, 51, 41});
  EXPECT_EQ(face.inside + changes(input, output, {0, 120, 120, 70}).inside, face.inside + face.outside);
}

TEST_P(Examples, DemoDoesAllThreeWays) {
  const std::string logo = source_path("assets/logo.png").string();
  const std::string kwargs = R"({"sigma": 5, "logo": ")" + logo + R"("})";
  const Pixels input = noise(PixelFormat::rgba8, {640, 360});
  const std::string library = build_path("lib/libretouch_demo.so").string();
  const Pixels output = run(library + ":Demo", kwargs, input);
  // The head: 15 % wider on both sides, 35 % higher, 15 % lower than the face.
  const Rect head = enclosing_rect({93, 46.25F, 65, 60});
  for (int x = head.x; x < head.x + head.width; ++x)
    for (const int y : {head.y, head.y + 2, head.y + head.height - 1}) {
      EXPECT_EQ(output.at(0, x, y, 0), 72) << x << ", " << y;
      EXPECT_EQ(output.at(0, x, y, 1), 219) << x << ", " << y;
      EXPECT_EQ(output.at(0, x, y, 2), 132) << x << ", " << y;
    }
  // Inside the frame noise has become nearly flat.
  int low = 255;
  int high = 0;
  for (int y = head.y + 10; y < head.y + head.height - 10; ++y)
    for (int x = head.x + 10; x < head.x + head.width - 10; ++x) {
      low = std::min<int>(low, output.at(0, x, y, 1));
      high = std::max<int>(high, output.at(0, x, y, 1));
    }
  EXPECT_LT(high - low, 60);
  // Nothing but the head, the logo and the strip.
  Pixels rest = output;
  const Size size = Sprite::from_file(logo).size();
  for (const Rect& r : {head, Rect{640 - 16 - size.width, 16, size.width, size.height}, Rect{16, 296, 480, 48}}) {
    EXPECT_GT(changes(input, output, r).inside, r.width * r.height / 2);
    for (int y = r.y; y < r.y + r.height; ++y)
      for (int x = r.x; x < r.x + r.width; ++x)
        for (int c = 0; c < 4; ++c) rest.at(0, x, y, c) = input.at(0, x, y, c);
  }
  EXPECT_EQ(max_difference(rest, input), 0);
}

TEST_P(Examples, DemoOnFramesSmallerThanItsDecorations) {
  const std::string kwargs = R"({"logo": ")" + source_path("assets/logo.png").string() + R"("})";
  const std::string library = build_path("lib/libretouch_demo.so").string();
  for (const Size size : {Size{1, 1}, Size{33, 17}, Size{120, 65}})
    for (const PixelFormat format : {PixelFormat::nv12, PixelFormat::bgr8})
      EXPECT_EQ(run(library + ":Demo", kwargs, noise(format, size)).size, size);
}

RETOUCH_BACKENDS(Examples);

TEST(EditImage, WritesTheEditedPicture) {
  const auto out = std::filesystem::temp_directory_path() / "retouch_edit_image_test.png";
  const std::string astronaut = source_path("assets/astronaut.png").string();
  const std::string program = build_path("examples/edit_image").string();
  const std::string command = '"' + program + "\" \"" + astronaut + "\" \"" + source_path("assets/logo.png").string() +
                              "\" \"" + out.string() + '"';
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Image before = read_png(astronaut);
  const Image after = read_png(out.string());
  ASSERT_EQ(after.size(), before.size());
  const auto differs = [&](int x, int y) {
    const auto offset = static_cast<std::ptrdiff_t>(4) * x;
    const auto* a = before.view().plane(0).data + y * before.view().plane(0).pitch_bytes + offset;
    const auto* b = after.view().plane(0).data + y * after.view().plane(0).pitch_bytes + offset;
    return !std::equal(a, a + 4, b);
  };
  EXPECT_TRUE(differs(202, 102)) << "an eye, blurred";
  EXPECT_TRUE(differs(60, 455)) << "the logo";
  EXPECT_FALSE(differs(300, 300)) << "elsewhere";
  EXPECT_FALSE(differs(171, 120)) << "just left of the blurred region";
  std::filesystem::remove(out);
  EXPECT_NE(std::system(('"' + program + "\" /nowhere.png a b 2> /dev/null").c_str()), 0);
}

}  // namespace
}  // namespace retouch::test
