// Drawing objects at the end of a pipeline: the built-in function `draw_objects`, and the base of your own.
//
//   #include <retouch/pipeline/draw_function.hpp>
//
//   class Draw : public retouch::DrawFunction {
//     using DrawFunction::DrawFunction;
//     retouch::ObjectStyle override_style(const retouch::Object& object, retouch::ObjectStyle style) override {
//       if (object.confidence < 0.5F) style.label.reset();
//       return style;
//     }
//   };
//   RETOUCH_REGISTER_FUNCTION(Draw)
//
// In the module: parameters: {draw_func: {function: "libmine.so:Draw", rendered_objects: {...}}}
#pragma once

#include <string>

#include "retouch/canvas.hpp"
#include "retouch/export.hpp"
#include "retouch/object_style.hpp"
#include "retouch/pipeline/function.hpp"

namespace retouch {

/// Draws the frame's objects as its kwargs `rendered_objects` and `condition` say (docs/module_yaml.md, draw_func), in
/// one pass. Without kwargs: every object, a green box with the label "{label} #{track_id}" in white on black.
class RETOUCH_EXPORT DrawFunction : public FrameFunction {
 public:
  /// Throws InvalidArgument that names the kwarg, the value and what was expected. A label format that cannot be read
  /// is drawn as it is written, and a warning goes to GStreamer's log.
  explicit DrawFunction(const Kwargs& kwargs = {});

  /// can_draw(), draw_on_frame() with a canvas on the whole frame, and the canvas is submitted.
  void process_frame(Frame& frame) override;

 protected:
  /// Whether this frame is drawn on. As it is: when it has the attribute that `condition: {tag: NAME}` names, or there
  /// is no condition.
  virtual bool can_draw(const Frame& frame);
  /// Everything that is drawn. As it is: the frame's objects. What you draw before calling it lies below them.
  virtual void draw_on_frame(Frame& frame, Canvas& canvas);
  /// The last word on how one object looks. Called for every object that is drawn; as it is: `style`.
  virtual ObjectStyle override_style(const Object& object, ObjectStyle style);

  /// What the kwargs said; may be changed. Its hook calls override_style.
  ObjectsStyle& style() { return style_; }

 private:
  ObjectsStyle style_;
  std::string tag_;
};

}  // namespace retouch
