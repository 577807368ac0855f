// retouch: the command-line tool, as a function: the program calls it, and so does the Python package, in its Python.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "commands.hpp"
#include "retouch/pipeline/runner.hpp"
#include "retouch/version.hpp"

namespace retouch::app {
namespace {

constexpr const char* footer = R"(Examples:
  retouch run blur.yml --input clip.mp4 --output out.mp4
  retouch run blur.yml --input clip.mp4 --output out.mp4 --device cpu --set Blur.sigma=9
  retouch devices
  retouch gallery --output gallery.png

A module file says what happens to the frames:
  pipeline:
    elements:
      - function: face_detector
      - function: libblur.so:BlurFaces      # your own, from your shared library
        kwargs: {sigma: 9}

'retouch run --help' says more. Exit codes: 0 done, 1 internal error, 2 command line or module file,
3 input, 4 function, 5 output, 6 device or codec, 7 no progress, 130 interrupted.)";

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

int report(const std::string& text, int code) {
  fmt::print(stderr, "retouch: error: {}\n", one_line(text));
  return code;
}

}  // namespace

int run_tool(int argc, char** argv) {
  const auto code_of = [](RunFailure failure) { return static_cast<int>(failure); };
  if (!spdlog::get("retouch")) spdlog::set_default_logger(spdlog::stderr_color_mt("retouch"));
  spdlog::set_pattern("retouch: %l: %v");
  spdlog::set_level(spdlog::level::warn);

  CLI::App app("retouch edits the frames of a video in place, on the GPU or without one.", "retouch");
  app.footer(footer);
  app.set_version_flag("--version", fmt::format("retouch {}.{}.{}", RETOUCH_VERSION_MAJOR, RETOUCH_VERSION_MINOR,
                                                RETOUCH_VERSION_PATCH));
  app.require_subcommand(0, 1);
  const Command run = add_run(app);
  const Command devices = add_devices(app);
  const Command gallery = add_gallery(app);

  try {
    app.parse(argc, argv);
    if (app.got_subcommand("run")) return run();
    if (app.got_subcommand("devices")) return devices();
    if (app.got_subcommand("gallery")) return gallery();
    fmt::print("{}", app.help());
    return 0;
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::string chosen;
    for (const CLI::App* command : app.get_subcommands()) chosen = " " + command->get_name();
    return report(fmt::format("{}; see 'retouch{} --help'", error.what(), chosen), code_of(RunFailure::usage));
  } catch (const RunError& error) {
    const int code = report(error.what(), code_of(error.failure()));
    // A thread may still be in a function that does not return: leave without waiting for it.
    if (error.failure() == RunFailure::stalled || error.failure() == RunFailure::aborted) std::_Exit(code);
    return code;
  } catch (const ModuleError& error) {
    return report(error.what(), code_of(RunFailure::usage));
  } catch (const FileError& error) {
    return report(error.what(), code_of(RunFailure::usage));
  } catch (const std::exception& error) {
    return report(error.what(), code_of(RunFailure::internal));
  }
}

}  // namespace retouch::app
