"""Frames: what they know, their lease, their objects, patches."""

from __future__ import annotations

import copy
import gc

import cv2
import numpy as np
import pytest
from conftest import image_of, noise

import retouch


def frame_of(array: np.ndarray, format: str = "rgba8", device: str = "cpu", **info) -> retouch.Frame:
    return retouch.Frame(image_of(array, format, device), **info)


def test_what_a_frame_knows(device: str, rng: np.random.Generator) -> None:
    frame = frame_of(noise(rng, "rgba8", (40, 30)), device=device, source_id="camera-1", index=17, pts_ns=680_000_000, duration_ns=40_000_000, fps=25)
    assert (frame.size, frame.width, frame.height, frame.format.name) == ((40, 30), 40, 30, "rgba8")
    assert (frame.source_id, frame.index, frame.pts_ns, frame.duration_ns, frame.fps) == ("camera-1", 17, 680_000_000, 40_000_000, 25)
    assert frame.device == frame.stream.device and frame.device.name.startswith(device)
    assert "17 of camera-1" in repr(frame)
    bare = frame_of(np.zeros((2, 2), np.uint8), "gray8")
    assert (bare.source_id, bare.index, bare.pts_ns, bare.duration_ns, bare.fps) == ("", 0, None, None, 0)


def test_regions(device: str, rng: np.random.Generator) -> None:
    array = noise(rng, "rgb8", (40, 30))
    frame = frame_of(array, "rgb8", device)
    for box, part in [((3, 4, 10, 11), array[4:15, 3:13]), ((-5, -5, 10, 10), array[:5, :5]), ((35, 25, 100, 100), array[25:, 35:]),
                      ((3.5, 4.2, 10.0, 10.0), array[4:15, 3:14]), (retouch.Box(3.5, 4.2, 10, 10), array[4:15, 3:14]),
                      (retouch.Rect(1, 2, 3, 4), array[2:6, 1:4]), (np.array([1, 2, 3, 4]), array[2:6, 1:4]), ([1, 2, 3, 4], array[2:6, 1:4]),
                      ((10**12, 0, 5, 5), array[:0, :0]), ((0, 0, 10**30, 10**30), array)]:
        assert (frame.region(box).to_numpy() == part).all(), box
        assert frame.region(box).size == (part.shape[1], part.shape[0])
    assert [r.size for r in frame.regions([(0, 0, 4, 5), (38, 0, 9, 9)])] == [(4, 5), (2, 9)]
    with pytest.raises(TypeError, match="each must be a box"):
        frame.regions([(1, 2, 3)])
    turned = frame.region((10, 10, 10, 10, 45))
    assert turned.size == (16, 16)  # 10 * sqrt(2) across, at 15 +- 7.07
    image = retouch.Image("gray8", (20, 20), device=device)
    retouch.fill(image, (0, 0, 0))
    frame = retouch.Frame(image)
    retouch.fill(frame.border((2, 2, 10, 10), 3), (255, 255, 255, 128))
    got = image.to_numpy()
    assert (got > 0).sum() == 100 - 16 and got.max() == 128  # no pixel twice


def late_uses(frame: retouch.Frame) -> dict:
    """Every kind of thing that a function may keep, and a way to use it late."""
    view, part, canvas, patch = frame.view(), frame.region((0, 0, 4, 4)), retouch.Canvas(frame), frame.patch((0, 0, 4, 4))
    patches, part_canvas = frame.patches([(0, 0, 2, 2), (4, 4, 2, 2)]), retouch.Canvas(part)
    canvas.box((0, 0, 4, 4))
    sprite, blur = retouch.Sprite(np.zeros((2, 2, 4), np.uint8)), retouch.GaussianBlur(sigma_x=1)

    def use_patch() -> None:
        with patch as pixels:
            pixels[:] = 255

    uses = {
        "frame.width": lambda: frame.width, "frame.stream": lambda: frame.stream, "frame.region": lambda: frame.region((0, 0, 1, 1)),
        "frame.view": frame.view, "frame.objects": frame.objects, "frame.attributes": lambda: frame.attributes,
        "frame.add_object": lambda: frame.add_object(retouch.Object("x")), "frame.patch": lambda: frame.patch((0, 0, 1, 1)),
        "frame.patches": lambda: frame.patches([]), "frame.to_numpy": frame.to_numpy, "fill(frame)": lambda: retouch.fill(frame, (1, 1, 1)),
        "fill(view)": lambda: retouch.fill(view, (1, 1, 1)), "fill(list)": lambda: retouch.fill([part, view], (1, 1, 1)),
        "blur": lambda: blur(part), "into": lambda: blur.into(part, part), "region": lambda: view.region((0, 0, 1, 1)), "size": lambda: part.size,
        "to_numpy": part.to_numpy, "stream": lambda: view.stream, "upload": lambda: part.upload(np.zeros((4, 4, 4), np.uint8)),
        "__dlpack__": lambda: part.__dlpack__(), "__dlpack_device__": lambda: part.__dlpack_device__(), "with_color": lambda: view.with_color(retouch.ColorSpec()),
        "__cuda_array_interface__": lambda: part.__cuda_array_interface__, "frame.__dlpack__": lambda: frame.__dlpack__(),
        "composite": lambda: retouch.composite(view, sprite), "Image.from_array": lambda: retouch.Image.from_array(view),
        "Sprite": lambda: retouch.Sprite(view), "Canvas": lambda: retouch.Canvas(view), "canvas.box": lambda: canvas.box((0, 0, 1, 1)),
        "canvas.submit": canvas.submit, "canvas.pending": lambda: canvas.pending, "part_canvas": lambda: part_canvas.text("late", (0, 0)),
        "patch": use_patch, "patch.commit": patch.commit, "patches.commit": patches.commit, "write_png": lambda: retouch.write_png("/tmp/never.png", view),
        "Frame": lambda: retouch.Frame(view)}
    if frame.device.is_cpu:
        uses |= {"numpy": part.numpy, "asarray": lambda: np.asarray(part), "planes": part.planes, "frame.numpy": frame.numpy}
    return uses


@pytest.mark.parametrize("gone", [False, True])
def test_late_use_raises_and_changes_nothing(device: str, gone: bool, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (16, 16))
    image = image_of(array, "rgba8", device)
    frame = retouch.Frame(image, source_id="cam", index=3)
    uses = late_uses(frame)
    frame.expire()
    frame.expire()
    assert frame.expired and "taken back" in repr(frame)
    if gone:
        del frame
        gc.collect()
    for name, use in uses.items():
        with pytest.raises(retouch.ExpiredFrame, match="frame 3 of cam"):
            use()
            pytest.fail(f"{name} worked")
    assert (image.to_numpy() == array).all()
    del uses
    gc.collect()  # canvases that have something to draw are dropped
    assert (image.to_numpy() == array).all()


def test_arrays_of_a_frame_outlive_it(rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (64, 64))
    frame = frame_of(array)
    kept = [frame.region((8, 8, 20, 20)).numpy(), np.asarray(frame)[8:28, 8:28], np.from_dlpack(frame)[8:28, 8:28]]
    with frame.patch((8, 8, 20, 20)) as pixels:
        kept.append(pixels)
    frame.expire()
    del frame
    gc.collect()
    filler = [np.full((64, 64, 4), 255, np.uint8) for _ in range(50)]
    for view in kept:
        assert (view == array[8:28, 8:28]).all()
    del filler


def test_a_frame_in_a_block_expires() -> None:
    with retouch.Frame(retouch.Image("rgba8", (4, 4))) as frame:
        assert not frame.expired
    assert frame.expired


# Objects

def test_objects(rng: np.random.Generator) -> None:
    frame = frame_of(noise(rng, "rgba8", (40, 30)))
    face = retouch.Object("face", (1, 2, 3, 4), confidence=0.5, source="test", track_id=7, landmarks=[(1, 2), (3.5, 4)],
                          attributes={"age": 31, "name": "n", "old": False, "score": 0.25, "embedding": [1, 2.5]}, mask=np.eye(4, 3, dtype=bool))
    assert frame.add_object(face) == 1 and frame.add_object(retouch.Object("car", retouch.Box(5, 6, 7, 8, 9))) == 2
    assert [o.label for o in frame.objects()] == ["face", "car"] and [o.id for o in frame.objects("car")] == [2]
    assert frame.objects("face")[0] is face and frame.objects() is frame.objects()
    assert (face.box.left, face.box.top, face.box.width, face.box.height, face.box.angle_deg) == (1, 2, 3, 4, 0)
    face.box.left = 10
    face.confidence = 0.75
    face.box.width += 1
    assert frame.objects("face")[0].box.xyxy == (10, 2, 14, 6) and face.box.center == (12, 4)
    face.box = (7, 7, 7, 7)
    assert face.box == retouch.Box(7, 7, 7, 7) and face.landmarks == [(1, 2), (3.5, 4)]
    assert face.mask.tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 0]]
    face.mask = None
    assert face.mask is None and face.track_id == 7
    face.track_id = None
    assert face.track_id is None and frame.objects("car")[0].track_id is None
    face.attributes["age"] = 32
    assert frame.objects()[0].attributes["age"] == 32
    twin = copy.copy(face)
    twin.attributes["age"], twin.label = 5, "twin"
    assert face.attributes["age"] == 32 and face.label == "face"
    frame.objects().remove(face)
    assert [o.label for o in frame.objects()] == ["car"]
    assert frame.add_object(face) == 3
    frame.attributes["scene.is_night"] = True
    assert frame.attributes == {"scene.is_night": True}
    box = face.box
    del face, twin, frame
    gc.collect()
    assert box.left == 7  # keeps its object


def test_objects_with_values_that_cannot_be_meant() -> None:
    with pytest.raises(TypeError):
        retouch.Object("x", (1, 2))
    with pytest.raises(TypeError, match="needs a retouch.Object"):
        retouch.Frame(retouch.Image("rgba8", (4, 4))).add_object("face")
    with pytest.raises(retouch.InvalidArgument, match="needs gray8 as uint8"):
        retouch.Object("x", mask=np.zeros((2, 2), np.float32))
    with pytest.raises(retouch.InvalidArgument, match="finite|NaN|nan"):
        retouch.enclosing_rect((float("nan"), 0, 1, 1))


# Patches

@pytest.mark.parametrize("format", ["rgba8", "bgr8", "nv12", "gray8"])
def test_a_patch_is_written_back(device: str, format: str) -> None:
    image = retouch.Image(format, (64, 48), device=device)
    retouch.fill(image, (40, 80, 120))
    frame = retouch.Frame(image)
    with frame.patch((8, 4, 20, 10)) as pixels:
        assert isinstance(pixels, np.ndarray) and pixels.flags.writeable and pixels.dtype == np.uint8
        assert pixels.shape == ((10, 20) if format == "gray8" else (10, 20, 4))
        cv2.rectangle(pixels, (0, 0), (19, 9), (255, 255, 255, 255), -1)
    rgb = retouch.Image("rgb8", (64, 48), device=device)
    retouch.convert_into(image, rgb)
    got = rgb.to_numpy().astype(int)
    assert (got[4:14, 8:28] >= 253).all()
    outside = np.ones((48, 64), bool)
    outside[4:14, 8:28] = False
    assert np.abs(got[outside] - ([73, 73, 73] if format == "gray8" else [40, 80, 120])).max() <= 8


def test_a_patch_is_not_written_back_when_the_block_raises(device: str, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (32, 32))
    frame = frame_of(array, device=device)
    with pytest.raises(ZeroDivisionError), frame.patch((0, 0, 32, 32)) as pixels:
        pixels[:] = 0
        1 / 0
    with pytest.raises(ZeroDivisionError), frame.patches([(0, 0, 8, 8), (9, 9, 8, 8)]) as (a, b):
        a[:] = b[:] = 0
        1 / 0
    patch = frame.patch((0, 0, 32, 32))
    patch.pixels[:] = 0
    del patch
    assert (frame.to_numpy() == array).all()


def test_several_patches(device: str, rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (32, 32))
    frame = frame_of(array, device=device)
    boxes = [(0, 0, 8, 8), (20, 20, 100, 4), (-4, 10, 8, 8), (50, 50, 5, 5)]
    before = retouch.patch_traffic()
    with frame.patches(boxes) as pixels:
        assert [p.shape for p in pixels] == [(8, 8, 4), (4, 12, 4), (8, 4, 4), (0, 0, 4)]
        for i, p in enumerate(pixels):
            p[:] = i + 1
    wanted = array.copy()
    wanted[:8, :8], wanted[20:24, 20:], wanted[10:18, :4] = 1, 2, 3
    assert (frame.to_numpy() == wanted).all()
    patches = frame.patches(boxes)
    assert len(patches) == 4 and patches.rects[1] == retouch.Rect(20, 20, 12, 4)
    # Only the pixels asked for are moved.
    assert retouch.patch_traffic().downloaded - before.downloaded == 2 * 4 * (64 + 48 + 32)


def test_a_patch_by_hand(device: str, rng: np.random.Generator) -> None:
    array = noise(rng, "bgr8", (32, 32))
    frame = frame_of(array, "bgr8", device)
    patch = frame.patch((4, 4, 8, 8), format="bgr8")
    assert patch.rect == (4, 4, 8, 8) and (patch.pixels == array[4:12, 4:12]).all()
    for value in (1, 2):
        patch.pixels[:] = value
        patch.commit()
        patch.pixels[:] = 77  # captured by then
        assert (frame.region((4, 4, 8, 8)).to_numpy() == value).all()
    with frame.patch((0, 0, 0, 0)) as nothing:
        assert nothing.size == 0


def test_a_patch_sees_what_was_enqueued_before_and_is_seen_by_what_comes_after(device: str) -> None:
    image = retouch.Image("rgba8", (1024, 1024), device=device)
    frame = retouch.Frame(image)
    other = retouch.Stream(device)
    retouch.fill(frame, (10, 10, 10))
    retouch.gaussian_blur(frame, sigma_x=20, accuracy="fast")
    retouch.fill(frame, (20, 20, 20), stream=other)
    with frame.patch((0, 0, 1024, 1024)) as pixels:
        assert (pixels[..., 0] == 20).all()
        pixels[..., :3] += 5
    retouch.fill(frame.region((0, 0, 512, 1024)), (45, 45, 45, 128), stream=other)
    got = frame.to_numpy()
    assert (got[:, 512:, 0] == 25).all() and (got[:, :512, 0] == 35).all()
