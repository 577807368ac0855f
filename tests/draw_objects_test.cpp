// The function draw_objects, what its specification may say, and draw_func in module files.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "retouch/error.hpp"
#include "retouch/pipeline/draw_function.hpp"
#include "retouch/pipeline/module.hpp"
#include "retouch/pipeline/runner.hpp"
#include "support/backend.hpp"
#include "support/clip.hpp"
#include "support/objects.hpp"
#include "support/paths.hpp"

namespace retouch::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// Where a label of this text starts when it stands above the box.
float above(const std::string& text, const TextStyle& style, float top) {
  return std::floor(top - std::round(text_size(text, style).box_height) + 0.5F);
}

class DrawFunctionTest : public BackendTest {
 protected:
  static constexpr Size size{320, 240};

  Pixels run(const std::string& name, const std::string& kwargs, std::vector<Object> objects,
             const Attributes& attributes = {}) {
    const auto function = make_function(name, Kwargs::from_json(kwargs));
    function->on_start(device());
    return apply(noise(PixelFormat::rgba8, size), [&](StreamView stream, const ImageView& image) {
      Frame frame(image, stream, {.source_id = "test"});
      frame.objects() = std::move(objects);
      frame.attributes() = attributes;
      function->process_frame(frame);
    });
  }
  Pixels by_hand(const std::function<void(Canvas&)>& commands) {
    return apply(noise(PixelFormat::rgba8, size), [&](StreamView stream, const ImageView& image) {
      Canvas canvas(stream, image);
      commands(canvas);
    });
  }
};

std::vector<Object> a_car() { return {object("car", {60, 60, 100, 80})}; }

TextStyle hershey() {
  return {
      .font = Font::hershey_simplex(), .size_px = 0.5F * Font::hershey_px_per_scale, .background = Color{0, 0, 0, 255}};
}

TEST_P(DrawFunctionTest, Defaults) {
  auto objects = a_car();
  objects.push_back(object("dog", {200, 100, 40, 40}));
  objects[1].track_id = 12;
  const auto with_label = [&](const std::string& dog) {
    return by_hand([&](Canvas& c) {
      c.box({60, 60, 100, 80}, {.color = green, .thickness = 2})
          .box({200, 100, 40, 40}, {.color = green, .thickness = 2});
      c.text("car", {60, above("car", hershey(), 60)}, hershey());
      c.text(dog, {200, above(dog, hershey(), 100)}, hershey());
    });
  };
  EXPECT_EQ(max_difference(run("draw_objects", "{}", objects), with_label("dog #12")), 0);
  for (const char* dog : {"null", "{}", R"({"bbox": null, "label": null})", R"({"bbox": {}, "label": {}})"})
    EXPECT_EQ(max_difference(
                  run("draw_objects",
                      std::string(R"({"rendered_objects": {"test": {"car": null, "dog": )") + dog + "}}}", objects),
                  with_label("dog")),
              0)
        << "no value is the default: " << dog;
  EXPECT_EQ(max_difference(run("draw_objects", "{}", {}), noise(PixelFormat::rgba8, size)), 0);
}

TEST_P(DrawFunctionTest, OnlyWhatIsListedIsDrawn) {
  auto objects = a_car();
  objects.push_back(objects[0]);
  objects[1].source = "other";
  objects.push_back(object("dog", {200, 100, 40, 40}));
  objects[1].box.left = 5;
  EXPECT_EQ(max_difference(run("draw_objects", R"({"rendered_objects": {"test": {"car": {"bbox": null}}}})", objects),
                           by_hand([&](Canvas& c) { c.box(objects[0].box, {.color = green, .thickness = 2}); })),
            0)
      << "of the unit, of the label, and of it the part that is named";
  EXPECT_EQ(
      max_difference(run("draw_objects", R"({"rendered_objects": {}})", objects), noise(PixelFormat::rgba8, size)), 0);
}

TEST_P(DrawFunctionTest, AllOfTheSpecification) {
  auto objects = a_car();
  objects[0].track_id = 9;
  const std::string spec = R"({"rendered_objects": {"test": {"car": {
    "bbox": {"border_color": "FF000080", "background_color": "0000FF40", "thickness": 4,
             "padding": {"left": 1, "top": 2, "right": 3, "bottom": 4}},
    "label": {"font_color": "FFFF00FF", "border_color": "FF00FFFF", "background_color": "102030FF", "font_scale": 1,
              "thickness": 2, "format": ["{model}:{label}", "{confidence:.1f} {{}}", "#{track_id}"],
              "position": {"position": "TopLeftInside", "margin_x": 7, "margin_y": -3},
              "padding": {"left": 4, "top": 3, "right": 2, "bottom": 1}},
    "central_dot": {"color": "00FFFFFF", "radius": 7},
    "blur": true}}}})";
  const TextStyle text{.font = Font::hershey_simplex(),
                       .size_px = Font::hershey_px_per_scale,
                       .color = {255, 255, 0, 255},
                       .thickness_px = 2,
                       .background = Color{16, 32, 48, 255},
                       .padding = {4, 3, 2, 1},
                       .border_px = 1,
                       .border_color = {255, 0, 255, 255}};
  const Box padded{59, 58, 104, 86};
  EXPECT_EQ(max_difference(run("draw_objects", spec, objects), by_hand([&](Canvas& c) {
                             c.blur(Shape::box(objects[0].box));
                             c.box(padded, {.color = {255, 0, 0, 128}, .thickness = 4, .fill = Color{0, 0, 255, 64}});
                             c.text("test:car\n0.5 {}\n#9", {59 + 7, 58 - 3}, text);
                             c.dot(padded.center(), {.color = {0, 255, 255, 255}, .radius_px = 7});
                           })),
            0);
}

TEST_P(DrawFunctionTest, TransparentPartsAreNotDrawn) {
  const std::string spec = R"({"rendered_objects": {"test": {"car": {
    "bbox": {"border_color": "00000000", "background_color": "00000000"},
    "label": {"border_color": "FF00FF00", "background_color": "00000000", "position": {"position": "Center"}},
    "blur": false}}}})";
  TextStyle text = hershey();
  text.background.reset();
  const TextExtents extents = text_size("car", text);
  const PointF corner{std::floor(110 - std::round(extents.box_width) / 2 + 0.5F),
                      std::floor(100 - std::round(extents.box_height) / 2 + 0.5F)};
  EXPECT_EQ(
      max_difference(run("draw_objects", spec, a_car()), by_hand([&](Canvas& c) { c.text("car", corner, text); })), 0);
}

TEST_P(DrawFunctionTest, LabelsOfTurnedBoxesAreCentred) {
  auto objects = a_car();
  objects[0].box.angle_deg = 30;
  const TextExtents extents = text_size("car", hershey());
  const PointF corner{std::floor(110 - std::round(extents.box_width) / 2 + 0.5F),
                      std::floor(100 - std::round(extents.box_height) / 2 + 0.5F)};
  EXPECT_EQ(max_difference(run("draw_objects", "{}", objects), by_hand([&](Canvas& c) {
                             c.box(objects[0].box, {.color = green, .thickness = 2}).text("car", corner, hershey());
                           })),
            0);
}

TEST_P(DrawFunctionTest, Condition) {
  const std::string kwargs = R"({"condition": {"tag": "show"}})";
  EXPECT_EQ(max_difference(run("draw_objects", kwargs, a_car()), noise(PixelFormat::rgba8, size)), 0);
  EXPECT_EQ(max_difference(run("draw_objects", kwargs, a_car(), {{"show", false}}), run("draw_objects", "{}", a_car())),
            0)
      << "the attribute's presence counts, not its value";
}

class Custom : public DrawFunction {
 public:
  explicit Custom(const Kwargs& kwargs) : DrawFunction(kwargs), least_(kwargs.get("least", 0.0)) {
    style().palette.reset();
  }

 protected:
  bool can_draw(const Frame& frame) override { return DrawFunction::can_draw(frame) && frame.objects().size() < 3; }
  void draw_on_frame(Frame& frame, Canvas& canvas) override {
    canvas.dot({10, 10}, {.color = blue});
    DrawFunction::draw_on_frame(frame, canvas);
    canvas.dot({300, 200}, {.color = red});
  }
  ObjectStyle override_style(const Object& object, ObjectStyle style) override {
    if (object.confidence < static_cast<float>(least_)) return {.box = {}, .label = {}};
    style.label.reset();
    style.box->color = red;
    return style;
  }

 private:
  double least_;
};
RETOUCH_REGISTER_FUNCTION(Custom)

TEST_P(DrawFunctionTest, OnesOwnClass) {
  auto objects = a_car();
  const std::string kwargs =
      R"({"least": 0.4, "rendered_objects": {"test": {"car": {"bbox": {"thickness": 5}, "label": {}}}}})";
  EXPECT_EQ(max_difference(run("Custom", kwargs, objects), by_hand([&](Canvas& c) {
                             c.dot({10, 10}, {.color = blue});
                             c.box(objects[0].box, {.color = red, .thickness = 5});
                             c.dot({300, 200}, {.color = red});
                           })),
            0);
  objects[0].confidence = 0.3F;
  EXPECT_EQ(max_difference(run("Custom", kwargs, objects), by_hand([&](Canvas& c) {
                             c.dot({10, 10}, {.color = blue}).dot({300, 200}, {.color = red});
                           })),
            0);
  EXPECT_EQ(max_difference(run("Custom", kwargs, std::vector<Object>(3, objects[0])), noise(PixelFormat::rgba8, size)),
            0)
      << "can_draw";
}

RETOUCH_BACKENDS(DrawFunctionTest);

TEST(DrawFunctionKwargs, ErrorsNameTheKwarg) {
  const auto error_of = [](const std::string& kwargs) -> std::string {
    try {
      make_function("draw_objects", Kwargs::from_json(kwargs));
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(
      error_of(R"({"rendered_objects": {"unit": {"car": {"bbox": {"thickness": "x"}}}}})"),
      "function 'draw_objects': kwarg 'rendered_objects.unit.car.bbox.thickness': expected a whole number from 0 to "
      "500, got 'x'");
  EXPECT_THAT(error_of(R"({"rendered_object": {}})"), HasSubstr("takes no kwarg 'rendered_object'"));
  EXPECT_EQ(error_of(R"({"rendered_objects": {"unit": {"car": {"label": {"format": ["{label}", "{colour}"]}}}}})"),
            "none")
      << "a bad format is a warning";
}

// ---- Module files ----

Module parse(const std::string& text) { return parse_module(text, "/where/it/is/module.yml"); }

std::string error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const ModuleError& error) {
    return error.what();
  }
  return "no error";
}

TEST(DrawFunc, IsTheLastStage) {
  const Module module = parse(R"(
parameters:
  draw_func:
    condition: {tag: show}
    rendered_objects: {yolo: {car: {bbox: {border_color: '00FF00FF'}}, bus: }}
pipeline:
  elements: [{function: f}, {element: e}]
)");
  ASSERT_THAT(module.stages, SizeIs(3));
  EXPECT_EQ(module.stages[2].kind, Stage::Kind::function);
  EXPECT_EQ(module.stages[2].name, "draw_objects");
  EXPECT_EQ(
      module.stages[2].kwargs,
      R"({"condition":{"tag":"show"},"rendered_objects":{"yolo":{"car":{"bbox":{"border_color":"00FF00FF"}},"bus":null}}})");
  EXPECT_THAT(parse("parameters: {draw_func: {}}\npipeline:\n").stages, SizeIs(1)) << "defaults";
  EXPECT_THAT(parse("parameters: {draw_func: }\npipeline:\n").stages, SizeIs(0)) << "nothing is none";
  const Module own = parse(
      "parameters: {draw_func: {function: 'lib/libmine.so:Draw', kwargs: {a: 1}, rendered_objects: {u: "
      "{}}}}\npipeline:\n");
  EXPECT_EQ(own.stages.at(0).name, "/where/it/is/lib/libmine.so:Draw");
  EXPECT_EQ(own.stages.at(0).kwargs, R"({"a":1,"rendered_objects":{"u":{}}})");
  EXPECT_EQ(
      parse("parameters: {draw_func: {module: savant.deepstream.drawfunc, class_name: NvDsDrawFunc}}\npipeline:\n")
          .stages.at(0)
          .name,
      "draw_objects");
}

TEST(DrawFunc, ErrorsSayWhereAndWhat) {
  const auto in_label = [](const std::string& lines) {
    return error_of("parameters:\n  draw_func:\n    rendered_objects:\n      unit:\n        car:\n" + lines +
                    "\npipeline:\n");
  };
  const std::string at = "parameters.draw_func.rendered_objects.unit.car";
  EXPECT_EQ(in_label("          bbox:\n            thickness: thick"),
            "/where/it/is/module.yml:7: " + at + ".bbox.thickness: expected a whole number from 0 to 500, got 'thick'");
  EXPECT_EQ(in_label("          bbox:\n            thickness: 1\n            colour: 2"),
            "/where/it/is/module.yml:8: " + at +
                ".bbox: unknown key 'colour'; expected one of: border_color, background_color, thickness, padding");
  EXPECT_THAT(in_label("          bbox: {backgound_color: '00000000'}"), HasSubstr("did you mean 'background_color'?"));
  EXPECT_EQ(in_label("          central_dot: {color: 00112233}"),
            "/where/it/is/module.yml:6: " + at +
                ".central_dot.color: expected a colour of 8 hex digits RRGGBBAA in quotes, such as '00FF00FF', got "
                "112233");
  for (const char* color : {"'#00FF00FF'", "'00FF00'", "'00FF00F'", "'00FF00FG'", "'red'", "[1, 2, 3]", "''"})
    EXPECT_THAT(in_label(std::string("          label: {font_color: ") + color + "}"), HasSubstr("8 hex digits"))
        << color;
  EXPECT_THAT(in_label("          label: {position: {position: TopLeft}}"),
              HasSubstr("expected one of TopLeftInside, TopLeftOutside, Center; got 'TopLeft'"));
  EXPECT_THAT(in_label("          label: {position: {margin_x: 0.5}}"), HasSubstr("margin_x: expected a whole number"));
  EXPECT_THAT(in_label("          label: {font_scale: 0}"), HasSubstr("expected a number from 0.1 to 50, got 0"));
  EXPECT_THAT(in_label("          label: {format: [\"{label}\", 5]}"), HasSubstr("format[1]: expected text, got 5"));
  EXPECT_THAT(in_label("          label: {padding: {left: -1}}"), HasSubstr("padding.left: expected a number from 0"));
  EXPECT_THAT(in_label("          blur: 5"), HasSubstr("blur: expected true or false, got 5"));
  EXPECT_THAT(in_label("          box: {}"),
              HasSubstr("unknown key 'box'; expected one of: bbox, label, central_dot, blur"));
  EXPECT_THAT(in_label("          - bbox"), HasSubstr(at + ": expected a mapping (lines of 'key: value'), got a list"));
  const auto in_draw_func = [](const std::string& text) {
    return error_of("parameters:\n  draw_func: {" + text + "}\npipeline:\n");
  };
  EXPECT_THAT(in_draw_func("rendered_objects: {unit: }"),
              HasSubstr(":2: parameters.draw_func.rendered_objects.unit: expected a mapping"));
  EXPECT_THAT(in_draw_func("rendered_objects: 3"), HasSubstr("rendered_objects: expected a mapping"));
  EXPECT_THAT(in_draw_func("condition: {tags: x}"), HasSubstr("did you mean 'tag'?"));
  EXPECT_THAT(in_draw_func("condition: {tag: [1]}"), HasSubstr("condition.tag: expected text, got a list"));
  EXPECT_THAT(in_draw_func("module: mine.drawfunc"), HasSubstr("expected one of savant.deepstream.drawfunc"));
  EXPECT_THAT(in_draw_func("render: 1"), HasSubstr("unknown key 'render'"));
  EXPECT_THAT(in_draw_func("kwargs: {condition: {}}, condition: {tag: a}"), HasSubstr("a second time"));
  EXPECT_THAT(error_of("pipeline:\n  elements:\n    - function: draw_objects\n      kwargs:\n        condition:\n"
                       "          tag: 5\n"),
              HasSubstr(":6: pipeline.elements[0].kwargs.condition.tag: expected text, got 5"));
}

TEST(DrawFunc, ABadFormatIsAWarning) {
  const Module module = parse(
      "parameters:\n  draw_func:\n    rendered_objects:\n      unit:\n        car:\n          label:\n"
      "            format: ['{label}',\n                     '{colour}']\npipeline:\n");
  EXPECT_THAT(module.warnings,
              ElementsAre("/where/it/is/module.yml:8: parameters.draw_func.rendered_objects.unit.car.label.format[1]: "
                          "label format '{colour}': unknown field 'colour'; expected label, confidence, track_id, id, "
                          "source, model or parent; it is drawn as it is written"));
}

// ---- A whole run ----

/// Mean absolute difference of luma inside `rect`.
double luma_difference(const Pixels& a, const Pixels& b, const Rect& rect) {
  double sum = 0;
  for (int y = rect.y; y < rect.y + rect.height; ++y)
    for (int x = rect.x; x < rect.x + rect.width; ++x) sum += std::abs(a.at(0, x, y) - b.at(0, x, y));
  return sum / (rect.width * rect.height);
}

class DrawRun : public BackendTest {};

TEST_P(DrawRun, DrawsOnEveryFrameOfTheClip) {
  const fs::path folder = fs::temp_directory_path() / ("retouch_draw_objects_test_" + device().name());
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path clip = source_path("assets/hello720.mp4");
  Module module = parse_module(
      "parameters:\n"
      "  draw_func:\n"
      "    rendered_objects:\n"
      "      AddObjects:\n"
      "        face:\n"
      "          bbox: {border_color: 'FF0000FF', thickness: 4, padding: {right: 100, bottom: 60}}\n"
      "          label: {font_scale: 1, format: '{label} {confidence:.2f}'}\n"
      "pipeline:\n"
      "  elements:\n"
      "    - function: ${module_dir}/lib/test_functions/libtest_functions.so:AddObjects\n"
      "      kwargs: {left: 600, top: 300}\n",
      build_path("module.yml").string());
  module.device = device().name();
  module.source.uri = clip.string();
  module.output.file = (folder / "out.mp4").string();
  const Summary summary = Runner(module).run();
  EXPECT_EQ(summary.frames_out, 249);
  ASSERT_THAT(summary.stages, testing::Not(testing::IsEmpty()));

  constexpr std::size_t step = 16;
  const auto [length_before, before] = read_clip(clip, step);
  const auto [length_after, after] = read_clip(module.output.file, step);
  ASSERT_EQ(length_after, 249U);
  for (std::size_t i = 0; i < before.size(); ++i) {
    SCOPED_TRACE("frame " + std::to_string(i * step));
    // The box {600, 300, 130.5, 100.25}: on the terminal's black, a red border has a luma of about 80.
    for (const Rect& side : {Rect{604, 300, 120, 4}, Rect{604, 396, 120, 4}, Rect{600, 304, 4, 90}})
      EXPECT_GT(luma_difference(before[i], after[i], side), 40);
    EXPECT_GT(luma_difference(before[i], after[i], {602, 280, 80, 18}), 10) << "the label";
    EXPECT_LT(luma_difference(before[i], after[i], {610, 310, 100, 80}), 2) << "inside the box";
    EXPECT_LT(luma_difference(before[i], after[i], {760, 270, 200, 200}), 2) << "elsewhere";
  }
  fs::remove_all(folder);
}

RETOUCH_BACKENDS(DrawRun);

}  // namespace
}  // namespace retouch::test
