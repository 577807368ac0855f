"""Functions in Python: their base class, how they are found and made, read again, and what is said when they fail."""

from __future__ import annotations

import contextlib
import difflib
import functools
import importlib
import importlib.util
import inspect
import itertools
import json
import linecache
import os
import sys
import sysconfig
import threading
import traceback
import types
import zlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Optional

from retouch.errors import FileError, InvalidArgument

if TYPE_CHECKING:
    from retouch._core import Device, Frame

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARIES = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})


class FrameFunction:
    """What sees every frame of a pipeline: derive, and say in ``process_frame`` what is done with it.

        class Blur(retouch.FrameFunction):
            def __init__(self, sigma=6.0, label="face"):
                self.sigma, self.label = sigma, label

            def process_frame(self, frame):
                for found in frame.objects(self.label):
                    retouch.gaussian_blur(frame.region(found.box), sigma_x=self.sigma)

    The kwargs of the module file (or of the element) are the constructor's arguments. A class without a constructor may
    declare them instead: ``sigma: float = 6.0`` in the class. One thread at a time calls the hooks, in this order:
    on_start; for each source on_source_add, process_frame ..., on_source_eos; on_stop.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Makes attributes of the kwargs. Without a constructor of the class's own only of those that it declares."""
        if type(self).__init__ is FrameFunction.__init__:
            _check_names(kwargs, _declared(type(self)), required=())
        for name, value in kwargs.items():
            setattr(self, name, value)

    def on_start(self, device: Device) -> None:
        """Before the first frame; ``device`` is where frames will be. Load models and sprites here."""

    def on_source_add(self, source_id: str) -> None:
        """Before the first frame of a source."""

    def process_frame(self, frame: Frame) -> None:
        """Edits the frame in place. It is lent for the call: afterwards it, and views of it, raise ExpiredFrame."""
        raise NotImplementedError(f"{type(self).__name__} has no process_frame(self, frame)")

    def on_source_eos(self, source_id: str) -> None:
        """After the last frame of a source, also when the pipeline is stopped in the middle."""

    def on_stop(self) -> None:
        """When the pipeline stops, if on_start succeeded."""


class _Plain(FrameFunction):
    """A function of one frame, without hooks."""

    def __init__(self, call: Callable[..., Any], kwargs: dict[str, Any]) -> None:
        self.process_frame = functools.partial(call, **kwargs) if kwargs else call  # type: ignore[method-assign]


# ---- kwargs ----


def _declared(made: type) -> list[str]:
    names: dict[str, None] = {}
    for base in reversed(made.__mro__):
        if base in (object, FrameFunction):
            continue
        names.update(dict.fromkeys(base.__dict__.get("__annotations__", {})))
        names.update(dict.fromkeys(name for name, value in vars(base).items() if not inspect.isroutine(value)))
    return [name for name in names if not name.startswith("_")]


def _check_names(kwargs: dict[str, Any], known: Iterable[str], required: Iterable[str]) -> None:
    known = list(known)
    for name in kwargs:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise InvalidArgument(
                f"it takes no kwarg '{name}'; it takes: {', '.join(known) or 'none'}"
                + (f"; did you mean '{near[0]}'?" if near else "")
            )
    for name in required:
        if name not in kwargs:
            raise InvalidArgument(f"it needs the kwarg '{name}'; it takes: {', '.join(known)}")


def _check_call(call: Callable[..., Any], kwargs: dict[str, Any], skip: int) -> None:
    """Would ``call(**kwargs)`` be taken? ``skip`` arguments come from elsewhere."""
    try:
        parameters = list(inspect.signature(call).parameters.values())[skip:]
    except (TypeError, ValueError):  # of a class in C, say
        return
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    known = [p.name for p in named]
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        known += [name for name in kwargs if name not in known]
    _check_names(kwargs, known, (p.name for p in named if p.default is p.empty))


# ---- modules ----


class _Source:
    """A module that functions come from: a file, or a module that Python finds."""

    loaded: dict[str, tuple[types.ModuleType, Any]] = {}  # by file
    lock = threading.RLock()

    def __init__(self, module: str) -> None:
        self.module = module
        self.path = os.path.abspath(module) if module.endswith(".py") else None

    def stamp(self) -> Any:
        """Differs when the file was written. None while it is not there (editors replace files)."""
        try:
            found = os.stat(self.path or "")
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def load(self) -> types.ModuleType:
        """The module, read again when its file has changed since."""
        with self.lock:
            if self.path is None:
                if os.getcwd() not in sys.path:
                    sys.path.append(os.getcwd())
                importlib.invalidate_caches()
                module = importlib.import_module(self.module)
                self.path = getattr(module, "__file__", None)
                if self.path is not None:
                    stamp = self.stamp()
                    known = self.loaded.setdefault(self.path, (module, stamp))
                    if known[1] != stamp:
                        return self._execute(known[0].__name__)
                    return known[0]
                return module
            known_file = self.loaded.get(self.path)
            if known_file is not None and known_file[1] == self.stamp():
                return known_file[0]
            return self._execute(known_file[0].__name__ if known_file is not None else self._name())

    def _name(self) -> str:
        """What the file is called as a module; its folder, or that above its package, is where imports look first."""
        assert self.path is not None
        folder, file = os.path.split(self.path)
        parts = [file[:-3]]
        while os.path.exists(os.path.join(folder, "__init__.py")):
            folder, package = os.path.split(folder)
            parts.insert(0, package)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        name = ".".join(parts)
        if len(parts) > 1:
            importlib.invalidate_caches()
            importlib.import_module(name.rpartition(".")[0])
        elif name in sys.modules or name in sys.stdlib_module_names:
            name = f"{name}_{zlib.crc32(self.path.encode()):08x}"
        return name

    def _execute(self, name: str) -> types.ModuleType:
        """Into a module of its own, so that a file that fails leaves the one that was loaded before as it is."""
        assert self.path is not None
        stamp = self.stamp()
        spec = importlib.util.spec_from_file_location(name, self.path)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        linecache.checkcache(self.path)
        with open(self.path, "rb") as file:
            code = compile(file.read(), self.path, "exec")
        before = sys.modules.get(name)
        sys.modules[name] = module
        try:
            exec(code, module.__dict__)
        except BaseException:
            sys.modules.pop(name, None)
            if before is not None:
                sys.modules[name] = before
            raise
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], child, module)
        self.loaded[self.path] = (module, stamp)
        return module

    def find(self, name: str) -> Any:
        try:
            module = self.load()
        except Exception as error:
            _report(error)
            raise FileError(f"{self.path or self.module} cannot be loaded: {explain(error, self.files())}") from error
        made = getattr(module, name, None)
        if callable(made):
            return made
        known = [
            key
            for key, value in vars(module).items()
            if callable(getattr(value, "process_frame", None)) and getattr(value, "__module__", None) == module.__name__
        ]
        raise InvalidArgument(f"'{self.path or self.module}' has no class '{name}'; it has: {', '.join(known) or 'none'}")

    def files(self) -> list[str]:
        return [self.path] if self.path else []


def _instance(made: Any, kwargs: dict[str, Any], files: list[str]) -> FrameFunction:
    if not inspect.isclass(made):
        _check_call(made, kwargs, skip=1)
        return _Plain(made, kwargs)
    process = getattr(made, "process_frame", None)
    if not callable(process) or process is FrameFunction.process_frame:
        raise InvalidArgument(f"{made.__name__} has no method process_frame(self, frame)")
    if made.__init__ is FrameFunction.__init__:
        _check_names(kwargs, _declared(made), required=())
    else:
        _check_call(made, kwargs, skip=0)
    try:
        construct: Any = made
        function: FrameFunction = construct(**kwargs)
        return function
    except Exception as error:
        _report(error)
        raise InvalidArgument(explain(error, files)) from error


# ---- what the pipeline calls ----


class Hosted:
    """A function as the pipeline's C++ side sees it: all hooks are there."""

    def __init__(self, function: Any, files: list[str]) -> None:
        self.files = files
        self.put(function)

    def put(self, function: Any) -> None:
        self.function = function
        self.process_frame = function.process_frame

    def call(self, hook: str, *arguments: Any) -> None:
        method = getattr(self.function, hook, None)
        if method is not None:
            method(*arguments)

    def on_start(self, device: Device) -> None:
        self.call("on_start", device)

    def on_source_add(self, source_id: str) -> None:
        self.call("on_source_add", source_id)

    def on_source_eos(self, source_id: str) -> None:
        self.call("on_source_eos", source_id)

    def on_stop(self) -> None:
        try:
            self.call("on_stop")
        finally:
            sys.stdout.flush()  # a program that hosts Python may end without Python's knowing

    def failed(self, error: BaseException) -> str:
        """What the pipeline says of an exception, in one line; the traceback goes to stderr."""
        _report(error)
        text = explain(error, self.files)
        failures.remember(text, error)
        return text


class Watched(Hosted):
    """A function whose file is read again when it changes (dev_mode). A version that cannot be used is told of once,
    and the last good one goes on."""

    def __init__(self, source: _Source, name: str, kwargs: dict[str, Any]) -> None:
        self.source, self.name, self.kwargs = source, name, kwargs
        self.device: Optional[Device] = None
        self.sources: list[str] = []
        self.seen = source.stamp()
        super().__init__(self._make(), source.files())
        self.seen = self.seen or source.stamp()

    def _make(self) -> FrameFunction:
        return _instance(self.source.find(self.name), self.kwargs, self.source.files())

    def put(self, function: Any) -> None:
        self.function = function

    def on_start(self, device: Device) -> None:
        super().on_start(device)
        self.device = device

    def on_source_add(self, source_id: str) -> None:
        super().on_source_add(source_id)
        self.sources.append(source_id)

    def on_source_eos(self, source_id: str) -> None:
        if source_id in self.sources:
            self.sources.remove(source_id)
        super().on_source_eos(source_id)

    def process_frame(self, frame: Frame) -> None:
        stamp = self.source.stamp()
        if stamp is None or stamp == self.seen:
            self.function.process_frame(frame)
            return
        self.seen = stamp
        old = self.function
        fresh = None
        try:
            fresh = self._make()
            self.function = fresh
            self.call("on_start", self.device)
            for source_id in self.sources:
                self.call("on_source_add", source_id)
            fresh.process_frame(frame)
        except Exception as error:
            if not isinstance(error, (FileError, InvalidArgument)):  # told by who raised those
                _report(error)
            self._say(f"{explain(error, self.files)}; the last good version goes on")
            self._retire(fresh)
            self.function = old
            old.process_frame(frame)
            return
        self._say("read again")
        self._retire(old)

    def _retire(self, function: Any) -> None:
        if function is None:
            return
        kept, self.function = self.function, function
        try:
            self.call("on_stop")
        except Exception as error:
            _report(error)
            self._say(f"on_stop of the version before: {explain(error, self.files)}")
        finally:
            self.function = kept

    def _say(self, text: str) -> None:
        print(f"retouch: dev_mode: {self.name} of {self.source.path or self.source.module}: {text}", file=sys.stderr, flush=True)


_objects: dict[str, Any] = {}
_numbers = itertools.count(1)


def host(module: str, name: str, kwargs: str, dev_mode: bool) -> Hosted:
    """For the pipeline's C++ side: makes the function. Raises InvalidArgument and FileError, with all said."""
    given: dict[str, Any] = json.loads(kwargs)
    if module.startswith("@"):
        if module not in _objects:
            raise InvalidArgument(f"'{module}:{name}' is of a pipeline that is gone")
        thing = _objects[module]
        return Hosted(thing, _files_of(thing))
    source = _Source(module)
    if dev_mode:
        return Watched(source, name, given)
    made = source.find(name)
    return Hosted(_instance(made, given, source.files()), source.files())


@contextlib.contextmanager
def named(functions: Iterable[Any]) -> Any:
    """For the time of the block, names that stand for these in a module: the entries of its list ``elements``."""
    keys: list[str] = []
    entries: list[dict[str, Any]] = []
    try:
        for function in functions:
            entries.append(_entry(function, keys))
        yield entries
    finally:
        for key in keys:
            _objects.pop(key, None)


def _entry(function: Any, keys: list[str]) -> dict[str, Any]:
    if isinstance(function, str):
        return {"function": function}
    if isinstance(function, dict):
        return function
    if isinstance(function, tuple) and len(function) == 2 and isinstance(function[0], str):
        return {"function": function[0], "kwargs": dict(function[1])}
    name = getattr(function, "__name__", type(function).__name__)
    if inspect.isclass(function):
        function = _instance(function, {}, [])
    elif not callable(getattr(function, "process_frame", None)):
        if not callable(function):
            raise InvalidArgument(
                "functions: each must be a FrameFunction, a callable that takes a frame, the name of a function, "
                f"(name, kwargs), or an entry as in a module file (got {function!r})"
            )
        function = _Plain(function, {})
    key = f"@{next(_numbers)}"
    _objects[key] = function
    keys.append(key)
    return {"function": f"{key}:{name.translate(str.maketrans(':,?/', '____'))}"}


def _files_of(thing: Any) -> list[str]:
    try:
        if isinstance(thing, _Plain):
            call = thing.process_frame
            return [inspect.getfile(inspect.unwrap(call.func if isinstance(call, functools.partial) else call))]
        return [inspect.getfile(type(thing))]
    except (TypeError, OSError):  # of no file
        return []


# ---- what is said ----


def explain(error: BaseException, files: list[str]) -> str:
    """One line: the exception, and where in the user's code."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, SyntaxError) and error.filename and os.path.exists(error.filename):
        return f"{name}: {error.msg} ({error.filename}:{error.lineno})"
    place = _place(error, files)
    if isinstance(error, (FileError, InvalidArgument)) and place is None:
        return str(error)  # of ours, which says it all
    text = f"{name}: {error}" if str(error) else name
    return f"{text} ({place.filename}:{place.lineno} in {place.name})" if place else text


def _place(error: BaseException, files: list[str]) -> Optional[traceback.FrameSummary]:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith((_PACKAGE, "<frozen "))]
    own = [frame for frame in frames if frame.filename in files]
    outside = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES)]
    for found in (own, outside, frames):
        if found:
            return found[-1]
    return None


_reported: set[tuple[Any, ...]] = set()


def _report(error: BaseException) -> None:
    """The traceback goes to stderr; of the same exception at the same place once."""
    key = (type(error), *((f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)))
    if key in _reported:
        return
    if len(_reported) > 1000:
        _reported.clear()
    _reported.add(key)
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith((_PACKAGE, "<frozen ")):
        frames = frames.tb_next
    sys.stdout.flush()
    traceback.print_exception(type(error), error, frames)
    sys.stderr.flush()


class _Failures:
    """The exceptions behind what pipelines say, so that they can be the cause of what run() raises."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.listeners = 0
        self.known: dict[str, BaseException] = {}

    def __enter__(self) -> _Failures:
        with self.lock:
            self.listeners += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.listeners -= 1
            if self.listeners == 0:
                self.known.clear()

    def remember(self, text: str, error: BaseException) -> None:
        with self.lock:
            if self.listeners and len(self.known) < 100:
                self.known[" ".join(text.splitlines())] = error

    def behind(self, message: str) -> Optional[BaseException]:
        with self.lock:
            return next((error for text, error in self.known.items() if text in message), None)


failures = _Failures()
