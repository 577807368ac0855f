#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>

#include "commands.hpp"
#include "progress.hpp"
#include "retouch/pipeline/runner.hpp"

namespace retouch::app {
namespace {

constexpr const char* footer = R"(Examples:
  retouch run blur.yml --input clip.mp4 --output out.mp4
  retouch run blur.yml --input clip.mp4 --output out.mp4 --device cuda:0 --on-error skip
  retouch run blur.yml --input clip.mp4 --output out.mkv --set face_detector.threshold=0.7
  retouch run blur.yml --input clip.mp4 --output out.mp4 --frame-png 100:frame.png --json-summary run.json
  retouch run --compat savant module.yml --input clip.mp4 --output out.mp4 --metadata-in objects.jsonl

A module file, here with everything that it may say (docs/module_yaml.md tells it all):
  name: blur
  parameters: {device: auto, on_error: stop}
  pipeline:
    source: {uri: clip.mp4}                 # when there is no --input
    elements:
      - function: face_detector             # built in
      - function: libblur.so:BlurFaces      # from a shared library; a relative path starts at this file
        kwargs: {sigma: 9}
      - element: pyfunc                     # from a Python file, or a module that Python finds
        module: blur.py
        class_name: BlurFaces
      - element: videobalance               # any GStreamer element
        properties: {saturation: 0.5}
    output: {quality: 21, encoder: auto}

The output keeps the input's size, frames, timestamps, rotation and audio. It appears when it is whole. Ctrl-C
finishes what there is (exit code 130); a second Ctrl-C gives up and removes it.)";

struct RunArguments {
  std::string module;
  std::string input;
  std::string output;
  std::string device;
  std::string on_error;
  std::vector<std::string> overrides;
  std::string frame_png;
  std::string json_summary;
  std::string compat;
  std::string source_id;
  std::string metadata_in;
  double stall_timeout = -1;
  bool keep_damaged = false;
  bool quiet = false;
  bool verbose = false;
};

std::atomic<Runner*> current_runner{nullptr};
std::atomic<std::int64_t> first_signal_ms{-1};
static_assert(std::atomic<Runner*>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void on_signal(int) {
  Runner* runner = current_runner.load();
  if (runner == nullptr) return;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t now_ms = std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
  std::int64_t never = -1;
  // Shells and `timeout` may deliver one Ctrl-C twice: to the process and to its group.
  constexpr std::int64_t same_key_press_ms = 300;
  if (first_signal_ms.compare_exchange_strong(never, now_ms))
    runner->stop();
  else if (now_ms - never > same_key_press_ms)
    runner->abort();
}

// Routes Ctrl-C and SIGTERM to the runner while it lives.
class SignalGuard {
 public:
  explicit SignalGuard(Runner& runner) {
    current_runner = &runner;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, &old_interrupt_);
    sigaction(SIGTERM, &action, &old_terminate_);
  }
  ~SignalGuard() {
    sigaction(SIGINT, &old_interrupt_, nullptr);
    sigaction(SIGTERM, &old_terminate_, nullptr);
    current_runner = nullptr;
  }
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

FramePng parse_frame_png(const std::string& text) {
  const std::size_t colon = text.find(':');
  FramePng png;
  if (colon != std::string::npos && colon > 0 && colon <= 9 && colon + 1 < text.size() &&
      text.find_first_not_of("0123456789") == colon) {
    png.frame = std::stoll(text.substr(0, colon));
    png.file = text.substr(colon + 1);
    return png;
  }
  throw RunError(RunFailure::usage, fmt::format("--frame-png {}: expected NUMBER:FILE, as in 100:frame.png", text));
}

void write_json(const std::string& path, const Summary& summary) {
  std::ofstream file(path);
  file << summary.json() << '\n';
  file.close();
  if (!file) throw RunError(RunFailure::output, fmt::format("--json-summary {}: cannot be written", path));
}

// Python that runs the rest of the line; it takes this process's place, so that signals and the exit code are its own.
int run_compatible(const RunArguments& arguments) {
  const auto variable = [](const char* name, const std::string& more) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == 0 ? std::string() : value + more;
  };
  std::string python = variable("RETOUCH_PYTHON", "");
  if (python.empty()) python = variable("VIRTUAL_ENV", "/bin/python");
  if (python.empty()) python = "python3";
  const std::string program =
      "import sys\n"
      "try:\n"
      "    from retouch import _command\n"
      "except ImportError as error:\n"
      "    sys.exit(f'retouch: error: --compat needs the Python package retouch in {sys.executable} ({error}): "
      "{sys.executable} -m pip install retouch')\n"
      "sys.exit(_command.run(sys.argv[1:]))\n";
  std::vector<std::string> words{python, "-c", program, "--compat", arguments.compat, arguments.module};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  add("--input", arguments.input);
  add("--output", arguments.output);
  add("--device", arguments.device);
  add("--source-id", arguments.source_id);
  add("--metadata-in", arguments.metadata_in);
  if (arguments.quiet) words.emplace_back("--quiet");
  if (arguments.verbose) words.emplace_back("--verbose");
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  execvp(python.c_str(), pointers.data());
  throw RunError(RunFailure::function,
                 fmt::format("--compat {}: '{}' does not run ({}): a Python with the package retouch is looked for in "
                             "$RETOUCH_PYTHON, $VIRTUAL_ENV and $PATH",
                             arguments.compat, python, std::strerror(errno)));
}

// Options that only one kind of module file has.
void check_options(const RunArguments& arguments) {
  const auto refuse = [](const char* option, bool given, const char* why) {
    if (given) throw RunError(RunFailure::usage, fmt::format("{} {}", option, why));
  };
  if (arguments.compat.empty()) {
    refuse("--source-id", !arguments.source_id.empty(), "is for modules that run with --compat");
    refuse("--metadata-in", !arguments.metadata_in.empty(), "is for modules that run with --compat");
    return;
  }
  constexpr const char* why = "is not for modules that run with --compat";
  refuse("--on-error", !arguments.on_error.empty(), why);
  refuse("--set", !arguments.overrides.empty(), why);
  refuse("--frame-png", !arguments.frame_png.empty(), why);
  refuse("--json-summary", !arguments.json_summary.empty(), why);
  refuse("--stall-timeout", arguments.stall_timeout >= 0, why);
  refuse("--keep-damaged", arguments.keep_damaged, why);
}

int run(const RunArguments& arguments) {
  check_options(arguments);
  if (!arguments.compat.empty()) return run_compatible(arguments);
  if (arguments.verbose) spdlog::set_level(spdlog::level::debug);
  Module module = load_module(arguments.module, arguments.overrides);
  if (!arguments.input.empty()) module.source.uri = arguments.input;
  if (!arguments.output.empty()) module.output.file = arguments.output;
  if (!arguments.device.empty()) module.device = arguments.device;
  if (!arguments.on_error.empty()) module.on_error = arguments.on_error;
  if (arguments.stall_timeout >= 0) module.stall_timeout = arguments.stall_timeout;
  if (arguments.keep_damaged) module.keep_damaged = true;

  ProgressDisplay display(arguments.quiet ? ProgressDisplay::Style::none : ProgressDisplay::fitting_style());
  RunCallbacks callbacks;
  callbacks.progress = [&](const Progress& progress) { display.update(progress); };
  callbacks.message = [&](MessageLevel level, const std::string& text) {
    display.clear();
    if (level == MessageLevel::debug)
      spdlog::debug(text);
    else if (level == MessageLevel::warning)
      spdlog::warn(text);
    else if (!arguments.quiet)
      fmt::print(stderr, "retouch: {}\n", text);
  };
  Runner runner(std::move(module), std::move(callbacks));
  if (!arguments.frame_png.empty()) runner.save_frame(parse_frame_png(arguments.frame_png));
  const SignalGuard signals(runner);
  const Summary summary = runner.run();
  display.clear();
  if (!arguments.quiet) fmt::print(stderr, "{}", summary_text(summary));
  if (!arguments.json_summary.empty()) write_json(arguments.json_summary, summary);
  constexpr int interrupted = 130;
  return summary.interrupted ? interrupted : 0;
}

}  // namespace

Command add_run(CLI::App& app) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Run a module over a video: decode, edit every frame, encode.");
  command->footer(footer);
  command->add_option("module", arguments->module, "The module file (YAML)")->required()->type_name("FILE");
  command->add_option("-i,--input", arguments->input, "The video: a file or a URI")->type_name("FILE|URI");
  command->add_option("-o,--output", arguments->output, "The file to write: .mp4, .mov or .mkv")->type_name("FILE");
  command->add_option("--device", arguments->device, "Where frames are edited: auto, cpu, cuda or cuda:N")
      ->type_name("DEVICE");
  command->add_option("--on-error", arguments->on_error, "When a function throws: stop, skip the frame, or pass it on")
      ->type_name("stop|skip|pass")
      ->check(CLI::IsMember({"stop", "skip", "pass"}));
  command
      ->add_option("--set", arguments->overrides,
                   "Change the module file's values: KEY.PATH=VALUE. FUNCTION.KEY=VALUE sets a kwarg")
      ->type_name("KEY=VALUE")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--frame-png", arguments->frame_png, "Also save an edited frame; the first is 0")
      ->type_name("N:FILE");
  command->add_option("--json-summary", arguments->json_summary, "Also write the summary as JSON")->type_name("FILE");
  command->add_option("--stall-timeout", arguments->stall_timeout, "Give up after so long without progress; 0: never")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--keep-damaged", arguments->keep_damaged, "Damaged input: write what can be decoded");
  command->add_option("--compat", arguments->compat, "Run a module file that was written for another program")
      ->type_name("savant")
      ->check(CLI::IsMember({"savant"}));
  command->add_option("--source-id", arguments->source_id, "With --compat: the source's id (default: the input's name)")
      ->type_name("NAME");
  command
      ->add_option("--metadata-in", arguments->metadata_in,
                   "With --compat: objects of each frame, which stand in for models")
      ->type_name("FILE");
  command->add_flag("-q,--quiet", arguments->quiet, "Only warnings and errors");
  command->add_flag("-v,--verbose", arguments->verbose, "Say more");
  return [arguments] { return run(*arguments); };
}

}  // namespace retouch::app
