#!/usr/bin/env python3
"""What calls of retouch.cv2.cuda cost from Python: the host's time for one call on a matrix of 16 x 16, and of 1 x 1, where
there is hardly any work; on a GPU a call enqueues and returns. The same filter by the C++ API:
retouch_bench --benchmark_filter="matrix/Gaussian 3x3 16x16".

usage: PYTHONPATH=build/cuda/python python3 python/benchmarks/cv2_calls.py [--device cuda] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import timeit
from collections.abc import Callable

import numpy as np

import retouch
from retouch import cv2


def measure(device: str = "cpu") -> dict[str, float]:
    """Nanoseconds for one call: the best of several rounds."""
    before = cv2.cuda.getDevice()
    cv2.cuda.setDevice(device if device == "cpu" else retouch.Device(device).index)
    stream, null = cv2.cuda.Stream(), cv2.cuda.Stream_Null()
    frame = retouch.Frame(retouch.Image("rgba8", (640, 480), device=device))
    whole = cv2.gpu_mat(frame)
    blur = cv2.cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (3, 3), 1)
    small, other = (cv2.cuda.GpuMat(16, 16, cv2.CV_8UC4, (1, 2, 3, 4)) for _ in range(2))
    pixel, region = cv2.cuda.GpuMat(small, (0, 0, 1, 1)), cv2.cuda.GpuMat(whole, (8, 8, 1, 1))
    array = np.zeros((16, 16, 4), np.uint8)
    calls: dict[str, Callable[[], object]] = {
        "filter.apply(a, b, stream=s), 16x16": lambda: blur.apply(small, other, stream=stream),
        "filter.apply(a, a, stream=s), 16x16": lambda: blur.apply(small, small, stream=stream),
        "filter.apply(a, a, stream=s), 1x1": lambda: blur.apply(pixel, pixel, stream=stream),
        "filter.apply(roi, roi, stream=null), 1x1": lambda: blur.apply(region, region, stream=null),
        "GpuMat(mat, (x, y, w, h))": lambda: cv2.cuda.GpuMat(whole, (8, 8, 16, 16)),
        "gpu_mat(frame)": lambda: cv2.gpu_mat(frame),
        "mat.setTo(color, stream), 16x16": lambda: small.setTo((1, 2, 3, 4), stream),
        "alphaComp(a, b, op, b, stream), 1x1": lambda: cv2.cuda.alphaComp(pixel, pixel, 0, pixel, stream),
        "flip(a, 1), 16x16": lambda: cv2.cuda.flip(small, 1),
        "mat.upload(array), 16x16": lambda: small.upload(array),
        "mat.download(), 16x16": lambda: small.download(),
    }

    def drain() -> None:
        stream.waitForCompletion()
        null.waitForCompletion()

    try:
        return {name: min(timeit.repeat(call, setup=drain, number=200, repeat=45)) / 200 * 1e9 for name, call in calls.items()}
    finally:
        frame.expire()
        cv2.cuda.setDevice(before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:N")
    parser.add_argument("--json", help="write the numbers there, too")
    arguments = parser.parse_args()
    result = measure(arguments.device)
    for name, ns in result.items():
        print(f"{name:44} {ns / 1000:8.2f} us")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
