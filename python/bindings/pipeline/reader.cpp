// The frames of a video, one after the other: a run without an output, whose last function hands each frame over to the
// program's thread and waits until that asks for the next one.
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "pipeline.hpp"
#include "python_function.hpp"
#include "retouch/error.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch::python {

namespace {

using namespace std::chrono_literals;

// Between the pipeline's thread and the program's.
struct HandOver {
  std::mutex mutex;
  std::condition_variable changed;
  Frame* offered = nullptr;
  bool taken = false;   // the program has it
  bool closed = false;  // the program wants no more
  bool ended = false;   // there are no more
};

class HandingOver final : public FrameFunction {
 public:
  explicit HandingOver(std::shared_ptr<HandOver> to) : to_(std::move(to)) {}
  void process_frame(Frame& frame) override {
    std::unique_lock lock(to_->mutex);
    if (to_->closed) throw std::runtime_error("the frames are not wanted any more");  // ends the pipeline
    to_->offered = &frame;
    to_->changed.notify_all();
    // A frame that the program has is its own until it gives it back, also when it is closed meanwhile.
    to_->changed.wait(lock, [&] { return to_->offered == nullptr || (to_->closed && !to_->taken); });
    to_->offered = nullptr;
  }

 private:
  std::shared_ptr<HandOver> to_;
};

struct Readers {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<HandOver>> by_name;
  int count = 0;
};
Readers& readers() {
  static auto* const instance = new Readers;
  return *instance;
}

class Reader final : public Ending {
 public:
  explicit Reader(Module module) : Reader(add(), std::move(module)) {}
  ~Reader() override { close(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // With the GIL, as all that follows.
  nb::object next() {
    const Inside inside(*this);
    give_back();
    if (closed()) throw nb::stop_iteration();
    if (!std::exchange(started_, true)) start();
    wait_for([this] {
      std::unique_lock lock(hand_over_->mutex);
      return hand_over_->changed.wait_for(lock, 50ms, [this] { return is_ready(); });
    });
    Frame* frame = nullptr;
    {
      const std::scoped_lock lock(hand_over_->mutex);
      if (hand_over_->offered != nullptr && !hand_over_->taken && !hand_over_->closed) {
        hand_over_->taken = true;
        frame = hand_over_->offered;
      }
    }
    if (frame == nullptr) {
      join();
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      throw nb::stop_iteration();
    }
    try {
      lent_.emplace(*frame);
    } catch (...) {
      free_offer();
      throw;
    }
    return lent_->object();
  }

  void close() {
    try {
      give_back();
    } catch (const std::exception&) {  // what Python put into a frame that nobody wants
    }
    {
      const std::scoped_lock lock(hand_over_->mutex);
      hand_over_->closed = true;
    }
    hand_over_->changed.notify_all();
    runner_.abort();
    join();
    const std::scoped_lock lock(readers().mutex);
    readers().by_name.erase(name_);
  }

  void end() override {
    close();
    wait_until_left();
  }

  std::string summary() const { return summary_; }

 private:
  Reader(std::pair<std::string, std::shared_ptr<HandOver>> named, Module module)
      : name_(std::move(named.first)),
        hand_over_(std::move(named.second)),
        runner_(with_end(std::move(module), name_)) {}

  static std::pair<std::string, std::shared_ptr<HandOver>> add() {
    const std::scoped_lock lock(readers().mutex);
    std::string name = "@reader-" + std::to_string(++readers().count);
    auto made = std::make_shared<HandOver>();
    readers().by_name.emplace(name, made);
    return {std::move(name), std::move(made)};
  }

  static Module with_end(Module module, const std::string& name) {
    module.output = {};
    module.output.format = "none";
    module.stages.push_back({Stage::Kind::function, name + ":frames", "{}", {}});
    return module;
  }

  bool is_ready() const {
    return (hand_over_->offered != nullptr && !hand_over_->taken) || hand_over_->ended || hand_over_->closed;
  }
  bool closed() const {
    const std::scoped_lock lock(hand_over_->mutex);
    return hand_over_->closed;
  }

  void start() {
    thread_ = std::thread([this] {
      try {
        summary_ = runner_.run().json();
      } catch (...) {
        failure_ = std::current_exception();
      }
      {
        const std::scoped_lock lock(hand_over_->mutex);
        hand_over_->ended = true;
      }
      hand_over_->changed.notify_all();
    });
  }

  // The program is done with its frame, and the pipeline goes on. Throws what LentFrame::take_back() throws.
  void give_back() {
    if (!lent_) return;
    struct Free {
      Reader& self;
      ~Free() {
        self.lent_.reset();
        self.free_offer();
      }
    } const free{*this};
    lent_->take_back();
  }
  void free_offer() {
    {
      const std::scoped_lock lock(hand_over_->mutex);
      hand_over_->offered = nullptr;
      hand_over_->taken = false;
    }
    hand_over_->changed.notify_all();
  }

  void join() {
    const nb::gil_scoped_release others_may_run;  // functions in Python want it to end
    const std::scoped_lock one_joins(join_mutex_);
    if (thread_.joinable()) thread_.join();
  }

  std::string name_;
  std::shared_ptr<HandOver> hand_over_;
  Runner runner_;
  std::optional<LentFrame> lent_;
  std::string summary_;
  std::exception_ptr failure_;
  bool started_ = false;
  std::mutex join_mutex_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<FrameFunction> reader_function(const std::string& module) {
  const std::scoped_lock lock(readers().mutex);
  const auto found = readers().by_name.find(module);
  return found == readers().by_name.end() ? nullptr : std::make_unique<HandingOver>(found->second);
}

void bind_reader(nb::module_& m) {
  nb::class_<Reader>(m, "Reader", "The frames of a video, each lent until the next one is asked for.")
      .def(nb::new_([](const std::string& path, const std::string& text, std::string input, std::string device,
                       bool keep_damaged) {
             Module module = make_module(path, text, {});
             RunSettings{std::move(input), "", std::move(device), "", 0, keep_damaged}.apply(module);
             auto made = std::make_shared<Reader>(std::move(module));
             end_at_exit(made);
             return made;
           }),
           "path"_a, "text"_a, nb::kw_only(), "input"_a, "device"_a = "", "keep_damaged"_a = false)
      .def("next", &Reader::next, nb::sig("def next(self) -> retouch._core.Frame"),
           "The next frame. Raises StopIteration at the end.")
      .def("close", &Reader::close, "Stops the decoder. Idempotent.")
      .def_prop_ro("summary", &Reader::summary, "As JSON; empty before the end.");
}

}  // namespace retouch::python
