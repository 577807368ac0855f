// Reads a YAML mapping key by key, and says where and why when it is not what was expected.
#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retouch {

/// A place in the document: the node and the path to it ("pipeline.elements[1]").
struct YamlPlace {
  const std::string* file;
  std::string path;
  YAML::Node node;

  /// Throws ModuleError "FILE:LINE: PATH: text". The line is that of `at` (of the node without it).
  [[noreturn]] void fail(const std::string& text) const { fail(text, node.Mark()); }
  [[noreturn]] void fail(const std::string& text, const YAML::Mark& at) const;
  /// What fail() would say.
  std::string message(const std::string& text, const YAML::Mark& at) const;

  YamlPlace child(std::string_view key, const YAML::Node& value) const;
  YamlPlace child(std::size_t index, const YAML::Node& value) const;

  std::string string() const;
  bool boolean() const;
  int integer(int low, int high) const;
  double real(double low, double high) const;
  std::string choice(const std::vector<std::string>& choices) const;
  /// The entries of a list.
  std::vector<YamlPlace> list() const;
  /// Any value as JSON text. A plain scalar is typed as YAML 1.2 types it; a quoted one is a string.
  std::string json() const;
  /// A mapping of names to scalars.
  std::vector<std::pair<std::string, std::string>> properties() const;
};

/// A mapping of which every key must be asked for: finish() refuses the others.
class YamlMapping {
 public:
  /// An absent or empty node is an empty mapping.
  explicit YamlMapping(YamlPlace place);

  const YamlPlace& place() const { return place_; }
  /// Is the key there with a value? The key is known from now on.
  bool has(const std::string& key);
  /// The value, which may be empty; fails when the key is not there.
  YamlPlace at(const std::string& key);

  std::string string(const std::string& key, std::string fallback);
  bool boolean(const std::string& key, bool fallback);
  int integer(const std::string& key, int fallback, int low, int high);
  double real(const std::string& key, double fallback, double low, double high);
  std::string choice(const std::string& key, std::string fallback, const std::vector<std::string>& choices);

  /// Fails for the first key that nobody asked for.
  void finish() const;

 private:
  YamlPlace place_;
  std::map<std::string, std::pair<YAML::Mark, YAML::Node>> entries_;
  std::vector<std::string> known_;
};

/// Replaces ${env:NAME}, ${env:NAME, default} and ${module_dir} in every scalar below the node.
void interpolate(const YamlPlace& place, const std::string& module_dir);

/// Applies "key.path=value"; a list's entry is named by its number, or by what its `function` or `element` is called.
void apply_override(const YamlPlace& root, const std::string& assignment);

}  // namespace retouch
