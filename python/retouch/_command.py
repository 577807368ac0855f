"""The command ``retouch``: runs the tool that is part of this package."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from pathlib import Path

_PACKAGES = (
    "gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad "
    "gstreamer1.0-plugins-ugly gstreamer1.0-libav"
)
_BUILD_PACKAGES = (
    "libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev libyaml-cpp-dev "
    "nlohmann-json3-dev libcli11-dev libspdlog-dev"
)


def problem() -> str | None:
    """Why pipelines cannot run, in a line that says what to do; None when they can."""
    if _library() is None:
        return (
            "this retouch was installed without pipelines, because what building them needs was not there: "
            f"apt-get install {_BUILD_PACKAGES} {_PACKAGES}, then pip install --force-reinstall --no-deps retouch"
        )
    try:
        ctypes.CDLL("libgstreamer-1.0.so.0")
        ctypes.CDLL("libgstvideo-1.0.so.0")
    except OSError as error:
        return f"GStreamer is not installed ({error}): apt-get install {_PACKAGES}"
    return None


#: Who runs module files that were written for another program: ``retouch run --compat NAME ...`` imports the module and
#: calls its function with the other arguments, "module:function". It returns the exit code.
COMPATIBLE: dict[str, str] = {"savant": "retouch.savant._tool:main"}


def _library() -> Path | None:
    """The tool as a library, of the wheel or of a build tree."""
    here = Path(__file__).absolute().parent  # not resolved: in a build tree this file is a link to the source
    for folder in (here / "lib", here.parents[1] / "lib"):
        if (folder / "libretouch_cli.so").exists():
            return folder / "libretouch_cli.so"
    return None


def _run_here(library: Path, arguments: list[str]) -> int:
    """The tool in this process, where functions in Python find their Python running."""
    import retouch._pipeline  # noqa: F401  makes functions in Python

    words = [b"retouch", *(os.fsencode(argument) for argument in arguments)]
    tool = ctypes.CDLL(str(library)).retouch_run_tool
    code: int = tool(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None))
    return code


def _run_compatible(name: str, arguments: list[str]) -> int:
    if name not in COMPATIBLE:
        print(f"retouch: error: run --compat '{name}': known are: {', '.join(COMPATIBLE) or 'none'}", file=sys.stderr)
        return 2
    module, _, function = COMPATIBLE[name].partition(":")
    code: int = getattr(importlib.import_module(module), function)(arguments)
    return code


def run(arguments: list[str]) -> int:
    """``retouch run ARGUMENTS``. Returns the exit code."""
    for index, word in enumerate(arguments):
        if word == "--compat" or word.startswith("--compat="):
            name = word.partition("=")[2] if "=" in word else "".join(arguments[index + 1 : index + 2])
            rest = arguments[index + (1 if "=" in word else 2) :]
            return _run_compatible(name, arguments[:index] + rest)
    library = _library()
    assert library is not None  # as problem() has found
    return _run_here(library, ["run", *arguments])


def main() -> None:
    tool = Path(__file__).absolute().parent / "bin" / "retouch"
    what = problem()
    if what is not None:
        sys.exit(f"retouch: {what}")
    if sys.argv[1:2] == ["run"]:
        sys.exit(run(sys.argv[2:]))
    if not tool.exists():  # a build tree
        tool = tool.parents[3] / "bin" / "retouch"
    os.environ.setdefault("RETOUCH_PYTHON", sys.executable)
    os.execv(tool, [str(tool), *sys.argv[1:]])


if __name__ == "__main__":
    main()
