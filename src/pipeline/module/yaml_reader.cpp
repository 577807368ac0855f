#include "pipeline/module/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/module/words.hpp"
#include "retouch/pipeline/module.hpp"

namespace retouch {
namespace {

const char* kind_of(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map: return "a mapping";
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Scalar: return "a value";
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined: break;
  }
  return "nothing";
}

std::string shown(const YAML::Node& node) { return node.IsScalar() ? "'" + node.Scalar() + "'" : kind_of(node); }

bool is_quoted(const YAML::Node& node) { return node.Tag() == "!"; }

std::optional<double> to_real(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto result = std::from_chars(begin, end, value);
  if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<long long> to_integer(const std::string& text) {
  long long value = 0;
  const char* end = text.data() + text.size();
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto result = std::from_chars(begin, end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<bool> to_boolean(const std::string& text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

nlohmann::ordered_json to_json(const YamlPlace& place) {
  const YAML::Node& node = place.node;
  switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: return nullptr;
    case YAML::NodeType::Scalar: {
      const std::string& text = node.Scalar();
      if (is_quoted(node)) return text;
      if (text == "null" || text == "~" || text.empty()) return nullptr;
      if (const auto value = to_boolean(text)) return *value;
      if (const auto value = to_integer(text)) return *value;
      if (const auto value = to_real(text)) return *value;
      return text;
    }
    case YAML::NodeType::Sequence: {
      auto array = nlohmann::ordered_json::array();
      for (std::size_t i = 0; i < node.size(); ++i) array.push_back(to_json(place.child(i, node[i])));
      return array;
    }
    case YAML::NodeType::Map: {
      auto object = nlohmann::ordered_json::object();
      for (const auto& entry : node) {
        if (!entry.first.IsScalar()) place.fail("expected names as keys", entry.first.Mark());
        const std::string& key = entry.first.Scalar();
        if (object.contains(key)) place.fail("'" + key + "' is given twice", entry.first.Mark());
        object[key] = to_json(place.child(key, entry.second));
      }
      return object;
    }
  }
  return nullptr;
}

}  // namespace

void YamlPlace::fail(const std::string& text, const YAML::Mark& at) const { throw ModuleError(message(text, at)); }

std::string YamlPlace::message(const std::string& text, const YAML::Mark& at) const {
  const std::string line = at.is_null() ? "" : fmt::format(":{}", at.line + 1);
  return fmt::format("{}{}: {}{}", *file, line, path.empty() ? "" : path + ": ", text);
}

YamlPlace YamlPlace::child(std::string_view key, const YAML::Node& value) const {
  return {file, path.empty() ? std::string(key) : fmt::format("{}.{}", path, key), value};
}

YamlPlace YamlPlace::child(std::size_t index, const YAML::Node& value) const {
  return {file, fmt::format("{}[{}]", path, index), value};
}

std::string YamlPlace::string() const {
  if (!node.IsScalar()) fail(fmt::format("expected text, got {}", shown(node)));
  return node.Scalar();
}

bool YamlPlace::boolean() const {
  const auto value = node.IsScalar() && !is_quoted(node) ? to_boolean(node.Scalar()) : std::nullopt;
  if (!value) fail(fmt::format("expected true or false, got {}", shown(node)));
  return *value;
}

int YamlPlace::integer(int low, int high) const {
  const auto value = node.IsScalar() ? to_integer(node.Scalar()) : std::nullopt;
  if (!value || *value < low || *value > high)
    fail(fmt::format("expected a whole number from {} to {}, got {}", low, high, shown(node)));
  return static_cast<int>(*value);
}

double YamlPlace::real(double low, double high) const {
  const auto value = node.IsScalar() ? to_real(node.Scalar()) : std::nullopt;
  if (!value || *value < low || *value > high)
    fail(fmt::format("expected a number from {} to {}, got {}", low, high, shown(node)));
  return *value;
}

std::string YamlPlace::choice(const std::vector<std::string>& choices) const {
  std::string value = node.IsScalar() ? node.Scalar() : "";
  if (std::find(choices.begin(), choices.end(), value) == choices.end())
    fail(fmt::format("expected one of {}; got {}{}", join_words(choices), shown(node), did_you_mean(value, choices)));
  return value;
}

std::vector<YamlPlace> YamlPlace::list() const {
  if (!node.IsSequence()) fail(fmt::format("expected a list (lines that start with '-'), got {}", shown(node)));
  std::vector<YamlPlace> places;
  for (std::size_t i = 0; i < node.size(); ++i) places.push_back(child(i, node[i]));
  return places;
}

std::string YamlPlace::json() const { return to_json(*this).dump(); }

std::vector<std::pair<std::string, std::string>> YamlPlace::properties() const {
  std::vector<std::pair<std::string, std::string>> result;
  if (node.IsNull()) return result;
  if (!node.IsMap()) fail(fmt::format("expected a mapping of names to values, got {}", shown(node)));
  for (const auto& entry : node) {
    const std::string& key = entry.first.Scalar();
    for (const auto& [name, value] : result)
      if (name == key) fail("'" + key + "' is given twice", entry.first.Mark());
    result.emplace_back(key, child(key, entry.second).string());
  }
  return result;
}

YamlMapping::YamlMapping(YamlPlace place) : place_(std::move(place)) {
  const YAML::Node& node = place_.node;
  if (!node.IsDefined() || node.IsNull()) return;
  if (!node.IsMap()) place_.fail(fmt::format("expected a mapping (lines of 'key: value'), got {}", shown(node)));
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) place_.fail("expected names as keys", entry.first.Mark());
    const auto [position, added] =
        entries_.emplace(entry.first.Scalar(), std::make_pair(entry.first.Mark(), entry.second));
    if (!added) place_.fail("'" + position->first + "' is given twice", entry.first.Mark());
  }
}

bool YamlMapping::has(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const auto found = entries_.find(key);
  return found != entries_.end() && !found->second.second.IsNull();
}

YamlPlace YamlMapping::at(const std::string& key) {
  has(key);
  if (!entries_.contains(key)) {
    // A near miss of the key that is wanted is more likely than its absence.
    for (const auto& [name, entry] : entries_)
      if (!nearest_word(name, std::vector<std::string>{key}).empty())
        place_.fail(fmt::format("unknown key '{}'; did you mean '{}'?", name, key), entry.first);
    place_.fail(fmt::format("'{}' is missing", key));
  }
  return place_.child(key, entries_.at(key).second);
}

std::string YamlMapping::string(const std::string& key, std::string fallback) {
  return has(key) ? at(key).string() : std::move(fallback);
}
bool YamlMapping::boolean(const std::string& key, bool fallback) { return has(key) ? at(key).boolean() : fallback; }
int YamlMapping::integer(const std::string& key, int fallback, int low, int high) {
  return has(key) ? at(key).integer(low, high) : fallback;
}
double YamlMapping::real(const std::string& key, double fallback, double low, double high) {
  return has(key) ? at(key).real(low, high) : fallback;
}
std::string YamlMapping::choice(const std::string& key, std::string fallback, const std::vector<std::string>& choices) {
  return has(key) ? at(key).choice(choices) : std::move(fallback);
}

void YamlMapping::finish() const {
  for (const auto& [name, entry] : entries_)
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      place_.fail(
          fmt::format("unknown key '{}'; expected one of: {}{}", name, join_words(known_), did_you_mean(name, known_)),
          entry.first);
}

}  // namespace retouch
