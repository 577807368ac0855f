"""The examples do what they say: each as a script, on every device, with a look at its pictures; those of C++ and Python
that share a number make the same ones."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import cv2
import numpy as np
import pytest

import retouch

pytest.importorskip("retouch._pipeline")

from conftest import need  # noqa: E402
from pictures import assert_kept, detail, difference, part  # noqa: E402
from pipelines import BUILD, REAL_CLIP, SOURCE, frames_of  # noqa: E402

FOLDER = SOURCE / "examples/python"
LOGO = SOURCE / "assets/logo.png"
FRAMES = 75  # two and a half seconds
LIBRARIES = BUILD / "examples"


def example(name: str) -> ModuleType:
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    spec = importlib.util.spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of the clip with a face, in hardly any loss."""
    path = tmp_path_factory.mktemp("talk") / "talk.mp4"
    with retouch.save(path, quality=10) as video:
        for frame in retouch.open(REAL_CLIP, device="cpu"):
            video.write(frame)
            if video.frames == FRAMES:
                break
    return path


@pytest.fixture(scope="session")
def before(talk: Path) -> list[np.ndarray]:
    return frames_of(talk)


@pytest.fixture(scope="session")
def faces(talk: Path) -> list[list[tuple[int, int, int, int]]]:
    """Where they are in each frame, in whole pixels."""
    return [[tuple(retouch.enclosing_rect(face.box)) for face in frame.objects("face")]  # type: ignore[misc]
            for frame in retouch.open(talk, device="cpu", functions=["face_detector"])]


def run_script(name: str, talk: Path, folder: Path, device: str) -> list[np.ndarray]:
    output = folder / "out.mp4"
    done = subprocess.run([sys.executable, FOLDER / f"{name}.py", "--input", talk, "--output", output, "--device", device],
                          capture_output=True, text=True, timeout=300, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert re.search(rf"{FRAMES} frames, \d+ a second on {device}", done.stdout), done.stdout
    return frames_of(output)


# ---- as scripts ----


def test_01_blur_faces(talk: Path, before: list, faces: list, tmp_path: Path, device: str) -> None:
    after = run_script("01_blur_faces", talk, tmp_path, device)
    assert len(after) == FRAMES and sum(map(len, faces)) > FRAMES / 2, "the clip has a face"
    for index in range(0, FRAMES, 5):
        assert_kept(before[index], after[index], faces[index])
        for face in faces[index]:
            x, y, width, height = face
            inner = (x + 6, y + 6, width - 12, height - 12)
            assert detail(part(after[index], inner)) < 0.35 * detail(part(before[index], inner)), index
            assert difference(part(before[index], inner), part(after[index], inner)).mean() > 4


def test_02_sprite_dashboard(talk: Path, before: list, tmp_path: Path, device: str) -> None:
    after = run_script("02_sprite_dashboard", talk, tmp_path, device)
    logo = retouch.Sprite.from_file(LOGO).size
    dashboard, mark = (16, 16, 240, 72), (1280 - 16 - logo.width, 16, logo.width, logo.height)
    for index in range(0, FRAMES, 5):
        assert_kept(before[index], after[index], [dashboard, mark])
        for rect in (dashboard, mark):
            assert difference(part(before[index], rect), part(after[index], rect)).mean() > 15
    letters = [part(frame, (24, 20, 224, 44)) for frame in after]
    seconds = [(frame.pts_ns or 0) // 1_000_000_000 for frame in retouch.open(talk, device="cpu")]
    for index, (a, b) in enumerate(zip(letters, letters[1:])):
        changed = int((difference(a, b) > 80).sum())
        assert changed > 100 if seconds[index] != seconds[index + 1] else changed < 5, (index, changed)
    assert set(seconds) == {0, 1, 2}


def test_03_patch_dashboard(talk: Path, before: list, tmp_path: Path, device: str) -> None:
    after = run_script("03_patch_dashboard", talk, tmp_path, device)
    strip = (16, 16, 320, 48)
    for index in range(0, FRAMES, 5):
        assert_kept(before[index], after[index], [strip])
        old, new = part(before[index], (200, 20, 130, 40)), part(after[index], (200, 20, 130, 40))  # beside the text
        assert abs(new.mean() - 0.4 * old.mean()) < 5
        bright = (part(after[index], strip).min(2) > 180).sum()
        assert 150 < bright < 3000, bright
    assert (difference(part(after[10], strip), part(after[11], strip)) > 60).sum() > 20, "it counts"


def test_04_model_in_the_loop(talk: Path, before: list, tmp_path: Path, device: str) -> None:
    after = run_script("04_model_in_the_loop", talk, tmp_path, device)
    found = [[object.box for object in frame.objects("motion")]
             for frame in retouch.open(talk, device=device, functions=[f"{FOLDER}/04_model_in_the_loop.py:FindMotion"])]
    assert sum(map(len, found)) > FRAMES / 3
    moving = np.zeros(before[0].shape[:2])
    for a, b in zip(before, before[1:]):
        moving += difference(a, b)
    for index, boxes in enumerate(found):
        for box in boxes:
            x, y, width, height = map(int, box.xywh)
            assert part(moving, (x, y, width, height)).mean() > 3 * moving.mean(), "more moves there than elsewhere"
            edge = after[index][y:y + 2, x + 4:x + width - 4]  # the box's border, of one colour
            assert edge.std(axis=(0, 1)).max() < 25 and difference(before[index][y:y + 2, x + 4:x + width - 4], edge).mean() > 20


def test_05_draw_detections(talk: Path, before: list, faces: list, tmp_path: Path, device: str) -> None:
    after = run_script("05_draw_detections", talk, tmp_path, device)
    blue, green, red = retouch.Palette.by_track().of_track(0)[2::-1]
    for index in range(0, FRAMES, 5):
        for x, y, width, height in faces[index]:
            around = part(after[index], (x - 4, y - 4, width + 8, height + 8))
            colored = difference(around, np.full_like(around, (blue, green, red))) < 70
            assert colored.sum() > 2 * (width + height), index  # the border, 2 px wide
            assert difference(part(before[index], (x, y - 22, 90, 18)), part(after[index], (x, y - 22, 90, 18))).mean() > 20, "the label"


def test_06_opencv_cuda(talk: Path, before: list, tmp_path: Path, device: str) -> None:
    after = run_script("06_opencv_cuda", talk, tmp_path, device)
    for index in range(0, FRAMES, 15):
        gray = cv2.GaussianBlur(cv2.cvtColor(before[index], cv2.COLOR_BGR2GRAY), (5, 5), 1.2)
        strength = np.hypot(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
        neon = np.array((160, 255, 0))
        strong, weak = strength > 150, cv2.dilate(strength, np.ones((9, 9))) < 60
        assert strong.sum() > 5000 and weak.sum() > 100000
        # Chroma has half the size: what is near an edge has some of its colour.
        assert difference(after[index], np.broadcast_to(neon, before[index].shape))[strong].mean() < 60
        assert difference(after[index], before[index])[weak].mean() < 2


def test_08_edit_image(tmp_path: Path, device: str) -> None:
    picture, out = SOURCE / "assets/astronaut.png", tmp_path / "out.png"
    example("08_edit_image").edit(picture, LOGO, out, device)
    old, new = (cv2.imread(str(path)) for path in (picture, out))
    face = (172, 74, 106, 106)
    blurred = cv2.GaussianBlur(np.ascontiguousarray(part(old, face)), (0, 0), 8, borderType=cv2.BORDER_REFLECT_101)
    assert np.abs(part(new, face).astype(int) - blurred).max() <= 2
    logo = retouch.Sprite.from_file(LOGO).size
    mark = (16, 416, logo.width, logo.height)
    assert difference(part(old, mark), part(new, mark)).mean() > 15
    changed = difference(old, new) > 0
    for x, y, width, height in (face, mark):
        changed[y:y + height, x:x + width] = False
    assert not changed.any()


def test_08_edit_image_is_a_script(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, FOLDER / "08_edit_image.py", SOURCE / "assets/astronaut.png", LOGO, tmp_path / "out.png"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and (tmp_path / "out.png").exists(), done.stderr
    done = subprocess.run([sys.executable, FOLDER / "08_edit_image.py"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "usage" in done.stderr


def test_every_example_is_run_and_listed() -> None:
    """At the end of this file's tests: nothing in examples/ goes untested, or without its line in the list."""
    here = Path(__file__).read_text()
    listed = (SOURCE / "examples/README.md").read_text()
    for path in sorted([*FOLDER.glob("[0-9]*.py"), *(SOURCE / "examples").glob("[0-9]*.cpp")]):
        assert f"({path.relative_to(SOURCE / 'examples')})" in listed, path
        if path.suffix == ".py":
            assert f"def test_{path.stem}(" in here, path
    for target in re.findall(r"\]\(([^)]+)\)", listed):
        assert (SOURCE / "examples" / target).exists(), target


def test_an_example_without_arguments_takes_the_bundled_clip() -> None:
    done = subprocess.run([sys.executable, FOLDER / "03_patch_dashboard.py", "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "Way 3" in done.stdout and "--device" in done.stdout
    module = example("command_line")
    sys.argv, argv = ["x"], sys.argv
    try:
        args = module.parse("what")
    finally:
        sys.argv = argv
    assert args.input == REAL_CLIP and (args.output, args.device) == ("out.mp4", "auto")


# ---- parts of them ----


def test_05_takes_arrays_of_any_library(device: str) -> None:
    """What supervision's Detections has, with columns that may be None."""
    module = example("05_draw_detections")
    annotator = module.Annotator({0: "person"}, trace_length=3)
    image = retouch.Image.from_array(np.zeros((200, 300, 3), np.uint8), "rgb8", device=device)
    for step in range(5):
        detections = SimpleNamespace(xyxy=np.float32([[20 + 10 * step, 100, 60 + 10 * step, 160], [200, 80, 260, 140]]),
                                     confidence=np.float32([0.9, 0.5]), class_id=np.array([0, 4]), tracker_id=np.array([7, 8]))
        annotator.annotate(scene=image, detections=detections)
    assert [f"{found.label} {found.confidence:.1f} {found.track_id}" for found in annotator.objects(detections)] == \
        ["person 0.9 7", "class 4 0.5 8"]
    pixels = image.to_numpy()
    colors = [retouch.Palette.by_track().of_track(track)[:3] for track in (7, 8)]
    assert (pixels[130, 60] == colors[0]).all() and (pixels[110, 200] == colors[1]).all(), "left borders"
    assert list(annotator.traces[7]) == [(60, 130), (70, 130), (80, 130)], "the last three centres"
    assert difference(pixels[130:131, 78:79], np.full((1, 1, 3), colors[0], np.uint8)).max() < 40, "the trace's newest end"

    bare = SimpleNamespace(xyxy=[[20, 20, 60, 60]], confidence=None, class_id=None, tracker_id=None)
    (found,) = annotator.objects(bare)
    assert (found.label, found.track_id, found.box.xywh) == ("", None, (20, 20, 40, 40)) and np.isnan(found.confidence)
    annotator.annotate(image, bare)
    empty = SimpleNamespace(xyxy=np.empty((0, 4)), confidence=np.empty(0), class_id=np.empty(0), tracker_id=None)
    assert list(annotator.objects(empty)) == []
    annotator.annotate(image, empty)


def test_04_the_model_with_and_without_torch(rng: np.random.Generator, device: str) -> None:
    """Against cells that are worked out one by one."""
    module = example("04_model_in_the_loop")
    if device == "cuda":
        need("torch")
    arrays = [rng.integers(0, 256, (24, 320), dtype=np.uint8) for _ in range(4)]
    for torch in {module.torch, None}:
        module.torch, model, background = torch, module.Model(), arrays[0].astype(float)
        for array in arrays:
            expected = [[np.abs(array[y:y + 8, x:x + 8] - background[y:y + 8, x:x + 8]).mean() for x in range(0, 320, 8)]
                        for y in range(0, 24, 8)]
            scores = model(module.tensor_of(retouch.Image.from_array(array, "gray8", device=device)))
            if torch:
                assert scores.device.type == device
                scores = scores.cpu()
            assert np.allclose(np.asarray(scores), expected, atol=1e-3)
            background += (array - background) / 8


def test_06_edges_are_those_of_opencv(before: list, device: str) -> None:
    module = example("06_opencv_cuda")
    neon = module.NeonEdges()
    neon.on_start(retouch.Device(device))
    rgba = cv2.cvtColor(before[0], cv2.COLOR_BGR2RGBA)
    image = retouch.Image.from_array(rgba, "rgba8", device=device)
    edges = neon.edges(module.cv2.gpu_mat(image), module.cv2.gpu_stream(image.stream)).download()
    gray = cv2.GaussianBlur(cv2.cvtColor(rgba, cv2.COLOR_RGBA2GRAY), (5, 5), 1.2)
    strength = np.hypot(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    assert set(np.unique(edges)) == {0, 255}
    sure = np.abs(strength - 90) > 12  # a level more or less in the smoothed picture may decide
    assert ((edges > 0) == (strength > 90))[sure].all() and (edges > 0).sum() > 10000


# ---- the same in C++ ----


def need_libraries() -> None:
    if not LIBRARIES.exists():
        pytest.skip("built without the C++ examples")


def planes(talk: Path, device: str, functions: list) -> list[list[np.ndarray]]:
    kept = []
    for frame in retouch.open(talk, device=device, functions=functions):
        if frame.index % 29 == 0:
            copy = frame.view().to_numpy()
            kept.append(copy if isinstance(copy, list) else [copy])
    return kept


@pytest.mark.parametrize(("name", "kwargs"), [("blur_faces", {"sigma": 5.0}), ("sprite_dashboard", {"logo": str(LOGO)}), ("patch_dashboard", {})])
def test_cpp_and_python_make_the_same_picture(talk: Path, device: str, name: str, kwargs: dict) -> None:
    library = LIBRARIES / f"lib{name}.so"
    need_libraries()
    number = next(path.stem[:2] for path in FOLDER.glob(f"*_{name}.py"))
    made = "".join(word.capitalize() for word in name.split("_"))
    detector = ["face_detector"] if name == "blur_faces" else []
    native = planes(talk, device, [*detector, (f"{library}:{made}", kwargs)])
    python = planes(talk, device, [*detector, (f"{FOLDER}/{number}_{name}.py:{made}", kwargs)])
    plain = planes(talk, device, [])
    assert len(native) == len(python) == 3
    for a, b, c in zip(native, python, plain):
        assert any((x != z).any() for x, z in zip(a, c)), "edited at all"
        # OpenCV 5 sets its letters otherwise than the OpenCV 4 that the C++ example is built with.
        alike = 0.97 if name == "patch_dashboard" else 1
        edited = sum((x != z).sum() + (y != z).sum() for x, y, z in zip(a, b, c)) / 2
        assert sum((x != y).sum() for x, y in zip(a, b)) <= (1 - alike) * edited * 5


def test_cpp_and_python_edit_the_same_image(tmp_path: Path, device: str) -> None:
    program = LIBRARIES / "edit_image"
    need_libraries()
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="") if device == "cpu" else None
    subprocess.run([program, SOURCE / "assets/astronaut.png", LOGO, tmp_path / "cpp.png"], check=True, env=environment, timeout=60)
    example("08_edit_image").edit(SOURCE / "assets/astronaut.png", LOGO, tmp_path / "python.png", device)
    cpp, python = (cv2.imread(str(tmp_path / name), cv2.IMREAD_UNCHANGED) for name in ("cpp.png", "python.png"))
    assert (cpp == python).all()
