"""Type checkers understand retouch.cv2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import retouch

PROGRAM = '''
import numpy as np
import retouch
from retouch import cv2

image = retouch.Image("rgba8", (64, 48))
frame = retouch.Frame(image)
stream = cv2.gpu_stream(frame.stream)
mat = cv2.gpu_mat(frame)
blur = cv2.cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (9, 9), 2)
roi = cv2.cuda.GpuMat(mat, (1, 2, 3, 4))
reveal_type(blur.apply(roi, roi, stream=stream))
reveal_type(cv2.cuda.threshold(mat, 1.0, 2.0, cv2.THRESH_BINARY))
cv2.cuda.alphaComp(roi, roi, cv2.cuda.ALPHA_OVER, roi, stream)
cv2.cuda.add(mat, (1, 2, 3)).setTo((1, 2, 3, 4), stream)
mat.copyTo(stream, cv2.cuda_GpuMat())
cv2.image_view(mat)
cv2.imread("street.png")
'''
WRONG = PROGRAM + '''
cv2.cuda.resize(mat, "big")
cv2.cuda.flip(mat, 1, destination=mat)
mat.uplod(np.zeros((4, 4), np.uint8))
'''


def test_mypy_knows_the_types(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    file = tmp_path / "program.py"
    file.write_text(WRONG)
    sources = Path(retouch.__file__).parents[1]
    made = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(file)],
        capture_output=True, text=True, cwd=tmp_path, env={"MYPYPATH": str(sources)},
    )  # fmt: skip
    said = made.stdout.splitlines()
    lines = len(PROGRAM.splitlines())
    errors = {int(line.split(":")[1]) for line in said if " error: " in line}
    assert errors == {lines + 2, lines + 3, lines + 4}, made.stdout + made.stderr
    assert any('"retouch._cv.GpuMat"' in line for line in said) and any("tuple[float, retouch._cv.GpuMat]" in line for line in said), said
