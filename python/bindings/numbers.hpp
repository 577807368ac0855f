// Reading Python numbers and sequences of them: tuples, lists, NumPy arrays, and whatever else is a sequence.
#pragma once

#include <Python.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace retouch::python {

/// False, with no Python error set, when `value` is no real number. An int too large for a double is infinite.
inline bool read_number(PyObject* value, double& number) noexcept {
  if (PyFloat_Check(value)) {
    number = PyFloat_AsDouble(value);
    return true;
  }
  if (PyLong_Check(value)) {
    number = PyLong_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      number = std::numeric_limits<double>::infinity();
    }
    return true;
  }
  // Texts are numbers to float(), and sequences of one element to NumPy; neither is meant here.
  if (PyNumber_Check(value) == 0 || PySequence_Check(value) != 0) return false;
  PyObject* const converted = PyNumber_Float(value);
  if (converted == nullptr) {
    PyErr_Clear();
    return false;
  }
  number = PyFloat_AsDouble(converted);
  Py_DECREF(converted);
  return true;
}

/// The same for whole numbers: ints, and what has __index__ (NumPy's integers). What an int does not hold becomes its
/// nearest.
inline bool read_integer(PyObject* value, int& number) noexcept {
  constexpr long long least = std::numeric_limits<int>::min();
  constexpr long long most = std::numeric_limits<int>::max();
  const auto take = [&](PyObject* integer) {
    int overflow = 0;
    const long long wide = PyLong_AsLongLongAndOverflow(integer, &overflow);
    if (overflow != 0)
      number = static_cast<int>(overflow < 0 ? least : most);
    else
      number = static_cast<int>(std::clamp(wide, least, most));
  };
  if (PyLong_Check(value)) {
    take(value);
    return true;
  }
  if (PyFloat_Check(value) || PyIndex_Check(value) == 0) return false;
  PyObject* const integer = PyNumber_Index(value);
  if (integer == nullptr) {
    PyErr_Clear();
    return false;
  }
  take(integer);
  Py_DECREF(integer);
  return true;
}

/// Calls read(item, index) for each of the `count` items of a sequence; false when it has not that many (-1: any
/// number), is none, or read() says false. No Python error is left set.
template <class Read>
bool read_sequence(PyObject* sequence, Py_ssize_t count, Read&& read) noexcept {
  if (PyTuple_Check(sequence)) {
    const Py_ssize_t size = PyTuple_Size(sequence);
    if (count >= 0 && size != count) return false;
    for (Py_ssize_t i = 0; i < size; ++i)
      if (!read(PyTuple_GetItem(sequence, i), i)) return false;
    return true;
  }
  if (PyUnicode_Check(sequence) || PyBytes_Check(sequence) || PySequence_Check(sequence) == 0) return false;
  const Py_ssize_t size = PySequence_Size(sequence);
  if (size < 0 || (count >= 0 && size != count)) {
    PyErr_Clear();
    return false;
  }
  for (Py_ssize_t i = 0; i < size; ++i) {
    PyObject* const item = PySequence_GetItem(sequence, i);
    const bool good = item != nullptr && read(item, i);
    Py_XDECREF(item);
    if (!good) {
      PyErr_Clear();
      return false;
    }
  }
  return true;
}

inline Py_ssize_t sequence_size(PyObject* sequence) noexcept {
  const Py_ssize_t size = PyTuple_Check(sequence)                                        ? PyTuple_Size(sequence)
                          : PyUnicode_Check(sequence) || PySequence_Check(sequence) == 0 ? -1
                                                                                         : PySequence_Size(sequence);
  if (size < 0) PyErr_Clear();
  return size;
}

}  // namespace retouch::python
