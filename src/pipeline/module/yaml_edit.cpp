// Interpolation and --set: what changes a document before it is read.
#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "pipeline/module/words.hpp"
#include "pipeline/module/yaml_reader.hpp"

namespace retouch {
namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

std::string value_of(const YamlPlace& place, std::string_view expression, const std::string& module_dir) {
  if (expression == "module_dir") return module_dir;
  for (const std::string_view prefix : {"env:", "oc.env:"}) {
    if (!expression.starts_with(prefix)) continue;
    const std::string_view rest = expression.substr(prefix.size());
    const std::size_t comma = rest.find(',');
    const std::string name = trimmed(rest.substr(0, comma));
    if (const char* value = std::getenv(name.c_str())) return value;
    if (comma != std::string_view::npos) return trimmed(rest.substr(comma + 1));
    place.fail(
        fmt::format("the environment variable {0} is not set; set it, or give a default: ${{env:{0}, value}}", name));
  }
  place.fail(
      fmt::format("unknown '${{{}}}'; expected ${{env:NAME}}, ${{env:NAME, default}} or ${{module_dir}}", expression));
}

std::string interpolated(const YamlPlace& place, const std::string& text, const std::string& module_dir) {
  std::string result;
  std::size_t from = 0;
  for (;;) {
    const std::size_t open = text.find("${", from);
    if (open == std::string::npos) return result + text.substr(from);
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) place.fail(fmt::format("'${{' without '}}' in '{}'", text));
    result += text.substr(from, open - from);
    result += value_of(place, std::string_view(text).substr(open + 2, close - open - 2), module_dir);
    from = close + 1;
  }
}

std::string scalar(const YAML::Node& entry, const char* key) {
  const YAML::Node value = entry.IsMap() ? entry[key] : YAML::Node();
  return value && value.IsScalar() ? value.Scalar() : std::string();
}

// A function in Python: {element: pyfunc, module: ..., class_name: ...}.
bool is_pyfunc(const YAML::Node& entry) { return scalar(entry, "element") == "pyfunc"; }

// "libdemo.so:Dashboard" is also called "Dashboard".
std::string called(const YAML::Node& entry) {
  if (is_pyfunc(entry)) return scalar(entry, "class_name");
  const std::string text = scalar(entry, "function").empty() ? scalar(entry, "element") : scalar(entry, "function");
  return text.substr(text.rfind(':') + 1);
}

bool is_called(const YAML::Node& entry, const std::string& name) {
  return !name.empty() &&
         (called(entry) == name || scalar(entry, "function") == name || scalar(entry, "element") == name);
}

std::size_t index_in(const YAML::Node& list, const std::string& segment, const std::string& assignment,
                     const YamlPlace& root) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (segment == std::to_string(i) || is_called(list[i], segment)) return i;
    if (std::string name = called(list[i]); !name.empty()) names.push_back(std::move(name));
  }
  root.fail(fmt::format("--set {}: no entry '{}' in the list; it has: {}{}", assignment, segment, join_words(names),
                        did_you_mean(segment, names)),
            YAML::Mark::null_mark());
}

}  // namespace

void interpolate(const YamlPlace& place, const std::string& module_dir) {
  YAML::Node node = place.node;
  if (node.IsScalar()) {
    const std::string text = node.Scalar();
    if (text.find("${") == std::string::npos) return;
    const std::string tag = node.Tag();
    node = interpolated(place, text, module_dir);
    node.SetTag(tag);
  } else if (node.IsSequence()) {
    for (std::size_t i = 0; i < node.size(); ++i) interpolate(place.child(i, node[i]), module_dir);
  } else if (node.IsMap()) {
    for (const auto& entry : node)
      if (entry.first.IsScalar()) interpolate(place.child(entry.first.Scalar(), entry.second), module_dir);
  }
}

void apply_override(const YamlPlace& root, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    root.fail(fmt::format("--set {}: expected KEY=VALUE, as in --set parameters.on_error=skip", assignment),
              YAML::Mark::null_mark());
  std::string path = assignment.substr(0, equals);
  YAML::Node value;
  try {
    value = YAML::Load(assignment.substr(equals + 1));
  } catch (const YAML::Exception& error) {
    root.fail(fmt::format("--set {}: the value is not YAML: {}", assignment, error.msg), YAML::Mark::null_mark());
  }

  // NAME.KEY is short for the kwarg or property KEY of the entry NAME.
  YAML::Node node = root.node;
  const std::string first = path.substr(0, path.find('.'));
  const YAML::Node elements = root.node["pipeline"] ? root.node["pipeline"]["elements"] : YAML::Node();
  if (first != "name" && first != "parameters" && first != "pipeline" && first != path && elements.IsSequence()) {
    YAML::Node entry = elements[index_in(elements, first, assignment, root)];
    node.reset(entry[entry.IsMap() && (entry["function"] || is_pyfunc(entry)) ? "kwargs" : "properties"]);
    path.erase(0, first.size() + 1);
  }
  for (;;) {
    const std::size_t dot = path.find('.');
    const std::string segment = path.substr(0, dot);
    YAML::Node next;
    if (node.IsSequence()) {
      next.reset(node[index_in(node, segment, assignment, root)]);
    } else if (node.IsScalar()) {
      root.fail(fmt::format("--set {}: '{}' is looked for in a plain value", assignment, segment),
                YAML::Mark::null_mark());
    } else {
      next.reset(node[segment]);
    }
    if (dot == std::string::npos) {
      next = value;
      return;
    }
    node.reset(next);
    path.erase(0, dot + 1);
  }
}

}  // namespace retouch
