#!/usr/bin/env python3
"""What Canvas commands, and calls of operations, cost from Python: the host's time for one call, which on a GPU enqueues and
returns.

usage: PYTHONPATH=build/cuda/python python3 python/benchmarks/recording.py [--device cuda] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import timeit
from collections.abc import Callable

import numpy as np

import retouch


def commands(canvas: retouch.Canvas) -> dict[str, Callable[[], object]]:
    face = retouch.Object("face", (10, 10, 100, 100), confidence=0.5)
    box, text = retouch.BoxStyle(thickness=3), retouch.TextStyle(size_px=20)
    rectangle = retouch.Shape.box((10, 10, 50, 40))
    logo = retouch.Sprite(np.zeros((8, 8, 4), np.uint8))
    points = [(1.0, 2.0), (30.0, 40.0), (50.0, 2.0)]
    return {
        "box": lambda: canvas.box((10, 20, 100, 50)),
        "box, 3 keywords": lambda: canvas.box((10, 20, 100, 50), color=(0, 255, 0), thickness=3, radius_px=4),
        "box, a style": lambda: canvas.box(face.box, box),
        "line": lambda: canvas.line((1, 2), (50, 60), color="#ff0000"),
        "circle": lambda: canvas.circle((50, 50), 10, fill=(1, 2, 3)),
        "dot": lambda: canvas.dot((50, 50)),
        "polyline of 3": lambda: canvas.polyline(points),
        "text": lambda: canvas.text("hello 12", (10, 20)),
        "text, 3 keywords": lambda: canvas.text("hello 12", (10, 20), size_px=20, color=(1, 2, 3), background=(0, 0, 0, 160)),
        "text, a style": lambda: canvas.text("hello 12", (10, 20), text),
        "label": lambda: canvas.label(face),
        "sprite": lambda: canvas.sprite(logo, (5, 6)),
        "blur": lambda: canvas.blur(rectangle),
        "tint": lambda: canvas.tint(rectangle, (1, 2, 3, 4)),
    }


def measure(device: str = "cpu") -> dict[str, float]:
    """Nanoseconds for one call: the best of several rounds."""
    image = retouch.Image("rgba8", (1280, 720), device=device)
    wait = image.stream.synchronize
    canvas = retouch.Canvas(image)
    result = {}
    for name, command in commands(canvas).items():
        canvas.discard()
        result[name] = min(timeit.repeat(command, setup=canvas.discard, number=1000, repeat=9)) / 1000 * 1e9
    canvas.discard()
    objects = [retouch.Object("car", (k * 20, k * 10, 80, 60), confidence=0.9, track_id=k) for k in range(50)]
    result["draw of 50 objects"] = min(timeit.repeat(lambda: canvas.draw(objects), setup=canvas.discard, number=1, repeat=200)) * 1e9

    def fifty() -> None:
        frame = retouch.Canvas(image)
        for object in objects:
            frame.box(object.box, color=(0, 255, 0), thickness=3).label(object)
        frame.discard()

    def submitted() -> None:
        with retouch.Canvas(image) as frame:
            for object in objects:
                frame.box(object.box, color=(0, 255, 0), thickness=3).label(object)

    def drawn() -> None:
        with retouch.Canvas(image) as frame:
            frame.draw(objects)

    result["50 boxes and labels, one by one"] = min(timeit.repeat(fifty, number=1, repeat=200)) * 1e9
    if device != "cpu":  # where submitting draws at once
        result["a frame of them, submitted"] = min(timeit.repeat(submitted, setup=wait, number=1, repeat=200)) * 1e9
        result["a frame of draw(), submitted"] = min(timeit.repeat(drawn, setup=wait, number=1, repeat=200)) * 1e9
    canvas.discard()
    blur, pixel = retouch.GaussianBlur(ksize=9, sigma_x=2), image.region((0, 0, 1, 1))
    result["GaussianBlur of one pixel"] = min(timeit.repeat(lambda: blur(pixel), setup=wait, number=200, repeat=25)) / 200 * 1e9
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:N")
    parser.add_argument("--json", help="write the numbers there, too")
    arguments = parser.parse_args()
    result = measure(arguments.device)
    for name, ns in result.items():
        print(f"{name:36} {ns / 1000:8.2f} us")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
