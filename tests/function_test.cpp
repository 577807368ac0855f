// Kwargs, the registry, and functions from libraries.
#include "retouch/pipeline/function.hpp"
#include "retouch/pipeline/chain.hpp"
#include "retouch/pipeline/python.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "retouch/error.hpp"
#include "support/paths.hpp"

namespace retouch {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string folder = test::build_path("lib/test_functions").string();
const std::string library = folder + "/libtest_functions.so";

// The message of the exception E that `call` must throw.
template <class E, class F>
std::string message_of(F&& call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another exception: " << error.what();
    return {};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

struct Environment {
  explicit Environment(const std::string& value) { setenv("RETOUCH_FUNCTION_PATH", value.c_str(), 1); }
  ~Environment() { unsetenv("RETOUCH_FUNCTION_PATH"); }
};

TEST(Kwargs, GivesWhatIsThereAndTheFallbackElse) {
  const auto kwargs = Kwargs::from_json(
      R"({"on": true, "count": 3, "sigma": 2.5, "name": "a", "labels": ["x", "y"], "weights": [1, 2.5]})");
  EXPECT_TRUE(kwargs.get("on", false));
  EXPECT_EQ(kwargs.get("count", 1), 3);
  EXPECT_EQ(kwargs.get("count", 1.0), 3.0) << "a whole number is a real one";
  EXPECT_EQ(kwargs.get("sigma", 1.0), 2.5);
  EXPECT_EQ(kwargs.get("name", "b"), "a");
  EXPECT_EQ(kwargs.require_string("name"), "a");
  EXPECT_THAT(kwargs.get("labels", std::vector<std::string>{}), ElementsAre("x", "y"));
  EXPECT_THAT(kwargs.get("weights", std::vector<double>{}), ElementsAre(1.0, 2.5));
  EXPECT_EQ(kwargs.get("missing", 9), 9);
  EXPECT_EQ(kwargs.get("missing", "text"), "text");
  EXPECT_TRUE(kwargs.has("on"));
  EXPECT_FALSE(kwargs.has("off"));
}

TEST(Kwargs, RemembersWhatWasAskedFor) {
  const auto kwargs = Kwargs::from_json(R"({"sigma": 1, "sgima": 2})");
  EXPECT_THAT(kwargs.unused(), ElementsAre("sgima", "sigma"));
  Kwargs copy;
  copy = kwargs;
  EXPECT_EQ(copy.get("sigma", 0.0), 1.0);
  EXPECT_EQ(copy.get("other", 0), 0);
  EXPECT_THAT(kwargs.unused(), ElementsAre("sgima")) << "a copy's questions count";
  EXPECT_THAT(kwargs.asked(), ElementsAre("other", "sigma"));
}

TEST(Kwargs, SaysWhatIsWrong) {
  // json of the value | how it is asked for | what the message says
  const auto kwargs = Kwargs::from_json(
      R"({"text": "abc", "real": 1.5, "big": 5000000000, "huge": 18446744073709551615, "mixed": [1, "a"], "none": null})");
  const auto invalid = [](auto&& call) { return message_of<InvalidArgument>(call); };
  EXPECT_EQ(invalid([&] { kwargs.get("text", 1.0); }), "kwarg 'text' is \"abc\": expected a number");
  EXPECT_EQ(invalid([&] { kwargs.get("real", 1); }), "kwarg 'real' is 1.5: expected a whole number");
  EXPECT_EQ(invalid([&] { kwargs.get("big", 1); }), "kwarg 'big' is 5000000000: expected a whole number of 32 bits");
  EXPECT_THAT(invalid([&] { kwargs.get("huge", 1); }), HasSubstr("32 bits"));
  EXPECT_EQ(invalid([&] { kwargs.get("real", true); }), "kwarg 'real' is 1.5: expected true or false");
  EXPECT_EQ(invalid([&] { kwargs.get("real", "x"); }), "kwarg 'real' is 1.5: expected text");
  EXPECT_EQ(invalid([&] { kwargs.get("none", 1); }), "kwarg 'none' is null: expected a whole number");
  EXPECT_THAT(invalid([&] { kwargs.get("mixed", std::vector<double>{}); }), HasSubstr("a list of numbers"));
  EXPECT_THAT(invalid([&] { kwargs.get("mixed", std::vector<std::string>{}); }), HasSubstr("a list of texts"));
  EXPECT_EQ(invalid([&] { static_cast<void>(kwargs.require_string("gone")); }), "kwarg 'gone' (text) must be given");
  EXPECT_THAT(invalid([] { Kwargs::from_json("{\"a\": }"); }), AllOf(HasSubstr("line 1"), HasSubstr("column 7")));
  EXPECT_THAT(invalid([] { Kwargs::from_json("[1]"); }), HasSubstr("must be a JSON object"));
  EXPECT_THAT(invalid([] { Kwargs::from_json(""); }), HasSubstr("not JSON"));
}

TEST(Function, ComesFromALibraryByPath) {
  const auto function = make_function(library + ":FillBox", Kwargs::from_json(R"({"x": 3})"));
  EXPECT_NE(function, nullptr);
  EXPECT_THAT(registered_functions(), Contains("FillBox"));
  EXPECT_NE(make_function("FillBox", {}), nullptr) << "loaded once, known by its name alone";
  const auto link = std::filesystem::temp_directory_path() / "retouch_function_test_link.so";
  std::filesystem::remove(link);
  std::filesystem::create_symlink(library, link);
  EXPECT_NE(make_function(link.string() + ":FillBox", {}), nullptr) << "the same file under another name";
  std::filesystem::remove(link);
}

TEST(Function, ComesFromALibraryOnTheSearchPath) {
  const Environment path("/nowhere:" + folder);
  EXPECT_NE(make_function("libtest_functions.so:FillBox", {}), nullptr);
  EXPECT_NE(make_function("test_builtin", {}), nullptr) << "libretouch_function_test_builtin.so";
}

TEST(Function, UnknownNameListsTheKnownOnes) {
  const Environment path(folder);
  make_function(library + ":FillBox", {});
  const auto message = message_of<InvalidArgument>([] { make_function("BlurFace", {}); });
  EXPECT_THAT(message, AllOf(HasSubstr("function 'BlurFace' is not known"), HasSubstr("FillBox"),
                             HasSubstr("test_builtin"), Not(HasSubstr("\n"))));
  const auto in_library = message_of<InvalidArgument>([] { make_function(library + ":BlurFace", {}); });
  EXPECT_THAT(in_library, AllOf(HasSubstr("'BlurFace' is not in library"), HasSubstr("AddObjects, FillBox")));
  for (const char* spec : {"", ":", "libx.so", ":Name", "libx.so:"})
    EXPECT_THAT(message_of<InvalidArgument>([&] { make_function(spec, {}); }), HasSubstr("LIBRARY.so:NAME")) << spec;
}

TEST(Function, LibraryThatDoesNotLoad) {
  const auto text = std::filesystem::temp_directory_path() / "retouch_function_test_text.so";
  std::ofstream(text) << "not a library, but long enough to be looked at as one, with a header that is only text\n";
  EXPECT_THAT(message_of<FileError>([&] { make_function(text.string() + ":X", {}); }),
              AllOf(HasSubstr("cannot be loaded: invalid ELF header"), Not(HasSubstr("\n"))));
  std::filesystem::remove(text);
  EXPECT_THAT(message_of<FileError>([] { make_function("/nowhere/libx.so:X", {}); }),
              HasSubstr("'/nowhere/libx.so' does not exist"));
  EXPECT_THAT(message_of<FileError>([] { make_function("libretouch_no_such_library.so:X", {}); }),
              HasSubstr("$RETOUCH_FUNCTION_PATH"));
  EXPECT_THAT(message_of<InvalidArgument>([] { make_function(folder + "/libtest_nothing.so:X", {}); }),
              HasSubstr("RETOUCH_REGISTER_FUNCTION missing"));
}

TEST(Function, NameTakenByAnotherLibrary) {
  make_function(library + ":FillBox", {});
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(message_of<FileError>([] { make_function(folder + "/libtest_clash.so:OnlyInClash", {}); }),
                HasSubstr("'FillBox' is registered already"));
  EXPECT_THAT(registered_functions(), Not(Contains("OnlyInClash"))) << "a library is taken whole or not at all";
  EXPECT_NE(make_function("FillBox", Kwargs::from_json(R"({"x": 1})")), nullptr) << "the first one is still there";
}

TEST(Function, WrongKwargs) {
  EXPECT_EQ(
      message_of<InvalidArgument>([] { make_function(library + ":FillBox", Kwargs::from_json(R"({"widht": 3})")); }),
      "function 'FillBox' takes no kwarg 'widht'; it takes: height, value, width, x, y");
  EXPECT_EQ(message_of<InvalidArgument>(
                [] { make_function(library + ":FillBox", Kwargs::from_json(R"({"width": "wide"})")); }),
            "function 'FillBox': kwarg 'width' is \"wide\": expected a whole number");
  EXPECT_EQ(message_of<std::runtime_error>(
                [] { make_function(library + ":ThrowIn", Kwargs::from_json(R"({"hook": "constructor"})")); }),
            "boom in the constructor");
}

TEST(Function, RegisteredByTheProgram) {
  struct Own : FrameFunction {
    void process_frame(Frame&) override {}
  };
  register_function("own", [](const Kwargs&) { return std::make_unique<Own>(); });
  EXPECT_NE(make_function("own", {}), nullptr);
  EXPECT_THAT(message_of<InvalidArgument>(
                  [] { register_function("own", [](const Kwargs&) { return std::make_unique<Own>(); }); }),
              HasSubstr("registered already"));
  EXPECT_THROW(register_function("a:b", [](const Kwargs&) { return std::make_unique<Own>(); }), InvalidArgument);
  EXPECT_THROW(register_function("c", nullptr), InvalidArgument);
  register_function("makes_nothing", [](const Kwargs&) { return std::unique_ptr<FrameFunction>(); });
  EXPECT_THROW(make_function("makes_nothing", {}), InvalidArgument);
}

// Python functions, without Python: what the loader is asked for.
class PythonFunction : public testing::Test {
 protected:
  struct Nothing : FrameFunction {
    void process_frame(Frame&) override {}
  };
  PythonFunction() {
    register_python_loader([this](const PythonSpec& spec, const Kwargs& kwargs) {
      asked_.push_back(spec.module + " " + spec.name + (spec.dev_mode ? " dev " : " ") + kwargs.json());
      if (spec.name == "Refused") throw InvalidArgument("it takes no kwarg 'a'");
      return std::make_unique<Nothing>();
    });
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "blur.py") << "";
  }
  ~PythonFunction() override {
    register_python_loader({});
    std::filesystem::remove_all(folder_);
  }

  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() / "retouch_function_test_python";
  std::vector<std::string> asked_;
};

TEST_F(PythonFunction, IsFoundByFileAndByModule) {
  const std::string file = (folder_ / "blur.py").string();
  const Kwargs kwargs = Kwargs::from_json(R"({"a": [1]})");
  EXPECT_NE(make_function(file + ":Blur", kwargs), nullptr) << "kwargs are the loader's to check";
  EXPECT_NE(make_function(file + ":Blur?dev_mode", {}), nullptr);
  EXPECT_NE(make_function("package.module_2:Blur", {}), nullptr);
  EXPECT_NE(make_function("@17:Blur", {}), nullptr);
  {
    const Environment path("/nowhere:" + folder_.string());
    EXPECT_NE(make_function("blur.py:Blur", {}), nullptr);
  }
  EXPECT_THAT(asked_, ElementsAre(file + R"( Blur {"a":[1]})", file + " Blur dev {}", "package.module_2 Blur {}",
                                  "@17 Blur {}", file + " Blur {}"));
  const FunctionChain chain({{file + ":Blur?dev_mode"}, {"a.b:Blur"}});
  EXPECT_EQ(chain.statistics().functions.at(0).name, "Blur");
}

TEST_F(PythonFunction, WhatIsNone) {
  EXPECT_THAT(message_of<FileError>([] { make_function("/nowhere/blur.py:Blur", {}); }),
              HasSubstr("Python file '/nowhere/blur.py' does not exist"));
  EXPECT_THAT(message_of<FileError>([] { make_function("retouch_nowhere.py:Blur", {}); }),
              AllOf(HasSubstr("Python file 'retouch_nowhere.py' is not there"), HasSubstr("$RETOUCH_FUNCTION_PATH")));
  EXPECT_THAT(message_of<InvalidArgument>([&] { make_function((folder_ / "blur.py").string() + ":B?quick", {}); }),
              HasSubstr("'?quick' is not known"));
  EXPECT_THAT(message_of<InvalidArgument>([] { make_function(library + ":FillBox?dev_mode", {}); }),
              HasSubstr("a Python function may have ?dev_mode"));
  EXPECT_EQ(message_of<InvalidArgument>([] { make_function("a.b:Refused", {}); }),
            "function 'Refused': it takes no kwarg 'a'");
  for (const char* spec : {"libno-such-library.so:X", "libno.so.6:X", "./no/folder:X", "no-module:X", "a..b:X"})
    EXPECT_THROW(make_function(spec, {}), FileError) << spec << " is a library's name";
  EXPECT_THAT(asked_, ElementsAre("a.b Refused {}"));
}

}  // namespace
}  // namespace retouch
