// Cells of detected objects.
#include "gallery.hpp"
#include "retouch/object_style.hpp"

namespace retouch::gallery {

namespace {

// example-begin label
void label(Canvas& canvas) {
  Object face;
  face.label = "face";
  face.confidence = 0.93F;
  face.track_id = 7;
  face.box = {68, 40, 88, 98};
  canvas.box(face.box, {.color = {0, 255, 120}});
  canvas.label(face, {.format = "{label} #{track_id}: {confidence:.0%}"});
}
// example-end label

// example-begin objects
void objects(Canvas& canvas) {
  // A box and a label, a colour for each class.
  canvas.draw(three_faces());
}
// example-end objects

// example-begin objects_by_track
void objects_by_track(Canvas& canvas) {
  ObjectsStyle style;
  style.palette = Palette::by_track();
  style.style.box = BoxStyle{.thickness = 3, .corner_px = 14};
  style.style.label = ObjectLabel{.format = "#{track_id}", .position = LabelPosition::below};
  style.style.dot = DotStyle{.radius_px = 4};
  canvas.draw(three_faces(), style);
}
// example-end objects_by_track

// example-begin objects_by_class
void objects_by_class(Canvas& canvas) {
  ObjectsStyle style;
  style.classes["face"] = {.box = {}, .label = {}, .blur = ObjectBlur{.padding = {6, 6, 6, 6}, .ellipse = true}};
  style.classes["guest"] = {.box = BoxStyle{.color = {255, 210, 0}, .thickness = 2, .radius_px = 10}};
  canvas.draw(three_faces(), style);
}
// example-end objects_by_class

// example-begin objects_hook
void objects_hook(Canvas& canvas) {
  // Of every object for itself: the surer, the thicker. Labels keep clear of each other.
  ObjectsStyle style;
  style.label_overlap = LabelOverlap::avoided;
  style.style.label->text.size_px = 13;
  style.hook = [](const Object& object, ObjectStyle& its) {
    its.box->thickness = object.confidence > 0.9F ? 4 : object.confidence > 0.8F ? 2 : 1;
    its.label->format = "{label} {confidence:.2f}\ntrack {track_id}";
  };
  canvas.draw(three_faces(), style);
}
// example-end objects_hook

// clang-format off
constexpr Cell all[] = {
    {"label", "label", label, Background::portrait},
    {"objects", "draw: objects by class", objects, Background::trio},
    {"objects_by_track", "draw: a colour for each track", objects_by_track, Background::trio},
    {"objects_by_class", "draw: a style for each class", objects_by_class, Background::trio},
    {"objects_hook", "draw: a hook, labels apart", objects_hook, Background::trio},
};
// clang-format on

}  // namespace

std::span<const Cell> object_cells() { return all; }

}  // namespace retouch::gallery
