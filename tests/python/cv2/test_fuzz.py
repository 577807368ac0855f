"""Whatever is passed to it, a function of cv2.cuda works or raises."""

from __future__ import annotations

import os

import numpy as np
import pytest
from cv2_support import cuda, cv2, device, noise  # noqa: F401

import retouch

FUNCTIONS = [name for name in dir(cuda) if not name.startswith("_") and callable(getattr(cuda, name))]
# They change the device, or take an address on trust.
FUNCTIONS = [name for name in FUNCTIONS if name not in ("setDevice", "createGpuMatFromCudaMemory", "wrapStream", "printShortCudaDeviceInfo", "printCudaDeviceInfo")]
METHODS = [name for name in dir(cuda.GpuMat) if not name.startswith("_") and callable(getattr(cuda.GpuMat, name))]


def values(rng: np.random.Generator, frame: retouch.Frame, gone: object) -> list[object]:
    types = [("u1", 1), ("u1", 3), ("u1", 4), ("i2", 2), ("f4", 1), ("f4", 4), ("f8", 1)]
    mats = [cuda.GpuMat(noise(rng, type, channels, shape)) for type, channels in types for shape in ((9, 13), (1, 1))]
    mats += [cuda.GpuMat(mats[4], (2, 3, 5, 4)), cuda.GpuMat(), cv2.gpu_mat(frame), gone]
    return [
        *mats, mats[:3], *[cuda.Stream(), cuda.Stream_Null(), retouch.Stream("cpu")],
        *[None, True, 0, 1, -1, 2, 3, 4, 5, 7, 16, 255, 2**31 - 1, 2**40, -(2**31), 0.5, -1.5, 1e300, float("nan"), float("inf")],
        *[(), (3, 3), (9, 13), (5, 4), (-1, -1), (0, 0), (1, 2, 3), (1, 2, 3, 4), (0, 0, 5, 4), (2**31, 1), [[1, 0, 0], [0, 1, 0]]],
        *["text", b"bytes", np.eye(3), np.eye(2, 3), np.ones((3, 3), np.uint8), np.zeros((0, 3)), np.zeros((2, 2, 2, 2)), object()],
        *[cv2.CV_8UC1, cv2.CV_8UC4, cv2.CV_32FC1, cv2.CV_16SC2],
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["functions", "methods"])
def test_any_arguments(device, rng, kind):
    frame = retouch.Frame(retouch.Image("rgba8", (13, 9), device=device))
    other = retouch.Frame(retouch.Image("rgba8", (13, 9), device=device))
    gone = cv2.gpu_mat(other)
    other.expire()
    pool = values(rng, frame, gone)
    worked = 0
    for k in range(int(os.environ.get("RETOUCH_RANDOM_CALLS", "12000"))):
        if k % 1000 == 0:
            pool = values(rng, frame, gone)
        if kind == "functions":
            function = getattr(cuda, FUNCTIONS[int(rng.integers(len(FUNCTIONS)))])
        else:
            function = getattr(pool[int(rng.integers(18))], METHODS[int(rng.integers(len(METHODS)))])
        arguments = [pool[int(rng.integers(len(pool)))] for _ in range(int(rng.integers(0, 6)))]
        try:
            made = function(*arguments)
            worked += 1
        except (TypeError, ValueError, RuntimeError, NotImplementedError, MemoryError, cv2.error, KeyError, AttributeError, OverflowError):
            continue
        if isinstance(made, cuda.Filter):
            for mat in pool[:14]:
                try:
                    made.apply(mat)
                except (ValueError, RuntimeError):
                    pass
    assert worked > 100
    assert frame.size == (13, 9) and frame.to_numpy().shape == (9, 13, 4)
