#include "retouch/pipeline/draw_function.hpp"

#include <gst/gst.h>

#include <nlohmann/json.hpp>

#include "core/check.hpp"
#include "pipeline/draw_spec.hpp"

namespace retouch {
namespace {

DrawSpec spec_of(const Kwargs& kwargs) {
  nlohmann::ordered_json json;
  for (const char* key : {"rendered_objects", "condition"})
    json[key] = nlohmann::ordered_json::parse(kwargs.get_json(key));
  try {
    DrawSpec spec = read_draw_spec(json);
    for (const auto& [path, text] : spec.warnings) GST_WARNING("kwarg '%s': %s", joined(path).c_str(), text.c_str());
    return spec;
  } catch (const DrawSpecError& error) {
    detail::invalid("kwarg '{}': {}", joined(error.path()), error.what());
  }
}

}  // namespace

DrawFunction::DrawFunction(const Kwargs& kwargs) {
  DrawSpec spec = spec_of(kwargs);
  style_ = std::move(spec.style);
  tag_ = std::move(spec.tag);
  style_.hook = [this](const Object& object, ObjectStyle& style) {
    // There is no top-left corner that a turned box's label could stand at.
    if (object.box.angle_deg != 0 && style.label) style.label->position = LabelPosition::center;
    style = override_style(object, std::move(style));
  };
}

bool DrawFunction::can_draw(const Frame& frame) { return tag_.empty() || frame.attributes().contains(tag_); }

void DrawFunction::draw_on_frame(Frame& frame, Canvas& canvas) { canvas.draw(frame.objects(), style_); }

ObjectStyle DrawFunction::override_style(const Object& /*object*/, ObjectStyle style) { return style; }

void DrawFunction::process_frame(Frame& frame) {
  if (!can_draw(frame)) return;
  Canvas canvas(frame);
  draw_on_frame(frame, canvas);
  canvas.submit();
}

namespace {
RETOUCH_REGISTER_FUNCTION_AS(DrawFunction, "draw_objects")
}  // namespace

}  // namespace retouch
