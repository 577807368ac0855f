"""cudabgsegm against OpenCV's MOG2 on the CPU."""

from __future__ import annotations

import numpy as np
import pytest
from cv2_support import cuda, cv2, device  # noqa: F401


def scene(rng: np.random.Generator, frame: int, channels: int) -> np.ndarray:
    picture = np.full((60, 80, channels), 90, np.uint8)
    picture = (picture + rng.normal(0, 3, picture.shape)).clip(0, 255).astype(np.uint8)
    if frame > 20:
        x = frame % 50
        picture[20:40, x : x + 15] = 200
        picture[42:50, x : x + 15] = 60
    return picture if channels > 1 else picture[..., 0]


@pytest.mark.parametrize("channels", [1, 3])
def test_mog2(device, rng, channels):
    ours, theirs = cuda.createBackgroundSubtractorMOG2(history=50), cv2.createBackgroundSubtractorMOG2(history=50)
    stream = cuda.Stream()
    mat, mask = cuda.GpuMat(), cuda.GpuMat()
    wrong = 0
    for k in range(40):
        picture = scene(rng, k, channels)
        mat.upload(picture, stream)
        assert ours.apply(mat, -1, stream, mask) is mask
        expected = theirs.apply(picture)
        got = mask.download(stream)
        wrong += int((got != expected).sum())
    assert (got == 255).sum() > 50 and wrong < 40 * got.size / 5000
    background = ours.getBackgroundImage(stream).download()
    close = np.abs(background.astype(int).reshape(60, 80, -1) - theirs.getBackgroundImage().astype(int).reshape(60, 80, -1))
    assert (close > 1).mean() < 1e-3


def test_ways_to_call(device, rng):
    subtractor = cuda.createBackgroundSubtractorMOG2(200, 10, False)
    mat = cuda.GpuMat(scene(rng, 0, 3))
    with pytest.raises(cv2.error):
        subtractor.getBackgroundImage()
    mask = subtractor.apply(mat)
    assert mask.type() == cv2.CV_8UC1 and mask.size() == (80, 60)
    assert subtractor.apply(mat, mask, 0.5) is mask
    assert subtractor.apply(image=mat, learningRate=0.1, stream=cuda.Stream(), fgmask=mask) is mask
    assert subtractor.getBackgroundImage().size() == (80, 60)
    subtractor.clear()
    with pytest.raises(cv2.error):
        subtractor.getBackgroundImage()


def test_options():
    ours, theirs = cuda.createBackgroundSubtractorMOG2(200, 10, False), cv2.createBackgroundSubtractorMOG2(200, 10, False)
    names = [name[3:] for name in dir(ours) if name.startswith("get") and name != "getBackgroundImage"]
    assert len(names) == 12
    for name in names:
        assert getattr(ours, f"get{name}")() == pytest.approx(getattr(theirs, f"get{name}")()), name
        value = getattr(ours, f"get{name}")()
        changed = (not value) if isinstance(value, bool) else type(value)(value * 0.5) if value > 1 else value * 0.5
        getattr(ours, f"set{name}")(changed)
        assert getattr(ours, f"get{name}")() == changed
    with pytest.raises(cv2.error):
        ours.setNMixtures(99)
