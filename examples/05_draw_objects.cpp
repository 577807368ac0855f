// Draws what detectors found, in one pass: faces made unrecognisable, everything else with its corners and a label, in
// a colour for each track.
//
//   gst-launch-1.0 filesrc location=clip.mp4 ! decodebin ! retouch
//   function=face_detector,libdraw_objects.so:DrawObjects
//     ! videoconvert ! autovideosink        (on one line)
#include <retouch/object_style.hpp>
#include <retouch/pipeline/function.hpp>

class DrawObjects : public retouch::FrameFunction {
 public:
  DrawObjects() {
    style_.style.box = retouch::BoxStyle{.thickness = 3, .corner_px = 8};
    style_.style.label->format = "{label} {confidence:.2f} #{track_id}";  // "car 0.87" when it is not tracked
    style_.classes["face"] = {.box = {}, .label = {}, .blur = retouch::ObjectBlur{.ellipse = true}};
    style_.palette = retouch::Palette::by_track();
    style_.label_overlap = retouch::LabelOverlap::avoided;
  }

  void process_frame(retouch::Frame& frame) override { retouch::Canvas(frame).draw(frame.objects(), style_); }

 private:
  retouch::ObjectsStyle style_;
};
RETOUCH_REGISTER_FUNCTION(DrawObjects)
