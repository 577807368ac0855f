"""OpenCV with a `cv2.cuda` that works on any machine, with and without a GPU.

    from retouch import cv2

Everything of the installed `cv2` is here under its name. `cuda`, `cuda_GpuMat` and the like are retouch's, with OpenCV's
names, arguments and results; without a GPU they work on the CPU. docs/cv2.md lists what there is.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

from retouch import _cv
from retouch import errors as _errors

if TYPE_CHECKING:
    from cv2 import *


def _installed() -> ModuleType:
    try:
        module = importlib.import_module("cv2")
    except ImportError as error:
        if error.name not in (None, "cv2"):
            raise
        raise ImportError(
            "retouch.cv2 is everything of OpenCV's cv2, which is not installed: pip install retouch[cv2]", name="cv2"
        ) from error
    if module.__name__ == __name__:  # what retouch.savant gives as cv2 while it is being imported for the first time
        raise ImportError("retouch.cv2 finds only itself as cv2: import retouch.cv2 before cv2 is replaced", name="cv2")
    return module


_cv2 = _installed()
globals().update(
    {
        name: value
        for name, value in vars(_cv2).items()
        if not name.startswith(("__", "cuda_")) and name not in ("cuda", "_cv2", "_cv")
    }
)
__version__ = _cv2.__version__


def _both(name: str) -> type[Exception]:
    """retouch's error of that name, which is cv2.error as well: programs catch whichever they know."""
    ours = getattr(_errors, name)
    made = type(name, (ours, _cv2.error), {"__module__": "retouch.cv2", "__doc__": ours.__doc__})
    assert issubclass(made, Exception)
    return made


_raised = {
    name: _both(name)
    for name in (
        "InvalidArgument",
        "LayoutError",
        "ExpiredFrame",
        "Unsupported",
        "OutOfMemory",
        "CudaError",
        "FileError",
    )
}
# OpenCV 5 has more bits for the depth than 4: CV_8UC2 = 1 << bits.
getattr(_cv, "_configure")(_cv2.CV_8UC2.bit_length() - 1, _raised)

from retouch.cv2 import cuda as cuda, savant as savant  # noqa: E402

cuda_GpuMat = cuda.GpuMat
cuda_Stream = cuda.Stream
cuda_Event = cuda.Event
cuda_HostMem = cuda.HostMem
cuda_BufferPool = cuda.BufferPool

gpu_mat = _cv.gpu_mat
image_view = _cv.image_view
gpu_stream = _cv.gpu_stream
core_stream = _cv.core_stream
wrap_array = _cv.wrap_array


def __getattr__(name: str) -> Any:
    return getattr(_cv2, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_cv2)})
