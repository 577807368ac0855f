"""docs/first_five_minutes.md as a reader follows it: files are written, commands run, in order; then what they made is looked at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

import retouch

pytest.importorskip("retouch._pipeline")

from pictures import assert_kept, detail, difference, part  # noqa: E402
from pipelines import REAL_CLIP, SOURCE, frames_of  # noqa: E402

PAGE = SOURCE / "docs/first_five_minutes.md"
BLOCK = re.compile(r"(?:^`(?P<file>[\w.]+)`:\n\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S)
FRAMES = 45


class Followed(NamedTuple):
    folder: Path
    said: str
    before: list[np.ndarray]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    folder = tmp_path_factory.mktemp("clone")
    (folder / "assets").mkdir()
    for name in ("astronaut.png", "logo.png"):
        (folder / "assets" / name).symlink_to(SOURCE / "assets" / name)
    clip = folder / "assets/hello720.mp4"  # the beginning of it
    with retouch.save(clip, quality=10) as video:
        for frame in retouch.open(REAL_CLIP, device="cpu"):
            video.write(frame)
            if video.frames == FRAMES:
                break
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    for name, line in {"python": f'exec {sys.executable} "$@"', "retouch": f'exec {sys.executable} -m retouch._command "$@"'}.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    environment = dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}")
    said = ""
    for block in BLOCK.finditer(PAGE.read_text()):
        if block["file"]:
            (folder / block["file"]).write_text(block["code"])
        elif block["language"] == "sh":
            done = subprocess.run(["bash", "-ec", block["code"]], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, block["code"] + done.stdout + done.stderr
            said += done.stdout + done.stderr
    return Followed(folder, said, frames_of(clip))


def test_every_block_is_written_or_run() -> None:
    """But for the first, which installs; what it names is there."""
    blocks = list(BLOCK.finditer(PAGE.read_text()))
    assert len(blocks) == PAGE.read_text().count("\n```") / 2
    apart = [block for block in blocks if not block["file"] and block["language"] != "sh"]
    assert apart == blocks[:1] or [block["code"] for block in apart] == [blocks[0]["code"]]
    install = blocks[0]["code"]
    assert "tools/setup" in install and "pip install '.[cv2]'" in install
    if (SOURCE / "pyproject.toml").exists():  # a release has neither
        assert (SOURCE / "tools/setup").exists() and "\ncv2 = [" in (SOURCE / "pyproject.toml").read_text()
    for block in blocks:
        if block["file"] and block["file"].endswith(".py"):
            assert f"python {block['file']}" in PAGE.read_text(), "it is run"
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE.read_text()):
        assert (PAGE.parent / target).exists(), target


def test_everything_that_the_page_speaks_of_was_made(followed: Followed) -> None:
    for name in re.findall(r"\w+\.(?:mp4|png)\b", PAGE.read_text()):
        assert (followed.folder / name).exists() or (followed.folder / "assets" / name).exists(), name
    assert "cpu" in followed.said and "faces at once: 1" in followed.said
    for path in followed.folder.glob("*.mp4"):
        assert len(frames_of(path)) == FRAMES, path


def test_the_picture(followed: Followed) -> None:
    old, new = cv2.imread(str(followed.folder / "assets/astronaut.png")), cv2.imread(str(followed.folder / "picture.png"))
    face = (172, 74, 106, 106)
    assert detail(part(new, (180, 82, 90, 90))) < 0.3 * detail(part(old, (180, 82, 90, 90)))
    assert (new[75, 200:250] == (0x78, 0xff, 0)).all(), "the border"
    assert difference(part(new, (172, 48, 60, 20)), part(old, (172, 48, 60, 20))).mean() > 20, "the label"
    changed = difference(old, new) > 0
    for x, y, width, height in (face, (172, 44, 80, 30)):
        changed[y:y + height, x:x + width] = False
    assert not changed.any()


def test_the_videos(followed: Followed) -> None:
    faces = [[tuple(retouch.enclosing_rect(face.box)) for face in frame.objects("face")]
             for frame in retouch.open(followed.folder / "assets/hello720.mp4", device="cpu", functions=["face_detector"])]
    blurred, module, strong, boxes, sprite, patch, loop = (
        frames_of(followed.folder / f"{name}.mp4") for name in ("blurred", "module", "strong", "box", "sprite", "patch", "loop"))
    yellow = np.array((0, 0xd4, 0xff))
    for index in range(2, FRAMES, 6):
        old = followed.before[index]
        (face,) = faces[index]
        x, y, width, height = face
        inner = (x + 8, y + 8, width - 16, height - 16)
        details = [detail(part(frames[index], inner)) for frames in (strong, module, blurred)]
        assert max(details) < 0.35 * detail(part(old, inner)), details
        spread = [float(part(frames[index], inner).std(axis=(0, 1)).sum()) for frames in (strong, module, blurred)]
        assert spread == sorted(spread) and spread[0] < 0.8 * spread[2], "the larger sigma the flatter"
        for frames in (blurred, module, strong):
            assert_kept(old, frames[index], [face])
        around = part(boxes[index], (x - 4, y - 4, width + 8, height + 8))
        assert (difference(around, np.broadcast_to(yellow, around.shape)) < 70).sum() > 3 * (width + height)
        logo = retouch.Sprite.from_file(followed.folder / "assets/logo.png").size
        mark = (1280 - 16 - logo.width, 16, logo.width, logo.height)
        assert difference(part(old, mark), part(sprite[index], mark)).mean() > 15
        assert_kept(old, sprite[index], [mark])
        assert (part(patch[index], (440, 80, 320, 48)).min(2) > 150).sum() > 100, "letters"
        assert_kept(old, patch[index], [(440, 80, 320, 48)])
        cells = cv2.resize(part(old, (480, 0, 336, 80)), (21, 5), interpolation=cv2.INTER_AREA)
        assert difference(part(loop[index], (480, 0, 336, 80)), np.kron(cells, np.ones((16, 16, 1)))).mean() < 6, "cells"
        assert_kept(old, loop[index], [(480, 0, 336, 80)])
    shown = cv2.imread(str(followed.folder / "strong.png"))
    assert difference(shown, strong[30]).mean() < 2
