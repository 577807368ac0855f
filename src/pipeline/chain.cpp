#include "retouch/pipeline/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/check.hpp"
#include "pipeline/function_name.hpp"
#include "pipeline/json.hpp"

namespace retouch {

struct FunctionChain::Member {
  std::string name;
  std::unique_ptr<FrameFunction> function;
  bool started = false;
};

struct FunctionChain::Shared {
  mutable std::mutex mutex;
  ChainStatistics statistics;
};

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// The message of the exception being handled, as one line.
std::string current_message() {
  std::string message;
  try {
    throw;
  } catch (const std::exception& error) {
    message = error.what();
  } catch (...) {
    message = "it threw something that is not a std::exception";
  }
  std::replace_if(
      message.begin(), message.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return message;
}

std::string describe(const Frame& frame) {
  return frame.source_id().empty() ? fmt::format("frame {}", frame.index())
                                   : fmt::format("frame {} of {}", frame.index(), frame.source_id());
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

// One JSON text per function: the array's elements, or the one object.
std::vector<std::string> split_kwargs(std::string_view kwargs, std::size_t count) {
  using Json = nlohmann::json;
  kwargs = trim(kwargs);
  if (kwargs.empty() || kwargs == "null") return std::vector<std::string>(count, "{}");
  if (!kwargs.starts_with('[')) {
    if (count != 1)
      detail::invalid("kwargs for {} functions must be a JSON array with one object (or null) for each, not {}", count,
                      kwargs);
    return {std::string(kwargs)};
  }
  Json array;
  try {
    array = Json::parse(kwargs);
  } catch (const Json::parse_error& error) {
    detail::invalid("kwargs are not JSON: {}", detail::without_tag(error.what()));
  }
  if (array.size() != count)
    detail::invalid("kwargs has {} element{} for {} function{}", array.size(), array.size() == 1 ? "" : "s", count,
                    count == 1 ? "" : "s");
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const Json& one : array) texts.push_back(one.is_null() ? "{}" : one.dump());
  return texts;
}

}  // namespace

std::vector<FunctionSpec> parse_functions(std::string_view functions, std::string_view kwargs) {
  std::vector<FunctionSpec> chain;
  for (std::size_t begin = 0; begin <= functions.size();) {
    const auto end = std::min(functions.find(',', begin), functions.size());
    const auto spec = trim(functions.substr(begin, end - begin));
    if (spec.empty())
      detail::invalid("function '{}': expected NAME, LIBRARY.so:NAME or FILE.py:CLASS, or several with commas between",
                      functions);
    chain.push_back({std::string(spec)});
    begin = end + 1;
  }
  const auto texts = split_kwargs(kwargs, chain.size());
  for (std::size_t i = 0; i < chain.size(); ++i) chain[i].kwargs = Kwargs::from_json(texts[i]);
  return chain;
}

FunctionChain::FunctionChain(const std::vector<FunctionSpec>& functions, OnError on_error)
    : on_error_(on_error), shared_(std::make_unique<Shared>()) {
  if (functions.empty()) detail::invalid("FunctionChain: there is no function in it");
  for (const auto& [spec, kwargs] : functions) {
    const std::string name = detail::split_function_spec(spec).name;
    members_.push_back({name, make_function(spec, kwargs)});
    shared_->statistics.functions.push_back({name});
  }
}

FunctionChain::~FunctionChain() {
  std::string lost;
  stop_members(lost);
  while (!members_.empty()) members_.pop_back();
}

StreamView FunctionChain::stream() const {
  if (!started()) detail::invalid("FunctionChain: it is not started");
  return *stream_;
}

void FunctionChain::start(Device device) {
  if (stream_) detail::invalid("FunctionChain::start: a chain is started once");
  stream_ = std::make_unique<Stream>(device);
  started_ = true;
  for (Member& member : members_) {
    try {
      member.function->on_start(device);
    } catch (...) {
      const std::string failure = fmt::format("{} failed in on_start: {}", member.name, current_message());
      std::string ignored;
      stop_members(ignored);
      throw FunctionError(failure);
    }
    member.started = true;
  }
}

void FunctionChain::add_source(const std::string& source_id) {
  static_cast<void>(stream());
  sources_.push_back(source_id);
  for (Member& member : members_) {
    try {
      member.function->on_source_add(source_id);
    } catch (...) {
      throw FunctionError(
          fmt::format("{} failed in on_source_add of {}: {}", member.name, source_id, current_message()));
    }
  }
}

FunctionChain::Outcome FunctionChain::process(Frame& frame, Completion completion) {
  static_cast<void>(stream());
  Outcome outcome;
  bool stop = false;
  ChainStatistics seen;  // of this frame; added under the lock once, at the end
  seen.frames = 1;
  seen.functions.resize(members_.size());
  for (std::size_t i = 0; i < members_.size() && outcome.keep && !stop; ++i) {
    FunctionStatistics& mine = seen.functions[i];
    mine.frames = 1;
    const auto begin = Clock::now();
    try {
      members_[i].function->process_frame(frame);
    } catch (...) {
      mine.errors = 1;
      std::string message = fmt::format("{} failed in {}: {}", members_[i].name, describe(frame), current_message());
      if (outcome.error.empty()) outcome.error = std::move(message);
      stop = on_error_ == OnError::stop;
      outcome.keep = on_error_ == OnError::pass;
    }
    mine.total_ms = ms_since(begin);
  }
  frame.expire();
  std::string gpu_failure;
  if (completion == Completion::wait || stop || !outcome.keep) {
    const auto begin = Clock::now();
    try {
      frame.stream().synchronize();
    } catch (...) {
      gpu_failure = fmt::format("{} failed: {}", describe(frame), current_message());
    }
    seen.wait_ms = ms_since(begin);
  }
  {
    const std::scoped_lock lock(shared_->mutex);
    ChainStatistics& all = shared_->statistics;
    all.frames += 1;
    all.wait_ms += seen.wait_ms;
    all.max_wait_ms = std::max(all.max_wait_ms, seen.wait_ms);
    if (!stop && !outcome.keep) all.dropped += 1;
    if (outcome.keep && !outcome.error.empty()) all.passed += 1;
    for (std::size_t i = 0; i < seen.functions.size(); ++i) {
      FunctionStatistics& total = all.functions[i];
      total.frames += seen.functions[i].frames;
      total.errors += seen.functions[i].errors;
      total.total_ms += seen.functions[i].total_ms;
      total.max_ms = std::max(total.max_ms, seen.functions[i].total_ms);
    }
  }
  if (stop) throw FunctionError(outcome.error);
  if (!gpu_failure.empty()) throw FunctionError(gpu_failure);
  return outcome;
}

void FunctionChain::end_source(const std::string& source_id) {
  static_cast<void>(stream());
  const auto open = std::find(sources_.begin(), sources_.end(), source_id);
  if (open == sources_.end()) detail::invalid("FunctionChain::end_source: '{}' is not a source", source_id);
  sources_.erase(open);
  std::string failure;
  for (Member& member : members_) {
    try {
      member.function->on_source_eos(source_id);
    } catch (...) {
      const std::string message =
          fmt::format("{} failed in on_source_eos of {}: {}", member.name, source_id, current_message());
      if (failure.empty()) failure = message;
    }
  }
  if (!failure.empty()) throw FunctionError(failure);
}

void FunctionChain::stop_members(std::string& failure) noexcept {
  if (!started()) return;
  while (!sources_.empty()) {
    try {
      end_source(std::string(sources_.front()));
    } catch (...) {
      if (failure.empty()) failure = current_message();
    }
  }
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (!std::exchange(member->started, false)) continue;
    try {
      member->function->on_stop();
    } catch (...) {
      if (failure.empty()) failure = fmt::format("{} failed in on_stop: {}", member->name, current_message());
    }
  }
  started_ = false;
}

void FunctionChain::stop() {
  std::string failure;
  stop_members(failure);
  if (!failure.empty()) throw FunctionError(failure);
}

ChainStatistics FunctionChain::statistics() const {
  const std::scoped_lock lock(shared_->mutex);
  return shared_->statistics;
}

}  // namespace retouch
