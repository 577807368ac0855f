"""Functions in Python: found, made, called, and their failures told."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import retouch

pytest.importorskip("retouch._pipeline")

from pipelines import BUILD, FRAMES, SOURCE, frames_of, gray_of, python, tool  # noqa: E402

WHITEN = '''
import retouch

class Whiten(retouch.FrameFunction):
    def __init__(self, part=0.5, log=None):
        self.part, self.log = part, log
        self.note("made")

    def note(self, text):
        if self.log:
            with open(self.log, "a") as file:
                print(text, file=file)

    def on_start(self, device): self.note(f"start {device.name}")
    def on_source_add(self, source_id): self.note(f"add {source_id}")
    def process_frame(self, frame):
        self.note(f"frame {frame.index}")
        retouch.fill(frame.region((0, 0, frame.width * self.part, frame.height)), (255, 255, 255))
    def on_source_eos(self, source_id): self.note(f"eos {source_id}")
    def on_stop(self): self.note("stop")
'''


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def module_of(folder: Path, *elements: str) -> Path:
    return write(folder, "module.yml", "pipeline:\n  elements:\n" + "".join(f"    - {element}\n" for element in elements))


def run_module(module: Path, clip: Path, **settings) -> retouch.Summary:
    return retouch.Pipeline(module, input=clip, overrides=["pipeline.output.format=none"], **settings).run()


def run_functions(clip: Path, *functions, **settings) -> retouch.Summary:
    return retouch.Pipeline(functions=functions, input=clip, **settings).run()


# ---- from a module file ----


def test_a_module_file_names_a_class(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "edit/whiten.py", WHITEN)
    log, output = tmp_path / "log", tmp_path / "out.mp4"
    module = module_of(tmp_path, f"{{element: pyfunc, module: edit/whiten.py, class_name: Whiten, kwargs: {{part: 0.25, log: '{log}'}}}}")
    summary = retouch.Pipeline(module, input=clip, output=output).run()
    assert (summary.frames_in, summary.frames_out, summary.output) == (FRAMES, FRAMES, str(output))
    assert [stage.name for stage in summary.stages] == ["Whiten", "wait for the device"]
    assert log.read_text().splitlines() == ["made", f"start {summary.device}", "add grays", *(f"frame {i}" for i in range(FRAMES)), "eos grays", "stop"]
    for index, frame in enumerate(frames_of(output)):
        assert frame[10:-10, 4:34].min() > 240
        assert abs(float(frame[10:-10, 50:].mean()) - gray_of(index)) < 6, index


@pytest.mark.parametrize("named", ["element: pyfunc, module: package.inner.whiten, class_name: Whiten", "function: 'package/inner/whiten.py:Whiten'"])
def test_a_file_of_a_package_imports_its_siblings(tmp_path: Path, clip: Path, named: str) -> None:
    for folder in ("package", "package/inner"):
        write(tmp_path, f"{folder}/__init__.py", "")
    write(tmp_path, "package/values.py", "SHADE = (0, 0, 0)\n")
    write(tmp_path, "package/inner/whiten.py", "import retouch\nfrom ..values import SHADE\nfrom package.values import SHADE as same\n"
          "class Whiten(retouch.FrameFunction):\n    def process_frame(self, frame):\n        assert SHADE is same\n        assert __name__ == 'package.inner.whiten', __name__\n")
    assert run_module(module_of(tmp_path, f"{{{named}}}"), clip).frames_out == FRAMES
    for name in [name for name in sys.modules if name.split(".")[0] == "package"]:
        del sys.modules[name]
    sys.path.remove(str(tmp_path))


def test_a_file_imports_what_lies_beside_it_and_a_plain_function_is_one(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "helper_of_plain.py", "def shade(frame, level): retouch.fill(frame.view(), (level, level, level))\nimport retouch\n")
    write(tmp_path, "plain.py", "from helper_of_plain import shade\ndef darken(frame, level=7): shade(frame, level)\n")
    output = tmp_path / "out.mp4"
    retouch.Pipeline(functions=[(f"{tmp_path}/plain.py:darken", {"level": 90})], input=clip, output=output).run()
    assert abs(np.mean(frames_of(output)[-1]) - 90) < 5


def test_a_file_that_was_edited_between_runs_is_read_again(tmp_path: Path, clip: Path) -> None:
    seen = tmp_path / "seen"
    for word in ("one", "three"):
        write(tmp_path, "again.py", f"def f(frame): open({str(seen)!r}, 'w').write({word!r})\n")
        run_functions(clip, f"{tmp_path}/again.py:f")
        assert seen.read_text() == word


def test_a_file_called_like_a_module_does_not_take_its_place(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "json.py", "import json, sys\ndef f(frame): assert json.dumps([]) == '[]' and sys.modules['json'] is json\n")
    assert run_functions(clip, f"{tmp_path}/json.py:f").frames_out == FRAMES
    sys.path.remove(str(tmp_path))


def test_what_the_documentation_shows(tmp_path: Path, clip: Path) -> None:
    """docs/python.md: the class, and the loops over open() and save()."""
    page = SOURCE / "docs/python.md"
    if not page.exists():
        pytest.skip("the documentation is not here")
    blocks = re.findall(r"```python\n(.*?)```", page.read_text().split("## Functions", 1)[1].split("## Patches", 1)[0], re.S)
    assert [block.split("\n")[0] for block in blocks] == ["import retouch", 'summary = retouch.Pipeline("blur.yml", input="in.mp4", output="out.mp4").run()',
                                                         'for frame in retouch.open("clip.mp4"):']
    write(tmp_path, "blur.py", blocks[0])
    module_of(tmp_path, "{element: pyfunc, module: blur.py, class_name: Blur, kwargs: {sigma: 9}}")
    (tmp_path / "module.yml").rename(tmp_path / "blur.yml")
    retouch.write_png(tmp_path / "slide.png", retouch.Image("rgb8", (64, 48)))
    for name in ("in.mp4", "clip.mp4"):
        shutil.copy(clip, tmp_path / name)
    program = "".join(blocks).replace('"face_detector"', '"draw_objects"')  # which needs no model
    done = python(f"names = ['slide.png']\n{program}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1 + FRAMES
    assert len(frames_of(tmp_path / "out.mp4")) == FRAMES and len(frames_of(tmp_path / "slides.mp4")) == 1


# ---- kwargs ----


class Declared(retouch.FrameFunction):
    sigma: float = 6
    label = "face"
    _hidden = 1

    def process_frame(self, frame: retouch.Frame) -> None:
        frame.attributes["got"] = f"{self.sigma} {self.label}"


class Constructed(retouch.FrameFunction):
    def __init__(self, sigma: float, *, label: str = "face") -> None:
        if sigma < 0:
            raise ValueError(f"sigma must not be negative ({sigma})")

    def process_frame(self, frame: retouch.Frame) -> None: ...


class Anything(retouch.FrameFunction):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)

    def process_frame(self, frame: retouch.Frame) -> None:
        assert self.whatever == [1, {"a": None}]  # type: ignore[attr-defined]


class NoMethod(retouch.FrameFunction): ...


@pytest.mark.parametrize(("name", "kwargs", "message"), [
    ("Declared", {"sigma": 9}, None),
    ("Declared", {"sigm": 9}, "function 'Declared': it takes no kwarg 'sigm'; it takes: sigma, label; did you mean 'sigma'?"),
    ("Declared", {"_hidden": 9}, "it takes no kwarg '_hidden'"),
    ("Constructed", {"sigma": 1, "label": "x"}, None),
    ("Constructed", {"sigma": 1, "labels": []}, "takes no kwarg 'labels'; it takes: sigma, label; did you mean 'label'?"),
    ("Constructed", {}, "it needs the kwarg 'sigma'; it takes: sigma, label"),
    ("Constructed", {"sigma": -2}, r"ValueError: sigma must not be negative \(-2\) \(.*test_functions.py:\d+ in __init__\)"),
    ("Anything", {"whatever": [1, {"a": None}]}, None),
    ("NoMethod", {}, r"NoMethod has no method process_frame\(self, frame\)"),
    ("Declare", {}, "has no class 'Declare'; it has: Declared, Constructed, Anything, NoMethod"),
])
def test_kwargs(name: str, kwargs: dict, message: str | None, clip: Path) -> None:
    pipeline = retouch.Pipeline(functions=[(f"{__file__}:{name}", kwargs)], input=clip)
    if message is None:
        assert pipeline.run().frames_out == FRAMES
        return
    with pytest.raises(retouch.FunctionError, match=message) as caught:
        pipeline.run()
    assert "\n" not in str(caught.value) and caught.value.exit_code == 4


def test_a_base_constructor_takes_what_is_declared() -> None:
    made = Declared(sigma=3, label="car")
    assert (made.sigma, made.label) == (3, "car")
    with pytest.raises(retouch.InvalidArgument, match="no kwarg 'size'"):
        Declared(size=1)
    with pytest.raises(NotImplementedError, match="NoMethod has no process_frame"):
        NoMethod().process_frame(None)  # type: ignore[arg-type]


# ---- errors ----

FAILING = '''
import retouch
import helper_of_failing

class Fails(retouch.FrameFunction):
    def process_frame(self, frame):
        if frame.index == 3:
            helper_of_failing.inner(frame)
'''


def test_an_error_names_file_and_line(tmp_path: Path, clip: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "failing.py", FAILING)
    helper = write(tmp_path, "helper_of_failing.py", "def inner(frame):\n    return {}['key\\nof two lines']\n")
    with pytest.raises(retouch.FunctionError) as caught:
        run_functions(clip, f"{path}:Fails")
    assert re.search(rf"Fails failed in frame 3 of grays: KeyError: .*\({path}:8 in process_frame\)", str(caught.value))
    assert isinstance(caught.value.__cause__, KeyError)
    said = capfd.readouterr().err
    assert f'File "{path}", line 8, in process_frame' in said and f'File "{helper}", line 2, in inner' in said
    assert "retouch/_functions.py" not in said


@pytest.mark.parametrize(("text", "message"), [
    ("import retouch\nclass Fails(retouch.FrameFunction:\n", r"cannot be loaded: SyntaxError: .* \({path}:2\)"),
    ("import no_such_module_here\n", r"cannot be loaded: ModuleNotFoundError: No module named 'no_such_module_here' \({path}:1 in <module>\)"),
    ("import retouch\nclass Fails(retouch.FrameFunction):\n    def process_frame(self, frame):\n        retouch.gaussian_blur(frame.view(), sigma_x=-1)\n",
     r"Fails failed in frame 0 of grays: retouch.InvalidArgument: gaussian_blur.*\({path}:4 in process_frame\)"),
    ("class Fails:\n    def process_frame(self, frame): pass\n    def on_start(self, device):\n        raise OSError('no model')\n",
     r"Fails failed in on_start: OSError: no model \({path}:4 in on_start\)"),
    ("class Fails:\n    def process_frame(self, frame):\n        frame.objects().append('no object')\n", "only retouch.Object may be in the list"),
    ("class Fails:\n    def process_frame(self, frame): raise SystemExit(3)\n", r"SystemExit: 3 \({path}:2 in process_frame\)"),
])
def test_errors(tmp_path: Path, clip: Path, text: str, message: str) -> None:
    path = write(tmp_path, "fails.py", text)
    with pytest.raises(retouch.FunctionError, match=message.replace("{path}", re.escape(str(path)))):
        run_functions(clip, f"{path}:Fails")


def test_missing_files(clip: Path) -> None:
    for spec, message in [("/nowhere/x.py:X", "Python file '/nowhere/x.py' does not exist"), ("no_such_file.py:X", r"\$RETOUCH_FUNCTION_PATH"),
                          ("no_such_package.module:X", "No module named 'no_such_package'"), ("@99:X", "of a pipeline that is gone"),
                          ("face_detector?dev_mode", "a Python function may have"), (f"{__file__}:Declared?fast", "'\\?fast' is not known")]:
        with pytest.raises(retouch.FunctionError, match=message):
            run_functions(clip, spec)


def test_on_error_skips_or_passes(clip: Path, caplog: pytest.LogCaptureFixture) -> None:
    later = []

    def even(frame: retouch.Frame) -> None:
        frame.attributes["seen"] = frame.index
        if frame.index % 2:
            raise RuntimeError("odd")

    def after(frame: retouch.Frame) -> None:
        later.append(frame.attributes["seen"])

    skipped = run_functions(clip, even, after, on_error="skip")
    assert (skipped.frames_out, skipped.frames_skipped, later) == (FRAMES // 2, FRAMES // 2, list(range(0, FRAMES, 2)))
    assert re.search(r"even failed in frame 1 of grays: RuntimeError: odd \(.*test_functions.py:\d+ in even\)", skipped.first_error)
    assert any("even failed in frame 1" in record.message for record in caplog.records)
    later.clear()
    passed = run_functions(clip, even, after, on_error="pass")
    assert (passed.frames_out, passed.errors_passed, later) == (FRAMES, FRAMES // 2, list(range(FRAMES)))


# ---- what functions share, and what they keep ----


def test_functions_hand_objects_on(clip: Path) -> None:
    got = []

    def finds(frame: retouch.Frame) -> None:
        frame.add_object(retouch.Object("face", (1, 2, 30, 40), confidence=0.5, attributes={"age": 7}))
        frame.attributes["scene"] = "day"

    def changes(frame: retouch.Frame) -> None:
        frame.objects("face")[0].label = "head"
        frame.objects().append(retouch.Object("hat", (5, 5, 5, 5)))

    def sees(frame: retouch.Frame) -> None:
        got.append(([(o.label, o.id, o.attributes.get("age")) for o in frame.objects()], frame.attributes["scene"]))

    run_functions(clip, finds, changes, sees)
    assert got == [([("head", 1, 7), ("hat", 2, None)], "day")] * FRAMES


def test_everything_that_is_kept_says_that_it_is_too_late(clip: Path, device: str) -> None:
    kept: list[dict] = []

    def memory_of(view: retouch.ImageView) -> list:
        if device != "cpu":
            return []
        return [*view.planes(), np.asarray(view.planes()[0]), np.from_dlpack(view.planes()[0])]

    def keeps(frame: retouch.Frame) -> None:
        view, region, canvas, patch = frame.view(), frame.region((4, 4, 8, 8)), retouch.Canvas(frame), frame.patch((0, 0, 4, 4))
        canvas.box((0, 0, 8, 8))
        frame.add_object(retouch.Object("kept", (1, 2, 3, 4)))
        kept.append({
            "index": frame.index, "frame": frame, "view": view, "region": region, "canvas": canvas, "patch": patch, "stream": frame.stream,
            "objects": frame.objects(), "object": frame.objects()[0], "attributes": frame.attributes,
            "memory": memory_of(view), "pixels": patch.__enter__(), "parts": frame.regions([(0, 0, 2, 2)]), "border": frame.border((0, 0, 20, 20), 2)})

    def too_late(things: dict) -> None:
        frame, region = things["frame"], things["region"]
        uses = {
            "frame.view": frame.view, "frame.region": lambda: frame.region((0, 0, 2, 2)), "frame.objects": frame.objects,
            "frame.size": lambda: frame.size, "frame.stream": lambda: frame.stream, "frame.attributes": lambda: frame.attributes,
            "frame.add_object": lambda: frame.add_object(retouch.Object("late", (0, 0, 1, 1))), "frame.patch": lambda: frame.patch((0, 0, 2, 2)),
            "frame.to_numpy": frame.to_numpy, "frame.__dlpack__": frame.__dlpack__, "frame.__cuda_array_interface__": lambda: frame.__cuda_array_interface__,
            "Canvas(frame)": lambda: retouch.Canvas(frame), "region.to_numpy": region.to_numpy, "region.region": lambda: region.region((0, 0, 2, 2)),
            "view.planes": things["view"].planes, "numpy.asarray": lambda: np.asarray(region), "from_dlpack": lambda: np.from_dlpack(region),
            "blur": lambda: retouch.gaussian_blur(region, sigma_x=2), "fill": lambda: retouch.fill(things["view"], (1, 2, 3)),
            "fill parts": lambda: retouch.fill(things["parts"], (1, 2, 3)), "fill border": lambda: retouch.fill(things["border"], (1, 2, 3)),
            "canvas.submit": things["canvas"].submit, "patch": lambda: things["patch"].__exit__(None, None, None),
            "copy_into": lambda: retouch.copy_into(things["view"], things["view"])}
        for name, use in uses.items():
            with pytest.raises(retouch.ExpiredFrame, match=f"frame {things['index']} of grays"):
                use()
                pytest.fail(f"{name} is not too late")
        assert frame.expired and "taken back" in repr(frame)
        # These are values of their own, or memory that lives as long as they do.
        things["stream"].synchronize()
        things["objects"].append(1)
        assert things["object"].label == "kept" and things["attributes"] == {}
        for pixels in (*things["memory"], things["pixels"]):
            assert pixels.sum() >= 0
            pixels[:] = 7

    def next_one(frame: retouch.Frame) -> None:  # in the same frame still, but that was another function's
        too_late(kept[-1])

    assert run_functions(clip, keeps, next_one, device=device).frames_out == FRAMES
    assert len(kept) == FRAMES
    gc.collect()
    for things in kept:
        too_late(things)
    kept.clear()
    gc.collect()


def test_a_thread_of_the_function_may_be_too_late_at_any_moment(clip: Path) -> None:
    regions: list = []
    stop, wrong, late = threading.Event(), [], []

    def work() -> None:
        while not stop.is_set():
            for region in regions[-3:]:
                try:
                    retouch.gaussian_blur(region, sigma_x=3)
                    retouch.fill(region, (9, 9, 9))
                except retouch.ExpiredFrame:
                    late.append(1)
                except BaseException as error:  # noqa: BLE001
                    wrong.append(error)

    def lends(frame: retouch.Frame) -> None:
        regions.append(frame.region((0, 0, 160, 120)))
        time.sleep(0.002)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            run_functions(clip, lends)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong and late


def test_sources_run_side_by_side(clip: Path) -> None:
    """Two pipelines whose functions sleep, as one does that waits for a GPU or a network: they sleep at the same time."""
    both = threading.Barrier(2, timeout=20)

    def meets(frame: retouch.Frame) -> None:
        both.wait()  # passes only when both pipelines are in their function at once

    threads = [threading.Thread(target=run_functions, args=(clip, meets)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not both.broken and not any(thread.is_alive() for thread in threads)


def test_instances_are_used_as_they_are_and_classes_are_made_anew(clip: Path) -> None:
    class Counts(retouch.FrameFunction):
        made = 0

        def __init__(self) -> None:
            Counts.made += 1
            self.frames = 0

        def process_frame(self, frame: retouch.Frame) -> None:
            self.frames += 1

    mine = Counts()
    pipeline = retouch.Pipeline(functions=[mine, Counts], input=clip)
    pipeline.run()
    pipeline.run()
    assert (mine.frames, Counts.made) == (2 * FRAMES, 3)
    for wrong in (7, None, object()):
        with pytest.raises(retouch.InvalidArgument, match="functions: each must be"):
            run_functions(clip, wrong)


# ---- dev_mode ----

EDITED = '''
import retouch
class Edited(retouch.FrameFunction):
    def __init__(self, name): self.log = open(name, "a", buffering=1)
    def on_start(self, device): print("start {version}", device.name, file=self.log)
    def on_source_add(self, source_id): print("add {version}", source_id, file=self.log)
    def on_stop(self): print("stop {version}", file=self.log)
    def process_frame(self, frame):
        {body}
        frame.attributes["version"] = {version}
'''


def test_dev_mode_reads_an_edited_file_again(tmp_path: Path, clip: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, log = tmp_path / "edited.py", tmp_path / "log"

    def edit(version: int, body: str = "pass") -> None:
        path.write_text(EDITED.format(version=version, body=body))

    edit(1)
    # Before which frame there is which file. A file that is missing for a moment, as editors do it, is no edit.
    edits = {3: lambda: edit(22), 6: lambda: edit(333, "pas s"), 9: lambda: edit(4444, "1 / 0"), 12: lambda: path.write_text(""),
             14: path.unlink, 15: lambda: edit(55555)}
    seen = []
    function = (f"{path}:Edited?dev_mode", {"name": str(log)})
    video = retouch.open(clip, functions=[function], device="cpu")
    for index, frame in enumerate(video):
        seen.append(frame.attributes["version"])
        if index + 1 in edits:
            edits[index + 1]()
    assert seen == [1] * 3 + [22] * 12 + [55555] * 5
    assert log.read_text().splitlines() == [
        "start 1 cpu", "add 1 grays", "start 22 cpu", "add 22 grays", "stop 1", "start 4444 cpu", "add 4444 grays", "stop 4444",
        "start 55555 cpu", "add 55555 grays", "stop 22", "stop 55555"]
    said = capfd.readouterr().err
    assert said.count("retouch: dev_mode:") == 5, "each version is told of once"
    assert f"SyntaxError: invalid syntax ({path}:9); the last good version goes on" in said
    assert f"ZeroDivisionError: division by zero ({path}:9 in process_frame); the last good version goes on" in said
    assert "has no class 'Edited'; it has: none; the last good version goes on" in said
    assert said.count("read again") == 2


def test_dev_mode_of_a_module_file(tmp_path: Path, clip: Path) -> None:
    path = write(tmp_path, "dev_module.py", "def f(frame, to): open(to, 'a').write('1')\n")
    write(tmp_path, "editor.py", f"def edit(frame):\n    if frame.index == 5:\n        open({str(path)!r}, 'w').write(\"def f(frame, to): open(to, 'a').write('two')\")\n")
    module = module_of(tmp_path, f"{{element: pyfunc, module: dev_module, class_name: f, dev_mode: true, kwargs: {{to: '{tmp_path}/to'}}}}",
                       "{function: 'editor.py:edit'}")
    run_module(module, clip)
    assert (tmp_path / "to").read_text() == "1" * 6 + "two" * (FRAMES - 6)


# ---- started from without: the native tool, gst-launch ----

shared = pytest.mark.skipif(".so" not in (sysconfig.get_config_var("INSTSONAME") or ""), reason="this Python has no shared library")
native = pytest.mark.skipif(not (BUILD / "bin/retouch").exists(), reason="no command-line tool in this build")


@shared
@native
def test_the_native_tool_starts_python(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "whiten.py", WHITEN + "print('loaded by', __name__)\n")
    module = module_of(tmp_path, "{element: pyfunc, module: whiten, class_name: Whiten, kwargs: {part: 0.5}}", "{function: 'whiten.py:Whiten'}")
    done = tool("run", module, "--input", clip, "--output", tmp_path / "out.mp4", "--set", "Whiten.part=1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "loaded by whiten\n" and "20 frames 160x120" in done.stderr and done.stderr.count("Whiten") == 2
    assert min(frame.min() for frame in frames_of(tmp_path / "out.mp4")) > 240


@shared
@native
def test_the_native_tool_tells_of_errors(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "helper_of_failing.py", "def inner(frame): raise ValueError('bad')\n")
    path = write(tmp_path, "failing.py", FAILING)
    module = module_of(tmp_path, "{element: pyfunc, module: failing.py, class_name: Fails}")
    output = tmp_path / "out.mp4"
    done = tool("run", module, "--input", clip, "--output", output)
    assert done.returncode == 4 and f'File "{path}", line 8, in process_frame' in done.stderr and not output.exists()
    assert f"retouch: error: Fails failed in frame 3 of grays: ValueError: bad ({path}:8 in process_frame)" in done.stderr
    done = tool("run", module, "--input", clip, "--output", output, "--on-error", "skip")
    assert done.returncode == 0 and "frames dropped by errors: 1" in done.stderr and done.stderr.count("Traceback") == 1


@native
def test_the_native_tool_says_which_python_is_missing(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "whiten.py", WHITEN)
    module = module_of(tmp_path, "{element: pyfunc, module: whiten, class_name: Whiten}")

    def said(**variables: str) -> str:
        done = tool("run", module, "--input", clip, "--output", tmp_path / "out.mp4", **variables)
        assert done.returncode == 4, done.stderr
        return done.stderr

    assert "'/bin/false' (of $RETOUCH_PYTHON) does not run, or is no Python" in said(RETOUCH_PYTHON="/bin/false")
    assert "'/no/env/bin/python' (of the active virtual environment)" in said(RETOUCH_PYTHON="", VIRTUAL_ENV="/no/env")
    assert "of $PATH" in said(RETOUCH_PYTHON="", VIRTUAL_ENV="", PATH="/nowhere")
    bare = write(tmp_path, "bare", f"#!/bin/sh\nunset PYTHONPATH\nexec {sys.executable} -I \"$@\"\n")
    bare.chmod(0o755)
    assert "has no package retouch" in said(RETOUCH_PYTHON=str(bare)) and "pip install retouch" in said(RETOUCH_PYTHON=str(bare))


@shared
@native
def test_gst_launch_with_a_python_function(tmp_path: Path) -> None:
    if shutil.which("gst-launch-1.0") is None:
        pytest.skip("no gst-launch-1.0")
    write(tmp_path, "whiten.py", WHITEN)
    env = dict(os.environ, GST_PLUGIN_PATH=str(BUILD / "lib/gstreamer-1.0"), RETOUCH_PYTHON=sys.executable)

    def launch(function: str, kwargs: str = "{}") -> subprocess.CompletedProcess[str]:
        return subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=5", "pattern=black", "!", "video/x-raw,format=RGBA,width=64,height=48", "!",
                               "retouch", f"function={function}", f"kwargs={kwargs}", "!", "filesink", "location=out.raw"],
                              capture_output=True, text=True, cwd=tmp_path, env=env, timeout=120)

    done = launch("whiten.py:Whiten", '{"part": 0.5}')
    assert done.returncode == 0, done.stderr
    frames = np.fromfile(tmp_path / "out.raw", np.uint8).reshape(5, 48, 64, 4)
    assert (frames[:, :, :32, :3] == 255).all() and (frames[:, :, 32:, :3] < 20).all()
    done = launch("whiten.py:Whiten", '{"parts": 0.5}')
    assert done.returncode != 0 and "it takes no kwarg 'parts'; it takes: part, log" in done.stderr
    done = launch("whiten.py:Whiten,nowhere.py:X", "[null, null]")
    assert done.returncode != 0 and "Python file 'nowhere.py' is not there" in done.stderr


COMMAND = "import sys; from retouch._command import main; sys.argv[0] = 'retouch'; main()"


@native
def test_the_command_of_the_package_runs_functions_in_its_own_python(tmp_path: Path, clip: Path) -> None:
    write(tmp_path, "which.py", "import sys\ndef f(frame):\n    if frame.index == 0: print(sys.executable, sys.argv)\n")
    module = module_of(tmp_path, "{element: pyfunc, module: which, class_name: f}")
    done = python(COMMAND, "run", module, "--input", clip, "--output", tmp_path / "out.mp4")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(sys.executable) and (tmp_path / "out.mp4").exists()
    done = python(COMMAND, "run", tmp_path / "none.yml")
    assert (done.returncode, done.stderr.count("retouch: error: ")) == (2, 1)
    done = python(COMMAND, "run", "--compat", "other", module)
    assert done.returncode == 2 and "--compat 'other': known are:" in done.stderr
    assert python(COMMAND, "devices").stdout.startswith("Devices")
    assert python(COMMAND, "--version").stdout.strip() == f"retouch {retouch.__version__}"
