"""The runner: order of calls, errors, frames of other kinds, lifetimes, edits of the code while it runs."""

from __future__ import annotations

import logging
import os
import textwrap

import numpy as np
import pytest
from savant_support import cv2, device, hook, picture, pixels  # noqa: F401

import retouch
import retouch.savant
from retouch.savant import module as module_file
from retouch.savant.metadata import Metadata, Record
from retouch.savant.runner import ModuleError, ModuleRunner

GRAY = (100, 100, 100, 255)


@pytest.fixture
def make(hook, tmp_path):
    """A runner for code and for parameters and elements of a module file."""

    def runner(code: str, yaml: str, **more) -> ModuleRunner:
        (tmp_path / "code_under_test.py").write_text(textwrap.dedent(code))
        path = tmp_path / "module.yml"
        path.write_text(textwrap.dedent(yaml))
        return ModuleRunner(module_file.load(path), **more)

    return runner


ONE = "pipeline: {elements: [{element: pyfunc, module: code_under_test, class_name: One}]}"
TWO = """
parameters: {draw_func: {module: code_under_test, class_name: Draw}}
pipeline:
  elements:
    - {element: pyfunc, module: code_under_test, class_name: One, kwargs: {name: first}}
    - {element: pyfunc, module: code_under_test, class_name: One, kwargs: {name: second}}
"""
LOGGING = """
from savant.deepstream.drawfunc import NvDsDrawFunc
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
calls = []
class Told:
    def on_start(self):
        calls.append(f"{self.name} start")
        return super().on_start()
    def on_stop(self):
        calls.append(f"{self.name} stop")
        return True
    def on_source_add(self, source_id):
        calls.append(f"{self.name} add {source_id}")
    def on_source_eos(self, source_id):
        calls.append(f"{self.name} eos {source_id}")
    def process_frame(self, buffer, frame_meta):
        calls.append(f"{self.name} {frame_meta.source_id} {frame_meta.frame_num} {frame_meta.pts}")
class One(Told, NvDsPyFuncPlugin):
    pass
class Draw(Told, NvDsDrawFunc):
    name = "draw"
"""


def calls_of(runner: ModuleRunner) -> list[str]:
    return runner._functions[0]._module.calls


def test_the_order_of_calls(make):
    runner = make(LOGGING, TWO)
    frame = picture(8, 8)
    outputs = list(runner.run([("a", 10, frame), ("b", 11, frame), ("a", 20, frame), ("a", 0, None)]))
    assert calls_of(runner) == [
        "first start", "second start", "draw start",
        "first add a", "second add a", "draw add a", "first a 0 10", "second a 0 10", "draw a 0 10",
        "first add b", "second add b", "draw add b", "first b 0 11", "second b 0 11", "draw b 0 11",
        "first a 1 20", "second a 1 20", "draw a 1 20",
        "first eos a", "second eos a", "draw eos a", "first eos b", "second eos b", "draw eos b",
        "draw stop", "second stop", "first stop",
    ]  # fmt: skip
    assert [(o.source_id, o.pts, o.eos) for o in outputs] == [
        ("a", 10, False), ("b", 11, False), ("a", 20, False), ("a", 0, True), ("b", 0, True),
    ]  # fmt: skip


def test_a_failing_function_is_named_and_the_others_are_stopped(make):
    runner = make(
        LOGGING.replace(
            'calls.append(f"{self.name} {frame',
            'if self.name == "second": raise KeyError("lost")\n        calls.append(f"{self.name} {frame',
        ),
        TWO,
    )
    with pytest.raises(ModuleError, match="One failed in frame 0 of 'a': KeyError: 'lost'") as caught:
        list(runner.run([("a", 10, picture(8, 8))]))
    assert isinstance(caught.value.__cause__, KeyError)
    import traceback

    text = "".join(traceback.format_exception(caught.value))
    assert "code_under_test.py" in text and 'raise KeyError("lost")' in text
    assert calls_of(runner)[-6:] == [
        "first eos a",
        "second eos a",
        "draw eos a",
        "draw stop",
        "second stop",
        "first stop",
    ]


@pytest.mark.parametrize("answer", ["False", "None"])
def test_a_start_that_says_no(make, answer):
    runner = make(
        LOGGING.replace("return super().on_start()", f"return {answer} if self.name == 'second' else True"), TWO
    )
    with pytest.raises(ModuleError, match=f"One: on_start returned {answer}"):
        runner.start()
    assert calls_of(runner) == ["first start", "second start", "first stop"]
    with pytest.raises(RuntimeError, match="not started"):
        runner.process("a", 0, picture(8, 8))


@pytest.mark.parametrize(
    "code, message",
    [
        ("x = 1", "One could not be made: ImportError: code_under_test has no class 'One'"),
        ("class One: pass", "One could not be made: TypeError: One must derive from NvDsPyFuncPlugin"),
        ("import no_such_package_at_all", "ModuleNotFoundError: No module named 'no_such_package_at_all'"),
        ("import savant.deepstream.nvinfer", "retouch.savant has no module 'savant.deepstream.nvinfer'"),
    ],
)
def test_functions_that_cannot_be_made(make, code, message):
    with pytest.raises(ModuleError, match=message):
        make(code, ONE).start()


def test_parameters_are_there_when_modules_are_imported(make):
    runner = make(
        """
        from savant.parameter_storage import param_storage
        from savant.deepstream.pyfunc import NvDsPyFuncPlugin
        WIDTH = param_storage()['frame']['width']
        class One(NvDsPyFuncPlugin):
            def process_frame(self, buffer, frame_meta):
                frame_meta.set_tag('width', WIDTH)
        """,
        "parameters: {frame: {width: 16, height: 8}}\n" + ONE,
    )
    with runner:
        (output,) = runner.process("a", 0, picture(8, 8))
    assert output.meta.get_tag("width") == 16


FILL = """
from savant.deepstream.opencv_utils import nvds_to_gpu_mat
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
kept = []
class One(NvDsPyFuncPlugin):
    def process_frame(self, buffer, frame_meta):
        with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as mat:
            kept.append(mat)
            assert mat.size() == (frame_meta.roi.width, frame_meta.roi.height)
            part = mat.colRange(0, 4) if hasattr(mat, 'colRange') else type(mat)(mat, (0, 0, 4, mat.size()[1]))
            part.setTo((1, 2, 3, 255), stream=self.get_cuda_stream(frame_meta))
"""


@pytest.mark.parametrize("size", [(16, 12), (8, 8)])
@pytest.mark.parametrize("format", ["rgba8", "bgr8", "nv12"])
def test_frames_of_any_format_and_size(make, device, format, size):
    runner = make(FILL, "parameters: {frame: {width: 16, height: 12, geometry_base: 4}}\n" + ONE)
    source = picture(*size, (60, 120, 180, 255), device)
    image = retouch.Image(format, size, device=device)
    retouch.convert_into(source, image)
    before = image.to_numpy()
    with runner:
        (output,) = runner.process("a", 0, image)
    in_place = format == "rgba8" and size == (16, 12)
    assert (output.image is image) == in_place
    array = pixels(output.image)
    assert array.shape == (12, 16, 4) and (array[:, :4] == (1, 2, 3, 255)).all()
    assert np.abs(array[:, 4:].astype(int) - (60, 120, 180, 255)).max() <= 2
    if not in_place and format != "nv12":
        assert np.array_equal(image.to_numpy(), before)


def test_a_frame_of_a_pipeline_is_edited_in_place(make, device):
    image = picture(16, 12, GRAY, device)
    with make(FILL, ONE) as runner, retouch.Frame(image, source_id="a", pts_ns=5) as frame:
        (output,) = runner.process("a", 5, frame)
        assert output.image is frame and not frame.expired
    assert (pixels(image)[:, :4] == (1, 2, 3, 255)).all() and (pixels(image)[:, 4:] == GRAY).all()


def test_what_is_kept_of_a_frame_raises_later(make, device):
    runner = make(FILL, ONE)
    with runner:
        runner.process("a", 0, picture(16, 12, GRAY, device))
        mat = runner._functions[0]._module.kept[0]
        with pytest.raises(retouch.ExpiredFrame):
            mat.setTo((0, 0, 0, 0))


def test_arrays_go_back_unless_the_block_raises(make, device):
    runner = make(
        """
        from savant.deepstream.opencv_utils import get_nvds_buf_surface
        from savant.deepstream.pyfunc import NvDsPyFuncPlugin
        class One(NvDsPyFuncPlugin):
            def process_frame(self, buffer, frame_meta):
                with get_nvds_buf_surface(buffer, frame_meta.frame_meta) as array:
                    array[0] = (1, 2, 3, 4)
                try:
                    with get_nvds_buf_surface(buffer, frame_meta.frame_meta) as array:
                        array[1] = (1, 2, 3, 4)
                        raise KeyError
                except KeyError:
                    pass
        """,
        ONE,
    )
    with runner:
        (output,) = runner.process("a", 0, picture(8, 8, GRAY, device))
    array = pixels(output.image)
    assert (array[0] == (1, 2, 3, 4)).all() and (array[1:] == GRAY).all()


def test_the_stream_is_waited_for_once_a_frame(make, monkeypatch):
    from retouch.savant import _frames

    waits = []
    monkeypatch.setattr(_frames.Surface, "synchronize", lambda self: waits.append(self))
    with make(LOGGING, TWO) as runner:
        runner.process("a", 0, picture(8, 8))
        assert len(waits) == 1


def test_objects_that_functions_of_retouch_found(make):
    runner = make(
        "from savant.deepstream.pyfunc import NvDsPyFuncPlugin as One",
        "parameters: {frame: {width: 32, height: 16}}\n" + ONE,
    )
    with runner, retouch.Frame(picture(16, 16), source_id="a") as frame:
        face = retouch.Object(
            "face", (2, 4, 6, 8), confidence=0.5, source="face_detector", track_id=3, landmarks=[(1, 2), (3, 4)]
        )
        face.attributes = {"age.years": 30}
        first = frame.add_object(face)
        frame.add_object(retouch.Object("eye", (2, 4, 1, 1, 45.0), source="eyes", parent_id=first))
        (output,) = runner.process("a", 0, frame)
    primary, face, eye = output.meta.objects
    assert primary.is_primary and primary.bbox.as_ltwh() == (0, 0, 32, 16)
    assert (face.element_name, face.label, face.track_id, face.confidence) == ("face_detector", "face", 3, 0.5)
    assert face.bbox.as_ltwh() == (4, 4, 12, 8)
    assert face.get_attr_meta("age", "years").value == 30
    assert face.get_attr_meta("face_detector", "landmarks").value == [2, 2, 6, 4]
    assert eye.parent is face and eye.bbox.angle is not None


def test_functions_before_a_model_do_not_see_its_objects(make):
    yaml = """
    pipeline:
      elements:
        - {element: pyfunc, module: code_under_test, class_name: One, kwargs: {name: before}}
        - {element: nvinfer, name: yolo, model: {}}
        - {element: pyfunc, module: code_under_test, class_name: One, kwargs: {name: after}}
    """
    code = """
    from savant.deepstream.pyfunc import NvDsPyFuncPlugin
    class One(NvDsPyFuncPlugin):
        def process_frame(self, buffer, frame_meta):
            frame_meta.set_tag(self.name, ' '.join(obj.label for obj in frame_meta.objects))
    """
    objects = [{"element_name": name, "label": f"of {name}", "bbox": [1, 1, 2, 2]} for name in ("yolo", "another")]
    with make(code, yaml, metadata=Metadata([Record(None, 0, None, None, {}, objects)])) as runner:
        (output,) = runner.process("a", 0, picture(8, 8))
    assert output.meta.tags == {"before": "frame of another", "after": "frame of another of yolo"}


def test_the_message_is_logged_once(make, caplog):
    with caplog.at_level(logging.WARNING, "retouch.savant"):
        with make(LOGGING, TWO + "  sink: [{element: x}]\n") as runner:
            runner.process("a", 0, picture(8, 8))
            runner.process("a", 0, picture(8, 8))
    assert [r.getMessage() for r in caplog.records] == [runner.module.message()] and "pipeline.sink" in caplog.text


AUX = """
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
class One(NvDsPyFuncPlugin):
    def on_source_add(self, source_id):
        self.stream = self.auxiliary_stream('x', 8, 8, {'codec': 'h264'})
    def process_frame(self, buffer, frame_meta):
        %s
"""


@pytest.mark.parametrize(
    "line, message",
    [
        ("self.auxiliary_stream('x', 8, 8, {})", "RuntimeError: auxiliary stream 'x': there is a stream of this name"),
        ("self.auxiliary_stream('y', 0, 8, {})", "ValueError: auxiliary stream 'y': size must be positive"),
        ("self.auxiliary_stream('y', 8, 8, {}, '0/1')", "ValueError: auxiliary stream 'y': framerate"),
        ("self.stream.eos(); self.stream.create_frame(0)", "RuntimeError: auxiliary stream 'x': has ended"),
    ],
)
def test_auxiliary_streams_that_cannot_be(make, line, message):
    with make(AUX % line, ONE) as runner:
        with pytest.raises(ModuleError, match=message):
            runner.process("a", 0, picture(8, 8))


def test_auxiliary_streams_that_are_left_open_end_with_the_run(make):
    runner = make(AUX % "self.stream.create_frame(frame_meta.pts)", ONE)
    outputs = list(runner.run([("a", 7, picture(8, 8))]))
    assert [(o.source_id, o.eos) for o in outputs] == [("a", False), ("x", False), ("a", True), ("x", True)]
    assert outputs[1].duration == 33_333_333 and (pixels(outputs[1].image) == (0, 0, 0, 255)).all()


def test_of_a_frame_that_failed_nothing_goes_out(make):
    code = AUX % "self.stream.create_frame(frame_meta.pts); assert frame_meta.pts != 5, 'five'"
    with make(code, ONE) as runner:
        with pytest.raises(ModuleError, match="in frame 0 of 'a': AssertionError: five"):
            runner.process("a", 5, picture(8, 8))
        outputs = runner.process("a", 6, picture(8, 8))
    assert [(o.source_id, o.pts) for o in outputs] == [("a", 6), ("x", 6)]
    assert outputs[0].meta.frame_num == 1


def test_streams_are_not_there_outside_of_a_pipeline(hook):
    from retouch.savant.pyfunc import NvDsPyFuncPlugin

    with pytest.raises(RuntimeError, match="only while the function is in a pipeline"):
        NvDsPyFuncPlugin().auxiliary_stream("x", 8, 8, {})


def edit(path, text: str) -> None:
    """As an editor saves; the time always differs."""
    before = os.stat(path).st_mtime_ns
    path.write_text(textwrap.dedent(text))
    os.utime(path, ns=(before + 1, before + 1))


TAGGING = """
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
class One(NvDsPyFuncPlugin):
    sources = ()
    def on_source_add(self, source_id):
        self.sources += (source_id,)
    def process_frame(self, buffer, frame_meta):
        frame_meta.set_tag('version', VERSION + ' ' + ','.join(self.sources))
    def on_stop(self):
        self.logger.warning(VERSION + ' stops')
        return True
"""


@pytest.mark.parametrize("dev_mode", [True, False])
def test_an_edit_shows_at_the_next_frame(make, tmp_path, caplog, dev_mode):
    runner = make("VERSION = 'one'" + TAGGING, f"parameters: {{dev_mode: {str(dev_mode).lower()}}}\n" + ONE)
    path = tmp_path / "code_under_test.py"

    def version() -> str:
        return runner.process("cam", 0, picture(8, 8))[0].meta.get_tag("version")

    with runner:
        assert version() == "one cam"
        edit(path, "VERSION = 'two'" + TAGGING)
        if not dev_mode:
            assert version() == "one cam"
            return
        assert version() == "two cam"
        assert "two stops" in caplog.text  # the instance before, whose module has the new values already
        edit(path, "VERSION = 'bad'\nclass One(:")
        assert version() == "two cam" and version() == "two cam"
        assert caplog.text.count("the version before goes on: SyntaxError") == 1
        edit(path, "VERSION = 'bad'" + TAGGING + "    def on_start(self):\n        raise KeyError('no')\n")
        assert version() == "two cam" and "KeyError" in caplog.text
        failing = TAGGING.replace("        frame_meta.set_tag", "        frame_meta.no_such_thing\n        frame_meta.set_tag")
        edit(path, "VERSION = 'bad'" + failing)
        assert version() == "two cam" and version() == "two cam"
        assert caplog.text.count("the version before goes on: AttributeError") == 1
        edit(path, "VERSION = 'three'" + TAGGING)
        assert version() == "three cam"


def test_the_example_of_the_issue_runs_as_it_is(make, device):
    code = """
    import cv2
    from savant.deepstream.opencv_utils import nvds_to_gpu_mat
    from savant.deepstream.pyfunc import NvDsPyFuncPlugin
    class One(NvDsPyFuncPlugin):
        def process_frame(self, buffer, frame_meta):
            with nvds_to_gpu_mat(buffer, frame_meta.frame_meta) as frame_mat:
                gaussian_filter = cv2.cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (9, 9), 2)
                roi = cv2.cuda_GpuMat(frame_mat, (0, 0, 100, 100))
                gaussian_filter.apply(roi, roi)
    """
    array = np.random.default_rng(4).integers(0, 256, (120, 160, 4), np.uint8)
    with make(code, ONE) as runner:
        (output,) = runner.process("a", 0, retouch.Image.from_array(array, "rgba8", device=device))
    expected = array.copy()
    expected[:100, :100] = cv2.GaussianBlur(np.ascontiguousarray(array[:100, :100]), (9, 9), 2)
    assert np.abs(pixels(output.image).astype(int) - expected).max() <= 1
