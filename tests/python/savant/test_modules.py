"""Modules written as published ones are, run as they are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from savant_support import MODULES, cv2, device, hook, picture, pixels, text_size  # noqa: F401

import retouch
from retouch.savant import metrics
from retouch.savant import module as module_file
from retouch.savant.metadata import Metadata, Record
from retouch.savant.runner import ModuleRunner, output_path

GRAY, BLACK = (100, 100, 100, 255), (0, 0, 0, 255)


def load(name: str):
    return module_file.load(MODULES / name / "module.yml")


def objects_for(frame_num: int, *objects: dict, tags: dict | None = None, source: str | None = None) -> Record:
    return Record(source, frame_num, None, None, tags or {}, list(objects))


def test_crossings_are_counted_on_the_padding(hook, device, monkeypatch):
    folder = MODULES / "line_crossing"
    text = (
        (folder / "module.yml")
        .read_text()
        .replace("parameters:\n", f"parameters:\n  lines_path: {folder}/lines.yml\n", 1)
    )
    module = module_file.loads(text, folder / "module.yml")
    frames = [("gate", i, picture(64, 48, GRAY, device)) for i in range(3)] + [
        ("other", 0, picture(64, 48, GRAY, device))
    ]
    with ModuleRunner(module, metadata=folder / "objects.jsonl") as runner:
        outputs = [output for output in runner.run(frames) if not output.eos]
    assert [output.image.size for output in outputs] == [(64, 64)] * 4

    def expected(entries: int, exits: int) -> np.ndarray:
        array = np.empty((64, 64, 4), np.uint8)
        array[:16], array[16:] = (40, 40, 40, 255), GRAY
        array[0:6, : 4 * entries] = array[8:14, : 4 * exits] = (0, 255, 0, 255)
        return array

    # Padding puts the car's centres at y = 20, 40, 58: outside, inside (30..50), outside.
    for output, counts in zip(outputs, [(0, 0), (1, 0), (1, 1), (0, 0)]):
        assert np.array_equal(pixels(output.image), expected(*counts)), counts
    # The model does not run on a source without lines: its primary object was removed.
    assert [obj.label for obj in outputs[3].meta.objects] == []
    assert [obj.track_id for obj in outputs[1].meta.objects if not obj.is_primary] == [7, 8]


def test_faces_are_blurred_by_filters(hook, device):
    rng = np.random.default_rng(7)
    array = rng.integers(0, 256, (48, 64, 4), np.uint8)
    # Boxes are of a picture of twice the size.
    face = {"element_name": "face_detector", "label": "face", "bbox": [40, 20, 48, 40]}
    other = {"element_name": "face_detector", "label": "hand", "bbox": [0, 0, 128, 96]}
    metadata = Metadata([Record("cam", None, 400, (128, 96), {}, [face, other])])
    frame = retouch.Image.from_array(array, "rgba8", device=device)
    with ModuleRunner(load("face_blur"), metadata=metadata) as runner:
        (output,) = runner.process("cam", 400, frame)
    assert output.image is frame  # in place: it has the size and the format already
    expected = array.copy()
    for left, top, right, bottom in [(20, 10, 44, 30), (0, 0, 12, 10)]:
        region = np.ascontiguousarray(expected[top:bottom, left:right])
        expected[top:bottom, left:right] = cv2.GaussianBlur(region, (9, 9), 2)
    assert np.abs(pixels(frame).astype(int) - expected).max() <= 1


CAR = {"element_name": "yolo", "label": "car", "bbox": [40, 40, 60, 40], "confidence": 0.875}


def run_labels(device, *objects, tags={"draw": 1}):
    with ModuleRunner(load("labels"), metadata=Metadata([objects_for(0, *objects, tags=tags)])) as runner:
        (output,) = runner.process("a", 0, picture(160, 120, BLACK, device))
    return pixels(output.image)


def text_box(text: str) -> tuple[int, int]:
    (width, height), baseline = text_size(text, 0.5, 1)
    return width, height + baseline


def test_labels_as_the_file_says(hook, device, caplog):
    array = run_labels(device, CAR)
    blue, green, gray = (0, 0, 255, 255), (0, 255, 0, 255), (90, 90, 90, 255)
    assert (
        array[40, 36].tolist() == array[38, 70].tolist() == array[60, 101].tolist() == list(blue)
    )  # 2 px around 38..100
    assert array[60, 35].tolist() == array[60, 102].tolist() == list(BLACK)
    # Two lines from (42, 42) down; the second has a format that cannot be read, and is drawn as it is written.
    width, height = text_box("car 0.88")
    assert array[42, 42].tolist() == array[42 + height - 1, 42 + width - 2].tolist() == list(green)
    assert array[41, 50].tolist() == list(BLACK)
    second = 42 + height + 2
    assert (
        array[second, 42].tolist()
        == array[second + height - 1, 42 + text_box("{nothing}")[0] - 2].tolist()
        == list(green)
    )
    assert "'{nothing}' cannot be used" in caplog.text
    heading = text_box("a 0")
    assert array[0, 159].tolist() == array[heading[1] - 1, 160 - heading[0]].tolist() == list(gray)
    assert array[0, 159 - heading[0] - 1].tolist() == list(BLACK)


def test_labels_by_track_and_of_what_is_listed(hook, device):
    array = run_labels(device, {**CAR, "track_id": 7}, {**CAR, "label": "truck", "bbox": [110, 80, 20, 20]})
    assert array[60, 36].tolist() == [255, 0, 0, 255]  # its own colour
    assert not array[75:105, 105:].any(axis=(0, 1))[:3].any()  # trucks are not listed
    array = run_labels(device, {**CAR, "label": "person"})
    assert array[60, 38].tolist() == [0, 255, 0, 255]  # the default: 2 px of green around


def test_labels_only_on_frames_with_the_tag(hook, device):
    assert not run_labels(device, CAR, tags={})[..., :3].any()


@pytest.mark.parametrize("lines", [["low"], ["a much wider one", "low"]])
def test_labels_outside_are_stacked_upwards(hook, device, lines):
    draw = {
        "label": {
            "font_color": "00000000",
            "background_color": "FF0000FF",
            "format": lines,
            "position": {"margin_y": 0},
        }
    }
    text = (
        "name: x\nparameters: {draw_func: {rendered_objects: {yolo: {car: " + json.dumps(draw) + "}}}}\npipeline: {}\n"
    )
    metadata = Metadata([objects_for(0, {**CAR, "bbox": [20, 80, 60, 30]})])
    with ModuleRunner(module_file.loads(text), metadata=metadata) as runner:
        (output,) = runner.process("a", 0, picture(160, 120, BLACK, device))
    red = pixels(output.image)[..., 0] == 255
    # The last line ends at the box's top, 80; two lines of 17 rows are 2 rows apart.
    for line, bottom in zip(reversed(lines), (80, 80 - 17 - 2)):
        rows = red[bottom - 17 : bottom]
        width = text_box(line)[0]
        assert rows[:, 20 : 20 + width - 1].all() and not rows[:, 20 + width + 1 :].any()
        assert not red[bottom].any()


def test_by_default_all_objects_are_drawn(hook, device):
    text = "name: x\nparameters: {draw_func: {}}\npipeline: {}\n"
    objects = [{**CAR, "bbox": [10, 50, 20, 20], "track_id": 3}, {**CAR, "label": "anything", "bbox": [80, 50, 20, 20]}]
    with ModuleRunner(module_file.loads(text), metadata=Metadata([objects_for(0, *objects)])) as runner:
        (output,) = runner.process("a", 0, picture(160, 120, GRAY, device))
    array = pixels(output.image)
    for left, label in [(10, "car #3"), (80, "anything")]:
        assert array[60, left - 2].tolist() == array[71, left].tolist() == [0, 255, 0, 255]  # 2 px around
        assert array[60, left].tolist() == array[60, left - 3].tolist() == list(GRAY)
        width, _ = text_box(label)
        black = (array[24:40, left : left + 65] == BLACK).all(axis=2)  # the label ends 10 rows above the box
        assert black[:, 0].all() and abs(np.flatnonzero(black.any(axis=0))[-1] + 1 - width) <= 1
        assert not (array[40, left : left + 65] == BLACK).all(axis=1).any()


def test_a_face_of_the_list_is_blurred(hook, device):
    rng = np.random.default_rng(1)
    array = rng.integers(0, 256, (120, 160, 4), np.uint8)
    array[..., 3] = 255
    face = {"element_name": "yolo", "label": "face", "rbbox": [80, 60, 50, 50, None]}
    with ModuleRunner(load("labels"), metadata=Metadata([objects_for(0, face, tags={"draw": 1})])) as runner:
        (output,) = runner.process("a", 0, retouch.Image.from_array(array, "rgba8", device=device))
    result = pixels(output.image)
    assert np.array_equal(result[90:], array[90:]) and np.array_equal(result[30:, :50], array[30:, :50])
    assert result[40:80, 60:100, 0].std() < 12 < 60 < array[40:80, 60:100, 0].std()  # sigma 5 on noise


def test_a_sprite_follows_the_time(hook, device):
    times = [0, 99_999_999, 100_000_000, 250_000_000, 300_000_000]
    with ModuleRunner(load("sprite_clock")) as runner:
        outputs = [runner.process("cam", pts, picture(64, 48, GRAY, device))[0] for pts in times]
    # Padding of 16 on the left is cut off again: the sprite at 20 in the frame stands at 4.
    colors = [(255, 0, 0, 255)] * 2 + [(0, 255, 0, 255)] + [(50, 50, 178, 255)] + [(255, 0, 0, 255)]
    for output, color in zip(outputs, colors):
        assert output.image.size == (64, 48)
        expected = np.empty((48, 64, 4), np.uint8)
        expected[:] = GRAY
        expected[6:10, 6:10] = color
        assert np.abs(pixels(output.image).astype(int) - expected).max() <= 1


def test_each_source_has_its_small_copies(hook, device):
    frames = [
        ("a", 0, picture(64, 48, GRAY, device)),
        ("b", 5, picture(64, 48, (10, 20, 30, 255), device)),
        ("a", 40, picture(64, 48, GRAY, device)),
        ("a", 0, None),
    ]
    runner = ModuleRunner(load("small_copies"))
    seen = []
    for output in runner.run(frames):
        seen.append((output.source_id, output.pts, output.auxiliary, output.eos))
        if output.image is not None and output.auxiliary:
            size, color = {"half": (32, 24), "quarter": (16, 12)}, {"a": GRAY, "b": (10, 20, 30, 255)}
            assert output.image.size == size[output.source_id.split("-")[1]]
            assert (pixels(output.image) == color[output.source_id[0]]).all()
            assert (
                output.duration == 40_000_000
                and runner.auxiliary_streams[output.source_id].codec_params["codec"] == "h264"
            )
    assert seen == [
        ("a", 0, False, False), ("a-half", 0, True, False), ("a-quarter", 0, True, False),
        ("b", 5, False, False), ("b-half", 5, True, False), ("b-quarter", 5, True, False),
        ("a", 40, False, False), ("a-half", 40, True, False), ("a-quarter", 40, True, False),
        ("a-half", 0, True, True), ("a-quarter", 0, True, True), ("a", 0, False, True),
        ("b-half", 0, True, True), ("b-quarter", 0, True, True), ("b", 0, False, True),
    ]  # fmt: skip
    assert not runner.auxiliary_streams
    assert str(output_path("/films/out.mp4", "a-half")) == "/films/out.a-half.mp4"
    assert output_path("out.mp4", "cam/1 small").name == "out.cam_1_small.mp4"


def test_attributes_are_summed(hook, device, monkeypatch):
    monkeypatch.setattr(metrics, "registry", metrics.MetricsRegistry())
    age = [{"element_name": "age", "name": "years", "value": 30}]
    record = [
        {"id": "p", "element_name": "yolo", "label": "person", "bbox": [1, 1, 10, 10], "attributes": age},
        {"element_name": "yolo", "label": "person", "bbox": [1, 1, 10, 10], "attributes": age + age},
        {"element_name": "yolo", "label": "person", "bbox": {"xc": 5, "yc": 5, "width": 2, "height": 2, "angle": 10}},
        {"element_name": "faces", "label": "face", "bbox": [1, 1, 3, 3], "parent": "p"},
        {
            "element_name": "auto",
            "label": "frame",
            "attributes": [{"element_name": "earlier", "name": "years", "value": 1000}],
        },
    ]
    metadata = Metadata([objects_for(0, *record), objects_for(1, *record[:1])])
    with ModuleRunner(load("totals"), metadata=metadata) as runner:
        outputs = [runner.process("cam", i, picture(64, 48, GRAY, device))[0] for i in range(3)]
    sums = [
        [output.meta.get_attr_meta("totals", name).value for name in ("years", "faces", "with_earlier")]
        for output in outputs
    ]
    # Older replaces the list of the second person by its first value: 30 + 30; then 30 and a year.
    assert sums == [[60, 1, 1060], [31, 0, 31], [0, 0, 0]]
    assert metrics.registry["persons"].value(("cam",)) == 4 and metrics.registry["oldest"].value() == 31


@pytest.mark.parametrize(
    "name, count",
    [("line_crossing", 5), ("face_blur", 2), ("labels", 1), ("sprite_clock", 0), ("small_copies", 1), ("totals", 3)],
)
def test_what_is_not_honoured_is_said_once(name, count, monkeypatch):
    text = (MODULES / name / "module.yml").read_text().replace("parameters:\n", "parameters:\n  lines_path: x\n", 1)
    module = module_file.loads(text, "module.yml")
    assert len(module.unsupported) == count
    assert module.message().count("\n") == count
    for item in module.unsupported:
        assert item.what in module.message()
