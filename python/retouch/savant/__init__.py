"""Runs modules that were written for Savant, on retouch: any machine, with or without a GPU, nothing of the vendor's.

    import retouch.savant
    retouch.savant.install()          # from here on `import savant...`, `import savant_rs...`, `import cv2` lead here

    from savant.deepstream.pyfunc import NvDsPyFuncPlugin

A whole module file is run by `retouch run --compat savant module.yml`, or from a program:

    module = retouch.savant.module.load("module.yml")
    with retouch.savant.ModuleRunner(module) as runner:
        for output in runner.run(frames):        # frames: (source_id, pts, retouch.Frame or Image)
            ...

What is different from the original, and what is missing: docs/savant.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._hook import install as install
from ._hook import installed as installed
from ._hook import uninstall as uninstall

if TYPE_CHECKING:
    from . import metadata as metadata
    from . import module as module
    from .runner import ModuleError as ModuleError
    from .runner import ModuleRunner as ModuleRunner
    from .runner import Output as Output

__all__ = ["ModuleError", "ModuleRunner", "Output", "install", "installed", "metadata", "module", "uninstall"]


def __getattr__(name: str) -> Any:  # what needs PyYAML and the core is loaded when it is used
    import importlib

    if name in ("ModuleError", "ModuleRunner", "Output"):
        return getattr(importlib.import_module("retouch.savant.runner"), name)
    if name in ("metadata", "module"):
        return importlib.import_module(f"retouch.savant.{name}")
    raise AttributeError(f"module 'retouch.savant' has no attribute {name!r}")
