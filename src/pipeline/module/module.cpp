// The schema of a module file.
#include "retouch/pipeline/module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "pipeline/draw_spec.hpp"
#include "pipeline/module/words.hpp"
#include "pipeline/module/yaml_reader.hpp"

namespace retouch {
namespace {

namespace fs = std::filesystem;

// A library or Python file that is named by a relative path, or lies beside the module file, is found from any working
// directory.
std::string resolve_function(const std::string& spec, const fs::path& folder) {
  const std::size_t colon = spec.rfind(':');
  if (colon == std::string::npos) return spec;
  std::string name = spec.substr(0, colon);
  std::error_code ignored;
  // "package.module" may lie there too.
  std::string as_file = name;
  std::replace(as_file.begin(), as_file.end(), '.', '/');
  if (name.find('/') == std::string::npos && fs::exists(folder / (as_file + ".py"), ignored)) name = as_file + ".py";
  const fs::path library = name;
  if (library.is_absolute() || (!library.has_parent_path() && !fs::exists(folder / library, ignored))) return spec;
  return (folder / library).lexically_normal().string() + spec.substr(colon);
}

// Where a path into `place` ends, and the line of what stands there: of the key, when one is named.
std::pair<YamlPlace, YAML::Mark> follow(const YamlPlace& place, const SpecPath& path, const std::string& key) {
  YamlPlace at = place;
  for (const std::string& step : path) {
    const bool is_list = at.node.IsSequence();
    const auto index = is_list ? static_cast<std::size_t>(std::stoul(step)) : 0;
    YAML::Node next = is_list ? at.node[index] : at.node[step];
    YamlPlace child = is_list ? at.child(index, next) : at.child(step, next);
    at.path = std::move(child.path);
    at.node.reset(next);  // an assignment would write into the document
  }
  YAML::Mark mark = at.node.Mark();
  if (!key.empty())
    for (const auto& entry : at.node)
      if (entry.first.Scalar() == key) mark = entry.first.Mark();
  return {at, mark};
}

// Checked here, where the lines are known; the function reads it again when it is made.
void check_draw_spec(const YamlPlace& place, Module& module) {
  try {
    for (const auto& [path, text] : read_draw_spec(nlohmann::ordered_json::parse(place.json())).warnings) {
      const auto [at, mark] = follow(place, path, "");
      module.warnings.push_back(at.message(text, mark));
    }
  } catch (const DrawSpecError& error) {
    const auto [at, mark] = follow(place, error.path(), error.key());
    at.fail(error.what(), mark);
  }
}

Stage read_stage(const YamlPlace& place, const fs::path& folder, Module& module) {
  YamlMapping mapping(place);
  Stage stage;
  const bool has_function = mapping.has("function");
  const bool has_element = mapping.has("element");
  if (has_function && has_element) place.fail("expected either 'function' or 'element', got both");
  const bool is_python = has_element && mapping.at("element").string() == "pyfunc";
  const bool is_function = has_function || is_python;
  const bool is_element = has_element;
  if (is_function) {
    const std::string spec = is_python ? mapping.at("module").string() + ":" + mapping.at("class_name").string()
                                       : mapping.at("function").string();
    stage.name = resolve_function(spec, folder);
    if (mapping.has("kwargs")) {
      const YamlPlace kwargs = mapping.at("kwargs");
      if (!kwargs.node.IsMap()) kwargs.fail("expected a mapping (lines of 'key: value')");
      stage.kwargs = kwargs.json();
      if (stage.name == "draw_objects") check_draw_spec(kwargs, module);
    }
    if (mapping.has("properties"))
      mapping.at("properties").fail("a function takes 'kwargs'; 'properties' are for GStreamer elements");
    if (mapping.boolean("dev_mode", false)) stage.name += "?dev_mode";
  } else if (is_element) {
    stage.kind = Stage::Kind::element;
    stage.name = mapping.at("element").string();
    if (mapping.has("properties")) stage.properties = mapping.at("properties").properties();
    if (mapping.has("kwargs"))
      mapping.at("kwargs").fail("a GStreamer element takes 'properties'; 'kwargs' are for functions");
  } else {
    for (const char* key : {"kwargs", "properties", "dev_mode"}) mapping.has(key);
    mapping.finish();
    place.fail("expected 'function: NAME' or 'element: NAME'");
  }
  mapping.finish();
  return stage;
}

// Always a function after all others.
Stage read_draw_func(const YamlPlace& place, const fs::path& folder, Module& module) {
  YamlMapping mapping(place);
  Stage stage;
  // The names of the Python class that this stands for are understood, others not.
  mapping.choice("module", "", {"savant.deepstream.drawfunc"});
  mapping.choice("class_name", "", {"NvDsDrawFunc"});
  stage.name = resolve_function(mapping.string("function", "draw_objects"), folder);
  auto kwargs = nlohmann::ordered_json::object();
  if (mapping.has("kwargs")) {
    const YamlPlace given = mapping.at("kwargs");
    if (!given.node.IsMap()) given.fail("expected a mapping (lines of 'key: value')");
    kwargs = nlohmann::ordered_json::parse(given.json());
  }
  for (const char* key : {"condition", "rendered_objects"}) {
    if (!mapping.has(key)) continue;
    if (kwargs.contains(key)) mapping.at(key).fail("it is given a second time, in kwargs");
    kwargs[key] = nlohmann::ordered_json::parse(mapping.at(key).json());
  }
  mapping.finish();
  check_draw_spec(place, module);
  stage.kwargs = kwargs.dump();
  return stage;
}

// Whether this machine has it is seen when the run starts: the command line may name another one.
bool is_device(std::string_view text) {
  if (text == "auto" || text == "cpu" || text == "cuda") return true;
  if (!text.starts_with("cuda:") || text.size() == 5) return false;
  return text.find_first_not_of("0123456789", 5) == std::string_view::npos;
}

void read_parameters(YamlMapping mapping, const fs::path& folder, Module& module, std::optional<Stage>& draw) {
  module.device = mapping.string("device", module.device);
  if (!is_device(module.device)) mapping.at("device").fail("expected auto, cpu, cuda or cuda:N");
  module.on_error = mapping.choice("on_error", module.on_error, {"stop", "skip", "pass"});
  module.stall_timeout = mapping.real("stall_timeout", module.stall_timeout, 0, 86400);
  module.keep_damaged = mapping.boolean("keep_damaged", module.keep_damaged);
  if (mapping.has("draw_func")) draw = read_draw_func(mapping.at("draw_func"), folder, module);
  mapping.finish();
}

// Relative paths in a module file start at its folder, wherever the tool was called.
std::string resolve_path(const std::string& path, const fs::path& folder) {
  if (path.empty() || path.find("://") != std::string::npos || fs::path(path).is_absolute()) return path;
  return (folder / path).lexically_normal().string();
}

void read_source(YamlMapping mapping, const fs::path& folder, Module& module) {
  module.source.uri = resolve_path(mapping.string("uri", ""), folder);
  module.source.decoder = mapping.string("decoder", module.source.decoder);
  mapping.finish();
}

void read_output(YamlMapping mapping, const fs::path& folder, Module& module) {
  Output& output = module.output;
  output.file = resolve_path(mapping.string("file", ""), folder);
  output.format = mapping.choice("format", "", {"mp4", "mov", "mkv", "none"});
  mapping.choice("codec", "h264", {"h264"});
  output.encoder = mapping.string("encoder", output.encoder);
  if (mapping.has("bitrate") && mapping.has("quality"))
    mapping.at("quality").fail("expected either 'bitrate' (kbit/s) or 'quality', got both");
  output.bitrate = mapping.integer("bitrate", output.bitrate, 1, 1000000);
  output.quality = mapping.integer("quality", output.quality, 0, 51);
  output.speed =
      mapping.choice("speed", output.speed,
                     {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"});
  if (mapping.has("properties")) output.properties = mapping.at("properties").properties();
  mapping.finish();
}

YamlPlace child_or_empty(YamlMapping& mapping, const std::string& key) {
  return mapping.has(key) ? mapping.at(key) : mapping.place().child(key, YAML::Node());
}

}  // namespace

Module parse_module(std::string_view text, const std::string& path, const std::vector<std::string>& overrides) {
  YamlPlace root{&path, "", {}};
  try {
    root.node = YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    root.fail("not valid YAML: " + error.msg, error.mark);
  }
  if (!root.node.IsMap())
    root.fail("expected a mapping with the keys name, parameters, pipeline; is this a module file?");
  for (const std::string& assignment : overrides) apply_override(root, assignment);
  const fs::path folder = fs::absolute(path).parent_path();
  interpolate(root, folder.string());

  Module module;
  YamlMapping top(root);
  module.name = top.string("name", fs::path(path).stem().string());
  std::optional<Stage> draw;
  read_parameters(YamlMapping(child_or_empty(top, "parameters")), folder, module, draw);
  YamlMapping pipeline(top.at("pipeline"));
  top.finish();
  read_source(YamlMapping(child_or_empty(pipeline, "source")), folder, module);
  if (pipeline.has("elements"))
    for (const YamlPlace& place : pipeline.at("elements").list())
      module.stages.push_back(read_stage(place, folder, module));
  if (draw) module.stages.push_back(*std::move(draw));
  read_output(YamlMapping(child_or_empty(pipeline, "output")), folder, module);
  pipeline.finish();
  return module;
}

Module load_module(const std::string& path, const std::vector<std::string>& overrides) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw FileError(path + ": is a folder; expected a module file (YAML)");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file)
    throw FileError(path + ": cannot read the module file: " + std::string(std::strerror(errno)) + "; check the name");
  return parse_module(text.str(), path, overrides);
}

}  // namespace retouch
