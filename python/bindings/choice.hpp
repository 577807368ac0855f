// Enums: Python's enum classes, made of one table of names; where a function takes one, it takes the member's name too.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "bindings.hpp"
#include "retouch/error.hpp"

namespace retouch::python {

template <class E>
struct Named {
  E value;
  const char* name;
};

/// The names of an enum, specialised where the enum is bound: `table`, `type` (the class's name) and `hint`.
template <class E>
struct Names;

/// An argument of an enum type: a member, or its name.
template <class E>
struct Choice {
  E value{};
  std::string unknown{};  // a name that no member has; complained about when the value is asked for

  Choice() = default;
  Choice(E e) : value(e) {}
  operator E() const {
    if (!unknown.empty()) complain();
    return value;
  }
  [[noreturn]] void complain() const {
    std::string known;
    for (const auto& named : Names<E>::table) known += (known.empty() ? "" : ", ") + std::string(named.name);
    throw InvalidArgument("'" + unknown + "' is no " + Names<E>::type + ": expected one of " + known);
  }
};

/// CompositeOp.in_ may be written "in": the underscore is there because `in` is a word of Python.
template <class E>
bool find_name(std::string_view text, E& value) {
  for (const auto& named : Names<E>::table) {
    const std::string_view name = named.name;
    if (name == text || (name.back() == '_' && name.substr(0, name.size() - 1) == text)) {
      value = named.value;
      return true;
    }
  }
  return false;
}

template <class E>
void bind_choice(nb::module_& m, const char* doc) {
  nb::enum_<E> members(m, Names<E>::type, doc);
  for (const auto& named : Names<E>::table) members.value(named.name, named.value);
}

}  // namespace retouch::python

namespace nanobind::detail {

template <class E>
struct type_caster<retouch::python::Choice<E>> {
  NB_TYPE_CASTER(retouch::python::Choice<E>, make_caster<E>::Name + const_name(" | str"))

  bool from_python(handle src, uint32_t flags, cleanup_list* cleanup) noexcept {
    make_caster<E> member;
    if (member.from_python(src, flags & ~uint32_t{cast_flags::convert}, cleanup)) {
      value = retouch::python::Choice<E>(member.operator cast_t<E>());
      return true;
    }
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_Check(src.ptr()) ? PyUnicode_AsUTF8AndSize(src.ptr(), &size) : nullptr;
    if (text == nullptr) {
      PyErr_Clear();
      return false;
    }
    const std::string_view name(text, static_cast<std::size_t>(size));
    E found{};
    if (retouch::python::find_name(name, found))
      value = retouch::python::Choice<E>(found);
    else
      value.unknown = name.empty() ? std::string("(an empty text)") : std::string(name);
    return true;
  }
  static handle from_cpp(const retouch::python::Choice<E>& src, rv_policy policy, cleanup_list* cleanup) noexcept {
    return make_caster<E>::from_cpp(src.value, policy, cleanup);
  }
};

}  // namespace nanobind::detail
