"""`${...}` in module files, as OmegaConf has it.

${parameters.batch_size}           another value of the file; keeps its type when it is the whole value
${.width}, ${..name}               relative to where it stands
${oc.env:NAME}, ${oc.env:NAME, x}  an environment variable, as text; the default may be null
${oc.decode:TEXT}, ${json:TEXT}    the text read as YAML or JSON: numbers, lists, ...
${oc.select:KEY, x}                another value, or the default when there is none
"""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Mapping

import yaml


class InterpolationError(ValueError):
    """What cannot be replaced, and why."""


_MISSING = object()


def _decode(value: Any) -> Any:
    return yaml.safe_load(value) if isinstance(value, str) else value


def _env(arguments: list[Any]) -> Any:
    if not 1 <= len(arguments) <= 2:
        raise InterpolationError("oc.env takes a name and perhaps a default")
    value = os.environ.get(str(arguments[0]))
    if value is not None:
        return value
    if len(arguments) == 1:
        raise InterpolationError(f"the environment variable {arguments[0]} is not set, and there is no default")
    return None if arguments[1] is None else str(arguments[1])


def _json(arguments: list[Any]) -> Any:
    if len(arguments) != 1:
        raise InterpolationError("json takes one text")
    try:
        return json.loads(arguments[0]) if isinstance(arguments[0], str) else arguments[0]
    except ValueError as error:
        raise InterpolationError(f"json: {error}") from None


def _decode_one(arguments: list[Any]) -> Any:
    if len(arguments) != 1:
        raise InterpolationError("oc.decode takes one text")
    try:
        return _decode(arguments[0])
    except yaml.YAMLError as error:
        raise InterpolationError(f"oc.decode: {error}") from None


RESOLVERS: dict[str, Callable[[list[Any]], Any]] = {
    "oc.env": _env,
    "env": _env,
    "oc.decode": _decode_one,
    "json": _json,
}


def _closing(text: str, start: int) -> int:
    """Where the brace that `text[start:]` is inside of closes."""
    depth, quote = 1, ""
    for i in range(start, len(text)):
        c = text[i]
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c == "{":
            depth += 1
        elif c == "}":
            depth -= 1
            if depth == 0:
                return i
    raise InterpolationError(f"{text!r}: a '${{' is not closed")


def _split(text: str) -> list[str]:
    """At commas that are in no braces, brackets or quotes."""
    parts, depth, quote, begin = [], 0, "", 0
    for i, c in enumerate(text):
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[begin:i])
            begin = i + 1
    parts.append(text[begin:])
    return [part.strip() for part in parts]


class Resolver:
    """Replaces what stands in the values of one tree."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree
        self._open: list[str] = []  # keys being looked up, to find rings

    def tree(self, keys: tuple[str, ...] = ()) -> Any:
        """The tree with everything replaced, below `keys`."""
        value: Any = self._tree
        for key in keys:
            value = value[key]
        return self._value(value, list(keys))

    def _value(self, value: Any, where: list[str]) -> Any:
        if isinstance(value, dict):
            return {key: self._value(item, [*where, str(key)]) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, [*where, str(i)]) for i, item in enumerate(value)]
        if isinstance(value, str) and "${" in value:
            try:
                return self.text(value, where)
            except InterpolationError as error:
                message = str(error)
                at = ".".join(where)
                raise InterpolationError(message if message.startswith("at ") else f"at {at}: {message}") from None
        return value

    def text(self, text: str, where: list[str]) -> Any:
        """One text; where it is a single interpolation, the value with its type."""
        if text.startswith("${") and _closing(text, 2) == len(text) - 1:
            return self._inner(text[2:-1], where)
        result, i = "", 0
        while True:
            start = text.find("${", i)
            if start < 0:
                return result + text[i:]
            if start > i and text[start - 1] == "\\":  # \${ is the characters
                result += text[i : start - 1] + "${"
                i = start + 2
                continue
            end = _closing(text, start + 2)
            value = self._inner(text[start + 2 : end], where)
            result += text[i:start] + ("null" if value is None else str(value))
            i = end + 1

    def _inner(self, inner: str, where: list[str]) -> Any:
        head, colon, rest = inner.partition(":")
        name = head.strip()
        if colon and "${" not in head:
            if name == "oc.select":
                parts = _split(rest)
                found = self._lookup(str(self._argument(parts[0], where)), where, _MISSING)
                if found is not _MISSING:
                    return found
                return self._argument(parts[1], where) if len(parts) > 1 else None
            if name not in RESOLVERS:
                known = ", ".join([*RESOLVERS, "oc.select"])
                raise InterpolationError(f"${{{name}:...}} is not known here; known are {known}")
            return RESOLVERS[name]([self._argument(part, where) for part in _split(rest)])
        key = self.text(inner, where) if "${" in inner else inner
        return self._lookup(str(key).strip(), where, None)

    def _argument(self, text: str, where: list[str]) -> Any:
        if len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0]:
            inner = text[1:-1]
            return self.text(inner, where) if "${" in inner else inner
        if "${" in text:
            return self.text(text, where)
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError:
            return text
        return value if value is None or isinstance(value, (bool, int, float, list, dict)) else text

    def _lookup(self, key: str, where: list[str], default: Any) -> Any:
        path = key
        base: list[str] = []
        if key.startswith("."):
            up = len(key) - len(key.lstrip("."))
            base = where[: len(where) - up] if up <= len(where) else []
            path = key.lstrip(".")
        keys = [*base, *path.replace("[", ".").replace("]", "").split(".")] if path else base
        name = ".".join(keys)
        if name in self._open:
            raise InterpolationError(f"${{{key}}} leads back to itself: {' -> '.join([*self._open, name])}")
        value: Any = self._tree
        for part in keys:
            if isinstance(value, str) and "${" in value:
                value = self.text(value, keys)
            if isinstance(value, dict) and part in value:
                value = value[part]
            elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            elif default is _MISSING:
                return _MISSING
            else:
                raise InterpolationError(f"${{{key}}}: there is no {name!r} in the file")
        self._open.append(name)
        try:
            return self._value(value, keys)
        finally:
            self._open.pop()
