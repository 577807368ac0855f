"""The stubs are those of the module, and type checkers understand them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import retouch

SOURCE = Path(__file__).resolve().parents[2]

PROGRAM = '''
import numpy as np
import retouch

image = retouch.Image("rgba8", (64, 48))
reveal_type(image.numpy())
reveal_type(image.size)
frame = retouch.Frame(image, source_id="camera")
with frame.patch((0, 0, 8, 8)) as pixels:
    pixels[:] = 0
with retouch.Canvas(frame) as canvas:
    canvas.box((1, 2, 3, 4), color="#ffffff", placement="outside").line((1, 2), (3, 4))
    for row in np.zeros((3, 4)):  # a detector's boxes
        canvas.box(row, color=np.zeros(3, np.uint8)).dot(row[:2])
retouch.fill(frame.region((0, 0, 4, 4)), (1, 2, 3), stream=frame.stream)
faces: list[retouch.Object] = frame.objects("face")
try:
    retouch.gaussian_blur([frame.region(face.box) for face in faces], sigma_x=8)
except retouch.InvalidArgument as error:
    print(error)
sprite = retouch.Sprite(np.zeros((4, 4, 4), np.uint8))

class Blur(retouch.FrameFunction):
    sigma: float = 3

    def process_frame(self, frame: retouch.Frame) -> None:
        retouch.gaussian_blur(frame.region((0, 0, 8, 8)), sigma_x=self.sigma)

summary = retouch.Pipeline(functions=[Blur(sigma=2), Blur, lambda frame: frame.index, ("draw_objects", {})], input="a.mp4").run(lambda p: print(p.fraction))
reveal_type(summary.stages[0].mean_ms)
written: int = retouch.save("b.mp4", (frame for frame in retouch.open("a.mp4", functions=["face_detector"])))
with retouch.save("c.mp4", fps=25) as video:
    video.write(image)
'''
WRONG = PROGRAM + '''
retouch.fill(image, 7)
canvas.box((1, 2, 3, 4), colour="#ffffff")
image.numpyy()
retouch.save("d.mp4", 7)
'''


@pytest.mark.parametrize("module", ["_core", "_cv", "_pipeline"])
def test_stubs_are_up_to_date(module: str, tmp_path: Path) -> None:
    stubgen = pytest.importorskip("nanobind.stubgen")
    pytest.importorskip(f"retouch.{module}")
    made = tmp_path / f"{module}.pyi"
    subprocess.run([sys.executable, "-m", stubgen.__name__, "-q", "-m", f"retouch.{module}", "-o", str(made)], check=True)
    kept = (SOURCE / f"python/retouch/{module}.pyi").read_text()
    assert made.read_text() == kept, f"python/retouch/{module}.pyi is not what the module has: tools/python_stubs writes it anew"


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(retouch.__file__).parent / "py.typed").exists()


def check(program: str, tmp_path: Path) -> list[str]:
    pytest.importorskip("mypy")
    file = tmp_path / "program.py"
    file.write_text(program)
    run = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(file)],
                         capture_output=True, text=True, cwd=tmp_path, env={"MYPYPATH": str(SOURCE / "python")})
    return run.stdout.splitlines()


def test_mypy_accepts_a_right_program_and_finds_what_is_wrong(tmp_path: Path) -> None:
    said = check(WRONG, tmp_path)
    lines = len(PROGRAM.splitlines())
    errors = [line for line in said if " error: " in line]
    assert sorted({int(line.split(":")[1]) for line in errors}) == [lines + 2, lines + 3, lines + 4, lines + 5], said
    assert any("numpy.ndarray" in line for line in said) and any("retouch.types.Size" in line for line in said), said
