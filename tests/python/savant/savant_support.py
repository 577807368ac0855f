"""What the tests of retouch.savant share. Not a conftest.py: the folder above has one, and tests import from that by its name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import retouch
import retouch.savant
from retouch import cv2 as cv2

HERE = Path(__file__).parent
MODULES = HERE / "modules"


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest):
    """Each test that asks for a device runs on both. Matrices that the test makes are made there too."""
    if request.param == "cuda":
        reason = retouch.cuda_unavailable_reason()
        if reason:
            if os.environ.get("RETOUCH_REQUIRE_GPU"):
                pytest.fail(f"RETOUCH_REQUIRE_GPU is set, and there is no GPU: {reason}")
            pytest.skip(f"no GPU: {reason}")
    before = cv2.cuda.getDevice()
    cv2.cuda.setDevice(request.param)
    yield str(request.param)
    cv2.cuda.setDevice(before)


@pytest.fixture
def hook():
    """The import hook for one test, and no trace of it afterwards."""
    retouch.savant.install()
    before, path = set(sys.modules), list(sys.path)
    yield
    retouch.savant.uninstall()
    for name in set(sys.modules) - before:
        if not name.startswith(("retouch", "numpy", "yaml", "cv2")):
            del sys.modules[name]
    sys.path[:] = path


def picture(width: int, height: int, color=(0, 0, 0, 255), device: str = "cpu") -> retouch.Image:
    array = np.empty((height, width, 4), np.uint8)
    array[:] = color
    return retouch.Image.from_array(array, "rgba8", device=device)


#: OpenCV 5 has another font under the old names; retouch.savant's is the stroke font of 4, as Savant's.
STROKE_FONT = int(cv2.__version__.split(".")[0]) < 5


def text_size(text: str, scale: float, thickness: int) -> tuple[tuple[int, int], int]:
    """((width, height), baseline) of FONT_HERSHEY_SIMPLEX; where cv2 has it not, what the layer says (tested with cv2 4)."""
    if STROKE_FONT:
        return cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    from retouch.savant import _frames

    return _frames.text_size(text, scale, thickness)


def pixels(image) -> np.ndarray:
    return np.array(image.to_numpy())
