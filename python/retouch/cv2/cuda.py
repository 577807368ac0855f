"""OpenCV's `cv2.cuda`: GpuMat, Stream, and the functions of cudaarithm, cudafilters, cudaimgproc, cudawarping and
cudabgsegm that retouch has; those that it has not say so when they are called. docs/cv2.md lists both."""

from __future__ import annotations

from typing import Any, Sequence, Union

import numpy as np

import cv2 as _installed
from retouch import _cv
from retouch import list_devices as _list_devices
from retouch._cv import *
from retouch._cv import GpuMat as GpuMat
from retouch._cv import Stream as Stream
from retouch.cv2._missing import MISSING as _MISSING
from retouch.cv2._missing import missing as _missing

_real = getattr(_installed, "cuda", None)

(
    ALPHA_OVER,
    ALPHA_IN,
    ALPHA_OUT,
    ALPHA_ATOP,
    ALPHA_XOR,
    ALPHA_PLUS,
    ALPHA_OVER_PREMUL,
    ALPHA_IN_PREMUL,
    ALPHA_OUT_PREMUL,
    ALPHA_ATOP_PREMUL,
    ALPHA_XOR_PREMUL,
    ALPHA_PLUS_PREMUL,
    ALPHA_PREMUL,
) = range(13)

HOST_MEM_PAGE_LOCKED, HOST_MEM_SHARED, HOST_MEM_WRITE_COMBINED = 1, 2, 4
HostMem_PAGE_LOCKED, HostMem_SHARED, HostMem_WRITE_COMBINED = 1, 2, 4
EVENT_DEFAULT, EVENT_BLOCKING_SYNC, EVENT_DISABLE_TIMING, EVENT_INTERPROCESS = 0, 1, 2, 4
Event_DEFAULT, Event_BLOCKING_SYNC, Event_DISABLE_TIMING, Event_INTERPROCESS = 0, 1, 2, 4

_Scalar = Union[float, Sequence[float]]
_StreamLike = Any


# --- arithmetic with a scalar, under the names that OpenCV's Python has for it ------------------------------------------


def addWithScalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, mask: GpuMat | None = None, dtype: int = -1,
    stream: _StreamLike = None,
) -> GpuMat:
    return _cv.add(src1, src2, dst, mask, dtype, stream)


def subtractWithScalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, mask: GpuMat | None = None, dtype: int = -1,
    stream: _StreamLike = None,
) -> GpuMat:
    return _cv.subtract(src1, src2, dst, mask, dtype, stream)


def multiplyWithScalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, scale: float = 1, dtype: int = -1,
    stream: _StreamLike = None,
) -> GpuMat:
    return _cv.multiply(src1, src2, dst, scale, dtype, stream)


def divideWithScalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, scale: float = 1, dtype: int = -1,
    stream: _StreamLike = None,
) -> GpuMat:
    return _cv.divide(src1, src2, dst, scale, dtype, stream)


def absdiffWithScalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, stream: _StreamLike = None
) -> GpuMat:
    return _cv.absdiff(src1, src2, dst, stream)


def minWithScalar(src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, stream: _StreamLike = None) -> GpuMat:
    return _cv.min(src1, src2, dst, stream)


def maxWithScalar(src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, stream: _StreamLike = None) -> GpuMat:
    return _cv.max(src1, src2, dst, stream)


def compareWithScalar(
    src1: GpuMat, src2: _Scalar, cmpop: int, dst: GpuMat | None = None, stream: _StreamLike = None
) -> GpuMat:
    return _cv.compare(src1, src2, cmpop, dst, stream)


def bitwise_and_with_scalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: _StreamLike = None
) -> GpuMat:
    return _cv.bitwise_and(src1, src2, dst, mask, stream)


def bitwise_or_with_scalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: _StreamLike = None
) -> GpuMat:
    return _cv.bitwise_or(src1, src2, dst, mask, stream)


def bitwise_xor_with_scalar(
    src1: GpuMat, src2: _Scalar, dst: GpuMat | None = None, mask: GpuMat | None = None, stream: _StreamLike = None
) -> GpuMat:
    return _cv.bitwise_xor(src1, src2, dst, mask, stream)


def scaleAdd(
    src1: GpuMat, alpha: float, src2: GpuMat, dst: GpuMat | None = None, stream: _StreamLike = None
) -> GpuMat:
    return _cv.addWeighted(src1, alpha, src2, 1.0, 0.0, dst, -1, stream)


# --- host memory --------------------------------------------------------------------------------------------------------


class HostMem:
    """OpenCV's HostMem, in ordinary host memory: retouch has page-locked memory of its own for what it copies."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self._array: Any = None
        names = ("rows", "cols", "type") if args and isinstance(args[0], int) and len(args) > 1 else ("size", "type")
        if len(args) == 1 and not isinstance(args[0], (int, tuple)):
            self._array = np.array(args[0])
        elif len(args) == 1 and isinstance(args[0], int) and not keywords:
            pass  # alloc_type alone
        elif args or set(keywords) - {"alloc_type", "arr"}:
            given = dict(zip(names, args)) | keywords
            given.pop("alloc_type", None)
            if "size" in given:
                given["cols"], given["rows"] = given.pop("size")
            self.create(given["rows"], given["cols"], given["type"])
        elif "arr" in keywords:
            self._array = np.array(keywords["arr"])

    def create(self, rows: int, cols: int, type: int) -> None:
        mat = GpuMat()
        previous = _cv.getDevice()
        _cv.setDevice(-1)
        try:
            mat = GpuMat(rows, cols, type)
        finally:
            _cv.setDevice(previous)
        if self._array is None or self._array.shape != mat.numpy().shape or self._array.dtype != mat.numpy().dtype:
            self._array = np.empty_like(mat.numpy(), order="C")

    def _mat(self) -> GpuMat:
        return _cv.wrap_array(self._array)

    def createMatHeader(self) -> Any:
        """The memory as an array, not a copy."""
        return self._array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self._array, dtype) if copy else np.asarray(self._array, dtype)

    def clone(self) -> HostMem:
        made = HostMem()
        made._array = None if self._array is None else self._array.copy()
        return made

    def swap(self, b: HostMem) -> None:
        self._array, b._array = b._array, self._array

    def reshape(self, cn: int, rows: int = 0) -> HostMem:
        made = HostMem()
        made._array = self._mat().reshape(cn, rows).numpy()
        return made

    def empty(self) -> bool:
        return self._array is None or self._array.size == 0

    def size(self) -> tuple[int, int]:
        return (0, 0) if self._array is None else (self._array.shape[1], self._array.shape[0])

    def isContinuous(self) -> bool:
        return True

    def channels(self) -> int:
        return self._mat().channels()

    def type(self) -> int:
        return self._mat().type()

    def depth(self) -> int:
        return self._mat().depth()

    def elemSize(self) -> int:
        return self._mat().elemSize()

    def elemSize1(self) -> int:
        return self._mat().elemSize1()

    def step1(self) -> int:
        return self._mat().step1()

    @property
    def step(self) -> int:
        return self._mat().step


def registerPageLocked(m: Any) -> None:
    """Nothing has to be locked: copies go through page-locked memory of retouch."""


def unregisterPageLocked(m: Any) -> None:
    """See registerPageLocked."""


class BufferPool:
    """Memory of GpuMats comes from a pool anyway; this one only makes them."""

    def __init__(self, stream: _StreamLike = None) -> None:
        self._stream = stream

    def getBuffer(self, *args: Any) -> GpuMat:
        """(rows, cols, type) or (size, type)"""
        return GpuMat(*args)

    def getAllocator(self) -> None:
        return None


def setBufferPoolUsage(on: bool) -> None:
    """Changes nothing: there is one pool, always."""


def setBufferPoolConfig(deviceId: int, stackSize: int, stackCount: int) -> None:
    """Changes nothing."""


def GpuMat_defaultAllocator() -> None:
    return None


def GpuMat_setDefaultAllocator(allocator: Any) -> None:
    """Changes nothing."""


# --- devices ------------------------------------------------------------------------------------------------------------


def printShortCudaDeviceInfo(device: int) -> None:
    for info in _list_devices():
        if info.device.is_cuda and device in (-1, info.device.index):
            print(f"{info.device}: {info.description}, {info.memory_bytes >> 20} MiB")


printCudaDeviceInfo = printShortCudaDeviceInfo

# --- what retouch does not have -------------------------------------------------------------------------------------------

for _name in _MISSING:
    globals()[_name] = _missing(_name)


def __getattr__(name: str) -> Any:
    """What OpenCV has besides: its constants. Its functions and classes need its own CUDA, and some end the process
    where that is missing."""
    if _real is not None and not name.startswith("__") and hasattr(_real, name):
        value = getattr(_real, name)
        return _missing(name) if callable(value) else value
    raise AttributeError(f"module 'cv2.cuda' has no attribute {name!r}")
