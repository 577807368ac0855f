// Enums: Python's enum classes, made of one table of names; where a function takes one, it takes the member's name too.
#pragma once

#include <array>
#include <cstdio>
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

/// The members as Python's objects, in the order of the table.
template <class E>
inline std::array<PyObject*, std::tuple_size_v<decltype(Names<E>::table)>> members_of{};

/// An argument of an enum type: a member, or its name. A name that no member has is complained about when it is used.
template <class E>
struct Choice {
  E value{};
  std::array<char, 24> unknown{};

  Choice() = default;
  Choice(E e) : value(e) {}
  operator E() const {
    if (unknown[0] != '\0') complain();
    return value;
  }
  [[noreturn]] void complain() const {
    std::string known;
    for (const auto& named : Names<E>::table) known += (known.empty() ? "" : ", ") + std::string(named.name);
    throw InvalidArgument("'" + std::string(unknown.data()) + "' is no " + Names<E>::type + ": expected one of " +
                          known);
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
  std::size_t i = 0;
  for (const auto& named : Names<E>::table) members_of<E>[i++] = nb::object(members.attr(named.name)).release().ptr();
}

}  // namespace retouch::python

namespace nanobind::detail {

template <class E>
struct type_caster<retouch::python::Choice<E>> {
  NB_TYPE_CASTER(retouch::python::Choice<E>, make_caster<E>::Name + const_name(" | str"))

  bool from_python(handle src, uint32_t, cleanup_list*) noexcept {
    const auto& table = retouch::python::Names<E>::table;
    for (std::size_t i = 0; i < table.size(); ++i)
      if (src.ptr() == retouch::python::members_of<E>[i]) {
        value = retouch::python::Choice<E>(table[i].value);
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
      std::snprintf(value.unknown.data(), value.unknown.size(), "%s", name.empty() ? "(nothing)" : text);
    return true;
  }
  static handle from_cpp(const retouch::python::Choice<E>& src, rv_policy policy, cleanup_list* cleanup) noexcept {
    return make_caster<E>::from_cpp(src.value, policy, cleanup);
  }
};

}  // namespace nanobind::detail
