"""Non-maximum suppression: `savant.utils.nms`."""

from __future__ import annotations

from typing import Any


def _nms(xp: Any, bboxes: Any, confidences: Any, threshold: float) -> Any:
    left, top = bboxes[:, 0], bboxes[:, 1]
    right, bottom = left + bboxes[:, 2], top + bboxes[:, 3]
    areas = bboxes[:, 2] * bboxes[:, 3]
    keep = xp.zeros(len(bboxes), dtype=xp.uint16)
    order = xp.argsort(-confidences, kind="stable") if xp.__name__ == "numpy" else xp.argsort(-confidences)
    while len(order):
        best, rest = order[0], order[1:]
        keep[best] = 1
        width = xp.minimum(right[best], right[rest]) - xp.maximum(left[best], left[rest])
        height = xp.minimum(bottom[best], bottom[rest]) - xp.maximum(top[best], top[rest])
        shared = xp.maximum(width, 0) * xp.maximum(height, 0)
        together = areas[best] + areas[rest] - shared
        order = rest[shared <= threshold * together]
    return keep


def nms_cpu(bboxes: Any, confidences: Any, threshold: float) -> Any:
    """Of boxes (left, top, width, height) that overlap by more than the threshold (intersection over union), the one
    with the highest confidence is kept. Returns a uint16 array, 1 for each that is kept. NumPy."""
    import numpy as np

    return _nms(np, np.asarray(bboxes), np.asarray(confidences), threshold)


def nms_gpu(bboxes: Any, confidences: Any, threshold: float) -> Any:
    """The same for CuPy arrays. NumPy arrays are taken too, and give NumPy."""
    if type(bboxes).__module__.split(".")[0] != "cupy":
        return nms_cpu(bboxes, confidences, threshold)
    import cupy  # type: ignore[import-not-found, unused-ignore]

    return _nms(cupy, bboxes, confidences, threshold)
