"""Module files that were written for Savant, read into a plain description: `load("module.yml")`.

Of a file are honoured: `parameters` (frame size and padding; draw_func; everything else is there for functions to read),
the pipeline's pyfunc elements, groups with conditions, and interpolation (interpolation.py). What cannot be honoured is kept
in Module.unsupported, and said in one message by Module.message().
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml

from .interpolation import InterpolationError, Resolver
from .objects import PRIMARY_OBJECT_KEY, PRIMARY_OBJECT_LABEL


class ModuleFileError(ValueError):
    """A module file that cannot be read: file, line, key, what is wrong."""


@dataclass
class Padding:
    """Room around the picture, for dashboards. `keep`: it stays in the output."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0
    keep: bool = True


@dataclass
class FrameParameters:
    """The picture is scaled to width x height (None: stays as it is), then the padding is added around it."""

    width: int | None = None
    height: int | None = None
    padding: Padding = field(default_factory=Padding)
    geometry_base: int = 8

    def picture(self, input_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Left, top, width, height of the picture in the frame that functions see."""
        width, height = (self.width, self.height) if self.width and self.height else input_size
        return self.padding.left, self.padding.top, width, height

    def frame_size(self, input_size: tuple[int, int]) -> tuple[int, int]:
        """Of the frame that functions see."""
        left, top, width, height = self.picture(input_size)
        return left + width + self.padding.right, top + height + self.padding.bottom

    def output(self, input_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """The part of it that goes out."""
        return (0, 0, *self.frame_size(input_size)) if self.padding.keep else self.picture(input_size)


@dataclass
class PyFunc:
    """A function of the user: a class in a module, and what its constructor gets."""

    module: str
    class_name: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    dev_mode: bool = False
    where: str = ""  # "pipeline.elements[2]", for messages

    @property
    def label(self) -> str:
        return self.name or self.class_name


@dataclass
class ModelElement:
    """A place in the pipeline where objects of a file appear."""

    name: str
    kind: str
    on_frame: bool = True  # runs on the whole frame: not when the frame's primary object was removed
    where: str = ""


@dataclass
class Unsupported:
    """Something in the file that is not honoured, and why."""

    where: str
    line: int | None
    what: str


@dataclass
class Module:
    """What a module file says."""

    name: str
    path: Path | None
    parameters: dict[str, Any]
    frame: FrameParameters
    elements: list[PyFunc | ModelElement]
    draw_func: PyFunc | None
    unsupported: list[Unsupported] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.path.parent if self.path is not None else Path.cwd()

    @property
    def functions(self) -> list[PyFunc]:
        """In the order in which they see a frame, the one that draws last."""
        functions = [element for element in self.elements if isinstance(element, PyFunc)]
        return functions + ([self.draw_func] if self.draw_func is not None else [])

    def message(self) -> str:
        """All that is not honoured, in one text of several lines; empty when there is nothing."""
        if not self.unsupported:
            return ""
        file = self.path.name if self.path is not None else self.name
        lines = [f"{file}: {len(self.unsupported)} thing(s) in it are not honoured by --compat savant:"]
        for item in self.unsupported:
            line = f"line {item.line}: " if item.line is not None else ""
            lines.append(f"  {line}{item.where}: {item.what}")
        return "\n".join(lines)


DEFAULT_PARAMETERS: dict[str, Any] = {
    "log_level": "INFO",
    "model_path": "/models",
    "download_path": "/downloads",
    "frame": {},
    "output_frame": None,
    "draw_func": None,
    "buffer_queues": None,
    "telemetry": {},
    "dev_mode": False,
    "batch_size": 1,
}
# Keys of `parameters` that say how the original runs; with what stands in their place.
_NOT_HONOURED = {
    "output_frame": "the output's format comes from --output and its options",
    "auxiliary_encoders": "auxiliary outputs are encoded as --output is",
    "buffer_queues": "functions follow each other in one thread",
    "etcd": "parameters are those of the file",
    "healthcheck_port": "there is no health check",
    "shutdown_auth": "Ctrl-C ends a run",
}
_MODELS = {"nvinfer", "nvinferserver", "bypass_model"}
_PYFUNC_KEYS = {"element", "element_type", "version", "name", "module", "class_name", "kwargs", "dev_mode"}


class _Lines:
    """At which line of the text a key stands."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is not None:
            self._walk(node, "")

    def _walk(self, node: yaml.Node, path: str) -> None:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                name = f"{path}.{key.value}" if path else str(key.value)
                self._lines[name] = key.start_mark.line + 1
                self._walk(value, name)
        elif isinstance(node, yaml.SequenceNode):
            for i, value in enumerate(node.value):
                self._walk(value, f"{path}[{i}]")

    def of(self, path: str) -> int | None:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path.rpartition(".")[0] if path.rfind(".") > path.rfind("[") else path.rpartition("[")[0]
        return None


class _Reader:
    def __init__(self, text: str, path: Path | None) -> None:
        self._file = path.name if path is not None else "module"
        self._path = path
        try:
            data = yaml.safe_load(text)
            self._lines = _Lines(text)
        except yaml.YAMLError as error:
            raise ModuleFileError(f"{self._file}: {error}") from None
        if not isinstance(data, dict):
            raise ModuleFileError(f"{self._file}: must have the keys name, parameters, pipeline")
        self._data: dict[str, Any] = data
        self._unsupported: list[Unsupported] = []

    def _fail(self, where: str, what: str) -> ModuleFileError:
        line = self._lines.of(where)
        place = f"{self._file}:{line}" if line is not None else self._file
        return ModuleFileError(f"{place}: {where}: {what}")

    def _note(self, where: str, what: str) -> None:
        self._unsupported.append(Unsupported(where, self._lines.of(where), what))

    def _resolve(self, where: str, *keys: str | int) -> Any:
        """What stands at the keys, with everything replaced."""
        value: Any = self._data
        for key in keys:
            value = value[key]
        try:
            return self._resolver._value(value, [str(key) for key in keys])
        except InterpolationError as error:
            raise self._fail(where, str(error)) from None

    def read(self) -> Module:
        pipeline = self._data.get("pipeline") or {}
        given = self._data.get("parameters") or {}
        for where, value in (("parameters", given), ("pipeline", pipeline)):
            if not isinstance(value, dict):
                raise self._fail(where, "must be keys and values")
        self._data["parameters"] = {**DEFAULT_PARAMETERS, **given}
        self._resolver = Resolver(self._data)
        name = str(self._resolve("name", "name")) if "name" in self._data else self._file
        for key in self._data:
            if key not in ("name", "parameters", "pipeline"):
                self._note(str(key), "this key is not known")

        parameters = self._resolve("parameters", "parameters")
        frame = self._frame(parameters["frame"] or {})
        self._data["parameters"] = parameters
        self._resolver = Resolver(self._data)
        self._check_parameters(given, parameters)

        for key in pipeline:
            if key not in ("source", "sink", "elements"):
                self._note(f"pipeline.{key}", "this key is not known")
        if pipeline.get("source"):
            self._note("pipeline.source", "frames come from --input")
        if pipeline.get("sink"):
            self._note("pipeline.sink", "frames go to --output")
        entries = pipeline.get("elements") or []
        if not isinstance(entries, list):
            raise self._fail("pipeline.elements", "must be a list")
        elements = list(self._elements(entries, "pipeline.elements", ("pipeline", "elements")))
        draw_func = self._draw_func(parameters)
        dev_mode = bool(parameters.get("dev_mode"))
        module = Module(name, self._path, parameters, frame, elements, draw_func, self._unsupported)
        for function in module.functions:
            function.dev_mode = function.dev_mode or dev_mode
        return module

    def _whole(self, where: str, value: Any, least: int = 0) -> int:
        try:
            number = int(value)
            if isinstance(value, bool) or number != float(value):
                raise ValueError
        except (TypeError, ValueError):
            raise self._fail(where, f"must be a whole number (is {value!r})") from None
        if number < least:
            raise self._fail(where, f"must be at least {least} (is {number})")
        return number

    def _frame(self, section: Any) -> FrameParameters:
        if not isinstance(section, dict):
            raise self._fail("parameters.frame", "must be keys and values")
        for key in section:
            if key not in ("width", "height", "padding", "geometry_base"):
                self._note(f"parameters.frame.{key}", "this key is not known")
        at = "parameters.frame"
        base = self._whole(f"{at}.geometry_base", section.get("geometry_base") or 8, 1)
        sizes = {}
        for key in ("width", "height"):
            value = section.get(key)
            sizes[key] = None if value is None else self._whole(f"{at}.{key}", value, 1)
        if (sizes["width"] is None) != (sizes["height"] is None):
            raise self._fail(at, "width and height are given both or neither")
        given = section.get("padding") or {}
        sides = {
            side: self._whole(f"{at}.padding.{side}", given.get(side) or 0)
            for side in ("left", "top", "right", "bottom")
        }
        checked = [(f"{at}.{key}", value) for key, value in sizes.items() if value is not None]
        checked += [(f"{at}.padding.{side}", value) for side, value in sides.items()]
        for where, value in checked:
            if value % base:
                raise self._fail(where, f"must be a multiple of geometry_base ({base}), and is {value}")
        keep = given.get("keep", True)
        return FrameParameters(sizes["width"], sizes["height"], Padding(**sides, keep=bool(keep)), base)

    def _check_parameters(self, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        for key, instead in _NOT_HONOURED.items():
            if given.get(key) is not None and parameters[key] is not None:
                self._note(f"parameters.{key}", instead)
        batch = parameters.get("batch_size")
        if batch not in (None, 1):
            self._note("parameters.batch_size", f"frames come one at a time, not {batch}")
        telemetry = parameters.get("telemetry") or {}
        for part in ("tracing", "metrics"):
            if isinstance(telemetry, dict) and (telemetry.get(part) or {}).get("provider"):
                instead = (
                    "OpenTelemetry's own settings" if part == "tracing" else "retouch.savant.metrics.serve_prometheus"
                )
                self._note(f"parameters.telemetry.{part}", f"set up by {instead}")

    def _elements(self, entries: list[Any], at: str, keys: tuple[str | int, ...]) -> Iterator[PyFunc | ModelElement]:
        for i, entry in enumerate(entries):
            where = f"{at}[{i}]"
            here = (*keys, i)
            if isinstance(entry, dict) and "group" in entry:
                yield from self._group(entry["group"] or {}, f"{where}.group", (*here, "group"))
            elif isinstance(entry, dict) and "element" in entry:
                yield from self._element(entry, where, here)
            else:
                raise self._fail(where, "must have the key 'element' or 'group'")

    def _group(
        self, group: Mapping[str, Any], where: str, keys: tuple[str | int, ...]
    ) -> Iterator[PyFunc | ModelElement]:
        if group.get("init_condition") is not None:
            condition = self._resolve(f"{where}.init_condition", *keys, "init_condition")
            if not isinstance(condition, dict) or "expr" not in condition or "value" not in condition:
                raise self._fail(f"{where}.init_condition", "must have expr and value")
            if str(condition["expr"]) != str(condition["value"]):
                return
        yield from self._elements(group.get("elements") or [], f"{where}.elements", (*keys, "elements"))

    def _element(
        self, entry: dict[str, Any], where: str, keys: tuple[str | int, ...]
    ) -> Iterator[PyFunc | ModelElement]:
        notation = str(entry["element"])
        kind, _, rest = notation.partition("@")
        kind = kind.partition(":")[0].strip().lower()
        if kind == "pyfunc":
            yield self._pyfunc(entry, where, keys)
        elif kind == "pygroup":
            for i, part in enumerate(entry.get("pyfuncs") or []):
                yield self._pyfunc(part, f"{where}.pyfuncs[{i}]", (*keys, "pyfuncs", i))
        elif kind in _MODELS or "model" in entry:
            name = str(self._or_text(entry.get("name"), keys, "name") or notation)
            model_input = (
                ((entry.get("model") or {}).get("input") or {}) if isinstance(entry.get("model"), dict) else {}
            )
            source = str(model_input.get("object") or PRIMARY_OBJECT_KEY)
            yield ModelElement(name, notation, source in (PRIMARY_OBJECT_KEY, PRIMARY_OBJECT_LABEL), where)
            self._note(where, f"the model {name!r} ({notation}) is not run; its objects come from --metadata-in")
        elif kind == "nvtracker":
            self._note(where, "there is no tracker; track ids come from --metadata-in")
        else:
            self._note(where, f"the element {notation!r} is not run: only functions (pyfunc) are")

    def _or_text(self, value: Any, keys: tuple[str | int, ...], key: str) -> Any:
        """Resolved where that works: of an element that is not run, nothing has to."""
        try:
            return self._resolver._value(value, [str(k) for k in (*keys, key)])
        except InterpolationError:
            return value

    def _pyfunc(self, entry: Mapping[str, Any], where: str, keys: tuple[str | int, ...]) -> PyFunc:
        resolved = self._resolve(where, *keys)
        for key in entry:
            if key not in _PYFUNC_KEYS:
                self._note(f"{where}.{key}", "functions have no such key here")
        for key in ("module", "class_name"):
            if not resolved.get(key):
                raise self._fail(where, f"a pyfunc must have {key!r}")
        kwargs = resolved.get("kwargs") or {}
        if not isinstance(kwargs, dict):
            raise self._fail(f"{where}.kwargs", "must be keys and values")
        return PyFunc(
            str(resolved["module"]),
            str(resolved["class_name"]),
            dict(kwargs),
            resolved.get("name"),
            bool(resolved.get("dev_mode")),
            where,
        )

    def _draw_func(self, parameters: Mapping[str, Any]) -> PyFunc | None:
        section = parameters.get("draw_func")
        if section is None:
            return None
        where = "parameters.draw_func"
        if not isinstance(section, dict):
            raise self._fail(where, "must be keys and values; {} draws all objects")
        for key in section:
            if key not in _PYFUNC_KEYS | {"rendered_objects", "condition"}:
                self._note(f"{where}.{key}", "draw_func has no such key here")
        kwargs = dict(section.get("kwargs") or {})
        kwargs["rendered_objects"] = section.get("rendered_objects")
        kwargs["condition"] = section.get("condition") or {}
        return PyFunc(
            str(section.get("module") or "savant.deepstream.drawfunc"),
            str(section.get("class_name") or "NvDsDrawFunc"),
            kwargs,
            section.get("name"),
            bool(section.get("dev_mode")),
            where,
        )


def loads(text: str, path: str | os.PathLike[str] | None = None) -> Module:
    """From the text of a file; `path` is for messages and for finding what the file names."""
    return _Reader(text, Path(path).absolute() if path is not None else None).read()


def load(path: str | os.PathLike[str]) -> Module:
    """From a file. Raises ModuleFileError, which names file, line and key, and OSError."""
    return loads(Path(path).read_text(encoding="utf-8"), path)
