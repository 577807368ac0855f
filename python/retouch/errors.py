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


class RunError(Error, RuntimeError):
    """A pipeline failed. The message is one line that says what is wrong and what to do."""

    __module__ = "retouch"
    #: "internal", "usage", "input", "function", "output", "device", "stalled" or "aborted".
    failure: str = "internal"
    #: What the command ``retouch run`` would return.
    exit_code: int = 1


class FunctionError(RunError):
    """A function of a pipeline failed. When it is one in Python, what it raised is the cause."""

    __module__ = "retouch"
    failure = "function"
    exit_code = 4


_FAILURES = {1: "internal", 2: "usage", 3: "input", 4: "function", 5: "output", 6: "device", 7: "stalled", 130: "aborted"}

#: What the command's options are called in Python.
_WORDS = {"--input FILE": "input", "--device cpu": 'device="cpu"', "--keep-damaged": "keep_damaged=True", "--stall-timeout": "stall_timeout",
          "--on-error skip": 'on_error="skip"'}


def _run_error(message: str, code: int) -> RunError:
    for option, word in _WORDS.items():
        message = message.replace(option, word)
    error = FunctionError(message) if _FAILURES.get(code) == "function" else RunError(message)
    error.failure, error.exit_code = _FAILURES.get(code, "internal"), code
    return error
