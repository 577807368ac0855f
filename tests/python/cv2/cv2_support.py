"""What the tests of retouch.cv2 share."""

from __future__ import annotations

import os
from typing import Any, Callable

import numpy as np
import pytest

import retouch
from retouch import cv2 as cv2

cuda = cv2.cuda
SHAPE = (37, 53)  # rows, columns


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest):
    """Each test that asks for a device runs on both, with matrices made there."""
    if request.param == "cuda" and retouch.cuda_unavailable_reason():
        if os.environ.get("RETOUCH_REQUIRE_GPU"):
            pytest.fail(f"RETOUCH_REQUIRE_GPU is set, and there is no GPU: {retouch.cuda_unavailable_reason()}")
        pytest.skip(f"no GPU: {retouch.cuda_unavailable_reason()}")
    before = cuda.getDevice()
    cuda.setDevice(request.param)
    yield str(request.param)
    cuda.setDevice(before)


def code(array: np.ndarray) -> int:
    """OpenCV's type of an array: CV_8UC3, ..."""
    depth = {"u1": "8U", "i1": "8S", "u2": "16U", "i2": "16S", "i4": "32S", "f4": "32F", "f8": "64F"}[array.dtype.str[1:]]
    return int(getattr(cv2, f"CV_{depth}C{1 if array.ndim == 2 else array.shape[2]}"))


def noise(rng: np.random.Generator, type: str = "u1", channels: int = 1, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Numbers over most of the type's range; floats in -100 .. 100."""
    size = shape if channels == 1 else (*shape, channels)
    dtype = np.dtype(type)
    if dtype.kind == "f":
        return rng.uniform(-100, 100, size).astype(dtype)
    bounds = np.iinfo(dtype)
    low, high = max(bounds.min, -(10**6)), min(bounds.max, 10**6)
    return rng.integers(low, high + 1, size).astype(dtype)


def smooth(type: str = "u1", channels: int = 1, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """A picture on which 1/32 of a pixel is less than a level."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    planes = [128 + 70 * np.sin(x / (17 + c) + c) * np.cos(y / (15 + c)) for c in range(channels)]
    picture = planes[0] if channels == 1 else np.stack(planes, axis=2)
    dtype = np.dtype(type)
    return np.rint(picture).astype(dtype) if dtype.kind != "f" else picture.astype(dtype)


def embedded(array: np.ndarray, rng: np.random.Generator) -> tuple[Any, Any, np.ndarray]:
    """The array as a part, at an odd place, of a larger matrix of noise; that matrix; and what it held."""
    rows, cols = array.shape[:2]
    around = noise(rng, array.dtype.str[1:], 1 if array.ndim == 2 else array.shape[2], (rows + 4, cols + 6))
    around[1 : rows + 1, 3 : cols + 3] = array
    whole = cuda.GpuMat(around)
    return cuda.GpuMat(whole, (3, 1, cols, rows)), whole, around


def close(actual: Any, expected: np.ndarray, levels: float, rtol: float) -> None:
    if not isinstance(actual, np.ndarray):
        actual = actual.download()
    assert actual.shape == expected.shape and actual.dtype == expected.dtype, (actual.shape, actual.dtype, expected.shape)
    if not levels and not rtol:
        np.testing.assert_array_equal(actual, expected)
        return
    difference = np.abs(actual.astype(float) - expected.astype(float))
    worst = float((difference - rtol * np.abs(expected.astype(float))).max(initial=0))
    assert worst <= levels, f"off by {worst} beyond {rtol} relative (allowed {levels})"


def check(
    call: Callable[..., Any],
    arrays: list[np.ndarray],
    expected: np.ndarray,
    rng: np.random.Generator,
    levels: float = 0,
    rtol: float = 0,
    dst: str = "dst",
    result: Callable[[Any], Any] = lambda given: given,
) -> None:
    """call(*matrices, dst=, stream=) gives `expected`: of whole matrices and into a new one; of parts, into a part, on a
    stream. Sources, and what lies around, stay as they were."""
    made = result(call(*[cuda.GpuMat(array) for array in arrays]))
    assert isinstance(made, cuda.GpuMat)
    close(made, expected, levels, rtol)

    stream = cuda.Stream()
    sources = [embedded(array, rng) for array in arrays]
    target, whole, around = embedded(noise(rng, expected.dtype.str[1:], 1 if expected.ndim == 2 else expected.shape[2], expected.shape[:2]), rng)
    given = result(call(*[part for part, _, _ in sources], **{dst: target}, stream=stream))
    assert given is target
    stream.waitForCompletion()
    close(target, expected, levels, rtol)
    rows, cols = expected.shape[:2]
    after = whole.download()
    after[1 : rows + 1, 3 : cols + 3] = around[1 : rows + 1, 3 : cols + 3]
    np.testing.assert_array_equal(after, around)
    for _, matrix, before in sources:
        np.testing.assert_array_equal(matrix.download(), before)
