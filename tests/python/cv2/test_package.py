"""retouch.cv2 as a package: everything of cv2, types, and what happens without cv2."""

from __future__ import annotations

import subprocess
import sys
import types

import cv2 as installed
import pytest

import retouch
from retouch import cv2


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_everything_of_cv2_is_there():
    names = [name for name in dir(installed) if not name.startswith("_") and name != "cuda" and not name.startswith("cuda_")]
    assert len(names) > 1000
    assert all(getattr(cv2, name) is getattr(installed, name) for name in names)
    assert set(names) <= set(dir(cv2)) and cv2.__version__ == installed.__version__
    with pytest.raises(AttributeError):
        cv2.no_such_thing
    import retouch.cv2.cuda as module

    assert module is cv2.cuda and isinstance(module, types.ModuleType)


def test_everything_of_cv2_cuda_is_there():
    real = getattr(installed, "cuda", None)
    for name in dir(real):
        if not name.startswith("_"):
            getattr(cv2.cuda, name)
    for name in ("GpuMat", "Stream", "Event", "HostMem", "BufferPool"):
        assert getattr(cv2, f"cuda_{name}") is getattr(cv2.cuda, name)
    for name in ("GpuMat", "Stream", "Event", "HostMem"):
        members = {member for member in dir(getattr(installed, f"cuda_{name}")) if not member.startswith("_")}
        ours = set(dir(getattr(cv2.cuda, name)))
        assert members - ours <= {"Allocator", "getStdAllocator"}, name
    with pytest.raises(AttributeError):
        cv2.cuda.no_such_thing


def test_errors_are_of_both():
    for name in ("InvalidArgument", "LayoutError", "ExpiredFrame", "Unsupported", "OutOfMemory", "CudaError", "FileError"):
        assert issubclass(cv2._raised[name], getattr(retouch, name)) and issubclass(cv2._raised[name], cv2.error)


def test_without_cv2_it_says_what_to_install():
    code = "import sys; sys.modules['cv2'] = None\ntry:\n  from retouch import cv2\nexcept ImportError as error:\n  print(error, error.name)"
    said = run(code).stdout
    assert "pip install retouch[cv2]" in said and said.strip().endswith("cv2"), said


def test_retouch_itself_needs_no_cv2():
    assert run("import sys, retouch; print('cv2' in sys.modules, 'retouch.cv2' in sys.modules)").stdout.split() == ["False", "False"]
