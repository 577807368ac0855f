"""What the tests share: the devices they run on, pictures, and pixels that must survive."""

from __future__ import annotations

import os
import zlib

import numpy as np
import pytest

import retouch

FORMATS = ["gray8", "rgb8", "bgr8", "rgba8", "bgra8", "nv12", "i420"]
PACKED = FORMATS[:5]
CHANNELS = {"gray8": 1, "rgb8": 3, "bgr8": 3, "rgba8": 4, "bgra8": 4}


def gpu_missing() -> str:
    return retouch.cuda_unavailable_reason()


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> str:
    """Each test that asks for a device runs on both. Without a GPU the second half is skipped, or fails where
    RETOUCH_REQUIRE_GPU is set."""
    if request.param == "cuda" and gpu_missing():
        need_gpu()
    return str(request.param)


def need_gpu() -> None:
    if gpu_missing():
        if os.environ.get("RETOUCH_REQUIRE_GPU"):
            pytest.fail(f"RETOUCH_REQUIRE_GPU is set, and there is no GPU: {gpu_missing()}")
        pytest.skip(f"no GPU: {gpu_missing()}")


def need(library: str):
    """Another library that the test works with; what a machine with a GPU must have, it must have."""
    try:
        return __import__(library)
    except ImportError as error:
        if os.environ.get("RETOUCH_REQUIRE_GPU"):
            pytest.fail(f"RETOUCH_REQUIRE_GPU is set, and there is no {library}: {error}")
        pytest.skip(f"no {library}")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(request.node.name.encode()))


def noise(rng: np.random.Generator, format: str, size: tuple[int, int]) -> np.ndarray:
    width, height = size
    shape = (height, width) if format == "gray8" else (height, width, CHANNELS[format])
    return rng.integers(0, 256, shape, dtype=np.uint8)


def image_of(array: np.ndarray, format: str, device: str) -> retouch.Image:
    return retouch.Image.from_array(array, format, device=device)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory):
    """Twenty frames of 160x120, 25 a second, each of one gray: pipelines.gray_of(index)."""
    from pipelines import make_clip

    return make_clip(tmp_path_factory.mktemp("clips") / "grays.mp4")
