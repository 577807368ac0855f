"""Pipelines from Python: Pipeline, open, save."""

from __future__ import annotations

import gc
import itertools
import json
import os
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

import retouch

pytest.importorskip("retouch._pipeline")

from pipelines import BUILD, FPS, FRAMES, REAL_CLIP, SIZE, frames_of, gray_of, leftovers, luma_of, make_clip, python, rate_of, times_of  # noqa: E402


def nothing(frame: retouch.Frame) -> None: ...


# ---- Pipeline ----


def test_functions_of_every_kind_and_a_summary(tmp_path: Path, clip: Path) -> None:
    class Part(retouch.FrameFunction):
        level = 255

        def process_frame(self, frame: retouch.Frame) -> None:
            retouch.fill(frame.region((0, 0, 40, 120)), (self.level,) * 3)

    reports = []
    output = tmp_path / "out.mp4"
    pipeline = retouch.Pipeline(
        functions=[Part(level=0), lambda frame: retouch.fill(frame.region((120, 0, 40, 120)), (255, 255, 255)), ("draw_objects", {}), {"element": "identity"}, nothing],
        input=clip, output=output, device="cpu")
    summary = pipeline.run(progress=reports.append)
    assert (summary.width, summary.height, summary.frames_in, summary.frames_out) == (*SIZE, FRAMES, FRAMES)
    assert (summary.output, summary.device, summary.encoder, summary.interrupted) == (str(output), "cpu", "x264enc", False)
    assert [stage.name for stage in summary.stages] == ["Part", "<lambda>", "draw_objects", "wait for the device", "nothing", "wait for the device"]
    assert summary.frames_per_second > 0 and summary.stages[0].mean_ms > 0
    assert reports[-1].frames_out == reports[-1].frames_expected == FRAMES and reports[-1].fraction == 1
    frames = frames_of(output)
    assert len(frames) == FRAMES and rate_of(output) == FPS
    for index, frame in enumerate(frames):
        assert frame[10:-10, 4:34].max() < 20 and frame[10:-10, 126:].min() > 235
        assert abs(float(frame[10:-10, 50:110].mean()) - gray_of(index)) < 6


def test_a_dict_is_a_module(tmp_path: Path, clip: Path) -> None:
    seen = []
    module = {"name": "mine", "parameters": {"on_error": "skip"}, "pipeline": {"source": {"uri": str(clip)}, "elements": [lambda frame: seen.append(frame.index)]}}
    before = json.dumps(module, default=str)
    assert retouch.Pipeline(module, functions=[lambda frame: 1 / 0 if frame.index == 2 else None]).run().frames_skipped == 1
    assert seen == list(range(FRAMES)) and json.dumps(module, default=str) == before
    with pytest.raises(retouch.InvalidArgument, match="unknown key 'pipelin'"):
        retouch.Pipeline({"pipelin": {}}, input=clip).run()
    output = tmp_path / "out.mkv"
    retouch.Pipeline({"pipeline": {"output": {"file": str(output), "quality": 30}}}, input=clip, overrides=["pipeline.output.quality=18"]).run()
    assert len(frames_of(output)) == FRAMES


def test_a_module_file_keeps_its_own_functions(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "module.yml"
    path.write_text("pipeline:\n")
    assert retouch.Pipeline(path, input=clip, output=tmp_path / "out.mp4", frame_png=(7, tmp_path / "7.png")).run().frames_out == FRAMES
    assert abs(float(cv2.imread(str(tmp_path / "7.png")).mean()) - gray_of(7)) < 6
    with pytest.raises(retouch.InvalidArgument, match="not with a module file"):
        retouch.Pipeline(path, functions=[nothing], input=clip)
    with pytest.raises(retouch.RunError, match="no output: give") as caught:
        retouch.Pipeline(path, input=clip).run()
    assert (caught.value.failure, caught.value.exit_code) == ("usage", 2)


@pytest.mark.parametrize(("settings", "failure", "message"), [
    ({"input": "/nowhere.mp4"}, "input", "nowhere"), ({"input": __file__}, "input", "is not a video"), ({}, "usage", "no input"),
    ({"device": "cuda:77"}, "device", "devices"), ({"device": "tpu"}, "usage", "tpu"), ({"output": "/nowhere/out.mp4"}, "output", "does not exist"),
    ({"output": "out.avi"}, "usage", ".avi"), ({"frame_png": (1000, "/tmp/never.png")}, "usage", "frame 1000 cannot be saved")])
def test_what_goes_wrong(settings: dict, failure: str, message: str, clip: Path) -> None:
    given = {"input": clip} | settings if settings else {}
    with pytest.raises(retouch.RunError, match=message) as caught:
        retouch.Pipeline(functions=[nothing], **given).run()
    assert caught.value.failure == failure and isinstance(caught.value, retouch.Error)


def test_stop_and_abort(tmp_path: Path) -> None:
    stops = tmp_path / "stopped.mp4"
    pipeline = retouch.Pipeline(functions=[lambda frame: pipeline.stop() if frame.index == 30 else None], input=REAL_CLIP, output=stops)
    summary = pipeline.run()
    assert summary.interrupted and 30 < summary.frames_out < 249 and len(frames_of(stops)) == summary.frames_out
    pipeline = retouch.Pipeline(functions=[lambda frame: pipeline.abort() if frame.index == 30 else None], input=REAL_CLIP, output=tmp_path / "aborted.mp4")
    with pytest.raises(retouch.RunError, match="aborted") as caught:
        pipeline.run()
    assert caught.value.failure == "aborted" and not (tmp_path / "aborted.mp4").exists() and not leftovers(tmp_path)
    pipeline.stop()  # nothing runs: nothing happens


def test_what_progress_raises_ends_the_run(tmp_path: Path) -> None:
    def stops(progress: retouch.Progress) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        retouch.Pipeline(input=REAL_CLIP, output=tmp_path / "out.mp4").run(stops)
    assert not list(tmp_path.iterdir())


def test_a_run_lets_other_threads_run(clip: Path) -> None:
    ticks = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(1)
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    retouch.Pipeline(input=REAL_CLIP, functions=["draw_objects"]).run()
    during = len(ticks)
    done.set()
    thread.join()
    assert during > 20


INTERRUPTED = '''
import os, signal, sys, threading, time, retouch

class Slow(retouch.FrameFunction):
    def process_frame(self, frame):
        if frame.index == 5: os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.02)
    def on_stop(self): print("stopped", flush=True)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
try:
    retouch.Pipeline(functions=[Slow()], input=sys.argv[1], output=sys.argv[2]).run()
except KeyboardInterrupt:
    print("interrupted")
'''


def test_control_c_finishes_the_file(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    done = python(INTERRUPTED, REAL_CLIP, output)
    assert (done.returncode, done.stdout) == (0, "stopped\ninterrupted\n"), done.stderr
    assert 5 <= len(frames_of(output)) < 40 and not leftovers(tmp_path)


def test_python_ends_while_pipelines_run(tmp_path: Path) -> None:
    """A thread that runs a pipeline, and a video that is read half: neither keeps the program from ending, nor crashes it."""
    program = '''
import sys, threading, time, retouch
started = threading.Event()
def slow(frame):
    started.set()
    time.sleep(0.02)
threading.Thread(target=lambda: retouch.Pipeline(functions=[slow], input=sys.argv[1], output=sys.argv[2]).run(), daemon=True).start()
video = retouch.open(sys.argv[1], functions=[slow])
frame = next(video)
held = next(retouch.open(sys.argv[1]))
started.wait()
writer = retouch.save(sys.argv[3])
writer.write(frame)
print("done")
'''
    start = time.monotonic()
    done = python(program, REAL_CLIP, tmp_path / "out.mp4", tmp_path / "saved.mp4")
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
    assert time.monotonic() - start < 20 and not list(tmp_path.iterdir())


def test_runs_leak_nothing(clip: Path) -> None:
    def run() -> None:
        retouch.Pipeline(functions=[lambda frame: frame.add_object(retouch.Object("a", (0, 0, 4, 4)))], input=clip).run()
        for frame in retouch.open(clip):
            break
        list(retouch.open(clip))

    def state() -> tuple[int, int]:
        gc.collect()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and len(os.listdir("/proc/self/task")) > threads:
            time.sleep(0.05)
        return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))

    threads = 0
    for _ in range(3):
        run()
    time.sleep(0.5)
    threads = len(os.listdir("/proc/self/task"))
    before = state()
    for _ in range(10):
        run()
    after = state()
    assert after[0] <= before[0] and after[1] <= before[1] + 2, (before, after)
    from retouch import _functions
    assert not _functions._objects and not _functions.failures.known


# ---- open ----


def test_open_gives_every_frame(clip: Path) -> None:
    expected = frames_of(clip)
    video = retouch.open(clip, device="cpu")
    assert video.summary is None and "grays.mp4" in repr(video)
    for index, frame in enumerate(video):
        assert (frame.index, frame.source_id, frame.size, frame.fps, frame.format.name) == (index, "grays", SIZE, FPS, "i420")
        assert frame.pts_ns == index * 40_000_000
        assert abs(float(luma_of(frame).mean()) - (16 + float(expected[index].mean()) * 219 / 255)) < 3
        assert abs(float(expected[index].mean()) - gray_of(index)) < 6  # of the right frame
    assert index == FRAMES - 1 and video.summary is not None and video.summary.frames_in == FRAMES
    assert list(video) == []


def test_a_frame_is_lent_until_the_next_one(clip: Path) -> None:
    video = retouch.open(clip)
    first = next(video)
    region, copy = first.region((0, 0, 8, 8)), luma_of(first)
    assert not first.expired and first.index == 0
    second = next(video)
    assert first.expired and not second.expired
    with pytest.raises(retouch.ExpiredFrame, match="frame 0 of grays"):
        region.to_numpy()
    assert (copy == copy[0, 0]).all()
    video.close()
    assert second.expired
    with pytest.raises(StopIteration):
        next(video)
    video.close()


def test_leaving_the_loop_stops_the_decoder(clip: Path) -> None:
    for frame in retouch.open(REAL_CLIP):
        if frame.index == 3:
            break
    assert frame.expired  # the loop had the only reference to the video
    with retouch.open(REAL_CLIP) as video:
        for frame in video:
            assert not frame.expired
            break
        assert not frame.expired
    assert frame.expired
    with pytest.raises(KeyError), retouch.open(REAL_CLIP) as video:
        next(video)
        raise KeyError
    never = retouch.open(REAL_CLIP)  # never read
    del never


def test_videos_side_by_side_and_functions_before_the_loop(clip: Path, tmp_path: Path) -> None:
    other = make_clip(tmp_path / "longer.mp4", 30)
    seen = []
    pairs = [(a.index, b.index) for a, b in zip(retouch.open(clip), retouch.open(other, functions=[lambda frame: seen.append(frame.index)]))]
    assert pairs == [(i, i) for i in range(FRAMES)]
    assert FRAMES <= len(seen) <= FRAMES + 2

    def finds(frame: retouch.Frame) -> None:
        frame.add_object(retouch.Object("thing", (1, 2, 3, 4)))
        retouch.fill(frame.view(), (0, 0, 0))

    for frame in retouch.open(clip, functions=[finds]):
        assert [found.label for found in frame.objects()] == ["thing"] and luma_of(frame).max() == 16


def test_errors_of_open(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(retouch.FileError, match="nowhere.mp4 does not exist"):
        retouch.open("nowhere.mp4")
    with pytest.raises(retouch.RunError, match="is not a video"):
        list(retouch.open(__file__))
    with pytest.raises(retouch.FunctionError, match=r"KeyError: 5 \(.*test_pipeline.py:\d+") as caught:
        list(retouch.open(clip, functions=[lambda frame: {}[5] if frame.index == 5 else None]))
    assert isinstance(caught.value.__cause__, KeyError) and 'on_error="skip"' in str(caught.value)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes()[:-2000])
    with pytest.raises(retouch.RunError, match="damaged.*keep_damaged=True"):
        list(retouch.open(cut))
    video = retouch.open(clip)
    with pytest.raises(ValueError):
        for frame in video:
            raise ValueError
    frame.objects().append(7)  # what no frame can hold is said when it is given back
    with pytest.raises(retouch.InvalidArgument, match="only retouch.Object"):
        next(video)
    assert next(video).index == 1


# ---- save ----


def edited(frames):
    for frame in frames:
        retouch.fill(frame.region((0, 0, 40, frame.height)), (255, 255, 255))
        yield frame


def test_save_keeps_size_rate_and_times(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    assert retouch.save(output, edited(retouch.open(clip))) == FRAMES
    frames = frames_of(output)
    assert len(frames) == FRAMES and rate_of(output) == FPS and times_of(output) == pytest.approx(times_of(clip))
    for index, frame in enumerate(frames):
        assert frame.shape == (SIZE[1], SIZE[0], 3) and frame[10:-10, 4:34].min() > 240
        assert abs(float(frame[10:-10, 50:].mean()) - gray_of(index)) < 6
    assert not leftovers(tmp_path)


def test_variable_times_are_kept(tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    image = retouch.Image.from_array(np.full((64, 64, 3), 90, np.uint8), "bgr8")
    times = [0, 33, 100, 101, 400, 1200]
    with retouch.save(output) as video:
        for ms in times:
            video.write(retouch.Frame(image, pts_ns=5_000_000_000 + ms * 1_000_000))
        assert video.frames == len(times) and not output.exists()
    assert times_of(output) == pytest.approx(times, abs=0.1)  # from the first frame on


def test_parts_and_several_videos_follow_each_other(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    assert retouch.save(output, itertools.chain(itertools.islice(retouch.open(clip), 5, 10), retouch.open(clip))) == FRAMES + 5
    assert times_of(output) == pytest.approx([40 * i for i in range(FRAMES + 5)], abs=0.1)
    grays = [float(frame.mean()) for frame in frames_of(output)]
    assert grays == pytest.approx([gray_of(i) for i in [*range(5, 10), *range(FRAMES)]], abs=6)


@pytest.mark.parametrize("format", ["gray8", "rgb8", "bgr8", "rgba8", "bgra8", "nv12", "i420"])
@pytest.mark.parametrize("name", ["out.mp4", "out.mov", "out.mkv"])
def test_pictures_of_every_format(format: str, name: str, tmp_path: Path) -> None:
    output = tmp_path / name
    images = []
    for level in (60, 120, 200):
        image = retouch.Image(format, (64, 48))
        retouch.fill(image, (level, level, level))
        images.append(image)
    assert retouch.save(output, images, fps=50) == 3
    assert rate_of(output) == 50
    assert [float(frame.mean()) for frame in frames_of(output)] == pytest.approx([60, 120, 200], abs=5)


@pytest.mark.parametrize("fps", [12, 23.976, 24, 29.97, 59.94, 60])
def test_rates(fps: float, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    retouch.save(output, [retouch.Image("gray8", (32, 32))] * 60, fps=fps)
    assert rate_of(output) == pytest.approx(fps, abs=0.001)
    assert times_of(output)[-1] == pytest.approx(59 * 1000 / fps, abs=0.2)


def test_colours_are_kept(tmp_path: Path) -> None:
    colors = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
    for matrix in ("bt601", "bt709"):
        output = tmp_path / f"{matrix}.mp4"
        images = []
        for color in colors:
            image = retouch.Image("nv12", (64, 64), color=retouch.ColorSpec(matrix, "limited"))
            retouch.fill(image, color)
            images.append(image)
        retouch.save(output, images)
        back = [tuple(frame.mean(axis=(0, 1))[::-1]) for frame in frames_of(output)]
        for got, color in zip(back, colors):
            assert got == pytest.approx(color, abs=14)


def test_no_file_when_frames_fail(clip: Path, tmp_path: Path) -> None:
    def fails():
        for frame in retouch.open(clip):
            if frame.index == 5:
                raise RuntimeError("half way")
            yield frame

    for use in (lambda: retouch.save(tmp_path / "a.mp4", fails()), lambda: retouch.save(tmp_path / "b.mp4", iter([])),
                lambda: retouch.save(tmp_path / "c.mp4", [retouch.Image("gray8", (31, 32))]),
                lambda: retouch.save(tmp_path / "d.mp4", [retouch.Image("gray8", (32, 32)), retouch.Image("gray8", (64, 32))]),
                lambda: retouch.save(tmp_path / "e.mp4", ["no picture"]), lambda: retouch.save(tmp_path / "f.avi", []),
                lambda: retouch.save(tmp_path / "g.mp4", [], quality=52), lambda: retouch.save(tmp_path / "h.mp4", [], fps=float("nan")),
                lambda: retouch.save(tmp_path / "i.mp4", [retouch.Image("gray8", (32, 32))], encoder="x265ence"),
                lambda: retouch.save(tmp_path / "no/such/folder.mp4", [])):
        with pytest.raises((retouch.Error, RuntimeError, TypeError)):
            use()
    writer = retouch.save(tmp_path / "dropped.mp4")
    writer.write(retouch.Image("gray8", (32, 32)))
    del writer
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_messages_of_save(tmp_path: Path) -> None:
    with pytest.raises(retouch.InvalidArgument, match="31x32 cannot be encoded: .* even"):
        retouch.save(tmp_path / "a.mp4", [retouch.Image("gray8", (31, 32))])
    with pytest.raises(retouch.InvalidArgument, match="64x32.* is not like the first frame, gray8 32x32"):
        retouch.save(tmp_path / "a.mp4", [retouch.Image("gray8", (32, 32)), retouch.Image("gray8", (64, 32))])
    with pytest.raises(retouch.RunError, match="no frame was written"):
        retouch.save(tmp_path / "a.mp4", [])
    with pytest.raises(retouch.RunError, match="'x265ence' is installed"):
        retouch.save(tmp_path / "a.mp4", [retouch.Image("gray8", (32, 32))], encoder="x265ence")
    writer = retouch.save(tmp_path / "a.mp4")
    writer.write(retouch.Image("gray8", (32, 32)))
    writer.close()
    writer.close()
    with pytest.raises(retouch.InvalidArgument, match="is finished"):
        writer.write(retouch.Image("gray8", (32, 32)))
    frame = retouch.Frame(retouch.Image("gray8", (32, 32)))
    frame.expire()
    with pytest.raises(retouch.ExpiredFrame):
        retouch.save(tmp_path / "b.mp4", [frame])


def test_without_gstreamer_the_package_works_and_says_what_to_install(tmp_path: Path) -> None:
    """A package without its pipelines: as when GStreamer was not there when it was built."""
    if not (BUILD / "bin/retouch").exists():
        pytest.skip("an installed package has its libraries in it")
    package = tmp_path / "retouch"
    package.mkdir()
    for path in Path(retouch.__file__).absolute().parent.iterdir():
        if not path.name.startswith(("_pipeline.", "__pycache__", "lib", "bin")):
            (package / path.name).symlink_to(path.resolve())
    env = dict(os.environ, PYTHONPATH=str(tmp_path))
    program = '''
import retouch
retouch.fill(retouch.Image("gray8", (4, 4)), (1, 2, 3))
class F(retouch.FrameFunction): ...
for use in (lambda: retouch.Pipeline(functions=[print]), lambda: retouch.save("x.mp4"), lambda: retouch.open(retouch.__file__)):
    try:
        use()
    except retouch.Unsupported as error:
        print("apt-get install" in str(error), "gstreamer1.0" in str(error))
'''
    done = python(program, env=env)
    assert (done.returncode, done.stdout) == (0, "True True\n" * 3), done.stderr
