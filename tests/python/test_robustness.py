"""Threads, memory, and calls that make no sense: exceptions only, no crash, no leak."""

from __future__ import annotations

import enum
import gc
import os
import re
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import retouch
from conftest import gpu_missing

IMAGE = retouch.Image("rgba8", (1500, 1000))
FRAME = retouch.Frame(IMAGE)
SPRITE = retouch.Sprite(np.full((1000, 1500, 4), 99, np.uint8))


def draw() -> None:
    with retouch.Canvas(IMAGE) as canvas:
        for k in range(20):
            canvas.circle((750, 500), 400 - k, fill=(k, 0, 0, 50), thickness=0)


@pytest.mark.parametrize("work", [
    lambda: retouch.gaussian_blur(IMAGE, sigma_x=5), lambda: retouch.GaussianBlur(sigma_x=2)(IMAGE), lambda: retouch.fill(IMAGE, "#01020380"), lambda: retouch.flip(IMAGE, "both"),
    lambda: retouch.composite(IMAGE, SPRITE), draw, lambda: IMAGE.to_numpy(), lambda: FRAME.patch((0, 0, 1500, 1000)), lambda: FRAME.patches([(0, 0, 1500, 1000)]).commit(),
    lambda: retouch.Sprite(IMAGE), lambda: retouch.Image.from_array(IMAGE), lambda: retouch.resize_into(IMAGE, retouch.Image("rgba8", (700, 600)))])
def test_other_threads_run_while_work_is_done(work) -> None:
    # A thread is made to yield by nothing but letting go of the GIL, which the call must do: the other one gets to run.
    ticks, stop = [], threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.0002)

    thread = threading.Thread(target=tick)
    interval = sys.getswitchinterval()
    thread.start()
    try:
        sys.setswitchinterval(30)
        start = time.perf_counter()
        while time.perf_counter() < start + 0.05:
            work()
        end = time.perf_counter()
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        thread.join()
    assert sum(start < t < end for t in ticks) >= 3


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="this Python has no GIL to hold")
def test_recording_needs_no_other_thread() -> None:
    """The check above can fail: what holds the GIL lets nobody run."""
    canvas = retouch.Canvas(IMAGE)
    with pytest.raises(AssertionError):
        test_other_threads_run_while_work_is_done(lambda: canvas.box((1, 2, 3, 4)))
    canvas.discard()


def test_many_threads_each_on_its_own_picture() -> None:
    errors = []

    def work(value: int) -> None:
        try:
            image = retouch.Image("rgba8", (64, 48))
            for round in range(50):
                retouch.fill(image, (value, value, value))
                frame = retouch.Frame(image, index=round)
                with retouch.Canvas(frame) as canvas:
                    canvas.box((0, 0, 10, 10), fill=(value + 1, 0, 0), thickness=0).text(str(value), (20, 20))
                with frame.patch((30, 30, 5, 5)) as pixels:
                    pixels[:] = value + 2
                got = frame.to_numpy()
                assert got[5, 5, 0] == value + 1 and got[32, 32, 0] == value + 2 and got[47, 0, 0] == value
                frame.expire()
        except Exception as error:  # noqa: BLE001 - to be shown by the main thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(20 * i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


@pytest.mark.parametrize("name", ["canvas", "objects", "an object", "a style", "frame", "expired frame", "sprite", "picture"])
def test_threads_share_one(name: str, device: str) -> None:
    """What a thread gets may be what another one made of it, but it is whole. Without a GIL they really meet."""
    image = retouch.Image("rgba8", (200, 100), device=device)
    frame = retouch.Frame(image)
    canvas = retouch.Canvas(image)
    style = retouch.TextStyle()
    looks_of = retouch.ObjectsStyle()
    sprite = retouch.Sprite(np.zeros((9, 9, 4), np.uint8))
    found = retouch.Object("x", (1, 2, 3, 4))
    pixels = np.zeros((100, 200, 4), np.uint8)
    names = ["a", "b" * 40]
    frames = [frame]

    def draws(k: int) -> None:
        canvas.box((1, 2, 30, 40)).text("hello", (3, 3)).mask((5, 5, 20, 20), np.ones((4, 4), bool))
        if k % 50 == 0:
            canvas.submit()
        elif k % 77 == 0:
            canvas.discard()

    def detects(k: int) -> None:
        frame.add_object(retouch.Object("y", (1, 2, 3, 4)))
        objects = frame.objects()
        assert all(o.label == "y" for o in objects[-5:])
        canvas.draw(objects[-5:])
        if len(objects) > 50:
            objects.clear()
            canvas.discard()

    def changes_object(k: int) -> None:
        found.label = names[k % 2]
        found.attributes["k"] = [1, k]
        found.landmarks = [(1, k)] * (k % 20)
        assert found.label in names and len(found.landmarks) < 20 and repr(found)
        assert retouch.LabelFormat("{label}")(found) in names and retouch.Palette().color(found)
        canvas.label(found, text=style).draw([found])
        if k % 50 == 0:
            canvas.discard()

    def changes_style(k: int) -> None:
        style.font = retouch.Font() if k % 2 else retouch.Font.hershey_simplex()
        style.background = (1, 2, 3, 4) if k % 3 else None
        looks_of.classes = {"x": retouch.ObjectStyle(), names[k % 2]: retouch.ObjectStyle()} if k % 5 else {}
        assert style.font is not None and len(looks_of.classes) < 3
        canvas.text("x", (1, 1), style).draw([found], looks_of)
        if k % 50 == 0:
            canvas.discard()

    def edits(k: int) -> None:
        with frame.patch((0, 0, 20, 20)) as part:
            part[:] = 3
        frame.attributes["a"] = k
        assert frame.region((1, 1, 5, 5)).to_numpy().shape == (5, 5, 4)

    def is_late(k: int) -> None:
        if k % 20 == 0:
            frames[0].expire()
            frames[0] = retouch.Frame(image)
        try:
            frames[0].add_object(found)
            frames[0].patch((0, 0, 3, 3)).commit()
            retouch.fill(frames[0].region((0, 0, 3, 3)), (1, 2, 3))
        except retouch.ExpiredFrame:
            pass

    def composites(k: int) -> None:
        retouch.composite(image, sprite, (2, 2), size=(9 + k % 3, 9))

    def looks(k: int) -> None:
        image.upload(pixels)
        assert image.region((1, 1, 9, 9)).to_numpy().shape == (9, 9, 4)

    use = dict(zip(["canvas", "objects", "an object", "a style", "frame", "expired frame", "sprite", "picture"],
                   [draws, detects, changes_object, changes_style, edits, is_late, composites, looks]))[name]
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for k in range(400):
                use(k)
        except BaseException as error:  # noqa: BLE001 - to be shown by the main thread
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    canvas.discard()
    assert not errors


def test_an_expired_frame_in_another_thread() -> None:
    frame = retouch.Frame(retouch.Image("rgba8", (64, 64)))
    view = frame.view()
    outcome = []

    def use() -> None:
        try:
            while True:
                retouch.fill(view, (1, 2, 3))
        except Exception as error:  # noqa: BLE001
            outcome.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    time.sleep(0.02)
    frame.expire()
    thread.join()
    assert isinstance(outcome[0], retouch.ExpiredFrame)


def test_negative_sizes_are_refused_as_whole_numbers_too() -> None:
    image = retouch.Image("rgba8", (20, 20))
    frame = retouch.Frame(image)
    for box in ((0, 0, -5, 5), (0, 0, 5, -5), (0.0, 0.0, -5.0, 5.0)):
        for call in (image.region, frame.region, frame.patch, lambda box: retouch.gaussian_blur(image.region(box), sigma_x=2)):
            with pytest.raises(retouch.InvalidArgument, match="-5"):
                call(box)


# Calls at random

class Weird:
    def __len__(self) -> int:
        return 4

    def __getitem__(self, index: int) -> float:
        raise RuntimeError("no items")


class Negative:
    def __len__(self) -> int:
        return -1


class FakeStream:
    def __cuda_stream__(self) -> object:
        return "stream"


class FakeArray:
    __cuda_array_interface__ = {"version": 3, "shape": (4, 4, 4), "typestr": "|u1", "data": (0, False), "strides": None, "stream": 1}


def values(rng: np.random.Generator, device: str) -> list:
    image = retouch.Image("rgba8", (9, 7), device=device)
    nv12 = retouch.Image("nv12", (9, 7), device=device)
    elsewhere = retouch.Image("rgba8", (9, 7), device="cuda" if device == "cpu" and not gpu_missing() else "cpu")
    frame = retouch.Frame(image)
    gone = retouch.Frame(image)
    late = gone.view()
    late_canvas = retouch.Canvas(gone)
    gone.expire()
    nan, inf = float("nan"), float("inf")
    empty = image.region((50, 50, 1, 1))
    return [None, True, 0, 1, -1, 3, 255, 256, 10**9, -(10**9), 2**63, 10**30, 0.5, -2.5, nan, inf, -inf, 1e300, "", "rgba8", "nv12", "#ff0000", "cuda", "cpu",
            "\0", "x" * 1000, b"bytes", (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4, 5), (nan, 1), (nan, 0, 1, 1), (-5, -5, 4, 4), (0, 0, -3, 5),
            (10**12, 10**12, 10**12, 10**12), (1e30, 1e30, 1e30, 1e30), [], [1, 2], [(1, 2), (3, 4), (5, 6)], [(nan, nan)] * 3, {}, {"a": 1}, {1}, object(), Weird(), Negative(),
            range(4), FakeStream(), FakeArray(), retouch, retouch.Image, print, image, nv12, image.region((1, 1, 4, 4)), empty, frame, frame.view(), gone, late, late_canvas,
            [image, frame], [late], retouch.Canvas(image), retouch.Stream("cpu"), retouch.Stream(device), retouch.Device(), retouch.Device(device), elsewhere, retouch.Box(1, 2, 3, 4), retouch.Object("x", (1, 2, 3, 4)),
            retouch.Sprite(np.zeros((3, 3, 4), np.uint8)), retouch.Sprite(), retouch.Shape.box((1, 2, 3, 4)), retouch.BoxStyle(), retouch.TextStyle(), retouch.ObjectsStyle(),
            retouch.PixelFormat.nv12, retouch.FlipMode.both, retouch.Font(), retouch.Palette(), retouch.ColorSpec(), np.zeros((7, 9, 4), np.uint8),
            np.zeros((7, 9), np.uint8), np.zeros((7, 9), bool), np.zeros((7, 9, 3), np.uint8)[:, ::-1], np.zeros((0, 0, 4), np.uint8), np.float32(2), np.int64(3),
            np.zeros((3, 2)), np.array(5), np.full((5, 2), nan), np.zeros((2, 2, 2, 2), np.uint8), np.array(["a"]), [retouch.Object("y")], [retouch.Shape.box((0, 0, 1, 1))]]


# What would make the process stop for other reasons, or write files.
LEFT_OUT = {"write_png", "set_cache_limit"}


def callables() -> list:
    found = []
    for name, thing in vars(retouch).items():
        if name.startswith("_") or name in LEFT_OUT or not callable(thing) or not getattr(thing, "__module__", "").startswith("retouch._core"):
            continue
        found.append((name, thing, None))
        if not isinstance(thing, type) or issubclass(thing, enum.Enum):
            continue
        for member in dir(thing):
            if member in LEFT_OUT or (member.startswith("__") and member not in ("__dlpack__", "__array__", "__call__", "__exit__", "__enter__", "__eq__")):
                continue
            found.append((f"{name}.{member}", member, thing))
    return found


def parameters(thing: object) -> list[str]:
    """Names of the parameters, as the signature in the documentation has them."""
    documented = thing.__init__ if isinstance(thing, type) else thing
    line = (getattr(documented, "__doc__", None) or "").split("\n")[0]
    return [name for name in re.findall(r"(\w+): ", line.split(") ->")[0]) if name != "self"]


def plausible(given: list, device: str) -> dict[str, list]:
    """What a parameter of that name may well get: the calls get beyond the checks of types."""

    def some(*types: type) -> list:
        return [value for value in given if isinstance(value, types)]

    pictures, arrays, numbers = some(retouch.ImageView, retouch.Frame), some(np.ndarray), [0, 1, 3, 5.5, 20, 255, 1e6, 2**40, float("nan"), -1]
    boxes = [(1, 2, 3, 4), (-5, -5, 4, 4), (0.5, 1.5, 3, 3), (0, 0, 100, 100, 33), retouch.Box(1, 2, 3, 4), (0, 0, 0, 0)]
    points = [(1, 2), (-5.5, 3), (1e9, 0), (float("nan"), 1)]
    colors = [(1, 2, 3), (1, 2, 3, 4), "#ff0000", "#ff000080", (0, 0, 256)]
    flags, shapes = [True, False], some(retouch.Shape)
    likely = {"regions src dst image target": pictures, "array": arrays + pictures, "mask classes values pixels": arrays, "box rect": boxes, "from_ to": boxes + points,
              "boxes": [[box, boxes[0]] for box in boxes], "center position tip": [*points, (2, 3)], "points landmarks": [points[:3], np.zeros((3, 2)), [(1, 2), (3, 4), (5, 6)]],
              "color background outline_color border_color shadow_color edge_color": colors, "fill": [*colors, None], "text": ["x", "hello\nworld", "\0", "日本"],
              "label": ["face", ""], "format": ["rgba8", "gray8", "nv12", "{label}"], "size": [(9, 7), (3, 3), (0, 0), (-1, 4)], "ksize": [3, 5, (3, 5), 4, 0],
              "object": some(retouch.Object), "objects": [some(retouch.Object), []], "sprite": some(retouch.Sprite), "shape shapes": shapes, "edges": [[(0, 1)], []],
              "style": some(retouch.BoxStyle, retouch.TextStyle, retouch.ObjectsStyle), "palette colors": [["#ff0000", (1, 2, 3)]], "mode": ["both", "horizontal"],
              "rotation": ["cw90", "cw180"], "stream": [None, retouch.Stream(device)], "device": [device], "privacy": ["high"], "thickness": [1, 2.5, 0, -1, 1e9], "region": [(5, 5)],
              "bold diagonal vertical fade_low ellipse only_listed": flags, "font": [retouch.Font()], "dash shadow_offset": [(1, 2)], "padding": [2, (1, 2, 3, 4)],
              "anchor": ["center"], "align": ["left"], "overflow": ["wrap", "ellipsis"], "placement": ["inside"], "rule": ["nonzero"], "map": ["turbo"], "method": ["box", "pixelate"],
              "border": ["replicate", "constant"], "accuracy": ["fast", "exact"], "interpolation": ["area"], "op": ["over", "xor"], "": numbers}
    return {name: choice for names, choice in likely.items() for name in (names.split() or [""])}


def random_calls(count: int, seed: int, device: str = "cpu") -> tuple[int, int]:
    """How many calls did something, and how many raised. Memory of the GPU must not grow."""
    rng = np.random.default_rng(seed)
    targets, given = callables(), values(rng, device)
    likely = plausible(given, device)
    fine = refused = 0
    used: list[int] = []

    def pick(parameter: str) -> object:
        choice = likely.get(parameter, likely[""]) if rng.random() < 0.9 else given
        return choice[rng.integers(len(choice))]

    for number in range(count):
        if number % 5000 == 4999:
            given = values(rng, device)
            likely = plausible(given, device)
            if device != "cpu":
                gc.collect()
                retouch.default_stream(device).synchronize()
                used.append(retouch.device_memory(device).used_bytes)
        name, thing, owner = targets[rng.integers(len(targets))]
        try:
            if owner is not None:
                instances = [value for value in given if isinstance(value, owner)]
                thing = getattr(instances[rng.integers(len(instances))] if instances else owner, thing)
                if not callable(thing):
                    fine += 1
                    continue
            names = parameters(thing)
            if rng.random() < 0.1:
                rng.shuffle(names)
            arguments = [pick(parameter) for parameter in names[: rng.integers(0, 5)]]
            keywords = {parameter: pick(parameter) for parameter in names[len(arguments) :] if rng.random() < 0.2}
            if rng.random() < 0.02:
                keywords["wrong"] = 1
            thing(*arguments, **keywords)
            fine += 1
        except Exception as error:  # noqa: BLE001
            assert not isinstance(error, SystemError), (name, error)
            refused += 1
    assert len(used) < 4 or max(used[len(used) // 2 :]) < max(used[: len(used) // 2]) + (4 << 20), used
    return fine, refused


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_random_calls_raise_and_never_crash(device: str) -> None:
    count = int(os.environ.get("RETOUCH_RANDOM_CALLS", "30000"))
    seed = int(os.environ.get("RETOUCH_RANDOM_SEED", "1"))
    # In a process of its own, so that a crash is a failure that says which seed.
    code = f"import sys; sys.path.insert(0, {os.path.dirname(__file__)!r}); import test_robustness as t; print(*t.random_calls({count}, {seed}, {device!r}))"
    run = subprocess.run([sys.executable, "-X", "faulthandler", "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=3000)
    assert run.returncode == 0, f"seed {seed}: exit {run.returncode}\n{run.stderr[-4000:]}"
    fine, refused = map(int, run.stdout.split())
    assert fine > count / 5 and refused > count / 5, run.stdout


def test_no_leak() -> None:
    random_calls(3000, 7)
    gc.collect()
    before = resident_bytes()
    for seed in range(4):
        random_calls(3000, 7)  # the same again
    gc.collect()
    grown = resident_bytes() - before
    assert grown < 8 << 20, f"{grown / 1e6:.1f} MB more after four times the same calls"


@pytest.mark.parametrize("use", [
    lambda: retouch.Image.from_array(np.zeros((256, 256, 4), np.uint8)), lambda: retouch.Image("rgba8", (256, 256)).numpy()[:].sum(),
    lambda: np.from_dlpack(retouch.Image("rgba8", (256, 256))), lambda: retouch.Frame(retouch.Image("rgba8", (256, 256))).patch((0, 0, 256, 256)).pixels,
    lambda: retouch.Canvas(retouch.Image("rgba8", (256, 256))).text("text", (1, 1)), lambda: retouch.Object("x", attributes={"a": [1] * 20000}),
    lambda: retouch.ImageView.wrap(np.zeros((256, 256, 4), np.uint8)).region((1, 1, 5, 5)), lambda: retouch.Shape.mask((0, 0, 9, 9), np.zeros((256, 1024), bool)),
    lambda: retouch.ObjectsStyle(hook=lambda o, s: None), lambda: retouch.Stream()])
def test_what_is_dropped_is_freed(use) -> None:
    for _ in range(30):
        use()
    gc.collect()
    before = resident_bytes()
    for _ in range(300):
        use()
    gc.collect()
    grown = resident_bytes() - before
    assert grown < 10 << 20, f"{grown / 1e6:.1f} MB"  # 300 times 256 KiB would be 79 MB


def test_a_cycle_through_a_frame_is_collected() -> None:
    class Holder(dict):
        pass

    import weakref

    frame = retouch.Frame(retouch.Image("rgba8", (4, 4)))
    holder = Holder(frame=frame)
    frame.objects().append(holder)
    gone = weakref.ref(holder)
    object = retouch.Object("x")
    other = Holder(object=object)
    object.attributes["me"] = other
    gone_too = weakref.ref(other)
    del frame, holder, object, other
    gc.collect()
    assert gone() is None and gone_too() is None
