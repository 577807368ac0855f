// runner.hpp: one run of a module.
#include "retouch/pipeline/runner.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "pipeline.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

namespace {

struct Endings {
  std::mutex mutex;
  std::vector<std::weak_ptr<Ending>> all;
};
Endings& endings() {
  static auto* const instance = new Endings;
  return *instance;
}

// A run is led by a thread of its own, so that the one that called run() can take Ctrl-C while it waits.
class PyRunner final : public Ending {
 public:
  PyRunner(Module module, const std::optional<std::pair<std::int64_t, std::string>>& frame_png)
      : runner_(std::move(module), callbacks()) {
    if (frame_png) runner_.save_frame({frame_png->first, frame_png->second});
  }

  std::string run(nb::object progress, nb::object message) {
    const Inside inside(*this);
    {
      const std::scoped_lock lock(mutex_);
      if (started_) throw InvalidArgument("Pipeline.run: a runner runs once");
      started_ = true;
    }
    progress_ = std::move(progress);
    message_ = std::move(message);
    Summary summary;
    std::exception_ptr failure;
    {
      const nb::gil_scoped_release others_may_run;
      thread_ = std::thread([&] {
        try {
          summary = runner_.run();
        } catch (...) {
          failure = std::current_exception();
        }
        const std::scoped_lock lock(mutex_);
        done_ = true;
        changed_.notify_all();
      });
    }
    std::optional<nb::python_error> interrupted;
    for (bool over = false; !over;) {
      try {
        wait_for([&] {
          std::unique_lock lock(mutex_);
          return changed_.wait_for(lock, std::chrono::milliseconds(50), [&] { return done_; });
        });
        over = true;
      } catch (nb::python_error& error) {  // Ctrl-C: the first ends the video here, the second gives it up
        if (interrupted)
          runner_.abort();
        else
          runner_.stop();
        interrupted.emplace(std::move(error));
      }
    }
    {
      const nb::gil_scoped_release others_may_run;
      thread_.join();
    }
    progress_.reset();
    message_.reset();
    if (interrupted) throw std::move(*interrupted);
    if (raised_) throw std::move(*std::exchange(raised_, std::nullopt));
    if (failure) std::rethrow_exception(failure);
    return summary.json();
  }

  void stop() { runner_.stop(); }
  void abort() { runner_.abort(); }

 private:
  RunCallbacks callbacks() {
    RunCallbacks callbacks;
    callbacks.progress = [this](const Progress& p) {
      call(progress_,
           [&](const nb::object& f) { f(p.frames_in, p.frames_out, p.frames_expected, p.fraction, p.seconds); });
    };
    callbacks.message = [this](MessageLevel level, const std::string& text) {
      call(message_, [&](const nb::object& f) { f(static_cast<int>(level), text); });
    };
    return callbacks;
  }

  template <class Call>
  void call(const nb::object& callback, Call&& with) {
    if (!callback.is_valid()) return;
    const nb::gil_scoped_acquire gil;
    if (callback.is_none() || raised_) return;
    try {
      with(callback);
    } catch (nb::python_error& error) {
      raised_.emplace(std::move(error));
      runner_.abort();
    }
  }

  void end() override {
    runner_.abort();
    wait_until_left();
  }

  Runner runner_;
  nb::object progress_;
  nb::object message_;
  std::optional<nb::python_error> raised_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

// Python stops all threads that ask for the GIL when it is no more, in the middle of what they do.
void Ending::wait_until_left() const {
  const nb::gil_scoped_release others_may_run;
  for (int i = 0; i < 400 && inside_ > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

void end_at_exit(const std::shared_ptr<Ending>& ending) {
  const std::scoped_lock lock(endings().mutex);
  auto& all = endings().all;
  std::erase_if(all, [](const auto& one) { return one.expired(); });
  all.push_back(ending);
}

void end_all() {
  std::vector<std::weak_ptr<Ending>> all;
  {
    const std::scoped_lock lock(endings().mutex);
    all.swap(endings().all);
  }
  for (const auto& one : all)
    if (const auto ending = one.lock()) ending->end();
}

void wait_for(const std::function<bool()>& done) {
  for (;;) {
    {
      const nb::gil_scoped_release others_may_run;
      if (done()) return;
    }
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
  }
}

void RunSettings::apply(Module& module) const {
  if (!input.empty()) module.source.uri = input;
  if (!output.empty()) module.output.file = output;
  if (!device.empty()) module.device = device;
  if (!on_error.empty()) module.on_error = on_error;
  if (stall_timeout >= 0) module.stall_timeout = stall_timeout;
  if (keep_damaged) module.keep_damaged = true;
}

Module make_module(const std::string& path, const std::string& text, const std::vector<std::string>& overrides) {
  return text.empty() ? load_module(path, overrides) : parse_module(text, path, overrides);
}

void bind_runner(nb::module_& m) {
  // RunError becomes retouch.errors.RunError, or its class for that failure.
  nb::register_exception_translator(
      [](const std::exception_ptr& thrown, void* /*none*/) {
        try {
          std::rethrow_exception(thrown);
        } catch (const RunError& error) {
          const nb::object made = nb::module_::import_("retouch.errors")
                                      .attr("_run_error")(error.what(), static_cast<int>(error.failure()));
          PyErr_SetObject(made.type().ptr(), made.ptr());
        }
      },
      nullptr);
  nb::class_<PyRunner>(m, "Runner", "One run of a module.")
      .def(nb::new_([](const std::string& path, const std::string& text, const std::vector<std::string>& overrides,
                       std::string input, std::string output, std::string format, std::string device,
                       std::string on_error, double stall_timeout, bool keep_damaged,
                       const std::optional<std::pair<std::int64_t, std::string>>& frame_png) {
             Module module = make_module(path, text, overrides);
             RunSettings{std::move(input),    std::move(output), std::move(device),
                         std::move(on_error), stall_timeout,     keep_damaged}
                 .apply(module);
             if (!format.empty()) module.output.format = std::move(format);
             auto made = std::make_shared<PyRunner>(std::move(module), frame_png);
             end_at_exit(made);
             return made;
           }),
           "path"_a, "text"_a = "", "overrides"_a = std::vector<std::string>(), nb::kw_only(), "input"_a = "",
           "output"_a = "", "format"_a = "", "device"_a = "", "on_error"_a = "", "stall_timeout"_a = -1.0,
           "keep_damaged"_a = false, "frame_png"_a = nb::none())
      .def("run", &PyRunner::run, "progress"_a = nb::none(), "message"_a = nb::none(),
           "Runs to the end. Returns the summary as JSON.")
      .def("stop", &PyRunner::stop, "Ends the run early: the output holds the frames so far. From any thread.")
      .def("abort", &PyRunner::abort, "Ends the run at once: there is no output. From any thread.");
}

}  // namespace retouch::python
