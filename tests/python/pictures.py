"""How the tests of whole programs look at decoded frames."""

from __future__ import annotations

import cv2
import numpy as np


def part(frame: np.ndarray, rect: tuple[int, int, int, int]) -> np.ndarray:
    x, y, width, height = rect
    return frame[max(0, y):y + height, max(0, x):x + width]


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For each pixel, the mean over the channels."""
    return np.abs(a.astype(np.int16) - b).mean(2)


def assert_kept(before: np.ndarray, after: np.ndarray, edited: list[tuple[int, int, int, int]], margin: int = 4) -> None:
    """Outside of what may be edited there is nothing but the encoder's loss."""
    kept = np.ones(before.shape[:2], bool)
    for x, y, width, height in edited:
        kept[max(0, y - margin):y + height + margin, max(0, x - margin):x + width + margin] = False
    loss = difference(before, after)[kept]
    assert loss.mean() < 1.5 and np.percentile(loss, 99.9) < 30, (loss.mean(), np.percentile(loss, 99.9))


def detail(pixels: np.ndarray) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.CV_32F).std())
