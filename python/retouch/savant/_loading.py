"""Finds and makes the classes that a module file names, and makes them again when their file was edited (dev_mode)."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Callable, Iterable

from .module import PyFunc
from .pyfunc import BasePyFuncPlugin, NvDsPyFuncPlugin

_log = logging.getLogger("retouch.savant")


def _import_root(module: str, folder: Path) -> Path | None:
    """The folder from which `module` can be imported: the file's own or one above it, $PROJECT_PATH, the current one."""
    relative = Path(*module.split("."))
    candidates = [folder, *folder.parents]
    if os.environ.get("PROJECT_PATH"):
        candidates.append(Path(os.environ["PROJECT_PATH"]))
    candidates.append(Path.cwd())
    for root in candidates:
        if (root / relative).with_suffix(".py").is_file() or (root / relative / "__init__.py").is_file():
            return root
    return None


def import_module(name: str, folder: Path) -> ModuleType:
    """By its dotted name, or a path to a file; relative paths start at the module file's folder, then the current one."""
    if name.endswith(".py") or "/" in name:
        for root in (folder, Path.cwd()):
            path = root / name
            if path.is_file():
                spec = importlib.util.spec_from_file_location(path.stem, path)
                assert spec is not None and spec.loader is not None
                module = importlib.util.module_from_spec(spec)
                sys.modules[path.stem] = module
                spec.loader.exec_module(module)
                return module
        raise ImportError(f"no file {name!r} in {folder} or {Path.cwd()}")
    if name.split(".")[0] not in sys.modules:
        start = _import_root(name, folder)
        if start is not None and str(start) not in sys.path:
            sys.path.insert(0, str(start))
            importlib.invalidate_caches()
    return importlib.import_module(name)


class LoadedFunction:
    """A function of the pipeline, alive."""

    def __init__(self, spec: PyFunc, folder: Path, host: Any) -> None:
        self.spec = spec
        self.name = spec.label
        self._folder = folder
        self._host = host
        self._module = import_module(spec.module, folder)
        self._stamp = self._file_stamp()
        self.instance = self._make()

    def _make(self) -> NvDsPyFuncPlugin:
        made = getattr(self._module, self.spec.class_name, None)
        if made is None:
            raise ImportError(f"{self.spec.module} has no class {self.spec.class_name!r}")
        instance = made(**self.spec.kwargs)
        if not isinstance(instance, BasePyFuncPlugin):
            raise TypeError(f"{self.spec.class_name} must derive from NvDsPyFuncPlugin")
        instance.gst_element = SimpleNamespace(
            name=self.name, get_name=lambda: self.name, get_property=lambda name: None
        )
        instance._host = self._host  # type: ignore[attr-defined]
        return instance  # type: ignore[return-value]

    def _run_again(self) -> None:
        # Not importlib.reload: it finds no module that was loaded from a path, and takes an edit within the same second
        # for the compiled file's source.
        path = Path(self._module.__file__ or "")
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(self._module))

    def _file_stamp(self) -> tuple[int, int] | None:
        try:
            status = os.stat(getattr(self._module, "__file__", None) or "")
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def process(self, buffer: Any, sources: Iterable[str], undo: Callable[[], None]) -> None:
        """A frame. In dev_mode, when the file was edited: by a new instance from it, started and told of the open sources. An
        edit that does not work, be it in this first frame of its, is logged, and the version before goes on. `undo`: takes
        back what the frame has brought about so far."""
        if not self._is_edited():
            self.instance.process_buffer(buffer)
            return
        old, before = self.instance, dict(vars(self._module))
        fresh = None
        try:
            self._run_again()
            fresh = self._make()
            if not fresh.on_start():
                raise RuntimeError("on_start returned False")
            for source_id in sources:
                fresh.on_source_add(source_id)
            self.instance = fresh
            fresh.process_buffer(buffer)
        except Exception as error:
            _log.error(
                "%s: the edit does not work, the version before goes on: %s: %s",
                self.spec.module,
                type(error).__name__,
                error,
                exc_info=True,
            )
            undo()
            self._retire(fresh)
            vars(self._module).clear()
            vars(self._module).update(before)
            self.instance = old
            old.process_buffer(buffer)
            return
        self._retire(old)
        _log.info("%s: loaded again", self.spec.module)

    def _is_edited(self) -> bool:
        if not self.spec.dev_mode:
            return False
        stamp = self._file_stamp()
        if stamp is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        return True

    def _retire(self, instance: NvDsPyFuncPlugin | None) -> None:
        try:
            if instance is not None:
                instance.on_stop()
        except Exception:
            _log.exception("%s: on_stop of the version that is replaced", self.spec.module)
