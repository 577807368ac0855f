#include "pipeline/draw_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "pipeline/module/words.hpp"
#include "retouch/error.hpp"

namespace retouch {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(const Json& value) {
  if (value.is_null()) return "nothing";
  if (value.is_object()) return "a mapping";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "'" + value.get<std::string>() + "'";
  return value.dump();
}

/// A value and the way to it.
struct Place {
  const Json& value;
  SpecPath path;

  [[noreturn]] void fail(const std::string& text) const { throw DrawSpecError(path, text); }
  Place child(const std::string& key, const Json& at) const {
    SpecPath longer = path;
    longer.push_back(key);
    return {at, std::move(longer)};
  }

  void expect_mapping() const {
    if (!value.is_object()) fail(fmt::format("expected a mapping (lines of 'key: value'), got {}", shown(value)));
  }
  /// The value of a key, unless it is missing or null. A mapping that is null has no keys.
  const Json* find(const std::string& key) const {
    if (!value.is_object()) return nullptr;
    const auto found = value.find(key);
    return found == value.end() || found->is_null() ? nullptr : &*found;
  }
  /// Refuses other keys.
  void expect_keys(std::initializer_list<std::string> keys) const {
    if (value.is_null()) return;
    expect_mapping();
    const std::vector<std::string> known(keys);
    for (const auto& [key, ignored] : value.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        throw DrawSpecError(
            path,
            fmt::format("unknown key '{}'; expected one of: {}{}", key, join_words(known), did_you_mean(key, known)),
            key);
  }

  std::string text() const {
    if (!value.is_string()) fail(fmt::format("expected text, got {}", shown(value)));
    return value.get<std::string>();
  }
  bool boolean() const {
    if (!value.is_boolean()) fail(fmt::format("expected true or false, got {}", shown(value)));
    return value.get<bool>();
  }
  float number(double low, double high) const {
    const double n = value.is_number() ? value.get<double>() : low - 1;
    if (!(n >= low && n <= high)) fail(fmt::format("expected a number from {} to {}, got {}", low, high, shown(value)));
    return static_cast<float>(n);
  }
  float whole(int low, int high) const {
    const double n = value.is_number_integer() ? value.get<double>() : low - 1.0;
    if (n < low || n > high)
      fail(fmt::format("expected a whole number from {} to {}, got {}", low, high, shown(value)));
    return static_cast<float>(n);
  }
  Color color() const {
    try {
      // Without quotes YAML makes a number of some colours, and leading zeros are lost.
      if (value.is_string() && value.get_ref<const std::string&>().size() == 8 &&
          !value.get_ref<const std::string&>().starts_with('#'))
        return hex_color(value.get_ref<const std::string&>());
    } catch (const InvalidArgument&) {
    }
    fail(fmt::format("expected a colour of 8 hex digits RRGGBBAA in quotes, such as '00FF00FF', got {}", shown(value)));
  }
};

// Reads the keys of a mapping, each when it is there.
class Reader {
 public:
  Reader(Place place, std::initializer_list<std::string> keys) : place_(std::move(place)) { place_.expect_keys(keys); }
  template <class Use>
  void key(const std::string& name, Use&& use) const {
    if (const Json* value = place_.find(name)) use(place_.child(name, *value));
  }

 private:
  Place place_;
};

constexpr int most_px = 10000;

Padding read_padding(const Place& place) {
  const Reader reader(place, {"left", "top", "right", "bottom"});
  Padding padding;
  reader.key("left", [&](const Place& p) { padding.left = p.number(0, most_px); });
  reader.key("top", [&](const Place& p) { padding.top = p.number(0, most_px); });
  reader.key("right", [&](const Place& p) { padding.right = p.number(0, most_px); });
  reader.key("bottom", [&](const Place& p) { padding.bottom = p.number(0, most_px); });
  return padding;
}

BoxStyle default_box() { return {.color = {0, 255, 0, 255}, .thickness = 2}; }

ObjectLabel default_label() {
  ObjectLabel label{.format = "{label}"};
  label.text = {.font = Font::hershey_simplex(),
                .size_px = 0.5F * Font::hershey_px_per_scale,
                .color = {255, 255, 255, 255},
                .thickness_px = 1,
                .background = Color{0, 0, 0, 255}};
  return label;
}

ObjectStyle default_style() { return {.box = default_box(), .label = default_label()}; }

// Of objects of which nothing is said at all.
ObjectStyle style_of_all() {
  ObjectStyle style = default_style();
  style.label->format = "{label} #{track_id}";  // without a track the word is left out
  return style;
}

void read_box(const Place& place, ObjectStyle& style) {
  const Reader reader(place, {"border_color", "background_color", "thickness", "padding"});
  BoxStyle box = default_box();
  reader.key("thickness", [&](const Place& p) { box.thickness = p.whole(0, 500); });
  reader.key("border_color", [&](const Place& p) {
    box.color = p.color();
    if (box.color.a == 0) box.thickness = 0;
  });
  reader.key("background_color", [&](const Place& p) {
    const Color color = p.color();
    if (color.a != 0) box.fill = color;
  });
  reader.key("padding", [&](const Place& p) { style.padding = read_padding(p); });
  style.box = box;
}

// One line each.
LabelFormat read_format(const Place& place, DrawSpec& spec) {
  std::string format;
  const auto add_line = [&](const Place& line) {
    std::string problem;
    std::string text = line.text();
    static_cast<void>(LabelFormat::literal_if_bad(text, &problem));
    if (!problem.empty()) {
      spec.warnings.emplace_back(line.path, problem + "; it is drawn as it is written");
      std::string literal;
      for (const char c : text) literal.append(c == '{' || c == '}' ? 2 : 1, c);
      text = literal;
    }
    format += (format.empty() ? "" : "\n") + text;
  };
  if (!place.value.is_array()) {
    add_line(place);
  } else {
    std::size_t index = 0;
    for (const Json& line : place.value) add_line(place.child(std::to_string(index++), line));
  }
  return format;
}

void read_position(const Place& place, ObjectLabel& label) {
  const Reader reader(place, {"position", "margin_x", "margin_y"});
  reader.key("position", [&](const Place& p) {
    static const std::vector<std::string> words{"TopLeftInside", "TopLeftOutside", "Center"};
    const std::string word = p.value.is_string() ? p.text() : "";
    if (word == words[0])
      label.position = LabelPosition::inside_top;
    else if (word == words[1])
      label.position = LabelPosition::above;
    else if (word == words[2])
      label.position = LabelPosition::center;
    else
      p.fail(fmt::format("expected one of {}; got {}{}", join_words(words), shown(p.value), did_you_mean(word, words)));
  });
  reader.key("margin_x", [&](const Place& p) { label.offset.x = p.whole(-most_px, most_px); });
  reader.key("margin_y", [&](const Place& p) { label.offset.y = p.whole(-most_px, most_px); });
}

ObjectLabel read_label(const Place& place, DrawSpec& spec) {
  const Reader reader(place, {"font_color", "border_color", "background_color", "font_scale", "thickness", "format",
                              "position", "padding"});
  ObjectLabel label = default_label();
  TextStyle& text = label.text;
  reader.key("font_color", [&](const Place& p) { text.color = p.color(); });
  reader.key("border_color", [&](const Place& p) {
    text.border_color = p.color();
    text.border_px = text.border_color.a != 0 ? 1 : 0;
  });
  reader.key("background_color", [&](const Place& p) {
    const Color color = p.color();
    text.background = color.a != 0 ? std::optional(color) : std::nullopt;
  });
  reader.key("font_scale", [&](const Place& p) { text.size_px = p.number(0.1, 50) * Font::hershey_px_per_scale; });
  reader.key("thickness", [&](const Place& p) { text.thickness_px = p.whole(1, 100); });
  reader.key("format", [&](const Place& p) { label.format = read_format(p, spec); });
  reader.key("position", [&](const Place& p) { read_position(p, label); });
  reader.key("padding", [&](const Place& p) { text.padding = read_padding(p); });
  return label;
}

DotStyle read_dot(const Place& place) {
  const Reader reader(place, {"color", "radius"});
  DotStyle dot{.color = {0, 255, 0, 255}, .radius_px = 5};
  reader.key("color", [&](const Place& p) { dot.color = p.color(); });
  reader.key("radius", [&](const Place& p) { dot.radius_px = p.whole(0, most_px); });
  return dot;
}

// A part that is named with nothing after it has its defaults; one that is not named is not drawn.
ObjectStyle read_style(const Place& place, DrawSpec& spec) {
  if (place.value.is_null() || (place.value.is_object() && place.value.empty())) return default_style();
  place.expect_keys({"bbox", "label", "central_dot", "blur"});
  ObjectStyle style{.box = {}, .label = {}};
  const auto part = [&](const std::string& name, auto&& use) {
    if (const auto found = place.value.find(name); found != place.value.end()) use(place.child(name, *found));
  };
  part("bbox", [&](const Place& p) { read_box(p, style); });
  part("label", [&](const Place& p) { style.label = read_label(p, spec); });
  part("central_dot", [&](const Place& p) { style.dot = read_dot(p); });
  part("blur", [&](const Place& p) {
    if (p.value.is_null() || p.boolean()) style.blur = ObjectBlur{};
  });
  return style;
}

void read_rendered_objects(const Place& units, DrawSpec& spec) {
  units.expect_mapping();
  spec.style.only_listed = true;
  for (const auto& [unit, labels] : units.value.items()) {
    const Place place = units.child(unit, labels);
    place.expect_mapping();
    for (const auto& [label, style] : labels.items())
      spec.style.classes[joined({unit, label})] = read_style(place.child(label, style), spec);
  }
}

}  // namespace

DrawSpec read_draw_spec(const Json& json) {
  DrawSpec spec;
  spec.style.style = style_of_all();
  spec.style.palette.reset();
  const Place root{json, {}};
  if (const Json* objects = root.find("rendered_objects"))
    read_rendered_objects(root.child("rendered_objects", *objects), spec);
  if (const Json* condition = root.find("condition")) {
    const Reader reader(root.child("condition", *condition), {"tag"});
    reader.key("tag", [&](const Place& p) { spec.tag = p.text(); });
  }
  return spec;
}

std::string joined(const SpecPath& path) { return fmt::format("{}", fmt::join(path, ".")); }

}  // namespace retouch
