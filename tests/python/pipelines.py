"""What the tests of pipelines share: clips, and what OpenCV sees in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import retouch

SOURCE = Path(__file__).resolve().parents[2]
#: Not resolved: in a build tree the files of the package are links to the sources.
BUILD = Path(retouch.__file__).absolute().parents[2]
REAL_CLIP = SOURCE / "assets/hello720.mp4"
SIZE, FPS, FRAMES = (160, 120), 25, 20


def gray_of(index: int) -> int:
    """Each frame of the clip is of one gray."""
    return 40 + 9 * index


def make_clip(path: Path, frames: int = FRAMES) -> Path:
    """In H.264, which every machine can decode; OpenCV's own writer has no encoder for it."""
    grays = [gray_of(index % FRAMES) for index in range(frames)]
    images = (retouch.Image.from_array(np.full((SIZE[1], SIZE[0], 3), gray, np.uint8), "bgr8") for gray in grays)
    retouch.save(path, images, fps=FPS)
    assert [float(frame.mean()) for frame in frames_of(path)] == pytest.approx(grays, abs=4)
    return path


def frames_of(path: Path) -> list[np.ndarray]:
    """As OpenCV decodes them: BGR."""
    video = cv2.VideoCapture(str(path))
    frames = []
    while True:
        more, frame = video.read()
        if not more:
            return frames
        frames.append(frame)


def times_of(path: Path) -> list[float]:
    """When each frame is shown, in ms."""
    video = cv2.VideoCapture(str(path))
    times = []
    while video.read()[0]:
        times.append(video.get(cv2.CAP_PROP_POS_MSEC))
    return times


def rate_of(path: Path) -> float:
    return cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FPS)


def luma_of(frame: retouch.Frame) -> np.ndarray:
    """A copy of the Y plane."""
    return frame.view().to_numpy()[0]


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".partial")]


def python(program: str, *arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    """A Python program in a process of its own."""
    return subprocess.run([sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          **more)  # type: ignore[call-overload, no-any-return]


def tool(*arguments: object, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """The native command-line tool, which starts this Python for functions in Python."""
    env = dict(os.environ, RETOUCH_PYTHON=sys.executable) | variables
    return subprocess.run([BUILD / "bin/retouch", *map(str, arguments)], capture_output=True, text=True, timeout=120, cwd=cwd,
                          env=env, stdin=subprocess.DEVNULL)
