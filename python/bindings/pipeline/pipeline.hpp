// What the files of retouch._pipeline share.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../bindings.hpp"
#include "../lending.hpp"
#include "retouch/pipeline/function.hpp"
#include "retouch/pipeline/module.hpp"

namespace retouch::python {

const Lending& lending();

/// What keyword arguments say, over what the module says.
struct RunSettings {
  std::string input;
  std::string output;
  std::string device;
  std::string on_error;
  double stall_timeout = -1;
  bool keep_damaged = false;
  void apply(Module& module) const;
};

/// Of a file, or of text (JSON or YAML) when that is given; `path` is for messages and relative paths then.
Module make_module(const std::string& path, const std::string& text, const std::vector<std::string>& overrides);

/// What must end before Python does: its threads would call into a Python that is no more.
class Ending {
 public:
  Ending() = default;
  virtual ~Ending() = default;
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  /// Called at exit, with the GIL. Its threads end, and those of Python's that are in a call come back from it.
  virtual void end() = 0;

 protected:
  /// For the time of a call that lets go of the GIL.
  class Inside {
   public:
    explicit Inside(Ending& object) : object_(object) { ++object_.inside_; }
    ~Inside() { --object_.inside_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Ending& object_;
  };
  /// With the GIL. Calls that do not come back are waited for no longer than a function that does not return is.
  void wait_until_left() const;

 private:
  std::atomic<int> inside_{0};
};
void end_at_exit(const std::shared_ptr<Ending>& ending);
void end_all();

/// Waits until `done` says so, called again and again without the GIL, for up to a twentieth of a second each. Takes
/// Ctrl-C meanwhile: throws nb::python_error with what Python's signal handler raised.
void wait_for(const std::function<bool()>& done);

void bind_runner(nb::module_& m);
void bind_reader(nb::module_& m);
void bind_writer(nb::module_& m);

/// The function that hands a reader's frames over; null when the name is no reader's.
std::unique_ptr<FrameFunction> reader_function(const std::string& module);

}  // namespace retouch::python
