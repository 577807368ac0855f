"""The exceptions of retouch. Each is an :class:`Error`, and the built-in exception whose meaning it narrows."""

from __future__ import annotations


class Error(Exception):
    """What retouch raises: the base of all of its exceptions."""

    __module__ = "retouch"


class InvalidArgument(Error, ValueError):
    """A value that the call cannot work with: NaN, a negative size, an even kernel, a wrong format.

    Found before anything is enqueued.
    """

    __module__ = "retouch"


class LayoutError(Error, ValueError):
    """The call would change the size, format or memory layout of a picture whose layout is locked. It is unchanged."""

    __module__ = "retouch"


class ExpiredFrame(Error, RuntimeError):
    """A frame, or a view of it, was used after the pipeline took it back."""

    __module__ = "retouch"


class Unsupported(Error, RuntimeError):
    """What was asked for does not exist here: no GPU, or a format that the operation does not do."""

    __module__ = "retouch"


class OutOfMemory(Error, MemoryError):
    """Host or device memory ran out."""

    __module__ = "retouch"


class CudaError(Error, RuntimeError):
    """A CUDA call failed."""

    __module__ = "retouch"
    #: Its cudaError_t.
    code: int = 0


class FileError(Error, OSError):
    """A file cannot be read or written, or is not what its name says."""

    __module__ = "retouch"
