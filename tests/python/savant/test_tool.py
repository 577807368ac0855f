"""`retouch run --compat savant`: a video in, the module on every frame, videos out."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from pipelines import BUILD, FRAMES, SOURCE, frames_of, gray_of, make_clip, times_of

EXAMPLE = SOURCE / "examples/savant_privacy"
MODULE = """
pipeline: {elements: [{element: pyfunc, module: user_code, class_name: One, kwargs: {level: 200}}]}
"""
CODE = """
import cv2
from savant.deepstream.opencv_utils import nvds_to_gpu_mat
from savant.deepstream.pyfunc import NvDsPyFuncPlugin

class One(NvDsPyFuncPlugin):
    def process_frame(self, buffer, frame_meta):
        assert frame_meta.source_id == "cam", frame_meta.source_id
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as mat:
            cv2.cuda_GpuMat(mat, (0, 0, 80, 120)).setTo((self.level, self.level, self.level, 255))
"""


@pytest.fixture
def place(tmp_path):
    make_clip(tmp_path / "cam.mp4")
    (tmp_path / "module.yml").write_text(MODULE)
    (tmp_path / "user_code.py").write_text(CODE)
    return tmp_path


def run(place, *arguments, tool=(sys.executable, "-m", "retouch._command"), **variables):
    environment = dict(os.environ, **variables)
    return subprocess.run(
        [*tool, "run", "--compat", "savant", *map(str, arguments)], capture_output=True, text=True, env=environment, cwd=place
    )


def test_runs_a_module(place):
    result = run(place, "module.yml", "--input", "cam.mp4", "--output", "out.mp4", "--device", "cpu")
    assert result.returncode == 0, result.stderr
    assert f"out.mp4: {FRAMES} frames 160x120" in result.stderr
    frames = frames_of(place / "out.mp4")
    assert len(frames) == FRAMES
    for index, frame in enumerate(frames):
        assert abs(float(frame[:, :72].mean()) - 200) < 6
        assert abs(float(frame[:, 88:].mean()) - gray_of(index)) < 6
    assert times_of(place / "out.mp4") == pytest.approx(times_of(place / "cam.mp4"), abs=1)


def test_the_native_tool_does_the_same(place):
    tool = BUILD / "bin/retouch"
    if not tool.exists():
        pytest.skip("the tool is not here")
    result = run(
        place, "module.yml", "-i", "cam.mp4", "-o", "out.mp4", "--device", "cpu", tool=(tool,), RETOUCH_PYTHON=sys.executable
    )
    assert result.returncode == 0, result.stderr
    assert len(frames_of(place / "out.mp4")) == FRAMES
    result = run(place, "module.yml", "--set", "a=b", tool=(tool,))
    assert result.returncode == 2 and "--set is not for modules that run with --compat" in result.stderr
    result = run(place, "module.yml", "-i", "cam.mp4", tool=(tool,), RETOUCH_PYTHON="/nowhere/python")
    assert result.returncode == 4 and "/nowhere/python" in result.stderr


def test_without_an_output_nothing_is_written(place):
    before = sorted(os.listdir(place))
    result = run(place, "module.yml", "--input", "cam.mp4", "--device", "cpu", "--quiet", PYTHONDONTWRITEBYTECODE="1")
    assert result.returncode == 0 and result.stderr == ""
    assert sorted(os.listdir(place)) == before


def test_the_example_with_metadata_and_an_auxiliary_stream(place):
    result = run(
        place, EXAMPLE / "module.yml", "-i", "cam.mp4", "-o", "out.mp4", "--device", "cpu", "--source-id", "door",
        "--metadata-in", EXAMPLE / "objects.jsonl",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "face_detector" in result.stderr and "--metadata-in" in result.stderr  # what is not honoured
    frames = frames_of(place / "out.mp4")
    assert len(frames) == FRAMES and frames[0].shape == (400, 640, 3)
    # The first frame has a face, whose box is drawn green.
    edge = frames[0][140:220, 278:280].reshape(-1, 3).mean(axis=0)
    assert edge[1] > edge[2] + 60 and edge[1] > edge[0] + 60
    aux = [name for name in os.listdir(place) if name.startswith("out.") and name != "out.mp4"]
    assert len(aux) == 1 and "door" in aux[0]
    small = frames_of(place / aux[0])
    assert len(small) > 0 and small[0].shape == (96, 160, 3)


@pytest.mark.parametrize(
    "change, code, words",
    [
        ({"module.yml": None}, 2, ["module.yml", "cannot be read"]),
        ({"module.yml": "parameters: {frame: {width: 641, height: 8}}\npipeline: {}"}, 2, ["module.yml", "width"]),
        ({"cam.mp4": None}, 3, ["cam.mp4"]),
        ({"cam.mp4": "no video"}, 3, ["cam.mp4"]),
        ({"user_code.py": CODE + "        raise KeyError('left')\n"}, 4, ["KeyError", "frame 0", "user_code.py"]),
        ({"user_code.py": "class One: pass"}, 4, ["One"]),
        ({"objects.jsonl": "{"}, 2, ["objects.jsonl", "1"]),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(place, change, code, words):
    for name, text in change.items():
        if text is None:
            (place / name).unlink()
        else:
            (place / name).write_text(textwrap.dedent(text))
    more = ["--metadata-in", "objects.jsonl"] if "objects.jsonl" in change else []
    result = run(place, "module.yml", "-i", "cam.mp4", "-o", "out.mp4", "--device", "cpu", *more)
    assert result.returncode == code, result.stderr
    assert result.stderr.splitlines()[-1].startswith("retouch: error: ")
    for word in words:
        assert word in result.stderr
    assert not [name for name in os.listdir(place) if name.startswith((".out", "out"))]


def test_an_unknown_device(place):
    result = run(place, "module.yml", "-i", "cam.mp4", "-o", "out.mp4", "--device", "tpu")
    assert result.returncode == 6 and "tpu" in result.stderr


def test_the_names_of_streams_make_files_that_can_be_told_apart():
    from pathlib import Path

    from retouch.savant.runner import output_path

    assert output_path("a/out.mp4", "cam-small") == Path("a/out.cam-small.mp4")
    assert output_path("out.mkv", "../x y") == Path("out..._x_y.mkv")
    assert np.unique([str(output_path("o.mp4", name)) for name in "abc"]).size == 3
    from retouch.savant._tool import _Writers

    files = _Writers("out.mp4", "cam")
    names = ["a/b", "a_b", "a:b", "a_b-2", "cam"]
    paths = [files._path_of(name).name for name in names]
    assert paths == ["out.a_b.mp4", "out.a_b-2.mp4", "out.a_b-3.mp4", "out.a_b-2-2.mp4", "out.cam.mp4"]
    assert [files._path_of(name).name for name in names] == paths
