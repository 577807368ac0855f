"""The command ``retouch``: runs the tool that is part of this package."""

from __future__ import annotations

import ctypes
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


def problem(tool: Path) -> str | None:
    """Why the tool cannot run, in a line that says what to do; None when it can."""
    if not tool.exists():
        return (
            "this retouch was installed without its command-line tool, because what building it needs was not there: "
            f"apt-get install {_BUILD_PACKAGES} {_PACKAGES}, then pip install --force-reinstall --no-deps retouch"
        )
    try:
        ctypes.CDLL("libgstreamer-1.0.so.0")
        ctypes.CDLL("libgstvideo-1.0.so.0")
    except OSError as error:
        return f"GStreamer is not installed ({error}): apt-get install {_PACKAGES}"
    return None


def main() -> None:
    tool = Path(__file__).resolve().parent / "bin" / "retouch"
    what = problem(tool)
    if what is not None:
        sys.exit(f"retouch: {what}")
    os.execv(tool, [str(tool), *sys.argv[1:]])


if __name__ == "__main__":
    main()
