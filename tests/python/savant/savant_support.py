"""What the tests of retouch.savant share. Not a conftest.py: the folder above has one, and tests import from that by its name."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

import retouch
import retouch.savant

HERE = Path(__file__).parent
MODULES = HERE / "modules"

if importlib.util.find_spec("retouch.cv2") is None:
    sys.path.insert(0, str(HERE))
    import fake_cv2

    fake_cv2.install()
cv2 = importlib.import_module("retouch.cv2")


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> str:
    """Each test that asks for a device runs on both; the stand-in for retouch.cv2 has only the CPU."""
    if request.param == "cuda":
        if hasattr(cv2, "FAKE"):
            pytest.skip(cv2.FAKE.reason)
        reason = retouch.cuda_unavailable_reason()
        if reason:
            import os

            if os.environ.get("RETOUCH_REQUIRE_GPU"):
                pytest.fail(f"RETOUCH_REQUIRE_GPU is set, and there is no GPU: {reason}")
            pytest.skip(f"no GPU: {reason}")
    return str(request.param)


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


def pixels(image) -> np.ndarray:
    return np.array(image.to_numpy())
