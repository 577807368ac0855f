// The chain: life cycle, error policies, counters, the lease and the one wait.
#include "retouch/pipeline/chain.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "retouch/fill.hpp"
#include "support/backend.hpp"

namespace retouch::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What the scripted functions of this test did, in order.
std::vector<std::string>& calls() {
  static std::vector<std::string> list;
  return list;
}

// Throws in the hook, or in the frame, that its kwargs name.
class Scripted : public FrameFunction {
 public:
  explicit Scripted(const Kwargs& kwargs)
      : name_(kwargs.require_string("name")), hook_(kwargs.get("throws", "")), frame_(kwargs.get("frame", -1)) {}
  ~Scripted() override { call("destroyed"); }
  void on_start(Device) override { call("on_start"); }
  void on_source_add(const std::string& id) override { call("on_source_add", " " + id); }
  void process_frame(Frame& frame) override {
    call("process_frame", " " + std::to_string(frame.index()));
    if (static_cast<int>(frame.index()) == frame_) throw std::runtime_error("boom\nboom");
  }
  void on_source_eos(const std::string& id) override { call("on_source_eos", " " + id); }
  void on_stop() override { call("on_stop"); }

 private:
  void call(const std::string& hook, const std::string& detail = "") {
    calls().push_back(name_ + " " + hook + detail);
    if (hook == hook_) throw std::runtime_error("no " + hook);
  }
  std::string name_;
  std::string hook_;
  int frame_;
};

FunctionSpec scripted(const std::string& kwargs) { return {"scripted", Kwargs::from_json(kwargs)}; }

class ChainTest : public BackendTest {
 protected:
  static void SetUpTestSuite() {
    static const bool once = [] {
      register_function("scripted", [](const Kwargs& kwargs) { return std::make_unique<Scripted>(kwargs); });
      return true;
    }();
    static_cast<void>(once);
  }
  void SetUp() override {
    BackendTest::SetUp();
    calls().clear();
  }
  // One frame of source "cam" through the chain.
  FunctionChain::Outcome send(FunctionChain& chain, std::uint64_t index) {
    if (!pixels_) pixels_ = std::make_unique<Guarded>(chain.stream(), flat(PixelFormat::rgba8, {8, 8}, 7));
    Frame frame(pixels_->view(), chain.stream(), {.source_id = "cam", .index = index});
    auto outcome = chain.process(frame);
    EXPECT_THROW(static_cast<void>(frame.view()), ExpiredFrame) << "the lease has ended";
    return outcome;
  }
  std::unique_ptr<Guarded> pixels_;
};
RETOUCH_BACKENDS(ChainTest);

template <class F>
std::string function_error(F&& call) {
  try {
    call();
  } catch (const FunctionError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no FunctionError";
  return {};
}

TEST_P(ChainTest, LifeCycleInOrder) {
  {
    FunctionChain chain({scripted(R"({"name": "a"})"), scripted(R"({"name": "b"})")});
    EXPECT_FALSE(chain.started());
    chain.start(device());
    EXPECT_EQ(chain.device(), device());
    chain.add_source("cam");
    EXPECT_TRUE(send(chain, 0).keep);
    EXPECT_TRUE(send(chain, 1).keep);
    chain.end_source("cam");
    chain.stop();
    chain.stop();
    pixels_.reset();
  }
  EXPECT_THAT(calls(), ElementsAre("a on_start", "b on_start", "a on_source_add cam", "b on_source_add cam",  //
                                   "a process_frame 0", "b process_frame 0", "a process_frame 1", "b process_frame 1",
                                   "a on_source_eos cam", "b on_source_eos cam", "b on_stop", "a on_stop",
                                   "b destroyed", "a destroyed"));
}

TEST_P(ChainTest, StopEndsOpenSources) {
  FunctionChain chain({scripted(R"({"name": "a"})")});
  chain.start(device());
  chain.add_source("one");
  chain.add_source("two");
  chain.stop();
  EXPECT_THAT(calls(), ElementsAre("a on_start", "a on_source_add one", "a on_source_add two", "a on_source_eos one",
                                   "a on_source_eos two", "a on_stop"));
}

TEST_P(ChainTest, ErrorPolicies) {
  const std::vector<FunctionSpec> specs = {scripted(R"({"name": "a", "frame": 1})"), scripted(R"({"name": "b"})")};
  // policy | does the frame go on | who saw frame 1 | dropped | passed
  struct Row {
    OnError policy;
    bool keep;
    int calls_of_frame_1;
    std::uint64_t dropped;
    std::uint64_t passed;
  };
  for (const Row& row : {Row{OnError::skip, false, 1, 1, 0}, Row{OnError::pass, true, 2, 0, 1}}) {
    calls().clear();
    FunctionChain chain(specs, row.policy);
    chain.start(device());
    chain.add_source("cam");
    EXPECT_THAT(send(chain, 0).error, IsEmpty());
    const auto outcome = send(chain, 1);
    EXPECT_EQ(outcome.keep, row.keep);
    EXPECT_EQ(outcome.error, "scripted failed in frame 1 of cam: boom boom");
    EXPECT_TRUE(send(chain, 2).keep);
    int seen = 0;
    for (const auto& call : calls()) seen += call.ends_with("process_frame 1") ? 1 : 0;
    EXPECT_EQ(seen, row.calls_of_frame_1);
    const auto statistics = chain.statistics();
    EXPECT_EQ(statistics.frames, 3U);
    EXPECT_EQ(statistics.dropped, row.dropped);
    EXPECT_EQ(statistics.passed, row.passed);
    EXPECT_EQ(statistics.functions.at(0).frames, 3U);
    EXPECT_EQ(statistics.functions.at(0).errors, 1U);
    EXPECT_EQ(statistics.functions.at(1).errors, 0U);
    pixels_.reset();
  }
  FunctionChain chain(specs);
  chain.start(device());
  chain.add_source("cam");
  send(chain, 0);
  EXPECT_EQ(function_error([&] { send(chain, 1); }), "scripted failed in frame 1 of cam: boom boom");
  EXPECT_EQ(chain.statistics().functions.at(0).errors, 1U);
  EXPECT_EQ(chain.statistics().dropped, 0U);
  pixels_.reset();
}

TEST_P(ChainTest, HooksThatThrow) {
  {
    FunctionChain chain({scripted(R"({"name": "a"})"), scripted(R"({"name": "b", "throws": "on_start"})"),
                         scripted(R"({"name": "c"})")});
    EXPECT_EQ(function_error([&] { chain.start(device()); }), "scripted failed in on_start: no on_start");
    EXPECT_THAT(calls(), ElementsAre("a on_start", "b on_start", "a on_stop")) << "only what was started is stopped";
  }
  calls().clear();
  {
    FunctionChain chain({scripted(R"({"name": "a", "throws": "on_source_eos"})"), scripted(R"({"name": "b"})")});
    chain.start(device());
    chain.add_source("cam");
    EXPECT_THAT(function_error([&] { chain.end_source("cam"); }), HasSubstr("failed in on_source_eos of cam"));
    EXPECT_EQ(calls().back(), "b on_source_eos cam") << "the others are told all the same";
  }
  FunctionChain chain({scripted(R"({"name": "a"})"), scripted(R"({"name": "b", "throws": "on_stop"})")});
  chain.start(device());
  calls().clear();
  EXPECT_EQ(function_error([&] { chain.stop(); }), "scripted failed in on_stop: no on_stop");
  EXPECT_THAT(calls(), ElementsAre("b on_stop", "a on_stop"));
}

TEST_P(ChainTest, WaitsForTheEdits) {
  struct Invert : FrameFunction {
    void process_frame(Frame& frame) override { fill(frame.stream(), frame, {9, 9, 9, 255}); }
  };
  static const bool once = [] {
    register_function("nines", [](const Kwargs&) { return std::make_unique<Invert>(); });
    return true;
  }();
  static_cast<void>(once);
  FunctionChain chain({{"nines"}});
  chain.start(device());
  chain.add_source("cam");
  EXPECT_TRUE(send(chain, 0).keep);
  pixels_->expect_canaries();
  EXPECT_EQ(pixels_->download().at(0, 3, 3, 1), 9);
  EXPECT_GE(chain.statistics().wait_ms, 0.0);
  EXPECT_GT(chain.statistics().functions.at(0).total_ms, 0.0);
  pixels_.reset();
}

TEST_P(ChainTest, LateViewFromAnotherThreadThrows) {
  static std::optional<FrameView> kept;
  struct Keeper : FrameFunction {
    void process_frame(Frame& frame) override { kept = frame.region(Rect{0, 0, 4, 4}); }
  };
  static const bool once = [] {
    register_function("keeper", [](const Kwargs&) { return std::make_unique<Keeper>(); });
    return true;
  }();
  static_cast<void>(once);
  FunctionChain chain({{"keeper"}});
  chain.start(device());
  chain.add_source("cam");
  send(chain, 5);
  std::string message;
  std::thread late([&] {
    try {
      copy_into(chain.stream(), *kept, *kept);
    } catch (const ExpiredFrame& error) {
      message = error.what();
    }
  });
  late.join();
  EXPECT_THAT(message, HasSubstr("frame 5 of cam was used after"));
  kept.reset();
  pixels_.reset();
}

TEST_P(ChainTest, WrongUse) {
  EXPECT_THROW(FunctionChain({}), InvalidArgument);
  FunctionChain chain({scripted(R"({"name": "a"})")});
  EXPECT_THROW(chain.add_source("cam"), InvalidArgument) << "not started";
  EXPECT_THROW(static_cast<void>(chain.stream()), InvalidArgument);
  chain.start(device());
  EXPECT_THROW(chain.start(device()), InvalidArgument);
  EXPECT_THROW(chain.end_source("nobody"), InvalidArgument);
  chain.stop();
  EXPECT_THROW(chain.add_source("cam"), InvalidArgument) << "stopped";
  EXPECT_THROW(chain.start(device()), InvalidArgument) << "once";
}

TEST(ParseFunctions, ReadsChains) {
  const auto one = parse_functions("lib.so:A", R"({"sigma": 2})");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].spec, "lib.so:A");
  EXPECT_EQ(one[0].kwargs.json(), R"({"sigma":2})");
  const auto three = parse_functions("a, b ,c", R"([{"x": 1}, null, {}])");
  ASSERT_EQ(three.size(), 3U);
  EXPECT_EQ(three[1].spec, "b");
  EXPECT_EQ(three[0].kwargs.json(), R"({"x":1})");
  EXPECT_EQ(three[1].kwargs.json(), "{}");
  EXPECT_EQ(parse_functions("a,b", "").size(), 2U);

  // functions | kwargs | what the message says
  const std::vector<std::array<std::string, 3>> wrong = {
      {"", "", "expected NAME, LIBRARY.so:NAME or FILE.py:CLASS"},
      {"a,,b", "", "expected NAME"},
      {"a,b", "{}", "a JSON array with one object"},
      {"a,b", "[{}]", "1 element for 2 functions"},
      {"a", "[{}, {}]", "2 elements for 1 function"},
      {"a", "{", "not JSON"},
      {"a", "[", "not JSON"},
      {"a,b", "[1, {}]", "must be a JSON object"},
      {"a", "\"text\"", "must be a JSON object"},
  };
  for (const auto& [functions, kwargs, message] : wrong) {
    try {
      parse_functions(functions, kwargs);
      ADD_FAILURE() << functions << " " << kwargs;
    } catch (const InvalidArgument& error) {
      EXPECT_THAT(error.what(), HasSubstr(message)) << functions << " " << kwargs;
      EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    }
  }
}

}  // namespace
}  // namespace retouch::test
