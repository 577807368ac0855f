// Kwargs: JSON inside, so that YAML, the element's property and Python all lead to one thing.
#include <algorithm>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "core/check.hpp"
#include "pipeline/json.hpp"
#include "retouch/pipeline/function.hpp"

namespace retouch {

using Json = nlohmann::json;

// Shared by copies, so that what a copy is asked for counts for the original.
struct Kwargs::Impl {
  Json values = Json::object();
  std::mutex mutex;
  std::set<std::string, std::less<>> asked;

  const Json* find(std::string_view key) {
    const std::scoped_lock lock(mutex);
    asked.emplace(key);
    const auto found = values.find(key);
    return found == values.end() ? nullptr : &*found;
  }
};

namespace {

[[noreturn]] void wrong_type(std::string_view key, const Json& value, std::string_view expected) {
  detail::invalid("kwarg '{}' is {}: expected {}", key, value.dump(-1, ' ', false, Json::error_handler_t::replace),
                  expected);
}

}  // namespace

Kwargs::Kwargs() : impl_(std::make_shared<Impl>()) {}
Kwargs::~Kwargs() = default;
Kwargs::Kwargs(const Kwargs&) = default;
Kwargs& Kwargs::operator=(const Kwargs&) = default;

Kwargs Kwargs::from_json(std::string_view json) {
  Kwargs kwargs;
  try {
    kwargs.impl_->values = Json::parse(json);
  } catch (const Json::parse_error& error) {
    detail::invalid("kwargs are not JSON: {}", detail::without_tag(error.what()));
  }
  if (!kwargs.impl_->values.is_object())
    detail::invalid("kwargs must be a JSON object such as {{\"sigma\": 6}}, not {}", json);
  return kwargs;
}

bool Kwargs::has(std::string_view key) const { return impl_->find(key) != nullptr; }

bool Kwargs::get(std::string_view key, bool fallback) const {
  const Json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) wrong_type(key, *value, "true or false");
  return value->get<bool>();
}

int Kwargs::get(std::string_view key, int fallback) const {
  const Json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number_integer()) wrong_type(key, *value, "a whole number");
  // Beyond int64 the JSON value is unsigned: compare as double, which is exact enough to see that it does not fit.
  const auto number = value->get<double>();
  if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max())
    wrong_type(key, *value, "a whole number of 32 bits");
  return value->get<int>();
}

double Kwargs::get(std::string_view key, double fallback) const {
  const Json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) wrong_type(key, *value, "a number");
  return value->get<double>();
}

std::string Kwargs::get(std::string_view key, const std::string& fallback) const {
  const Json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_string()) wrong_type(key, *value, "text");
  return value->get<std::string>();
}

std::vector<std::string> Kwargs::get(std::string_view key, const std::vector<std::string>& fallback) const {
  const Json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), [](const Json& v) { return v.is_string(); }))
    wrong_type(key, *value, "a list of texts");
  return value->get<std::vector<std::string>>();
}

std::vector<double> Kwargs::get(std::string_view key, const std::vector<double>& fallback) const {
  const Json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), [](const Json& v) { return v.is_number(); }))
    wrong_type(key, *value, "a list of numbers");
  return value->get<std::vector<double>>();
}

std::string Kwargs::require_string(std::string_view key) const {
  if (!has(key)) detail::invalid("kwarg '{}' (text) must be given", key);
  return get(key, std::string());
}

std::string Kwargs::get_json(std::string_view key) const {
  const Json* value = impl_->find(key);
  return value == nullptr ? "null" : value->dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> Kwargs::unused() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<std::string> keys;
  for (const auto& [key, value] : impl_->values.items())
    if (!impl_->asked.contains(key)) keys.push_back(key);
  return keys;
}

std::vector<std::string> Kwargs::asked() const {
  const std::scoped_lock lock(impl_->mutex);
  return {impl_->asked.begin(), impl_->asked.end()};
}

std::string Kwargs::json() const { return impl_->values.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace retouch
