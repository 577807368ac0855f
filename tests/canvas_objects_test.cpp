// Canvas::draw and Canvas::label against the same picture made of single commands.
#include <gmock/gmock.h>

#include <cmath>

#include "retouch/error.hpp"
#include "retouch/object_style.hpp"
#include "support/allocations.hpp"
#include "support/backend.hpp"
#include "support/objects.hpp"

namespace retouch::test {
namespace {

using testing::HasSubstr;

class DrawObjects : public BackendTest {
 protected:
  static constexpr Size size{320, 240};

  Pixels drawn(PixelFormat format, const std::function<void(Canvas&)>& commands) {
    return apply(noise(format, size), [&](StreamView stream, const ImageView& image) {
      Canvas canvas(stream, image);
      commands(canvas);
      canvas.submit();
    });
  }

  /// Both give the same picture, and not the empty one.
  void expect_same(const std::function<void(Canvas&)>& actual, const std::function<void(Canvas&)>& expected) {
    for (const PixelFormat format : {PixelFormat::rgba8, PixelFormat::nv12}) {
      SCOPED_TRACE(name_of(format));
      const Pixels picture = drawn(format, actual);
      EXPECT_EQ(max_difference(picture, drawn(format, expected)), 0);
      EXPECT_GT(max_difference(picture, noise(format, size)), 0);
    }
  }

  std::string error_of(const std::vector<Object>& objects, const ObjectsStyle& style) {
    const Image image(stream(), PixelFormat::rgba8, size);
    Canvas canvas(stream(), image);
    canvas.dot({5, 5});
    const std::size_t before = canvas.pending();
    std::string error = "none";
    try {
      canvas.draw(objects, style);
    } catch (const InvalidArgument& e) {
      error = e.what();
    }
    EXPECT_EQ(canvas.pending(), before) << "nothing of it is recorded";
    canvas.discard();
    return error;
  }
};

/// Text without palette and surprises.
ObjectsStyle plain(ObjectStyle style) {
  ObjectsStyle result{.style = std::move(style)};
  result.palette.reset();
  return result;
}

TextStyle text_style() { return {.size_px = 13, .color = blue, .background = red, .padding = {2, 1, 2, 1}}; }

/// Where a label of this text starts when it stands above the box.
float above(const std::string& text, const TextStyle& style, float top) {
  return std::floor(top - std::round(text_size(text, style).box_height) + 0.5F);
}

TEST_P(DrawObjects, OrderIsBlursThenBodiesThenLabelsAndDots) {
  // All overlap: a wrong order shows.
  std::vector<Object> objects{object("one", {40, 40, 120, 90}), object("two", {60, 60, 120, 90})};
  objects[0].landmarks = {{50, 50}, {150, 100}, {NAN, NAN}};
  objects[0].mask = ObjectMask{{2, 2}, {255, 0, 128, 255}};
  objects[1].mask = ObjectMask{{1, 3}, {255, 200, 100}};
  ObjectStyle style;
  style.box = BoxStyle{.color = green, .thickness = 3, .fill = Color{255, 255, 0, 100}};
  style.label = ObjectLabel{.format = "{label}", .text = text_style()};
  style.dot = DotStyle{.color = red, .radius_px = 20};
  style.blur = ObjectBlur{.blur = {.strength_px = 5}, .padding = {4, 0, 6, 2}};
  style.mask = MaskStyle{.color = blue, .opacity = 0.75F};
  style.keypoints = ObjectKeypoints{.color = red, .radius_px = 4, .edges = {{0, 1}, {1, 2}}};
  expect_same([&](Canvas& c) { c.draw(objects, plain(style)); },
              [&](Canvas& c) {
                c.blur(Shape::box({36, 40, 130, 92}), {.strength_px = 5});
                c.blur(Shape::box({56, 60, 130, 92}), {.strength_px = 5});
                for (Object& o : objects) {
                  c.mask(o.box,
                         ImageView::wrap(Device::cpu(), PixelFormat::gray8, o.mask->size, o.mask->pixels.data(),
                                         o.mask->size.width),
                         *style.mask);
                  c.box(o.box, *style.box);
                  const std::vector<std::pair<int, int>> edges{{0, 1}, {1, 2}};
                  if (!o.landmarks.empty()) c.keypoints(o.landmarks, {.color = red, .radius_px = 4, .edges = edges});
                }
                c.text("one", {40, above("one", text_style(), 40)}, text_style());
                c.dot({100, 85}, *style.dot);
                c.text("two", {60, above("two", text_style(), 60)}, text_style());
                c.dot({120, 105}, *style.dot);
              });
}

TEST_P(DrawObjects, NothingIsDrawnOfWhatAStyleLacks) {
  const std::vector<Object> objects{object("one", {40, 40, 120, 90})};
  const Pixels picture = drawn(PixelFormat::rgba8, [&](Canvas& c) {
    c.draw(objects, plain({.box = {}, .label = {}}));
    c.draw({});
    c.draw({}, plain({}));
  });
  EXPECT_EQ(max_difference(picture, noise(PixelFormat::rgba8, size)), 0);
}

TEST_P(DrawObjects, DefaultIsBoxesAndLabelsInTheColourOfTheClass) {
  const std::vector<Object> objects{object("person", {40, 60, 120, 90})};
  const Color color = Palette().of_label("person");  // (0, 230, 255): light, so its letters are black
  TextStyle text{.size_px = 14, .color = {0, 0, 0, 255}, .background = color, .padding = {3, 1, 3, 1}};
  expect_same([&](Canvas& c) { c.draw(objects); },
              [&](Canvas& c) {
                c.box({40, 60, 120, 90}, {.color = color, .thickness = 2});
                c.text("person 0.50", {40, above("person 0.50", text, 60)}, text);
              });
}

TEST_P(DrawObjects, ThePaletteColoursAllPartsAndKeepsTheirAlpha) {
  Object one = object("any", {40, 60, 120, 90});
  one.mask = ObjectMask{{1, 1}, {255}};
  one.landmarks = {{50, 70}, {100, 80}};
  ObjectStyle style{.box = BoxStyle{.color = {9, 9, 9, 128}, .fill = Color{1, 2, 3, 60}},
                    .label = ObjectLabel{.format = "x", .text = text_style()},
                    .dot = DotStyle{.outline_px = 2, .outline_color = red},
                    .mask = MaskStyle{},
                    .keypoints = ObjectKeypoints{.edges = {{0, 1}}}};
  ObjectsStyle colored{.style = style, .palette = Palette::fixed({0, 0, 200, 255})};
  ObjectStyle by_hand = style;
  by_hand.box->color = {0, 0, 200, 128};
  by_hand.box->fill = Color{0, 0, 200, 60};
  by_hand.label->text.background = Color{0, 0, 200, 255};
  by_hand.label->text.color = {255, 255, 255, 255};  // on dark blue
  by_hand.dot->color = {0, 0, 200, 255};             // the outline stays
  by_hand.mask->color = {0, 0, 200, 255};
  by_hand.keypoints->color = by_hand.keypoints->edge_color = {0, 0, 200, 255};
  expect_same([&](Canvas& c) { c.draw({&one, 1}, colored); }, [&](Canvas& c) { c.draw({&one, 1}, plain(by_hand)); });
  // Half of the palette's alpha is half of the style's; without a background the letters have the colour.
  colored.palette = Palette::fixed({0, 0, 200, 128});
  colored.style = {.label = ObjectLabel{.format = "x", .text = {.color = red}}};
  by_hand = {.box = BoxStyle{.color = {0, 0, 200, 128}},
             .label = ObjectLabel{.format = "x", .text = {.color = {0, 0, 200, 128}}}};
  expect_same([&](Canvas& c) { c.draw({&one, 1}, colored); }, [&](Canvas& c) { c.draw({&one, 1}, plain(by_hand)); });
}

TEST_P(DrawObjects, ClassesGoBeforeTheStyleAndHooksAfter) {
  std::vector<Object> objects{object("car", {10, 10, 40, 40}), object("car", {70, 10, 40, 40}),
                              object("dog", {130, 10, 40, 40}), object("cat", {190, 10, 40, 40})};
  objects[1].source = "other";
  const auto box_of = [](Color color, float thickness) {
    return ObjectStyle{.box = BoxStyle{.color = color, .thickness = thickness}, .label = {}};
  };
  ObjectsStyle style{.style = box_of({7, 7, 7, 255}, 1), .palette = Palette::fixed(blue)};
  style.classes["car"] = box_of(red, 3);
  style.classes["test.car"] = box_of(green, 5);
  style.classes["dog"] = box_of(red, 2);
  style.hook = [](const Object& o, ObjectStyle& s) {
    if (o.label == "dog") s.box->thickness = 9;
    if (o.label == "cat") {
      EXPECT_EQ(s.box->color, blue) << "the palette comes before the hook";
    }
  };
  const auto expected = [&](bool with_cat) {
    return [&objects, with_cat](Canvas& c) {
      c.box(objects[0].box, {.color = green, .thickness = 5});
      c.box(objects[1].box, {.color = red, .thickness = 3});
      c.box(objects[2].box, {.color = red, .thickness = 9});
      if (with_cat) c.box(objects[3].box, {.color = blue, .thickness = 1});
    };
  };
  expect_same([&](Canvas& c) { c.draw(objects, style); }, expected(true));
  style.only_listed = true;
  expect_same([&](Canvas& c) { c.draw(objects, style); }, expected(false));
}

TEST_P(DrawObjects, PaddingGrowsTheBoxAlongItsOwnAxes) {
  const ObjectStyle style{.box = BoxStyle{}, .label = {}, .padding = {10, 4, 2, 8}};
  const Object upright = object("a", {60, 60, 40, 30});
  expect_same([&](Canvas& c) { c.draw({&upright, 1}, plain(style)); }, [&](Canvas& c) { c.box({50, 56, 52, 42}, {}); });
  // Turned by 90 degrees clockwise, the box's own right is the picture's below, and its own below the picture's left.
  const Object turned = object("a", {60, 60, 40, 30, 90});
  const PointF center{80 - 2, 75 - 4};  // own (-4, 2) is (-2, -4) in the picture
  expect_same(
      [&](Canvas& c) {
        c.draw({&turned, 1}, plain(style));
      },
      [&](Canvas& c) {
        c.box({center.x - 26, center.y - 21, 52, 42, 90}, {});
      });
}

TEST_P(DrawObjects, LabelsOfTurnedBoxesAndOutsideBordersStandClear) {
  const TextStyle text = text_style();
  const ObjectLabel label{.format = "{label}", .text = text};
  // A square of 40 turned by 45 degrees is 56.57 wide and high.
  const Object turned = object("a", {100, 100, 40, 40, 45});
  const float corner = 120 - 28.284271F;
  expect_same(
      [&](Canvas& c) {
        c.draw({&turned, 1}, plain({.box = {}, .label = label}));
      },
      [&](Canvas& c) {
        c.text("a", {std::round(corner), above("a", text, corner)}, text);
      });
  const Object upright = object("a", {100, 100, 40, 40});
  const BoxStyle outside{.thickness = 6, .placement = BorderPlacement::outside};
  expect_same(
      [&](Canvas& c) {
        c.draw({&upright, 1}, plain({.box = outside, .label = label}));
      },
      [&](Canvas& c) {
        c.box(upright.box, outside);
        c.text("a", {94, above("a", text, 94)}, text);
      });
}

TEST_P(DrawObjects, LabelsKeepApartWhenAsked) {
  const std::vector<Object> objects(2, object("same", {100, 100, 60, 60}));
  ObjectsStyle style = plain({.box = {}, .label = ObjectLabel{.format = "{label}", .text = text_style()}});
  const PointF first{100, above("same", text_style(), 100)};
  expect_same([&](Canvas& c) { c.draw(objects, style); },
              [&](Canvas& c) { c.text("same", first, text_style()).text("same", first, text_style()); });
  style.label_overlap = LabelOverlap::avoided;
  expect_same([&](Canvas& c) { c.draw(objects, style); },
              [&](Canvas& c) {
                c.text("same", first, text_style()).text("same", {100, 100}, text_style());
              });
}

TEST_P(DrawObjects, WhatIsOutsideIsLeftOut) {
  const std::vector<Object> objects{object("left", {-60, 50, 50, 20}), object("below", {50, 300, 50, 20}),
                                    object("far", {1e6F, -1e6F, 50, 20}), object("", {1e30F, 0, 1e30F, 20})};
  const Pixels picture = drawn(PixelFormat::rgba8, [&](Canvas& c) { c.draw(objects); });
  EXPECT_EQ(max_difference(picture, noise(PixelFormat::rgba8, size)), 0);
}

TEST_P(DrawObjects, ParentsAreFoundByTheirId) {
  std::vector<Object> objects{object("plate", {50, 50, 30, 10}), object("car", {20, 20, 200, 100})};
  objects[0].parent_id = 7;
  objects[1].id = 7;
  const ObjectStyle style{.box = {}, .label = ObjectLabel{.format = "{parent}/{label}", .text = text_style()}};
  expect_same([&](Canvas& c) { c.draw(objects, plain(style)); },
              [&](Canvas& c) {
                c.text("car/plate", {50, above("car/plate", text_style(), 50)}, text_style());
                c.text("/car", {20, above("/car", text_style(), 20)}, text_style());
              });
}

TEST_P(DrawObjects, LabelCommand) {
  const LabelStyle style{.format = "{label} #{track_id}", .text = text_style()};
  Object one = object("dog", {100, 100, 60, 60});
  expect_same([&](Canvas& c) { c.label(one, style); },
              [&](Canvas& c) {
                c.text("dog", {100, above("dog", text_style(), 100)}, text_style());
              });
  one.track_id = 5;
  one.box.top = 3;
  expect_same([&](Canvas& c) { c.label(one, style); }, [&](Canvas& c) { c.text("dog #5", {100, 3}, text_style()); });
  one.box.left = 310;
  const float width = std::round(text_size("dog #5", text_style()).box_width);
  expect_same([&](Canvas& c) { c.label(one, style); },
              [&](Canvas& c) {
                c.text("dog #5", {320 - width, 3}, text_style());
              });
  const Image image(stream(), PixelFormat::rgba8, size);
  Canvas canvas(stream(), image);
  one.box.left = 400;
  EXPECT_EQ(canvas.label(one, style).pending(), 0U) << "outside";
  EXPECT_THROW(canvas.label(one, {.format = "{nonsense}"}), InvalidArgument);
  one.box.width = -1;
  EXPECT_THROW(canvas.label(one), InvalidArgument);
  EXPECT_EQ(canvas.pending(), 0U);
}

TEST_P(DrawObjects, ErrorsNameTheObjectAndLeaveNothingBehind) {
  std::vector<Object> objects{object("good", {10, 10, 50, 50}), object("bad", {10, 10, 50, 50})};
  objects[1].id = 4;
  objects[1].box.top = NAN;
  EXPECT_THAT(error_of(objects, {}), HasSubstr("Canvas::draw: the box of object 4 'bad'"));
  objects[1].box = {10, 10, -5, 50};
  EXPECT_THAT(error_of(objects, {}), HasSubstr("width -5"));
  objects[1].box = {10, 10, 50, 50};
  objects[1].mask = ObjectMask{{3, 2}, {1, 2, 3}};
  EXPECT_EQ(error_of(objects, {}), "Canvas::draw: the mask of object 4 'bad' has 3 pixels for a size of 3 x 2");
  objects[1].mask.reset();
  ObjectsStyle style = plain({.blur = ObjectBlur{}});
  style.classes["bad"] = {.box = BoxStyle{.thickness = -1}};
  EXPECT_THAT(error_of(objects, style), HasSubstr("thickness"));
  style.classes["bad"] = {.label = ObjectLabel{.text = {.size_px = 0}}};
  EXPECT_THAT(error_of(objects, style), HasSubstr("text"));
  style.classes["bad"] = {.dot = DotStyle{.radius_px = NAN}};
  EXPECT_NE(error_of(objects, style), "none");
  style.classes.clear();
  style.hook = [](const Object&, ObjectStyle&) { throw InvalidArgument("from the hook"); };
  EXPECT_EQ(error_of(objects, style), "from the hook");
}

TEST_P(DrawObjects, AHookMayDrawElsewhere) {
  const std::vector<Object> objects{object("one", {40, 60, 120, 90}), object("two", {60, 90, 120, 90})};
  const Image other(stream(), PixelFormat::rgba8, size);
  ObjectsStyle style = plain({});
  style.hook = [&](const Object&, ObjectStyle&) {
    Canvas inner(stream(), other);
    inner.draw(objects);
    inner.discard();
  };
  expect_same([&](Canvas& c) { c.draw(objects, style); }, [&](Canvas& c) { c.draw(objects, plain({})); });
}

TEST_P(DrawObjects, RecordingAllocatesNothingInTheSteadyState) {
  std::vector<Object> objects;
  for (int i = 0; i < 200; ++i) {
    objects.push_back(object(i % 2 == 0 ? "person" : "car", {static_cast<float>(i), static_cast<float>(i), 30, 20}));
    objects.back().track_id = i % 7;
    objects.back().landmarks = {{5, 5}};
  }
  ObjectsStyle style{.style = {.dot = DotStyle{}, .blur = ObjectBlur{}, .keypoints = ObjectKeypoints{}},
                     .label_overlap = LabelOverlap::avoided};
  style.style.label->format = "{label} {confidence:.2f} #{track_id}";
  style.classes["test.car"] = style.style;
  style.hook = [](const Object&, ObjectStyle& s) { s.box->thickness = 3; };
  const Image image(stream(), PixelFormat::rgba8, size);
  Canvas canvas(stream(), image);
  for (int i = 0; i < 3; ++i) {
    canvas.draw(objects, style);
    canvas.discard();
  }
  const long before = allocations();
  canvas.draw(objects, style);
  EXPECT_EQ(allocations(), before);
  EXPECT_GT(canvas.pending(), 1000U);
  canvas.discard();
}

RETOUCH_BACKENDS(DrawObjects);

}  // namespace
}  // namespace retouch::test
