"""Makes `import savant...`, `import savant_rs...` and `import cv2` find this layer."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import threading
from types import ModuleType
from typing import Sequence

from ._names import MODULES

_ROOTS = ("savant", "savant_rs")
_lock = threading.RLock()


def _ours(name: str) -> bool:
    return name.split(".")[0] in _ROOTS


class _Loader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        for source, names in MODULES[module.__name__].items():
            implementation = importlib.import_module(f"retouch.savant.{source}")
            for name in names:
                setattr(module, name, getattr(implementation, name))
        module.__doc__ = f"{module.__name__}, as retouch.savant has it (docs/savant.md)."


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not _ours(fullname):
            return None
        if fullname not in MODULES:
            near = ", ".join(name for name in MODULES if name.startswith(fullname.rpartition(".")[0] + "."))
            raise ModuleNotFoundError(
                f"retouch.savant has no module {fullname!r}" + (f"; it has {near}" if near else ""), name=fullname
            )
        return importlib.machinery.ModuleSpec(fullname, _Loader(), origin="retouch.savant", is_package=True)


_finder: _Finder | None = None
_cv2_before: dict[str, ModuleType | None] = {}


def _loader_of(module: ModuleType) -> object:
    return getattr(getattr(module, "__spec__", None), "loader", None)


def installed() -> bool:
    """Whether the names lead here."""
    return _finder is not None


def install(*, cv2: bool = True) -> None:
    """From now on in this process, `import savant...` and `import savant_rs...` give this layer, and `import cv2` gives
    retouch.cv2 (not with cv2=False). Calling it again changes nothing.

    Modules that imported cv2 earlier keep what they have: call this first. ImportError when the real savant or savant_rs
    is imported already, as a process can have only one of them."""
    global _finder
    with _lock:
        if _finder is None:
            for root in _ROOTS:
                module = sys.modules.get(root)
                if module is None:
                    continue
                if (
                    getattr(module, "__file__", None) is None
                ):  # only a folder of this name, that Python took for a package
                    del sys.modules[root]
                    continue
                raise ImportError(
                    f"retouch.savant.install: the real {root} is imported already (from {module.__file__}); "
                    "call install() before anything imports it, or use a process of its own"
                )
            _finder = _Finder()
            sys.meta_path.insert(0, _finder)
        if cv2 and not _cv2_before:
            ours = importlib.import_module("retouch.cv2")
            names = {"cv2": ours, "cv2.cuda": ours.cuda}
            for name, module in names.items():
                _cv2_before[name] = sys.modules.get(name)
                sys.modules[name] = module


def uninstall() -> None:
    """Takes install() back: the names lead again where they led before. Modules that imported them keep what they have."""
    global _finder
    with _lock:
        if _finder is not None:
            sys.meta_path.remove(_finder)
            _finder = None
        for name in [name for name, module in sys.modules.items() if _ours(name)]:
            if isinstance(_loader_of(sys.modules[name]), _Loader):
                del sys.modules[name]
        for name, module in _cv2_before.items():
            if module is not None:
                sys.modules[name] = module
            else:
                sys.modules.pop(name, None)
        _cv2_before.clear()
