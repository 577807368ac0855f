// Module files: what is read, and what is said of a file that breaks the schema. And display matrices.
#include "retouch/pipeline/module.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "pipeline/runner/iso_file.hpp"

namespace retouch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Module parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return parse_module(text, "/where/it/is/module.yml", overrides);
}

std::string error_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    parse(text, overrides);
  } catch (const ModuleError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Module, ReadsEverything) {
  const Module module = parse(R"(
name: everything
parameters: {device: "cuda:1", on_error: skip, stall_timeout: 2.5, keep_damaged: true}
pipeline:
  source: {uri: in.mp4, decoder: cpu}
  elements:
    - function: face_detector
      kwargs: {threshold: 0.5, labels: [a, "1"], nested: {on: true, none: ~, number: 7}}
    - element: videobalance
      properties: {saturation: 0.5, name: balance}
    - function: libdemo.so:Dashboard
    - function: lib/libdemo.so:Dashboard
  output: {file: out/made.mov, format: mp4, codec: h264, encoder: x264enc, bitrate: 4000, speed: slow, properties: {tune: zerolatency}}
)");
  EXPECT_EQ(module.name, "everything");
  EXPECT_EQ(module.device, "cuda:1");
  EXPECT_EQ(module.on_error, "skip");
  EXPECT_EQ(module.stall_timeout, 2.5);
  EXPECT_TRUE(module.keep_damaged);
  EXPECT_EQ(module.source.uri, "/where/it/is/in.mp4");
  EXPECT_EQ(module.source.decoder, "cpu");
  ASSERT_EQ(module.stages.size(), 4U);
  EXPECT_EQ(module.stages[0].kind, Stage::Kind::function);
  EXPECT_EQ(module.stages[0].name, "face_detector");
  EXPECT_EQ(module.stages[0].kwargs,
            R"({"threshold":0.5,"labels":["a","1"],"nested":{"on":true,"none":null,"number":7}})");
  EXPECT_EQ(module.stages[1].kind, Stage::Kind::element);
  EXPECT_THAT(module.stages[1].properties, ElementsAre(Pair("saturation", "0.5"), Pair("name", "balance")));
  EXPECT_EQ(module.stages[2].name, "libdemo.so:Dashboard");  // not beside the module: searched for
  EXPECT_EQ(module.stages[3].name, "/where/it/is/lib/libdemo.so:Dashboard");
  EXPECT_EQ(module.output.file, "/where/it/is/out/made.mov");
  EXPECT_EQ(module.output.format, "mp4");
  EXPECT_EQ(module.output.encoder, "x264enc");
  EXPECT_EQ(module.output.bitrate, 4000);
  EXPECT_EQ(module.output.speed, "slow");
  EXPECT_THAT(module.output.properties, ElementsAre(Pair("tune", "zerolatency")));
}

TEST(Module, FunctionsInPython) {
  const auto folder = std::filesystem::temp_directory_path() / "retouch_module_test_python";
  std::filesystem::create_directories(folder / "package");
  std::ofstream(folder / "package/blur.py") << "";
  std::ofstream(folder / "beside.py") << "";
  const std::string text = R"(
pipeline:
  elements:
    - {element: pyfunc, module: package.blur, class_name: Blur, kwargs: {sigma: 9}}
    - {element: pyfunc, module: elsewhere.blur, class_name: Far, dev_mode: true}
    - {function: "beside.py:Other", dev_mode: false}
    - {function: "package/blur.py:Again", dev_mode: true}
)";
  const Module module = parse_module(text, folder / "m.yml", {"Blur.sigma=12", "Far.on=true"});
  ASSERT_EQ(module.stages.size(), 4U);
  for (const Stage& stage : module.stages) EXPECT_EQ(stage.kind, Stage::Kind::function);
  EXPECT_EQ(module.stages[0].name, (folder / "package/blur.py:Blur").string()) << "a module beside the file";
  EXPECT_EQ(module.stages[0].kwargs, R"({"sigma":12})");
  EXPECT_EQ(module.stages[1].name, "elsewhere.blur:Far?dev_mode") << "for Python to find";
  EXPECT_EQ(module.stages[1].kwargs, R"({"on":true})");
  EXPECT_EQ(module.stages[2].name, (folder / "beside.py:Other").string());
  EXPECT_EQ(module.stages[3].name, (folder / "package/blur.py:Again?dev_mode").string());
  std::filesystem::remove_all(folder);

  EXPECT_EQ(error_of("pipeline:\n  elements:\n    - element: pyfunc\n      class_name: A\n"),
            "/where/it/is/module.yml:3: pipeline.elements[0]: 'module' is missing");
  EXPECT_EQ(
      error_of("pipeline:\n  elements:\n    - {element: pyfunc, module: a.py, class_name: A, properties: {b: 1}}\n"),
      "/where/it/is/module.yml:3: pipeline.elements[0].properties: a function takes 'kwargs'; 'properties' are for "
      "GStreamer elements");
}

TEST(Module, NeedsAlmostNothing) {
  const Module module = parse("pipeline:\n");
  EXPECT_EQ(module.name, "module");
  EXPECT_EQ(module.device, "auto");
  EXPECT_TRUE(module.stages.empty());
}

TEST(Module, ALibraryBesideTheModuleIsFound) {
  const auto folder = std::filesystem::temp_directory_path() / "retouch_module_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "libmine.so") << "";
  const Module module = parse_module("pipeline: {elements: [{function: 'libmine.so:Mine'}]}", folder / "m.yml");
  EXPECT_EQ(module.stages.at(0).name, (folder / "libmine.so:Mine").string());
  std::filesystem::remove_all(folder);
}

TEST(Module, ErrorsSayWhereAndWhat) {
  EXPECT_EQ(error_of("pipeline:\n  elements:\n    - function: f\n      kwarg: {}\n"),
            "/where/it/is/module.yml:4: pipeline.elements[0]: unknown key 'kwarg'; expected one of: function, element, "
            "kwargs, properties, dev_mode; did you mean 'kwargs'?");
  EXPECT_EQ(error_of("parameters:\n  on_error: ignore\npipeline:\n"),
            "/where/it/is/module.yml:2: parameters.on_error: expected one of stop, skip, pass; got 'ignore'");
  EXPECT_THAT(error_of("pipelines: {}\n"), HasSubstr(":1: unknown key 'pipelines'; did you mean 'pipeline'?"));
  EXPECT_THAT(error_of("name: x\n"), HasSubstr("'pipeline' is missing"));
  EXPECT_THAT(error_of("pipeline:\n  output:\n    quality: best\n"),
              HasSubstr(":3: pipeline.output.quality: expected a whole number from 0 to 51, got 'best'"));
  EXPECT_THAT(error_of("pipeline:\n  output: {quality: 3, bitrate: 4}\n"), HasSubstr("either 'bitrate'"));
  EXPECT_THAT(error_of("pipeline:\n  elements: {function: f}\n"), HasSubstr("pipeline.elements: expected a list"));
  EXPECT_THAT(error_of("pipeline:\n  elements:\n    - f\n"), HasSubstr(":3: pipeline.elements[0]: expected a mapping"));
  EXPECT_THAT(error_of("pipeline:\n  elements:\n    - function: f\n      element: e\n"), HasSubstr("got both"));
  EXPECT_THAT(error_of("pipeline:\n  elements:\n    - element: e\n      kwargs: {a: 1}\n"), HasSubstr("'properties'"));
  EXPECT_THAT(error_of("pipeline:\npipeline:\n"), HasSubstr(":2: 'pipeline' is given twice"));
  EXPECT_THAT(error_of("pipeline: [\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(error_of("just text"), HasSubstr(":1: expected a mapping"));
  EXPECT_THROW(load_module("/nowhere/module.yml"), FileError);
  EXPECT_THROW(load_module("/"), FileError);
}

TEST(Module, InterpolatesTheEnvironment) {
  ::setenv("RETOUCH_TEST_VALUE", "4", 1);
  ::unsetenv("RETOUCH_TEST_MISSING");
  const Module module = parse(R"(
name: a${env:RETOUCH_TEST_VALUE}b${oc.env:RETOUCH_TEST_MISSING, c}
pipeline:
  elements:
    - function: f
      kwargs:
        sigma: "${env:RETOUCH_TEST_VALUE}"
        size: ${env:RETOUCH_TEST_VALUE}
        file: ${module_dir}/logo.png
)");
  EXPECT_EQ(module.name, "a4bc");
  EXPECT_EQ(module.stages.at(0).kwargs, R"({"sigma":"4","size":4,"file":"/where/it/is/logo.png"})");
  EXPECT_THAT(error_of("name: x\npipeline:\n  source: {uri: '${env:RETOUCH_TEST_MISSING}'}\n"),
              HasSubstr(":3: pipeline.source.uri: the environment variable RETOUCH_TEST_MISSING is not set"));
  EXPECT_THAT(error_of("name: ${nope}\npipeline:\n"), HasSubstr("unknown '${nope}'"));
  EXPECT_THAT(error_of("name: ${env:X\npipeline:\n"), HasSubstr("without '}'"));
}

TEST(Module, OverridesComeBeforeTheCheck) {
  const std::string text =
      "pipeline:\n  elements:\n    - function: libf.so:Blur\n      kwargs: {sigma: 1}\n    - element: e\n";
  const Module module = parse(text, {"Blur.sigma=2.5", "Blur.mode=fast", "e.depth=3", "parameters.on_error=pass",
                                     "pipeline.elements.1.properties.width=7"});
  EXPECT_EQ(module.stages.at(0).kwargs, R"({"sigma":2.5,"mode":"fast"})");
  EXPECT_THAT(module.stages.at(1).properties, ElementsAre(Pair("depth", "3"), Pair("width", "7")));
  EXPECT_EQ(module.on_error, "pass");
  EXPECT_THAT(error_of(text, {"Blurr.sigma=2"}), HasSubstr("did you mean 'Blur'?"));
  EXPECT_THAT(error_of(text, {"nonsense"}), HasSubstr("expected KEY=VALUE"));
  EXPECT_THAT(error_of(text, {"parameters.on_eror=pass"}), HasSubstr("did you mean 'on_error'?"));
  EXPECT_THAT(error_of(text, {"pipeline.elements.5.kwargs.a=1"}), HasSubstr("no entry '5'"));
}

// Where the corners of a coded picture come to be shown: applies the matrix by hand.
std::pair<double, double> shown_at(const DisplayMatrix& matrix, double x, double y) {
  const auto value = [&](std::size_t index) {
    std::uint32_t bits = 0;
    for (std::size_t byte = 0; byte < 4; ++byte) bits = bits << 8 | matrix[4 * index + byte];
    return static_cast<double>(static_cast<std::int32_t>(bits)) / 65536.0;
  };
  return {value(0) * x + value(3) * y + value(6), value(1) * x + value(4) * y + value(7)};
}

TEST(DisplayMatrix, OrientationTags) {
  using Point = std::pair<double, double>;
  const auto corner = [](const std::string& tag) { return shown_at(orientation_matrix(tag, 40, 30), 0, 0); };
  const auto right = [](const std::string& tag) { return shown_at(orientation_matrix(tag, 40, 30), 40, 0); };
  EXPECT_EQ(corner("rotate-0"), Point(0, 0));
  EXPECT_EQ(right("rotate-0"), Point(40, 0));
  EXPECT_EQ(corner("rotate-90"), Point(30, 0));  // clockwise: the top edge becomes the right one
  EXPECT_EQ(right("rotate-90"), Point(30, 40));
  EXPECT_EQ(corner("rotate-180"), Point(40, 30));
  EXPECT_EQ(right("rotate-180"), Point(0, 30));
  EXPECT_EQ(corner("rotate-270"), Point(0, 40));
  EXPECT_EQ(right("rotate-270"), Point(0, 0));
  EXPECT_EQ(corner("flip-rotate-0"), Point(40, 0));
  EXPECT_EQ(right("flip-rotate-0"), Point(0, 0));
  EXPECT_EQ(corner("flip-rotate-90"), Point(30, 40));
  EXPECT_EQ(right("flip-rotate-90"), Point(30, 0));
  EXPECT_EQ(corner("flip-rotate-180"), Point(0, 30));
  EXPECT_EQ(right("flip-rotate-180"), Point(40, 30));
  EXPECT_EQ(corner("flip-rotate-270"), Point(0, 0));
  EXPECT_EQ(right("flip-rotate-270"), Point(0, 40));
  EXPECT_TRUE(is_identity(orientation_matrix("rotate-0", 40, 30)));
  EXPECT_FALSE(is_identity(orientation_matrix("rotate-90", 40, 30)));
}

}  // namespace
}  // namespace retouch::test
